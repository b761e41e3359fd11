"""What a PDF carries unseen, put into what Typst has made, which knows no private names.

Typst writes its objects first, then one table of where each begins. The objects that change are written anew behind the
others, and the table with them, so that the file is of one piece.
"""

import re
import zlib
from collections.abc import Mapping

from generator.document import Document
from generator.writers.carried import RECORD, identity, moment, record_json

_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)
_REFERENCE = re.compile(rb"/(Size|Root|Info) (\d+)")
_ENTRY, _LATEST = 20, 256
"""Bytes of an entry of the table; bytes at the end among which the trailer is."""


_SHORT = 4096
"""Bytes of a record that isn't packed: that takes longer than all else."""


def with_carried(pdf: bytes, document: Document, *, attached: bool) -> bytes:
    """Return a PDF that names its form and, where that may be, has its record attached."""
    found = _TRAILER.search(pdf, max(0, len(pdf) - _LATEST))
    if found is None:  # another version of Typst, which ends its files otherwise
        return pdf
    numbers = {name: int(number) for name, number in _REFERENCE.findall(found[1])}
    start = int(found[2])
    table = pdf.index(b"\n", pdf.index(b"\n", start) + 1) + 1
    size, root, info = numbers[b"Size"], numbers[b"Root"], numbers[b"Info"]
    objects = {info: _with(_object(pdf, table, info), _names(document))}
    record = record_json(document) if attached else b""
    if record:
        objects |= _attached(record, size)
        objects[root] = _with(_object(pdf, table, root), _tree(size + 1))
    return _written(pdf[:start], pdf[table : table + size * _ENTRY], found[1], objects)


def _object(pdf: bytes, table: int, number: int) -> bytes:
    """Return the dictionary of an object, without its closing mark."""
    offset = int(pdf[table + number * _ENTRY : table + number * _ENTRY + 10])
    content = pdf[offset : pdf.index(b"endobj", offset)]
    return content[content.index(b"<<") : content.rindex(b">>")]


def _with(content: bytes, entries: bytes) -> bytes:
    return content + entries + b">>"


def _names(document: Document) -> bytes:
    return b"".join(b"/%s<FEFF%s>" % (n.encode(), v.encode("utf-16-be").hex().encode()) for n, v in _given(document))


def _given(document: Document) -> list[tuple[str, str]]:
    return list(identity(document).items())


def _tree(number: int) -> bytes:
    return b"/AF[%d 0 R]/Names<</EmbeddedFiles<</Names[(%s)%d 0 R]>>>>" % (number, RECORD.encode(), number)


def _attached(record: bytes, number: int) -> dict[int, bytes]:
    """Return the file of a record, and what is said of it, as objects from a number on (ISO 32000-1, 7.11)."""
    packed = zlib.compress(record, 1) if len(record) > _SHORT else record
    packing = b"/Filter/FlateDecode" if packed is not record else b""
    day = moment().encode()
    file = b"<</Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size %d/ModDate(%s)>>%s/Length %d>>"
    name = RECORD.encode()
    says = b"<</Type/Filespec/F(%s)/UF(%s)/Desc(%s)/AFRelationship/Source/EF<</F %d 0 R/UF %d 0 R>>>>"
    stream = file % (len(record), day, packing, len(packed)) + b"stream\n" + packed + b"\nendstream"
    return {number: stream, number + 1: says % (name, name, name, number, number)}


def _written(body: bytes, table: bytes, trailer: bytes, objects: Mapping[int, bytes]) -> bytes:
    parts, at, entries = [body], len(body), bytearray(table)
    for number, content in sorted(objects.items()):
        entry = b"%010d 00000 n \n" % at
        if (number + 1) * _ENTRY <= len(entries):
            entry = entry[:-2] + bytes(entries[number * _ENTRY + 18 : number * _ENTRY + 20])
            entries[number * _ENTRY : (number + 1) * _ENTRY] = entry
        else:
            entries += entry
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        at += len(parts[-1])
    size = len(entries) // _ENTRY
    said = re.sub(rb"/Size \d+", b"/Size %d" % size, trailer, count=1)
    parts.append(b"xref\n0 %d\n%strailer\n<<%s>>\nstartxref\n%d\n%%%%EOF" % (size, bytes(entries), said, at))
    return b"".join(parts)

"""PDFs of LibreOffice made the same each time: without moments, and without what a process counts as it goes on.

LibreOffice embeds OpenType fonts with PostScript outlines as Type 1 programs and gives each the next `UniqueID` of the
process, in clear and within the coded part: the same document would be another file after other documents. The number
is optional, and serves a printer to know a font again; a font without one is never taken for another.
"""

import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

_FIRST, _MOMENT = "D:19800101000000Z", b"1980-01-01T00:00:00Z"
_XMP = re.compile(rb"(<xmp:(?:Create|Modify|Metadata)Date>)[^<]*(<)")
_UNIQUE = re.compile(rb"/UniqueID [0-9]+ def\n?")
_SEED, _TIMES, _PLUS, _LEAD = 55665, 52845, 22719, 4
"""The code of Type 1 programs: what it begins with, what it goes on by, and bytes of chance that stand before it."""


def canonical(content: bytes) -> bytes:
    """Return a PDF that is the same whenever, and after whatever else, it was made.

    Raises pikepdf.PdfError for what is none.
    """
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _undate(pdf)
        for font in _programs(pdf):
            _unnumber(font)
        pdf.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _undate(pdf: "pikepdf.Pdf") -> None:
    """Give a PDF the moment of all our files; its private sum is over moments as well."""
    for name in ("/CreationDate", "/ModDate"):
        if name in pdf.docinfo:
            pdf.docinfo[name] = _FIRST
    for name in ("/DocChecksum", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    metadata: Any = pdf.Root.get("/Metadata")
    if metadata is not None:
        metadata.write(_XMP.sub(rb"\g<1>" + _MOMENT + rb"\g<2>", metadata.read_bytes()))


def _programs(pdf: "pikepdf.Pdf") -> list[Any]:
    """Return the Type 1 programs of a PDF, each once."""
    import pikepdf

    found = (one["/FontFile"] for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile" in one)
    return list({font.objgen: font for font in found}.values())


def _unnumber(font: Any) -> None:
    """Take the number of its process out of a Type 1 program."""
    program, clear, coded = font.read_bytes(), int(font["/Length1"]), int(font["/Length2"])
    head, body, tail = program[:clear], program[clear : clear + coded], program[clear + coded :]
    head, body = _UNIQUE.sub(b"", head), encoded(_UNIQUE.sub(b"", decoded(body)))
    font.write(head + body + tail)
    font["/Length1"], font["/Length2"], font["/Length3"] = len(head), len(body), len(tail)


def decoded(coded: bytes) -> bytes:
    """Return the clear text of a Type 1 program's coded part, without the bytes of chance before it."""
    made, state = bytearray(len(coded)), _SEED
    for n, byte in enumerate(coded):
        made[n] = byte ^ (state >> 8)
        state = ((byte + state) * _TIMES + _PLUS) & 0xFFFF
    return bytes(made[_LEAD:])


def encoded(clear: bytes) -> bytes:
    """Return the coded part of a Type 1 program; the same bytes stand where others have some of chance."""
    clear = bytes(_LEAD) + clear
    made, state = bytearray(len(clear)), _SEED
    for n, byte in enumerate(clear):
        made[n] = coded = byte ^ (state >> 8)
        state = ((coded + state) * _TIMES + _PLUS) & 0xFFFF
    return bytes(made)

"""A workbook looked through before anything of it is believed: how large it is, and which cells hold no value.

A reader of values makes room for every cell between the first and the last, and passes over cells that show a value but
hold none, formulas never computed and errors such as #DIV/0!, as if they were empty; here both are found.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Protocol

from lxml import etree

from generator.errors import Place, RecordError, fail
from generator.records.bounds import Bounds, bounds

_CHUNK = 1 << 20
_SMALL = 64 << 20
BROKEN = (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError, EOFError, zlib.error)

_FAR = re.compile(rb'r=["\'](?:[A-Z]{3,}|[A-Z]*[0-9]{6,}|C[C-Z]|[D-Z][A-Z])')
"""References beyond column 80 or row 99,999, which few sheets have."""

_NEAR = 80 * 99_999
"""Cells that all others may span."""

_CELL = re.compile(rb'<(?:\w{1,40}:)?c\s[^<>]*?\br=["\']([^"\']{1,40})["\'][^<>]*(?<!/)>')
_REFERENCE = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class Openable(Protocol):
    """What parts are read from, as often as they are asked for."""

    def open(self, name: str) -> IO[bytes]: ...


def look_through(archive: Openable, part: str, place: Place) -> bool:
    """Tell whether a sheet may have cells that show a value and hold none: formulas never computed, errors.

    Raises RecordError (E-xlsx, E-xlsx-cells) for a sheet that would take more room than the bounds allow.
    """
    limits = bounds()
    try:
        suspect, far = _seen(archive, part)
        if far or limits.cells < _NEAR:
            _refuse_far(archive, part, limits, place)
    except BROKEN:
        raise fail(RecordError, "E-xlsx", place) from None
    except OSError as error:
        raise fail(RecordError, "E-file-read", place, why=error.strerror or "?") from None
    return suspect


def refuse_large(parts: list[zipfile.ZipInfo], limits: Bounds, place: Place) -> None:
    """Raise RecordError (E-xlsx-bomb, E-xlsx-parts) for a package that would take more room than it may."""
    if len(parts) > limits.parts:
        raise fail(RecordError, "E-xlsx-parts", place, limit=limits.parts)
    size = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if size > limits.unpacked << 20 or (size > _SMALL and size / packed > limits.ratio):
        raise fail(RecordError, "E-xlsx-bomb", place, limit=limits.unpacked)


_MARKS = (b"<f", b":f", b'"e"', b"'e'")
_SUSPECT = re.compile(rb"""[<:]f[\s>/]|["']e["']""")


def _seen(archive: Openable, name: str) -> tuple[bool, bool]:
    """Tell by a quick look at the bytes whether a sheet has formulas or errors, and whether it has far cells."""
    suspect = far = False
    for seen in _windows(archive, name):
        marked = not suspect and any(mark in seen for mark in _MARKS)
        suspect = suspect or (marked and (b"<f>" in seen or _SUSPECT.search(seen) is not None))
        far = far or _FAR.search(seen) is not None
    return suspect, far


def _windows(archive: Openable, name: str) -> Iterator[bytes]:
    """Yield a part in pieces, each with the end of the one before, so that nothing is cut in two."""
    tail = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_OVERLAP:]


_OVERLAP = 256


def _refuse_far(archive: Openable, name: str, limits: Bounds, place: Place) -> None:
    """Raise RecordError for references that no sheet has (E-xlsx), and for too many cells between (E-xlsx-cells)."""
    rows, columns = _Extent(), _Extent()
    for reference in _references(archive, name):
        found = _REFERENCE.fullmatch(reference)
        column, row = (_number(found[1]), int(found[2])) if found else (0, 0)
        if not found or column > _LAST_COLUMN or row > _LAST_ROW:
            raise fail(RecordError, "E-xlsx", place)
        rows.add(row)
        columns.add(column)
    if rows.length * columns.length > limits.cells:
        raise fail(RecordError, "E-xlsx-cells", place, rows=rows.length, columns=columns.length, limit=limits.cells)


def _references(archive: Openable, name: str) -> Iterable[bytes]:
    """Yield the references of a sheet's cells that hold something; some of them twice."""
    for seen in _windows(archive, name):
        for cell in _CELL.finditer(seen):
            yield cell[1]


class _Extent:
    """From where to where numbers reach."""

    def __init__(self) -> None:
        self.low, self.high = 1 << 40, 0

    def add(self, number: int) -> None:
        """Take note of a number."""
        self.low, self.high = min(self.low, number), max(self.high, number)

    @property
    def length(self) -> int:
        """How many numbers lie between, both ends among them."""
        return max(0, self.high - self.low + 1)


def _number(letters: bytes) -> int:
    """Return the number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

"""Rows of CSV and XLSX files."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from generator.catalogue.form import Form
from generator.errors import Fault, Place, RecordError, fail, is_unforeseen
from generator.records.bounds import bounds
from generator.records.header import Header, known_names
from generator.records.item import RawRecord, SourceItem
from generator.records.workbook_scan import unreadable_cells

ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
"""Encodings tried in this order for a file without a byte order mark; Excel in China saves CSV as GBK."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 16
_HEADER_SEARCH = 20
_MAX_CELL = 1 << 20


class CsvSource:
    """A CSV file in UTF-8, UTF-16, GBK/GB 18030 or Big5, read row by row."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        self.head: RawRecord = ({}, Place(path.name))

    @cached_property
    def encoding(self) -> str:
        """Return the encoding that the file can be read in and in which its header makes most sense."""
        with self.path.open("rb") as file:
            start = file.read(4)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        possible = [encoding for encoding in ENCODINGS if self._decodes(encoding)]
        if not possible:
            raise fail(RecordError, "E-encoding", Place(self.path.name), tried=list(ENCODINGS))
        return max(possible, key=lambda encoding: known_names(self._header(encoding), self.form))

    def _decodes(self, encoding: str) -> bool:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def _delimiter(self, encoding: str) -> str:
        with self.path.open(encoding=encoding, newline="") as file:
            line = file.readline(_CHUNK)
        return max(",\t;", key=line.count)

    def _header(self, encoding: str) -> list[str]:
        with self.path.open(encoding=encoding, newline="") as file:
            lines = _Lines(file, Place(self.path.name))
            csv.field_size_limit(_MAX_CELL)
            try:
                return next(csv.reader(lines, delimiter=self._delimiter(encoding)), [])
            except csv.Error:
                raise fail(RecordError, "E-csv", Place(self.path.name, "1")) from None

    @property
    def columns(self) -> Sequence[str]:
        """Return the names of the columns."""
        try:
            return self._header(self.encoding)
        except (OSError, UnicodeDecodeError) as error:
            raise self.unreadable(error) from None

    def unreadable(self, error: OSError | UnicodeDecodeError) -> RecordError:
        """Return the error of a file that can't be read to its end (E-encoding, E-file-read)."""
        if isinstance(error, UnicodeDecodeError):  # what a byte order mark says isn't kept to the end
            return fail(RecordError, "E-encoding", Place(self.path.name), tried=[self.encoding])
        return fail(RecordError, "E-file-read", Place(self.path.name), why=error.strerror or "?")

    def __iter__(self) -> Iterator[SourceItem]:
        try:
            yield from self._rows()
        except (OSError, UnicodeDecodeError) as error:
            raise self.unreadable(error) from None

    def _rows(self) -> Iterator[SourceItem]:
        csv.field_size_limit(_MAX_CELL)
        with self.path.open(encoding=self.encoding, newline="") as file:
            lines = _Lines(file, Place(self.path.name))
            reader = csv.reader(lines, delimiter=self._delimiter(self.encoding), strict=True)
            line = 1
            try:
                header = next(reader, None)
                if header is None:
                    raise fail(RecordError, "E-no-header", Place(self.path.name))
                named = Header(header, self.form, Place(self.path.name, "1"))
                line, lines.held = reader.line_num + 1, 0
                for cells in reader:
                    lines.held = 0
                    place = Place(self.path.name, str(line))
                    line = reader.line_num + 1
                    if any(cell.strip() for cell in cells):
                        yield named.texts(cells, place)
            except csv.Error:
                raise fail(RecordError, "E-csv", Place(self.path.name, str(line))) from None


class _Lines:
    """The lines of a file, as long as a record is not too large."""

    def __init__(self, file: IO[str], place: Place) -> None:
        self.file, self.place, self.most = file, place, bounds().record << 20
        self.held = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(self.most + 1):
            self.held += len(line)
            if self.held > self.most:
                raise fail(RecordError, "E-record-large", self.place, limit=bounds().record)
            yield line


class XlsxSource:
    """The first sheet of a workbook; the header is the row, near the top, in which most cells name fields."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        self.head: RawRecord = ({}, Place(path.name))

    def _sheet(self) -> Any:
        """Return the sheet, which has been looked through before: its reader takes what it is told for true."""
        import python_calamine

        unreadable = unreadable_cells(self.path)
        try:
            sheet = python_calamine.CalamineWorkbook.from_path(str(self.path)).get_sheet_by_index(0)
        except BaseException as error:  # calamine has types of its own for every way in which a file is broken
            if isinstance(error, MemoryError) or not is_unforeseen(error):
                raise
            raise fail(RecordError, "E-xlsx", Place(self.path.name)) from None
        if unreadable:
            places = (Place(self.path.name, f"{_named(sheet)}!{cell}") for cell in unreadable)
            raise RecordError(Fault("E-cell-lost", place) for place in places)
        return sheet

    @property
    def columns(self) -> Sequence[str]:
        """Return the names of the columns."""
        leading, at = self._leading(enumerate(self._sheet().iter_rows(), 1))
        return [str(name) for name in leading[at][1]]

    def _leading(self, rows: Iterator[tuple[int, Any]]) -> tuple[list[tuple[int, Any]], int]:
        """Return the first rows of a sheet, with their numbers, and which of them is the header."""
        leading = [row for _, row in zip(range(_HEADER_SEARCH), rows, strict=False)]
        if not leading:
            raise fail(RecordError, "E-no-header", Place(self.path.name))
        return leading, max(range(len(leading)), key=lambda n: known_names(leading[n][1], self.form))

    def __iter__(self) -> Iterator[SourceItem]:
        sheet = self._sheet()
        rows = enumerate(sheet.iter_rows(), 1)
        leading, at = self._leading(rows)
        name = _named(sheet)
        header = Header(leading[at][1], self.form, Place(self.path.name, f"{name}!{leading[at][0]}"))
        for number, cells in leading[at + 1 :]:
            yield from self._row(header, number, cells, name)
        for number, cells in rows:
            yield from self._row(header, number, cells, name)

    def _row(self, header: Header, number: int, cells: Sequence[Any], sheet: str) -> Iterator[SourceItem]:
        place = Place(self.path.name, f"{sheet}!{number}")
        if any(cell not in ("", None) for cell in cells):
            yield header.row(cells, place)


_LONGEST_SHEET = 31
"""Characters of a sheet's name (Excel's own limit)."""


def _named(sheet: Any) -> str:
    """Return a sheet's name as places have it: no longer than Excel lets it be, nothing in it that no line can show."""
    shown = "".join(c if c.isprintable() else " " for c in sheet.name[: _LONGEST_SHEET + 1])
    return shown if len(shown) <= _LONGEST_SHEET else f"{shown[:_LONGEST_SHEET]}…"

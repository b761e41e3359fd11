"""XLSX: values by calamine, and beside them what it doesn't tell: formats, hidden rows, days before March 1900."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from generator.errors import Place, RecordError, fail, is_unforeseen
from generator.records.bounds import bounds
from generator.records.workbook_scan import BROKEN, look_through, refuse_large
from generator.records.workbooks import Area, Book, Row
from generator.records.workbooks.number_format import has_clock, is_moment
from generator.records.workbooks.quick_notes import Note, OddError, quick_notes
from generator.records.workbooks.xlsx_parts import SheetPart, XlsxParts, column_number

_CHUNK, _SMALL = 1 << 16, 1 << 20
_TWO_DAYS = date(1900, 2, 28)
"""What the reader makes of two serial numbers: Excel takes 1900 for a leap year."""


@dataclass(frozen=True)
class Unclear:
    """A cell whose value can't be told: the code of the fault, raised where the cell is asked for."""

    code: str


def open_xlsx(content: Path | BytesIO, name: str) -> Book:
    """Return a workbook.

    Raises RecordError (E-xlsx, E-xlsx-bomb, E-xlsx-parts) for what is none, or asks for more room than it may have.
    """
    import python_calamine

    place = Place(name)
    try:
        archive = zipfile.ZipFile(content)
        refuse_large(archive.infolist(), bounds(), place)
        parts = XlsxParts(archive)
        cells: Any = python_calamine.load_workbook(str(content) if isinstance(content, Path) else _afresh(content))
        read = _Package(archive, cells, parts, place)
        sheets = [_XlsxSheet(read, sheet) for sheet in parts.sheets()]
        return Book(sheets, parts.names(), parts.tables(), *parts.identity())
    except BROKEN:
        raise fail(RecordError, "E-xlsx", place) from None
    except BaseException as error:
        raise broken(error, place) from None


def _afresh(content: BytesIO) -> BytesIO:
    """Return a protected workbook's content to be read from its start: the archive has gone on in it already."""
    return BytesIO(content.getvalue())


def broken(error: BaseException, place: Place) -> BaseException:
    """Return what to raise for an exception of a reader, which has types of its own for what is broken."""
    if isinstance(error, (MemoryError, RecordError)) or not is_unforeseen(error):
        return error
    if isinstance(error, OSError) and error.strerror:
        return fail(RecordError, "E-file-read", place, why=error.strerror)
    return fail(RecordError, "E-xlsx", place)


@dataclass
class _Package:
    """What the sheets of a workbook share."""

    archive: zipfile.ZipFile
    cells: Any
    parts: XlsxParts
    place: Place
    held: tuple[str, bytes] = ("", b"")
    """The small part that was read last: it is looked through before it is read."""

    def open(self, name: str) -> IO[bytes]:
        """Return a part of the package to be read from its start."""
        if self.archive.getinfo(name).file_size > _SMALL:
            return self.archive.open(name)
        if self.held[0] != name:
            self.held = (name, self.archive.read(name))
        return BytesIO(self.held[1])

    @cached_property
    def formats(self) -> Mapping[str, str]:
        try:
            return self.parts.formats()
        except BROKEN:
            raise fail(RecordError, "E-xlsx", self.place) from None

    @cached_property
    def counts_from_1904(self) -> bool:
        return self.parts.counts_from_1904


class _XlsxSheet:
    """A sheet, which is looked through before its reader believes it."""

    def __init__(self, package: _Package, listed: SheetPart) -> None:
        self._package, self._listed = package, listed
        self.name, self.is_hidden = listed.name, listed.is_hidden

    @cached_property
    def _cells(self) -> Any:
        # before the reader makes room for what the sheet says that it has
        suspect = look_through(self._package, self._listed.part, self._package.place)
        try:
            return self._package.cells.get_sheet_by_name(self.name), suspect
        except BaseException as error:
            raise broken(error, self._package.place) from None

    @property
    def merged(self) -> Sequence[Area]:
        try:
            ranges = self._cells[0].merged_cell_ranges or ()
        except BaseException as error:
            raise broken(error, self._package.place) from None
        return [Area(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]

    def rows(self) -> Iterator[Row]:
        cells, suspect = self._cells
        margin = [""] * (cells.start[1] if cells.start else 0)
        notes = self._notes(suspect)
        note, number = next(notes, _END), 0
        for number, values in enumerate(cells.iter_rows(), 1):
            while note.number < number:
                note = next(notes, _END)
            row = [*margin, *values] if margin else values
            if note.number == number:
                yield Row(number, self._as_shown(row, note), note.is_hidden, note.formats)
            else:
                yield Row(number, row)
        while note is not _END:  # rows that hold nothing but what is lost
            if note.number > number and note.lost:
                yield Row(note.number, self._as_shown([], note), note.is_hidden)
            note = next(notes, _END)

    def _as_shown(self, row: Sequence[object], note: Note) -> list[object]:
        made = [*row, *[""] * (max(note.lost, default=-1) + 1 - len(row))]
        for column, code in note.formats.items():
            if column < len(made) and made[column] != "":
                made[column] = self._value(made[column], code)
        for column in note.lost:
            made[column] = Unclear("E-cell-lost")
        return made

    def _value(self, value: object, code: str) -> object:
        """Return a cell's value, a day where its format shows one although the reader didn't see that."""
        if isinstance(value, (datetime, date)):
            return _exact_moment(value, has_clock(code), is_old=not self._package.counts_from_1904)
        if isinstance(value, time) and not has_clock(code):
            return Unclear("E-cell-old")
        if type(value) is float and is_moment(code):
            return _from_serial(value, counts_from_1904=self._package.counts_from_1904, code=code)
        return value

    def _notes(self, suspect: bool) -> Iterator[Note]:
        """Yield what there is to say of rows beside their values."""
        done = 0
        try:
            with closing(self._package.open(self._listed.part)) as part:
                for note in quick_notes(part, self._package.formats, _UNKNOWN, suspect=suspect):
                    yield note
                    done = note.number
        except OddError:
            pass
        except BROKEN:
            raise fail(RecordError, "E-xlsx", self._package.place) from None
        else:
            return
        yield from (note for note in self._parsed(suspect) if note.number > done)

    def _parsed(self, suspect: bool) -> Iterator[Note]:
        """Yield the same by a parser of XML."""
        reader = _NoteReader(self._package.formats)
        parser = expat.ParserCreate()
        parser.StartElementHandler = reader.start
        if suspect:
            parser.EndElementHandler, parser.CharacterDataHandler = reader.end, reader.text
        try:
            with closing(self._package.open(self._listed.part)) as part:
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk)
                    yield from reader.take()
            parser.Parse(b"", True)
        except (expat.ExpatError, *BROKEN):
            raise fail(RecordError, "E-xlsx", self._package.place) from None
        yield from reader.take(is_end=True)


_END = Note(1 << 40, False, {}, ())


_UNKNOWN = "[%"
"""The format of a cell that names a style which the workbook hasn't: nobody understands it."""


class _NoteReader:
    """Takes note of formats, hidden rows and lost values, while a sheet's XML is parsed."""

    def __init__(self, formats: Mapping[str, str]) -> None:
        self.formats = formats
        self.ready: list[Note] = []
        self.number, self.column = 0, -1
        self.is_hidden = False
        self.found: dict[int, str] = {}
        self.lost: list[int] = []
        self.columns: dict[str, int] = {}
        self.kind = self.inside = ""
        self.has_formula = self.has_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of the beginning of an element."""
        if ":" in name:
            name = name.rpartition(":")[2]
        self.inside = name
        if name == "c":
            reference = attributes.get("r")
            self.column = self._column(reference) if reference else self.column + 1
            style = attributes.get("s", "0")
            code = self.formats.get(style, _UNKNOWN if style != "0" else "")
            if code:
                self.found[self.column] = code
            self.kind = attributes.get("t", "")
            self.has_formula = self.has_value = False
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self._end_row()
            number = attributes.get("r")
            self.number = int(number) if number and number.isdecimal() else self.number + 1
            self.is_hidden = attributes.get("hidden") in ("1", "true")

    def text(self, text: str) -> None:
        """Take note of text."""
        self.has_value = self.has_value or self.inside == "v"

    def end(self, name: str) -> None:
        """Take note of the end of an element."""
        self.inside = ""
        if name.rpartition(":")[2] == "c" and (
            self.kind == "e" or (self.has_formula and not self.has_value and self.kind != "str")
        ):
            self.lost.append(self.column)

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        found = self.columns.get(letters)
        if found is None:
            found = self.columns[letters] = column_number(letters)
        return found

    def _end_row(self) -> None:
        if self.found or self.is_hidden or self.lost:
            self.ready.append(Note(self.number, self.is_hidden, self.found, self.lost))
        self.found, self.lost, self.column, self.is_hidden = {}, [], -1, False

    def take(self, *, is_end: bool = False) -> list[Note]:
        """Return the rows that are whole."""
        if is_end:
            self._end_row()
        ready, self.ready = self.ready, []
        return ready


def _exact_moment(value: date, with_clock: bool, *, is_old: bool) -> object:
    """Return a moment to the second, a day where the format shows no more; what Excel counts wrongly can't be told."""
    if isinstance(value, datetime):
        value = _to_second(value)
    day = value.date() if isinstance(value, datetime) else value
    if is_old and (day == _TWO_DAYS or day.year < _FIRST_YEAR):
        return Unclear("E-cell-old")
    if with_clock and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


_FIRST_YEAR = 1900
_NOISE = timedelta(milliseconds=2)
"""What a double of days leaves undecided, and more."""


def _to_second(value: datetime) -> datetime:
    whole = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return whole if abs(whole - value) <= _NOISE else value


def _from_serial(number: float, *, counts_from_1904: bool, code: str) -> object:
    """Return the day or moment of a serial number (ISO/IEC 29500-1, 18.17.4)."""
    epoch = datetime(1904, 1, 1) if counts_from_1904 else datetime(1899, 12, 30)
    try:
        moment = epoch + timedelta(days=number)
    except OverflowError:
        return Unclear("E-cell-old")
    found = _exact_moment(moment, has_clock(code), is_old=not counts_from_1904)
    return found.date() if isinstance(found, datetime) and found.time() == time() and not has_clock(code) else found

"""Rows of CSV files."""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from generator.catalogue.form import Form
from generator.errors import Fault, Place, RecordError, fail
from generator.records.bounds import bounds
from generator.records.columns import Columns
from generator.records.head import head_of, refused_beneath
from generator.records.header import Header
from generator.records.item import RawRecord, SourceItem
from generator.records.nested import Gatherer
from generator.records.reading import PLAIN, Reading
from generator.records.table_rows import TableRows
from generator.records.text_files import MAX_CELL, TextLayout
from generator.records.workbooks import Row

_GUARDED = re.compile(r'="([^"]*)"')


class CsvSource:
    """A list in a file of text: UTF-8, UTF-16, UTF-32, GBK/GB 18030 or Big5; commas, tabs, semicolons or bars."""

    def __init__(self, path: Path, form: Form, reading: Reading = PLAIN, known: Columns | None = None) -> None:
        self.path, self.form, self.reading, self.known = path, form, reading, known
        self.warnings: list[Fault] = []

    def __getstate__(self) -> dict[str, Any]:
        return {"known": None, "path": self.path, "form": self.form, "reading": self.reading, "warnings": []}

    @cached_property
    def _text(self) -> TextLayout:
        try:
            found = TextLayout(self.path, self.known or Columns(self.form, self.reading))
        except (OSError, UnicodeDecodeError) as error:
            raise self.unreadable(error) from None
        if found.layout is None:
            if found.broken:
                raise fail(RecordError, "E-csv", Place(self.path.name, str(found.broken)))
            first = str(found.rows[0].number) if found.rows else ""
            raise fail(RecordError, "E-no-header", Place(self.path.name, first))
        return found

    @cached_property
    def encoding(self) -> str:
        """Return the encoding that the file can be read in and in which its header makes most sense."""
        return self._text.encoding

    @cached_property
    def header(self) -> Header:
        """Return the header of the list."""
        layout = self._text.layout
        assert layout is not None
        place = Place(self.path.name, str(layout.last))
        return Header(layout.names, self._text.columns, place)

    @property
    def columns(self) -> Sequence[str]:
        """Return the names of the columns."""
        return list(dict.fromkeys(self.header.known))

    @cached_property
    def head(self) -> RawRecord:
        """Return what stands above the rows."""
        layout = self._text.layout
        assert layout is not None
        above = [row for row in self._text.rows if row.number < layout.first]
        return head_of(above, self.header, self.form, "", Place(self.path.name))

    def unreadable(self, error: OSError | UnicodeDecodeError) -> RecordError:
        """Return the error of a file that can't be read to its end (E-encoding, E-file-read)."""
        if isinstance(error, UnicodeDecodeError):  # what a byte order mark says isn't kept to the end
            return fail(RecordError, "E-encoding", Place(self.path.name), tried=[error.encoding])
        return fail(RecordError, "E-file-read", Place(self.path.name), why=error.strerror or "?")

    def __iter__(self) -> Iterator[SourceItem]:
        header, left = self.header, self.header.left_out
        self.head  # noqa: B018  # what is wrong above the rows comes before them
        assert self._text.layout is not None
        told = {"W-columns-left": left, "W-columns-group": self._text.layout.grouped}
        self.warnings = [Fault(code, Place(self.path.name), {"columns": [*n]}) for code, n in told.items() if n]
        try:
            if header.has_tables:
                yield from Gatherer(header, self.form.record_spec, self.form.identity).gathered(
                    (item, False) for item in self._rows()
                )
            else:
                yield from self._rows()
        except (OSError, UnicodeDecodeError) as error:
            raise self.unreadable(error) from None

    def _rows(self) -> Iterator[SourceItem]:
        header, layout, file = self.header, self._text.layout, self.path.name
        assert layout is not None
        table = TableRows(layout, (), header.serial)
        for number, cells in self._cells():
            if number <= layout.last:
                continue
            if table.is_plain(cells):
                yield header.texts(cells, Place(file, str(number)))
            elif any(cell.strip() for cell in cells):
                for row in table.taken(Row(number, cells)):
                    yield header.row(row, Place(file, str(row.number)))
        table.end()
        yield from refused_beneath(table.notes, header, "", Place(file))
        self.warnings += table.left_out.warnings(Place(file))

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of the file with the numbers of their first lines."""
        csv.field_size_limit(MAX_CELL)
        with self.path.open(encoding=self._text.encoding, newline="") as file:
            before = 1 if self._text.is_declared else 0
            if before:
                file.readline()
            lines = _Lines(file, Place(self.path.name))
            reader = csv.reader(lines, delimiter=self._text.delimiter, strict=True)
            line = before + 1
            try:
                for cells in reader:
                    yield line, list(map(unguarded, cells)) if lines.is_guarded else cells
                    lines.held, lines.is_guarded = 0, False
                    line = before + reader.line_num + 1
            except csv.Error:
                raise fail(RecordError, "E-csv", Place(self.path.name, str(line))) from None


class _Lines:
    """The lines of a file, as long as a record is not too large."""

    def __init__(self, file: IO[str], place: Place) -> None:
        self.file, self.place, self.most = file, place, bounds().record << 20
        self.held = 0
        self.is_guarded = False
        """Whether the lines of a row may have cells that are guarded."""

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(self.most + 1):
            self.held += len(line)
            if self.held > self.most:
                raise fail(RecordError, "E-record-large", self.place, limit=bounds().record)
            self.is_guarded = self.is_guarded or '="' in line or "\t" in line
            yield line


def unguarded(cell: str) -> str:
    """Return what a cell says that is guarded against Excel taking it for a number: ="0042", or a tab beside it."""
    text = cell.strip("\t")
    found = _GUARDED.fullmatch(text)
    return found[1] if found else text

"""Texts that are longer than any cell shows: they stand whole in their cells, and once more beneath the table."""

from collections.abc import Iterator, Sequence

from generator.document import Row, Table
from generator.text_measure import lines_of
from generator.units import Mm, Pt
from generator.wording import phrase
from generator.writers.xlsx.stream import Measure
from generator.writers.xlsx.workbook import Book

_AT_ONCE, _SURE = 10, 0.93
"""Lines that are set in one row, longer texts take several; share of the width that they take, for fonts differ."""


class Long:
    """Finds the texts that take more lines than a row shows, and sets them beneath the table.

    They aren't held: the rows are read once more.
    """

    def __init__(self, book: Book, table: Table, measures: Sequence[tuple[int, Measure]], most: int) -> None:
        self.lang, self.table = book.document.lang, table
        self.measures, self.most = measures, most
        self.count = 0

    def columns(self, row: Row) -> list[int]:
        """Return the columns of a row whose texts are too long."""
        return [n for n, measured in self.measures if measured(row.values[n]) > self.most]

    def texts(self, width: Mm, size: Pt) -> Iterator[tuple[str, int]]:
        """Yield what is set beneath the table, a row each, and how many lines that is of a width and size."""
        yield phrase("sheet.long", self.lang), 1
        left = self.count
        for number, row in enumerate(self.table.rows, 1):
            if not left:
                return
            left -= len(self.columns(row))
            yield from self.parts(row, number, width, size)

    def parts(self, row: Row, number: int, width: Mm, size: Pt) -> Iterator[tuple[str, int]]:
        """Yield the texts of a row that are too long, a row of the sheet each, and how many lines that is."""
        for n in self.columns(row):
            yield from _in_rows(self._told(row, number, n), width, size)

    def _told(self, row: Row, number: int, n: int) -> str:
        key = self.table.columns[self.table.key]
        value = row.values[self.table.key]
        record = str(number) if value is None or self.table.key == n else key.face.text(value, self.lang)
        face = self.table.columns[n].face
        told = phrase("sheet.long_text", self.lang)
        return told.format(record=record, label=face.label, text=face.text(row.values[n], self.lang))


def _in_rows(text: str, width: Mm, size: Pt) -> Iterator[tuple[str, int]]:
    """Yield a text in parts of which each has room in one row, with their lines."""
    lines = lines_of(text, Mm(width * _SURE), size)
    if len(lines) <= _AT_ONCE:
        yield text, len(lines)
        return
    mark = text[: text.find("：") + 1] or text[: text.find(":") + 1]
    for n in range(0, len(lines), _AT_ONCE):
        part = lines[n : n + _AT_ONCE]
        yield ("" if n == 0 else f"{mark}… ") + "\n".join(part), len(part) + (n > 0)

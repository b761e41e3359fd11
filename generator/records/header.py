"""The header of a list: it says which cell is which field, wherever a title or key is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.errors import Fault, Place, RecordError, fail, unnamed
from generator.kinds.raw import ValueFault
from generator.records.bounds import bounds
from generator.records.cells import DITTOS, value_of
from generator.records.columns import Column, Columns
from generator.records.given import refused, unread
from generator.records.item import SourceItem
from generator.records.table_rows import is_number
from generator.records.unknown import ColumnName, letters, told
from generator.records.words import is_blank
from generator.records.workbooks import Row
from generator.records.workbooks.xlsx import Unclear
from generator.wording import LANGS

_FEWEST = 3
"""Names that make a row a header, and not the answers of a record."""

_MOST_TWINS, _LONGEST_TWIN = 20, 40
_NOTHING: Mapping[int, str] = {}


class Header:
    """The columns of a list, as its header names them.

    `keys`: what a column is for sure, by its place from 0, where the list itself says it. Raises RecordError where no
    cell names a field (E-no-header), so that values aren't taken for names, or two have one name (E-column-twice), or
    there are too many (E-columns-many).
    """

    def __init__(
        self, names: Sequence[str], columns: Columns, place: Place, keys: Mapping[int, str] = _NOTHING
    ) -> None:
        most = bounds().columns
        if len(names) > most:
            raise fail(RecordError, "E-columns-many", place, count=len(names), limit=most)
        self._knows, self._titles = columns.knows, columns.titles
        self._odd = self._titles | DITTOS
        self.names = [keys.get(at, name.strip()) for at, name in enumerate(names)]
        self.columns = [columns.column(name, n) for n, name in enumerate(self.names, 1)]
        if not any(column.spec for column in self.columns):
            raise fail(RecordError, "E-no-header", place)
        self._refuse_twins(place)
        self._plain = [column.name for column in self.columns] if all(c.is_plain for c in self.columns) else []
        self._texts = [column.name if column.is_plain and column.spec else "" for column in self.columns]
        """The names of columns whose texts go into a record as they are."""

        self.serial = next((n for n, column in enumerate(self.columns) if column.is_running), None)
        self.has_tables = any(column.table for column in self.columns)

    @property
    def known(self) -> list[str]:
        """Return the names that the columns go by in a record, without those that are left out."""
        kept = (c for c in self.columns if not (c.is_left_out or c.is_serial))
        return [column.table or column.name for column in kept if column.name]

    @property
    def left_out(self) -> list[str]:
        """Return how the columns are called that are left out."""
        return [told(column.name, n) for n, column in enumerate(self.columns, 1) if column.is_left_out and column.name]

    def texts(self, cells: Sequence[str], place: Place) -> SourceItem:
        """Return a row of texts by name; empty ones are left out."""
        if not self._plain or len(cells) > len(self._plain) or not self._odd.isdisjoint(cells):
            return self.row(Row(0, cells), place)
        return {name: cell for name, cell in zip(self._plain, cells, strict=False) if cell}, place

    def row(self, row: Row, place: Place) -> SourceItem:
        """Return a row's cells by name, empty ones left out; or its faults, with the row as far as it could be read."""
        self._refuse_another(row.cells, place)
        made: dict[str, Any] = {}
        faults: list[Fault] = []
        texts, width = self._texts, len(self._texts)
        for at, cell in enumerate(row.cells):
            if cell == "" or cell is None:
                continue
            is_plain = type(cell) is str and at < width and texts[at] and cell[0] not in _SUSPECT
            if is_plain and at not in row.formats and cell not in DITTOS:
                made[texts[at]] = cell
                continue
            if is_blank(cell):
                continue
            column = self.columns[at] if at < len(self.columns) else _BEYOND
            if column.is_left_out or (column.is_serial and is_number(cell)):
                continue
            try:
                self._put(made, column, value_of(cell, column, row.formats.get(at, ""), row.shown.get(at, "")), at)
            except ValueFault as fault:
                named = replace(place, titles=_title(column, at + 1))
                if fault.code in _OF_CELL:
                    named = replace(named, row=_cell_of(named.row, at))
                faults.append(Fault(fault.code, named, {**fault.params}))
        faults += self._misplaced(row, place)
        return refused(faults, self._given(row)) if faults else (made, place)

    def _refuse_another(self, cells: Sequence[object], place: Place) -> None:
        """Raise RecordError (E-header-again) for a row that is a header of other columns: what follows is misread."""
        texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
        if self._titles.isdisjoint(texts) or len(texts) < _FEWEST:
            return
        others = any(not (isinstance(cell, str) or is_blank(cell)) for cell in cells)
        if not others and 2 * sum(map(self._knows, texts)) > len(texts):
            raise fail(RecordError, "E-header-again", place)

    def _given(self, row: Row) -> dict[str, Any]:
        """Return all cells of a row that can't be read: those without a name by the letters of their columns."""
        made: dict[str, Any] = {}
        for at, cell in enumerate(row.cells):
            column = self.columns[at] if at < len(self.columns) else _BEYOND
            if is_blank(cell) or column.is_left_out:
                continue
            try:
                value = value_of(cell, column, row.formats.get(at, ""), row.shown.get(at, ""))
            except ValueFault:
                value = unread("" if isinstance(cell, Unclear) else cell)
            self._put(made, column, value, at)
        return {name: rows_of(value) if isinstance(value, dict) else value for name, value in made.items()}

    def _put(self, made: dict[str, Any], column: Column, value: object, at: int) -> None:
        if column.table:
            rows = made.setdefault(column.table, {})
            rows.setdefault(column.number, {})[column.name] = value
        else:
            made[column.name or self._lettered(at)] = value

    def _lettered(self, at: int) -> str:
        """Return what a cell without a name goes by."""
        name = f"column {letters(at + 1)}"
        while name in self.names:
            name += "*"
        return name

    def _misplaced(self, row: Row, place: Place) -> list[Fault]:
        """Return the faults of cells that stand under no name."""
        named = len(self.columns)
        if any(not is_blank(cell) for cell in row.cells[named:]):
            return [Fault("E-columns", place, {"given": len(row.cells), "named": named})]
        for at, (column, cell) in enumerate(zip(self.columns, row.cells, strict=False)):
            if not column.name and not is_blank(cell):
                return [Fault("E-column-unnamed", replace(place, row=_cell_of(place.row, at)))]
        return []

    def _refuse_twins(self, place: Place) -> None:
        """Raise RecordError (E-column-twice) for names that stand twice; unknown ones go by their columns."""
        columns: dict[tuple[str, str, int], list[int]] = {}
        for number, column in enumerate(self.columns, 1):
            if column.name and not column.is_left_out:
                columns.setdefault((column.table, str(column.name), column.number), []).append(number)
        twins = [self._called(at) for at in columns.values() if len(at) > 1]
        if twins:
            named = sorted(twin if len(twin) <= _LONGEST_TWIN else f"{twin[:_LONGEST_TWIN]}…" for twin in twins)
            more = ["…"] * (len(named) > _MOST_TWINS)
            raise fail(RecordError, "E-column-twice", place, names=[*named[:_MOST_TWINS], *more])

    def _called(self, at: Sequence[int]) -> str:
        column = self.columns[at[0] - 1]
        return column.name if column.spec else "/".join(map(letters, at))


_BEYOND = Column("")
_OF_CELL = frozenset({"E-cell-lost", "E-cell-old", "E-cell-format", "E-cell-picture", "E-cell-ditto"})
"""Faults that lie in one cell, which is then named."""

_SUSPECT = frozenset("= \t\n\r\xa0\u3000")
"""Letters that a formula or a blank text begins with."""


def _cell_of(row: str, at: int) -> str:
    """Return the place of a cell in the row of a sheet; that of the row itself in a file of text."""
    sheet, mark, number = row.rpartition("!")
    return f"{sheet}!{letters(at + 1)}{number}" if mark else row


def rows_of(numbered: Mapping[int, Any]) -> list[Any]:
    """Return the rows of a nested list in the order of their numbers."""
    return [numbered[number] for number in sorted(numbered)]


def _title(column: Column, number: int) -> Mapping[str, str]:
    """Return how a fault calls a column."""
    if isinstance(column.name, ColumnName) or not column.name:
        return unnamed("title", column=letters(number))
    return dict.fromkeys(LANGS, column.name)

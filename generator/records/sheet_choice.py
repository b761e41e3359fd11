"""Which sheets of a workbook hold the list that is meant; where that isn't clear, it is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from generator.errors import Place, RecordError, UsageError, fail
from generator.kinds.raw import fold
from generator.records.columns import Columns
from generator.records.layout import SEARCHED, Layout, find_layout
from generator.records.workbooks import Area, Book, Row, Sheet

MORE = "more_f_"
"""How the names of cells begin on a sheet on which a table of ours goes on."""

ALL = frozenset({"all", "全部", "*"})
_LONGEST_NAME, _MOST_NAMES = 31, 20


@dataclass(frozen=True)
class FoundSheet:
    """A sheet with the header that was found on it, and the part of it that is meant."""

    sheet: Sheet
    layout: Layout
    area: Area | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the part that is meant."""
        return within(self.sheet.rows(), self.area)


def shown(name: str) -> str:
    """Return a sheet's name as places have it: no longer than Excel lets it be, nothing in it that no line can show."""
    told = "".join(c if c.isprintable() else " " for c in name[: _LONGEST_NAME + 1])
    return told if len(told) <= _LONGEST_NAME else f"{told[:_LONGEST_NAME]}…"


def within(rows: Iterator[Row], area: Area | None) -> Iterator[Row]:
    """Yield rows as far as they lie in an area: cells left of it are blank, those right of it and rows beyond cut."""
    if area is None:
        yield from rows
        return
    for row in rows:
        if row.number > area.bottom:
            return
        if row.number >= area.top:
            cells = [*[""] * area.left, *row.cells[area.left : area.right + 1]]
            yield row._replace(cells=cells)


def leading(sheet: Sheet, area: Area | None = None) -> list[Row]:
    """Return the first rows of a sheet, or of an area of it, that hold something."""
    return list(
        islice((row for row in within(sheet.rows(), area) if any(c not in ("", None) for c in row.cells)), SEARCHED)
    )


class SheetChoice:
    """Finds the sheets that are meant."""

    def __init__(self, book: Book, columns: Columns, place: Place) -> None:
        self.book, self.columns, self.place = book, columns, place

    def chosen(self, wanted: str) -> list[FoundSheet]:
        """Return the sheets with their headers.

        `wanted`: a sheet's name or number, a table's name, `all`, or nothing. Raises UsageError (E-sheet-missing) where
        there is none of that name, RecordError (E-sheets-many) where several hold such a list and nothing is wanted,
        (E-sheet-hidden) where only hidden ones do, and (E-no-header) where none does.
        """
        if fold(wanted) in ALL:
            return self._lists(self._visible()) or self._none(self._visible())
        if wanted:
            sheet, area = self._named(wanted)
            return self._lists([sheet], area) or self._none([sheet])
        found = self._lists(self._visible())
        if len(found) > 1 and not self._is_one(found):
            raise fail(RecordError, "E-sheets-many", self.place, sheets=_names(one.sheet for one in found))
        if not found and (hidden := self._lists([s for s in self.book.sheets if s.is_hidden])):
            raise fail(RecordError, "E-sheet-hidden", self.place, sheets=_names(one.sheet for one in hidden))
        return found or self._none(self._visible())

    def _is_one(self, found: Sequence[FoundSheet]) -> bool:
        """Tell whether lists are one of ours, and the sheet on which it goes on."""
        more = {at.sheet for name, at in self.book.names.items() if name.startswith(MORE)}
        return sum(one.sheet.name not in more for one in found) == 1

    def _visible(self) -> list[Sheet]:
        """Return the sheets that a person sees, without those that hold the rows of nested lists."""
        return [s for s in self.book.sheets if not s.is_hidden and self.columns.table(s.name) is None]

    def _none(self, sheets: Sequence[Sheet]) -> list[FoundSheet]:
        where = self.place
        if len(sheets) == 1:
            row = next((str(row.number) for row in leading(sheets[0])), "1")
            where = Place(self.place.file, f"{shown(sheets[0].name)}!{row}")
        raise fail(RecordError, "E-no-header", where)

    def _named(self, wanted: str) -> tuple[Sheet, Area | None]:
        for sheet in self.book.sheets:
            if sheet.name == wanted or fold(sheet.name) == fold(wanted):
                return sheet, None
        table = next((at for name, at in self.book.tables.items() if fold(name) == fold(wanted)), None)
        if table is not None:
            return next(sheet for sheet in self.book.sheets if sheet.name == table.sheet), table.area
        if wanted.isascii() and wanted.isdigit() and 0 < int(wanted) <= len(self.book.sheets):
            return self.book.sheets[int(wanted) - 1], None
        known = [*_names(self.book.sheets), *list(self.book.tables)[:_MOST_NAMES]]
        raise fail(UsageError, "E-sheet-missing", self.place, sheets=known)

    def _lists(self, sheets: Sequence[Sheet], area: Area | None = None) -> list[FoundSheet]:
        found = []
        for sheet in sheets:
            layout = find_layout(leading(sheet, area), sheet.merged, self.columns)
            if layout is not None:
                found.append(FoundSheet(sheet, layout, area))
        sure = [one for one in found if one.layout.is_sure]
        return sure or found


def _names(sheets: Iterator[Sheet] | Sequence[Sheet]) -> list[str]:
    names = [shown(sheet.name) for sheet in sheets]
    return [*names[:_MOST_NAMES], *["…"] * (len(names) > _MOST_NAMES)]

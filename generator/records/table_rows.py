"""The rows of a list told from what stands among and beneath them: totals, notes, repeated headers, blank rows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from generator.errors import Fault, Place
from generator.records.layout import Layout, name_of
from generator.records.second_table import SecondTable
from generator.records.words import (
    ends_as_total,
    finals_of_totals,
    initials_of_totals,
    is_blank,
    is_end,
    is_figure,
    is_labelled,
    is_note,
    is_serial,
    is_total,
)
from generator.records.workbooks import Area, Row

_MOST_PENDING = 200


def is_number(cell: object) -> bool:
    """Tell whether a cell holds a running number."""
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and cell.strip(" .、)）").isdigit())


@dataclass
class LeftOut:
    """The rows of a sheet that are no records, or that nobody sees; numbers from 1, in their order."""

    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)

    def warnings(self, place: Place) -> Iterator[Fault]:
        """Yield a warning for each kind of rows."""
        if self.totals:
            yield _warning("W-rows-total", place, self.totals)
        if self.notes:
            yield _warning("W-rows-note", place, self.notes)
        if self.headers:
            yield _warning("W-rows-header", place, self.headers)
        if self.others:
            yield _warning("W-rows-other", place, self.others)
        if self.hidden:
            yield _warning("W-rows-hidden", place, self.hidden)


def _warning(code: str, place: Place, rows: Sequence[int]) -> Fault:
    return Fault(code, place, {"count": len(rows), "rows": ranges(rows)})


_SHOWN_RANGES = 12


def ranges(rows: Sequence[int]) -> list[str]:
    """Return numbers in their order as ranges: 4–8, 11; the first dozen of them."""
    made: list[list[int]] = []
    for row in rows:
        if made and row == made[-1][1] + 1:
            made[-1][1] = row
        else:
            made.append([row, row])
    told = [str(first) if first == last else f"{first}–{last}" for first, last in made[:_SHOWN_RANGES]]
    return [*told, *["…"] * (len(made) > _SHOWN_RANGES)]


class TableRows:
    """Yields the rows of a sheet that are records, the cells of vertically merged ones filled in."""

    is_all_ours = False
    """Whether the sheet is known to hold no other table."""

    def __init__(self, layout: Layout, merged: Sequence[Area], serial: int | None) -> None:
        self.layout, self.serial = layout, serial
        self.header = tuple(layout.names)
        self.left_out = LeftOut()
        self._wide = {a.top: a for a in merged if a.right > a.left and a.bottom == a.top and a.top > layout.last}
        tall = [a for a in merged if a.bottom > a.top and a.bottom > layout.last]
        self._tall = sorted(tall, key=lambda area: area.top, reverse=True)
        self._open: dict[int, tuple[int, Row]] = {}
        self._pending: list[Row] = []
        self.repeated: dict[int, list[int]] = {}
        """By column the rows that have what stands in a merged cell above."""
        self.notes: list[Row] = []
        """Rows beneath the list, once it has ended."""
        self.continued: set[int] = set()
        """Rows that are joined by merged cells with the row before."""

    def records(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the records among the rows beneath the header."""
        second = SecondTable(self.layout)
        for row in rows if self.is_all_ours else second.behind(rows):
            if second.has_begun:
                self.left_out.others.append(row.number)
            elif second.is_heading(row):
                self.left_out.notes.append(row.number)
            else:
                yield from self.taken(row)
        self.end()

    def taken(self, row: Row) -> Sequence[Row]:
        """Return the records that are known to be some when a row has come: often that row alone."""
        if self.is_plain(row.cells) and not (row.is_hidden or self._tall or self._open):
            return (row,)
        if self.left_out.others:
            self.left_out.others.append(row.number)
            return ()
        row = self._filled(row)
        filled = [n for n, cell in enumerate(row.cells) if not is_blank(cell) and not self._is_running(n, cell)]
        if not filled or self._is_left_out(row, filled) or (len(filled) <= _FEW and self._is_pending(row, filled)):
            return ()
        found, self._pending = [*self._pending, row], []
        self.left_out.hidden += [record.number for record in found if record.is_hidden]
        return found

    def _is_running(self, column: int, cell: object) -> bool:
        """Tell whether a cell is no more than the running number of its row."""
        return column == self.serial and is_number(cell)

    def is_plain(self, cells: Sequence[object]) -> bool:
        """Tell by a quick look whether a row can be nothing but a record."""
        if self._pending or self.left_out.others or len(cells) - cells.count("") <= _FEW + 1:
            return False
        if len(self.layout.lines) >= _DEEP:
            return False
        at = 1 if self.serial == 0 else 0
        first = cells[at]
        if at and not is_number(cells[0]):
            return False
        if isinstance(first, str):
            is_free = first != "" and first[0] not in _INITIALS and first[-1] not in _FINALS
            return is_free and first != self.header[at]
        return isinstance(first, (int, float))

    def end(self) -> None:
        """Take note that no row follows: what might have been a record beneath the list is a note."""
        self.left_out.notes = sorted([*self.left_out.notes, *(row.number for row in self._pending)])
        self.notes, self._pending = self._pending, []

    def _is_totals(self, row: Row, filled: Sequence[int]) -> bool:
        first = row.cells[filled[0]]
        return isinstance(first, str) and _is_sum(first, [row.cells[n] for n in filled[1:]])

    def _take_total(self, row: Row, filled: Sequence[int]) -> None:
        self.left_out.totals.append(row.number)

    def _is_left_out(self, row: Row, filled: Sequence[int]) -> bool:
        first = row.cells[filled[0]]
        if self._is_totals(row, filled):
            self._take_total(row, filled)
            return True
        if len(filled) == 1 and isinstance(first, str) and self._is_note(first, row, filled[0]):
            self.left_out.notes.append(row.number)
            return True
        if self._is_header(row, filled):
            self.left_out.headers.append(row.number)
            return True
        if self._begins_another(row, filled):
            self.left_out.others.append(row.number)
            return True
        return False

    def _begins_another(self, row: Row, filled: Sequence[int]) -> bool:
        """Tell whether a row is the header of another list: 序号 beside names, beneath the running numbers of this.

        Where most of them are names of this list too, it is this one that goes on in another order: no such row.
        """
        texts = [row.cells[n] for n in filled]
        if filled[0] != self.serial or len(filled) < _FEW or not is_serial(str(texts[0])):
            return False
        shared = sum(text in self.header for text in texts[1:])
        is_named = all(isinstance(text, str) and not is_figure(text) for text in texts)
        return is_named and 2 * shared < len(texts) - 1

    def _is_note(self, text: str, row: Row, column: int) -> bool:
        """Tell whether the only text of a row is a note, by what it says or by how wide its cell is."""
        is_first = column == next((n for n, name in enumerate(self.header) if name), 0)
        says_so = is_first and len(self.layout.names) > _FEW and (is_note(text) or self._goes_on(text, row))
        return says_so or is_end(text) or column == self.serial or self._is_wide(row, column)

    def _goes_on(self, text: str, row: Row) -> bool:
        """Tell whether a text is a further point of the note above it, as 2. is of 注：1."""
        return self.left_out.notes[-1:] == [row.number - 1] and _POINT.match(text) is not None

    def _is_wide(self, row: Row, column: int) -> bool:
        wide = self._wide.get(row.number)
        return wide is not None and wide.left <= column <= wide.right

    def _is_header(self, row: Row, filled: Sequence[int]) -> bool:
        texts = [row.cells[n] for n in filled]
        if len(self.layout.lines) > 1 and {n: name_of(row.cells[n]) for n in filled} in self.layout.lines:
            return True
        if not texts or not all(isinstance(text, str) for text in texts):
            return False
        is_same = all(name_of(row.cells[n]) == self._named(n) for n in filled)
        return is_same and 2 * len(filled) > len([name for name in self.header if name])

    def _named(self, column: int) -> str:
        return self.header[column] if column < len(self.header) else ""

    def _is_pending(self, row: Row, filled: Sequence[int]) -> bool:
        """Tell whether a row may be a note; it is one unless records follow."""
        texts = [row.cells[n] for n in filled]
        if len(self.layout.names) < _FEW or not all(isinstance(t, str) and is_labelled(t) for t in texts):
            return False
        if len(self._pending) < _MOST_PENDING:
            self._pending.append(row)
            return True
        return False

    def _filled(self, row: Row) -> Row:
        """Return a row with what stands in cells that are merged with those above."""
        while self._tall and self._tall[-1].top <= row.number:
            area = self._tall.pop()
            if area.top == row.number and area.left < len(row.cells):
                self._open[area.left] = (area.bottom, row)
        if not self._open:
            return row
        wanting = max(self._open) + 1 - len(row.cells)  # a row of ODS ends with its last filled cell
        cells, formats, shown = [*row.cells, *[""] * wanting], dict(row.formats), dict(row.shown)
        for column, (bottom, above) in list(self._open.items()):
            if row.number > above.number and is_blank(cells[column]):
                cells[column] = above.cells[column]
                self.repeated.setdefault(column, []).append(row.number)
                for mine, theirs in ((formats, above.formats), (shown, above.shown)):
                    if column in theirs:
                        mine[column] = theirs[column]
                self.continued.add(row.number)
            if row.number >= bottom:
                del self._open[column]
        return row._replace(cells=cells, formats=formats, shown=shown)


_FEW = 3
_POINT = re.compile(r"\s*[(（]?\d{1,2}[.．、)）]\s*\D")
_DEEP = 2
_INITIALS = initials_of_totals()
_FINALS = finals_of_totals()


def _is_sum(first: str, others: Sequence[object]) -> bool:
    """Tell whether a row is one of totals: by its first text, and by figures behind one that only ends so."""
    if is_total(first):
        return True
    return ends_as_total(first) and not any(isinstance(cell, str) and not is_figure(cell) for cell in others)

"""Another table beneath a list: known by a blank row, and names and rows that don't fit the columns above.

A list may have blank rows of its own, and records of nothing but texts behind them. So a row is the header of another
table only where several things speak for it; what would be lost else are records.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from generator.records.layout import Layout, name_of
from generator.records.words import ends_as_total, is_blank, is_end, is_figure, is_labelled, is_note, is_total
from generator.records.workbooks import Row

_SAMPLED: Final = 60
"""Records by which a column is known to hold figures or texts."""

_LEAST: Final = 2
_MONTH: Final = re.compile(
    r"(?:\d{4}\s*年?度?)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月份?|\d{4}\s*年度?|第?[一二三四1-4]季度"
)
_LONGEST: Final = 20


class SecondTable:
    """Holds rows back that may begin another table, until the row beneath tells."""

    def __init__(self, layout: Layout) -> None:
        self._names = [n for n, name in enumerate(layout.names) if name]
        self._header = {*layout.names, *(text for line in layout.lines for text in line.values())}
        self._figures: dict[int, int] = {}
        self._texts: dict[int, set[object]] = {}
        self._sampled = 0
        self._last = 0
        self._held: list[Row] = []
        self._has_months = False
        self.has_begun = False

    def behind(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows as they come, those that might begin another table once the next is known."""
        for row in rows:
            if row.cells.count("") + row.cells.count(None) < len(row.cells):
                yield from self._passed(row)
        yield from self._released()

    def is_heading(self, row: Row) -> bool:
        """Tell whether a row has but a text, in a first column of days or figures: 六月 above the days of June."""
        if len(row.cells) - row.cells.count("") - row.cells.count(None) > 1:
            return False
        filled = _filled(row)
        if [*filled] != self._names[:1] or len(self._names) <= _LEAST:
            return False
        (cell,) = filled.values()
        is_of_figures = self._sampled >= _LEAST and self._names[0] in self._of_figures()
        return (is_of_figures and _is_heading(cell)) or (isinstance(cell, str) and self._is_month(cell))

    def _is_month(self, text: str) -> bool:
        """Tell whether a text names a month or a year above its days, which no record of the list is about itself."""
        return _MONTH.fullmatch(text.strip()) is not None and not self._has_months

    def _passed(self, row: Row) -> Sequence[Row]:
        is_behind_gap, self._last = 0 < self._last < row.number - 1, row.number
        if self._held or is_behind_gap:
            return self._judged(row, _filled(row), is_behind_gap)
        if self._sampled < _SAMPLED:
            self._sample(row)
        return (row,)

    def _judged(self, row: Row, filled: dict[int, object], is_behind_gap: bool) -> Sequence[Row]:
        held = self._held
        if held and not is_behind_gap and self._is_other(_filled(held[-1]), filled):
            self.has_begun = True
            return self._released(row)
        if not held and is_behind_gap and (self._is_title(filled) or self._is_header(filled)):
            held.append(row)
            return ()
        if len(held) == 1 and self._is_title(_filled(held[0])) and self._is_header(filled):
            held.append(row)
            return ()
        return self._released(row)

    def _released(self, *more: Row) -> Sequence[Row]:
        held, self._held = self._held, []
        return (*held, *more)

    def _sample(self, row: Row) -> None:
        filled = _filled(row)
        first = next(iter(filled.values()), "")
        if len(filled) == 1 or (isinstance(first, str) and is_total(first)):
            return
        self._sampled += 1
        self._has_months |= isinstance(first, str) and _MONTH.fullmatch(first.strip()) is not None
        for n, cell in filled.items():
            if _is_text(cell):
                self._texts.setdefault(n, set()).add(cell)
            else:
                self._figures[n] = self._figures.get(n, 0) + 1

    def _of_figures(self) -> set[int]:
        """Return the columns that hold figures and days, and no texts."""
        return {n for n in self._figures if n not in self._texts}

    @staticmethod
    def _is_title(filled: dict[int, object]) -> bool:
        return len(filled) == 1 and all(map(_is_text, filled.values()))

    def _is_header(self, filled: dict[int, object]) -> bool:
        """Tell whether all that stands in a row may be names of columns, of which the list has few."""
        names = [*filled.values()]
        if len(names) < _LEAST or len(set(names)) < len(names) or not all(map(_is_name, names)):
            return False
        if any(cell in self._texts.get(n, ()) for n, cell in filled.items()):
            return False
        return not self._is_ours(filled)

    def _is_other(self, header: dict[int, object], below: dict[int, object]) -> bool:
        return self._is_header(header) and not self._is_ours(below) and self._begins(header, below)

    def _is_ours(self, filled: dict[int, object]) -> bool:
        """Tell whether most of a row are names of this list: its header is printed again on each page."""
        return 2 * sum(name_of(cell) in self._header for cell in filled.values()) > len(filled)

    def _begins(self, header: dict[int, object], below: dict[int, object]) -> bool:
        """Tell whether names and the row beneath are of another table: both differ from the records above."""
        figures = self._of_figures()
        against = [n for n in header if n in figures]
        row_differs = any(n in figures and _is_text(cell) for n, cell in below.items())
        is_narrow = header.keys() != set(self._names) and below.keys() <= header.keys()
        names_all = len(against) >= _LEAST and len(against) == len(figures)
        beneath = any(n in header and not _is_text(cell) for n, cell in below.items())
        return (row_differs or is_narrow or names_all) and (bool(against) or (beneath and is_narrow))


def _filled(row: Row) -> dict[int, object]:
    return {n: cell for n, cell in enumerate(row.cells) if not is_blank(cell)}


def _is_text(cell: object) -> bool:
    """Tell whether a cell holds a text that is neither a figure nor a day."""
    return isinstance(cell, str) and not is_figure(cell) and not cell.strip()[:1].isdigit()


def _is_heading(cell: object) -> bool:
    if not isinstance(cell, str) or not _is_text(cell):
        return False
    return not (is_total(cell) or ends_as_total(cell) or is_end(cell) or is_labelled(cell))


def _is_name(cell: object) -> bool:
    if not isinstance(cell, str) or not _is_text(cell) or len(cell.strip()) > _LONGEST:
        return False
    return not (is_total(cell) or is_labelled(cell) or is_note(cell)) and any(map(str.isalpha, cell))

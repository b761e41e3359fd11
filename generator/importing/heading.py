"""The header of a list that nobody knows yet: names without figures, above rows that they cover."""

from collections.abc import Sequence
from dataclasses import replace

from generator.catalogue.form import FieldSpec
from generator.importing.naming import known_titles
from generator.kinds.raw import fold
from generator.records.columns import Column, Columns
from generator.records.layout import Layout, layout_of, name_of
from generator.records.mapping import NO_MAP
from generator.records.reading import PLAIN
from generator.records.words import is_blank, is_end, is_figure, is_labelled, is_note, is_serial
from generator.records.workbooks import Area, Row

_LONGEST, _DEEPEST, _LOOKED_AT = 80, 3, 25
_COVERED, _WIDE = 0.7, 0.5


class AnyColumns(Columns):
    """Columns of whatever name: a header is one by how it looks."""

    def __init__(self) -> None:
        self.spec, self.reading, self.map = FieldSpec("", "", "section", {}), PLAIN, NO_MAP

    def knows(self, name: str) -> bool:
        """Tell whether a text may be the name of a column."""
        return is_name(name)

    def table(self, name: str) -> FieldSpec | None:
        return None

    def is_group(self, name: str) -> bool:
        return False

    def without_group(self, name: str) -> str:
        return name

    def column(self, name: str, at: int = 0) -> Column:
        return Column(name.strip(), is_serial=is_serial(name))


class TitledColumns(AnyColumns):
    """Columns that our forms have, in whatever form: they tell in which encoding a file of text makes sense."""

    def knows(self, name: str) -> bool:
        return fold(name) in known_titles()


def is_name(text: str) -> bool:
    """Tell whether a text may be the name of a column: short, no figure, no label with what it says."""
    text = text.strip()
    if not text or len(text) > _LONGEST or not any(map(str.isalpha, text)):
        return False
    return not (is_figure(text) or is_end(text) or is_note(text) or (is_labelled(text) and len(text) > _SHORT_LABEL))


_SHORT_LABEL = 12


def heading(rows: Sequence[Row], merged: Sequence[Area], hinted: int = 0) -> Layout | None:
    """Return the header among the first rows of a sheet; `hinted`: the row that the workbook itself names."""
    columns = AnyColumns()
    starts = [n for n, row in enumerate(rows) if row.number == hinted] or list(range(len(rows)))
    for start in [*starts, *range(len(rows))]:
        found = _deepest(rows, start, merged, columns)
        if found is not None:
            return found
    return None


def _deepest(rows: Sequence[Row], start: int, merged: Sequence[Area], columns: Columns) -> Layout | None:
    """Return the header that begins in a row: of as many rows as belong together."""
    best: Layout | None = None
    if _is_title(rows[start], rows[start + 1 : start + 2], merged):
        return None
    for depth in range(1, min(_DEEPEST, len(rows) - start) + 1):
        part = rows[start : start + depth]
        layout = layout_of(part, merged, columns)
        if layout is None:
            break
        if depth > 1 and not _goes_on(part, rows[start + depth :], merged):
            continue
        if _fits(layout, rows[start + depth :]):
            best = layout
    return best and replace(best, lines=best.lines or [])


def _is_title(row: Row, beneath: Sequence[Row], merged: Sequence[Area]) -> bool:
    """Tell whether a row says one thing alone, over several columns: what the list is called.

    In the first cell it is no group either, though nothing be merged: the columns beneath it begin there.
    """
    said = [n for n, cell in enumerate(row.cells) if not is_blank(cell)]
    if len(said) != 1:
        return False
    names = [n for row in beneath for n, cell in enumerate(row.cells) if not is_blank(cell)]
    if said == [0] and names[:1] == [0] and len(names) > 1:
        return True
    return any(a.top <= row.number <= a.bottom and a.left <= said[0] < a.right for a in merged)


def _goes_on(part: Sequence[Row], beneath: Sequence[Row], merged: Sequence[Area]) -> bool:
    """Tell whether the last of some rows belongs to the header: names only, which the rows beneath don't repeat."""
    last = {n: name_of(cell) for n, cell in enumerate(part[-1].cells) if not is_blank(cell)}
    if not last or not all(isinstance(part[-1].cells[n], str) and is_name(text) for n, text in last.items()):
        return False
    if any(isinstance(cell, str) and is_labelled(cell) for row in part[:-1] for cell in row.cells):
        return False
    first, end = part[0].number, part[-1].number
    joined = [a for a in merged if first <= a.top < end and (a.right > a.left or a.bottom > a.top)]
    spans = [a for a in joined if a.right > a.left]
    if merged:
        return bool(spans) and any(a.left <= n <= a.right for a in spans for n in last)
    cells = {name_of(row.cells[n]) for row in beneath for n in last if n < len(row.cells)}
    blanks = [n for n in last if n >= len(part[0].cells) or is_blank(part[0].cells[n])]
    return len(last) > 1 and bool(blanks) and cells.isdisjoint(last.values())


def _fits(layout: Layout, beneath: Sequence[Row]) -> bool:
    """Tell whether names stand above what the rows beneath hold, and are names."""
    names = {n: name for n, name in enumerate(layout.names) if name}
    good = [name for name in names.values() if is_name(name.rpartition("/")[2])]
    if not names or 2 * len(good) <= len(names) or len({*names.values()}) < min(_COVERED * len(names), len(names) - 1):
        return False
    filled = [
        [n for n, cell in enumerate(row.cells[: layout.end or None]) if not is_blank(cell)]
        for row in beneath[:_LOOKED_AT]
        if row.cells
    ]
    widest = max(map(len, filled), default=0)
    if not filled or not widest:
        return len(names) > 1 and len(good) == len(names)
    if widest > 1 and len(names) < 2:
        return False
    rows = [columns for columns in filled if 2 * len(columns) >= widest]
    used = {n for columns in rows for n in columns}
    return len(used & names.keys()) >= _COVERED * len(used) and len(names) >= _WIDE * widest

"""Where the parts of a list stand on a sheet: its title, what is said above, the rows of its header, its first row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from generator.records.columns import Columns
from generator.records.words import is_labelled, is_serial
from generator.records.workbooks import Area, Row

SEARCHED = 40
"""Rows in which the header is looked for."""

_DEEPEST = 3
_LONGEST_NAME = 500
_MOST_LOOKED_AT = 2001
_PAIR = re.compile(r"([^：:\s]{1,30})\s*[：:]\s*([^：:]*?)(?=\s+[^：:\s]{1,30}\s*[：:]|\s*$)")

_APART = re.compile(r"\s{2,}|\s*[;；|]\s*")
"""What stands between pairs of a cell whose labels have blanks."""


@dataclass(frozen=True)
class Layout:
    """The header of a list: its first and last row, the names of the columns from A on, how many of them are known.

    `grouped`: the names of columns that stand beneath groups which the form doesn't know. `lines`: the texts of each
    row of the header, and of groups above it, by column from 0. `signs`: cells that join its rows, and columns of
    running numbers.
    """

    first: int
    last: int
    names: Sequence[str]
    known: int
    given: int
    grouped: Sequence[str] = ()
    lines: Sequence[Mapping[int, str]] = ()
    signs: int = 0
    end: int = 0
    """Columns of the list, where something stands beside it behind a blank one: a legend; 0 where nothing does."""

    @property
    def is_sure(self) -> bool:
        """Tell whether so many names are known that this can't be anything but a header."""
        return self.known > 1 or self.known == self.given

    @property
    def worth(self) -> tuple[int, int, int, int]:
        """Return what a header is chosen by: names that are known, signs that its rows are one, and few groups."""
        return self.known, self.signs, -len(self.grouped), -len(self.lines)


def name_of(cell: object) -> str:
    """Return what a cell of a header says."""
    if isinstance(cell, str):
        return cell[:_LONGEST_NAME].strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell) if isinstance(cell, int) else ""


def find_layout(rows: Sequence[Row], merged: Sequence[Area], columns: Columns) -> Layout | None:
    """Return the header among the first rows of a sheet: those that hold the most known names, as few as may be."""
    best: Layout | None = None
    for n in range(len(rows)):
        for depth in range(1, min(_DEEPEST, len(rows) - n) + 1):
            found = layout_of(rows[n : n + depth], merged, columns)
            if found is None:
                break
            if found.known and (best is None or found.worth > best.worth):
                best = found
    return best and replace(best, lines=[*_groups_above(rows, best), *best.lines])


def _groups_above(rows: Sequence[Row], found: Layout) -> list[Mapping[int, str]]:
    """Return the texts of a row of groups right above a header that is clear without them."""
    return [_texts(row) for row in rows if row.number == found.first - 1 and _is_of_groups(row)]


def _texts(row: Row) -> Mapping[int, str]:
    return {n: text for n, text in enumerate(map(name_of, row.cells)) if text}


def layout_of(rows: Sequence[Row], merged: Sequence[Area], columns: Columns) -> Layout | None:
    """Return so many rows as a header; None where they don't belong together."""
    names = _names(rows, merged)
    if names is None:
        return None
    plain = [*names]
    if _has_groups(rows):
        plain[:_MOST_LOOKED_AT] = map(columns.without_group, names[:_MOST_LOOKED_AT])
    known = sum(map(columns.knows, set(plain[:_MOST_LOOKED_AT])))
    grouped = [name for name, own in zip(plain, names, strict=True) if name != own]
    lines = [_texts(row) for row in rows]
    signs = sum(map(is_serial, plain[:_MOST_LOOKED_AT])) + sum(_joins(area, rows) for area in merged)
    signs += _goes_on(rows, merged, columns, known) + _of_nested(plain, columns)
    end = _end(plain, max(len(row.cells) for row in rows), columns)
    return Layout(rows[0].number, rows[-1].number, plain, known, sum(map(bool, plain)), grouped, lines, signs, end)


def _end(names: Sequence[str], width: int, columns: Columns) -> int:
    """Return how many columns a list has, with the blank one behind it, where no name further right is known."""
    if len(names) < width:
        return len(names) + 1
    gap = _gap([names])
    return gap + 1 if gap and not any(map(columns.knows, filter(None, names[gap:]))) else 0


def _of_nested(names: Sequence[str], columns: Columns) -> bool:
    """Tell whether a group above columns is a nested list."""
    return any(columns.is_group(name.partition("/")[0]) for name in names[:_MOST_LOOKED_AT] if "/" in name)


def _goes_on(rows: Sequence[Row], merged: Sequence[Area], columns: Columns, known: int) -> bool:
    """Tell whether a header goes on beneath its groups with names that nobody knows: 计划 over 起 and 止."""
    above = set(_texts(rows[0]).values())
    return _has_groups(rows) and _is_grouped(rows, merged) and known == sum(map(columns.knows, above)) > 0


def _joins(area: Area, rows: Sequence[Row]) -> bool:
    """Tell whether a merged cell joins rows."""
    return rows[0].number <= area.top < area.bottom <= rows[-1].number


def _has_groups(rows: Sequence[Row]) -> bool:
    """Tell whether texts stand above names as groups do: not one title alone, nor what is said above a list."""
    return all(_is_of_groups(row) for row in rows[:-1]) and len(rows) > 1


def _is_of_groups(row: Row) -> bool:
    texts = {*_texts(row).values()}
    return len(texts) > 1 and not any(is_labelled(text) for text in texts)


def _is_grouped(rows: Sequence[Row], merged: Sequence[Area]) -> bool:
    """Tell whether all that the last of some rows says stands beneath cells that are merged over several columns."""
    groups = [a for a in merged if a.right > a.left and a.top == a.bottom == rows[-1].number - 1]
    under = [n for n, cell in enumerate(rows[-1].cells) if name_of(cell)]
    return len(under) > 1 and all(any(a.left <= n <= a.right for a in groups) for n in under)


def _names(rows: Sequence[Row], merged: Sequence[Area]) -> list[str] | None:
    """Return the names of columns that so many rows make together; None where they don't belong together."""
    texts = [[name_of(cell) for cell in row.cells] for row in rows]
    if len(rows) == 1:
        return texts[0]
    width = max(map(len, texts))
    texts = [line + [""] * (width - len(line)) for line in texts]
    if any(below.number > above.number + _height(above, merged) for above, below in pairwise(rows)):
        return None
    here = [area for area in merged if rows[0].number <= area.top and area.bottom <= rows[-1].number]
    spread = _spread_merged(texts, here, rows[0].number) if here else _spread_blank(texts)
    if spread is None or not _belong_together(spread, texts):
        end = _gap(texts)
        cut = [row._replace(cells=row.cells[:end]) for row in rows]
        return _names(cut, merged) if end else None
    return [_joined([line[column] for line in spread]) for column in range(width)]


def _gap(texts: Sequence[Sequence[str]]) -> int:
    """Return the first blank column behind two that aren't, with more behind it: a legend stands there; 0 for none."""
    is_named = [any(column) for column in zip(*texts, strict=True)]
    gaps = (n for n, named in enumerate(is_named) if not named and sum(is_named[:n]) > 1 and any(is_named[n:]))
    return next(gaps, 0)


def _height(row: Row, merged: Sequence[Area]) -> int:
    """Return the lines that a row takes: in a file of text, where no cells are merged, each line of a cell counts."""
    return 1 if merged else 1 + sum(cell.count("\n") for cell in row.cells if isinstance(cell, str))


def _spread_merged(texts: list[list[str]], merged: Sequence[Area], top: int) -> list[list[str]] | None:
    """Return the texts with those of merged cells in all of their columns; None where no cell joins the rows."""
    joins = [a for a in merged if a.bottom > a.top or (a.right > a.left and a.bottom < top + len(texts) - 1)]
    if not joins:
        return None
    spread = [list(line) for line in texts]
    for area in merged:
        text = texts[area.top - top][area.left] if area.left < len(texts[0]) else ""
        for column in range(area.left, min(area.right + 1, len(texts[0]))):
            if area.top - top < len(texts) - 1 or column == area.left:
                spread[area.top - top][column] = text
    return spread


def _spread_blank(texts: list[list[str]]) -> list[list[str]] | None:
    """Return the texts with that of a group over its columns, where blank cells behind it have names beneath."""
    spread = [list(line) for line in texts]
    for line, below in zip(spread, texts[1:], strict=False):
        for column in range(1, len(line)):
            if not line[column] and below[column] and line[column - 1] and (below[column - 1] or column == 1):
                line[column] = line[column - 1]
    return spread if spread != texts else None


def _belong_together(spread: list[list[str]], texts: list[list[str]]) -> bool:
    """Tell whether rows are one header: each names something beneath a group, no column is named in the last alone."""
    for above, below in zip(spread, texts[1:], strict=False):
        under = [n for n, text in enumerate(below) if text]
        if not under or any(not above[n] for n in under):
            return False
    return True


def _joined(parts: Sequence[str]) -> str:
    """Return a column's name of the names above each other; the same name twice counts once."""
    named: list[str] = []
    for part in parts:
        if part and part not in named:
            named.append(part)
    return "/".join(named)


def pairs_above(rows: Sequence[Row]) -> Iterator[tuple[str, object, Row, int]]:
    """Yield what is said above a list: a label, its value, and where that stands.

    A label has its value in the cell behind it or, after a colon, in its own.
    """
    for row in rows:
        filled = [(n, cell) for n, cell in enumerate(row.cells) if cell not in ("", None)]
        if not filled:
            continue
        for (at, cell), (_, following) in zip(filled, [*filled[1:], (0, "")], strict=True):
            if not isinstance(cell, str):
                continue
            for label, value in _pairs_in(cell):
                yield label, value, row, at
            yield cell, following, row, next((n for n, _ in filled if n > at), at)


def _pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the labels with their values that stand in one cell; those of several words too, where they stand apart."""
    for found in _PAIR.finditer(text):
        if found[2]:
            yield found[1], found[2]
    for part in _APART.split(text):
        label, mark, value = part.replace("：", ":", 1).partition(":")
        if mark and " " in label.strip() and value.strip():
            yield label.strip(), value.strip()

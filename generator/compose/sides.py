"""A table of few narrow columns and many rows, set with two of them side by side, where there is room."""

from dataclasses import replace
from itertools import zip_longest

from generator.document import Row, Table, Use
from generator.document.columns import least_widths
from generator.theme import Theme
from generator.units import Mm

_LEAST_ROWS = 12
"""Rows of a table that is worth it."""


def side_by_side(theme: Theme, table: Table, width: Mm) -> Table:
    """Return a table with two rows in each; as it is where it is short, or its page, `width` wide, too narrow.

    They go from left to right, so that a page may end anywhere. Only a table that is nothing but its rows can be set
    so: without numbers, sums, a caption or room for a pen.
    """
    rows = list(table.rows)
    is_plain = not (table.serial or table.summed or table.caption or table.overdue or any(row.spare for row in rows))
    if not is_plain or table.use is not Use.SHOWN or len(rows) < _LEAST_ROWS:
        return table
    if sum(least_widths(theme, table, rows)) * 2 > width:
        return table
    columns = (*table.columns, *(replace(column, side=1) for column in table.columns))
    nothing = Row((None,) * len(table.columns))
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=nothing)
    return replace(table, columns=columns, rows=[Row((*a.values, *b.values)) for a, b in pairs], sides=2)

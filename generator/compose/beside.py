"""A chart beside the table of its rows, where there is room for both; else beneath it, on the same page if possible."""

from collections.abc import Sequence
from itertools import islice

from generator.document import GRID, Beside, Picture, Row, Table
from generator.document.columns import column_widths, least_widths, serial_width
from generator.text_measure import lines_of
from generator.theme import Theme
from generator.units import MM_PER_POINT, Mm
from generator.wording import Lang

KINDS = frozenset({"bar", "line"})
"""Kinds of chart that stand beside their table; others want the whole width."""

TABLE = 7
"""Columns of the grid that a table takes; its chart has the rest."""

_MOST_ROWS, _TALLEST = 14, 110.0
"""Rows that a table has at most beside its chart, and millimetres that either is high at most: they aren't parted."""

_REGISTER = 40
"""Rows of a register that is looked at: a longer one fills its page."""

_TITLE, _LABEL, _HEAD, _AROUND = 1.3, 1.35, 3.2, 8.0
"""Lines of a title and of a label in sizes of their type, millimetres of a table's head besides its two lines, and
those between boxes, table and chart, with what measures may be wrong by.
"""

_PADDING, _LINE = 3.0, 1.42
"""Millimetres of a cell that its text doesn't take, and the height of its lines in sizes of their type."""


def beside(theme: Theme, table: Table, picture: Picture, width: Mm, lang: Lang) -> Beside | None:
    """Return a table with its chart at its right; None where a page, `width` wide, has no room for that."""
    rows = list(table.rows)
    room = Mm(width * TABLE / GRID)
    many = len(rows) + table.blank_rows > _MOST_ROWS
    if many or picture.height > _TALLEST or serial_width(table) + sum(least_widths(theme, table, rows)) > room:
        return None
    high = _height(theme, table, rows, room, lang)
    return Beside(table, picture, TABLE) if high <= _TALLEST else None


def left_beneath(theme: Theme, room: tuple[Mm, Mm], lines: int, table: Table, lang: Lang) -> float | None:
    """Return about how many millimetres a register leaves of its first page, beneath so many `lines` of boxes and its
    rows; None where it is longer than that. `room`: how wide and how high its page is between the margins.
    """
    rows = list(islice(table.rows, _REGISTER))
    if len(rows) == _REGISTER:
        return None
    size, air = theme.size, theme.air
    above = size.title * _TITLE * MM_PER_POINT + air.title.usual
    box = (size.label * _LABEL + size.entry * theme.line.entry) * MM_PER_POINT + air.field.usual
    head = _HEAD + 2 * size.cell * _LINE * MM_PER_POINT
    used = above + lines * box + head + _height(theme, table, rows, room[0], lang) + _AROUND
    left = room[1] - used
    return left if left > 0 else None


def _height(theme: Theme, table: Table, rows: Sequence[Row], room: Mm, lang: Lang) -> float:
    """Return about how high the rows of a table are."""
    widths = column_widths(theme, table, room, rows)[-len(table.columns) :]
    return sum(_row_height(theme, table, row, widths, lang) for row in rows)


def _row_height(theme: Theme, table: Table, row: Row, widths: Sequence[Mm], lang: Lang) -> float:
    cells = zip(table.columns, row.values, widths, strict=True)
    texts = ((column.face.text(value, lang), width) for column, value, width in cells if value is not None)
    count = max((len(lines_of(text, Mm(width - _PADDING), theme.size.cell)) for text, width in texts), default=1)
    return count * theme.size.cell * _LINE * MM_PER_POINT + theme.air.cell.usual

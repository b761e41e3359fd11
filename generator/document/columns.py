"""How wide the columns of tables are: by their shares, what stands in them, and what can't be broken."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from math import ceil

from generator.document.face import Face, Use
from generator.document.nodes import GRID, Beside, Column, Document, Row, Table
from generator.text_measure import ems, latin_words
from generator.theme import Theme
from generator.units import MM_PER_POINT, Mm

SCALE_LABEL = 0.34
"""Share of the width that the questions of a rating scale take."""

SERIAL = Mm(11.0)
"""Width of the column of running numbers."""

_PADDING = 3.0
_WHOLE_LABEL, _WORD = 4, 2
_LONGEST_CODE = 20
_LONG, _LINES, _MOST = 60, 12, 3.0
MOST_LINES = 14
"""Lines that a text takes in a column at most; a longer one stands beneath its row."""

_DATE_EMS, _MOMENT_EMS = 10 * 0.56, 19 * 0.52
_WIDE_LETTERS, _WIDE_LABEL = 1.16, 1.08
_AROUND_TICK = 4.4
"""Millimetres beside a box to tick and its label."""

_SAFELY = 1.03
"""How much wider than it is thought to be a text may turn out."""

_OPENING = "（《“‘"
"""Marks that end no line."""

_OF_EMPTY = 0.6
"""Share of its width that a column without any value keeps."""

_LOOKED_AT = 400
"""Texts that are looked at for words that shouldn't be broken."""

_GIVEN = 0.7
"""Share of what a column has more than it needs that others get."""

_SHORT, _SPARED = 12.5, 0.7
"""Ems of a text that should stand on one line, and the share of its width that a column of long texts keeps."""


GUTTER = Mm(4.0)
"""Millimetres between what stands beside each other."""


def columns_wide(width: Mm, columns: int) -> Mm:
    """Return how wide so many of the twelve columns of a width are: less a gutter where something stands beside."""
    if columns >= GRID:
        return width
    return Mm(max(1, columns) * width / GRID - GUTTER)


def beside_widths(width: Mm, node: Beside) -> tuple[Mm, Mm]:
    """Return the widths of a table and of the room of what stands beside it, which has the gutter before it."""
    return Mm(width * node.columns / GRID), columns_wide(width, GRID - node.columns)


def text_width(document: Document) -> Mm:
    """Return the width between the margins of a document."""
    return document.theme.text_width(document.page, document.kind)


def column_widths(theme: Theme, table: Table, width: Mm, rows: Sequence[Row] = ()) -> list[Mm]:
    """Return the widths of a table's columns, the serial column first where there is one.

    Each gets its share, and none is narrower than its longest word, where the page has the room. A column of `rows`
    whose longest text would run to many lines gets more, up to `_MOST` times its share; one whose texts are days and
    times, or short, as much as keeps them on one line, where longer ones can spare it.
    """
    if all(column.wide for column in table.columns):
        room = width - serial_width(table)
        scale = room / sum(column.wide for column in table.columns)
        return [Mm(width - room)] * bool(table.serial) + [Mm(column.wide * scale) for column in table.columns]
    return list(_widths(_Asked(theme, table, rows, width)))


class _Asked:
    """What is asked of one and the same table, which is measured before it is written."""

    __slots__ = ("rows", "table", "theme", "width")

    def __init__(self, theme: Theme, table: Table, rows: Sequence[Row], width: Mm) -> None:
        self.theme, self.table, self.rows, self.width = theme, table, rows, width

    def __hash__(self) -> int:
        return hash((id(self.table), self.width))

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, _Asked)
        same = self.table is other.table and self.theme is other.theme and self.width == other.width
        return same and len(self.rows) == len(other.rows)


@lru_cache(maxsize=8)
def _widths(asked: _Asked) -> list[Mm]:
    theme, table, rows = asked.theme, asked.table, asked.rows
    serial = [serial_width(table)] if table.serial else []
    room = asked.width - sum(serial)
    parts, floors = _grown(theme, table, room, rows), least_widths(theme, table, rows)
    return serial + [Mm(length) for length in _for_short_texts(theme, table, rows, room, parts, floors)]


def _for_short_texts(
    theme: Theme, table: Table, rows: Sequence[Row], room: float, parts: Sequence[float], floors: Sequence[float]
) -> list[float]:
    """Return widths at which as many columns as may be show their short texts on one line, days and times first."""
    widths = fill_shares(room, parts, floors)
    if all(_fit(theme, column, rows, n, widths[n]) for n, column in enumerate(table.columns)):
        return widths
    whole = [_whole_width(theme, column, rows, n) for n, column in enumerate(table.columns)]
    kept = [max(least, min(wide, now)) for least, wide, now in zip(floors, whole, widths, strict=True)]
    missing = {n: wide - widths[n] for n, wide in enumerate(whole) if wide > widths[n]}
    if sum(kept) > room:
        return widths
    for n in sorted(missing, key=lambda n: (not table.columns[n].face.kind.is_moment, missing[n])):
        tried = [whole[n] if m == n else floor for m, floor in enumerate(kept)]
        if sum(tried) > room:
            continue
        made = fill_shares(room, parts, tried)
        if all(made[m] >= _SPARED * wide for m, wide in enumerate(widths) if not whole[m]):
            kept = tried
    return _given_over(theme, table, rows, fill_shares(room, parts, kept), kept, whole)


def _fit(theme: Theme, column: Column, rows: Sequence[Row], n: int, width: float) -> bool:
    """Tell whether all values of a column surely stand on one line each."""
    face, em = column.face, theme.size.cell * MM_PER_POINT
    room = (width - _PADDING) / em / _SAFELY
    if face.ticks:
        return _ticks_width(theme, face) <= width
    if face.choices:
        return max(ems(choice.label) for choice in face.choices) <= room
    if face.kind.is_moment:
        return room >= _MOMENT_EMS or all(row.values[n] is None for row in rows)
    for row in rows:
        value = row.values[n]
        if isinstance(value, str):
            if len(value) > room and ("\n" in value or ems(value) > room):
                return False
        elif isinstance(value, (list, tuple)):
            return False
    return True


def _ticks_width(theme: Theme, face: Face) -> float:
    """Return the width of boxes to tick with their labels, side by side."""
    em = theme.size.cell * MM_PER_POINT
    return sum(theme.write.tick + _AROUND_TICK + ems(choice.label) * em for choice in face.choices) + _PADDING


def _given_over(
    theme: Theme,
    table: Table,
    rows: Sequence[Row],
    widths: Sequence[float],
    needed: Sequence[float],
    whole: Sequence[float],
) -> list[float]:
    """Return widths of which columns that need less than they have gave much of that to those of several lines."""
    em, made = theme.size.cell * MM_PER_POINT, list(widths)
    longest = [
        0.0 if wide else max((ems(v) for row in rows if isinstance(v := row.values[n], str)), default=0.0) * em
        for n, wide in enumerate(whole)
    ]
    wanting = {n: min(wide, widths[n] * MOST_LINES) for n, wide in enumerate(longest) if wide > widths[n] - _PADDING}
    if not wanting or table.use is not Use.SHOWN:
        return made
    for n, least in enumerate(needed):
        if n not in wanting:
            kept = max(least, min(widths[n], longest[n] * _SAFELY + _PADDING if longest[n] else 0.0))
            made[n] -= _GIVEN * (widths[n] - kept)
    over, wanted = sum(widths) - sum(made), sum(wanting.values())
    for n, wide in wanting.items():
        made[n] += over * wide / wanted
    return made


def _whole_width(theme: Theme, column: Column, rows: Sequence[Row], n: int) -> float:
    """Return the width at which every value of a column stands on one line; nothing where one is long."""
    face, widest = column.face, 0.0
    if face.kind.is_moment:
        firsts = {type(value): value for row in rows if (value := row.values[n]) is not None}
        texts = [face.text(value, "zh-Hans") for value in firsts.values()]
    elif face.ticks:
        return _ticks_width(theme, face)
    elif any(isinstance(row.values[n], (list, tuple)) for row in rows[:1]):
        return 0.0
    elif face.choices:
        labels = {choice.value: choice.label for choice in face.choices}
        shown = (labels.get(row.values[n], "") for row in rows)
        texts = [word for label in shown for word in (label.split() if label.isascii() else [label])]
    else:
        texts = [value for row in rows if isinstance(value := row.values[n], str)]
    for text in texts:
        widest = max(widest, ems(text))
        if widest > _SHORT or "\n" in text:
            return 0.0
    return widest * _SAFELY * theme.size.cell * MM_PER_POINT + _PADDING if widest else 0.0


def serial_width(table: Table) -> Mm:
    """Return the width of the column of running numbers; nothing where there is none."""
    return SERIAL if table.serial else Mm(0.0)


def least_widths(theme: Theme, table: Table, rows: Sequence[Row]) -> list[Mm]:
    """Return the widths below which a table's columns can't be read."""
    return list(_least_widths(_Asked(theme, table, rows, Mm(0.0))))


@lru_cache(maxsize=8)
def _least_widths(asked: _Asked) -> list[Mm]:
    theme, rows = asked.theme, asked.rows
    return [
        column.wide or Mm(max(_least(theme, column), _least_of_values(theme, column, rows, n)))
        for n, column in enumerate(asked.table.columns)
    ]


def _grown(theme: Theme, table: Table, room: float, rows: Sequence[Row]) -> list[float]:
    """Return the shares of the columns, those of very long texts enlarged, those that stay empty made smaller."""
    shares = [column.share for column in table.columns]
    if rows and table.use is Use.SHOWN:
        empty = [all(row.values[n] is None for row in rows) for n in range(len(shares))]
        shares = [share * (_OF_EMPTY if nothing else 1.0) for share, nothing in zip(shares, empty, strict=True)]
    em = room / sum(shares) / (theme.size.cell * MM_PER_POINT)
    for n, share in enumerate(shares):
        texts = (ems(v) for row in rows if isinstance(v := row.values[n], str) and len(v) > _LONG)
        longest = max((wide for wide in texts if wide <= share * em * _MOST * MOST_LINES), default=0.0)
        lines = longest / (share * em)
        if lines > _LINES:
            shares[n] = share * min(_MOST, (lines / _LINES) ** 0.5)
    return shares


def fill_shares(room: float, parts: Sequence[float], floors: Sequence[float]) -> list[float]:
    """Return widths in proportion to `parts` that fill the room, none below its floor where the floors have room."""
    fixed: dict[int, float] = {}
    if sum(floors) > room:
        floors = [floor * room / sum(floors) for floor in floors]
    while True:
        widths = _proportional(room, parts, fixed)
        short = {n: floors[n] for n, w in enumerate(widths) if n not in fixed and w < floors[n] - 1e-9}
        if not short:
            return widths
        fixed |= short


def _proportional(room: float, parts: Sequence[float], fixed: Mapping[int, float]) -> list[float]:
    left = room - sum(fixed.values())
    whole = sum(part for n, part in enumerate(parts) if n not in fixed) or 1.0
    return [fixed.get(n, part / whole * left) for n, part in enumerate(parts)]


def _least(theme: Theme, column: Column) -> float:
    """Return the least width of a column in millimetres: its label's longest word, a date, a choice with its box."""
    em, face = theme.size.cell * MM_PER_POINT, column.face
    needed = longest_word(face.label) * em * _WIDE_LABEL + 0.2
    if face.kind.is_moment:
        needed = max(needed, _DATE_EMS * em)
    if face.choices:
        box = theme.write.tick + 1.0 if face.ticks else 0.0
        needed = max(needed, *(box + longest_word(choice.label) * em for choice in face.choices))
    return needed + _PADDING


def _least_of_values(theme: Theme, column: Column, rows: Sequence[Row], n: int) -> float:
    """Return the width in millimetres at which no number or code of a column is broken; long ones may be."""
    values, face = (row.values[n] for row in rows), column.face
    if face.choices:
        return 0.0  # see `_least`
    if face.kind.is_unbroken:
        codes = [face.kind.text(value, "en", (), face.unit) for value in values if value is not None]
    else:
        texts = [value for value in values if isinstance(value, str)]
        codes = [value for value in texts if value.isascii() and " " not in value]
        codes += [word for value in texts[:_LOOKED_AT] if len(value) <= _LONG for word in latin_words(value)]
    widest = max((ems(code) for code in codes if len(code) <= _LONGEST_CODE), default=0.0)
    return widest * _WIDE_LETTERS * theme.size.cell * MM_PER_POINT + _PADDING if widest else 0.0


@lru_cache(maxsize=4096)
def longest_word(label: str) -> float:
    """Return the ems of the longest part that shouldn't be broken: a Latin word, a short Chinese label, half a long."""
    return max(ems(word) * _WIDE_LETTERS if word.isascii() else _longest_part(word) for word in label.split() or [""])


def _longest_part(word: str) -> float:
    return ems(word) if len(word) <= _WHOLE_LABEL else ems(word) / 2 + 0.5


def label_lines(theme: Theme, label: str, width: Mm) -> str:
    """Return a column's label with line breaks that leave Chinese lines of equal length."""
    room = (width - _PADDING) / (theme.size.cell * MM_PER_POINT * _WIDE_LABEL)
    if label.isascii() or " " in label or ems(label) <= room or len(label) <= _WORD:
        return label
    count = ceil(ems(label) / max(1.0, room))
    length = ceil(len(label) / count)
    cuts = [*range(length, len(label), length)]
    cuts = [at - 1 if label[at - 1] in _OPENING else at for at in cuts]
    return "\n".join(label[start:end] for start, end in pairwise([0, *cuts, len(label)]))


@lru_cache(maxsize=256)
def equal_shares(total: int, count: int) -> tuple[int, ...]:
    """Return `count` whole widths as equal as may be that add up to `total`."""
    return tuple(shares(total, [1.0] * count))


def shares(total: int, parts: Sequence[float]) -> list[int]:
    """Return whole widths in proportion to `parts` that add up to `total`."""
    whole = sum(parts)
    edges = [round(part * total / whole) for part in accumulate(parts, initial=0)]
    return [after - before for before, after in pairwise(edges)]

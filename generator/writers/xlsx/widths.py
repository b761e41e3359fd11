"""How wide columns must be for what Excel can't wrap: numbers, days and times; it would show hash marks instead."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from itertools import chain, islice
from math import ceil

from generator.document import Face, Row, Table
from generator.formats import exact_number
from generator.kinds.base import TEXT_CODE
from generator.wording import Lang
from generator.writers.tables import Sum, added

_EM, _HAN_EM, _BROAD_EM, _NARROW_EM = 0.56, 1.0, 0.2, -0.2
"""Ems of a digit in the widest of usual fonts, of a Han character, and those that a capital has more than a digit, and
a mark less."""

_NARROW = frozenset("-,.: /")
_BROAD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ%mw")
_FIRST_BEYOND_LATIN = "\u0100"
_CHARACTERS_PER_POINT = 96 / 72 / 7
"""A character of a column's width has seven pixels."""

_BESIDE = 1.5
"""Characters that a cell leaves free beside its text."""

_INDENT = "00"
"""As wide as what a text is indented by."""

MOST_CHARACTERS = 60.0
"""Characters that a column is widened to; what is longer shrinks until it fits."""

_AT_ONCE = 1_000


def characters(text: str, points: float) -> float:
    """Return how many characters wide a cell must be for a text on one line; nothing for no text."""
    if not text:
        return 0.0
    wide = sum((_EM if c < _FIRST_BEYOND_LATIN else _HAN_EM) + _more(c) for c in text)
    return min(MOST_CHARACTERS, wide * points * _CHARACTERS_PER_POINT + _BESIDE)


def _more(letter: str) -> float:
    return _BROAD_EM if letter in _BROAD else _NARROW_EM if letter in _NARROW else 0.0


def is_unwrapped(face: Face, lang: Lang, value: object = None) -> bool:
    """Tell whether Excel is given numbers of a field, which it can't wrap."""
    return face.kind.number_format(face.unit, lang, value) != TEXT_CODE


def is_unbroken(face: Face, lang: Lang) -> bool:
    """Tell whether values of a field must stand on one line."""
    return face.kind.is_unbroken or is_unwrapped(face, lang)


def unbroken(face: Face, value: object, lang: Lang) -> str:
    """Return what a cell shows of a value that must stand on one line; nothing of a text.

    Besides what Excel can't wrap that is a number with its unit: it is a text there, whose digits shouldn't be parted.
    """
    if value is None or isinstance(value, str):
        return ""
    if is_unwrapped(face, lang, value):
        return face.kind.sheet_text(value, lang, face.unit)
    return face.text(value, lang) + _INDENT if face.kind.is_unbroken else ""


@dataclass(slots=True)
class Widest:
    """What the rows of a table need: characters by the position of a column, and the sums beneath them.

    `places`: how many decimals the numbers of a column have at most; nothing of a column that isn't one of numbers.
    """

    characters: list[float]
    sums: dict[int, Sum]
    places: dict[int, int] = field(default_factory=dict)
    whole: dict[int, float] = field(default_factory=dict)
    """Characters of the longest number of a column without its decimals."""


def widest(table: Table, lang: Lang, points: float) -> Widest:
    """Return what the rows of a table need. They are read once, some at a time, and not at all where all is text."""
    found = Widest([0.0] * len(table.columns), dict.fromkeys(table.summed))
    hard = [n for n, column in enumerate(table.columns) if is_unbroken(column.face, lang)]
    for rows in _some_at_a_time(table.rows) if hard else ():
        for n in hard:
            values = [value for row in rows if (value := row.values[n]) is not None]
            texts = _longest(values, table.columns[n].face, lang)
            _count_places(found, n, values, texts, points)
            found.characters[n] = max(found.characters[n], *(characters(text, points) for text in texts), 0.0)
        _add(found.sums, rows)
    for n, places in found.places.items():
        if places:
            found.characters[n] = max(
                found.characters[n], found.whole[n] + characters("0" * (places + 1), points) - _BESIDE
            )
    for n, total in found.sums.items():
        needed = characters(unbroken(table.columns[n].face, total, lang), points)
        found.characters[n] = max(found.characters[n], needed)
    return found


def _count_places(found: Widest, n: int, values: Sequence[object], texts: Sequence[str], points: float) -> None:
    """Take note of the decimals of numbers that stand in one column."""
    places = max((_places(value) for value in values), default=0)
    found.places[n] = max(found.places.get(n, 0), places)
    whole = (text.partition(".")[0] + ("%" if text.endswith("%") else "") for text in texts)
    found.whole[n] = max(found.whole.get(n, 0.0), *(characters(text, points) for text in whole), 0.0)


def _places(value: object) -> int:
    """Return how many decimals a number has; none of what isn't one."""
    if isinstance(value, int) or not isinstance(value, (float, Decimal)):
        return 0
    digits = str(value)
    if "E" in digits or "e" in digits:
        digits = f"{exact_number(value):f}"
    return len(digits.partition(".")[2].rstrip("0"))


def _some_at_a_time(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _add(sums: dict[int, Sum], rows: Sequence[Row]) -> None:
    for n in sums:
        for row in rows:
            sums[n] = added(sums[n], row.values[n])


def _longest(values: Sequence[object], face: Face, lang: Lang) -> list[str]:
    """Return what is shown of those of several values among which the longest is."""
    numbers = [value for value in values if isinstance(value, (int, float, Decimal))]
    if len(numbers) == len(values):
        return _of_numbers(numbers, face, lang) if numbers else []
    timed = next((v for v in values if isinstance(v, (datetime, time)) and v.second), None)
    others = values if numbers else {type(value): value for value in values}.values()
    return [unbroken(face, value, lang) for value in chain(others, [timed])]


def _of_numbers(values: Sequence[int | float | Decimal], face: Face, lang: Lang) -> list[str]:
    """Return what is shown of the largest, the least and the longest number, this one grouped like the largest."""
    digits = list(map(str, values))
    if "E" in "".join(digits) or "e" in "".join(digits):
        digits = [f"{exact_number(value):f}" for value in values]
    longest = values[max(range(len(digits)), key=lambda n: len(digits[n]))]
    high, low, long = (unbroken(face, value, lang) for value in (max(values), min(values), longest))
    return [high, low, long + "," * max(0, high.count(",") - long.count(","), low.count(",") - long.count(","))]


def floors(usual: Sequence[float], needed: Sequence[float]) -> list[float]:
    """Return the least widths of columns where some need more than usual: the others give up to a half of theirs."""
    return [width or usual[n] / 2 for n, width in enumerate(needed)]


def widened(spans: Sequence[int], least: Sequence[int]) -> list[int]:
    """Return whole widths of which none is less than it must be; where there is no room for that, what each needs."""
    if sum(least) > sum(spans):
        return list(least)
    spans = list(spans)
    for n, needed in enumerate(least):
        while spans[n] < needed:
            giver = max(range(len(spans)), key=lambda m: spans[m] if spans[m] > least[m] else 0)
            spans[giver], spans[n] = spans[giver] - 1, spans[n] + 1
    return spans


def columns_for(needed: float, unit: float) -> int:
    """Return how many columns `unit` characters wide a cell must span for so many characters."""
    return ceil(needed / unit)

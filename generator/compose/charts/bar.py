"""Bars from zero, lying, filled black, white and grey, each with its value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.compose.charts.chart import EM, SIZE, SMALL, Chart, block, height_of
from generator.document import Box, Caption, Category, ChartData, Fill, Picture, Series, Shape, Stroke
from generator.formats import decimal_places, exact_number
from generator.kinds import NUMBER
from generator.kinds.numbers import is_number
from generator.record import Values
from generator.text_measure import ems, even_lines, lines_of, longest_word
from generator.units import Mm, Pt
from generator.wording import phrase

_FILLS = (Fill.INK, Fill.PAPER, Fill.GREY)
_MISSING = "–"
_WIDER = 1.08
"""How much wider letters may be than they are reckoned."""

_NAMES, _LONG_WORDS, _LEAST_BAR = 0.34, 0.46, 10.0
"""Shares of the width that names take at most, and those of long words; the least that is left to bars."""

_Numbered = tuple[int, Values]


def bar(chart: Chart) -> Picture | None:
    """Return bars from zero, lying, with their values; several columns stand together, told apart by their fill.

    Rows without a value, and those that the page has no room for, are told beneath.
    """
    found = [chart.spec.child(key) for key in chart.given("values")]
    drawable = [(n, _drawable(row, found)) for n, row in enumerate(chart.rows)]
    columns = [s for s in found if s is not None and any(row.get(s.key) is not None for _, row in drawable)]
    rows = [(n, row) for n, row in drawable if any(row.get(s.key) is not None for s in columns)]
    if not rows:
        return None
    scale = _Scale(chart, columns, rows)
    shapes, top = _legend(chart, columns, scale.left) if len(columns) > 1 else ([], 1.0)
    pitch, shown = _pitch(scale, chart.tallest - top - _FOOT, chart.stands_beside)
    y = top
    for n, row in rows[:shown]:
        shapes += _row(scale, pitch, n, row, y)
        y += pitch.deep(scale.names[n]) + pitch.gap
    axis = Stroke(((scale.zero, top - 0.6), (scale.zero, y - pitch.gap + 0.6)), Pt(1.0))
    notes = [text for text in (chart.note(), *_left_out(chart, [n for n, _ in rows], shown)) if text]
    end = y + _ABOVE_NOTES if chart.stands_beside else y
    foot, used = chart.foot(notes, end)
    told = chart.alt("bar", _measured(chart, columns))
    data = _data(chart, columns, rows[:shown], "\n".join(caption.text for caption in foot))
    return Picture((*shapes, axis, *foot), chart.width, Mm(end + used + (1.0 if foot else 0.0)), told, data)


def _drawable(row: Values, columns: Sequence[FieldSpec | None]) -> Values:
    """Return a row without lengths that are masked."""
    keys = (spec.key for spec in columns if spec is not None)
    hidden = {key for key in keys if isinstance(row.get(key), str) and not row[key].isdecimal()}
    return {key: value for key, value in row.items() if key not in hidden} if hidden else row


def _left_out(chart: Chart, drawn: Sequence[int], shown: int) -> Iterator[str]:
    """Yield which rows have no value, and how many more there are than are shown."""
    known = set(drawn)
    named = chart.given("label")
    lacking = [n for n, row in enumerate(chart.rows) if n not in known and row.get(named) is not None]
    yield chart.left_out(lacking, "chart.without_value")
    if shown < len(drawn):
        yield phrase("chart.more", chart.lang).format(shown, len(drawn) - shown)


# --- measures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pitch:
    """How thick a bar is, how many stand together, and how far those of two rows are apart."""

    bar: float
    count: int
    gap: float

    def deep(self, lines: Sequence[str]) -> float:
        return max(self.bar * self.count, height_of(lines, SIZE))


_LOOSE, _LOOSE_ONE, _TIGHT = (2.8, 1.4), (3.8, 3.0), (2.8, 0.8)
"""Thickness and gap of bars that stand together, of single ones, and where there are many: about a row of a table."""

_ABOVE_NOTES = 0.8
"""Millimetres more that are left free above notes where bars stand close."""

_FOOT = 16.0
"""Room that is kept for what stands beneath the bars of a whole page."""


def _pitch(scale: "_Scale", room: float, close: bool) -> tuple[_Pitch, int]:
    """Return how close the rows of bars are, and how many of them fit; bars beside a table's rows are `close`."""
    count = len(scale.columns)
    loose, tight = ((_Pitch(thick, count, gap)) for thick, gap in (_LOOSE if count > 1 else _LOOSE_ONE, _TIGHT))
    for pitch in (tight,) if close and count > 1 else (loose, tight):
        used, fitting = 0.0, 0
        for lines in scale.names.values():
            used += pitch.deep(lines) + pitch.gap
            if used > room:
                break
            fitting += 1
        if fitting == len(scale.names):
            return pitch, fitting
    return tight, max(1, fitting)


class _Scale:
    """Where bars begin and how long a unit is: values below zero lie to its left, and every value has room behind."""

    def __init__(self, chart: Chart, columns: Sequence[FieldSpec], rows: Sequence[_Numbered]) -> None:
        self.chart, self.columns = chart, columns
        values = [(s, row[s.key]) for _, row in rows for s in columns if row.get(s.key) is not None]
        self.places = {s.key: max(_places(value) for spec, value in values if spec is s) for s in columns}
        told = max(ems(self.text(spec, value)) for spec, value in values) * SMALL * EM * 1.1 + 2.5
        texts = {n: chart.text(row, "label") for n, row in rows}
        self.left = max(
            12.0,
            min(
                _room_of_names(chart.width, list(texts.values()), chart.stands_beside), chart.width - told - _LEAST_BAR
            ),
        )
        self.names = {n: even_lines(text, Mm((self.left - 2.6) / _WIDER), SIZE) for n, text in texts.items()}
        numbers = [0.0, *(float(value) for _, value in values)]
        low, high = min(numbers), max(numbers)
        self.unit = max(1.0, chart.width - self.left - told) / ((high - low) or 1.0)
        self.zero = self.left - low * self.unit

    def text(self, spec: FieldSpec, value: Any) -> str:
        """Return a value as its kind writes it, with as many decimals as the others of its column."""
        if is_number(value) and 0 < self.places[spec.key] <= _MOST_PLACES:
            value = round(exact_number(value), self.places[spec.key])
        return spec.kind.text(value, self.chart.lang, (), spec.unit)


_MOST_PLACES = 6


def _places(value: object) -> int:
    return decimal_places(value) if is_number(value) else 0


def _room_of_names(width: float, names: Sequence[str], close: bool) -> float:
    """Return the room before the bars: that of the longest name, within a share of the width that words may widen."""
    em = SIZE * EM * _WIDER
    widest, word = (max(map(measure, names)) * em + 3.2 for measure in (_widest_line, longest_word))
    share = _NAMES if len(names) <= _FEW and not close else _LONG_WORDS
    return min(widest, max(width * share, min(word, width * _LONG_WORDS)))


_FEW = 12
"""Rows up to which long names may take several lines each."""


def _widest_line(text: str) -> float:
    return max(map(ems, text.split("\n")))


# --- what is drawn ---------------------------------------------------------------------------------------------------


def _row(scale: _Scale, pitch: _Pitch, n: int, row: Values, y: float) -> Iterator[Shape]:
    """Yield a row's name and bars, in the middle of its height."""
    lines, chart = scale.names[n], scale.chart
    deep = pitch.deep(lines)
    start = y + (deep - height_of(lines, SIZE)) / 2
    yield from block(scale.left - 2.0, start, lines, SIZE, anchor="end", pointer=chart.at(n, "label"))
    first = y + (deep - pitch.bar * len(scale.columns)) / 2
    for at, spec in enumerate(scale.columns):
        yield from _one_bar(scale, spec, row.get(spec.key), pitch.bar, first + at * pitch.bar, _FILLS[at])


def _one_bar(scale: _Scale, spec: FieldSpec, value: Any, thick: float, y: float, fill: Fill) -> Iterator[Shape]:
    reach = 0.0 if value is None else float(value) * scale.unit
    if reach:
        yield Box(scale.zero + min(0.0, reach), y + 0.25, abs(reach), thick - 0.5, 0, Pt(0.75), fill)
    text = _MISSING if value is None else scale.text(spec, value)
    yield Caption(scale.zero + max(0.0, reach) + 1.2, y + thick / 2 + SMALL * EM * 0.36, text, SMALL)


def _legend(chart: Chart, columns: Sequence[FieldSpec], left: float) -> tuple[list[Shape], float]:
    """Return what the fills stand for, at the top, side by side where there is room, and the height that takes."""
    titles = [spec.title(chart.lang) for spec in columns]
    natural = sum(6.4 + ems(title) * SIZE * EM * 1.1 + 4.0 for title in titles) - 4.0
    left = x = left if left + natural <= chart.width else 0.5
    y, shapes = 0.6, list[Shape]()
    for at, title in enumerate(titles):
        lines = lines_of(title, Mm(chart.width - left - 7.0), SIZE)
        width = 6.4 + max(map(ems, lines)) * SIZE * EM * 1.1
        if x > left and x + width > chart.width:
            x, y = left, y + 5.0
        shapes += [Box(x, y, 5.0, 3.2, 0, Pt(0.75), _FILLS[at]), *block(x + 6.4, y - 0.1, lines, SIZE)]
        x += width + 4.0
        y += height_of(lines[1:], SIZE)
    return shapes, y + 5.4


# --- what is told ----------------------------------------------------------------------------------------------------


def _data(chart: Chart, columns: Sequence[FieldSpec], rows: Sequence[_Numbered], note: str) -> ChartData:
    """Return the figures of the bars."""
    lang = chart.lang
    categories = tuple(Category(chart.text(row, "label"), chart.at(n, "label")) for n, row in rows)
    series = tuple(_figures(chart, spec, [row.get(spec.key) for _, row in rows]) for spec in columns)
    return ChartData("bar", chart.spec.title(lang), chart.column("label").title(lang), categories, series, note)


def _figures(chart: Chart, spec: FieldSpec, values: Sequence[Any]) -> Series:
    """Return a column's values; marks that are chosen from a list count as numbers."""
    kind = spec.kind if spec.kind.is_number else NUMBER
    return Series(spec.title(chart.lang), kind, tuple(values), spec.unit)


def _measured(chart: Chart, columns: Sequence[FieldSpec]) -> list[str]:
    return [
        " ".join([chart.text(row, "label"), *(_value_text(chart, s, row[s.key]) for s in columns if s.key in row)])
        for row in chart.rows
    ]


def _value_text(chart: Chart, spec: FieldSpec, value: Any) -> str:
    return spec.kind.text(value, chart.lang, (), spec.unit)

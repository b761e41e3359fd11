"""Bars from zero, lying, filled black, white and grey, each with its value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.compose.charts.chart import EM, SIZE, SMALL, Chart, block, height_of
from generator.compose.charts.measured import MISSING, Measured, measured
from generator.document import Box, Caption, Fill, Picture, Shape, Stroke
from generator.record import Values
from generator.text_measure import ems, even_lines, lines_of, longest_word
from generator.units import Mm, Pt

_FILLS = (Fill.INK, Fill.PAPER, Fill.GREY)
_WIDER = 1.08
"""How much wider letters may be than they are reckoned."""

_NAMES, _LONG_WORDS, _LEAST_BAR = 0.34, 0.46, 10.0
"""Shares of the width that names take at most, and those of long words; the least that is left to bars."""


def bar(chart: Chart) -> Picture | None:
    """Return bars from zero, lying, with their values; several columns stand together, told apart by their fill.

    Rows without a value, and those that the page has no room for, are told beneath.
    """
    found = measured(chart)
    if found is None:
        return None
    columns, rows = found.columns, found.rows
    scale = _Scale(found)
    shapes, top = _legend(chart, columns, scale.left) if len(columns) > 1 else ([], 1.0)
    pitch, shown = _pitch(scale, chart.tallest - top - _FOOT, chart.stands_beside)
    y = top
    for n, row in rows[:shown]:
        shapes += _row(scale, pitch, n, row, y)
        y += pitch.deep(scale.names[n]) + pitch.gap
    axis = Stroke(((scale.zero, top - 0.6), (scale.zero, y - pitch.gap + 0.6)), Pt(1.0))
    notes = [text for text in (chart.note(), *found.left_out(shown)) if text]
    end = y + _ABOVE_NOTES if chart.stands_beside else y
    foot, used = chart.foot(notes, end)
    data = found.data("bar", shown, "\n".join(caption.text for caption in foot))
    return Picture(
        (*shapes, axis, *foot), chart.width, Mm(end + used + (1.0 if foot else 0.0)), found.told("bar"), data
    )


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

    def __init__(self, found: Measured) -> None:
        self.found, self.chart, self.columns = found, found.chart, found.columns
        chart, rows = found.chart, found.rows
        values = [(s, row[s.key]) for _, row in rows for s in found.columns if row.get(s.key) is not None]
        told = max(ems(found.text(spec, value)) for spec, value in values) * SMALL * EM * 1.1 + 2.5
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
    text = MISSING if value is None else scale.found.text(spec, value)
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

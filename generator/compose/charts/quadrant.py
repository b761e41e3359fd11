"""Quadrants: a field cut in four, with a numbered point for each row and a key of the numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from generator.compose.charts.chart import SIZE, Chart, block, height_of
from generator.document import Box, Caption, Fill, Picture, Shape, Stroke
from generator.formats import number_text
from generator.record import Values
from generator.text_measure import lines_of
from generator.units import Mm, Pt
from generator.wording import phrase

_PLOT_X, _PLOT_Y, _PLOT_W, _PLOT_H, _POINT, _NAME = 8.0, 7.0, 130.0, 92.0, 2.3, 6.0
_FOOT = _PLOT_Y + _PLOT_H


def quadrant(chart: Chart) -> Picture:
    """Return a field cut in four, with a numbered point for each row and a key of the numbers beneath."""
    x_axis, y_axis = _Axis.of(chart, "x", _PLOT_X, _PLOT_W), _Axis.of(chart, "y", _FOOT - _NAME, 2 * _NAME - _PLOT_H)
    shapes = [*_field(chart, x_axis, y_axis), *_axes(chart, x_axis, y_axis)]
    placed = [(n, row) for n, row in enumerate(chart.rows) if x_axis.holds(row) and y_axis.holds(row)]
    together: dict[tuple[Any, Any], list[int]] = {}
    for n, row in placed:
        together.setdefault((row[x_axis.key], row[y_axis.key]), []).append(n + 1)
    for (x, y), numbers in together.items():
        shapes += _points(numbers, x_axis.place(x), y_axis.place(y), x_axis.step, y_axis.step)
    under = _FOOT + 13.0
    key, height = _key(chart, placed, under)
    told = [f"{n + 1} {chart.text(row, 'label')} ({row[x_axis.key]}, {row[y_axis.key]})" for n, row in placed]
    return Picture((*shapes, *key), Mm(_PLOT_X + _PLOT_W + 2.0), Mm(under + height), chart.alt("quadrant", told))


@dataclass(frozen=True)
class _Axis:
    """An axis of whole numbers: where it starts on the picture, how long it is, and where it's cut."""

    key: str
    title: str
    low: int
    high: int
    cut: Any
    start: float
    length: float

    @classmethod
    def of(cls, chart: Chart, name: str, start: float, length: float) -> "_Axis":
        spec = chart.column(name)
        low, high = int(spec.schema.get("minimum", 0)), int(spec.schema.get("maximum", 10))
        return cls(spec.key, spec.title(chart.lang), low, high, chart.given("cut"), start, length)

    def place(self, value: Any) -> float:
        """Return where a value lies; half a step is left at both ends."""
        return self.start + self.length / (self.high - self.low + 1) * (float(value) - self.low + 0.5)

    @property
    def step(self) -> float:
        """Return the room of one value."""
        return abs(self.length) / (self.high - self.low + 1)

    @property
    def marks(self) -> range:
        """Return the values that are written at the axis: all of a scale, some of a long one."""
        return range(self.low, self.high + 1, 1 + (self.high - self.low) // _MOST_MARKS)

    @property
    def border(self) -> float:
        """Return where low ends and high begins: before the cut, which is high itself."""
        return self.place(ceil(self.cut) - 0.5)

    def holds(self, row: Values) -> bool:
        value = row.get(self.key)
        return isinstance(value, int) and self.low <= value <= self.high


_MOST_MARKS = 20


def _field(chart: Chart, x: _Axis, y: _Axis) -> list[Shape]:
    names = {choice.value: choice.label for choice in chart.choices("field")}
    right_top, left_top, right_low, left_low = (names.get(corner, "") for corner in chart.given("corners"))
    right = x.start + x.length
    tinted = Box(x.border, _PLOT_Y, right - x.border, y.border - _PLOT_Y, 0, Pt(0), Fill.TINT)
    frame = Box(x.start, _PLOT_Y, x.length, _PLOT_H, 0, Pt(1.0))
    cross = [
        Stroke(((x.border, _PLOT_Y), (x.border, _FOOT)), Pt(1.0)),
        Stroke(((x.start, y.border), (right, y.border)), Pt(1.0)),
    ]
    corners: list[Shape] = [
        Caption(right - 2, _PLOT_Y + 4.6, right_top, Pt(10), "end", bold=True),
        Caption(x.start + 2, _PLOT_Y + 4.6, left_top, Pt(10), bold=True),
        Caption(right - 2, _FOOT - 2, right_low, Pt(10), "end", bold=True),
        Caption(x.start + 2, _FOOT - 2, left_low, Pt(10), bold=True),
    ]
    return [tinted, frame, *cross, *corners]


def _axes(chart: Chart, x: _Axis, y: _Axis) -> list[Shape]:
    shapes: list[Shape] = [
        *(Caption(x.place(n), _FOOT + 4.2, str(n), Pt(8.5), "middle") for n in x.marks),
        *(Caption(x.start - 1.6, y.place(n) + 1.1, str(n), Pt(8.5), "end") for n in y.marks),
    ]
    shapes.append(Caption(x.start + x.length, _FOOT + 9.0, f"{x.title} →", Pt(9), "end", bold=True))
    shapes.append(Caption(x.start, _PLOT_Y - 2.0, f"↑ {y.title}", Pt(9), bold=True))
    cut = phrase("chart.cut", chart.lang).format(cut=number_text(x.cut))
    return [*shapes, Caption(x.start, _FOOT + 9.0, cut, Pt(8))]


def _points(numbers: Sequence[int], x: float, y: float, across: float, down: float) -> Iterator[Shape]:
    """Yield the points of one place, side by side where there are several; they don't leave its room."""
    columns = ceil(len(numbers) ** 0.5)
    lines = ceil(len(numbers) / columns)
    step_x, step_y = (min(5.2, (room - 1.0) / count) for room, count in ((across, columns), (down, lines)))
    for n, number in enumerate(numbers):
        at = (n % columns - (columns - 1) / 2, n // columns - (lines - 1) / 2)
        yield from _point(x + at[0] * step_x, y + at[1] * step_y, number)


def _point(x: float, y: float, number: int) -> list[Shape]:
    return [
        Box(x - _POINT, y - _POINT, 2 * _POINT, 2 * _POINT, _POINT, Pt(0.75), Fill.INK),
        Caption(x, y + 1.05, str(number), Pt(7.5 if number < 100 else 6), "middle", bold=True, white=True),
    ]


def _key(chart: Chart, placed: Sequence[tuple[int, Values]], y: float) -> tuple[list[Shape], float]:
    """Return what the numbers stand for, in three columns, and the height that takes."""
    width = (_PLOT_X + _PLOT_W) / 3
    shapes: list[Shape] = []
    deepest = 0.0
    for start in range(0, len(placed), 3):
        line = 0.0
        for at, (n, row) in enumerate(placed[start : start + 3]):
            lines = lines_of(f"{n + 1}  {chart.text(row, 'label')}", Mm(width - 3.0), SIZE)
            shapes += block(at * width + 0.5, y + deepest, lines, SIZE, pointer=chart.at(n, "label"))
            line = max(line, height_of(lines, SIZE))
        deepest += line + 0.8
    return shapes, deepest

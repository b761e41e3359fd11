"""Quadrants: a field cut in four, with a numbered point for each row and a key of the numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isqrt
from typing import Any

from generator.compose.charts.chart import EM, SIZE, SMALL, Chart, block, height_of
from generator.document import Box, Caption, Fill, Picture, Shape, Stroke
from generator.formats import number_text
from generator.record import Values
from generator.text_measure import ems, even_lines, lines_of
from generator.units import Mm, Pt
from generator.wording import phrase

_PLOT_X, _PLOT_Y, _RIGHT, _AXIS = 8.0, 7.0, 2.0, 10.5
"""Room left of the field, above it, right of it, and beneath for the horizontal axis."""

_HIGHEST, _LOWEST, _SHAPE = 92.0, 52.0, 0.95
"""Height of the field: at most, unless many points crowd on one place; the least to which it goes down so that it stays
on its page; and as a share of its width.
"""

_BESIDE, _PLOT_SHARE, _GUTTER = 150.0, 7 / 12, 4.0
"""Width from which the key stands beside the field, the field's share of it, and the gap between both."""

_LOWER = 25.0
"""How far a key beside the field may reach below it."""

_NAME_SIZE, _KEY_COLUMN, _DIGIT = Pt(10.0), 46.0, 0.6

Places = Mapping[tuple[Any, Any], list[int]]


def quadrant(chart: Chart) -> Picture:
    """Return a field cut in four, with a numbered point for each row and a key of the numbers, beside it or beneath.

    Rows without a place on the field are told beneath. It is lower where the page has less room, within reason.
    """
    made = _drawn(chart, _HIGHEST)
    over = made.height - chart.room if chart.room else 0.0
    return _drawn(chart, _HIGHEST - over) if 0 < over <= _HIGHEST - _LOWEST else made


def _drawn(chart: Chart, highest: float) -> Picture:
    placed = [(n, row) for n, row in enumerate(chart.rows) if _holds(chart, "x", row) and _holds(chart, "y", row)]
    field = _Field(chart, [n for n, _ in placed], _together(chart, placed), highest)
    shapes = [*field.frame(), *field.axes(), *field.points()]
    beside = field.key(placed, field.key_left, chart.width - field.key_left, 1) if field.beside else ([], 0.0)
    y = field.foot + _AXIS
    if field.beside and beside[1] > y + _LOWER:
        field, beside = _Field(chart, field.drawn, field.places, highest, wide=True), ([], 0.0)
        shapes = [*field.frame(), *field.axes(), *field.points()]
        y = field.foot + _AXIS
    key = beside
    if placed and not beside[0]:
        key = field.key(placed, 0.5, chart.width - 1.0, max(1, int(chart.width // _KEY_COLUMN)), y + 1.5)
    fits = max(y, key[1]) <= chart.tallest
    y = max(y, key[1]) if fits else y
    shown, known = key[0] if fits else [], set(field.drawn)
    lacking = [n for n, row in enumerate(chart.rows) if n not in known and row.get(chart.given("label")) is not None]
    cut = phrase("chart.cut", chart.lang).format(cut=number_text(chart.given("cut")))
    in_table = "" if fits else phrase("chart.key_in_table", chart.lang)
    missing = chart.left_out(lacking, "chart.without_score")
    note = phrase("chart.between", chart.lang).join(filter(None, (cut, chart.note(len(placed)))))
    foot, used = chart.foot([note, in_table, field.crowded(), missing], y + 1.5)
    told = [f"{n + 1} {chart.text(row, 'label')} ({row[field.x.key]}, {row[field.y.key]})" for n, row in placed]
    return Picture((*shapes, *shown, *foot), chart.width, Mm(y + used + 2.5), chart.alt("quadrant", told))


def _ends(chart: Chart, name: str) -> tuple[int, int]:
    schema = chart.column(name).schema
    return int(schema.get("minimum", 0)), int(schema.get("maximum", 10))


def _holds(chart: Chart, name: str, row: Values) -> bool:
    value, (low, high) = row.get(chart.given(name)), _ends(chart, name)
    return isinstance(value, int) and low <= value <= high


def _together(chart: Chart, placed: Sequence[tuple[int, Values]]) -> Places:
    """Return the numbers of the rows by their place."""
    places: dict[tuple[Any, Any], list[int]] = {}
    for n, row in placed:
        places.setdefault((row[chart.given("x")], row[chart.given("y")]), []).append(n + 1)
    return places


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
        return cls(spec.key, spec.title(chart.lang), *_ends(chart, name), chart.given("cut"), start, length)

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
        return range(self.low, self.high + 1, 1 + int((self.high - self.low) * _MARK / abs(self.length)))

    @property
    def border(self) -> float:
        """Return where low ends and high begins: before the cut, which is high itself."""
        return self.place(ceil(self.cut) - 0.5)


_MOST_APART = 15
"""Points of one place up to which they don't touch on a scale of five."""

_MARK = 4.5
"""Millimetres that a value at an axis takes."""


class _Field:
    """The field with its axes: how large it is, where its points stand, and where there is room for the key."""

    def __init__(
        self, chart: Chart, drawn: Sequence[int], places: Places, highest: float, *, wide: bool = False
    ) -> None:
        self.chart, self.drawn, self.places = chart, drawn, places
        self.beside = bool(drawn) and not wide and chart.width >= _BESIDE
        across = chart.width * (_PLOT_SHARE if self.beside else 1.0)
        self.key_left = across + _GUTTER
        self.across = across - _PLOT_X - _RIGHT
        digits = len(str(max(drawn, default=0) + 1))
        self.radius = max(2.3, digits * _DIGIT * SMALL * EM / 2 + 0.5)
        self.x = _Axis.of(chart, "x", _PLOT_X, self.across)
        self.names = self._names()
        above, below = (max(map(self._name_height, pair)) for pair in (self.names[:2], self.names[2:]))
        low, high = _ends(chart, "y")
        lines = max((ceil(len(each) / self._abreast(len(each))) for each in places.values()), default=1)
        inner = min(highest, self.across * _SHAPE) - above - below
        crowded = min(chart.tallest * 0.7, (lines * self._pace + 1.0) * (high - low + 1))
        self.down = max(inner, crowded) + above + below
        self.foot = _PLOT_Y + self.down
        self.y = _Axis.of(chart, "y", self.foot - below, above + below - self.down)

    @property
    def _pace(self) -> float:
        return 2 * self.radius + 0.5

    def _abreast(self, count: int) -> int:
        """Return how many of the points of one place stand side by side: as many as across, no more than fit there."""
        square = isqrt(count - 1) + 1
        return max(1, square if count > _MOST_APART else min(square, int(self.x.step / self._pace)))

    def _names(self) -> list[list[str]]:
        """Return the names of the four fields in lines: right above, left above, right below, left below."""
        names = {choice.value: choice.label for choice in self.chart.choices("field")}
        right, left = (self.x.start + self.across - self.x.border, self.x.border - self.x.start)
        rooms = (right, left, right, left)
        corners = zip(self.chart.given("corners"), rooms, strict=True)
        return [lines_of(names.get(corner, ""), Mm(room - 4.0), _NAME_SIZE) for corner, room in corners]

    def _name_height(self, lines: Sequence[str]) -> float:
        return height_of(lines, _NAME_SIZE) + 1.6

    def frame(self) -> Iterator[Shape]:
        """Yield the field, the cuts, and the names in its corners."""
        x, y, right = self.x, self.y, self.x.start + self.across
        yield Box(x.border, _PLOT_Y, right - x.border, y.border - _PLOT_Y, 0, Pt(0), Fill.TINT)
        yield Box(x.start, _PLOT_Y, self.across, self.down, 0, Pt(1.0))
        yield Stroke(((x.border, _PLOT_Y), (x.border, self.foot)), Pt(1.0))
        yield Stroke(((x.start, y.border), (right, y.border)), Pt(1.0))
        for n, lines in enumerate(self.names):
            top = _PLOT_Y + 0.9 if n < 2 else self.foot - self._name_height(lines) + 0.5
            at, anchor = (right - 2.0, "end") if n % 2 == 0 else (x.start + 2.0, "start")
            yield from block(at, top, lines, _NAME_SIZE, anchor=anchor, bold=True)

    def axes(self) -> Iterator[Shape]:
        x, y = self.x, self.y
        yield from (Caption(x.place(n), self.foot + 4.2, str(n), SIZE, "middle") for n in x.marks)
        yield from (Caption(x.start - 1.6, y.place(n) + 1.1, str(n), SIZE, "end") for n in y.marks)
        yield Caption(x.start + self.across, self.foot + 8.6, f"{x.title} →", Pt(9), "end", bold=True)
        yield Caption(x.start, _PLOT_Y - 2.0, f"↑ {y.title}", Pt(9), bold=True)

    def points(self) -> Iterator[Shape]:
        """Yield the points: those of one place side by side; they don't leave its room."""
        for (across, up), numbers in self.places.items():
            columns, lines, step_x, step_y = self._steps(len(numbers))
            for n, number in enumerate(numbers):
                at = (n % columns - (columns - 1) / 2, n // columns - (lines - 1) / 2)
                yield from self._point(self.x.place(across) + at[0] * step_x, self.y.place(up) + at[1] * step_y, number)

    def _steps(self, count: int) -> tuple[int, int, float, float]:
        """Return in how many columns and lines the points of one place stand, and how far they are apart."""
        columns = self._abreast(count)
        lines = ceil(count / columns)
        rooms = ((self.x.step, columns), (self.y.step, lines))
        across, down = (min(self._pace, (room - 0.8 - 2 * self.radius) / max(1, along - 1)) for room, along in rooms)
        return columns, lines, across, down

    def crowded(self) -> str:
        """Return which numbers stand on places where the points cover each other."""
        lang = self.chart.lang
        between, pattern = phrase("chart.and", lang), phrase("chart.together", lang)
        covered = {
            place: numbers
            for place, numbers in self.places.items()
            if len(numbers) > 1 and min(self._steps(len(numbers))[2:]) < self._pace
        }
        told = (pattern.format(*place, between.join(map(str, numbers))) for place, numbers in covered.items())
        return phrase("chart.between", lang).join(told)

    def _point(self, x: float, y: float, number: int) -> Iterator[Shape]:
        radius = self.radius
        yield Box(x - radius, y - radius, 2 * radius, 2 * radius, radius, Pt(0.75), Fill.INK)
        yield Caption(x, y + 1.05, str(number), SMALL, "middle", bold=True, white=True)

    def key(
        self, placed: Sequence[tuple[int, Values]], left: float, across: float, columns: int, y: float = _PLOT_Y
    ) -> tuple[list[Shape], float]:
        """Return what the numbers stand for, in columns that are read line by line, and where that ends."""
        width, shapes = across / columns, list[Shape]()
        indent = ems(str(placed[-1][0] + 1)) * SIZE * EM * 1.15 + 1.6 if placed else 0.0
        for start in range(0, len(placed), columns):
            line = 0.0
            for at, (n, row) in enumerate(placed[start : start + columns]):
                lines = even_lines(self.chart.text(row, "label"), Mm((width - indent - 3.0) / 1.06), SIZE)
                x, pointer = left + at * width, self.chart.at(n, "label")
                shapes += block(x + indent - 1.6, y, [str(n + 1)], SIZE, anchor="end", bold=True)
                shapes += block(x + indent, y, lines, SIZE, pointer=pointer)
                line = max(line, height_of(lines, SIZE))
            y += line + 0.6
        return shapes, y

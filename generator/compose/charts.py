"""Charts drawn of a table's rows: fishbone, quadrants, bars. Lengths are millimetres, sizes of type points.

Nothing is told by colour: causes are ringed or struck, bars are filled black, white and grey, points are numbered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, radians, tan
from typing import Any

from generator.catalogue.form import FieldSpec, choices_in
from generator.compose.layout import Layout
from generator.document import Box, Caption, Choice, Fill, Picture, Shape, Stroke
from generator.errors import pointer_step
from generator.formats import ems, number_text, text_of
from generator.record import value_at
from generator.theme import MM_PER_INCH, lines_of, text_width_of
from generator.wording import phrase

Rows = Sequence[Mapping[str, Any]]
_EM = MM_PER_INCH / 72
"""Millimetres of one point: a Han character is its size times this wide."""


def draw(layout: Layout, spec: FieldSpec, rows: Rows, pointer: str, typed: Mapping[str, Any]) -> Picture | None:
    """Return the chart that `x-chart` asks for; None on filled paper without rows."""
    if not rows and not layout.blank:
        return None
    return KINDS[spec.chart["kind"]](_Chart(layout, spec, rows, pointer, typed))


@dataclass(frozen=True)
class _Chart:
    """What a chart is drawn of."""

    layout: Layout
    spec: FieldSpec
    rows: Rows
    pointer: str
    typed: Mapping[str, Any]

    @property
    def width(self) -> float:
        return text_width_of(self.layout.form.page, self.layout.form.kind)

    def given(self, name: str) -> Any:
        return self.spec.chart.get(name)

    def column(self, name: str) -> FieldSpec:
        found = self.spec.child(self.given(name))
        assert found is not None
        return found

    def choices(self, name: str) -> tuple[Choice, ...]:
        return choices_in(self.column(name).choices, self.layout.lang)

    def text(self, row: Mapping[str, Any], name: str) -> str:
        spec = self.column(name)
        return text_of(row.get(spec.key), spec.kind, self.layout.lang, self.layout.choices(spec), spec.unit)

    def at(self, n: int, name: str) -> str:
        return f"{self.pointer}/{n}/{pointer_step(self.given(name))}"

    def alt(self, kind: str, details: Sequence[str]) -> str:
        """Return what the picture shows, in words."""
        lang = self.layout.lang
        lead = phrase(f"chart.{kind}", lang).format(title=self.spec.title(lang))
        return lead + phrase("separator", lang) + phrase("chart.between", lang).join(details) if details else lead


def block(x: float, y: float, lines: Sequence[str], size: float, **look: Any) -> list[Caption]:
    """Return lines of text one beneath the other; `y` is the top of the first."""
    return [
        Caption(x, y + size * _EM * (0.88 + n * _LEADING), line, size, **look) for n, line in enumerate(lines) if line
    ]


_LEADING = 1.3


def height_of(lines: Sequence[str], size: float) -> float:
    """Return the height that lines of text take."""
    return len(lines) * size * _EM * _LEADING


# --- fishbone ---------------------------------------------------------------------------------------------------------

_SIZE, _HEAD_SIZE = 8.5, 9.5
_SLOPE = tan(radians(60))
_HEAD, _LABEL, _TAIL, _PAD = 34.0, 6.4, 5.0, 1.2
_BLANK_TWIGS, _BLANK_TWIG = 4, 9.5
_LEAN = 26.0
"""How far a rib leans back at most: a high one is steeper, so that its twigs keep their room."""

_TALLEST = {False: 205.0, True: 118.0}
"""Height of the bones above which they wouldn't fit on a page, upright or lying."""


@dataclass(frozen=True)
class _Cause:
    """A cause on its twig: its words broken into lines, or its number; nothing where one is to be written."""

    lines: tuple[str, ...]
    state: Any
    pointer: str

    @property
    def width(self) -> float:
        return max((ems(line) for line in self.lines), default=0.0) * _SIZE * _EM


@dataclass(frozen=True)
class _Twig:
    """A line along the spine with its causes side by side: one in words, or several numbers."""

    causes: tuple[_Cause, ...] = ()

    @property
    def height(self) -> float:
        return max((height_of(c.lines, _SIZE) + 2 * _PAD for c in self.causes), default=_BLANK_TWIG)

    @property
    def length(self) -> float:
        return max(sum(c.width + 3.2 for c in self.causes), 12.0) if self.causes else 26.0


def fishbone(chart: _Chart) -> Picture:
    """Return a fishbone: the head at the right, a rib for each choice of the branch, causes on twigs along the spine.

    Causes in the state `ringed` have a ring, those `struck` are struck through, the others stand plain. Where their
    words would make the picture taller than a page, they go by their number in the table.
    """
    bones = _Bones(chart)
    if bones.down > _TALLEST[chart.layout.form.page.landscape]:
        bones = _Bones(chart, numbered=True)
    spine = _LABEL + bones.height
    shapes: list[Shape] = []
    for n, branch in enumerate(bones.branches):
        foot = bones.right - 3.0 - (bones.columns - 1 - n % bones.columns) * bones.pitch
        shapes += _rib(bones, branch.label, bones.twigs[n], foot, spine, up=n < bones.columns)
    shapes += _spine(bones, spine)
    legend, used = _legend(chart, bones.down + 3.0)
    return Picture((*shapes, *legend), chart.width, bones.down + 3.0 + used, chart.alt("fishbone", _told(chart)))


class _Bones:
    """The measures of a fishbone: how far apart its ribs stand, how high they are, how much they lean."""

    def __init__(self, chart: _Chart, *, numbered: bool = False) -> None:
        self.chart, self.numbered = chart, numbered
        self.branches = chart.choices("branch")
        self.columns = ceil(len(self.branches) / 2)
        self.right = chart.width - _HEAD
        self.pitch = (self.right - _TAIL - _LEAN) / self.columns
        self.twigs = [self._twigs(branch.value) for branch in self.branches]
        self.head = self._head()
        twigs = max(sum(twig.height for twig in each) for each in self.twigs)
        self.height = max(24.0, 4.0 + twigs, self.half_head - _LABEL + 1.0)
        self.slope = max(_SLOPE, self.height / _LEAN)

    @property
    def half_head(self) -> float:
        return max(11.0, height_of(self.head, _HEAD_SIZE) / 2 + 2.5)

    def _head(self) -> list[str]:
        """Return the lines in the head: the problem, or the name of its field where that would fill a page."""
        given = self.chart.given("head")
        value = value_at(self.chart.typed, given) if given else None
        lines = lines_of(str(value), _HEAD - 9.0, _HEAD_SIZE) if value is not None else []
        if height_of(lines, _HEAD_SIZE) < _TALLEST[self.chart.layout.form.page.landscape] - 2 * _LABEL:
            return lines
        spec = self.chart.layout.form.spec_at(given)
        return lines_of(spec.title(self.chart.layout.lang), _HEAD - 9.0, _HEAD_SIZE) if spec else []

    @property
    def down(self) -> float:
        return 2 * (_LABEL + self.height)

    def _twigs(self, branch: Any) -> list[_Twig]:
        chart = self.chart
        key, state = chart.given("branch"), chart.given("state")
        causes = [
            _Cause(tuple(self._lines(n, row)), row.get(state), chart.at(n, "label"))
            for n, row in enumerate(chart.rows)
            if row.get(key) == branch and row.get(chart.given("label")) is not None
        ]
        if not causes:
            return [_Twig()] * _BLANK_TWIGS if chart.layout.blank else []
        beside = max(1, int((self.pitch - 10.0) / 8.0)) if self.numbered else 1
        return [_Twig(tuple(causes[n : n + beside])) for n in range(0, len(causes), beside)]

    def _lines(self, n: int, row: Mapping[str, Any]) -> list[str]:
        if self.numbered:
            return [str(n + 1)]
        return lines_of(self.chart.text(row, "label"), self.pitch - 8.0, _SIZE)


def _rib(bones: _Bones, label: str, twigs: Sequence[_Twig], foot: float, spine: float, *, up: bool) -> list[Shape]:
    """Return one rib with its label and twigs; `foot` is where it meets the spine, which it leaves leaning back."""
    side, height, slope = -1 if up else 1, bones.height, bones.slope
    top = foot - height / slope
    across = max(10.0, (ems(label) + 1.6) * _HEAD_SIZE * _EM)
    box_y = spine + side * (height + _LABEL) if up else spine + height
    shapes: list[Shape] = [
        Stroke(((top, spine + side * height), (foot, spine)), 1.2),
        Box(top - across / 2, box_y, across, _LABEL, 0.8, 0.75, Fill.TINT),
        Caption(top, box_y + 4.5, label, _HEAD_SIZE, "middle", bold=True),
    ]
    away = height - 2.0
    for twig in twigs:
        low = away - twig.height if up else away
        x = foot - (away if up else low) / slope
        end = foot - low / slope
        top = spine - away if up else spine + low - twig.height
        shapes += _twig(bones.chart, twig, x, (end, spine + side * low), top)
        away -= twig.height
    return shapes


def _twig(chart: _Chart, twig: _Twig, x: float, end: tuple[float, float], top: float) -> list[Shape]:
    """Return a twig that ends on its rib, its causes above it; the rib is at `x` beside the top of their words."""
    start = x - twig.length
    shapes: list[Shape] = [Stroke(((start, end[1]), end), 0.6)]
    for cause in twig.causes:
        shapes += block(start + 1.2, top + _PAD * 0.6, cause.lines, _SIZE, pointer=cause.pointer)
        if cause.state == chart.given("ringed"):
            shapes.append(_ring(start + 0.2, top + 0.1, cause.width + 2.0, height_of(cause.lines, _SIZE) + 0.7))
        if cause.state == chart.given("struck"):
            shapes += _strikes(start + 1.2, top + _PAD * 0.6, cause.lines)
        start += cause.width + 3.2
    return shapes


def _ring(x: float, y: float, across: float, down: float) -> Box:
    return Box(x, y, across, down, min(down / 2, 2.2), 1.0)


def _strikes(x: float, y: float, lines: Sequence[str]) -> list[Shape]:
    return [
        Stroke(((x - 0.4, at), (x + ems(line) * _SIZE * _EM + 0.4, at)), 0.75)
        for n, line in enumerate(lines)
        for at in [y + _SIZE * _EM * (0.55 + n * _LEADING)]
    ]


def _spine(bones: _Bones, y: float) -> list[Shape]:
    """Return the spine with the head, which holds the problem."""
    right, half, lines = bones.right, bones.half_head, bones.head
    head = Stroke(
        ((right, y - half), (right + _HEAD - 6.0, y - half), (right + _HEAD - 0.5, y), (right + _HEAD - 6.0, y + half),
         (right, y + half)), 1.2, closed=True, fill=Fill.TINT,
    )  # fmt: skip
    top = y - height_of(lines, _HEAD_SIZE) / 2
    text = block(right + 2.0, top, lines, _HEAD_SIZE, bold=True, pointer=bones.chart.given("head") or "")
    return [Stroke(((0.5, y), (right, y)), 1.8), head, *text]


def _legend(chart: _Chart, y: float) -> tuple[list[Shape], float]:
    """Return how the states are told apart, and the height that takes."""
    x, shapes = 0.5, list[Shape]()
    for choice in chart.choices("state"):
        width = ems(choice.label) * _SIZE * _EM
        shapes += block(x + 1.2, y + 0.7, [choice.label], _SIZE)
        if choice.value == chart.given("ringed"):
            shapes.append(_ring(x + 0.2, y + 0.1, width + 2.0, height_of([""], _SIZE) + 0.7))
        if choice.value == chart.given("struck"):
            shapes += _strikes(x + 1.2, y + 0.7, [choice.label])
        x += width + 7.0
    return shapes, 6.0


def _told(chart: _Chart) -> list[str]:
    pattern = phrase("chart.cause", chart.layout.lang)
    return [
        pattern.format(*(chart.text(row, name) for name in ("branch", "label", "state")))
        for row in chart.rows
        if row.get(chart.given("label")) is not None
    ]


# --- quadrants --------------------------------------------------------------------------------------------------------

_PLOT_X, _PLOT_Y, _PLOT_W, _PLOT_H, _POINT, _NAME = 8.0, 7.0, 130.0, 92.0, 2.3, 6.0
_FOOT = _PLOT_Y + _PLOT_H


def quadrant(chart: _Chart) -> Picture:
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
    return Picture((*shapes, *key), _PLOT_X + _PLOT_W + 2.0, under + height, chart.alt("quadrant", told))


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
    def of(cls, chart: _Chart, name: str, start: float, length: float) -> "_Axis":
        spec = chart.column(name)
        low, high = int(spec.schema.get("minimum", 0)), int(spec.schema.get("maximum", 10))
        return cls(spec.key, spec.title(chart.layout.lang), low, high, chart.given("cut"), start, length)

    def place(self, value: Any) -> float:
        """Return where a value lies; half a step is left at both ends."""
        return self.start + self.length / (self.high - self.low + 1) * (float(value) - self.low + 0.5)

    @property
    def step(self) -> float:
        """Return the room of one value."""
        return abs(self.length) / (self.high - self.low + 1)

    @property
    def border(self) -> float:
        """Return where low ends and high begins: before the cut, which is high itself."""
        return self.place(ceil(self.cut) - 0.5)

    def holds(self, row: Mapping[str, Any]) -> bool:
        value = row.get(self.key)
        return isinstance(value, int) and self.low <= value <= self.high


def _field(chart: _Chart, x: _Axis, y: _Axis) -> list[Shape]:
    names = {choice.value: choice.label for choice in chart.choices("field")}
    right_top, left_top, right_low, left_low = (names.get(corner, "") for corner in chart.given("corners"))
    right = x.start + x.length
    tinted = Box(x.border, _PLOT_Y, right - x.border, y.border - _PLOT_Y, 0, 0, Fill.TINT)
    frame = Box(x.start, _PLOT_Y, x.length, _PLOT_H, 0, 1.0)
    cross = [
        Stroke(((x.border, _PLOT_Y), (x.border, _FOOT)), 1.0),
        Stroke(((x.start, y.border), (right, y.border)), 1.0),
    ]
    corners: list[Shape] = [
        Caption(right - 2, _PLOT_Y + 4.6, right_top, 10, "end", bold=True),
        Caption(x.start + 2, _PLOT_Y + 4.6, left_top, 10, bold=True),
        Caption(right - 2, _FOOT - 2, right_low, 10, "end", bold=True),
        Caption(x.start + 2, _FOOT - 2, left_low, 10, bold=True),
    ]
    return [tinted, frame, *cross, *corners]


def _axes(chart: _Chart, x: _Axis, y: _Axis) -> list[Shape]:
    shapes: list[Shape] = [
        *(Caption(x.place(n), _FOOT + 4.2, str(n), 8.5, "middle") for n in range(x.low, x.high + 1)),
        *(Caption(x.start - 1.6, y.place(n) + 1.1, str(n), 8.5, "end") for n in range(y.low, y.high + 1)),
    ]
    shapes.append(Caption(x.start + x.length, _FOOT + 9.0, f"{x.title} →", 9, "end", bold=True))
    shapes.append(Caption(x.start, _PLOT_Y - 2.0, f"↑ {y.title}", 9, bold=True))
    cut = phrase("chart.cut", chart.layout.lang).format(cut=number_text(x.cut))
    return [*shapes, Caption(x.start, _FOOT + 9.0, cut, 8)]


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
        Box(x - _POINT, y - _POINT, 2 * _POINT, 2 * _POINT, _POINT, 0.75, Fill.INK),
        Caption(x, y + 1.05, str(number), 7.5 if number < 100 else 6, "middle", bold=True, white=True),
    ]


def _key(chart: _Chart, placed: Sequence[tuple[int, Mapping[str, Any]]], y: float) -> tuple[list[Shape], float]:
    """Return what the numbers stand for, in three columns, and the height that takes."""
    width = (_PLOT_X + _PLOT_W) / 3
    shapes: list[Shape] = []
    deepest = 0.0
    for start in range(0, len(placed), 3):
        line = 0.0
        for at, (n, row) in enumerate(placed[start : start + 3]):
            lines = lines_of(f"{n + 1}  {chart.text(row, 'label')}", width - 3.0, _SIZE)
            shapes += block(at * width + 0.5, y + deepest, lines, _SIZE, pointer=chart.at(n, "label"))
            line = max(line, height_of(lines, _SIZE))
        deepest += line + 0.8
    return shapes, deepest


# --- bars -------------------------------------------------------------------------------------------------------------

_BAR, _GAP, _VALUE_SIZE, _FILLS = 4.0, 3.2, 8.0, (Fill.INK, Fill.PAPER, Fill.GREY)


def bar(chart: _Chart) -> Picture | None:
    """Return bars from zero, lying, with their values; several columns stand together, told apart by their fill."""
    found = [chart.spec.child(key) for key in chart.given("values")]
    columns = [spec for spec in found if spec is not None]
    rows = [(n, row) for n, row in enumerate(chart.rows) if any(row.get(s.key) is not None for s in columns)]
    if not rows:
        return None
    scale = _Scale(chart, columns, [row for _, row in rows])
    shapes, y = _series(chart, columns) if len(columns) > 1 else ([], 1.0)
    top = y
    for n, row in rows:
        lines = lines_of(chart.text(row, "label"), scale.left - 3.0, _SIZE)
        deep = max(_BAR * len(columns), height_of(lines, _SIZE))
        start = y + (deep - height_of(lines, _SIZE)) / 2
        shapes += block(scale.left - 2.0, start, lines, _SIZE, anchor="end", pointer=chart.at(n, "label"))
        first = y + (deep - _BAR * len(columns)) / 2
        for at, spec in enumerate(columns):
            shapes += _one_bar(chart, spec, row.get(spec.key), scale, first + at * _BAR, _FILLS[at])
        y += deep + _GAP
    axis = Stroke(((scale.zero, top - 1.0), (scale.zero, y - _GAP + 1.0)), 1.0)
    return Picture((*shapes, axis), chart.width, y, chart.alt("bar", _measured(chart, columns)))


class _Scale:
    """Where bars begin and how long a unit is: values below zero lie to its left, and every value has room behind."""

    def __init__(self, chart: _Chart, columns: Sequence[FieldSpec], rows: Rows) -> None:
        values = [(s, row[s.key]) for row in rows for s in columns if row.get(s.key) is not None]
        self.left = chart.width * 0.24
        told = max(ems(_value_text(chart, spec, value)) for spec, value in values) * _VALUE_SIZE * _EM * 1.1
        numbers = [0.0, *(float(value) for _, value in values)]
        low, high = min(numbers), max(numbers)
        self.unit = (chart.width - self.left - told - 2.5) / ((high - low) or 1.0)
        self.zero = self.left - low * self.unit


def _one_bar(chart: _Chart, spec: FieldSpec, value: Any, scale: _Scale, y: float, fill: Fill) -> list[Shape]:
    if value is None:
        return []
    reach = float(value) * scale.unit
    made: list[Shape] = (
        [Box(scale.zero + min(0.0, reach), y + 0.3, abs(reach), _BAR - 0.6, 0, 0.75, fill)] if reach else []
    )
    text = _value_text(chart, spec, value)
    return [*made, Caption(scale.zero + max(0.0, reach) + 1.2, y + _BAR - 1.0, text, _VALUE_SIZE)]


def _value_text(chart: _Chart, spec: FieldSpec, value: Any) -> str:
    return text_of(value, spec.kind, chart.layout.lang, (), spec.unit)


def _series(chart: _Chart, columns: Sequence[FieldSpec]) -> tuple[list[Shape], float]:
    """Return what the fills stand for, at the top, side by side where there is room, and the height that takes."""
    left = x = chart.width * 0.24
    y, shapes = 0.6, list[Shape]()
    for at, spec in enumerate(columns):
        lines = lines_of(spec.title(chart.layout.lang), chart.width - left - 7.0, _SIZE)
        width = 6.4 + max(map(ems, lines)) * _SIZE * _EM * 1.1
        if x > left and x + width > chart.width:
            x, y = left, y + 5.0
        shapes += [Box(x, y, 5.0, 3.2, 0, 0.75, _FILLS[at]), *block(x + 6.4, y - 0.1, lines, _SIZE)]
        x += width + 5.0
        y += height_of(lines[1:], _SIZE)
    return shapes, y + 6.4


def _measured(chart: _Chart, columns: Sequence[FieldSpec]) -> list[str]:
    return [
        " ".join([chart.text(row, "label"), *(_value_text(chart, s, row[s.key]) for s in columns if s.key in row)])
        for row in chart.rows
    ]


KINDS: dict[str, Callable[[_Chart], Picture | None]] = {"fishbone": fishbone, "quadrant": quadrant, "bar": bar}

"""The fishbone: causes on twigs of ribs, told apart by rings and strikes, never by colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, radians, tan
from typing import Any

from generator.compose.charts.chart import EM, LEADING, SIZE, SMALL, Chart, block, height_of
from generator.document import Box, Caption, Fill, Picture, Shape, Stroke
from generator.record import Values, value_at
from generator.text_measure import ems, even_lines, lines_of, longest_word
from generator.units import Mm, Pt
from generator.wording import phrase

_HEAD_SIZE = Pt(9.5)
_SLOPE = tan(radians(60))
_HEAD, _LABEL, _TAIL, _PAD = 34.0, 6.4, 5.0, 1.2
_EDGE = 0.4
"""Millimetres kept free above and below, so that no frame is cut."""

_BLANK_TWIGS, _BLANK_TWIG = 4, 9.5
_LEAN = 26.0
"""How far a rib leans back at most: a high one is steeper, so that its twigs keep their room."""

_NARROWEST = 14.0
"""Millimetres below which the words of a cause are not broken, even where they touch the next rib."""


@dataclass(frozen=True)
class _Cause:
    """A cause on its twig: its words broken into lines, or its number; nothing where one is to be written."""

    lines: tuple[str, ...]
    state: Any
    pointer: str

    @property
    def width(self) -> float:
        return max((ems(line) for line in self.lines), default=0.0) * SIZE * EM


@dataclass(frozen=True)
class _Twig:
    """A line along the spine with its causes side by side: one in words, or several numbers."""

    causes: tuple[_Cause, ...] = ()

    @property
    def height(self) -> float:
        return max((height_of(c.lines, SIZE) + 2 * _PAD for c in self.causes), default=_BLANK_TWIG)

    @property
    def length(self) -> float:
        return max(sum(c.width + 3.2 for c in self.causes), 12.0) if self.causes else 26.0


def fishbone(chart: Chart) -> Picture:
    """Return a fishbone: the head at the right, a rib for each choice of the branch, causes on twigs along the spine.

    Causes in the state `ringed` have a ring, those `struck` are struck through, the others stand plain. Where their
    words would make the picture taller than a page, they go by their number in the table.
    """
    bones = _Bones(chart)
    if bones.down > chart.tallest or bones.crowded:
        bones = _Bones(chart, numbered=True)
    spine = _EDGE + _LABEL + bones.heights[True]
    shapes: list[Shape] = []
    for n, branch in enumerate(bones.branches):
        foot = bones.right - 3.0 - (bones.columns - 1 - n % bones.columns) * bones.pitch
        shapes += _rib(bones, branch.label, bones.twigs[n], foot, spine, up=n < bones.columns)
    shapes += _spine(bones, spine)
    legend, used = _legend(chart, bones)
    return Picture((*shapes, *legend), chart.width, Mm(bones.down + used), chart.alt("fishbone", _told(chart)))


class _Bones:
    """The measures of a fishbone: how far apart its ribs stand, how high they are, how much they lean."""

    def __init__(self, chart: Chart, *, numbered: bool = False) -> None:
        self.chart, self.numbered = chart, numbered
        self.branches = chart.choices("branch")
        self.columns = ceil(len(self.branches) / 2)
        self.right = chart.width - _HEAD
        self.pitch = (self.right - _TAIL - _LEAN) / self.columns
        self.twigs = [self._twigs(branch.value) for branch in self.branches]
        self.head = self._head()
        self.heights = {up: self._height(twigs) for up, twigs in self._halves().items()}

    def _halves(self) -> dict[bool, list[list[_Twig]]]:
        """Return the twigs of the ribs above the spine, and of those below it."""
        return {True: self.twigs[: self.columns], False: self.twigs[self.columns :]}

    def _height(self, ribs: Sequence[Sequence[_Twig]]) -> float:
        twigs = max((sum(twig.height for twig in each) for each in ribs), default=0.0)
        return max(24.0, 4.0 + twigs, self.half_head - _LABEL + 1.0)

    @property
    def half_head(self) -> float:
        return max(11.0, height_of(self.head, _HEAD_SIZE) / 2 + 2.5)

    def _head(self) -> list[str]:
        """Return the lines in the head: the problem, or the name of its field where that would fill a page."""
        given = self.chart.given("head")
        value = value_at(self.chart.typed, given) if given else None
        lines = lines_of(str(value), Mm(_HEAD - 9.0), _HEAD_SIZE) if value is not None else []
        if height_of(lines, _HEAD_SIZE) < self.chart.tallest - 2 * _LABEL:
            return lines
        spec = self.chart.faces.form.spec_at(given)
        return lines_of(spec.title(self.chart.lang), Mm(_HEAD - 9.0), _HEAD_SIZE) if spec else []

    @property
    def crowded(self) -> bool:
        """Tell whether causes in words would have no room between the ribs."""
        return not self.numbered and bool(self.chart.rows) and self.pitch < _NARROWEST + 8.0

    @property
    def down(self) -> float:
        return 2 * (_EDGE + _LABEL) + sum(self.heights.values())

    def _twigs(self, branch: Any) -> list[_Twig]:
        chart = self.chart
        key, state = chart.given("branch"), chart.given("state")
        causes = [
            _Cause(tuple(self._lines(n, row)), row.get(state), chart.at(n, "label"))
            for n, row in enumerate(chart.rows)
            if row.get(key) == branch and row.get(chart.given("label")) is not None
        ]
        if not causes:
            return [_Twig()] * _BLANK_TWIGS if chart.faces.is_blank else []
        beside = max(1, int((self.pitch - 10.0) / 8.0)) if self.numbered else 1
        return [_Twig(tuple(causes[n : n + beside])) for n in range(0, len(causes), beside)]

    def _lines(self, n: int, row: Values) -> list[str]:
        if self.numbered:
            return [str(n + 1)]
        text, room = self.chart.text(row, "label"), self.pitch - 8.0
        least = max(_NARROWEST, min(longest_word(text) * SIZE * EM + 0.1, room))
        lines = even_lines(text, Mm(room), SIZE)
        while room - 1.0 > least and self._reach(lines) > self.pitch:
            room -= 1.0
            lines = even_lines(text, Mm(room), SIZE)
        return lines

    def _reach(self, lines: Sequence[str]) -> float:
        """Return how far a cause reaches from its rib towards the next: the higher it is, the more the ribs lean in."""
        return max(map(ems, lines)) * SIZE * EM + 5.0 + (height_of(lines, SIZE) + 2 * _PAD) / _SLOPE


def _rib(bones: _Bones, label: str, twigs: Sequence[_Twig], foot: float, spine: float, *, up: bool) -> list[Shape]:
    """Return one rib with its label and twigs; `foot` is where it meets the spine, which it leaves leaning back."""
    side, height = -1 if up else 1, bones.heights[up]
    slope = max(_SLOPE, height / _LEAN)
    top = foot - height / slope
    across = max(10.0, (ems(label) * 1.08 + 2.0) * _HEAD_SIZE * EM)
    box_y = spine + side * (height + _LABEL) if up else spine + height
    shapes: list[Shape] = [
        Stroke(((top, spine + side * height), (foot, spine)), Pt(1.2)),
        Box(top - across / 2, box_y, across, _LABEL, 0.8, Pt(0.75), Fill.TINT),
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


def _twig(chart: Chart, twig: _Twig, x: float, end: tuple[float, float], top: float) -> list[Shape]:
    """Return a twig that ends on its rib, its causes above it; the rib is at `x` beside the top of their words."""
    start = x - twig.length
    shapes: list[Shape] = [Stroke(((start, end[1]), end), Pt(0.6))]
    for cause in twig.causes:
        shapes += block(start + 1.2, top + _PAD * 0.6, cause.lines, SIZE, pointer=cause.pointer)
        if cause.state == chart.given("ringed"):
            shapes.append(_ring(start + 0.2, top + 0.1, cause.width + 2.0, height_of(cause.lines, SIZE) + 0.7))
        if cause.state == chart.given("struck"):
            shapes[:0] = _strikes(start + 1.2, top + _PAD * 0.6, cause.lines)
        start += cause.width + 3.2
    return shapes


def _ring(x: float, y: float, across: float, down: float) -> Box:
    return Box(x, y, across, down, min(down / 2, 2.2), Pt(1.0))


def _strikes(x: float, y: float, lines: Sequence[str]) -> list[Shape]:
    return [
        Stroke(((x - 0.4, at), (x + ems(line) * SIZE * EM + 0.4, at)), Pt(0.6), soft=True)
        for n, line in enumerate(lines)
        for at in [y + SIZE * EM * (0.55 + n * LEADING)]
    ]


def _spine(bones: _Bones, y: float) -> list[Shape]:
    """Return the spine with the head, which holds the problem."""
    right, half, lines = bones.right, bones.half_head, bones.head
    head = Stroke(
        ((right, y - half), (right + _HEAD - 6.0, y - half), (right + _HEAD - 0.5, y), (right + _HEAD - 6.0, y + half),
         (right, y + half)), Pt(1.2), closed=True, fill=Fill.TINT,
    )  # fmt: skip
    top = y - height_of(lines, _HEAD_SIZE) / 2
    text = block(right + 2.0, top, lines, _HEAD_SIZE, bold=True, pointer=bones.chart.given("head") or "")
    return [Stroke(((0.5, y), (right, y)), Pt(1.8)), head, *text]


def _legend(chart: Chart, bones: _Bones) -> tuple[list[Shape], float]:
    """Return how the states are told apart, the number of causes behind, and the height that takes."""
    x, y, shapes = 0.5, bones.down + 3.0, list[Shape]()
    for choice in chart.choices("state"):
        width = ems(choice.label) * SIZE * EM
        if choice.value == chart.given("ringed"):
            shapes.append(_ring(x + 0.2, y + 0.1, width + 2.0, height_of([""], SIZE) + 0.7))
        if choice.value == chart.given("struck"):
            shapes += _strikes(x + 1.2, y + 0.7, [choice.label])
        shapes += block(x + 1.2, y + 0.7, [choice.label], SIZE)
        x += width + 7.0
    causes = [row for row in chart.rows if row.get(chart.given("label")) is not None]
    note = chart.note(len(causes))
    beside = x + ems(note) * SMALL * EM * 1.1 <= chart.width
    texts = [*([] if beside else [note]), phrase("chart.key_in_table", chart.lang) if bones.numbered else ""]
    if beside and note:
        shapes.append(Caption(chart.width - 0.5, y + 0.7 + SIZE * EM * 0.88, note, SMALL, "end"))
    foot, used = chart.foot(texts, y + 6.0)
    return [*shapes, *foot], 9.0 + used


def _told(chart: Chart) -> list[str]:
    pattern = phrase("chart.cause", chart.lang)
    return [
        pattern.format(*(chart.text(row, name) for name in ("branch", "label", "state")))
        for row in chart.rows
        if row.get(chart.given("label")) is not None
    ]

"""Lines over a row of periods, from zero, told apart by their marks and dashes; the table has every value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import ceil, floor
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.compose.charts.chart import EM, SIZE, SMALL, Chart, block, height_of
from generator.compose.charts.measured import Measured, measured
from generator.document import Box, Caption, Fill, Picture, Shape, Stroke
from generator.text_measure import ems, lines_of
from generator.units import Mm, Pt

_FILLS = (Fill.INK, Fill.PAPER, Fill.GREY)
_HIGH, _LEAST_BESIDE, _MOST_BESIDE, _ROW = 46.0, 30.0, 52.0, 7.0
"""Height of the field that lines lie in: across the page; beside a table as high as so many rows, within bounds."""

_MARK, _KEY = 0.8, 9.0
"""Half the size of a point's mark, and how long the line in the legend is."""

_MOST_STEPS, _STEPS = 5, (1, 2, 5, 10, 20)
"""Spaces between the numbers at the side, and what they are multiples of."""


def line(chart: Chart) -> Picture | None:
    """Return a line for each column over the rows in their order; a value that is missing breaks its line."""
    found = measured(chart, gaps=True)
    if found is None:
        return None
    legend, top = _legend(chart, found.columns)
    field = _Field(found, top)
    shapes = [*legend, *field.grid(), *field.names()]
    for at, spec in enumerate(found.columns):
        shapes += field.line(spec, at)
    shapes += field.values()
    notes = [text for text in (chart.note(), *found.left_out(len(found.rows))) if text]
    foot, used = chart.foot(notes, field.bottom + field.under + 1.0)
    height = Mm(field.bottom + field.under + 1.0 + used + (1.0 if foot else 0.0))
    data = found.data("line", len(found.rows), "\n".join(caption.text for caption in foot))
    return Picture((*shapes, *foot), chart.width, height, found.told("line"), data)


def _wide(text: str, size: Pt = SMALL) -> float:
    return ems(text) * size * EM * 1.1


def _ticks(values: Sequence[float]) -> list[Decimal]:
    """Return the numbers at the side, zero among them, few and round: one, two or five of a power of ten apart.

    What is counted in whole numbers has no others there.
    """
    low, high = Decimal(min(0.0, *values)), Decimal(max(0.0, *values))
    power = Decimal(1).scaleb((high - low).adjusted() - 1) if high > low else Decimal(1)
    step = next(power * n for n in _STEPS if power * n * _MOST_STEPS >= high - low)
    step = max(step, Decimal(1)) if all(value == int(value) for value in values) else step
    first, last = floor(low / step), ceil(high / step)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


@dataclass(frozen=True)
class _Field:
    """The field that lines lie in: where it is, and what its heights stand for."""

    found: Measured
    top: float

    @cached_property
    def ticks(self) -> Sequence[Decimal]:
        rows, columns = self.found.rows, self.found.columns
        return _ticks([float(row[s.key]) for _, row in rows for s in columns if row.get(s.key) is not None])

    @cached_property
    def left(self) -> float:
        """Return the room of the numbers at the side."""
        return max(_wide(self.tick(tick)) for tick in self.ticks) + 2.0

    @property
    def high(self) -> float:
        if not self.found.chart.stands_beside:
            return _HIGH
        return min(_MOST_BESIDE, max(_LEAST_BESIDE, _ROW * len(self.found.rows)))

    @property
    def bottom(self) -> float:
        return self.top + self.high

    @property
    def under(self) -> float:
        """Return the height of the names beneath the field."""
        return height_of([""], SMALL) + 1.2

    @property
    def slot(self) -> float:
        return (self.found.chart.width - self.left - 0.5) / len(self.found.rows)

    def x(self, n: int) -> float:
        return self.left + self.slot * (n + 0.5)

    def y(self, value: Any) -> float:
        low, high = float(self.ticks[0]), float(self.ticks[-1])
        return self.bottom - (float(value) - low) / (high - low) * (self.high - _AIR)

    def tick(self, value: Decimal) -> str:
        spec = self.found.columns[0]
        return spec.kind.text(
            int(value) if value == int(value) else value.normalize(), self.found.chart.lang, (), spec.unit
        )

    def grid(self) -> Iterator[Shape]:
        """Yield the axis and, above it, a soft line for each tick with what it stands for."""
        right = self.found.chart.width - 0.5
        for tick in self.ticks:
            y = self.y(tick)
            width = Pt(1.0) if not tick else Pt(0.4)
            yield Stroke(((self.left, y), (right, y)), width, soft=bool(tick))
            yield Caption(self.left - 1.4, y + SMALL * EM * 0.36, self.tick(tick), SMALL, "end")

    def names(self) -> Iterator[Shape]:
        """Yield the names of the rows, as many as have room, the last one in any case."""
        chart, rows = self.found.chart, self.found.rows
        texts = [chart.text(row, "label") for _, row in rows]
        stride = next((k for k in range(1, len(rows)) if max(map(_wide, texts)) + 1.4 <= self.slot * k), len(rows))
        for at in range(len(rows) - 1, -1, -stride):
            x = min(self.x(at), chart.width - _wide(texts[at]) / 2)
            baseline = self.bottom + 1.2 + SMALL * EM * 0.88
            yield Caption(x, baseline, texts[at], SMALL, "middle", pointer=chart.at(rows[at][0], "label"))

    def line(self, spec: FieldSpec, at: int) -> Iterator[Shape]:
        """Yield a column's line and, on it, its marks."""
        points = [
            (self.x(n), self.y(row[spec.key])) if row.get(spec.key) is not None else None
            for n, (_, row) in enumerate(self.found.rows)
        ]
        for one, other in pairwise(points):
            if one and other:
                yield Stroke((one, other), Pt(1.1), dashed=at == 1, soft=at > 1)
        yield from (_mark(x, y, at) for x, y in filter(None, points))

    def values(self) -> Iterator[Shape]:
        """Yield what is told beside points: of a single line every value that has room, of several the last ones."""
        columns, rows = self.found.columns, self.found.rows
        single = len(columns) == 1
        taken: list[float] = []
        for spec in columns:
            points = [(n, row[spec.key]) for n, (_, row) in enumerate(rows) if row.get(spec.key) is not None]
            for n, value in points if single else points[-1:]:
                text, y = self.found.text(spec, value), self.y(value)
                if single and _wide(text) > self.slot and n < len(rows) - 1:
                    continue
                beneath = not single and any(abs(y - other) < _APART for other in taken) and y > min(taken)
                at = y + 1.4 + SMALL * EM * 0.8 if beneath else y - 1.6
                taken.append(y)
                if at < self.bottom:
                    right = self.found.chart.width - _wide(text) / 2
                    yield Caption(min(self.x(n), right), at, text, SMALL, "middle")


_APART = 5.0
"""Millimetres within which the lower of two values is told beneath its point."""

_AIR = 4.6
"""Millimetres above the highest tick, for a value."""


def _mark(x: float, y: float, at: int) -> Box:
    corner = 0.0 if at > 1 else _MARK
    return Box(x - _MARK, y - _MARK, 2 * _MARK, 2 * _MARK, corner, Pt(0.75), _FILLS[at])


def _legend(chart: Chart, columns: Sequence[FieldSpec]) -> tuple[list[Shape], float]:
    """Return what the lines stand for, at the top, side by side where there is room, and the height that takes."""
    x, y, shapes = 0.5, 0.6, list[Shape]()
    for at, spec in enumerate(columns):
        lines = lines_of(spec.title(chart.lang), Mm(chart.width - _KEY - 3.0), SIZE)
        width = _KEY + 1.6 + max(_wide(text, SIZE) for text in lines)
        if x > 0.5 and x + width > chart.width:
            x, y = 0.5, y + 5.0
        middle = y + 1.7
        key = Stroke(((x, middle), (x + _KEY, middle)), Pt(1.1), dashed=at == 1, soft=at > 1)
        shapes += [key, _mark(x + _KEY / 2, middle, at), *block(x + _KEY + 1.6, y - 0.1, lines, SIZE)]
        x += width + 4.0
        y += height_of(lines[1:], SIZE)
    return shapes, y + 5.4

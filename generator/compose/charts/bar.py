"""Bars from zero, lying, filled black, white and grey, each with its value."""

from collections.abc import Sequence
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.compose.charts.chart import EM, SIZE, Chart, Rows, block, height_of
from generator.document import Box, Caption, Category, ChartData, Fill, Picture, Series, Shape, Stroke
from generator.kinds import NUMBER
from generator.record import Values
from generator.text_measure import ems, lines_of
from generator.units import Mm, Pt

_BAR, _GAP, _VALUE_SIZE, _FILLS = 4.0, 3.2, Pt(8.0), (Fill.INK, Fill.PAPER, Fill.GREY)


def bar(chart: Chart) -> Picture | None:
    """Return bars from zero, lying, with their values; several columns stand together, told apart by their fill."""
    found = [chart.spec.child(key) for key in chart.given("values")]
    columns = [spec for spec in found if spec is not None]
    drawable = ((n, _drawable(row, columns)) for n, row in enumerate(chart.rows))
    rows = [(n, row) for n, row in drawable if any(row.get(s.key) is not None for s in columns)]
    if not rows:
        return None
    scale = _Extent(chart, columns, [row for _, row in rows])
    shapes, y = _series(chart, columns) if len(columns) > 1 else ([], 1.0)
    top = y
    for n, row in rows:
        lines = lines_of(chart.text(row, "label"), Mm(scale.left - 3.0), SIZE)
        deep = max(_BAR * len(columns), height_of(lines, SIZE))
        start = y + (deep - height_of(lines, SIZE)) / 2
        shapes += block(scale.left - 2.0, start, lines, SIZE, anchor="end", pointer=chart.at(n, "label"))
        first = y + (deep - _BAR * len(columns)) / 2
        for at, spec in enumerate(columns):
            shapes += _one_bar(chart, spec, row.get(spec.key), scale, first + at * _BAR, _FILLS[at])
        y += deep + _GAP
    axis = Stroke(((scale.zero, top - 1.0), (scale.zero, y - _GAP + 1.0)), Pt(1.0))
    told = chart.alt("bar", _measured(chart, columns))
    return Picture((*shapes, axis), chart.width, Mm(y), told, _data(chart, columns, rows))


def _drawable(row: Values, columns: Sequence[FieldSpec]) -> Values:
    """Return a row without lengths that are masked."""
    hidden = {s.key for s in columns if isinstance(row.get(s.key), str) and not row[s.key].isdecimal()}
    return {key: value for key, value in row.items() if key not in hidden} if hidden else row


def _data(chart: Chart, columns: Sequence[FieldSpec], rows: Sequence[tuple[int, Values]]) -> ChartData:
    """Return the figures of the bars; a column without any value is none of them."""
    lang = chart.lang
    categories = tuple(Category(chart.text(row, "label"), chart.at(n, "label")) for n, row in rows)
    series = (_figures(chart, spec, [row.get(spec.key) for _, row in rows]) for spec in columns)
    told = tuple(one for one in series if any(value is not None for value in one.values))
    return ChartData("bar", chart.spec.title(lang), chart.column("label").title(lang), categories, told)


def _figures(chart: Chart, spec: FieldSpec, values: Sequence[Any]) -> Series:
    """Return a column's values; marks that are chosen from a list count as numbers."""
    kind = spec.kind if spec.kind.is_number else NUMBER
    return Series(spec.title(chart.lang), kind, tuple(values), spec.unit)


class _Extent:
    """Where bars begin and how long a unit is: values below zero lie to its left, and every value has room behind."""

    def __init__(self, chart: Chart, columns: Sequence[FieldSpec], rows: Rows) -> None:
        values = [(s, row[s.key]) for row in rows for s in columns if row.get(s.key) is not None]
        self.left = chart.width * 0.24
        told = max(ems(_value_text(chart, spec, value)) for spec, value in values) * _VALUE_SIZE * EM * 1.1
        numbers = [0.0, *(float(value) for _, value in values)]
        low, high = min(numbers), max(numbers)
        self.unit = (chart.width - self.left - told - 2.5) / ((high - low) or 1.0)
        self.zero = self.left - low * self.unit


def _one_bar(chart: Chart, spec: FieldSpec, value: Any, scale: _Extent, y: float, fill: Fill) -> list[Shape]:
    if value is None:
        return []
    reach = float(value) * scale.unit
    made: list[Shape] = (
        [Box(scale.zero + min(0.0, reach), y + 0.3, abs(reach), _BAR - 0.6, 0, Pt(0.75), fill)] if reach else []
    )
    text = _value_text(chart, spec, value)
    return [*made, Caption(scale.zero + max(0.0, reach) + 1.2, y + _BAR - 1.0, text, _VALUE_SIZE)]


def _value_text(chart: Chart, spec: FieldSpec, value: Any) -> str:
    return spec.kind.text(value, chart.lang, (), spec.unit)


def _series(chart: Chart, columns: Sequence[FieldSpec]) -> tuple[list[Shape], float]:
    """Return what the fills stand for, at the top, side by side where there is room, and the height that takes."""
    left = x = chart.width * 0.24
    y, shapes = 0.6, list[Shape]()
    for at, spec in enumerate(columns):
        lines = lines_of(spec.title(chart.lang), Mm(chart.width - left - 7.0), SIZE)
        width = 6.4 + max(map(ems, lines)) * SIZE * EM * 1.1
        if x > left and x + width > chart.width:
            x, y = left, y + 5.0
        shapes += [Box(x, y, 5.0, 3.2, 0, Pt(0.75), _FILLS[at]), *block(x + 6.4, y - 0.1, lines, SIZE)]
        x += width + 5.0
        y += height_of(lines[1:], SIZE)
    return shapes, y + 6.4


def _measured(chart: Chart, columns: Sequence[FieldSpec]) -> list[str]:
    return [
        " ".join([chart.text(row, "label"), *(_value_text(chart, s, row[s.key]) for s in columns if s.key in row)])
        for row in chart.rows
    ]

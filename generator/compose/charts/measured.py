"""What bars and lines have in common: rows with values in some columns, and the figures that they carry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from generator.catalogue.form import FieldSpec
from generator.compose.charts.chart import Chart
from generator.document import Category, ChartData, Series
from generator.formats import decimal_places, exact_number
from generator.kinds import NUMBER
from generator.kinds.numbers import is_number
from generator.record import Values
from generator.wording import phrase

MISSING = "–"
_MOST_PLACES = 6

NumberedRow = tuple[int, Values]
"""A row of the record with its number, from 0."""


@dataclass(frozen=True)
class Measured:
    """The columns of a chart that have values, and the rows that have one in any of them."""

    chart: Chart
    columns: Sequence[FieldSpec]
    rows: Sequence[NumberedRow]

    def text(self, spec: FieldSpec, value: Any) -> str:
        """Return a value as its kind writes it, with as many decimals as the others of its column."""
        places = self._places[spec.key]
        if is_number(value) and 0 < places <= _MOST_PLACES:
            value = round(exact_number(value), places)
        return spec.kind.text(value, self.chart.lang, (), spec.unit)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Return the decimals of each column's values."""
        values = {spec.key: [row.get(spec.key) for _, row in self.rows] for spec in self.columns}
        return {
            key: max(decimal_places(value) if is_number(value) else 0 for value in some) for key, some in values.items()
        }

    def left_out(self, shown: int) -> Iterator[str]:
        """Yield which rows have no value, and how many more there are than are shown."""
        chart, known = self.chart, {n for n, _ in self.rows}
        named = chart.given("label")
        lacking = [n for n, row in enumerate(chart.rows) if n not in known and row.get(named) is not None]
        yield chart.left_out(lacking, "chart.without_value")
        if shown < len(self.rows):
            yield phrase("chart.more", chart.lang).format(shown, len(self.rows) - shown)

    def told(self, kind: Literal["bar", "line"]) -> str:
        """Return the chart in words."""
        rows = (
            [self.chart.text(row, "label"), *(_plain(self.chart, s, row[s.key]) for s in self.columns if s.key in row)]
            for row in self.chart.rows
        )
        return self.chart.alt(kind, [" ".join(row) for row in rows])

    def data(self, kind: Literal["bar", "line"], shown: int, note: str) -> ChartData:
        """Return the figures of the first rows."""
        chart, rows = self.chart, self.rows[:shown]
        categories = tuple(Category(chart.text(row, "label"), chart.at(n, "label")) for n, row in rows)
        series = tuple(_series(chart, spec, [row.get(spec.key) for _, row in rows]) for spec in self.columns)
        title, axis = chart.spec.title(chart.lang), chart.column("label").title(chart.lang)
        return ChartData(kind, title, axis, categories, series, note)


def measured(chart: Chart, *, gaps: bool = False) -> Measured | None:
    """Return what a chart measures; None where no row has a value. With `gaps`, rows without one keep their place."""
    found = [chart.spec.child(key) for key in chart.given("values")]
    drawable = [(n, _drawable(row, found)) for n, row in enumerate(chart.rows)]
    columns = [s for s in found if s is not None and any(row.get(s.key) is not None for _, row in drawable)]
    rows = [(n, row) for n, row in drawable if any(row.get(s.key) is not None for s in columns)]
    return Measured(chart, columns, drawable if gaps else rows) if rows else None


def _drawable(row: Values, columns: Sequence[FieldSpec | None]) -> Values:
    """Return a row without lengths that are masked."""
    keys = (spec.key for spec in columns if spec is not None)
    hidden = {key for key in keys if isinstance(row.get(key), str) and not row[key].isdecimal()}
    return {key: value for key, value in row.items() if key not in hidden} if hidden else row


def _series(chart: Chart, spec: FieldSpec, values: Sequence[Any]) -> Series:
    """Return a column's values; marks that are chosen from a list count as numbers."""
    kind = spec.kind if spec.kind.is_number else NUMBER
    return Series(spec.title(chart.lang), kind, tuple(values), spec.unit)


def _plain(chart: Chart, spec: FieldSpec, value: Any) -> str:
    return spec.kind.text(value, chart.lang, (), spec.unit)

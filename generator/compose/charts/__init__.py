"""Charts drawn of a table's rows. Nothing is told by colour, so that they print in black and white."""

from collections.abc import Callable, Mapping
from typing import Any

from generator.catalogue.form import FieldSpec
from generator.compose.charts.bar import bar
from generator.compose.charts.chart import Chart, Rows
from generator.compose.charts.fishbone import fishbone
from generator.compose.charts.quadrant import quadrant
from generator.compose.layout import Layout
from generator.document import Picture

KINDS: dict[str, Callable[[Chart], Picture | None]] = {"fishbone": fishbone, "quadrant": quadrant, "bar": bar}


def draw(layout: Layout, spec: FieldSpec, rows: Rows, pointer: str, typed: Mapping[str, Any]) -> Picture | None:
    """Return the chart that `x-chart` asks for; None on filled paper without rows."""
    if not rows and not layout.blank:
        return None
    return KINDS[spec.chart["kind"]](Chart(layout, spec, rows, pointer, typed))

"""Charts drawn of a table's rows. Nothing is told by colour, so that they print in black and white."""

from collections.abc import Callable, Mapping

from generator.catalogue.form import FieldSpec
from generator.compose.charts.bar import bar
from generator.compose.charts.chart import Chart, Rows
from generator.compose.charts.fishbone import fishbone
from generator.compose.charts.line import line
from generator.compose.charts.quadrant import quadrant
from generator.compose.faces import Faces
from generator.document import Picture
from generator.record import Values
from generator.units import Mm

DRAWN: Mapping[str, Callable[[Chart], Picture | None]] = {
    "fishbone": fishbone,
    "quadrant": quadrant,
    "bar": bar,
    "line": line,
}


def draw(
    faces: Faces,
    spec: FieldSpec,
    rows: Rows,
    pointer: str,
    typed: Values,
    width: Mm | None = None,
    room: float | None = None,
) -> Picture | None:
    """Return the chart that `x-chart` asks for; None on filled paper without rows.

    `width`: how wide it is to be, the width between the margins for None. Its type is the same at every width. `room`:
    millimetres that its page has left, into which it fits where it needn't be much lower for that.
    """
    if not rows and not faces.is_blank:
        return None
    return DRAWN[spec.chart["kind"]](Chart(faces, spec, rows, pointer, typed, width or faces.width, room))

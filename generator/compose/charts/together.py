"""Charts side by side on one picture, each beneath its title."""

from collections.abc import Sequence
from dataclasses import replace

from generator.compose.charts.chart import EM
from generator.document import Box, Caption, Image, Picture, Shape, Stroke
from generator.units import Mm, Pt
from generator.wording import Lang, phrase

_TITLE, _HEAD = Pt(9.5), 6.4
"""The size of a chart's title, and millimetres that it takes."""


def together(pictures: Sequence[Picture], width: Mm, lang: Lang) -> Picture:
    """Return one picture of charts from left to right, `width` wide."""
    slot = width / len(pictures)
    shapes = [shape for n, one in enumerate(pictures) for shape in _moved(one, n * slot)]
    height = Mm(max(one.height for one in pictures) + _HEAD)
    told = phrase("chart.between", lang).join(one.alt for one in pictures)
    return Picture(tuple(shapes), width, height, told, parts=tuple(pictures))


def _moved(picture: Picture, across: float) -> list[Shape]:
    title = picture.data.title if picture.data else ""
    head = [Caption(across + 0.5, _TITLE * EM, title, _TITLE, bold=True)] if title else []
    return [*head, *(_shifted(shape, across, _HEAD) for shape in picture.shapes)]


def _shifted(shape: Shape, across: float, down: float) -> Shape:
    match shape:
        case Stroke():
            return replace(shape, points=tuple((x + across, y + down) for x, y in shape.points))
        case Box() | Caption() | Image():
            return replace(shape, x=shape.x + across, y=shape.y + down)

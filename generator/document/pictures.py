"""Pictures drawn of a record: lines, boxes and captions, and the figures of a chart. Lengths are millimetres."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from generator.kinds import Kind
from generator.units import Mm, Pt


class Fill(StrEnum):
    """How a shape is filled; told apart in black and white too."""

    NONE = ""
    PAPER = "paper"
    TINT = "tint"
    GREY = "grey"
    INK = "ink"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points (x, y), `width` points wide, grey where it is `soft`.

    `closed` makes an outline, filled with `fill`.
    """

    points: tuple[tuple[float, float], ...]
    width: Pt = Pt(0.75)
    dashed: bool = False
    closed: bool = False
    fill: Fill = Fill.NONE
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner and its size, with corners rounded by `radius`."""

    x: float
    y: float
    across: float
    down: float
    radius: float = 0.0
    width: Pt = Pt(0.75)
    fill: Fill = Fill.NONE


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of text on a picture: its baseline's start, middle or end at (x, y); `size` in points."""

    x: float
    y: float
    text: str
    size: Pt = Pt(9.0)
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    white: bool = False
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A photo or screenshot, its upper left corner at (x, y): a file of `media` image/png or image/jpeg.

    `width`: of the line around it, in points. `name`: what the text calls it; `caption`: the text beneath it, whose
    lines are on the picture besides.
    """

    x: float
    y: float
    across: float
    down: float
    content: bytes = field(repr=False)
    media: str
    width: Pt = Pt(0.0)
    name: str = ""
    caption: str = ""


Shape = Stroke | Box | Caption | Image


@dataclass(frozen=True, slots=True)
class Category:
    """What a chart measures: a row's name, with its place in the record."""

    text: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, one for each category of their chart; None where there is none."""

    title: str
    kind: Kind
    values: tuple[object, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ChartData:
    """The figures that a chart is drawn of; `axis` names what its categories are, `note` what they were counted of."""

    kind: Literal["bar", "line"]
    title: str
    axis: str
    categories: tuple[Category, ...]
    series: tuple[Series, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, `width` by `height` millimetres; x and y count from its upper left corner. `alt` tells in words what
    it shows; a chart has its figures as `data`, for formats that draw charts themselves. `parts`: the charts that stand
    on it side by side, each with its title at its top.
    """

    shapes: tuple[Shape, ...]
    width: Mm
    height: Mm
    alt: str
    data: ChartData | None = None
    parts: "tuple[Picture, ...]" = ()

    @property
    def is_photo(self) -> bool:
        """Tell whether it is made of photos or screenshots."""
        return bool(self.photos)

    @property
    def photos(self) -> tuple[Image, ...]:
        """Return the photos and screenshots on it."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Image))

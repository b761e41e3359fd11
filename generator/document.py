"""The document model: what stands on the paper, in order, with no word about formats.

Nodes are frozen and slotted. Blocks stack down the page; inlines run within a paragraph. A field, a value and a table
keep the JSON Pointer of the record's place that they show, so that every writer can mark it. Values are typed (a date
is a date): writers turn them into text with `generator.formats` or keep the type, as Excel does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from generator.wording import Lang

GRID = 12
"""Columns of the grid that fields share; a field's span is counted in them."""


class Kind(StrEnum):
    """What a value is; resolved once, from the schema."""

    TEXT = "text"
    MULTILINE = "multiline"
    DATE = "date"
    DATETIME = "datetime"
    INTEGER = "integer"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DURATION = "duration"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    LIST = "list"
    SIGNATURE = "signature"
    MONTH = "month"
    CAPITALS = "capitals"


NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.MONEY, Kind.DURATION})


class Tone(StrEnum):
    """How a value or row is to be noticed; never by colour alone."""

    PLAIN = ""
    GOOD = "good"
    CAUTION = "caution"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a field offers."""

    value: Any
    label: str
    note: str = ""
    tone: Tone = Tone.PLAIN


# --- inlines ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Inlines of strong importance, set bold."""

    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed inlines: italic in Latin text, emphasis dots in Chinese where the format has them."""

    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the record within running text; without text it is a gap to write in, `width` characters wide.

    `label` is its field's title, for messages only.
    """

    pointer: str
    text: str
    width: int = 8
    label: str = ""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced line break."""


Inline = Text | Strong | Emphasis | Value | LineBreak


# --- blocks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 or 3 (the document's title is level 1); `number` is printed as a tag before it."""

    text: str
    level: int = 2
    number: str = ""
    hint: str = ""


class Role(StrEnum):
    """What a paragraph does in a letter or report."""

    BODY = "body"
    ADDRESSEE = "addressee"
    REFERENCE = "reference"
    CLOSING = "closing"
    CLOSING_FLUSH = "closing-flush"
    SIGNER = "signer"
    DATE = "date"
    ENCLOSURE = "enclosure"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    children: tuple[Inline, ...]
    role: Role = Role.BODY


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list; each item is a run of inlines."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled value. `value` is None when there is none yet: then the box is for writing, `lines` lines high.

    `ticks`: show all choices with boxes to tick, instead of the chosen one's label.
    """

    pointer: str
    kind: Kind
    label: str
    value: Any = None
    choices: tuple[Choice, ...] = ()
    ticks: bool = False
    required: bool = False
    span: int = 4
    lines: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FieldGrid:
    """Fields in lines of a twelve-column grid; the spans of each line add up to `GRID`."""

    lines: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Ratings on one scale, a line each; `low` and `high` name its ends."""

    fields: tuple[Field, ...]
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: a value large enough to read at arm's length, with a note beneath."""

    label: str
    text: str
    note: str = ""
    tone: Tone = Tone.PLAIN
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A band of key figures, at most five."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what its cells hold and its share of the width. `running`: it holds the rows' numbers."""

    key: str
    kind: Kind
    label: str
    share: float = 10.0
    choices: tuple[Choice, ...] = ()
    ticks: bool = False
    required: bool = False
    read_only: bool = False
    unit: str = ""
    running: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: typed values in the order of the columns; `mark` says in a word why `tone` makes it stand out."""

    values: Sequence[Any]
    tone: Tone = Tone.PLAIN
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Columns (by position) that make a row overdue: done, or still open on the day `as_of`, after it was due.

    `as_of_pointer` is the field beside the rows that holds the day.
    """

    due: int
    done: int
    as_of: Any = None
    as_of_pointer: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A repeating table. `rows` may be read more than once and is never held by the model; `blank_rows` follow it.

    `key`: position of the column that is repeated where a very wide table is continued. `summed`: positions of the
    columns with a sum in the last row, which is called `total`.
    """

    pointer: str
    columns: tuple[Column, ...]
    rows: Iterable[Row] = ()
    blank_rows: int = 0
    serial: str = ""
    caption: str = ""
    register: bool = False
    overdue: Overdue | None = None
    key: int = 0
    summed: tuple[int, ...] = ()
    total: str = ""


class Fill(StrEnum):
    """How a shape is filled; told apart in black and white too."""

    NONE = ""
    PAPER = "paper"
    TINT = "tint"
    GREY = "grey"
    INK = "ink"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points (x, y), `width` points wide; `closed` makes an outline, filled with `fill`."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.75
    dashed: bool = False
    closed: bool = False
    fill: Fill = Fill.NONE


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner and its size, with corners rounded by `radius`."""

    x: float
    y: float
    across: float
    down: float
    radius: float = 0.0
    width: float = 0.75
    fill: Fill = Fill.NONE


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of text on a picture: its baseline's start, middle or end at (x, y); `size` in points."""

    x: float
    y: float
    text: str
    size: float = 9.0
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    white: bool = False
    pointer: str = ""


Shape = Stroke | Box | Caption


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
    values: tuple[Any, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ChartData:
    """The figures that a chart is drawn of; `axis` names what its categories are."""

    kind: Literal["bar"]
    title: str
    axis: str
    categories: tuple[Category, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, `width` by `height` millimetres; x and y count from its upper left corner. `alt` tells in words what
    it shows; a chart has its figures as `data`, for formats that draw charts themselves.
    """

    shapes: tuple[Shape, ...]
    width: float
    height: float
    alt: str
    data: ChartData | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """One place to sign; `seal` leaves room for a company's seal."""

    label: str
    seal: bool = False
    date: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Places to sign, side by side; never alone on a page."""

    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class WritingLines:
    """Ruled lines for handwriting, `count` of them, under their label."""

    pointer: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Note:
    """A remark set apart from the text: how to fill in the form, where figures come from."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a page."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what belongs to it; kept together with its first block."""

    heading: Heading
    blocks: tuple["Block", ...]


Block = (
    Heading
    | Paragraph
    | ListBlock
    | FieldGrid
    | Scale
    | KeyFigures
    | Table
    | Picture
    | SignatureBlock
    | WritingLines
    | Note
    | PageBreak
    | Section
)


class Purpose(StrEnum):
    """What the paper is for: a pen, or a reader."""

    BLANK = "blank"
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class Page:
    """The paper: size and orientation."""

    size: str = "A4"
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `office`, `number`, `version` and `reference` make its head, `footer` its foot."""

    form: str
    kind: str
    title: str
    lang: Lang
    purpose: Purpose
    blocks: tuple[Block, ...]
    page: Page = field(default_factory=Page)
    office: str = ""
    number: str = ""
    version: str = ""
    reference: str = ""
    footer: str = ""

    @property
    def blank(self) -> bool:
        """Tell whether the paper is to be filled in by pen."""
        return self.purpose is Purpose.BLANK

"""The nodes of the document model: what stands on the paper, in order, with no word about formats.

Blocks stack down the page; inlines run within a paragraph. A field, a value and a table keep the JSON Pointer of the
record's place that they show, so that every writer can mark it. Values are typed (a date is a date): writers turn them
into text by their face, or keep the type, as Excel does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Protocol

from generator.document.face import PLAIN, Face, Use
from generator.document.pen import Gap
from generator.document.pictures import Picture
from generator.errors import pointer_step
from generator.kinds import Drawn, Tone
from generator.paper import Page
from generator.profile import Profile, shipped_profile
from generator.theme import LETTER, Theme, shipped_theme
from generator.units import Mm
from generator.wording import Lang

GRID = 12
"""Columns of the grid that fields share; a field's span is counted in them."""

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
    """A value of the record within running text; without text it is a gap to write in, `width` characters wide."""

    pointer: str
    text: str
    width: int = 8
    face: Face = PLAIN


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
class Room:
    """The room that a field has on its paper: what for, how many columns of the grid, how many lines for a pen.

    `gaps`: what is printed for a date to be written in; `squares`: as many as there are digits to write, a square each.
    `more`: millimetres that its page has left over for it.
    """

    use: Use = Use.SHOWN
    span: int = 4
    lines: int = 1
    gaps: tuple[Gap, ...] = ()
    squares: int = 0
    more: Mm = Mm(0.0)


SHOWN = Room()
"""The room of a short value that is to be read."""


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled value: what it is, and the room that it has. `value` is None when there is none."""

    pointer: str
    face: Face
    value: object = None
    room: Room = SHOWN

    @property
    def is_starred(self) -> bool:
        """Tell whether the box is marked as one that must be filled in."""
        return self.face.required and self.room.use is not Use.SHOWN

    def text(self, lang: Lang) -> str:
        """Return the value as a box shows it; nothing where there is none."""
        return self.face.text(self.value, lang)


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
    """A key figure: a value large enough to read at arm's length, beneath it a note and what it is to be (`aim`)."""

    label: str
    text: str
    note: str = ""
    tone: Tone = Tone.PLAIN
    pointer: str = ""
    aim: str = ""
    kept: Tone = Tone.PLAIN

    @property
    def beneath(self) -> tuple[tuple[str, Tone], ...]:
        """Return the lines beneath the value, each with its tone."""
        return tuple((text, tone) for text, tone in ((self.note, self.tone), (self.aim, self.kept)) if text)


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A band of key figures, at most five."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what its cells hold and its share of the width. `running`: it holds the rows' numbers.

    `wide`: its millimetres, where they don't depend on what stands in it; nought where they do. `side`: 1 for those
    of a table's right side, where two rows stand side by side.
    """

    key: str
    face: Face
    share: float = 10.0
    running: bool = False
    wide: Mm = Mm(0.0)
    side: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row: typed values in the order of the columns; `mark` says in a word why `tone` makes it stand out.

    `spare`: a row that is still to be written in by hand, on paper that is filled.
    """

    values: Sequence[object]
    tone: Tone = Tone.PLAIN
    mark: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Overdue:
    """Columns (by position) that make a row overdue: done, or still open on the day `as_of`, after it was due.

    `as_of_pointer` is the field beside the rows that holds the day.
    """

    due: int
    done: int
    as_of: object = None
    as_of_pointer: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A repeating table. `rows` may be read more than once and is never held by the model; `blank_rows` follow it.

    `key`: position of the column that is repeated where a very wide table is continued. `summed`: positions of the
    columns with a sum in the last row, which is called `total`; `unsummed`: of those that would have one if they held
    numbers alone. `use`: what its cells are for. `more`: millimetres that a page has left over for each row for a pen.
    `most`: how many rows it may have; None where that isn't said. `sides`: how many of the repeat's rows stand in one.
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
    unsummed: tuple[int, ...] = ()
    total: str = ""
    use: Use = Use.SHOWN
    more: Mm = Mm(0.0)
    most: int | None = None
    sides: int = 1

    def pointer_at(self, n: int, column: Column) -> str:
        """Return the pointer of what stands in a column of the n-th row, counted from nought."""
        return f"{self.pointer}/{n * self.sides + column.side}/{pointer_step(column.key)}"

    def is_starred(self, column: Column) -> bool:
        """Tell whether a column is marked as one that must be filled in."""
        return column.face.required and self.use is not Use.SHOWN and not column.face.read_only


@dataclass(frozen=True, slots=True)
class Beside:
    """A table, which takes `columns` of the grid, and at its right a picture of its rows; never parted by a page."""

    table: Table
    picture: Picture
    columns: int = 7


@dataclass(frozen=True, slots=True)
class Signature:
    """One place to sign; `seal` leaves room for a company's seal; `stamped`: the organisation's own goes there.

    `closing`: the end of a letter, without a box: `label` is whose it is, the date beneath, the seal over both; `note`
    says so where it isn't printed. `dated`: a day belongs there. `date_of`, `name_of`: pointers of date and name.
    `drawn`: the signature itself, in the place of the name.
    """

    label: str
    seal: bool = False
    date: str = ""
    name: str = ""
    stamped: bool = False
    closing: bool = False
    note: str = ""
    dated: bool = True
    drawn: Drawn | None = None
    date_of: str = ""
    name_of: str = ""


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Places to sign, side by side; never alone on a page."""

    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class WritingLines:
    """Ruled lines for handwriting, `count` of them, under their label; `more` millimetres are shared among them."""

    pointer: str
    label: str
    count: int
    more: Mm = Mm(0.0)


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
    | Beside
    | SignatureBlock
    | WritingLines
    | Note
    | PageBreak
    | Section
)


class Purpose(StrEnum):
    """What the paper is for: a pen, a reader, or somebody who fills it in on screen."""

    BLANK = "blank"
    FILLED = "filled"
    FILLABLE = "fillable"


class OwnContent(Protocol):
    """What stands in place of a document's blocks: a file of the user's, filled in."""

    def write(self, document: "Document", format: str, out: BinaryIO) -> None:
        """Write the file in a format."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. Its organisation, `number`, `version` and `reference` make its head, `footer` its foot.

    `closeness`: the share of what the theme's gaps may give up that they do, where a last page would be nearly empty;
    below zero they take as much instead. `record`: what the document was made from, as JSON has it, to be attached
    where a format can hold it; None where personal values are masked, for it would show them. `own`: what stands
    in place of the blocks, where the user has a file of that.
    """

    form: str
    kind: str
    title: str
    lang: Lang
    purpose: Purpose
    blocks: tuple[Block, ...]
    page: Page = field(default_factory=Page)
    number: str = ""
    version: str = ""
    reference: str = ""
    footer: str = ""
    theme: Theme = field(default_factory=shipped_theme)
    profile: Profile = field(default_factory=shipped_profile)
    closeness: float = 0.0
    record: Mapping[str, object] | None = field(default=None, compare=False, repr=False)
    own: OwnContent | None = field(default=None, compare=False, repr=False)
    mark: str = ""
    """What tells a correction apart, or what is void, from the document that was given out first."""

    drawn: tuple[Drawn, ...] = field(default=(), repr=False)
    """The signatures that are drawn, by their numbers."""

    @property
    def is_numbered(self) -> bool:
        """Tell whether it bears the number and version of its form."""
        which = self.profile.form_numbers
        return which == "all" or (which == "internal" and (self.is_fillable or self.kind != LETTER))

    @property
    def office(self) -> str:
        """Return the name of the organisation whose paper it is."""
        return self.profile.name(self.lang)

    @property
    def is_blank(self) -> bool:
        """Tell whether the paper is to be filled in by pen."""
        return self.purpose is Purpose.BLANK

    @property
    def is_fillable(self) -> bool:
        """Tell whether it is filled in on screen, with values in it already or none."""
        return self.purpose is Purpose.FILLABLE

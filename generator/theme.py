"""The theme: lengths, sizes, colours and fonts that every writer reads. A value, known by the sum of its file."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generator import resources
from generator.characters import ill_texts
from generator.errors import Fault, Place, SchemaError
from generator.paper import Page
from generator.units import Mm, Pt
from generator.wording import LANGS, Lang

LETTER = "letter"
"""The kind of form that has wide margins and larger type."""


class PageMargins(NamedTuple):
    """What is left free around the text, and how far head and foot are from the paper's edge."""

    margin_top: Mm
    margin_bottom: Mm
    margin_side: Mm
    letter_margin_side: Mm
    head: Mm
    foot: Mm


class TypeSizes(NamedTuple):
    """Sizes of type."""

    title: Pt
    heading: Pt
    subheading: Pt
    body: Pt
    letter: Pt
    entry: Pt
    label: Pt
    cell: Pt
    note: Pt
    head: Pt
    figure: Pt


class LineHeights(NamedTuple):
    """Heights of lines in sizes of their type."""

    body: float
    entry: float


class WritingRoom(NamedTuple):
    """Room for a pen: a line, a signature, a signature with a seal, a box to tick."""

    row: Mm
    signature: Mm
    seal: Mm
    tick: Mm


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours as RRGGBB."""

    ink: str
    soft: str
    accent: str
    tint: str
    frame: str
    rule: str
    required: str
    good: str
    caution: str
    alert: str
    good_tint: str
    caution_tint: str
    alert_tint: str

    def __getitem__(self, name: str) -> str:
        """Return the colour of that name, for instance that of a tone."""
        return str(getattr(self, name))


class NamedFonts(NamedTuple):
    """Fonts that Word and Excel documents name."""

    body: str
    head: str
    sans: str
    latin: str
    latin_serif: str


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """The look of paper. Two themes of one digest are the same; it stands in the key of whatever is made of them."""

    page: PageMargins
    size: TypeSizes
    line: LineHeights
    write: WritingRoom
    colour: Colours
    fonts: Mapping[Lang, NamedFonts]
    pdf_fonts: Mapping[Lang, tuple[str, ...]]
    digest: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Theme) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def side_margin(self, kind: str) -> Mm:
        """Return the margin at the sides of a kind of form; letters have wide ones."""
        return self.page.letter_margin_side if kind == LETTER else self.page.margin_side

    def text_width(self, page: Page, kind: str) -> Mm:
        """Return the width between the margins."""
        return Mm(page.width - 2 * self.side_margin(kind))

    def text_height(self, page: Page) -> Mm:
        """Return the height between the margins."""
        return Mm(page.height - self.page.margin_top - self.page.margin_bottom)

    def body_size(self, kind: str) -> Pt:
        """Return the size of running text."""
        return self.size.letter if kind == LETTER else self.size.body


def load_theme(path: Path) -> Theme:
    """Return the theme of a TOML file.

    Raises OSError where it can't be read, TOMLDecodeError, KeyError and TypeError where it isn't a theme, SchemaError
    (E-schema-text, E-theme-colour) for texts that no document can hold and colours that aren't any.
    """
    content = path.read_bytes()
    given = tomllib.loads(content.decode("utf-8"))
    _refuse_ill(given, path.name)
    return Theme(
        page=PageMargins(**given["page"]),
        size=TypeSizes(**given["size"]),
        line=LineHeights(**given["line"]),
        write=WritingRoom(**given["write"]),
        colour=Colours(**given["colour"]),
        fonts={lang: NamedFonts(**given["fonts"][lang]) for lang in LANGS},
        pdf_fonts={lang: tuple(given["pdf_fonts"][lang]) for lang in LANGS},
        digest=hashlib.sha256(content).hexdigest(),
    )


def _refuse_ill(given: Mapping[str, Any], file: str) -> None:
    faults = [
        Fault("E-schema-text", Place(file, pointer=pointer), {"character": ill.character, "position": ill.position})
        for pointer, ill in ill_texts(given)
    ]
    for name, colour in given["colour"].items():
        if not _COLOUR.fullmatch(str(colour)):
            faults.append(Fault("E-theme-colour", Place(file, pointer=f"/colour/{name}")))
    if faults:
        raise SchemaError(faults)


_COLOUR = re.compile("[0-9A-Fa-f]{6}")


@cache
def shipped_theme() -> Theme:
    """Return the theme of those who have none of their own."""
    return load_theme(resources.templates() / "theme" / "theme.toml")

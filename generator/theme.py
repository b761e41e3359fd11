"""The theme: lengths, sizes, colours and fonts that every writer reads. A value, known by the sum of its file."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generator import resources, strict_json
from generator.errors import Fault, Place, SchemaError, fail
from generator.paper import Page
from generator.units import Mm, Pt
from generator.wording import LANGS, Lang

REPORT = "report"
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
    letterhead: Pt
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
    """Room for a pen: a line, a signature, one with a seal; for one drawn on screen, in a box and in a row; for a box
    to tick; four digits of a year, two digits, one.
    """

    row: Mm
    signature: Mm
    seal: Mm
    drawn: Mm
    drawn_row: Mm
    tick: Mm
    year: Mm
    digits: Mm
    square: Mm


class Air(NamedTuple):
    """Room between lines or blocks: as usual, and the least where a page wants it."""

    usual: float
    least: float

    @property
    def gives(self) -> float:
        """Return how much of it may be taken."""
        return self.usual - self.least

    def at(self, share: float) -> float:
        """Return what is left where a share of what may be taken has been."""
        return self.usual - share * self.gives


class Airs(NamedTuple):
    """Room between and within what stands on a page, in millimetres; of `line` in sizes of type."""

    title: Air
    letterhead: Air
    note: Air
    heading: Air
    letter_heading: Air
    subheading: Air
    field: Air
    cell: Air
    figures: Air
    signatures: Air
    line: Air

    def at(self, share: float) -> Mapping[str, float]:
        """Return all of it where a share of what may be taken has been."""
        return {name: air.at(share) for name, air in self._asdict().items()}


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


@dataclass(frozen=True, slots=True)
class Look:
    """What a Word file of the user's gives to Word documents: styles, heads and feet, a page's background.

    `parts`: its styles, theme and fonts, heads and feet as header1, footer1 (of all pages), header2, footer2 (of the
    first) with their relationships and pictures, by name. `types`: media types by the ending of pictures' names.
    `page`: its margins. `digest` stands for the file.
    """

    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    background: str
    page: PageMargins
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """The look of paper. Two themes of one digest are the same; it stands in the key of whatever is made of them."""

    page: PageMargins
    size: TypeSizes
    line: LineHeights
    write: WritingRoom
    air: Airs
    colour: Colours
    fonts: Mapping[Lang, NamedFonts]
    pdf_fonts: Mapping[Lang, tuple[str, ...]]
    pdf_letter_fonts: Mapping[Lang, tuple[str, ...]]
    digest: str
    look: Look | None = None

    def with_look(self, look: Look) -> "Theme":
        """Return the theme with what a Word file of the user's gives to Word documents; all others stay as they are."""
        digest = hashlib.sha256(f"{self.digest} {look.digest}".encode()).hexdigest()
        return replace(self, look=look, digest=digest)

    @property
    def looked(self) -> "Theme":
        """Return the theme that Word documents are set by: with the margins of its look, where it has one."""
        return self if self.look is None else replace(self, page=self.look.page)

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

    def letter_families(self, lang: Lang) -> tuple[str, ...]:
        """Return the fonts of a letter's running text in PDF; what its own lack comes from those of all text."""
        return (*self.pdf_letter_fonts[lang], *self.pdf_fonts[lang])

    def body_size(self, kind: str) -> Pt:
        """Return the size of running text."""
        return self.size.letter if kind == LETTER else self.size.body


def load_theme(path: Path) -> Theme:
    """Return the theme of a TOML file.

    Raises SchemaError (E-toml, and as `strict_json.text_of`) where it can't be read, with every fault of what stands in
    it: E-theme-keys where something is missing or strange, E-theme-number, E-theme-colour, E-theme-font, E-schema-text.
    """
    text = strict_json.text_of(path, SchemaError, path.name, strict_json.LARGEST_OWN)
    given = parsed_toml(text, path.name)
    faults = [*strict_json.text_faults(given, path.name), *_shape_faults(given, path.name)]
    if faults:
        raise SchemaError(faults)
    return _theme(given, text)


def shipped_look() -> Mapping[str, Any]:
    """Return what the shipped theme says, part by part, as its file has it."""
    return parsed_toml(_shipped_text(), _SHIPPED)


def changed_theme(changes: Mapping[str, Any], file: str) -> Theme:
    """Return the shipped theme with some of what it says changed, part by part and key by key.

    Raises SchemaError as `load_theme` does; the places are those of the changes.
    """
    given = _changed(shipped_look(), changes)
    faults = list(_shape_faults(given, file))
    if faults:
        raise SchemaError(faults)
    return _theme(given, _shipped_text() + json.dumps(changes, ensure_ascii=False, sort_keys=True))


def _changed(given: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with some keys changed, those of tables within it too."""
    return {**given, **{key: _changed_part(given.get(key), value) for key, value in changes.items()}}


def _changed_part(before: Any, value: Any) -> Any:
    return _changed(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value


def _theme(given: Mapping[str, Any], text: str) -> Theme:
    """Return the theme of sound content; `text` is what it is known by."""
    return Theme(
        page=PageMargins(**given["page"]),
        size=TypeSizes(**given["size"]),
        line=LineHeights(**given["line"]),
        write=WritingRoom(**given["write"]),
        air=Airs(**{name: Air(*pair) for name, pair in given["air"].items()}),
        colour=Colours(**given["colour"]),
        fonts={lang: NamedFonts(**given["fonts"][lang]) for lang in LANGS},
        pdf_fonts=_families(given["pdf_fonts"]),
        pdf_letter_fonts=_families(given["pdf_letter_fonts"]),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _families(given: Mapping[str, Any]) -> Mapping[Lang, tuple[str, ...]]:
    return {lang: tuple(given[lang]) for lang in LANGS}


def parsed_toml(text: str, file: str) -> Mapping[str, Any]:
    """Return the content of a TOML text. Raises SchemaError (E-toml, E-json-depth) with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line ([0-9]+), column", str(error))
        raise fail(SchemaError, "E-toml", Place(file, line[1] if line else "")) from None
    except ValueError:  # a date that no calendar has, or a number of too many digits
        raise fail(SchemaError, "E-toml", Place(file)) from None
    except RecursionError:
        raise fail(SchemaError, "E-json-depth", Place(file)) from None


def _shape_faults(given: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Yield what keeps a file from being a theme: keys, then values."""
    yield from _key_faults(given, (*_NUMBERS, "air", "colour", "fonts", *_FAMILIES), Place(file))
    for part, (keys, least, most) in _NUMBERS.items():
        for place, value in _entries(given.get(part), keys, Place(file, pointer=f"/{part}")):
            if isinstance(value, Fault):
                yield value
            elif isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
                yield Fault("E-theme-number", place, {"least": f"{least:g}", "most": f"{most:g}"})
    for place, value in _entries(given.get("air"), Airs._fields, Place(file, pointer="/air")):
        if isinstance(value, Fault):
            yield value
        elif not _is_pair(value):
            yield Fault("E-theme-number", place, {"least": "0", "most": f"{_MOST_AIR:g}"})
    for place, value in _entries(given.get("colour"), _COLOURS, Place(file, pointer="/colour")):
        if isinstance(value, Fault):
            yield value
        elif not isinstance(value, str) or not _COLOUR.fullmatch(value):
            yield Fault("E-theme-colour", place)
    yield from _font_faults(given, file)


def _is_pair(value: object) -> bool:
    """Tell whether a value is two numbers, of which the second isn't more than the first."""
    if not isinstance(value, list) or len(value) != len(Air._fields):
        return False
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in value):
        return False
    return bool(0 <= value[1] <= value[0] <= _MOST_AIR)


def _font_faults(given: Mapping[str, Any], file: str) -> Iterator[Fault]:
    fonts, place = given.get("fonts"), Place(file, pointer="/fonts")
    for at, names in _entries(fonts, LANGS, place):
        for inner, value in _entries(names, NamedFonts._fields, at) if not isinstance(names, Fault) else [(at, names)]:
            yield from _name_faults(value, inner)
    for part in _FAMILIES:
        for at, names in _entries(given.get(part), LANGS, Place(file, pointer=f"/{part}")):
            listed = names if isinstance(names, list) and names else [names]
            for name in listed:
                yield from _name_faults(name, at)


def _name_faults(name: object, place: Place) -> Iterator[Fault]:
    if isinstance(name, Fault):
        yield name
    elif not isinstance(name, str) or not name.strip() or not _FONT.fullmatch(name):
        yield Fault("E-theme-font", place, {"most": _LONGEST_FONT})


def _entries(part: object, keys: Iterable[str], place: Place) -> Iterator[tuple[Place, object]]:
    """Yield the values of a part with their places, and the faults of its keys; nothing of a part that is missing."""
    if part is None:
        return
    if not isinstance(part, Mapping):
        yield place, Fault("E-theme-keys", place, {"keys": list(keys)})
        return
    yield from ((place, fault) for fault in _key_faults(part, keys, place))
    yield from ((replace(place, pointer=f"{place.pointer}/{key}"), part[key]) for key in keys if key in part)


def _key_faults(part: Mapping[str, Any], keys: Iterable[str], place: Place) -> Iterator[Fault]:
    wanted = list(keys)
    if part.keys() != set(wanted):
        yield Fault("E-theme-keys", place, {"keys": wanted})


_FAMILIES = ("pdf_fonts", "pdf_letter_fonts")
_MOST_AIR = 40
_COLOUR = re.compile("[0-9A-Fa-f]{6}")
_COLOURS = tuple(field.name for field in fields(Colours))
_LONGEST_FONT = 100
_FONT = re.compile(rf"[^\x00-\x1f\"'<>&\\{{}};,]{{1,{_LONGEST_FONT}}}")
"""Names of fonts go into markup, style sheets and the heads of sheets as they are."""

_NUMBERS: Mapping[str, tuple[tuple[str, ...], float, float]] = {
    "page": (PageMargins._fields, 0, 80),
    "size": (TypeSizes._fields, 4, 72),
    "line": (LineHeights._fields, 0.8, 5),
    "write": (WritingRoom._fields, 1, 150),
}
"""Parts of numbers, their keys, and between what the numbers lie: beyond, nothing would fit on the paper."""


@cache
def shipped_theme() -> Theme:
    """Return the theme of those who have none of their own."""
    return load_theme(_shipped_file())


_SHIPPED = "theme.toml"


def _shipped_file() -> Path:
    return resources.templates() / "theme" / _SHIPPED


def _shipped_text() -> str:
    return strict_json.text_of(_shipped_file(), SchemaError, _SHIPPED, strict_json.LARGEST_OWN)

"""What a Word file of the user's gives to our documents: styles, margins, heads and feet with their pictures.

Nothing that acts is taken: no macros, no embedded objects, nothing that lies outside of the file.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from generator.document import (
    Block,
    Column,
    Document,
    Face,
    Field,
    FieldGrid,
    Figure,
    Heading,
    KeyFigures,
    ListBlock,
    Note,
    Paragraph,
    Purpose,
    Role,
    Room,
    Row,
    Signature,
    SignatureBlock,
    Strong,
    Table,
    Text,
)
from generator.errors import Fault, Place, SchemaError, UsageError, fail
from generator.files import require_file
from generator.profile import Profile
from generator.records.filled.packages import Package, package_of
from generator.tagged.looking import shown
from generator.tagged.parts import LINKS
from generator.tagged.preparing import Preparing
from generator.theme import Look, PageMargins, Theme
from generator.units import Mm
from generator.wording import Lang, phrase
from generator.writers import writer

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SUFFIXES = frozenset({".docx", ".dotx"})
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}
_TYPES |= {
    "svg": "image/svg+xml",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}
_KEPT = ("word/styles.xml", "word/theme/theme1.xml")
_ODD = ("object", "control", "altChunk", "subDoc")
"""Elements of heads and feet that do something."""

_TWIPS_PER_MM = 1440 / 25.4
_NEARLY = 0.97
_LEAST, _MOST = Mm(5.0), Mm(80.0)
_COLOUR = re.compile("[0-9A-Fa-f]{6}")
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def themed(theme: Theme, file: Path | str) -> Theme:
    """Return a theme with the look of a Word file, its margins among it, which Word documents alone take.

    Raises UsageError for a file that isn't there or no Word file (E-own-kind), RecordError for one that can't be
    opened, SchemaError for heads and feet that hold more than text and pictures (E-reference-odd).
    """
    name = str(file)
    if Path(name).suffix.lower() not in _SUFFIXES:
        raise fail(UsageError, "E-own-kind", Place(name), known=sorted(_SUFFIXES))
    return _themed(theme, Path(name).name, require_file(name).read_bytes())


@lru_cache(maxsize=4)
def _themed(theme: Theme, name: str, content: bytes) -> Theme:
    package = package_of(content, Place(name), LINKS)
    main = package.main_part("word/document.xml")
    root = package.root(main)
    section = root.find(f"{W}body/{W}sectPr")
    parts = {part: package.content(part) for part in _KEPT if package.has(part)}
    if section is not None:
        running = _Running(package, main, section).parts()
        _refuse_unknown(running, Place(name))
        parts |= running
    endings = {name.rpartition(".")[2].lower() for name in parts if name.startswith("word/media/")}
    types = {ending: _TYPES[ending] for ending in sorted(endings)}
    margins = _margins(section, theme.page)
    return theme.with_look(Look(parts, types, _background(root), margins, hashlib.sha256(content).hexdigest()))


NAMES = ("office", "title", "number", "version", "reference", "head", "foot")
"""What heads and feet may name; documents put it there."""

_NAMED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def _refuse_unknown(parts: Mapping[str, bytes], place: Place) -> None:
    """Raise SchemaError (E-reference-name) for tags of heads and feet that nothing stands for."""
    texts = [content.decode("utf-8", "replace") for part, content in parts.items() if part.endswith(".xml")]
    named = dict.fromkeys(found for text in texts for found in _NAMED.findall(text))
    faults = [
        Fault("E-reference-name", place, {"name": shown(one), "known": list(NAMES)})
        for one in named
        if one not in (*NAMES, "right")
    ]
    if faults:
        raise SchemaError(faults)


def _background(root: etree._Element) -> str:
    """Return the background of pages, if it is a plain colour."""
    found = root.find(f"{W}background")
    colour = "" if found is None else str(found.get(f"{W}color") or "")
    return f'<w:background w:color="{colour}"/>' if _COLOUR.fullmatch(colour) else ""


def _margins(section: etree._Element | None, usual: PageMargins) -> PageMargins:
    """Return the margins of a section; those at the sides are alike in our documents."""
    found = section.find(f"{W}pgMar") if section is not None else None
    if found is None:
        return usual
    given = {key: _mm(found.get(f"{W}{key}")) for key in ("top", "bottom", "left", "right", "header", "footer")}
    side = Mm((given["left"] + given["right"]) / 2)
    return replace_margins(usual, given, side)


def replace_margins(usual: PageMargins, given: Mapping[str, Mm], side: Mm) -> PageMargins:
    """Return margins as a file gives them, within what paper can have."""
    made = usual._replace(
        margin_top=given["top"], margin_bottom=given["bottom"], margin_side=side, letter_margin_side=side
    )
    made = made._replace(head=given["header"], foot=given["footer"])
    return PageMargins(*(Mm(min(max(value, _LEAST), _MOST)) for value in made))


def _mm(twips: str | None) -> Mm:
    try:
        return Mm(abs(float(twips or 0)) / _TWIPS_PER_MM)
    except ValueError:
        return _LEAST


class _Running:
    """Takes the heads and feet of a section, with what they show."""

    def __init__(self, package: Package, main: str, section: etree._Element) -> None:
        self.package, self.section = package, section
        self.links = _targets(package, main)
        self.media: dict[str, str] = {}
        self.made: dict[str, bytes] = {}

    def parts(self) -> dict[str, bytes]:
        """Return the parts, under the names that our documents have for them."""
        has_first = self.section.find(f"{W}titlePg") is not None
        for sort in ("header", "footer"):
            found = dict(self._named(sort))
            usual, first = found.get("default"), found.get("first") if has_first else None
            for number, part in ((1, usual), (2, first if has_first and first else usual)):
                if part:
                    self._take(part, f"word/{sort}{number}.xml")
        return self.made

    def _named(self, sort: str) -> Iterator[tuple[str, str]]:
        for one in self.section.findall(f"{W}{sort}Reference"):
            part = self.links.get(str(one.get(f"{_R}id")), "")
            if self.package.has(part):
                yield str(one.get(f"{W}type") or "default"), part

    def _take(self, part: str, name: str) -> None:
        root = self.package.root(part)
        odd = next(root.iter(*(f"{W}{one}" for one in _ODD)), None)
        if odd is not None:
            raise fail(SchemaError, "E-reference-odd", self.package.place)
        if not any(one.text for one in root.iter(f"{W}t")) and not _shows(root):
            return  # an empty head gives way to ours
        self._free_tabs(root)
        self.made[name] = (_HEAD + Preparing(root).prepared().source).encode()
        links = [self._link(identity, target) for identity, target in _targets(self.package, part).items()]
        if any(links):
            folder, _, last = name.rpartition("/")
            body = f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{"".join(links)}</Relationships>'
            self.made[f"{folder}/_rels/{last}.rels"] = body.encode()

    def _free_tabs(self, root: etree._Element) -> None:
        """Let a stop at the right edge of the text stay there, whatever paper a document has."""
        size, margins = self.section.find(f"{W}pgSz"), self.section.find(f"{W}pgMar")
        if size is None or margins is None:
            return
        given = [_twips(size, "w"), _twips(margins, "left"), _twips(margins, "right")]
        width = given[0] - given[1] - given[2]
        for stop in root.iter(f"{W}tab"):
            if stop.get(f"{W}val") == "right" and _twips(stop, "pos") >= width * _NEARLY:
                stop.set(f"{W}pos", "{{ right }}")

    def _link(self, identity: str, target: str) -> str:
        """Return the relationship of a picture, which is taken too; nothing for what is none."""
        ending = target.rpartition(".")[2].lower()
        if ending not in _TYPES or not self.package.has(target):
            return ""
        if target not in self.media:
            self.media[target] = f"media/look{len(self.media) + 1}.{ending}"
            self.made[f"word/{self.media[target]}"] = self.package.content(target)
        return f'<Relationship Id="{identity}" Type="{_LINK}/image" Target="{self.media[target]}"/>'


def _twips(element: etree._Element, name: str) -> float:
    text = str(element.get(f"{W}{name}") or "0")
    return float(text) if text.lstrip("-").isdigit() else 0.0


def _shows(root: etree._Element) -> bool:
    shown = tuple(f"{W}{name}" for name in ("drawing", "pict", "fldSimple", "instrText", "tbl"))
    return next(root.iter(*shown), None) is not None


def _targets(package: Package, part: str) -> dict[str, str]:
    """Return what a part relates to within the package, by id."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    if not package.has(links):
        return {}
    inside = [link for link in package.root(links) if link.get("TargetMode") != "External"]
    return {
        link.get("Id", ""): posixpath.normpath(posixpath.join(folder, link.get("Target", ""))).lstrip("/")
        for link in inside
    }


# --- the file to begin with ---


def write_reference(lang: Lang, theme: Theme, out: BinaryIO, profile: Profile | None = None) -> None:
    """Write a Word file that shows our styles, whose heads and feet name what documents put there.

    `profile`: whose logo stands in the heads; its name comes with each document, in the document's language.
    """
    writer("docx")(_sample(lang, theme, profile), out)


def _sample(lang: Lang, theme: Theme, profile: Profile | None) -> Document:
    return Document(
        form="reference",
        kind="report",
        title="{{ title }}",
        lang=lang,
        purpose=Purpose.FILLED,
        blocks=_blocks(lang),
        number="{{ head }}",
        footer="{{ foot }}",
        theme=theme,
        profile=replace(Profile.of({"zh-Hans": "{{ office }}"}), logo=profile.logo if profile else None),
    )


def _blocks(lang: Lang) -> tuple[Block, ...]:
    """Return a block of each style."""

    def said(key: str) -> str:
        return phrase(f"reference.{key}", lang)

    text = Paragraph((Text(said("text")), Strong((Text(said("strong")),)), Text(said("more"))))
    fields = tuple(Field("", Face(label=said("label")), said("entry"), Room(span=6)) for _ in range(2))
    columns = tuple(Column(str(n), Face(label=said("column"))) for n in range(3))
    return (
        Note((Text(said("note")),)),
        Heading(said("heading")),
        text,
        Heading(said("subheading"), level=3),
        ListBlock(((Text(said("item")),),) * 2),
        ListBlock(((Text(said("item")),),) * 2, ordered=True),
        KeyFigures((Figure(said("label"), "1,234"), Figure(said("label"), "98%"))),
        FieldGrid((fields,)),
        Table("", columns, [Row([said("cell")] * 3)] * 2),
        Paragraph((Text(said("signer")),), Role.SIGNER),
        SignatureBlock((Signature(said("label")), Signature(said("label")))),
    )

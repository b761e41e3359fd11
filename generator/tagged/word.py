"""A user's Word file filled in: its parts compiled once, each document made as text beside the parts that stay."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jinja2 import Template
from lxml import etree

from generator import __version__
from generator.catalogue.form import Form
from generator.catalogue.limits import budget
from generator.catalogue.sandbox import template_function
from generator.document import Document
from generator.errors import Fault, Place, SchemaError
from generator.record import Values
from generator.records.filled.packages import Package, package_of
from generator.tagged import parts as word_parts
from generator.tagged.cells import mended
from generator.tagged.failing import FAILED, At, error_of, fault_of
from generator.tagged.inline import (
    OPENING,
    Inline,
    collecting,
    file_of,
    inline_image,
    of_mark,
    rooms_in,
    with_drawings,
    without_marks,
)
from generator.tagged.looking import PlaceOf, alone, shown, tag_faults, wide_braces
from generator.tagged.naming import Named, Naming, Scope, unused
from generator.tagged.preparing import Prepared, Preparing
from generator.tagged.rich import rich_text
from generator.tagged.rooms import Room, W, section_room
from generator.tagged.sandbox import BREAK, MOST_MADE, TAB, sandbox
from generator.tagged.subdocuments import NAME as SUBDOC
from generator.tagged.subdocuments import Beside, Subdocument, Subdocuments
from generator.tagged.values import Names, Raw, names_of
from generator.wording import Lang
from generator.writers import opc
from generator.writers.marks import logo_words, seal_words

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TEXT = re.compile(f"(<w:t(?: [^>]*)?>)([^<]*[{BREAK}{TAB}{OPENING}][^<]*)(</w:t>)")
_MARKS = {BREAK: '</w:t><w:br/><w:t xml:space="preserve">', TAB: '</w:t><w:tab/><w:t xml:space="preserve">'}
_SPACES = str.maketrans({BREAK: " ", TAB: " "})
_EMPTY_CELL = re.compile(r"(<w:tc>|</w:tcPr>|<w:tcPr/>|</w:tbl>)\s*</w:tc>")
_DOC_PR = re.compile(r'(<wp:docPr\b[^>]*?\bid=")[0-9]+(")')
_FIRST_ID = 1001
_LOGO, _TALLEST = (60.0, 14.0), 42.0
"""Millimetres within which a logo stands for which nothing else is said; a seal's height at most."""

KNOWN = frozenset(
    {"raw", "record", "office", "title", "form", "lang", "loop", "R", "RichText", "range", "namespace", "joiner"}
)
KNOWN |= frozenset({"InlineImage", "Mm", SUBDOC, "logo", "seal"})
"""Names that templates have besides the fields of their form; a field goes before."""


@dataclass(frozen=True)
class PartTemplate:
    """A part with tags: its name, its source, and the template that it makes."""

    name: str
    place: PlaceOf
    prepared: Prepared
    template: Template

    def at(self, line: int) -> Place:
        """Return the place that a line of the source is of."""
        lines = self.prepared.lines
        return self.place.paragraph(lines[min(line, len(lines)) - 1] if line else 1)


@dataclass
class WordTemplate:
    """A Word file ready to be filled in. `kept`: the parts that stay, deflated."""

    file: str
    parts: tuple[PartTemplate, ...]
    kept: tuple[opc.Part, ...]
    custom: str
    links: Mapping[str, word_parts.Links]
    subdoc: Callable[[str], Subdocument]
    page: Room
    warnings: list[Fault] = field(default_factory=list)
    _properties: dict[tuple[str, str, str], opc.Part] = field(default_factory=dict)

    def faults(self, form: Form, lang: Lang) -> list[Fault]:
        """Return names that the form hasn't got, and as warnings what else one should know."""
        faults, used = [], set[str]()
        for part in self.parts:
            naming = Naming(form, lang, KNOWN)
            naming.look(part.template.environment.parse(part.prepared.source))
            faults += [unknown(named, part.at(named.line)) for named in naming.unknown]
            used |= naming.used
        return [*_once(faults), *self.warnings, *unused(form, used)]

    def fill(self, form: Form, lang: Lang, typed: Values, document: Document) -> bytes:
        """Return the file with a record in it.

        Raises RecordError and SchemaError for what goes wrong with this record.
        """
        names = template_names(form, lang, typed, document)
        if SUBDOC not in names:
            dict.__setitem__(names, SUBDOC, self.subdoc)
        used: dict[str, set[int]] = {part.name: set() for part in self.parts}
        with budget(MOST_MADE), collecting() as pictures:
            texts = {part.name: self._filled(part, names, pictures, used[part.name]) for part in self.parts}
        _number_pictures(texts)
        made = [opc.deflate(name, text.encode()) for name, text in texts.items()]
        made += [self.links[name].part(pictures, numbers) for name, numbers in used.items() if name in self.links]
        made += [opc.deflate(f"word/{file_of(one, n)}", one.photo.content) for n, one in enumerate(pictures, 1)]
        return word_parts.packed([*self.kept, self._custom(document), *made])

    def _filled(self, part: PartTemplate, names: Mapping[str, Any], pictures: list[Inline], used: set[int]) -> str:
        try:
            context = part.template.new_context(names, shared=True)  # type: ignore[arg-type]  # only read
            text = "".join(part.template.root_render_func(context))
        except FAILED as error:
            raise error_of(error, part.at) from None
        text = _with_breaks(text, pictures, used, self.page)
        text = _EMPTY_CELL.sub(r"\1<w:p/></w:tc>", text) if part.prepared.empties else text
        return _HEAD + (_with_grids(text) if part.prepared.spans else text)

    def _custom(self, document: Document) -> opc.Part:
        """Return the custom properties: the file's own, and by what a document finds back to its form."""
        key = (document.form, document.version, document.lang)
        if key not in self._properties:
            values = dict(zip(("form", "version", "lang", "generator"), (*key, __version__), strict=True))
            xml = word_parts.with_properties(self.custom, values)
            self._properties[key] = opc.deflate(word_parts.CUSTOM, xml.encode())
        return self._properties[key]


def unknown(named: Named, place: Place) -> Fault:
    """Return the fault of a name that the form hasn't got."""
    return Fault("E-own-name", place, {"name": shown(named.name), "near": list(named.near)})


@template_function
def millimetres(length: float) -> float:
    """Return a length in millimetres, as `InlineImage` takes it."""
    return float(length)


def names_beside(file: str, content: bytes, form: Form, lang: Lang) -> list[Fault]:
    """Return the names that the form hasn't got in the tags of a file of which others can't be understood."""
    package = package_of(content, Place(file), word_parts.LINKS)
    faults: list[Fault] = []
    for name, kind in word_parts.tagged_parts(package).items():
        tags = Preparing(package.root(name)).prepared().tags
        place = PlaceOf(file, kind, tags)
        naming = Naming(form, lang, KNOWN)
        scope: Scope = {}
        for tag in tags:
            before = len(naming.unknown)
            if tree := alone(tag, sandbox(lang)):
                naming.look_alone(tree, scope)
            faults += [unknown(named, place(tag)) for named in naming.unknown[before:]]
    return _once(faults)


def _once(faults: list[Fault]) -> list[Fault]:
    """Return faults without those that are told already."""
    return list({(fault.code, fault.place.row, str(fault.params)): fault for fault in faults}.values())


def template_names(form: Form, lang: Lang, typed: Values, document: Document) -> Names:
    """Return what a template may name of a record, and besides."""
    names = Names(form.root, typed, lang)
    taken = names_of(form.root)
    others = {
        **sandbox(lang).globals,
        "raw": Raw(form.root, typed),
        "record": names,
        "office": document.office,
        "logo": of_mark(document.profile.logo, logo_words(document), *_LOGO),
        "seal": of_mark(document.profile.seal, seal_words(document), document.profile.seal_width, _TALLEST),
        "title": document.title,
        "form": {"title": document.title, "number": document.number, "version": document.version},
        "lang": lang,
        "R": rich_text,
        "RichText": rich_text,
        "InlineImage": inline_image,
        "Mm": millimetres,
    }
    for name, value in others.items():
        if name not in taken:
            dict.__setitem__(names, name, value)
    return names


def _with_breaks(text: str, pictures: list[Inline], used: set[int], page: Room) -> str:
    """Return a part whose values' lines, tabs and pictures are Word's; outside of text they are blanks."""
    if BREAK not in text and TAB not in text and OPENING not in text:
        return text
    rooms = rooms_in(text, page) if OPENING in text else {}
    text = _TEXT.sub(lambda found: with_drawings(_broken(found), pictures, used, rooms), text)
    return without_marks(text).translate(_SPACES)


def _broken(found: re.Match[str]) -> str:
    inner = found[2]
    for mark, markup in _MARKS.items():
        inner = inner.replace(mark, markup)
    opening = found[1] if "xml:space" in found[1] else found[1].replace("<w:t", '<w:t xml:space="preserve"', 1)
    return f"{opening}{inner}{found[3]}"


def _with_grids(text: str) -> str:
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    mended(root)
    return etree.tostring(root, encoding="unicode")


def _number_pictures(texts: dict[str, str]) -> None:
    """Give each picture of a document a number of its own: those in loops have come to share theirs."""
    count = _FIRST_ID

    def numbered(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{found[1]}{count - 1}{found[2]}"

    for name, text in texts.items():
        if "<wp:docPr" in text:
            texts[name] = _DOC_PR.sub(numbered, text)


# --- compiled ---


def compiled(file: str, content: bytes, lang: Lang, beside: Beside = ()) -> WordTemplate:
    """Return a Word file ready to be filled in; `beside`: the files that may be put into it.

    Raises RecordError for one that can't be opened, SchemaError with every fault of its tags.
    """
    return _Compiling(file, content, lang, beside).template()


class _Compiling:
    """Compiles one file."""

    def __init__(self, file: str, content: bytes, lang: Lang, beside: Beside) -> None:
        self.file, self.lang = file, lang
        self.package: Package = package_of(content, Place(file), word_parts.LINKS)
        self.subdocuments = Subdocuments(self.package, beside)
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    @cached_property
    def tagged(self) -> dict[str, str]:
        """Return the parts that may have tags, each with what its places are called."""
        return word_parts.tagged_parts(self.package)

    def template(self) -> WordTemplate:
        """Return the template."""
        made = list(self._templates())
        if any(self.package.root(name).find(f"{W}comment") is not None for name in self._named("word/comments.xml")):
            self.warnings.append(Fault("W-own-comments", Place(self.file)))
        self.faults += self.subdocuments.join()
        if self.faults:
            raise SchemaError(self.faults)
        names = {part.name for part in made}
        links = {name: word_parts.links_of(self.package, name) for name in names if name.startswith("word/")}
        kept = word_parts.kept_parts(self.package, names | {link.name for link in links.values()})
        subdoc = self.subdocuments.function()
        sections = list(self.package.root(self.package.main_part("word/document.xml")).iter(f"{W}sectPr"))
        page = section_room(sections[-1] if sections else None)
        custom = self.package.content(word_parts.CUSTOM).decode() if self.package.has(word_parts.CUSTOM) else ""
        return WordTemplate(self.file, tuple(made), kept, custom, links, subdoc, page, self.warnings)

    def _named(self, name: str) -> list[str]:
        return [self.package.names[name]] if name in self.package.names else []

    def _templates(self) -> Iterator[PartTemplate]:
        for name, kind in self.tagged.items():
            prepared = Preparing(self.package.root(name)).prepared()
            place = PlaceOf(self.file, kind, prepared.tags)
            self.warnings += wide_braces(prepared.texts, place)
            if prepared.is_changed:
                self.warnings.append(Fault("W-own-changes", Place(self.file)))
            is_main = kind == "paragraph"
            if prepared.tags or is_main or "{{" in prepared.source or "{%" in prepared.source:
                yield from self._compiled(name, place, prepared)

    def _compiled(self, name: str, place: PlaceOf, prepared: Prepared) -> Iterator[PartTemplate]:
        environment = sandbox(self.lang)
        faults = tag_faults(prepared.tags, environment, place)
        if not faults:
            lines = prepared.lines
            at: At = lambda line: place.paragraph(lines[min(line, len(lines)) - 1] if line else 1)  # noqa: E731
            try:
                if SUBDOC in prepared.source:
                    told = self.subdocuments.look(name, environment.parse(prepared.source))
                    faults = [Fault("E-own-subdoc", at(line), {"name": said}) for line, said in told]
                yield PartTemplate(name, place, prepared, environment.from_string(prepared.source))
            except FAILED as error:
                faults = [fault_of(error, at)]
        self.faults += faults

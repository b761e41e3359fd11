"""Letters and reports: a Jinja2 template in a small vocabulary of semantic HTML, read into the nodes of the document.

A value is escaped wherever it stands and keeps its pointer. Templates come from known folders only, run in the
immutable sandbox, and place schema-driven pieces by functions: `fields`, `ask`, `table`, `section`, `prose`, `figures`,
`signature`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
)
from jinja2.exceptions import SecurityError
from lxml import etree
from markupsafe import Markup, escape

from generator.catalogue.form import FieldSpec
from generator.catalogue.sandbox import Sandbox
from generator.compose.layout import Layout, pack, section_number
from generator.document import (
    Block,
    Emphasis,
    Figure,
    Heading,
    Inline,
    KeyFigures,
    Kind,
    LineBreak,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Role,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Text,
    Tone,
    Value,
    WritingLines,
)
from generator.errors import BiaodanError, Place, SchemaError, fail
from generator.formats import prose_date, span_text, text_of
from generator.wording import Lang, phrase, traditional

_WIDEST = 200
_GAPS = {Kind.DATE: 10, Kind.DATETIME: 14, Kind.CHOICE: 8, Kind.INTEGER: 6, Kind.NUMBER: 6, Kind.MULTILINE: 24}


# --- loading ---------------------------------------------------------------------------------------------------------


class _Loader(BaseLoader):
    """Loads templates from the given folders; a path that leads out of them, by dots or a link, is refused."""

    def __init__(self, folders: Sequence[Path], lang: Lang) -> None:
        self.folders, self.lang = [folder.resolve() for folder in folders], lang

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self._find(template)
        convert = path is None and self.lang == "zh-Hant"
        if convert:
            path = self._find(template.replace(".zh-Hant.", ".zh-Hans."))
        if path is None:
            raise fail(SchemaError, "E-template-missing", Place(template))
        try:
            source = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise fail(SchemaError, "E-template-encoding", Place(template)) from None
        found, changed = path, path.stat().st_mtime_ns
        return traditional(source) if convert else source, str(path), lambda: found.stat().st_mtime_ns == changed

    def _find(self, template: str) -> Path | None:
        parts = PurePosixPath(template.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in template or "\0" in template:
            raise fail(SchemaError, "E-template-outside", Place(template))
        for folder in self.folders:
            path = folder / template
            if path.is_file():
                if not path.resolve().is_relative_to(folder):
                    raise fail(SchemaError, "E-template-outside", Place(template))
                return path
        return None


class _Missing(StrictUndefined):
    """A field that the record hasn't got: false in a condition, equal to no value, an error where it is printed."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # the parent only raises
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    __hash__ = Undefined.__hash__  # type: ignore[assignment]


@lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], lang: Lang) -> Environment:
    return Sandbox(
        loader=_Loader(folders, lang),
        autoescape=True,
        undefined=_Missing,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _printable(value: Any) -> Any:
    """Return what a template prints.

    Raises TypeError for what has no text: sections, repeats, functions.
    """
    if isinstance(value, (Mapping, list, tuple)) or (callable(value) and not isinstance(value, Undefined)):
        raise TypeError("not a value")
    return value


def _load(folders: tuple[Path, ...], name: str, lang: Lang) -> Template:
    """Return a compiled template; one whose file has changed is read again."""
    return _environment(folders, lang).get_template(f"{name}.{lang}.html")


# --- values as templates see them ------------------------------------------------------------------------------------


class Shown(str):
    """A value's text; where a template prints it, it stays marked with its pointer."""

    __slots__ = ("pointer",)
    pointer: str

    def __new__(cls, text: str, pointer: str) -> "Shown":
        made = super().__new__(cls, text)
        made.pointer = pointer
        return made

    def __html__(self) -> str:
        return f'<v p="{escape(self.pointer)}">{escape(str(self))}</v>'


class Gap(Shown):
    """What a blank form has instead of a value: room to write; true in a condition, so that its clause is printed."""

    __slots__ = ("markup",)
    markup: str

    def __new__(cls, pointer: str, markup: str) -> "Gap":
        made = super().__new__(cls, "", pointer)
        assert isinstance(made, Gap)
        made.markup = markup
        return made

    def __html__(self) -> str:
        return self.markup

    def __bool__(self) -> bool:
        return True


def _gap(spec: FieldSpec, pointer: str, lang: Lang) -> Gap:
    at = escape(pointer)
    if spec.kind in (Kind.DATE, Kind.DATETIME):
        parts = [f'<v p="{at}" w="{width}"/>' for width in (4, 3, 3)]
        return Gap(pointer, phrase("blank.prose_date", lang).format(*parts))
    return Gap(pointer, f'<v p="{at}" w="{_GAPS.get(spec.kind, 12)}"/>')


def _shown(spec: FieldSpec, value: Any, pointer: str, layout: Layout) -> Shown:
    if spec.kind in (Kind.DATE, Kind.DATETIME):
        return Shown(prose_date(value, layout.lang), pointer)
    return Shown(text_of(value, spec.kind, layout.lang, layout.choices(spec), spec.unit), pointer)


def _context(spec: FieldSpec, typed: Mapping[str, Any], pointer: str, layout: Layout) -> dict[str, Any]:
    """Return what a template may name: fields by key, sections as mappings, repeats as lists of mappings."""
    names: dict[str, Any] = {}
    for child in spec.fields:
        at, value = f"{pointer}/{child.key}", typed.get(child.key)
        if child.shape == "section":
            names[child.key] = _context(child, value or {}, at, layout)
        elif child.shape == "repeat":
            names[child.key] = [_context(child, row, f"{at}/{n}", layout) for n, row in enumerate(value or ())]
        elif value is not None:
            names[child.key] = _shown(child, value, at, layout)
        elif layout.blank:
            names[child.key] = _gap(child, at, layout.lang)
    return names


def _known(value: Any) -> str:
    """Return a value's text; nothing for a gap or a field that isn't there."""
    return "" if isinstance(value, (Gap, Undefined)) else str(value)


# --- pieces that templates place -------------------------------------------------------------------------------------


class _Pieces:
    """The functions that a template calls; each puts blocks aside and leaves a mark where they belong."""

    def __init__(self, layout: Layout, typed: Mapping[str, Any]) -> None:
        self.layout, self.typed = layout, typed
        self.placed: list[tuple[Block, ...]] = []

    def functions(self) -> dict[str, Any]:
        names = ("fields", "ask", "table", "section", "prose", "figure", "figures", "sign", "signature", "target")
        return {name: getattr(self, name) for name in names}

    def _place(self, *blocks: Block) -> Markup:
        self.placed.append(blocks)
        return Markup(f'<x n="{len(self.placed) - 1}"/>')  # noqa: S704  # a number of our own

    def _spec(self, key: str, *shapes: str) -> tuple[FieldSpec, Mapping[str, Any], str]:
        """Return a field by key or path (`confirmation.decision`), the values around it, and their pointer.

        Raises SchemaError (E-template-field) where there is none, or none of these shapes.
        """
        spec, typed, pointer = self.layout.form.root, self.typed, ""
        *sections, last = key.split(".")
        for step in (*sections, last):
            child = spec.child(step)
            if child is None:
                raise fail(SchemaError, "E-template-field", Place(self.layout.form.template), key=key)
            if step is not last:
                typed, pointer = typed.get(step, {}), f"{pointer}/{step}"
            spec = child
        if spec.shape not in (shapes or ("value",)):
            raise fail(SchemaError, "E-template-field", Place(self.layout.form.template), key=key)
        return spec, typed, pointer

    def fields(self, *keys: str) -> Markup:
        """Place a grid of fields; on filled paper those without a value are left out."""
        found = [self._spec(key) for key in keys]
        made = [
            self.layout.field(spec, typed.get(spec.key), f"{pointer}/{spec.key}")
            for spec, typed, pointer in found
            if self.layout.blank or typed.get(spec.key) is not None
        ]
        return self._place(pack(made)) if made else Markup("")

    def ask(self, *keys: str) -> Markup:
        """Place a grid of fields that the reader is to fill in: choices with boxes to tick, empty or not."""
        found = [self._spec(key) for key in keys]
        made = [self.layout.field(spec, typed.get(spec.key), f"{pointer}/{spec.key}") for spec, typed, pointer in found]
        return self._place(pack([replace(field, ticks=bool(field.choices)) for field in made]))

    def table(self, key: str) -> Markup:
        """Place the table of a repeat."""
        spec, typed, pointer = self._spec(key, "repeat")
        return self._place(self.layout.table(spec, typed.get(spec.key, ()), f"{pointer}/{spec.key}"))

    def section(self, key: str) -> Markup:
        """Place a section with its heading."""
        spec, typed, pointer = self._spec(key, "section", "repeat")
        return self._place(self.layout.section(spec, typed, pointer))

    def prose(self, key: str, label: str | None = None) -> Markup:
        """Place a long text as paragraphs, led by its label (the field's title; "" for none); on blank paper lines to
        write on.
        """
        spec, typed, pointer = self._spec(key)
        at, lang = f"{pointer}/{spec.key}", self.layout.lang
        label = spec.title(lang) if label is None else label
        if self.layout.blank:
            return self._place(WritingLines(at, label, spec.lines or 3))
        value = typed.get(spec.key)
        if value is None:
            return Markup("")
        text = text_of(value, spec.kind, lang, self.layout.choices(spec), spec.unit)
        first, *rest = [line for line in text.split("\n") if line.strip()]
        lead = (Strong((Text(label + phrase("separator", lang)),)),) if label else ()
        values = [Value(at, line, label=spec.title(lang)) for line in (first, *rest)]
        return self._place(Paragraph((*lead, values[0])), *(Paragraph((value,)) for value in values[1:]))

    def figure(self, key: str, note: str = "", tone: str = "", label: str = "") -> Figure:
        """Return a key figure for `figures`; a note is dropped on blank paper."""
        spec, typed, pointer = self._spec(key)
        lang, value = self.layout.lang, typed.get(spec.key)
        text = text_of(value, spec.kind, lang, self.layout.choices(spec), spec.unit)
        note = "" if self.layout.blank else _known(note)
        return Figure(label or spec.title(lang), text, note, Tone(tone or ""), f"{pointer}/{spec.key}")

    def figures(self, *figures: Figure) -> Markup:
        """Place a band of key figures; those without a value are left out of filled paper."""
        shown = tuple(f for f in figures if f.text or self.layout.blank)
        return self._place(KeyFigures(shown)) if shown else Markup("")

    def sign(self, label: str, seal: bool = False, date: Any = "", name: Any = "") -> Signature:
        """Return a place to sign for `signature`; a date and name already known are printed."""
        return Signature(label, seal, _known(date), _known(name))

    def signature(self, *places: Signature | str) -> Markup:
        """Place a signature block."""
        return self._place(SignatureBlock(tuple(p if isinstance(p, Signature) else Signature(p) for p in places)))

    def target(self, table: str, key: Any) -> str:
        """Return a target of the policy in words; empty when it has none."""
        span = None if isinstance(key, Undefined) else self.layout.policy.span(table, key)
        return span_text(*span, self.layout.lang) if span else ""


# --- from markup to nodes --------------------------------------------------------------------------------------------


class _Nodes:
    """Reads the rendered markup into nodes."""

    def __init__(self, name: str, layout: Layout, placed: Sequence[tuple[Block, ...]]) -> None:
        self.name, self.layout, self.lang, self.placed = name, layout, layout.lang, placed
        self.count = 0

    def fault(self, code: str, element: Any) -> BiaodanError:
        return fail(SchemaError, code, Place(self.name), tag=str(element.tag))

    def blocks(self, parent: Any) -> list[Block]:
        """Return the blocks of the document, those after a heading gathered into its section."""
        result: list[Block] = []
        heading: Heading | None = None
        inner: list[Block] = []
        for block in self.flat(parent):
            if isinstance(block, Heading) and block.level == 2:
                result += self._closed(heading, inner)
                heading, inner = block, []
            elif heading is not None and not isinstance(block, SignatureBlock):
                inner.append(block)
            else:
                result += [*self._closed(heading, inner), block]
                heading, inner = None, []
        return result + self._closed(heading, inner)

    def _closed(self, heading: Heading | None, inner: list[Block]) -> list[Block]:
        return [Section(heading, tuple(inner))] if heading else []

    def flat(self, parent: Any) -> Iterator[Block]:
        if parent.text and parent.text.strip():
            raise self.fault("E-template-text", parent)
        for element in parent:
            if element.tag is etree.Comment:
                continue
            if element.tag == "x":
                yield from self.placed[self.number(element, "n", len(self.placed) - 1)]
            else:
                yield self.block(element)
            if element.tail and element.tail.strip():
                raise self.fault("E-template-text", element)

    def block(self, element: Any) -> Block:
        match element.tag:
            case "h2":
                return self.heading(element)
            case "h3":
                return Heading("".join(element.itertext()).strip(), level=3)
            case "p":
                return Paragraph(self.inlines(element), self.role(element.get("class", Role.BODY)))
            case "ul" | "ol":
                items = tuple(self.inlines(item) for item in element)
                return ListBlock(items, element.tag == "ol")
            case "aside":
                return Note(self.inlines(element))
            case "pagebreak":
                return PageBreak()
        raise self.fault("E-template-element", element)

    def number(self, element: Any, name: str, most: int) -> int:
        """Return a whole number that our own markup carries; an author's imitation of it is refused."""
        text = element.get(name, "")
        if not (text.isascii() and text.isdigit() and int(text) <= most):
            raise self.fault("E-template-element", element)
        return int(text)

    def role(self, name: str) -> Role:
        if name not in list(Role):
            raise fail(SchemaError, "E-template-class", Place(self.name), name=name, known=[str(r) for r in Role])
        return Role(name)

    def heading(self, element: Any) -> Heading:
        self.count += 1
        number = "" if element.get("class") == "plain" else section_number(self.count, self.lang)
        return Heading("".join(element.itertext()).strip(), number=number)

    def inlines(self, element: Any) -> tuple[Inline, ...]:
        """Return the runs of an element; blank space of the template's own lines is folded as HTML does."""
        made = [Text(_fold(element.text))] if element.text else []
        result: list[Inline] = list(made)
        for child in element:
            if child.tag is not etree.Comment:
                result.append(self.inline(child))
            if child.tail:
                result.append(Text(_fold(child.tail)))
        return _trimmed([run for run in result if not (isinstance(run, Text) and not run.text)])

    def label(self, pointer: str) -> str:
        """Return the title of the field that a pointer of the record names."""
        spec = self.layout.form.spec_at([part for part in pointer.split("/")[1:] if not part.isdigit()])
        return spec.title(self.lang) if spec else ""

    def inline(self, element: Any) -> Inline:
        match element.tag:
            case "v":
                pointer = element.get("p", "")
                width = self.number(element, "w", _WIDEST) if "w" in element.attrib else 8
                return Value(pointer, element.text or "", width, self.label(pointer))
            case "strong" | "b":
                return Strong(self.inlines(element))
            case "em":
                return Emphasis(self.inlines(element))
            case "br":
                return LineBreak()
        raise self.fault("E-template-element", element)


def _fold(text: str) -> str:
    """Fold the template's line breaks: between Chinese they vanish, elsewhere they are a space."""
    lines = text.split("\n")
    folded = lines[0]
    for line in lines[1:]:
        line = line.lstrip(" \t")
        wide = folded[-1:] > "\u2e80" or line[:1] > "\u2e80"
        folded = folded.rstrip(" \t") + ("" if wide or not folded else " ") + line
    return folded


def _trimmed(runs: list[Inline]) -> tuple[Inline, ...]:
    if runs and isinstance(runs[0], Text):
        runs[0] = Text(runs[0].text.lstrip(" \t\n"))
    if runs and isinstance(runs[-1], Text):
        runs[-1] = Text(runs[-1].text.rstrip(" \t\n"))
    return tuple(run for run in runs if run != Text(""))


def compose_template(layout: Layout, typed: Mapping[str, Any], folders: tuple[Path, ...]) -> list[Block]:
    """Return the blocks that the form's template makes of a typed record.

    Raises SchemaError for a template that is missing, lies outside its folder, isn't well-formed, or names what isn't
    there.
    """
    name = layout.form.template
    place = Place(f"{name}.{layout.lang}.html")
    pieces = _Pieces(layout, typed)
    try:
        template = _load(folders, name, layout.lang)
        markup = template.render(
            **_context(layout.form.root, typed, "", layout),
            **pieces.functions(),
            raw=typed,
            blank=layout.blank,
        )
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)
        root = etree.fromstring(f"<doc>{markup}</doc>", parser)
    except TemplateSyntaxError as error:
        raise fail(SchemaError, "E-template-syntax", place, line=error.lineno) from None
    except SecurityError:
        raise fail(SchemaError, "E-template-forbidden", place) from None
    except UndefinedError as error:
        found = re.search(r"'([^']+)'(?= is undefined|$)", str(error.message))
        raise fail(SchemaError, "E-template-undefined", place, what=found[1] if found else "?") from None
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise fail(SchemaError, "E-template-fails", place, what=type(error).__name__) from None
    except etree.XMLSyntaxError as error:
        raise fail(SchemaError, "E-template-syntax", place, line=error.lineno or 0) from None
    return _Nodes(place.file, layout, pieces.placed).blocks(root)

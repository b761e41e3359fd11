"""A user's workbook filled in: cells with tags, rows that repeat, and all that refers to what has moved.

A row whose tags name fields of one repeat, as `{{ steps.action }}`, stands once for each of its rows. A cell that is
one tag alone gets the value itself, with the cell's number format; text around tags makes a text, never a formula.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from jinja2 import Template

from generator import __version__
from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.limits import MOST_ITEMS, bound, budget
from generator.document import Document
from generator.errors import Fault, Place, SchemaError
from generator.record import Values
from generator.records.filled.packages import package_of
from generator.records.workbooks.number_format import is_moment
from generator.tagged import parts as package_parts
from generator.tagged.failing import FAILED, error_of, fault_of
from generator.tagged.figures import number_kept
from generator.tagged.inline import MOST, Inline
from generator.tagged.looking import alone, shown, tag_faults
from generator.tagged.marks import Mark, Unclosed, marks_in
from generator.tagged.naming import Naming, unused
from generator.tagged.preparing import Found
from generator.tagged.references import Moved, number_of
from generator.tagged.rewriting import Rewriting
from generator.tagged.sandbox import MOST_MADE, text_sandbox
from generator.tagged.sheet_pictures import Cells, Drawings, Placed, fitted, row_height
from generator.tagged.styles import Styles
from generator.tagged.subdocuments import NAME as SUBDOC
from generator.tagged.values import Figure, Names, names_of, printed
from generator.tagged.word import KNOWN, template_names, unknown
from generator.tagged.workbooks import PLACE, STYLES, Cell, Sheet, SheetRow, sheets_of
from generator.wording import Lang
from generator.writers import opc

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROW = "its_row"
_FIRST = package_parts.TYPES.encode()
_STRAY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RUNNING = re.compile(r"<((?:odd|even|first)(?:Header|Footer))>([^<]*)</\1>")
_LONGEST = 32_767
"""Characters of a cell's text."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A cell's tags compiled: a text, or one expression whose value the cell gets; and as written."""

    template: Template
    is_value: bool
    source: str


@dataclass
class Bound:
    """A workbook seen with a form: which rows repeat, by sheet and number, and the tags of its cells."""

    repeats: dict[tuple[str, int], tuple[str, FieldSpec]] = field(default_factory=dict)
    tags: dict[tuple[str, str], Tag] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


class SheetTemplate:
    """A workbook ready to be filled in."""

    def __init__(self, file: str, content: bytes, lang: Lang) -> None:
        self.file, self.lang = file, lang
        package = package_of(content, Place(file), package_parts.LINKS)
        self.sheets = sheets_of(package)
        self.styles = Styles(package.content(STYLES).decode("utf-8") if package.has(STYLES) else "")
        self.rewriting = Rewriting(package, self.sheets)
        self.drawings = Drawings(package, self.sheets)
        self.custom = package.content(package_parts.CUSTOM).decode() if package.has(package_parts.CUSTOM) else ""
        made = {sheet.part for sheet in self.sheets} | set(self.rewriting.parts) | {STYLES}
        self.kept = package_parts.kept_parts(package, made, self.rewriting.dropped)
        self._bound: dict[str, Bound] = {}

    def faults(self, form: Form, lang: Lang) -> list[Fault]:
        """Return what is wrong with the tags, and as warnings what else one should know."""
        bound = self.bound(form)
        return [*bound.faults, *unused(form, bound.used)]

    def bound(self, form: Form) -> Bound:
        """Return the workbook seen with a form, looked through once."""
        if form.id not in self._bound:
            self._bound[form.id] = _Binding(self, form).bound()
        return self._bound[form.id]

    def fill(self, form: Form, lang: Lang, typed: Values, document: Document) -> bytes:
        """Return the workbook with a record in it.

        Raises RecordError and SchemaError for what goes wrong with this record.
        """
        bound = self.bound(form)
        if bound.faults:
            raise SchemaError(bound.faults)
        with budget(MOST_MADE):
            return self._filled(bound, template_names(form, lang, typed, document), document)

    def _filled(self, bound: Bound, names: Names, document: Document) -> bytes:
        styles = self.styles.copy()
        filling = {sheet.name: _Filling(self, sheet, bound, names, styles) for sheet in self.sheets}
        moved = {name: Moved(one.copies) for name, one in filling.items()}
        made = {one.sheet.part: one.text(moved) for one in filling.values()}
        made |= self.rewriting.rewritten(moved)
        made[STYLES] = styles.text()
        values = {"form": document.form, "version": document.version, "lang": document.lang, "generator": __version__}
        made[package_parts.CUSTOM] = package_parts.with_properties(self.custom, values)
        changed = self.drawings.parts({one.sheet.part: one.pictures for one in filling.values()}, made)
        kept = [part for part in self.kept if part.name.decode() not in changed]
        parts: dict[str, str | bytes] = {**made, **changed}
        written = [opc.deflate(n, one.encode() if isinstance(one, str) else one) for n, one in parts.items() if one]
        return package_parts.packed(sorted([*kept, *written], key=lambda part: part.name != _FIRST))


def compiled(file: str, content: bytes, lang: Lang, beside: object = ()) -> SheetTemplate:
    """Return a workbook ready to be filled in; nothing that stands beside it is put into it.

    Raises RecordError for one that can't be opened.
    """
    return SheetTemplate(file, content, lang)


# --- seen with a form ---


class _Binding:
    """Looks through the tags of a workbook."""

    def __init__(self, template: SheetTemplate, form: Form) -> None:
        self.template, self.form = template, form
        self.environment = text_sandbox(template.lang)
        self.repeats = dict(_repeats(form.root, ""))
        self.made = Bound()

    def bound(self) -> Bound:
        """Return what is known of the workbook."""
        for sheet in self.template.sheets:
            for row in sheet.rows:
                self._row(sheet, row)
            for found in _RUNNING.finditer(sheet.behind):
                self._running(sheet, found[1], unescape(found[2]))
        return self.made

    def _running(self, sheet: Sheet, name: str, text: str) -> None:
        """Take note of the tags of a head or foot of a sheet's pages."""
        if "{{" not in text and "{%" not in text:
            return
        place = Place(self.template.file, row=sheet.name)
        marks = [mark for mark in marks_in(text) if isinstance(mark, Mark)]
        source = self._source(text, [mark._replace(text=_doubled(mark.text)) for mark in marks], "")
        try:
            self._named(self.environment.parse(source), "", place)
            self.made.tags[sheet.part, name] = Tag(self.environment.from_string(source), False, source)
        except FAILED as error:
            self.made.faults.append(fault_of(error, lambda line: place))

    def _row(self, sheet: Sheet, row: SheetRow) -> None:
        tagged = [cell for cell in row.cells if cell.is_tagged]
        found = next((path for cell in tagged if (path := self._repeat(cell.text))), "")
        if found:
            self.made.repeats[sheet.name, row.number] = found, self.repeats[found]
        for cell in tagged:
            self._cell(sheet, row, cell, found)

    def _repeat(self, text: str) -> str:
        """Return the repeat whose fields the tags of a text name; the longest path where several fit."""
        for path in sorted(self.repeats, key=len, reverse=True):
            if any(_of(path).search(mark.text) for mark in marks_in(text) if isinstance(mark, Mark)):
                return path
        return ""

    def _cell(self, sheet: Sheet, row: SheetRow, cell: Cell, repeat: str) -> None:
        place = Place(self.template.file, row=f"{sheet.name}!{cell.column}{row.number}")
        marks = list(marks_in(cell.text))
        tags = [Found(self._called(mark.text, repeat), 0, unclosed=isinstance(mark, Unclosed)) for mark in marks]
        if faults := tag_faults(tags, self.environment, lambda tag: place):
            self.made.faults += faults
            self._named_beside(tags, repeat, place)
            return
        source = self._source(cell.text, [mark for mark in marks if isinstance(mark, Mark)], repeat)
        is_value = len(marks) == 1 and cell.text.strip().startswith("{{") and cell.text.strip().endswith("}}")
        try:
            self._named(self.environment.parse(source), repeat, place)
            inner = source.strip()[2:-2]
            made = self.environment.expression(inner) if is_value else self.environment.from_string(source)
            self.made.tags[sheet.part, f"{cell.column}{row.number}"] = Tag(made, is_value, source)
        except FAILED as error:
            fault = fault_of(error, lambda line: place)
            is_plain = fault.code == "E-own-syntax"
            told = Fault("E-own-syntax", place, {"tag": shown(cell.text)}) if is_plain else fault
            self.made.faults.append(told)

    def _source(self, text: str, marks: Sequence[Mark], repeat: str) -> str:
        """Return a cell's text as Jinja2 takes it; the repeat of its row is called by a name of its own."""
        made, at = "", 0
        for mark in marks:
            made, at = made + text[at : mark.start] + self._called(mark.text, repeat), mark.end
        return made + text[at:]

    def _called(self, tag: str, repeat: str) -> str:
        return _of(repeat).sub(f"{_ROW}.", tag) if repeat else tag

    def _named(self, tree: Any, repeat: str, place: Place) -> None:
        naming = Naming(self.form, self.template.lang, KNOWN - {SUBDOC})
        naming.look(tree, self._scope(repeat))
        self._take(naming, repeat, place)

    def _named_beside(self, tags: Sequence[Found], repeat: str, place: Place) -> None:
        """Look up the names of each tag of a cell by itself, where they don't belong together."""
        naming, scope = Naming(self.form, self.template.lang, KNOWN - {SUBDOC}), self._scope(repeat)
        for tag in tags:
            if tree := alone(tag, self.environment):
                naming.look_alone(tree, scope)
        self._take(naming, repeat, place)

    def _scope(self, repeat: str) -> dict[str, FieldSpec | None]:
        return {_ROW: self.repeats[repeat], "row": self.repeats[repeat]} if repeat else {}

    def _take(self, naming: Naming, repeat: str, place: Place) -> None:
        self.made.faults += [unknown(named, place) for named in naming.unknown]
        self.made.used |= naming.used | ({self.repeats[repeat].pointer} if repeat else set())


def _doubled(tag: str) -> str:
    """Return a tag whose value has no mark that means something in a page's head or foot."""
    return f"{{{{ ({tag[2:-2].strip()})|replace('&', '&&') }}}}" if tag.startswith("{{") else tag


def _of(path: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.\]'\"]){re.escape(path)}\.(?=\w)")


def _repeats(above: FieldSpec, base: str) -> Iterator[tuple[str, FieldSpec]]:
    """Yield the repeats that stand in no other, by the paths that a tag may name them by."""
    for name, child in names_of(above).items():
        if child.shape == "repeat":
            yield f"{base}{name}", child
        elif child.shape == "section":
            yield from _repeats(child, f"{base}{name}.")


# --- filled in ---


class _Scope(dict[str, Any]):
    """Names of one row before those of the record."""

    def __init__(self, names: Names, own: Mapping[str, Any]) -> None:
        super().__init__(own)
        self.names = names

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self.names

    def __missing__(self, name: str) -> Any:
        return self.names[name]


class _Filling:
    """Fills in one sheet. `copies`: how many each row that repeats becomes."""

    def __init__(self, template: SheetTemplate, sheet: Sheet, bound: Bound, names: Names, styles: Styles) -> None:
        self.template, self.sheet, self.bound, self.names, self.styles = template, sheet, bound, names, styles
        self.rows = {
            number: _at(names, path) for (name, number), (path, _) in bound.repeats.items() if name == sheet.name
        }
        self.copies = {number: max(1, len(rows)) for number, rows in self.rows.items()}
        self.cells = Cells(sheet)
        self.pictures: list[Placed] = []

    def text(self, moved: Mapping[str, Moved]) -> str:
        """Return the sheet, where all rows stand now."""
        rewriting, own = self.template.rewriting, moved[self.sheet.name]
        bound("items", sum(self.copies.values()), MOST_ITEMS)
        rows = "".join(text for row in self.sheet.rows for text in self._row(row, own, moved))
        before = rewriting.around(self.sheet.before, self.sheet.name, moved)
        behind = _RUNNING.sub(self._running, rewriting.around(self.sheet.behind, self.sheet.name, moved))
        behind = behind.replace(PLACE, self.template.drawings.element(self.sheet, bool(self.pictures)))
        return f"{_HEAD}{before}<sheetData>{rows}</sheetData>{behind}"

    def _running(self, found: re.Match[str]) -> str:
        """Return a head or foot of the sheet's pages; a mark that means something there is doubled in values."""
        tag = self.bound.tags.get((self.sheet.part, found[1]))
        if tag is None:
            return found[0]
        names = _Scope(self.names, {})
        text = "".join(tag.template.root_render_func(tag.template.new_context(names, shared=True)))
        return f"<{found[1]}>{escape(text, quote=False)}</{found[1]}>"

    def _row(self, row: SheetRow, own: Moved, moved: Mapping[str, Moved]) -> Iterator[str]:
        start = own.start(row.number)
        if row.number not in self.rows:
            yield self._one(row, start, 0, self.names, moved)
            return
        rows = self.rows[row.number] or [{}]
        for n, item in enumerate(rows):
            loop = {"index": n + 1, "index0": n, "first": not n, "last": n == len(rows) - 1, "length": len(rows)}
            scope = _Scope(self.names, {_ROW: item, "row": item, "loop": loop})
            yield self._one(row, start + n, row.number, scope, moved)

    def _one(self, row: SheetRow, number: int, repeated: int, names: Any, moved: Mapping[str, Moved]) -> str:
        before = len(self.pictures)
        cells = "".join(self._cell(cell, row, number, repeated, names, moved) for cell in row.cells)
        grown = [one.picture for one in self.pictures[before:] if not self.cells.room(one.column, row.number)[1]]
        attributes = row_height(row.attributes, grown) if grown else row.attributes
        return f'<row r="{number}"{attributes}>{cells}</row>'

    def _cell(
        self, cell: Cell, row: SheetRow, number: int, repeated: int, names: Any, moved: Mapping[str, Moved]
    ) -> str:
        at = f'r="{cell.column}{number}"'
        tag = self.bound.tags.get((self.sheet.part, f"{cell.column}{row.number}"))
        if tag is not None:
            return self._tagged(cell, at, tag, names, row.number, number)
        style = f' s="{cell.style}"' if cell.style else ""
        if cell.formula:
            text = self.template.rewriting.formula(cell.formula, self.sheet.name, moved, repeated, number)
            return f"<c {at}{style}><f>{escape(text, quote=False)}</f></c>"
        kind = f' t="{cell.kind}"' if cell.kind and cell.inner else ""
        return f"<c {at}{style}{kind}>{cell.inner}</c>"

    def _tagged(self, cell: Cell, at: str, tag: Tag, names: Any, row: int, number: int) -> str:
        try:
            value = _evaluated(tag, names)
            bound("items", len(self.pictures), MOST)
        except FAILED as error:
            place = Place(self.template.file, row=f"{self.sheet.name}!{cell.column}{row}")
            raise error_of(error, lambda line: place) from None
        if isinstance(value, Inline) and tag.is_value:
            column = number_of(cell.column)
            self.pictures.append(Placed(fitted(value, self.cells.room(column, row)), column, number))
            value = None
        digits, code = number_kept(value) if tag.is_value else ("", "")
        if isinstance(value, Figure) and is_moment(code) and self._counts(cell.style):
            digits = f"{value.typed:f}"
        style = self.styles.formatted(cell.style, code) if digits else cell.style
        shown_as = f' s="{style}"' if style else ""
        if digits:
            return f"<c {at}{shown_as}><v>{digits}</v></c>"
        text = _STRAY.sub("", printed(value) if value is not None else "")[:_LONGEST]
        if not text:
            return f"<c {at}{shown_as}/>"
        return f'<c {at}{shown_as} t="inlineStr"><is><t xml:space="preserve">{escape(text, quote=False)}</t></is></c>'

    def _counts(self, style: int) -> bool:
        """Tell whether a style shows a number as it is: then minutes are written as such, and not as part of a day."""
        own = self.styles.own_code(style)
        return bool(own) and not is_moment(own)


def _evaluated(tag: Tag, names: Any) -> Any:
    context = tag.template.new_context(names, shared=True)
    made = "".join(tag.template.root_render_func(context))
    return context.vars.get("result") if tag.is_value else made


def _at(names: Names, path: str) -> list[Any]:
    found: Any = names
    for step in path.split("."):
        name = unicodedata.normalize("NFKC", step)
        found = found.get(name, [])
    return list(found)

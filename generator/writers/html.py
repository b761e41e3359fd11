"""Document → HTML: one short function a node. The markup is what WeasyPrint sets; the look is in `print.css`."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from generator.document import (
    GRID,
    NUMERIC,
    Choice,
    Column,
    Document,
    Emphasis,
    Field,
    FieldGrid,
    Figure,
    Heading,
    KeyFigures,
    Kind,
    LineBreak,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Tone,
    Value,
    WritingLines,
)
from generator.formats import text_of
from generator.theme import SCALE_LABEL, column_widths, label_lines, text_width, theme
from generator.wording import phrase
from generator.writers.drawing import svg
from generator.writers.properties import stamp
from generator.writers.running import head_parts, is_chosen, is_long, is_long_entry, plain_number, toned
from generator.writers.tables import parts, sums

_CENTRED = frozenset({Kind.DATE, Kind.DATETIME})
_CLOSING, _OPENING = "，。；：、！？）》】」』”’", "（《【「『“‘"
_TOUCHING = re.compile(f"([{_CLOSING}])(?=[{_CLOSING}{_OPENING}])")
_TOGETHER, _SHORT = 3, 12
_QUOTES = re.compile("[“”‘’…]+")
HEAVY_EVERY = 5
"""Every so many rows of a blank register the rule is heavier, to guide the eye."""


def write_html(document: Document) -> str:
    """Return the document as a page of HTML, without its style."""
    return "".join(_Writer(document).page())


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document, self.lang, self.blank = document, document.lang, document.blank

    def page(self) -> Iterable[str]:
        document = self.document
        left, right = (escape(part) for part in head_parts(document))
        yield f'<!DOCTYPE html><html lang="{self.lang}"><head><meta charset="utf-8"/>'
        yield f"<title>{escape(document.title)}</title>"
        yield f'<meta name="description" content="{escape(_subject(document))}"/>'
        if moment := stamp():
            yield f'<meta name="dcterms.created" content="{moment}"/><meta name="dcterms.modified" content="{moment}"/>'
        yield "</head>"
        yield f'<body class="{document.kind} {document.purpose} {self.lang}">'
        yield f'<h1 data-left="{left}" data-right="{right}" data-foot="{escape(document.footer)}">'
        yield f"{escape(document.title)}</h1>"
        yield from self.blocks(document.blocks)
        yield "</body></html>"

    def blocks(self, blocks: Iterable[Any]) -> Iterable[str]:
        return (RENDER[type(block)](self, block) for block in blocks)

    def text(self, text: str) -> str:
        """Return a text as markup; in English, quotation marks are those of the Latin font, not as wide as Han."""
        markup = set_text(text)
        return _QUOTES.sub(r'<span class="latin">\g<0></span>', markup) if self.lang == "en" else markup

    # --- inlines ---

    def inlines(self, children: Sequence[Any]) -> str:
        return "".join(RENDER[type(child)](self, child) for child in children)

    def render_text(self, node: Text) -> str:
        return self.text(node.text)

    def render_strong(self, node: Strong) -> str:
        return f"<strong>{self.inlines(node.children)}</strong>"

    def render_emphasis(self, node: Emphasis) -> str:
        return f"<em>{self.inlines(node.children)}</em>"

    def render_value(self, node: Value) -> str:
        if node.text:
            return f'<span class="value">{self.text(node.text)}</span>'
        return f'<span class="gap" style="width:{node.width}em"></span>'

    def render_line_break(self, node: LineBreak) -> str:
        return "<br/>"

    # --- blocks ---

    def render_section(self, node: Section) -> str:
        return f"<section>{self.render_heading(node.heading)}{''.join(self.blocks(node.blocks))}</section>"

    def render_heading(self, node: Heading) -> str:
        tag = self.tag(node.number) if node.number else ""
        hint = f'<span class="hint">{escape(node.hint)}</span>' if node.hint else ""
        return f"<h{node.level}>{tag}{escape(node.text)}{hint}</h{node.level}>"

    def tag(self, number: str) -> str:
        """Return a section's number: a tag on forms and reports, plain type in letters."""
        if self.document.kind == "letter":
            return escape(plain_number(number, self.lang))
        return f'<span class="tag">{escape(number)}</span>'

    def render_paragraph(self, node: Paragraph) -> str:
        return f'<p class="{node.role}">{self.inlines(node.children)}</p>'

    def render_list(self, node: ListBlock) -> str:
        tag = "ol" if node.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{self.inlines(item)}</li>' for item in node.items)}</{tag}>"

    def render_note(self, node: Note) -> str:
        return f'<p class="note">{self.inlines(node.children)}</p>'

    def render_page_break(self, node: PageBreak) -> str:
        return '<div class="page-break"></div>'

    def render_writing_lines(self, node: WritingLines) -> str:
        label = f"<p><strong>{escape(node.label + phrase('separator', self.lang))}</strong></p>" if node.label else ""
        return f'<div class="lines">{label}{"<div></div>" * node.count}</div>'

    def render_key_figures(self, node: KeyFigures) -> str:
        return f'<table class="figures"><tbody><tr>{"".join(map(self.figure, node.figures))}</tr></tbody></table>'

    def figure(self, node: Figure) -> str:
        note = (
            f'<div class="note {node.tone}">{escape(toned(node.note, node.tone, self.lang))}</div>' if node.note else ""
        )
        return (
            f'<td><div class="label">{escape(node.label)}</div><div class="figure">{escape(node.text)}</div>{note}</td>'
        )

    def render_picture(self, node: Picture) -> str:
        return f'<div class="picture">{svg(node, theme()["pdf_fonts"][self.lang])}</div>'

    def render_signature_block(self, node: SignatureBlock) -> str:
        room = "seal" if any(s.seal for s in node.signatures) else "sign"
        cells = "".join(self.signature(signature, room) for signature in node.signatures)
        alone = " alone" if len(node.signatures) == 1 else ""
        return f'<table class="signatures{alone}"><tbody><tr>{cells}</tr></tbody></table>'

    def signature(self, node: Signature, room: str) -> str:
        date = node.date or phrase("signature.date", self.lang)
        name = f'<div class="name">{escape(node.name)}</div>' if node.name else ""
        label = f'<div class="label">{escape(node.label)}</div>'
        return f'<td><div class="{room}">{label}{name}</div><div class="date">{escape(date)}</div></td>'

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> str:
        columns = f"<colgroup>{'<col/>' * GRID}</colgroup>"
        lines = (f"<tr{_breaks(line)}>{''.join(map(self.field, line))}</tr>" for line in node.lines)
        return f'<table class="grid">{columns}<tbody>{"".join(lines)}</tbody></table>'

    def field(self, node: Field) -> str:
        star = '<span class="required"> *</span>' if node.required and self.blank else ""
        label = f'<div class="label">{escape(node.label)}{star}</div>'
        return f'<td colspan="{node.span}"><div class="{self.room(node)}">{label}{self.entry(node)}</div></td>'

    def room(self, node: Field) -> str:
        return f"box lines-{node.lines}" if self.blank and not node.ticks else "box"

    def entry(self, node: Field) -> str:
        if node.ticks:
            return f'<div class="ticks">{self.ticks(node.choices, node.value)}</div>'
        if node.value is None:
            return f'<div class="entry">{self.write_here(node.kind)}</div>'
        text = text_of(node.value, node.kind, self.lang, node.choices, node.unit)
        return f'<div class="entry">{self.text(text)}</div>'

    def write_here(self, kind: Kind) -> str:
        """Return what a blank box is printed with: the units of a date, else nothing."""
        if self.blank and kind in _CENTRED:
            return f'<span class="units">{escape(phrase(f"blank.{kind}", self.lang))}</span>'
        return ""

    def ticks(self, choices: Sequence[Choice], value: Any) -> str:
        return "".join(self.tick(choice, is_chosen(choice, value)) for choice in choices)

    def box(self, chosen: bool) -> str:
        return '<span class="tick on">✓</span>' if chosen else '<span class="tick">\u2003</span>'

    def tick(self, choice: Choice, chosen: bool) -> str:
        box = self.box(chosen)
        note = f'<span class="limit"> {escape(choice.note)}</span>' if choice.note else ""
        return f'<span class="choice">{box}{escape(choice.label)}{note}</span> '

    def render_scale(self, node: Scale) -> str:
        steps = [choice.label for choice in node.fields[0].choices]
        columns = f'<col style="width:{SCALE_LABEL:.0%}"/>' + "<col/>" * len(steps)
        numbers = "".join(f'<th scope="col">{escape(step)}</th>' for step in steps)
        head = f"{self.ends(node, len(steps))}<tr><th></th>{numbers}</tr>"
        rows = "".join(map(self.rating, node.fields))
        columns = f"<colgroup>{columns}</colgroup>"
        return f'<table class="scale">{columns}<thead>{head}</thead><tbody>{rows}</tbody></table>'

    def ends(self, node: Scale, steps: int) -> str:
        """Return a line above the steps that says what their ends mean."""
        if not node.low and not node.high:
            return ""
        low = f'<td class="low" colspan="{steps // 2}">{escape(node.low)}</td>'
        high = f'<td class="high" colspan="{steps - steps // 2}">{escape(node.high)}</td>'
        return f'<tr class="ends"><td></td>{low}{high}</tr>'

    def rating(self, node: Field) -> str:
        star = '<span class="required"> *</span>' if node.required and self.blank else ""
        boxes = "".join(f"<td>{self.box(is_chosen(choice, node.value))}</td>" for choice in node.choices)
        return f'<tr><th scope="row">{escape(node.label)}{star}</th>{boxes}</tr>'

    # --- tables ---

    def render_table(self, node: Table) -> str:
        return "".join(map(self.table, parts(self.document, node)))

    def table(self, node: Table) -> str:
        caption = f"<caption>{escape(node.caption)}</caption>" if node.caption else ""
        kind = "rows register" if node.register else "rows"
        rows = list(node.rows)
        widths = column_widths(node, text_width(self.document), rows)
        columns = "".join(f'<col style="width:{width:.2f}mm"/>' for width in widths)
        head = self.header(node, widths[-len(node.columns) :])
        body = "".join(self.body(node, rows)) + self.total(node, rows)
        return f'<table class="{kind}">{caption}<colgroup>{columns}</colgroup>{head}<tbody>{body}</tbody></table>'

    def total(self, node: Table, rows: Sequence[Row]) -> str:
        values = sums(node, rows)
        if values is None:
            return ""
        lead = f'<td class="serial">{escape(node.total)}</td>' if node.serial else ""
        cells = [self.cell(replace(c, ticks=False), value, "") for c, value in zip(node.columns, values, strict=True)]
        if not lead and 0 not in node.summed:
            cells[0] = f'<td class="serial">{escape(node.total)}</td>'
        return f'<tr class="total">{lead}{"".join(cells)}</tr>'

    def header(self, node: Table, widths: Sequence[float]) -> str:
        serial = f'<th class="serial" scope="col">{escape(node.serial)}</th>' if node.serial else ""
        cells = (
            f'<th scope="col">{escape(label_lines(c.label, width))}{self.star(c)}</th>'
            for c, width in zip(node.columns, widths, strict=True)
        )
        return f"<thead><tr>{serial}{''.join(cells)}</tr></thead>"

    def star(self, column: Column) -> str:
        wanted = column.required and self.blank and not column.read_only
        return '<span class="required">*</span>' if wanted else ""

    def body(self, node: Table, rows: Sequence[Row]) -> Iterable[str]:
        empty = Row((None,) * len(node.columns))
        return (self.row(node, row, number) for number, row in enumerate([*rows, *[empty] * node.blank_rows], 1))

    def row(self, node: Table, row: Row, number: int) -> str:
        serial = f'<td class="serial">{number}</td>' if node.serial else ""
        heavy = " heavy" if self.blank and node.register and number % HEAVY_EVERY == 0 else ""
        due = node.overdue.due if node.overdue and row.mark else -1
        cells = (
            self.cell(column, value, row.mark if n == due else "")
            for n, (column, value) in enumerate(zip(node.columns, row.values, strict=True))
        )
        long = " long" if is_long(row) else ""
        return f'<tr class="{row.tone}{heavy}{long}">{serial}{"".join(cells)}</tr>'

    def cell(self, column: Column, value: Any, mark: str) -> str:
        if column.ticks:
            return f'<td class="ticks">{self.ticks(column.choices, value)}</td>'
        text = self.text(text_of(value, column.kind, self.lang, column.choices, column.unit))
        if column.kind is Kind.CHOICE and value is not None:
            tone = next((c.tone for c in column.choices if c.value == value), Tone.PLAIN)
            text = f'<span class="{tone}">{text}</span>' if tone else text
        flag = f'<div class="mark">{escape(mark)}</div>' if mark else ""
        return f'<td class="{_alignment(column)}">{text}{flag}</td>'


def set_text(text: str) -> str:
    """Return a text as markup, set as Chinese is: of two marks that touch the first is half as wide, and the last line
    has no character alone (W3C clreq 3.1.6, 3.2).
    """
    if text.isascii():
        return escape(text)
    tail = text[-_TOGETHER:]
    whole = len(text) < _SHORT or not all(c > "\u2e80" for c in tail)
    markup = escape(text) if whole else f'{escape(text[:-_TOGETHER])}<span class="together">{escape(tail)}</span>'
    return _TOUCHING.sub(r'<span class="half">\1</span>', markup)


def _breaks(fields: Iterable[Field]) -> str:
    """Return the class of a line that may be split between pages, because a text in it may be taller than one."""
    return ' class="long"' if any(is_long_entry(f) for f in fields) else ""


def _alignment(column: Column) -> str:
    if column.running or column.kind in _CENTRED:
        return "centre"
    return "number" if column.kind in NUMERIC else ""


def _subject(document: Document) -> str:
    return " ".join(part for part in (document.number, document.title) if part)


RENDER: dict[type, Callable[[_Writer, Any], str]] = {
    Text: _Writer.render_text,
    Strong: _Writer.render_strong,
    Emphasis: _Writer.render_emphasis,
    Value: _Writer.render_value,
    LineBreak: _Writer.render_line_break,
    Section: _Writer.render_section,
    Heading: _Writer.render_heading,
    Paragraph: _Writer.render_paragraph,
    ListBlock: _Writer.render_list,
    Note: _Writer.render_note,
    PageBreak: _Writer.render_page_break,
    WritingLines: _Writer.render_writing_lines,
    KeyFigures: _Writer.render_key_figures,
    SignatureBlock: _Writer.render_signature_block,
    FieldGrid: _Writer.render_field_grid,
    Scale: _Writer.render_scale,
    Picture: _Writer.render_picture,
    Table: _Writer.render_table,
}

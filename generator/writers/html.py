"""Document → HTML: one short function a node. The markup is what WeasyPrint sets; the look is in `print.css`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import assert_never

from generator.document import (
    GRID,
    Beside,
    Block,
    BlockVisitor,
    Choice,
    Column,
    Document,
    Drawn,
    Emphasis,
    Face,
    Field,
    FieldGrid,
    Figure,
    Heading,
    Inline,
    KeyFigures,
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
    Use,
    Value,
    WritingLines,
    signature_gaps,
)
from generator.document.columns import GUTTER, SCALE_LABEL, beside_widths, column_widths, label_lines, text_width
from generator.kinds import CHOICE
from generator.units import Mm
from generator.wording import phrase
from generator.writers.drawing import svg
from generator.writers.drawn import in_box, in_place, in_row
from generator.writers.fitting import written_row
from generator.writers.html_markup import (
    drawn_picture,
    gapped,
    high_of,
    kept_to_the_end,
    lines_in,
    mark_picture,
    set_text,
)
from generator.writers.letterhead import letterhead
from generator.writers.marks import BENEATH, above_closing, logo_words, over_closing, seal_of, seal_words
from generator.writers.onscreen import Control, Sort, box_control, has_boxes, is_short, signature_control, text_control
from generator.writers.properties import stamp, subject
from generator.writers.running import (
    Tailed,
    foot_text,
    head_parts,
    holds,
    is_chosen,
    is_long_entry,
    is_tall,
    plain_number,
    tailed,
    tone_of,
    toned,
)
from generator.writers.tables import parts, sums, unfolded

_RULE = 0.141
"""Millimetres of a row that the rule beneath it takes."""

_FRAME = 0.32
"""Millimetres that the frame of a table is wide."""

_QUOTES = re.compile("[“”‘’…]+")
HEAVY_EVERY = 5
"""Every so many rows of a blank register the rule is heavier, to guide the eye."""


def write_html(document: Document) -> str:
    """Return the document as a page of HTML, without its style."""
    return "".join(_Writer(document).page())


def write_boxes(document: Document) -> tuple[str, list[Control]]:
    """Return the document as a page of HTML, and its boxes to fill in on screen, by their names there: 0, 1, 2."""
    writer = _Writer(document)
    return "".join(writer.page()), writer.controls


class _Writer(BlockVisitor[str]):
    def __init__(self, document: Document) -> None:
        self.document, self.lang = document, document.lang
        self.controls: list[Control] = []
        self._known: set[str] = set()

    def page(self) -> Iterable[str]:
        document = self.document
        yield f'<!DOCTYPE html><html lang="{self.lang}"><head><meta charset="utf-8"/>'
        yield f"<title>{escape(document.title)}</title>"
        yield f'<meta name="description" content="{escape(subject(document))}"/>'
        if moment := stamp():
            yield f'<meta name="dcterms.created" content="{moment}"/><meta name="dcterms.modified" content="{moment}"/>'
        yield "</head>"
        yield f'<body class="{document.kind} {self.lang}">'
        yield self.letterhead()
        yield f"<h1{self.running()}>{escape(document.title)}</h1>"
        yield from self.blocks(document.blocks)
        yield "</body></html>"

    def running(self) -> str:
        """Return the heads and feet of pages, as attributes of the title."""
        texts: dict[str, str] = {}
        for name, first in (("first-", True), ("", False)):
            left, right = head_parts(self.document, first=first)
            foot = foot_text(self.document, first=first)
            texts |= {f"{name}left": left, f"{name}right": right, f"{name}foot": foot}
        return "".join(f' data-{name}="{escape(text)}"' for name, text in texts.items())

    def letterhead(self) -> str:
        head = letterhead(self.document)
        if head is None:
            return ""
        lines = "".join(f"<div>{self.text(line)}</div>" for line in head.lines)
        words, logo = f'<div class="organisation">{self.text(head.name)}</div>{lines}', head.logo
        if logo is None:
            return f'<div class="letterhead">{words}</div>'
        picture = mark_picture("logo", logo.mark, logo_words(self.document), logo.width, logo.height)
        room = f"padding-top:{logo.above:.2f}mm;margin-left:{logo.indent:.2f}mm"
        high = f"min-height:{logo.height:.2f}mm"
        return f'<div class="letterhead marked" style="{high}">{picture}<div style="{room}">{words}</div></div>'

    def blocks(self, blocks: Sequence[Block]) -> Iterable[str]:
        """Yield blocks; what precedes signatures stays by them, a table by its chart."""
        for n, block in enumerate(blocks):
            held = any(holds(block, following) for following in blocks[n + 1 : n + 2])
            markup = self.block(block)
            yield kept_to_the_end(markup) if held else markup

    def text(self, text: str, ends: bool = True) -> str:
        """Return a text as markup; in English, quotation marks are those of the Latin font, not as wide as Han."""
        markup = set_text(text, ends)
        return _QUOTES.sub(r'<span class="latin">\g<0></span>', markup) if self.lang == "en" else markup

    # --- inlines ---

    def inlines(self, children: Sequence[Inline]) -> str:
        every = list(tailed(children))
        made = [self.gap(one) if isinstance(one, Tailed) else self.inline(one, False) for one in every[:-1]]
        return "".join(made + [self.gap(one) if isinstance(one, Tailed) else self.inline(one) for one in every[-1:]])

    def gap(self, node: Tailed) -> str:
        """Return a gap with the mark behind it, which begins no line."""
        return f'<span class="tailed">{self.value(node.gap)}{escape(node.mark)}</span>'

    def inline(self, node: Inline, ends: bool = True) -> str:
        """Return a part of a paragraph, which may be its end."""
        match node:
            case Text():
                return self.text(node.text, ends)
            case Value():
                return self.value(node, ends)
            case Strong():
                return f"<strong>{self.inlines(node.children)}</strong>"
            case Emphasis():
                return f"<em>{self.inlines(node.children)}</em>"
            case LineBreak():
                return "<br/>"
        assert_never(node)

    def value(self, node: Value, ends: bool = False) -> str:
        if not node.text:
            return f'<span class="gap" style="width:{node.width}em"></span>'
        return f'<span class="value">{self.linked(node.face, node.text, self.text(node.text, ends))}</span>'

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
        high = written_row(self.document.theme, self.document.closeness) + node.more / max(1, node.count)
        line = f'<div style="height:{high:.2f}mm"></div>' if node.more else "<div></div>"
        return f'<div class="lines">{label}{line * node.count}</div>'

    def render_key_figures(self, node: KeyFigures) -> str:
        return f'<table class="figures"><tbody><tr>{"".join(map(self.figure, node.figures))}</tr></tbody></table>'

    def figure(self, node: Figure) -> str:
        notes = "".join(
            f'<div class="note {tone}">{escape(toned(text, tone, self.lang))}</div>' for text, tone in node.beneath
        )
        label, figure = escape(node.label), escape(node.text)
        return f'<td><div class="label">{label}</div><div class="figure">{figure}</div>{notes}</td>'

    def render_picture(self, node: Picture) -> str:
        theme = self.document.theme
        return f'<div class="picture">{svg(node, theme, theme.pdf_fonts[self.lang])}</div>'

    def render_beside(self, node: Beside) -> str:
        left, right = beside_widths(text_width(self.document), node)
        table, picture = self.table(node.table, left), self.render_picture(node.picture)
        beside = f"width:{right:.2f}mm;margin-left:{GUTTER:g}mm"
        inner = f'<div style="width:{left:.2f}mm">{table}</div><div style="{beside}">{picture}</div>'
        return f'<div class="beside">{inner}</div>'

    def render_signature_block(self, node: SignatureBlock) -> str:
        room = "seal" if any(s.seal for s in node.signatures) else "sign"
        cells = "".join(self.closing(s) if s.closing else self.signature(s, room) for s in node.signatures)
        alone = " alone" if len(node.signatures) == 1 else ""
        closed = " closed" if any(s.closing for s in node.signatures) else ""
        return f'<table class="signatures{alone}{closed}"><tbody><tr>{cells}</tr></tbody></table>'

    def closing(self, node: Signature) -> str:
        """Return the end of a letter: whose it is and the date, the seal over both."""
        picture = ""
        if node.stamped and (seal := seal_of(self.document)):
            left, top = over_closing(self.document, seal)
            picture = mark_picture("stamp", seal.mark, seal_words(self.document), seal.width, seal.height, top, left)
        note = f'<span class="note">{escape(node.note)}</span>' if node.note else ""
        words = f'<div class="office">{escape(node.label)}{note}</div>'
        if node.dated:
            day = escape(node.date) if node.date else gapped(signature_gaps(self.lang, self.document.theme))
            words += f'<div class="day">{day}</div>'
        above = f"padding-top:{above_closing(self.document, node):.2f}mm"
        return f'<td class="closing"><div class="ends marked" style="{above}">{picture}{words}</div></td>'

    def signature(self, node: Signature, room: str) -> str:
        date = escape(node.date) if node.date else gapped(signature_gaps(self.lang, self.document.theme))
        name = f'<div class="name">{escape(node.name)}</div>' if node.name else ""
        if node.drawn:
            name = f'<div class="hand">{drawn_picture(node.drawn, in_place(node.drawn, self.document.theme))}</div>'
        label = f'<div class="label">{escape(node.label)}</div>'
        box = self.place_to_sign(node) if self.document.is_fillable else ""
        if node.stamped and (seal := seal_of(self.document)):
            top = Mm(self.document.theme.write.seal + BENEATH - seal.height)
            picture = mark_picture("stamp", seal.mark, seal_words(self.document), seal.width, seal.height, top)
            label, room = picture + label, f"{room} marked"
        return f'<td><div class="{room}">{label}{name}{box}</div><div class="date">{date}</div></td>'

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> str:
        columns = f"<colgroup>{'<col/>' * GRID}</colgroup>"
        lines = (f"<tr{_breaks(line)}>{''.join(map(self.field, line))}</tr>" for line in node.lines)
        return f'<table class="grid">{columns}<tbody>{"".join(lines)}</tbody></table>'

    def field(self, node: Field) -> str:
        star = '<span class="required"> *</span>' if node.is_starred else ""
        label = f'<div class="label">{escape(node.face.label)}{star}</div>'
        box = f'<div class="{_room(node)}"{self.more(node)}>{label}{self.entry(node)}</div>'
        return f'<td colspan="{node.room.span}">{box}</td>'

    def more(self, node: Field) -> str:
        """Return the height of a box that has more room than it asks for."""
        if not node.room.more:
            return ""
        usual = node.room.lines * written_row(self.document.theme, self.document.closeness) + 3.2
        return f' style="min-height:{usual + node.room.more:.2f}mm"'

    def entry(self, node: Field) -> str:
        is_control = node.room.use is Use.CONTROL and not isinstance(node.value, Drawn)
        if is_control and self.is_new(node.pointer):
            return f'<div class="entry" data-pointer="{escape(node.pointer)}">{self.control(node)}</div>'
        if node.face.ticks:
            return f'<div class="ticks">{self.ticks(node.face.choices, node.value)}</div>'
        if node.value is None:
            return f'<div class="entry">{self.write_here(node)}</div>'
        if isinstance(node.value, Drawn):
            across = text_width(self.document) * node.room.span / GRID
            return (
                f'<div class="entry">{drawn_picture(node.value, in_box(node.value, self.document.theme, across))}</div>'
            )
        text = node.text(self.lang)
        return f'<div class="entry">{self.linked(node.face, node.value, self.text(text))}</div>'

    # --- boxes to fill in on screen ---

    def is_new(self, pointer: str) -> bool:
        """Tell whether a field has no box yet: a second one would be the same, so its value is printed there."""
        known = pointer in self._known
        self._known.add(pointer)
        return not known

    def put(self, control: Control, shape: str, high: Mm = Mm(0.0)) -> str:
        """Return a box to fill in on screen, as all are set: what it is stands among the controls."""
        self.controls.append(control)
        style = f' style="height:{high:.2f}mm"' if high else ""
        shape = f"{shape} locked" if control.read_only else shape
        return f'<input type="checkbox" class="control {shape}"{style} name="{len(self.controls) - 1}"/>'

    def control(self, node: Field) -> str:
        """Return the box of a field, or boxes to tick."""
        theme, face = self.document.theme, node.face
        if has_boxes(face):
            return f'<div class="ticks">{self.ticks_on_screen(face, node.pointer, node.value)}</div>'
        wide = Mm(text_width(self.document) * node.room.span / GRID - _AROUND_ENTRY)
        control = text_control(face, node.pointer, node.value, self.lang, theme.size.entry)
        if control.sort is Sort.LINE and lines_in(control.text, wide, control.size) > 1:
            control = replace(control, sort=Sort.LINES)
        if control.sort is not Sort.LINES:
            return self.put(control, "line")
        lines = max(node.room.lines, lines_in(control.text, wide, control.size))
        return self.put(control, "lines", high_of(lines, control.size))

    def ticks_on_screen(self, face: Face, pointer: str, value: object, row: int = 0) -> str:
        boxes = []
        for number, choice in enumerate(face.choices, 1):
            control = box_control(face, pointer, number, is_chosen(choice, value), self.lang, row)
            note = f'<span class="limit"> {escape(choice.note)}</span>' if choice.note else ""
            boxes.append(f'<span class="choice">{self.put(control, "tick")}{escape(choice.label)}{note}</span> ')
        return "".join(boxes)

    def place_to_sign(self, node: Signature) -> str:
        number = sum(control.sort is Sort.SIGN for control in self.controls) + 1
        return self.put(signature_control(number, node.label, self.lang), "signing")

    def linked(self, face: Face, value: object, markup: str) -> str:
        """Return the markup of a value, as a link where it leads somewhere."""
        address = face.kind.link(value) if face.kind.is_link else ""
        return f'<a href="{escape(address)}">{markup}</a>' if address else markup

    def write_here(self, node: Field) -> str:
        """Return what an empty box is printed with: for a pen the units of a date or squares, else nothing."""
        if node.room.squares:
            return f'<span class="squares">{"<span></span>" * node.room.squares}</span>'
        return gapped(node.room.gaps) if node.room.gaps else ""

    def ticks(self, choices: Sequence[Choice], value: object) -> str:
        return "".join(self.tick(choice, is_chosen(choice, value)) for choice in choices)

    def box(self, chosen: bool) -> str:
        return '<span class="tick on">✓</span>' if chosen else '<span class="tick">\u2003</span>'

    def tick(self, choice: Choice, chosen: bool) -> str:
        box = self.box(chosen)
        note = f'<span class="limit"> {escape(choice.note)}</span>' if choice.note else ""
        return f'<span class="choice">{box}{escape(choice.label)}{note}</span> '

    def render_scale(self, node: Scale) -> str:
        lead = node.fields[0]
        steps = [choice.label for choice in lead.face.choices]
        columns = f'<col style="width:{SCALE_LABEL:.0%}"/>' + "<col/>" * len(steps)
        numbers = "".join(f'<th scope="col">{escape(step)}</th>' for step in steps)
        head = f"{self.ends(node, len(steps))}<tr><th></th>{numbers}</tr>"
        rows = "".join(map(self.rating, node.fields))
        inner = f"<colgroup>{columns}</colgroup><thead>{head}</thead><tbody>{rows}</tbody>"
        return f'<table class="{_used("scale", lead.room.use)}">{inner}</table>'

    def ends(self, node: Scale, steps: int) -> str:
        """Return a line above the steps that says what their ends mean."""
        if not node.low and not node.high:
            return ""
        low = f'<td class="low" colspan="{steps // 2}">{escape(node.low)}</td>'
        high = f'<td class="high" colspan="{steps - steps // 2}">{escape(node.high)}</td>'
        return f'<tr class="ends"><td></td>{low}{high}</tr>'

    def rating(self, node: Field) -> str:
        star = '<span class="required"> *</span>' if node.is_starred else ""
        if node.room.use is Use.CONTROL and has_boxes(node.face) and self.is_new(node.pointer):
            boxes = "".join(f"<td>{box}</td>" for box in self.steps_on_screen(node))
        else:
            boxes = "".join(f"<td>{self.box(is_chosen(choice, node.value))}</td>" for choice in node.face.choices)
        return f'<tr><th scope="row">{escape(node.face.label)}{star}</th>{boxes}</tr>'

    def steps_on_screen(self, node: Field) -> Iterable[str]:
        for number, choice in enumerate(node.face.choices, 1):
            chosen = is_chosen(choice, node.value)
            yield self.put(box_control(node.face, node.pointer, number, chosen, self.lang), "tick")

    # --- tables ---

    def render_table(self, node: Table) -> str:
        room = text_width(self.document)
        return "".join(self.table(part, room) for part in parts(self.document, node))

    def table(self, node: Table, room: Mm) -> str:
        """Return a table that is `room` wide."""
        caption = f"<caption>{escape(node.caption)}</caption>" if node.caption else ""
        kind = _used("rows register" if node.register else "rows", node.use)
        rows = list(node.rows)
        widths = column_widths(self.document.theme, node, room, rows)
        inner = 1 - _FRAME / sum(widths)  # half of the frame at either side is outside of the columns
        columns = "".join(f'<col style="width:{width * inner:.2f}mm"/>' for width in widths)
        head = self.header(node, widths[-len(node.columns) :])
        body = "".join(self.body(node, rows, widths[-len(node.columns) :])) + self.total(node, rows)
        return f'<table class="{kind}">{caption}<colgroup>{columns}</colgroup>{head}<tbody>{body}</tbody></table>'

    def total(self, node: Table, rows: Sequence[Row]) -> str:
        values = sums(node, rows)
        if values is None or node.use is Use.CONTROL:  # what is filled in on screen would leave it behind
            return ""
        lead = f'<td class="serial">{escape(node.total)}</td>' if node.serial else ""
        plain = (replace(column, face=replace(column.face, ticks=False)) for column in node.columns)
        cells = [self.cell(column, value, "") for column, value in zip(plain, values, strict=True)]
        if not lead and 0 not in node.summed:
            cells[0] = f'<td class="serial">{escape(node.total)}</td>'
        return f'<tr class="total">{lead}{"".join(cells)}</tr>'

    def header(self, node: Table, widths: Sequence[Mm]) -> str:
        serial = f'<th class="serial" scope="col">{escape(node.serial)}</th>' if node.serial else ""
        cells = (self.head_cell(node, column, width) for column, width in zip(node.columns, widths, strict=True))
        return f"<thead><tr>{serial}{''.join(cells)}</tr></thead>"

    def head_cell(self, node: Table, column: Column, width: Mm) -> str:
        star = '<span class="required">*</span>' if node.is_starred(column) else ""
        return f'<th scope="col">{escape(label_lines(self.document.theme, column.face.label, width))}{star}</th>'

    def body(self, node: Table, rows: Sequence[Row], widths: Sequence[Mm]) -> Iterable[str]:
        empty = Row((None,) * len(node.columns))
        if node.use is Use.CONTROL:
            every = [*rows, *[empty] * node.blank_rows]
            return (self.row_on_screen(node, row, number, widths) for number, row in enumerate(every, 1))
        return (
            self.row(node, row, number, widths) for number, row in enumerate([*rows, *[empty] * node.blank_rows], 1)
        )

    def row(self, node: Table, row: Row, number: int, widths: Sequence[Mm]) -> str:
        row, texts = unfolded(node, row, widths, self.document.theme.size.cell, self.lang)
        span = len(node.columns) + bool(node.serial)
        beneath = (
            f'<tr class="beneath long {row.tone}"><td colspan="{span}"><span class="name">{escape(label)}</span>'
            f"{self.text(text)}</td></tr>"
            for _, label, text in texts
        )
        return self.row_itself(node, row, number, widths) + "".join(beneath)

    def row_itself(self, node: Table, row: Row, number: int, widths: Sequence[Mm]) -> str:
        serial = f'<td class="serial">{number}</td>' if node.serial else ""
        heavy = " heavy" if node.use is Use.PEN and node.register and number % HEAVY_EVERY == 0 else ""
        due = node.overdue.due if node.overdue and row.mark else -1
        cells = (
            self.cell(column, value, row.mark if n == due else "")
            for n, (column, value) in enumerate(zip(node.columns, row.values, strict=True))
        )
        long = " long" if is_tall(row, widths, self.document.theme.size.cell) else ""
        spare = " spare" if row.spare else ""
        return f'<tr class="{row.tone}{heavy}{long}{spare}"{self.row_height(node)}>{serial}{"".join(cells)}</tr>'

    def row_on_screen(self, node: Table, row: Row, number: int, widths: Sequence[Mm]) -> str:
        """Return a row to be filled in on screen, as high as one for a pen, or as its longest text."""
        size = self.document.theme.size.cell
        texts = [column.face.entry(value, self.lang) for column, value in zip(node.columns, row.values, strict=True)]
        lines = (lines_in(text, Mm(width - _AROUND_CELL), size) for text, width in zip(texts, widths, strict=True))
        usual = written_row(self.document.theme, self.document.closeness) - _ABOVE_AND_BELOW
        high = Mm(max(usual, high_of(max(lines), size)))
        serial = f'<td class="serial">{number}</td>' if node.serial else ""
        cells = (
            self.cell_on_screen(node, column, value, number, high)
            for column, value in zip(node.columns, row.values, strict=True)
        )
        return f'<tr class="onscreen">{serial}{"".join(cells)}</tr>'

    def cell_on_screen(self, node: Table, column: Column, value: object, number: int, high: Mm) -> str:
        face, pointer = column.face, node.pointer_at(number - 1, column)
        if column.running or isinstance(value, Drawn) or not self.is_new(pointer):
            return self.cell(column, value, "")
        if has_boxes(face):
            return f'<td class="ticks">{self.ticks_on_screen(face, pointer, value, number)}</td>'
        alignment = _alignment(column)
        size = self.document.theme.size.cell
        control = text_control(face, pointer, value, self.lang, size, number, several=not is_short(face))
        control = replace(control, align=_ALIGNED.get(alignment, 0))
        box = self.put(control, "lines", high) if control.sort is Sort.LINES else self.put(control, "line")
        return f'<td class="{alignment}">{box}</td>'

    def row_height(self, node: Table) -> str:
        """Return the height of a row that has more room than it asks for."""
        if not node.more:
            return ""
        usual = written_row(self.document.theme, self.document.closeness)
        return f' style="height:{usual + node.more + _RULE:.3f}mm"'

    def cell(self, column: Column, value: object, mark: str) -> str:
        face = column.face
        if face.ticks:
            return f'<td class="ticks">{self.ticks(face.choices, value)}</td>'
        if isinstance(value, Drawn):
            return f'<td class="drawn">{drawn_picture(value, in_row(value, self.document.theme, _WIDEST))}</td>'
        text = self.linked(face, value, self.text(face.text(value, self.lang)))
        tone = tone_of(face, value) if face.kind is CHOICE else ""
        text = f'<span class="{tone}">{text}</span>' if tone else text
        flag = f'<div class="mark">{escape(mark)}</div>' if mark else ""
        return f'<td class="{_alignment(column)}">{text}{flag}</td>'


_ALIGNED: Mapping[str, int] = {"centre": 1, "number": 2}
_AROUND_ENTRY, _AROUND_CELL = Mm(5.2), Mm(3.2)
"""Millimetres of a field's room and of a column that a text on screen doesn't have."""

_ABOVE_AND_BELOW = 1.54
"""Millimetres of a row on screen that its boxes don't take."""


_WIDEST = 60.0
"""Millimetres that a signature is given in a cell, where its column is no narrower."""


def _breaks(fields: Iterable[Field]) -> str:
    """Return the class of a line that may be split between pages, because a text in it may be taller than one."""
    return ' class="long"' if any(is_long_entry(f) and f.room.use is not Use.CONTROL for f in fields) else ""


def _alignment(column: Column) -> str:
    if column.running or column.face.kind.is_moment:
        return "centre"
    return "number" if column.face.kind.is_number else ""


def _used(name: str, use: Use) -> str:
    """Return the classes of a table; what is for a pen has room for one."""
    return f"{name} pen" if use is Use.PEN else name


def _room(node: Field) -> str:
    """Return the classes of a field's box."""
    if node.room.use is not Use.PEN:
        return "box"
    return "box pen" if node.face.ticks else f"box pen lines-{node.room.lines}"

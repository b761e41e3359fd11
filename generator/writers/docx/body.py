"""Document → WordprocessingML body: one short function a node, text out, no tree in between."""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import assert_never

from generator.document import (
    GRID,
    Block,
    BlockVisitor,
    Choice,
    Column,
    Document,
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
    Role,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Tone,
    Use,
    Value,
    WritingLines,
)
from generator.kinds import CHOICE
from generator.units import Mm
from generator.wording import Lang, has_phrase, phrase
from generator.writers.columns import SCALE_LABEL, column_widths, equal_shares, label_lines, shares, text_width
from generator.writers.docx.markup import (
    cell,
    cell_opening,
    content_control,
    edge,
    hyperlink,
    ordered,
    paragraph,
    row,
    run,
    shade,
    table_opening,
    twips,
)
from generator.writers.docx.package import ORDERED_LISTS
from generator.writers.docx.pictures import drawing
from generator.writers.running import by_choice, is_chosen, is_long, is_long_entry, plain_number, toned
from generator.writers.tables import parts, sums

_ROLES = {
    Role.ADDRESSEE: '<w:ind w:firstLine="0" w:firstLineChars="0"/>',
    Role.REFERENCE: '<w:ind w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
    Role.CLOSING_FLUSH: '<w:ind w:firstLine="0" w:firstLineChars="0"/>',
    Role.ENCLOSURE: '<w:ind w:firstLine="0" w:firstLineChars="0"/>',
    Role.SIGNER: '<w:ind w:right="480" w:rightChars="200" w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
    Role.DATE: '<w:ind w:right="480" w:rightChars="200" w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
}
_SYMBOL = "".join(f' w:{part}="Segoe UI Symbol"' for part in ("ascii", "eastAsia", "hAnsi", "cs"))
_SYMBOL = f"<w:rFonts{_SYMBOL}/>"
_KEEP = "<w:keepNext/>"
_CELL_END = "</w:p></w:tc>"

CellOf = Callable[[object, bool], str]
"""A cell from its value, and whether its row is late."""


class Body(BlockVisitor[str]):
    """Renders the blocks of one document."""

    def __init__(self, document: Document) -> None:
        self.document, self.lang, self.theme = document, document.lang, document.theme
        self.width = twips(text_width(document))
        self.text_style = "LetterText" if document.kind == "letter" else "BodyText"
        self.lists = 0
        self.pictures: list[Picture] = []

    # --- blocks in order ---

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Return blocks one after another; tables that touch are set apart, what precedes signatures stays by them."""
        parts = []
        for block, following in pairwise([*blocks, None]):
            assert block is not None
            markup = self.block(block)
            if isinstance(following, SignatureBlock):
                markup = self.kept(markup)
            parts.append(markup)
            if markup.endswith("</w:tbl>") and following is not None and not isinstance(following, (Section, Heading)):
                parts.append(self.spacer(isinstance(following, SignatureBlock)))
        return "".join(parts)

    def kept(self, markup: str) -> str:
        """Return markup whose last paragraphs stay on the page of what follows: the last row, where it is a table."""
        start = markup.rfind("<w:tr>") if markup.endswith("</w:tbl>") else markup.rfind("<w:p>")
        return markup[:start] + _keep(markup[start:])

    def spacer(self, keep: bool = False) -> str:
        return paragraph("Spacer", "", _KEEP if keep else "")

    # --- inlines ---

    def inlines(self, children: Sequence[Inline], look: str = "") -> str:
        return "".join([self.inline(child, look) for child in children])

    def inline(self, node: Inline, look: str) -> str:
        match node:
            case Text():
                return run(node.text, look)
            case Value():
                return self.value(node, look)
            case Strong():
                return self.inlines(node.children, ordered(look + self.bold()))
            case Emphasis():
                mark = "<w:i/>" if self.lang == "en" else '<w:em w:val="dot"/>'
                return self.inlines(node.children, ordered(look + mark))
            case LineBreak():
                return "<w:r><w:br/></w:r>"
        assert_never(node)

    def bold(self, look: str = "") -> str:
        return f'<w:rFonts w:eastAsia="{self.theme.fonts[self.lang].head}"/><w:b/>{look}'

    def value(self, node: Value, look: str) -> str:
        if not node.text:
            return run("\u00a0" * (node.width * 2), ordered(f'{look}<w:u w:val="single"/>'))
        return hyperlink(node.face.kind.link(node.text), run(node.text, look))

    # --- running text ---

    def render_section(self, node: Section) -> str:
        return self.render_heading(node.heading) + self.blocks(node.blocks)

    def render_heading(self, node: Heading) -> str:
        style = "Heading1" if node.level == 2 else "Heading2"
        content = self.tag(node.number) if node.number else ""
        small = f'<w:b w:val="0"/>{self.soft}<w:sz w:val="{round(self.theme.size.label * 2)}"/>'
        content += run(node.text) + (run("\u2003" + node.hint, small) if node.hint else "")
        return paragraph(style, content)

    def tag(self, number: str) -> str:
        """Return a section's number: a tag on forms and reports, plain type in letters."""
        if self.document.kind == "letter":
            return run(plain_number(number, self.lang))
        look = f'<w:color w:val="FFFFFF"/>{shade(self.theme.colour.accent)}'
        return run(f"\u00a0{number}\u00a0", look) + run("\u2002")

    def render_paragraph(self, node: Paragraph) -> str:
        look = self.bold() if node.role is Role.ADDRESSEE else ""
        return paragraph(self.text_style, self.inlines(node.children, look), _ROLES.get(node.role, ""))

    def render_list(self, node: ListBlock) -> str:
        if node.ordered:
            self.lists += 1
        number = 1 + (self.lists - 1) % ORDERED_LISTS + 1 if node.ordered else 1
        properties = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        return "".join(paragraph("ListParagraph", self.inlines(item), properties) for item in node.items)

    def render_note(self, node: Note) -> str:
        bar = f"<w:pBdr>{edge('left', 18, self.theme.colour.accent, space=6)}</w:pBdr>"
        return paragraph("NoteText", self.inlines(node.children), f'{bar}<w:ind w:left="140"/>')

    def render_page_break(self, node: PageBreak) -> str:
        return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

    def render_writing_lines(self, node: WritingLines) -> str:
        label = run(node.label + phrase("separator", self.lang), self.bold()) if node.label else ""
        head = paragraph(self.text_style, label, _KEEP) if label else ""
        lines = [paragraph("WritingLine", "", _KEEP)] * (node.count - 1) + [paragraph("WritingLine", "")]
        return head + "".join(lines)

    # --- figures and signatures ---

    def render_key_figures(self, node: KeyFigures) -> str:
        widths = equal_shares(self.width, len(node.figures))
        cells = [cell(w, self.figure(f)) for w, f in zip(widths, node.figures, strict=True)]
        return table_opening(self.theme, widths, inner_rows=False) + row(cells) + "</w:tbl>"

    def figure(self, node: Figure) -> str:
        note = ""
        if node.note:
            tint = self.theme.colour[node.tone] if node.tone else self.theme.colour.soft
            note = paragraph("FieldLabel", run(toned(node.note, node.tone, self.lang), f'<w:color w:val="{tint}"/>'))
        return self.label(node.label) + paragraph("KeyFigure", run(node.text)) + note

    def render_signature_block(self, node: SignatureBlock) -> str:
        alone = len(node.signatures) == 1
        widths = (self.width // 2,) if alone else equal_shares(self.width, len(node.signatures))
        write = self.theme.write
        seal = self.document.kind == "letter" and any(s.seal for s in node.signatures)
        room = twips(write.seal if seal else write.signature)
        pairs = list(zip(widths, node.signatures, strict=True))
        upper = [cell(w, self.signature(s), borders='<w:bottom w:val="nil"/>') for w, s in pairs]
        lower = [cell(w, self.signed_on(s), borders='<w:top w:val="nil"/>') for w, s in pairs]
        rows = row(upper, height=room) + row(lower)
        return self.spacer(keep=True) + table_opening(self.theme, widths, right=alone) + rows + "</w:tbl>"

    def signature(self, node: Signature) -> str:
        name = paragraph("TableCentre", run(node.name), _KEEP) if node.name else ""
        return paragraph("TableText", run(node.label), _KEEP) + name

    def signed_on(self, node: Signature) -> str:
        return paragraph("TableNumber", run(node.date or phrase("signature.date", self.lang)))

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> str:
        widths = equal_shares(self.width, GRID)
        return table_opening(self.theme, widths) + "".join(self.line(line, widths) for line in node.lines) + "</w:tbl>"

    def line(self, fields: Sequence[Field], widths: Sequence[int]) -> str:
        cells, at = [], 0
        for field in fields:
            span = field.room.span
            cells.append(cell(sum(widths[at : at + span]), self.field(field), span))
            at += span
        long = any(is_long_entry(f) for f in fields)
        return row(cells, height=self.line_height(fields), split=long)

    def line_height(self, fields: Sequence[Field]) -> int:
        """Return the least height of a line of fields: room for a pen, none else."""
        lines = max(_pen_lines(field) for field in fields)
        if not lines:
            return 0
        return twips(Mm(lines * self.theme.write.row + (3.2 if lines > 1 else 1.2)))

    def field(self, node: Field) -> str:
        return self.label(node.face.label, node.is_starred) + self.entry(node)

    def label(self, text: str, starred: bool = False) -> str:
        return _label(text, self.theme.colour.required if starred else "")

    def entry(self, node: Field) -> str:
        if node.face.ticks:
            return paragraph("FieldEntry", self.ticks(node.face.choices, node.value, node.room.use))
        if node.room.use is Use.CONTROL:
            return paragraph("FieldEntry", self.control(node))
        if node.value is None:
            return self.write_here(node)
        return paragraph("FieldEntry", hyperlink(node.face.kind.link(node.value), run(node.text(self.lang))))

    def control(self, node: Field) -> str:
        """Return a box to fill in on screen, which is known by its pointer (17.5.2)."""
        return content_control(node.pointer, node.face.label, run(node.text(self.lang) or "\u00a0"))

    def write_here(self, node: Field) -> str:
        """Return the empty part of a box; for a pen, a date has its units printed."""
        units = f"blank.{node.face.kind}"
        if node.room.use is Use.PEN and node.face.kind.is_moment and has_phrase(units):
            return paragraph("FieldEntry", run(phrase(units, self.lang), self.soft), '<w:jc w:val="right"/>')
        return paragraph("FieldEntry", "")

    @cached_property
    def soft(self) -> str:
        """Return the colour of what isn't to catch the eye."""
        return f'<w:color w:val="{self.theme.colour.soft}"/>'

    @cached_property
    def starred(self) -> str:
        """Return the colour of stars."""
        return f'<w:color w:val="{self.theme.colour.required}"/>'

    def ticks(self, choices: Sequence[Choice], value: object, use: Use) -> str:
        return run("\u2003").join(self.tick(choice, is_chosen(choice, value), use) for choice in choices)

    def box(self, chosen: bool, use: Use) -> str:
        return run("☑" if chosen else "☐", f'{_SYMBOL}<w:sz w:val="{self.box_sizes[use]}"/>')

    def tick(self, choice: Choice, chosen: bool, use: Use) -> str:
        note = run(f"\u00a0{choice.note}", self.soft) if choice.note else ""
        return self.box(chosen, use) + run(f"\u00a0{choice.label}") + note

    @cached_property
    def box_sizes(self) -> dict[Use, int]:
        """Return the sizes of tick boxes in half-points: for a pen the glyph is four millimetres wide."""
        usual, pen = self.theme.size.entry * 2, self.theme.write.tick / 25.4 * 72 * 1.2 * 2
        return dict.fromkeys(Use, round(usual)) | {Use.PEN: round(pen)}

    # --- tables ---

    def render_table(self, node: Table) -> str:
        return self.spacer().join(map(self.table, parts(self.document, node)))

    def table(self, node: Table) -> str:
        rows = list(node.rows)
        room = column_widths(self.theme, node, text_width(self.document), rows)
        widths = shares(self.width, room)
        caption = paragraph("Heading2", run(node.caption)) if node.caption else ""
        head = self.header(node, widths, room[-len(node.columns) :])
        empty = Row((None,) * len(node.columns))
        every = enumerate([*rows, *[empty] * node.blank_rows], 1)
        cells = self.columns(node, widths)
        body = "".join([self.row(node, record, number, cells) for number, record in every])
        return f"{caption}{table_opening(self.theme, widths)}{head}{body}{self.total(node, rows, widths)}</w:tbl>"

    def total(self, node: Table, rows: Sequence[Row], widths: Sequence[int]) -> str:
        values = sums(node, rows)
        if values is None:
            return ""
        texts = [_sum_text(c.face, value, self.lang) for c, value in zip(node.columns, values, strict=True)]
        if node.serial or 0 not in node.summed:
            texts = [node.total, *texts] if node.serial else [node.total, *texts[1:]]
        styles = ["TableCentre"] + ["TableNumber"] * (len(texts) - 1)
        cells = (
            cell(width, paragraph(style, run(text, self.bold())), fill=self.theme.colour.tint, align="center")
            for width, style, text in zip(widths, styles, texts, strict=True)
        )
        return row(cells, height=twips(Mm(7)))

    # --- scales and pictures ---

    def render_scale(self, node: Scale) -> str:
        steps = len(node.fields[0].face.choices)
        widths = shares(self.width, [SCALE_LABEL, *[(1 - SCALE_LABEL) / steps] * steps])
        numbers = [cell(widths[0], paragraph("TableHead", ""), fill=self.theme.colour.tint)]
        numbers += [
            cell(width, paragraph("TableHead", run(choice.label)), fill=self.theme.colour.tint)
            for width, choice in zip(widths[1:], node.fields[0].face.choices, strict=True)
        ]
        body = "".join(self.rating(field, widths) for field in node.fields)
        return (
            table_opening(self.theme, widths) + self.ends(node, widths) + row(numbers, header=True) + body + "</w:tbl>"
        )

    def ends(self, node: Scale, widths: Sequence[int]) -> str:
        """Return a line above the steps that says what their ends mean."""
        if not node.low and not node.high:
            return ""
        half = 1 + (len(widths) - 1) // 2
        low, high = (
            paragraph("TableText", run(node.low, self.soft)),
            paragraph("TableNumber", run(node.high, self.soft)),
        )
        cells = [
            cell(widths[0], paragraph("TableText", ""), fill=self.theme.colour.tint),
            cell(
                sum(widths[1:half]), low, span=half - 1, fill=self.theme.colour.tint, borders='<w:right w:val="nil"/>'
            ),
            cell(
                sum(widths[half:]),
                high,
                span=len(widths) - half,
                fill=self.theme.colour.tint,
                borders='<w:left w:val="nil"/>',
            ),
        ]
        return row(cells, header=True)

    def rating(self, node: Field, widths: Sequence[int]) -> str:
        face, use = node.face, node.room.use
        star = run(" *", self.starred) if node.is_starred else ""
        label = paragraph("FieldEntry", run(face.label) + star)
        boxes = [paragraph("TableCentre", self.box(is_chosen(choice, node.value), use)) for choice in face.choices]
        cells = (cell(w, content, align="center") for w, content in zip(widths, [label, *boxes], strict=True))
        return row(cells, height=twips(Mm(8 if use is Use.PEN else 6.5)))

    def render_picture(self, node: Picture) -> str:
        self.pictures.append(node)
        return paragraph(
            "TableCentre", f"<w:r>{drawing(node, len(self.pictures))}</w:r>", '<w:spacing w:before="80" w:after="120"/>'
        )

    def header(self, node: Table, widths: Sequence[int], room: Sequence[Mm]) -> str:
        labels = [run(node.serial)] if node.serial else []
        labels += [self.head_cell(node, column, mm) for column, mm in zip(node.columns, room, strict=True)]
        cells = (
            cell(width, paragraph("TableHead", label), fill=self.theme.colour.tint, align="center")
            for width, label in zip(widths, labels, strict=True)
        )
        return row(cells, height=twips(Mm(7)), header=True)

    def head_cell(self, node: Table, column: Column, width: Mm) -> str:
        star = run("*", self.starred) if node.is_starred(column) else ""
        return run(label_lines(self.theme, column.face.label, width)) + star

    def row(self, node: Table, record: Row, number: int, columns: Sequence[CellOf]) -> str:
        late = record.tone is Tone.ALERT
        values = (number, *record.values) if node.serial else record.values
        cells = [write(value, late) for write, value in zip(columns, values, strict=True)]
        if record.mark and node.overdue:
            due = node.overdue.due + (1 if node.serial else 0)
            flag = run(f"\n{record.mark}", f'{self.bold()}<w:color w:val="{self.theme.colour.alert}"/>')
            cells[due] = cells[due].removesuffix(_CELL_END) + flag + _CELL_END
        if node.use is not Use.PEN:
            return row(cells, split=is_long(record))
        exact = not any(c.face.ticks for c in node.columns) and not any(record.values)
        return row(cells, height=twips(self.theme.write.row), exact=exact, split=is_long(record))

    def columns(self, node: Table, widths: Sequence[int]) -> list[CellOf]:
        """Return the functions that write the cells of each column; what is the same in each row is prepared."""
        texts = [self.content(column, node.use) for column in node.columns]
        if node.serial:
            texts.insert(0, ("TableCentre", lambda value: run(str(value))))
        tint = self.theme.colour.alert_tint
        return [_cells(width, style, text, tint) for width, (style, text) in zip(widths, texts, strict=True)]

    def content(self, column: Column, use: Use) -> tuple[str, Callable[[object], str]]:
        """Return the style of a column's cells, and the function that writes the runs of a value."""
        face, kind, lang = column.face, column.face.kind, self.lang
        if face.ticks:
            return "TableText", lambda value: self.ticks(face.choices, value, use).replace("\u2003", "\u2002")

        def plain(value: object) -> str:
            return hyperlink(kind.link(value), run(face.text(value, lang)))

        if kind is CHOICE:
            return "TableText", by_choice(face.choices, lambda choice: run(choice.label, self.tone(choice.tone)), plain)
        centred = column.running or kind.is_moment
        return "TableCentre" if centred else "TableNumber" if kind.is_number else "TableText", plain

    def tone(self, tone: Tone) -> str:
        weight = "<w:b/>" if tone in (Tone.ALERT, Tone.CAUTION) else ""
        return f'{weight}<w:color w:val="{self.theme.colour[tone]}"/>' if tone else ""


def _pen_lines(field: Field) -> int:
    """Return how many lines a pen needs in a box; none where no pen goes into it."""
    if field.room.use is not Use.PEN:
        return 0
    return 1 if field.face.ticks else field.room.lines


def _sum_text(face: Face, value: object, lang: Lang) -> str:
    return "" if value is None else face.kind.text(value, lang, (), face.unit)


def _cells(width: int, style: str, text: Callable[[object], str], tint: str) -> CellOf:
    """Return the function that writes the cells of one column, those of late rows tinted."""
    opening = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    plain, tinted = (cell_opening(width, fill=fill, align="center") + opening for fill in ("", tint))
    return lambda value, late: f"{tinted if late else plain}{text(value)}{_CELL_END}"


@lru_cache(maxsize=4096)
def _label(label: str, star: str) -> str:
    """Return the label of a field; one that must be filled in has a star of the colour `star`."""
    mark = run(" *", f'<w:color w:val="{star}"/>') if star else ""
    return paragraph("FieldLabel", run(label) + mark)


def _keep(markup: str) -> str:
    """Return paragraphs, each kept with what follows."""
    parts = markup.split('<w:pStyle w:val="')
    for n, part in enumerate(parts[1:], 1):
        style, close, rest = part.partition("/>")
        parts[n] = style + close + (rest if rest.startswith(_KEEP) else _KEEP + rest)
    return '<w:pStyle w:val="'.join(parts)

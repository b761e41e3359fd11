"""Document → WordprocessingML body: one short function a node, text out, no tree in between."""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
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
    Value,
    WritingLines,
)
from generator.formats import text_of
from generator.theme import (
    SCALE_LABEL,
    colour,
    column_widths,
    equal_shares,
    label_lines,
    shares,
    size,
    text_width,
    theme,
)
from generator.wording import phrase
from generator.writers.docx.markup import (
    cell,
    cell_opening,
    edge,
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

_DATES = frozenset({Kind.DATE, Kind.DATETIME})
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

CellOf = Callable[[Any, bool], str]
"""A cell from its value, and whether its row is late."""


class Body:
    """Renders the blocks of one document."""

    def __init__(self, document: Document) -> None:
        self.document, self.lang, self.blank = document, document.lang, document.blank
        self.width = twips(text_width(document))
        self.text_style = "LetterText" if document.kind == "letter" else "BodyText"
        self.lists = 0
        self.pictures: list[Picture] = []

    # --- blocks in order ---

    def blocks(self, blocks: Sequence[Any]) -> str:
        """Return blocks one after another; tables that touch are set apart, what precedes signatures stays by them."""
        parts = []
        for block, following in pairwise([*blocks, None]):
            assert block is not None
            markup = RENDER[type(block)](self, block)
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

    def inlines(self, children: Sequence[Any], look: str = "") -> str:
        return "".join(RENDER_INLINE[type(child)](self, child, look) for child in children)

    def render_text(self, node: Text, look: str) -> str:
        return run(node.text, look)

    def render_strong(self, node: Strong, look: str) -> str:
        return self.inlines(node.children, ordered(look + self.bold()))

    def bold(self, look: str = "") -> str:
        font = theme()["fonts"][self.lang]["head"]
        return f'<w:rFonts w:eastAsia="{font}"/><w:b/>{look}'

    def render_emphasis(self, node: Emphasis, look: str) -> str:
        mark = "<w:i/>" if self.lang == "en" else '<w:em w:val="dot"/>'
        return self.inlines(node.children, ordered(look + mark))

    def render_value(self, node: Value, look: str) -> str:
        if node.text:
            return run(node.text, look)
        return run("\u00a0" * (node.width * 2), ordered(f'{look}<w:u w:val="single"/>'))

    def render_line_break(self, node: LineBreak, look: str) -> str:
        return "<w:r><w:br/></w:r>"

    # --- running text ---

    def render_section(self, node: Section) -> str:
        return self.render_heading(node.heading) + self.blocks(node.blocks)

    def render_heading(self, node: Heading) -> str:
        style = "Heading1" if node.level == 2 else "Heading2"
        content = self.tag(node.number) if node.number else ""
        small = f'<w:b w:val="0"/><w:color w:val="{colour("soft")}"/><w:sz w:val="{round(size("label") * 2)}"/>'
        content += run(node.text) + (run("\u2003" + node.hint, small) if node.hint else "")
        return paragraph(style, content)

    def tag(self, number: str) -> str:
        """Return a section's number: a tag on forms and reports, plain type in letters."""
        if self.document.kind == "letter":
            return run(plain_number(number, self.lang))
        look = f'<w:color w:val="FFFFFF"/>{shade(colour("accent"))}'
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
        bar = f"<w:pBdr>{edge('left', 18, colour('accent'), space=6)}</w:pBdr>"
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
        return table_opening(widths, inner_rows=False) + row(cells) + "</w:tbl>"

    def figure(self, node: Figure) -> str:
        note = ""
        if node.note:
            tint = colour(node.tone) if node.tone else colour("soft")
            note = paragraph("FieldLabel", run(toned(node.note, node.tone, self.lang), f'<w:color w:val="{tint}"/>'))
        return _label(node.label, False) + paragraph("KeyFigure", run(node.text)) + note

    def render_signature_block(self, node: SignatureBlock) -> str:
        alone = len(node.signatures) == 1
        widths = (self.width // 2,) if alone else equal_shares(self.width, len(node.signatures))
        write = theme()["write"]
        seal = self.document.kind == "letter" and any(s.seal for s in node.signatures)
        room = twips(write["seal"] if seal else write["signature"])
        pairs = list(zip(widths, node.signatures, strict=True))
        upper = [cell(w, self.signature(s), borders='<w:bottom w:val="nil"/>') for w, s in pairs]
        lower = [cell(w, self.signed_on(s), borders='<w:top w:val="nil"/>') for w, s in pairs]
        rows = row(upper, height=room) + row(lower)
        return self.spacer(keep=True) + table_opening(widths, right=alone) + rows + "</w:tbl>"

    def signature(self, node: Signature) -> str:
        name = paragraph("TableCentre", run(node.name), _KEEP) if node.name else ""
        return paragraph("TableText", run(node.label), _KEEP) + name

    def signed_on(self, node: Signature) -> str:
        return paragraph("TableNumber", run(node.date or phrase("signature.date", self.lang)))

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> str:
        widths = equal_shares(self.width, GRID)
        return table_opening(widths) + "".join(self.line(line, widths) for line in node.lines) + "</w:tbl>"

    def line(self, fields: Sequence[Field], widths: Sequence[int]) -> str:
        cells, at = [], 0
        for field in fields:
            cells.append(cell(sum(widths[at : at + field.span]), self.field(field), field.span))
            at += field.span
        long = any(is_long_entry(f) for f in fields)
        return row(cells, height=self.line_height(fields), split=long)

    def line_height(self, fields: Sequence[Field]) -> int:
        """Return the least height of a line of fields: room to write on blank paper, none else."""
        if not self.blank:
            return 0
        lines = max(1 if f.ticks else f.lines for f in fields)
        return twips(lines * theme()["write"]["row"] + (3.2 if lines > 1 else 1.2))

    def field(self, node: Field) -> str:
        return _label(node.label, node.required and self.blank) + self.entry(node)

    def entry(self, node: Field) -> str:
        if node.ticks:
            return paragraph("FieldEntry", self.ticks(node.choices, node.value))
        if node.value is None:
            return self.write_here(node.kind)
        text = text_of(node.value, node.kind, self.lang, node.choices, node.unit)
        return paragraph("FieldEntry", run(text))

    def write_here(self, kind: Kind) -> str:
        """Return the empty part of a box; on blank paper a date has its units printed."""
        if self.blank and kind in _DATES:
            units = run(phrase(f"blank.{kind}", self.lang), f'<w:color w:val="{colour("soft")}"/>')
            return paragraph("FieldEntry", units, '<w:jc w:val="right"/>')
        return paragraph("FieldEntry", "")

    def ticks(self, choices: Sequence[Choice], value: Any) -> str:
        return run("\u2003").join(self.tick(choice, is_chosen(choice, value)) for choice in choices)

    def box(self, chosen: bool) -> str:
        return run("☑" if chosen else "☐", f'{_SYMBOL}<w:sz w:val="{self.box_size}"/>')

    def tick(self, choice: Choice, chosen: bool) -> str:
        box = self.box(chosen)
        note = run(f"\u00a0{choice.note}", f'<w:color w:val="{colour("soft")}"/>') if choice.note else ""
        return box + run(f"\u00a0{choice.label}") + note

    @cached_property
    def box_size(self) -> int:
        """Return the size of a tick box in half-points: on blank paper the glyph is four millimetres wide."""
        return round(theme()["write"]["tick"] / 25.4 * 72 * 1.2 * 2) if self.blank else round(size("entry") * 2)

    # --- tables ---

    def render_table(self, node: Table) -> str:
        return self.spacer().join(map(self.table, parts(self.document, node)))

    def table(self, node: Table) -> str:
        rows = list(node.rows)
        room = column_widths(node, text_width(self.document), rows)
        widths = shares(self.width, room)
        caption = paragraph("Heading2", run(node.caption)) if node.caption else ""
        head = self.header(node, widths, room[-len(node.columns) :])
        empty = Row((None,) * len(node.columns))
        every = enumerate([*rows, *[empty] * node.blank_rows], 1)
        cells = self.columns(node, widths)
        body = "".join([self.row(node, record, number, cells) for number, record in every])
        return f"{caption}{table_opening(widths)}{head}{body}{self.total(node, rows, widths)}</w:tbl>"

    def total(self, node: Table, rows: Sequence[Row], widths: Sequence[int]) -> str:
        values = sums(node, rows)
        if values is None:
            return ""
        texts = [text_of(v, c.kind, self.lang, (), c.unit) for c, v in zip(node.columns, values, strict=True)]
        if node.serial or 0 not in node.summed:
            texts = [node.total, *texts] if node.serial else [node.total, *texts[1:]]
        styles = ["TableCentre"] + ["TableNumber"] * (len(texts) - 1)
        cells = (
            cell(width, paragraph(style, run(text, self.bold())), fill=colour("tint"), align="center")
            for width, style, text in zip(widths, styles, texts, strict=True)
        )
        return row(cells, height=twips(7))

    # --- scales and pictures ---

    def render_scale(self, node: Scale) -> str:
        steps = len(node.fields[0].choices)
        widths = shares(self.width, [SCALE_LABEL, *[(1 - SCALE_LABEL) / steps] * steps])
        numbers = [cell(widths[0], paragraph("TableHead", ""), fill=colour("tint"))]
        numbers += [
            cell(width, paragraph("TableHead", run(choice.label)), fill=colour("tint"))
            for width, choice in zip(widths[1:], node.fields[0].choices, strict=True)
        ]
        body = "".join(self.rating(field, widths) for field in node.fields)
        return table_opening(widths) + self.ends(node, widths) + row(numbers, header=True) + body + "</w:tbl>"

    def ends(self, node: Scale, widths: Sequence[int]) -> str:
        """Return a line above the steps that says what their ends mean."""
        if not node.low and not node.high:
            return ""
        half = 1 + (len(widths) - 1) // 2
        soft = f'<w:color w:val="{colour("soft")}"/>'
        low, high = paragraph("TableText", run(node.low, soft)), paragraph("TableNumber", run(node.high, soft))
        cells = [
            cell(widths[0], paragraph("TableText", ""), fill=colour("tint")),
            cell(sum(widths[1:half]), low, span=half - 1, fill=colour("tint"), borders='<w:right w:val="nil"/>'),
            cell(
                sum(widths[half:]), high, span=len(widths) - half, fill=colour("tint"), borders='<w:left w:val="nil"/>'
            ),
        ]
        return row(cells, header=True)

    def rating(self, node: Field, widths: Sequence[int]) -> str:
        star = run(" *", f'<w:color w:val="{colour("required")}"/>') if node.required and self.blank else ""
        label = paragraph("FieldEntry", run(node.label) + star)
        boxes = [paragraph("TableCentre", self.box(is_chosen(choice, node.value))) for choice in node.choices]
        cells = (cell(w, content, align="center") for w, content in zip(widths, [label, *boxes], strict=True))
        return row(cells, height=twips(8 if self.blank else 6.5))

    def render_picture(self, node: Picture) -> str:
        self.pictures.append(node)
        return paragraph(
            "TableCentre", f"<w:r>{drawing(node, len(self.pictures))}</w:r>", '<w:spacing w:before="80" w:after="120"/>'
        )

    def header(self, node: Table, widths: Sequence[int], room: Sequence[float]) -> str:
        labels = [run(node.serial)] if node.serial else []
        labels += [run(label_lines(c.label, mm)) + self.star(c) for c, mm in zip(node.columns, room, strict=True)]
        cells = (
            cell(width, paragraph("TableHead", label), fill=colour("tint"), align="center")
            for width, label in zip(widths, labels, strict=True)
        )
        return row(cells, height=twips(7), header=True)

    def star(self, column: Column) -> str:
        wanted = column.required and self.blank and not column.read_only
        return run("*", f'<w:color w:val="{colour("required")}"/>') if wanted else ""

    def row(self, node: Table, record: Row, number: int, columns: Sequence[CellOf]) -> str:
        late = record.tone is Tone.ALERT
        values = (number, *record.values) if node.serial else record.values
        cells = [write(value, late) for write, value in zip(columns, values, strict=True)]
        if record.mark and node.overdue:
            due = node.overdue.due + (1 if node.serial else 0)
            flag = run(f"\n{record.mark}", f'{self.bold()}<w:color w:val="{colour("alert")}"/>')
            cells[due] = cells[due].removesuffix(_CELL_END) + flag + _CELL_END
        if not self.blank:
            return row(cells, split=is_long(record))
        exact = not any(c.ticks for c in node.columns) and not any(record.values)
        return row(cells, height=twips(theme()["write"]["row"]), exact=exact, split=is_long(record))

    def columns(self, node: Table, widths: Sequence[int]) -> list[CellOf]:
        """Return the functions that write the cells of each column; what is the same in each row is prepared."""
        texts = [self.content(column) for column in node.columns]
        if node.serial:
            texts.insert(0, ("TableCentre", lambda value: run(str(value))))
        return [_cells(width, style, text) for width, (style, text) in zip(widths, texts, strict=True)]

    def content(self, column: Column) -> tuple[str, Callable[[Any], str]]:
        """Return the style of a column's cells, and the function that writes the runs of a value."""
        kind, lang, choices, unit = column.kind, self.lang, column.choices, column.unit
        if column.ticks:
            return "TableText", lambda value: self.ticks(choices, value).replace("\u2003", "\u2002")

        def plain(value: Any) -> str:
            return run(text_of(value, kind, lang, choices, unit))

        if kind is Kind.CHOICE:
            return "TableText", by_choice(choices, lambda choice: run(choice.label, self.tone(choice.tone)), plain)
        centred = column.running or kind in _DATES
        return "TableCentre" if centred else "TableNumber" if kind in NUMERIC else "TableText", plain

    def tone(self, tone: Tone) -> str:
        weight = "<w:b/>" if tone in (Tone.ALERT, Tone.CAUTION) else ""
        return f'{weight}<w:color w:val="{colour(tone)}"/>' if tone else ""


def _cells(width: int, style: str, text: Callable[[Any], str]) -> CellOf:
    """Return the function that writes the cells of one column, those of late rows tinted."""
    opening = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    plain, tinted = (cell_opening(width, fill=fill, align="center") + opening for fill in ("", colour("alert_tint")))
    return lambda value, late: f"{tinted if late else plain}{text(value)}{_CELL_END}"


@lru_cache(maxsize=4096)
def _label(label: str, starred: bool) -> str:
    """Return the label of a field; on blank paper a required one has a star."""
    star = run(" *", f'<w:color w:val="{colour("required")}"/>') if starred else ""
    return paragraph("FieldLabel", run(label) + star)


def _keep(markup: str) -> str:
    """Return paragraphs, each kept with what follows."""
    parts = markup.split('<w:pStyle w:val="')
    for n, part in enumerate(parts[1:], 1):
        style, close, rest = part.partition("/>")
        parts[n] = style + close + (rest if rest.startswith(_KEEP) else _KEEP + rest)
    return '<w:pStyle w:val="'.join(parts)


RENDER: dict[type, Callable[[Body, Any], str]] = {
    Section: Body.render_section,
    Heading: Body.render_heading,
    Paragraph: Body.render_paragraph,
    ListBlock: Body.render_list,
    Note: Body.render_note,
    PageBreak: Body.render_page_break,
    WritingLines: Body.render_writing_lines,
    KeyFigures: Body.render_key_figures,
    SignatureBlock: Body.render_signature_block,
    FieldGrid: Body.render_field_grid,
    Scale: Body.render_scale,
    Picture: Body.render_picture,
    Table: Body.render_table,
}
RENDER_INLINE: dict[type, Callable[[Body, Any, str], str]] = {
    Text: Body.render_text,
    Strong: Body.render_strong,
    Emphasis: Body.render_emphasis,
    Value: Body.render_value,
    LineBreak: Body.render_line_break,
}

"""Document → WordprocessingML body: one short function a node, text out, no tree in between."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import assert_never

from generator.document import (
    GRID,
    Beside,
    Block,
    BlockVisitor,
    Document,
    Drawn,
    Emphasis,
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
    Scale,
    Section,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Tone,
    Use,
    Value,
    WritingLines,
)
from generator.document.columns import beside_widths, equal_shares, text_width
from generator.units import POINTS_PER_MM, Mm
from generator.wording import phrase
from generator.writers.docx.controls import has_boxes
from generator.writers.docx.marks import Marks
from generator.writers.docx.markup import (
    AS_HIGH,
    CHINESE_MARKS,
    KEEP,
    LETTER_MARKS,
    TWIPS_PER_MM,
    cell,
    edge,
    hyperlink,
    keep,
    layout_opening,
    ordered,
    paragraph,
    row,
    run,
    shade,
    spacer,
    table_opening,
    twips,
)
from generator.writers.docx.package import ORDERED_LISTS
from generator.writers.docx.pens import gapped, squares
from generator.writers.docx.pictures import drawing, photo, signed
from generator.writers.docx.signing import Signing
from generator.writers.docx.tables import TableWriter
from generator.writers.drawn import in_box
from generator.writers.fitting import english_air, written_row
from generator.writers.ooxml import files_of
from generator.writers.running import holds, is_long_entry, plain_number, toned
from generator.writers.tables import parts

_ROLES = {
    Role.ADDRESSEE: '<w:ind w:firstLine="0" w:firstLineChars="0"/>',
    Role.REFERENCE: '<w:ind w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
    Role.CLOSING_FLUSH: '<w:ind w:firstLine="0" w:firstLineChars="0"/>',
    Role.ENCLOSURE: '<w:ind w:firstLine="0" w:firstLineChars="0"/>',
    Role.SIGNER: '<w:ind w:right="480" w:rightChars="200" w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
    Role.DATE: '<w:ind w:right="480" w:rightChars="200" w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>',
}
_TABLES = (Table, Scale, FieldGrid, Beside, KeyFigures, SignatureBlock)
_UP = 3.0
"""Millimetres that the first line to write on stands higher where its label is in its way."""

_IN_BOX = 4.0
"""Millimetres of a box beside what stands in it."""

_NARROW = 50
"""Per cent of their width that blanks in a tag keep."""

_AFTER = '<w:spacing w:after="113"/>'
_BLANKS = 4
"""Blanks that are as wide as a character, or wider, in every font."""

_UNDER_PHOTO = '<w:spacing w:before="60" w:after="60"/>'
_MOST_PHOTOS = 10
"""Photos side by side, so that the numbers of all that is drawn differ."""


class Body(Marks, BlockVisitor[str]):
    """Renders the blocks of one document."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.tables = TableWriter(document, self.controls)
        self.text_style = "LetterText" if document.kind == "letter" else "BodyText"
        self.strong = self.head_bold() if document.kind == "letter" else "<w:b/>"
        self.lists = 0
        self.pictures: list[Picture] = []
        self.signing = Signing(document)

    # --- how close things stand ---

    @cached_property
    def air(self) -> Mapping[str, float]:
        """Return what is left free, as close as things stand."""
        return self.theme.air.at(self.document.closeness)

    def spaced(self, *, before: float | None = None, after: float | None = None, line: float = 0.0) -> str:
        """Return the room of a paragraph, where it isn't that of its style: millimetres, and a line's points."""
        if not self.document.closeness:
            return ""
        parts = [f'w:{side}="{twips(Mm(mm))}"' for side, mm in (("before", before), ("after", after)) if mm is not None]
        parts += [f'w:line="{round(line * 20)}" w:lineRule="exact"'] if line else []
        return f"<w:spacing {' '.join(parts)}/>"

    @cached_property
    def title_room(self) -> str:
        return self.spaced(after=self.air["title"])

    @cached_property
    def text_room(self) -> str:
        """Return the room of a paragraph of running text."""
        english = self.lang == "en"
        line, below = english_air(self.document.closeness) if english else (self.air["line"], 0.0)
        if self.document.kind == "report":
            below = 0.6
        return self.spaced(after=below, line=line * self.theme.body_size(self.document.kind))

    @cached_property
    def row_height(self) -> Mm:
        """Return the height of a line for a pen."""
        return written_row(self.theme, self.document.closeness)

    @cached_property
    def heading_look(self) -> tuple[str, str]:
        """Return how a section's heading differs from its style: in letters it is of the size of their text."""
        if self.document.kind != "letter":
            return "", ""
        size = self.theme.size.letter
        room = f'<w:spacing w:before="255" w:after="68" w:line="{round(size * 26)}" w:lineRule="exact"/>'
        return f'<w:sz w:val="{round(size * 2)}"/>', room

    @cached_property
    def tag_looks(self) -> tuple[str, str]:
        """Return how a section's number looks in its tag, and the blanks beside it."""
        sans, colour = self.theme.fonts[self.lang].sans, self.theme.colour
        fonts = "".join(f' w:{script}="{sans}"' for script in ("ascii", "eastAsia", "hAnsi", "cs"))
        size = f'<w:sz w:val="{round(self.theme.size.label * 2)}"/>'
        looks = (
            f'<w:rFonts w:hint="eastAsia"{fonts}/><w:color w:val="FFFFFF"/>{wide}{size}{shade(colour.accent)}'
            for wide in ("", f'<w:w w:val="{_NARROW}"/>')
        )
        return next(looks), next(looks)

    # --- blocks in order ---

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Return blocks one after another; tables that touch are set apart, what precedes signatures stays by them."""
        parts = []
        for block, following in pairwise([*blocks, None]):
            assert block is not None
            markup = self.block(block)
            if holds(block, following):
                markup = keep(markup) if isinstance(block, Beside) else self.kept(markup)
            parts += [markup, self.gap(block, following)]
        return "".join(parts)

    def kept(self, markup: str) -> str:
        """Return markup whose last two paragraphs, or rows, stay on the page of what follows."""
        start = _last_two(markup, "<w:tr>" if markup.endswith("</w:tbl>") else "<w:p>")
        return markup[:start] + keep(markup[start:])

    def gap(self, block: Block, following: Block | None) -> str:
        """Return what sets a block apart from the one that follows, where one of them is a table."""
        if following is None or not (isinstance(block, _TABLES) or isinstance(following, _TABLES)):
            return ""
        if isinstance(following, SignatureBlock):
            return spacer(Mm(self.air["signatures"]), KEEP)
        height = self.height_between(block, following)
        return spacer(height, KEEP if holds(block, following) else "") if height else ""

    def height_between(self, block: Block, following: Block) -> Mm:
        """Return the height of the gap between two blocks, beyond what headings and notes have of their own."""
        headed = isinstance(following, (Section, Heading))
        letter = self.document.kind == "letter"
        if isinstance(block, KeyFigures):
            return Mm(self.air["figures"] - (self.air["heading"] if headed else 0.0))
        if not isinstance(block, _TABLES):
            return Mm(1.5 if letter and not isinstance(block, (Section, Heading)) else 0.0)
        if headed:
            return Mm(0.0)
        if isinstance(block, Table) and isinstance(following, Table):
            return Mm(4.0)
        return Mm(2.5 if letter else 2.0)

    # --- tables ---

    def render_table(self, node: Table) -> str:
        room = text_width(self.document)
        return spacer(Mm(4.0)).join(self.tables.table(part, room) for part in parts(self.document, node))

    def render_scale(self, node: Scale) -> str:
        return self.tables.scale(node)

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
                return self.inlines(node.children, ordered(look + self.strong))
            case Emphasis():
                mark = "<w:i/>" if self.lang == "en" else '<w:em w:val="dot"/>'
                return self.inlines(node.children, ordered(look + mark))
            case LineBreak():
                return "<w:r><w:br/></w:r>"
        assert_never(node)

    def value(self, node: Value, look: str) -> str:
        if not node.text:
            return run("\u00a0" * (node.width * _BLANKS), ordered(f'{look}<w:u w:val="single"/>'))
        kind, runs = node.face.kind, run(node.text, look)
        return hyperlink(kind.link(node.text), runs) if kind.is_link else runs

    # --- running text ---

    def render_section(self, node: Section) -> str:
        return self.render_heading(node.heading) + self.blocks(node.blocks)

    def render_heading(self, node: Heading) -> str:
        style = "Heading1" if node.level == 2 else "Heading2"
        look, room = self.heading_look if node.level == 2 else ("", "")
        content = self.tag(node.number, look) if node.number else ""
        small = f'<w:b w:val="0"/>{self.soft}<w:sz w:val="{round(self.theme.size.label * 2)}"/>'
        content += run(node.text, look) + (run("\u2003" + node.hint, small) if node.hint else "")
        if self.document.closeness:
            above = (
                "subheading" if node.level != 2 else "letter_heading" if self.document.kind == "letter" else "heading"
            )
            points = self.theme.size.letter * 1.3 if look else 0.0
            room = self.spaced(before=self.air[above], line=points)
        return paragraph(style, content, room)

    def tag(self, number: str, look: str) -> str:
        """Return a section's number: a tag on forms and reports, plain type in letters.

        Blanks beside a Chinese number are Chinese ones made narrow: of its font, so that the ground is of one height.
        """
        if self.document.kind == "letter":
            return run(plain_number(number, self.lang), look)
        tag, narrow = self.tag_looks
        if number.isascii():
            return run(f"\u2002{number}\u2002", tag) + run("\u2002")
        beside = run("\u3000", narrow)
        return beside + run(number, tag) + beside + run("\u2002")

    def render_paragraph(self, node: Paragraph) -> str:
        return paragraph(self.text_style, self.running(node.children), self.text_room + _ROLES.get(node.role, ""))

    def running(self, children: Sequence[Inline]) -> str:
        """Return running text, which in letters is in other type than what is boxed."""
        runs = self.inlines(children)
        return runs.replace(CHINESE_MARKS, LETTER_MARKS) if self.document.kind == "letter" else runs

    def render_list(self, node: ListBlock) -> str:
        if node.ordered:
            self.lists += 1
        number = 1 + (self.lists - 1) % ORDERED_LISTS + 1 if node.ordered else 1
        properties = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        style = "LetterList" if self.document.kind == "letter" else "ListParagraph"
        ends = [properties] * (len(node.items) - 1) + [properties + _AFTER]
        return "".join(paragraph(style, self.running(item), end) for item, end in zip(node.items, ends, strict=False))

    def render_note(self, node: Note) -> str:
        bar = f"<w:pBdr>{edge('left', 18, self.theme.colour.accent, space=6)}</w:pBdr>"
        return paragraph("NoteText", self.inlines(node.children), f'{bar}<w:ind w:left="140"/>')

    def render_page_break(self, node: PageBreak) -> str:
        return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

    def render_writing_lines(self, node: WritingLines) -> str:
        label = run(node.label + phrase("separator", self.lang), self.strong) if node.label else ""
        head = paragraph(self.text_style, label, f'{KEEP}<w:spacing w:after="0"/>') if label else ""
        high = (self.row_height + node.more / max(1, node.count)) * POINTS_PER_MM
        pitch = f'w:line="{round(high * 20)}" w:lineRule="exact"'
        first = f'w:line="{round((high - _UP * POINTS_PER_MM) * 20)}" w:lineRule="exact"' if label else pitch
        pitches = [first, *[pitch] * (node.count - 1)]
        lines = [paragraph("WritingLine", "", f"{KEEP}<w:spacing {one}/>") for one in pitches[:-1]]
        lines.append(paragraph("WritingLine", "", f'<w:spacing w:after="113" {pitches[-1]}/>'))
        return head + "".join(lines)

    # --- figures and signatures ---

    def render_key_figures(self, node: KeyFigures) -> str:
        widths = equal_shares(self.width, len(node.figures))
        cells = [cell(w, self.figure(f)) for w, f in zip(widths, node.figures, strict=True)]
        return table_opening(self.theme, widths, inner_rows=False, padding="figure") + row(cells) + "</w:tbl>"

    def figure(self, node: Figure) -> str:
        notes = "".join(self._beneath(text, tone) for text, tone in node.beneath)
        return self.label(node.label) + paragraph("KeyFigure", run(node.text)) + notes

    def _beneath(self, text: str, tone: Tone) -> str:
        tint = self.theme.colour[tone] if tone else self.theme.colour.soft
        return paragraph("FieldLabel", run(toned(text, tone, self.lang), f'<w:color w:val="{tint}"/>'))

    def render_signature_block(self, node: SignatureBlock) -> str:
        return self.signing.table(node)

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> str:
        widths = equal_shares(self.width, GRID)
        opening = table_opening(self.theme, widths, padding="field", closeness=self.document.closeness)
        return opening + "".join(self.line(line, widths) for line in node.lines) + "</w:tbl>"

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
        more = max(field.room.more for field in fields)
        high = max(9.2, lines * self.row_height + 3.2 + more if lines > 1 else 0)
        return twips(Mm(high + self.air["field"]))

    def field(self, node: Field) -> str:
        mark = node.pointer if node.room.use is Use.CONTROL else ""
        return self.label(node.face.label, node.is_starred, mark) + self.entry(node)

    def entry(self, node: Field) -> str:
        if isinstance(node.value, Drawn):
            return self.signed(node, node.value)
        if node.room.use is Use.CONTROL and not has_boxes(node.face):
            return paragraph("FieldEntry", self.controls.value(node.face, node.pointer, node.value))
        if node.face.ticks:
            style = "FieldTicks" if node.room.use is Use.PEN else "FieldEntry"
            room = Mm(text_width(self.document) * node.room.span / GRID - _IN_BOX)
            pointer = node.pointer if node.room.use is Use.CONTROL else ""
            ticks = self.ticks(node.face, node.value, node.room.use, room, self.theme.size.entry, pointer)
            return paragraph(style, ticks)
        if node.value is None:
            return self.write_here(node)
        kind, runs = node.face.kind, run(node.text(self.lang))
        return paragraph("FieldEntry", hyperlink(kind.link(node.value), runs) if kind.is_link else runs)

    def signed(self, node: Field, drawn: Drawn) -> str:
        """Return the paragraph of a signature that is drawn, in its control where the form is filled in on screen."""
        runs = signed(drawn, in_box(drawn, self.theme, text_width(self.document) * node.room.span / GRID))
        if node.room.use is Use.CONTROL:
            runs = self.controls.drawn(node.face, node.pointer, runs)
        return paragraph("FieldEntry", runs, AS_HIGH)

    def write_here(self, node: Field) -> str:
        """Return the empty part of a box; for a pen, a date has its units printed, a number its squares."""
        if node.room.gaps:
            return gapped(node.room.gaps, self.theme, "FieldEntry")
        if node.room.squares:
            return squares(node.room.squares, self.theme, self.lang, "FieldEntry")
        return paragraph("FieldEntry", "")

    def render_picture(self, node: Picture) -> str:
        self.pictures.append(node)
        if node.is_photo:
            return self._photos(node, len(self.pictures))
        drawn = drawing(node, len(self.pictures), text_width(self.document))
        return paragraph("Picture", f"<w:r>{drawn}</w:r>")

    def _photos(self, node: Picture, number: int) -> str:
        """Return photos side by side, each over its caption, in a table without rules."""
        files = files_of(node, number)
        width = self.width // len(files)
        widths = [width] * (len(files) - 1) + [self.width - width * (len(files) - 1)]
        tight = '<w:spacing w:before="0" w:after="0"/>'
        above, beneath = list[str](), list[str]()
        for n, (room, (relation, _), image) in enumerate(zip(widths, files, node.photos, strict=True), 1):
            drawn = f"<w:r>{photo(image, relation, number * _MOST_PHOTOS + n, room / TWIPS_PER_MM)}</w:r>"
            above.append(cell(room, paragraph("Picture", drawn, KEEP + tight), align="bottom"))
            beneath.append(cell(room, paragraph("Picture", run(image.caption), _UNDER_PHOTO)))
        return f"{spacer(Mm(1.0), KEEP)}{layout_opening(widths)}{row(above)}{row(beneath)}</w:tbl>{spacer(Mm(1.0))}"

    def render_beside(self, node: Beside) -> str:
        """Return a table without rules that holds both; a cell ends with a paragraph (17.4.65)."""
        left, right = beside_widths(text_width(self.document), node)
        widths = (twips(left), self.width - twips(left))
        self.pictures.append(node.picture)
        picture = f"<w:r>{drawing(node.picture, len(self.pictures), right)}</w:r>"
        cells = (
            cell(widths[0], self.tables.table(node.table, left) + spacer(Mm(0.0))),
            cell(
                widths[1], paragraph("Picture", picture, '<w:spacing w:before="0" w:after="0"/><w:jc w:val="right"/>')
            ),
        )
        return layout_opening(widths) + row(cells) + "</w:tbl>"


def _pen_lines(field: Field) -> int:
    """Return how many lines there are to write in a box; none where nothing is to be written."""
    if field.room.use is Use.SHOWN:
        return 0
    return 1 if field.face.ticks else field.room.lines


def _last_two(markup: str, opening: str) -> int:
    """Return where the last two pieces begin, or the last one where there are no more of their kind side by side."""
    last = markup.rfind(opening)
    before = markup.rfind(opening, 0, last)
    return before if before >= 0 and "</w:tbl>" not in markup[before:last] else last

"""How high the blocks of a document are on paper, without setting them: lines as `paging` sets them on pages.

Heights are millimetres and those of `print.css`; every format keeps to them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from generator.document import (
    GRID,
    Beside,
    Block,
    BlockVisitor,
    Document,
    Field,
    FieldGrid,
    Heading,
    KeyFigures,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Role,
    Row,
    Scale,
    Section,
    SignatureBlock,
    Table,
    Use,
    WritingLines,
    signature_gaps,
)
from generator.document.columns import SCALE_LABEL, beside_widths, column_widths, label_lines, text_width
from generator.text_measure import ems, lines_of
from generator.theme import LETTER, REPORT
from generator.units import MM_PER_POINT, Mm, Pt
from generator.writers.paging import Line
from generator.writers.tables import parts
from generator.writers.texts import block_text

MOST_ROWS = 400
"""Rows of a table that are measured; a longer one fills so many pages that the last one hardly matters."""

_RULE, _FRAME = 0.14, 0.32
"""How high a thin rule is, and the frame above or below a table."""

_LABEL_LINE, _SMALL, _CELL_LINE = 1.35, 1.3, 1.42
_FIELD, _CELL, _GRIDS = 4.0, 3.0, 2.0
"""Millimetres beside a field's text and a cell's, and between grids."""

_GROWN = 2.2
"""How many times as high as it was the room for a text becomes at most."""

_TABLES = (FieldGrid, Table, Scale, Beside)

ENGLISH_LINE, ENGLISH_BELOW = (1.5, 1.4), (2.2, 1.6)
"""A line of English text in sizes of its type, and millimetres below a paragraph: as usual, and the least."""

_BELOW_IN_REPORT, _TICKED = 0.6, 4.87
"""Millimetres below a paragraph of a report, and of a line of boxes to tick in a cell."""

LEAST_ROW = 8.0
"""Millimetres of a line for a pen at least."""

_ENGLISH = 1.03
"""Latin letters are a little wider in the fonts of paper than they are thought to be."""


class Mark(NamedTuple):
    """What a line belongs to: the path of its block, and of a box to write in its pointer."""

    path: tuple[int, ...] = ()
    pointer: str = ""


class Unmeasured(Exception):
    """A document is too long to be measured."""


def lines_of_paper(document: Document) -> list[Line[Mark]]:
    """Return the lines of a document. Raises Unmeasured for one with a very long table."""
    return _Heights(document).lines_of_document()


class _Heights(BlockVisitor[None]):
    def __init__(self, document: Document) -> None:
        self.document, self.theme, self.lang = document, document.theme, document.lang
        self.size, self.air = document.theme.size, document.theme.air
        self.width = text_width(document)
        self.letter = document.kind == LETTER
        self.english = document.lang == "en"
        self.lines: list[Line[Mark]] = []
        self.path: tuple[int, ...] = ()

    def lines_of_document(self) -> list[Line[Mark]]:
        title = self.count(self.document.title, self.width, self.size.title) * self.pt(self.size.title, 1.3)
        self.add(title + self.air.title.usual, gives=self.air.title.gives, keeps=True)
        self.blocks(self.document.blocks, ())
        return self.lines

    # --- measuring ---

    def pt(self, points: Pt, times: float = 1.0) -> float:
        """Return how many millimetres a line of a size is high."""
        return points * times * MM_PER_POINT

    def count(self, text: str, width: float, points: Pt) -> int:
        """Return how many lines a text takes."""
        em = points * MM_PER_POINT * (_ENGLISH if self.english else 1.0)
        if "\n" not in text and ems(text) * em <= width:
            return 1
        return len(lines_of(text, Mm(width), Pt(em / MM_PER_POINT)))

    # --- gathering ---

    def add(
        self,
        height: float,
        *,
        keeps: bool = False,
        gives: float = 0.0,
        most: float = 0.0,
        opens: bool = False,
        pointer: str = "",
        head: tuple[Line[Mark], ...] = (),
    ) -> None:
        mark = Mark(self.path, pointer)
        self.lines.append(Line(mark, height, keeps, gives=gives, most=most, opens=opens, head=head))

    def space(self, air: "tuple[float, float]", *, opens: bool = False) -> None:
        usual, least = air
        self.lines.append(Line(Mark(self.path), usual, keeps=True, gap=True, gives=usual - least, opens=opens))

    def blocks(self, blocks: Sequence[Block], path: tuple[int, ...]) -> None:
        for n, (block, following) in enumerate(pairwise([*blocks, None])):
            assert block is not None
            self.path = (*path, n)
            self.block(block)
            if isinstance(following, SignatureBlock):
                self.stay()
            elif isinstance(block, _TABLES) and isinstance(following, _TABLES):
                self.path = (*path, n + 1)
                self.space((_GRIDS, _GRIDS))

    def stay(self) -> None:
        """Let the last two lines stay with what follows."""
        kept = 0
        for at in range(len(self.lines) - 1, -1, -1):
            if not (self.lines[at].gap or self.lines[at].keeps):
                self.lines[at] = replace(self.lines[at], keeps=True)
                kept += 1
            if kept == 2 or self.lines[at].opens:
                return

    def render_section(self, node: Section) -> None:
        path = self.path
        self.render_heading(node.heading)
        self.blocks(node.blocks, path)

    def render_heading(self, node: Heading) -> None:
        if node.level == 2:
            above, below = (self.air.letter_heading, 1.2) if self.letter else (self.air.heading, 1.66)
            height = self.pt(self.size.letter if self.letter else self.size.heading, _SMALL) + below
        else:
            above, height = self.air.subheading, self.pt(self.size.label, self.theme.line.entry) + 1.0
        self.space(above, opens=True)
        self.add(height, keeps=True)

    def render_paragraph(self, node: Paragraph) -> None:
        indent = "" if self.english or node.role is not Role.BODY else "　　"
        text = indent + block_text(node, self.lang, "")
        self.running(self.count(text, self.width, self.theme.body_size(self.document.kind)))
        if self.document.kind == REPORT:
            self.space((_BELOW_IN_REPORT, 0.0))
        elif self.english:
            self.space(ENGLISH_BELOW)

    def running(self, lines: int) -> None:
        """Add lines of running text; at least two of a paragraph stay together."""
        size = self.theme.body_size(self.document.kind)
        usual, least = ENGLISH_LINE if self.english else self.air.line
        high, gives = self.pt(size, usual), self.pt(size, usual - least)
        for n in range(lines):
            self.add(high, gives=gives, keeps=n == 0 < lines - 1 or n == lines - 2)

    def render_list(self, node: ListBlock) -> None:
        for n in range(len(node.items)):
            one = block_text(ListBlock((node.items[n],)), self.lang, "")
            self.running(self.count(one, self.width - 10, self.theme.body_size(self.document.kind)))
        self.space((2.0, 1.0))

    def render_note(self, node: Note) -> None:
        lines = self.count(block_text(node, self.lang, ""), self.width - 3, self.size.note)
        self.add(lines * self.pt(self.size.note, 1.5) + 1.2, keeps=True)
        self.space(self.air.note)

    def render_page_break(self, node: PageBreak) -> None:
        self.lines.append(Line(Mark(self.path), 0.0, keeps=True, breaks=True))

    def render_writing_lines(self, node: WritingLines) -> None:
        if node.label:
            self.add(self.pt(self.theme.body_size(self.document.kind), self.theme.line.body) - 3.0, keeps=True)
        high = node.count * self.theme.write.row
        self.add(high, most=high * _GROWN, pointer=node.pointer, gives=node.count * self._row_gives)
        self.space((2.0, 1.0))

    @property
    def _row_gives(self) -> float:
        return max(0.0, self.theme.write.row - LEAST_ROW)

    def render_key_figures(self, node: KeyFigures) -> None:
        each = self.width / max(1, len(node.figures)) - 4.8
        texts = max(self.count(f.text, each, Pt(12.0) if self.english else self.size.figure) for f in node.figures)
        notes = max(self.count(f.note, each, self.size.label) if f.note else 0 for f in node.figures)
        labels = max(self.count(f.label, each, self.size.label) for f in node.figures)
        small = self.pt(self.size.label, _LABEL_LINE)
        self.add(3.6 + _FRAME + (labels + notes) * small + texts * self.pt(self.size.figure, 1.35))
        self.space(self.air.figures)

    def render_picture(self, node: Picture) -> None:
        self.space((1.5, 1.0))
        self.add(node.height + 2.5)

    def render_beside(self, node: Beside) -> None:
        """Add one line, as high as the higher of the two."""
        start = len(self.lines)
        self.table(node.table, beside_widths(self.width, node)[0])
        rows = self.lines[start:]
        del self.lines[start:]
        high, gives = sum(line.height for line in rows), sum(line.gives for line in rows)
        whole = max(high, node.picture.height)
        self.add(whole, gives=max(0.0, whole - max(high - gives, node.picture.height)))

    def render_signature_block(self, node: SignatureBlock) -> None:
        self.space(self.air.signatures)
        seal = self.letter and any(s.seal for s in node.signatures)
        room = self.theme.write.seal if seal else self.theme.write.signature
        under = any(gap.under for gap in signature_gaps(self.lang, self.theme)) and not all(
            s.date for s in node.signatures
        )
        self.add(room + 3.6 + _FRAME + (6.4 if under else 4.6))

    # --- boxes ---

    def render_field_grid(self, node: FieldGrid) -> None:
        for n, line in enumerate(node.lines):
            high = max(self.box(field) for field in line)
            texts = [f for f in line if _is_open(f)]
            lines = max((f.room.lines for f in texts), default=1)
            pointer = texts[0].pointer if lines > 1 else ""
            gives = self.air.field.gives + (lines * self._row_gives if pointer else 0.0)
            most = high * _GROWN if pointer else 0.0
            self.add(high + _RULE, most=most, pointer=pointer, gives=gives, keeps=n == 0 and len(node.lines) > 1)

    def box(self, field: Field) -> float:
        """Return the height of a field's box."""
        width = self.width * field.room.span / GRID - _FIELD
        star = " *" if field.is_starred else ""
        label = self.count(field.face.label + star, width, self.size.label) * self.pt(self.size.label, _LABEL_LINE)
        around = self.air.field.usual
        if field.face.ticks:
            return max(self.pen_height(field), label + self.ticks(field, width) * 6.37 + around)
        if not _is_open(field):
            lines = self.count(field.text(self.lang), width, self.size.entry)
            return label + lines * self.pt(self.size.entry, self.theme.line.entry) + around
        written = 0.0
        if field.room.gaps:
            written = 7.7 if any(gap.under for gap in field.room.gaps) else 5.8
        elif field.room.squares:
            written = 6.8
        return max(self.pen_height(field), label + written + around)

    def pen_height(self, field: Field) -> float:
        if field.room.use is not Use.PEN:
            return 0.0
        lines = field.room.lines
        high = 9.2 if lines == 1 or field.face.ticks else max(9.2, lines * self.theme.write.row + 3.2)
        return high + self.air.field.usual

    def ticks(self, field: Field, width: float) -> int:
        """Return how many lines choices take with their boxes, which stay on one line each."""
        lines, used = 1, 0.0
        for choice in field.face.choices:
            wide = self.theme.write.tick + 3.6 + ems(f"{choice.label} {choice.note}".strip()) * self.pt(self.size.entry)
            if used and used + wide > width:
                lines, used = lines + 1, 0.0
            used += wide
        return lines

    def render_scale(self, node: Scale) -> None:
        pen = node.fields[0].room.use is Use.PEN
        ends = self.pt(self.size.label, self.theme.line.entry) + 0.8 if node.low or node.high else 0.0
        self.add(ends + self.pt(self.size.cell, _SMALL) + 2.0 + _FRAME + _RULE, keeps=True)
        for n, field in enumerate(node.fields):
            lines = self.count(field.face.label, self.width * SCALE_LABEL - 4, self.size.entry)
            high = max(8.0 if pen else 6.5, lines * self.pt(self.size.entry, self.theme.line.entry) + 2.4)
            self.add(high + _RULE, keeps=n == 0)

    def render_table(self, node: Table) -> None:
        for part in parts(self.document, node):
            self.table(part, self.width)

    def table(self, node: Table, room: Mm) -> None:
        rows = list(_first(node))
        if node.caption:
            self.add(self.pt(self.size.label, self.theme.line.entry) + 1.0, keeps=True)
        widths = column_widths(self.theme, node, room, rows)
        own = widths[-len(node.columns) :]
        line = self.pt(self.size.cell, _CELL_LINE)
        labels = (label_lines(self.theme, c.face.label, w) for c, w in zip(node.columns, own, strict=True))
        high = max(self.count(label, w - 1.6, self.size.cell) for label, w in zip(labels, own, strict=True))
        self.add(high * line + 2.6 + _FRAME + 0.26, keeps=True)
        head = (replace(self.lines[-1], keeps=True),)
        pen = node.use is Use.PEN
        heights = [self.row(node, row.values, own, pen or row.spare) for row in rows]
        heights += [self.row(node, (None,) * len(own), own, pen)] * node.blank_rows
        for n, (height, open_row) in enumerate(heights):
            gives = self._row_gives if open_row else self.air.cell.gives
            keeps = n < min(1, len(heights) - 1)
            self.add(height + _RULE, keeps=keeps, gives=gives, head=head if n else ())
        if node.summed:
            self.lines[-1] = replace(self.lines[-1], keeps=True)
            self.add(line + self.air.cell.usual + _FRAME)

    def row(self, node: Table, values: Sequence[object], widths: Sequence[Mm], pen: bool) -> tuple[float, bool]:
        """Return the height of a row, and whether that is the room for a pen."""
        line, high = self.pt(self.size.cell, _CELL_LINE), 0.0
        for column, value, width in zip(node.columns, values, widths, strict=True):
            face = column.face
            if face.ticks:
                high = max(high, self.cell_ticks(node, column.face.choices, width))
            elif value is not None:
                lines = self.count(face.text(value, self.lang), width - _CELL, self.size.cell)
                high = max(high, lines * line + self.air.cell.usual)
        least = self.theme.write.row if pen else line + self.air.cell.usual
        return max(least, high), pen and high <= least

    def cell_ticks(self, node: Table, choices: Sequence[object], width: float) -> float:
        lines, used = 1, 0.0
        for choice in choices:
            wide = self.theme.write.tick + 4.0 + ems(getattr(choice, "label", "")) * self.pt(self.size.cell)
            if used and used + wide > width - 2.0:
                lines, used = lines + 1, 0.0
            used += wide
        return lines * _TICKED + (1.2 if node.register else 0.0)


def _is_open(field: Field) -> bool:
    """Tell whether a box waits for a pen."""
    return field.value is None and field.room.use is Use.PEN and not field.face.ticks


def _first(table: Table) -> Iterator[Row]:
    """Yield the rows of a table. Raises Unmeasured where there are too many."""
    for n, row in enumerate(table.rows):
        if n == MOST_ROWS:
            raise Unmeasured
        yield row

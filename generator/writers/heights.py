"""How high the blocks of a document are on paper, without setting them: lines as `paging` sets them on pages.

Heights are millimetres and those of `print.css`; every format keeps to them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from generator.document import (
    GRID,
    Beside,
    Block,
    BlockVisitor,
    Document,
    Drawn,
    Emphasis,
    Face,
    Field,
    FieldGrid,
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
    SignatureBlock,
    Strong,
    Table,
    Text,
    Use,
    Value,
    WritingLines,
    signature_gaps,
)
from generator.document.columns import SCALE_LABEL, beside_widths, column_widths, label_lines, text_width
from generator.text_measure import ems, line_count
from generator.theme import LETTER, REPORT
from generator.units import MM_PER_POINT, Mm, Pt
from generator.writers.drawn import in_box, in_row
from generator.writers.letterhead import letterhead_height
from generator.writers.paging import Line
from generator.writers.running import holds, is_long_entry, is_tall
from generator.writers.tables import parts, unfolded
from generator.writers.texts import block_text

MOST_ROWS = 400
"""Rows of a table that are measured; a longer one fills so many pages that the last one hardly matters."""

_RULE, _FRAME, _STROKE = 0.14, 0.32, 0.18
"""How high a thin rule is, the frame above or below a table, and a line to write on."""

_LABEL_LINE, _SMALL, _CELL_LINE = 1.35, 1.3, 1.42
_FIELD, _CELL, _GRIDS = 4.0, 2.9, 2.0
"""Millimetres beside a field's text and a cell's, and between grids."""

_GROWN = 2.2
"""How many times as high as it was the room for a text becomes at most."""

_TABLES = (FieldGrid, Table, Scale, Beside)

ENGLISH_LINE, ENGLISH_BELOW = (1.5, 1.4), (2.2, 1.6)
"""A line of English text in sizes of its type, and millimetres below a paragraph: as usual, and the least."""

_AROUND_IN_LETTER = 4.0
"""Millimetres above and below boxes and tables in letters."""

_BELOW_IN_REPORT, _TICKED = 0.6, 4.87
"""Millimetres below a paragraph of a report, and of a line of boxes to tick in a cell."""

LEAST_ROW = 8.0
"""Millimetres of a line for a pen at least."""

_ANY = 38.0
"""Millimetres in which any day or number stands on one line."""

_IN_PEN_ROW = 1.6
"""Millimetres above and below what is printed in a row for a pen."""

_SPLIT = 5.0
"""Millimetres of the parts that what may be split is taken for."""

_GROWN_ROW = 1.7
"""How many times as high as it was a row for a pen becomes at most."""

_RUNNING = 1.03
"""How much narrower English letters are in running text, with its many blanks, than they are thought to be."""


class Mark(NamedTuple):
    """What a line belongs to: the path of its block, and the pointer of what may be higher."""

    path: tuple[int, ...] = ()
    pointer: str = ""


class Unmeasured(Exception):
    """A document is too long to be measured."""


def lines_of_paper(document: Document) -> list[Line[Mark]]:
    """Return the lines of a document. Raises Unmeasured for one with a very long table."""
    return _Heights(document).lines_of_document()


def lead_height(document: Document, table: Table) -> float:
    """Return how many millimetres high a table's caption, head and first two rows are."""
    rows = list(islice(table.rows, 2))
    few = replace(table, rows=rows, blank_rows=min(table.blank_rows, 2 - len(rows)), summed=())
    measured = _Heights(document)
    measured.table(few, measured.width)
    return sum(line.height for line in measured.lines)


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
        if self.letter:
            page, air = self.theme.page, self.air.letterhead
            above = letterhead_height(self.document) - (page.margin_top - page.head)
            usual, least = (max(0.0, above + gap) for gap in air)
            self.add(usual, gives=usual - least, keeps=True)
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
        room = width / (points * MM_PER_POINT)
        return sum(line_count(part, room) for part in text.split("\n")) if "\n" in text else line_count(text, room)

    def lines_of_value(self, face: Face, value: object, width: float, points: Pt) -> int:
        """Return how many lines a value takes; of a day or a number one, where that is wide enough for any."""
        if not isinstance(value, (str, list, tuple)) and width > _ANY:
            return 1
        return self.count(face.text(value, self.lang), width, points)

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
        self.lines.append(Line(mark, height, keeps, gives=gives, most=most, opens=opens, leads=False, head=head))

    def space(self, air: "tuple[float, float]", *, opens: bool = False, below: bool = False) -> None:
        """Leave room above what follows, or below what went before."""
        usual, least = air
        if self.lines and self.lines[-1].gap:  # margins that meet are as wide as the wider
            usual, least = (max(0.0, mm - self.lines[-1].height) for mm in air)
        self.lines.append(
            Line(Mark(self.path), usual, keeps=not below, gap=True, gives=usual - least, opens=opens, leads=not below)
        )

    def split(self, height: float, *, keeps: bool, gives: float, head: tuple[Line[Mark], ...] = ()) -> None:
        """Add what is so high that it may be split between pages, as lines of text."""
        count = max(2, round(height / _SPLIT))
        for n in range(count):
            part = height / count
            self.add(part, keeps=keeps and n == 0, gives=gives / count, head=head if n else ())

    is_running = False

    def blocks(self, blocks: Sequence[Block], path: tuple[int, ...]) -> None:
        for n, (block, following) in enumerate(pairwise([*blocks, None])):
            assert block is not None
            self.path = (*path, n)
            first, self.is_running = len(self.lines), False
            self.block(block)
            if len(self.lines) > first:
                self.lines[first].leads = True
            if holds(block, following):
                self.stay(first)
            elif isinstance(block, _TABLES) and isinstance(following, Paragraph) and self.document.kind == REPORT:
                self.space((_GRIDS, _GRIDS))
            elif isinstance(block, _TABLES) and isinstance(following, _TABLES):
                self.path = (*path, n + 1)
                self.space((_GRIDS, _GRIDS))

    def stay(self, first: int) -> None:
        """Let the end of a block stay with what follows: a paragraph as a whole, of boxes and rows the last two."""
        last = self.lines[-1].content.path
        whole = self.is_running and last == self.path
        for at in range(first if whole else max(first, len(self.lines) - 2), len(self.lines)):
            self.lines[at].keeps = True

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
        text = indent + "".join(_words(node.children))
        self.is_running = True
        width = self.width * (_RUNNING if self.english else 1.0)
        self.running(self.count(text, width, self.theme.body_size(self.document.kind)))
        if self.document.kind == REPORT:
            self.space((_BELOW_IN_REPORT, 0.0), below=True)
        elif self.english:
            self.space(ENGLISH_BELOW, below=True)

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
        self.space((2.0, 1.0), below=True)

    def render_note(self, node: Note) -> None:
        lines = self.count(block_text(node, self.lang, ""), self.width - 3, self.size.note)
        self.add(lines * self.pt(self.size.note, 1.5) + 1.2, keeps=True)
        self.space(self.air.note)

    def render_page_break(self, node: PageBreak) -> None:
        self.lines.append(Line(Mark(self.path), 0.0, keeps=True, breaks=True))

    def render_writing_lines(self, node: WritingLines) -> None:
        if node.label:
            self.add(self.pt(self.theme.body_size(self.document.kind), self.theme.line.body) - 3.0, keeps=True)
        high = node.count * (self.theme.write.row + _STROKE)
        self.add(high, most=high * _GROWN, pointer=node.pointer, gives=node.count * self._row_gives)
        self.space((2.0, 1.0), below=True)

    @property
    def _row_gives(self) -> float:
        return max(0.0, self.theme.write.row - LEAST_ROW)

    def render_key_figures(self, node: KeyFigures) -> None:
        each = self.width / max(1, len(node.figures)) - 4.8
        texts = max(self.count(f.text, each, Pt(12.0) if self.english else self.size.figure) for f in node.figures)
        notes = max(sum(self.count(text, each, self.size.label) for text, _ in f.beneath) for f in node.figures)
        labels = max(self.count(f.label, each, self.size.label) for f in node.figures)
        small = self.pt(self.size.label, _LABEL_LINE)
        self.add(3.6 + _FRAME + (labels + notes) * small + texts * self.pt(self.size.figure, 1.35))
        self.space(self.air.figures, below=True)

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

    def around_box(self) -> None:
        """Leave free what letters have around their boxes and tables."""
        if self.letter:
            self.space((_AROUND_IN_LETTER, _AROUND_IN_LETTER))

    def render_field_grid(self, node: FieldGrid) -> None:
        self.around_box()
        for line in node.lines:
            high = max(self.box(field) for field in line)
            texts = [f for f in line if _is_open(f)]
            lines = max((f.room.lines for f in texts), default=1)
            pointer = texts[0].pointer if lines > 1 else ""
            gives = self.air.field.gives + (lines * self._row_gives if pointer else 0.0)
            most = high * _GROWN if pointer else 0.0
            if any(is_long_entry(field) for field in line):
                self.split(high + _RULE, keeps=True, gives=gives)
                continue
            self.add(high + _RULE, most=most, pointer=pointer, gives=gives)

    def box(self, field: Field) -> float:
        """Return the height of a field's box."""
        width = self.width * field.room.span / GRID - _FIELD
        star = " *" if field.is_starred else ""
        label = self.count(field.face.label + star, width, self.size.label) * self.pt(self.size.label, _LABEL_LINE)
        around = self.air.field.usual
        if field.face.ticks:
            return max(self.pen_height(field), label + self.ticks(field, width) * 6.37 + around)
        if isinstance(field.value, Drawn):
            return label + in_box(field.value, self.theme, width + _FIELD)[1] + around
        if not _is_open(field):
            lines = 1 if field.value is None else self.lines_of_value(field.face, field.value, width, self.size.entry)
            return label + lines * self.pt(self.size.entry, self.theme.line.entry) + around
        written = 0.0
        if field.room.gaps:
            written = 8.5 if any(gap.under for gap in field.room.gaps) else 5.8
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
        ends = self.pt(self.size.label, self.theme.line.entry) + 1.5 if node.low or node.high else 0.0
        self.add(ends + self.pt(self.size.cell, _SMALL) + 2.0 + _FRAME + _RULE, keeps=True)
        for n, field in enumerate(node.fields):
            lines = self.count(field.face.label, self.width * SCALE_LABEL - 4, self.size.entry)
            high = max(8.0 if pen else 7.2, lines * self.pt(self.size.entry, self.theme.line.entry) + 2.4)
            self.add(high + _RULE, keeps=n == 0)

    def render_table(self, node: Table) -> None:
        for part in parts(self.document, node):
            self.table(part, self.width)

    def table(self, node: Table, room: Mm) -> None:
        self.around_box()
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
        unfoldeds = [unfolded(node, row, own, self.size.cell, self.lang) for row in rows]
        rows = [one.row for one in unfoldeds]
        heights = [self.row(node, row.values, own, pen or row.spare, row.mark) for row in rows]
        heights += [self.row(node, (None,) * len(own), own, pen)] * node.blank_rows
        for n, (height, open_row) in enumerate(heights):
            gives = self._row_gives if open_row else self.air.cell.gives
            keeps = n < min(1, len(heights) - 1)
            most = height * _GROWN_ROW if pen else 0.0
            pointer = node.pointer if pen else ""
            if n < len(rows) and is_tall(rows[n], own, self.size.cell):
                self.split(height + _RULE, keeps=keeps, gives=gives, head=head if n else ())
                continue
            texts = unfoldeds[n].texts if n < len(rows) else ()
            keeps = keeps or bool(texts)
            self.add(height + _RULE, keeps=keeps, gives=gives, most=most, pointer=pointer, head=head if n else ())
            for _, label, text in texts:
                lines = self.count(label + text, room - _CELL, self.size.cell)
                self.split(lines * line + self.air.cell.usual, keeps=True, gives=0.0, head=head)
        if node.summed:
            self.lines[-1].keeps = True
            self.add(max(line + self.air.cell.usual, self.theme.write.row if pen else 0.0) + _FRAME)

    def row(
        self, node: Table, values: Sequence[object], widths: Sequence[Mm], pen: bool, mark: str = ""
    ) -> tuple[float, bool]:
        """Return the height of a row, and whether that is the room for a pen; the mark has a line of its own."""
        line, high = self.pt(self.size.cell, _CELL_LINE), 0.0
        marked = node.overdue.due if mark and node.overdue else -1
        for n, (column, value, width) in enumerate(zip(node.columns, values, widths, strict=True)):
            face = column.face
            if face.ticks:
                high = max(high, self.cell_ticks(node, column.face.choices, width))
            elif isinstance(value, Drawn):
                high = max(high, in_row(value, self.theme, width)[1] + (_IN_PEN_ROW if pen else self.air.cell.usual))
            elif value is not None:
                lines = self.lines_of_value(face, value, width - _CELL, self.size.cell) + (n == marked)
                if lines > 1:
                    high = max(high, lines * line + (_IN_PEN_ROW if pen else self.air.cell.usual))
        least = self.theme.write.row if pen else line + self.air.cell.usual
        return max(least, high), pen and high <= least

    def cell_ticks(self, node: Table, choices: Sequence[object], width: float) -> float:
        lines, used = 1, 0.0
        for choice in choices:
            wide = self.theme.write.tick + 4.0 + ems(getattr(choice, "label", "")) * self.pt(self.size.cell)
            if used and used + wide > width - 1.3:
                lines, used = lines + 1, 0.0
            used += wide
        return lines * _TICKED + (1.2 if node.register else 0.8)


def _words(children: Sequence[Inline]) -> Iterator[str]:
    """Yield the words of running text, blanks where there are gaps to write in."""
    for child in children:
        match child:
            case Text():
                yield child.text
            case Value():
                yield child.text or "　" * (child.width + 1)
            case LineBreak():
                yield "\n"
            case Strong() | Emphasis():
                yield from _words(child.children)


def _is_open(field: Field) -> bool:
    """Tell whether a box waits for a pen."""
    return field.value is None and field.room.use is Use.PEN and not field.face.ticks


def _first(table: Table) -> Iterator[Row]:
    """Yield the rows of a table. Raises Unmeasured where there are too many."""
    for n, row in enumerate(table.rows):
        if n == MOST_ROWS:
            raise Unmeasured
        yield row

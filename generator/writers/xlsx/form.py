"""A form, letter or report as a worksheet: its blocks set on a grid of narrow columns, as they stand on paper."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import assert_never

from generator.document import (
    GRID,
    Beside,
    Block,
    BlockVisitor,
    Choice,
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
from generator.document.columns import fill_shares, longest_word, shares
from generator.errors import WriteError
from generator.kinds import CHOICES
from generator.text_measure import ems
from generator.theme import LETTER
from generator.units import MM_PER_POINT, POINTS_PER_MM, Mm, Pt
from generator.wording import phrase
from generator.writers.drawn import in_box
from generator.writers.letterhead import LINE, NAME_LINE, Logo, letterhead
from generator.writers.running import holds, toned
from generator.writers.xlsx.cells import Run, column_letters, rich_cell, text_faults
from generator.writers.xlsx.charts import framed
from generator.writers.xlsx.controls import RATING, is_open
from generator.writers.xlsx.figures import chart_faults
from generator.writers.xlsx.grid import COLUMNS, LINE_HEIGHT, PER_COLUMN, Cell, Grid, edges_in_row
from generator.writers.xlsx.headings import HeadingLines
from generator.writers.xlsx.look import edged, font_of
from generator.writers.xlsx.marks import place_beside_title, place_in_letterhead
from generator.writers.xlsx.pens import gapped, gapped_width, squared
from generator.writers.xlsx.pictures import Placed
from generator.writers.xlsx.signing import Signing
from generator.writers.xlsx.tables import BesideLines, ChartLines, TableLines
from generator.writers.xlsx.widths import unbroken, widened
from generator.writers.xlsx.workbook import characters_of, sheet_opening, sheet_width

_BOX = "□"

_UNDER_PICTURE, _BESIDE_CHART = 3.0, 12.0
"""Millimetres left free below a picture, and on the page of a chart, for its heading."""

_TITLE, _CAPTION, _LABEL, _ENTRY = 34.0, 15.0, 14.5, 18.5
"""Points that a title, a caption, a label and a line of an entry take."""

_BEFORE_SECTION, _BEFORE_SIGNATURES, _BETWEEN, _AFTER_FIGURES = 10.0, 14.0, 6.0, 8.0
"""Points left free above and between blocks."""

_ABOVE_RULE, _BELOW_RULE = 3.0, 5.0
"""Points between a letterhead and its rule, and beneath that."""

_LEADING, _BELOW_IN_LETTER, _NARROW = 1.48, 5.0, 0.9
"""A line of running text in sizes of its type, which cells don't let one choose; points below a paragraph; how much
narrower English is in Times than other type.
"""

_FRAME, _TIGHTER = Mm(2.0), 0.12
"""What a box has above its label and below its entry; share of its height that running text may give up."""


class FormSheet(Grid, BlockVisitor[None]):
    """Sets the blocks of one document on a sheet."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the sheet. Raises WriteError with every text that Excel can't hold."""
        self.first_entry = self.heading = ""
        self.letterhead()
        self.title()
        frozen = len(self.lines)
        self.blocks(self.document.blocks)
        if self.faults:
            raise WriteError(self.faults)
        self.set()
        width = characters_of(self.width)
        yield sheet_opening(self.book, [width] * COLUMNS, frozen_rows=frozen, selected=self.first_entry).encode()
        yield "".join(self.rows).encode()
        yield ("</sheetData>" + self.closing()).encode()

    # --- blocks ---

    def blocks(self, blocks: Sequence[Block]) -> None:
        for block, following in pairwise([*blocks, None]):
            assert block is not None
            self.block(block)
            if holds(block, following):
                self.stay()
            if isinstance(following, SignatureBlock):
                self.gap(_BEFORE_SIGNATURES)
            elif isinstance(block, KeyFigures):
                self.gap(_AFTER_FIGURES)
            elif following is not None and _are_apart(block, following):
                self.gap(_between(block, following))

    def stay(self) -> None:
        """Let the last lines stay with what follows: never is a signature alone on a page."""
        kept = 0
        for at in range(len(self.lines) - 1, -1, -1):
            if self.lines[at].gap or self.lines[at].keeps:
                continue
            self.lines[at] = replace(self.lines[at], keeps=True)
            kept += 1
            if kept == 2 or self.lines[at].opens:
                return

    def letterhead(self) -> None:
        """Set the letterhead of a letter, which ends with a rule."""
        head, size = letterhead(self.document), self.theme.size
        if head is None:
            return
        start = self.columns_for(head.logo.indent, Mm(0.0)) + 1 if head.logo else 1
        if head.logo:
            self.beside_logo(head.logo)
        wrapped = self.lines_in(head.name, COLUMNS + 1 - start, size.letterhead)
        lines = [("organisation", head.name, wrapped * size.letterhead * NAME_LINE + 2.0)]
        lines += [("reached", line, size.label * LINE + 1.0) for line in head.lines]
        for style, text, height in lines:
            self.add([self.plain(start, COLUMNS + 1 - start, style, text)], height, keeps=True)
        if head.logo:
            self.add([], max(0.5, head.logo.above * POINTS_PER_MM), keeps=True)
        self.add([self.plain(1, COLUMNS, "underline", "")], _ABOVE_RULE, keeps=True)
        self.gap(_BELOW_RULE)

    def beside_logo(self, logo: Logo) -> None:
        """Leave free what a logo that is higher than the words beside it has above them; it begins there."""
        placed = partial(place_in_letterhead, self.book, logo)
        self.add([], max(0.5, logo.above * POINTS_PER_MM), keeps=True, placed=placed)

    def title(self) -> None:
        if self.document.kind != LETTER:
            place_beside_title(self.book, sheet_width(self.document), _TITLE / POINTS_PER_MM)
        wrapped = self.wrapped(self.document.title, COLUMNS, self.theme.size.title)
        self.full("title", self.document.title, max(_TITLE, wrapped), keeps=True)

    def render_section(self, node: Section) -> None:
        self.heading = node.heading.text
        self.render_heading(node.heading)
        self.blocks(node.blocks)

    def render_heading(self, node: Heading) -> None:
        self.gap(_BEFORE_SECTION if node.level == 2 else _BETWEEN, opens=True)
        HeadingLines(self, node).add()
        self.gap(4.0)

    def render_paragraph(self, node: Paragraph) -> None:
        runs = list(self.runs(node.children))
        if self.lang != "en" and node.role is Role.BODY and runs:
            runs[0] = ("　　" + runs[0][0], runs[0][1])
        right = node.role in (Role.REFERENCE, Role.SIGNER, Role.DATE)
        values = [child for child in node.children if isinstance(child, Value)]
        alone = values[0].pointer if len(values) == 1 else ""
        self.rich(runs, values, right=right, pointer=alone)

    def rich(
        self,
        runs: Sequence[tuple[str, bool]],
        values: Sequence[Value] = (),
        *,
        right: bool = False,
        keeps: bool = False,
        pointer: str = "",
    ) -> None:
        """Add a line of running text."""
        text = "".join(part for part, _ in runs)
        own = [fault for v in values for fault in text_faults(v.text, v.pointer, v.face.label)]
        longest = max(values, key=lambda v: len(v.text), default=Value("", ""))
        self.faults += own or text_faults(text, longest.pointer, longest.face.label)
        letter = self.document.kind == LETTER
        number = self.look[("letter" if letter else "body") + (".right" if right and letter else "")]
        number = self.look["right"] if right and not letter else number
        font = font_of(self.theme, self.lang, serif=letter)
        points = self.theme.body_size(self.document.kind)
        ink = self.theme.colour.ink
        strong = font_of(self.theme, self.lang)
        made = [Run(part, points, ink, bold, strong if bold else "") for part, bold in runs]
        cell = Cell(1, COLUMNS, lambda at: rich_cell(at, number, made, font), number)
        wide = Pt(points * _NARROW) if self.lang == "en" and letter else points
        height = self.lines_in(text, COLUMNS, wide) * points * _LEADING + (_BELOW_IN_LETTER if letter else 3.0)
        placed = (lambda row: self.book.name(pointer, f"A{row}")) if pointer else None
        self.add([cell], height, keeps=keeps, placed=placed, gives=height * _TIGHTER, pitch=points * _LEADING)

    def runs(self, children: Sequence[Inline], bold: bool = False) -> Iterator[tuple[str, bool]]:
        """Yield the texts of inlines, each with whether it is bold; emphasis has no form of its own in a cell."""
        for child in children:
            match child:
                case Text():
                    yield child.text, bold
                case Value():
                    yield child.text or "＿" * child.width, bold
                case LineBreak():
                    yield "\n", bold
                case Strong() | Emphasis():
                    yield from self.runs(child.children, True)
                case _:
                    assert_never(child)

    def render_list(self, node: ListBlock) -> None:
        for n, item in enumerate(node.items, 1):
            mark = f"{n}. " if node.ordered else "• "
            self.rich([(mark, False), *self.runs(item)])

    def render_note(self, node: Note) -> None:
        text = "".join(part for part, _ in self.runs(node.children))
        self.full("note", text, self.wrapped(text, COLUMNS, self.theme.size.note))

    def render_page_break(self, node: PageBreak) -> None:
        line = self.add([], 0.1)
        self.lines[-1] = replace(line, breaks=True, keeps=True)

    def render_writing_lines(self, node: WritingLines) -> None:
        if node.label:
            self.rich([(node.label + phrase("separator", self.lang), True)], keeps=True)
        row = self.theme.write.row * POINTS_PER_MM
        for n in range(node.count):
            placed = (lambda at: self.book.name(node.pointer, f"A{at}")) if n == 0 else None
            line = self.plain(1, COLUMNS, "line", "")
            self.add([line], row, keeps=n < node.count - 1, placed=placed, most=row * 1.3)

    def render_key_figures(self, node: KeyFigures) -> None:
        pairs = list(zip(self.spans([1.0] * len(node.figures)), node.figures, strict=True))
        lines = max(self.lines_in(f.label, at[1], self.theme.size.label) for at, f in pairs)
        lead = _LABEL + 3 + (lines - 1) * self.theme.size.label * 1.35
        self.add([self.boxed(at, "label", "TrL", f.label) for at, f in pairs], lead, keeps=True)
        rows = max(self.lines_in(f.text, at[1], self.theme.size.figure) for at, f in pairs)
        values = [self.boxed(at, "figure", "rL", f.text) for at, f in pairs]
        self.add(values, rows * self.theme.size.figure * 1.5, keeps=True, placed=self._named_figures(pairs))
        count = max(1, *(len(f.beneath) for f in node.figures))
        for n in range(count):
            texts = [f.beneath[n] if n < len(f.beneath) else ("", Tone.PLAIN) for f in node.figures]
            self._beneath([(at, *text) for (at, _), text in zip(pairs, texts, strict=True)], keeps=n < count - 1)

    def _beneath(self, texts: Sequence[tuple[tuple[int, int], str, Tone]], *, keeps: bool) -> None:
        """Add the row of a line beneath key figures; the last of them ends their boxes."""
        notes = [(at, f"figure.{tone or 'note'}", toned(text, tone, self.lang)) for at, text, tone in texts]
        lines = max(self.lines_in(note, at[1], self.theme.size.label) for at, _, note in notes)
        cells = [self.boxed(at, style, "rL" if keeps else "rBL", note) for at, style, note in notes]
        self.add(cells, lines * 12.0 + (0 if keeps else 4), keeps=keeps)

    def _named_figures(self, pairs: Sequence[tuple[tuple[int, int], Figure]]) -> Callable[[int], None]:
        """Return what names the cells of key figures, which needn't stand among the fields too."""

        def placed(row: int) -> None:
            for (start, _), figure in pairs:
                if figure.pointer:
                    self.book.name(figure.pointer, f"{column_letters(start)}{row}")

        return placed

    def boxed(self, at: tuple[int, int], style: str, edges: str, text: str) -> Cell:
        """Return a cell of a row of boxes; `edges` are those of the first box, and of one with another beside it."""
        return self.plain(*at, edged(style, edges_in_row(edges, *at)), text)

    def render_signature_block(self, node: SignatureBlock) -> None:
        Signing(self, node).add()

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> None:
        lines = [part for fields in node.lines for part in self.parted(fields)]
        for n, fields in enumerate(lines):
            self.fields_side_by_side(fields, n == 0, n == len(lines) - 1)

    def parted(self, fields: Sequence[Field]) -> list[Sequence[Field]]:
        """Return a line of fields, as several where what can't be broken would have no room."""
        if len(fields) > 1 and sum(self.least_columns(field) for field in fields) > COLUMNS:
            half = len(fields) // 2
            return [*self.parted(fields[:half]), *self.parted(fields[half:])]
        return [fields]

    def least_columns(self, field: Field) -> int:
        """Return the columns that a field needs: for its label's longest word, and for what can't be broken."""
        size, face = self.theme.size, field.face
        needed = longest_word(_starred(field)) * size.label * MM_PER_POINT
        shown = unbroken(face, field.value, self.lang)
        seconds = ":00" if isinstance(field.value, datetime) and field.value.second else ""
        needed = max(needed, ems(shown + seconds) * 1.16 * size.entry * MM_PER_POINT)
        needed = max(needed, gapped_width(field.room.gaps, size.note), field.room.squares * _SQUARE_MM)
        return min(COLUMNS, self.columns_for(needed))

    def fields_side_by_side(self, fields: Sequence[Field], first: bool, last: bool) -> None:
        """Add a line of boxes: labels, and what they are about beneath."""
        least = [self.least_columns(field) for field in fields]
        wanted = [float(PER_COLUMN * field.room.span) for field in fields]
        spans = widened(shares(COLUMNS, fill_shares(COLUMNS, wanted, [float(n) for n in least])), least)
        starts = [1 + sum(spans[:n]) for n in range(len(spans))]
        boxes = list(zip(fields, zip(starts, spans, strict=True), strict=True))
        top, low = ("T" if first else "t") + "rL", ("rBL" if last else "rbL")
        labels = [self.boxed(at, "label", top, _starred(field)) for field, at in boxes]
        lines = max(self.lines_in(_starred(field), at[1], self.theme.size.label) for field, at in boxes)
        lead = _LABEL + (lines - 1) * self.theme.size.label * 1.35
        height = max(self.entry_height(field, at[1], lead) for field, at in boxes)
        entries = [self.entry(field, at, edges_in_row(low, *at)) for field, at in boxes]
        open_lines = max((f.room.lines for f, _ in boxes if _waits(f) and not f.face.ticks), default=1)
        self.add(labels, lead, keeps=True)
        self.add(
            entries,
            height,
            placed=self._entries_placed(boxes),
            most=height * 2.6 if open_lines > 1 else 0.0,
            gives=min(height - 22.7, height * 0.1) if open_lines > 1 else 0.0,
            pitch=self.theme.size.entry * LINE_HEIGHT if open_lines == 1 else 0.0,
        )

    def _entries_placed(self, boxes: Sequence[tuple[Field, tuple[int, int]]]) -> Callable[[int], None]:
        """Return what names the cells of entries, and offers their choices."""

        def placed(row: int) -> None:
            for field, (start, _) in boxes:
                reference, face = f"{column_letters(start)}{row}", field.face
                self.book.name(field.pointer, reference)
                if field.room.use is not Use.SHOWN and is_open(face, field.value):
                    self.first_entry = self.first_entry or reference
                if _is_control(field):
                    self.controls.placed(face, reference, value=field.value)
                elif face.choices and face.kind is not CHOICES:
                    self.validated.setdefault(self.book.list_formula(face.choices), []).append(reference)

        return placed

    def entry(self, field: Field, at: tuple[int, int], edges: str) -> Cell:
        """Return the cell of a field's value, to be filled in on screen or not, or of what is printed for a pen."""
        if isinstance(field.value, Drawn):
            return self.drawn_entry(field, field.value, at, edges)
        if _is_control(field):
            return self.control(field, at, edges)
        if _waits(field):
            style, text = self.placeholder(field)
            return self.plain(*at, edged(style, edges), text)
        face, entries = field.face, self.writer("entry", edges)
        self.faults += text_faults(field.text(self.lang), field.pointer, face.label)
        return Cell(*at, lambda ref: entries.write(ref, field.value, face), entries.styles["text"])

    def drawn_entry(self, field: Field, drawn: Drawn, at: tuple[int, int], edges: str) -> Cell:
        """Return the cell of a signature that is drawn: empty, and its picture over it."""
        empty = replace(field, value=None)
        cell = self.control(empty, at, edges) if _is_control(field) else self.plain(*at, edged("entry.text", edges), "")
        return self.signed(cell, drawn, in_box(drawn, self.theme, at[1] * self.width))

    def control(self, field: Field, at: tuple[int, int], edges: str, place: str = "entry") -> Cell:
        """Return the cell of a field that is filled in on screen, or that is worked out there."""
        face, value = field.face, field.value
        self.faults += text_faults(face.entry(value, self.lang), field.pointer, face.label)
        style = self.controls.style_of(face, place, edges, value)
        return Cell(*at, lambda ref: self.controls.cell(ref, place, edges, face, value, self.book.places()), style)

    def placeholder(self, field: Field) -> tuple[str, str]:
        """Return style and text of an entry that waits for a pen: boxes to tick, gaps of a date, squares, nothing."""
        if field.face.ticks and field.face.choices:
            return "ticks", self.boxes(field.face.choices)
        if field.room.gaps:
            return "pen", gapped(field.room.gaps, self.theme.size.note)
        return ("squares", squared(field.room.squares)) if field.room.squares else ("entry.text", "")

    def boxes(self, choices: Sequence[Choice]) -> str:
        """Return choices with boxes to tick, each on one line with its box."""
        between = "   " if self.lang == "en" else "　"  # all boxes are of one font, as the words beside them
        return between.join(f"{_BOX} {f'{c.label} {c.note}'.strip()}" for c in choices)

    def entry_height(self, field: Field, columns: int, above: float) -> float:
        """Return the height in points of a box beneath its label, which is `above` points high."""
        size, write = self.theme.size.entry, self.theme.write
        if isinstance(field.value, Drawn):
            drawn = in_box(field.value, self.theme, columns * self.width)[1]
            return max(_ENTRY, (drawn + _FRAME) * POINTS_PER_MM)
        if _is_control(field):
            lines = max(field.room.lines, self.lines_in(field.face.entry(field.value, self.lang), columns, size))
            written = (field.room.lines * write.row + _FRAME) * POINTS_PER_MM - above
            return max(written, _ENTRY, lines * size * 1.46 + 4)
        if not _waits(field):
            return max(_ENTRY, self.lines_in(field.text(self.lang), columns, size) * size * 1.46 + 4)
        if field.face.ticks:
            return max(
                (write.row + _FRAME) * POINTS_PER_MM - above,
                self.wrapped(self.boxes(field.face.choices), columns, size),
            )
        lines = field.room.lines
        high = lines * write.row + (3.2 if lines > 1 else 0.7) + _FRAME
        under = 8.0 if any(gap.under for gap in field.room.gaps) else 0.0
        return max(high * POINTS_PER_MM - above, 21.5 + under, 24.0 if field.room.squares else 0.0)

    def render_scale(self, node: Scale) -> None:
        """Set ratings a line each: the question, and one cell that takes the mark, with the scale to tick on paper."""
        low, high = (
            f"（{end}）" if end and self.lang != "en" else f" ({end})" if end else "" for end in (node.low, node.high)
        )
        for n, field in enumerate(node.fields):
            labels = [choice.label for choice in field.face.choices]
            shown = [f"{labels[0]}{low}", *labels[1:-1], f"{labels[-1]}{high}"]
            choices = (replace(c, label=text) for c, text in zip(field.face.choices, shown, strict=True))
            self.rating(field, tuple(choices), n == 0, n == len(node.fields) - 1)

    def rating(self, field: Field, shown: Sequence[Choice], first: bool, last: bool) -> None:
        asked = COLUMNS // 3
        bottom = "B" if last else "b"
        question = self.plain(1, asked, edged("question", f"tr{bottom}L"), _starred(field))
        at = (asked + 1, COLUMNS - asked)
        if _is_control(field):
            ends = phrase("chart.between", self.lang).join(choice.label for choice in (shown[0], shown[-1]))
            field = replace(field, face=replace(field.face, hint=field.face.hint or ends))
            entry = self.control(field, at, f"tR{bottom}l", RATING)
        elif field.value is None:
            entry = self.plain(*at, edged("question", f"tR{bottom}l"), self.boxes(shown))
        else:
            entry = self.entry(field, at, f"R{bottom}l")
        size = self.theme.size.entry
        height = max(24.0, self.wrapped(_starred(field), asked, size), self.wrapped(self.boxes(shown), at[1], size))
        self.add([question, entry], height, placed=self._entries_placed([(field, at)]), most=height * 1.2)

    def render_picture(self, node: Picture) -> None:
        """Leave as many rows as a picture is high; it lies on them."""
        if node.parts:
            ChartLines(self, node.parts).add()
            return
        picture, share = self.drawn(node, sheet_width(self.document))
        height = (picture.height * share + _UNDER_PICTURE) * POINTS_PER_MM
        self.add([], height, placed=lambda row: self.book.pictures.append(Placed(picture, row - 1, share)))

    def render_beside(self, node: Beside) -> None:
        BesideLines(self, node).add()

    def drawn(self, node: Picture, room: Mm, *, close: bool = False) -> tuple[Picture, float]:
        """Return a picture as it lies in a room, and its share of that size: a chart is made anew, no other is."""
        share = min(1.0, room / node.width)
        if not node.data:
            return node, share
        self.faults += chart_faults(node.data)
        most = Mm(self.page / POINTS_PER_MM - _BESIDE_CHART)
        return framed(replace(node, width=Mm(node.width * share)), self.theme, self.lang, most, close=close), 1.0

    # --- tables ---

    def render_table(self, node: Table) -> None:
        TableLines(self, node).add()


def _are_apart(block: Block, following: Block) -> bool:
    """Tell whether something stays free between two blocks: headings leave their own."""
    return not (isinstance(block, Heading) or isinstance(following, (Section, Heading)))


def _between(block: Block, following: Block) -> float:
    """Return the points that stay free between two blocks."""
    if isinstance(block, (Paragraph, ListBlock)) and isinstance(following, (Paragraph, ListBlock)):
        return 1.0
    return _BETWEEN


def _is_control(field: Field) -> bool:
    """Tell whether an entry is filled in on screen, or worked out there."""
    return field.room.use is Use.CONTROL


def _waits(field: Field) -> bool:
    """Tell whether an entry is empty, for somebody to write or tick something."""
    return field.value is None and (field.room.use is not Use.SHOWN or field.face.ticks)


def _starred(field: Field) -> str:
    return field.face.label + (" *" if field.is_starred else "")


_SQUARE_MM = 5.1
"""Millimetres that a square for a digit is wide."""

__all__ = ["GRID", "FormSheet"]

"""A form, letter or report as a worksheet: its blocks set on a grid of narrow columns."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from math import ceil
from typing import assert_never

from generator.document import (
    Block,
    BlockVisitor,
    Choice,
    Column,
    Emphasis,
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
)
from generator.errors import WriteError, pointer_step
from generator.kinds import CHOICES
from generator.kinds.base import TEXT_CODE
from generator.units import POINTS_PER_MM, Mm
from generator.wording import has_phrase, phrase
from generator.writers.columns import column_widths, fill_shares, shares, text_width
from generator.writers.running import plain_number, toned
from generator.writers.tables import Sum, parts, sums
from generator.writers.xlsx.cells import column_letters, number_cell, rich_cell, sum_cell, text_faults
from generator.writers.xlsx.charts import framed
from generator.writers.xlsx.figures import chart_faults
from generator.writers.xlsx.grid import COLUMNS, Cell, Grid
from generator.writers.xlsx.widths import characters, columns_for, floors, is_unwrapped, unbroken, widened, widest
from generator.writers.xlsx.workbook import sheet_opening

_BOX = "□"
_QUESTION = 8
_HEADED = 80.0
"""Points that a heading and what follows it take at least."""

_UNDER_PICTURE, _BESIDE_CHART = 3.0, 12.0
"""Millimetres left free below a picture, and on the page of a chart, for its heading."""

_LABEL_COLUMNS, _LEAST_LABEL, _NARROW = 3, 2, 6


class FormSheet(Grid, BlockVisitor[None]):
    """Sets the blocks of one document on a sheet."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the sheet. Raises WriteError with every text that Excel can't hold."""
        self.title()
        self.blocks(self.document.blocks)
        if self.faults:
            raise WriteError(self.faults)
        yield sheet_opening(self.book, [self.unit] * COLUMNS).encode()
        yield "".join(self.rows).encode()
        yield ("</sheetData>" + self.closing()).encode()

    # --- blocks ---

    def blocks(self, blocks: Sequence[Block]) -> None:
        for block, following in pairwise([*blocks, None]):
            assert block is not None
            self.block(block)
            if isinstance(following, (SignatureBlock, Section)) or isinstance(block, (KeyFigures, Note)):
                self.gap()

    def title(self) -> None:
        self.full("title", self.document.title, 36)

    def render_section(self, node: Section) -> None:
        lead = next(iter(node.blocks), None)
        chart = _room(self.framed(lead)) if isinstance(lead, Picture) and lead.data else 0.0
        self.keep(max(_HEADED, 24 + chart))
        self.render_heading(node.heading)
        self.blocks(node.blocks)

    def render_heading(self, node: Heading) -> None:
        mark = plain_number(node.number, self.lang) if node.number else ""
        hint = f"　{node.hint}" if node.hint else ""
        self.full(
            "heading" if node.level == 2 else "subheading", mark + node.text + hint, 24 if node.level == 2 else 20
        )

    def render_paragraph(self, node: Paragraph) -> None:
        runs = list(self.runs(node.children, node.role is Role.ADDRESSEE))
        if self.lang != "en" and node.role is Role.BODY and runs:
            runs[0] = ("　　" + runs[0][0], runs[0][1])
        right = node.role in (Role.REFERENCE, Role.SIGNER, Role.DATE)
        values = [child for child in node.children if isinstance(child, Value)]
        self.rich("right" if right else "body", runs, values)
        if len(values) == 1:
            self.book.name(values[0].pointer, f"A{self.number}")

    def rich(self, style: str, runs: Sequence[tuple[str, bool]], values: Sequence[Value] = ()) -> None:
        text = "".join(part for part, _ in runs)
        own = [fault for v in values for fault in text_faults(v.text, v.pointer, v.face.label)]
        longest = max(values, key=lambda v: len(v.text), default=Value("", ""))
        self.faults += own or text_faults(text, longest.pointer, longest.face.label)
        number, font = self.look[style], self.theme.fonts[self.lang].body
        points = self.theme.body_size(self.document.kind)
        cell: Cell = (1, COLUMNS, lambda at: rich_cell(at, number, runs, font, points), number)
        self.line([cell], self.wrapped(text, COLUMNS, points))

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
            self.rich("body", [(mark, False), *self.runs(item)])

    def render_note(self, node: Note) -> None:
        text = "".join(part for part, _ in self.runs(node.children))
        self.full("note", text, self.wrapped(text, COLUMNS, self.theme.size.note))

    def render_page_break(self, node: PageBreak) -> None:
        self.start_page()

    def render_writing_lines(self, node: WritingLines) -> None:
        if node.label:
            self.rich("body", [(node.label + phrase("separator", self.lang), True)])
        for n in range(node.count):
            self.full("line", "", self.theme.write.row * POINTS_PER_MM)
            if n == 0:
                self.book.name(node.pointer, f"A{self.number}")

    def render_key_figures(self, node: KeyFigures) -> None:
        spans = self.spans([1.0] * len(node.figures))
        pairs = list(zip(spans, node.figures, strict=True))
        self.line([self.plain(*at, "label", figure.label) for at, figure in pairs], 20)
        self.line([self.plain(*at, "figure", figure.text) for at, figure in pairs], 28)
        notes = ((at, f"figure.{f.tone or 'note'}", toned(f.note, f.tone, self.lang)) for at, f in pairs)
        self.line([self.plain(*at, style, note) for at, style, note in notes], 20)

    def render_signature_block(self, node: SignatureBlock) -> None:
        alone = len(node.signatures) == 1
        spans = [(COLUMNS // 2 + 1, COLUMNS // 2)] if alone else self.spans([1.0] * len(node.signatures))
        pairs = list(zip(spans, node.signatures, strict=True))
        write = self.theme.write
        seal = self.document.kind == "letter" and any(s.seal for s in node.signatures)
        labels = [self.plain(*at, "sign", s.label + (f"\n{s.name}" if s.name else "")) for at, s in pairs]
        self.line(labels, (write.seal if seal else write.signature) * POINTS_PER_MM)
        dates = [self.plain(*at, "units", s.date or phrase("signature.date", self.lang)) for at, s in pairs]
        self.line(dates, 22)

    # --- fields ---

    def render_field_grid(self, node: FieldGrid) -> None:
        for fields in node.lines:
            self.field_line(fields)

    def field_line(self, fields: Sequence[Field]) -> None:
        """Set a line of fields; where numbers and dates would have no room, on several lines."""
        least = [_LEAST_LABEL + self.least_columns(f) for f in fields]
        if sum(least) > COLUMNS:
            half = len(fields) // 2
            self.field_line(fields[:half])
            self.field_line(fields[half:])
            return
        spans = shares(COLUMNS, fill_shares(COLUMNS, [float(f.room.span) for f in fields], [float(n) for n in least]))
        self.fields_side_by_side(fields, widened(spans, least))

    def least_columns(self, field: Field) -> int:
        """Return the columns that a field's value needs."""
        seconds = isinstance(field.value, datetime) and bool(field.value.second)
        usual = field.face.kind.sheet_columns + (1 if seconds else 0)
        shown = characters(unbroken(field.face, field.value, self.lang), self.theme.size.entry)
        return max(usual, min(columns_for(shown, self.unit), COLUMNS - _LEAST_LABEL))

    def fields_side_by_side(self, fields: Sequence[Field], spans: Sequence[int]) -> None:
        cells: list[Cell] = []
        height, start = 0.0, 1
        for field, span in zip(fields, spans, strict=True):
            wide = 1 if self.lang == "en" else 0
            wanted = _LABEL_COLUMNS + wide if span > _NARROW else _LEAST_LABEL
            label = min(wanted, max(_LEAST_LABEL, span // 2), span - self.least_columns(field))
            cells.append(self.plain(start, label, "label", _starred(field)))
            cells.append(self.entry(field, start + label, span - label))
            labelled = self.wrapped(field.face.label, label, self.theme.size.cell)
            height = max(height, self.field_height(field, span - label), labelled)
            start += span
        self.line(cells, height)

    def entry(self, field: Field, start: int, span: int) -> Cell:
        reference, face = f"{column_letters(start)}{self.number + 1}", field.face
        self.book.name(field.pointer, reference)
        if face.choices and face.kind is not CHOICES:
            self.validated.setdefault(self.book.list_formula(face.choices), []).append(reference)
        if _waits(field):
            return self.plain(start, span, *self.placeholder(field))
        self.faults += text_faults(field.text(self.lang), field.pointer, face.label)
        empty = self.entries.styles["text"]
        return start, span, lambda at: self.entries.write(at, field.value, face), empty

    def placeholder(self, field: Field) -> tuple[str, str]:
        """Return style and text of an entry that waits for a pen: boxes to tick, the units of a date, or nothing."""
        face, units = field.face, f"blank.{field.face.kind}"
        if face.choices and face.ticks:
            return "ticks", self.boxes(face.choices)
        if face.kind.is_moment and has_phrase(units):
            return "units", phrase(units, self.lang)
        return "entry.text", ""

    def boxes(self, choices: Sequence[Choice]) -> str:
        return "  ".join(f"{_BOX} {f'{c.label} {c.note}'.strip()}" for c in choices)

    def field_height(self, field: Field, columns: int) -> float:
        size = self.theme.size.entry
        if not _waits(field):
            return max(22.0, self.wrapped(field.text(self.lang), columns, size))
        lines = 1 if field.face.ticks else field.room.lines
        text = self.boxes(field.face.choices) if field.face.ticks else ""
        return max(float(lines * self.theme.write.row * POINTS_PER_MM), self.wrapped(text, columns, size))

    def render_scale(self, node: Scale) -> None:
        """Set ratings a line each: the question, and one cell that takes the mark, with the scale to tick on paper."""
        low, high = (
            f"（{end}）" if end and self.lang != "en" else f" ({end})" if end else "" for end in (node.low, node.high)
        )
        for field in node.fields:
            labels = [choice.label for choice in field.face.choices]
            shown = [f"{labels[0]}{low}", *labels[1:-1], f"{labels[-1]}{high}"]
            choices = (replace(c, label=text) for c, text in zip(field.face.choices, shown, strict=True))
            self.rating(field, tuple(choices))

    def rating(self, field: Field, shown: Sequence[Choice]) -> None:
        label = self.plain(1, _QUESTION, "label", _starred(field))
        start, room = _QUESTION + 1, COLUMNS - _QUESTION
        if field.value is None:
            place = f"{column_letters(start)}{self.number + 1}"
            self.book.name(field.pointer, place)
            self.validated.setdefault(self.book.list_formula(field.face.choices), []).append(place)
            entry = self.plain(start, room, "ticks", self.boxes(shown))
        else:
            entry = self.entry(field, start, room)
        asked = self.wrapped(field.face.label, _QUESTION, self.theme.size.cell)
        self.line([label, entry], max(24.0, asked, self.wrapped(self.boxes(shown), room, self.theme.size.entry)))

    def render_picture(self, node: Picture) -> None:
        """Leave as many rows as a picture is high; it lies on them."""
        picture = self.framed(node)
        height = _room(picture)
        self.keep(height)
        self.faults += chart_faults(node.data) if node.data else []
        self.book.pictures.append((picture, self.number))
        rows = -(-int(height) // 100)
        for _ in range(rows):
            self.line([], height / rows)

    def framed(self, node: Picture) -> Picture:
        return framed(node, self.theme, self.lang, Mm(self.page / POINTS_PER_MM - _BESIDE_CHART))

    # --- tables ---

    def render_table(self, node: Table) -> None:
        for part in parts(self.document, node, COLUMNS // 2):
            self.table(part)

    def table(self, node: Table) -> None:
        if node.caption:
            self.full("subheading", node.caption, 20)
        spans = self.table_spans(node)
        labels = ([node.serial] if node.serial else []) + [
            c.face.label + (" *" if node.is_starred(c) else "") for c in node.columns
        ]
        head = [self.plain(*at, "header", label) for at, label in zip(spans, labels, strict=True)]
        height = max(self.wrapped(t, span, self.theme.size.cell) for (_, span), t in zip(spans, labels, strict=True))
        self.line(head, max(22.0, height))
        first = self.number + 1
        count = 0
        for count, row in enumerate(node.rows, 1):
            self.table_row(node, row, count, spans)
        for extra in range(count + 1, count + node.blank_rows + 1):
            self.table_row(node, Row((None,) * len(node.columns)), extra, spans)
        if self.number >= first:
            self.book.name(node.pointer, f"A{first}", f"{column_letters(COLUMNS)}{self.number}")
        self.total(node, spans, first)

    def table_spans(self, node: Table) -> list[tuple[int, int]]:
        """Return first column and width of a table's columns; what Excel can't wrap has room where there is any."""
        needed = widest(node, self.lang, self.theme.size.cell).characters
        least = [columns_for(width, self.unit) for width in [0.0] * bool(node.serial) + needed]
        usual = self.spans(column_widths(self.theme, node, text_width(self.document)))
        widths = [width for _, width in usual]
        if all(width >= columns for width, columns in zip(widths, least, strict=True)):
            return usual
        return self.spans(widened(widths, [ceil(columns) for columns in floors(widths, least)]))

    def total(self, node: Table, spans: Sequence[tuple[int, int]], first: int) -> None:
        """Add the sums as formulas, so that they follow what is entered."""
        values = sums(node, list(node.rows))
        if values is None:
            return
        leads = bool(node.serial) or 0 not in node.summed
        own = list(zip(spans[1:] if node.serial else spans, node.columns, values, strict=True))
        cells = [self.sum_cell(at, column, value, first, n in node.summed) for n, (at, column, value) in enumerate(own)]
        lead = [self.plain(*spans[0], "header", node.total)] if leads else []
        self.line([*lead, *(cells[1:] if leads and not node.serial else cells)], 22)

    def sum_cell(self, at: tuple[int, int], column: Column, value: Sum, first: int, summed: bool) -> Cell:
        if not summed:
            return self.plain(*at, "header", "")
        face, kind = column.face, column.face.kind
        code = kind.number_format(face.unit, self.lang, value)
        if code == TEXT_CODE:  # a number with its unit is text, which Excel doesn't add up
            return self.plain(*at, "header", face.text(value, self.lang))
        letters, last = column_letters(at[0]), self.number
        style = self.cells.style(code)
        return (*at, lambda ref: sum_cell(ref, style, f"{letters}{first}:{letters}{last}", value, kind), style)

    def table_row(self, node: Table, row: Row, number: int, spans: Sequence[tuple[int, int]]) -> None:
        cells: list[Cell] = []
        if node.serial:
            style = self.look["serial"]
            cells.append((*spans[0], lambda at: number_cell(at, style, str(number)), style))
        height = self.theme.write.row * POINTS_PER_MM if node.use is Use.PEN or row.spare else 20.0
        own = spans[1:] if node.serial else spans
        for n, (at, column, value) in enumerate(zip(own, node.columns, row.values, strict=True)):
            if row.mark and node.overdue and n == node.overdue.due:
                marked = f"{'' if value is None else column.face.kind.text(value, self.lang)} {row.mark}"
                cells.append(self.plain(*at, "cell.marked", marked))
                continue
            cells.append(self.table_cell(node, column, value, at, number - 1))
            if value is None or not is_unwrapped(column.face, self.lang, value):
                height = max(height, self.wrapped(self.cell_text(column, value), at[1], self.theme.size.cell))
        self.line(cells, height)

    def cell_text(self, column: Column, value: object) -> str:
        """Return what stands in a cell: of one without a value the boxes to tick, if there are any."""
        face = column.face
        return self.boxes(face.choices) if value is None and face.ticks else face.text(value, self.lang)

    def table_cell(self, node: Table, column: Column, value: object, at: tuple[int, int], n: int) -> Cell:
        face = column.face
        if face.choices and face.kind is not CHOICES and not face.read_only:
            reference = f"{column_letters(at[0])}{self.number + 1}"
            self.validated.setdefault(self.book.list_formula(face.choices), []).append(reference)
        if value is None and face.ticks:
            return self.plain(*at, "ticks", self.boxes(face.choices))
        pointer = f"{node.pointer}/{n}/{pointer_step(column.key)}"
        self.faults += text_faults(face.text(value, self.lang), pointer, face.label)
        empty = self.cells.styles["text"]
        return (*at, lambda ref: self.cells.write(ref, value, face), empty)


def _waits(field: Field) -> bool:
    """Tell whether an entry is empty, for somebody to write or tick something."""
    return field.value is None and (field.room.use is not Use.SHOWN or field.face.ticks)


def _starred(field: Field) -> str:
    return field.face.label + (" *" if field.is_starred else "")


def _room(picture: Picture) -> float:
    """Return the height in points that a picture takes."""
    return (picture.height + _UNDER_PICTURE) * POINTS_PER_MM

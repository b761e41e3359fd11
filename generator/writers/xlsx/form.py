"""A form, letter or report as a worksheet: its blocks set on a grid of narrow columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from generator.document import (
    Choice,
    Column,
    Emphasis,
    Field,
    FieldGrid,
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
    SignatureBlock,
    Strong,
    Table,
    Text,
    Value,
    WritingLines,
)
from generator.errors import WriteError, pointer_step
from generator.formats import text_of
from generator.theme import body_size, column_widths, fill_shares, fonts, shares, size, text_width, theme
from generator.wording import phrase
from generator.writers.running import plain_number, toned
from generator.writers.tables import parts, sums
from generator.writers.xlsx.cells import (
    column_letters,
    number_cell,
    rich_cell,
    sort_of,
    sum_cell,
    text_faults,
)
from generator.writers.xlsx.charts import framed
from generator.writers.xlsx.figures import chart_faults
from generator.writers.xlsx.grid import COLUMNS, POINTS_PER_MM, Cell, Grid
from generator.writers.xlsx.workbook import sheet_opening

_BOX = "□"
_DATES = frozenset({Kind.DATE, Kind.DATETIME})
_QUESTION = 8
_HEADED = 80.0
"""Points that a heading and what follows it take at least."""

_UNDER_PICTURE, _BESIDE_CHART = 3.0, 12.0
"""Millimetres left free below a picture, and on the page of a chart, for its heading."""

_LABEL_COLUMNS, _LEAST_LABEL, _NARROW = 3, 2, 6
_LEAST_COLUMNS = {Kind.DATETIME: 5, Kind.DATE: 4, Kind.DURATION: 4, Kind.MONEY: 3, Kind.INTEGER: 2, Kind.NUMBER: 3}
"""Columns that a value needs which Excel can't wrap: it shows hash marks where it has less."""


class FormSheet(Grid):
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

    def blocks(self, blocks: Sequence[Any]) -> None:
        for block, following in pairwise([*blocks, None]):
            RENDER[type(block)](self, block)
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
        own = [fault for v in values for fault in text_faults(v.text, v.pointer, v.label)]
        longest = max(values, key=lambda v: len(v.text), default=Value("", ""))
        self.faults += own or text_faults(text, longest.pointer, longest.label)
        number, font, points = self.look[style], fonts(self.lang)["body"], body_size(self.document)
        cell: Cell = (1, COLUMNS, lambda at: rich_cell(at, number, runs, font, points), number)
        self.line([cell], self.wrapped(text, COLUMNS, points))

    def runs(self, children: Sequence[Any], bold: bool = False) -> Iterator[tuple[str, bool]]:
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

    def render_list(self, node: ListBlock) -> None:
        for n, item in enumerate(node.items, 1):
            mark = f"{n}. " if node.ordered else "• "
            self.rich("body", [(mark, False), *self.runs(item)])

    def render_note(self, node: Note) -> None:
        text = "".join(part for part, _ in self.runs(node.children))
        self.full("note", text, self.wrapped(text, COLUMNS, size("note")))

    def render_page_break(self, node: PageBreak) -> None:
        self.start_page()

    def render_writing_lines(self, node: WritingLines) -> None:
        if node.label:
            self.rich("body", [(node.label + phrase("separator", self.lang), True)])
        for n in range(node.count):
            self.full("line", "", theme()["write"]["row"] * POINTS_PER_MM)
            if n == 0:
                self.book.name(node.pointer, f"A{self.number}")

    def render_key_figures(self, node: KeyFigures) -> None:
        spans = self.spans([1.0] * len(node.figures))
        for style, pick in (("label", "label"), ("figure", "text"), ("", "note")):
            cells = []
            for (start, span), figure in zip(spans, node.figures, strict=True):
                text = getattr(figure, pick)
                tone = f"figure.{figure.tone or 'note'}"
                cells.append(
                    self.plain(start, span, style or tone, toned(text, figure.tone, self.lang) if not style else text)
                )
            self.line(cells, {"label": 20, "figure": 28}.get(style, 20))

    def render_signature_block(self, node: SignatureBlock) -> None:
        alone = len(node.signatures) == 1
        spans = [(COLUMNS // 2 + 1, COLUMNS // 2)] if alone else self.spans([1.0] * len(node.signatures))
        pairs = list(zip(spans, node.signatures, strict=True))
        write = theme()["write"]
        seal = self.document.kind == "letter" and any(s.seal for s in node.signatures)
        labels = [self.plain(*at, "sign", s.label + (f"\n{s.name}" if s.name else "")) for at, s in pairs]
        self.line(labels, write["seal" if seal else "signature"] * POINTS_PER_MM)
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
        spans = shares(COLUMNS, fill_shares(COLUMNS, [float(f.span) for f in fields], [float(n) for n in least]))
        self.fields_side_by_side(fields, spans)

    def least_columns(self, field: Field) -> int:
        """Return the columns that a field's value needs."""
        seconds = isinstance(field.value, datetime) and bool(field.value.second)
        return _LEAST_COLUMNS.get(field.kind, _LEAST_LABEL) + (1 if seconds else 0)

    def fields_side_by_side(self, fields: Sequence[Field], spans: Sequence[int]) -> None:
        cells: list[Cell] = []
        height, start = 0.0, 1
        for field, span in zip(fields, spans, strict=True):
            wide = 1 if self.lang == "en" else 0
            wanted = _LABEL_COLUMNS + wide if span > _NARROW else _LEAST_LABEL
            label = min(wanted, max(_LEAST_LABEL, span // 2), span - self.least_columns(field))
            star = " *" if field.required and self.blank else ""
            cells.append(self.plain(start, label, "label", field.label + star))
            cells.append(self.entry(field, start + label, span - label))
            height = max(height, self.field_height(field, span - label), self.wrapped(field.label, label, size("cell")))
            start += span
        self.line(cells, height)

    def entry(self, field: Field, start: int, span: int) -> Cell:
        reference = f"{column_letters(start)}{self.number + 1}"
        self.book.name(field.pointer, reference)
        if field.choices and field.kind is not Kind.CHOICES:
            self.validated.setdefault(self.book.list_formula(field.choices), []).append(reference)
        if field.value is None and (self.blank or field.ticks):
            return self.plain(start, span, *self.placeholder(field))
        text = text_of(field.value, field.kind, self.lang, field.choices, field.unit)
        self.faults += text_faults(text, field.pointer, field.label)
        empty = self.entries.styles["text"]
        return start, span, lambda at: self.entries.write(at, field.value, field.kind, field.choices, field.unit), empty

    def placeholder(self, field: Field) -> tuple[str, str]:
        """Return style and text of an empty entry on blank paper: boxes to tick, the units of a date, or nothing."""
        if field.choices and field.ticks:
            return "ticks", self.boxes(field.choices)
        if field.kind in _DATES:
            return "units", phrase(f"blank.{field.kind}", self.lang)
        return "entry.text", ""

    def boxes(self, choices: Sequence[Choice]) -> str:
        return "  ".join(f"{_BOX} {f'{c.label} {c.note}'.strip()}" for c in choices)

    def field_height(self, field: Field, columns: int) -> float:
        if field.value is None and (self.blank or field.ticks):
            lines = 1 if field.ticks else field.lines
            text = self.boxes(field.choices) if field.ticks else ""
            write = float(lines * theme()["write"]["row"] * POINTS_PER_MM)
            return max(write, self.wrapped(text, columns, size("entry")))
        text = text_of(field.value, field.kind, self.lang, field.choices, field.unit)
        return max(22.0, self.wrapped(text, columns, size("entry")))

    def render_scale(self, node: Scale) -> None:
        """Set ratings a line each: the question, and one cell that takes the mark, with the scale to tick on paper."""
        low, high = (
            f"（{end}）" if end and self.lang != "en" else f" ({end})" if end else "" for end in (node.low, node.high)
        )
        for field in node.fields:
            labels = [choice.label for choice in field.choices]
            shown = [f"{labels[0]}{low}", *labels[1:-1], f"{labels[-1]}{high}"]
            choices = tuple(replace(c, label=text) for c, text in zip(field.choices, shown, strict=True))
            self.rating(field, choices)

    def rating(self, field: Field, shown: Sequence[Choice]) -> None:
        star = " *" if field.required and self.blank else ""
        label = self.plain(1, _QUESTION, "label", field.label + star)
        start, room = _QUESTION + 1, COLUMNS - _QUESTION
        if field.value is None:
            place = f"{column_letters(start)}{self.number + 1}"
            self.book.name(field.pointer, place)
            self.validated.setdefault(self.book.list_formula(field.choices), []).append(place)
            entry = self.plain(start, room, "ticks", self.boxes(shown))
        else:
            entry = self.entry(field, start, room)
        height = max(
            self.wrapped(field.label, _QUESTION, size("cell")), self.wrapped(self.boxes(shown), room, size("entry"))
        )
        self.line([label, entry], max(24.0, height))

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
        return framed(node, self.lang, self.page / POINTS_PER_MM - _BESIDE_CHART)

    # --- tables ---

    def render_table(self, node: Table) -> None:
        for part in parts(self.document, node, COLUMNS // 2):
            self.table(part)

    def table(self, node: Table) -> None:
        if node.caption:
            self.full("subheading", node.caption, 20)
        spans = self.spans(column_widths(node, text_width(self.document)))
        labels = ([node.serial] if node.serial else []) + [c.label + self.star(c) for c in node.columns]
        head = [self.plain(*at, "header", label) for at, label in zip(spans, labels, strict=True)]
        height = max(self.wrapped(t, span, size("cell")) for (_, span), t in zip(spans, labels, strict=True))
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

    def sum_cell(self, at: tuple[int, int], column: Column, value: Any, first: int, summed: bool) -> Cell:
        if not summed:
            return self.plain(*at, "header", "")
        if column.unit and column.kind is not Kind.MONEY:  # a number with its unit is text, which Excel doesn't add up
            return self.plain(*at, "header", text_of(value, column.kind, self.lang, (), column.unit))
        letters, last = column_letters(at[0]), self.number
        style = self.cells.styles[sort_of(column.kind, column.unit, value)]
        return (*at, lambda ref: sum_cell(ref, style, f"{letters}{first}:{letters}{last}", value, column.kind), style)

    def star(self, column: Column) -> str:
        return " *" if column.required and self.blank and not column.read_only else ""

    def table_row(self, node: Table, row: Row, number: int, spans: Sequence[tuple[int, int]]) -> None:
        cells: list[Cell] = []
        if node.serial:
            style = self.look["serial"]
            cells.append((*spans[0], lambda at: number_cell(at, style, str(number)), style))
        height = theme()["write"]["row"] * POINTS_PER_MM if self.blank else 20.0
        own = spans[1:] if node.serial else spans
        for n, (at, column, value) in enumerate(zip(own, node.columns, row.values, strict=True)):
            if row.mark and node.overdue and n == node.overdue.due:
                marked = f"{text_of(value, column.kind, self.lang)} {row.mark}"
                cells.append(self.plain(*at, "cell.marked", marked))
                continue
            pointer = f"{node.pointer}/{number - 1}/{pointer_step(column.key)}"
            cells.append(self.table_cell(column, value, at, pointer))
            text = text_of(value, column.kind, self.lang, column.choices, column.unit)
            if value is None and column.ticks:
                text = self.boxes(column.choices)
            height = max(height, self.wrapped(text, at[1], size("cell")))
        self.line(cells, height)

    def table_cell(self, column: Column, value: Any, at: tuple[int, int], pointer: str) -> Cell:
        if column.choices and column.kind is not Kind.CHOICES and not column.read_only:
            reference = f"{column_letters(at[0])}{self.number + 1}"
            self.validated.setdefault(self.book.list_formula(column.choices), []).append(reference)
        if value is None and column.ticks:
            return self.plain(*at, "ticks", self.boxes(column.choices))
        text = text_of(value, column.kind, self.lang, column.choices, column.unit)
        self.faults += text_faults(text, pointer, column.label)
        empty = self.cells.styles["text"]
        return (*at, lambda ref: self.cells.write(ref, value, column.kind, column.choices, column.unit), empty)


def _room(picture: Picture) -> float:
    """Return the height in points that a picture takes."""
    return (picture.height + _UNDER_PICTURE) * POINTS_PER_MM


RENDER: dict[type, Callable[[FormSheet, Any], None]] = {
    Section: FormSheet.render_section,
    Heading: FormSheet.render_heading,
    Paragraph: FormSheet.render_paragraph,
    ListBlock: FormSheet.render_list,
    Note: FormSheet.render_note,
    PageBreak: FormSheet.render_page_break,
    WritingLines: FormSheet.render_writing_lines,
    KeyFigures: FormSheet.render_key_figures,
    SignatureBlock: FormSheet.render_signature_block,
    FieldGrid: FormSheet.render_field_grid,
    Scale: FormSheet.render_scale,
    Picture: FormSheet.render_picture,
    Table: FormSheet.render_table,
}

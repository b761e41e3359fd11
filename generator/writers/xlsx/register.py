"""A register as a worksheet: one record a row, streamed; typed cells, filter, frozen header, lists, rules of colour."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from generator.document import (
    Block,
    Column,
    Document,
    Field,
    FieldGrid,
    Overdue,
    Picture,
    Row,
    SignatureBlock,
    Table,
    Tone,
    Use,
    signature_gaps,
)
from generator.document.columns import fill_shares, shares
from generator.errors import Fault, Place, WriteError, pointer_step
from generator.kinds import CHOICES
from generator.kinds.base import TEXT_CODE
from generator.text_measure import ems
from generator.units import POINTS_PER_MM, Mm
from generator.writers.texts import block_text
from generator.writers.xlsx.cells import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellWriter,
    column_letters,
    empty_cell,
    serial,
    string_cell,
    sum_cell,
    text_faults,
    text_formula,
)
from generator.writers.xlsx.charts import framed
from generator.writers.xlsx.figures import chart_faults
from generator.writers.xlsx.look import Look
from generator.writers.xlsx.pens import gapped
from generator.writers.xlsx.pictures import Placed, drawing_reference
from generator.writers.xlsx.stream import Emit, Measure, emitter, measure
from generator.writers.xlsx.widths import floors, longest_label, widest
from generator.writers.xlsx.workbook import Book, page_setup, sheet_characters, sheet_opening, validation

_SERIAL_CHARACTERS = 6.0
_LEAST_CHARACTERS = 7.0
_CHUNK_ROWS = 500
_TALLEST = 409.0
_ROWS_PER_MM = 72 / 25.4 / 18
_MAX_FAULTS = 100
_MANY_LINES = 100.0
"""Lines of a cell from which on its text may be more than Excel takes."""


class Register:
    """Writes the sheet of a table form.

    Raises WriteError (E-xlsx-columns) for more columns than Excel takes.
    """

    def __init__(self, book: Book, blocks: Sequence[Block], table: Table) -> None:
        at = list(blocks).index(table)
        self.book, self.table = book, table
        self.above, self.below = blocks[:at], blocks[at + 1 :]
        self.document: Document = book.document
        self.theme, self.lang = self.document.theme, self.document.lang
        self.look: Look = book.look
        self.shift = 1 if table.serial else 0
        self.letters = [column_letters(n + 1 + self.shift) for n in range(len(table.columns))]
        if len(self.letters) + self.shift > MAX_COLUMNS:
            raise WriteError(Fault("E-xlsx-columns", Place(), {"limit": MAX_COLUMNS}))
        self.widest = widest(table, self.lang, self.theme.size.cell)
        self.widths = self._widths()
        rows_above = [len(self._lines_of(b)) if isinstance(b, FieldGrid) else 1 for b in self.above]
        self.written = self.theme.write.row / 25.4 * 72
        self.least = self.written if table.use is Use.PEN else 20.0
        self.measures = self._measures()
        self.header_row = 2 + sum(rows_above) + (1 if table.caption else 0)
        self.first = self.header_row + 1
        self.last = self.header_row
        self.as_of = ""
        self.merged: list[str] = []
        self.listed: list[str] = []
        self.faults: list[Fault] = []
        self.sums = self.widest.sums

    def _widths(self) -> list[float]:
        """Return the widths in characters: the columns' shares of a page, none too narrow for what it must hold."""
        serial = [_SERIAL_CHARACTERS] if self.shift else []
        room = sheet_characters(self.document) - sum(serial)
        faces = [c.face for c in self.table.columns]
        least = [max(face.kind.sheet_characters, _LEAST_CHARACTERS, longest_label(face)) for face in faces]
        parts, needed = [c.share for c in self.table.columns], self.widest.characters
        usual = fill_shares(max(room, sum(least)), parts, least)
        if all(width >= shown for width, shown in zip(usual, needed, strict=True)):
            return serial + usual
        least = [max(pair) for pair in zip(least, floors(usual, needed), strict=True)]
        return serial + fill_shares(max(room, sum(least)), parts, least)

    def _measures(self) -> list[tuple[int, Measure]]:
        """Return the columns whose cells may take several lines, by position, with what tells how many."""
        found = (
            (n, measure(column, self.widths[n + self.shift], self.lang)) for n, column in enumerate(self.table.columns)
        )
        return [(n, measured) for n, measured in found if measured]

    def chunks(self) -> Iterator[bytes]:
        """Yield the sheet as it's made, some hundred rows at a time.

        Raises WriteError with every text that Excel can't hold, and E-xlsx-rows where there are too many rows.
        """
        yield (sheet_opening(self.book, self.widths, self.header_row) + "".join(self._top())).encode()
        pending: list[str] = []
        for markup in self._rows():
            pending.append(markup)
            if len(pending) == _CHUNK_ROWS:
                yield "".join(pending).encode()
                pending.clear()
        pending += self._under()
        if self.faults:
            raise WriteError(self.faults)
        yield ("".join(pending) + "</sheetData>" + self._closing()).encode()

    # --- above the rows ---

    def _top(self) -> Iterator[str]:
        yield self._wide_row(1, "title", self.document.title, 34)
        number = 1
        for block in self.above:
            for line in self._lines_of(block) if isinstance(block, FieldGrid) else (None,):
                number += 1
                if line is None:
                    yield self._wide_row(number, "note", block_text(block, self.lang), 30)
                else:
                    yield f'<row r="{number}" ht="22" customHeight="1">{"".join(self._head_cells(line, number))}</row>'
        if self.table.caption:
            yield self._wide_row(number + 1, "subheading", self.table.caption, 20)
        yield self._header()

    def _wide_row(self, number: int, style: str, text: str, height: float) -> str:
        """Return a row of one cell over the whole width."""
        self._inspect(text, "", "")
        if len(self.widths) > 1:
            self.merged.append(f"A{number}:{column_letters(len(self.widths))}{number}")
        cell = string_cell(f"A{number}", self.look[style], text)
        return f'<row r="{number}" ht="{height:g}" customHeight="1">{cell}</row>'

    def _header(self) -> str:
        labels = [self.table.serial] if self.shift else []
        labels += [c.face.label + (" *" if self._is_starred(c) else "") for c in self.table.columns]
        for label in labels:
            self._inspect(label, "", "")
        cells = (
            string_cell(f"{column_letters(n)}{self.header_row}", self.look["header"], t)
            for n, t in enumerate(labels, 1)
        )
        lines = max(-(-ems(t) * 2 // max(1, self.widths[n] - 1)) for n, t in enumerate(labels))
        height = min(_TALLEST, 8 + 14 * max(1, lines))
        return f'<row r="{self.header_row}" ht="{height:.0f}" customHeight="1">{"".join(cells)}</row>'

    def _is_starred(self, column: Column) -> bool:
        return column.face.required and self.table.use is not Use.SHOWN

    def _lines_of(self, grid: FieldGrid) -> list[Sequence[Field]]:
        """Return the fields beside the rows in lines that have two columns or more for each."""
        most = max(1, len(self.widths) // 2)
        return [line[n : n + most] for line in grid.lines for n in range(0, len(line), most)]

    def _head_cells(self, fields: Sequence[Field], row: int) -> Iterator[str]:
        """Yield the fields beside the rows: cells for the label, and for the value those up to the next field."""
        writer = CellWriter(self.look, self.lang, "entry")
        first = 1
        for field, span in zip(fields, shares(len(self.widths), [1.0] * len(fields)), strict=True):
            face, label = field.face, self._label_columns(field.face.label, first, span)
            value = f"{column_letters(first + label)}{row}"
            self._inspect(field.text(self.lang), field.pointer, face.label)
            self._inspect(face.label, field.pointer, "")
            name = string_cell(f"{column_letters(first)}{row}", self.look["side"], face.label)
            yield self._joined(name, first, label, row, self.look["side"])
            entry = writer.write(value, field.value, face)
            yield self._joined(entry, first + label, span - label, row, writer.styles["text"])
            self.book.name(field.pointer, value)
            if face.choices and face.kind is not CHOICES:
                self.listed.append(validation(self.book.list_formula(face.choices), [value]))
            if self.table.overdue and field.pointer == self.table.overdue.as_of_pointer:
                self.as_of = f"${column_letters(first + label)}${row}"
            first += span

    def _label_columns(self, label: str, first: int, span: int) -> int:
        """Return how many columns a label takes: enough for its text, and at least one is left for the value."""
        width, columns = 0.0, 0
        while columns < span - 1 and width < ems(label) * 2:
            width += self.widths[first - 1 + columns]
            columns += 1
        return max(1, columns)

    def _joined(self, cell: str, first: int, span: int, row: int, style: int) -> str:
        """Return a cell merged with those to its right."""
        ends = [f"{column_letters(first + n)}{row}" for n in range(span)]
        if span > 1:
            self.merged.append(f"{ends[0]}:{ends[-1]}")
        return cell + "".join(empty_cell(at, style) for at in ends[1:])

    # --- below the rows ---

    def _under(self) -> Iterator[str]:
        """Yield what follows the table: places to sign side by side, other blocks as lines of text."""
        number = self.last + 1
        if self.table.summed:
            yield self._total()
            number += 1
        for block in self.below:
            rows = list(self._below(block, number))
            yield from rows
            number += len(rows)

    def _below(self, block: Block, number: int) -> Iterator[str]:
        """Yield the rows of a block beneath row `number`."""
        if isinstance(block, Picture):
            picture = framed(block, self.theme, self.lang, Mm(self.theme.text_height(self.document.page) - 3.0))
            self.faults += chart_faults(block.data) if block.data else []
            self.book.pictures.append(Placed(picture, number))
            rows = int((picture.height + 3.0) * _ROWS_PER_MM) + 1
            yield from (f'<row r="{number + n + 1}" ht="18" customHeight="1"/>' for n in range(rows))
        elif isinstance(block, SignatureBlock):
            yield from self._signatures(block, number + 1)
        else:
            yield self._wide_row(number + 1, "note", block_text(block, self.lang), 30)

    def _total(self) -> str:
        """Return the row of sums, as formulas, so that they follow what is entered."""
        number = self.last + 1
        writer = CellWriter(self.look, self.lang, "cell")
        leads = bool(self.shift) or 0 not in self.table.summed
        cells = [string_cell(f"A{number}", self.look["header"], self.table.total)] if leads else []
        own = enumerate(zip(self.table.columns, self.letters, strict=True))
        cells += [self._sum(writer, n, *column) for n, column in own if not (leads and n + self.shift == 0)]
        return f'<row r="{number}" ht="22" customHeight="1">{"".join(cells)}</row>'

    def _sum(self, writer: CellWriter, n: int, column: Column, letters: str) -> str:
        reference, face = f"{letters}{self.last + 1}", column.face
        if n not in self.table.summed:
            return empty_cell(reference, self.look["header"])
        code = face.kind.number_format(face.unit, self.lang, self.sums[n])
        if code == TEXT_CODE:
            return string_cell(reference, self.look["header"], face.text(self.sums[n], self.lang))
        area = f"{letters}{self.first}:{letters}{max(self.last, self.first)}"
        return sum_cell(reference, writer.style(code), area, self.sums[n], face.kind)

    def _signatures(self, block: SignatureBlock, number: int) -> Iterator[str]:
        parts = shares(len(self.widths), [1.0] * len(block.signatures))
        labels, dates, first = [], [], 1
        for signature, span in zip(block.signatures, parts, strict=True):
            start, end = column_letters(first), column_letters(first + max(1, span) - 1)
            label = signature.label + (f"\n{signature.name}" if signature.name else "")
            date_text = signature.date or gapped(signature_gaps(self.lang, self.theme), self.theme.size.note)
            labels.append(string_cell(f"{start}{number}", self.look["sign"], label))
            dates.append(string_cell(f"{start}{number + 1}", self.look["units"], date_text))
            self.merged += [f"{start}{n}:{end}{n}" for n in (number, number + 1) if start != end]
            first += max(1, span)
        room, under = self.theme.write.signature * POINTS_PER_MM, 32 if self.lang == "en" else 24
        yield f'<row r="{number}" ht="{room:.1f}" customHeight="1">{"".join(labels)}</row>'
        yield f'<row r="{number + 1}" ht="{under}" customHeight="1">{"".join(dates)}</row>'

    # --- rows ---

    def _rows(self) -> Iterator[str]:
        emit = self._emitters()
        empty = Row((None,) * len(self.table.columns))
        for serials, record in enumerate(self._all(empty), 1):
            self.last = self.header_row + serials
            if self.last > MAX_ROWS:
                raise WriteError(Fault("E-xlsx-rows", Place(), {"limit": MAX_ROWS}))
            yield self._row(record, self.last, serials, emit)

    def _all(self, empty: Row) -> Iterable[Row]:
        yield from self.table.rows
        for _ in range(self.table.blank_rows):
            yield empty

    def _emitters(self) -> list[Emit]:
        """Return for each column the function of value and row number to its cell."""
        writer = CellWriter(self.look, self.lang, "cell")
        return [emitter(writer, column, at) for column, at in zip(self.table.columns, self.letters, strict=True)]

    def _row(self, record: Row, number: int, serials: int, emit: Sequence[Emit]) -> str:
        at = str(number)
        cells = "".join([cell(value, at) for cell, value in zip(emit, record.values, strict=True)])
        if self.shift:
            cells = f'<c r="A{at}" s="{self.look["serial"]}"><v>{serials}</v></c>{cells}'
        return f'<row r="{at}" ht="{self._height(record, serials):g}" customHeight="1">{cells}</row>'

    def _height(self, record: Row, serials: int) -> float:
        """Return the row's height in points: as many lines as its longest cell wraps to; room to write where blank."""
        values = record.values
        lines = max([measured(values[n]) for n, measured in self.measures], default=1.0)
        if lines > _MANY_LINES:
            self._inspect_row(record, serials)
        least = self.written if record.spare else self.least
        return min(_TALLEST, max(least, round(lines * self.theme.size.cell * 1.4 + 6, 1)))

    def _inspect_row(self, record: Row, serials: int) -> None:
        for column, value in zip(self.table.columns, record.values, strict=True):
            if value is not None:
                at = f"{self.table.pointer}/{serials - 1}/{pointer_step(column.key)}"
                self._inspect(column.face.text(value, self.lang), at, column.face.label)

    def _inspect(self, text: str, pointer: str, label: str) -> None:
        if len(self.faults) < _MAX_FAULTS:
            self.faults = [*self.faults, *text_faults(text, pointer, label)][:_MAX_FAULTS]

    # --- after the rows: filter, rules, lists, print set-up ---

    def _closing(self) -> str:
        cells = "".join(f'<mergeCell ref="{area}"/>' for area in self.merged)
        merged = f'<mergeCells count="{len(self.merged)}">{cells}</mergeCells>' if self.merged else ""
        return "".join(
            (
                self._filter(),
                merged,
                self._rules(),
                self._validations(),
                page_setup(self.document),
                drawing_reference(self.book.pictures),
                "</worksheet>",
            )
        )

    def _filter(self) -> str:
        return f'<autoFilter ref="A{self.header_row}:{column_letters(len(self.widths))}{max(self.last, self.first)}"/>'

    def special_names(self) -> dict[str, str]:
        """Return the names that Excel itself reads: filter and print titles; name the table's cells on the way."""
        last_column = column_letters(len(self.widths))
        end = max(self.last, self.first)
        self.book.name(self.table.pointer, f"A{self.first}", f"{last_column}{end}")
        for column, letters in zip(self.table.columns, self.letters, strict=True):
            self.book.name(
                f"{self.table.pointer}/{pointer_step(column.key)}", f"{letters}{self.first}", f"{letters}{end}"
            )
        sheet = self.book.quoted_sheet
        return {
            "_xlnm._FilterDatabase": f"{sheet}!$A${self.header_row}:${last_column}${end}",
            "_xlnm.Print_Titles": f"{sheet}!${self.header_row}:${self.header_row}",
        }

    def _rules(self) -> str:
        """Return conditional formats: overdue rows, then choices that stand out."""
        parts, priority = [], 0
        end = f"{column_letters(len(self.widths))}{MAX_ROWS}"
        if self.table.overdue:
            formula = self._overdue(self.table.overdue)
            due = self.letters[self.table.overdue.due]
            cells = f"{due}{self.first}:{due}{MAX_ROWS}"
            parts.append(_rule(cells, formula, self.look.rules[Tone.ALERT], 1))
            parts.append(_rule(f"A{self.first}:{end}", formula, self.look.overdue, 2))
            priority = 2
        for column, letters in zip(self.table.columns, self.letters, strict=True):
            for choice in column.face.choices:
                if choice.tone:
                    priority += 1
                    area = f"{letters}{self.first}:{letters}{MAX_ROWS}"
                    formula = f"${letters}{self.first}={text_formula(choice.label)}"
                    parts.append(_rule(area, formula, self.look.rules[choice.tone], priority))
        return "".join(parts)

    def _overdue(self, overdue: Overdue) -> str:
        """Return the formula of an overdue row: as `is_late`, and on an open row with today where no day is given."""
        due, done = (f"${self.letters[n]}{self.first}" for n in (overdue.due, overdue.done))
        today = f"IF(ISNUMBER({self.as_of}),{self.as_of},TODAY())" if self.as_of else "TODAY()"
        if not self.as_of and isinstance(overdue.as_of, date):
            today = serial(overdue.as_of) or today
        end = f"IF(ISNUMBER({done}),{done},{today})"
        by_day = f"OR(INT({due})={due},INT({end})={end})"
        return f"AND(ISNUMBER({due}),IF({by_day},INT({end})>INT({due}),{end}>{due}))"

    def _validations(self) -> str:
        faces = [(c.face, letters) for c, letters in zip(self.table.columns, self.letters, strict=True)]
        listed = self.listed + [
            validation(self.book.list_formula(face.choices), [f"{letters}{self.first}:{letters}{MAX_ROWS}"])
            for face, letters in faces
            if face.choices and face.kind is not CHOICES
        ]
        return f'<dataValidations count="{len(listed)}">{"".join(listed)}</dataValidations>' if listed else ""


def _rule(area: str, formula: str, style: int, priority: int) -> str:
    text = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<conditionalFormatting sqref="{area}"><cfRule type="expression" dxfId="{style}" priority="{priority}">'
        f"<formula>{text}</formula></cfRule></conditionalFormatting>"
    )

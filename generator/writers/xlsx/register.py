"""A register as a worksheet: one record a row, streamed; typed cells, filter, frozen header, lists, rules of colour."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import NamedTuple

from generator.defined_names import more_name, texts_name
from generator.document import (
    Block,
    Column,
    Document,
    Drawn,
    Face,
    Field,
    FieldGrid,
    Overdue,
    Picture,
    Row,
    SignatureBlock,
    Table,
    Tone,
    Use,
)
from generator.errors import Fault, Place, WriteError, pointer_step
from generator.kinds import CHOICES
from generator.kinds.base import TEXT_CODE
from generator.units import POINTS_PER_MM, Mm, Pt
from generator.writers.drawn import in_row
from generator.writers.heights import LEAST_ROW, MOST_ROWS
from generator.writers.texts import block_text
from generator.writers.xlsx.boxes import Boxes
from generator.writers.xlsx.cells import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellWriter,
    begins_formula,
    column_letters,
    empty_cell,
    serial,
    string_cell,
    sum_cell,
    text_faults,
    text_formula,
)
from generator.writers.xlsx.charts import framed
from generator.writers.xlsx.controls import ROWS_MAY_BE_ADDED, Controls, is_open
from generator.writers.xlsx.figures import chart_faults
from generator.writers.xlsx.fitting import PIXELS_PER_CHARACTER, fitted, header_lines, text_room
from generator.writers.xlsx.long_texts import Long
from generator.writers.xlsx.look import Look, edged
from generator.writers.xlsx.marks import place_beside_title
from generator.writers.xlsx.pages import Page
from generator.writers.xlsx.pictures import Placed, drawing_reference
from generator.writers.xlsx.stream import MOST_PLACES, Emit, Measure, emitter, measure
from generator.writers.xlsx.widths import widest
from generator.writers.xlsx.workbook import (
    Book,
    more_rows,
    page_setup,
    row_breaks,
    sheet_characters,
    sheet_opening,
    validation,
)

_SERIAL_CHARACTERS = 6.0
_CHUNK_ROWS = 500
_ROWS_PER_MM = 72 / 25.4 / 18
_WIDEST = 254.0
"""Characters that a column is wide at most: one more, and Excel takes no file."""

_BELOW_PICTURE, _LEAST_SHARE = 10.0, 0.8
"""Millimetres kept free beneath a picture; the share of its size at which it may stand so that it stays on its page."""

_AT_EDGES = 2.0
"""Millimetres that a picture stays away from the table's edges: one that is wider makes the whole sheet smaller."""

_MAX_FAULTS = 100
_TALLEST, _MOST_OF_PAGE = 409.0, 0.25
"""Points of the tallest row there may be; share of a page that a row takes, for no row is parted between two."""

_TITLE, _LEAST_HEAD, _LEAST_ROW, _TOTAL = 34.0, 22.0, 20.0, 22.0
_BETWEEN, _BEFORE_SIGNATURES, _SPARE = 6.0, 14.0, 6.0
"""Points that rows take, and that stay free between them and at a page's foot."""

_LINE_HEIGHT, _ABOUT_LINES = 1.4, 6.0
"""Height of a line in sizes of its type; points above and below the lines of a cell."""

_BESIDE_NOTE = 6.0
"""Millimetres of a row that its note doesn't take."""

_HEAVIER = 5
"""Rows for a pen between heavier rules."""


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
        self.labels = [c.face.label + (" *" if self._is_starred(c) else "") for c in table.columns]
        self.pixels = self._pixels()
        self.widths = [min(_WIDEST, width / PIXELS_PER_CHARACTER) for width in self.pixels]
        self.is_control = table.use is Use.CONTROL
        self.controls = Controls(book)
        self.boxes = Boxes(self.pixels, self.look, self.theme, self.lang, self.controls, self._smaller)
        if more_rows(table):
            book.more.append(table)
        self.page = Page(self._page_height())
        self.written = self.theme.write.row * POINTS_PER_MM * self._smaller
        self.least = self.written if table.use is Use.PEN else _LEAST_ROW
        self.tallest = self._in_lines(min(_TALLEST, self.page.height * _MOST_OF_PAGE))
        self.measures = self._measures()
        self.hands = [n for n, column in enumerate(table.columns) if column.face.kind.is_drawn]
        self.header_row = self.first = self.last = 0
        self.factor = 1.0
        self.as_of = ""
        self.long = Long(self.book, table, self.measures, self._most_lines)
        self.listed: list[str] = []
        self.first_entry = ""
        self.record: Sequence[object] = ()
        self.faults: list[Fault] = []
        self.sums = self.widest.sums

    def _pixels(self) -> list[float]:
        """Return the widths of the columns in pixels."""
        serial = [_SERIAL_CHARACTERS * PIXELS_PER_CHARACTER] if self.shift else []
        room = sheet_characters(self.document) * PIXELS_PER_CHARACTER - sum(serial)
        needed = [characters * PIXELS_PER_CHARACTER for characters in self.widest.characters]
        return serial + fitted(self.table, self.labels, needed, self.lang, self.theme.size.cell, room)

    def _page_height(self) -> float:
        """Return how many points of rows a page holds: more where the sheet is printed smaller than it is."""
        return self.theme.text_height(self.document.page) * POINTS_PER_MM * self._smaller - _SPARE

    @property
    def _smaller(self) -> float:
        """Return how many times as small as it is the sheet is printed, so that its columns have room."""
        room, wide = sheet_characters(self.document) / 0.95, sum(self.pixels) / PIXELS_PER_CHARACTER
        return max(1.0, wide / room)

    def _measures(self) -> list[tuple[int, Measure]]:
        """Return the columns whose cells may take several lines, by position, with what tells how many."""
        points = self.theme.size.cell
        rooms = [text_room(width, points) for width in self.pixels[self.shift :]]
        found = ((n, measure(column, rooms[n], self.lang)) for n, column in enumerate(self.table.columns))
        return [(n, measured) for n, measured in found if measured]

    def _in_lines(self, height: float) -> float:
        """Return as much of a height as whole lines take, so that none is cut through."""
        line = self.theme.size.cell * _LINE_HEIGHT
        return int((height - _ABOUT_LINES) / line) * line + _ABOUT_LINES

    @property
    def _most_lines(self) -> int:
        """Return how many lines a row shows at most."""
        return round((self.tallest - _ABOUT_LINES) / (self.theme.size.cell * _LINE_HEIGHT))

    def chunks(self) -> Iterator[bytes]:
        """Yield the sheet as it's made, some hundred rows at a time.

        Raises WriteError with every text that Excel can't hold, and E-xlsx-rows where there are too many rows.
        """
        top = list(self._top())
        answers = [n for n, c in enumerate(self.table.columns) if is_open(c.face) and not c.running]
        selected = f"{self.letters[answers[0] if self.is_control and answers else 0]}{self.first}"
        if self.is_control and self.first_entry:
            selected = self.first_entry
        yield (sheet_opening(self.book, self.widths, self.header_row, selected) + "".join(top)).encode()
        pending: list[str] = []
        for markup in self._rows():
            pending.append(markup)
            if len(pending) == _CHUNK_ROWS:
                yield "".join(pending).encode()
                pending.clear()
        pending += self._under()
        if faults := [*self.boxes.faults, *self.faults][:_MAX_FAULTS]:
            raise WriteError(faults)
        yield ("".join(pending) + "</sheetData>" + self._closing()).encode()

    # --- above the rows ---

    def _top(self) -> Iterator[str]:
        boxes, self.last = self.boxes, 1
        place_beside_title(self.book, boxes.width((1, boxes.columns)), _TITLE / POINTS_PER_MM)
        yield boxes.wide(1, "title", self.document.title, _TITLE)
        self.page.add(_TITLE)
        for block in self.above:
            if isinstance(block, FieldGrid):
                yield from self._head(block)
            else:
                text = block_text(block, self.lang)
                yield self._next("note", text, boxes.wide_height(text, self.theme.size.note) + 4)
            yield self._gap(_BETWEEN)
        if self.table.caption:
            yield self._next("subheading", self.table.caption, 20)
        yield self._header()

    def _next(self, style: str, text: str, height: float) -> str:
        """Return the next row, of one cell over the whole width."""
        self.last += 1
        self.page.add(height)
        return self.boxes.wide(self.last, style, text, height)

    def _gap(self, height: float) -> str:
        """Return a row that leaves some points free."""
        self.last += 1
        self.page.add(height)
        return self.boxes.row(self.last, height, ())

    def _head(self, grid: FieldGrid) -> Iterator[str]:
        """Yield the fields beside the rows, in boxes."""
        most = self.boxes.columns
        lines = [line[n : n + most] for line in grid.lines for n in range(0, len(line), most)]
        for n, fields in enumerate(lines):
            rows, heights, places = self.boxes.fields(fields, self.last + 1, n == 0, n == len(lines) - 1)
            yield from rows
            self.last += len(rows)
            self.page.add(sum(heights))
            for field, place in zip(fields, places, strict=True):
                self._placed(field, place)

    def _placed(self, field: Field, place: str) -> None:
        """Name the cell of a field, and offer its choices."""
        face = field.face
        self.book.name(field.pointer, place)
        if self.is_control:
            self.controls.placed(face, place, value=field.value)
            self.first_entry = self.first_entry or (place if is_open(face, field.value) else "")
        elif face.choices and face.kind is not CHOICES:
            self.listed.append(validation(self.book.list_formula(face.choices), [place]))
        if self.table.overdue and field.pointer == self.table.overdue.as_of_pointer:
            letters = place.rstrip("0123456789")
            self.as_of = f"${letters}${place[len(letters) :]}"

    def _header(self) -> str:
        labels = [self.table.serial] * self.shift + self.labels
        points = self.theme.size.cell
        self.last += 1
        self.header_row, self.first = self.last, self.last + 1
        cells = [
            self.boxes.cell(self.last, (n, 1), edged("header", f"T{right}B{left}"), label)
            for n, (label, (left, right)) in enumerate(zip(labels, self._sides(), strict=True), 1)
        ]
        lines = max(header_lines(label, width, points) for label, width in zip(labels, self.pixels, strict=True))
        height = min(_TALLEST, round(max(_LEAST_HEAD, lines * points * _LINE_HEIGHT + 10), 1))
        self.page.add(height)
        self.page.head = height
        return self.boxes.row(self.last, height, cells)

    def _sides(self) -> list[tuple[str, str]]:
        """Return the left and right edges of the columns: those of the frame at both ends."""
        last = self.boxes.columns - 1
        return [("L" if n == 0 else "l", "R" if n == last else "r") for n in range(last + 1)]

    def _is_starred(self, column: Column) -> bool:
        return column.face.required and self.table.use is not Use.SHOWN

    # --- below the rows ---

    def _under(self) -> Iterator[str]:
        """Yield what follows the table: sums, long texts, places to sign, other blocks as lines of text."""
        self.end = self.last
        if self.table.summed:
            yield self._total()
        yield from self._long_texts()
        for block in self.below:
            yield from self._below(block)

    def _below(self, block: Block) -> Iterator[str]:
        """Yield the rows of a block beneath the table."""
        if isinstance(block, Picture):
            picture = framed(block, self.theme, self.lang, Mm(self.theme.text_height(self.document.page) - 3.0))
            self.faults += chart_faults(block.data) if block.data else []
            share = min(1.0, (self.boxes.width((1, self.boxes.columns)) - _AT_EDGES) / picture.width)
            left = (self.page.height - self.page.used) / POINTS_PER_MM - _BELOW_PICTURE
            if not picture.data and _LEAST_SHARE * share * picture.height <= left < share * picture.height:
                share = left / picture.height
            self.book.pictures.append(Placed(picture, self.last, share))
            rows = int((picture.height * share + 3.0) * _ROWS_PER_MM) + 1
            self.page.keep(rows * 18.0, self.last)
            yield from (self._gap(18.0) for _ in range(rows))
        elif isinstance(block, SignatureBlock):
            yield from self._signatures(block)
        else:
            text = block_text(block, self.lang)
            yield self._gap(_BETWEEN)
            yield self._next("note", text, self.boxes.wide_height(text, self.theme.size.note) + 4)

    def _signatures(self, block: SignatureBlock) -> Iterator[str]:
        rows, heights = self.boxes.signatures(block, self.last + 2)
        self.page.keep(_BEFORE_SIGNATURES + sum(heights), self.last, with_rows=2)
        yield self._gap(_BEFORE_SIGNATURES)
        self.last += len(rows)
        self.page.add(sum(heights))
        yield from rows

    def _total(self) -> str:
        """Return the row of sums, as formulas, so that they follow what is entered."""
        self.last += 1
        number, columns = self.last, self.table.columns
        leads = bool(self.shift) or 0 not in self.table.summed
        edges = [f"t{right}B{left}" for left, right in self._sides()]
        cells = [self.boxes.cell(number, (1, 1), edged("total", edges[0]), self.table.total)] if leads else []
        own = [(n, column) for n, column in enumerate(columns) if not (leads and n + self.shift == 0)]
        cells += [self._sum(n, column, edges[n + self.shift]) for n, column in own]
        height = max(_TOTAL, self.least)
        self.page.add(height)
        return self.boxes.row(number, height, cells)

    def _sum(self, n: int, column: Column, edges: str) -> str:
        letters, face = self.letters[n], column.face
        reference, style = f"{letters}{self.last}", self.look[edged("total", edges)]
        if n not in self.table.summed:
            return empty_cell(reference, style)
        code = face.kind.number_format(face.unit, self.lang, self.sums[n])
        if code == TEXT_CODE:
            return string_cell(reference, style, face.text(self.sums[n], self.lang))
        if places := self.widest.places.get(n, 0):
            code = face.kind.chart_format(face.unit, self.lang, min(places, MOST_PLACES))
        area = f"{letters}{self.first}:{letters}{max(self.end, self.first)}"
        if more_rows(self.table) and is_open(face):
            area = f"{area},{more_name(f'{self.table.pointer}/{pointer_step(self.table.columns[n].key)}')}"
        return sum_cell(
            reference, CellWriter(self.look, self.lang, "cell", edges).style(code), area, self.sums[n], face.kind
        )

    def _long_texts(self) -> Iterator[str]:
        """Yield the texts that are longer than their cells, whole, and name their rows."""
        if not self.long.count:
            return
        first = self.last + 2
        yield self._gap(_BETWEEN)
        for text, lines in self.long.texts(*self._note_look):
            yield self._next("note", text, self._text_height(lines))
        self.book.add_name(texts_name(self.table.pointer), f"A{first}", f"A{self.last}")

    # --- rows ---

    def _rows(self) -> Iterator[str]:
        """Yield the rows; each is made when it is known whether it is the last one."""
        usual, final = self._emitters("b"), None
        fifth = self._emitters("B") if self.table.use is Use.PEN else usual
        if self.table.use is Use.PEN:
            self.least = self._filling()
        self.factor = self._stretch()
        empty = Row((None,) * len(self.table.columns))
        serials, held = 0, None
        for record in self._all(empty):
            if held is not None:
                yield self._row(held, serials, fifth if serials % _HEAVIER == 0 else usual)
            serials, held = serials + 1, record
            self.last = self.header_row + serials
            if self.last > MAX_ROWS:
                raise WriteError(Fault("E-xlsx-rows", Place(), {"limit": MAX_ROWS}))
        if held is not None:
            final = self._emitters("b" if self.table.summed else "B")
            yield self._row(held, serials, final)

    def _all(self, empty: Row) -> Iterable[Row]:
        yield from self.table.rows
        for _ in range(self.table.blank_rows):
            yield empty

    def _filling(self) -> float:
        """Return the height of empty rows at which they fill their pages, and what follows stands with some of them."""
        rows = list(self.table.rows)
        if any(value is not None for row in rows for value in row.values):
            return self.written
        least = min(self.written, LEAST_ROW * POINTS_PER_MM * self._smaller)
        return self.page.filled(len(rows) + self.table.blank_rows, least, self.written, list(self._beneath(())))

    def _stretch(self) -> float:
        """Return how many times as high rows are as they must be, where the last page would else be nearly empty."""
        rows = list(islice(self.table.rows, MOST_ROWS + 1))
        if not 0 < len(rows) <= MOST_ROWS:
            return 1.0
        heights = [self._height(row) for row in rows]
        tall = [(row, n) for n, (row, height) in enumerate(zip(rows, heights, strict=True), 1) if height > self.tallest]
        heights = [min(self.tallest, height) for height in heights] + [self.least] * self.table.blank_rows
        return self.page.stretched(heights, list(self._beneath(tall)))

    def _beneath(self, tall: Sequence[tuple[Row, int]]) -> Iterator[float]:
        """Yield the heights of what stands beneath the rows, of which some have texts longer than their cells."""
        if self.table.summed:
            yield _TOTAL
        for row, n in tall:
            yield from (self._text_height(lines) for _, lines in self.long.parts(row, n, *self._note_look))
        for block in self.below:
            if isinstance(block, SignatureBlock):
                yield _BEFORE_SIGNATURES + sum(self.boxes.signatures(block, 1)[1])
                del self.boxes.merged[-1:]

    @property
    def _note_look(self) -> tuple[Mm, Pt]:
        """Return how wide a note is, and the size of its type."""
        return Mm(self.boxes.width((1, self.boxes.columns)) - _BESIDE_NOTE), self.theme.size.note

    def _text_height(self, lines: int) -> float:
        return min(_TALLEST, lines * self.theme.size.note * _LINE_HEIGHT + _ABOUT_LINES)

    def _emitters(self, bottom: str) -> "_Emitters":
        """Return for each column the function of value and row number to its cell."""
        if self.is_control:
            return self._answers(bottom)
        edges = [f"t{right}{bottom}{left}" for left, right in self._sides()]
        own = edges[self.shift :]
        emit = [
            emitter(CellWriter(self.look, self.lang, "cell", own[n]), column, at, self.widest.places.get(n, 0))
            for n, (column, at) in enumerate(zip(self.table.columns, self.letters, strict=True))
        ]
        return _Emitters(emit, own, self.look[edged("serial", edges[0])])

    def _answers(self, bottom: str) -> "_Emitters":
        """Return the same of cells that are filled in on screen."""
        edges = [f"t{right}{bottom}{left}" for left, right in self._sides()]
        own = edges[self.shift :]
        keys = [column.key for column in self.table.columns]
        at_column = {column.key: at for column, at in zip(self.table.columns, self.letters, strict=True)}

        def answer(face: Face, letters: str, edges: str) -> Emit:
            def cell(value: object, number: str) -> str:
                places = replace(
                    self.book.places(),
                    row=lambda key: f"{at_column[key]}{number}",
                    row_given=lambda key: self.record[keys.index(key)] is not None,
                )
                return self.controls.cell(f"{letters}{number}", "cell", edges, face, value, places)

            return cell

        emit = [
            emitter(CellWriter(self.look, self.lang, "cell", own[n]), column, at)
            if column.running
            else answer(column.face, at, own[n])
            for n, (column, at) in enumerate(zip(self.table.columns, self.letters, strict=True))
        ]
        return _Emitters(emit, own, self.look[edged("serial", edges[0])])

    def _row(self, record: Row, serials: int, emit: "_Emitters") -> str:
        number = self.header_row + serials
        at, self.record = str(number), record.values
        values = self._signed(record.values, at) if self.hands else record.values
        cells = [cell(value, at) for cell, value in zip(emit.cells, values, strict=True)]
        height = self._height(record)
        if height > self.tallest:
            self._inspect_row(record, serials)
        if height <= self.tallest:
            height = round(height * self.factor, 1)
        else:
            height = self.tallest
            for n in self.long.columns(record) if not self.is_control else ():
                cells[n] = self._long_cell(record, n, number, emit.edges[n])
        if self.shift:
            cells.insert(0, f'<c r="A{at}" s="{emit.serial}"><v>{serials}</v></c>')
        self.page.add(height)
        return f'<row r="{at}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'

    def _signed(self, values: Sequence[object], number: str) -> Sequence[object]:
        """Lay the signatures of a row over their cells, and return what those themselves hold."""
        for n in self.hands:
            if isinstance(drawn := values[n], Drawn):
                across = self.boxes.width((n + self.shift + 1, 1))
                self.book.sign(drawn, f"{self.letters[n]}{number}", in_row(drawn, self.theme, across))
        return [None if isinstance(value, Drawn) else value for value in values]

    def _long_cell(self, record: Row, n: int, number: int, edges: str) -> str:
        """Return a cell that shows the beginning of its text."""
        self.long.count += 1
        text = self.table.columns[n].face.text(record.values[n], self.lang)
        name = "cell.long quoted" if begins_formula(text) else "cell.long"
        return string_cell(f"{self.letters[n]}{number}", self.look[edged(name, edges)], text)

    def _height(self, record: Row) -> float:
        """Return the row's height in points: as many lines as its longest cell wraps to; room to write where blank."""
        lines = max([measured(record.values[n]) for n, measured in self.measures], default=1.0)
        least = self.written if record.spare else self.least
        if any(isinstance(record.values[n], Drawn) for n in self.hands):
            least = max(least, (self.theme.write.drawn_row + 2.0) * POINTS_PER_MM)
        return max(least, round(lines * self.theme.size.cell * _LINE_HEIGHT + _ABOUT_LINES, 1))

    def _inspect_row(self, record: Row, serials: int) -> None:
        for column, value in zip(self.table.columns, record.values, strict=True):
            if value is not None and len(self.faults) < _MAX_FAULTS:
                at = f"{self.table.pointer}/{serials - 1}/{pointer_step(column.key)}"
                self.faults += text_faults(column.face.text(value, self.lang), at, column.face.label)

    # --- after the rows: filter, rules, lists, print set-up ---

    def _closing(self) -> str:
        areas = self.boxes.merged
        if self.is_control:
            self._columns_placed()
        cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
        merged = f'<mergeCells count="{len(areas)}">{cells}</mergeCells>' if areas else ""
        return "".join(
            (
                ROWS_MAY_BE_ADDED if self.is_control else "",
                self._filter(),
                merged,
                self._rules(),
                self.controls.closing() if self.is_control else self._validations(),
                page_setup(self.document),
                row_breaks(self.page.breaks),
                drawing_reference(self.book.pictures, self.book.marks, self.book.signed),
                "</worksheet>",
            )
        )

    def _columns_placed(self) -> None:
        """Say what the cells of the columns take."""
        end = max(self.end, self.first)
        answers = [(c, at) for c, at in zip(self.table.columns, self.letters, strict=True) if not c.running]
        others = [f"{at}{self.first}" for column, at in answers if is_open(column.face)]
        for column, at in answers:
            self.controls.placed(column.face, f"{at}{self.first}", f"{at}{end}", others)

    def _filter(self) -> str:
        return f'<autoFilter ref="A{self.header_row}:{column_letters(len(self.widths))}{max(self.end, self.first)}"/>'

    def special_names(self) -> dict[str, str]:
        """Return the names that Excel itself reads: filter and print titles; name the table's cells on the way."""
        last_column = column_letters(len(self.widths))
        end = max(self.end, self.first)
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


class _Emitters(NamedTuple):
    """What makes the cells of a row: a function a column, their edges, the style of its number."""

    cells: Sequence[Emit]
    edges: Sequence[str]
    serial: int


def _rule(area: str, formula: str, style: int, priority: int) -> str:
    text = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<conditionalFormatting sqref="{area}"><cfRule type="expression" dxfId="{style}" priority="{priority}">'
        f"<formula>{text}</formula></cfRule></conditionalFormatting>"
    )

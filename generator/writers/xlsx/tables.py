"""A table as lines of a sheet: its head once more on each page, columns as wide as their words, sums as formulas."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from generator.defined_names import more_name
from generator.document import Beside, Column, Drawn, Picture, Row, Table, Use
from generator.document.columns import GUTTER, column_widths, label_lines
from generator.errors import pointer_step
from generator.kinds import CHOICES
from generator.kinds.base import TEXT_CODE
from generator.text_measure import ems
from generator.units import MM_PER_POINT, POINTS_PER_MM, Mm
from generator.writers.drawn import in_row
from generator.writers.paging import Line
from generator.writers.tables import LongText, Sum, parts, sums, unfolded
from generator.writers.xlsx.cells import column_letters, number_cell, sum_cell, text_faults
from generator.writers.xlsx.controls import is_open
from generator.writers.xlsx.grid import COLUMNS, LINE_HEIGHT, MIDDLE, PADDING, PER_COLUMN, Cell
from generator.writers.xlsx.grid import Row as SheetRow
from generator.writers.xlsx.look import edged
from generator.writers.xlsx.pictures import Placed
from generator.writers.xlsx.widths import floors, is_unwrapped, widened, widest
from generator.writers.xlsx.workbook import more_rows

if TYPE_CHECKING:
    from generator.writers.xlsx.form import FormSheet

_LEAST_HEAD, _LEAST_ROW, _CAPTION = 20.0, 18.0, 15.0
"""Points that the head of a table, a row and a caption take at least."""

_CHARACTER, _AROUND = 1.86, 0.7
"""Millimetres of a character; characters that no text should touch."""
_SHORT = 8.0
"""Ems of a text that should stand on one line."""

_LEAST_OVER = 0.5
"""Points by which a picture reaches below the table beside it, for which there is a row of its own."""

_NOTED = 1.12
"""How much wider a note may be set than it is thought to be."""

_ABOUT_DRAWN = 2.0
"""Millimetres above and beneath a signature in its row."""

_MOST_COLUMNS = COLUMNS // 3


class TableLines:
    """Adds the lines of one table to a sheet; a very wide one in parts that repeat its key column."""

    def __init__(self, sheet: "FormSheet", table: Table) -> None:
        self.sheet, self.table = sheet, table

    def add(self) -> None:
        if more_rows(self.table):
            self.sheet.book.more.append(replace(self.table, caption=self.table.caption or self.sheet.heading))
        for n, part in enumerate(parts(self.sheet.document, self.table, _MOST_COLUMNS)):
            if n:
                self.sheet.gap(8.0, keeps=False)
            _Part(self.sheet, part).add()


class BesideLines:
    """Adds the lines of a table with a picture at its right, which stay on one page."""

    def __init__(self, sheet: "FormSheet", node: Beside) -> None:
        self.sheet, self.node = sheet, node

    def add(self) -> None:
        sheet, columns = self.sheet, PER_COLUMN * self.node.columns
        start = len(sheet.lines)
        _Part(sheet, self.node.table, columns).add()
        picture, share = sheet.drawn(self.node.picture, Mm((COLUMNS - columns) * sheet.width - GUTTER), close=True)
        high = sum(line.height for line in sheet.lines[start:])
        if picture.data and not self.node.table.summed:  # each bar beside its row
            picture = replace(picture, height=Mm(max(picture.height, high / POINTS_PER_MM)))
        missing = picture.height * share * POINTS_PER_MM - high
        if missing > _LEAST_OVER:
            sheet.add([], missing)
        self._note(picture, columns)
        kept = [replace(line, keeps=True) for line in sheet.lines[start:-1]]
        kept[0] = replace(kept[0], content=SheetRow(kept[0].content.cells, self._placed(picture, share, columns)))
        sheet.lines[start:-1] = kept

    def _note(self, picture: Picture, columns: int) -> None:
        """Add what the chart was counted of, beneath it: in a cell, which every program sets, on one line."""
        if not picture.data or not picture.data.note:
            return
        sheet, size = self.sheet, self.sheet.theme.size.label
        note = picture.data.note.replace("\n", " " if sheet.lang == "en" else "")
        wide = min(COLUMNS, max(COLUMNS - columns, sheet.columns_for(ems(note) * size * MM_PER_POINT * _NOTED)))
        sheet.add([sheet.plain(COLUMNS + 1 - wide, wide, "beneath", note)], sheet.wrapped(note, wide, size))

    def _placed(self, picture: Picture, share: float, columns: int) -> Callable[[int], None]:
        """Return what lays the picture beside the table's first row."""

        def placed(row: int) -> None:
            self.sheet.book.pictures.append(Placed(picture, row - 1, share, columns, GUTTER, close=True))

        return placed


class ChartLines:
    """Adds the lines of charts that stand side by side, each beneath its title and above what it was counted of."""

    def __init__(self, sheet: "FormSheet", parts: Sequence[Picture]) -> None:
        self.sheet, self.parts, self.span = sheet, parts, COLUMNS // len(parts)

    def add(self) -> None:
        sheet, data = self.sheet, [part.data for part in self.parts]
        drawn = [sheet.drawn(part, Mm(self.span * sheet.width - GUTTER), close=True)[0] for part in self.parts]
        height = max(picture.height for picture in drawn)
        self._words("caption", [one.title if one else "" for one in data], _CAPTION)

        def placed(row: int) -> None:
            for n, one in enumerate(drawn):
                higher = replace(one, height=height)
                sheet.book.pictures.append(Placed(higher, row - 1, 1.0, n * self.span, 0.0, close=True))

        sheet.add([], height * POINTS_PER_MM, placed=placed, keeps=True)
        notes = [one.note if one else "" for one in data]
        size = sheet.theme.size.label
        self._words("beneath", notes, max(sheet.wrapped(note, self.span, size) for note in notes))

    def _words(self, style: str, texts: Sequence[str], height: float) -> None:
        """Add a text for each chart, in a line."""
        cells = [self.sheet.plain(n * self.span + 1, self.span, style, text) for n, text in enumerate(texts)]
        self.sheet.add(cells, height)


class _Part:
    """Adds the lines of a table whose columns have room side by side; it takes so many of the sheet's."""

    def __init__(self, sheet: "FormSheet", table: Table, columns: int = COLUMNS) -> None:
        self.sheet, self.table, self.columns = sheet, table, columns
        self.rows = list(table.rows)
        self.rows += [Row((None,) * len(table.columns))] * table.blank_rows
        self.spans = self._spans()
        self.own = self.spans[1:] if table.serial else self.spans
        self.is_control = table.use is Use.CONTROL
        self.letters = {
            column.key: column_letters(start) for (start, _), column in zip(self.own, table.columns, strict=True)
        }
        self.first = self.last = 0
        self.head: tuple[Line[SheetRow], ...] = ()

    def add(self) -> None:
        if self.table.caption:
            self.sheet.full("caption", self.table.caption, _CAPTION, keeps=True)
        self.head = (self._header(),)
        summed = sums(self.table, list(self.table.rows))
        for n, row in enumerate(self.rows, 1):
            final = n == len(self.rows) and summed is None
            together = n < min(2, len(self.rows)) or (n == len(self.rows) - 1 and len(self.rows) > 2)
            self._rows(row, n, "B" if final else "b", together or (summed is not None and n == len(self.rows)))
        if summed is not None:
            self._total(summed)

    def _spans(self) -> list[tuple[int, int]]:
        """Return first column and width of the columns; what can't be broken has room where there is any."""
        sheet, table = self.sheet, self.table
        if table.sides > 1:
            return self._alike()
        needed = widest(table, sheet.lang, sheet.theme.size.cell).characters
        wide = [0.0] * bool(table.serial) + [width and width + _AROUND for width in needed]
        least = [ceil(width * _CHARACTER / sheet.width) for width in wide]
        texts = [0] * bool(table.serial) + [self._whole(n) for n in range(len(table.columns))]
        texts = [max(pair) for pair in zip(least, texts, strict=True)]
        if sum(texts) <= self.columns:
            least = texts
        whole = Mm(self.columns * sheet.width)
        usual = sheet.spans(column_widths(sheet.theme, table, whole, self.rows), self.columns)
        widths = [width for _, width in usual]
        if all(width >= columns for width, columns in zip(widths, least, strict=True)):
            return usual
        return sheet.spans([float(n) for n in widened(widths, [ceil(n) for n in floors(widths, least)])], self.columns)

    def _alike(self) -> list[tuple[int, int]]:
        """Return the columns of a table with several rows in each: those of all its sides are as wide."""
        sides, own = self.table.sides, len(self.table.columns) // self.table.sides
        rows = [Row(row.values[n * own :][:own]) for row in self.rows for n in range(sides)]
        one = replace(self.table, columns=self.table.columns[:own], rows=rows, blank_rows=0, sides=1)
        spans = _Part(self.sheet, one, self.columns // sides).spans
        return [(n * self.columns // sides + start, span) for n in range(sides) for start, span in spans]

    def _whole(self, n: int) -> int:
        """Return the columns of the sheet at which the short texts of a column stand on one line; none for others."""
        size = self.sheet.theme.size.cell * MM_PER_POINT
        longest = max((ems(value) for row in self.rows if isinstance(value := row.values[n], str)), default=0.0)
        short = 0 < longest <= _SHORT and not self.table.columns[n].face.choices
        return ceil((longest * size + PADDING) / self.sheet.width) if short else 0

    def _header(self) -> Line[SheetRow]:
        """Add the head, and return it as it stands on the pages on which the table goes on."""
        sheet, table, size = self.sheet, self.table, self.sheet.theme.size
        labels = [table.serial] if table.serial else []
        for (_, span), column in zip(self.own, table.columns, strict=True):
            star = " *" if table.is_starred(column) else ""
            labels.append(label_lines(sheet.theme, column.face.label, Mm(span * sheet.width)) + star)
        cells = [
            sheet.plain(*at, edged("header", f"T{right}B{left}"), label)
            for (at, label), (left, right) in zip(
                zip(self.spans, labels, strict=True), self._sides(self.spans), strict=True
            )
        ]
        height = max(
            sheet.wrapped(label, at[1], size.cell, MIDDLE) for at, label in zip(self.spans, labels, strict=True)
        )
        made = sheet.add(cells, max(_LEAST_HEAD, height), keeps=True)
        return Line(made.content, made.height)

    def _sides(self, spans: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
        """Return the left and right edges of cells side by side: those of the frame at both ends."""
        last = len(spans) - 1
        return [("L" if n == 0 else "l", "R" if n == last else "r") for n in range(len(spans))]

    def _rows(self, row: Row, number: int, bottom: str, keeps: bool) -> None:
        """Add a row, and beneath it its texts that are too long for their columns."""
        if self.is_control:
            self._row(row, number, bottom, keeps)
            return
        widths = [Mm(width * self.sheet.width) for _, width in self.own]
        shown, texts = unfolded(self.table, row, widths, self.sheet.theme.size.cell, self.sheet.lang)
        self._row(shown, number, "b" if texts else bottom, keeps or bool(texts))
        for n, text in enumerate(texts, 1):
            self._beneath(text, number - 1, bottom if n == len(texts) else "b", keeps)

    def _beneath(self, text: LongText, n: int, bottom: str, keeps: bool) -> None:
        sheet, face = self.sheet, self.table.columns[text.column].face
        sheet.add([sheet.plain(1, self.columns, edged("label", "tRL"), face.label)], _CAPTION, keeps=True)
        pointer = f"{self.table.pointer}/{n}/{pointer_step(self.table.columns[text.column].key)}"
        sheet.faults += text_faults(text.text, pointer, face.label)
        entries = sheet.writer("entry", f"R{bottom}L")
        cell = Cell(1, self.columns, lambda ref: entries.write(ref, text.text, face), entries.styles["text"])
        height = sheet.wrapped(text.text, self.columns, sheet.theme.size.entry)
        pitch = sheet.theme.size.entry * LINE_HEIGHT
        sheet.add([cell], height, keeps=keeps, placed=lambda at: sheet.book.name(pointer, f"A{at}"), pitch=pitch)

    def _row(self, row: Row, number: int, bottom: str, keeps: bool) -> None:
        sheet, table = self.sheet, self.table
        sides = self._sides(self.spans)
        edges = [f"t{right}{bottom}{left}" for left, right in sides]
        cells: list[Cell] = []
        if table.serial:
            style = sheet.look[edged("serial", edges[0])]
            cells.append(Cell(*self.spans[0], lambda at: number_cell(at, style, str(number)), style))
        pen = table.use is Use.PEN or row.spare or (self.is_control and not any(row.values))
        height = sheet.theme.write.row * POINTS_PER_MM if pen else _LEAST_ROW
        own = edges[1:] if table.serial else edges
        for n, (at, column, value) in enumerate(zip(self.own, table.columns, row.values, strict=True)):
            if row.mark and table.overdue and n == table.overdue.due:
                marked = f"{'' if value is None else column.face.kind.text(value, sheet.lang)} {row.mark}"
                cells.append(sheet.plain(*at, edged("cell.marked", own[n]), marked))
                continue
            cells.append(self._cell(column, value, at, number - 1, own[n], row))
            if isinstance(value, Drawn):
                high = in_row(value, sheet.theme, at[1] * sheet.width)[1] + _ABOUT_DRAWN
                height = max(height, high * POINTS_PER_MM)
            elif self.is_control:
                text = column.face.entry(value, sheet.lang)
                height = max(height, sheet.wrapped(text, at[1], sheet.theme.size.cell))
            elif value is None or not is_unwrapped(column.face, sheet.lang, value):
                height = max(height, sheet.wrapped(self._text(column, value), at[1], sheet.theme.size.cell))
        sheet.add(
            cells,
            height,
            keeps=keeps,
            placed=self._placed(number),
            head=self.head if number > 1 else (),
            most=height * 1.5 if pen else 0.0,
            gives=max(0.0, height - 8.0 * POINTS_PER_MM) if pen else 0.0,
        )

    def _placed(self, number: int) -> Callable[[int], None]:
        """Return what is told the row of the n-th row: it names the area of all when the last is placed."""

        def placed(row: int) -> None:
            if number == 1:
                self.first = row
            self.last = row
            for (start, _), column in zip(self.own, self.table.columns, strict=True):
                face = column.face
                if self.is_control:
                    continue
                if face.choices and face.kind is not CHOICES and not face.read_only:
                    formula = self.sheet.book.list_formula(face.choices)
                    self.sheet.validated.setdefault(formula, []).append(f"{column_letters(start)}{row}")
            if number == len(self.rows):
                self.sheet.book.name(self.table.pointer, f"A{self.first}", f"{column_letters(self.columns)}{row}")
                if self.is_control:
                    self._columns_placed(row)

        return placed

    def _columns_placed(self, last: int) -> None:
        """Name the cells of the columns, and say what they take."""
        sheet, table = self.sheet, self.table
        answers = [c for c in table.columns if is_open(c.face) and not c.running]
        others = [f"{self.letters[column.key]}{self.first}" for column in answers]
        for column in table.columns:
            first, end = (f"{self.letters[column.key]}{row}" for row in (self.first, last))
            sheet.book.name(f"{table.pointer}/{pointer_step(column.key)}", first, end)
            if not column.running:
                sheet.controls.placed(column.face, first, end, others)
                if is_open(column.face) and not column.face.read_only:
                    sheet.first_entry = sheet.first_entry or first

    def _text(self, column: Column, value: object) -> str:
        """Return what stands in a cell: of one without a value the boxes to tick, if there are any."""
        face = column.face
        return self.sheet.boxes(face.choices) if value is None and face.ticks else face.text(value, self.sheet.lang)

    def _cell(self, column: Column, value: object, at: tuple[int, int], n: int, edges: str, row: Row) -> Cell:
        face, sheet = column.face, self.sheet
        if isinstance(value, Drawn):
            cell = self._cell(column, None, at, n, edges, row)
            return sheet.signed(cell, value, in_row(value, sheet.theme, at[1] * sheet.width))
        if self.is_control and not column.running:
            return self._control(column, value, at, n, edges, row)
        if value is None and face.ticks:
            return sheet.plain(*at, edged("cell.ticks", edges), sheet.boxes(face.choices))
        pointer = self.table.pointer_at(n, column)
        sheet.faults += text_faults(face.text(value, sheet.lang), pointer, face.label)
        cells = sheet.writer("cell", edges)
        return Cell(*at, lambda ref: cells.write(ref, value, face), cells.styles["text"])

    def _control(self, column: Column, value: object, at: tuple[int, int], n: int, edges: str, row: Row) -> Cell:
        """Return a cell that is filled in on screen, or that is worked out from others of its row."""
        face, sheet, letters = column.face, self.sheet, self.letters
        pointer = self.table.pointer_at(n, column)
        sheet.faults += text_faults(face.entry(value, sheet.lang), pointer, face.label)
        style = sheet.controls.style_of(face, "cell", edges, value)
        given = {c.key: other for c, other in zip(self.table.columns, row.values, strict=True)}

        def markup(reference: str) -> str:
            number = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            places = replace(
                sheet.book.places(),
                row=lambda key: f"{letters[key]}{number}" if key in letters else "",
                row_given=lambda key: given.get(key) is not None,
            )
            return sheet.controls.cell(reference, "cell", edges, face, value, places)

        return Cell(*at, markup, style)

    def _total(self, values: Sequence[Sum]) -> None:
        """Add the sums as formulas, so that they follow what is entered."""
        sheet, table = self.sheet, self.table
        leads = bool(table.serial) or 0 not in table.summed
        edges = [f"t{right}B{left}" for left, right in self._sides(self.spans)]
        own = edges[1:] if table.serial else edges
        cells = [
            self._sum_cell(at, column, value, n in table.summed, own[n])
            for n, (at, column, value) in enumerate(zip(self.own, table.columns, values, strict=True))
        ]
        if leads:
            lead = sheet.plain(*self.spans[0], edged("total", edges[0]), table.total)
            cells = [lead, *(cells if table.serial else cells[1:])]
        pen = table.use is Use.PEN
        sheet.add(cells, sheet.theme.write.row * POINTS_PER_MM if pen else 20.0)

    def _sum_cell(self, at: tuple[int, int], column: Column, value: Sum, summed: bool, edges: str) -> Cell:
        sheet, table, face, kind = self.sheet, self.table, column.face, column.face.kind
        if not summed:
            return sheet.plain(*at, edged("total", edges), "")
        code = kind.number_format(face.unit, sheet.lang, value)
        if code == TEXT_CODE:  # a number with its unit is text, which Excel doesn't add up
            return sheet.plain(*at, edged("total", edges), face.text(value, sheet.lang))
        letters, style = column_letters(at[0]), sheet.look.added(edged("total.number", edges), code)

        is_more = more_rows(table) > 0 and is_open(face)
        more = [more_name(f"{table.pointer}/{pointer_step(column.key)}")] if is_more else []

        def markup(reference: str) -> str:
            area = ",".join([f"{letters}{self.first}:{letters}{self.last}", *more])
            return sum_cell(reference, style, area, value, kind)

        return Cell(*at, markup, style)

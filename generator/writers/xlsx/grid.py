"""A sheet of narrow columns, on which lines of cells are set; cells are merged where a value needs room.

Excel doesn't fit the height of merged cells to their text, and keeps nothing together: every height is computed here,
and so is where pages break. What would be taller than a row may be is merged over several rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from generator.document import GRID, Document, Drawn
from generator.document.columns import shares
from generator.errors import Fault
from generator.text_measure import line_count
from generator.units import MM_PER_POINT, POINTS_PER_MM, Mm, Pt
from generator.writers.paging import Line, paged
from generator.writers.xlsx.cells import (
    MAX_LINE_FEEDS,
    CellWriter,
    column_letters,
    empty_cell,
    string_cell,
    text_faults,
)
from generator.writers.xlsx.controls import PROTECTION, Controls
from generator.writers.xlsx.look import edged
from generator.writers.xlsx.pictures import drawing_reference
from generator.writers.xlsx.workbook import Book, page_setup, row_breaks, sheet_top, sheet_width, validation

PER_COLUMN = 3
COLUMNS = PER_COLUMN * GRID
_TALLEST, _TALL, _PART = 400.0, 110.0, 46.0
"""Points of the tallest row, and of the tallest text that isn't parted between pages; and of the rows that what is
taller is merged over, which pages are broken between.
"""
_LINES = 2
"""Lines of a text in each of those rows."""

PADDING, MIDDLE = Mm(3.6), Mm(1.4)
"""Millimetres of a cell that its text doesn't take: the indent at its left and what lies at its right; of a cell whose
text stands in the middle."""

SURE = 0.96
"""Share of a cell's width that lines are broken in, for fonts differ."""

_SPARE = 6.0
"""Points at a page's foot that nothing grows into."""

LINE_HEIGHT, _ABOUT, _ABOVE = 1.46, 4.0, 1.0
"""Height of a line in sizes of its type, and points above and below the lines of a cell, and above them alone."""


class Cell(NamedTuple):
    """First column, columns spanned, the cell's markup from its reference, the style of the cells merged into it."""

    start: int
    span: int
    markup: Callable[[str], str]
    style: int


class Row(NamedTuple):
    """The cells of a line. `placed` is told the number of its row once that is known; `parts`: rows that they span,
    of which the first has the cells; `pitch`: points from line to line of a text that a page may break, where it is
    tall; 0 of what stays whole.
    """

    cells: Sequence[Cell]
    placed: Callable[[int], None] | None = None
    parts: int = 1
    pitch: float = 0.0


class Grid:
    """Gathers the lines of one sheet, sets them on pages, and tells Excel what it needs to know after the rows."""

    def __init__(self, book: Book) -> None:
        self.book, self.look = book, book.look
        self.document: Document = book.document
        self.lang, self.theme = self.document.lang, self.document.theme
        self.width = Mm(sheet_width(self.document) / COLUMNS)
        above = self.theme.page.margin_top - sheet_top(self.document)
        self.page = (self.theme.text_height(self.document.page) + above) * POINTS_PER_MM
        self.lines: list[Line[Row]] = []
        self.writers: dict[str, CellWriter] = {}
        self.number = 0
        self.rows: list[str] = []
        self.merged: list[str] = []
        self.breaks: list[int] = []
        self.validated: dict[str, list[str]] = {}
        self.faults: list[Fault] = []
        self.controls = Controls(book)

    # --- gathering ---

    def add(
        self,
        cells: Sequence[Cell],
        height: float,
        *,
        keeps: bool = False,
        placed: Callable[[int], None] | None = None,
        gives: float = 0.0,
        most: float = 0.0,
        head: tuple[Line[Row], ...] = (),
        pitch: float = 0.0,
    ) -> Line[Row]:
        """Add a line `height` points high; `pitch` as in `Row`."""
        line = Line(Row(cells, placed, pitch=pitch), height, keeps=keeps, gives=gives, most=most, head=head)
        self.lines.append(line)
        return line

    def full(self, style: str, text: str, height: float, *, keeps: bool = False) -> None:
        """Add a line of one cell over the whole width."""
        self.add([self.plain(1, COLUMNS, style, text)], height, keeps=keeps)

    def gap(self, height: float, *, opens: bool = False, keeps: bool = True) -> None:
        """Leave some points free, but at the edge of a page; what follows may begin a section."""
        self.lines.append(Line(Row(()), height, gap=True, keeps=keeps, gives=height / 2, opens=opens))

    def plain(self, start: int, span: int, style: str, text: str) -> Cell:
        """Return a cell of text that is nobody's value."""
        number = self.look[style]
        if len(text) > MAX_LINE_FEEDS:
            self.faults += text_faults(text, "", "")
        return Cell(start, span, lambda at: string_cell(at, number, text) if text else empty_cell(at, number), number)

    def signed(self, cell: Cell, drawn: Drawn, size: tuple[Mm, Mm]) -> Cell:
        """Return a cell with a signature that is drawn lying in it."""

        def markup(reference: str) -> str:
            self.book.sign(drawn, reference, size)
            return cell.markup(reference)

        return cell._replace(markup=markup)

    def writer(self, place: str, edges: str) -> CellWriter:
        """Return what writes values into cells of a place, with rules at some edges."""
        key = edged(place, edges)
        if key not in self.writers:
            self.writers[key] = CellWriter(self.look, self.lang, place, edges)
        return self.writers[key]

    # --- measuring ---

    def wrapped(self, text: str, columns: int, points: Pt, beside: Mm = PADDING) -> float:
        """Return the height in points that a text takes in so many columns, of which some millimetres stay free."""
        return self.lines_in(text, columns, points, beside) * points * LINE_HEIGHT + _ABOUT

    def lines_in(self, text: str, columns: int, points: Pt, beside: Mm = PADDING) -> int:
        """Return how many lines a text takes in so many columns, of which some millimetres stay free."""
        room = (columns * self.width - beside) * SURE / (points * MM_PER_POINT)
        return sum(line_count(part, room) for part in text.split("\n")) if "\n" in text else line_count(text, room)

    def spans(self, parts: Sequence[float], columns: int = COLUMNS) -> list[tuple[int, int]]:
        """Return first column and width of cells that share so many columns, each at least one column wide."""
        widths = [max(1, width) for width in shares(columns, parts)]
        while sum(widths) > columns:
            widths[widths.index(max(widths))] -= 1
        return [(1 + sum(widths[:n]), width) for n, width in enumerate(widths)]

    def columns_for(self, width: float, beside: Mm = PADDING) -> int:
        """Return how many columns a cell must span for what is so many millimetres wide."""
        return max(1, -int(-(width + beside) // self.width))

    # --- setting ---

    def set(self) -> None:
        """Set the lines on pages, and make the rows of them."""
        lines = [part for line in self.lines for part in _parted(line)]
        for page in paged(lines, self.page, _SPARE).pages:
            if self.number:
                self.breaks.append(self.number)
            for line in page:
                self._row(line)

    def _row(self, line: Line[Row]) -> None:
        """Make a row of a line, or of a part of one."""
        self.number += 1
        row, (cells, placed, parts, _) = self.number, line.content
        markup = "".join([_spanned(cell, row, first=parts > 0) for cell in cells])
        self.rows.append(f'<row r="{row}" ht="{line.height:.1f}" customHeight="1">{markup}</row>')
        if placed:
            placed(row)
        for start, span, _, _ in cells:
            if parts and (span > 1 or parts > 1):
                area = f"{column_letters(start)}{row}:{column_letters(start + span - 1)}{row + parts - 1}"
                self.merged.append(area)

    def closing(self) -> str:
        """Return what follows the rows."""
        merged = "".join(f'<mergeCell ref="{area}"/>' for area in self.merged)
        if self.document.is_fillable:
            self.controls.validations += [validation(formula, places) for formula, places in self.validated.items()]
            self.validated.clear()
        listed = "".join(validation(formula, places) for formula, places in self.validated.items())
        parts = [
            PROTECTION if self.document.is_fillable else "",
            f'<mergeCells count="{len(self.merged)}">{merged}</mergeCells>' if merged else "",
            f'<dataValidations count="{len(self.validated)}">{listed}</dataValidations>' if listed else "",
            self.controls.closing(),
            page_setup(self.document),
            row_breaks(self.breaks),
            drawing_reference(self.book.pictures, self.book.marks, self.book.signed),
        ]
        return "".join(parts) + "</worksheet>"


def edges_in_row(edges: str, start: int, span: int) -> str:
    """Return the edges of a box in a row: the row's ends are those of the frame, what lies between is thin."""
    left, right = start == 1, start + span - 1 == COLUMNS
    sided = edges.replace("L", "L" if left else "l")
    return sided.replace("r", "R" if right else "r")


def _parted(line: Line[Row]) -> Iterator[Line[Row]]:
    """Yield a line, or the parts of one that is taller than a row may be."""
    if line.height <= (_TALL if line.content.pitch else _TALLEST):
        yield line
        return
    first, *others = _part_heights(line.height, line.content.pitch)
    part = replace(line, height=first, gives=0.0, most=0.0, head=())
    yield replace(part, content=line.content._replace(parts=len(others) + 1), keeps=True, head=line.head)
    is_picture = not line.content.cells
    rest = replace(part, content=Row(line.content.cells, None, 0), keeps=is_picture, opens=False)
    yield from (replace(rest, height=height) for height in others[:-1])
    yield replace(rest, height=others[-1], keeps=line.keeps)


def _part_heights(height: float, pitch: float) -> list[float]:
    """Return the heights of the rows that are merged: of a text whole lines, so that no page cuts through one."""
    if not pitch:
        count = -(-int(height) // int(_PART))
        return [height / count] * count
    usual = _LINES * pitch
    count = max(2, int((height - _ABOVE) / usual))
    return [_ABOVE + usual, *[usual] * (count - 2), height - _ABOVE - usual * (count - 1)]


def _spanned(cell: Cell, row: int, *, first: bool) -> str:
    start, span, markup, style = cell
    if not first:
        return _empty_cells(start, span, row, style)
    return markup(f"{column_letters(start)}{row}") + _empty_cells(start + 1, span - 1, row, style)


@lru_cache(maxsize=1 << 16)
def _empty_cells(start: int, count: int, row: int, style: int) -> str:
    """Return cells without a value, side by side: what merged cells consist of. Documents of a form share them."""
    return "".join(empty_cell(f"{column_letters(n)}{row}", style) for n in range(start, start + count))

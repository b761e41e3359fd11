"""A sheet of narrow columns, on which lines of cells are set; cells are merged where a value needs room.

Excel doesn't fit the height of merged cells to their text, so every height is computed here; what would be taller than
a row may be is merged over several rows.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from generator.document import GRID, Document
from generator.errors import Fault
from generator.units import POINTS_PER_MM
from generator.writers.columns import shares
from generator.writers.xlsx.cells import (
    MAX_LINE_FEEDS,
    CellWriter,
    column_letters,
    empty_cell,
    string_cell,
    text_faults,
)
from generator.writers.xlsx.pictures import drawing_reference
from generator.writers.xlsx.stream import lines_in
from generator.writers.xlsx.workbook import Book, page_setup, row_breaks, sheet_characters, validation

COLUMNS = 2 * GRID
_TALLEST = 400.0

Cell = tuple[int, int, Callable[[str], str], int]
"""First column, columns spanned, the cell's markup from its reference, the style of the cells merged into it."""


class Grid:
    """Gathers the rows of one sheet, with what Excel is told of them after the rows."""

    def __init__(self, book: Book) -> None:
        self.book, self.look = book, book.look
        self.document: Document = book.document
        self.lang, self.theme = self.document.lang, self.document.theme
        self.unit = sheet_characters(self.document) / COLUMNS
        self.entries = CellWriter(self.look, self.lang, "entry")
        self.cells = CellWriter(self.look, self.lang, "cell")
        self.number = 0
        self.used = 0.0
        self.page = self.theme.text_height(self.document.page) * POINTS_PER_MM
        self.rows: list[str] = []
        self.merged: list[str] = []
        self.breaks: list[int] = []
        self.validated: dict[str, list[str]] = {}
        self.faults: list[Fault] = []

    def closing(self) -> str:
        """Return what follows the rows."""
        merged = "".join(f'<mergeCell ref="{area}"/>' for area in self.merged)
        listed = "".join(validation(formula, places) for formula, places in self.validated.items())
        parts = [
            f'<mergeCells count="{len(self.merged)}">{merged}</mergeCells>' if merged else "",
            f'<dataValidations count="{len(self.validated)}">{listed}</dataValidations>' if listed else "",
            page_setup(self.document),
            row_breaks(self.breaks),
            drawing_reference(self.book.pictures),
        ]
        return "".join(parts) + "</worksheet>"

    def line(self, cells: Sequence[Cell], height: float) -> None:
        """Add a line `height` points high; one that is taller than a row may be spreads over several rows."""
        count = max(1, -(-int(height) // int(_TALLEST)))
        first = self.number + 1
        for row in range(first, first + count):
            markup = "".join(self._spanned(cell, row, first) for cell in cells)
            self.rows.append(f'<row r="{row}" ht="{height / count:.1f}" customHeight="1">{markup}</row>')
        self.number += count
        self.used += height
        for start, span, _, _ in cells:
            if span > 1 or count > 1:
                area = f"{column_letters(start)}{first}:{column_letters(start + span - 1)}{self.number}"
                self.merged.append(area)

    def _spanned(self, cell: Cell, row: int, first: int) -> str:
        start, span, markup, style = cell
        if row > first:
            return _empty_cells(start, span, row, style)
        return markup(f"{column_letters(start)}{row}") + _empty_cells(start + 1, span - 1, row, style)

    def full(self, style: str, text: str, height: float) -> None:
        """Add a line of one cell over the whole width."""
        self.line([self.plain(1, COLUMNS, style, text)], height)

    def plain(self, start: int, span: int, style: str, text: str) -> Cell:
        number = self.look[style]
        if len(text) > MAX_LINE_FEEDS:
            self.faults += text_faults(text, "", "")
        return start, span, lambda at: string_cell(at, number, text) if text else empty_cell(at, number), number

    def gap(self) -> None:
        self.line([], 8)

    def wrapped(self, text: str, columns: int, points: float) -> float:
        """Return the height in points that a text takes in so many columns."""
        room = max(2.0, columns * self.unit - 2.4) * 10.5 / points
        return lines_in(text, room) * points * 1.4 + 6

    def start_page(self) -> None:
        """Let what follows start a page."""
        self.breaks.append(self.number)
        self.used = 0.0

    def keep(self, height: float) -> None:
        """Start a page where the rest of this one has less than `height` points: Excel keeps nothing together."""
        self.used %= self.page
        if self.used and self.page - self.used < height:
            self.start_page()

    def spans(self, parts: Sequence[float]) -> list[tuple[int, int]]:
        """Return first column and width of cells that share the grid, each at least one column wide."""
        widths = [max(1, width) for width in shares(COLUMNS, parts)]
        while sum(widths) > COLUMNS:
            widths[widths.index(max(widths))] -= 1
        return [(1 + sum(widths[:n]), width) for n, width in enumerate(widths)]


@lru_cache(maxsize=1 << 16)
def _empty_cells(start: int, count: int, row: int, style: int) -> str:
    """Return cells without a value, side by side: what merged cells consist of. Documents of a form share them."""
    return "".join(empty_cell(f"{column_letters(n)}{row}", style) for n in range(start, start + count))

"""A tracker as a workbook: typed cells, a frozen header with filters; what people add beside and beneath it stays."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from generator.catalogue import Form
from generator.collect import Outcome
from generator.collect.columns import TrackerColumn
from generator.collect.grid import Grid
from generator.errors import Fault, Place, UsageError, fail
from generator.files import write_whole
from generator.formats import date_text
from generator.record import Values
from generator.text_measure import ems
from generator.theme import shipped_theme
from generator.wording import Lang

_LONGEST = 32_767
_NARROW, _BROAD = 10.0, 48.0
"""Characters that a column is wide, at least and at most."""

_TYPED = (date, datetime, time, int, float, Decimal)


class WorkbookTracker:
    """A workbook whose first sheet is the tracker.

    Raises UsageError (E-collect-book) for a file that can't be opened as one.
    """

    def __init__(self, path: Path, form: Form, columns: Sequence[TrackerColumn], lang: Lang) -> None:
        self.path, self.columns, self.lang = path, columns, lang
        self.book = _opened(path) if path.exists() else openpyxl.Workbook()
        self.sheet: Any = self.book.worksheets[0]
        is_new = not path.exists()
        if is_new:
            self.sheet.title = _sheet_name(form.title(lang))
        rows = [list(row) for row in self.sheet.iter_rows(values_only=True)]
        while rows and not any(cell is not None for cell in rows[-1]):
            rows.pop()
        head = [str(cell) if cell is not None else "" for cell in (rows[0] if rows else [])]
        self.known_columns = len(head)
        self.grid = Grid(head, rows[1:], form, columns, path.name, _shown)
        self.warnings: list[Fault] = []
        self.is_new = is_new

    def put(self, key: str, values: Values) -> Outcome:
        """Take in a record."""
        cells = [self._cell(column, values) for column in self.columns]
        outcome, at = self.grid.put(cells)
        if outcome in (Outcome.NEW, Outcome.CHANGED):
            for place, column, value in zip(self.grid.places, self.columns, cells, strict=True):
                self._write(self.sheet.cell(at + 2, place + 1), column, value)
        return outcome

    def _cell(self, column: TrackerColumn, values: Values) -> object:
        """Return a value as Excel keeps it: days as days, numbers as numbers, all else as text."""
        value, kind = column.value(values), column.spec.kind
        typed = isinstance(value, _TYPED) and not isinstance(value, bool) and (kind.is_moment or kind.is_number)
        if typed and kind.name != "duration" and not (isinstance(value, date) and value.year < _FIRST_YEAR):
            return value
        text = column.text(values, self.lang)
        if len(text) > _LONGEST:
            raise fail(UsageError, "E-xlsx-long", Place(self.path.name), count=len(text), limit=_LONGEST)
        return text or None

    def _write(self, cell: Any, column: TrackerColumn, value: object) -> None:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # never a formula
            cell.number_format = "@"
        elif value is not None:
            cell.number_format = column.spec.kind.number_format(column.spec.unit, self.lang, value)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.border = _BORDER

    def save(self) -> None:
        """Write the workbook whole."""
        colour = shipped_theme().colour
        for at in range(0 if self.is_new else self.known_columns, len(self.grid.head)):
            cell = self.sheet.cell(1, at + 1, self.grid.head[at])
            cell.number_format, cell.font, cell.border = "@", Font(bold=True), _BORDER
            cell.fill = PatternFill("solid", fgColor=colour.tint)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            self.sheet.column_dimensions[get_column_letter(at + 1)].width = self._width(at)
        if self.is_new:
            self.sheet.freeze_panes, self.sheet.print_title_rows = "A2", "1:1"
            self.sheet.page_setup.orientation, self.sheet.page_setup.paperSize = "landscape", self.sheet.PAPERSIZE_A4
            self.sheet.page_setup.fitToHeight, self.sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
            self.sheet.auto_filter.ref = f"A1:{get_column_letter(len(self.grid.head))}{len(self.grid.rows) + 1}"
        elif self.sheet.auto_filter.ref:
            first = self.sheet.auto_filter.ref.partition(":")[0]
            self.sheet.auto_filter.ref = f"{first}:{get_column_letter(len(self.grid.head))}{len(self.grid.rows) + 1}"
        out = io.BytesIO()
        self.book.save(out)
        write_whole(self.path, out.getvalue(), replace=True)

    def _width(self, at: int) -> float:
        texts = [self.grid.head[at], *(_shown(row[at]) for row in self.grid.rows[:_LOOKED_AT] if at < len(row))]
        longest = max((ems(line) for text in texts for line in text.split("\n")), default=0.0)
        return min(_BROAD, max(_NARROW, longest * 2 + 2))


def plain_book(title: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook of rows of text beneath a header, none of which Excel takes for a formula."""
    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title, sheet.freeze_panes = _sheet_name(title), "A2"
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row, 1):
            cell = sheet.cell(number, at, text[:_LONGEST] or None)
            cell.data_type, cell.number_format, cell.border = "s", "@", _BORDER
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=number == 1)
    for at, texts in enumerate(zip_longest(*rows[:_LOOKED_AT], fillvalue=""), 1):
        longest = max((ems(line) for text in texts for line in text.split("\n")), default=0.0)
        sheet.column_dimensions[get_column_letter(at)].width = min(_BROAD, max(_NARROW, longest * 2 + 2))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_LOOKED_AT, _FIRST_YEAR = 200, 1901
_SIDE = Side(style="thin", color="9A9A9A")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def _opened(path: Path) -> Any:
    try:
        return openpyxl.load_workbook(path)
    except Exception:  # the library has many types for what is broken
        raise fail(UsageError, "E-collect-book", Place(path.name)) from None


def _sheet_name(title: str) -> str:
    return "".join(" " if c in "[]:*?/\\" else c for c in title)[:31].strip("' ") or "Sheet1"


def _shown(cell: object) -> str:
    """Return what of a cell counts when it is compared: a midnight is its day, a whole number has no decimals."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return date_text(cell.date() if cell.time() == time() else cell)
    if isinstance(cell, date):
        return date_text(cell)
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return f"{Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell):f}".rstrip("0").rstrip(".")
    return str(cell)

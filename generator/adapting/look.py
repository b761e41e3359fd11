"""How the sheets of the workbook look: cells to be changed white, all else grey, in colours and fonts of the theme."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from generator.text_measure import ems
from generator.theme import Theme
from generator.wording import Lang

HEAD_ROW = 3
"""The row of the column heads, beneath a title and a guide."""

_LINE, _ROW_HEIGHT, _TITLE_HEIGHT, _HEAD_HEIGHT = 13.5, 19.5, 30.0, 24.0
_MARGIN = 0.4
"""Inches around a printed page."""

_GREY, _GREY_INK = "F2F2F2", "6E6E6E"


@dataclass
class SheetLook:
    """A sheet that is being written: texts alone, none of them a formula."""

    sheet: Any
    theme: Theme
    lang: Lang
    set_in: int = 0
    """The column whose texts are set in by level."""

    centred: Collection[int] = ()
    """Columns whose texts stand in the middle."""

    widths: Sequence[float] = ()

    def __post_init__(self) -> None:
        fonts, colour = self.theme.fonts[self.lang], self.theme.colour
        self.font = fonts.latin if self.lang == "en" else fonts.sans
        side = Side(style="thin", color=colour.rule)
        self.border = Border(left=side, right=side, top=side, bottom=side)
        self.grey = PatternFill("solid", fgColor=_GREY)
        self.tint = PatternFill("solid", fgColor=colour.tint)

    def head(self, title: str, guide: str, heads: Sequence[str], widths: Sequence[float]) -> None:
        """Write title, guide and column heads, and set widths, page and what stays in sight."""
        sheet, last = self.sheet, get_column_letter(len(heads))
        size, colour = self.theme.size, self.theme.colour
        for row, text in ((1, title), (2, guide)):
            self.put(row, 1, text)
            sheet.merge_cells(f"A{row}:{last}{row}")
        sheet["A1"].font = Font(self.font, size.title * 0.8, bold=True, color=colour.accent)
        sheet["A2"].font = Font(self.font, size.note, color=colour.soft)
        for row in (1, 2):
            sheet.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)
        self.widths = widths
        sheet.row_dimensions[1].height = _TITLE_HEIGHT
        sheet.row_dimensions[2].height = _LINE * (_lines(guide, sum(widths)) + 0.8)
        for at, (text, width) in enumerate(zip(heads, widths, strict=True), 1):
            cell = self.put(HEAD_ROW, at, text)
            cell.font, cell.fill, cell.border = Font(self.font, size.cell, bold=True), self.tint, self.border
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.row_dimensions[HEAD_ROW].height = _HEAD_HEIGHT
        self._page()

    def _page(self) -> None:
        sheet = self.sheet
        sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        for side in ("left", "right", "top", "bottom"):
            setattr(sheet.page_margins, side, _MARGIN)
        sheet.sheet_view.showGridLines = False

    def put(self, row: int, column: int, text: str) -> Any:
        """Write a text into a cell, and return the cell."""
        cell = self.sheet.cell(row, column, text or None)
        cell.data_type, cell.number_format = "s", "@"
        return cell

    def row(
        self, row: int, texts: Mapping[int, str], open_to: Collection[int], *, level: int = 0, is_group: bool = False
    ) -> None:
        """Write a row of cells: those of the columns `open_to` white, the others grey; titles are set in by level."""
        for column in range(1, len(self.widths) + 1):
            cell, is_open = self.put(row, column, texts.get(column, "")), column in open_to
            cell.border = self.border
            cell.font = Font(
                self.font,
                self.theme.size.cell,
                bold=is_group and is_open,
                color=self.theme.colour.ink if is_open else _GREY_INK,
            )
            if not is_open or is_group:
                cell.fill = self.tint if is_group else self.grey
            depth = level if column == self.set_in else 0
            across = "center" if column in self.centred else "left" if depth else None
            cell.alignment = Alignment(across, "center", wrap_text=True, indent=depth)
        lines = max(_lines(text, self.widths[column - 1]) for column, text in texts.items())
        self.sheet.row_dimensions[row].height = _ROW_HEIGHT + _LINE * (lines - 1)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of so many characters."""
    return sum(max(1, math.ceil(ems(line) * 1.85 / (width - 1))) for line in text.split("\n"))

"""A workbook of a form edited as a person does it in Excel: cells found by what stands at the head and in the row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from generator.wording import phrase


class Edited:
    """A workbook that is being edited. Rows are named by the field's place, columns by the names of their heads."""

    def __init__(self, path: Path, lang: Any = "zh-Hans") -> None:
        self.path, self.lang = path, lang
        self.book = openpyxl.load_workbook(path)

    def sheet(self, name: str) -> Any:
        return self.book[phrase(f"sheet.{name}", self.lang, "adapt")]

    def column(self, sheet: str, head: str) -> int:
        text = phrase(f"head.{head}", self.lang, "adapt")
        return next(int(cell.column) for cell in self.sheet(sheet)[3] if cell.value == text)

    def row(self, pointer: str) -> int:
        return next(int(row[0].row) for row in self.sheet("fields").iter_rows(min_row=4) if row[0].value == pointer)

    def put(self, pointer: str, **cells: str) -> str:
        """Write into a field's row, and return the cell that was written last."""
        return self.put_row(self.row(pointer), **cells)

    def put_row(self, row: int, **cells: str) -> str:
        at = ""
        for head, text in cells.items():
            cell = self.sheet("fields").cell(row, self.column("fields", head))
            cell.value, at = text, cell.coordinate
        return f"{self.sheet('fields').title}!{at}"

    def add(self, parent: str = "", **cells: str) -> str:
        """Fill in the next row for a new field of a group that is empty still."""
        spare = f"{parent}/ {phrase('shape.new', self.lang, 'adapt')}"
        hans = self.column("fields", "hans") - 1
        rows = self.sheet("fields").iter_rows(min_row=4)
        return self.put_row(next(r[0].row for r in rows if r[0].value == spare and not r[hans].value), **cells)

    def move(self, pointer: str, before: str) -> None:
        """Cut a row, and insert it before another."""
        sheet, at = self.sheet("fields"), self.row(pointer)
        values = [cell.value for cell in sheet[at]]
        sheet.delete_rows(at)
        to = self.row(before)
        sheet.insert_rows(to)
        for column, value in enumerate(values, 1):
            sheet.cell(to, column).value = value

    def sort(self, sheet: str, head: str) -> None:
        """Sort a sheet's rows by a column."""
        found, at = self.sheet(sheet), self.column(sheet, head) - 1
        rows = sorted(
            ([cell.value for cell in row] for row in found.iter_rows(min_row=4)), key=lambda row: str(row[at] or "")
        )
        for number, row in enumerate(rows, 4):
            for column, value in enumerate(row, 1):
                found.cell(number, column).value = value

    def choice(self, pointer: str, value: str | None, **cells: str) -> str:
        """Write into the row of a choice; of no value: into one for a choice to be added."""
        hans, at = self.column("choices", "hans") - 1, ""
        for row in self.sheet("choices").iter_rows(min_row=4):
            if row[1].value == pointer and row[2].value == value and (value or not row[hans].value):
                for head, text in cells.items():
                    cell = row[self.column("choices", head) - 1]
                    cell.value, at = text, cell.coordinate
                return f"{self.sheet('choices').title}!{at}"
        raise KeyError(pointer)

    def word(self, block: str, lang: Any, text: str | Callable[[str], str]) -> str:
        """Write a block of a language anew."""
        for row in self.sheet("words").iter_rows(min_row=4):
            if (row[0].value, row[1].value) == (block, phrase(f"lang.in-{lang}", self.lang, "adapt")):
                row[3].value = text if isinstance(text, str) else text(row[3].value)
                return f"{self.sheet('words').title}!{row[3].coordinate}"
        raise KeyError(block)

    def save(self) -> None:
        self.book.save(self.path)

"""Comments in a workbook, at the cells that are wrong."""

import io
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from generator.annotate import Reasons, nearest
from generator.annotate.package import sealed
from generator.catalogue import Form
from generator.records.filled import answers_of

_AUTHOR = "biaodan"
_FILL = PatternFill("solid", fgColor="FBE3E4")
_WIDE, _LINE = 320, 18
"""Pixels: how wide a comment is, and how high a line of it."""

_CHARACTERS = 22
"""Characters of a comment's line."""


def marked_xlsx(path: Path, form: Form, reasons: Reasons) -> bytes:
    """Return a copy of a workbook with a comment for each reason."""
    book = openpyxl.load_workbook(path)
    boxes = {pointer: box.at for pointer, (_, box) in answers_of(path, form).located().items()}
    said: dict[str, list[str]] = {}
    for pointer, reason in reasons.items():
        said.setdefault(boxes.get(nearest(pointer, boxes), ""), []).append(reason)
    for at, some in said.items():
        _comment(_cell(book, at), "\n".join(some))
    out = io.BytesIO()
    book.save(out)
    return sealed(out.getvalue(), path)


def _cell(book: Any, at: str) -> Any:
    """Return the cell of a place such as Sheet!C5, of a merged one its first; the first of all where there is none."""
    name, _, reference = at.rpartition("!")
    sheet = book[name.strip("'")] if name.strip("'") in book.sheetnames else book.worksheets[0]
    if not reference:
        return sheet["A1"]
    for area in sheet.merged_cells.ranges:
        if reference in area:
            return sheet.cell(area.min_row, area.min_col)
    return sheet[reference]


def _comment(cell: Any, text: str) -> None:
    lines = sum(1 + len(line) // _CHARACTERS for line in text.split("\n"))
    cell.comment = Comment(text, _AUTHOR, height=_LINE * (lines + 1), width=_WIDE)
    if cell.coordinate != "A1":
        cell.fill = _FILL

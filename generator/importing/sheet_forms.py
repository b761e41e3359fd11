"""A sheet of a workbook that is laid out as a form: labels with room beside them, merged cells, boxes to tick."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.importing.draft import Draft
from generator.importing.naming import known_titles
from generator.importing.titles import by_title
from generator.importing.word import FormBlocks
from generator.importing.word_blocks import Block, Cell, Line, Table
from generator.importing.word_labels import BOXES, clean_label, is_blank, is_label
from generator.kinds.raw import fold
from generator.records.layout import name_of
from generator.records.opened import open_book
from generator.records.table_rows import is_number
from generator.records.words import is_serial
from generator.records.workbooks import Area, Book, Row, Sheet

_MOST_ROWS, _MOST_COLUMNS = 200, 60
_FEWEST_LABELS, _FEWEST_LINES = 4, 3
_SPARE = 3
"""Rows of room beneath the last one, for names of columns that stand there: borders alone say that there are some."""


def form_sheet(book: Book, wanted: str, *, must: bool) -> Sheet | None:
    """Return the sheet that is laid out as a form: the one that is named, or the only one that is seen.

    `must`: it is taken for one whatever it holds.
    """
    seen = [sheet for sheet in book.sheets if not sheet.is_hidden]
    named = [s for n, s in enumerate(book.sheets, 1) if wanted and (fold(s.name) == fold(wanted) or wanted == str(n))]
    found = (named or seen)[:1] if named or must or len(seen) == 1 else []
    return next((sheet for sheet in found if must or _is_form(sheet)), None)


def sheet_draft(path: Path, sheet: Sheet) -> Draft:
    """Return the draft of such a sheet."""
    made = FormBlocks(list(blocks_of(sheet)), path, sort=path.suffix[1:].upper())
    if max((row.number for row in sheet.rows()), default=0) > _first(sheet) + _MOST_ROWS:
        made.notes.lost(sheet.name, "sheet_long", limit=_MOST_ROWS)
    return made.draft()


def _first(sheet: Sheet) -> int:
    return next((row.number for row in sheet.rows()), 1)


def _is_form(sheet: Sheet) -> bool:
    """Tell whether labels with room beside them stand all over a sheet, above whatever rows of a table it has."""
    rows = _all_rows(sheet)
    if len(rows) > _MOST_ROWS:
        return False
    width = _width(rows, sheet.merged)
    lines = labels = values = 0
    for row in rows:
        cells = list(_cells(row, sheet.merged, width))
        if cells and (is_serial(cells[0].text) or is_number(cells[0].text)):
            continue
        asking = sum(_has_room(cells, n) for n in range(len(cells)))
        labels, lines = labels + asking, lines + (asking > 0)
        values += sum(not _is_asking(cell.text) and not is_blank(cell.text) for cell in cells) if len(cells) > 1 else 0
    return lines >= _FEWEST_LINES and labels >= _FEWEST_LABELS and values < labels


def _has_room(cells: Sequence[Cell], at: int) -> bool:
    """Tell whether a cell is a label with room in the next one, or behind its last."""
    if at + 1 == len(cells) or any(mark in cells[at].text for mark in BOXES):
        return False
    room = cells[at + 1]
    if not (is_blank(room.text) or any(mark in room.text for mark in BOXES)):
        return False
    return _is_asking(cells[at].text) or (room.span > 1 and is_label(cells[at].text))


def _is_asking(text: str) -> bool:
    """Tell whether a text is what something to fill in is called, or has boxes."""
    if any(mark in text for mark in BOXES):
        return True
    label, _ = clean_label(text)
    if not is_label(text) or not label:
        return False
    return text.rstrip().endswith(("：", ":")) or fold(label) in known_titles() or by_title(label) is not None


def blocks_of(sheet: Sheet) -> Iterator[Block]:
    """Yield a sheet as lines and tables: what stands alone over the whole width is a line."""
    rows = _all_rows(sheet)
    merged = [area for area in sheet.merged if area.left < _MOST_COLUMNS]
    width = _width(rows, merged)
    table: list[list[Cell]] = []
    number = 0
    for row in rows:
        cells = list(_cells(row, merged, width))
        if _is_line(cells, table):
            if table:
                number += 1
                yield Table(table, number)
                table = []
            yield Line(cells[0].text, is_title=number == 0, is_strong=True, number=row.number)
        else:
            table.append(cells)
    if table:
        yield Table([*table, *_spare(table[-1])], number + 1)


def _width(rows: Sequence[Row], merged: Sequence[Area]) -> int:
    return max([len(row.cells) for row in rows] + [a.right + 1 for a in merged if a.right < _MOST_COLUMNS], default=0)


def _all_rows(sheet: Sheet) -> list[Row]:
    """Return the rows from the first to the last that say something, the blank ones between too."""
    told = {row.number: row for row in sheet.rows() if row.number <= _MOST_ROWS * 5}
    last = max([*told, *(a.bottom for a in sheet.merged)], default=0)
    first = min(told, default=1)
    return [told.get(n, Row(n, ())) for n in range(first, min(last, first + _MOST_ROWS) + 1)]


def _cells(row: Row, merged: Sequence[Area], width: int) -> Iterator[Cell]:
    column = 0
    while column < min(width, _MOST_COLUMNS):
        area = next((a for a in merged if a.left == column and a.top <= row.number <= a.bottom), None)
        span = area.right - area.left + 1 if area else 1
        goes_on = area is not None and area.top < row.number
        text = "" if goes_on or column >= len(row.cells) else name_of(row.cells[column]) or _plain(row.cells[column])
        lines = [Line(part) for part in text.split("\n")]
        yield Cell(lines, column, span, goes_on, area is not None and area.bottom > area.top and not goes_on)
        column += span


def _plain(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _is_line(cells: Sequence[Cell], table: Sequence[object]) -> bool:
    """Tell whether a row says one thing over its whole width, or one thing alone before any table."""
    told = [cell for cell in cells if cell.text]
    if len(told) != 1 or told[0] is not cells[0] or is_blank(told[0].text):
        return False
    return len(cells) == 1 or (not table and not told[0].text.endswith(("：", ":")))


def _spare(last: Sequence[Cell]) -> list[list[Cell]]:
    names = [cell for cell in last if cell.text and is_label(cell.text)]
    if len(names) < len(last) or len(names) < _FEWEST_LINES:
        return []
    return [[Cell([Line("")], cell.left, cell.span) for cell in last] for _ in range(_SPARE)]


def book_form(path: Path, wanted: str, password: str, *, must: bool) -> Draft | None:
    """Return the draft of a workbook's form; None where no sheet of it is laid out as one."""
    book = open_book(path, password)
    sheet = form_sheet(book, wanted, must=must) if must or not book.form else None
    return sheet_draft(path, sheet) if sheet is not None else None

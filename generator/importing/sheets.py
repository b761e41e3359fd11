"""The sheet of a file that holds the list: its rows, its header, and what the workbook itself says of its columns."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.errors import Place, RecordError, UsageError, fail
from generator.importing.heading import AnyColumns, TitledColumns, heading
from generator.importing.rules_of_cells import CellRules, rules_of_book
from generator.kinds.raw import fold
from generator.records.layout import Layout
from generator.records.opened import open_book
from generator.records.sheet_choice import ALL, leading, shown
from generator.records.text_files import MAX_CELL, TextLayout
from generator.records.workbooks import Area, Book, Row, Sheet

TEXTS = (".csv", ".tsv", ".txt")
_OPTIONS = ("选项", "選項", "Choices", "Options")


@dataclass
class Listed:
    """A list as it was found: where it stands, its header, the rows above it, and all rows of its sheet."""

    layout: Layout
    above: Sequence[Row]
    merged: Sequence[Area]
    sheet: str = ""
    is_several: bool = False
    """Whether the list stands on several sheets of the same columns."""

    form: str = ""
    """The form that a workbook of ours was made from."""

    rules: CellRules = field(default_factory=CellRules)
    make_rows: Callable[[], Iterator[Row]] = lambda: iter(())
    others: Sequence["Listed"] = ()
    """Each sheet by itself, where the list stands on several."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows beneath the header on this sheet."""
        made = self.make_rows()
        yield from (row for row in made if row.number > self.layout.last)


def listed(path: Path, sheet: str = "", password: str = "") -> Listed:
    """Return the list of a file.

    Raises RecordError where the file can't be read or holds no list (E-import-no-list), or several sheets hold one and
    none is named (E-import-sheets); UsageError (E-sheet-missing) for a sheet that isn't there.
    """
    return _text_list(path) if path.suffix.lower() in TEXTS else _book_list(path, sheet, password)


def _text_list(path: Path) -> Listed:
    place = Place(path.name)
    try:
        found = TextLayout(path, TitledColumns())
        if found.layout is None or found.layout.known < 2:
            found = TextLayout(path, AnyColumns())
    except UnicodeDecodeError as error:
        raise fail(RecordError, "E-encoding", place, tried=[error.encoding]) from None
    if found.broken:
        raise fail(RecordError, "E-csv", Place(path.name, str(found.broken)))
    layout = heading(found.rows, ())
    if layout is None:
        raise fail(RecordError, "E-import-no-list", place)
    above = [row for row in found.rows if row.number < layout.first]
    return Listed(layout, above, (), make_rows=lambda: _lines(path, found))


def _lines(path: Path, found: TextLayout) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=found.encoding, newline="") as file:
        before = 1 if found.is_declared else 0
        if before:
            file.readline()
        reader = csv.reader(file, delimiter=found.delimiter)
        number = before + 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield Row(number, cells)
                number = before + reader.line_num + 1
        except csv.Error:
            raise fail(RecordError, "E-csv", Place(path.name, str(number))) from None


def _book_list(path: Path, wanted: str, password: str) -> Listed:
    book = open_book(path, password)
    place = Place(path.name)
    rules = rules_of_book(path, book)
    if wanted and fold(wanted) not in ALL:
        candidates = [_named(book, wanted, place)]
    else:
        seen = [s for s in book.sheets if not s.is_hidden and s.name not in _OPTIONS]
        offering = {asked.sheet for one in rules.values() for asked in one.columns.values()}
        candidates = [s for s in seen if s.name not in offering] or seen
    found = [one for sheet in candidates if (one := _on_sheet(sheet, book, rules.get(sheet.name, CellRules())))]
    found = _likely(found)
    if not found:
        raise fail(RecordError, "E-import-no-list", place)
    if len(found) > 1 and not _are_alike(found):
        raise fail(RecordError, "E-import-sheets", place, sheets=[shown(one.sheet) for one in found])
    return _together(found) if len(found) > 1 else found[0]


def _named(book: Book, wanted: str, place: Place) -> Sheet:
    for number, sheet in enumerate(book.sheets, 1):
        if fold(sheet.name) == fold(wanted) or wanted == str(number):
            return sheet
    raise fail(UsageError, "E-sheet-missing", place, sheets=[shown(sheet.name) for sheet in book.sheets])


def _on_sheet(sheet: Sheet, book: Book, rules: CellRules) -> Listed | None:
    rows = leading(sheet)
    table = next((at.area for at in book.tables.values() if at.sheet == sheet.name), None)
    layout = heading(rows, sheet.merged, table.top if table else rules.header)
    if layout is None:
        return None
    above = [row for row in rows if row.number < layout.first]
    return Listed(layout, above, sheet.merged, sheet.name, form=book.form, rules=rules, make_rows=sheet.rows)


def _likely(found: Sequence[Listed]) -> list[Listed]:
    """Return the sheets that may be lists: those of one column are notes where others have more."""
    wide = [one for one in found if sum(map(bool, one.layout.names)) > 1]
    return wide or list(found)


def _are_alike(found: Sequence[Listed]) -> bool:
    """Tell whether sheets have the same columns, as those of months have."""
    names = [[fold(name) for name in one.layout.names if name] for one in found]
    return all(other == names[0] for other in names[1:])


def _together(found: Sequence[Listed]) -> Listed:
    first = found[0]
    first.others = [replace(one) for one in found]
    first.is_several = True
    first.sheet = "、".join(shown(one.sheet) for one in found)
    return first

"""The cells of an edited workbook: sheets found by name, columns by their heads, and where each cell stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.adapting.kept import SHEET, Kept, kept_of_rows
from generator.errors import Fault, Place, RecordError, fail
from generator.kinds.raw import fold
from generator.records.opened import open_book
from generator.records.unknown import letters
from generator.records.workbooks import Book, Sheet
from generator.wording import LANGS, phrase

MOST_ROWS = 5_000
"""Rows of a sheet: no form has so many fields."""


@dataclass(frozen=True)
class BookRow:
    """A row of a sheet: its texts by the names of the columns, and where each stands."""

    sheet: str
    number: int
    texts: Mapping[str, str]
    columns: Mapping[str, int]

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def at(self, name: str) -> str:
        """Return a cell of the row as people call it: 字段!C7."""
        return f"{self.sheet}!{letters(self.columns[name] + 1)}{self.number}"

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands in the row."""
        return not any(self.texts.values())


class EditedBook:
    """A workbook of ours that a person has edited.

    Raises RecordError as `open_book`, and E-adapt-book for one that isn't of a form to be adapted.
    """

    def __init__(self, path: Path) -> None:
        self.place = Place(path.name)
        self.book: Book = open_book(path)
        self.kept: Kept = self._kept()

    def _kept(self) -> Kept:
        sheet = next((one for one in self.book.sheets if one.name == SHEET), None)
        found = [[str(cell or "") for cell in row.cells[:2]] for row in sheet.rows()] if sheet else []
        rows = [(cells[0], cells[1]) for cells in found if len(cells) > 1]
        try:
            return kept_of_rows(rows)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise fail(RecordError, "E-adapt-book", self.place) from None

    def rows(self, sheet: str, heads: Sequence[str], faults: list[Fault]) -> list[BookRow]:
        """Return the rows beneath the heads of a sheet; notes a sheet, a head that is missing, or too many rows.

        The fault is E-adapt-sheet, E-adapt-head or E-adapt-rows.
        """
        title = phrase(f"sheet.{sheet}", self.kept.lang, "adapt")
        found = next((one for one in self.book.sheets if one.name == title), None)
        if found is None:
            faults.append(Fault("E-adapt-sheet", self.place, {"sheet": title}))
            return []
        return self._beneath(found, heads, faults)

    def _beneath(self, sheet: Sheet, heads: Sequence[str], faults: list[Fault]) -> list[BookRow]:
        rows, columns = sheet.rows(), {}
        for row in rows:
            columns = _columns(row.cells, heads)
            if "pointer" in columns or "block" in columns:
                break
        if missing := [name for name in heads if name not in columns]:
            titles = [phrase(f"head.{name}", self.kept.lang, "adapt") for name in missing]
            faults.append(Fault("E-adapt-head", Place(self.place.file, sheet.name), {"heads": titles}))
            return []
        found = []
        for row in rows:
            texts = {name: _text(row.cells, at) for name, at in columns.items()}
            found.append(BookRow(sheet.name, row.number, texts, columns))
            if len(found) > MOST_ROWS:
                faults.append(Fault("E-adapt-rows", Place(self.place.file, sheet.name), {"limit": MOST_ROWS}))
                return []
        return [row for row in found if not row.is_empty]


def _columns(cells: Sequence[object], heads: Sequence[str]) -> dict[str, int]:
    texts = [fold(_text(cells, at)) for at in range(len(cells))]
    return dict(_named(texts, heads))


def _named(texts: Sequence[str], heads: Sequence[str]) -> Iterator[tuple[str, int]]:
    for name in heads:
        known = {fold(phrase(f"head.{name}", lang, "adapt")) for lang in LANGS}
        at = next((n for n, text in enumerate(texts) if text in known), None)
        if at is not None:
            yield name, at


def _text(cells: Sequence[object], at: int) -> str:
    """Return what stands in a cell, as text; whole numbers without decimals."""
    cell = cells[at] if at < len(cells) else ""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()

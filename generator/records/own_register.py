"""Registers that we wrote, read again: their cells have names after the fields that they hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.catalogue.form import FieldSpec, Form
from generator.defined_names import defined_name, more_name, texts_name
from generator.kinds.raw import fold
from generator.records.layout import Layout, name_of
from generator.records.names import find_path
from generator.records.sheet_choice import FoundSheet
from generator.records.words import is_blank, is_total
from generator.records.workbooks import Book, NamedCell, Row, Sheet
from generator.records.workbooks.xlsx import Unclear
from generator.wording import LANGS, choose


@dataclass(frozen=True)
class OwnRegister:
    """What the names of a workbook say of a register: its sheet, the fields of its columns, the cells of its head."""

    found: FoundSheet
    keys: Mapping[int, str]
    head: Mapping[tuple[int, int], FieldSpec]
    title_rows: frozenset[int]
    """Rows beneath the list that hold what is said beside it, or say what is too long for its cells."""
    end: int
    """The last of the rows that we made."""

    more: "MoreRows | None" = None
    """Of a register that is filled in on screen: where it goes on."""


@dataclass(frozen=True)
class MoreRows:
    """The sheet on which a register goes on: its first row, and the fields of its columns by their place."""

    sheet: Sheet
    first: int
    keys: Mapping[int, str]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold something, but sums beneath them."""
        for row in self.sheet.rows():
            filled = [cell for cell in row.cells if not is_blank(cell)]
            if row.number >= self.first and filled and not (isinstance(filled[0], str) and is_total(filled[0])):
                yield row


def own_register(book: Book, form: Form) -> OwnRegister | None:
    """Return a workbook as a register of a form; None where it isn't one, or its names have been lost."""
    if book.form not in (form.id, "") or not form.is_table:  # XLS doesn't say it
        return None
    rows = book.names.get(defined_name(form.rows.pointer))
    sheet = next((s for s in book.sheets if rows and s.name == rows.sheet), None)
    if rows is None or sheet is None:
        return None
    keys = _columns(book.names, form, rows)
    if not keys:
        return None
    names = _header(sheet.rows(), rows.area.top - 1)
    if not _agree(names, keys, form):
        return None
    layout = Layout(rows.area.top - 1, rows.area.top - 1, names, len(keys), len(keys))
    head = {
        (at.area.top, at.area.left): spec
        for spec in form.root.fields
        if spec.shape == "value" and (at := book.names.get(defined_name(spec.pointer))) and at.sheet == rows.sheet
    }
    beneath = frozenset(row for row, _ in head if row > layout.last) | _long_texts(book.names, form, rows)
    return OwnRegister(FoundSheet(sheet, layout), keys, head, beneath, rows.area.bottom, _more(book, form))


def _more(book: Book, form: Form) -> MoreRows | None:
    """Return where a register goes on; None where it was made to be read."""
    places = {name.casefold(): at for name, at in book.names.items()}
    pointer = form.rows.pointer
    rows = places.get(more_name(pointer).casefold())
    sheet = next((s for s in book.sheets if rows and s.name == rows.sheet), None)
    if rows is None or sheet is None:
        return None
    named = ((places.get(more_name(f"{pointer}/{spec.step}").casefold()), spec.key) for spec in form.rows.fields)
    keys = {at.area.left: key for at, key in named if at is not None and at.sheet == rows.sheet}
    return MoreRows(sheet, rows.area.top, keys) if keys else None


def without_lost(row: Row, keys: Mapping[int, str], form: Form) -> Row:
    """Return a row without what can't be told of values that the rules work out: they do so again."""
    lost = {
        at
        for at, cell in enumerate(row.cells)
        if isinstance(cell, Unclear) and at in keys and form.rows.by_key[keys[at]].is_derived
    }
    return row._replace(cells=["" if at in lost else cell for at, cell in enumerate(row.cells)]) if lost else row


def _long_texts(names: Mapping[str, NamedCell], form: Form, rows: NamedCell) -> frozenset[int]:
    """Return the rows that say once more what is too long for the cells of the list."""
    return _texts_beneath(names, form.rows.pointer, rows)


def _texts_beneath(names: Mapping[str, NamedCell], pointer: str, rows: NamedCell) -> frozenset[int]:
    at = names.get(texts_name(pointer))
    if at is None or at.sheet != rows.sheet or at.area.top <= rows.area.bottom:
        return frozenset()
    return frozenset(range(at.area.top, at.area.bottom + 1))


def texts_of_other(book: Book, sheet: Sheet) -> frozenset[int]:
    """Return the rows that repeat long texts in a register of ours that is read as a list of another form's."""
    rows = book.names.get(defined_name(_ROWS))
    return _texts_beneath(book.names, _ROWS, rows) if book.form and rows and rows.sheet == sheet.name else frozenset()


_ROWS = "/rows"
"""Where the rows of a register stand."""


def _columns(names: Mapping[str, NamedCell], form: Form, rows: NamedCell) -> dict[int, str]:
    """Return the keys of columns by their place; none where two fields have one name in Excel."""
    called: dict[str, str] = {}
    for spec in form.rows.fields:
        name = defined_name(f"{form.rows.pointer}/{spec.step}")
        if name.casefold() in called:
            return {}
        called[name.casefold()] = spec.key
    places = {name.casefold(): at for name, at in names.items()}
    return {
        places[name].area.left: key
        for name, key in called.items()
        if name in places and places[name].sheet == rows.sheet
    }


def _agree(names: Sequence[str], keys: Mapping[int, str], form: Form) -> bool:
    """Tell whether what stands above the rows agrees with the names of their cells.

    It doesn't where rows or columns were moved by something that leaves the names where they were.
    """
    agreed = 0
    for at, key in keys.items():
        name = (names[at] if at < len(names) else "").removesuffix("*")
        spec = form.rows.by_key[key]
        titles = {fold(choose(spec.titles, lang)) for lang in LANGS}
        agreed += fold(name) in titles
        path = find_path(form.rows, name) if fold(name) not in titles else None
        if path and path[-1].key != key:
            return False
    return agreed > 0


def _header(rows: "object", last: int) -> list[str]:
    """Return the names above the rows: of each column the lowest that isn't blank."""
    names: list[str] = []
    for row in rows:  # type: ignore[attr-defined]
        if row.number > last:
            break
        texts = [name_of(cell) for cell in row.cells]
        if row.number >= last:
            names = texts
    return names


def head_cells(register: OwnRegister) -> "list[tuple[FieldSpec, object, Row, int]]":
    """Return the cells of a register's head, each with its field and place."""
    found = []
    last = max((row for row, _ in register.head), default=0)
    for row in register.found.sheet.rows():
        if row.number > last:
            break
        for (number, column), spec in register.head.items():
            if number == row.number and column < len(row.cells):
                found.append((spec, row.cells[column], row, column))
    return found

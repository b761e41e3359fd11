"""The header row of a sheet: it says which cell is which field, wherever a title or key is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, RecordError, fail, unnamed
from generator.kinds.raw import CellNumber, ValueFault
from generator.records.bounds import bounds
from generator.records.given import refused, unread
from generator.records.item import SourceItem
from generator.records.normalise import find_path
from generator.records.unknown import ColumnName, letters
from generator.wording import LANGS

_NOTHING = ("", None)
_LONGEST_NAME = 500
_MOST_TWINS, _LONGEST_TWIN = 20, 40


def known_names(cells: Sequence[object], form: Form) -> int:
    """Return how many of the cells of a row are names of fields; none of a row that is too wide to be a header."""
    spec = form.record_spec
    if len(cells) > bounds().columns:
        return 0
    names = (c for c in cells if isinstance(c, str) and len(c) <= _LONGEST_NAME and c.strip())
    return sum(find_path(spec, name) is not None for name in names)


class Header:
    """The names of a sheet's columns, as its header row has them.

    Raises RecordError where no cell names a field (E-no-header), so that values aren't taken for names, or two have one
    name (E-column-twice), or there are too many (E-columns-many).
    """

    def __init__(self, cells: Sequence[object], form: Form, place: Place) -> None:
        most = bounds().columns
        if len(cells) > most:
            raise fail(RecordError, "E-columns-many", place, count=len(cells), limit=most)
        if not known_names(cells, form):
            raise fail(RecordError, "E-no-header", place)
        self.spec = form.record_spec
        _refuse_twins(cells, self.spec, place)
        self.names = [self._name(cell, n) for n, cell in enumerate(cells, 1)]
        self._all_named = all(self.names)

    def texts(self, cells: Sequence[str], place: Place) -> SourceItem:
        """Return a row of texts by name; empty ones are left out."""
        if not self._all_named or len(cells) > len(self.names):
            return self.row(cells, place)
        return {name: cell for name, cell in zip(self.names, cells, strict=False) if cell}, place

    def row(self, cells: Sequence[object], place: Place) -> SourceItem:
        """Return a row's cells by name; cells beyond the header are a fault, empty ones are left out."""
        if any(cell not in _NOTHING for cell in cells[len(self.names) :]):
            fault = Fault("E-columns", place, {"given": len(cells), "named": len(self.names)})
            return refused(fault, self._given(cells))
        row: dict[str, object] = {}
        faults: list[Fault] = []
        for at, (name, cell) in enumerate(zip(self.names, cells, strict=False)):
            if cell in _NOTHING:
                continue
            if not name:
                return refused(Fault("E-column-unnamed", place), self._given(cells))
            try:
                row[name] = _value(cell)
            except ValueFault as fault:
                named = replace(place, titles=_title(name, at + 1))
                faults.append(Fault(fault.code, named, fault.params))
        return refused(faults, self._given(cells)) if faults else (row, place)

    def _given(self, cells: Sequence[object]) -> dict[str, object]:
        """Return all cells of a row that can't be read: those without a name by the letters of their columns."""
        row: dict[str, object] = {}
        for at, cell in enumerate(cells):
            if cell not in _NOTHING:
                row[self._name_or_letters(at)] = _value_or_text(cell)
        return row

    def _name_or_letters(self, at: int) -> str:
        if at < len(self.names) and self.names[at]:
            return self.names[at]
        name = f"column {letters(at + 1)}"
        while name in self.names:
            name += "*"
        return name

    def _name(self, cell: object, number: int) -> str:
        name = cell.strip() if isinstance(cell, str) else ""
        return name if not name or find_path(self.spec, name) else ColumnName(name, letters(number))


def _refuse_twins(cells: Sequence[object], spec: FieldSpec, place: Place) -> None:
    """Raise RecordError (E-column-twice) for names that stand twice; those that no field has go by their columns."""
    columns: dict[str, list[str]] = {}
    for number, cell in enumerate(cells, 1):
        if cell not in _NOTHING:
            columns.setdefault(str(cell).strip(), []).append(letters(number))
    twins = [name if find_path(spec, name) else "/".join(at) for name, at in columns.items() if len(at) > 1]
    if twins:
        named = sorted(twin if len(twin) <= _LONGEST_TWIN else f"{twin[:_LONGEST_TWIN]}…" for twin in twins)
        raise fail(
            RecordError, "E-column-twice", place, names=[*named[:_MOST_TWINS], *["…"] * (len(named) > _MOST_TWINS)]
        )


def _title(name: str, number: int) -> Mapping[str, str]:
    """Return how a fault calls a column."""
    if isinstance(name, ColumnName):
        return unnamed("title", column=letters(number))
    return dict.fromkeys(LANGS, name)


def _value_or_text(cell: object) -> object:
    try:
        return _value(cell)
    except ValueFault:
        return unread(cell)


def _value(cell: object) -> object:
    """Return a cell's value as the readers of fields know it."""
    if isinstance(cell, time):
        return cell.isoformat("minutes" if not cell.second else "seconds")
    if isinstance(cell, bool) or not isinstance(cell, (int, float, timedelta)):
        return cell
    if isinstance(cell, timedelta):
        return CellNumber(cell / timedelta(minutes=1))
    return CellNumber(float(cell))

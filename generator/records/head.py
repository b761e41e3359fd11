"""What stands beside the rows of a list, above its header: 统计日期, 制表人, and the unit of its amounts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, RecordError
from generator.kinds.numbers import Money
from generator.kinds.raw import ValueFault
from generator.records.cells import value_of
from generator.records.columns import Column
from generator.records.header import Header
from generator.records.item import RawRecord
from generator.records.layout import pairs_above
from generator.records.names import find_path
from generator.records.unknown import letters
from generator.records.words import is_amount_unit, is_blank, names_amount_unit
from generator.records.workbooks import Row


def head_of(rows: Sequence[Row], header: Header, form: Form, sheet: str, place: Place) -> RawRecord:
    """Return what is said above a list of the fields that stand beside a register's rows.

    Raises RecordError (E-list-unit) where amounts of the list are in another unit than the form's.
    """
    made: dict[str, object] = {}
    for label, value, row, at in (*pairs_above(rows), *_captioned(rows, form)):
        _refuse_unit(label, value, row, at, header, sheet, place)
        path = find_path(form.root, label) if form.is_table and len(label) <= _LONGEST else None
        spec = path[-1] if path else None
        if spec is None or spec.shape != "value" or is_blank(value) or _is_label(value, form) or label in made:
            continue
        made[label] = _value(value, Column(label, spec), row, at, sheet, place)
    return made, place


_LONGEST = 60


def _captioned(rows: Sequence[Row], form: Form) -> Iterator[tuple[str, object, Row, int]]:
    """Yield values that stand beneath their labels, as on forms: a row of nothing but labels, then what they name."""
    for above, beneath in pairwise(rows):
        labels = {at: cell for at, cell in enumerate(above.cells) if not is_blank(cell)}
        if form.is_table and labels and all(_is_label(label, form) for label in labels.values()):
            yield from (
                (str(label), beneath.cells[at], beneath, at) for at, label in labels.items() if at < len(beneath.cells)
            )


def _is_label(value: object, form: Form) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and find_path(form.root, value) is not None


def _value(value: object, column: Column, row: Row, at: int, sheet: str, place: Place) -> object:
    is_cell = at < len(row.cells) and row.cells[at] is value
    try:
        return value_of(
            value, column, row.formats.get(at, "") if is_cell else "", row.shown.get(at, "") if is_cell else ""
        )
    except ValueFault as fault:
        assert column.spec is not None
        where = column.spec.place(f"/{column.spec.step}", file=place.file, row=cell_name(sheet, row.number, at))
        raise RecordError(Fault(fault.code, where, fault.params)) from None


def own_head(cells: Iterable[tuple[FieldSpec, object, Row, int]], sheet: str, place: Place) -> RawRecord:
    """Return the head of a register that we wrote, by the names of its cells."""
    made = {
        spec.key: _value(value, Column(spec.key, spec), row, at, sheet, place)
        for spec, value, row, at in cells
        if not is_blank(value)
    }
    return made, place


def cell_name(sheet: str, row: int, column: int) -> str:
    """Return how a place calls a cell: Sheet1!B7, or the line of a file of text."""
    return f"{sheet}!{letters(column + 1)}{row}" if sheet else str(row)


def _refuse_unit(label: str, value: object, row: Row, at: int, header: Header, sheet: str, place: Place) -> None:
    """Raise RecordError (E-list-unit) for a unit such as 单位：万元 above a list that has amounts in yuan."""
    says_so = isinstance(value, str) and is_amount_unit(label, value)
    if (says_so or names_amount_unit(label)) and _has_amounts(header):
        raise RecordError(Fault("E-list-unit", Place(place.file, cell_name(sheet, row.number, at))))


def _has_amounts(header: Header) -> bool:
    """Tell whether a column is of amounts in yuan whose name doesn't say in which unit they are."""
    return any(column.spec and isinstance(column.kind, Money) and not column.unit for column in header.columns)


def refused_beneath(notes: Sequence[Row], header: Header, sheet: str, place: Place) -> Iterator[RecordError]:
    """Yield what the notes beneath a list say that makes it wrong: another unit of its amounts (E-list-unit)."""
    try:
        for label, value, row, at in pairs_above(notes):
            _refuse_unit(label, value, row, at, header, sheet, place)
    except RecordError as error:
        yield error

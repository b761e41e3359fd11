"""Nested lists that stand apart from their records: on a sheet of their own, in another query; joined by a number."""

from collections.abc import Iterable, Iterator, Sequence

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, RecordError, fail
from generator.kinds.raw import CellNumber
from generator.records.columns import Column, Columns
from generator.records.item import RawValues, SourceItem
from generator.records.names import find_path
from generator.records.reading import Reading


class JoinColumns(Columns):
    """Tells what the columns of such a list are: the number of a record, and the fields of the nested list.

    Raises RecordError (E-join-number) for a form whose records have no number.
    """

    def __init__(self, form: Form, spec: FieldSpec, reading: Reading, place: Place) -> None:
        super().__init__(form, reading)
        self.within, self.place = spec, place
        path = find_path(form.record_spec, form.identity) if form.identity else None
        if not path:
            raise fail(RecordError, "E-join-number", place)
        self.identity = path[-1]

    def _field(self, name: str) -> Column | None:
        path = find_path(self.within, name)
        if path:
            return Column(name, path[-1])
        outer = find_path(self.spec, name)
        return Column(name, outer[-1]) if outer and outer[-1] is self.identity else None

    def table(self, name: str) -> FieldSpec | None:
        return None


class JoinedRows:
    """The rows of a nested list by the number of the record that each belongs to.

    Raises RecordError (E-join-number) where no column is the number.
    """

    def __init__(self, columns: JoinColumns, named: Sequence[Column], items: Iterable[SourceItem]) -> None:
        self.spec, self.identity, self.outer = columns.within, columns.identity, columns.spec
        number = next((column.name for column in named if column.spec is columns.identity), None)
        if number is None:
            raise fail(RecordError, "E-join-number", columns.place)
        self.rows: dict[str, list[tuple[RawValues, Place]]] = {}
        self.faults: list[RecordError] = []
        for item in items:
            if isinstance(item, RecordError):
                self.faults.append(item)
                continue
            values, place = item
            own = {name: value for name, value in values.items() if name != number}
            self.rows.setdefault(number_of(values.get(number)), []).append((own, place))

    def rows_for(self, record: RawValues) -> list[RawValues]:
        """Return the rows that belong to a record; each is asked for once."""
        for name, value in record.items():
            path = find_path(self.outer, name) if isinstance(name, str) else None
            if path and path[-1] is self.identity:
                return [values for values, _ in self.rows.pop(number_of(value), [])]
        return []

    def orphans(self) -> Iterator[RecordError]:
        """Yield the faults of rows that can't be read, or belong to no record."""
        yield from self.faults
        for rows in self.rows.values():
            for _, place in rows:
                yield RecordError(Fault("E-join-nobody", self.identity.place(file=place.file, row=place.row)))


def number_of(value: object) -> str:
    """Return what a record's number is compared by."""
    if isinstance(value, CellNumber):
        return value.shown or str(value.number)
    return "" if value is None else str(value).strip()


def with_rows(record: RawValues, joined: Sequence[JoinedRows]) -> RawValues:
    """Return a record with the rows of its nested lists."""
    for join in joined:
        rows = join.rows_for(record)
        if rows:
            record = {**record, join.spec.key: [*record.get(join.spec.key, []), *rows]}
    return record

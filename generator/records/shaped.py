"""Records of any source with what a caller says of them: other names, columns left out, rows chosen, lists joined."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.kinds import reader
from generator.kinds.raw import CellNumber, ValueFault, fold
from generator.records.cells import value_of
from generator.records.columns import Column, Columns
from generator.records.header import rows_of
from generator.records.item import RawRecord, RawValues, SourceItem
from generator.records.join import JoinColumns, JoinedRows, with_rows
from generator.records.names import find_path
from generator.records.reading import Reading
from generator.records.unknown import told

if TYPE_CHECKING:
    from generator.records import Source


class _Wrapped:
    """A source around another one."""

    def __init__(self, source: "Source", form: Form, reading: Reading) -> None:
        self.source, self.form, self.reading = source, form, reading
        self.told: list[Fault] = []

    @property
    def head(self) -> RawRecord:
        return self.source.head

    @property
    def columns(self) -> Sequence[str] | None:
        found: Sequence[str] | None = getattr(self.source, "columns", None)
        return found

    @property
    def warnings(self) -> Sequence[Fault]:
        return [*getattr(self.source, "warnings", ()), *self.told]

    def __iter__(self) -> Iterator[SourceItem]:
        yield from self.source


class RenamedSource(_Wrapped):
    """Records whose keys are those of a list's columns, by the names that the form, or a list within it, has."""

    def __init__(self, source: "Source", form: Form, reading: Reading, known: Columns | None = None) -> None:
        super().__init__(source, form, reading)
        self._known = known

    @cached_property
    def _columns(self) -> Columns:
        return self._known or Columns(self.form, self.reading)

    @property
    def columns(self) -> Sequence[str] | None:
        names = super().columns
        if names is None:
            return None
        found = (self._columns.column(name, n) for n, name in enumerate(names, 1))
        return list(dict.fromkeys(c.table or c.name for c in found if not c.is_left_out))

    def __iter__(self) -> "Iterator[SourceItem]":
        known: dict[Any, Column] = {}
        left_out: dict[str, None] = {}
        for item in self.source:
            yield item if isinstance(item, RecordError) else self._renamed(item, known, left_out)
        place = self.head[1]
        self.told = [Fault("W-columns-left", place, {"columns": list(left_out)})] if left_out else []

    def _renamed(self, item: RawRecord, known: dict[Any, Column], left_out: dict[str, None]) -> SourceItem:
        raw, place = item
        made: dict[Any, Any] = {}
        nested: dict[str, dict[int, dict[str, Any]]] = {}
        for name, value in raw.items():
            if not isinstance(name, str):
                made[name] = value
                continue
            column = known.get(name) or known.setdefault(name, self._columns.column(name))
            if column.is_left_out:
                left_out[told(name, 1 + list(raw).index(name))] = None
                continue
            key = column.name if column.spec else name
            target = nested.setdefault(column.table, {}).setdefault(column.number, {}) if column.table else made
            if key in target:
                return RecordError(Fault("E-key-twice", Place(place.file, place.row, pointer=f"/{key}")))
            try:
                target[key] = value if isinstance(value, (list, Mapping)) else _meant(value, column)
            except ValueFault as fault:
                return RecordError(Fault(fault.code, place, fault.params))
        return {**made, **{table: rows_of(rows) for table, rows in nested.items()}}, place


def _meant(value: object, column: Column) -> object:
    return value if column.is_plain or value is None else value_of(value, column)


class JoinedSource(_Wrapped):
    """Records of a database, with the rows that other queries yield."""

    def __iter__(self) -> "Iterator[SourceItem]":
        from generator.records.database import DatabaseSource

        joined = []
        for name, query in self.reading.joins:
            path = find_path(self.form.record_spec, name)
            if path is None or path[-1].shape != "repeat":
                raise fail(UsageError, "E-join-field", Place("--join"), field=name)
            columns = JoinColumns(self.form, path[-1], self.reading, self.head[1])
            source = DatabaseSource(self._url, self.form, query)
            named = [columns.column(column, n) for n, column in enumerate(source.columns, 1)]
            rows = RenamedSource(source, self.form, self.reading, columns)
            joined.append(JoinedRows(columns, named, rows if self.reading.renames else source))
        for item in self.source:
            yield item if isinstance(item, RecordError) else (with_rows(item[0], joined), item[1])
        for join in joined:
            yield from join.orphans()

    @property
    def _url(self) -> str:
        """Return the database that the records come from; UsageError (E-join-source) where they come from none."""
        from generator.records.database import DatabaseSource

        source: Source = self.source
        while isinstance(source, _Wrapped):
            source = source.source
        if not isinstance(source, DatabaseSource):
            raise fail(UsageError, "E-join-source", Place("--join"))
        return source.url.render_as_string(hide_password=False)


class ChosenSource(_Wrapped):
    """The records of a source in which columns have certain values.

    Raises UsageError (E-where-column) for a column that no field is, RecordError (E-where-none) where no record has the
    values.
    """

    def __init__(self, source: "Source", form: Form, reading: Reading, zone: ZoneInfo) -> None:
        super().__init__(source, form, reading)
        columns = Columns(form, reading)
        self.wanted = [_Wanted(columns.column(name), value, zone) for name, value in reading.where]
        faults = [
            Fault("E-where-column", Place("--where"), {"column": name})
            for (name, _), wanted in zip(reading.where, self.wanted, strict=True)
            if wanted.spec is None
        ]
        if faults:
            raise UsageError(faults)

    def __iter__(self) -> "Iterator[SourceItem]":
        count = 0
        for item in self.source:
            raw = item.raw if isinstance(item, RecordError) else item[0]
            if not isinstance(raw, Mapping) or all(wanted.is_in(raw, self.form) for wanted in self.wanted):
                count += 1
                yield item
        if not count:
            raise fail(RecordError, "E-where-none", self.head[1], columns=[name for name, _ in self.reading.where])


class _Wanted:
    """The value that a column must have."""

    def __init__(self, column: Column, value: str, zone: ZoneInfo) -> None:
        self.spec = column.spec if column.kind is not None else None
        self.text = fold(value)
        if self.spec is None:
            return
        self.read = reader(self.spec.kind, self.spec, zone)
        self.value = self._typed(value_of(value, column))

    def _typed(self, raw: object) -> object:
        try:
            return self.read(raw)
        except (ValueFault, OverflowError):
            return None

    def is_in(self, raw: RawValues, form: Form) -> bool:
        """Tell whether a raw record has the value."""
        for value in values_at(raw, form.record_spec, self.spec):
            if fold(_shown(value)) == self.text:
                return True
            typed = self._typed(value)
            if typed is not None and typed == self.value:
                return True
        return False


def values_at(raw: RawValues, spec: FieldSpec, wanted: FieldSpec | None) -> Iterator[object]:
    """Yield the values of a field in a raw record, by whatever name it goes there."""
    for name, value in raw.items():
        path = find_path(spec, name) if isinstance(name, str) else None
        if path is None:
            continue
        if path[-1] is wanted:
            yield value
        elif isinstance(value, Mapping) and path[-1].shape == "section":
            yield from values_at(value, path[-1], wanted)


def _shown(value: object) -> str:
    if isinstance(value, CellNumber):
        return value.shown or str(value.number)
    return value.isoformat() if isinstance(value, date) else str(value)

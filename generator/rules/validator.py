"""The rules of a form applied to records: values derived, the schema's demands, checks across fields."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from generator.catalogue.expressions import ExpressionError, compiled
from generator.catalogue.form import Check, Derive, FieldSpec, Form
from generator.catalogue.serialise import serialiser
from generator.errors import Fault, SchemaError
from generator.record import Judged, Record, Values
from generator.rules.functions import Numbering, functions
from generator.rules.policy import Policy
from generator.rules.validate import head_validator, record_validator

_ROWS = "rows"


class Validator:
    """Judges the records of one document by a form's rules and a policy; keeps the document's running numbers."""

    def __init__(self, form: Form, policy: Policy, numbering: Numbering | None = None) -> None:
        self.form, self.policy = form, policy
        self.numbering = numbering or Numbering()
        self._counted: set[int] = set()
        self._functions = functions(policy, self.numbering, self._counted)
        self._derived: set[str] = set()
        self._seen: dict[FieldSpec, set[bytes]] = {}
        """Of tables whose rows mustn't be the same, fingerprints of those that were judged."""

    def next_document(self) -> None:
        """Begin with the running numbers anew: they belong to a document."""
        self.numbering.counts.clear()
        self._seen.clear()

    def judge(self, record: Record, found: Sequence[Fault] = ()) -> Judged:
        """Derive what is absent from a record that is a document of its own, and return it with every fault.

        `found`: the faults of reading it; of a place that they name nothing more is said.
        """
        return self._judge(record, found, self.form.root, record.values)

    def judge_row(
        self, record: Record, number: int, head: Values, rows: Sequence[Values] = (), found: Sequence[Fault] = ()
    ) -> Judged:
        """Judge a row of a table form. `rows`: all of them, where the form's rules look at them."""
        spec = self.form.rows
        judged = self._judge(record, found, spec, {"head": head, "row_number": number, _ROWS: rows})
        twice = [
            fault.at(file=record.place.file, row=record.place.row)
            for fault in self._twice(spec, judged.values, record.pointer)
        ]
        return replace(judged, faults=(*judged.faults, *twice)) if twice else judged

    def judge_head(self, record: Record, found: Sequence[Fault] = ()) -> Judged:
        """Judge what stands beside a table's rows."""
        root, values = self.form.root, record.values
        faults = list(self._derive(root, values, "", values, skip=_ROWS))
        data = serialiser(root, self.policy.zone).record(record)
        faults += head_validator(self.form).faults(data)
        faults += self._own_checks(root, values, "", values)
        placed = [fault.at(file=record.place.file) for fault in faults]
        return Judged(values, data, tuple(_beside(found, placed)), record.place)

    def derive(self, record: Record, head: Values | None = None) -> None:
        """Derive what is absent from a record without judging it; of a table form it is the first row, under `head`."""
        spec = self.form.record_spec
        names = {"head": head or {}, "row_number": 1, _ROWS: ()} if self.form.is_table else record.values
        for _ in self._derive(spec, record.values, record.pointer, names):
            pass  # what is wrong is told when the record is judged

    def _judge(self, record: Record, found: Sequence[Fault], spec: FieldSpec, names: Values) -> Judged:
        values, pointer, place = record.values, record.pointer, record.place
        self._derived.clear()
        faults = list(self._derive(spec, values, pointer, names))
        data = serialiser(spec, self.policy.zone).record(record)
        faults += record_validator(self.form).faults(data, pointer)
        faults = _apart(faults, self._check(spec, values, pointer, names))
        faults = [fault.at(file=place.file, row=place.row) for fault in self._without_consequences(faults)]
        return Judged(values, data, tuple(_beside(found, faults)), place)

    def _without_consequences(self, faults: list[Fault]) -> list[Fault]:
        """Leave out what is wrong with computed values where something that was given is wrong."""
        own = [fault for fault in faults if fault.place.pointer not in self._derived]
        return own if any(not fault.is_warning for fault in own) else faults

    # --- values ---

    def _derive(
        self, spec: FieldSpec, values: dict[str, Any], pointer: str, names: Values, skip: str = ""
    ) -> Iterator[Fault]:
        for child in spec.fields:
            if not child.derives or child.key == skip:
                continue
            at = f"{pointer}/{child.step}"
            if child.shape == "section":
                yield from self._derive_section(child, values, at, names)
            elif child.shape == "repeat":
                rows = values.get(child.key, ())
                for n, row in enumerate(rows):
                    yield from self._derive(child, row, f"{at}/{n}", _row_names(names, rows, n))
            elif child.derive:
                yield from self._derive_value(child, child.derive, values, at, names)

    def _derive_section(self, spec: FieldSpec, values: dict[str, Any], at: str, names: Values) -> Iterator[Fault]:
        """Derive within a section; one that was absent stays absent unless a value came of it."""
        inner = values.get(spec.key, {})
        yield from self._derive(spec, inner, at, names)
        if inner:
            values[spec.key] = inner

    def _derive_value(
        self, spec: FieldSpec, derive: Derive, values: dict[str, Any], at: str, names: Values
    ) -> Iterator[Fault]:
        if spec.key in values and derive.given == "keep":
            return
        self._counted.clear()
        try:
            value = self._value_of(spec, derive.value, values, names)
        except ExpressionError as error:
            yield error.fault(spec.place(at))
            return
        if value is None:
            return
        if spec.key not in values:
            values[spec.key] = value
            self._derived.add(at)
            yield from self._calendar_warning(spec, value, at)
        elif values[spec.key] != value:
            yield Fault("E-derived" if derive.given == "error" else "W-derived", spec.place(at))

    def _value_of(self, spec: FieldSpec, source: str, values: Values, names: Values) -> Any:
        """Return the value of an expression; a field beside it goes before a name from further out.

        Raises SchemaError (E-lint-expression, E-expression-…) where it isn't one, or does what expressions may not do;
        ExpressionError where it does so with this record.
        """
        try:
            return compiled(source)(values, names, self._functions)
        except ExpressionError as error:
            if error.of_record:
                raise
            raise SchemaError(error.fault(spec.place(file=self.form.source))) from None

    def _calendar_warning(self, spec: FieldSpec, value: object, at: str) -> Iterator[Fault]:
        """Warn when a day was counted in a year whose exchanged working days aren't known."""
        year = getattr(value, "year", None)
        if year in self._counted and not self.policy.calendar.is_announced(year):
            yield Fault("W-calendar", spec.place(at), {"year": year})

    # --- checks ---

    def _check(self, spec: FieldSpec, values: Values, pointer: str, names: Values) -> Iterator[Fault]:
        yield from self._own_checks(spec, values, pointer, names)
        for child in spec.fields:
            if not child.checks_within:
                continue
            at = f"{pointer}/{child.step}"
            if child.shape == "section" and child.key in values:
                yield from self._check(child, values[child.key], at, names)
            elif child.shape == "repeat":
                rows = values.get(child.key, ())
                self._seen.pop(child, None)
                for n, row in enumerate(rows):
                    yield from self._twice(child, row, f"{at}/{n}")
                    yield from self._check(child, row, f"{at}/{n}", _row_names(names, rows, n))

    def _twice(self, spec: FieldSpec, row: Values, pointer: str) -> Iterator[Fault]:
        """Yield a fault for a row that says the same as an earlier one in the columns that tell rows apart."""
        keys = spec.table.unique
        told = [row.get(key) for key in keys]
        if not keys or any(value is None for value in told):
            return
        known = self._seen.setdefault(spec, set())
        mark = blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=12).digest()
        if mark in known:
            child = spec.by_key[keys[-1]]
            yield Fault("E-row-twice", child.place(f"{pointer}/{child.step}"))
        known.add(mark)

    def _own_checks(self, spec: FieldSpec, values: Values, pointer: str, names: Values) -> Iterator[Fault]:
        for check in spec.checks:
            try:
                if self._value_of(spec, check.that, values, names) is False:
                    yield _broken(check, spec, pointer)
            except ExpressionError as error:
                yield error.fault(spec.place(pointer))


def _broken(check: Check, spec: FieldSpec, pointer: str) -> Fault:
    blamed: FieldSpec | None = spec
    for key in check.at.split("/"):
        blamed = blamed.child(key) if blamed else None
    place = (blamed or spec).place(f"{pointer}/{check.at}")
    match check.severity:
        case "required":
            return Fault("E-required", place)
        case "warning":
            return Fault("W-check", place, {"message": check.messages})
    return Fault("E-check", place, {"message": check.messages})


def _row_names(names: Values, rows: Sequence[Values], n: int) -> Values:
    """Return what the rules of a row within a record may name beside its own columns."""
    return {**names, "row_number": n + 1, "earlier": rows[:n]}


def _apart(faults: list[Fault], more: Iterable[Fault]) -> list[Fault]:
    """Return the faults, and of the others the first of each place where no error is named already."""
    named = {fault.place.pointer for fault in faults if not fault.is_warning}
    result = list(faults)
    for fault in more:
        if fault.place.pointer not in named:
            named.add(fault.place.pointer)
            result.append(fault)
    return result


def _beside(faults: Sequence[Fault], more: Sequence[Fault]) -> list[Fault]:
    """Return both lists without what the second says of a place that the first has named, or of what lies within."""
    if not faults:
        return list(more)
    named = {fault.place.pointer for fault in faults if fault.place.pointer}
    return [*faults, *(f for f in more if not any(_is_within(f.place.pointer, place) for place in named))]


def _is_within(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")

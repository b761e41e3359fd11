"""The rules of a form applied to a record: values derived, the schema's demands, checks across fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from generator.catalogue.expressions import ExpressionError, compiled
from generator.catalogue.form import Check, FieldSpec, Form
from generator.errors import Fault, SchemaError
from generator.record import Record, to_json
from generator.rules.functions import Numbering, functions
from generator.rules.policy import Policy, load_policy
from generator.rules.validate import head_validator, record_validator

__all__ = ["Judge", "Numbering", "Policy", "load_policy"]


class Judge:
    """Judges the records of one document by a form's rules and a policy; keeps the document's running numbers."""

    def __init__(self, form: Form, policy: Policy, numbering: Numbering | None = None) -> None:
        self.form, self.policy = form, policy
        self.counted: set[int] = set()
        self.numbering = numbering or Numbering()
        self.functions = functions(policy, self.numbering, self.counted)
        self.derived: set[str] = set()

    def next_document(self) -> None:
        """Begin with the running numbers anew: they belong to a document."""
        self.numbering.counts.clear()

    def complete(
        self,
        record: Record,
        *,
        row: int | None = None,
        head: Mapping[str, Any] | None = None,
        rows: Sequence[Mapping[str, Any]] = (),
    ) -> list[Fault]:
        """Derive what is absent, then return every fault of the record.

        `row` (from 1), `head` and, where the form's rules look at them, all `rows` are given for a row of a table form.
        """
        names: Mapping[str, Any]
        if row is None:
            spec, pointer, names = self.form.root, "", record.typed
        else:
            spec, pointer = self.form.rows, f"/rows/{row - 1}"
            names = {"head": head or {}, "row_number": row, "rows": rows}
        self.derived.clear()
        faults = list(self._derive(spec, record.typed, record.data, pointer, names))
        faults += record_validator(self.form).faults(record.data, pointer)
        faults = _apart(faults, self._check(spec, record.typed, pointer, names))
        faults = self._without_consequences(faults)
        return [fault.at(file=record.place.file, row=record.place.row) for fault in faults]

    def _without_consequences(self, faults: list[Fault]) -> list[Fault]:
        """Leave out what is wrong with computed values where something that was given is wrong."""
        given = [f for f in faults if f.place.pointer not in self.derived]
        return given if any(not f.is_warning for f in given) else faults

    def complete_head(self, record: Record) -> list[Fault]:
        """Judge what stands beside a table's rows."""
        names = record.typed
        faults = list(self._derive(self.form.root, record.typed, record.data, "", names, skip="rows"))
        faults += head_validator(self.form).faults(record.data)
        faults += self._own_checks(self.form.root, record.typed, "", names)
        return [fault.at(file=record.place.file) for fault in faults]

    def _derive(
        self,
        spec: FieldSpec,
        typed: dict[str, Any],
        data: dict[str, Any],
        pointer: str,
        names: Mapping[str, Any],
        skip: str = "",
    ) -> Iterator[Fault]:
        for child in spec.fields:
            if not child.derives or child.key == skip:
                continue
            at = f"{pointer}/{child.step}"
            if child.shape == "section":
                yield from self._derive_section(child, typed, data, at, names)
            elif child.shape == "repeat":
                rows = typed.get(child.key, ())
                for n, (row, raw) in enumerate(zip(rows, data.get(child.key, ()), strict=True)):
                    yield from self._derive(child, row, raw, f"{at}/{n}", _row_names(names, rows, n))
            elif child.derive:
                yield from self._derive_value(child, typed, data, at, names)

    def _derive_section(
        self, spec: FieldSpec, typed: dict[str, Any], data: dict[str, Any], at: str, names: Mapping[str, Any]
    ) -> Iterator[Fault]:
        """Derive within a section; one that was absent stays absent unless a value came of it."""
        inner, raw = typed.get(spec.key, {}), data.get(spec.key, {})
        yield from self._derive(spec, inner, raw, at, names)
        if inner:
            typed[spec.key], data[spec.key] = inner, raw

    def _derive_value(
        self, spec: FieldSpec, typed: dict[str, Any], data: dict[str, Any], at: str, names: Mapping[str, Any]
    ) -> Iterator[Fault]:
        derive = spec.derive
        assert derive is not None
        if spec.key in typed and derive.given == "keep":
            return
        self.counted.clear()
        value = self._value_of(spec, derive.value, typed, names)
        if value is None:
            return
        if spec.key not in typed:
            typed[spec.key], data[spec.key] = value, to_json(value, spec.kind, self.policy.zone)
            self.derived.add(at)
            yield from self._calendar_warning(spec, value, at)
        elif typed[spec.key] != value:
            code = "E-derived" if derive.given == "error" else "W-derived"
            yield Fault(code, spec.place(at))

    def _value_of(self, spec: FieldSpec, source: str, typed: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
        """Return the value of an expression; a field beside it goes before a name from further out.

        Raises SchemaError (E-lint-expression) where it isn't one, or does what expressions may not do.
        """
        try:
            return compiled(source)(typed, names, self.functions)
        except ExpressionError:
            raise SchemaError(Fault("E-lint-expression", spec.place(file=self.form.source))) from None

    def _calendar_warning(self, spec: FieldSpec, value: Any, at: str) -> Iterator[Fault]:
        """Warn when a day was counted in a year whose exchanged working days aren't known."""
        year = getattr(value, "year", None)
        if year in self.counted and not self.policy.calendar.is_announced(year):
            yield Fault("W-calendar", spec.place(at), {"year": year})

    def _check(
        self, spec: FieldSpec, typed: Mapping[str, Any], pointer: str, names: Mapping[str, Any]
    ) -> Iterator[Fault]:
        yield from self._own_checks(spec, typed, pointer, names)
        for child in spec.fields:
            if not child.checks_within:
                continue
            at = f"{pointer}/{child.step}"
            if child.shape == "section" and child.key in typed:
                yield from self._check(child, typed[child.key], at, names)
            elif child.shape == "repeat":
                rows = typed.get(child.key, ())
                for n, row in enumerate(rows):
                    yield from self._check(child, row, f"{at}/{n}", _row_names(names, rows, n))

    def _own_checks(
        self, spec: FieldSpec, typed: Mapping[str, Any], pointer: str, names: Mapping[str, Any]
    ) -> Iterator[Fault]:
        for check in spec.checks:
            if self._value_of(spec, check.that, typed, names) is False:
                yield self._broken(check, spec, pointer)

    def _broken(self, check: Check, spec: FieldSpec, pointer: str) -> Fault:
        blamed: FieldSpec | None = spec
        for key in check.at.split("/"):
            blamed = blamed.child(key) if blamed else None
        place = (blamed or spec).place(f"{pointer}/{check.at}")
        return Fault("E-check", place, {"message": check.messages})


def _row_names(names: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], n: int) -> dict[str, Any]:
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

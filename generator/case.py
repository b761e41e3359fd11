"""The case file: one JSON document that gathers the records of a case, and fills the next form with what they know.

Its format is `schemas/dialect/case.json`. Fields of the shared vocabulary mean the same in every form, so what one
record says of them the next needn't say again; `x-case` of a schema names further sources, or keeps a field at home.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from generator import resources, strict_json
from generator.catalogue import Catalogue, FieldSpec, Form
from generator.catalogue.resolve import vocabularies
from generator.catalogue.serialise import serialiser
from generator.errors import Fault, Place, RecordError, fail, may_be_value
from generator.files import is_there
from generator.record import Record, Values
from generator.records.normalise import normaliser
from generator.rules import Policy, Validator
from generator.wording import LANGS

SCHEMA = "urn:biaodan:case"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a record of the case says under a key: the value as JSON, its field, the form and the record's number."""

    value: Any
    spec: FieldSpec
    form: Form
    number: int


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A record of the case, of one form, as it was given."""

    form: str
    record: Values


class Case:
    """The records of one case, in the order in which they came."""

    def __init__(self, entries: Sequence[CaseEntry], catalogue: Catalogue, policy: Policy, file: str = "") -> None:
        self.entries, self.catalogue, self.policy, self.file = tuple(entries), catalogue, policy, file

    def known(self, before: int | None = None, without: str = "") -> dict[str, Fact]:
        """Return what the case knows by key; of several records that tell, the latest.

        `before`: look only at so many records. `without`: leave out those of a form.
        """
        facts: dict[str, Fact] = {}
        for number, entry in enumerate(self.entries[:before], 1):
            if entry.form != without:
                form = self.form_of(number)
                data = self._completed(form, number, entry)
                told = _values(form.record_spec, data)
                facts |= {spec.key: Fact(value, spec, form, number) for spec, value in told}
        return facts

    def form_of(self, number: int) -> Form:
        """Return the form of the n-th record, counted from 1.

        Raises RecordError (E-case-form) where the catalogue hasn't got it.
        """
        name = self.entries[number - 1].form
        found = self.catalogue.find(name)
        if found is None:
            raise fail(
                RecordError, "E-case-form", Place(self.file, f"[{number}]"), form="…" if may_be_value(name) else name
            )
        return found

    def _completed(self, form: Form, number: int, entry: CaseEntry) -> Values:
        """Return a record of the case with its derived values, as JSON."""
        record = self._read(form, entry.record, Place(self.file, f"[{number}]"))
        Validator(form, self.policy).derive(record)
        return self._data(form, record)

    def read(self, form: Form, raw: Values, place: Place) -> dict[str, Any]:
        """Return a raw record read against its form, as JSON.

        Raises RecordError with every fault of its keys and values.
        """
        return self._data(form, self._read(form, raw, place))

    def _read(self, form: Form, raw: Values, place: Place) -> Record:
        record, faults = normaliser(form, self.policy.zone).record(raw, place)
        if faults:
            raise RecordError(faults)
        return record

    def _data(self, form: Form, record: Record) -> dict[str, Any]:
        return serialiser(form.record_spec, self.policy.zone).record(record)

    def content(self, form: Form) -> Any:
        """Return what the case holds for a form: its latest record, or a register's rows, completed by other records.

        A record of the form is completed by what was known when it came; where there is none, by all that is known.
        """
        own = [number for number, entry in enumerate(self.entries, 1) if entry.form == form.id]
        made = [self._filled(form, self.entries[number - 1].record, number) for number in own]
        made = made or [self._filled(form, {}, None)]
        return {"rows": made} if form.is_table else made[-1]

    def fill(self, form: Form, known: Values) -> dict[str, Any]:
        """Return the record of a form: what is given, and the rest from the case."""
        return self._filled(form, known, None)

    def _filled(self, form: Form, known: Values, number: int | None) -> dict[str, Any]:
        place = Place(self.file, f"[{number}]" if number else "")
        filled = self.read(form, known, place)
        _fill(form.record_spec, filled, self.known(number - 1 if number else None), self.policy)
        return filled

    def record(self, number: int) -> tuple[Form, Record]:
        """Return the form of the n-th record, and the record: completed by what was known when it came, and derived.

        Raises RecordError as `form_of` and `read` do.
        """
        form = self.form_of(number)
        record = self._read(form, self._filled(form, self.entries[number - 1].record, number), Place(self.file))
        Validator(form, self.policy).derive(record)
        return form, record

    def missing(self, form: Form) -> list[Fault]:
        """Return a fault for each required field of a form that neither its own record nor another one tells."""
        content = self.content(form)
        record = self._read(form, content["rows"][-1] if form.is_table else content, Place(self.file))
        validator = Validator(form, self.policy)
        record.pointer = "/rows/0" if form.is_table else ""
        judged = validator.judge_row(record, 1, {}) if form.is_table else validator.judge(record)
        return [fault for fault in judged.missing if fault.code != "E-too-few"]

    def conflicts(self, form: Form, record: Values) -> list[Fault]:
        """Return a fault for each shared field of which a record says otherwise than the latest record of another form.

        `record` is JSON, as `read` gives it; this holds for what follows too.
        """
        facts = self.known(without=form.id)
        faults = []
        for spec, value in _values(form.record_spec, record):
            fact = facts.get(spec.key)
            if fact and is_shared(spec) and fact.value != value:
                faults.append(
                    Fault(
                        "E-case-conflict",
                        spec.place(file=self.file),
                        {"theirs": _named(fact.form), "ours": _named(form), "number": fact.number},
                    )
                )
        return faults

    def with_record(self, form: Form, record: Values) -> "Case":
        """Return the case with one record more."""
        return Case([*self.entries, CaseEntry(form.id, record)], self.catalogue, self.policy, self.file)

    def without(self, form: Form, record: Values) -> dict[str, Any]:
        """Return a record without what contradicts the case."""
        wrong = {fault.place.pointer for fault in self.conflicts(form, record)}
        return _pruned(form.record_spec, record, wrong)

    def as_json(self) -> dict[str, Any]:
        """Return the content of a case file."""
        return {"$schema": SCHEMA, "records": [{"form": e.form, "record": dict(e.record)} for e in self.entries]}


def _named(form: Form) -> Mapping[str, str]:
    """Return a form's titles in every language, for a fault."""
    return {lang: form.title(lang) for lang in LANGS}


def is_case(content: Any) -> bool:
    """Tell whether the content of a JSON file is a case."""
    return isinstance(content, Mapping) and content.get("$schema") == SCHEMA


def read_case(content: Any, catalogue: Catalogue, policy: Policy, file: str) -> Case:
    """Return the case of a file's content.

    Raises RecordError (E-case) where it isn't in the format of a case.
    """
    try:
        errors = list(_validator().iter_errors(content))
    except ValueError:  # deeper than the validator goes
        raise fail(RecordError, "E-json-depth", Place(file)) from None
    faults = [
        Fault("E-case", Place(file, pointer=_pointer(error.instance_path)), {"rule": error.kind.name})
        for error in errors
    ]
    if faults:
        raise RecordError(faults)
    entries = [CaseEntry(item["form"], item["record"]) for item in content["records"]]
    return Case(entries, catalogue, policy, file)


def _pointer(path: Iterable[str | int]) -> str:
    """Return a place in a case file, as far as the format names it."""
    return "".join(f"/{p}" for p in takewhile(lambda p: isinstance(p, int) or not may_be_value(p), path))


def load_case(path: Path, catalogue: Catalogue, policy: Policy) -> Case:
    """Return the case of a file; a new one where there is no such file yet."""
    if not is_there(path):
        return Case((), catalogue, policy, path.name)
    content = strict_json.load(path, RecordError)
    if not is_case(content):
        raise fail(RecordError, "E-case-file", Place(path.name))
    return read_case(content, catalogue, policy, path.name)


@cache
def _validator() -> Any:
    import jsonschema_rs

    schema = strict_json.load(resources.schemas() / "dialect" / "case.json", RecordError)
    return jsonschema_rs.Draft202012Validator(schema, offline=True)


def _values(spec: FieldSpec, data: Values) -> Iterator[tuple[FieldSpec, Any]]:
    """Yield the values and tables of a record that may be told to other forms, with their fields."""
    for child in spec.fields:
        value = data.get(child.key)
        if value is None or not child.flows:
            continue
        if child.shape == "section":
            yield from _values(child, value)
        else:
            yield child, value


def is_shared(spec: FieldSpec) -> bool:
    """Tell whether a field is one of the shared vocabulary, and so means the same in every form."""
    return spec.flows and any(spec.key in vocabulary["$defs"] for vocabulary in vocabularies().values())


def _fill(spec: FieldSpec, data: dict[str, Any], facts: Mapping[str, Fact], policy: Policy) -> None:
    for child in spec.fields:
        if child.shape == "section":
            inner = dict(data.get(child.key) or {})
            _fill(child, inner, facts, policy)
            if inner:
                data[child.key] = inner
        elif child.key not in data and (fact := _source(child, facts, policy)):
            data[child.key] = _fitting(child, fact)


def _source(spec: FieldSpec, facts: Mapping[str, Fact], policy: Policy) -> Fact | None:
    """Return the fact that a field takes: its own key where that is shared, else the first that `x-case` names.

    Personal data goes into fields only that are marked as personal, so that it is masked there too. What another key
    tells is taken only where it is a value of the field. A choice of levels takes the latest one of any other scale.
    """
    own = facts.get(spec.key) if is_shared(spec) else None
    others = (facts[key] for key in spec.case if key in facts)
    found = [*([own] if own else []), *(fact for fact in others if _takes(spec, fact.value))]
    if not found and spec.levels:
        found = list(_on_scale(spec, facts, policy))
    return next((f for f in found if f.spec.shape == spec.shape and (spec.sensitive or not f.spec.sensitive)), None)


def _on_scale(spec: FieldSpec, facts: Mapping[str, Fact], policy: Policy) -> Iterator[Fact]:
    """Yield what levels of other scales are on that of a field, the latest first."""
    for fact in sorted(facts.values(), key=lambda fact: -fact.number):
        level = policy.on_scale(fact.value, fact.spec.levels, spec.levels) if fact.spec.levels else None
        if fact.spec.levels == spec.levels:
            level = fact.value
        if level is not None and any(choice.value == level for choice in spec.choices):
            yield replace(fact, value=level)


def _takes(spec: FieldSpec, value: Any) -> bool:
    """Tell whether a text may stand in a field: an e-mail address is no telephone number."""
    pattern = spec.constraints.pattern
    return not (pattern and isinstance(value, str)) or _matcher(pattern).is_valid(value)


@cache
def _matcher(pattern: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())


def _fitting(spec: FieldSpec, fact: Fact) -> Any:
    """Return a fact as a field takes it: of a table's rows the columns that both have."""
    if spec.shape != "repeat":
        return fact.value
    theirs = {child.key: child for child in fact.spec.fields}
    keys = {c.key for c in spec.fields if c.key in theirs and (c.sensitive or not theirs[c.key].sensitive)}
    return [{key: value for key, value in row.items() if key in keys} for row in fact.value]


def _pruned(spec: FieldSpec, data: Values, wrong: set[str]) -> dict[str, Any]:
    """Return data without the fields that the pointers name."""
    kept: dict[str, Any] = {}
    for child in spec.fields:
        if child.key not in data or child.pointer in wrong:
            continue
        value = data[child.key]
        kept[child.key] = _pruned(child, value, wrong) if child.shape == "section" else value
    return kept

"""The case file: one JSON document that gathers the records of a case, and fills the next form with what they know.

Its format is `schemas/dialect/case.json`. Fields of the shared vocabulary mean the same in every form, so what one
record says of them the next needn't say again; `x-case` of a schema names further sources, or keeps a field at home.
"""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from generator import resources, strict_json
from generator.case.filling import Fact, Facts, fill, is_shared
from generator.case.log import Entry, entries_of, taken
from generator.catalogue import Catalogue, FieldSpec, Form
from generator.catalogue.logs import log_tables, logs_of
from generator.catalogue.serialise import serialiser
from generator.errors import Fault, Place, RecordError, fail, may_be_value
from generator.files import is_there
from generator.record import Record, Values
from generator.records.normalise import normaliser
from generator.rules import Policy, Validator
from generator.wording import DEFAULT_LANG, LANGS, Lang

SCHEMA = "urn:biaodan:case"


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A record of the case, of one form, as it was given."""

    form: str
    record: Values


class Case:
    """The records of one case, in the order in which they came; `lang`: that of words which the case itself says.

    `issued`: what the case file holds of documents that were given out.
    """

    def __init__(
        self,
        entries: Sequence[CaseEntry],
        catalogue: Catalogue,
        policy: Policy,
        file: str = "",
        lang: Lang = DEFAULT_LANG,
        issued: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.entries, self.catalogue, self.policy, self.file = tuple(entries), catalogue, policy, file
        self.lang, self.issued = lang, tuple(issued)
        self._known: dict[int, bytes] = {}

    def known(self, before: int | None = None, without: str = "") -> dict[str, Fact]:
        """Return what the case knows by key; of several records that tell, the latest.

        `before`: look only at so many records. `without`: leave out those of a form.
        """
        return {fact.spec.key: fact for fact in self.told(before, without)}

    def told(self, before: int | None = None, without: str = "") -> Iterator[Fact]:
        """Yield all that the records tell, in their order; arguments as for `known`."""
        for number, entry in enumerate(self.entries[:before], 1):
            if entry.form != without:
                form = self.form_of(number)
                data = self._completed(form, number, entry)
                yield from (Fact(value, spec, form, number) for spec, value in _values(form.record_spec, data))

    def revisions(self) -> list[Fact]:
        """Return what was estimated anew, from the first estimate on; nothing where it was told once."""
        found: list[Fact] = []
        for fact in self.told():
            if fact.spec.revised and (not found or found[-1].value != fact.value):
                found.append(fact)
        return found if len(found) > 1 else []

    def log(self, before: int | None = None, after: int = 0, without: str = "") -> list[Entry]:
        """Return the entries that records of the case give to its log, in the order of the records.

        `before` and `after`: leave out the records from one on, and those up to another; `without`: those of a form.
        """
        numbered = [
            (n, entry) for n, entry in enumerate(self.entries[:before], 1) if n > after and entry.form != without
        ]
        forms = ((self.form_of(number), number, entry) for number, entry in numbered)
        return [
            told
            for form, number, entry in forms
            if logs_of(form)
            for told in entries_of(form, self._completed(form, number, entry), self.lang, self.policy.zone)
        ]

    def _log_for(self, form: Form, number: int | None) -> list[Entry]:
        """Return the entries that the n-th record takes; one that corrects an earlier record of its form takes what
        that one did, and of what was told later only what happened later.
        """
        before = number - 1 if number else None
        own = next((n for n, entry in enumerate(self.entries[:before], 1) if entry.form == form.id), None)
        if own is None:
            return self.log(before)
        known = self.log(own)
        last = max((entry.at for entry in known), default=None)
        later = self.log(before, own, form.id)
        return [one for one in known if one.form != form.id] + [one for one in later if last is None or one.at > last]

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
        if number not in self._known:
            record = self._read(form, entry.record, Place(self.file, f"[{number}]"))
            Validator(form, self.policy).derive(record)
            self._known[number] = pickle.dumps(self._data(form, record))
        completed: Values = pickle.loads(self._known[number])  # noqa: S301  # whoever gets it may change it
        return completed

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
        before = number - 1 if number else None
        told = list(self.told(before))
        facts, first = ({fact.spec.key: fact for fact in order} for order in (told, reversed(told)))
        fill(form.record_spec, filled, Facts(facts, first, self.lang, self.policy))
        if log_tables(form):
            taken(form, filled, self._log_for(form, number), self.lang, self.policy.zone)
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
            if fact and is_shared(spec) and not spec.revised and fact.value != value:
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
        return self._with([*self.entries, CaseEntry(form.id, record)], self.issued)

    def with_issue(self, note: Mapping[str, Any]) -> "Case":
        """Return the case with a document more that was given out."""
        return self._with(self.entries, [*self.issued, note])

    def then(self, count: int) -> "Case":
        """Return the case as it was when it had so many records."""
        return self._with(self.entries[:count], ())

    def _with(self, entries: Sequence[CaseEntry], issued: Sequence[Mapping[str, Any]]) -> "Case":
        return Case(entries, self.catalogue, self.policy, self.file, self.lang, issued)

    def without(self, form: Form, record: Values) -> dict[str, Any]:
        """Return a record without what contradicts the case."""
        wrong = {fault.place.pointer for fault in self.conflicts(form, record)}
        return _pruned(form.record_spec, record, wrong)

    def as_json(self) -> dict[str, Any]:
        """Return the content of a case file."""
        records = [{"form": e.form, "record": dict(e.record)} for e in self.entries]
        return {"$schema": SCHEMA, "records": records} | ({"issued": list(self.issued)} if self.issued else {})


def _named(form: Form) -> Mapping[str, str]:
    """Return a form's titles in every language, for a fault."""
    return {lang: form.title(lang) for lang in LANGS}


def is_case(content: Any) -> bool:
    """Tell whether the content of a JSON file is a case."""
    return isinstance(content, Mapping) and content.get("$schema") == SCHEMA


def read_case(content: Any, catalogue: Catalogue, policy: Policy, file: str, lang: Lang = DEFAULT_LANG) -> Case:
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
    return Case(entries, catalogue, policy, file, lang, content.get("issued", ()))


def _pointer(path: Iterable[str | int]) -> str:
    """Return a place in a case file, as far as the format names it."""
    return "".join(f"/{p}" for p in takewhile(lambda p: isinstance(p, int) or not may_be_value(p), path))


def load_case(path: Path, catalogue: Catalogue, policy: Policy, lang: Lang = DEFAULT_LANG) -> Case:
    """Return the case of a file; a new one where there is no such file yet."""
    if not is_there(path):
        return Case((), catalogue, policy, path.name, lang)
    content = strict_json.load(path, RecordError)
    if not is_case(content):
        raise fail(RecordError, "E-case-file", Place(path.name))
    return read_case(content, catalogue, policy, path.name, lang)


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


def _pruned(spec: FieldSpec, data: Values, wrong: set[str]) -> dict[str, Any]:
    """Return data without the fields that the pointers name."""
    kept: dict[str, Any] = {}
    for child in spec.fields:
        if child.key not in data or child.pointer in wrong:
            continue
        value = data[child.key]
        kept[child.key] = _pruned(child, value, wrong) if child.shape == "section" else value
    return kept

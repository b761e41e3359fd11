"""The way of records from a source to documents: read, normalised, derived, judged; each of them once."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from generator.catalogue import Form
from generator.catalogue.expressions import needs_all_rows
from generator.catalogue.form import FieldSpec
from generator.catalogue.serialise import serialiser
from generator.epoch import today
from generator.errors import Fault, Place, RecordError, SchemaError, UsageError, faults_of, pointer_step
from generator.numbers import Numbers
from generator.record import Judged, Record, Values, lay_over, put_at, value_at, without
from generator.records import Source, warnings_of
from generator.records.item import RawRecord
from generator.records.names import find_path
from generator.records.normalise import Normaliser
from generator.rules import Numbering, Policy, Validator
from generator.spool import Spool

MAX_FAULTS = 10_000
"""Faults of a table that are kept; the rest are of the same kinds."""

OVERRIDES = "--set"
_NUMBERED = re.compile(r"(.+[0-9]{4})-([0-9]{1,9})", re.ASCII)

Read = tuple[Record, list[Fault]]
"""A record as it was read, and the faults of that."""


@dataclass(slots=True)
class JudgedTable:
    """A table form's records, all of them read and judged: its head, its rows, and what is wrong with them."""

    head: Judged
    rows: Spool[Values] = field(default_factory=Spool)
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, row: Judged) -> None:
        """Add a row; rows are kept only while nothing is wrong, for nothing is written otherwise."""
        wrong = row.errors
        self.warnings += row.warnings[: max(0, MAX_FAULTS - len(self.warnings))]
        if wrong:
            self.errors += wrong[: max(0, MAX_FAULTS - len(self.errors))]
        if not self.errors:
            self.rows.append(row.values)


@dataclass(frozen=True, eq=False)
class Pipeline:
    """Reads and judges the records of one form under one policy.

    `overrides`: values that every record (or a table's head) gets on top, as they are written. `pictures`: folders in
    which the pictures lie that records name, besides that of the source. `numbers`: gives numbers to records that have
    none.
    """

    form: Form
    policy: Policy
    overrides: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    numbers: Numbers | None = None

    def judged(self, source: Source) -> Iterator[Judged]:
        """Yield every record of a source; those of a table as its rows, the head left out."""
        if self.form.is_table:
            yield from self._judged_rows(source, self.head(source).values)
        else:
            yield from self._judged_records(source)

    def faults(self, source: Source) -> Iterator[Fault]:
        """Yield every fault and warning of a source's records, and that it has none, where it hasn't."""
        head = self.head(source) if self.form.is_table else None
        yield from head.faults if head else ()
        count = 0
        for judged in self._judged_rows(source, head.values) if head else self._judged_records(source):
            count += 1
            yield from judged.faults
        if not count:
            yield Fault("E-no-records", source.head[1])
        yield from warnings_of(source)

    def _judged_records(self, source: Source) -> Iterator[Judged]:
        validator, overrides = self._validator, self._overrides.values
        for item in source:
            if isinstance(item, RecordError):
                yield _unreadable(item)
                continue
            yield self._judged_record(item, overrides, validator, self._folders(source))

    def _folders(self, source: Source) -> tuple[Path, ...]:
        """Return the folders in which the pictures of a source's records are looked for."""
        own: Path | None = getattr(source, "folder", None)
        return (*([own] if own else []), *map(Path, self.pictures))

    def _judged_record(
        self, item: RawRecord, overrides: Values, validator: Validator, folders: Sequence[Path]
    ) -> Judged:
        raw, place = item
        try:
            record, found = self._normaliser.record(raw, place, "", folders)
            lay_over(record.values, overrides)
            self._give_numbers(record)
            validator.next_document()
            judged = validator.judge(record, found)
            return judged if not place.boxes else self._in_document(judged, item, overrides, validator, folders)
        except SchemaError:
            raise
        except BaseException as error:  # whatever is raised for one record is that record's fault
            return Judged({}, {}, faults_of(error, place), place)

    def _in_document(
        self, judged: Judged, item: RawRecord, overrides: Values, validator: Validator, folders: Sequence[Path]
    ) -> Judged:
        """Return a filled document's record, its computed values anew where what they come from has left them behind.

        Somebody has changed the one and couldn't change the other.
        """
        raw, place = item
        stale: set[str] = set()
        while late := {f.place.pointer for f in judged.errors if self._is_stale(f)} - stale:
            stale |= late
            record, found = self._normaliser.record(raw, place, "", folders)
            found = [fault for fault in found if fault.place.pointer not in stale]
            for pointer in stale:
                without(record.values, pointer)
            lay_over(record.values, overrides)
            validator.next_document()
            judged = validator.judge(record, found)
        return replace(judged, faults=tuple(fault.in_document(place.boxes) for fault in judged.faults))

    def _is_stale(self, fault: Fault) -> bool:
        """Tell whether a fault is of a computed value that isn't what the rules make of the others, or isn't read."""
        spec = self.form.spec_at(fault.place.pointer)
        return fault.code == "E-derived" or bool(spec and spec.is_derived)

    def _give_numbers(self, record: Record) -> None:
        """Give a record the numbers that it lacks and that have a pattern: its own, and the one that its form gives."""
        lacking = {n: p for n, p in self.given_numbers.items() if value_at(record.values, p) is None}
        if self.numbers is None or not lacking:
            return
        said = serialiser(self.form.record_spec, self.policy.zone).record(record)
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
        for name, pointer in lacking.items():
            marked = text if name == self.form.id else f"{self.form.id}\n{text}"
            given = self.numbers.given(name, marked.encode("utf-8", "surrogatepass"), today(self.policy.zone))
            put_at(record.values, pointer, given)

    @cached_property
    def given_numbers(self) -> dict[str, str]:
        """Return where in a record the numbers are that it is given, by the names of their patterns."""
        return self.form.numbered_by(self.numbers.patterns if self.numbers else {})

    def derived(self, source: Source) -> Values:
        """Return the first record of a source with what the rules derive, without judging it: enough to name its files.

        Raises RecordError where there is none.
        """
        item = next(iter(source), None)
        if item is None or isinstance(item, RecordError):
            raise item or RecordError(Fault("E-no-records", source.head[1]))
        pointer = "/rows/0" if self.form.is_table else ""
        record, _ = self._normaliser.record(item[0], Place(), pointer, self._folders(source))
        if not self.form.is_table:
            lay_over(record.values, self._overrides.values)
            self._give_numbers(record)
            self._validator.next_document()
            self._validator.derive(record)
            return record.values
        lay_over(record.values, self._row_overrides.values)
        self._give_numbers(record)
        highest: dict[str, int] = {}
        self._note_numbers((record, []), highest)
        validator = Validator(self.form, self.policy, Numbering(highest))
        validator.derive(record, self.head(source).values)
        return record.values

    # --- tables ---

    def table(self, source: Source) -> JudgedTable:
        """Return a table form's records."""
        head = self.head(source)
        table = JudgedTable(head, errors=head.errors, warnings=head.warnings)
        count = 0
        for row in self._judged_rows(source, head.values):
            count += 1
            table.add(row)
        if not count:
            table.errors.append(Fault("E-no-records", source.head[1]))
        table.warnings += warnings_of(source)
        return table

    def known(self) -> tuple[Values, Values]:
        """Return what the overrides say of blank paper: of a document or a table's head, and of each of its rows.

        Raises UsageError with every fault of theirs.
        """
        if self.form.is_table:
            return self._head_overrides.values, self._row_overrides.values
        return self._overrides.values, {}

    def head(self, source: Source) -> Judged:
        """Return what stands beside a table's rows."""
        raw, place = source.head
        record, found = self._head_normaliser.record(raw, place, "", self._folders(source))
        lay_over(record.values, self._head_overrides.values)
        return Validator(self.form, self.policy).judge_head(record, found)

    def _judged_rows(self, source: Source, head: Values) -> Iterator[Judged]:
        read: Iterable[Read | RecordError] = self._read_rows(source)
        rows: Sequence[Values] = ()
        if needs_all_rows(self.form):
            read = kept = list(read)
            rows = [item[0].values if isinstance(item, tuple) else {} for item in kept]
        numbering = Numbering()
        validator = Validator(self.form, self.policy, numbering)
        numbered = self._numbered_from(iter(read), numbering) if self._numbered else read
        for number, item in enumerate(numbered, 1):
            if isinstance(item, RecordError):
                yield _unreadable(item)
                continue
            try:
                yield self._judged_row(item, validator, number, head, rows)
            except SchemaError:
                raise
            except BaseException as error:
                yield Judged({}, {}, faults_of(error, item[0].place), item[0].place)

    def _judged_row(
        self, item: Read, validator: Validator, number: int, head: Values, rows: Sequence[Values]
    ) -> Judged:
        record, found = item
        boxes = record.place.boxes
        if not boxes:
            return validator.judge_row(record, number, head, rows, found)
        given, stale = dict(record.values), set[str]()
        judged = validator.judge_row(record, number, head, rows, found)
        while late := {f.place.pointer for f in judged.errors if self._is_stale(f)} - stale:
            stale |= late
            given = {k: v for k, v in given.items() if f"{record.pointer}/{pointer_step(k)}" not in stale}
            found = [fault for fault in found if fault.place.pointer not in stale]
            judged = validator.judge_row(replace(record, values=dict(given)), number, head, rows, found)
        return replace(judged, faults=tuple(fault.in_document(boxes) for fault in judged.faults))

    def _numbered_from(self, rows: Iterator[Read | RecordError], numbering: Numbering) -> Iterator[Read | RecordError]:
        """Yield rows, `numbering` set to the highest numbers of all of them before the first one that needs one."""
        highest: dict[str, int] = {}
        for item in rows:
            self._note_numbers(item, highest)
            if self._needs_number(item):
                rest = Spool(chain([item], rows))
                for later in rest:
                    self._note_numbers(later, highest)
                numbering.counts.update(highest)
                yield from rest
                return
            yield item

    def _needs_number(self, item: Read | RecordError) -> bool:
        if isinstance(item, RecordError):
            return False
        values = item[0].values
        return any(s.key not in values or (s.derive and s.derive.given != "keep") for s in self._numbered)

    def _note_numbers(self, item: Read | RecordError, highest: dict[str, int]) -> None:
        """Take note of the running numbers that a row gives: the highest for each prefix and day."""
        if isinstance(item, RecordError):
            return
        for spec in self._numbered:
            value = item[0].values.get(spec.key)
            found = _NUMBERED.fullmatch(value) if isinstance(value, str) else None
            if found:
                highest[found[1]] = max(highest.get(found[1], 0), int(found[2]))

    def _read_rows(self, source: Source) -> Iterator[Read | RecordError]:
        """Yield a table's rows as they are read; a line that is no record as its error."""
        overrides = self._row_overrides.values
        for number, item in enumerate(source):
            if isinstance(item, RecordError):
                yield item
                continue
            yield self._read_row(item, f"/rows/{number}", overrides, self._folders(source))

    def _read_row(
        self, item: RawRecord, pointer: str, overrides: Values, folders: Sequence[Path]
    ) -> Read | RecordError:
        raw, place = item
        try:
            record, found = self._normaliser.record(raw, place, pointer, folders)
            lay_over(record.values, overrides)
            self._give_numbers(record)
        except BaseException as error:
            return RecordError(faults_of(error, place))
        return record, found

    @cached_property
    def _numbered(self) -> list[FieldSpec]:
        """Return the columns that hold running numbers."""
        return [f for f in self.form.rows.fields if f.derive and "running(" in f.derive.value]

    # --- what is prepared once ---

    @cached_property
    def _normaliser(self) -> Normaliser:
        return Normaliser(self.form.record_spec, self.policy.zone)

    @cached_property
    def _head_normaliser(self) -> Normaliser:
        return Normaliser(self.form.root, self.policy.zone)

    @cached_property
    def _validator(self) -> Validator:
        """Return the validator of records that are a document each."""
        return Validator(self.form, self.policy)

    @cached_property
    def _overrides(self) -> Record:
        return self._read_overrides(self.overrides, self._normaliser)

    @cached_property
    def _head_overrides(self) -> Record:
        return self._read_overrides(self._of_head, self._head_normaliser)

    @cached_property
    def _row_overrides(self) -> Record:
        rows = {key: value for key, value in self.overrides.items() if key not in self._of_head}
        return self._read_overrides(rows, self._normaliser)

    @cached_property
    def _of_head(self) -> dict[str, str]:
        """Return what is laid over a table's head: what its rows don't know, or what the head knows too."""
        root, rows = self.form.root, self.form.rows
        return {k: v for k, v in self.overrides.items() if find_path(root, k) or not find_path(rows, k)}

    def _read_overrides(self, overrides: Mapping[str, str], normaliser: Normaliser) -> Record:
        """Return overrides as a record, read once.

        Raises UsageError with every fault: they are the caller's, not those of a record.
        """
        record, faults = normaliser.record(overrides, Place(OVERRIDES), "", [Path.cwd(), *map(Path, self.pictures)])
        if faults:
            raise UsageError(faults)
        return record


def _unreadable(error: RecordError) -> Judged:
    return Judged({}, {}, error.faults)

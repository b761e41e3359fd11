"""What a script imports: `render`, `blank`, `check`. The command line is a thin skin over `Job`."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Literal

from generator.case import Case, is_case, load_case, read_case
from generator.catalogue import Catalogue, Form
from generator.catalogue.expressions import needs_all_rows
from generator.document import Document
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.record import Record, value_at
from generator.records import ListSource, Source, open_source
from generator.records.normalise import Normaliser, find_path, normaliser
from generator.rules import Judge, Policy, load_policy
from generator.rules.functions import Numbering
from generator.wording import DEFAULT_LANG, LANGS, Lang
from generator.writers import writer

Policies = Path | str | Sequence[Path | str] | None
"""Policy files: one, several of different sorts, or none for the shipped ones."""

MAX_FAULTS = 10_000
MAX_BLANK_ROWS = 2_000
GIVEN = "--set"
_NUMBERED = re.compile(r"(.+[0-9]{4})-([0-9]{1,9})", re.ASCII)
_NO_RECORD = Record()


@dataclass(frozen=True, slots=True)
class Made:
    """One document that is ready to be written: what tells it apart from its neighbours, and the warnings about it."""

    document: Document
    identity: str = ""
    warnings: tuple[Fault, ...] = ()
    place: Place = field(default_factory=Place)


@dataclass(eq=False)
class Job:
    """Records of one form made into documents of one language, under one policy. What is shared is prepared once.

    `mask`: None for the form's own default. `given`: values that every record (or a table's head) gets on top.
    `faults` are those of records that were left out, `table_warnings` those of a table's rows once they were read.
    """

    form: Form
    lang: Lang = DEFAULT_LANG
    policy: Policy = field(default_factory=load_policy)
    mask: bool | None = None
    blank_rows: int | None = None
    folders: tuple[Path, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=Catalogue)
    faults: list[Fault] = field(default_factory=list)
    table_warnings: list[Fault] = field(default_factory=list)

    @cached_property
    def composer(self) -> Any:
        from generator.compose import Composer
        from generator.resources import templates

        hide = self.form.mask if self.mask is None else self.mask
        folders = self.folders or (templates(),)
        return Composer(self.form, self.lang, self.policy, folders, hide, self.blank_rows)

    def blank(self) -> Document:
        """Return the blank form.

        Raises UsageError (E-rows) for a number of rows that no paper has.
        """
        if self.blank_rows is not None and not 0 <= self.blank_rows <= MAX_BLANK_ROWS:
            raise fail(UsageError, "E-rows", limit=MAX_BLANK_ROWS)
        document: Document = self.composer.blank()
        return document

    def open(self, name: str) -> Source:
        """Return the records of a file or, with `-`, of standard input; of a case file what it tells of this form.

        Raises UsageError and RecordError as `open_source` and `read_case` do.
        """
        source = open_source(name, self.form)
        if isinstance(source, ListSource) and source.single and is_case(source.items[0]):
            return self.source(source.items[0], source.file)
        return source

    def source(self, content: Any, file: str = "") -> Source:
        """Return records that are in memory, or what a case in memory tells of this form."""
        if is_case(content):
            content = read_case(content, self.catalogue, self.policy, file).content(self.form)
        return ListSource(content, self.form, file)

    def judged(self, source: Source) -> Iterator[tuple[Record, list[Fault]]]:
        """Yield every record with its faults and warnings; a table's rows are judged as rows."""
        if self.form.is_table:
            yield from self._judged_rows(source, self._head(source)[0])
            return
        judge = self._judge
        for item in source:
            if isinstance(item, RecordError):
                yield Record(), list(item.faults)
                continue
            raw, place = item
            record, faults = self._reader.record(raw, place)
            overlay(record, self._given)
            judge.next_document()
            yield record, merged(faults, judge.complete(record))

    def documents(self, source: Source) -> Iterator[Made]:
        """Yield the documents of the records that are right; the faults of the others gather in `faults`.

        A table is one document, and raises RecordError with all its faults when its rows are read.
        """
        if self.form.is_table:
            yield self._table(source)
            return
        count = 0
        for record, found in self.judged(source):
            count += 1
            errors = [fault for fault in found if not fault.is_warning]
            if errors:
                self.faults += errors
                continue
            identity = value_at(record.data, self.form.identity) if self.form.identity else None
            document = self.composer.filled(record.typed)
            shown = str(identity) if identity is not None and document.reference else ""
            yield Made(document, shown, tuple(f for f in found if f.is_warning), record.place)
        if not count:
            self.faults.append(Fault("E-no-records", source.head[1]))

    # --- tables ---

    def _table(self, source: Source) -> Made:
        head, faults = self._head(source)
        errors = [fault for fault in faults if not fault.is_warning]
        rows = _Rows(self, source, head.typed, errors)
        warnings = tuple(f for f in faults if f.is_warning)
        return Made(self.composer.register(head.typed, rows), warnings=warnings, place=head.place)

    def _head(self, source: Source) -> tuple[Record, list[Fault]]:
        raw, place = source.head
        head, faults = Normaliser(self.form.root, self.policy.zone).record(raw, place)
        overlay(head, self._given_head)
        return head, merged(faults, Judge(self.form, self.policy).complete_head(head))

    @cached_property
    def _reader(self) -> Normaliser:
        return normaliser(self.form, self.policy.zone)

    @cached_property
    def _judge(self) -> Judge:
        """Return the judge of records that are a document each."""
        return Judge(self.form, self.policy)

    @cached_property
    def _given(self) -> Record:
        """Return what every record gets on top, read once.

        Raises UsageError with every fault: they are the caller's, not those of a record.
        """
        return self._read_given(self.given, self._reader)

    @cached_property
    def _given_head(self) -> Record:
        return self._read_given(self._of_head, Normaliser(self.form.root, self.policy.zone))

    @cached_property
    def _given_rows(self) -> Record:
        rows = {key: value for key, value in self.given.items() if key not in self._of_head}
        return self._read_given(rows, self._reader)

    @cached_property
    def _of_head(self) -> dict[str, str]:
        """Return what is given for a table's head: what its rows don't know, or what the head knows too."""
        root, rows = self.form.root, self.form.rows
        return {k: v for k, v in self.given.items() if find_path(root, k) or not find_path(rows, k)}

    def _read_given(self, given: Mapping[str, str], reader: Normaliser) -> Record:
        record, faults = reader.record(given, Place(GIVEN))
        if faults:
            raise UsageError(faults)
        return record

    def _judged_rows(self, source: Source, head: Record) -> Iterator[tuple[Record, list[Fault]]]:
        judge = Judge(self.form, self.policy, Numbering(self._highest_numbers(source)))
        read = self._read_rows(source)
        rows: list[Mapping[str, Any]] = []
        if needs_all_rows(self.form):
            kept = list(read)
            read, rows = iter(kept), [record.typed for record, _ in kept]
        for number, (record, faults) in enumerate(read, 1):
            if record is _NO_RECORD:
                yield record, faults
                continue
            yield record, merged(faults, judge.complete(record, row=number, head=head.typed, rows=rows))

    def _read_rows(self, source: Source) -> Iterator[tuple[Record, list[Fault]]]:
        """Yield a table's records as they are read; a line that is no record comes empty, with its faults."""
        for number, item in enumerate(source):
            if isinstance(item, RecordError):
                yield _NO_RECORD, list(item.faults)
                continue
            raw, place = item
            record, faults = self._reader.record(raw, place, f"/rows/{number}")
            overlay(record, self._given_rows)
            yield record, faults

    def _highest_numbers(self, source: Source) -> dict[str, int]:
        """Return the highest running number given for each prefix and day, so that derived ones follow it."""
        numbered = [f for f in self.form.rows.fields if f.derive and "running(" in f.derive.value]
        highest: dict[str, int] = {}
        for item in source if numbered else ():
            if isinstance(item, RecordError):
                continue
            for name, value in item[0].items():
                found = _NUMBERED.fullmatch(value) if isinstance(value, str) else None
                path = find_path(self.form.rows, name) if found else None
                if found and path and path[-1] in numbered:
                    highest[found[1]] = max(highest.get(found[1], 0), int(found[2]))
        return highest


class _Rows:
    """A table's records, judged as they are read; errors are gathered and raised at the end, so nothing is written."""

    def __init__(self, job: Job, source: Source, head: Mapping[str, Any], faults: Sequence[Fault]) -> None:
        self.job, self.source, self.head, self.before = job, source, head, list(faults)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        errors, count = list(self.before), 0
        warnings: list[Fault] = []
        for record, faults in self.job._judged_rows(self.source, Record(typed=dict(self.head))):
            count += 1
            wrong = [fault for fault in faults if not fault.is_warning]
            if len(warnings) < MAX_FAULTS:
                warnings += [fault for fault in faults if fault.is_warning]
            if wrong and len(errors) < MAX_FAULTS:
                errors += wrong
            if not errors:
                yield record.typed
        self.job.table_warnings = warnings
        if not count:
            errors.append(Fault("E-no-records", self.source.head[1]))
        if errors:
            raise RecordError(errors)


def add_to_case(
    path: Path,
    form: Form | str,
    name: str,
    *,
    prefer: Literal["case", "record", ""] = "",
    policy: Policies = None,
    catalogue: Catalogue | None = None,
) -> tuple[Case, list[Fault]]:
    """Return a case file's content with the record of a file added, and the warnings; a missing case is begun.

    The record needn't repeat what the case knows. Raises RecordError with every fault of the record so completed, or
    with E-case-conflict for each field of which the case knows otherwise, unless `prefer` says who is right.
    """
    job = make_job(form, policy=policy, catalogue=catalogue)
    known = job.catalogue.find(job.form.id)
    if known is None or known.schema != job.form.schema:
        raise fail(UsageError, "E-case-form", Place(path.name), form=job.form.id)
    case = load_case(path, job.catalogue, job.policy)
    raw, place = _single(job.open(name), name)
    record = case.read(job.form, raw, place).data
    if prefer == "case":
        record = case.without(job.form, record)
    elif not prefer and (conflicts := case.conflicts(job.form, record)):
        raise RecordError(conflicts)
    filled = case.fill(job.form, record)
    source = ListSource({"rows": [filled]} if job.form.is_table else filled, job.form, place.file)
    faults = [fault for _, found in job.judged(source) for fault in found]
    if any(not fault.is_warning for fault in faults):
        raise RecordError(fault for fault in faults if not fault.is_warning)
    return case.with_record(job.form, record), faults


def _single(source: Source, name: str) -> tuple[Mapping[str, Any], Place]:
    """Return the one record of a source.

    Raises UsageError (E-case-one) for none or several, RecordError (E-case-head) for values beside a table's row.
    """
    items = list(source)
    if len(items) != 1:
        raise fail(UsageError, "E-case-one", Place(name), count=len(items))
    if isinstance(items[0], RecordError):
        raise items[0]
    if source.head[0]:
        raise fail(RecordError, "E-case-head", Place(name), names=list(source.head[0]))
    return items[0]


def merged(faults: Iterable[Fault], more: Iterable[Fault]) -> list[Fault]:
    """Return both lists without what the second says of a place that the first has named, or of what lies within."""
    first = list(faults)
    named = {fault.place.pointer for fault in first if fault.place.pointer}
    return first + [f for f in more if not any(_is_within(f.place.pointer, place) for place in named)]


def _is_within(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


def overlay(record: Record, given: Record) -> None:
    """Put given values over those of a record, section by section."""
    for mine, theirs in ((record.typed, given.typed), (record.data, given.data)):
        _merge_into(mine, theirs)


def _merge_into(tree: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict):
            _merge_into(tree[key], value)
        elif value not in ({}, None):
            tree[key] = value


def make_policy(policy: Policies = None) -> Policy:
    """Return the policy of one file or several, the shipped one for None.

    Raises SchemaError for a faulty file.
    """
    given = (policy,) if isinstance(policy, (str, Path)) else policy or ()
    return load_policy(*map(Path, given))


def make_job(
    form: Form | str,
    *,
    lang: str = DEFAULT_LANG,
    mask: bool | None = None,
    policy: Policies = None,
    rows: int | None = None,
    given: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> Job:
    """Return the job of a form, given by id, schema file or as Form.

    Raises UsageError for an unknown form or language, SchemaError for a faulty schema or policy.
    """
    if lang not in LANGS:
        raise fail(UsageError, "E-lang", Place(str(lang)), known=list(LANGS))
    catalogue = catalogue or Catalogue()
    found = form if isinstance(form, Form) else catalogue.form(form)
    loaded = make_policy(policy)
    return Job(found, lang, loaded, mask, rows, catalogue.template_folders(), given or {}, catalogue)


def to_bytes(document: Document, format: str, engine: str = "", standard: str = "") -> bytes:
    """Return a document in a format: docx, xlsx, pdf, or one that an installed package adds.

    Of PDF, `engine` is weasyprint (the default) or typst, `standard` ua-1 (the default) or a-2b.
    """
    buffer = io.BytesIO()
    writer(format, engine, standard)(document, buffer)
    return buffer.getvalue()


def write_into(document: Document, format: str, engine: str = "", standard: str = "") -> Callable[[BinaryIO], None]:
    """Return the function that writes a document into a file; `engine` and `standard` as in `to_bytes`."""
    write = writer(format, engine, standard)
    return lambda file: write(document, file)


def render(
    form: Form | str,
    record: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    format: str,
    *,
    lang: str = DEFAULT_LANG,
    mask: bool | None = None,
    policy: Policies = None,
    catalogue: Catalogue | None = None,
    engine: str = "",
    standard: str = "",
) -> bytes:
    """Return the document of a record as bytes; a table form takes a list of records.

    Keys may be the schema's or titles of any language; `engine` and `standard` as in `to_bytes`. Raises BiaodanError
    with every fault.
    """
    job = make_job(form, lang=lang, mask=mask, policy=policy, catalogue=catalogue)
    made = list(job.documents(job.source(record)))
    if job.faults:
        raise RecordError(job.faults)
    if len(made) != 1:
        raise fail(UsageError, "E-out-one", count=len(made))
    return to_bytes(made[0].document, format, engine, standard)


def blank(
    form: Form | str,
    format: str,
    *,
    lang: str = DEFAULT_LANG,
    rows: int | None = None,
    policy: Policies = None,
    catalogue: Catalogue | None = None,
) -> bytes:
    """Return the blank form as bytes; `rows` empty rows in its repeating tables."""
    return to_bytes(make_job(form, lang=lang, rows=rows, policy=policy, catalogue=catalogue).blank(), format)


def check(
    form: Form | str,
    records: Mapping[str, Any] | Sequence[Mapping[str, Any]] | Path | str,
    *,
    policy: Policies = None,
    given: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> list[Fault]:
    """Return every fault and warning of records, given in memory or as the path of a file."""
    job = make_job(form, policy=policy, given=given, catalogue=catalogue)
    in_memory = not isinstance(records, (str, Path))
    source = job.source(records) if in_memory else job.open(str(records))
    found = job._head(source)[1] if job.form.is_table else []
    count = 0
    for _, faults in job.judged(source):
        count += 1
        found += faults
    return found if count else [*found, Fault("E-no-records", source.head[1])]

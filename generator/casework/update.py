"""A record added to a case file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from generator.case import Case, load_case
from generator.errors import Fault, Place, RecordError, UsageError, fail, may_be_value, unnamed
from generator.job import Job
from generator.record import Values, lay_over, put_at, value_at
from generator.records import ListSource, Source, warnings_of
from generator.records.item import RawRecord
from generator.records.names import find_path

Preference = Literal["case", "record", ""]
"""Who is right where a record says otherwise than its case; nobody unless it is said."""


def add_to_case(job: Job, path: Path, name: str, prefer: Preference = "") -> tuple[Case, list[Fault]]:
    """Return a case file's content with the record of a file added, and the warnings; a missing case is begun.

    The record needn't repeat what the case knows; the numbers that it is given stay in it. Raises RecordError
    with every fault of the record so completed, or with E-case-conflict for each field of which the case knows
    otherwise, unless `prefer` says who is right.
    """
    known = job.catalogue.find(job.form.id)
    if known is None or known.schema != job.form.schema:
        raise fail(UsageError, "E-case-form", Place(path.name), form=job.form.id)
    case = load_case(path, job.catalogue, job.policy, job.lang)
    opened = job.open(name)
    raw, place = _single(opened, name, job)
    record = case.read(job.form, raw, place)
    if prefer == "case":
        record = case.without(job.form, record)
    elif not prefer and (conflicts := case.conflicts(job.form, record)):
        raise RecordError(conflicts)
    filled = case.fill(job.form, record)
    source = ListSource({"rows": [filled]} if job.form.is_table else filled, job.form, place.file)
    judged = list(job.pipeline.judged(source))
    faults = [fault for one in judged for fault in one.faults]
    faults += warnings_of(opened)
    if any(not fault.is_warning for fault in faults):
        raise RecordError(fault for fault in faults if not fault.is_warning)
    for one in judged:
        lay_over(record, _given(job, filled, one.data))
    return case.with_record(job.form, record), faults


def _given(job: Job, filled: Values, data: Values) -> dict[str, Any]:
    """Return the numbers that a record has been given, for its case to keep."""
    given: dict[str, Any] = {}
    for pointer in job.pipeline.given_numbers.values():
        number = value_at(data, pointer)
        if number is not None and value_at(filled, pointer) is None:
            put_at(given, pointer, number)
    return given


def _single(source: Source, name: str, job: Job) -> RawRecord:
    """Return the one record of a source.

    Raises UsageError (E-case-one) for none or several, RecordError (E-case-head) for values beside a table's row.
    """
    items = list(source)
    if len(items) != 1:
        raise fail(UsageError, "E-case-one", Place(name), count=len(items))
    if isinstance(items[0], RecordError):
        raise items[0]
    if source.head[0] and not job.reading.where:  # of a list, what is above it isn't of the row that was chosen
        names = [_shown(str(key), number, job) for number, key in enumerate(source.head[0], 1)]
        raise fail(RecordError, "E-case-head", Place(name), names=names)
    return items[0]


def _shown(key: str, number: int, job: Job) -> str | Mapping[str, str]:
    is_name = find_path(job.form.root, key) or not may_be_value(key)
    return key if is_name else unnamed("nth", number=number)

"""Records judged by a form's rules, as the tests of its derived values and rules need them."""

from collections.abc import Mapping, Sequence
from typing import Any

from generator.api import Job, make_job
from generator.record import Judged
from generator.records import ListSource

Fields = Mapping[str, Any]


def _source(job: Job, records: Sequence[Fields], head: Fields) -> ListSource:
    if job.form.is_table:
        return ListSource({**head, "rows": list(records)}, job.form)
    return ListSource(list(records), job.form)


def judged(form: str, records: Sequence[Fields], head: Fields) -> list[Judged]:
    """Return every record, completed, with its faults."""
    job = make_job(form)
    return list(job.pipeline.judged(_source(job, records, head)))


def rows_of(form: str, rows: Sequence[Fields], head: Fields | None = None) -> list[Fields]:
    """Return typed records, completed by the rules; there must be no error."""
    found = judged(form, rows, head or {})
    errors = [f.text("en") for record in found for f in record.errors]
    assert errors == []
    return [record.values for record in found]


def fields_of(form: str, record: Fields, head: Fields | None = None) -> Fields:
    """Return the typed record, completed by the rules; there must be no error."""
    return rows_of(form, [record], head)[0]


def faults_of(form: str, *records: Fields, head: Fields | None = None) -> list[tuple[str, str]]:
    """Return code and pointer of every fault and warning; those of a table's head come first."""
    job = make_job(form)
    source = _source(job, records, head or {})
    faults = list(job.pipeline.head(source).faults) if job.form.is_table else []
    faults += [fault for record in job.pipeline.judged(source) for fault in record.faults]
    return [(fault.code, fault.place.pointer) for fault in faults]

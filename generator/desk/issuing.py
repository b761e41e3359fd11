"""Documents given out from a case of the desk: made, and told to the case, as the command line does it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generator.case import Case
from generator.casework.issue import Issue, issue, noted, void
from generator.desk.matters import matter_of
from generator.desk.office import Setup, Way
from generator.desk.papers import Paper
from generator.desk.work import office_of
from generator.errors import BiaodanError
from generator.files import safe_name
from generator.job import Job
from generator.wording import DEFAULT_LANG, Lang


@dataclass(frozen=True)
class GivenOut:
    """What was given out: its files, and what a case notes of it."""

    files: Mapping[str, bytes]
    note: Mapping[str, Any]


@dataclass(frozen=True)
class Issued:
    """The state of a case: its records as they went out and as they are now, and what went out."""

    story: Sequence[Paper]
    notes: Sequence[Mapping[str, Any]]


def given_out(setup: Setup, way: Way, formats: Sequence[str], state: Issued, reason: str) -> GivenOut:
    """Return the documents of a form from a case, to be given out.

    Raises UsageError (E-revision-reason) for a correction without a reason, RecordError for what can't be made.
    """
    office = office_of(setup)
    case = matter_of(office, state.story, way.lang, state.notes).case
    job = office.job(way)
    return _written(case, job, issue(case, job, reason), formats)


def voided(
    setup: Setup, lang: Lang, mask: bool | None, formats: Sequence[str], state: Issued, number: int, reason: str
) -> GivenOut:
    """Return the copies that say that a document is void; raises as `generator.casework.issue.void`."""
    office = office_of(setup)
    case = matter_of(office, state.story, lang, state.notes).case
    job, made = void(case, lambda form: office.job(Way(form, lang, mask)), number, reason)
    return _written(case, job, made, formats)


def _written(case: Case, job: Job, made: Issue, formats: Sequence[str]) -> GivenOut:
    from generator.writers import writer

    job = replace(job, revision=made.revision)
    composed = list(job.documents(made.source(job, case)))
    if faults := [fault for one in composed for fault in one.faults]:
        raise BiaodanError(faults)
    whole = [(one.document, one.identity) for one in composed if one.document is not None]
    if whole and whole[0][1] and not made.note.get("reference"):
        made = replace(made, note={**made.note, "reference": whole[0][1]})
    suffix = "" if job.lang == DEFAULT_LANG else f".{job.lang}"
    with TemporaryDirectory() as folder:
        paths = []
        for document, identity in whole:
            nth = str(made.count) if made.count > 1 else ""
            parts = (document.form, safe_name(identity) if identity else "", document.mark, nth)
            stem = "-".join(filter(None, parts))
            for format in formats:
                buffer = io.BytesIO()
                writer(format)(document, buffer)
                path = Path(folder) / f"{stem}{suffix}.{format}"
                path.write_bytes(buffer.getvalue())
                paths.append(path)
        note = noted(case, made, paths).issued[-1]
        return GivenOut({path.name: path.read_bytes() for path in paths}, note)

"""Documents given out from a case: which, when, with the sums of their files; corrected, or declared void."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.case import Case
from generator.epoch import now
from generator.errors import Place, UsageError, fail, pointer_key
from generator.job import Job
from generator.record import Judged, value_at
from generator.records import ListSource

if TYPE_CHECKING:
    from generator.compose.revisions import Revision

Noted = Mapping[str, Any]
"""What a case file holds of a document that was given out; `schemas/dialect/case.json` has its format."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A document about to be given out: what it is made from, the revision that it is, and what will be noted of it.

    `count`: the how manieth of its form and number it is, none of them a correction of another.
    """

    content: Mapping[str, Any]
    revision: "Revision | None"
    note: Noted
    count: int = 1

    def source(self, job: Job, case: Case) -> ListSource:
        """Return what the document is made from as a source of records."""
        return ListSource(self.content, job.form, case.file)


def issue(case: Case, job: Job, reason: str, *, is_further: bool = False) -> Issue:
    """Return what is to be given out of a form from a case: for the first time, again, or as a correction.

    `is_further`: it is another document of that form, and corrects none. Raises UsageError (E-revision-reason) for
    a correction without a reason, RecordError for a content with faults.
    """
    content = dict(case.content(job.form))
    note: dict[str, Any] = {"form": job.form.id, "records": len(case.entries), "lang": job.lang}
    earlier = _earlier(case, job)
    if is_further or not earlier:
        note |= _reference(content, job)
        same = [one for one in earlier if one.get("reference") == note.get("reference") and "corrects" not in one]
        return Issue(content, None, note, len(same) + 1)
    last = earlier[-1]
    _keep_number(content, last, job)
    note |= _reference(content, job)
    if _data(case.then(last["records"]), job, last) == _data(case, job, last):
        again = {key: last[key] for key in ("revision", "corrects", "reason") if key in last}
        return Issue(content, _revision(case, job, again), note | again)
    if not reason.strip():
        raise fail(UsageError, "E-revision-reason", Place("--reason"))
    corrects = case.issued.index(last) + 1
    told = {"revision": last.get("revision", 0) + 1, "corrects": corrects, "reason": reason.strip()}
    return Issue(content, _revision(case, job, told), note | told)


def void(case: Case, job_of: Any, number: int, reason: str) -> tuple[Job, Issue]:
    """Return the n-th document that was given out from a case, declared void, with its job.

    `job_of`: gives the job of a form's id. Raises UsageError: E-issue-void where there is no such document,
    E-revision-reason without a reason.
    """
    if not 1 <= number <= len(case.issued) or number in _voided(case) or "voids" in case.issued[number - 1]:
        raise fail(UsageError, "E-issue-void", Place(case.file), number=number)
    if not reason.strip():
        raise fail(UsageError, "E-revision-reason", Place("--reason"))
    from generator.compose.revisions import Revision

    given = case.issued[number - 1]
    job: Job = job_of(given["form"])
    content = dict(case.then(given["records"]).content(job.form))
    _keep_number(content, given, job)
    note = {key: given[key] for key in ("form", "records", "reference") if key in given}
    note |= {"lang": job.lang, "voids": number, "reason": reason.strip()}
    return job, Issue(content, Revision(reason.strip(), void=True), note)


def noted(case: Case, made: Issue, files: Sequence[Path]) -> Case:
    """Return a case that holds what was given out, with the moment and the sums of the files."""
    sums = [{"name": path.name, "sha256": sha256(path.read_bytes()).hexdigest()} for path in files]
    at = now(case.policy.zone).isoformat(timespec="seconds")
    return case.with_issue({**made.note, "at": at, "files": sums})


def _earlier(case: Case, job: Job) -> list[Noted]:
    """Return what was given out of a form and still counts."""
    gone = _voided(case)
    numbered = enumerate(case.issued, 1)
    return [one for n, one in numbered if one["form"] == job.form.id and "voids" not in one and n not in gone]


def _voided(case: Case) -> set[int]:
    return {one["voids"] for one in case.issued if "voids" in one}


def _revision(case: Case, job: Job, told: Noted) -> "Revision | None":
    """Return the correction that is told of; None where it is none."""
    if "corrects" not in told:
        return None
    from generator.compose.revisions import Revision

    corrected = case.issued[told["corrects"] - 1]
    former = _judged(case.then(corrected["records"]), job, corrected)
    formers = {} if job.form.is_table else {"": former.values}
    return Revision(told["reason"], told["revision"], formers=formers)


def _data(case: Case, job: Job, last: Noted) -> Any:
    return _judged(case, job, last).data if not job.form.is_table else case.content(job.form)


def _judged(case: Case, job: Job, given: Noted) -> Judged:
    content = dict(case.content(job.form))
    _keep_number(content, given, job)
    return next(iter(replace(job, numbers=None).pipeline.judged(ListSource(content, job.form, case.file))))


def _keep_number(content: dict[str, Any], given: Noted, job: Job) -> None:
    """Let a record without a number have that under which it was given out."""
    form = job.form
    if form.is_table or not form.identity or "reference" not in given or value_at(content, form.identity) is not None:
        return
    *above, last = map(pointer_key, form.identity.split("/")[1:])
    inner = content
    for step in above:
        inner[step] = dict(inner.get(step) or {})
        inner = inner[step]
    inner[last] = given["reference"]


def _reference(content: Mapping[str, Any], job: Job) -> dict[str, str]:
    form = job.form
    spec = form.spec_at(form.identity) if form.identity else None
    value = value_at(content, form.identity) if spec and not spec.sensitive else None
    return {"reference": str(value)} if value is not None else {}

"""Documents given out from a case: which, when, with the sums of their files; corrected, or declared void."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.case import Case
from generator.epoch import now
from generator.errors import Place, UsageError, fail
from generator.job import Job
from generator.record import Judged, Values, put_at, value_at
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

    `is_further`: it is another document of that form, and corrects none; so is what differs, without a reason, of a
    form of which a case has several. Raises UsageError (E-revision-reason) for
    a correction without a reason, RecordError for a content with faults.
    """
    earlier = _earlier(case, job)
    if is_further or not earlier:
        return _further(case, job, earlier)
    last = earlier[-1]
    content, note = _about(case, job, last)
    if _data(case.then(last["records"]), job, last) == _data(case, job, last):
        again = {key: last[key] for key in ("nth", "revision", "corrects", "reason") if key in last}
        return Issue(content, _revision(case, job, again), note | again, last.get("nth", 1))
    if not reason.strip() and job.form.recurs:
        return _further(case, job, earlier)
    if not reason.strip():
        raise fail(UsageError, "E-revision-reason", Place("--reason"))
    corrects = case.issued.index(last) + 1
    told = {"revision": last.get("revision", 0) + 1, "corrects": corrects, "reason": reason.strip()}
    told |= {"nth": last["nth"]} if "nth" in last else {}
    return Issue(content, _revision(case, job, told), note | told, last.get("nth", 1))


def _further(case: Case, job: Job, earlier: Sequence[Noted]) -> Issue:
    """Return a document that corrects none of the earlier ones."""
    content, note = _about(case, job, {})
    same = [one.get("nth", 1) for one in earlier if one.get("reference") == note.get("reference")]
    nth = max(same, default=0) + 1
    return Issue(content, None, note | ({"nth": nth} if nth > 1 else {}), nth)


def _about(case: Case, job: Job, last: Noted) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a document says, with the numbers under which it was given out before, and what is noted of it."""
    content = _kept(case.content(job.form), last, job)
    note = {"form": job.form.id, "records": len(case.entries), "lang": job.lang}
    return content, note | _given_number(content, job) | _reference(content, job)


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
    content = _kept(case.then(given["records"]).content(job.form), given, job)
    note = {key: given[key] for key in ("form", "records", "reference", "number", "nth") if key in given}
    note |= {"lang": job.lang, "voids": number, "reason": reason.strip()}
    return job, Issue(content, Revision(reason.strip(), void=True), note, given.get("nth", 1))


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
    before = case.then(corrected["records"])
    former = _rows(before, job) if job.form.is_table else _judged(before, job, corrected).values
    return Revision(told["reason"], told["revision"], formers={"": former})


def _rows(case: Case, job: Job) -> Values:
    """Return a register as the case has it, its rows judged."""
    source = ListSource(case.content(job.form), job.form, case.file)
    judged = replace(job, numbers=None).pipeline.judged(source)
    return {job.form.rows.key: [row.values for row in judged]}


def _data(case: Case, job: Job, last: Noted) -> Any:
    return _judged(case, job, last).data if not job.form.is_table else case.content(job.form)


def _judged(case: Case, job: Job, given: Noted) -> Judged:
    return _of(_kept(case.content(job.form), given, job), replace(job, numbers=None), case.file)


def _of(content: Mapping[str, Any], job: Job, file: str = "") -> Judged:
    return next(iter(job.pipeline.judged(ListSource(content, job.form, file))))


def _kept(content: Mapping[str, Any], given: Noted, job: Job) -> dict[str, Any]:
    """Return a record that has the numbers under which it was given out, where it has none of its own."""
    kept = copy.deepcopy(dict(content))
    form = job.form
    for pointer, name in ((form.identity, "reference"), (form.own_number, "number")):
        if not form.is_table and pointer and name in given and value_at(kept, pointer) is None:
            put_at(kept, pointer, given[name])
    return kept


def _given_number(content: dict[str, Any], job: Job) -> dict[str, str]:
    """Give a letter without a number the next one, and return it: a correction of the letter bears it too."""
    pointer = job.form.own_number
    if not pointer or pointer == job.form.identity:
        return {}
    number = value_at(content, pointer)
    if number is None and pointer in job.pipeline.given_numbers.values():
        number = value_at(_of(content, job).values, pointer)
    if number is None:
        return {}
    put_at(content, pointer, number)
    return {"number": str(number)}


def _reference(content: Mapping[str, Any], job: Job) -> dict[str, str]:
    form = job.form
    spec = form.spec_at(form.identity) if form.identity else None
    value = value_at(content, form.identity) if spec and not spec.sensitive else None
    return {"reference": str(value)} if value is not None else {}

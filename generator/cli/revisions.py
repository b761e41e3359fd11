"""Options of corrections: which one it is and why, what was given out before, or that a document is void."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from generator.cli.messages import message
from generator.errors import Place, RecordError, UsageError, fail
from generator.record import Values, value_at

if TYPE_CHECKING:
    from generator.compose.revisions import Revision
    from generator.job import Job

MAX_REVISION = 999
COMPARED = 5_000
"""Rows of a register whose correction tells what was changed."""

reason_option = click.option("--reason", default="", metavar="TEXT", help=message("option.reason"))


def revision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of corrections to a command."""
    command = reason_option(command)
    command = click.option("--void", is_flag=True, help=message("option.void"))(command)
    command = click.option("--former", metavar="FILE", help=message("option.former"))(command)
    return click.option("--revision", type=int, metavar="N", help=message("option.revision"))(command)


def revision_of(job: Job, revision: int | None, former: str | None, reason: str, *, void: bool) -> Revision | None:
    """Return what the options say; None where nothing is corrected.

    Raises UsageError (E-revision) for options that don't go together, RecordError for a former document that can't be
    read.
    """
    if revision is None and not void:
        if reason or former:
            raise fail(UsageError, "E-revision-alone", Place("--reason" if reason else "--former"))
        return None
    if revision is not None and (void or not 1 <= revision <= MAX_REVISION):
        raise fail(UsageError, "E-revision", Place("--revision"), limit=MAX_REVISION)
    if not reason.strip():
        raise fail(UsageError, "E-revision-reason", Place("--reason"))
    if job.own is not None:
        raise fail(UsageError, "E-revision-own", Place("--template"))
    from generator.compose.revisions import Revision

    return Revision(reason.strip(), revision or 0, void, formers(job, former) if former else {})


def formers(job: Job, name: str) -> dict[str, Values]:
    """Return what the records of a file said, by their numbers, and without one where there is but one.

    A register is one. What was wrong with them is no fault now. Raises RecordError for a file or record that can't be
    read at all, and UsageError (E-revision-table) for a register of too many rows.
    """
    source = job.open(name)
    found = list(islice(job.pipeline.judged(source), COMPARED + 1 if job.form.is_table else None))
    if job.form.is_table and len(found) > COMPARED:
        raise fail(UsageError, "E-revision-table", Place("--former"), limit=COMPARED)
    if unread := [fault for one in found if not one.values for fault in one.errors]:
        raise RecordError(unread)
    if job.form.is_table:
        return {"": {**job.pipeline.head(source).values, job.form.rows.key: [one.values for one in found]}}
    known = {str(value_at(one.data, job.form.identity) or ""): one.values for one in found if job.form.identity}
    return known | ({"": found[0].values} if len(found) == 1 else {})

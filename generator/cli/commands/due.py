"""`biaodan due`: one dated list of what is due, from registers, returned forms and case files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    DocumentOptions,
    dry_option,
    force_option,
    format_option,
    json_option,
    lang_option,
    mask_option,
    out_option,
    pdf_engine_option,
    pdf_standard_option,
    policy_option,
    set_option,
)
from generator.cli.output import STDOUT, refuse_suffix
from generator.cli.own import catalogue, is_dry
from generator.cli.telling import put, say, say_path, say_written
from generator.errors import Place, UsageError, fail

if TYPE_CHECKING:
    from generator.due import DueList
    from generator.job import Job

CALENDAR = "ics"
"""What a calendar's files are called, and how -f names it."""

_SPAN = re.compile(r"([0-9]{1,5})([dw]?)", re.ASCII)
_DAYS = {"": 1, "d": 1, "w": 7}


@localized_command("due")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@out_option
@format_option
@click.option("--on", default="", metavar="DATE", help=message("due.on"))
@click.option("--within", default="7d", show_default=True, metavar="SPAN", help=message("due.within"))
@click.option("--person", default="", metavar="NAME", help=message("due.person"))
@click.option("--form", default="", metavar="FORM", help=message("due.form"))
@click.option("--by", type=click.Choice(["person"]), help=message("due.by"))
@lang_option
@mask_option
@pdf_engine_option
@pdf_standard_option
@policy_option
@set_option
@force_option
@dry_option
@json_option
def due(
    sources: tuple[str, ...],
    on: str,
    within: str,
    person: str,
    form: str,
    by: str | None,
    dry_run: bool,
    **options: Unpack[DocumentOptions],
) -> None:
    """Write the list of what is due."""
    from generator.api import due as listed_of
    from generator.cli.output import output_of
    from generator.cli.writing import job_of

    documents, calendars = _outputs(options)
    if documents:
        output_of(documents["out"], documents["formats"])  # what can't be written is told though nothing is due
    if by and _is_one(options["out"]):
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    listed = listed_of(
        sources,
        on=_day(on),
        within=_days(within),
        person=person,
        form=form,
        policy=existing_files(options["policy"]),
        catalogue=catalogue(),
    )
    lang = options["lang"]
    print_faults(listed.faults, lang)
    said = "due.counts" if listed.items else "due.none"
    say(message(said, lang).format(count=len(listed.items), late=listed.late, until=listed.until))
    wrong = any(not fault.is_warning for fault in listed.faults)
    if listed.items:
        job = job_of(listed.form, options)
        wrong |= _write(_parts(listed, job, by), job, documents, calendars, options)
    raise click.exceptions.Exit(1 if wrong else 0)


def _is_one(out: str) -> bool:
    """Tell whether there is room for one document only: a file, or standard output."""
    from generator.cli.output import output_of

    return out == STDOUT or Path(out).suffix.lower() == f".{CALENDAR}" or output_of(out, None).is_file


def _outputs(options: DocumentOptions) -> tuple[DocumentOptions | None, Path | None]:
    """Return how documents are to be written, if any, and the folder or file of the calendar, if one is asked for."""
    formats = [one.strip().lower() for one in (options["formats"] or "").split(",") if one.strip()]
    if options["out"] == STDOUT and len(formats) == 1 and formats[0] == CALENDAR:
        refuse_suffix(STDOUT, ())
        return None, Path(STDOUT)
    if options["out"] == STDOUT and CALENDAR in formats:
        raise fail(UsageError, "E-out-stdout", Place("-o"), known=formats)
    if Path(options["out"]).suffix.lower() == f".{CALENDAR}":
        if formats not in ([], [CALENDAR]):
            raise fail(UsageError, "E-out-suffix", Place(options["out"]))
        return None, Path(options["out"])
    others = [one for one in formats if one != CALENDAR]
    documents = None if formats and not others else DocumentOptions(**{**options, "formats": ",".join(others) or None})
    return documents, Path(options["out"]) if CALENDAR in formats else None


def _write(
    parts: Sequence[tuple[str, DueList]],
    job: Job,
    documents: DocumentOptions | None,
    calendars: Path | None,
    options: DocumentOptions,
) -> bool:
    """Write the documents of all lists, then their calendars; return whether something couldn't be made.

    A list has what tells it from the others: a name of a person, or nothing.
    """
    from generator.cli.output import output_of
    from generator.cli.writing import write_composed
    from generator.files import refuse_existing

    calendar = _calendar_files(calendars, job, [name for name, _ in parts])
    if options["out"] != STDOUT and not options["force"]:
        refuse_existing(calendar)
    if documents:
        output = output_of(documents["out"], documents["formats"])
        if calendar and output.is_file:
            raise fail(UsageError, "E-out-suffix", Place(options["out"]))
        composed = [
            replace(one, identity=name)
            for name, listed in parts
            for one in job.documents(job.source(listed.record(job.lang)))
        ]
        faults = write_composed(job, composed, output, documents)
        print_faults(faults, job.lang)
        if faults:
            return True
    for path, (_, listed) in zip(calendar, parts, strict=False):
        _write_calendar(path, listed.calendar(job), job, options)
    return False


def _write_calendar(path: Path, content: bytes, job: Job, options: DocumentOptions) -> None:
    from generator.files import write_whole

    if is_dry():
        say_path(path)
        return
    if options["out"] == STDOUT:
        put(content, CALENDAR)
        return
    write_whole(path, content, replace=options["force"])
    _print_written(path, job, len(content), as_json=options["as_json"])


def _parts(listed: DueList, job: Job, by: str | None) -> list[tuple[str, DueList]]:
    """Return the list, or one for each person by the name that the person has in the document."""
    if by is None:
        return [("", listed)]
    return [(name or message("due.nobody", job.lang), part) for name, part in listed.by_person(job)]


def _calendar_files(out: Path | None, job: Job, names: Sequence[str]) -> list[Path]:
    """Return the calendars' files: the one that is named, or in the folder, called as the documents are."""
    from generator.cli.output import Output, stem_of_form

    if out is None:
        return []
    if str(out) == STDOUT or out.suffix.lower() == f".{CALENDAR}":
        return [out]
    output = Output(out, (CALENDAR,), False)
    return [files[0].path for files in output.targets([stem_of_form(job.form.id, name) for name in names], job.lang)]


def _print_written(path: Path, job: Job, size: int, *, as_json: bool) -> None:
    details = {"format": CALENDAR, "form": job.form.id, "lang": job.lang, "bytes": size}
    say_written(path, details if as_json else None)


def _day(given: str) -> date | None:
    """Return the day that --on names.

    Raises UsageError (E-due-on) for what is no day.
    """
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise fail(UsageError, "E-due-on", Place("--on")) from None


def _days(given: str) -> int:
    """Return the days of a span: 7, 7d, 2w.

    Raises UsageError (E-due-within) for what is none.
    """
    from generator.due import MAX_DAYS

    found = _SPAN.fullmatch(given.strip().lower())
    if found is None:
        raise fail(UsageError, "E-due-within", Place("--within"), limit=MAX_DAYS)
    return int(found[1]) * _DAYS[found[2]]

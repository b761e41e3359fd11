"""`biaodan due`: one dated list of what is due, from registers, returned forms and case files."""

from __future__ import annotations

import re
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
from generator.cli.own import catalogue
from generator.cli.telling import put, say, say_written
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
@lang_option
@mask_option
@pdf_engine_option
@pdf_standard_option
@policy_option
@set_option
@force_option
@json_option
def due(
    sources: tuple[str, ...], on: str, within: str, person: str, form: str, **options: Unpack[DocumentOptions]
) -> None:
    """Write the list of what is due."""
    from generator.api import due as listed_of
    from generator.cli.writing import job_of

    documents, calendars = _outputs(options)
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
        wrong |= _write(listed, job_of(listed.form, options), documents, calendars, options)
    raise click.exceptions.Exit(1 if wrong else 0)


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
    listed: DueList, job: Job, documents: DocumentOptions | None, calendars: Path | None, options: DocumentOptions
) -> bool:
    """Write the documents, then the calendar; return whether something couldn't be made."""
    from generator.cli.output import output_of
    from generator.cli.writing import write_documents
    from generator.files import refuse_existing, write_whole

    calendar = _calendar_file(calendars, job)
    if calendar and options["out"] != STDOUT and not options["force"]:
        refuse_existing([calendar])
    if documents:
        output = output_of(documents["out"], documents["formats"])
        if calendar and output.is_file:
            raise fail(UsageError, "E-out-suffix", Place(options["out"]))
        faults = write_documents(job, job.source(listed.record(job.lang)), output, documents)
        print_faults(faults, job.lang)
        if faults:
            return True
    if calendar:
        content = listed.calendar(job)
        if options["out"] == STDOUT:
            put(content, CALENDAR)
            return False
        write_whole(calendar, content, replace=options["force"])
        _print_written(calendar, job, len(content), as_json=options["as_json"])
    return False


def _calendar_file(out: Path | None, job: Job) -> Path | None:
    """Return the calendar's file: the one that is named, or one in the folder, called as the documents are."""
    from generator.wording import DEFAULT_LANG

    if out is None or str(out) == STDOUT or out.suffix.lower() == f".{CALENDAR}":
        return out
    lang = "" if job.lang == DEFAULT_LANG else f".{job.lang}"
    return out / f"{job.form.id}{lang}.{CALENDAR}"


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

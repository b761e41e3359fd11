"""The commands that compute a form's record from the records of a month: `summary` and `satisfaction`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.commands import (
    _command,
    _end,
    _engine,
    _files,
    _force,
    _format,
    _json,
    _lang,
    _pairs,
    _policy,
    _set,
)
from generator.cli.speech import say

if TYPE_CHECKING:
    from generator.api import Job
    from generator.cli.output import Output
    from generator.errors import Fault

_query = click.option("--query", default="", metavar="SQL", help=say("summary.query"))
_out = click.option("-o", "--out", required=True, metavar="OUT", help=say("option.out"))


@_command("summary")
@click.argument("month", metavar="YYYY-MM")
@click.argument("source")
@_out
@_format
@click.option("--by", type=click.Choice(["customer", "department"]), help=say("summary.by"))
@_query
@_lang
@_engine
@_policy
@_set
@_force
@_json
@click.pass_context
def summary(ctx: click.Context, /, month: str, source: str, by: Any, query: str, **options: Any) -> None:
    """Write the monthly summary of a source of issues."""
    from generator.api import make_policy
    from generator.figures import monthly

    lang, policy = options["lang"], make_policy(_files(options["policy"]))
    found = monthly(month, source, query=query, by=by or "", policy=policy, lang=lang)
    _write(ctx, found, source, bool(by), options)


@_command("satisfaction")
@click.argument("month", metavar="YYYY-MM")
@click.argument("source")
@_out
@_format
@click.option("--sent", type=click.IntRange(0), metavar="N", help=say("satisfaction.sent"))
@_query
@_lang
@_engine
@_policy
@_set
@_force
@_json
@click.pass_context
def satisfaction(ctx: click.Context, /, month: str, source: str, sent: int | None, query: str, **options: Any) -> None:
    """Write the report on a month's surveys."""
    from generator.api import make_policy
    from generator.figures import satisfaction as report

    lang, policy = options["lang"], make_policy(_files(options["policy"]))
    found = report(month, source, sent=sent, query=query, policy=policy, lang=lang)
    _write(ctx, found, source, False, options)


def _write(ctx: click.Context, found: Any, source: str, grouped: bool, options: Mapping[str, Any]) -> None:
    """Write what was computed, and say what the source lacks."""
    from generator.api import make_job
    from generator.cli.output import output_of, print_faults

    lang = options["lang"]
    output = output_of(options["out"], options["formats"])
    given = _pairs(options["settings"])
    job = make_job(found.form, lang=lang, policy=_files(options["policy"]), given=given)
    print_faults(found.warnings, lang)
    write = {"force": options["force"], "as_json": options["as_json"], "engine": options["pdf_engine"]}
    faults = (write_groups if grouped else _write_one)(found.records, job, output, Path(source).name, write)
    _end(ctx, [*job.faults, *faults], lang)


def _write_one(
    records: Iterable[Mapping[str, Any]], job: "Job", output: "Output", name: str, write: Mapping[str, Any]
) -> list["Fault"]:
    from generator.cli.output import print_faults, stem_of, write_all

    made = list(job.documents(job.source(list(records), name)))
    print_faults([warning for one in made for warning in one.warnings], job.lang)
    targets = output.targets([stem_of(one.document, one.identity) for one in made], job.lang)
    return write_all(list(zip(made, targets, strict=True)), lang=job.lang, **write)


def write_groups(
    records: Iterable[Mapping[str, Any]], job: "Job", output: "Output", name: str, write: Mapping[str, Any]
) -> list["Fault"]:
    """Write a document for each record of a group, one after the other; return the faults of those that couldn't be."""
    faults: list[Fault] = []
    for record in records:
        faults += _write_one([record], job, output, name, write)
    return faults

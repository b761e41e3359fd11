"""The commands that compute a form's record from the records of a month: `summary` and `satisfaction`."""

import json
import tempfile
from collections.abc import Mapping
from decimal import Decimal
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
    _mask,
    _pairs,
    _policy,
    _set,
    _standard,
)
from generator.cli.speech import say
from generator.errors import Place, UsageError, fail

if TYPE_CHECKING:
    from generator.api import Job

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
@_mask
@_engine
@_standard
@_policy
@_set
@click.option("--jobs", type=int, metavar="N", help=say("batch.jobs"))
@click.option("--resume", is_flag=True, help=say("batch.resume"))
@_force
@_json
@click.pass_context
def summary(ctx: click.Context, /, month: str, source: str, by: Any, query: str, **options: Any) -> None:
    """Write the monthly summary of a source of issues."""
    from generator.api import make_policy
    from generator.statistics import monthly

    lang, policy = options["lang"], make_policy(_files(options["policy"]))
    found = monthly(month, source, query=query, by=by or "", policy=policy, lang=lang)
    if by:
        ctx.exit(_write_groups(found, source, options))
    _write(ctx, found, source, options)


@_command("satisfaction")
@click.argument("month", metavar="YYYY-MM")
@click.argument("source")
@_out
@_format
@click.option("--sent", type=click.IntRange(0), metavar="N", help=say("satisfaction.sent"))
@_query
@_lang
@_mask
@_engine
@_standard
@_policy
@_set
@_force
@_json
@click.pass_context
def satisfaction(ctx: click.Context, /, month: str, source: str, sent: int | None, query: str, **options: Any) -> None:
    """Write the report on a month's surveys."""
    from generator.api import make_policy
    from generator.statistics import satisfaction as report

    lang, policy = options["lang"], make_policy(_files(options["policy"]))
    found = report(month, source, sent=sent, query=query, policy=policy, lang=lang)
    _write(ctx, found, source, options)


def _write(ctx: click.Context, found: Any, source: str, options: Mapping[str, Any]) -> None:
    """Write what was computed into one document a format, and say what the source lacks."""
    from generator.cli.output import output_of, print_faults, stem_of, write_all

    output = output_of(options["out"], options["formats"])
    job = _job(found, options)
    print_faults(found.warnings, job.lang)
    made = list(job.documents(job.source(list(found.records), Path(source).name)))
    print_faults([warning for one in made for warning in one.warnings], job.lang)
    targets = output.targets([stem_of(one.document, one.identity) for one in made], job.lang)
    work = list(zip(made, targets, strict=True))
    how = {"force": options["force"], "as_json": options["as_json"], "lang": job.lang}
    faults = write_all(work, **how, engine=options["pdf_engine"], standard=options["pdf_standard"])
    _end(ctx, [*job.faults, *faults], job.lang)


def _write_groups(found: Any, source: str, options: Mapping[str, Any]) -> int:
    """Write a document for each group by a batch; return the code with which the command ends."""
    from generator.batch import Options
    from generator.cli.batch import run_batch
    from generator.cli.output import formats_of, output_of, print_faults

    if output_of(options["out"], options["formats"]).is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    how = Options(
        formats=formats_of(options["formats"]),
        jobs=options["jobs"],
        resume=options["resume"],
        force=options["force"],
        name=f"{{form}}-{{month}}-{{{found.group}}}",
        duplicates="keep",
        engine=options["pdf_engine"],
        standard=options["pdf_standard"],
    )
    job = _job(found, options)
    print_faults(found.warnings, job.lang)
    with tempfile.TemporaryDirectory(prefix="biaodan-") as folder:
        spool = Path(folder, f"{Path(source).name or 'records'}.jsonl")
        with spool.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(r, ensure_ascii=False, default=_number) + "\n" for r in found.records)
        return run_batch(job, str(spool), options["out"], how, as_json=options["as_json"])


def _job(found: Any, options: Mapping[str, Any]) -> "Job":
    from generator.api import make_job

    given, policy = _pairs(options["settings"]), _files(options["policy"])
    return make_job(found.form, lang=options["lang"], mask=options["mask"], policy=policy, given=given)


def _number(value: Any) -> float | str:
    """Return a figure as JSON has it; figures have fewer digits than a number of JSON keeps."""
    return float(value) if isinstance(value, Decimal) else str(value)

"""`biaodan summary`: the summary of a month of issues, in all or for each customer or department."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import exit_if_faulty, print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    ResumableOptions,
    force_option,
    format_option,
    jobs_option,
    json_option,
    lang_option,
    mask_option,
    out_option,
    pdf_engine_option,
    pdf_standard_option,
    policy_option,
    query_option,
    resume_option,
    set_option,
)
from generator.cli.reading import reading_of, reading_options
from generator.errors import Place, UsageError, fail
from generator.unfinished import working_folder

if TYPE_CHECKING:
    from generator.statistics import Summary


@localized_command("summary")
@click.argument("month", metavar="YYYY-MM")
@click.argument("source")
@out_option
@format_option
@click.option("--by", type=click.Choice(["customer", "department"]), help=message("summary.by"))
@query_option
@lang_option
@mask_option
@pdf_engine_option
@pdf_standard_option
@policy_option
@set_option
@reading_options
@jobs_option
@resume_option
@force_option
@json_option
def summary(
    month: str,
    source: str,
    by: Literal["customer", "department"] | None,
    query: str,
    **options: Unpack[ResumableOptions],
) -> None:
    """Write the summary of a month, or with --by one for each customer or department."""
    from generator.api import make_policy
    from generator.cli.output import output_of
    from generator.cli.writing import write_statistics
    from generator.statistics import monthly

    output = output_of(options["out"], options["formats"])
    if by and output.is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    policy = make_policy(existing_files(options["policy"]))
    reading = reading_of(options, source, options["lang"], query)
    statistics = monthly(month, source, reading=reading, by=by or "", policy=policy, lang=options["lang"])
    if by:
        raise click.exceptions.Exit(_run_groups(statistics, source, options))
    exit_if_faulty(write_statistics(statistics, source, output, options), options["lang"])


def _run_groups(statistics: Summary, source: str, options: ResumableOptions) -> int:
    """Write a document for each group by a batch; return the code with which the command ends."""
    from generator.cli.batch_run import batch_options, run_batch
    from generator.cli.writing import job_of

    how = replace(batch_options(options), name=f"{{form}}-{{month}}-{{{statistics.group}}}", duplicates="keep")
    job = job_of(statistics.form, options)
    print_faults(statistics.warnings, job.lang)
    with _spooled(statistics.records, f"{Path(source).name or 'records'}.jsonl") as spool:
        return run_batch(job, str(spool), options["out"], how, as_json=options["as_json"])


@contextmanager
def _spooled(records: Iterable[Mapping[str, object]], name: str) -> Iterator[Path]:
    """Yield a temporary file of the records, which a batch reads twice but which are computed as they are read."""
    with working_folder() as folder:
        spool = folder / name
        with spool.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(r, ensure_ascii=False, default=_as_json) + "\n" for r in records)
        yield spool


def _as_json(value: object) -> float | str:
    """Return a figure as JSON has it; statistics have fewer digits than a number of JSON keeps."""
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)

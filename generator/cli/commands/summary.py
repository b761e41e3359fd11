"""`biaodan summary`: the summary of a period of issues, in all or for each customer or department."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import exit_if_faulty
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
@click.argument("period", metavar="PERIOD")
@click.argument("source")
@out_option
@format_option
@click.option("--by", type=click.Choice(["customer", "department"]), help=message("summary.by"))
@click.option("--only", multiple=True, metavar="NAME", help=message("summary.only"))
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
    period: str,
    source: str,
    by: Literal["customer", "department"] | None,
    only: tuple[str, ...],
    query: str,
    **options: Unpack[ResumableOptions],
) -> None:
    """Write the summary of each period, or with --by one for each customer or department."""
    from generator.api import make_policy
    from generator.cli.output import output_of
    from generator.cli.writing import write_statistics
    from generator.statistics import monthly, periods_of

    codes = [one.code for one in periods_of(period)]
    output = output_of(options["out"], options["formats"])
    if (by or len(codes) > 1) and output.is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    policy = make_policy(existing_files(options["policy"]))
    reading = reading_of(options, source, options["lang"], query)
    compute = partial(monthly, reading=reading, by=by or "", only=only, policy=policy, lang=options["lang"])
    made = (compute(code, source) for code in codes)
    if by:
        raise click.exceptions.Exit(_run_groups(made, source, options))
    exit_if_faulty(write_statistics(made, source, output, options), options["lang"])


def _run_groups(statistics: Iterable[Summary], source: str, options: ResumableOptions) -> int:
    """Write a document for each period and group by a batch; return the code with which the command ends."""
    from generator.cli.batch_run import batch_options, run_batch
    from generator.cli.writing import job_of, records_of

    statistics = iter(statistics)
    first = next(statistics)
    how = replace(batch_options(options), name=f"{{form}}-{{period_name}}-{{{first.group}}}", duplicates="keep")
    job = job_of(first.form, options)
    records = records_of(chain([first], statistics), job.lang)
    with _spooled(records, f"{Path(source).name or 'records'}.jsonl") as spool:
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

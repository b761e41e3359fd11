"""`biaodan satisfaction`: the report on the surveys of a period, in all or for each customer or department."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal, Unpack

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import exit_if_faulty
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    ResumableOptions,
    dry_option,
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


@localized_command("satisfaction")
@click.argument("period", metavar="PERIOD")
@click.argument("source")
@out_option
@format_option
@click.option("--sent", type=click.IntRange(0), metavar="N", help=message("satisfaction.sent"))
@click.option("--by", type=click.Choice(["customer", "department"]), help=message("satisfaction.by"))
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
@click.option("--name", default="", metavar="PATTERN", help=message("summary.name"))
@dry_option
@force_option
@json_option
def satisfaction(
    period: str,
    source: str,
    sent: int | None,
    by: Literal["customer", "department"] | None,
    only: tuple[str, ...],
    query: str,
    name: str,
    dry_run: bool,
    **options: Unpack[ResumableOptions],
) -> None:
    """Write the report on the surveys of each period, or with --by one for each customer or department."""
    from generator.api import make_policy
    from generator.cli.output import output_of
    from generator.cli.statistics_batch import StatisticsBatch
    from generator.cli.writing import write_statistics
    from generator.statistics import of_groups, periods_of
    from generator.statistics import satisfaction as report

    codes = [one.code for one in periods_of(period)]
    output = output_of(options["out"], options["formats"])
    several = bool(by or name or len(codes) > 1)
    if several and output.is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    if sent is not None and (by or len(codes) > 1):
        raise fail(UsageError, "E-sent-several")
    reading = reading_of(options, source, options["lang"], query)
    policy, lang = make_policy(existing_files(options["policy"])), options["lang"]
    compute = partial(
        report, sent=sent, reading=reading, by=by or "", only=() if by else only, policy=policy, lang=lang
    )
    each = (compute(code, source) for code in codes)
    made = of_groups(each, only) if only and by else each
    if several:
        batch = StatisticsBatch(options, name, renews=not only, dry=dry_run)
        raise click.exceptions.Exit(batch.run(made, Path(source).name or "records"))
    exit_if_faulty(write_statistics(made, source, output, options), options["lang"])

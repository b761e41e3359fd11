"""`biaodan summary`: the summary of a period of issues, in all or for each customer or department."""

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


@localized_command("summary")
@click.argument("period", metavar="PERIOD")
@click.argument("source")
@out_option
@format_option
@click.option("--form", default="", metavar="FORM", help=message("summary.form"))
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
@click.option("--name", default="", metavar="PATTERN", help=message("summary.name"))
@dry_option
@force_option
@json_option
def summary(
    period: str,
    source: str,
    form: str,
    by: Literal["customer", "department"] | None,
    only: tuple[str, ...],
    query: str,
    name: str,
    dry_run: bool,
    **options: Unpack[ResumableOptions],
) -> None:
    """Write the summary of each period, or with --by one for each customer or department; of issues, or of a form's
    records.
    """
    from generator.api import make_policy
    from generator.cli.output import output_of
    from generator.cli.own import catalogue
    from generator.cli.statistics_batch import StatisticsBatch
    from generator.cli.writing import write_statistics
    from generator.statistics import monthly, of_groups, periods_of, record_figures

    codes = [one.code for one in periods_of(period)]
    output = output_of(options["out"], options["formats"])
    several = bool(by or name or len(codes) > 1)
    if several and output.is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    policy = make_policy(existing_files(options["policy"]))
    reading = reading_of(options, source, options["lang"], query)
    lang = options["lang"]
    if form and (by or only):
        raise fail(UsageError, "E-figures-by")
    compute = (
        partial(record_figures, form=form, reading=reading, policy=policy, lang=lang, catalogue=catalogue())
        if form
        else partial(monthly, reading=reading, by=by or "", only=() if by else only, policy=policy, lang=lang)
    )
    each = (compute(code, source) for code in codes)
    made = of_groups(each, only) if only and by else each
    if several:
        batch = StatisticsBatch(options, name, renews=not only, dry=dry_run)
        raise click.exceptions.Exit(batch.run(made, Path(source).name or "records"))
    exit_if_faulty(write_statistics(made, source, output, options), options["lang"])

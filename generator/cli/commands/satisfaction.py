"""`biaodan satisfaction`: the report on the surveys of a period."""

from typing import Unpack

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import exit_if_faulty
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
    query_option,
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
@query_option
@lang_option
@mask_option
@pdf_engine_option
@pdf_standard_option
@policy_option
@set_option
@reading_options
@force_option
@dry_option
@json_option
def satisfaction(
    period: str, source: str, sent: int | None, query: str, dry_run: bool, **options: Unpack[DocumentOptions]
) -> None:
    """Write the report on the surveys of each period."""
    from generator.api import make_policy
    from generator.cli.output import output_of
    from generator.cli.writing import write_statistics
    from generator.statistics import periods_of
    from generator.statistics import satisfaction as report

    codes = [one.code for one in periods_of(period)]
    output = output_of(options["out"], options["formats"])
    if len(codes) > 1 and output.is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    policy = make_policy(existing_files(options["policy"]))
    reading = reading_of(options, source, options["lang"], query)
    lang = options["lang"]
    made = (report(code, source, sent=sent, reading=reading, policy=policy, lang=lang) for code in codes)
    exit_if_faulty(write_statistics(made, source, output, options), options["lang"])

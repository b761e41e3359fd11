"""`biaodan check`: every fault of records, without writing a document."""

from typing import Unpack

import click

from generator.cli.arguments import existing_files, key_values
from generator.cli.faults import exit_with_findings
from generator.cli.localized import localized_command
from generator.cli.options import json_option, lang_option, policy_option, query_option, set_option
from generator.cli.own import catalogue, numbers
from generator.cli.reading import ReadingOptions, reading_of, reading_options
from generator.wording import Lang


@localized_command("check")
@click.argument("form")
@click.argument("records")
@lang_option
@policy_option
@set_option
@query_option
@reading_options
@json_option
def check(
    form: str,
    records: str,
    lang: Lang,
    policy: tuple[str, ...],
    settings: tuple[str, ...],
    query: str,
    as_json: bool,
    **options: Unpack[ReadingOptions],
) -> None:
    """Print the faults and warnings of a file's records."""
    from generator.api import check as check_records

    known, reading = catalogue(), reading_of(options, records, lang, query)
    faults = check_records(
        form,
        records,
        policy=existing_files(policy),
        overrides=key_values(settings),
        catalogue=known,
        reading=reading,
        numbers=numbers(keeps=False),
    )
    exit_with_findings([*known.form(form).notes, *faults], lang, as_json=as_json)

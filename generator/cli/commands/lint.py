"""`biaodan lint`: what is wrong with schemas."""

from pathlib import Path

import click

from generator.cli.arguments import existing_file
from generator.cli.faults import exit_with_findings
from generator.cli.localized import localized_command
from generator.cli.options import json_option, lang_option
from generator.wording import Lang


@localized_command("lint")
@click.argument("schemas", nargs=-1, required=True, metavar="SCHEMA...")
@lang_option
@json_option
def lint(schemas: tuple[str, ...], lang: Lang, as_json: bool) -> None:
    """Print the faults of schema files."""
    from generator.catalogue.dialect import lint as lint_file

    faults = [fault for name in schemas for fault in lint_file(Path(existing_file(name)))]
    exit_with_findings(faults, lang, as_json=as_json)

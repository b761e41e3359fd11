"""`biaodan lint`: what is wrong with schemas."""

from pathlib import Path

import click

from generator.cli.arguments import existing_file
from generator.cli.faults import exit_with_findings
from generator.cli.localized import localized_command
from generator.cli.options import json_option, lang_option
from generator.errors import BiaodanError, Fault
from generator.wording import Lang


@localized_command("lint")
@click.argument("schemas", nargs=-1, required=True, metavar="SCHEMA...")
@lang_option
@json_option
def lint(schemas: tuple[str, ...], lang: Lang, as_json: bool) -> None:
    """Print the faults of schema files."""
    faults = [fault for name in schemas for fault in _faults(Path(existing_file(name)))]
    exit_with_findings(faults, lang, as_json=as_json)


def _faults(path: Path) -> list[Fault]:
    """Return the faults of a schema file, and of the templates of its form."""
    from generator.catalogue import load_form
    from generator.catalogue.dialect import lint as lint_file
    from generator.job import template_faults

    faults = lint_file(path)
    try:
        form = load_form(path)
    except BiaodanError:
        return faults  # no form, or one whose faults are told already
    return [*faults, *template_faults(form)]

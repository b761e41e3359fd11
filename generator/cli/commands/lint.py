"""`biaodan lint`: what is wrong with schemas."""

from pathlib import Path

import click

from generator.cli.arguments import existing_file
from generator.cli.faults import exit_with_findings
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import json_option, lang_option
from generator.cli.own import catalogue
from generator.errors import Fault, Place, UsageError, fail
from generator.wording import Lang


@localized_command("lint")
@click.argument("schemas", nargs=-1, required=True, metavar="FILE...")
@click.option("--form", default="", metavar="FORM", help=message("lint.form"))
@lang_option
@json_option
def lint(schemas: tuple[str, ...], form: str, lang: Lang, as_json: bool) -> None:
    """Print the faults of schema files, and of Word and Excel files with tags."""
    faults = [fault for name in schemas for fault in _faults_of(existing_file(name), form, lang)]
    exit_with_findings(faults, lang, as_json=as_json)


def _faults_of(name: str, form: str, lang: Lang) -> list[Fault]:
    from generator.tagged import is_own, load_own

    if not is_own(name):
        from generator.job import findings

        return findings(Path(name), catalogue())
    if not form:
        raise fail(UsageError, "E-own-form", Place(name))
    return load_own(name).faults(catalogue().form(form), lang)

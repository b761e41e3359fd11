"""`biaodan map`: a first proposal of what a list's columns and values are to forms, for a person to correct."""

from pathlib import Path

import click

from generator.cli.faults import print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.cli.own import catalogue
from generator.cli.reading import SHEET_OPTION, password_of
from generator.wording import Lang


@localized_command("map")
@click.argument("forms", metavar="FORM[,FORM...]")
@click.argument("source")
@click.option("-o", "--out", required=True, metavar="MAP", help=message("map.out"))
@SHEET_OPTION
@lang_option
@force_option
def map_columns(forms: str, source: str, out: str, sheet: str, lang: Lang, force: bool) -> None:
    """Write a map of a list's columns."""
    from generator.api import propose_map
    from generator.files import write_whole

    known, password = catalogue(), password_of(source)
    made, warnings = propose_map(forms.split(","), source, sheet=sheet, password=password, lang=lang, catalogue=known)
    write_whole(Path(out), made.encode(), replace=force)
    print_faults(warnings, lang)
    click.echo(out)

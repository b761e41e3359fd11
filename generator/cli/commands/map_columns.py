"""`biaodan map`: a first proposal of what a list's columns and values are to forms, for a person to correct."""

import click

from generator.cli.faults import print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.cli.output import refuse_suffix, write_text
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

    refuse_suffix(out, (".toml",))
    known, password = catalogue(), password_of(source)
    made, warnings = propose_map(forms.split(","), source, sheet=sheet, password=password, lang=lang, catalogue=known)
    print_faults(warnings, lang)
    write_text(out, made, replace=force)

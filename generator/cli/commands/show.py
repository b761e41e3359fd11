"""`biaodan show`: what a form asks for."""

import click

from generator.cli.localized import localized_command
from generator.cli.options import json_option, lang_option
from generator.cli.own import catalogue
from generator.wording import Lang


@localized_command("show")
@click.argument("form")
@lang_option
@json_option
def show(form: str, lang: Lang, as_json: bool) -> None:
    """Print a form's fields, choices, rules and an example."""
    from generator.cli.listing import form_as_json, form_lines

    found = catalogue().form(form)
    click.echo(form_as_json(found, lang) if as_json else "\n".join(form_lines(found, lang)))

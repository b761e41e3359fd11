"""`biaodan list`: the forms of the catalogue."""

import json

import click

from generator.cli.arguments import require_known
from generator.cli.faults import exit_if_faulty
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import json_option, lang_option
from generator.cli.own import catalogue
from generator.wording import Lang


@localized_command("list")
@click.option("--group", metavar="GROUP", help=message("list.group"))
@click.option("--kind", metavar="KIND", help=message("list.kind"))
@lang_option
@json_option
def list_forms(group: str | None, kind: str | None, lang: Lang, as_json: bool) -> None:
    """Print the forms of the catalogue, or those of a stage or kind."""
    from generator.catalogue import GROUPS
    from generator.catalogue.form import FORM_KINDS
    from generator.cli.listing import catalogue_lines

    require_known(group, GROUPS)
    require_known(kind, FORM_KINDS)
    known = catalogue()
    every, faults = known.forms()
    forms = [form for form in every if group in (None, form.group) and kind in (None, form.kind)]
    if as_json:
        listed = [{**known.titles(form), "title": form.title(lang)} for form in forms]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(catalogue_lines(forms, lang)))
    exit_if_faulty(faults, lang)

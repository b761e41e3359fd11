"""`biaodan template`: a Word or Excel file to begin with, that holds every tag of a form."""

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.cli.output import STDOUT, write_document
from generator.wording import Lang


@localized_command("template")
@click.argument("form")
@click.option("-o", "--out", required=True, metavar="FILE", help=message("template.out"))
@lang_option
@force_option
def template(form: str, out: str, lang: Lang, force: bool) -> None:
    """Write a file with the tags of a form, to be changed as one likes."""
    from pathlib import Path

    from generator.api import make_job
    from generator.cli.own import catalogue, configuration
    from generator.errors import Place, UsageError, fail
    from generator.tagged.starter import STARTERS

    format = next(iter(STARTERS)) if out == STDOUT else Path(out).suffix.lower().lstrip(".")
    if format not in STARTERS:
        raise fail(UsageError, "E-own-kind", Place(out), known=[f".{name}" for name in STARTERS])
    desk = configuration()
    job = make_job(form, lang=lang, catalogue=catalogue(), theme=desk.theme, profile=desk.profile)
    blank = job.blank()
    write_document(out, format, lambda file: STARTERS[format](job.form, blank, file), replace=force)

"""`biaodan reference-doc`: a Word file to begin with, whose look documents take."""

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.wording import Lang


@localized_command("reference-doc")
@click.option("-o", "--out", required=True, metavar="FILE", help=message("reference-doc.out"))
@lang_option
@force_option
def reference_doc(out: str, lang: Lang, force: bool) -> None:
    """Write a file that shows our styles, to be changed as one likes."""
    from pathlib import Path

    from generator.cli.own import configuration
    from generator.errors import Place, UsageError, fail
    from generator.files import write_to
    from generator.tagged.reference import write_reference

    if Path(out).suffix.lower() != ".docx":
        raise fail(UsageError, "E-own-kind", Place(out), known=[".docx"])
    desk = configuration()
    write_to(Path(out), lambda file: write_reference(lang, desk.theme, file, desk.profile), replace=force)
    click.echo(out)

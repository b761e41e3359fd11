"""`biaodan reference-doc`: a Word file to begin with, whose look documents take."""

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.cli.output import STDOUT, write_document
from generator.wording import Lang

FORMAT = "docx"


@localized_command("reference-doc")
@click.option("-o", "--out", required=True, metavar="FILE", help=message("reference-doc.out"))
@lang_option
@force_option
def reference_doc(out: str, lang: Lang, force: bool) -> None:
    """Write a file that shows our styles, to be changed as one likes."""
    from pathlib import Path

    from generator.cli.own import configuration
    from generator.errors import Place, UsageError, fail
    from generator.tagged.reference import write_reference

    if out != STDOUT and Path(out).suffix.lower() != f".{FORMAT}":
        raise fail(UsageError, "E-own-kind", Place(out), known=[f".{FORMAT}"])
    desk = configuration()
    write_document(out, FORMAT, lambda file: write_reference(lang, desk.theme, file, desk.profile), replace=force)

"""`biaodan adapt`: a workbook in which a form is changed, and the changes read back from it."""

from pathlib import Path
from typing import BinaryIO

import click

from generator.cli.faults import print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.cli.output import STDOUT, refuse_suffix, write_document, write_text
from generator.cli.own import catalogue, configuration
from generator.cli.telling import say
from generator.wording import Lang

_BOOK, _CHANGES = ".xlsx", ".json"
_BOOKS = (_BOOK, ".xlsm", ".ods", ".xls")
"""What workbooks are saved as: a form's is written as the first."""


@localized_command("adapt")
@click.argument("form", metavar="FORM|WORKBOOK")
@click.option("-o", "--out", metavar="OUT", help=message("adapt.out"))
@lang_option
@force_option
def adapt(form: str, out: str | None, lang: Lang, force: bool) -> None:
    """Write the workbook of a form, or read it back."""
    if Path(form).suffix.lower() in _BOOKS:
        _read(form, out, lang, force=force)
    elif out is not None and out.endswith(_CHANGES):
        _begin(form, out, force=force)
    else:
        _write(form, out, lang, force=force)


def _write(form: str, out: str | None, lang: Lang, *, force: bool) -> None:
    """Write the workbook: into a file, or into a folder under the form's name."""
    from generator.adapting.applying import adapting_book

    known = catalogue()
    path = out or "."
    if path != STDOUT and (Path(path).is_dir() or not Path(path).suffix):
        path = str(Path(path) / f"{known.form(form).id}{_BOOK}")
    refuse_suffix(path, (_BOOK, _CHANGES))
    content = adapting_book(form, known, configuration().theme, lang, Path(path).name)

    def write(file: BinaryIO) -> None:
        file.write(content)

    write_document(path, _BOOK.lstrip("."), write, replace=force)


def _read(book: str, out: str | None, lang: Lang, *, force: bool) -> None:
    """Write the changes that stand in a workbook, unless it has none."""
    from generator.adapting.applying import read_back
    from generator.cli.arguments import existing_file

    desk = configuration()
    folder = Path(out) if out and Path(out).is_dir() else desk.forms or Path()
    target = None if out is None or out == STDOUT or Path(out).is_dir() else Path(out)
    if target is not None:
        refuse_suffix(str(target), (_CHANGES,))
    made = read_back(Path(existing_file(book)), catalogue(), folder, target, force=force)
    print_faults(made.warnings, lang)
    if made.is_unchanged:
        say(message("adapt.unchanged", lang))
        return
    write_text(out if out == STDOUT else str(made.path), made.text, replace=True)
    if desk.forms is None and out != STDOUT:
        say(message("adapt.unused", lang).format(path=made.path))


def _begin(form: str, out: str, *, force: bool) -> None:
    """Write the beginning of a file of changes, for those who write JSON."""
    from generator.catalogue.own import begun

    known = catalogue()
    ((_, text),) = begun(known.form(form), known, message("adapt.said"))
    write_text(out, text, replace=force)

"""`biaodan backup` and `biaodan restore`: all that a desk keeps, in one file and back."""

from __future__ import annotations

import os
from pathlib import Path

import click

from generator.cli.keeping import data_option, store_of
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import force_option, lang_option
from generator.wording import Lang


@localized_command("backup")
@click.argument("file")
@data_option
@force_option
@lang_option
def backup(file: str, data: str, force: bool, lang: Lang) -> None:
    """Write a desk's data into one file."""
    from generator.desk.store.backup import write_backup
    from generator.files import write_to

    os.umask(0o077)  # the file holds every record: it is nobody else's
    with store_of(data) as store:
        store.note("biaodan backup", "backup")
        write_to(Path(file), lambda out: _wrote(write_backup(store, out), lang), replace=force)
    click.echo(file)


@localized_command("restore")
@click.argument("file")
@data_option
@force_option
@lang_option
def restore(file: str, data: str, force: bool, lang: Lang) -> None:
    """Put a backup back."""
    from generator.desk.store.backup import read_backup
    from generator.files import require_file

    path = require_file(file)
    with store_of(data) as store:
        count = read_backup(store, path, replace=force)
        store.note("biaodan restore", "restore")
        broken = store.broken_seal()
    click.echo(message("restore.done", lang).format(count=count), err=True)
    if broken is not None:
        click.secho(message("restore.broken", lang).format(line=broken), err=True, fg="yellow")


def _wrote(count: int, lang: Lang) -> None:
    click.echo(message("backup.done", lang).format(count=count), err=True)

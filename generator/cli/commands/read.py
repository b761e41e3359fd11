"""`biaodan read`: records out of filled documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.arguments import existing_files
from generator.cli.localized import localized_command
from generator.cli.messages import json_text, message
from generator.cli.options import force_option, lang_option, policy_option
from generator.cli.output import STDOUT, refuse_suffix, write_text
from generator.cli.own import catalogue
from generator.cli.telling import say_path
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.returned import Returned

LINES = (".jsonl", ".ndjson")
"""Endings of files that hold a record a line."""


@localized_command("read")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--out", metavar="OUT", help=message("read.out"))
@click.option("--annotate", metavar="DIR", help=message("read.annotate"))
@lang_option
@policy_option
@force_option
def read(
    files: tuple[str, ...], out: str | None, annotate: str | None, lang: Lang, policy: tuple[str, ...], force: bool
) -> None:
    """Print the records of filled documents."""
    from generator.api import read as read_files
    from generator.cli.faults import faults_as_data, print_faults, print_notes
    from generator.cli.progress import progress_of
    from generator.cli.reading import unlocking
    from generator.files import refuse_existing

    existing_files(files)
    if out:
        refuse_suffix(out, (".json", *LINES))
    if out and out != STDOUT and not force:
        refuse_existing([Path(out)])
    found, copies = [], list[str]()
    with progress_of(len(files), lang) as advance:
        how: dict[str, Any] = {"policy": existing_files(policy), "catalogue": catalogue()}
        for one in unlocking(read_files, files, how):
            found.append(one)
            copies.append(_copy(one, Path(annotate), lang, force) if annotate else "")
            if not out:
                click.echo(json_text(_described(one, copies[-1], faults_as_data(one.faults, lang))))
            advance()
    print_notes([one.form for one in found if one.form is not None], lang)
    print_faults([fault for one in found for fault in one.faults], lang)
    if out:
        _write(out, found, force)
        for copy in filter(None, copies):
            say_path(copy)
    raise click.exceptions.Exit(0 if all(one.is_sound for one in found) else 1)


def _described(one: "Returned", copy: str, faults: list[dict[str, str]]) -> dict[str, Any]:
    """Return what is said of a file; `copy`: where one to be sent back was written."""
    return {
        "file": str(one.path),
        "form": one.identity.form,
        "version": one.identity.version,
        "lang": one.identity.lang,
        "record": one.record,
        "faults": faults,
        **({"copy": copy} if copy else {}),
    }


def _write(out: str, found: Sequence["Returned"], force: bool) -> None:
    """Write the sound records into a file: JSON Lines by its ending, else JSON, one record or a list of them."""
    records = [one.record for one in found if one.is_sound]
    if Path(out).suffix.lower() in LINES:
        text = "".join(f"{json_text(record)}\n" for record in records)
    elif len(found) == 1:
        text = "".join(f"{json_text(record, indent=2)}\n" for record in records)
    else:
        text = f"{json_text(records, indent=2)}\n"
    if records:
        write_text(out, text, replace=force)


def _copy(one: "Returned", folder: Path, lang: Lang, force: bool) -> str:
    """Write a copy of a file that has faults, with its boxes marked; return its path, nothing where there is none."""
    from generator.annotate import annotate

    if one.is_sound or one.form is None or one.was_locked:  # nothing leaves the protection that somebody gave it
        return ""
    return str(annotate(one, folder, lang, replace=force))

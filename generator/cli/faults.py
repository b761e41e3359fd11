"""How faults are shown: as lines on standard error, or as JSON; and the exit code that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from generator.cli.grouped import grouped_lines
from generator.cli.messages import fault_lang, json_text, message
from generator.cli.telling import heard, note, say, telling
from generator.errors import Fault, Place
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.catalogue import Form


def print_faults(faults: Iterable[Fault], lang: Lang) -> None:
    """Print faults to standard error, those of one kind over several rows in one line; in colour on a terminal only.

    Warnings that are silenced by name are left out, all of them where only errors are wanted.
    """
    print_noted(note(faults), lang)


def print_noted(faults: Iterable[Fault], lang: Lang) -> None:
    """Print faults that have been noted already, as `print_faults` does."""
    wanted = [fault for fault in faults if not (fault.is_warning and telling().is_quiet)]
    for text, is_warning in grouped_lines(wanted, lang):
        click.secho(text, err=True, fg="yellow" if is_warning else "red")


def print_notes(forms: Iterable[Form], lang: Lang) -> None:
    """Print what is to be told of forms themselves, whatever the records: of each form once."""
    print_faults([told for form in {form.id: form for form in forms}.values() for told in form.notes], lang)


def faults_as_data(faults: Iterable[Fault], lang: Lang) -> list[dict[str, str]]:
    """Return faults as JSON has them, without those that are silenced by name."""
    return [
        {
            "code": fault.code,
            "file": fault.place.file,
            "row": fault.place.row,
            "pointer": fault.place.pointer,
            "text": fault.text(lang),
        }
        for fault in heard(faults)
    ]


def failure_as_json(faults: Iterable[Fault], lang: Lang) -> str:
    """Return the object, in a line, by which a command that speaks JSON tells that it failed."""
    return json_text({"faults": faults_as_data(faults, lang)})


def exit_if_faulty(faults: Sequence[Fault], lang: Lang) -> None:
    """Print the faults of what wasn't made, and end the command with 1; return if there are none."""
    if faults:
        print_faults(faults, lang)
        if speaks_json():
            click.echo(failure_as_json(faults, lang))
        raise click.exceptions.Exit(1)


def speaks_json() -> bool:
    """Tell whether the command that runs was asked for JSON."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("as_json"))


def exit_with_findings(faults: Sequence[Fault], lang: Lang, *, as_json: bool) -> None:
    """Print what was found, as lines with their count or as JSON, and end the command: with 1 if anything is wrong."""
    found = note(faults)
    if as_json:
        click.echo(json_text(faults_as_data(found, lang), indent=2))
    else:
        print_noted(found, lang)
        say(_count(found, lang))
    raise click.exceptions.Exit(1 if any(not fault.is_warning for fault in found) else 0)


def _count(faults: Sequence[Fault], lang: Lang) -> str:
    warnings = sum(fault.is_warning for fault in faults)
    if not faults:
        return message("say.fine", lang)
    return message("say.faults", lang).format(errors=len(faults) - warnings, warnings=warnings)


def print_refused_log(why: str) -> None:
    """Print that the log couldn't be written to its end, which the log itself can't tell."""
    for text, _ in grouped_lines([Fault("E-log", Place("--log"), {"why": why})], fault_lang()):
        click.secho(text, err=True, fg="red")

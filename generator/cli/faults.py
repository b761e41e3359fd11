"""How faults are shown: as lines on standard error, or as JSON; and the exit code that they lead to."""

from collections.abc import Iterable, Sequence

import click

from generator.cli.grouped import grouped_lines
from generator.cli.messages import json_text, message
from generator.errors import Fault
from generator.wording import Lang


def print_faults(faults: Iterable[Fault], lang: Lang) -> None:
    """Print faults to standard error, those of one kind over several rows in one line; in colour on a terminal only."""
    for text, is_warning in grouped_lines(faults, lang):
        click.secho(text, err=True, fg="yellow" if is_warning else "red")


def faults_as_data(faults: Iterable[Fault], lang: Lang) -> list[dict[str, str]]:
    """Return faults as JSON has them."""
    return [
        {
            "code": fault.code,
            "file": fault.place.file,
            "row": fault.place.row,
            "pointer": fault.place.pointer,
            "text": fault.text(lang),
        }
        for fault in faults
    ]


def failure_as_json(faults: Iterable[Fault], lang: Lang) -> str:
    """Return the object, in a line, by which a command that speaks JSON tells that it failed."""
    return json_text({"faults": faults_as_data(faults, lang)})


def exit_if_faulty(faults: Sequence[Fault], lang: Lang) -> None:
    """Print the faults of what wasn't made, and end the command with 1; return if there are none."""
    if faults:
        print_faults(faults, lang)
        if _speaks_json():
            click.echo(failure_as_json(faults, lang))
        raise click.exceptions.Exit(1)


def _speaks_json() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("as_json"))


def exit_with_findings(faults: Sequence[Fault], lang: Lang, *, as_json: bool) -> None:
    """Print what was found, as lines with their count or as JSON, and end the command: with 1 if anything is wrong."""
    if as_json:
        click.echo(json_text(faults_as_data(faults, lang), indent=2))
    else:
        print_faults(faults, lang)
        click.echo(_count(faults, lang), err=True)
    raise click.exceptions.Exit(1 if any(not fault.is_warning for fault in faults) else 0)


def _count(faults: Sequence[Fault], lang: Lang) -> str:
    warnings = sum(fault.is_warning for fault in faults)
    if not faults:
        return message("say.fine", lang)
    return message("say.faults", lang).format(errors=len(faults) - warnings, warnings=warnings)

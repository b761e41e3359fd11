"""`biaodan doctor`: whether the machine has all that is needed."""

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import lang_option
from generator.cli.telling import telling
from generator.wording import Lang

MACHINE_LACKS = 3
"""The exit code of a machine that lacks something."""


@localized_command("doctor")
@lang_option
def doctor(lang: Lang) -> None:
    """Print what was found of each thing that is needed, or what to do about it."""
    from generator.cli.machine_check import examine

    complete = True
    for name, found, problem in examine(lang):
        complete = complete and not problem
        if telling().is_quiet and not problem:
            continue
        key, colour = ("say.missing", "red") if problem else ("say.ok", "green")
        click.echo(f"{click.style(message(key, lang), fg=colour)}  {name}  {problem or found}")
    raise click.exceptions.Exit(0 if complete else MACHINE_LACKS)

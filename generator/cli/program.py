"""The program `biaodan`: all of its commands, in the order in which they are used."""

import click

from generator import __version__
from generator.cli.commands.batch import batch
from generator.cli.commands.blank import blank
from generator.cli.commands.case import case
from generator.cli.commands.check import check
from generator.cli.commands.doctor import doctor
from generator.cli.commands.lint import lint
from generator.cli.commands.list_forms import list_forms
from generator.cli.commands.render import render
from generator.cli.commands.satisfaction import satisfaction
from generator.cli.commands.show import show
from generator.cli.commands.summary import summary
from generator.cli.localized import localized_group
from generator.cli.messages import message

COMMANDS = (list_forms, show, blank, render, batch, summary, satisfaction, check, case, lint, doctor)
"""Every command, as the help lists them."""


@localized_group("biaodan", COMMANDS, wording="main")
@click.version_option(__version__, "-V", "--version", prog_name="biaodan", help=message("main.version"))
def program() -> None:
    """Run a command; without one, its help is shown."""

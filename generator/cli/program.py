"""The program `biaodan`: all of its commands, in the order in which they are used."""

import click

from generator import __version__
from generator.cli.localized import localized_group
from generator.cli.messages import message
from generator.cli.own import Own
from generator.configuration import CONFIG_VARIABLE

_COMMANDS = "generator.cli.commands"
HOMES = {
    "init": f"{_COMMANDS}.init:init",
    "list": f"{_COMMANDS}.list_forms:list_forms",
    "show": f"{_COMMANDS}.show:show",
    "blank": f"{_COMMANDS}.blank:blank",
    "render": f"{_COMMANDS}.render:render",
    "batch": f"{_COMMANDS}.batch:batch",
    "summary": f"{_COMMANDS}.summary:summary",
    "satisfaction": f"{_COMMANDS}.satisfaction:satisfaction",
    "map": f"{_COMMANDS}.map_columns:map_columns",
    "import": f"{_COMMANDS}.import_form:import_form",
    "check": f"{_COMMANDS}.check:check",
    "read": f"{_COMMANDS}.read:read",
    "collect": f"{_COMMANDS}.collect:collect",
    "case": f"{_COMMANDS}.case:case",
    "due": f"{_COMMANDS}.due:due",
    "serve": f"{_COMMANDS}.serve:serve",
    "user": f"{_COMMANDS}.user:user",
    "backup": f"{_COMMANDS}.backup:backup",
    "restore": f"{_COMMANDS}.backup:restore",
    "adapt": f"{_COMMANDS}.adapt:adapt",
    "eject": f"{_COMMANDS}.eject:eject",
    "reference-doc": f"{_COMMANDS}.reference_doc:reference_doc",
    "template": f"{_COMMANDS}.template:template",
    "lint": f"{_COMMANDS}.lint:lint",
    "doctor": f"{_COMMANDS}.doctor:doctor",
}
"""Every command by its name, as the help lists them, and where it stands: only the one that is called is imported."""


@localized_group("biaodan", homes=HOMES, wording="main")
@click.option("--config", envvar=CONFIG_VARIABLE, metavar="FILE", help=message("main.config"))
@click.version_option(__version__, "-V", "--version", prog_name="biaodan", help=message("main.version"))
@click.pass_context
def program(context: click.Context, config: str | None) -> None:
    """Run a command; without one, its help is shown."""
    context.obj = Own(config or None)
    context.default_map = context.obj.defaults()

"""Commands and groups of commands whose help is in the user's language."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from generator.cli.common import common_options
from generator.cli.messages import message

HELP_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class LocalizedCommand(click.Command):
    """A command whose help is in the user's language throughout, headings included."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = message("main.show_help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), message("main.usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [row for p in self.get_params(ctx) if (row := p.get_help_record(ctx)) is not None]
        with formatter.section(message("main.options")):
            formatter.write_dl(rows)


class LocalizedGroup(LocalizedCommand, click.Group):
    """A group whose help lists its commands in the order in which they were given, not of the alphabet.

    `homes`: where its commands stand, as `module:function`, by their names; one is imported when it is asked for.
    """

    def __init__(self, *arguments: Any, homes: Mapping[str, str] | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.homes = homes or {}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.homes and cmd_name not in self.commands:
            module, _, function = self.homes[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), function))
        return self.commands.get(cmd_name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        LocalizedCommand.format_options(self, ctx, formatter)
        found = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
        with formatter.section(message("main.commands")):
            room = formatter.width - max(len(name) for name, _ in found) - 6
            formatter.write_dl([(name, command.get_short_help_str(room)) for name, command in found])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.homes or self.commands)


def localized_command(name: str, wording: str = "") -> Callable[[Callable[..., None]], LocalizedCommand]:
    """Return the decorator that makes a function the command `name`; its help is that of the wording's table.

    Beside its own options it takes those that every command takes.
    """
    text = message(f"{wording or name}.help")
    make = click.command(name, cls=LocalizedCommand, help=text, context_settings=HELP_SETTINGS)

    def made(function: Callable[..., None]) -> LocalizedCommand:
        command = make(function)
        command.params += common_options()
        return command

    return made


def localized_group(
    name: str, commands: Sequence[click.Command] = (), *, homes: Mapping[str, str] | None = None, wording: str = ""
) -> Callable[[Callable[..., None]], LocalizedGroup]:
    """Return the decorator that makes a function the group `name` of commands, which its help lists in this order.

    They are given themselves, or by their `homes`.
    """
    text = message(f"{wording or name}.help")
    return click.group(
        name, cls=LocalizedGroup, commands=commands, homes=homes, help=text, context_settings=HELP_SETTINGS
    )

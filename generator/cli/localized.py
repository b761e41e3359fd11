"""Commands and groups of commands whose help is in the user's language."""

from collections.abc import Callable, Sequence

import click

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
    """A group whose help lists its commands in the order in which they were given, not of the alphabet."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        LocalizedCommand.format_options(self, ctx, formatter)
        with formatter.section(message("main.commands")):
            room = formatter.width - max(map(len, self.commands)) - 6
            formatter.write_dl([(name, command.get_short_help_str(room)) for name, command in self.commands.items()])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def localized_command(name: str, wording: str = "") -> Callable[[Callable[..., None]], LocalizedCommand]:
    """Return the decorator that makes a function the command `name`; its help is that of the wording's table."""
    text = message(f"{wording or name}.help")
    return click.command(name, cls=LocalizedCommand, help=text, context_settings=HELP_SETTINGS)


def localized_group(
    name: str, commands: Sequence[click.Command], wording: str = ""
) -> Callable[[Callable[..., None]], LocalizedGroup]:
    """Return the decorator that makes a function the group `name` of `commands`, which its help lists in this order."""
    text = message(f"{wording or name}.help")
    return click.group(name, cls=LocalizedGroup, commands=commands, help=text, context_settings=HELP_SETTINGS)

"""The options that every command takes: `--quiet`, `--silence` and `--log`, of what is told of the work."""

import sys
from collections.abc import Sequence

import click

from generator.cli.log import Log
from generator.cli.messages import message, named_by
from generator.cli.telling import telling
from generator.errors import Place, UsageError, fail
from generator.wording import sentences


def common_options() -> list[click.Option]:
    """Return the options that every command takes; they are read before any other, for those may be wrong."""
    return [
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            callback=_quiet,
            is_eager=True,
            expose_value=False,
            help=message("common.quiet"),
        ),
        click.Option(
            ["--silence"],
            multiple=True,
            metavar="CODE",
            callback=_silence,
            is_eager=True,
            expose_value=False,
            help=message("common.silence"),
        ),
        click.Option(
            ["--log"], metavar="FILE", callback=_log, is_eager=True, expose_value=False, help=message("common.log")
        ),
    ]


def log_of_wrong_usage(words: Sequence[str]) -> None:
    """Begin the log that words name which no command has read, for they are wrong."""
    if telling().log is None and (path := named_by(words, "--log")):
        from generator.cli.crash import spoken_names

        command = " ".join(name for name in spoken_names(words) if not name.startswith("-"))
        telling().log = Log(path, command, words)


def _quiet(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    telling().is_quiet = value


def _silence(_context: click.Context, _option: click.Parameter, codes: tuple[str, ...]) -> None:
    """Take the codes of warnings that nobody wants to hear of.

    Raises UsageError for an error, which can't be passed over (E-silence-error), or an unknown code (E-silence).
    """
    known = {code for code in sentences("faults") if code.startswith("W-")}
    for code in codes:
        if code not in known:
            is_error = code.startswith("E-") and code in sentences("faults")
            raise fail(UsageError, "E-silence-error" if is_error else "E-silence", Place("--silence"))
    telling().silenced = frozenset(codes)


def _log(context: click.Context, _option: click.Parameter, path: str | None) -> None:
    if path is not None:
        names = []
        while context.parent is not None:
            names.append(context.info_name or "")
            context = context.parent
        telling().log = Log(path, " ".join(reversed(names)), sys.argv[1:])

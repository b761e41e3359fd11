"""The command line: click only here, and thin. What it does lies in `generator.api`; this module starts it.

`program` lists the commands, `commands` has a file for each, `options` the options that several of them share.
"""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

from generator.cli import telling
from generator.cli.messages import fault_lang, message
from generator.cli.signals import Ended, orderly
from generator.cli.streams import leave_streams, prepare_streams
from generator.errors import BiaodanError, Fault
from generator.refusals import machine_error
from generator.wording import LANGS

INTERRUPTED = 130
NOBODY_READS = 141
"""The exit code of a program whose output nobody reads any more, as the system's own have it (128 + SIGPIPE)."""


def main() -> None:
    """Run the command line and end the process with its exit code; no traceback reaches a user."""
    prepare_streams()
    telling.begin()
    code = telling.end(_told(_run) or 0)
    leave_streams()
    sys.exit(code)


def _run() -> int:
    """Run the command and return its exit code; raises what isn't told to users by the commands themselves."""
    import click

    from generator.cli.program import program

    try:
        return program.main(standalone_mode=False) or 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        from generator.cli.common import log_of_wrong_usage

        error.show()
        log_of_wrong_usage(sys.argv[1:])
        _tell_as_data(telling.note([Fault("E-usage", params={"why": error.format_message()})]))
        return error.exit_code


def _told(run: Callable[[], int]) -> int:
    """Return the exit code, and tell of what ended the command before its end."""
    import click

    try:
        with orderly():
            code = run()
            sys.stdout.flush()
    except Ended as ended:
        _say(message("say.interrupted"))
        code = ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say(message("say.interrupted"))
        code = INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click makes a SystemExit of it, and of nothing else that ends here
        code = NOBODY_READS
    except BiaodanError as error:
        _print(error.faults)
        code = error.exit_code
    except BaseException as error:  # the last resort; a library's panic is no Exception
        code = _unforeseen(error)
    return code


def _unforeseen(error: BaseException) -> int:
    """Tell of what no command has told: what the machine refuses, or else a fault of ours, of which a report is kept.

    Returns the exit code.
    """
    if isinstance(error, OSError) and _is_of_output(error):
        _print([Fault("E-output", params={"why": error.strerror or "?"})])
        return 1
    if refused := machine_error(error):
        _print(refused.faults)
        return refused.exit_code
    if os.environ.get("BIAODAN_DEBUG"):
        raise error
    from generator.cli.crash import write_report

    report = write_report(error, sys.argv[1:])
    kept = {lang: message(f"say.{'report' if report else 'no_report'}", lang).format(file=report) for lang in LANGS}
    _print([Fault("E-internal", params={"what": type(error).__name__, "report": kept})])
    return 1


def _is_of_output(error: OSError) -> bool:
    """Tell whether printing raised an error: it looks like that of any file."""
    from traceback import walk_tb

    import click

    printing = (click.echo.__code__, _told.__code__, telling.put.__code__)
    return [frame.f_code for frame, _ in walk_tb(error.__traceback__)][-1] in printing


def _say(what: str) -> None:
    with suppress(OSError, ValueError):
        print(what, file=sys.stderr)


def _tell_as_data(faults: Iterable[Fault]) -> None:
    """Print one object with the faults to standard output where the command is to speak JSON."""
    if "--json" in sys.argv[1:]:
        from generator.cli.faults import failure_as_json

        with suppress(OSError, ValueError, MemoryError):
            print(failure_as_json(faults, fault_lang()), flush=True)


def _print(faults: Iterable[Fault]) -> None:
    """Print faults to standard error, if that still takes any."""
    from generator.cli.faults import print_faults

    found = tuple(faults)
    with suppress(OSError, ValueError, MemoryError):
        print_faults(found, fault_lang())
    _tell_as_data(found)

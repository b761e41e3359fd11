"""The command line: click only here, and thin. What it does lies in `generator.api`; this module starts it.

`program` lists the commands, `commands` has a file for each, `options` the options that several of them share.
"""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress

from generator.cli.messages import fault_lang, message
from generator.cli.signals import Ended, orderly
from generator.errors import BiaodanError, Fault, Place


def main() -> None:
    """Run the command line and end the process with its exit code; no traceback reaches a user."""
    _write_utf8()
    sys.exit(_told(_run) or 0)


def _run() -> int:
    """Run the command and return its exit code."""
    import click

    from generator.cli.program import program

    try:
        code: int = program.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    return code


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
        code = 130
    except BrokenPipeError:
        _drop_output()
        code = 0
    except BiaodanError as error:
        for fault in error.faults:
            _say(fault)
        code = error.exit_code
    except Exception as error:  # the last resort: a fault of ours, told in one line
        code = _unforeseen(error)
    return code


def _unforeseen(error: Exception) -> int:
    """Tell of an error that nothing else tells of: standard output that can't be written, or a fault of ours."""
    if isinstance(error, OSError) and _is_of_output(error):
        _drop_output()
        _say(Fault("E-output", params={"why": error.strerror or "?"}))
    elif os.environ.get("BIAODAN_DEBUG"):
        raise error
    else:
        _say(_of_system(error) or Fault("E-internal", params={"what": type(error).__name__}))
    return 1


def _of_system(error: Exception) -> Fault | None:
    """Return what the system refused: a file that it named, or one without a name in the temporary folder."""
    if isinstance(error, OSError) and isinstance(error.filename, (str, bytes, os.PathLike)):
        return Fault("E-file-read", Place(os.fsdecode(error.filename)), {"why": error.strerror or "?"})
    if isinstance(error, OSError) and error.errno in _OF_DISKS:
        return Fault("E-write", Place(_temporary_folder()), {"why": error.strerror or "?"})
    return None


_OF_DISKS = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EINTR)


def _temporary_folder() -> str:
    """Return where files without a place of their own are written."""
    from tempfile import gettempdir

    with suppress(OSError):
        return gettempdir()
    return ""


def _is_of_output(error: OSError) -> bool:
    """Tell whether printing raised an error: it looks like that of any file."""
    from traceback import walk_tb

    import click

    printing = (click.echo.__code__, _told.__code__)
    return [frame.f_code for frame, _ in walk_tb(error.__traceback__)][-1] in printing


def _drop_output() -> None:
    """Let nothing more be written to standard output, the rest that waits there included."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(what: str | Fault) -> None:
    """Print a line to standard error, if that is still open."""
    from generator.cli.faults import print_faults

    with suppress(OSError, ValueError):
        print(what, file=sys.stderr) if isinstance(what, str) else print_faults([what], fault_lang())


def _write_utf8() -> None:
    """Write UTF-8 whatever the locale: paths and titles are Chinese, and LANG=C is what cron has."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="backslashreplace")

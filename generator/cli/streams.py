"""The streams of the command line, whatever became of them: closed, full, read by nobody, in another encoding."""

import codecs
import os
import sys
from contextlib import suppress

_PATH_ERRORS = "biaodan-paths"


def prepare_streams() -> None:
    """Open the streams that were closed, and let all of them write UTF-8 and any file's name.

    Without a stream of its number, the next file that is opened would take its place and get what is printed.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # until the end
    codecs.register_error(_PATH_ERRORS, _as_it_came)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors=_PATH_ERRORS if stream is sys.stdout else "backslashreplace")


def _as_it_came(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write a byte of a file's name that isn't UTF-8 as it came; any other half of a character as an escape."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(error)


def leave_streams() -> None:
    """Write nothing more to streams that can't take it, not even as Python ends."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

"""A fault that nobody foresaw, told to whoever runs the desk: names and lines, and no value of any record."""

import logging
from collections.abc import Iterator
from traceback import walk_tb

LOGGER = logging.getLogger("biaodan.desk")
MOST = 12
"""Frames that are told, from where the fault arose."""


def tell(error: BaseException) -> None:
    """Write into the log what went wrong and where. An exception's message is left out, for it may hold a value."""
    LOGGER.error("%s", described(error))


def described(error: BaseException) -> str:
    """Return an exception's name, and where it arose: modules and lines, the innermost first."""
    frames = list(_frames(error))[::-1][:MOST]
    return f"{type(error).__module__}.{type(error).__qualname__} at " + " < ".join(frames)


def _frames(error: BaseException) -> Iterator[str]:
    for frame, line in walk_tb(error.__traceback__):
        yield f"{frame.f_globals.get('__name__', '?')}:{line}"

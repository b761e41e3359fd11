"""Signals that end a command: in order, so that nothing half-written is left, and with the exit code of each."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from generator.unfinished import abandon

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Ctrl-C, the system's wish to end, and a terminal that is closed."""


class Ended(BaseException):
    """A signal wants the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


class _State:
    noted = 0
    """The signal that came, or 0."""

    batch: threading.Event | None = None
    """What a batch is told by, which then ends by itself."""


def _note(number: int, frame: FrameType | None) -> None:
    """Take note of a signal; a second one ends a batch at once."""
    batch, first = _State.batch, not _State.noted
    _State.noted = number
    if batch is None or not first:
        raise Ended(number)
    batch.set()


@contextmanager
def orderly() -> Iterator[None]:
    """Let signals end what is done within by `Ended`, but for those that are ignored.

    Whatever ends it, what is half-written is removed then.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ENDING}
    _State.noted = 0
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _note)
    try:
        yield
    finally:
        abandon()
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


@contextmanager
def told() -> Iterator[threading.Event]:
    """Yield an event that signals set, for a batch that ends by itself when what it has begun is whole."""
    _State.batch = threading.Event()
    try:
        yield _State.batch
    finally:
        _State.batch = None


def exit_code() -> int:
    """Return the exit code of a command that a signal has ended: 130 for Ctrl-C."""
    return 128 + (_State.noted or signal.SIGINT)


def end_if_asked() -> None:
    """Raise Ended where a signal came: libraries that call back may have swallowed it."""
    if _State.noted:
        raise Ended(_State.noted)

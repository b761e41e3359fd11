"""A time limit for each record: what takes too long is interrupted, and what can't be interrupted ends its process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from generator.errors import Place, RecordError, fail

_AGAIN = 5
"""Seconds after which the interruption is repeated: a library may have swallowed it."""

_OVER = 20
"""Seconds of computing beyond the limit after which the process is ended."""


class _TooLong(BaseException):
    """Raised in the midst of the work; nothing that catches exceptions of its own may take it for one."""


@contextmanager
def time_limit(seconds: int, place: Place, *, may_die: bool) -> Iterator[None]:
    """Do what is within for so many seconds at most; elsewhere than in a main thread without a limit.

    Raises RecordError (E-document-time) then. `may_die`: whether this process is there for such work alone.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    if may_die:
        signal.setitimer(signal.ITIMER_PROF, seconds + _OVER)
    try:
        yield
    except _TooLong:
        raise fail(RecordError, "E-document-time", place, seconds=seconds) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _TooLong

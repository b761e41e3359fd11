"""The processes that do the work: a few warm ones, each call within its time; one that hangs is ended and replaced."""

import asyncio
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from generator.desk.office import Setup
from generator.desk.work import MEMORY, start
from generator.errors import MachineError, fail

T = TypeVar("T")

CALLS = 2_000
"""Calls after which a process is replaced by a new one, whatever it holds."""


MOST_ASKED = 256
"""Calls that are done or wait at a time; each holds what it was given."""


class Workers:
    """Processes of a desk's own. `seconds`: what a call may take."""

    def __init__(self, setup: Setup, count: int, seconds: float) -> None:
        self.setup, self.count, self.seconds = setup, count, seconds
        self._asked = 0
        context = get_context("spawn")
        self._pool = ProcessPool(count, CALLS, initializer=start, initargs=[setup], context=context)

    async def run(self, work: Callable[..., T], *given: Any, seconds: float | None = None, **named: Any) -> T:
        """Do a piece of work, a function of `generator.desk.work` called with the desk's setup and what is given.

        Raises MachineError: E-desk-time where it takes too long, E-desk-memory where it takes too much, E-worker-died
        where its process ends, E-desk-busy where too many calls wait already; and whatever the work raises.
        """
        limit = seconds or self.seconds
        if self._asked >= MOST_ASKED:
            raise fail(MachineError, "E-desk-busy")
        self._asked += 1
        future = self._pool.schedule(work, args=[self.setup, *given], kwargs=named, timeout=limit)
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError:
            raise fail(MachineError, "E-desk-time", seconds=round(limit)) from None
        except ProcessExpired:
            raise fail(MachineError, "E-worker-died") from None
        except MemoryError:
            raise fail(MachineError, "E-desk-memory", limit=MEMORY) from None
        finally:
            self._asked -= 1

    def close(self) -> None:
        """End the processes; what they are doing is dropped."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

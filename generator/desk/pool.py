"""The processes that do the work: a few warm ones, each call within its time; one that hangs is ended and replaced."""

import asyncio
import os
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from generator.desk.office import Setup
from generator.desk.work import MEMORY, start
from generator.errors import MachineError, fail

T = TypeVar("T")

BEHIND = 5
"""How far the processes that make pages stand back, in the system's own measure."""

CALLS = 2_000
"""Calls after which a process is replaced by a new one, whatever it holds."""


MOST_ASKED = 256
"""Calls that are done or wait at a time; each holds what it was given."""


class Workers:
    """Processes of a desk's own. `seconds`: what a call may take.

    What somebody who types waits for has a process to itself; the others, which make pages, stand back for it.
    """

    def __init__(self, setup: Setup, count: int, seconds: float) -> None:
        self.setup, self.count, self.seconds = setup, count, seconds
        self._asked = 0
        context = get_context("spawn")
        self._pool = ProcessPool(count, CALLS, initializer=_start_behind, initargs=[setup], context=context)
        self._quick = ProcessPool(1, CALLS, initializer=start, initargs=[setup], context=context)

    async def run(
        self, work: Callable[..., T], *given: Any, seconds: float | None = None, quick: bool = False, **named: Any
    ) -> T:
        """Do a piece of work, a function of `generator.desk.work` called with the desk's setup and what is given.

        `quick`: it takes a moment, and somebody waits for it; it waits for nothing that takes longer.
        Raises MachineError: E-desk-time where it takes too long, E-desk-memory where it takes too much, E-worker-died
        where its process ends, E-desk-busy where too many calls wait already; and whatever the work raises.
        """
        limit = seconds or self.seconds
        if self._asked >= MOST_ASKED:
            raise fail(MachineError, "E-desk-busy")
        self._asked += 1
        pool = self._quick if quick else self._pool
        future = pool.schedule(work, args=[self.setup, *given], kwargs=named, timeout=limit)
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
        for pool in (self._pool, self._quick):
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _start_behind(setup: Setup) -> None:
    """Begin a process that leaves the cores to others that want them."""
    os.nice(BEHIND)
    start(setup)

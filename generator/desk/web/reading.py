"""What the processes behind the page have read of all cases and records, anew only where one of them has changed."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from generator.desk.papers import Paper
from generator.desk.store import cases as stored
from generator.desk.web.desk import Desk
from generator.errors import Fault, MachineError

T = TypeVar("T")

Group = tuple[str, Sequence[Paper]]
"""A case, or a record that is in none, by its id: its papers in their order."""

State = tuple[tuple[str, int, bool], ...]
"""Of each paper of a group its id, its revision, and whether it is settled."""

AT_ONCE = 40
"""Groups that a process reads in one go: whoever waits for a page meanwhile waits for no more."""

PATIENCE = 0.8
"""Seconds that a page waits for what is being read; then it says how far that is."""

_SECONDS = 60.0


class Readings(Generic[T]):
    """What is read of every group of papers of some forms.

    `read`: a function of the processes behind the page that reads groups; `failed`: what stands for a group that can't
    be read. `cases`: also all that is in a case.
    """

    def __init__(
        self,
        desk: Desk,
        read: Callable[..., list[T]],
        failed: Callable[[Sequence[Fault]], T],
        forms: Callable[[], Collection[str]],
    ) -> None:
        self.desk, self.read, self.failed, self.forms = desk, read, failed, forms
        self.done, self.total = 0, 0
        self._held: dict[str, tuple[State, T]] = {}
        self._running: asyncio.Task[Mapping[str, T]] | None = None

    async def current(self) -> Mapping[str, T] | None:
        """Return what was read of each group, by its id; None where that takes longer than a page waits.

        Raises MachineError (E-desk-busy) where too many others wait.
        """
        end = asyncio.get_running_loop().time() + PATIENCE
        if self._running is not None and not self._running.done():  # it may not know what has changed since it began
            await asyncio.wait({self._running}, timeout=PATIENCE)
            if not self._running.done():
                return None
        self._running = task = asyncio.ensure_future(self._all())
        task.add_done_callback(_taken_note_of)
        await asyncio.wait({task}, timeout=max(0.1, end - asyncio.get_running_loop().time()))
        return task.result() if task.done() else None

    async def _all(self) -> Mapping[str, T]:
        states = await run_in_threadpool(stored.states, self.desk.store, self.forms())
        self._held = {name: held for name, held in self._held.items() if name in states}
        stale = [name for name, state in states.items() if name not in self._held or self._held[name][0] != state]
        self.done, self.total = len(states) - len(stale), len(states)
        turns = asyncio.Semaphore(max(1, self.desk.workers.count - 1))  # one is left for whoever waits for a page

        async def one(names: Sequence[str]) -> None:
            async with turns:
                for name, found in await self._chunk({name: states[name] for name in names}):
                    self._held[name] = states[name], found
                self.done += len(names)

        await asyncio.gather(*(one(stale[at : at + AT_ONCE]) for at in range(0, len(stale), AT_ONCE)))
        return {name: self._held[name][1] for name in states}

    async def _chunk(self, states: Mapping[str, State]) -> list[tuple[str, T]]:
        groups = await run_in_threadpool(_groups, self.desk, states)
        return [pair async for pair in self._read(groups)]

    async def _read(self, groups: Sequence[Group]) -> Any:
        """Yield what is read of groups; of one that ends its process, what stands for it."""
        try:
            found = await self.desk.workers.run(self.read, groups, seconds=_SECONDS)
            for (name, _), one in zip(groups, found, strict=True):
                yield name, one
        except MachineError as error:
            if any(fault.code == "E-desk-busy" for fault in error.faults):
                raise
            if len(groups) == 1:
                yield groups[0][0], self.failed(error.faults)
                return
            for half in _halves(groups):
                async for pair in self._read(half):
                    yield pair


def _taken_note_of(task: "asyncio.Task[Any]") -> None:
    """Take note of what no page waited for, or its exception would be logged."""
    if not task.cancelled():
        task.exception()


def _halves(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    middle = len(groups) // 2
    yield groups[:middle]
    yield groups[middle:]


def _groups(desk: Desk, states: Mapping[str, State]) -> list[Group]:
    """Return groups with what their papers say; one that was taken away meanwhile is left out of its group."""
    said = stored.said_of(desk.store, [name for state in states.values() for name, _, _ in state])
    return [
        (
            group,
            [
                Paper(name, *said[name], settled=settled, revision=revision)
                for name, revision, settled in state
                if name in said
            ],
        )
        for group, state in states.items()
    ]

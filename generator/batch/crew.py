"""Who does the work: processes of this machine, this process itself, or any executor, as a Dask cluster has one."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Protocol

from generator.batch.manifest import Result
from generator.batch.plan import Entry
from generator.batch.work import Report, start, work
from generator.errors import Fault, MachineError, Place, RecordError, UsageError, fail

MOST_MEMORY = 240 << 20
"""Resident bytes from which a worker is replaced by a new one."""

MOST_DOCUMENTS = 20_000
"""Records after which a worker is replaced in any case."""


class Crew(Protocol):
    """Takes tasks, each some records of one order."""

    at_once: int
    """Tasks that it can work on at the same time."""

    def submit(self, packed: bytes, entries: Sequence[Entry]) -> "Future[Report]":
        """Hand in a task."""

    def finished(self, report: Report) -> None:
        """Take note of a task that is done."""

    def rescue(self, packed: bytes, entries: Sequence[Entry]) -> Report | None:
        """Do a task again whose worker died; None where that is the executor's own business."""

    def close(self) -> None:
        """End the work; what hasn't been begun is dropped."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """Warm processes, started anew (`spawn`), replaced when they have grown or worked long."""

    def __init__(self, packed: bytes, jobs: int) -> None:
        self.at_once, self._packed = jobs, packed
        self._pool, self._documents, self._tired = self._new(jobs), 0, False

    def _new(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=start, initargs=(self._packed,))

    def submit(self, packed: bytes, entries: Sequence[Entry]) -> "Future[Report]":
        """Hand in a task, to new processes where the old ones are tired: these finish what they have and end."""
        if self._tired:
            self._pool.shutdown(wait=False)
            self._pool, self._documents, self._tired = self._new(self.at_once), 0, False
        self._documents += len(entries)
        return self._pool.submit(work, packed, entries)

    def finished(self, report: Report) -> None:
        """Take note of how large the worker has grown."""
        self._tired |= report.memory > MOST_MEMORY or self._documents > MOST_DOCUMENTS * self.at_once

    def rescue(self, packed: bytes, entries: Sequence[Entry]) -> Report:
        """Do a task again alone; where that kills its process too, find the record that does."""
        self._tired = True
        try:
            return self._alone(packed, entries)
        except BrokenProcessPool:
            reports = [self._one(packed, entry) for entry in entries]
        return Report(tuple(result for report in reports for result in report.results))

    def _one(self, packed: bytes, entry: Entry) -> Report:
        try:
            return self._alone(packed, [entry])
        except BrokenProcessPool:
            return Report((Result(entry.n, faults=(Fault("E-worker-died", entry.place),)),))

    def _alone(self, packed: bytes, entries: Sequence[Entry]) -> Report:
        with self._new(1) as pool:
            return pool.submit(work, packed, entries).result()

    def close(self) -> None:
        """End the work."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class InPlace:
    """The process that runs the batch, for a few records, or for a place that no other process sees."""

    at_once = 1

    def submit(self, packed: bytes, entries: Sequence[Entry]) -> "Future[Report]":
        """Do a task at once."""
        future: Future[Report] = Future()
        try:
            future.set_result(work(packed, entries))
        except Exception as error:  # a future carries whatever went wrong
            future.set_exception(error)
        return future

    def finished(self, report: Report) -> None:
        """Nothing is to be noted."""

    def rescue(self, packed: bytes, entries: Sequence[Entry]) -> None:
        """Nobody else died."""

    def close(self) -> None:
        """Nothing is to be ended."""


class Foreign:
    """Any executor. What becomes of its workers is its own business."""

    def __init__(self, executor: Executor, at_once: int) -> None:
        self.executor, self.at_once = executor, at_once

    def submit(self, packed: bytes, entries: Sequence[Entry]) -> "Future[Report]":
        """Hand in a task."""
        return self.executor.submit(work, packed, entries)

    def finished(self, report: Report) -> None:
        """Nothing is to be noted."""

    def rescue(self, packed: bytes, entries: Sequence[Entry]) -> None:
        """The executor has seen to that, as far as it can."""

    def close(self) -> None:
        """Leave the executor to whoever brought it."""


PATIENCE = 10
"""Seconds to wait for a scheduler and its first worker."""


@contextmanager
def cluster(address: str) -> Iterator[Foreign]:
    """Yield the workers of a Dask cluster; the extra `cluster` must be installed, here and there.

    Raises MachineError (E-extra), UsageError (E-cluster-address), RecordError (E-cluster) where none answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise fail(MachineError, "E-extra", Place("--cluster"), extra="cluster") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (ValueError, TypeError):
        raise fail(UsageError, "E-cluster-address", Place("--cluster")) from None
    except (OSError, TimeoutError):
        raise fail(RecordError, "E-cluster", Place(_without_password(address))) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise fail(RecordError, "E-cluster", Place(_without_password(address))) from None
        threads = sum(client.nthreads().values())
        with client.get_executor(pure=False) as executor:
            yield Foreign(executor, max(1, threads))


def _without_password(address: str) -> str:
    scheme, mark, rest = address.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"

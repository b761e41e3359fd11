"""Who does the work: processes of this machine, this process itself, or any executor, as a Dask cluster has one."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from typing import Protocol

from generator.batch.manifest import RecordResult
from generator.batch.plan import PlannedRecord
from generator.batch.work import TaskResult, run_task, start_worker
from generator.errors import Fault, MachineError, Place, RecordError, UsageError, fail

MOST_MEMORY = 240 << 20
"""Resident bytes from which a worker is replaced by a new one."""

MOST_DOCUMENTS = 20_000
"""Records after which a worker is replaced in any case."""


class TaskExecutor(Protocol):
    """Takes tasks, each some records of one batch."""

    at_once: int
    """Tasks that it can work on at the same time."""

    def submit(self, packed: bytes, entries: Sequence[PlannedRecord]) -> "Future[TaskResult]":
        """Hand in a task."""

    def finished(self, result: TaskResult) -> None:
        """Take note of a task that is done."""

    def rescue(self, packed: bytes, entries: Sequence[PlannedRecord]) -> TaskResult | None:
        """Do a task again whose worker died; None where that is the executor's own business."""

    def close(self) -> None:
        """End the work; what hasn't been begun is dropped."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ProcessExecutor:
    """Warm processes, started anew (`spawn`), replaced when they have grown or worked long.

    `office`: where LibreOffice does documents for all of them, if any are to be done by it.
    """

    def __init__(self, packed: bytes, jobs: int, office: str = "") -> None:
        self.at_once, self._given = jobs, (packed, office)
        _start_tracker()
        self._pool, self._documents, self._is_spent = self._new(jobs), 0, False

    def _new(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=start_worker, initargs=self._given)

    def submit(self, packed: bytes, entries: Sequence[PlannedRecord]) -> "Future[TaskResult]":
        """Hand in a task, to new processes where the old ones are spent: these finish what they have and end."""
        if self._is_spent:
            self._pool.shutdown(wait=False)
            self._pool, self._documents, self._is_spent = self._new(self.at_once), 0, False
        self._documents += len(entries)
        return self._pool.submit(run_task, packed, entries)

    def finished(self, result: TaskResult) -> None:
        """Take note of how large the worker has grown."""
        self._is_spent |= result.memory > MOST_MEMORY or self._documents > MOST_DOCUMENTS * self.at_once

    def rescue(self, packed: bytes, entries: Sequence[PlannedRecord]) -> TaskResult:
        """Do a task again alone; where that kills its process too, find the record that does."""
        self._is_spent = True
        try:
            return self._alone(packed, entries)
        except BrokenProcessPool:
            each = [self._one(packed, entry) for entry in entries]
        return TaskResult(tuple(record for result in each for record in result.records))

    def _one(self, packed: bytes, entry: PlannedRecord) -> TaskResult:
        try:
            return self._alone(packed, [entry])
        except BrokenProcessPool:
            return TaskResult((RecordResult(entry.n, faults=(Fault("E-worker-died", entry.place),)),))

    def _alone(self, packed: bytes, entries: Sequence[PlannedRecord]) -> TaskResult:
        with self._new(1) as pool:
            return pool.submit(run_task, packed, entries).result()

    def close(self) -> None:
        """End the work."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _start_tracker() -> None:
    """Start Python's own helper of processes so that a terminal that is closed doesn't end it: this run says when."""
    if hasattr(signal, "SIGHUP"):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
        try:
            resource_tracker.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class InProcessExecutor:
    """The process that runs the batch, for a few records, or for a place that no other process sees."""

    at_once = 1

    def submit(self, packed: bytes, entries: Sequence[PlannedRecord]) -> "Future[TaskResult]":
        """Do a task at once."""
        future: Future[TaskResult] = Future()
        try:
            future.set_result(run_task(packed, entries))
        except Exception as error:  # a future carries whatever went wrong
            future.set_exception(error)
        return future

    def finished(self, result: TaskResult) -> None:
        """Nothing is to be noted."""

    def rescue(self, packed: bytes, entries: Sequence[PlannedRecord]) -> None:
        """Nobody else died."""

    def close(self) -> None:
        """Nothing is to be ended."""


class AdaptedExecutor:
    """Any executor. What becomes of its workers is its own business."""

    def __init__(self, executor: Executor, at_once: int) -> None:
        self.executor, self.at_once = executor, at_once

    def submit(self, packed: bytes, entries: Sequence[PlannedRecord]) -> "Future[TaskResult]":
        """Hand in a task."""
        return self.executor.submit(run_task, packed, entries)

    def finished(self, result: TaskResult) -> None:
        """Nothing is to be noted."""

    def rescue(self, packed: bytes, entries: Sequence[PlannedRecord]) -> None:
        """The executor has seen to that, as far as it can."""

    def close(self) -> None:
        """Leave the executor to whoever brought it."""


PATIENCE = 10
"""Seconds to wait for a scheduler and its first worker."""


@contextmanager
def cluster_executor(address: str) -> Iterator[AdaptedExecutor]:
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
            yield AdaptedExecutor(executor, max(1, threads))


def _without_password(address: str) -> str:
    scheme, mark, rest = address.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"

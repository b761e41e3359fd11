"""The run: gives tasks to an executor, no more than it can take, and writes down in the source's order what is done."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import islice
from typing import Any

from generator import __version__
from generator.batch.executors import TaskExecutor
from generator.batch.manifest import Manifest, ManifestState, RecordResult
from generator.batch.plan import Plan, PlannedRecord
from generator.batch.store import Store, reported
from generator.batch.work import BatchSpec, DocumentMaker, TaskResult
from generator.errors import Place, UsageError, fail
from generator.records.given import as_given
from generator.writers.pdf import ENGINES, STANDARDS

TASK = 25
"""Records of a task."""

AHEAD = 8
"""Tasks for each worker that may be done before an earlier one is."""


@dataclass(slots=True)
class Outcome:
    """What came of a run: records whose documents are there, that are faulty, that an earlier run had done already."""

    records: int
    done: int = 0
    failed: int = 0
    kept: int = 0
    warnings: int = 0
    stopped: bool = False
    """Whether faults ended the run before its end."""

    interrupted: bool = False

    left: tuple[str, ...] = ()
    """Names of files that an earlier run has made of a source's records, and that this source has no records for."""


OnProgress = Callable[[Outcome, Sequence[tuple[PlannedRecord, RecordResult]]], None]
"""Called when records have been written down, with what the run has come to."""


@dataclass(slots=True)
class _PendingTask:
    index: int
    entries: list[PlannedRecord]
    repairs: bool = False


@dataclass(eq=False)
class Run:
    """One run over a plan.

    `most_failures`: after so many faulty records the run ends; None for no limit. `stop`: once it is set, the run ends
    when what it has begun is whole.
    """

    plan: Plan
    spec: BatchSpec
    store: Store
    manifest: Manifest
    state: ManifestState
    executor: TaskExecutor
    most_failures: int | None = None
    watch: OnProgress = lambda outcome, results: None
    stop: threading.Event = field(default_factory=threading.Event)
    _waiting: dict[int, tuple[_PendingTask, TaskResult]] = field(default_factory=dict)
    _next: int = 0
    _flushed: float = 0.0

    def __post_init__(self) -> None:
        self.packed = self.spec.packed()
        self.outcome = Outcome(self.plan.records)
        self._maker = DocumentMaker(self.spec, self.store)

    def go(self) -> Outcome:
        """Do the work; what is done stays done whenever it ends.

        Raises WriteError where the place can't take its files, RecordError (E-source-changed) and whatever else ends
        the run before its end: the manifest then stands at the last record that is whole.
        """
        self.outcome.kept = self.state.records - self.state.failed - len(self.state.broken)
        self.outcome.failed = self.state.failed
        self.watch(self.outcome, ())
        try:
            self._work(self.stop)
        finally:
            self.executor.close()
        if not (self.outcome.stopped or self.outcome.interrupted or self.state.complete):
            done = self.outcome.kept + self.outcome.done
            with reported(self.store.name):
                self.manifest.finish(records=self.outcome.records, done=done, failed=self.outcome.failed)
            self.outcome.left = tuple(sorted(self.state.former - self.state.current))
        return self.outcome

    # --- tasks ---

    def _tasks(self) -> Iterator[_PendingTask]:
        """Yield what is to be done: records that no manifest names, and those whose files aren't whole."""
        index, entries = 0, self.plan.entries()
        for repairs, some in ((True, islice(entries, self.state.records)), (False, entries)):
            wanted = (entry for entry in some if not repairs or entry.n in self.state.broken)
            while batch := list(islice(wanted, TASK)):
                yield _PendingTask(index, batch, repairs)
                index += 1

    def _work(self, stop: threading.Event) -> None:
        tasks, pending = self._tasks(), dict[Future[TaskResult], _PendingTask]()
        more = not self._too_many()
        while more or pending:
            while more and not stop.is_set() and self._has_room(pending):
                task = next(tasks, None)
                if task is None:
                    more = False
                    break
                try:
                    pending[self.executor.submit(self.packed, task.entries)] = task
                except BrokenProcessPool:
                    if not stop.wait(_GLANCE):  # a signal may end the workers before it is told here
                        raise
            if stop.is_set():
                more = False
                self.outcome.interrupted = True
            if pending:
                done, _ = wait(pending, timeout=_GLANCE, return_when=FIRST_COMPLETED)
                for future, result in self._results(pending, done, stop):
                    task = pending.pop(future)
                    self._waiting[task.index] = task, result
            self._write_down(last=not (more or pending))
            if self.outcome.stopped:
                more = False
                self._drop(pending)

    def _has_room(self, pending: Mapping[Future[TaskResult], _PendingTask]) -> bool:
        executor = self.executor.at_once
        oldest = min((task.index for task in pending.values()), default=self._next)
        newest = max((task.index for task in pending.values()), default=self._next)
        return len(pending) < 2 * executor + 1 and newest - min(oldest, self._next) < AHEAD * (executor + 1)

    def _results(
        self, pending: dict[Future[TaskResult], _PendingTask], done: set[Future[TaskResult]], stop: threading.Event
    ) -> Iterator[tuple[Future[TaskResult], TaskResult]]:
        """Yield the results of tasks that are done; those of a worker that died are done again, but not at the end."""
        for future in done:
            try:
                result = future.result()
            except BrokenProcessPool:
                if stop.wait(_GLANCE):  # the signal that ends the run has ended its workers too
                    del pending[future]
                    continue
                rescued = self.executor.rescue(self.packed, pending[future].entries)
                if rescued is None:
                    raise
                result = rescued
            self.executor.finished(result)
            yield future, result

    def _drop(self, pending: dict[Future[TaskResult], _PendingTask]) -> None:
        """Give up the tasks that are still under way, and remove what they have stored."""
        for future in pending:
            future.cancel()
        for future in pending:
            with suppress(CancelledError, Exception):  # whatever became of it, it isn't wanted any more
                future.result()
        for task in [*pending.values(), *(task for task, _ in self._waiting.values())]:
            self._remove(() if task.repairs else task.entries)
        pending.clear()
        self._waiting.clear()

    def _remove(self, entries: Sequence[PlannedRecord]) -> None:
        self.store.remove(name for entry in entries if entry.stem for name in self._maker.names(entry.stem))

    # --- what is done ---

    def _write_down(self, *, last: bool) -> None:
        """Write down the tasks that are done and follow on what stands there, once their files are durable."""
        if self._next not in self._waiting:
            return
        if not last and time.monotonic() - self._flushed < self.manifest.pause:
            return
        ready: list[tuple[PlannedRecord, RecordResult]] = []
        while found := self._waiting.pop(self._next, None):
            task, made = found
            results = list(zip(task.entries, made.records, strict=True))
            if task.repairs:
                self._repaired(results)
            else:
                ready += results
            self._next += 1
        ready = self._up_to_the_limit(ready)
        with reported(self.store.name):
            self.store.flush()
            if ready:
                self.manifest.add([(result, self._about(entry, result)) for entry, result in ready])
        self._flushed = time.monotonic()
        self._count(ready)

    def _about(self, entry: PlannedRecord, result: RecordResult) -> dict[str, Any]:
        pattern = self.plan.pattern
        raw = as_given(entry.raw, pattern.spec, pattern.job.policy.zone) if result.faults else None
        return {**about(entry), "raw": raw}

    def _count(self, ready: Sequence[tuple[PlannedRecord, RecordResult]]) -> None:
        for entry, result in ready:
            kept = bool(entry.known) and result.files == entry.known
            self.outcome.kept += kept
            self.outcome.done += not result.faults and not kept
            self.state.current.update(file.file for file in result.files if entry.of)
            self.outcome.failed += bool(result.faults)
            self.outcome.warnings += len(result.warnings)
        self.watch(
            self.outcome, [(entry, result) for entry, result in ready if not entry.known or result.files != entry.known]
        )

    def _repaired(self, results: Sequence[tuple[PlannedRecord, RecordResult]]) -> None:
        """Take note of records whose files were made again; they must have become what the manifest says.

        Raises UsageError (E-resume-differs) where they haven't: then something else makes them than made the others.
        """
        for entry, result in results:
            if result.files != self.state.broken[entry.n]:
                raise fail(UsageError, "E-resume-differs", entry.place)
        self.outcome.done += len(results)
        self.watch(self.outcome, results)

    def _too_many(self, more: int = 0) -> bool:
        self.outcome.stopped = self.most_failures is not None and self.outcome.failed + more >= self.most_failures
        return self.outcome.stopped

    def _up_to_the_limit(
        self, ready: list[tuple[PlannedRecord, RecordResult]]
    ) -> list[tuple[PlannedRecord, RecordResult]]:
        """Return the records up to the fault that is one too many, and remove what the others have stored."""
        failed = 0
        for n, (_, result) in enumerate(ready, 1):
            failed += bool(result.faults)
            if failed and self._too_many(failed):
                self._remove([entry for entry, _ in ready[n:]])
                return ready[:n]
        return ready


_GLANCE = 0.5
"""Seconds after which the run looks whether it is to end."""


def about(entry: PlannedRecord) -> dict[str, Any]:
    """Return what the manifest says of a record beside what became of it."""
    at = f"{entry.place.file}:{entry.place.row}" if entry.place.row else entry.place.file
    return {"number": entry.number or None, "at": at, "of": entry.of}


def header(plan: Plan, spec: BatchSpec, source: str, duplicates: str) -> dict[str, Any]:
    """Return the first line of a manifest: what is made of what. A run goes on only where all of it is the same."""
    made_with = {
        "biaodan": __version__,
        "form": spec.form.id,
        "schema": _digest(spec.form.schema),
        "policy": _digest(spec.policy),
        "templates": _digest([(str(p.name), p.read_bytes().hex()) for f in spec.folders for p in _templates(f)]),
        "theme": spec.theme.digest[:16],
        "profile": _digest(spec.profile),
        "--format": list(spec.formats),
        "--lang": spec.lang,
        "--mask": spec.mask,
        "--set": _digest(_overrides(plan, spec)),
        "--pdf-engine": spec.writing.engine or next(iter(ENGINES)),
        "--pdf-standard": spec.writing.standard or STANDARDS[0],
        "--template": spec.own.digest if spec.own else None,
        "--name": plan.pattern.text,
        "--duplicates": duplicates,
    }
    return {"made_with": made_with, "source": {"name": source, "records": plan.records, "sha256": plan.digest}}


def _overrides(plan: Plan, spec: BatchSpec) -> dict[str, Any]:
    """Return the values that every record gets, as far as the documents show them."""
    return plan.contents.shown(spec.overrides) if plan.contents.hides else dict(spec.overrides)


def _templates(folder: Any) -> list[Any]:
    return sorted(p for p in folder.rglob("*") if p.suffix in _TEMPLATES and p.is_file())


_TEMPLATES = {".html", ".toml", ".css", ".typ"}


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return a value of a policy as JSON has it."""
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value) if f.name != "source"}
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)


def has_other_source(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a run has another source than the one that is to go on."""
    of_source = {key: known.get("source", {}).get(key) for key in ("records", "sha256")}
    return of_source != {key: wanted["source"][key] for key in of_source}


def refuse_other(known: Mapping[str, Any], wanted: Mapping[str, Any], *, renews: bool = False) -> None:
    """Raise UsageError (E-resume-other) that names everything in which a run isn't the one that is to go on.

    `renews`: its source may have changed.
    """
    before, now = known.get("made_with", {}), wanted["made_with"]
    differ = [name for name in now if before.get(name) != now[name]]
    if not renews and has_other_source(known, wanted):
        differ.append("SOURCE")
    if differ:
        raise fail(UsageError, "E-resume-other", Place(), differ=differ)


__all__ = ["Outcome", "Run", "has_other_source", "header", "refuse_other"]

"""What a worker does: makes and stores the documents of some records. A warm process keeps what its tasks share."""

import hashlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import parent_process
from pathlib import Path

from generator.api import Job, to_bytes
from generator.batch.manifest import Result, Stored
from generator.batch.plan import Entry
from generator.batch.store import Store, open_store, place_of
from generator.catalogue import Form
from generator.errors import Fault, Place, RecordError, WriteError
from generator.rules import Policy
from generator.wording import DEFAULT_LANG, Lang


@dataclass(frozen=True)
class Order:
    """What all tasks of a run share. It travels to workers as a pickle."""

    form: Form
    policy: Policy
    out: str
    formats: tuple[str, ...]
    lang: Lang = DEFAULT_LANG
    mask: bool | None = None
    given: Mapping[str, str] | None = None
    folders: tuple[Path, ...] = ()
    engine: str = ""
    standard: str = ""

    def packed(self) -> bytes:
        """Return the order as workers take it."""
        return pickle.dumps(self)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a task's records, and the worker's resident memory in bytes."""

    results: tuple[Result, ...]
    memory: int = 0


class Workshop:
    """A job, with the place that its files go to."""

    def __init__(self, order: Order, store: Store | None = None) -> None:
        self.order = order
        self.job = Job(
            order.form, order.lang, order.policy, order.mask, folders=order.folders, given=dict(order.given or {})
        )
        self.store = store or open_store(order.out)
        self.suffix = "" if order.lang == DEFAULT_LANG else f".{order.lang}"

    def names(self, stem: str) -> list[str]:
        """Return the names of a record's files, one a format."""
        return [f"{stem}{self.suffix}.{format}" for format in self.order.formats]

    def make(self, entry: Entry) -> Result:
        """Return what became of a record; its files are stored, all of them or none.

        Raises WriteError (E-write) where the place can't take them: then the run ends, for the next would fail as well.
        """
        if entry.faults:
            return Result(entry.n, faults=entry.faults)
        try:
            files, warnings = self._files(entry)
        except (RecordError, WriteError) as error:
            return Result(entry.n, faults=_at(error.faults, entry.place))
        try:
            self.store.put(files)
        except OSError as error:
            raise place_of(error, self.store.name) from None
        stored = tuple(Stored(name, len(c), hashlib.sha256(c).hexdigest()) for name, c in files)
        return Result(entry.n, stored, warnings=_at(warnings, entry.place))

    def _files(self, entry: Entry) -> tuple[list[tuple[str, bytes]], list[Fault]]:
        """Return the contents of a record's files by name, and the warnings about it."""
        self.job.faults.clear()
        self.job.table_warnings.clear()
        source = self.job.source(entry.raw, entry.place.file)
        made = next(iter(self.job.documents(source)), None)
        if made is None or self.job.faults:
            raise RecordError(self.job.faults)
        order, document = self.order, made.document
        contents = [to_bytes(document, format, order.engine, order.standard) for format in order.formats]
        return list(zip(self.names(entry.stem), contents, strict=True)), [*made.warnings, *self.job.table_warnings]


def _at(faults: Iterable[Fault], place: Place) -> tuple[Fault, ...]:
    return tuple(fault.at(file=place.file, row=place.row) for fault in faults)


@lru_cache(maxsize=2)
def _workshop(packed: bytes) -> Workshop:
    return Workshop(pickle.loads(packed))  # noqa: S301  # our own process has packed it


def work(packed: bytes, entries: Sequence[Entry]) -> Report:
    """Make the documents of some records; `packed` is an `Order`.

    Raises BiaodanError where not a record but the run is at fault: a template, a missing font, a full disk.
    """
    with _BENCH:
        workshop = _workshop(packed)
        return Report(tuple(workshop.make(entry) for entry in entries), resident())


_BENCH = threading.Lock()
"""A worker of many threads, as those of clusters may be, does one task at a time: engines aren't made for more."""


def start(packed: bytes) -> None:
    """Prepare a process of ours for its tasks: interrupts are its parent's, and it ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _workshop(packed)


def _end_with(parent: object) -> None:
    parent.join()  # type: ignore[attr-defined]
    os._exit(1)


def resident() -> int:
    """Return the resident memory of this process in bytes, or the most it ever was where the system tells no more."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024

"""What a worker does: makes and stores the documents of some records. A warm process keeps what its tasks share."""

import hashlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import parent_process
from pathlib import Path
from typing import TypeVar

from generator import unfinished
from generator.api import to_bytes
from generator.batch.clock import time_limit
from generator.batch.manifest import RecordResult, StoredFile
from generator.batch.plan import PlannedRecord
from generator.batch.store import Store, open_store, reported
from generator.catalogue import Form
from generator.document import Document
from generator.errors import Fault, Place, RecordError, faults_of
from generator.job import Job
from generator.numbers import Numbers
from generator.profile import Profile, shipped_profile
from generator.records.bounds import bounds
from generator.records.reading import Reading
from generator.rules import Policy
from generator.tagged import Own
from generator.theme import Theme, shipped_theme
from generator.wording import DEFAULT_LANG, Lang
from generator.writers import WritingOptions

Made = TypeVar("Made")


@dataclass(frozen=True)
class BatchSpec:
    """What all tasks of a run share. It travels to workers as a pickle."""

    form: Form
    policy: Policy
    out: str
    formats: tuple[str, ...]
    lang: Lang = DEFAULT_LANG
    mask: bool | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()
    writing: WritingOptions = WritingOptions()
    theme: Theme = field(default_factory=shipped_theme)
    profile: Profile = field(default_factory=shipped_profile)
    pictures: tuple[str, ...] = ()
    numbers: Numbers | None = None
    own: Own | None = None

    def job(self) -> Job:
        """Return the job that makes the documents."""
        return Job(
            self.form,
            self.lang,
            self.policy,
            self.mask,
            folders=self.folders,
            overrides=self.overrides,
            theme=self.theme,
            profile=self.profile,
            reading=Reading(pictures=self.pictures),
            numbers=self.numbers,
            own=self.own,
        )

    def packed(self) -> bytes:
        """Return the specification as workers take it."""
        return pickle.dumps(self)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What became of a task's records, and the worker's resident memory in bytes."""

    records: tuple[RecordResult, ...]
    memory: int = 0


class DocumentMaker:
    """A job, with the place that its files go to."""

    def __init__(self, spec: BatchSpec, store: Store | None = None, *, may_die: bool = False) -> None:
        self.may_die = may_die
        self.spec, self.job = spec, spec.job()
        self.store = store or open_store(spec.out)
        self.suffix = "" if spec.lang == DEFAULT_LANG else f".{spec.lang}"

    def names(self, stem: str) -> list[str]:
        """Return the names of a record's files, one a format."""
        return [f"{stem}{self.suffix}.{format}" for format in self.spec.formats]

    def make(self, entry: PlannedRecord) -> RecordResult:
        """Return what became of a record; its files are stored, all of them or none.

        Raises `place_error` where the place can't take them: then the run ends, for the next would fail as well.
        """
        if not entry.faults and entry.known and [file.file for file in entry.known] == self.names(entry.stem):
            return RecordResult(entry.n, entry.known)
        found = self._limited(entry, self._files)
        if isinstance(found, RecordResult):
            return found
        files, warnings = found
        with reported(self.store.name):
            self.store.put(files)
        stored = tuple(StoredFile(name, len(c), hashlib.sha256(c).hexdigest()) for name, c in files)
        return RecordResult(entry.n, stored, warnings=_at(warnings, entry.place))

    def judged(self, entry: PlannedRecord) -> RecordResult:
        """Return what would become of a record: the names of its files, or its faults; nothing is stored."""
        found = self._limited(entry, self._composed)
        if isinstance(found, RecordResult):
            return found
        files = tuple(StoredFile(name, 0, "") for name in self.names(entry.stem))
        return RecordResult(entry.n, files, warnings=_at(found[1], entry.place))

    def _limited(self, entry: PlannedRecord, do: Callable[[PlannedRecord], Made]) -> Made | RecordResult:
        """Return what is made of a record within its time, or the result that it is faulty."""
        if entry.faults:
            return RecordResult(entry.n, faults=entry.faults)
        try:
            with time_limit(bounds().document, entry.place, may_die=self.may_die):
                return do(entry)
        except BaseException as error:  # whatever is raised for one record is that record's fault
            return RecordResult(entry.n, faults=faults_of(error, entry.place))

    def _files(self, entry: PlannedRecord) -> tuple[list[tuple[str, bytes]], Sequence[Fault]]:
        """Return the contents of a record's files by name, and the warnings about it.

        Raises RecordError with its faults.
        """
        document, warnings = self._composed(entry)
        contents = [to_bytes(document, format, self.spec.writing) for format in self.spec.formats]
        return list(zip(self.names(entry.stem), contents, strict=True)), warnings

    def _composed(self, entry: PlannedRecord) -> tuple[Document, Sequence[Fault]]:
        """Return a record's document and the warnings about it; raises RecordError with its faults."""
        source = self.job.source(entry.raw, entry.place.file)
        composed = next(iter(self.job.documents(source)))
        if composed.document is None:
            raise RecordError(composed.faults)
        return composed.document, composed.warnings


def _at(faults: Iterable[Fault], place: Place) -> tuple[Fault, ...]:
    return tuple(fault.at(file=place.file, row=place.row) for fault in faults)


@lru_cache(maxsize=2)
def _maker(packed: bytes, folder: str) -> DocumentMaker:
    """Return what makes the documents of a run in a working folder, which its places may lie in."""
    return DocumentMaker(pickle.loads(packed), may_die=_is_worker)  # noqa: S301  # our own process has packed it


_is_worker = False
"""Whether this process was started to make documents, and may end over one."""


def run_task(packed: bytes, entries: Sequence[PlannedRecord]) -> TaskResult:
    """Make the documents of some records; `packed` is a `BatchSpec`.

    Raises BiaodanError where not a record but the run is at fault: a template, a missing font, a full disk.
    """
    with _ONE_AT_A_TIME:
        maker = _maker(packed, os.getcwd())  # noqa: PTH109
        return TaskResult(tuple(maker.make(entry) for entry in entries), resident())


_ONE_AT_A_TIME = threading.Lock()
"""A worker of many threads, as those of clusters may be, does one task at a time: engines aren't made for more."""


def start_worker(packed: bytes, office: str = "") -> None:
    """Prepare a process of ours for its tasks: interrupts are its parent's, and it ends when its parent does.

    `office`: where its parent's LibreOffice does documents, if it is to be asked.
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: _end(128 + number))
    global _is_worker
    _is_worker = True
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if office:
        from generator.tagged.office import use

        use(office)
    _maker(packed, os.getcwd())  # noqa: PTH109


def _end_with(parent: object) -> None:
    parent.join()  # type: ignore[attr-defined]
    _end(1)


def _end(code: int) -> None:
    """End this process, which leaves nothing half-written."""
    unfinished.abandon()
    os._exit(code)


def resident() -> int:
    """Return the resident memory of this process in bytes, or the most it ever was where the system tells no more."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024

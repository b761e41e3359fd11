"""Foreign files read in a process of their own, under limits: what a file does to its reader, it does to that alone.

The process is started at the first file and reads all that follow. It is asked for rows, a block at a time, and has the
next block ready meanwhile.
"""

import atexit
import os
import select
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from generator.errors import BiaodanError, Fault, Place, RecordError, fail
from generator.records.bounds import Bounds, bounds
from generator.records.foreign_reader import Readable, be_reader, put, take
from generator.records.item import RawRecord, SourceItem

if TYPE_CHECKING:
    import subprocess

_CLOCK = 10
"""Times the computing time that the clock may run until an answer comes: the machine may have other work."""


class ForeignSource:
    """A source whose file is read elsewhere; `source` says how, and has read nothing yet."""

    def __init__(self, source: Readable, path: Path) -> None:
        self.source, self.path = source, path

    @cached_property
    def head(self) -> RawRecord:
        """Return what stands beside the rows."""
        found: RawRecord = _process(self).ask("head", self)
        return found

    @property
    def warnings(self) -> Sequence[Fault]:
        """Return what is to be told of the file, once it has been read."""
        found: Sequence[Fault] = _process(self).ask("warnings", self)
        return found

    @cached_property
    def columns(self) -> Sequence[str] | None:
        """Return the names of the columns; None where the format has none."""
        found: Sequence[str] | None = _process(self).ask("columns", self)
        return found

    def __iter__(self) -> Iterator[SourceItem]:
        process = _process(self)
        number = process.ask("begin", self)
        try:
            while block := process.ask("next", self, number):
                yield from block
        finally:
            process.drop(number)

    def __getstate__(self) -> dict[str, Any]:
        return {"source": self.source, "path": self.path}


_running: list["_Process"] = []


def _process(first: ForeignSource) -> "_Process":
    """Return the process that reads, started with its first source where there is none."""
    if _running and (_running[0].owner != os.getpid() or _running[0].limits != bounds()):
        _end()
    if not _running:
        _running.append(_Process(first, bounds()))
    return _running[0]


@atexit.register
def _end() -> None:
    while _running:
        _running.pop().close()


class _Process:
    """The process that reads, as its parent sees it."""

    def __init__(self, first: ForeignSource, limits: Bounds) -> None:
        self.owner, self.limits = os.getpid(), limits
        self.known: dict[int, ForeignSource] = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._to: IO[bytes]
        self._from: IO[bytes]
        if _may_fork():
            self.known[0] = first
            self._fork(first)
        else:
            self._spawn()

    def _fork(self, first: ForeignSource) -> None:
        asked, asking = os.pipe()
        answering, answer = os.pipe()
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError, ValueError):
                stream.flush()
        self._pid = os.fork()
        if not self._pid:
            be_reader(asked, answer, {0: first}, self.limits)
        os.close(asked)
        os.close(answer)
        self._to, self._from = os.fdopen(asking, "wb"), os.fdopen(answering, "rb")

    def _spawn(self) -> None:
        import subprocess

        code = f"from generator.records.foreign_reader import serve; serve({self.limits!r})"
        command = [sys.executable, "-c", f"from generator.records.bounds import Bounds; {code}"]
        place = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
        self._child = subprocess.Popen(  # noqa: S603  # our own interpreter and code
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": place},
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._to, self._from = self._child.stdin, self._child.stdout

    def ask(self, what: str, source: ForeignSource, number: int = 0) -> Any:
        """Return the answer to a question.

        Raises what reading the file raised, RecordError (E-read-memory, E-read-time, E-read-died) where the process
        ended over it.
        """
        place = Place(source.path.name)
        try:
            put(self._to, (what, *self._named(source), number))
            self._wait(place)
            answer = take(self._from)
        except (OSError, EOFError):
            raise self._ended(place) from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _named(self, source: ForeignSource) -> tuple[int, ForeignSource | None]:
        """Return a source's number, and the source itself where the process doesn't know it yet."""
        for name, known in self.known.items():
            if known is source:
                return name, None
        self.known[len(self.known)] = source
        return len(self.known) - 1, source

    def _wait(self, place: Place) -> None:
        seconds = _CLOCK * self.limits.seconds
        if sys.platform != "win32" and not select.select([self._from], [], [], seconds)[0]:
            self.kill()
            raise fail(RecordError, "E-read-time", place, seconds=seconds)

    def drop(self, number: int) -> None:
        """Give up a reading that is under way; the process may have ended with everything else."""
        with suppress(OSError, EOFError, BiaodanError, ValueError):
            put(self._to, ("drop", 0, None, number))
            take(self._from)

    def _ended(self, place: Place) -> RecordError:
        """Return the error of a process that ended instead of answering."""
        code = self.close()
        if code == -getattr(signal, "SIGXCPU", 0):
            return fail(RecordError, "E-read-time", place, seconds=self.limits.seconds)
        if code in (-signal.SIGABRT, -getattr(signal, "SIGKILL", 9)):
            return fail(RecordError, "E-read-memory", place, limit=self.limits.memory)
        return fail(RecordError, "E-read-died", place)

    def kill(self) -> None:
        """End the process at once."""
        if self._child is not None:
            self._child.kill()
        elif self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self.close()

    def close(self) -> int:
        """Let the process end, and return how it did."""
        with suppress(ValueError):
            _running.remove(self)
        for stream in (self._to, self._from):
            with suppress(OSError):
                stream.close()
        if self._child is not None:
            return self._child.wait()
        if self._pid and self.owner == os.getpid():
            self._pid, pid = 0, self._pid
            with suppress(ChildProcessError):
                return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return 0


def _may_fork() -> bool:
    """Tell whether this process has one thread only: then a copy of it can do whatever it could."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False

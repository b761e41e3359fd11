"""Foreign files read in a process of their own, under limits: what a file does to its reader, it does to that alone.

The process is started at the first file and reads all that follow. It is asked for rows, a block at a time, and has the
next block ready meanwhile.
"""

import atexit
import os
import pickle
import select
import signal
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, Protocol

from generator.errors import BiaodanError, Fault, Place, RecordError, fail, is_unforeseen
from generator.records.bounds import Bounds, bounds
from generator.records.item import RawRecord, SourceItem

if TYPE_CHECKING:
    import subprocess

_BLOCK = 200
"""Items of a block."""

_LARGEST_BLOCK = 4 << 20
_ROOM = 64 << 10
"""Bytes that packing may add to a record's texts."""

_LENGTH = struct.Struct("<Q")
_CLOCK = 10
"""Times the computing time that the clock may run until an answer comes: the machine may have other work."""


class Readable(Protocol):
    """A source of records as its format's reader has it."""

    head: RawRecord

    def __iter__(self) -> Iterator[SourceItem]: ...


class ForeignSource:
    """A source whose file is read elsewhere; `source` says how, and has read nothing yet."""

    def __init__(self, source: Readable, path: Path) -> None:
        self.source, self.path, self.head = source, path, source.head

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
        return {"source": self.source, "path": self.path, "head": self.head}


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
            _be_reader(asked, answer, {0: first}, self.limits)
        os.close(asked)
        os.close(answer)
        self._to, self._from = os.fdopen(asking, "wb"), os.fdopen(answering, "rb")

    def _spawn(self) -> None:
        import subprocess

        code = f"from generator.records.foreign import serve; serve({self.limits!r})"
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
            _put(self._to, (what, *self._named(source), number))
            self._wait(place)
            answer = _take(self._from)
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
        """Give up a reading that is under way."""
        with suppress(OSError, BiaodanError, ValueError):
            _put(self._to, ("drop", 0, None, number))
            _take(self._from)

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


# --- in the process that reads ---


def serve(limits: Bounds) -> NoReturn:
    """Answer what comes on standard input, until it ends."""
    _be_reader(os.dup(0), os.dup(1), {}, limits)


def _be_reader(asked: int, answer: int, known: dict[int, ForeignSource], limits: Bounds) -> NoReturn:
    """Answer questions, and end this process without a trace of what it was copied from."""
    code = 1
    try:
        _settle(asked, answer)
        _limit_memory(limits)
        _Reader(os.fdopen(asked, "rb"), os.fdopen(answer, "wb"), known, limits).answer_all()
        code = 0
    except BaseException:  # noqa: S110  # nobody is left to be told
        pass
    os._exit(code)


def _settle(asked: int, answer: int) -> None:
    """Let go of all that was inherited, and leave interrupts to the parent."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    first = 3
    for kept in sorted({asked, answer}):
        os.closerange(first, kept)
        first = kept + 1
    os.closerange(first, _HANDLES)


_HANDLES = 4096


def _limit_memory(limits: Bounds) -> None:
    """Let this process take so much more memory than it has, where the system knows such a limit."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        now = next(
            int(line.split()[1]) << 10
            for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines()
            if line.startswith("VmData:")
        )
        resource.setrlimit(resource.RLIMIT_DATA, (now + (limits.memory << 20),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(limits: Bounds) -> None:
    """Let this process compute so many seconds more."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + limits.seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


class _Reader:
    """Answers questions about sources."""

    def __init__(self, asked: IO[bytes], answer: IO[bytes], known: dict[int, ForeignSource], limits: Bounds) -> None:
        self.asked, self.answer, self.known, self.limits = asked, answer, known, limits
        self.readings: dict[int, Iterator[bytes]] = {}
        self.ready: dict[int, bytes] = {}
        self.count = 0

    def answer_all(self) -> None:
        """Answer until nobody asks any more."""
        while True:
            try:
                what, name, source, number = _take(self.asked)
            except EOFError:
                return
            if source is not None:
                self.known[name] = source
            _limit_time(self.limits)
            _put_bytes(self.answer, self.answered(what, name, number))
            if what == "next" and number in self.readings:
                self.ready[number] = self.block(number, name)

    def answered(self, what: str, name: int, number: int) -> bytes:
        if what == "next":
            return self.ready.pop(number, None) or self.block(number, name)
        try:
            return pickle.dumps(getattr(self, what)(name, number))
        except BaseException as error:
            return pickle.dumps(self.error(error, name))

    def columns(self, name: int, number: int) -> Sequence[str] | None:
        found = getattr(self.known[name].source, "columns", None)
        return None if found is None else list(found)

    def begin(self, name: int, number: int) -> int:
        self.count += 1
        self.readings[self.count] = _blocks(self.known[name].source, self.limits)
        return self.count

    def drop(self, name: int, number: int) -> None:
        self.readings.pop(number, None)
        self.ready.pop(number, None)

    def block(self, number: int, name: int) -> bytes:
        """Return the next block of a reading, or what was raised instead; an empty one at its end."""
        try:
            made = next(self.readings[number], None)
        except BaseException as error:
            self.readings.pop(number)
            return pickle.dumps(self.error(error, name))
        if made is None:
            self.readings.pop(number)
        return made or pickle.dumps([])

    def error(self, error: BaseException, name: int) -> BaseException:
        """Return what to raise in the parent: nothing of a library that it may not know, or that holds a value."""
        place = Place(self.known[name].path.name)
        if isinstance(error, BiaodanError):
            return error
        if isinstance(error, (MemoryError, RecursionError)):
            return fail(RecordError, "E-read-memory", place, limit=self.limits.memory)
        if isinstance(error, OSError):
            return fail(RecordError, "E-file-read", place, why=error.strerror or "?")
        if not is_unforeseen(error):
            raise error
        return fail(RecordError, "E-read-died", place)


def _blocks(source: Readable, limits: Bounds) -> Iterator[bytes]:
    """Yield the items of a source in blocks, pickled; what was read before an error comes before it."""
    block: list[SourceItem] = []
    size, failure = _BLOCK, None
    try:
        for item in source:
            block.append(item)
            if len(block) >= size:
                made = _packed(block, limits)
                if len(made) > _LARGEST_BLOCK:
                    size = max(1, size * _LARGEST_BLOCK // (2 * len(made)))
                block = []
                yield made
    except BaseException as error:
        failure = error
    if block:
        yield _packed(block, limits)
    if failure is not None:
        raise failure


def _packed(block: list[SourceItem], limits: Bounds) -> bytes:
    made = pickle.dumps(block, pickle.HIGHEST_PROTOCOL)
    if len(made) <= _most(limits):
        return made
    return pickle.dumps([_bounded(item, limits) for item in block], pickle.HIGHEST_PROTOCOL)


def _most(limits: Bounds) -> int:
    return (limits.record << 20) + _ROOM


def _bounded(item: SourceItem, limits: Bounds) -> SourceItem:
    """Return a record, or that it is too large to be one."""
    if isinstance(item, RecordError) or len(pickle.dumps(item[0])) <= _most(limits):
        return item
    return RecordError(Fault("E-record-large", item[1], {"limit": limits.record}))


def _put(stream: IO[bytes], content: object) -> None:
    _put_bytes(stream, pickle.dumps(content, pickle.HIGHEST_PROTOCOL))


def _put_bytes(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def _take(stream: IO[bytes]) -> Any:
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        raise EOFError
    content = stream.read(_LENGTH.unpack(length)[0])
    return pickle.loads(content)  # noqa: S301  # our own process has packed it

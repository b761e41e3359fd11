"""The process that reads foreign files: it may take so much memory and time, and answers questions about sources."""

import os
import pickle
import signal
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, Protocol

from generator.errors import BiaodanError, Fault, Place, RecordError, fail, is_unforeseen
from generator.records.bounds import Bounds
from generator.records.item import RawRecord, SourceItem

if TYPE_CHECKING:
    from generator.records.foreign import ForeignSource

_BLOCK = 200
"""Items of a block."""

_LARGEST_BLOCK = 4 << 20
_ROOM = 64 << 10
"""Bytes that packing may add to a record's texts."""

_LENGTH = struct.Struct("<Q")


class Readable(Protocol):
    """A source of records as its format's reader has it."""

    @property
    def head(self) -> RawRecord: ...

    def __iter__(self) -> Iterator[SourceItem]: ...


def serve(limits: Bounds) -> NoReturn:
    """Answer what comes on standard input, until it ends."""
    be_reader(os.dup(0), os.dup(1), {}, limits)


def be_reader(asked: int, answer: int, known: dict[int, "ForeignSource"], limits: Bounds) -> NoReturn:
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

    def __init__(self, asked: IO[bytes], answer: IO[bytes], known: dict[int, "ForeignSource"], limits: Bounds) -> None:
        self.asked, self.answer, self.known, self.limits = asked, answer, known, limits
        self.readings: dict[int, Iterator[bytes]] = {}
        self.ready: dict[int, bytes] = {}
        self.count = 0

    def answer_all(self) -> None:
        """Answer until nobody asks any more."""
        while True:
            try:
                what, name, source, number = take(self.asked)
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

    def head(self, name: int, number: int) -> object:
        return self.known[name].source.head

    def warnings(self, name: int, number: int) -> list[object]:
        return list(getattr(self.known[name].source, "warnings", ()))

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
    """Return a record, or that it is too large to be one; what stood there is then left out of a faulty one."""
    if isinstance(item, RecordError):
        return item if len(pickle.dumps(item)) <= _most(limits) else RecordError(item.faults)
    if len(pickle.dumps(item[0])) <= _most(limits):
        return item
    return RecordError(Fault("E-record-large", item[1], {"limit": limits.record}))


def put(stream: IO[bytes], content: object) -> None:
    """Send a question or answer."""
    _put_bytes(stream, pickle.dumps(content, pickle.HIGHEST_PROTOCOL))


def _put_bytes(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def take(stream: IO[bytes]) -> Any:
    """Return what comes next; raises EOFError where nothing does any more."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        raise EOFError
    content = stream.read(_LENGTH.unpack(length)[0])
    return pickle.loads(content)  # noqa: S301  # our own process has packed it

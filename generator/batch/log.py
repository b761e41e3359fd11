"""A file of lines that only grows, held by one run at a time: a local file under a lock, or objects at a URL."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

from generator.batch.store import Folder, ObjectStore, Store
from generator.errors import Place, UsageError, fail
from generator.held import open_held, open_unlinked
from generator.unfinished import started


class Log(Protocol):
    """Lines that survive the run that wrote them."""

    pause: float
    """Seconds to gather lines before they are appended."""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines with their ends; the last may lack its end."""

    def cut(self, length: int) -> None:
        """Keep that many bytes."""

    def append(self, lines: bytes) -> None:
        """Append lines, durably."""

    def close(self) -> None:
        """Leave the log to the next run; an empty one is removed."""


def open_log(store: Store, name: str, *, locked: bool = False) -> Log:
    """Return the log of that name in a store.

    Raises UsageError (E-batch-locked) where another run holds it.
    """
    if isinstance(store, Folder):
        return FileLog(store.path / name, locked=locked)
    assert isinstance(store, ObjectStore)
    return ObjectLog(store, name, locked=locked)


class FileLog:
    """A local file. Its lock is the system's: it ends with the process that holds it, however that ends."""

    pause = 0.0

    def __init__(self, path: Path, *, locked: bool) -> None:
        self.path, self._locked = path, locked
        self._file: IO[bytes] | None = None
        if locked:
            self._opened()
        elif path.is_symlink():
            raise fail(UsageError, "E-link", Place(path.name))

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            how = os.O_RDWR | os.O_CREAT | os.O_APPEND
            self._file = open_held(self.path) if self._locked else open_unlinked(self.path, how)
            if self._file is None:
                raise fail(UsageError, "E-batch-locked", Place(str(self.path.parent)))
        return self._file

    def lines(self) -> Iterator[bytes]:
        """Yield the lines with their ends."""
        if self._file is None and not self.path.exists():
            return
        file = self._opened()
        file.seek(0)
        for line in file:  # noqa: UP028  # `yield from` would close the file where the reader stops early
            yield line

    def cut(self, length: int) -> None:
        """Keep that many bytes."""
        if self._file is None and not self.path.exists():
            return
        self._opened().truncate(length)

    def append(self, lines: bytes) -> None:
        """Append lines and flush them to the disk."""
        file = self._opened()
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())

    def close(self) -> None:
        """Leave the log; an empty one is removed."""
        if self._file is None:
            return
        with suppress(OSError):
            if not os.fstat(self._file.fileno()).st_size:
                self.path.unlink(missing_ok=True)
        with suppress(OSError):  # what couldn't be appended can't be now; that was told
            self._file.close()


class ObjectLog:
    """Objects can't grow: pieces are stored one by one, and put together when the run ends."""

    pause = 2.0

    def __init__(self, store: ObjectStore, name: str, *, locked: bool) -> None:
        self.store, self.name, self._locked = store, name, locked
        if locked:
            self._take_lock()
        self._last = max((int(piece.rpartition(".")[2]) for piece in self._pieces()), default=0)

    def _take_lock(self) -> None:
        owner = json.dumps(_owner()).encode()
        if not self.store.create(_LOCK, owner):
            if not _is_dead(self.store.read(_LOCK) or b""):
                raise fail(UsageError, "E-batch-lock-file", Place(self.store.name), name=_LOCK)
            self.store.put([(_LOCK, owner)])

    def _pieces(self) -> list[str]:
        return [name for name in self.store.every_name() if name.startswith(f".{self.name}.")]

    def _parts(self) -> list[str]:
        names = self.store.every_name()
        return [name for name in names if name == self.name] + self._pieces()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines with their ends."""
        for part in self._parts():
            yield from (self.store.read(part) or b"").splitlines(keepends=True)

    def cut(self, length: int) -> None:
        """Keep that many bytes, in one piece."""
        self._join(length)

    def append(self, lines: bytes) -> None:
        """Store lines as one more piece."""
        self._last += 1
        self.store.put([(f".{self.name}.{self._last:08}", lines)])

    def _join(self, length: int | None = None) -> None:
        parts = self._parts()
        if parts == [self.name] and length is None:
            return
        whole = b"".join(self.store.read(part) or b"" for part in parts)[:length]
        if whole:
            self.store.put([(self.name, whole)])
        self.store.remove(part for part in parts if part != self.name or not whole)

    def close(self) -> None:
        """Put the pieces together and give up the lock."""
        self._join()
        if self._locked:
            self.store.remove([_LOCK])


_LOCK = ".lock"


def _owner() -> dict[str, Any]:
    return {"host": socket.gethostname(), "pid": os.getpid(), "started": started(os.getpid())}


def _is_dead(lock: bytes) -> bool:
    """Tell whether the run that left a lock has ended: only one of this machine can be known to."""
    try:
        owner = json.loads(lock)
        if owner["host"] != socket.gethostname() or not Path("/proc/self/stat").exists():
            return False
        return bool(owner["pid"] != os.getpid() and started(owner["pid"]) != owner["started"])
    except (ValueError, KeyError, TypeError):
        return True

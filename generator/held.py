"""Files that one process holds at a time: never reached by a link, and under the system's lock, which ends with it."""

import errno
import hashlib
import io
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from generator.errors import Place, UsageError, WriteError, fail
from generator.files import make_folder, remove_empty

PATIENCE = 10.0
"""Seconds to wait for a file that another process works on: each is done with it in a second or so."""

_GLANCE = 0.05

_WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What the system says of a disk that has no locks."""


def open_unlinked(path: Path, flags: int) -> io.BufferedRandom | io.BufferedReader:
    """Return a file opened for bytes, by flags of the system.

    Raises UsageError (E-link) where a link stands in its place, or to be written a second name of a file; OSError as
    `open`.
    """
    refused = fail(UsageError, "E-link", Place(path.name))
    if path.is_symlink():
        raise refused
    binary = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | binary, 0o666)
    try:
        found = os.fstat(handle)
    except BaseException:
        os.close(handle)
        raise
    if not stat.S_ISREG(found.st_mode) or (flags != os.O_RDONLY and found.st_nlink > 1):
        os.close(handle)
        raise refused
    return os.fdopen(handle, "rb") if flags == os.O_RDONLY else os.fdopen(handle, "a+b")


def open_held(path: Path) -> IO[bytes] | None:
    """Return a file that grows, under its lock; None where another process has it.

    Raises UsageError (E-link) and OSError as `open_unlinked`, OSError where the disk has no locks.
    """
    while True:
        file = open_unlinked(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            if not _lock(file):
                file.close()
                return None
            if _stands_at(file, path):
                return file
        except BaseException:
            file.close()
            raise
        file.close()  # whoever had it has removed it: the name is free, or another file's


def _stands_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))  # noqa: PTH116
    except FileNotFoundError:
        return False


def _lock(file: IO[bytes]) -> bool:
    """Take the lock of a file; False where another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_BEYOND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


_BEYOND = 1 << 30
"""Place of the locked byte on Windows, where a lock on what is written would keep readers out."""


@contextmanager
def holding(path: Path, code: str) -> Iterator[None]:
    """Keep others who ask for it from a file while it is read and replaced: a file beside it is locked meanwhile.

    Raises UsageError (of the code) where another process doesn't let go of it in time, WriteError (E-write) where its
    folder takes no files.
    """
    lock, made = _beside(path), list[Path]()
    try:
        try:
            made = make_folder(path.parent)
            file = _awaited(lock)
        except OSError as error:
            raise fail(WriteError, "E-write", Place(str(path)), why=error.strerror or type(error).__name__) from None
        if file is None:
            raise fail(UsageError, code, Place(path.name))
        try:
            yield
        finally:
            _let_go(file, lock)
    finally:
        remove_empty(made)


def _let_go(file: IO[bytes], lock: Path) -> None:
    """Remove a lock while it is held, so that nobody comes to hold what has no name any more, and give it up."""
    with suppress(OSError):
        lock.unlink()
    with suppress(OSError):
        file.close()


def _beside(path: Path) -> Path:
    """Return the lock's place, whose name is short whatever the file's is."""
    return path.with_name(f".biaodan-{hashlib.sha256(path.name.casefold().encode()).hexdigest()[:16]}.lock")


def _awaited(lock: Path) -> IO[bytes] | None:
    """Return the lock's file, once nobody else has it; None where that takes too long."""
    end = time.monotonic() + PATIENCE
    while True:
        file = _held_or_new(lock)
        if file is not None or time.monotonic() > end:
            return file
        time.sleep(_GLANCE)


def _held_or_new(lock: Path) -> IO[bytes] | None:
    """Return the lock's file as `open_held`, or without a lock on a disk that has none; leave none behind in vain."""
    is_new = not lock.exists()
    try:
        return open_held(lock)
    except OSError as error:
        if error.errno in _WITHOUT_LOCKS:
            return open_unlinked(lock, os.O_RDWR | os.O_CREAT)
        if is_new:
            with suppress(OSError):
                lock.unlink()
        raise

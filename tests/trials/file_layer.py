"""A file layer with a fault in it: calls that reach the system below a folder are counted, and the n-th of them fails.

What stands between is real: Python's buffers and text layers lie over a raw file whose calls are counted, so that a
write that takes half of what it is given is met as it would be on a disk. Libraries in C (SQLite, the engines) go by.
"""

import builtins
import ctypes
import errno
import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from generator.batch import store

NEEDS_ROOM = {"create", "write", "mkdir", "link", "fsync", "sync"}
"""Calls that a disk without room fails; it still moves, cuts and removes."""

PLAIN = ("stat", "lstat", "scandir", "listdir", "mkdir", "rmdir", "unlink", "remove", "replace", "rename", "link")
"""Functions of `os` that are told of a path first."""


@dataclass
class Layer:
    """The calls below a folder. `at`: the call that fails, from 1; 0 for none. `lasting`: so do later ones of need."""

    root: Path
    at: int = 0
    error: int = errno.ENOSPC
    lasting: bool = False
    short: bool = False
    """Writes take half before they fail."""

    calls: list[str] = field(default_factory=list)
    failed: str = ""
    """The call that failed first."""

    handles: dict[int, str] = field(default_factory=dict)

    def concerns(self, path: Any) -> bool:
        """Tell whether a path or handle lies below the folder."""
        if isinstance(path, int):
            return path in self.handles
        try:
            return os.path.abspath(os.fsdecode(path)).startswith(str(self.root))  # noqa: PTH100  # links aren't followed
        except (TypeError, ValueError):
            return False

    def call(self, kind: str, path: Any) -> None:
        """Take note of a call; raises OSError where it is the one to fail."""
        if not self.concerns(path):
            return
        name = self.handles[path] if isinstance(path, int) else os.fsdecode(path)
        self.calls.append(f"{kind} {Path(name).suffix or 'folder'}")
        if self._fails(kind):
            self.failed = self.failed or self.calls[-1]
            raise OSError(self.error, os.strerror(self.error), None if isinstance(path, int) else name)

    def _fails(self, kind: str) -> bool:
        number = len(self.calls)
        return number == self.at or bool(self.lasting and 0 < self.at < number and kind in NEEDS_ROOM)

    def will_fail(self) -> bool:
        """Tell whether the next call is the first to fail."""
        return len(self.calls) + 1 == self.at


def _raw_of(layer: Layer) -> type[io.FileIO]:
    class Raw(io.FileIO):
        """A file whose calls are counted."""

        def write(self, content: Any, /) -> int:
            if layer.short and layer.will_fail() and layer.concerns(self.fileno()) and len(content) > 1:
                layer.at += 1  # half of it is taken; the rest fails
                layer.calls.append("write half")
                return super().write(bytes(content)[: len(content) // 2]) or 0
            layer.call("write", self.fileno())
            return super().write(content) or 0

        def readinto(self, buffer: Any, /) -> int:
            layer.call("read", self.fileno())
            return super().readinto(buffer) or 0

        def readall(self) -> bytes:
            layer.call("read", self.fileno())
            return super().readall() or b""

        def truncate(self, size: int | None = None, /) -> int:
            layer.call("truncate", self.fileno())
            return super().truncate(size)

        def close(self) -> None:
            if self.closed:
                return
            number = self.fileno()
            try:
                layer.call("close", number)
            finally:
                layer.handles.pop(number, None)
                super().close()

    return Raw


_OPEN = io.open


def _open_of(layer: Layer) -> Callable[..., Any]:
    raw_type = _raw_of(layer)

    def opened(file: Any, mode: str = "r", buffering: int = -1, *text: Any, **more: Any) -> Any:
        if not layer.concerns(file):
            return _OPEN(file, mode, buffering, *text, **more)
        if not isinstance(file, int):
            layer.call("open" if "r" in mode and "+" not in mode else "create", file)
        raw = raw_type(
            file, mode.replace("b", "").replace("t", ""), more.pop("closefd", True), more.pop("opener", None)
        )
        layer.handles[raw.fileno()] = layer.handles.get(raw.fileno()) or os.fsdecode(file)
        return _buffered(raw, mode, text, more)

    return opened


def _buffered(raw: io.FileIO, mode: str, text: tuple[Any, ...], more: dict[str, Any]) -> Any:
    if "+" in mode:
        buffered: Any = io.BufferedRandom(raw)  # type: ignore[arg-type]
    else:
        buffered = io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, *text, **more)


def _of_path(layer: Layer, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def called(path: Any, *rest: Any, **more: Any) -> Any:
        if more.get("dir_fd") is None:
            layer.call(kind, path)
        return real(path, *rest, **more)

    return called


def _os_open(layer: Layer, real: Callable[..., int]) -> Callable[..., int]:
    def opened(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        layer.call("create" if flags & os.O_CREAT else "open", path)
        handle = real(path, flags, *rest, **more)
        if layer.concerns(path):
            layer.handles[handle] = os.fsdecode(path)
        return handle

    return opened


def _os_close(layer: Layer, real: Callable[[int], None]) -> Callable[[int], None]:
    def closed(handle: int) -> None:
        try:
            layer.call("close", handle)
        finally:
            layer.handles.pop(handle, None)
            real(handle)

    return closed


def _of_handle(layer: Layer, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def called(file: Any, *rest: Any) -> Any:
        layer.call(kind, file if isinstance(file, int) else file.fileno())
        return real(file, *rest)

    return called


def _syncfs(layer: Layer) -> Callable[[], Callable[[int], int]]:
    def flushed(handle: int) -> int:
        try:
            layer.call("sync", handle)
        except OSError as error:
            ctypes.set_errno(error.errno or 0)
            return -1
        return 0

    return lambda: flushed


@contextmanager
def installed(layer: Layer) -> Iterator[Layer]:
    """Let every call of this process go by a layer."""
    opened = _open_of(layer)
    replaced: list[tuple[Any, str, Any]] = [(os, name, _of_path(layer, name, getattr(os, name))) for name in PLAIN]
    replaced += [(os, "open", _os_open(layer, os.open)), (os, "close", _os_close(layer, os.close))]
    replaced += [(os, name, _of_handle(layer, name, getattr(os, name))) for name in ("fsync", "fstat")]
    replaced += [(fcntl, "flock", _of_handle(layer, "flock", fcntl.flock)), (store, "_syncfs", _syncfs(layer))]
    replaced += [(builtins, "open", opened), (io, "open", opened)]
    patches = [patch.object(owner, name, new) for owner, name, new in replaced]
    for one in patches:
        one.start()
    try:
        yield layer
    finally:
        for one in reversed(patches):
            one.stop()

"""Where a run's files go: a folder of this machine, or any place that fsspec reaches (s3://…, memory://)."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Protocol

from generator.errors import MachineError, Place, UsageError, WriteError, fail
from generator.files import TEMPORARY, place_together


class Store(Protocol):
    """A folder of files that appear whole or not at all. Names are relative and may hold `/`."""

    name: str
    is_private: bool
    """Whether only this process sees what is stored."""

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Store files that belong together, over those that are there."""

    def flush(self) -> None:
        """Make durable what was stored."""

    def is_whole(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether a file is there as it was written."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, where they are there."""

    def names(self) -> list[str]:
        """Return what stands in the folder itself, but for hidden names."""

    def clean(self) -> None:
        """Remove what a run that was killed has left half-written."""

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where it isn't there."""


def open_store(out: str) -> Store:
    """Return the store of a folder or URL.

    Raises UsageError (E-out-url), MachineError (E-extra) where fsspec lacks what the URL needs.
    """
    scheme, mark, rest = out.partition("://")
    if not mark:
        return Folder(Path(out))
    if scheme in ("file", "local"):
        return Folder(Path(rest))
    return ObjectStore(out)


class Folder:
    """A folder of a file system, this machine's or one that machines share."""

    is_private = False

    def __init__(self, path: Path) -> None:
        self.path, self.name = path.resolve(), str(path)

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Store files beside their places, then move them there; they become durable with `flush`."""
        place_together([(self.path / name, content) for name, content in files], flush=not hasattr(os, "sync"))

    def flush(self) -> None:
        """Make everything that was stored durable, in one go."""
        flush_file_system(self.path)

    def is_whole(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether a file is there as it was written."""
        try:
            with (self.path / name).open("rb") as file:
                return (
                    os.fstat(file.fileno()).st_size == size
                    and hashlib.file_digest(file, "sha256").hexdigest() == sha256
                )
        except OSError:
            return False

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, where they are there."""
        for name in names:
            with suppress(OSError):
                (self.path / name).unlink()

    def names(self) -> list[str]:
        """Return what stands in the folder itself, but for hidden names."""
        try:
            return sorted(entry.name for entry in os.scandir(self.path) if not entry.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise fail(WriteError, "E-write", Place(self.name), why=error.strerror or "?") from None

    def clean(self) -> None:
        """Remove what a run that was killed has left half-written."""
        for folder, _, files in os.walk(self.path):
            for name in files:
                if TEMPORARY.fullmatch(name):
                    with suppress(OSError):
                        Path(folder, name).unlink()

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where it isn't there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None


class ObjectStore:
    """A place that fsspec reaches; an object appears there whole, and durable, once it is written."""

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self.fs, root = fsspec.url_to_fs(url)
        except ImportError:
            what = url.partition("://")[0]
            raise fail(MachineError, "E-extra", Place(what), extra=what) from None
        except (ValueError, TypeError):
            raise fail(UsageError, "E-out-url", Place(url.partition("://")[0])) from None
        self.root = root.rstrip("/")
        self.name = f"{url.partition('://')[0]}://{self.root.lstrip('/')}"
        self.is_private = url.startswith("memory:")
        self._sizes: dict[str, int] | None = None

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Store files over those that are there."""
        for name, content in files:
            self.fs.pipe_file(self._path(name), content)

    def flush(self) -> None:
        """Nothing is left to do: an object is durable once it is written."""

    def is_whole(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether an object is there as it was written; its content is read where the size is right."""
        if self._sizes is None:
            found = self.fs.find(self.root, detail=True)
            self._sizes = {path: details.get("size", -1) for path, details in found.items()}
        path = self._path(name)
        known = {path, path.lstrip("/")} & self._sizes.keys()
        if not any(self._sizes[p] == size for p in known):
            return False
        return hashlib.sha256(self.fs.cat_file(path)).hexdigest() == sha256

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects, where they are there."""
        for name in names:
            with suppress(FileNotFoundError):
                self.fs.rm_file(self._path(name))

    def names(self) -> list[str]:
        """Return what stands in the folder itself, but for hidden names."""
        self.fs.invalidate_cache()
        try:
            found = self.fs.ls(self.root, detail=False)
        except FileNotFoundError:
            return []
        return sorted(n for path in found if not (n := path.rstrip("/").rpartition("/")[2]).startswith(".") and n)

    def clean(self) -> None:
        """Nothing is half-written here."""

    def read(self, name: str) -> bytes | None:
        """Return an object's content; None where it isn't there."""
        try:
            return bytes(self.fs.cat_file(self._path(name)))
        except FileNotFoundError:
            return None


@cache
def _syncfs() -> Callable[[int], int] | None:
    """Return the system's call that flushes one file system (Linux), if there is one."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        call: Callable[[int], int] = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None
    return call


def flush_file_system(folder: Path) -> None:
    """Make durable what was written below a folder: one flush for any number of files.

    Raises OSError where the disk can't take it.
    """
    call = _syncfs()
    if call is None:
        if hasattr(os, "sync"):
            os.sync()
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if call(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)


def place_of(error: BaseException, store: str) -> WriteError:
    """Return the error of a store that can't take a file."""
    why = getattr(error, "strerror", None) or type(error).__name__
    return fail(WriteError, "E-write", Place(store), why=why)

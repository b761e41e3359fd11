"""Where a run's files go: a folder of this machine, or any place that fsspec reaches (s3://…, memory://)."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path, PurePath
from typing import Protocol

from generator.errors import MachineError, Place, UsageError, fail
from generator.files import place_together
from generator.held import open_unlinked
from generator.refusals import place_error
from generator.unfinished import remove_left


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
        self.path, self.name = Path(os.path.realpath(path)), str(path)  # links that lead round don't stop it

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Store files beside their places, then move them there; they become durable with `flush`."""
        places = [(self._place(name), content) for name, content in files]
        place_together(places, flush=not hasattr(os, "sync"))

    def _place(self, name: str) -> Path:
        """Return where a file lies below the folder.

        Raises UsageError (E-link) where a link would lead out of it.
        """
        if "/" in name and not self._is_below(name):
            raise fail(UsageError, "E-link", Place(self.name))
        return self.path / name

    def _is_below(self, name: str) -> bool:
        """Tell whether a name is that of a place below the folder, with no link on the way."""
        parts = PurePath(name).parts
        if ".." in parts or PurePath(name).is_absolute():
            return False
        return not any(self.path.joinpath(*parts[:n]).is_symlink() for n in range(1, len(parts)))

    def flush(self) -> None:
        """Make everything that was stored durable, in one go."""
        flush_file_system(self.path)

    def is_whole(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether a file is there as it was written."""
        try:
            with open_unlinked(self._place(name), os.O_RDONLY) as file:
                return (
                    os.fstat(file.fileno()).st_size == size
                    and hashlib.file_digest(file, "sha256").hexdigest() == sha256
                )
        except (OSError, UsageError):
            return False

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, where they are there."""
        for name in names:
            with suppress(OSError, UsageError):
                self._place(name).unlink()

    def names(self) -> list[str]:
        """Return what stands in the folder itself, but for hidden names."""
        try:
            return sorted(entry.name for entry in os.scandir(self.path) if not entry.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise place_error(error, self.name) from None

    def clean(self) -> None:
        """Remove what a run that was killed has left half-written."""
        for folder, _, _ in os.walk(self.path):
            remove_left(Path(folder))

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None where it isn't there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None


class ObjectStore:
    """A place that fsspec reaches; an object appears there whole, and durable, once it is written.

    What its libraries raise besides OSError is turned into one, so that it is told like that of a disk.
    """

    def __init__(self, url: str) -> None:
        import fsspec

        scheme = url.partition("://")[0]
        try:
            self.fs, root = fsspec.url_to_fs(url)
        except ImportError:
            raise fail(MachineError, "E-extra", Place(scheme), extra=scheme) from None
        except (ValueError, TypeError):
            raise fail(UsageError, "E-out-url", Place(scheme)) from None
        self.root = root.rstrip("/")
        self.name = f"{scheme}://{self.root.lstrip('/')}"
        self.is_private = scheme == "memory"
        self._sizes: dict[str, int] | None = None

    def path(self, name: str) -> str:
        """Return the path of an object as fsspec has it."""
        return f"{self.root}/{name}"

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Store files over those that are there."""
        with os_errors():
            for name, content in files:
                self.fs.pipe_file(self.path(name), content)

    def create(self, name: str, content: bytes) -> bool:
        """Store an object where there is none; False where there is one."""
        with os_errors():
            try:
                self.fs.pipe_file(self.path(name), content, mode="create")
            except FileExistsError:
                return False
        return True

    def flush(self) -> None:
        """Nothing is left to do: an object is durable once it is written."""

    def is_whole(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether an object is there as it was written; its content is read where the size is right."""
        if self._sizes is None:
            with os_errors():
                found = self.fs.find(self.root, detail=True)
            self._sizes = {path.lstrip("/"): details.get("size", -1) for path, details in found.items()}
        if self._sizes.get(self.path(name).lstrip("/")) != size:
            return False
        return hashlib.sha256(self.read(name) or b"").hexdigest() == sha256

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects, where they are there."""
        with os_errors():
            for name in names:
                with suppress(FileNotFoundError):
                    self.fs.rm_file(self.path(name))

    def names(self) -> list[str]:
        """Return what stands in the folder itself, but for hidden names."""
        return [name for name in self.every_name() if not name.startswith(".")]

    def every_name(self) -> list[str]:
        """Return what stands in the folder itself."""
        with os_errors():
            self.fs.invalidate_cache()
            try:
                found = self.fs.ls(self.root, detail=False)
            except FileNotFoundError:
                return []
        return sorted(name for path in found if (name := path.rstrip("/").rpartition("/")[2]))

    def clean(self) -> None:
        """Nothing is half-written here."""

    def read(self, name: str) -> bytes | None:
        """Return an object's content; None where it isn't there."""
        with os_errors():
            try:
                return bytes(self.fs.cat_file(self.path(name)))
            except FileNotFoundError:
                return None


@contextmanager
def os_errors() -> Iterator[None]:
    """Raise OSError for whatever a remote place's libraries raise."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # each library has errors of its own
        raise OSError(errno.EIO, type(error).__name__) from None


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


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Tell of what the system refuses at a place as `place_error` does."""
    try:
        yield
    except (OSError, UnicodeEncodeError) as error:
        raise place_error(error, name) from None

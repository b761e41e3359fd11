"""Files that appear whole or not at all: written beside their place, flushed, then moved there in one step."""

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from generator import unfinished
from generator.errors import BiaodanError, Fault, Place, UsageError, fail
from generator.refusals import place_error, read_error

MAX_NAME_BYTES = 200
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+')


def safe_name(text: str) -> str:
    """Return `text` as a file name that every system takes: no path, no reserved name, at most 200 bytes of UTF-8."""
    name = _UNSAFE.sub("_", unicodedata.normalize("NFKC", text))
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .-")
    if not name or _RESERVED.match(name):
        name = f"_{name}"
    while len(name.encode()) > MAX_NAME_BYTES - 40:
        name = name[:-1]
    return name.rstrip(" .")


def require_file(name: str | Path) -> Path:
    """Return the path of a file that is there and can be read to its end.

    Raises UsageError: E-file-missing, E-file-kind for a folder, pipe or device, E-file-read where the system doesn't
    say.
    """
    path, place = Path(name), Place(str(name))
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise fail(UsageError, "E-file-missing", place) from None
    except OSError as error:
        raise fail(UsageError, "E-file-read", place, why=error.strerror or "?") from None
    if not stat.S_ISREG(mode):
        raise fail(UsageError, "E-file-kind", place)
    return path


Write = Callable[[BinaryIO], None]


def write_to(path: Path, write: Write, *, replace: bool) -> None:
    """Let `write` fill a file that appears whole or not at all; raises as `write_together`."""
    write_together([(path, write)], replace=replace)


def write_together(files: Sequence[tuple[Path, Write]], *, replace: bool) -> None:
    """Fill temporary files beside their places, then move all of them there; when one fails, none appears.

    Raises UsageError (E-exists) unless `replace`, `place_error` where a place can't take its file. Folders that
    were made for the files are removed again when it fails.
    """
    if not replace:
        refuse_existing(path for path, _ in files)
    made: list[Path] = []
    waiting: list[Waiting] = []
    path = Path()
    try:
        for path, write in files:
            made += make_folder(path.parent)
            unfinished.sweep(path.parent)
            handle, temporary = _begun(path.parent)
            waiting.append((temporary, path))
            _fill(handle, temporary, write)
        _move(waiting, replace=replace)
    except BaseException as error:
        _undo(temporary for temporary, _ in waiting)
        remove_empty(made)
        if isinstance(error, _Taken):
            raise UsageError(Fault("E-exists", Place(error.path))) from None
        if isinstance(error, (OSError, UnicodeEncodeError)):
            raise place_error(error, str(path)) from None
        raise
    for folder in {path.parent for path, _ in files}:
        _flush_folder(folder)


Waiting = tuple[str, Path]
"""A file that is written, and its place."""


def _move(waiting: Sequence[Waiting], *, replace: bool) -> None:
    """Move files to their places, all or none: what stood there is kept until the last has been moved.

    Raises FileExistsError where something has come to stand in a place, unless `replace`.
    """
    moved: list[tuple[Path, str]] = []
    try:
        for temporary, path in waiting:
            moved.append((path, _kept(path) if replace and len(waiting) > 1 else ""))
            if replace:
                os.replace(temporary, path)  # noqa: PTH105  # plain names: this runs for every document of a batch
                unfinished.end(temporary)
            else:
                _place_new(temporary, path)
    except BaseException:
        _move_back(moved, {path for temporary, path in waiting if _has_moved(temporary, path)})
        raise
    _undo(kept for _, kept in moved if kept)


class _Taken(FileExistsError):
    """Something has come to stand in a file's place since it was looked at."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EEXIST, os.strerror(errno.EEXIST))
        self.path = str(path)


def _place_new(temporary: str, path: Path) -> None:
    """Move a file to its place in one step that fails where something has come to stand there meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise _Taken(path) from None
    except (OSError, NotImplementedError):  # a disk without second names
        if _stands(path):
            raise _Taken(path) from None
        os.replace(temporary, path)  # noqa: PTH105
        unfinished.end(temporary)
    else:
        _undo([temporary])


def _stands(path: Path) -> bool:
    """Tell whether something stands in a place; raises OSError where the system can't tell."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _has_moved(temporary: str, path: Path) -> bool:
    """Tell whether a file stands in its place, by whichever step."""
    try:
        return os.path.samestat(os.lstat(temporary), os.lstat(path))
    except FileNotFoundError:
        with suppress(BiaodanError):
            return not is_there(Path(temporary))
    except OSError:
        pass
    return False


def _kept(path: Path) -> str:
    """Return a second name for what stands in a place, no folder; nothing where nothing does."""
    try:
        there = os.lstat(path)
    except FileNotFoundError:
        return ""
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    kept = unfinished.begin(str(path.parent))
    try:
        os.link(path, kept, follow_symlinks=False)
    except (OSError, NotImplementedError):
        os.replace(path, kept)  # noqa: PTH105  # a disk without second names
    return kept


def _move_back(moved: Sequence[tuple[Path, str]], placed: set[Path]) -> None:
    """Put back what stood in places, and empty those where nothing did."""
    for path, kept in moved:
        with suppress(OSError):
            if path in placed:
                os.replace(kept, path) if kept else path.unlink()  # noqa: PTH105
                unfinished.end(kept)
            elif kept:
                _undo([kept])


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and return those that had to be made for it, the innermost first."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _fill(handle: int, name: str, write: Write) -> None:
    """Write a file, which has its name for those that open it once more, and make it durable."""
    with open(name, "w+b", opener=lambda *_: handle) as file:
        write(file)
        file.flush()
        os.fsync(handle)


def _undo(temporaries: Iterable[str]) -> None:
    for temporary in temporaries:
        try:
            os.unlink(temporary)  # noqa: PTH108
        except FileNotFoundError:
            unfinished.end(temporary)
        except OSError:
            continue  # it is tried again when the command ends
        else:
            unfinished.end(temporary)


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders in which nothing stands."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def write_whole(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write `content` so that the file appears whole or not at all; raises as `write_to`."""
    write_to(path, lambda file: _put(file, content), replace=replace)


def place_together(files: Sequence[tuple[Path, bytes]], *, flush: bool) -> None:
    """Write contents beside their places, then move all of them there, over what is there.

    Without `flush` they are left to be made durable by whoever writes many. Raises OSError, and then none of them has
    appeared.
    """
    waiting: list[Waiting] = []
    try:
        for path, content in files:
            handle, temporary = _begun(path.parent)
            waiting.append((temporary, path))
            with open(handle, "wb") as file:  # noqa: PTH123  # a handle, not a path
                file.write(content)
                if flush:
                    file.flush()
                    os.fsync(handle)
        _move(waiting, replace=True)
    except BaseException:
        _undo(temporary for temporary, _ in waiting)
        raise


def _begun(folder: Path) -> tuple[int, str]:
    """Return a new temporary file of a folder, open for writing, with the permissions that a new file has."""
    name = unfinished.begin(str(folder))
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return _opened(name, flags, folder), name
    except BaseException:
        _undo([name])
        raise


def _opened(name: str, flags: int, folder: Path) -> int:
    try:
        return os.open(name, flags, 0o666)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(name, flags, 0o666)


def _put(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _flush_folder(folder: Path) -> None:
    """Make the folder's entry durable, where the system can open folders."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_there(path: Path) -> bool:
    """Tell whether anything has this name, be it a link that leads nowhere.

    Raises RecordError (E-file-read) where the system doesn't say: what may be there is not to be written over.
    """
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file has such a name; writing it says so
            return False
        raise read_error(error, str(path)) from None


def refuse_existing(paths: Iterable[Path]) -> None:
    """Raise UsageError (E-exists) that names every one of the files that is there already."""
    there = [path for path in paths if is_there(path)]
    if there:
        raise UsageError(Fault("E-exists", Place(str(path))) for path in there)

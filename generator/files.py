"""Files that appear whole or not at all: written beside their place, flushed, then moved there in one step."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from generator.errors import Place, UsageError, WriteError, fail

MAX_NAME_BYTES = 200
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+')


def safe_name(text: str) -> str:
    """Return `text` as a file name that every system takes: no path, no reserved name, at most 200 bytes of UTF-8."""
    name = _UNSAFE.sub("_", unicodedata.normalize("NFKC", text))
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .-")
    if not name or _RESERVED.match(name):
        name = f"_{name}"
    while len(name.encode()) > MAX_NAME_BYTES - 40:
        name = name[:-1]
    return name.rstrip(" .")


def write_to(path: Path, write: Callable[[BinaryIO], None], *, replace: bool) -> None:
    """Let `write` fill a temporary file in the folder of `path`, then move it there; nothing is left when it fails.

    Raises UsageError (E-exists) unless `replace`, WriteError (E-write) where the place can't take the file.
    """
    if not replace and (path.exists() or path.is_symlink()):
        raise fail(UsageError, "E-exists", Place(str(path)))
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".biaodan-", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
        temporary = ""
        _flush_folder(path.parent)
    except OSError as error:
        raise fail(WriteError, "E-write", Place(str(path)), why=error.strerror or type(error).__name__) from None
    finally:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()


def write_whole(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write `content` so that the file appears whole or not at all; raises as `write_to`."""
    write_to(path, lambda file: _put(file, content), replace=replace)


def _put(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def _flush_folder(folder: Path) -> None:
    """Make the folder's entry durable, where the system can open folders."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refuse_existing(paths: Iterable[Path]) -> None:
    """Raise UsageError (E-exists) that names every one of the files that is there already."""
    there = [path for path in paths if path.exists() or path.is_symlink()]
    if there:
        from generator.errors import Fault

        raise UsageError(Fault("E-exists", Place(str(path))) for path in there)

"""Files that are being written: their names tell whose they are, so that those that nobody writes any more can go."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

TEMPORARY = re.compile(r"\.biaodan-(?:([0-9a-f]{8})_([0-9]+)_([0-9]+)_)?\w+\.part")
"""Names of files that are being written: the machine, the process and its start where they are known, and chance."""

PATIENCE = 3600
"""Seconds after which a file that isn't written to is given up, where its writer can't be known to live."""

_ours: set[str] = set()
_swept: set[str] = set()


def begin(folder: str) -> str:
    """Return the path of a new file of this process in a folder."""
    path = f"{folder}/.biaodan-{_owner(os.getpid())}{os.urandom(8).hex()}.part"
    _ours.add(path)
    return path


def end(path: str) -> None:
    """Take note that a file of ours stands in its place, or is gone."""
    _ours.discard(path)


def abandon() -> None:
    """Remove every file that this process is writing: it is about to end."""
    while _ours:
        with suppress(OSError):
            os.unlink(_ours.pop())  # noqa: PTH108  # in the handler of a signal


def sweep(folder: Path) -> None:
    """Remove, once a process, what processes that are gone have left half-written in a folder."""
    if str(folder) not in _swept:
        _swept.add(str(folder))
        remove_left(folder)


def remove_left(folder: Path) -> None:
    """Remove what processes that are gone have left half-written in a folder; nothing of one that may live."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = entry.name.startswith(".biaodan-") and TEMPORARY.fullmatch(entry.name)
            if found and _is_left(entry, found):
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108  # as it was found


@contextmanager
def working_folder() -> Iterator[Path]:
    """Yield a temporary folder, which is gone afterwards; those that killed processes of this user left go as well."""
    import shutil

    folder = new_working_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_working_folder() -> Path:
    """Return a new temporary folder, which is the caller's to remove; those that killed processes left go."""
    import tempfile

    place = Path(tempfile.gettempdir())
    with suppress(OSError):
        for folder in place.glob("biaodan-*_*_*_*"):
            _remove_folder(folder)
    return Path(tempfile.mkdtemp(prefix=f"biaodan-{_owner(os.getpid())}"))


_FOLDER = re.compile(r"biaodan-([0-9a-f]{8})_([0-9]+)_([0-9]+)_\w+")


def _remove_folder(folder: Path) -> None:
    """Remove the working folder of a process of this machine and user that is gone."""
    import shutil

    found = _FOLDER.fullmatch(folder.name)
    with suppress(OSError):
        if found and found[1] == _machine() and started(int(found[2])) != found[3] and _is_own(folder):
            shutil.rmtree(folder)


def _is_own(folder: Path) -> bool:
    return folder.lstat().st_uid == os.geteuid()


def _is_left(entry: "os.DirEntry[str]", found: re.Match[str]) -> bool:
    """Tell whether nobody is writing a file any more: of another machine's, only its age can tell."""
    machine, pid, start = found.groups()
    if machine and machine == _machine():
        return started(int(pid)) != start
    with suppress(OSError):
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > PATIENCE
    return False


@cache
def _owner(pid: int) -> str:
    """Return how names tell of a process; nothing where the system doesn't say when it was started."""
    start = started(pid)
    return f"{_machine()}_{pid}_{start}_" if start and _machine() else ""


@cache
def _machine() -> str:
    """Return what tells the processes that this one can see: its host since it was started, its container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        seen = f"{os.uname().nodename} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""
    from hashlib import sha256

    return sha256(seen.encode()).hexdigest()[:8]


def started(pid: int) -> str:
    """Return when a process was started, as its system counts; empty where it doesn't say or there is none.

    One that has ended and that nobody has taken note of, as in containers without an init, is none any more.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return "" if told[0] in _ENDED else told[19]
    except (OSError, IndexError):
        return ""


_ENDED = ("Z", "X", "x")

"""The tray: files that were given and are being worked on, in a temporary folder until they are done with."""

import asyncio
import re
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from generator.desk.giving.listing import Listed
from generator.desk.giving.looking import Looked
from generator.desk.store import Store
from generator.errors import BiaodanError, Fault
from generator.files import safe_name
from generator.held import open_held

MOST_FILES = 100
"""Files of one person on the tray; beyond that the oldest go."""

MOST_BYTES = 1 << 30
"""Bytes of all files on the tray."""

SECONDS_KEPT = 3_600
"""Seconds after which a file that nobody works on is removed."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Signs that a name of a file may have, and that would steer whoever reads it."""

_STEM, _HELD = "given-", "held"


@dataclass(slots=True)
class Making:
    """Documents that are being made of a list: how many of how many are done, and whether that is over."""

    total: int
    formats: tuple[str, ...]
    done: int = 0
    failed: int = 0
    files: int = 0
    is_over: bool = False
    trouble: Fault | None = None
    task: "asyncio.Task[None] | None" = None


@dataclass(slots=True)
class Entry:
    """A file that was given, and what has become of it.

    `record`: the draft that was made of it, `known`: the record that was there already, `twin`: another record of the
    same number. Of a list: the form, sheet and year that were chosen, what was `said` of its columns; `same`,
    `differing`: rows that the desk has already, and those of which it has the number only; `took`: rows that were
    taken in.
    """

    id: str
    owner: str
    name: str
    path: Path
    at: float = field(default_factory=time.monotonic)
    looked: Looked = field(default_factory=Looked)
    listed: Listed | None = None
    form: str = ""
    sheet: str = ""
    year: int | None = None
    said: dict[str, str] = field(default_factory=dict)
    record: str = ""
    known: str = ""
    twin: str = ""
    same: int = 0
    differing: int = 0
    took: int | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    making: Making | None = None
    is_done: bool = False

    @property
    def is_locked(self) -> bool:
        """Tell whether the file waits for its password."""
        return self.looked.is_locked and not self.is_done

    @property
    def folder(self) -> Path:
        """Return the folder that is the file's own."""
        return self.path.parent


class Tray:
    """Files that were given to a desk, in memory by their ids, their bytes in a folder of the desk's data."""

    def __init__(self, store: Store) -> None:
        above = Path(str(store.engine.url.database)).parent if store.is_file else None
        if above is not None:
            _sweep(above)
        self.folder = Path(tempfile.mkdtemp(prefix=_STEM, dir=above))
        self._held = open_held(self.folder / _HELD)
        self.entries: dict[str, Entry] = {}

    def new(self, owner: str, name: str) -> Entry:
        """Return a new entry, with a folder of its own for the file."""
        self._sweep(owner, MOST_FILES - 1)
        called = _CONTROLS.sub("", name).replace("\\", "/").rpartition("/")[2][-200:]
        entry_id = secrets.token_hex(16)
        folder = self.folder / entry_id
        folder.mkdir(mode=0o700, parents=True)
        suffix = Path(called).suffix.lower()
        stem = safe_name(called[: len(called) - len(suffix)] if suffix else called)[:60]
        entry = Entry(entry_id, owner, called, folder / f"{stem}{safe_name(suffix[1:]) and suffix}")
        self.entries[entry_id] = entry
        return entry

    def entry(self, owner: str, name: str) -> Entry | None:
        """Return somebody's entry by its id."""
        found = self.entries.get(name)
        return found if found is not None and found.owner == owner else None

    def of(self, owner: str) -> list[Entry]:
        """Return somebody's entries, the last first."""
        self._sweep(owner, MOST_FILES)
        return [entry for entry in reversed(self.entries.values()) if entry.owner == owner]

    @property
    def is_full(self) -> bool:
        """Tell whether there is no room for another file."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) > MOST_BYTES

    def clear(self, entry: Entry) -> None:
        """Remove what is kept of a file that is done with; what is said of it stays."""
        entry.is_done = True
        shutil.rmtree(entry.folder, ignore_errors=True)

    def drop(self, entry: Entry) -> None:
        """Remove an entry."""
        if entry.making is not None and entry.making.task is not None:
            entry.making.task.cancel()
        self.entries.pop(entry.id, None)
        shutil.rmtree(entry.folder, ignore_errors=True)

    def close(self) -> None:
        """Remove everything."""
        for entry in list(self.entries.values()):
            self.drop(entry)
        if self._held is not None:
            self._held.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sweep(self, owner: str, most: int) -> None:
        now = time.monotonic()
        mine = [entry for entry in self.entries.values() if entry.owner == owner]
        old = [entry for entry in self.entries.values() if now - entry.at > SECONDS_KEPT and not _is_making(entry)]
        for entry in {entry.id: entry for entry in (*old, *mine[: max(0, len(mine) - most)])}.values():
            self.drop(entry)


def _is_making(entry: Entry) -> bool:
    return entry.making is not None and not entry.making.is_over


def _sweep(above: Path) -> None:
    """Remove what desks that ended suddenly have left behind: nobody holds it any more."""
    for left in above.glob(f"{_STEM}*"):
        with suppress(OSError, BiaodanError):
            held = open_held(left / _HELD)
            if held is not None:
                held.close()
                shutil.rmtree(left, ignore_errors=True)

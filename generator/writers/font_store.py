"""Fonts in the user's cache: each kept with its size and sum, verified once a process, made again where it doesn't fit.

The sum is CRC-32: it finds what goes wrong on disks at 3 GB/s, and fonts are large. The list of sums is itself sealed.
"""

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from generator.errors import BiaodanError, MachineError, fail
from generator.files import write_whole
from generator.prepared import read_sealed, write_sealed
from generator.unfinished import TEMPORARY
from generator.writers.font_making import FACES, Maker

_BLOCK = 1 << 18

Sum = list[int]
"""Bytes of a file, and their CRC-32."""

Stamp = tuple[int, int, int]
"""What tells that a file is still the one that was verified: its size, time of change, and number."""


class FontStore:
    """The folder of what `makers` make; several processes may mend it at the same time, for they make the same."""

    def __init__(self, folder: Path, makers: Mapping[str, Maker]) -> None:
        self.folder, self._makers = folder, makers
        self._index = folder / f"{folder.name}.kept"
        self._sums: dict[str, Sum] = {}
        self._verified: dict[str, Stamp] = {}
        self.mended = 0
        """How often something was made: who has read fonts before must read them again."""

    def prepare(self) -> None:
        """See to it that every file is there and has its size, and that nothing else lies among the fonts.

        Raises MachineError (E-cache) where that can't be, E-font-missing where there is nothing to make them from.
        """
        self._sums = self._known()
        self._mend([name for name in self._makers if not self._has_size(name)])
        try:
            self._remove_strays()
        except OSError as error:
            raise self._unusable(error.strerror or "?") from None

    def _remove_strays(self) -> None:
        """Remove what isn't ours from among the fonts: engines would read it too."""
        for path in (self.folder / FACES).iterdir():
            if f"{FACES}/{path.name}" not in self._makers and not TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def verify(self, names: Iterable[str]) -> None:
        """See to it that files are whole, by their sums; raises as `prepare`."""
        new = [name for name in names if name not in self._verified]
        self._mend([name for name in new if not self._is_whole(name)])

    def read(self, name: str) -> bytes:
        """Return the content of a file, which is made again where it isn't whole; raises as `prepare`."""
        for _ in range(2):
            with suppress(OSError):
                content = (self.folder / name).read_bytes()
                if _sum(content) == self._sums.get(name):
                    return content
            self._mend([name])
        raise self._unusable("?")

    def refuse_changed(self) -> None:
        """Raise MachineError (E-font-changed) where a file that was verified isn't there any more, or is another."""
        for name, stamp in list(self._verified.items()):
            if self._stamp(name) != stamp and not self._is_whole(name):
                del self._verified[name]
                raise fail(MachineError, "E-font-changed", folder=str(self.folder))

    # --- what is known ---

    def _known(self) -> dict[str, Sum]:
        kept = read_sealed(self._index)
        return {} if kept is None else json.loads(kept)

    def _stamp(self, name: str) -> Stamp | None:
        try:
            found = os.stat(self.folder / name)  # noqa: PTH116  # for every document of a batch
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns, found.st_ino

    def _has_size(self, name: str) -> bool:
        stamp = self._stamp(name)
        return stamp is not None and [stamp[0]] == self._sums.get(name, [])[:1]

    def _is_whole(self, name: str) -> bool:
        """Tell whether a file has its sum, and remember it."""
        stamp, path = self._stamp(name), self.folder / name
        try:
            whole = stamp is not None and path.is_file() and _sum_of_file(path) == self._sums.get(name)
        except OSError:
            whole = False
        if whole and stamp:
            self._verified[name] = stamp
        return whole

    # --- what is made ---

    def _mend(self, names: Iterable[str]) -> None:
        """Make files again, and write down their sums once all of them are there."""
        broken = list(names)
        if not broken:
            return
        try:
            for name in broken:
                self._make(name)
            write_sealed(self._index, json.dumps(self._sums).encode())
        except (OSError, BiaodanError) as error:
            if isinstance(error, MachineError):
                raise
            raise self._unusable(_why(error)) from None
        if not all(self._is_whole(name) for name in broken):
            raise self._unusable("?")
        self.mended += 1

    def _make(self, name: str) -> None:
        """Make a file; one that is the same already stays, for another process may be reading it."""
        self.verify(given for given in self._makers if name.endswith(".bin") and given.endswith(".ttf"))
        content = self._makers[name](self.folder)
        self._sums[name] = _sum(content)
        if not self._is_whole(name):
            write_whole(self.folder / name, content, replace=True)

    def _unusable(self, why: str) -> MachineError:
        return fail(MachineError, "E-cache", folder=str(self.folder), why=why)


def _why(error: OSError | BiaodanError) -> str:
    """Return what the system said: writing tells it as a fault."""
    if isinstance(error, BiaodanError):
        return str(error.faults[0].params.get("why", "?"))
    return error.strerror or "?"


def _sum(content: bytes) -> Sum:
    return [len(content), zlib.crc32(content)]


def _sum_of_file(path: Path) -> Sum:
    """Return a file's sum, read piece by piece into one buffer."""
    buffer, size, crc = bytearray(_BLOCK), 0, 0
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            size, crc = size + count, zlib.crc32(view[:count], crc)
    return [size, crc]

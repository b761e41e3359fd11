"""Things kept in order, to be read as often as wanted: in memory while they are few, in a temporary file when many.

The file has no name, so that nothing of it is left behind however the process ends.
"""

import pickle
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

Item = TypeVar("Item")

IN_MEMORY = 10_000
"""Items that are kept in memory."""

_BLOCK = 500
"""Items that are written at once; what they have in common is written once a block."""


class Spool(Generic[Item]):
    """A sequence that grows at its end, and is read from its beginning."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.count = 0
        self._kept: list[Item] = []
        self._pending: list[Item] = []
        self._file: IO[bytes] | None = None
        for item in items:
            self.append(item)

    def __len__(self) -> int:
        return self.count

    def append(self, item: Item) -> None:
        """Add an item at the end.

        Raises OSError where the temporary file can't grow.
        """
        self.count += 1
        if self.count <= IN_MEMORY:
            self._kept.append(item)
            return
        self._pending.append(item)
        if len(self._pending) == _BLOCK:
            self._write()

    def _write(self) -> None:
        if self._file is None:
            self._file = TemporaryFile(prefix="biaodan-")  # noqa: SIM115  # closed with the spool
        self._file.seek(0, 2)
        pickle.dump(self._pending, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._pending = []

    def __iter__(self) -> Iterator[Item]:
        yield from self._kept
        at = 0
        while (block := self._block(at)) is not None:
            items, at = block
            yield from items
        yield from self._pending

    def _block(self, at: int) -> tuple[list[Any], int] | None:
        """Return the block at a place of the file and the place behind it; None at the end."""
        if self._file is None:
            return None
        self._file.seek(at)
        try:
            items = pickle.load(self._file)  # noqa: S301  # our own process has written it
        except EOFError:
            return None
        return items, self._file.tell()

    def close(self) -> None:
        """Give up what is kept."""
        self._kept, self._pending = [], []
        if self._file is not None:
            self._file.close()
            self._file = None

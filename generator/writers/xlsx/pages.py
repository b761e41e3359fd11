"""How far the rows of a streamed sheet have come on their pages, so that what belongs together is kept so."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from generator.writers.paging import LEAST_FILL

_STEP = 0.2
_MOST, _MOST_BARE = 1.13, 1.35
"""Points between heights that are tried; how many times as high as usual empty rows are at most, to fill a page, and
where the last page would else be nearly empty.
"""

_FACTORS = tuple(1 + n / 25 for n in range(13))
"""How many times as high rows may be."""


@dataclass
class Page:
    """The page that rows are set on: its height and that of the head that each further one begins with, in points."""

    height: float
    head: float = 0.0
    used: float = 0.0
    breaks: list[int] = field(default_factory=list)
    last: deque[float] = field(default_factory=lambda: deque(maxlen=2))

    def add(self, height: float) -> None:
        """Take note of the next row, which begins a page where this one has no room for it."""
        self.used = self.used + height if self.used + height <= self.height else self.head + height
        self.last.append(height)

    def keep(self, height: float, row: int, with_rows: int = 0) -> None:
        """Break before what is so high after `row`, and before some rows above it, where this page has no room."""
        if self.used + height <= self.height:
            return
        above = list(self.last)[len(self.last) - with_rows :] if with_rows else []
        if self.head + sum(above) + height <= self.height:
            self.breaks.append(row - len(above))
            self.used = self.head + sum(above)

    def filled(self, count: int, least: float, usual: float, beneath: Sequence[float]) -> float:
        """Return the height of so many rows at which they take the fewest pages, and fill the last of them."""
        tried = [least + n * _STEP for n in range(int((usual * _MOST_BARE - least) / _STEP) + 1)]
        found = {height: self._end([height] * count, beneath) for height in tried}
        good = [height for height, end in found.items() if not self._is_bare(end)] or tried
        fewest = min(found[height].pages for height in good)
        best = [height for height in good if found[height].pages == fewest]
        return round(max([height for height in best if height <= usual * _MOST], default=best[0]), 1)

    def stretched(self, heights: Sequence[float], beneath: Sequence[float]) -> float:
        """Return how many times as high as it must be a row is, so that the last page isn't nearly empty."""
        for factor in _FACTORS:
            if not self._is_bare(self._end([height * factor for height in heights], beneath)):
                return factor
        return 1.0

    def _is_bare(self, end: "_End") -> bool:
        return end.pages > 1 and end.used < LEAST_FILL * self.height

    def _end(self, heights: Sequence[float], beneath: Sequence[float]) -> "_End":
        """Return on which page rows end with what stands beneath them, and what that page has of them."""
        pages, used = 1, self.used
        for height in chain(heights, beneath):
            used += height
            if used > self.height:
                pages, used = pages + 1, self.head + height
        return _End(pages, used)


class _End(NamedTuple):
    pages: int
    used: float

"""How far the rows of a streamed sheet have come on their pages, so that what belongs together is kept so."""

from collections import deque
from dataclasses import dataclass, field

_STEP = 0.2
_MOST = 1.13
"""Points between heights that are tried; how much higher than they must be rows are at most."""


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

    def filled(self, count: int, least: float, beneath: float) -> float:
        """Return the height at which so many rows take no more pages than they must, and fill the last of them."""
        fewest, best, tried = self._pages(count, least, beneath), least, least
        while tried <= least * _MOST:
            if self._pages(count, tried, beneath) > fewest:
                break
            best, tried = tried, tried + _STEP
        return round(best, 1)

    def _pages(self, count: int, height: float, beneath: float) -> int:
        pages, used = 1, self.used
        for _ in range(count):
            used += height
            if used > self.height:
                pages, used = pages + 1, self.head + height
        return pages + (used + beneath > self.height)

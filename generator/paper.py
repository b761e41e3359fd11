"""Paper: its sizes and which way it lies."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.units import Mm

SIZES: Mapping[str, tuple[Mm, Mm]] = {
    "A4": (Mm(210.0), Mm(297.0)),
    "A3": (Mm(297.0), Mm(420.0)),
    "Letter": (Mm(215.9), Mm(279.4)),
    "Legal": (Mm(215.9), Mm(355.6)),
    "Tabloid": (Mm(279.4), Mm(431.8)),
}
"""Width and height of upright paper by name (ISO 216, ANSI Y14.1)."""

_LARGE: Mapping[str, str] = {"A4": "A3", "Letter": "Tabloid", "Legal": "Tabloid"}
"""What takes the place of A3 where the usual paper is of that size."""


@dataclass(frozen=True, slots=True)
class Page:
    """The paper: size and orientation."""

    size: str = "A4"
    landscape: bool = False

    def on(self, usual: str) -> "Page":
        """Return the page on a desk's usual paper: forms on larger paper get what is larger there."""
        size = {"A4": usual, "A3": _LARGE.get(usual, usual)}.get(self.size, self.size)
        return self if size == self.size else Page(size, self.landscape)

    @property
    def width(self) -> Mm:
        """Return how wide the paper is as it lies."""
        return SIZES[self.size][1 if self.landscape else 0]

    @property
    def height(self) -> Mm:
        """Return how high the paper is as it lies."""
        return SIZES[self.size][0 if self.landscape else 1]

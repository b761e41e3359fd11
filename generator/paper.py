"""Paper: its sizes and which way it lies."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.units import Mm

SIZES: Mapping[str, tuple[Mm, Mm]] = {"A4": (Mm(210.0), Mm(297.0)), "A3": (Mm(297.0), Mm(420.0))}
"""Width and height of upright paper by name (ISO 216)."""


@dataclass(frozen=True, slots=True)
class Page:
    """The paper: size and orientation."""

    size: str = "A4"
    landscape: bool = False

    @property
    def width(self) -> Mm:
        """Return how wide the paper is as it lies."""
        return SIZES[self.size][1 if self.landscape else 0]

    @property
    def height(self) -> Mm:
        """Return how high the paper is as it lies."""
        return SIZES[self.size][0 if self.landscape else 1]

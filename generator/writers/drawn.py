"""Signatures drawn on screen, as large as they stand in a box and in a row of a table."""

from generator.document import Drawn
from generator.theme import Theme
from generator.units import Mm

_AROUND_ENTRY, _AROUND_CELL = 5.0, 3.2
"""Millimetres of a box and of a cell, side by side with what stands in it, that it doesn't take."""

_PLACE = 48.0
"""Millimetres that a signature is given in a place to sign."""

Size = tuple[Mm, Mm]
"""Width and height in millimetres."""


def in_box(drawn: Drawn, theme: Theme, across: float) -> Size:
    """Return how large a signature is in a box that is so many millimetres wide."""
    return _within(drawn, across - _AROUND_ENTRY, theme.write.drawn)


def in_place(drawn: Drawn, theme: Theme) -> Size:
    """Return how large a signature is in a place to sign."""
    return in_box(drawn, theme, _PLACE)


def in_row(drawn: Drawn, theme: Theme, across: float) -> Size:
    """Return how large a signature is in a cell of a table."""
    return _within(drawn, across - _AROUND_CELL, theme.write.drawn_row)


def _within(drawn: Drawn, across: float, down: float) -> Size:
    width, height = drawn.within(max(4.0, across), down)
    return Mm(width), Mm(height)

"""Lengths as types: millimetres for what stands on paper, points for type and rules (72 to the inch)."""

from typing import NewType

Mm = NewType("Mm", float)
"""Millimetres."""

Pt = NewType("Pt", float)
"""Points, 1/72 inch."""

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
MM_PER_POINT = MM_PER_INCH / POINTS_PER_INCH
POINTS_PER_MM = POINTS_PER_INCH / MM_PER_INCH

"""Fields packed into lines of the twelve-column grid."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar

from generator.catalogue.form import FieldSpec
from generator.compose.faces import Faces
from generator.document import GRID, Choice, Gap, Room, Use, gaps_of
from generator.text_measure import ems
from generator.theme import Theme
from generator.units import MM_PER_POINT

EMS_PER_COLUMN = 3.9
"""Characters of the entry's size that fit into one of the twelve columns of a portrait page."""

_TICK_EMS = 2.3
_BESIDE = 4.0
"""Millimetres left free at both sides of what is written in, so that nobody writes on a rule."""

Packed = TypeVar("Packed")


def room_of(faces: Faces, spec: FieldSpec, use: Use) -> Room:
    """Return the room that a field asks for, whose box is for a use."""
    face, pen = faces.of(spec), use is Use.PEN
    gaps = gaps_of(f"blank.{spec.kind}", faces.lang, faces.theme) if pen and not face.ticks else ()
    squares = spec.squares if pen else 0
    written = _written_width(faces.theme, gaps, squares) * GRID / faces.width
    span = max(_span(spec, face.choices if face.ticks else ()), ceil(written))
    return Room(use, min(GRID, span), spec.lines or spec.kind.lines, gaps, squares)


def _span(spec: FieldSpec, choices: Sequence[Choice]) -> int:
    given = round(spec.width) or spec.kind.span
    needed = sum(ems(f"{c.label} {c.note}".strip()) + _TICK_EMS for c in choices) / EMS_PER_COLUMN
    return max(given, ceil(needed))


def _written_width(theme: Theme, gaps: Sequence[Gap], squares: int) -> float:
    """Return the millimetres that gaps or squares take between the rules of their box; nothing where there are none."""
    if gaps:
        units = sum(ems(gap.before + gap.after) for gap in gaps) * theme.size.note * MM_PER_POINT
        return sum(gap.width for gap in gaps) + units + _BESIDE
    return squares * theme.write.square + _BESIDE if squares else 0.0


def pack(rooms: Iterable[Room]) -> tuple[tuple[Room, ...], ...]:
    """Return rooms packed into lines whose spans fill the grid, in their order."""
    lines: list[list[Room]] = [[]]
    for room in rooms:
        if sum(r.span for r in lines[-1]) + room.span > GRID:
            lines.append([])
        lines[-1].append(room)
    return tuple(_fill(line) for line in lines if line)


def _fill(line: Sequence[Room]) -> tuple[Room, ...]:
    """Stretch the spans of a line so that they fill the grid."""
    total = sum(room.span for room in line)
    if total == GRID:
        return tuple(line)
    edges = [round(sum(room.span for room in line[:n]) * GRID / total) for n in range(len(line) + 1)]
    return tuple(replace(room, span=edges[n + 1] - edges[n]) for n, room in enumerate(line))

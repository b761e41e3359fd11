"""Fields packed into lines of the twelve-column grid."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar

from generator.catalogue.form import FieldSpec
from generator.compose.faces import Faces
from generator.document import GRID, Choice, Room, Use
from generator.kinds import DATETIME
from generator.text_measure import ems

EMS_PER_COLUMN = 3.9
"""Characters of the entry's size that fit into one of the twelve columns of a portrait page."""

_TICK_EMS = 2.3
_DATE_SPAN = {False: 4, True: 3}
"""Columns that the units of a moment take on blank paper, upright or lying."""

Packed = TypeVar("Packed")


def room_of(faces: Faces, spec: FieldSpec) -> Room:
    """Return the room that a field asks for."""
    face = faces.of(spec)
    span = _span(faces, spec, face.choices if face.ticks else ())
    return Room(faces.use, span, spec.lines or spec.kind.lines)


def _span(faces: Faces, spec: FieldSpec, choices: Sequence[Choice]) -> int:
    given = round(spec.width) or spec.kind.span
    needed = sum(ems(f"{c.label} {c.note}".strip()) + _TICK_EMS for c in choices) / EMS_PER_COLUMN
    is_moment = faces.use is Use.PEN and spec.kind is DATETIME
    least = _DATE_SPAN[faces.form.page.landscape] if is_moment else 1
    return min(GRID, max(given, ceil(needed), least))


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

"""The head of a letter's first page: whose letter it is, and how that organisation is reached."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.document import Document, walk
from generator.document.columns import text_width
from generator.text_measure import ems
from generator.theme import LETTER
from generator.units import MM_PER_POINT, Mm
from generator.wording import phrase
from generator.writers.texts import texts_of

NAME_LINE, LINE = 1.3, 1.45
"""Heights of the lines of the name and beneath it, in sizes of their type."""

ABOVE_RULE, RULE = Mm(1.2), 0.75
"""Millimetres above the rule beneath it, and the points that this is thick."""

_SURE = 0.96
"""Share of a line that texts are set on, whose widths are known about."""


class Letterhead(NamedTuple):
    """The name of an organisation, and the lines of how it is reached."""

    name: str
    lines: tuple[str, ...]


def letterhead(document: Document) -> Letterhead | None:
    """Return the letterhead of a letter; of other paper, none."""
    if document.kind != LETTER:
        return None
    return Letterhead(document.office, tuple(_lines(document)))


def letterhead_height(document: Document) -> float:
    """Return how many millimetres a letterhead is high, without the gap beneath it; nothing without one."""
    head, size = letterhead(document), document.theme.size
    if head is None:
        return 0.0
    width, room = ems(head.name) * size.letterhead * MM_PER_POINT, text_width(document)
    points = max(1, -(-width // room)) * size.letterhead * NAME_LINE + len(head.lines) * size.label * LINE + RULE
    return points * MM_PER_POINT + ABOVE_RULE


def _lines(document: Document) -> Iterator[str]:
    """Yield all parts on one line where it holds them, else the address on one of its own."""
    em = document.theme.size.label * MM_PER_POINT
    room, between = text_width(document) * _SURE / em, " · " if document.lang == "en" else "　"
    line = ""
    parts = list(_parts(document))
    fits = ems(between.join(parts)) <= room
    for part in parts:
        alone = not fits and line == parts[0] and bool(document.profile.addresses)
        if line and (alone or ems(line + between + part) > room):
            yield line
            line = ""
        line = line + between + part if line else part
    if line:
        yield line


def _parts(document: Document) -> Iterator[str]:
    profile, lang = document.profile, document.lang
    given = {
        "address": profile.address(lang),
        "phone": profile.phone,
        "email": profile.email,
        "website": profile.website,
    }
    for name, text in given.items():
        if text:
            yield phrase(f"letterhead.{name}", lang).format(**{name: text})


def says_reference(document: Document) -> bool:
    """Tell whether a letter's own text says its number, so that nothing else need."""
    pieces = (piece for node in walk(document.blocks) for piece in texts_of(node, document.lang))
    return any(document.reference in piece.text for piece in pieces)

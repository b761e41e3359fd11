"""The head of a letter's first page: whose letter it is, and how that organisation is reached."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.document import Document, walk
from generator.document.columns import text_width
from generator.profile import Mark
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


_LOGO_WIDE, _LOGO_HIGH, _LOGO_GAP = 50.0, 14.0, 4.0
"""Millimetres that a logo is wide and high at most in a letterhead, and that are free between it and the words."""


class Logo(NamedTuple):
    """A logo at the left of words: its size, how far the words are moved right, and what is free above and below them,
    in millimetres.
    """

    mark: Mark
    width: Mm
    height: Mm
    indent: Mm
    above: float = 0.0


class Letterhead(NamedTuple):
    """The name of an organisation, the lines of how it is reached, and its logo beside them, if it has one."""

    name: str
    lines: tuple[str, ...]
    logo: Logo | None = None


def letterhead(document: Document) -> Letterhead | None:
    """Return the letterhead of a letter; of other paper, none."""
    if document.kind != LETTER:
        return None
    logo = _beside(document)
    lines = tuple(_lines(document, _room(document, logo)))
    if logo:
        high = _words_height(document, lines, _room(document, logo))
        logo = logo._replace(above=max(0.0, (logo.height - high) / 2))
    return Letterhead(document.office, lines, logo)


def _beside(document: Document) -> Logo | None:
    mark = document.profile.logo
    if mark is None:
        return None
    width, height = mark.within(_LOGO_WIDE, _LOGO_HIGH)
    return Logo(mark, width, height, Mm(width + _LOGO_GAP))


def _room(document: Document, logo: Logo | None) -> float:
    return text_width(document) - (logo.indent if logo else 0.0)


def letterhead_height(document: Document) -> float:
    """Return how many millimetres a letterhead is high, without the gap beneath it; nothing without one."""
    head = letterhead(document)
    if head is None:
        return 0.0
    high = _words_height(document, head.lines, _room(document, head.logo))
    return max(high, head.logo.height if head.logo else 0.0) + RULE * MM_PER_POINT + ABOVE_RULE


def _words_height(document: Document, lines: Sequence[str], room: float) -> float:
    """Return how high the name and the lines beneath it are."""
    size = document.theme.size
    width = ems(document.office) * size.letterhead * MM_PER_POINT
    return (max(1, -(-width // room)) * size.letterhead * NAME_LINE + len(lines) * size.label * LINE) * MM_PER_POINT


def _lines(document: Document, room: float) -> Iterator[str]:
    """Yield all parts on one line where it holds them, else the address on one of its own."""
    em = document.theme.size.label * MM_PER_POINT
    room, between = room * _SURE / em, " · " if document.lang == "en" else "　"
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

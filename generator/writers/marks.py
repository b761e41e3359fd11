"""Where an organisation's logo and seal stand on paper; alike for every format. Lengths are millimetres."""

from functools import lru_cache
from typing import NamedTuple

from generator.document import Document, Signature, SignatureBlock, walk
from generator.document.columns import text_width
from generator.profile import Mark
from generator.theme import Theme
from generator.units import MM_PER_POINT, Mm
from generator.wording import phrase
from generator.writers.drawing import mark_address

_TALLEST = 42.0
"""Millimetres that a seal is high at most: as the place to sign with its date."""

FROM_RIGHT = 12.0
"""Millimetres between a seal and the right of its place: it lies over the beginning of the date, as seals do."""

BENEATH = 4.6
"""Millimetres that a seal reaches down over the line of the date."""


_BESIDE_CLOSING = 4.8
"""Millimetres of half a letter's width that the padding of its end takes."""

_LOWER = 1.5
"""Millimetres that the name and the date at the end of a letter lie below the middle of their seal."""

_ALONG = 14.0
"""Millimetres from the left at which a seal begins where the name stands at the left, as in English."""


class Seal(NamedTuple):
    """A seal's picture and its size."""

    mark: Mark
    width: Mm
    height: Mm


def seal_of(document: Document) -> Seal | None:
    """Return the seal that an organisation has a picture of."""
    mark = document.profile.seal
    return Seal(mark, *mark.within(document.profile.seal_width, _TALLEST)) if mark else None


def closing_height(theme: Theme) -> Mm:
    """Return how high the end of a letter is: as a place to sign beside it."""
    return Mm(theme.write.seal + BENEATH)


def above_closing(document: Document, place: Signature) -> Mm:
    """Return what stays free above the name at the end of a letter."""
    theme = document.theme
    words = (1 + place.dated) * theme.size.letter * theme.line.body * MM_PER_POINT
    return Mm((closing_height(theme) - words) / 2 + _LOWER)


def over_closing(document: Document, seal: Seal) -> tuple[Mm, Mm]:
    """Return where a seal begins over the end of a letter, from the left and from above: over its name and date."""
    room = text_width(document) / 2 - _BESIDE_CLOSING
    left = _ALONG if document.lang == "en" else (room - seal.width) / 2
    return Mm(left), Mm(max(0.0, (closing_height(document.theme) - seal.height) / 2))


def is_sealed(document: Document) -> bool:
    """Tell whether a seal's picture stands anywhere on the paper."""
    blocks = (node for node in walk(document.blocks) if isinstance(node, SignatureBlock))
    return document.profile.seal is not None and any(place.stamped for block in blocks for place in block.signatures)


def logo_words(document: Document) -> str:
    """Return what a logo is called for those who don't see it."""
    return phrase("mark.logo", document.lang).format(name=document.office)


def seal_words(document: Document) -> str:
    """Return what a seal is called for those who don't see it."""
    return phrase("mark.seal", document.lang).format(name=document.office)


@lru_cache(maxsize=8)
def as_svg(mark: Mark) -> str:
    """Return a mark as SVG; one of dots is held by it."""
    if mark.format == "svg":
        return mark.content.decode()
    size = f'width="{mark.width:g}" height="{mark.height:g}"'
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {space} {size}><image {size} xlink:href="{mark_address(mark)}"/></svg>'

"""Where an organisation's own seal goes on a letter: the places to sign that leave room for one and name it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator.document import Block, Section, Signature, SignatureBlock


def stamped(blocks: Iterable[Block], office: str) -> Iterator[Block]:
    """Yield blocks in which the places that an organisation seals are marked."""
    for block in blocks:
        if isinstance(block, SignatureBlock):
            places = (_stamped(place) if _is_ours(place, office) else place for place in block.signatures)
            yield SignatureBlock(tuple(places))
        elif isinstance(block, Section):
            yield replace(block, blocks=tuple(stamped(block.blocks, office)))
        else:
            yield block


def _is_ours(place: Signature, office: str) -> bool:
    return place.closing or (place.seal and office in place.label)


def _stamped(place: Signature) -> Signature:
    return replace(place, stamped=True, note="")

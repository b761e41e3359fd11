"""Documents fitted to their pages: a nearly empty last page is taken back or filled, room left over goes to the pen.

Page and gaps are decided from heights that are known about, alike for every format that breaks pages by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from generator.document import Block, Document, Field, FieldGrid, PageBreak, Section, Table, WritingLines
from generator.theme import Theme
from generator.units import Mm
from generator.writers.heights import (
    ENGLISH_BELOW,
    ENGLISH_LINE,
    LEAST_ROW,
    MOST_ROWS,
    Mark,
    Unmeasured,
    lines_of_paper,
)
from generator.writers.paging import Paged, paged

_SURE, _SPARE = (0.97, 0.985, 1.0, 1.015), 9.0
"""Shares of a page that heights, which are about right, may turn out to fill; millimetres that nothing grows into."""


def fitted(document: Document) -> Document:
    """Return a document whose pages are well filled: with less air, a page broken earlier, more room for a pen."""
    if document.is_fillable or any(isinstance(block, Table) and _is_long(block) for block in document.blocks):
        return document
    try:
        lines = lines_of_paper(document)
    except Unmeasured:
        return document
    made = paged(lines, document.theme.text_height(document.page), _SPARE, _SURE)
    blocks = _grown(document.blocks, _more(made))
    if made.broken:
        blocks = _broken(blocks, made.broken.content.path)
    return replace(document, blocks=tuple(blocks), closeness=made.share)


def written_row(theme: Theme, closeness: float) -> Mm:
    """Return the height of a line for a pen where things stand so close."""
    return Mm(theme.write.row - closeness * max(0.0, theme.write.row - LEAST_ROW))


def english_air(closeness: float) -> tuple[float, float]:
    """Return the height of a line of English text in sizes of its type, and the millimetres below a paragraph."""
    return tuple(usual - closeness * (usual - least) for usual, least in (ENGLISH_LINE, ENGLISH_BELOW))  # type: ignore[return-value]  # two


def _is_long(table: Table) -> bool:
    return isinstance(table.rows, Sequence) and len(table.rows) > MOST_ROWS


def _more(made: Paged[Mark]) -> Mapping[str, Mm]:
    """Return by how many millimetres the room for a text has grown, or that of each row of a table, by its pointer."""
    found: dict[str, Mm] = {}
    for line in chain.from_iterable(made.pages):
        pointer = line.content.pointer
        if pointer:
            found[pointer] = Mm(min(line.grown, found.get(pointer, line.grown)))
    return {pointer: more for pointer, more in found.items() if more > 0}


def _grown(blocks: Sequence[Block], more: Mapping[str, Mm]) -> list[Block]:
    """Return blocks with more room in boxes of some pointers."""
    return [_with_room(block, more) for block in blocks] if more else list(blocks)


def _with_room(block: Block, more: Mapping[str, Mm]) -> Block:
    match block:
        case Section():
            return replace(block, blocks=tuple(_grown(block.blocks, more)))
        case FieldGrid():
            return FieldGrid(tuple(tuple(_roomier(field, more) for field in line) for line in block.lines))
        case WritingLines() | Table():
            return replace(block, more=more.get(block.pointer, Mm(0.0)))
    return block


def _roomier(field: Field, more: Mapping[str, Mm]) -> Field:
    added = more.get(field.pointer)
    return replace(field, room=replace(field.room, more=added)) if added else field


def _broken(blocks: Sequence[Block], path: tuple[int, ...]) -> list[Block]:
    """Return blocks with a page begun before the one at a path."""
    at, *rest = path or (0,)
    before, block, after = list(blocks[:at]), blocks[at], list(blocks[at + 1 :])
    if rest and isinstance(block, Section) and rest != [0]:
        return [*before, replace(block, blocks=tuple(_broken(block.blocks, tuple(rest)))), *after]
    return [*before, PageBreak(), block, *after]

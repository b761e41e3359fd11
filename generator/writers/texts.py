"""Every text of a document with the field that it belongs to: what a check of characters or lengths goes through."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.document import (
    Block,
    Caption,
    Document,
    Emphasis,
    FieldGrid,
    Heading,
    Inline,
    KeyFigures,
    Kind,
    ListBlock,
    Note,
    Paragraph,
    Picture,
    Scale,
    Section,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Value,
    WritingLines,
)
from generator.errors import pointer_step
from generator.formats import text_of
from generator.wording import Lang

_FREE = (Kind.TEXT, Kind.MULTILINE, Kind.LIST, Kind.SIGNATURE)


class Piece(NamedTuple):
    """A text, its pointer and the label of its field (both empty for the form's own words)."""

    text: str
    pointer: str = ""
    label: str = ""


def texts(document: Document) -> Iterator[Piece]:
    """Yield every text that the document shows."""
    head = (document.title, document.office, document.number, document.version, document.reference, document.footer)
    yield from (Piece(text) for text in head)
    yield from _blocks(document.blocks, document.lang)


def block_text(block: Block, lang: Lang) -> str:
    """Return a block's words as one line of text."""
    return " ".join(piece.text for piece in _block(block, lang) if piece.text)


def _blocks(blocks: Iterable[Block], lang: Lang) -> Iterator[Piece]:
    for block in blocks:
        yield from _block(block, lang)


def _block(block: Block, lang: Lang) -> Iterator[Piece]:
    match block:
        case Section():
            yield from _block(block.heading, lang)
            yield from _blocks(block.blocks, lang)
        case Heading():
            yield Piece(block.number + block.text + block.hint)
        case Paragraph() | Note():
            yield from _inlines(block.children)
        case ListBlock():
            for item in block.items:
                yield from _inlines(item)
        case FieldGrid():
            for field in (f for line in block.lines for f in line):
                yield Piece(field.label + field.unit + "".join(c.label + c.note for c in field.choices))
                yield Piece(text_of(field.value, field.kind, lang, field.choices), field.pointer, field.label)
        case Scale():
            yield Piece(block.low + block.high)
            for field in block.fields:
                yield Piece(field.label + "".join(c.label for c in field.choices))
        case Picture():
            yield from (Piece(s.text, s.pointer) for s in block.shapes if isinstance(s, Caption))
        case KeyFigures():
            for figure in block.figures:
                yield Piece(figure.label + figure.note)
                yield Piece(figure.text, figure.pointer, figure.label)
        case SignatureBlock():
            yield from (Piece(s.label + s.date + s.name) for s in block.signatures)
        case Table():
            yield from _table(block, lang)
        case WritingLines():
            yield Piece(block.label)


def _inlines(children: Iterable[Inline]) -> Iterator[Piece]:
    for child in children:
        match child:
            case Text():
                yield Piece(child.text)
            case Value():
                yield Piece(child.text, child.pointer, child.label)
            case Strong() | Emphasis():
                yield from _inlines(child.children)


def _table(table: Table, lang: Lang) -> Iterator[Piece]:
    yield Piece(table.caption + table.serial + table.total)
    yield from (Piece(c.label + c.unit + "".join(x.label + x.note for x in c.choices)) for c in table.columns)
    free = [(n, c) for n, c in enumerate(table.columns) if c.kind in _FREE]
    for at, row in enumerate(table.rows):
        yield Piece(row.mark)
        for n, column in free:
            if row.values[n] is not None:
                text = text_of(row.values[n], column.kind, lang)
                yield Piece(text, f"{table.pointer}/{at}/{pointer_step(column.key)}", column.label)

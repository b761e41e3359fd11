"""Every text of a document with the field that it belongs to: what a check of characters or lengths goes through."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, assert_never

from generator.document import (
    Beside,
    Block,
    Box,
    Caption,
    Cell,
    Column,
    Document,
    Emphasis,
    Face,
    Field,
    FieldGrid,
    Figure,
    Heading,
    Image,
    KeyFigures,
    LineBreak,
    ListBlock,
    Node,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Stroke,
    Strong,
    Table,
    Text,
    Value,
    WritingLines,
    walk,
)
from generator.wording import Lang


class TextPiece(NamedTuple):
    """A text, its pointer and the label of its field (both empty for the form's own words)."""

    text: str
    pointer: str = ""
    label: str = ""


def texts(document: Document) -> Iterator[TextPiece]:
    """Yield every text that the document shows."""
    head = (document.title, document.office, document.number, document.version, document.reference, document.footer)
    yield from map(TextPiece, head)
    profile = document.profile
    yield from map(TextPiece, (profile.address(document.lang), profile.phone, profile.email, profile.website))
    for node in walk(document.blocks):
        yield from texts_of(node, document.lang)


def block_text(block: Block, lang: Lang, between: str = " ") -> str:
    """Return a block's words as one text."""
    pieces = (piece for node in walk([block]) for piece in texts_of(node, lang))
    return between.join(piece.text for piece in pieces if piece.text)


def texts_of(node: Node, lang: Lang) -> Iterable[TextPiece]:
    """Return the texts that a node shows itself, without those of the nodes that it holds."""
    match node:
        case Text():
            return (TextPiece(node.text),)
        case Value():
            return (TextPiece(node.text, node.pointer, node.face.label),)
        case Heading():
            return (TextPiece(node.number + node.text + node.hint),)
        case Field():
            return (_words(node.face), TextPiece(node.text(lang), node.pointer, node.face.label))
        case Figure():
            return (TextPiece(node.label + node.note + node.aim), TextPiece(node.text, node.pointer, node.label))
        case Column():
            return (_words(node.face),)
        case Cell():
            return _of_cell(node, lang)
        case _:
            return _of_frames(node)


def _of_frames(node: Node) -> Iterable[TextPiece]:
    """Return the texts of nodes that hold others, or stand around them."""
    match node:
        case Table():
            return (TextPiece(node.caption + node.serial + node.total),)
        case Row():
            return (TextPiece(node.mark),)
        case Scale():
            return (TextPiece(node.low + node.high),)
        case Signature():
            return (TextPiece(node.label + node.note + node.date + node.name),)
        case WritingLines():
            return (TextPiece(node.label),)
        case Caption():
            return (TextPiece(node.text, node.pointer),)
        case Section() | Paragraph() | Note() | ListBlock() | FieldGrid() | KeyFigures() | SignatureBlock() | Picture():
            return ()
        case Strong() | Emphasis() | LineBreak() | PageBreak() | Stroke() | Box() | Image() | Beside():
            return ()
        case Text() | Value() | Heading() | Field() | Figure() | Column() | Cell():
            return ()
    assert_never(node)


def _words(face: Face) -> TextPiece:
    return TextPiece(face.label + face.unit + "".join(choice.label + choice.note for choice in face.choices))


def _of_cell(cell: Cell, lang: Lang) -> Iterable[TextPiece]:
    """Return the text of a cell in which people's own words stand; all others hold words of the form."""
    if cell.value is None or not cell.face.kind.is_free_text:
        return ()
    return (TextPiece(cell.face.kind.text(cell.value, lang), cell.pointer, cell.face.label),)

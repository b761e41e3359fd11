"""What a document is known to say: the texts and places that a judge looks for on its pages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from generator.document import (
    Caption,
    Cell,
    Column,
    Document,
    Face,
    Field,
    Figure,
    Heading,
    Inline,
    LineBreak,
    ListBlock,
    Node,
    Note,
    Paragraph,
    Picture,
    Role,
    Row,
    Scale,
    Signature,
    Table,
    Text,
    Use,
    Value,
    WritingLines,
    walk,
)
from generator.wording import Lang

_BLANK = re.compile(r"[\s\u200b\u2060\ufeff\u00ad]+")


def bare(text: str) -> str:
    """Return a text without its spaces, as it is compared."""
    return _BLANK.sub("", text)


@dataclass(frozen=True)
class Paper:
    """A document of the catalogue by its name."""

    form: str
    sample: str
    lang: Lang

    def __str__(self) -> str:
        return f"{self.form}.{self.sample}.{self.lang}"


@dataclass(frozen=True)
class Known:
    """What a judge must know of a document to judge its pages; texts without spaces but for `corpus`."""

    paper: Paper
    blank: bool
    top: float
    bottom: float
    side: float
    corpus: str = ""
    headings: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    heads: tuple[frozenset[str], ...] = ()
    pen_heads: tuple[frozenset[str], ...] = ()
    pen_labels: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()
    drawn: frozenset[str] = frozenset()
    captioned: frozenset[str] = frozenset()
    tight: str = field(default="", repr=False)


def known(paper: Paper, document: Document) -> Known:
    """Return what is known of a document."""
    nodes = list(walk(document.blocks))
    corpus = "\n".join(piece for piece in _said(document, nodes) if piece)
    page = document.theme.page
    tables = [node for node in nodes if isinstance(node, Table)]
    return Known(
        paper,
        document.is_blank,
        page.margin_top,
        page.margin_bottom,
        document.theme.side_margin(document.kind),
        corpus,
        frozenset(bare(node.text) for node in nodes if isinstance(node, Heading)),
        frozenset(bare(table.caption) for table in tables if table.caption),
        tuple(_labels(table) for table in tables),
        tuple(_labels(table) for table in tables if table.use is not Use.SHOWN),
        frozenset(bare(node.face.label) for node in nodes if isinstance(node, Field) and node.room.use is not Use.SHOWN)
        - frozenset().union(*map(_labels, tables)),
        frozenset(filter(None, map(bare, _signed(nodes)))),
        frozenset(filter(None, map(bare, _drawn(nodes)))),
        frozenset(bare(node.text) for node in nodes if isinstance(node, Caption)) - {""},
        "\n".join(map(bare, corpus.split("\n"))),
    )


def _said(document: Document, nodes: list[Node]) -> Iterator[str]:
    """Yield all that a document says, each text by itself; paragraphs whole, for their lines break within inlines."""
    yield from (document.title, document.office, document.number, document.version, document.reference)
    yield document.footer
    for node in nodes:
        yield from _of_node(node, document.lang)


def _of_node(node: Node, lang: Lang) -> Iterable[str]:
    match node:
        case Paragraph() | Note():
            return (_run(node.children),)
        case ListBlock():
            return map(_run, node.items)
        case Heading():
            return (node.number + node.text, node.text, node.hint)
        case Field():
            return (*_of_face(node.face), node.text(lang))
        case Cell():
            return (node.face.text(node.value, lang),)
        case Column():
            return _of_face(node.face)
        case Figure():
            return (node.label, node.text, node.note)
        case Table():
            return (node.caption, node.serial, node.total)
        case Signature():
            return (node.label, node.date, node.name, node.label + node.name)
        case Scale():
            return (node.low, node.high)
        case Row():
            return (node.mark,)
        case WritingLines():
            return (node.label,)
        case Caption():
            return (node.text,)
    return ()


def _of_face(face: Face) -> Iterator[str]:
    yield from (face.label, face.unit, face.hint)
    for choice in face.choices:
        yield from (choice.label, choice.note, choice.label + choice.note)


def _run(inlines: Iterable[Inline]) -> str:
    """Return inlines as a run of text, with its line breaks."""
    found = []
    for node in walk(inlines):
        if isinstance(node, (Text, Value)):
            found.append(node.text)
        elif isinstance(node, LineBreak):
            found.append("\n")
    return "".join(found)


def _labels(table: Table) -> frozenset[str]:
    return frozenset(bare(column.face.label) for column in table.columns) | {bare(table.serial)} - {""}


def _signed(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Signature):
            yield from (node.label, node.date, node.name)
        elif isinstance(node, Paragraph) and node.role in (Role.SIGNER, Role.DATE):
            yield _run(node.children)


def _drawn(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Caption):
            yield node.text
        elif isinstance(node, Picture) and node.data:
            yield node.data.title
            yield from (category.text for category in node.data.categories)
            yield from (series.title for series in node.data.series)

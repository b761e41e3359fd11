"""Every node met: a visitor that must know each block, and a walk through all that a document holds.

A node that is added to the model and forgotten here, or in a writer, doesn't pass the type checker.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar, assert_never

from generator.document.face import Face
from generator.document.nodes import (
    Beside,
    Block,
    Column,
    Emphasis,
    Field,
    FieldGrid,
    Figure,
    Heading,
    Inline,
    KeyFigures,
    LineBreak,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Table,
    Text,
    Value,
    WritingLines,
)
from generator.document.pictures import Box, Caption, Image, Picture, Shape, Stroke

Rendered = TypeVar("Rendered", covariant=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table, with its place in the record."""

    pointer: str
    face: Face
    value: object


Node = Block | Inline | Field | Figure | Signature | Column | Row | Cell | Shape
"""Whatever a document is made of."""


class BlockVisitor(ABC, Generic[Rendered]):
    """A writer's functions, one a block. `block` calls the one that is meant."""

    def block(self, node: Block) -> Rendered:
        """Return what the function of this block returns."""
        match node:
            case FieldGrid():
                return self.render_field_grid(node)
            case Paragraph():
                return self.render_paragraph(node)
            case Section():
                return self.render_section(node)
            case Heading():
                return self.render_heading(node)
            case Table():
                return self.render_table(node)
            case KeyFigures():
                return self.render_key_figures(node)
            case SignatureBlock():
                return self.render_signature_block(node)
            case ListBlock():
                return self.render_list(node)
            case Note():
                return self.render_note(node)
            case Scale():
                return self.render_scale(node)
            case Picture():
                return self.render_picture(node)
            case Beside():
                return self.render_beside(node)
            case WritingLines():
                return self.render_writing_lines(node)
            case PageBreak():
                return self.render_page_break(node)
        assert_never(node)

    @abstractmethod
    def render_field_grid(self, node: FieldGrid) -> Rendered: ...
    @abstractmethod
    def render_paragraph(self, node: Paragraph) -> Rendered: ...
    @abstractmethod
    def render_section(self, node: Section) -> Rendered: ...
    @abstractmethod
    def render_heading(self, node: Heading) -> Rendered: ...
    @abstractmethod
    def render_table(self, node: Table) -> Rendered: ...
    @abstractmethod
    def render_key_figures(self, node: KeyFigures) -> Rendered: ...
    @abstractmethod
    def render_signature_block(self, node: SignatureBlock) -> Rendered: ...
    @abstractmethod
    def render_list(self, node: ListBlock) -> Rendered: ...
    @abstractmethod
    def render_note(self, node: Note) -> Rendered: ...
    @abstractmethod
    def render_scale(self, node: Scale) -> Rendered: ...
    @abstractmethod
    def render_picture(self, node: Picture) -> Rendered: ...
    @abstractmethod
    def render_beside(self, node: Beside) -> Rendered: ...
    @abstractmethod
    def render_writing_lines(self, node: WritingLines) -> Rendered: ...
    @abstractmethod
    def render_page_break(self, node: PageBreak) -> Rendered: ...


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes and all that they hold, in the order of the paper. The rows of a table are read on the way."""
    for node in nodes:
        yield node
        yield from walk(children(node))


def children(node: Node) -> Iterable[Node]:
    """Return what a node holds, in the order of the paper."""
    match node:
        case Section():
            return (node.heading, *node.blocks)
        case Paragraph() | Note() | Strong() | Emphasis():
            return node.children
        case ListBlock():
            return (inline for item in node.items for inline in item)
        case FieldGrid():
            return (field for line in node.lines for field in line)
        case Scale():
            return node.fields
        case KeyFigures():
            return node.figures
        case SignatureBlock():
            return node.signatures
        case Picture():
            return node.shapes
        case Table():
            return _of_table(node)
        case Beside():
            return (node.table, node.picture)
        case Heading() | PageBreak() | WritingLines() | Text() | Value() | LineBreak():
            return ()
        case Field() | Figure() | Signature() | Column() | Row() | Cell() | Stroke() | Box() | Caption() | Image():
            return ()
    assert_never(node)


def _of_table(table: Table) -> Iterator[Node]:
    yield from table.columns
    for at, row in enumerate(table.rows):
        yield row
        for column, value in zip(table.columns, row.values, strict=True):
            yield Cell(table.pointer_at(at, column), column.face, value)

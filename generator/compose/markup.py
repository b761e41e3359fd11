"""Rendered templates read into nodes: a dozen elements of semantic HTML, and nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from generator.catalogue import limits
from generator.catalogue.limits import bound
from generator.characters import ill_character
from generator.compose.layout import Layout
from generator.compose.numbering import section_number
from generator.compose.pieces import Placed
from generator.document import (
    PLAIN,
    Block,
    Emphasis,
    Face,
    Heading,
    Inline,
    LineBreak,
    ListBlock,
    Note,
    PageBreak,
    Paragraph,
    Role,
    Section,
    SignatureBlock,
    Strong,
    Text,
    Value,
)
from generator.errors import BiaodanError, Place, SchemaError, fail, may_be_value

_WIDEST = 200
_DIGITS = 6


class Nodes:
    """Reads the rendered markup into nodes."""

    def __init__(self, name: str, layout: Layout, placed: Sequence[Placed]) -> None:
        self.name, self.layout, self.lang, self.placed = name, layout, layout.lang, placed
        self.count = 0
        self._nodes = self._depth = 0
        self._seen: set[int] = set()

    def fault(self, code: str, element: Any) -> BiaodanError:
        return fail(SchemaError, code, Place(self.name), tag=str(element.tag))

    def blocks(self, parent: Any) -> list[Block]:
        """Return the blocks of the document, those after a heading gathered into its section."""
        result: list[Block] = []
        heading: Heading | None = None
        inner: list[Block] = []
        for block in self.flat(parent):
            if isinstance(block, Heading) and block.level == 2:
                result += self._closed(heading, inner)
                heading, inner = block, []
            elif heading is not None and not isinstance(block, SignatureBlock):
                inner.append(block)
            else:
                result += [*self._closed(heading, inner), block]
                heading, inner = None, []
        return result + self._closed(heading, inner)

    def _closed(self, heading: Heading | None, inner: list[Block]) -> list[Block]:
        return [Section(heading, tuple(inner))] if heading else []

    def flat(self, parent: Any) -> Iterator[Block]:
        if parent.text and parent.text.strip():
            raise self.fault("E-template-text", parent)
        self.counted(len(parent))
        for element in parent:
            if element.tag is etree.Comment:
                continue
            if element.tag == "x":
                yield from self.piece(self.number(element, "n", len(self.placed) - 1))
            else:
                yield self.block(element)
            if element.tail and element.tail.strip():
                raise self.fault("E-template-text", element)

    def piece(self, number: int) -> tuple[Block, ...]:
        """Return what a template's function has placed; where its mark stands once more, it counts once more."""
        placed = self.placed[number]
        self.counted(placed.size if number in self._seen else 0)
        self._seen.add(number)
        return placed.blocks

    def counted(self, more: int) -> None:
        """Count what the document holds.

        Raises OutOfBounds.
        """
        self._nodes += more
        bound("nodes", self._nodes, limits.MOST_NODES)

    def block(self, element: Any) -> Block:
        match element.tag:
            case "h2":
                return self.heading(element)
            case "h3":
                return Heading(self.words(element), level=3)
            case "p":
                return Paragraph(self.inlines(element), self.role(element.get("class", Role.BODY)))
            case "ul" | "ol":
                items = tuple(self.inlines(item) for item in element)
                return ListBlock(items, element.tag == "ol")
            case "aside":
                return Note(self.inlines(element))
            case "pagebreak":
                return PageBreak()
        raise self.fault("E-template-element", element)

    def number(self, element: Any, name: str, most: int) -> int:
        """Return a whole number that our own markup carries; an author's imitation of it is refused."""
        text = element.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= most):
            raise self.fault("E-template-element", element)
        return int(text)

    def role(self, name: str) -> Role:
        if name not in list(Role):
            shown = "?" if may_be_value(name) else name
            raise fail(SchemaError, "E-template-class", Place(self.name), name=shown, known=[str(r) for r in Role])
        return Role(name)

    def heading(self, element: Any) -> Heading:
        self.count += 1
        number = "" if element.get("class") == "plain" else section_number(self.count, self.lang)
        return Heading(self.words(element), number=number)

    def words(self, element: Any) -> str:
        """Return all text of an element."""
        return self.checked("".join(element.itertext())).strip()

    def text(self, text: str) -> Text:
        """Return a text, its line breaks folded."""
        return Text(_fold(self.checked(text)))

    def checked(self, text: str) -> str:
        """Return a text as it is.

        Raises SchemaError (E-template-character) for what no document can hold.
        """
        ill = ill_character(text)
        if ill:
            raise fail(SchemaError, "E-template-character", Place(self.name), character=ill.character)
        return text

    def inlines(self, element: Any) -> tuple[Inline, ...]:
        """Return the runs of an element; blank space of the template's own lines is folded as HTML does."""
        self.counted(1 + len(element))
        made = [self.text(element.text)] if element.text else []
        result: list[Inline] = list(made)
        for child in element:
            if child.tag is not etree.Comment:
                result.append(self.inline(child))
            if child.tail:
                result.append(self.text(child.tail))
        return _trimmed([run for run in result if not (isinstance(run, Text) and not run.text)])

    def within(self, element: Any) -> tuple[Inline, ...]:
        """Return the runs of an element of running text.

        Raises OutOfBounds where it stands too deep in others.
        """
        self._depth += 1
        bound("markup", self._depth, limits.MOST_MARKUP)
        runs = self.inlines(element)
        self._depth -= 1
        return runs

    def face(self, pointer: str) -> Face:
        """Return the face of the field that a pointer of the record names."""
        spec = self.layout.form.spec_at(pointer)
        return self.layout.faces.of(spec) if spec else PLAIN

    def inline(self, element: Any) -> Inline:
        match element.tag:
            case "v":
                pointer = element.get("p", "")
                width = self.number(element, "w", _WIDEST) if "w" in element.attrib else 8
                return Value(pointer, element.text or "", width, self.face(pointer))
            case "strong" | "b":
                return Strong(self.within(element))
            case "em":
                return Emphasis(self.within(element))
            case "br":
                return LineBreak()
        raise self.fault("E-template-element", element)


def _fold(text: str) -> str:
    """Fold the template's line breaks: between Chinese they vanish, elsewhere they are a space."""
    lines = text.split("\n")
    folded = lines[0]
    for line in lines[1:]:
        line = line.lstrip(" \t")
        wide = folded[-1:] > "\u2e80" or line[:1] > "\u2e80"
        folded = folded.rstrip(" \t") + ("" if wide or not folded else " ") + line
    return folded


def _trimmed(runs: list[Inline]) -> tuple[Inline, ...]:
    if runs and isinstance(runs[0], Text):
        runs[0] = Text(runs[0].text.lstrip(" \t\n"))
    if runs and isinstance(runs[-1], Text):
        runs[-1] = Text(runs[-1].text.rstrip(" \t\n"))
    return tuple(run for run in runs if run != Text(""))

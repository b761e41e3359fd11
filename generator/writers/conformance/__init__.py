"""What a writer must not drop: a specimen of every node, and what of it is missing in what the writer made.

For those who add a format by an entry point; `python -m generator.writers.conformance FORMAT` prints the same.

>>> from generator.writers.conformance import missing
>>> from generator.writers import writer
>>> missing(writer("docx"))
[]
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from typing import NamedTuple, assert_never

from generator.document import (
    Beside,
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
    Purpose,
    Row,
    Scale,
    Section,
    Signature,
    SignatureBlock,
    Stroke,
    Strong,
    Table,
    Text,
    Use,
    Value,
    WritingLines,
    walk,
)
from generator.writers import Write
from generator.writers.conformance.specimen import specimen
from generator.writers.tables import sums

__all__ = ["Expected", "expected", "missing", "readable", "specimen"]

_TAG = re.compile("<[^>]*>")
_BLANKS = re.compile(r"[\s\u00a0\u2002\u2003]+")


class Expected(NamedTuple):
    """A text that must be found: of which node, which part of it, in which purpose, and the ways of writing it."""

    node: str
    part: str
    purpose: str
    ways: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.node}.{self.part} ({self.purpose}): {self.ways[0]}"


def missing(write: Write, read: Callable[[bytes], str] | None = None) -> list[Expected]:
    """Return what a writer drops of the specimen, filled and for a pen.

    `read` returns the text of what was written; without it, that is taken for text, markup, or a package of markup.
    """
    read = read or readable
    lost: list[Expected] = []
    for purpose in (Purpose.FILLED, Purpose.BLANK):
        document, out = specimen(purpose), io.BytesIO()
        write(document, out)
        text = _squeezed(read(out.getvalue()))
        lost += [one for one in expected(document) if not any(_squeezed(way) in text for way in one.ways)]
    return lost


def readable(content: bytes) -> str:
    """Return the text of a file: of a package that of all its parts, of markup that between the tags, else all of it.

    Raises ValueError for PDF, whose text takes a reader of its own.
    """
    if content.startswith(b"%PDF"):
        raise ValueError("PDF takes a reader of its own: call missing() with a function that returns its text")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [package.read(name) for name in package.namelist() if name.endswith((".xml", ".txt", ".html"))]
        return "\n".join(_text(part) for part in parts)
    return _text(content)


def _text(content: bytes) -> str:
    markup = content.decode("utf-8", "replace")
    if not markup.lstrip("\ufeff \t\r\n").startswith("<"):
        return markup
    inside = " ".join(re.findall(r'"([^"]*)"', markup))
    return unescape(_TAG.sub("", markup)) + "\n" + unescape(inside)


def _squeezed(text: str) -> str:
    return _BLANKS.sub("", text)


def expected(document: Document) -> Iterator[Expected]:
    """Yield every text that a reader of the document must find."""
    codes = ("number", "version") if document.is_numbered else ()
    for part in ("title", "office", *codes, "reference", "footer"):
        yield _one(document, "Document", part, getattr(document, part))
    for node in walk(document.blocks):
        for part, *ways in _parts(node, document):
            if ways[0]:
                yield Expected(type(node).__name__, part, document.purpose, tuple(ways))


def _one(document: Document, node: str, part: str, text: str) -> Expected:
    return Expected(node, part, document.purpose, (text,))


def _parts(node: Node, document: Document) -> Iterator[tuple[str, ...]]:
    """Yield the parts of a node that show a text, each by its name, and the ways of writing it."""
    match node:
        case Text() | Value():
            yield "text", node.text
        case Heading():
            yield from (("number", node.number), ("text", node.text), ("hint", node.hint))
        case Field():
            yield from _of_field(node, document)
        case Cell():
            yield ("value", *_ways(node.face, node.value, document))
        case Column():
            yield "label", node.face.label
        case Row():
            yield "mark", node.mark
        case Table():
            yield from (("caption", node.caption), ("serial", node.serial), ("total", node.total))
            yield from (("sum", str(value)) for value in sums(node, list(node.rows)) or () if value is not None)
        case Scale():
            yield from (("low", node.low), ("high", node.high))
        case Figure():
            yield from (("label", node.label), ("text", node.text), ("note", node.note), ("aim", node.aim))
        case Signature():
            yield from (("label", node.label), ("note", node.note), ("date", node.date), ("name", node.name))
        case WritingLines():
            yield "label", node.label
        case Picture():
            yield "alt", node.alt
        case Section() | Paragraph() | Note() | ListBlock() | FieldGrid() | KeyFigures() | SignatureBlock():
            return
        case Strong() | Emphasis() | LineBreak() | PageBreak() | Stroke() | Box() | Caption() | Image() | Beside():
            return  # what is drawn is told by the picture's own words
        case _:
            assert_never(node)


def _of_field(field: Field, document: Document) -> Iterator[tuple[str, ...]]:
    face = field.face
    yield "label", face.label
    if field.is_starred:
        yield "required", f"{face.label}*", f"{face.label} *"
    if field.value is not None and not face.ticks:
        yield ("value", *_ways(face, field.value, document))
    for choice in face.choices if face.ticks else ():
        yield "choice", choice.label
        yield from (("choice note", choice.note),) if field.room.use is Use.PEN else ()


def _ways(face: Face, value: object, document: Document) -> tuple[str, ...]:
    """Return how a value may be written: as text, or as the number that a program shows in its own way."""
    if value is None:
        return ("",)
    number = face.kind.excel_number(value)
    text = face.text(value, document.lang)
    return (text, number) if number else (text, *_serials(value))


def _serials(value: object) -> tuple[str, ...]:
    """Return the serial numbers by which spreadsheets know days and moments."""
    from datetime import date

    from generator.writers.xlsx.cells import serial

    found = serial(value) if isinstance(value, date) else None
    return (found,) if found else ()

"""Document → pages to be looked at on screen, and which field of the record each place on them shows.

It is the very paper that `write_pdf` makes. What shows a field is a link within the page while it is set; the links are
taken out of the pictures and told beside them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from lxml import etree

from generator import resources
from generator.document import Column, Document, Field, KeyFigures, Row, Scale, Table, Value
from generator.errors import BiaodanError, WriteError
from generator.prepared import cache_folder, read_sealed, write_sealed
from generator.units import MM_PER_INCH, Mm
from generator.writers import fonts
from generator.writers.fitting import fitted
from generator.writers.glyphs import refuse_tofu, unset
from generator.writers.typst import call_of, compiler, letter_fonts, paper_data, typst_error
from generator.writers.typst.data import InlineNode, Node, PaperData

_SCHEME = "desk:"
_LINK = "{http://www.w3.org/2000/svg}a"
_NUMBER = r"-?[0-9.]+(?:e-?[0-9]+)?"
_SHIFT = re.compile(
    rf"translate\(({_NUMBER})(?:[ ,]+({_NUMBER}))?\)|matrix\({_NUMBER} \S+ \S+ \S+ ({_NUMBER}) ({_NUMBER})\)"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on a page a field of the record is shown: its pointer, and a rectangle in points from the top left."""

    pointer: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as SVG, its size in points, and the places that show fields."""

    svg: bytes
    width: float
    height: float
    spots: tuple[Spot, ...]


def sheets(document: Document) -> list[Sheet]:
    """Return the pages of a document.

    Raises WriteError (E-glyph, E-unset) for characters that can't be set, MachineError where the fonts are missing.
    """
    return [_sheet(page) for page in _pages(document, format="svg")]


def picture(document: Document, dots: int, *, keeps: bool = False) -> bytes:
    """Return the first page of a document as a PNG that is so many dots wide; raises as `sheets`.

    `keeps`: it stays in the user's cache, for a document that holds nobody's values.
    """
    document = fitted(document)
    data = paper_data(document) | {"dated": False}
    text = json.dumps(data, ensure_ascii=False)
    path = cache_folder() / f"picture-{_digest(document, text, dots)}.kept"
    kept = read_sealed(path) if keeps else None
    if kept is None:
        (kept, *_) = _set(document, data, text, format="png", ppi=dots / (document.page.width / MM_PER_INCH))
        with suppress(OSError, BiaodanError):
            if keeps:
                write_sealed(path, kept)
    return kept


def _digest(document: Document, text: str, dots: int) -> str:
    """Return what tells a picture apart from all others: its content, look and marks, what sets it, and its size."""
    parts = (text, document.theme.digest, version("typst"), dots, fonts.prepare())
    digest = sha256("\0".join(map(str, parts)).encode())
    digest.update(_paper())
    for mark in (document.profile.logo, document.profile.seal):
        digest.update(b"\0" + (mark.content if mark else b""))
    return digest.hexdigest()[:_KEY_LENGTH]


_KEY_LENGTH = 20


@cache
def _paper() -> bytes:
    return (resources.templates() / "theme" / "paper.typ").read_bytes()


def _pages(document: Document, **how: Any) -> list[bytes]:
    document = fitted(document)
    data = paper_data(document) | {"dated": False, "blocks": list(_Marked(document).blocks())}
    return _set(document, data, json.dumps(data, ensure_ascii=False), **how)


def _set(document: Document, data: dict[str, Any], text: str, **how: Any) -> list[bytes]:
    refuse_tofu(document, text)
    fonts.require(letter_fonts(document), data["fonts"], text)
    made_by = compiler(document.theme, fonts.state(), document.profile.logo, document.profile.seal)
    try:
        made = made_by.compile(input=call_of(text), **how)
    except typst_error():  # its message may hold a value
        raise WriteError(unset(document)) from None
    return list(made) if isinstance(made, list) else [made]


def _sheet(page: bytes) -> Sheet:
    root = etree.fromstring(page, etree.XMLParser(huge_tree=True, resolve_entities=False))
    links = [one for one in root.iter(_LINK) if (one.get("href") or "").startswith(_SCHEME)]
    spots = tuple(map(_spot, links))
    for link in links:
        above = link.getparent()
        if above is not None:
            above.remove(link)
    width, height = (float(root.get(name, "0").removesuffix("pt")) for name in ("width", "height"))
    return Sheet(etree.tostring(root), width, height, spots)


def _spot(link: Any) -> Spot:
    x, y = 0.0, 0.0
    for node in (link, *link.iterancestors()):
        across, down = _shift(node.get("transform", ""))
        x, y = x + across, y + down
    (inner,) = link
    return Spot(
        link.get("href").removeprefix(_SCHEME), x, y, float(inner.get("width", "0")), float(inner.get("height", "0"))
    )


def _shift(transform: str) -> tuple[float, float]:
    found = _SHIFT.search(transform)
    if found is None:
        return 0.0, 0.0
    return float(found[1] or found[3] or 0), float(found[2] or found[4] or 0)


class _Marked(PaperData):
    """Data of a document with the pointers of the fields that it shows."""

    _table: Table | None = None
    _number: int = 0

    def value(self, node: Value) -> InlineNode:
        made = super().value(node)
        return ["at", node.pointer, made] if node.pointer else made

    def field(self, node: Field, long: bool) -> Node:
        return super().field(node, long) | {"at": node.pointer}

    def render_scale(self, node: Scale) -> Iterator[Node]:
        for made in super().render_scale(node):
            rows = [row | {"at": field.pointer} for row, field in zip(made["rows"], node.fields, strict=True)]
            yield made | {"rows": rows}

    def render_key_figures(self, node: KeyFigures) -> Iterator[Node]:
        for made in super().render_key_figures(node):
            figures = [one | {"at": f.pointer} for one, f in zip(made["figures"], node.figures, strict=True)]
            yield made | {"figures": figures}

    def row(self, node: Table, row: Row, number: int, widths: Sequence[Mm]) -> Node:
        made = super().row(node, row, number, widths)
        serial = 1 if node.serial else 0
        cells = [
            cell if n < serial else _at(cell, node, node.columns[n - serial], number)
            for n, cell in enumerate(made["cells"])
        ]
        look = {"tone": "", "heavy": False, "long": False, "total": False}
        return {**look, **made, "cells": cells, "special": made["special"]}


def _at(cell: object, table: Table, column: Column, number: int) -> object:
    """Return a cell that says which field it shows."""
    pointer = table.pointer_at(number - 1, column) if table.pointer else ""
    if isinstance(cell, dict):
        return cell | {"at": pointer}
    return {"plain": cell, "at": pointer}

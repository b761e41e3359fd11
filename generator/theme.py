"""The theme: one file of lengths, sizes, colours and fonts that every writer reads."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from generator import resources
from generator.document import Document, Table
from generator.wording import Lang

MM_PER_INCH = 25.4
PAPER_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}


@cache
def theme() -> Mapping[str, Any]:
    """Return the theme's tables by name."""
    path = resources.templates() / "theme" / "theme.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def colour(name: str) -> str:
    """Return a colour as RRGGBB."""
    return str(theme()["colour"][name])


def size(name: str) -> float:
    """Return a size of type in points."""
    return float(theme()["size"][name])


def fonts(lang: Lang) -> Mapping[str, str]:
    """Return the fonts that Word and Excel documents name."""
    found: Mapping[str, str] = theme()["fonts"][lang]
    return found


def paper(document: Document) -> tuple[float, float]:
    """Return width and height of the document's paper in millimetres."""
    short, long = PAPER_MM[document.page.size]
    return (long, short) if document.page.landscape else (short, long)


def side_margin(document: Document) -> float:
    """Return the margin at the sides in millimetres; letters and reports have wide ones."""
    page = theme()["page"]
    return float(page["letter_margin_side" if document.kind == "letter" else "margin_side"])


def text_width(document: Document) -> float:
    """Return the width between the margins in millimetres."""
    return paper(document)[0] - 2 * side_margin(document)


def body_size(document: Document) -> float:
    """Return the size of running text in points."""
    return size("letter" if document.kind == "letter" else "body")


SERIAL_MM = 11.0
"""Width of the column of running numbers."""


def column_widths(table: Table, width: float) -> list[float]:
    """Return the widths of a table's columns in millimetres, the serial column first where there is one."""
    serial = [SERIAL_MM] if table.serial else []
    room = width - sum(serial)
    whole = sum(column.share for column in table.columns)
    return serial + [column.share / whole * room for column in table.columns]


def shares(total: int, parts: Sequence[float]) -> list[int]:
    """Return whole widths in proportion to `parts` that add up to `total`."""
    whole = sum(parts)
    edges = [round(sum(parts[:n]) * total / whole) for n in range(len(parts) + 1)]
    return [after - before for before, after in zip(edges, edges[1:], strict=False)]

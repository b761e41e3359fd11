"""The theme: one file of lengths, sizes, colours and fonts that every writer reads."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import ceil
from pathlib import Path
from typing import Any

from generator import resources
from generator.document import NUMERIC, Column, Document, Kind, Page, Row, Table
from generator.formats import ems, text_of
from generator.wording import Lang

MM_PER_INCH = 25.4
PAPER_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}


def theme_file() -> Path:
    """Return the file that the theme is read from."""
    return resources.templates() / "theme" / "theme.toml"


@cache
def theme() -> Mapping[str, Any]:
    """Return the theme's tables by name."""
    return tomllib.loads(theme_file().read_text(encoding="utf-8"))


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
    return text_width_of(document.page, document.kind)


def text_width_of(page: Page, kind: str) -> float:
    """Return the width between the margins, in millimetres, of a kind of form on its page."""
    short, long = PAPER_MM[page.size]
    side = theme()["page"]["letter_margin_side" if kind == "letter" else "margin_side"]
    return (long if page.landscape else short) - 2 * float(side)


def page_height(document: Document) -> float:
    """Return the height between the margins in millimetres."""
    page = theme()["page"]
    return paper(document)[1] - float(page["margin_top"]) - float(page["margin_bottom"])


def body_size(document: Document) -> float:
    """Return the size of running text in points."""
    return size("letter" if document.kind == "letter" else "body")


SCALE_LABEL = 0.34
"""Share of the width that the questions of a rating scale take."""

SERIAL_MM = 11.0
"""Width of the column of running numbers."""

_PADDING_MM = 3.0
_MM_PER_POINT = MM_PER_INCH / 72
_WHOLE_LABEL = 4
_LONGEST_CODE = 20
_LONG, _LINES, _MOST = 60, 12, 3.0
_DATE_EMS = 10 * 0.56
_WIDE_LETTERS = 1.16


def column_widths(table: Table, width: float, rows: Sequence[Row] = ()) -> list[float]:
    """Return the widths of a table's columns in millimetres, the serial column first where there is one.

    Each gets its share, and none is narrower than its longest word, where the page has the room. A column of `rows`
    whose longest text would run to many lines gets more, up to `_MOST` times its share.
    """
    serial = [serial_width(table)] if table.serial else []
    room = width - sum(serial)
    return serial + fill_shares(room, _grown(table, room, rows), least_widths(table, rows))


def serial_width(table: Table) -> float:
    """Return the width of the column of running numbers in millimetres; nothing where there is none."""
    return SERIAL_MM if table.serial else 0.0


def least_widths(table: Table, rows: Sequence[Row]) -> list[float]:
    """Return the widths in millimetres below which a table's columns can't be read."""
    return [max(_least(column), _least_of_values(column, rows, n)) for n, column in enumerate(table.columns)]


def _grown(table: Table, room: float, rows: Sequence[Row]) -> list[float]:
    """Return the shares of the columns, those of very long texts enlarged."""
    shares = [column.share for column in table.columns]
    em = room / sum(shares) / (size("cell") * _MM_PER_POINT)
    for n, share in enumerate(shares):
        longest = max((ems(v) for row in rows if isinstance(v := row.values[n], str) and len(v) > _LONG), default=0.0)
        lines = longest / (share * em)
        if lines > _LINES:
            shares[n] = share * min(_MOST, (lines / _LINES) ** 0.5)
    return shares


def fill_shares(room: float, parts: Sequence[float], floors: Sequence[float]) -> list[float]:
    """Return widths in proportion to `parts` that fill the room, none below its floor where the floors have room."""
    fixed: dict[int, float] = {}
    if sum(floors) > room:
        floors = [floor * room / sum(floors) for floor in floors]
    while True:
        left = room - sum(fixed.values())
        whole = sum(part for n, part in enumerate(parts) if n not in fixed) or 1.0
        widths = [fixed.get(n, part / whole * left) for n, part in enumerate(parts)]
        short = {n: floors[n] for n, w in enumerate(widths) if n not in fixed and w < floors[n] - 1e-9}
        if not short:
            return widths
        fixed |= short


def _least(column: Column) -> float:
    """Return the least width of a column in millimetres: its label's longest word, a date, a choice with its box."""
    em = size("cell") * _MM_PER_POINT
    needed = _longest_word(column.label) * em
    if column.kind in (Kind.DATE, Kind.DATETIME):
        needed = max(needed, _DATE_EMS * em)
    if column.choices:
        box = float(theme()["write"]["tick"]) + 1.0 if column.ticks else 0.0
        needed = max(needed, *(box + _longest_word(choice.label) * em for choice in column.choices))
    return needed + _PADDING_MM


def _least_of_values(column: Column, rows: Sequence[Row], n: int) -> float:
    """Return the width in millimetres at which no number or code of a column is broken; long ones may be."""
    values = (row.values[n] for row in rows)
    if column.kind in NUMERIC and column.kind is not Kind.DURATION:
        codes = [text_of(value, column.kind, "en", (), column.unit) for value in values if value is not None]
    else:
        codes = [value for value in values if isinstance(value, str) and value.isascii() and " " not in value]
    widest = max((ems(code) for code in codes if len(code) <= _LONGEST_CODE), default=0.0)
    return widest * _WIDE_LETTERS * size("cell") * _MM_PER_POINT + _PADDING_MM if widest else 0.0


@lru_cache(maxsize=4096)
def _longest_word(label: str) -> float:
    """Return the ems of the longest part that shouldn't be broken: a Latin word, a short Chinese label, half a long."""
    return max(ems(word) * _WIDE_LETTERS if word.isascii() else _longest_part(word) for word in label.split() or [""])


def _longest_part(word: str) -> float:
    return ems(word) if len(word) <= _WHOLE_LABEL else ems(word) / 2 + 0.5


def label_lines(label: str, width: float) -> str:
    """Return a column's label with line breaks that leave Chinese lines of equal length; `width` in millimetres."""
    room = (width - _PADDING_MM) / (size("cell") * _MM_PER_POINT * 1.05)
    if label.isascii() or " " in label or ems(label) <= room:
        return label
    count = ceil(ems(label) / max(1.0, room))
    length = ceil(len(label) / count)
    return "\n".join(label[n : n + length] for n in range(0, len(label), length))


_NOT_FIRST = "，。；：、！？）》】」』”’,.;:!?)]}%"


def lines_of(text: str, width: float, size: float) -> list[str]:
    """Return a text broken into lines at most `width` millimetres wide, set in `size` points.

    Latin words stay whole where they fit; a closing mark doesn't begin a line.
    """
    room = width / (size * _MM_PER_POINT)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, room):
            if line and ems(line + piece.rstrip()) > room and piece not in _NOT_FIRST:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, room: float) -> Iterator[str]:
    """Yield what lines are broken between: Han characters, words with the blank before them."""
    for piece in re.findall(r"\s*[!-~\u00a1-\u024f]+|\s+|[^\s]", text):
        if ems(piece) <= room:
            yield piece
        else:
            yield from piece


@lru_cache(maxsize=256)
def equal_shares(total: int, count: int) -> tuple[int, ...]:
    """Return `count` whole widths as equal as may be that add up to `total`."""
    return tuple(shares(total, [1.0] * count))


def shares(total: int, parts: Sequence[float]) -> list[int]:
    """Return whole widths in proportion to `parts` that add up to `total`."""
    whole = sum(parts)
    edges = [round(part * total / whole) for part in accumulate(parts, initial=0)]
    return [after - before for before, after in pairwise(edges)]

"""What a PDF draws: its characters as pdfium reads them, with font and box of ink, held against our fonts."""

import ctypes
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from generator.writers import fonts

_TOLERANCE = 0.02
"""Part of the size of type by which a box may differ: pdfium rounds."""


class Glyph(NamedTuple):
    """A character as it stands on a page: code point, font, and width and height of its ink in units of the em."""

    point: int
    font: str
    width: float
    height: float


def glyphs(content: bytes) -> Iterator[Glyph]:
    """Yield the characters of a PDF that aren't blank, in the order in which they are read."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        text = page.get_textpage()
        for index in range(text.count_chars()):
            point = _point(text.raw, index)
            if point > 0x20 and point != 0xA0:
                yield Glyph(point, _font(text.raw, index), *_ink(text.raw, index))
    document.close()


def _point(text: Any, index: int) -> int:
    """Return the code point at a place; pdfium counts halves, of which the second is passed over."""
    point: int = pdfium.FPDFText_GetUnicode(text, index)
    if 0xD800 <= point < 0xDC00:
        return 0x10000 + ((point & 0x3FF) << 10) + (pdfium.FPDFText_GetUnicode(text, index + 1) & 0x3FF)
    return 0 if 0xDC00 <= point < 0xE000 else point


def _font(text: Any, index: int) -> str:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, index, buffer, 128, flags)
    return re.sub(r"^[A-Z]{6}\+|[^A-Za-z]", "", buffer.value.decode())


def _ink(text: Any, index: int) -> tuple[float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    size = pdfium.FPDFText_GetFontSize(text, index) or 1
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    scale = size * (abs(matrix.d) or 1)
    return (right.value - left.value) / scale, (top.value - bottom.value) / scale


class OwnFont(NamedTuple):
    """A font of ours: glyphs by code point, bounds of glyphs by name."""

    names: dict[int, str]
    table: Any
    em: int


@cache
def own_fonts() -> dict[str, OwnFont]:
    """Return our fonts by file name without suffix or signs."""
    from fontTools.ttLib import TTFont

    found = {}
    for path in sorted(fonts.prepare().glob("*.ttf")):
        font = TTFont(path, lazy=True)
        found[_key(path)] = OwnFont(font.getBestCmap(), font["glyf"], font["head"].unitsPerEm)
    return found


def _key(path: Path) -> str:
    return re.sub("[^A-Za-z]", "", path.stem)


def _of(name: str) -> OwnFont | None:
    known = own_fonts()
    return known.get(name) or known.get(f"{name}Regular")


def is_its_glyph(glyph: Glyph) -> bool:
    """Tell whether what is drawn has ink, and the bounds that the font's own glyph for the character has."""
    font = _of(glyph.font)
    if font is None or glyph.point not in font.names:
        return False
    own = font.table[font.names[glyph.point]]
    if not own.numberOfContours:
        return False
    width, height = (own.xMax - own.xMin) / font.em, (own.yMax - own.yMin) / font.em
    return abs(glyph.width - width) < _TOLERANCE and abs(glyph.height - height) < _TOLERANCE

"""How much room text takes, without asking a font: widths in characters, and lines broken where they may be."""

import re
from collections.abc import Iterator

from generator.units import MM_PER_POINT, Mm, Pt

_LATIN_EM = 0.52
_NOT_FIRST = "，。；：、！？）》】」』”’,.;:!?)]}%"


def ems(text: str) -> float:
    """Return the width of a text in characters of its size: a Chinese one counts 1, a Latin one about a half."""
    if text.isascii():
        return _LATIN_EM * len(text)
    return len(text) - (1 - _LATIN_EM) * len(text.encode("latin-1", "ignore"))


def lines_of(text: str, width: Mm, size: Pt) -> list[str]:
    """Return a text broken into lines at most `width` wide, set in type of a size.

    Latin words stay whole where they fit; a closing mark doesn't begin a line.
    """
    room = width / (size * MM_PER_POINT)
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

"""How much room text takes, without asking a font: widths in characters, and lines broken where they may be."""

import re
from collections.abc import Iterator
from math import ceil

from generator.units import MM_PER_POINT, Mm, Pt

_LATIN_EM = 0.52
_NOT_FIRST = "，。；：、！？）》】」』〕〉”’…—·％,.;:!?)]}%"
_NOT_LAST = "（《【「『〔〈“‘([{"


def ems(text: str) -> float:
    """Return the width of a text in characters of its size: a Chinese one counts 1, a Latin one about a half."""
    if text.isascii():
        return _LATIN_EM * len(text)
    return len(text) - (1 - _LATIN_EM) * len(text.encode("latin-1", "ignore"))


def line_count(text: str, room: float) -> int:
    """Return about how many lines a paragraph takes that has room for so many ems; see `lines_of` for which ones.

    Every few lines of Chinese one ends early for a mark's sake; words leave nearly an em empty at the end of theirs.
    """
    if len(text) <= room:  # no character is wider than an em
        return 1
    wide = ems(text)
    if wide <= room:
        return 1
    full, often = room, room - _EMPTY_OF_WORDS
    if wide > _CHINESE * len(text):
        wide -= _NARROWER * text.count(" ")
        full = max(1.0, float(int(room + 0.05)))
        often = full - (_EMPTY if wide > _FEW * full else 0.0)
    return 1 if wide <= room else 1 + max(1, ceil((wide - full) / max(1.0, often)))


_EMPTY, _EMPTY_OF_WORDS, _FEW = 0.3, 1.2, 4
"""Ems that lines of Chinese, and of words, leave empty at their ends on average, the last one apart; lines of Chinese
that hardly do.
"""

_CHINESE, _NARROWER = 0.7, 0.25
"""Ems of a character on average from which on lines of a text are broken as in Chinese; by how many ems a blank is
narrower than a letter.
"""


def latin_words(text: str) -> list[str]:
    """Return the Latin words of a text that are long enough to be broken, and short enough not to be."""
    return _WORD.findall(text)


_WORD = re.compile("[A-Za-z]{4,14}")


def lines_of(text: str, width: Mm, size: Pt) -> list[str]:
    """Return a text broken into lines at most `width` wide, set in type of a size.

    Latin words stay whole where they fit; a closing mark doesn't begin a line, an opening one doesn't end it.
    """
    room = width / (size * MM_PER_POINT)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _fitting(paragraph, room):
            if line and ems(line + piece.rstrip()) > room:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
    return lines


def even_lines(text: str, width: Mm, size: Pt) -> list[str]:
    """Return a text in lines as `lines_of` does, narrower where its last line would else be one to three characters."""
    lines = lines_of(text, width, size)
    em, narrower = size * MM_PER_POINT, width
    while len(lines) > 1 and 0 < ems(lines[-1]) < _STRAY and narrower > width * _NARROWEST:
        narrower = Mm(narrower - em)
        other = lines_of(text, narrower, size)
        if len(other) > len(lines):
            return lines
        if ems(other[-1]) >= _STRAY:
            return other
    return lines


_STRAY, _NARROWEST = 3.5, 0.6
"""Ems below which a last line looks lost, and the share of the width that lines have at least to avoid that."""


def longest_word(text: str) -> float:
    """Return the ems of the longest part of a text that lines aren't broken within."""
    return max((ems(piece.strip()) for piece in _pieces(text)), default=0.0)


def _pieces(text: str) -> Iterator[str]:
    """Yield what lines are broken between: Han characters, words with the blank before them, each with its marks."""
    piece = ""
    for found in re.findall(r"\s*[!-~\u00a1-\u024f\u0300-\u036f\u1e00-\u1eff]+|\s+|[^\s]", text):
        joined = found[0] in _NOT_FIRST or (piece and piece[-1] in _NOT_LAST and not found[0].isspace())
        if piece and not joined:
            yield piece
            piece = ""
        piece += found
    if piece:
        yield piece


def _fitting(text: str, room: float) -> Iterator[str]:
    """Yield pieces that fit on a line: one that doesn't is broken at its own marks, else anywhere."""
    for piece in _pieces(text):
        if ems(piece.strip()) <= room:
            yield piece
            continue
        for part in re.findall(r"[^-/_.@&=]*[-/_.@&=]+|[^-/_.@&=]+", piece):
            yield from [part] if ems(part.strip()) <= room else _letters(part)


def _letters(text: str) -> Iterator[str]:
    """Yield a text letter by letter, closing marks with the letter before them."""
    letters = ""
    for letter in text:
        if letters and (letter not in _NOT_FIRST or len(letters) == _MOST_MARKS):
            yield letters
            letters = ""
        letters += letter
    yield letters


_MOST_MARKS = 4
"""Closing marks that are kept together with a letter; rows of more are a line of dots, broken anywhere."""

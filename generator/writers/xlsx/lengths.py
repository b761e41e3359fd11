"""Texts as long as Excel counts them, and cut where no letter is cut: in names of sheets, and in heads of pages."""

from collections.abc import Iterable
from unicodedata import category

_ELLIPSIS = "…"
_JOINER = "\u200d"
_SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units, as Excel counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def beginning(text: str, most: int) -> str:
    """Return the beginning of a text, of at most so many units."""
    return "".join(_fitting(_letters(text), most))


def shortened(text: str, most: int, is_code: bool = False) -> str:
    """Return a text of at most so many units: its beginning, and of a code, which is told by its end, the end too."""
    if units(text) <= most:
        return text
    letters = _letters(text)
    first = _fitting(letters, (most - 1) // 3 if is_code else most - 1)
    rest = most - 1 - units("".join(first)) if is_code else 0
    last = _fitting(reversed(letters), rest)[::-1]
    return "".join(first).rstrip() + _ELLIPSIS + "".join(last).lstrip()


def _fitting(letters: Iterable[str], most: int) -> list[str]:
    """Return the first letters, as many as have so many units together."""
    found: list[str] = []
    for letter in letters:
        most -= units(letter)
        if most < 0:
            break
        found.append(letter)
    return found


def _letters(text: str) -> list[str]:
    """Return the letters of a text, each with the marks upon it and whatever is joined to it."""
    found: list[str] = []
    for character in text:
        if found and (_belongs_before(character) or found[-1].endswith(_JOINER)):
            found[-1] += character
        else:
            found.append(character)
    return found


def _belongs_before(character: str) -> bool:
    return character == _JOINER or character in _SKIN_TONES or category(character).startswith("M")

"""The head and foot of printed pages in Excel's codes, shortened where they are longer than Excel takes."""

from collections.abc import Callable

from generator.document import Document
from generator.wording import phrase
from generator.writers.running import foot_text, head_parts
from generator.writers.xlsx.lengths import shortened, units

MOST = 255
"""UTF-16 units of a head or foot with its codes; Excel takes no file that has more."""


def header(document: Document, *, first: bool) -> str:
    """Return the head of the first page, or of every other."""

    def made(most: int) -> str:
        left, right = head_parts(document, lambda text, is_code: shortened(text, most, is_code), first=first)
        return f"&L&8{_literal(left)}&R&8{_literal(right)}"

    return _longest(made)


def footer(document: Document, *, first: bool) -> str:
    """Return the foot of the first page, or of every other."""
    pages = phrase("page.of", document.lang).format(page="&P", pages="&N")

    def made(most: int) -> str:
        text = foot_text(document, lambda text, is_code: shortened(text, most, is_code), first=first)
        return f"&L&8{_literal(text)}&R&8{pages}"

    return _longest(made)


def _longest(made: Callable[[int], str]) -> str:
    """Return what is made of texts that are cut to as many units as leave room for all: the longest are cut first."""
    return next(text for most in range(MOST, -1, -1) if units(text := made(most)) <= MOST)


def _literal(text: str) -> str:
    """Return text for a page's head, where `&` begins a code and a digit after a size would join it."""
    return (" " if text[:1].isdigit() else "") + text.replace("&", "&&")

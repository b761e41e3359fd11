"""An organisation's logo and seal on a sheet: pictures over cells, which take no rows of their own."""

from generator.document import Signature
from generator.text_measure import ems
from generator.units import MM_PER_POINT, Mm
from generator.writers.letterhead import Logo
from generator.writers.marks import FROM_RIGHT, logo_words, over_closing, seal_of, seal_words
from generator.writers.xlsx.pictures import PlacedMark
from generator.writers.xlsx.workbook import Book

_WIDE, _HIGH, _LEAST = 34.0, 9.0, 12.0
"""Millimetres that a logo beside a title is wide and high at most, and that it is given however long the title is."""

_GAP, _UNDER = 3.0, 1.5
"""Millimetres between a logo and the title, and beneath a seal."""


def place_beside_title(book: Book, wide: float, high: float) -> None:
    """Set the logo at the left of the title, which stands in the middle of the first row, `wide` and `high` mm."""
    mark, document = book.document.profile.logo, book.document
    if mark is None:
        return
    title = ems(document.title) * document.theme.size.title * MM_PER_POINT
    size = mark.within(min(_WIDE, max(_LEAST, (wide - title) / 2 - _GAP)), min(_HIGH, high - 1.0))
    book.marks.append(PlacedMark(mark, "logo", logo_words(document), size, 0, across=0.3, down=(high - size[1]) / 2))


def place_in_letterhead(book: Book, logo: Logo, row: int) -> None:
    """Set the logo of a letterhead into the upper left corner of a row, counted from 1."""
    words, size = logo_words(book.document), (logo.width, logo.height)
    book.marks.append(PlacedMark(logo.mark, "logo", words, size, row - 1))


def place_seal(
    book: Book, signature: Signature, row: int, first: int, last: int, column: Mm, high: float, above: float
) -> None:
    """Set the seal over a place to sign and the beginning of its date, if the organisation seals it.

    `row`: that of the room, from 1; `first` and `last`: its columns, each `column` mm wide; `high`: of room and date,
    `above`: of the label.
    """
    seal = seal_of(book.document) if signature.stamped else None
    if seal is None:
        return
    left = max(first * column, last * column - FROM_RIGHT - seal.width)
    if signature.closing:
        beside = over_closing(book.document, seal)[0]
        left = first * column + (beside if book.document.lang == "en" else ((last - first) * column - seal.width) / 2)
    at, down = int(left / column), high - _UNDER - seal.height
    if down < 0:  # it begins in the row of the label
        row, down = row - 1, max(0.0, above + down)
    words, size = seal_words(book.document), (seal.width, seal.height)
    book.marks.append(PlacedMark(seal.mark, "seal", words, size, row - 1, at, left - at * column, down))

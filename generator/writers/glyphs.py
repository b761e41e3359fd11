"""No boxes instead of characters: what no font of ours has is refused before a page is set."""

import unicodedata

from generator.document import Document
from generator.errors import Fault, Place, WriteError
from generator.wording import LANGS
from generator.writers import fonts
from generator.writers.texts import TextPiece, texts

MOST_NAMED = 5
"""Fields that are named where an engine can't set a document."""

_UNUSUAL = frozenset({"Mn", "Mc", "Me", "Cf", "Co", "Cn"})


def refuse_tofu(document: Document, shown: str) -> None:
    """Raise WriteError (E-glyph) for every character that no font has, naming the character and its field.

    `shown` holds all that the document shows, in whatever form: only where that lacks a glyph, which is rare, is the
    document gone through text by text.
    """
    if not fonts.missing(shown):
        return
    faults = []
    for piece in texts(document):
        for character in fonts.missing(piece.text):
            titles = {"zh-Hans": piece.label, "zh-Hant": piece.label, "en": piece.label} if piece.label else {}
            code = f"U+{ord(character):04X}"
            faults.append(Fault("E-glyph", Place(titles=titles, pointer=piece.pointer), {"character": code}))
    if faults:
        raise WriteError(faults)


def unset(document: Document) -> list[Fault]:
    """Return the faults (E-unset) of a document that an engine can't set: the fields that hold what it may be."""
    faults = [_unset(piece, found) for piece in texts(document) if (found := _unusual(piece.text))]
    return faults[:MOST_NAMED] or [Fault("E-unset", params={"characters": "–"})]


def _unusual(text: str) -> list[str]:
    """Return the characters of a text that don't stand by themselves, as code points, each once."""
    marks = dict.fromkeys(c for c in text if not c.isascii() and unicodedata.category(c) in _UNUSUAL)
    return [f"U+{ord(c):04X}" for c in marks]


def _unset(piece: TextPiece, characters: list[str]) -> Fault:
    titles: dict[str, str] = dict.fromkeys(LANGS, piece.label) if piece.label else {}
    return Fault("E-unset", Place(titles=titles, pointer=piece.pointer), {"characters": characters[:MOST_NAMED]})

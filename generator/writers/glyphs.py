"""No boxes instead of characters: what no font of ours has is refused before a page is set."""

from generator.document import Document
from generator.errors import Fault, Place, WriteError
from generator.writers import fonts
from generator.writers.texts import texts


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

"""Fonts for PDF, as writers ask for them: which there are, what characters they have, and that they are whole.

`font_making` makes them, `font_store` keeps them in the user's cache. Engines know no other fonts, so that the output
is the same everywhere; a font that they would silently do without is an error here.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator.errors import MachineError, Place, fail
from generator.prepared import cache_folder
from generator.writers.font_making import FACES, FAMILIES, RECIPE, bits_file, makers
from generator.writers.font_store import FontStore

_ALWAYS = ("Biaodan Latin", "Biaodan Emoji")
"""Families that engines turn to for quotes and signs, whatever the text."""


def _recipe_folder() -> Path:
    """Return the folder of this recipe's fonts in the user's cache."""
    try:
        made_from = f"{RECIPE} {version('justmytype-intl-cjk')} {version('uharfbuzz')}"
    except PackageNotFoundError:
        raise fail(MachineError, "E-font-missing", package="justmytype-intl-cjk") from None
    name = hashlib.sha256(made_from.encode()).hexdigest()[:12]
    return cache_folder() / f"fonts-{name}"


@cache
def _store() -> FontStore:
    store = FontStore(_recipe_folder(), makers())
    store.prepare()
    return store


def prepare() -> Path:
    """Return the folder of static fonts, made at the first use (in some seconds).

    Raises MachineError (E-font-missing, E-cache) where the font package isn't installed or no cache can be written.
    """
    return _store().folder / FACES


def state() -> int:
    """Return a number that is another one when fonts have been made again: what has read them must read them again."""
    return _store().mended


def require(letter: Sequence[str], families: Sequence[str], text: str) -> None:
    """See to it that the fonts that a text needs are whole: `letter` are those of a letter's running text.

    Other fonts than the first family's are looked at for a text with characters that it lacks. Raises MachineError
    (E-font-family) for a family that there isn't, and as `prepare`.
    """
    unknown = [name for name in (*letter, *families) if name not in FAMILIES]
    if unknown or not families:
        raise fail(MachineError, "E-font-family", Place("theme.toml"), families=unknown or ["–"], known=list(FAMILIES))
    first = families[0]
    needed = {first, *letter, *_ALWAYS} if has_all(first, text) else FAMILIES
    _store().verify(file for family in needed for file in FAMILIES[family])


def confirm(embedded: Iterable[str]) -> None:
    """See to it that the fonts that stand in a document are those that were verified.

    `embedded`: their families, or names of their files without suffix. Raises MachineError (E-font-family) for one that
    isn't ours, E-font-changed where one was removed or replaced meanwhile, and as `prepare`.
    """
    for name in set(embedded):
        files = FAMILIES.get(name) or _FILES.get(name)
        if files is None:
            raise fail(MachineError, "E-font-family", families=[name], known=list(FAMILIES))
        _store().verify(files)
    _store().refuse_changed()


_FILES = {Path(file).stem: (file,) for files in FAMILIES.values() for file in files}


@cache
def coverage(name: str = "coverage") -> bytes:
    """Return a bit for every code point that one of the fonts has, or the named font alone."""
    return _store().read(bits_file(name))


_within: dict[str, set[str]] = {}
"""Characters that each family was found to have."""


def has_all(family: str, text: str) -> bool:
    """Tell whether a family has all characters of a text that show something."""
    if text.isascii():
        return True
    known = _within.setdefault(family, set())
    unknown = set(text) - known
    lacking = _lacking(unknown, coverage(Path(FAMILIES[family][0]).stem)) if unknown else ()
    known |= unknown - set(lacking)
    return not lacking


def _lacking(characters: Iterable[str], bits: bytes) -> set[str]:
    return {c for c in characters if not bits[ord(c) >> 3] >> (ord(c) & 7) & 1 and ord(c) not in _INVISIBLE}


_INVISIBLE_RANGES: tuple[tuple[int, int], ...] = ((0, 0x20), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070))
_INVISIBLE_RANGES += ((0xFE00, 0xFE10), (0xE0000, 0xE0080), (0xE0100, 0xE01F0), (0xAD, 0xAE))
_INVISIBLE_RANGES += ((0x34F, 0x350), (0x61C, 0x61D), (0x115F, 0x1161), (0x17B4, 0x17B6), (0x180B, 0x180F))
_INVISIBLE_RANGES += ((0x3164, 0x3165), (0xFFA0, 0xFFA1))
_INVISIBLE = frozenset(point for start, end in _INVISIBLE_RANGES for point in range(start, end))
"""Code points that show nothing by themselves, so that no font needs them (Unicode: default ignorable)."""


def visible(text: str) -> str:
    """Return a text without what shows nothing: for drawings, in which each character is drawn by itself."""
    return text if text.isprintable() and _FILLERS.isdisjoint(text) else "".join(c for c in text if not hides(c))


def hides(character: str) -> bool:
    """Tell whether a character shows nothing by itself."""
    return ord(character) in _INVISIBLE


_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0") | {
    chr(point) for start, end in ((0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for point in range(start, end)
}
"""What shows nothing although Python takes it for printable."""

_covered: set[str] = set()
"""Characters that were looked up and need nothing more: at most as many as the fonts have."""


def missing(text: str) -> list[str]:
    """Return the characters of `text` that no font has, each once, in their order."""
    if text.isascii():
        return []
    unknown = set(text) - _covered
    if not unknown:
        return []
    bits = coverage()
    absent = _lacking(unknown, bits)
    _covered.update(unknown - absent)
    return [c for c in dict.fromkeys(text) if c in absent] if absent else []


__all__ = ["FAMILIES", "confirm", "coverage", "has_all", "missing", "prepare", "require", "state"]

"""What stands in the boxes of a form: its characters, as small fonts of their own, and lines that are set of them."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from generator.units import Pt
from generator.writers import fonts

_EM = 1000
_DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "STAT", "DSIG")
_PIECES = re.compile(r"[^\S\n]+|[!-~\u00a1-\u024f\u0300-\u036f\u1e00-\u1eff]+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。；：、！？）》】」』〕〉”’…—·％")
_NOT_LAST = frozenset("（《【「『〔〈“‘")

Run = tuple[str, str]
"""The name of a font, and the digits of glyphs in it."""


@lru_cache(maxsize=8)
def _face(file: str, state: int) -> Any:
    """Return a font for a state that the fonts are in."""
    import uharfbuzz as hb

    return hb.Face(hb.Blob.from_file_path(str(fonts.prepare().parent / file)))


@dataclass
class Subset:
    """Some characters of a font: the font with these alone, the number of each glyph, its width in thousandths."""

    name: str
    program: bytes
    glyphs: Mapping[str, int]
    widths: Mapping[str, int]


def subset(family: str, characters: Iterable[str]) -> Subset:
    """Return some characters of a family's regular font."""
    import uharfbuzz as hb

    wanted = sorted(set(characters))
    file = fonts.FAMILIES[family][0]
    face, plan = _face(file, fonts.state()), hb.SubsetInput()
    plan.unicode_set.set({ord(c) for c in wanted})
    plan.layout_feature_tag_set.clear()
    plan.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    plan.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    small = hb.subset(face, plan)
    program, font = bytes(small.blob.data), hb.Font(small)
    glyphs = {c: font.get_nominal_glyph(ord(c)) or 0 for c in wanted}
    scale = _EM / small.upem
    widths = {c: round(font.get_glyph_h_advance(glyph) * scale) for c, glyph in glyphs.items()}
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256("".join(wanted).encode()).digest()[:6])
    return Subset(f"{tag}+{Path(file).stem}", program, glyphs, widths)


@dataclass
class Lettering:
    """The fonts of what stands in a document's boxes, named F0, F1, …; a character has the first in which it is."""

    families: Sequence[str]
    _family: dict[str, str] = field(default_factory=dict)
    subsets: dict[str, Subset] = field(default_factory=dict)

    def take(self, text: str) -> None:
        """Take note of a text that will be set."""
        for character in set(text) - self._family.keys():
            self._family[character] = self._found(character)

    def _found(self, character: str) -> str:
        if fonts.hides(character) or character.isspace():
            return self.families[0] if character in "\u00a0\u3000 " else ""
        return next((family for family in self._every() if fonts.has_all(family, character)), self.families[0])

    def _every(self) -> Iterable[str]:
        """Return the fonts in the order in which they are looked through; only sans ones have all characters listed."""
        return dict.fromkeys([*self.families, *(family for family in fonts.FAMILIES if "Serif" not in family)])

    def make(self) -> None:
        """Make the fonts, once all texts are known."""
        for family in self._every():
            characters = [c for c, own in self._family.items() if own == family]
            if characters:
                self.subsets[family] = subset(family, characters)
        self._names = {family: f"F{n}" for n, family in enumerate(self.subsets)}
        of_family = {family: made.widths for family, made in self.subsets.items()}
        self._wide = {c: of_family[family][c] if family else 0 for c, family in self._family.items()}
        self._measured: dict[str, list[tuple[str, int, int]]] = {}

    @property
    def named(self) -> Mapping[str, Subset]:
        """Return the fonts by their names."""
        return {self._names[family]: made for family, made in self.subsets.items()}

    def width(self, text: str) -> int:
        """Return the width of a text in thousandths of its size."""
        return sum([self._wide[character] for character in text])

    def runs(self, text: str) -> list[Run]:
        """Return a text as glyphs, a run for each change of font."""
        runs: list[tuple[str, list[str]]] = []
        for character in text:
            family = self._family.get(character, "")
            if not family:
                continue
            name = self._names[family]
            if not runs or runs[-1][0] != name:
                runs.append((name, []))
            runs[-1][1].append(f"{self.subsets[family].glyphs[character]:04X}")
        return [(name, "".join(digits)) for name, digits in runs]

    def lines(self, text: str, room: float) -> list[str]:
        """Return a text in lines that are no wider than so many thousandths of its size, where that can be."""
        return [line for paragraph in text.split("\n") for line in self._lines(paragraph, room)]

    def _lines(self, text: str, room: float) -> Iterable[str]:
        line, wide = "", 0
        for unit, own, bare in self._units_of(text):
            if line and wide + bare > room:
                yield line.rstrip()
                line, wide = "", 0
            if wide + bare <= room:
                line, wide = line + unit, wide + own
                continue
            for character in unit:
                if line and wide + self._wide[character] > room:
                    yield line
                    line, wide = "", 0
                line, wide = line + character, wide + self._wide[character]
        yield line.rstrip()

    def _units_of(self, text: str) -> list[tuple[str, int, int]]:
        """Return what lines are broken between, each with its width, and that without the blanks at its end."""
        if text not in self._measured:
            units = [(unit, unit.rstrip()) for unit in _units(text)]
            self._measured[text] = [(unit, self.width(unit), self.width(bare)) for unit, bare in units]
        return self._measured[text]


def _units(text: str) -> Iterable[str]:
    """Yield what lines are broken between: a Chinese character or a word with the marks that belong to it."""
    unit = ""
    for piece in _PIECES.findall(text):
        joined = unit and (piece[0] in _NOT_FIRST or piece[0].isspace() or unit[-1] in _NOT_LAST)
        if unit and not joined:
            yield unit
            unit = ""
        unit += piece
    if unit:
        yield unit


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text set to a size at which it fits its box."""

    size: Pt
    lines: Sequence[str]


LEADING = 1.28
_STEP, _SMALLEST = 0.5, 3.0


def fit(letters: Lettering, text: str, size: Pt, wide: float, high: float, *, several: bool) -> Fitted:
    """Return a text at the size that is wanted, or at the largest below it at which it fits its box."""
    while True:
        lines = letters.lines(text, wide / size * _EM) if several else [text]
        fits = len(lines) * size * LEADING <= high if several else letters.width(text) * size <= wide * _EM
        if fits or size - _STEP < _SMALLEST:
            return Fitted(size, lines)
        size = Pt(size - _STEP)

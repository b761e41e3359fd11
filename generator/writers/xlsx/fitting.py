"""How wide a register's columns are: numbers and days as they must be, texts by their share and by what they hold.

Lengths are pixels of Excel at 96 to the inch, in which it rounds the widths of columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from math import ceil

from generator.document import Face, Table
from generator.document.columns import MOST_LINES, fill_shares
from generator.kinds import CHOICE
from generator.text_measure import ems
from generator.units import Pt
from generator.wording import Lang
from generator.writers.xlsx.widths import is_unbroken

PIXELS_PER_CHARACTER = 7
"""Pixels of a character of a column's width."""

_PIXELS_PER_POINT = 96 / 72
_BESIDE_TEXT, _BESIDE_LABEL = 15.0, 9.0
"""Pixels of a cell that its text doesn't take: what lies at both sides, and the indent of what stands at the left."""

_NARROW, _BROAD = frozenset("iljftrI.,:;'()-/ "), frozenset("mwMW@%")
_NARROW_EM, _BROAD_EM, _CAPITAL_EM, _USUAL_EM = 0.36, 0.9, 0.74, 0.6
"""Ems of letters of a bold Latin font."""

_WORD = re.compile(r"[!-~]+")
_LONGEST_WORD = 20
_LOOKED_AT = 300
"""Rows whose texts say how wide columns should be."""

_LEAST_SHARE, _MOST_SHARE = 0.5, 3.0
"""Bounds of a column's width in widths by its share alone."""

_WASTE, _STRAY, _COST_OF_STRAY = 1.05, 3.5, 1.0
"""What broken lines leave empty; ems below which a last line looks lost, and what that counts beside a line."""

_SURE = 0.96
"""Share of a header's width that Chinese lines are broken in."""

_SMALLEST = 7.0
"""Points below which type in print isn't read."""


def bold_ems(word: str) -> float:
    """Return how wide a word of a header is in sizes of its type."""
    return sum(_bold(letter) for letter in word)


def _bold(letter: str) -> float:
    if letter > "\u024f":
        return 1.0
    if letter in _NARROW:
        return _NARROW_EM
    if letter in _BROAD:
        return _BROAD_EM
    return _CAPITAL_EM if letter.isupper() else _USUAL_EM


def words_of(label: str) -> list[str]:
    """Return the parts of a header that no line is broken within: words, short Chinese labels with their star."""
    parts = label.split(" ")
    if len(parts) > 1 and parts[-1] == "*":
        parts[-2:] = [f"{parts[-2]} *"]
    return [half for part in parts for half in _halves(part)]


_SHORT = 6
"""Letters of a Chinese label that stands on one line, with its star; longer ones stand on two."""


def _halves(word: str) -> Sequence[str]:
    if word.isascii() or len(word) <= _SHORT:
        return (word,)
    middle = ceil(len(word) / 2)
    return word[:middle], word[middle:]


def header_lines(label: str, width: float, points: Pt) -> int:
    """Return how many lines a header takes in a column."""
    room = (width - _BESIDE_LABEL + 2) / (points * _PIXELS_PER_POINT) * (1.0 if label.isascii() else _SURE)
    lines, used = 1, 0.0
    for word in re.findall(r"[!-.0-\u024f]+/?|[^!-\u024f\s]/?", label):
        blank = _NARROW_EM if word.isascii() and used else 0.0
        if used and used + blank + bold_ems(word) > room:
            lines, used, blank = lines + 1, 0.0, 0.0
        used += blank + bold_ems(word)
    return lines


def text_room(width: float, points: Pt) -> float:
    """Return how many ems of text have room in a column."""
    return max(1.0, (width - _BESIDE_TEXT + 1.0) / (points * _PIXELS_PER_POINT))


@dataclass
class _Wish:
    """What a column needs, would have, and holds: ems of the lines of its texts."""

    share: float
    least: float
    word: float
    whole: float
    texts: list[float] = field(default_factory=list)
    is_text: bool = False

    def natural(self, em: float) -> float:
        """Return the width at which nothing of it is broken."""
        longest = max(self.texts, default=0.0)
        return max(self.least, self.whole, longest * em + _BESIDE_TEXT if longest else 0.0)

    @cached_property
    def _costs(self) -> dict[float, float]:
        return {}

    def cost(self, room: float) -> float:
        """Return how bad so much room is: tall rows, and last lines of a few letters."""
        found = self._costs.get(room)
        if found is None:
            found = self._costs[room] = sum(_cost(text, room) for text in self.texts)
        return found


def _cost(text: float, room: float) -> float:
    if text <= room:
        return 1.0
    wanted = text * _WASTE
    lines = ceil(wanted / room)
    lost = _COST_OF_STRAY if text - (lines - 1) * room < _STRAY else 0.0
    return lines * lines + lost


def fitted(
    table: Table, labels: Sequence[str], needed: Sequence[float], lang: Lang, points: Pt, room: float
) -> list[float]:
    """Return the widths of a register's columns, which fill the room where they can.

    `needed`: pixels of what can't be broken, by column.
    """
    em = points * _PIXELS_PER_POINT
    wishes = [
        _wish(column.face, column.share, label, width, lang, em)
        for column, label, width in zip(table.columns, labels, needed, strict=True)
    ]
    wide = room / sum(wish.share for wish in wishes) * _MOST_SHARE / em
    _look_at(table, wishes, em, [wish.share * wide * MOST_LINES for wish in wishes])
    least = _least(wishes, room * points / _SMALLEST)
    if sum(least) >= room:
        return least
    usual = fill_shares(room, [wish.share for wish in wishes], least)
    most = [_most(wish, width, em) for wish, width in zip(wishes, usual, strict=True)]
    return _improved(wishes, least, _filled(wishes, least, most, room), usual, em)


def _wish(face: Face, share: float, label: str, needed: float, lang: Lang, em: float) -> _Wish:
    word = max(map(bold_ems, words_of(label))) * em + _BESIDE_LABEL
    whole = bold_ems(label) * em + _BESIDE_LABEL
    if is_unbroken(face, lang):
        least = max(word, needed or face.kind.sheet_characters * PIXELS_PER_CHARACTER)
        return _Wish(share, least, least, least)
    choices = [choice.label for choice in face.choices]
    longest = max((bold_ems(word) for choice in choices for word in choice.split()), default=0.0)
    least = max(word, min(longest, _LONGEST_WORD / 2) * em + _BESIDE_TEXT if choices else 0.0, 4 * em + _BESIDE_TEXT)
    texts = [max(map(ems, choices))] if face.kind is CHOICE and choices else []
    return _Wish(share, least, least, whole, texts, is_text=True)


def _look_at(table: Table, wishes: Sequence[_Wish], em: float, most: Sequence[float]) -> None:
    """Take note of what the first rows hold, but for texts of so many ems that they stand beneath the table."""
    texts = [n for n, wish in enumerate(wishes) if wish.is_text and not table.columns[n].face.choices]
    for row in islice(table.rows, _LOOKED_AT) if texts else ():
        for n in texts:
            if isinstance(value := row.values[n], str) and value and ems(value) <= most[n]:
                wish = wishes[n]
                wish.texts += [ems(line) for line in value[:4000].split("\n")]
                words = [len(word) for word in _WORD.findall(value[:400])]
                longest = max((length for length in words if length <= _LONGEST_WORD), default=0)
                wish.word = max(wish.word, longest * _USUAL_EM * em + _BESIDE_TEXT)


def _least(wishes: Sequence[_Wish], most: float) -> list[float]:
    """Return the widths below which columns can't be read; no word is broken where that has room at all."""
    least = [wish.word for wish in wishes]
    return least if sum(least) <= most else [wish.least for wish in wishes]


def _most(wish: _Wish, usual: float, em: float) -> float:
    """Return the width beyond which a column has no use for more, or would have more than is its due."""
    return (
        min(wish.natural(em), usual * _MOST_SHARE)
        if wish.texts
        else max(usual, wish.whole)
        if wish.is_text
        else wish.least
    )


def _filled(wishes: Sequence[_Wish], least: Sequence[float], most: Sequence[float], room: float) -> list[float]:
    """Return widths by share, none below its least or, where others can use it, above its most."""
    top = [max(pair) for pair in zip(least, most, strict=True)]
    fixed: dict[int, float] = {}
    free = [n for n, wish in enumerate(wishes) if wish.is_text] or list(range(len(wishes)))
    while True:
        left = room - sum(fixed.get(n, 0.0) for n in range(len(wishes)))
        own = [n for n in range(len(wishes)) if n not in fixed]
        if not own:
            break
        widths = fill_shares(left, [wishes[n].share for n in own], [least[n] for n in own])
        over = {n: top[n] for n, width in zip(own, widths, strict=True) if width > top[n] + 1e-6}
        if not over:
            fixed |= dict(zip(own, widths, strict=True))
            break
        fixed |= over
    rest = room - sum(fixed.values())
    whole = sum(wishes[n].share for n in free)
    return [fixed[n] + (rest * wishes[n].share / whole if n in free else 0.0) for n in range(len(wishes))]


_ROUNDS = 200


def _improved(
    wishes: Sequence[_Wish], least: Sequence[float], widths: list[float], usual: Sequence[float], em: float
) -> list[float]:
    """Return the widths with room moved, a letter at a time, from columns that can spare it to those that want it."""
    texts = [n for n, wish in enumerate(wishes) if wish.texts]
    rooms = {n: (widths[n] - _BESIDE_TEXT) / em for n in texts}
    lower = {n: (max(least[n], min(usual[n] * _LEAST_SHARE, wishes[n].natural(em))) - _BESIDE_TEXT) / em for n in texts}
    upper = {n: max(rooms[n], (usual[n] * _MOST_SHARE - _BESIDE_TEXT) / em) for n in texts}
    for _ in range(_ROUNDS):
        best = (-1e-6, 0, 0, 0.0)
        for giver in texts:
            for taker in texts:
                if giver == taker:
                    continue
                for step in (0.5, 1.0, 2.0, 4.0):
                    gives, takes = rooms[giver] - step, rooms[taker] + step
                    if gives < lower[giver] or takes > upper[taker]:
                        break
                    now = wishes[giver].cost(rooms[giver]) + wishes[taker].cost(rooms[taker])
                    then = wishes[giver].cost(gives) + wishes[taker].cost(takes)
                    best = min(best, (then - now, giver, taker, step))
        _, giver, taker, step = best
        if not step:
            break
        rooms[giver] -= step
        rooms[taker] += step
    return [rooms[n] * em + _BESIDE_TEXT if n in rooms else widths[n] for n in range(len(widths))]

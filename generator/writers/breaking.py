"""Places to break in what has none: a line of hundreds of characters without one takes a layout engine minutes."""

import re
import unicodedata
from collections.abc import Iterator

_MOST = 200
"""Characters that may stand together without a place to break."""

_EVERY, _JOINED_AT_MOST = 8, 12
_HAN = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SOLID = re.compile(f"(?:(?![ \t\n\u200b]|[{_HAN}][{_HAN}]).){{{_MOST},}}")
"""Neither a space nor two Han characters side by side, between which a line may always be broken."""

_PLACE = "\u200b"
_JOINED = frozenset({"Mn", "Mc", "Me", "Cf", "Sk"})


def breakable(text: str) -> str:
    """Return a text in which runs of more than 200 characters may be broken; any other as it is."""
    return _SOLID.sub(lambda run: _PLACE.join(_pieces(run[0])), text) if len(text) >= _MOST else text


def _pieces(run: str) -> Iterator[str]:
    """Yield a run in pieces; what joins the character before it stays with that, unless it never ends."""
    start = 0
    for at in range(_EVERY, len(run)):
        ended = at - start >= _EVERY and unicodedata.category(run[at]) not in _JOINED and run[at - 1] != "\u200d"
        if ended or at - start >= _EVERY + _JOINED_AT_MOST:
            yield run[start:at]
            start = at
    yield run[start:]


DAY = re.compile("(?:[0-9]{4} ?年 ?)?[0-9]{1,2} ?月 ?[0-9]{1,2} ?日")
"""A day in running text, which stays on one line."""


DOT = "\u2027"
"""The dot within names that Big5 has: where a line ends with it, Pango draws a hyphen instead."""

_DOT_AND_NEXT = re.compile(f"{DOT}([^{DOT}<>&\\s]?)")
_JOINER = "\u2060"


def undivided(markup: str) -> str:
    """Return markup in which no line ends with a dot: it stays with what follows it."""
    return _DOT_AND_NEXT.sub(lambda dot: f'<span class="together">{DOT}{dot[1] or _JOINER}</span>', markup)

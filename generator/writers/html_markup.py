"""Pieces of the page's markup: text set as Chinese is, pictures, gaps, what stays together at the end of a page."""

import re
from collections.abc import Sequence
from html import escape

from generator.document import Drawn, Gap
from generator.profile import Mark
from generator.text_measure import line_count
from generator.units import MM_PER_POINT, Mm, Pt
from generator.writers.breaking import DAY, DOT, breakable, undivided
from generator.writers.drawing import mark_address, photo_address

_CLOSING, _OPENING = "，。；：、！？）》】」』”’", "（《【「『“‘"
_TOUCHING = re.compile(f"([{_CLOSING}])(?=[{_CLOSING}{_OPENING}])")
_ORNAMENT = re.compile(f"[{_CLOSING}{_OPENING}]{{12}}")
"""Marks in such a row are no punctuation: they are set as they are."""

_MOST_HALVED = 200
"""Touching marks of a text that are set narrower: each takes an element of its own."""

_TOGETHER, _SHORT = 4, 8

_WITH_SIGNATURES = 2
"""Rows that stay with the signatures beneath them."""

_MOST_HIGH, _LEADING, _INSIDE = Mm(190.0), 1.32, 1.6
"""Millimetres that a box is high at most; sizes of its type that a line is high; millimetres that no line takes."""

_KEPT, _SECTION = ' data-kept=""', "</section>"
_AT_TOP = Mm(0.0)


def set_text(text: str, ends: bool = True) -> str:
    """Return a text as markup, set as Chinese is: of two marks that touch the first is half as wide, and where it
    `ends` a paragraph the last line has no character alone (W3C clreq 3.1.6, 3.2).
    """
    text = breakable(text)
    if text.isascii():
        return escape(text)
    return undivided(_set(text, ends)) if DOT in text else _set(text, ends)


def _set(text: str, ends: bool) -> str:
    tail = text[-_TOGETHER:]
    whole = not ends or len(text) < _SHORT or not all(c > "\u2e80" for c in tail)
    markup = escape(text) if whole else f'{escape(text[:-_TOGETHER])}<span class="together">{escape(tail)}</span>'
    if "月" in text:
        markup = DAY.sub(r'<span class="tailed">\g<0></span>', markup)
    if _ORNAMENT.search(markup):
        return markup
    halved, count = _TOUCHING.subn(r'<span class="half">\1</span>', markup)
    return halved if count <= _MOST_HALVED else markup


def lines_in(text: str, wide: Mm, size: Pt) -> int:
    """Return about how many lines a text takes in a box so wide."""
    room = max(1.0, wide / (size * MM_PER_POINT))
    return sum(line_count(line, room) for line in text.split("\n"))


def high_of(lines: int, size: Pt) -> Mm:
    """Return the height of a box for so many lines, as far as a page has it."""
    return Mm(min(_MOST_HIGH, lines * size * MM_PER_POINT * _LEADING + _INSIDE))


def gapped(gaps: Sequence[Gap]) -> str:
    """Return the gaps of a date, which stay on one line."""
    return f'<span class="gaps">{"".join(map(_gap, gaps))}</span>'


def _gap(gap: Gap) -> str:
    under = f"<span>{escape(gap.under)}</span>" if gap.under else ""
    named = "digits under" if gap.under else "digits"
    return f'{escape(gap.before)}<span class="{named}" style="width:{gap.width:g}mm">{under}</span>{escape(gap.after)}'


def drawn_picture(drawn: Drawn, size: tuple[Mm, Mm]) -> str:
    """Return a signature that is drawn; it gets smaller where there is less room."""
    look = f"width:{size[0]:.2f}mm;max-height:{size[1]:.2f}mm"
    return f'<img class="drawn" style="{look}" alt="{escape(drawn.words)}" src="{photo_address(drawn.photo)}"/>'


def mark_picture(
    name: str, mark: Mark, words: str, width: Mm, height: Mm, top: Mm = _AT_TOP, left: Mm | None = None
) -> str:
    """Return a logo or seal, which stands where its style says, or so far from the left."""
    size = f"width:{width:.2f}mm;height:{height:.2f}mm;top:{top:.2f}mm"
    size += "" if left is None else f";left:{left:.2f}mm;right:auto"
    return f'<img class="{name}" style="{size}" alt="{escape(words)}" src="{mark_address(mark)}"/>'


def kept_to_the_end(markup: str) -> str:
    """Return blocks whose last two rows of boxes or of a table, or last paragraphs, stay with what follows."""
    inner = markup.rstrip()
    while inner.endswith(_SECTION):
        inner = inner.removesuffix(_SECTION)
    opening = "<p " if inner.endswith("</p>") else "<tr" if inner.endswith("</table>") else ""
    end, first = len(inner), inner.rfind("<tbody>" if opening == "<tr" else "</h")
    for _ in range(_WITH_SIGNATURES if opening else 0):
        end = markup.rfind(opening, 0, end)
        if end > first:
            markup = f"{markup[: end + len(opening.strip())]}{_KEPT}{markup[end + len(opening.strip()) :]}"
    return markup

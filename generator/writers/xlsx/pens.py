"""What is printed in a cell for a pen: a cell holds text alone, so the gaps of a date are blanks of known width."""

from collections.abc import Sequence
from math import ceil

from generator.document import Gap
from generator.text_measure import ems
from generator.units import MM_PER_POINT, Pt

_HAN_BLANK, _LOW_LINE, _BLANK = "　", "_", " "
_LOW_LINE_EM, _BLANK_EM = 0.556, 0.278
"""Ems of a low line and of a blank in Arial, and in whatever is as wide."""

_NARROW, _BROAD = frozenset(" /:,.i"), {"D": 0.722, "M": 0.833, "Y": 0.667, "m": 0.833}
_USUAL_EM = 0.556


def gapped(gaps: Sequence[Gap], points: Pt) -> str:
    """Return the gaps of a date as text; where something stands beneath them, as two lines."""
    if not any(gap.under for gap in gaps):
        return "".join(f"{gap.before}{_HAN_BLANK * _count(gap, points, 1.0)}{gap.after}" for gap in gaps)
    upper = "".join(f"{gap.before}{_LOW_LINE * _count(gap, points, _LOW_LINE_EM)}{gap.after}" for gap in gaps)
    return f"{upper}\n{_captions(gaps, points)}"


def gapped_width(gaps: Sequence[Gap], points: Pt) -> float:
    """Return how many millimetres wide gaps are; nothing where there are none."""
    if not gaps:
        return 0.0
    em = _LOW_LINE_EM if any(gap.under for gap in gaps) else 1.0
    wide = sum(_count(gap, points, em) * em + _wide(gap.before + gap.after) for gap in gaps)
    return wide * points * MM_PER_POINT + 1.0


def squared(count: int) -> str:
    """Return squares for so many digits."""
    return "□" * count


def _count(gap: Gap, points: Pt, em: float) -> int:
    """Return how many characters of a width fill a gap."""
    return ceil(gap.width / (em * points * MM_PER_POINT))


def _wide(text: str) -> float:
    """Return the ems of a text; Latin ones as in Arial."""
    if not text.isascii():
        return ems(text)
    return sum(_BLANK_EM if c in _NARROW else _BROAD.get(c, _USUAL_EM) for c in text)


def _captions(gaps: Sequence[Gap], points: Pt) -> str:
    """Return the line beneath: each caption as near to the middle of its gap as blanks bring it."""
    line, at, end = "", 0.0, 0.0
    for gap in gaps:
        at += _wide(gap.before)
        wide = _count(gap, points, _LOW_LINE_EM) * _LOW_LINE_EM
        start = at + (wide - _wide(gap.under)) / 2
        blanks = max(0, round((start - end) / _BLANK_EM))
        line += _BLANK * blanks + gap.under
        end += blanks * _BLANK_EM + _wide(gap.under)
        at += wide + _wide(gap.after)
    return line

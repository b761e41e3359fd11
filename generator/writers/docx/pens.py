"""What is printed for a pen: the gaps of a date at tab stops, which no font can move, and squares for digits."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from generator.document import Gap
from generator.text_measure import ems
from generator.theme import Theme
from generator.units import MM_PER_POINT, POINTS_PER_MM, Mm
from generator.wording import Lang
from generator.writers.docx.markup import paragraph, run, twips

_CAPTION = 7.0
"""Size in points of what stands beneath a gap."""


class _Stop(NamedTuple):
    """Where a gap begins and ends, in millimetres from the first."""

    start: float
    end: float


@cache
def gapped(gaps: tuple[Gap, ...], theme: Theme, style: str, room: Mm | None = None, keep: str = "") -> str:
    """Return the gaps of a date as a paragraph, with another where something stands beneath them.

    `room`: the width at whose right end they stand; at the left where it isn't given. `keep`: properties that lead.
    """
    stops = list(_stops(gaps, theme))
    left = 0.0 if room is None else max(0.0, room - gaps_width(gaps, theme))
    look = f'<w:color w:val="{theme.colour.soft}"/><w:sz w:val="{round(theme.size.note * 2)}"/>'
    text = "".join(f"{gap.before}\t{gap.after}" for gap in gaps)
    underlined = any(gap.under for gap in gaps)
    leader = ' w:leader="underscore"' if underlined else ""
    tabs = "".join(f'<w:tab w:val="left"{leader} w:pos="{twips(Mm(left + stop.end))}"/>' for stop in stops)
    indent = f'<w:ind w:left="{twips(Mm(left))}"/>' if left else ""
    line = paragraph(style, run(text, look), f"{keep}<w:tabs>{tabs}</w:tabs>{indent}")
    return line + _captions(gaps, stops, left, theme, style, keep) if underlined else line


def gaps_width(gaps: tuple[Gap, ...], theme: Theme) -> Mm:
    """Return how wide the gaps of a date are, with what stands between and behind them."""
    return Mm(list(_stops(gaps, theme))[-1].end + _width(gaps[-1].after, theme))


def _captions(gaps: Sequence[Gap], stops: Sequence[_Stop], left: float, theme: Theme, style: str, keep: str) -> str:
    """Return what stands beneath the gaps, each in the middle of its own."""
    middles = (twips(Mm(left + (stop.start + stop.end) / 2)) for stop in stops)
    tabs = "".join(f'<w:tab w:val="center" w:pos="{at}"/>' for at in middles)
    look = f'<w:color w:val="{theme.colour.soft}"/><w:sz w:val="{round(_CAPTION * 2)}"/>'
    spacing = f'<w:spacing w:line="{round(_CAPTION * 1.2 * 20)}" w:lineRule="exact"/>'
    text = "".join(f"\t{gap.under}" for gap in gaps)
    return paragraph(style, run(text, look), f"{keep}<w:tabs>{tabs}</w:tabs>{spacing}")


def _stops(gaps: Sequence[Gap], theme: Theme) -> Iterator[_Stop]:
    at = 0.0
    for gap in gaps:
        at += _width(gap.before, theme)
        yield _Stop(at, at + gap.width)
        at += gap.width + _width(gap.after, theme)


def _width(text: str, theme: Theme) -> float:
    return ems(text) * theme.size.note * MM_PER_POINT


def squares(count: int, theme: Theme, lang: Lang, style: str) -> str:
    """Return as many squares as there are digits to write, of a Chinese font: there they are as wide as their type."""
    size, font = round(theme.write.square * POINTS_PER_MM * 2), theme.fonts[lang].sans
    fonts = f'<w:rFonts w:hint="eastAsia" w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>'
    return paragraph(style, run("□" * count, f'{fonts}<w:color w:val="{theme.colour.soft}"/><w:sz w:val="{size}"/>'))

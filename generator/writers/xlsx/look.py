"""The look of cells: styles by name, as sheets refer to them by index of the style sheet (ISO/IEC 29500-1, 18.8).

`styles` registers them with openpyxl, which takes long to load; what it gives is kept. A number format that few
workbooks need is added to the style sheet of those.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from html import escape
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from generator.kinds import DURATION, MONEY, NUMBER, PERCENT, Tone
from generator.kinds.base import TEXT_CODE
from generator.kinds.moments import DATE_CODE, MOMENT_CODE, SECONDS_CODE
from generator.prepared import prepared
from generator.theme import Theme
from generator.wording import Lang
from generator.writers import opc

_REGISTRY = "generator.writers.xlsx.styles"
_STYLES = "xl/styles.xml"


def formats(lang: Lang) -> dict[str, str]:
    """Return the number formats that are registered for every workbook, by name."""
    return {
        "text": TEXT_CODE,
        "quoted": TEXT_CODE,
        "date": DATE_CODE,
        "moment": MOMENT_CODE,
        "seconds": SECONDS_CODE,
        "integer": NUMBER.whole_code,
        "number": NUMBER.code,
        "percent": PERCENT.code,
        "whole percent": PERCENT.whole_code,
        "money": MONEY.number_format("¥", lang),
        "amount": MONEY.number_format("", lang),
        "duration": DURATION.number_format("", lang),
    }


def font_of(theme: Theme, lang: Lang, *, serif: bool = False) -> str:
    """Return the font that cells of a language name: a cell has one alone."""
    fonts = theme.fonts[lang]
    if lang == "en":
        return fonts.latin_serif if serif else fonts.latin
    return fonts.body if serif else fonts.sans


def edged(name: str, edges: str) -> str:
    """Return the name of a style that has rules at some edges alone: t, r, b, l thin ones, T, R, B, L the frame's."""
    return f"{name}|{edges}" if edges else name


class Added(NamedTuple):
    """A style that isn't registered: `like` one that is, with a number format of its own, and maybe to be filled in."""

    like: str
    code: str
    is_open: bool = False


@dataclass(frozen=True, eq=False)
class PreparedLook:
    """The styles that all workbooks of a theme and language share, and the parts of the package they stand in.

    `tint`: the colour of cells to be filled in on screen, as RRGGBB.
    """

    styles: Mapping[str, int]
    rules: Mapping[Tone, int]
    overdue: int
    texts: Mapping[str, str]
    tint: str

    @cached_property
    def static(self) -> tuple[opc.Part, ...]:
        """Return the parts, deflated."""
        return tuple(opc.deflate(name, text.encode(), opc.STATIC_LEVEL) for name, text in self.texts.items())

    @cached_property
    def count(self) -> int:
        """Return how many styles of cells there are."""
        found = re.search(r'<cellXfs count="([0-9]+)"', self.texts[_STYLES])
        assert found
        return int(found[1])


@dataclass(slots=True)
class Look:
    """The styles of one workbook. `codes`: what only this one has, each with the index of its style."""

    prepared: PreparedLook
    codes: dict[Added, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.prepared.styles[name]

    @property
    def rules(self) -> Mapping[Tone, int]:
        """Return the styles of rules by tone."""
        return self.prepared.rules

    @property
    def overdue(self) -> int:
        """Return the style of a row that is overdue."""
        return self.prepared.overdue

    def added(self, like: str, code: str) -> int:
        """Return the style of a number format that isn't registered; otherwise it is `like` a style that is."""
        return self._numbered(Added(like, code))

    def opened(self, like: str, code: str) -> int:
        """Return the style of a cell that is filled in on a protected sheet: tinted, `like` another otherwise."""
        return self._numbered(Added(like, code, is_open=True))

    def _numbered(self, style: Added) -> int:
        return self.codes.setdefault(style, self.prepared.count + len(self.codes))

    @property
    def static(self) -> tuple[opc.Part, ...]:
        """Return the fixed parts of the package, the style sheet with what this workbook adds to it."""
        if not self.codes:
            return self.prepared.static
        texts = dict(self.prepared.texts)
        texts[_STYLES] = _with_formats(texts[_STYLES], self.codes, self.prepared.styles, self.prepared.tint)
        return tuple(opc.deflate(name, text.encode()) for name, text in texts.items())


_GENERAL_CODES: Mapping[str, int] = {"General": 0, TEXT_CODE: 49}
"""Number formats that go by a number of their own."""


def _with_formats(sheet: str, codes: Iterable[Added], styles: Mapping[str, int], tint: str) -> str:
    """Return a style sheet with more styles, each like another but for its number format (18.8.30), or its lock."""
    some = list(codes)
    first = max(map(int, re.findall(r'numFmtId="([0-9]+)"', sheet))) + 1
    own = [code for code in dict.fromkeys(style.code for style in some) if code not in _GENERAL_CODES]
    numbered = {**_GENERAL_CODES, **{code: first + n for n, code in enumerate(own)}}
    known = _cell_styles(sheet)
    fills = re.search(r'<fills count="([0-9]+)"', sheet)
    fill = int(fills[1]) if fills else 0
    more = "".join(_style(known[styles[s.like]], numbered[s.code], fill if s.is_open else None) for s in some)
    named = "".join(f'<numFmt numFmtId="{numbered[code]}" formatCode="{escape(code)}"/>' for code in own)
    sheet = _longer(_longer(sheet, "cellXfs", more, len(some)), "numFmts", named, len(own))
    pattern = f'<fill><patternFill patternType="solid"><fgColor rgb="FF{tint}"/></patternFill></fill>'
    return _longer(sheet, "fills", pattern, 1) if any(style.is_open for style in some) else sheet


def _style(like: str, number: int, fill: int | None) -> str:
    """Return a cell's style like another of another format; unlocked and filled where a fill is given (18.8.33)."""
    made = re.sub(r'numFmtId="[0-9]+"', f'numFmtId="{number}"', like, count=1)
    if fill is None:
        return made
    made = re.sub(r'fillId="[0-9]+"', f'fillId="{fill}" applyFill="1" applyProtection="1"', made, count=1)
    lock = '<protection locked="0"/>'
    return made.replace("</xf>", f"{lock}</xf>") if made.endswith("</xf>") else f"{made[:-2]}>{lock}</xf>"


def _cell_styles(sheet: str) -> list[str]:
    """Return the elements of a style sheet that describe cells, in the order in which cells count them."""
    inner = sheet.partition("<cellXfs")[2].partition(">")[2].partition("</cellXfs>")[0]
    return re.findall(r"<xf [^>]*/>|<xf [^>]*[^/]>.*?</xf>", inner, re.DOTALL)


def _longer(sheet: str, name: str, more: str, count: int) -> str:
    """Return a style sheet with more elements in one of its lists."""
    sheet = re.sub(f'<{name} count="([0-9]+)"', lambda found: f'<{name} count="{int(found[1]) + count}"', sheet)
    return sheet.replace(f"</{name}>", f"{more}</{name}>")


def look(theme: Theme, lang: Lang) -> Look:
    """Return the styles of a workbook."""
    return Look(prepared_look(theme, lang))


@cache
def prepared_look(theme: Theme, lang: Lang) -> PreparedLook:
    """Return the styles of a theme and language."""
    ours = Path(__file__)
    sources = (ours, ours.with_name("styles.py"))
    key = f"{theme.digest} {formats(lang)}"
    kept = prepared(f"xlsx-{lang}", "openpyxl", sources, partial(_registered, theme, lang), key)
    rules = {Tone(name): index for name, index in kept["rules"].items()}
    return PreparedLook(kept["styles"], rules, kept["overdue"], kept["static"], _paler(theme.colour.tint))


def _paler(colour: str) -> str:
    """Return a colour half as strong: of a tint what hardly shows in print."""
    return "".join(f"{(int(colour[n : n + 2], 16) + 255) // 2:02X}" for n in (0, 2, 4))


def _registered(theme: Theme, lang: Lang) -> object:
    return import_module(_REGISTRY).register(theme, lang)

"""Bar charts as DrawingML (ISO/IEC 29500-1, 21.2): Excel draws them of the figures on their sheet. Lengths are mm."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from generator.document import ChartData, Picture, Series
from generator.formats import exact_number
from generator.text_measure import ems, lines_of
from generator.theme import Colours, Theme
from generator.units import MM_PER_POINT, Mm, Pt
from generator.wording import Lang
from generator.writers.xlsx.cells import column_letters, escape
from generator.writers.xlsx.figures import Figures, header_of

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LOCALES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "en-GB"}
_CATEGORIES, _VALUES = 111_111_111, 222_222_222

_TITLE, _LEGEND, _FOOT = 8.0, 7.5, 1.5
_BAR, _GAP, _BETWEEN = 4.0, 3.2, 0.6
"""How thick a bar is, how far those of two categories and those of one are apart."""

_LEADING = 1.3
_SHARES, _WIDEST = (0.16, 0.24, 0.32), 0.40
"""Shares of the width that the categories take: the first at which none is higher than its bars, else the widest."""

_BELOW_ZERO = 0.2
"""Share of the values' range left free beside the longest bar below zero, for its value."""


@dataclass(frozen=True)
class _Frame:
    """Where the parts of a chart lie: the plot is between categories and values, title and legend."""

    data: ChartData
    theme: Theme
    lang: Lang
    width: Mm

    @cached_property
    def left(self) -> float:
        found = (self.width * part for part in _SHARES if self._words(self.width * part) <= self.bars)
        return next(found, self.width * _WIDEST)

    @property
    def bars(self) -> float:
        return _BAR * len(self.data.series)

    def _words(self, left: float) -> float:
        """Return the height of the category that needs most lines."""
        size = self.theme.size.label
        lines = max(len(lines_of(category.text, Mm(left - 3.0), size)) for category in self.data.categories)
        return lines * size * MM_PER_POINT * _LEADING

    @property
    def right(self) -> float:
        """Return the room behind the bars, where their values stand."""
        values = ((one, value) for one in self.data.series for value in one.values)
        told = ("" if v is None else one.kind.text(v, self.lang, (), one.unit) for one, v in values)
        return max(map(ems, told)) * self.theme.size.label * MM_PER_POINT * 1.1 + 2.5

    @property
    def foot(self) -> float:
        return _LEGEND if len(self.data.series) > 1 else _FOOT

    @cached_property
    def pitch(self) -> float:
        """Return the height of a category; Excel makes all as high as the one that needs most."""
        return max(self.bars, self._words(self.left)) + _GAP

    @property
    def height(self) -> float:
        return _TITLE + self.pitch * len(self.data.categories) + self.foot


def framed(picture: Picture, theme: Theme, lang: Lang, page: Mm) -> Picture:
    """Return a picture as high as it is on a sheet: a chart has a title there, and is no higher than a page needs be.

    `page` is the height of a page.
    """
    if picture.data is None:
        return picture
    height = _Frame(picture.data, theme, lang, picture.width).height
    return replace(picture, height=Mm(min(height, max(picture.height + _TITLE, page))))


def chart_xml(picture: Picture, figures: Figures, theme: Theme, lang: Lang) -> str:
    """Return the part of a chart whose figures stand on their sheet at `figures`."""
    data = figures.data
    frame, words = _Frame(data, theme, lang, picture.width), _Words(theme, lang)
    series = "".join(_series(figures, n, one, words) for n, one in enumerate(data.series))
    count = len(data.series)
    gap = min(150.0, max(60.0, (frame.pitch / _BAR - count) * 100))
    space = f'xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main" xmlns:r="{_RELATIONS}"'
    return (
        f'{_HEAD}<c:chartSpace {space}><c:date1904 val="0"/><c:lang val="{_LOCALES[lang]}"/><c:roundedCorners val="0"/>'
        f'<c:chart>{words.title(data.title)}<c:autoTitleDeleted val="0"/><c:plotArea>{_plot(frame, picture.height)}'
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{gap:.0f}"/><c:overlap val="-{_BETWEEN / _BAR * 100:.0f}"/>'
        f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_VALUES}"/></c:barChart>'
        f"{_category_axis(words)}{_value_axis(data.series)}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'</c:plotArea>{_legend(words) if count > 1 else ""}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/>'
        f"</c:chart><c:spPr>{_solid('FFFFFF')}<a:ln><a:noFill/></a:ln></c:spPr>{words.text()}</c:chartSpace>"
    )


# --- words and their places ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    """The look of words on a chart."""

    theme: Theme
    lang: Lang

    def title(self, text: str) -> str:
        look = self.type(self.theme.size.subheading, bold=True)
        local = f'lang="{_LOCALES[self.lang]}"'
        return (
            f"<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr {look}</a:defRPr></a:pPr>"
            f"<a:r><a:rPr {local} {look}</a:rPr><a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx>"
            '<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0.005"/><c:y val="0"/>'
            '</c:manualLayout></c:layout><c:overlay val="0"/></c:title>'
        )

    def type(self, points: Pt, *, bold: bool = False) -> str:
        """Return the look of words, from the attributes of their element on, which is left open."""
        named = self.theme.fonts[self.lang]
        return (
            f'sz="{points * 100:.0f}" b="{int(bold)}">{_solid(self.theme.colour.ink)}'
            f'<a:latin typeface="{named.latin}"/><a:ea typeface="{named.sans}"/>'
        )

    def text(self, body: str = "<a:bodyPr/>") -> str:
        look = self.type(self.theme.size.label)
        return (
            f"<c:txPr>{body}<a:lstStyle/><a:p><a:pPr><a:defRPr {look}</a:defRPr></a:pPr>"
            f'<a:endParaRPr lang="{_LOCALES[self.lang]}"/></a:p></c:txPr>'
        )


def _plot(frame: _Frame, height: float) -> str:
    across = frame.width - frame.left - frame.right
    places = {"x": frame.left / frame.width, "y": _TITLE / height}
    places |= {"w": across / frame.width, "h": (height - _TITLE - frame.foot) / height}
    given = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in places.items())
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{given}</c:manualLayout></c:layout>"
    )


def _legend(words: _Words) -> str:
    return f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{words.text()}</c:legend>'


# --- axes ------------------------------------------------------------------------------------------------------------


def _category_axis(words: _Words) -> str:
    """Return the axis of categories, from top to bottom; every one is named, on lines that lie, left of all bars."""
    level = '<a:bodyPr rot="0" vert="horz"/>'
    return (
        f'<c:catAx><c:axId val="{_CATEGORIES}"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="@" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{_outline(Pt(1.0), words.theme.colour.ink)}</c:spPr>"
        f'{words.text(level)}<c:crossAx val="{_VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="60"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _value_axis(series: Sequence[Series]) -> str:
    """Return the axis of values, which stand beside their bars instead; bars begin at zero."""
    return (
        f'<c:valAx><c:axId val="{_VALUES}"/><c:scaling><c:orientation val="minMax"/>{_bounds(series)}</c:scaling>'
        '<c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:crossAx val="{_CATEGORIES}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _bounds(series: Sequence[Series]) -> str:
    """Return the bounds without which Excel would cut the axis near the least value, or leave no room for it."""
    values = [float(one.kind.excel_number(v)) for one in series for v in one.values if v is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    if low == 0:
        return '<c:min val="0"/>'
    room = f'<c:min val="{low - (high - low) * _BELOW_ZERO:.10g}"/>'
    return f'<c:max val="0"/>{room}' if high == 0 else room


# --- series ----------------------------------------------------------------------------------------------------------


def _series(figures: Figures, n: int, series: Series, words: _Words) -> str:
    lang, colour = words.lang, words.theme.colour
    letters = column_letters(n + 2)
    code = escape(_code(series, lang))
    return (
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/>'
        f"<c:tx>{_strings(figures.header(letters), [header_of(series, lang)])}</c:tx>"
        f'<c:spPr>{_fill(n, colour)}{_outline(Pt(0.75), colour.accent)}</c:spPr><c:invertIfNegative val="0"/>'
        f"{_labels(code, words)}<c:cat>{_strings(figures.rows('A'), [c.text for c in figures.data.categories])}</c:cat>"
        f"<c:val>{_numbers(figures.rows(letters), series, code)}</c:val></c:ser>"
    )


def _labels(code: str, words: _Words) -> str:
    shown = {"LegendKey": 0, "Val": 1, "CatName": 0, "SerName": 0, "Percent": 0, "BubbleSize": 0}
    unbroken = '<a:bodyPr wrap="none" anchor="ctr"/>'
    flags = "".join(f'<c:show{name} val="{flag}"/>' for name, flag in shown.items())
    return (
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{words.text(unbroken)}<c:dLblPos val="outEnd"/>{flags}</c:dLbls>'
    )


def _strings(place: str, texts: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{escape(text)}</c:v></c:pt>' for n, text in enumerate(texts) if text)
    cache = f'<c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache>'
    return f"<c:strRef><c:f>{escape(place)}</c:f>{cache}</c:strRef>"


def _numbers(place: str, series: Series, code: str) -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{series.kind.excel_number(value)}</c:v></c:pt>'
        for n, value in enumerate(series.values)
        if value is not None
    )
    cache = f'<c:formatCode>{code}</c:formatCode><c:ptCount val="{len(series.values)}"/>{points}'
    return f"<c:numRef><c:f>{escape(place)}</c:f><c:numCache>{cache}</c:numCache></c:numRef>"


def _code(series: Series, lang: Lang) -> str:
    """Return the number format of a series: all its values have as many decimals as the one that needs most."""
    places = max((_places(value) for value in series.values if value is not None), default=0)
    return series.kind.chart_format(series.unit, lang, places)


def _places(value: object) -> int:
    assert isinstance(value, (int, float, Decimal))
    exponent = exact_number(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# --- fills: dark, hatched on white, grey, so that they are told apart without colour ---------------------------------


def _fill(n: int, colour: Colours) -> str:
    return (
        _solid(colour.accent),
        _pattern("ltUpDiag", colour.accent, "FFFFFF"),
        _pattern("dkVert", colour.rule, colour.tint),
    )[n % 3]


def _solid(tint: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{tint}"/></a:solidFill>'


def _pattern(name: str, front: str, back: str) -> str:
    return (
        f'<a:pattFill prst="{name}"><a:fgClr><a:srgbClr val="{front}"/></a:fgClr>'
        f'<a:bgClr><a:srgbClr val="{back}"/></a:bgClr></a:pattFill>'
    )


def _outline(points: Pt, tint: str) -> str:
    return f'<a:ln w="{points * 12_700:.0f}">{_solid(tint)}</a:ln>'

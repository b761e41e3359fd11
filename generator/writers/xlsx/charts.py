"""Bar charts as DrawingML (ISO/IEC 29500-1, 21.2): Excel draws them of the figures on their sheet. Lengths are mm."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from generator.document import ChartData, Picture, Series
from generator.formats import decimal_places
from generator.kinds.numbers import is_number
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
CATEGORIES, VALUES = 111_111_111, 222_222_222

_LEGEND, _EDGE = 6.0, 1.5
_BAR, _GAP, _BETWEEN = 3.4, 2.6, 0.5
"""How thick a bar is, how far those of two categories and those of one are apart."""

_CLOSE_BAR, _CLOSE_GAP, _CLOSE_HEAD, _CLOSE_EDGE = 2.8, 1.1, 7.05, 0.2
"""How thick a bar is, how far categories are apart, and what is above and below them, where a chart stands beside a
table: each bar beside its row.
"""

LEADING = 1.3
_SHARES, _WIDEST = (0.16, 0.24, 0.32), 0.40
"""Shares of the width that the categories take: the first at which none is higher than its bars, else the widest."""

_WIDE_SHARES = (*_SHARES, _WIDEST, 0.46, 0.5)
"""Shares of a close chart's width, where names need more of it."""

LINE_HEIGHTS = {False: Mm(62.0), True: Mm(52.0)}
"""Heights of a chart of lines: across the sheet, and beside the table of its rows."""

_LEAST_GAPS = {False: 60.0, True: 30.0}
"""Per cent of a bar's thickness that is left free between categories at least, of a close chart and others."""

_BELOW_ZERO = 0.2
"""Share of the values' range left free beside the longest bar below zero, for its value."""


@dataclass(frozen=True)
class _Frame:
    """Where the parts of a chart lie: the plot is between categories and values, legend and note.

    A `close` chart is about as high as the table beside it; its note stands in a cell.
    """

    data: ChartData
    theme: Theme
    lang: Lang
    width: Mm
    close: bool = False

    @property
    def bar(self) -> float:
        return _CLOSE_BAR if self.close else _BAR

    @cached_property
    def left(self) -> float:
        if self.close:
            least = max(self.bars, self.theme.size.label * MM_PER_POINT * LEADING)
            shares = (self.width * part for part in _WIDE_SHARES if self._words(self.width * part) <= least)
            return next(shares, self.width * _WIDE_SHARES[-1])
        found = (self.width * part for part in _SHARES if self._words(self.width * part) <= self.bars)
        return next(found, self.width * _WIDEST)

    @property
    def bars(self) -> float:
        return self.bar * len(self.data.series)

    def _words(self, left: float) -> float:
        """Return the height of the category that needs most lines."""
        size = self.theme.size.label
        lines = max(len(lines_of(category.text, Mm(left - 3.0), size)) for category in self.data.categories)
        return lines * size * MM_PER_POINT * LEADING

    @property
    def right(self) -> float:
        """Return the room behind the bars, where their values stand."""
        values = ((one, value) for one in self.data.series for value in one.values)
        told = ("" if v is None else one.kind.text(v, self.lang, (), one.unit) for one, v in values)
        return max(map(ems, told)) * self.theme.size.label * MM_PER_POINT * 1.1 + 2.5

    @property
    def head(self) -> float:
        """Return the room above the bars, where it's told what their fills stand for."""
        if self.close:
            return _CLOSE_HEAD
        return _LEGEND if len(self.data.series) > 1 else _EDGE

    @property
    def foot(self) -> float:
        """Return the room beneath the bars, where it's told what they were counted of."""
        if self.close:
            return _CLOSE_EDGE
        size = self.theme.size.label
        lines = lines_of(self.data.note, Mm(self.width * 0.94), size) if self.data.note else []
        return _EDGE + (len(lines) * size * MM_PER_POINT * LEADING + 1.0 if lines else 0.0)

    @cached_property
    def pitch(self) -> float:
        """Return the height of a category; Excel makes all as high as the one that needs most."""
        return max(self.bars + (_CLOSE_GAP if self.close else _GAP), self._words(self.left) + _BETWEEN)

    @property
    def height(self) -> float:
        return self.head + self.pitch * len(self.data.categories) + self.foot


def framed(picture: Picture, theme: Theme, lang: Lang, page: Mm, *, close: bool = False) -> Picture:
    """Return a picture as high as it is on a sheet: a chart is no higher than a page needs be.

    `page` is the height of a page; a `close` chart is about as high as the table beside it.
    """
    if picture.data is None:
        return picture
    if picture.data.kind == "line":
        return replace(picture, height=LINE_HEIGHTS[close])
    height = _Frame(picture.data, theme, lang, picture.width, close).height
    return replace(picture, height=Mm(min(height, max(picture.height, page))))


def chart_xml(picture: Picture, figures: Figures, theme: Theme, lang: Lang, *, close: bool = False) -> str:
    """Return the part of a chart whose figures stand on their sheet at `figures`."""
    data = figures.data
    frame, words = _Frame(data, theme, lang, picture.width, close), Words(theme, lang)
    series = "".join(_series(figures, n, one, words) for n, one in enumerate(data.series))
    count = len(data.series)
    signs = _marks(count, theme.colour)
    legend = words.legend(data.series, frame.left / frame.width, signs) if count > 1 else ""
    note = words.note(data.note, 1 - (frame.foot - 0.5) / picture.height) if data.note and not close else ""
    pitch = (picture.height - frame.head - frame.foot) / len(data.categories) if close else frame.pitch
    gap = min(150.0, max(_LEAST_GAPS[close], (pitch / frame.bar - count) * 100))
    overlap = 0.0 if close else -_BETWEEN / _BAR * 100
    across = frame.width - frame.left - frame.right
    inner = (frame.left, frame.head, across, picture.height - frame.head - frame.foot)
    drawn = (
        f'{plot(inner, picture)}<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="{gap:.0f}"/><c:overlap val="{overlap:.0f}"/>'
        f'<c:axId val="{CATEGORIES}"/><c:axId val="{VALUES}"/></c:barChart>'
        f"{_category_axis(words)}{_value_axis(data.series, note)}"
    )
    return chart_space(drawn, legend, words)


# --- words and their places ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """The look of words on a chart."""

    theme: Theme
    lang: Lang

    def legend(self, series: Sequence[Series], left: float, signs: Sequence[tuple[str, str]]) -> str:
        """Return what the fills stand for, in the order of the bars: programs disagree on that of their own legends."""
        named = (
            f"{self._run(mark, tint)}{self._run(f' {one.title}   ')}"
            for one, (mark, tint) in zip(series, signs, strict=True)
        )
        return self._placed(["".join(named)], left, 0.004)

    def note(self, text: str, top: float) -> str:
        """Return what a chart was counted of, beneath it."""
        return self._placed([self._run(line) for line in text.split("\n")], 0.005, top)

    def _run(self, text: str, tint: str = "") -> str:
        look = self.type(self.theme.size.label, tint=tint)
        return f'<a:r><a:rPr lang="{_LOCALES[self.lang]}" {look}</a:rPr><a:t>{escape(text)}</a:t></a:r>'

    def _placed(self, lines: Sequence[str], left: float, top: float) -> str:
        """Return words as a title with its upper left corner at shares of the chart's width and height."""
        look = f'<a:pPr algn="l"><a:defRPr {self.type(self.theme.size.label)}</a:defRPr></a:pPr>'
        paragraphs = "".join(f"<a:p>{look}{runs}</a:p>" for runs in lines)
        return (
            '<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:lstStyle/>'
            f"{paragraphs}</c:rich>"
            '</c:tx><c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{left:.4f}"/><c:y val="{top:.4f}"/></c:manualLayout></c:layout><c:overlay val="1"/></c:title>'
        )

    def type(self, points: Pt, *, tint: str = "") -> str:
        """Return the look of words, from the attributes of their element on, which is left open."""
        named = self.theme.fonts[self.lang]
        return (
            f'sz="{points * 100:.0f}" b="0">{solid(tint or self.theme.colour.ink)}'
            f'<a:latin typeface="{named.latin}"/><a:ea typeface="{named.sans}"/>'
        )

    def text(self, body: str = "<a:bodyPr/>") -> str:
        look = self.type(self.theme.size.label)
        return (
            f"<c:txPr>{body}<a:lstStyle/><a:p><a:pPr><a:defRPr {look}</a:defRPr></a:pPr>"
            f'<a:endParaRPr lang="{_LOCALES[self.lang]}"/></a:p></c:txPr>'
        )


def plot(inner: tuple[float, float, float, float], picture: Picture) -> str:
    """Return where the field of a chart lies: left, top, width and height, without what stands around it."""
    whole = (picture.width, picture.height, picture.width, picture.height)
    shares = (length / of for length, of in zip(inner, whole, strict=True))
    given = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in zip("xywh", shares, strict=True))
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{given}</c:manualLayout></c:layout>"
    )


def chart_space(drawn: str, legend: str, words: Words) -> str:
    """Return the part of a chart from what is drawn, and what its fills stand for."""
    space = f'xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main" xmlns:r="{_RELATIONS}"'
    return (
        f'{_HEAD}<c:chartSpace {space}><c:date1904 val="0"/><c:lang val="{_LOCALES[words.lang]}"/>'
        f'<c:roundedCorners val="0"/><c:chart>{legend}<c:autoTitleDeleted val="{int(not legend)}"/><c:plotArea>{drawn}'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        '</c:plotArea><c:plotVisOnly val="0"/><c:dispBlanksAs val="gap"/>'
        f"</c:chart><c:spPr>{solid('FFFFFF')}<a:ln><a:noFill/></a:ln></c:spPr>{words.text()}</c:chartSpace>"
    )


# --- axes ------------------------------------------------------------------------------------------------------------


def _category_axis(words: Words) -> str:
    """Return the axis of categories, from top to bottom; every one is named, on lines that lie, left of all bars."""
    level = '<a:bodyPr rot="0" vert="horz"/>'
    return (
        f'<c:catAx><c:axId val="{CATEGORIES}"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="@" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{outline(Pt(1.0), words.theme.colour.ink)}</c:spPr>"
        f'{words.text(level)}<c:crossAx val="{VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="60"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _value_axis(series: Sequence[Series], note: str) -> str:
    """Return the axis of values, which stand beside their bars instead; bars begin at zero. The note is its title."""
    unseen = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
    return (
        f'<c:valAx><c:axId val="{VALUES}"/><c:scaling><c:orientation val="minMax"/>{bounds(series)}</c:scaling>'
        f'<c:delete val="0"/><c:axPos val="t"/>{note}<c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/>{unseen}'
        f'<c:crossAx val="{CATEGORIES}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def bounds(series: Sequence[Series]) -> str:
    """Return the bounds without which Excel would cut the axis near the least value, or leave no room for it."""
    values = [float(one.kind.excel_number(v)) for one in series for v in one.values if v is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    if low == 0:
        return '<c:min val="0"/>'
    room = f'<c:min val="{low - (high - low) * _BELOW_ZERO:.10g}"/>'
    return f'<c:max val="0"/>{room}' if high == 0 else room


# --- series ----------------------------------------------------------------------------------------------------------


def _series(figures: Figures, n: int, series: Series, words: Words) -> str:
    lang, colour = words.lang, words.theme.colour
    letters = column_letters(n + 2)
    code = escape(code_of(series, lang))
    return (
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/>'
        f"<c:tx>{strings(figures.header(letters), [header_of(series, lang)])}</c:tx>"
        f'<c:spPr>{_fill(n, colour)}{outline(Pt(0.75), colour.accent)}</c:spPr><c:invertIfNegative val="0"/>'
        f"{labels(code, words)}<c:cat>{strings(figures.rows('A'), [c.text for c in figures.data.categories])}</c:cat>"
        f"<c:val>{numbers(figures.rows(letters), series, code)}</c:val></c:ser>"
    )


FLAGS = {"LegendKey": 0, "Val": 1, "CatName": 0, "SerName": 0, "Percent": 0, "BubbleSize": 0}
"""What values are told by: themselves."""


def labels(code: str, words: Words, place: str = "outEnd") -> str:
    """Return how values are told, at a place beside what stands for them."""
    unbroken = '<a:bodyPr wrap="none" anchor="ctr"/>'
    flags = "".join(f'<c:show{name} val="{flag}"/>' for name, flag in FLAGS.items())
    return (
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{words.text(unbroken)}<c:dLblPos val="{place}"/>{flags}</c:dLbls>'
    )


def strings(place: str, texts: Sequence[str]) -> str:
    """Return a reference to texts on the sheet of figures, with the texts."""
    points = "".join(f'<c:pt idx="{n}"><c:v>{escape(text)}</c:v></c:pt>' for n, text in enumerate(texts) if text)
    cache = f'<c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache>'
    return f"<c:strRef><c:f>{escape(place)}</c:f>{cache}</c:strRef>"


def numbers(place: str, series: Series, code: str) -> str:
    """Return a reference to the values of a series, with the values."""
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{series.kind.excel_number(value)}</c:v></c:pt>'
        for n, value in enumerate(series.values)
        if value is not None
    )
    cache = f'<c:formatCode>{code}</c:formatCode><c:ptCount val="{len(series.values)}"/>{points}'
    return f"<c:numRef><c:f>{escape(place)}</c:f><c:numCache>{cache}</c:numCache></c:numRef>"


def code_of(series: Series, lang: Lang) -> str:
    """Return the number format of a series: all its values have as many decimals as the one that needs most."""
    places = max((decimal_places(value) for value in series.values if is_number(value)), default=0)
    return series.kind.chart_format(series.unit, lang, places)


# --- fills: dark, white, grey, as in other formats: told apart without colour -----------------------------------------


def _fill(n: int, colour: Colours) -> str:
    return solid((colour.accent, "FFFFFF", colour.rule)[n % 3])


def _marks(count: int, colour: Colours) -> list[tuple[str, str]]:
    """Return a sign that looks like the fill of each series, with its colour."""
    return [(("■", colour.accent), ("□", colour.accent), ("■", colour.rule))[n % 3] for n in range(count)]


def solid(tint: str) -> str:
    """Return a fill of one colour."""
    return f'<a:solidFill><a:srgbClr val="{tint}"/></a:solidFill>'


def outline(points: Pt, tint: str) -> str:
    """Return a line of a width and colour."""
    return f'<a:ln w="{points * 12_700:.0f}">{solid(tint)}</a:ln>'

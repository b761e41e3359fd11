"""Line charts as DrawingML (ISO/IEC 29500-1, 21.2): what differs from bars. Lengths are mm."""

from math import ceil

from generator.document import ChartData, Picture, Series
from generator.text_measure import ems
from generator.theme import Colours, Theme
from generator.units import MM_PER_POINT, Pt
from generator.wording import Lang
from generator.writers.xlsx.cells import column_letters, escape
from generator.writers.xlsx.charts import (
    CATEGORIES,
    FLAGS,
    LEADING,
    VALUES,
    Words,
    bounds,
    chart_space,
    code_of,
    labels,
    numbers,
    outline,
    plot,
    solid,
    strings,
)
from generator.writers.xlsx.figures import Figures, header_of

_HEAD, _EDGE = 9.0, 1.5
_BENEATH = 2.2
"""Lines of type that the names beneath the lines take, with what is free above them."""


def line_xml(picture: Picture, figures: Figures, theme: Theme, lang: Lang, *, close: bool = False) -> str:
    """Return the part of a chart of lines whose figures stand on their sheet; a `close` one has its note in a cell."""
    data, words = figures.data, Words(theme, lang)
    size = theme.size.label * MM_PER_POINT
    left = max(_told(one, lang) for one in data.series) * size * 1.1 + 3.0
    notes = 0 if close or not data.note else data.note.count("\n") + 1
    skipped = _skipped(data, words, picture.width - left - _EDGE)
    beneath = _BENEATH * size
    foot = beneath + notes * size * LEADING + _EDGE
    note = words.note(data.note, 1 - (notes * size * LEADING + 1.0) / picture.height) if notes else ""
    inner = (left, _HEAD, picture.width - left - _EDGE, picture.height - _HEAD - foot)
    series = "".join(_series(figures, n, one, words) for n, one in enumerate(data.series))
    drawn = (
        f'{plot(inner, picture)}<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}'
        f'<c:marker val="1"/><c:axId val="{CATEGORIES}"/><c:axId val="{VALUES}"/></c:lineChart>'
        f"{_axes(words, note, skipped, bounds(data.series))}"
    )
    return chart_space(drawn, words.legend(data.series, 0.005, _marks(len(data.series), theme.colour)), words)


def _told(series: Series, lang: Lang) -> float:
    texts = ("" if v is None else series.kind.text(v, lang, (), series.unit) for v in series.values)
    return max(map(ems, texts))


def _series(figures: Figures, n: int, series: Series, words: Words) -> str:
    letters, code = column_letters(n + 2), escape(code_of(series, words.lang))
    return (
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/>'
        f"<c:tx>{strings(figures.header(letters), [header_of(series, words.lang)])}</c:tx>"
        f"{_look(n, words.theme.colour)}{_last_label(n, series, code, words)}"
        f"<c:cat>{strings(figures.rows('A'), [c.text for c in figures.data.categories])}</c:cat>"
        f'<c:val>{numbers(figures.rows(letters), series, code)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _last_label(n: int, series: Series, code: str, words: Words) -> str:
    """Return what tells the last value of a line: the others would stand in the way of lines."""
    last = max((at for at, value in enumerate(series.values) if value is not None), default=0)
    shown = labels(code, words, "b" if n == 1 else "t").removeprefix("<c:dLbls>").removesuffix("</c:dLbls>")
    others = "".join(f'<c:show{name} val="0"/>' for name in FLAGS)
    return f'<c:dLbls><c:dLbl><c:idx val="{last}"/>{shown}</c:dLbl>{others}</c:dLbls>'


def _skipped(data: ChartData, words: Words, across: float) -> int:
    """Return of how many names beneath the lines one is told, so that they stand level beside each other."""
    size = words.theme.size.label * MM_PER_POINT
    widest = max(ems(category.text) for category in data.categories) * size * 1.15
    return max(1, ceil((widest + 2.0) * len(data.categories) / across))


def _axes(words: Words, note: str, skipped: int, least: str) -> str:
    """Return the axis of categories beneath the lines and that of values at their left, with soft lines across.

    `skipped`: of how many names one is told; `least`: the bounds of the values.
    """
    colour = words.theme.colour
    level = '<a:bodyPr rot="0" vert="horz"/>'
    return (
        f'<c:catAx><c:axId val="{CATEGORIES}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="b"/>{note}<c:numFmt formatCode="@" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{outline(Pt(1.0), colour.ink)}</c:spPr>{words.text(level)}"
        f'<c:crossAx val="{VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        f'<c:lblOffset val="60"/><c:tickLblSkip val="{skipped}"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{VALUES}"/><c:scaling><c:orientation val="minMax"/>{least}</c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/>'
        f"<c:majorGridlines><c:spPr>{outline(Pt(0.5), colour.rule)}</c:spPr></c:majorGridlines>"
        '<c:numFmt formatCode="#,##0" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f"<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{words.text()}"
        f'<c:crossAx val="{CATEGORIES}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


# --- looks: told apart by dashes and fills, without colour ------------------------------------------------------------


def _look(n: int, colour: Colours) -> str:
    tint = (colour.accent, colour.accent, colour.rule)[n % 3]
    fill = (colour.accent, "FFFFFF", colour.rule)[n % 3]
    shape = ("circle", "diamond", "square")[n % 3]
    dash = '<a:prstDash val="sysDash"/>' if n % 3 == 1 else ""
    return (
        f'<c:spPr><a:ln w="19050" cap="rnd">{solid(tint)}{dash}<a:round/></a:ln></c:spPr>'
        f'<c:marker><c:symbol val="{shape}"/><c:size val="5"/>'
        f"<c:spPr>{solid(fill)}{outline(Pt(0.75), tint)}</c:spPr></c:marker>"
    )


def _marks(count: int, colour: Colours) -> list[tuple[str, str]]:
    """Return a sign that looks like the mark of each line, with its colour."""
    return [(("●", colour.accent), ("◇", colour.accent), ("■", colour.rule))[n % 3] for n in range(count)]

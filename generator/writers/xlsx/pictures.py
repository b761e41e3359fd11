"""Pictures and charts on a worksheet, each anchored to a row (ISO/IEC 29500-1, 20.5)."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from generator.document import Caption, Drawn, Picture
from generator.profile import Mark
from generator.theme import Theme
from generator.units import MM_PER_POINT, Mm
from generator.wording import Lang
from generator.writers import opc
from generator.writers.ooxml import (
    EMU_PER_MM,
    blip,
    drawn_file,
    drawn_media,
    files_of,
    mark_blip,
    mark_files,
    mark_media,
    media,
    outline,
)
from generator.writers.xlsx.cells import escape

SHEET_RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
DRAWING = "xl/drawings/drawing1.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


class Placed(NamedTuple):
    """A picture, the row that it stands under (counted from 1), and the share of its size that it has there.

    It lies right of so many columns, `beside` millimetres from the last of them. `close`: a chart that is about as high
    as what stands beside it, its note in a cell.
    """

    picture: Picture
    row: int
    share: float = 1.0
    columns: int = 0
    beside: float = 1.0
    close: bool = False


_FIRST_MARK = 5001
"""Number of the first logo or seal among all drawings of a sheet."""


class PlacedMark(NamedTuple):
    """A logo or seal of such a size, so many millimetres from a cell's corner; row and column are counted from 0.

    `name`: that of its files, "logo" or "seal".
    """

    mark: Mark
    name: str
    words: str
    size: tuple[Mm, Mm]
    row: int
    column: int = 0
    across: float = 0.0
    down: float = 0.0


class PlacedDrawn(NamedTuple):
    """A signature of such a size, so many millimetres from a cell's corner; row and column are counted from 0."""

    drawn: Drawn
    size: tuple[Mm, Mm]
    row: int
    column: int
    across: float
    down: float


_FIRST_DRAWN = 2_000_000
"""Number of the first signature among all drawings of a sheet, less one."""


def drawing_reference(*placed: Sequence[object]) -> str:
    """Return what a worksheet says of its pictures, marks and signatures: nothing where there are none."""
    return '<drawing r:id="rId1"/>' if any(placed) else ""


def picture_parts(
    pictures: Sequence[Placed],
    theme: Theme,
    lang: Lang,
    marks: Sequence[PlacedMark] = (),
    signed: Sequence[PlacedDrawn] = (),
) -> list[opc.Part]:
    """Return the parts that pictures, an organisation's marks, and signatures add to the first sheet.

    A chart's own part isn't among them; the n-th chart is looked for where `chart_part` says.
    """
    if not drawing_reference(pictures, marks, signed):
        return []
    charts = iter(range(1, len(pictures) + 1))
    framed = (
        _chart(placed.picture, n, next(charts)) if placed.picture.data else _shapes(placed, n, theme, lang)
        for n, placed in enumerate(pictures, 1)
    )
    anchors = "".join(_anchor(placed, inside) for placed, inside in zip(pictures, framed, strict=True))
    anchors += "".join(_marked(placed, n) for n, placed in enumerate(marks, _FIRST_MARK))
    anchors += "".join(map(_signed, signed))
    own = {placed.name: placed.mark for placed in marks}
    space = f'xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main" xmlns:r="{_RELATIONS}"'
    links = "".join(
        f'<Relationship Id="rId{name}" Type="{_RELATIONS}/{kind}" Target="../{target}"/>'
        for name, kind, target in _links(pictures)
    )
    links += "".join(
        f'<Relationship Id="{known}" Type="{_RELATIONS}/image" Target="../media/{target}"/>'
        for name, mark in own.items()
        for known, target in mark_files(mark, name)
    )
    hands = {one.drawn.number: one.drawn for one in signed}
    links += "".join(
        f'<Relationship Id="{known}" Type="{_RELATIONS}/image" Target="../media/{target}"/>'
        for known, target in map(drawn_file, hands.values())
    )
    sheet = f'<Relationship Id="rId1" Type="{_RELATIONS}/drawing" Target="../drawings/drawing1.xml"/>'
    texts = {
        SHEET_RELATIONS: f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{sheet}</Relationships>',
        DRAWING: f"{_HEAD}<xdr:wsDr {space}>{anchors}</xdr:wsDr>",
        "xl/drawings/_rels/drawing1.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
    }
    made = [opc.deflate(name, xml.encode()) for name, xml in texts.items()]
    drawn = [(n, placed.picture) for n, placed in enumerate(pictures, 1) if not placed.picture.data]
    made += [part for n, picture in drawn for part in media(picture, theme, lang, "xl", n)]
    made += [drawn_media(drawn, "xl") for drawn in hands.values()]
    return made + [part for name, mark in own.items() for part in mark_media(mark, "xl", name)]


def _signed(placed: PlacedDrawn) -> str:
    """Return a signature on the sheet."""
    drawn, number = placed.drawn, _FIRST_DRAWN + placed.drawn.number
    name = f'id="{number}" name="signature{drawn.number}" descr="{escape(drawn.words)}"'
    fill = f'<a:blip r:embed="{drawn_file(drawn)[0]}"/>'
    return _at_corner(placed, lambda size: _filled(name, fill, f'<a:off x="0" y="0"/><a:ext {size}/>'))


def _at_corner(placed: "PlacedDrawn | PlacedMark", shape: Callable[[str], str]) -> str:
    """Return a shape that lies from a cell's corner on and keeps its size, which it is told."""
    across, down, wide, high = (round(mm * EMU_PER_MM) for mm in (placed.across, placed.down, *placed.size))
    size = f'cx="{wide}" cy="{high}"'
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{placed.column}</xdr:col><xdr:colOff>{across}</xdr:colOff>"
        f"<xdr:row>{placed.row}</xdr:row><xdr:rowOff>{down}</xdr:rowOff></xdr:from><xdr:ext {size}/>"
        f"{shape(size)}<xdr:clientData/></xdr:oneCellAnchor>"
    )


def _marked(placed: PlacedMark, number: int) -> str:
    """Return a logo or seal on the sheet."""
    name = f'id="{number + 1}" name="{placed.name}{number}" descr="{escape(placed.words)}"'
    fill = mark_blip(placed.mark, placed.name)
    return _at_corner(placed, lambda size: _filled(name, fill, f'<a:off x="0" y="0"/><a:ext {size}/>'))


def chart_part(number: int) -> str:
    """Return the name of the part that holds the n-th chart."""
    return f"xl/charts/chart{number}.xml"


def _links(pictures: Sequence[Placed]) -> Iterator[tuple[str, str, str]]:
    """Yield name, kind and target of what the drawing leads to."""
    charts = 0
    for n, placed in enumerate(pictures, 1):
        if placed.picture.data:
            charts += 1
            yield f"Chart{charts}", "chart", chart_part(charts).removeprefix("xl/")
        else:
            files = files_of(placed.picture, n)
            yield from ((relation.removeprefix("rId"), "image", f"media/{name}") for relation, name in files)


def _anchor(placed: Placed, inside: str) -> str:
    across, down = (round(mm * EMU_PER_MM) for mm in (placed.beside, 0.0 if placed.columns else 1.0))
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{placed.columns}</xdr:col><xdr:colOff>{across}</xdr:colOff>"
        f"<xdr:row>{placed.row}</xdr:row><xdr:rowOff>{down}</xdr:rowOff></xdr:from><xdr:ext {_size(placed)}/>"
        f"{inside}<xdr:clientData/></xdr:oneCellAnchor>"
    )


def _size(placed: Placed) -> str:
    across, down = (round(side * placed.share * EMU_PER_MM) for side in (placed.picture.width, placed.picture.height))
    return f'cx="{across}" cy="{down}"'


def _shapes(placed: Placed, number: int, theme: Theme, lang: Lang) -> str:
    return _group(placed, number, theme, lang) if placed.picture.is_photo else _picture(placed, number)


def _picture(placed: Placed, number: int) -> str:
    picture = placed.picture
    name = f'id="{number + 1}" name="picture{number}" descr="{escape(picture.alt)}"'
    return _filled(name, blip(number), f'<a:off x="0" y="0"/><a:ext {_size(placed)}/>')


def _filled(name: str, fill: str, place: str, line: str = "") -> str:
    return (
        f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {name}/><xdr:cNvPicPr/></xdr:nvPicPr>"
        f"<xdr:blipFill>{fill}<a:stretch><a:fillRect/></a:stretch></xdr:blipFill>"
        f"<xdr:spPr><a:xfrm>{place}</a:xfrm>"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{line}</xdr:spPr></xdr:pic>'
    )


def _group(placed: Placed, number: int, theme: Theme, lang: Lang) -> str:
    """Return photos and their captions as one shape, so that they move and shrink together."""
    picture, first = placed.picture, (number + 1) * _MOST_SHAPES
    inner = list[str]()
    for n, ((relation, _), image) in enumerate(zip(files_of(picture, number), picture.photos, strict=True), 1):
        name = f'id="{first + n}" name="{escape(image.name)}" descr="{escape(image.caption)}"'
        place = _place(image.x, image.y, image.across, image.down)
        inner.append(_filled(name, f'<a:blip r:embed="{relation}"/>', place, outline(image.width)))
    captions = [shape for shape in picture.shapes if isinstance(shape, Caption)]
    for n, caption in enumerate(captions, len(inner) + 1):
        inner.append(_caption(caption, first + n, picture.width / len(picture.photos), theme, lang))
    whole = _place(0.0, 0.0, picture.width, picture.height)
    within = whole.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    size = f'<a:off x="0" y="0"/><a:ext {_size(placed)}/>'
    name = f'id="{first}" name="picture{number}" descr="{escape(picture.alt)}"'
    return (
        f"<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr {name}/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr>"
        f"<xdr:grpSpPr><a:xfrm>{size}{within}</a:xfrm></xdr:grpSpPr>{''.join(inner)}</xdr:grpSp>"
    )


_MOST_SHAPES = 1000
"""Shapes of a group, so that the numbers of all of a sheet differ."""


def _place(x: float, y: float, across: float, down: float) -> str:
    x, y, across, down = (round(mm * EMU_PER_MM) for mm in (x, y, across, down))
    return f'<a:off x="{x}" y="{y}"/><a:ext cx="{across}" cy="{down}"/>'


def _caption(caption: Caption, number: int, across: float, theme: Theme, lang: Lang) -> str:
    """Return a line of text in the middle of so many millimetres."""
    line = caption.size * MM_PER_POINT
    place = _place(caption.x - across / 2, caption.y - 1.1 * line, across, 1.5 * line)
    font = escape(theme.fonts[lang].sans)
    ink = f'<a:solidFill><a:srgbClr val="{theme.colour.ink}"/></a:solidFill>'
    look = f'<a:rPr lang="{_LOCALES[lang]}" sz="{round(caption.size * 100)}">{ink}'
    look += f'<a:latin typeface="{font}"/><a:ea typeface="{font}"/></a:rPr>'
    return (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="caption{number}"/>'
        f'<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:xfrm>{place}</a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></xdr:spPr>'
        '<xdr:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"/><a:lstStyle/>'
        f'<a:p><a:pPr algn="ctr"/><a:r>{look}<a:t>{escape(caption.text)}</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
    )


_LOCALES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "en-GB"}


def _chart(picture: Picture, number: int, chart: int) -> str:
    name = f'id="{number + 1}" name="chart{chart}" descr="{escape(picture.alt)}"'
    return (
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr {name}/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{_DRAWING}/chart"><c:chart xmlns:c="{_DRAWING}/chart" r:id="rIdChart{chart}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame>"
    )

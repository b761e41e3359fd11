"""Pictures and charts on a worksheet, each anchored to a row (ISO/IEC 29500-1, 20.5)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.document import Picture
from generator.theme import Theme
from generator.wording import Lang
from generator.writers import opc
from generator.writers.ooxml import EMU_PER_MM, blip, media
from generator.writers.xlsx.cells import escape

SHEET_RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
DRAWING = "xl/drawings/drawing1.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


class Placed(NamedTuple):
    """A picture, the row that it stands under (counted from 1), and the share of its size that it has there.

    It lies right of so many columns, `beside` millimetres from the last of them.
    """

    picture: Picture
    row: int
    share: float = 1.0
    columns: int = 0
    beside: float = 1.0


def drawing_reference(pictures: Sequence[Placed]) -> str:
    """Return what a worksheet says of its pictures: nothing where there are none."""
    return '<drawing r:id="rId1"/>' if pictures else ""


def picture_parts(pictures: Sequence[Placed], theme: Theme, lang: Lang) -> list[opc.Part]:
    """Return the parts that pictures add to the first sheet.

    A chart's own part isn't among them; the n-th chart is looked for where `chart_part` says.
    """
    if not pictures:
        return []
    charts = iter(range(1, len(pictures) + 1))
    framed = (
        _chart(placed.picture, n, next(charts)) if placed.picture.data else _picture(placed, n)
        for n, placed in enumerate(pictures, 1)
    )
    anchors = "".join(_anchor(placed, inside) for placed, inside in zip(pictures, framed, strict=True))
    space = f'xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main" xmlns:r="{_RELATIONS}"'
    links = "".join(
        f'<Relationship Id="rId{name}" Type="{_RELATIONS}/{kind}" Target="../{target}"/>'
        for name, kind, target in _links(pictures)
    )
    sheet = f'<Relationship Id="rId1" Type="{_RELATIONS}/drawing" Target="../drawings/drawing1.xml"/>'
    texts = {
        SHEET_RELATIONS: f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{sheet}</Relationships>',
        DRAWING: f"{_HEAD}<xdr:wsDr {space}>{anchors}</xdr:wsDr>",
        "xl/drawings/_rels/drawing1.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
    }
    made = [opc.deflate(name, xml.encode()) for name, xml in texts.items()]
    drawn = [(n, placed.picture) for n, placed in enumerate(pictures, 1) if not placed.picture.data]
    return made + [part for n, picture in drawn for part in media(picture, theme, lang, "xl", n)]


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
            yield from ((f"{name.title()}{n}", "image", f"media/picture{n}.{name}") for name in ("png", "svg"))


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


def _picture(placed: Placed, number: int) -> str:
    picture = placed.picture
    name = f'id="{number + 1}" name="picture{number}" descr="{escape(picture.alt)}"'
    return (
        f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {name}/><xdr:cNvPicPr/></xdr:nvPicPr>"
        f"<xdr:blipFill>{blip(f'rIdPng{number}', f'rIdSvg{number}')}<a:stretch><a:fillRect/></a:stretch></xdr:blipFill>"
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {_size(placed)}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
    )


def _chart(picture: Picture, number: int, chart: int) -> str:
    name = f'id="{number + 1}" name="chart{chart}" descr="{escape(picture.alt)}"'
    return (
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr {name}/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{_DRAWING}/chart"><c:chart xmlns:c="{_DRAWING}/chart" r:id="rIdChart{chart}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame>"
    )

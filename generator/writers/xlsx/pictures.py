"""Pictures on a worksheet, each anchored to a row (ISO/IEC 29500-1, 20.5)."""

from collections.abc import Sequence

from generator.document import Picture
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


def drawing_reference(pictures: Sequence[tuple[Picture, int]]) -> str:
    """Return what a worksheet says of its pictures: nothing where there are none."""
    return '<drawing r:id="rId1"/>' if pictures else ""


def picture_parts(pictures: Sequence[tuple[Picture, int]], lang: Lang) -> list[opc.Part]:
    """Return the parts that pictures add to the first sheet: each stands under its row (counted from 1)."""
    if not pictures:
        return []
    anchors = "".join(_anchor(picture, row, n) for n, (picture, row) in enumerate(pictures, 1))
    space = f'xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main" xmlns:r="{_RELATIONS}"'
    links = "".join(
        f'<Relationship Id="rId{name.title()}{n}" Type="{_RELATIONS}/image" Target="../media/picture{n}.{name}"/>'
        for n in range(1, len(pictures) + 1)
        for name in ("png", "svg")
    )
    sheet = f'<Relationship Id="rId1" Type="{_RELATIONS}/drawing" Target="../drawings/drawing1.xml"/>'
    texts = {
        SHEET_RELATIONS: f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{sheet}</Relationships>',
        DRAWING: f"{_HEAD}<xdr:wsDr {space}>{anchors}</xdr:wsDr>",
        "xl/drawings/_rels/drawing1.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
    }
    made = [opc.deflate(name, xml.encode()) for name, xml in texts.items()]
    return made + [part for n, (picture, _) in enumerate(pictures, 1) for part in media(picture, lang, "xl", n)]


def _anchor(picture: Picture, row: int, number: int) -> str:
    size = f'cx="{round(picture.width * EMU_PER_MM)}" cy="{round(picture.height * EMU_PER_MM)}"'
    name = f'id="{number + 1}" name="picture{number}" descr="{escape(picture.alt)}"'
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>{EMU_PER_MM}</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>{EMU_PER_MM}</xdr:rowOff></xdr:from><xdr:ext {size}/>"
        f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {name}/><xdr:cNvPicPr/></xdr:nvPicPr>"
        f"<xdr:blipFill>{blip(f'rIdPng{number}', f'rIdSvg{number}')}<a:stretch><a:fillRect/></a:stretch></xdr:blipFill>"
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>'
    )

"""Pictures in Word: SVG for programs that read it (Word from 2016 on), PNG for the others (ISO/IEC 29500-1, 20.4)."""

from collections.abc import Sequence

from generator.document import Image, Picture
from generator.theme import Theme
from generator.units import Pt
from generator.wording import Lang
from generator.writers import opc
from generator.writers.docx.markup import escape
from generator.writers.docx.package import relationships
from generator.writers.ooxml import EMU_PER_MM, blip, files_of, media, outline

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def drawing(picture: Picture, number: int) -> str:
    """Return the n-th picture of a document, in line with the text."""
    name = f'id="{number}" name="picture{number}" descr="{escape(picture.alt)}"'
    return _inline(picture.width, picture.height, name, blip(number))


def photo(image: Image, relation: str, number: int) -> str:
    """Return a photo in line with the text, by the name that the text calls it; `number`: of all that is drawn."""
    name = f'id="{number}" name="{escape(image.name)}" descr="{escape(image.caption)}"'
    return _inline(image.across, image.down, name, f'<a:blip r:embed="{relation}"/>', image.width)


def _inline(across: float, down: float, name: str, fill: str, rule: Pt = Pt(0.0)) -> str:
    size = f'cx="{round(across * EMU_PER_MM)}" cy="{round(down * EMU_PER_MM)}"'
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:docPr {name}/><a:graphic xmlns:a="{_DRAWING}/main">'
        f'<a:graphicData uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture">'
        f"<pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr>"
        f"<pic:blipFill>{fill}<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{outline(rule)}</pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing>"
    )


def parts_of(pictures: Sequence[Picture], theme: Theme, lang: Lang, fillable: bool = False) -> list[opc.Part]:
    """Return the parts that a document's pictures add, and its relationships, which name them."""
    made = [part for n, picture in enumerate(pictures, 1) for part in media(picture, theme, lang, "word", n)]
    files = tuple(file for n, picture in enumerate(pictures, 1) for file in files_of(picture, n))
    return [relationships(theme, lang, files, fillable), *made]

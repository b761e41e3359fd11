"""Pictures in Word: SVG for programs that read it (Word from 2016 on), PNG for the others (ISO/IEC 29500-1, 20.4)."""

from collections.abc import Sequence
from math import inf

from generator.document import Document, Drawn, Image, Picture
from generator.profile import Mark
from generator.units import Mm, Pt
from generator.writers import opc
from generator.writers.docx.looks import has_own
from generator.writers.docx.markup import TWIPS_PER_MM, escape
from generator.writers.docx.package import IMAGE, relationships
from generator.writers.drawn import Size
from generator.writers.marks import FROM_RIGHT, is_sealed, over_closing, seal_of, seal_words
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

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def drawing(picture: Picture, number: int, room: Mm) -> str:
    """Return the n-th picture of a document, in line with the text, no wider than its room."""
    name = f'id="{number}" name="picture{number}" descr="{escape(picture.alt)}"'
    scale = min(1.0, room / picture.width)
    return _inline(picture.width * scale, picture.height * scale, name, blip(number))


def photo(image: Image, relation: str, number: int, room: float = inf) -> str:
    """Return a photo in line with the text, by the name that the text calls it, no wider than its room in millimetres.

    `number`: of all that is drawn.
    """
    name = f'id="{number}" name="{escape(image.name)}" descr="{escape(image.caption)}"'
    scale = min(1.0, room / image.across)
    return _inline(image.across * scale, image.down * scale, name, f'<a:blip r:embed="{relation}"/>', image.width)


def signed(drawn: Drawn, size: Size) -> str:
    """Return the run of a signature that is drawn."""
    relation, _ = drawn_file(drawn)
    name = f'id="{_FIRST_DRAWN + drawn.number}" name="signature{drawn.number}" descr="{escape(drawn.words)}"'
    picture = _inline(*size, name, f'<a:blip r:embed="{relation}"/>')
    return f"<w:r>{picture}</w:r>"


_FIRST_DRAWN = 100_000
"""Number of the first signature among all that is drawn, less one."""


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


def floating(
    mark: Mark, name: str, words: str, size: tuple[Mm, Mm], at: tuple[Mm, Mm], origin: tuple[str, str], number: int
) -> str:
    """Return a mark behind the text, which keeps its place; `at`: its upper left corner from `origin`, across and down.

    `name` is "logo" or "seal"; `number` tells it apart from all other drawings of a part.
    """
    extent = f'cx="{round(size[0] * EMU_PER_MM)}" cy="{round(size[1] * EMU_PER_MM)}"'
    known = f'id="{number}" name="{name}{number}" descr="{escape(words)}"'
    across, down = (
        f'<wp:position{axis} relativeFrom="{start}"><wp:posOffset>{round(offset * EMU_PER_MM)}</wp:posOffset>'
        f"</wp:position{axis}>"
        for axis, start, offset in zip("HV", origin, at, strict=True)
    )
    return (
        f'<w:r><w:drawing><wp:anchor xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="1" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">'
        f'<wp:simplePos x="0" y="0"/>{across}{down}<wp:extent {extent}/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:wrapNone/><wp:docPr {known}/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_DRAWING}/main">'
        f'<a:graphicData uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture">'
        f"<pic:nvPicPr><pic:cNvPr {known}/><pic:cNvPicPr/></pic:nvPicPr>"
        f"<pic:blipFill>{mark_blip(mark, name)}<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing></w:r>"
    )


def stamp(document: Document, width: int, height: int, number: int) -> str:
    """Return the organisation's seal, over the beginning of the date of a place to sign; its size is in twips."""
    seal = seal_of(document)
    if seal is None:
        return ""
    left = max(0.0, width / TWIPS_PER_MM - _BESIDE_SEAL - FROM_RIGHT - seal.width)
    top = max(0.0, height / TWIPS_PER_MM - _ABOVE_SEAL - seal.height)
    size, at, words = (seal.width, seal.height), (Mm(left), Mm(top)), seal_words(document)
    return floating(seal.mark, "seal", words, size, at, ("column", "paragraph"), _FIRST_SEAL + number)


def stamp_over_closing(document: Document, number: int) -> str:
    """Return the organisation's seal over its name and the date at the end of a letter."""
    seal = seal_of(document)
    if seal is None:
        return ""
    size, words = (seal.width, seal.height), seal_words(document)
    at, origin = over_closing(document, seal), ("column", "paragraph")
    return floating(seal.mark, "seal", words, size, at, origin, _FIRST_SEAL + number)


_FIRST_SEAL = 9100
_BESIDE_SEAL, _ABOVE_SEAL = 4.8, 2.6
"""Millimetres of a place to sign that its padding takes at both sides, and above and beneath."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _links(mark: Mark, name: str) -> str:
    files = mark_files(mark, name)
    return "".join(f'<Relationship Id="{known}" Type="{IMAGE}" Target="media/{target}"/>' for known, target in files)


def logo_parts(document: Document) -> list[opc.Part]:
    """Return the parts that a logo in the heads of pages adds; none where there is no logo."""
    logo = document.profile.logo
    if logo is None:
        return []
    links = f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{_links(logo, "logo")}</Relationships>'
    heads = (n for n in (1, 2) if not has_own(document.theme, f"word/header{n}.xml"))
    named = (opc.deflate(f"word/_rels/header{n}.xml.rels", links.encode()) for n in heads)
    return [*named, *mark_media(logo, "word", "logo")]


def parts_of(document: Document, pictures: Sequence[Picture]) -> list[opc.Part]:
    """Return the parts that a document's pictures and seal add, and its relationships, which name them."""
    theme, lang, seal = document.theme, document.lang, document.profile.seal
    made = [part for n, picture in enumerate(pictures, 1) for part in media(picture, theme, lang, "word", n)]
    files = tuple(file for n, picture in enumerate(pictures, 1) for file in files_of(picture, n))
    files = (*files, *map(drawn_file, document.drawn))
    made += [drawn_media(one, "word") for one in document.drawn]
    if seal and is_sealed(document):
        files, made = (*files, *mark_files(seal, "seal")), [*made, *mark_media(seal, "word", "seal")]
    return [relationships(theme, lang, files, document.is_fillable), *made]

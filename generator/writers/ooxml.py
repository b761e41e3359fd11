"""What Word and Excel share of pictures: SVG where it's understood (Office from 2016 on), PNG where it isn't."""

from collections.abc import Sequence
from functools import lru_cache

from generator.document import Drawn, Picture
from generator.profile import Mark
from generator.theme import Theme
from generator.units import Pt
from generator.wording import Lang
from generator.writers import opc
from generator.writers.drawing import mark_png, png, svg

EMU_PER_MM = 36_000
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_OFFICE_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


def files_of(picture: Picture, number: int) -> tuple[tuple[str, str], ...]:
    """Return the relations and names of the files that the n-th picture takes: a drawing two, else one a photo."""
    if picture.is_photo:
        photos = enumerate(picture.photos, 1)
        return tuple((f"rIdPhoto{number}x{n}", f"photo{number}-{n}.{_SUFFIXES[one.media]}") for n, one in photos)
    return (f"rIdPng{number}", f"picture{number}.png"), (f"rIdSvg{number}", f"picture{number}.svg")


_SUFFIXES = {"image/png": "png", "image/jpeg": "jpeg"}


def drawn_file(drawn: Drawn) -> tuple[str, str]:
    """Return the relation and name of the file of a signature that is drawn."""
    return f"rIdDrawn{drawn.number}", f"signature{drawn.number}.{_SUFFIXES[drawn.photo.media]}"


def drawn_media(drawn: Drawn, folder: str) -> opc.Part:
    """Return the file of a signature that is drawn."""
    return opc.deflate(f"{folder}/media/{drawn_file(drawn)[1]}", drawn.photo.content)


def blip(number: int) -> str:
    """Return what the n-th drawing is filled with: the PNG, and the SVG that goes before it where it's understood."""
    return _blip(f"rIdPng{number}", f"rIdSvg{number}")


def _blip(png: str, svg: str = "") -> str:
    if not svg:
        return f'<a:blip r:embed="{png}"/>'
    return (
        f'<a:blip r:embed="{png}"><a:extLst><a:ext uri="{_SVG_EXTENSION}">'
        f'<asvg:svgBlip xmlns:asvg="{_OFFICE_SVG}" r:embed="{svg}"/></a:ext></a:extLst></a:blip>'
    )


def outline(width: Pt) -> str:
    """Return the grey line around a photo; nothing for none."""
    if not width:
        return ""
    return f'<a:ln w="{round(width * EMU_PER_POINT)}"><a:solidFill><a:srgbClr val="{_GREY}"/></a:solidFill></a:ln>'


EMU_PER_POINT, _GREY = 12_700, "A6A6A6"


def media(picture: Picture, theme: Theme, lang: Lang, folder: str, number: int) -> Sequence[opc.Part]:
    """Return the files of the n-th picture of a package."""
    if picture.is_photo:
        names = (name for _, name in files_of(picture, number))
        photos = zip(names, picture.photos, strict=True)
        return [opc.deflate(f"{folder}/media/{name}", photo.content) for name, photo in photos]
    return _drawing(picture, theme, lang, folder, number)


@lru_cache(maxsize=64)
def _drawing(picture: Picture, theme: Theme, lang: Lang, folder: str, number: int) -> tuple[opc.Part, opc.Part]:
    families = [theme.fonts[lang].sans, "sans-serif"]
    return (
        opc.deflate(f"{folder}/media/picture{number}.png", png(picture, theme, lang)),
        opc.deflate(f"{folder}/media/picture{number}.svg", svg(picture, theme, families).encode()),
    )


@lru_cache(maxsize=8)
def mark_media(mark: Mark, folder: str, name: str) -> tuple[opc.Part, ...]:
    """Return the files of a logo or seal: PNG, and SVG where it is one."""
    made = [opc.deflate(f"{folder}/media/{name}.png", mark_png(mark))]
    if mark.format == "svg":
        made.append(opc.deflate(f"{folder}/media/{name}.svg", mark.content))
    return tuple(made)


def mark_files(mark: Mark, name: str) -> tuple[tuple[str, str], ...]:
    """Return the relations and names of the files of a logo or seal."""
    png, svg = (f"rId{name.title()}Png", f"{name}.png"), (f"rId{name.title()}Svg", f"{name}.svg")
    return (png, svg) if mark.format == "svg" else (png,)


def mark_blip(mark: Mark, name: str) -> str:
    """Return what the picture of a logo or seal is filled with."""
    return _blip(*(relation for relation, _ in mark_files(mark, name)))

"""What Word and Excel share of pictures: SVG where it's understood (Office from 2016 on), PNG where it isn't."""

from functools import lru_cache

from generator.document import Picture
from generator.theme import Theme
from generator.wording import Lang
from generator.writers import opc
from generator.writers.drawing import png, svg

EMU_PER_MM = 36_000
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_OFFICE_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


def blip(png_id: str, svg_id: str) -> str:
    """Return what a picture is filled with: the PNG, and the SVG that goes before it where it's understood."""
    return (
        f'<a:blip r:embed="{png_id}"><a:extLst><a:ext uri="{_SVG_EXTENSION}">'
        f'<asvg:svgBlip xmlns:asvg="{_OFFICE_SVG}" r:embed="{svg_id}"/></a:ext></a:extLst></a:blip>'
    )


@lru_cache(maxsize=64)
def media(picture: Picture, theme: Theme, lang: Lang, folder: str, number: int) -> tuple[opc.Part, opc.Part]:
    """Return both files of the n-th picture of a package."""
    families = [theme.fonts[lang].sans, "sans-serif"]
    return (
        opc.deflate(f"{folder}/media/picture{number}.png", png(picture, theme, lang)),
        opc.deflate(f"{folder}/media/picture{number}.svg", svg(picture, theme, families).encode()),
    )

"""Pictures as SVG 1.1, and as PNG for programs that read no SVG. Lengths are millimetres, as in the document."""

import base64
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import assert_never
from xml.etree import ElementTree

from generator.document import Box, Caption, Fill, Image, Picture, Shape, Stroke
from generator.kinds.pictures import Photo
from generator.profile import Mark
from generator.theme import Theme
from generator.units import MM_PER_INCH, MM_PER_POINT, Pt
from generator.wording import Lang
from generator.writers import fonts

DOTS_PER_INCH = 300


def svg(
    picture: Picture,
    theme: Theme,
    families: Sequence[str],
    *,
    sized: bool = True,
    captions: bool = True,
    photos: bool = True,
    runs: bool = False,
) -> str:
    """Return a picture as SVG, set in the first of the font families that a reader has.

    Without `captions` where the writer sets them itself, as it sets any other text, and so without `photos`; for `runs`
    see `render_caption`.
    """
    size = f'width="{picture.width:g}mm" height="{picture.height:g}mm" ' if sized else ""
    family = _listed(families)
    apart = (() if captions else (Caption,)) + (() if photos else (Image,))
    shown = (shape for shape in picture.shapes if not isinstance(shape, apart))
    shapes = "".join(_shape(shape, theme, families, runs=runs) for shape in shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}viewBox="0 0 {picture.width:g} {picture.height:g}" '
        f'font-family="{family}"><title>{escape(picture.alt)}</title>{shapes}</svg>'
    )


def png(picture: Picture, theme: Theme, lang: Lang) -> bytes:
    """Return a picture as PNG, set in the fonts that PDF embeds.

    Raises MachineError where the fonts are missing.
    """
    import resvg_py

    families = theme.pdf_fonts[lang]
    text = svg(picture, theme, families, sized=False, runs=True)
    fonts.require("", families, text)
    files = sorted((str(path) for path in fonts.prepare().glob("*.ttf")), key=lambda path: ("Bold" in path, path))
    drawn = resvg_py.svg_to_bytes(
        svg_string=text,
        width=round(picture.width / MM_PER_INCH * DOTS_PER_INCH),
        skip_system_fonts=True,
        font_files=files,
        font_family=families[0],
        sans_serif_family=families[0],
        serif_family=families[0],
    )
    fonts.confirm(families[:1])
    return bytes(drawn)


@lru_cache(maxsize=8)
def mark_png(mark: Mark) -> bytes:
    """Return a logo or seal as PNG, for programs that read no SVG."""
    if mark.format == "png":
        return mark.content
    import resvg_py

    share = _MOST_DOTS / max(mark.width, mark.height)
    wide, high = (max(1, round(side * share)) for side in (mark.width, mark.height))
    drawn = resvg_py.svg_to_bytes(svg_string=_sized(mark, wide, high), skip_system_fonts=True)
    return bytes(drawn)


def _sized(mark: Mark, wide: int, high: int) -> str:
    """Return a drawing of so many dots, whatever units it is measured in: those would be rounded to whole ones."""
    root = ElementTree.fromstring(mark.content)  # noqa: S314  # as settings have looked through it
    if not root.get("viewBox"):
        root.set("viewBox", f"0 0 {mark.width:g} {mark.height:g}")
    root.set("width", str(wide))
    root.set("height", str(high))
    return ElementTree.tostring(root, encoding="unicode")


_MOST_DOTS = 1200
"""Dots of the longer side of a logo that is drawn: as much as paper shows."""


def mark_address(mark: Mark) -> str:
    """Return the data URL of a logo or seal."""
    kind = {"png": "image/png", "svg": "image/svg+xml"}[mark.format]
    return f"data:{kind};base64,{base64.b64encode(mark.content).decode()}"


def photo_address(photo: Photo) -> str:
    """Return the data URL of a picture's dots alone."""
    return f"data:{photo.media};base64,{base64.b64encode(photo.content).decode()}"


def _paint(theme: Theme, width: Pt, fill: Fill, *, dashed: bool = False, soft: bool = False) -> str:
    ink = theme.colour.rule if soft else theme.colour.ink
    line = f'stroke="#{ink}" stroke-width="{width * MM_PER_POINT:.3f}"' if width else 'stroke="none"'
    dashes = ' stroke-dasharray="1.4 1"' if dashed else ""
    return f'{line} fill="{_fill(theme, fill)}"{dashes}'


def _fill(theme: Theme, fill: Fill) -> str:
    colour = theme.colour
    tints = {Fill.PAPER: "FFFFFF", Fill.TINT: colour.tint, Fill.GREY: colour.rule, Fill.INK: colour.accent}
    return f"#{tints[fill]}" if fill else "none"


def _shape(shape: Shape, theme: Theme, families: Sequence[str], *, runs: bool) -> str:
    match shape:
        case Stroke():
            return render_stroke(shape, theme)
        case Box():
            return render_box(shape, theme)
        case Caption():
            return render_caption(shape, theme, families, runs=runs)
        case Image():
            return render_image(shape, theme)
    assert_never(shape)


def render_stroke(shape: Stroke, theme: Theme) -> str:
    """Return a line or outline."""
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shape.points)
    name = "polygon" if shape.closed else "polyline"
    paint = _paint(theme, shape.width, shape.fill, dashed=shape.dashed, soft=shape.soft)
    return f'<{name} points="{points}" {paint} stroke-linejoin="round" stroke-linecap="round"/>'


def render_box(shape: Box, theme: Theme) -> str:
    """Return a rectangle."""
    at = f'x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.across:.2f}" height="{shape.down:.2f}"'
    corner = f' rx="{shape.radius:.2f}"' if shape.radius else ""
    return f"<rect {at}{corner} {_paint(theme, shape.width, shape.fill)}/>"


def render_image(shape: Image, theme: Theme) -> str:
    """Return a photo, which is part of the drawing, with the line around it."""
    at = f'x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.across:.2f}" height="{shape.down:.2f}"'
    uri = f"data:{shape.media};base64,{base64.b64encode(shape.content).decode()}"
    frame = f"<rect {at} {_paint(theme, shape.width, Fill.NONE, soft=True)}/>" if shape.width else ""
    return f'<image {at} preserveAspectRatio="none" href="{uri}"/>{frame}'


def _drawn(text: str) -> str:
    """Return a text as it is drawn character by character: accents joined with their letters, fillers left out."""
    joined = text if text.isascii() else _ACCENTED.sub(lambda letter: unicodedata.normalize("NFC", letter[0]), text)
    return fonts.visible(joined)


_ACCENTED = re.compile("[A-Za-z\u00c0-\u1fff][\u0300-\u036f]+")


_LETTER = "A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f"
_RARE_WORD = re.compile(f"[{_LETTER}]*[\u0100-\u024f\u1e00-\u1eff\u0300-\u036f][{_LETTER}]*")
"""Words with Latin letters that fonts for Chinese mostly lack: their accents would come from elsewhere, beside them."""

_LATIN = "Biaodan Latin"


def render_caption(shape: Caption, theme: Theme, families: Sequence[str] = (), *, runs: bool = False) -> str:
    """Return a line of text; rarer Latin letters are set in the Latin font, if that is among the families.

    `runs`: as a run of their own, for programs that don't look for a missing character in the families that follow.
    Others are given the families in another order, as they don't all set runs of centred text side by side.
    """
    tint = "#FFFFFF" if shape.white else f"#{theme.colour.ink}"
    look = ' font-weight="700"' if shape.bold else ""
    text = escape(_drawn(shape.text))
    if _LATIN in families and _RARE_WORD.search(text):
        if runs:
            text = _RARE_WORD.sub(lambda word: f'<tspan font-family="{_LATIN}">{word[0]}</tspan>', text)
        else:
            look += f' font-family="{_listed(dict.fromkeys((_LATIN, *families)))}"'
    elif runs and (family := _family_of(shape.text, families)):
        look += f' font-family="{family}"'
    return (
        f'<text x="{shape.x:.2f}" y="{shape.y:.2f}" font-size="{shape.size * MM_PER_POINT:.3f}" fill="{tint}" '
        f'text-anchor="{shape.anchor}"{look}>{text}</text>'
    )


def _family_of(text: str, families: Sequence[str]) -> str:
    """Return the first family that has all of a text, so that it is of one face; nothing for the usual one."""
    known = (family for family in families if family in fonts.FAMILIES)
    found = next((family for family in known if fonts.has_all(family, text)), "")
    return "" if found == families[0] else found


def _listed(families: Iterable[str]) -> str:
    return escape(", ".join(f"'{name}'" for name in families))

"""How the fonts for PDF are made: the Noto families that come with pip, made static, each under a name of ours.

The variable fonts are instanced per weight by HarfBuzz: static `glyf` fonts embed in a fifth of the bytes and of the
time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from generator import resources
from generator.errors import MachineError, fail

PACK = "justmytype_intl_cjk"
SCRIPTS = ("SC", "TC", "JP", "KR")
WEIGHTS = {"Regular": 400, "Bold": 700}
SHIPPED = (
    ("Latin", "Regular", "NotoSans"),
    ("Latin", "Bold", "NotoSans"),
    ("Emoji", "Regular", "NotoEmoji"),
    ("Serif SC", "Regular", "NotoSerifSC"),
    ("Serif TC", "Regular", "NotoSerifTC"),
    ("Serif Latin", "Regular", "NotoSerif"),
)
"""Fonts that lie with the theme: letters that the Chinese fonts lack (Ł, ő, Ж, ά), emoji, and for the running text of
letters the common characters of GB 2312 and Big5 in Song type, with Latin to match."""

FACES = "faces"
"""The folder of the fonts themselves, below that of the recipe: engines read all that lies there."""

RECIPE = "6"
"""Part of the cache's name: raised whenever what is made here changes."""


def face_file(family: str, style: str) -> str:
    """Return the name of a font's file, as `BiaodanSC-Bold.ttf`."""
    return f"{family.replace(' ', '')}-{style}.ttf"


_STYLES: Mapping[str, Sequence[str]] = {
    **{f"Biaodan {script}": tuple(WEIGHTS) for script in SCRIPTS},
    **{f"Biaodan {name}": tuple(s for n, s, _ in SHIPPED if n == name) for name, _, _ in SHIPPED},
}

FAMILIES: Mapping[str, tuple[str, ...]] = {
    family: tuple(f"{FACES}/{face_file(family, style)}" for style in styles) for family, styles in _STYLES.items()
}
"""Files of each family, below the folder of the recipe."""

Maker = Callable[[Path], bytes]
"""Makes a file of the folder that it is given, of which those before it are there already."""


def makers() -> dict[str, Maker]:
    """Return how each file is made, by its name below the folder of the recipe; bits of characters come last."""
    made: dict[str, Maker] = {}
    for script in SCRIPTS:
        for style, weight in WEIGHTS.items():
            name = f"{FACES}/{face_file(f'Biaodan {script}', style)}"
            made[name] = partial(_instance, script, weight)
    for family, style, source in SHIPPED:
        made[f"{FACES}/{face_file(f'Biaodan {family}', style)}"] = partial(_shipped, family, style, source)
    regular = [name for name in made if name.endswith("-Regular.ttf") and "Serif" not in name]
    for name in regular:
        made[bits_file(Path(name).stem)] = partial(_bits, [name])
    return made | {bits_file("coverage"): partial(_bits, regular)}


def bits_file(name: str) -> str:
    """Return the name of the file that has a bit for every character of a font, or of all (`coverage`)."""
    return f"{name}.bin"


def _bits(names: Sequence[str], folder: Path) -> bytes:
    bits = bytearray(0x110000 // 8)
    for name in names:
        for point in _codepoints(folder / name):
            bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)


def _pack_folder() -> Path:
    spec = find_spec(PACK)
    if spec is None or spec.origin is None:
        raise fail(MachineError, "E-font-missing", package=PACK.replace("_", "-"))
    return Path(spec.origin).parent / "fonts" / "ofl"


def _instance(script: str, weight: int, folder: Path) -> bytes:
    """Return one weight of a variable font as a static TrueType font of our family name."""
    import uharfbuzz as hb

    source = _pack_folder() / f"notosans{script.lower()}" / f"NotoSans{script}[wght].ttf"
    if not source.is_file():
        raise fail(MachineError, "E-font-missing", package=PACK.replace("_", "-"))
    face = hb.Face(hb.Blob.from_file_path(str(source)))
    plan = hb.SubsetInput()
    plan.keep_everything()
    plan.pin_axis_location(face, "wght", weight)
    return _renamed(bytes(hb.subset(face, plan).blob.data), f"Biaodan {script}", weight)


def _renamed(font: bytes, family: str, weight: int) -> bytes:
    """Return the font under our family name: HarfBuzz leaves that of the thinnest weight."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    style = "Bold" if weight >= 700 else "Regular"
    file: Any = TTFont(BytesIO(font), recalcTimestamp=False)
    names = {
        1: family,
        2: style,
        3: f"{family} {style}",
        4: f"{family} {style}",
        6: f"{family}-{style}".replace(" ", ""),
    }
    table = file["name"]
    table.names = [record for record in table.names if record.nameID in (0, 5, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    file["OS/2"].usWeightClass = weight
    bold = weight >= 700
    file["OS/2"].fsSelection = (file["OS/2"].fsSelection & ~0x61) | (0x20 if bold else 0x40)
    file["head"].macStyle = int(bold)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _shipped(family: str, style: str, name: str, folder: Path) -> bytes:
    source = resources.templates() / "theme" / "fonts" / f"{name}-{style}.ttf"
    return _renamed(source.read_bytes(), f"Biaodan {family}", WEIGHTS[style])


def _codepoints(path: Path) -> Iterator[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        yield from font.getBestCmap()

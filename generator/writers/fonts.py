"""Fonts for PDF: the Noto families that come with pip, made static once, and a fontconfig that knows no others.

WeasyPrint finds fonts by fontconfig, which would take whatever the machine has; a configuration of our own makes the
output the same everywhere. The variable fonts are instanced per weight by HarfBuzz into the user's cache: static `glyf`
fonts embed in a fifth of the bytes and of the time.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from generator import resources
from generator.errors import MachineError, fail
from generator.files import write_whole
from generator.prepared import cache_folder
from generator.wording import Lang

PACK = "justmytype_intl_cjk"
SCRIPTS = ("SC", "TC", "JP", "KR")
WEIGHTS = {"Regular": 400, "Bold": 700}
SHIPPED = (
    ("Latin", "Regular", "NotoSans"),
    ("Latin", "Bold", "NotoSans"),
    ("Emoji", "Regular", "NotoEmoji"),
    ("Serif SC", "Bold", "NotoSerifSC"),
    ("Serif TC", "Bold", "NotoSerifTC"),
)
"""Fonts that lie with the theme: letters that the Chinese fonts lack (Ł, ő, Ж, ά), emoji, and the common characters of
GB 2312 and Big5 in Song type for titles."""

_TITLE_SCRIPTS: Mapping[Lang, str] = {"zh-Hans": "SC", "zh-Hant": "TC"}

RECIPE = "3"
"""Part of the cache's name: raised whenever what is made here changes."""


def _pack_folder() -> Path:
    spec = find_spec(PACK)
    if spec is None or spec.origin is None:
        raise fail(MachineError, "E-font-missing", package=PACK.replace("_", "-"))
    return Path(spec.origin).parent / "fonts" / "ofl"


def _cache_folder() -> Path:
    """Return the folder of this recipe's fonts in the user's cache."""
    try:
        made_from = f"{RECIPE} {version('justmytype-intl-cjk')} {version('uharfbuzz')}"
    except PackageNotFoundError:
        raise fail(MachineError, "E-font-missing", package="justmytype-intl-cjk") from None
    name = hashlib.sha256(made_from.encode()).hexdigest()[:12]
    return cache_folder() / f"fonts-{name}"


def _instance(script: str, weight: int, family: str) -> bytes:
    """Return one weight of a variable font as a static TrueType font of the given family name."""
    import uharfbuzz as hb

    source = _pack_folder() / f"notosans{script.lower()}" / f"NotoSans{script}[wght].ttf"
    if not source.is_file():
        raise fail(MachineError, "E-font-missing", package=PACK.replace("_", "-"))
    face = hb.Face(hb.Blob.from_file_path(str(source)))
    plan = hb.SubsetInput()
    plan.keep_everything()
    plan.pin_axis_location(face, "wght", weight)
    return _renamed(bytes(hb.subset(face, plan).blob.data), family, weight)


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


def _shipped(family: str, style: str, name: str) -> bytes:
    source = resources.templates() / "theme" / "fonts" / f"{name}-{style}.ttf"
    return _renamed(source.read_bytes(), f"Biaodan {family}", WEIGHTS[style])


def _codepoints(path: Path) -> Iterator[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        yield from font.getBestCmap()


def _write_coverage(folder: Path) -> None:
    """Write a bit for every character that text can be set in, and one file more for each font of titles."""
    sets = {"coverage": sorted(folder.glob("*Regular.ttf"))}
    sets |= {path.stem: [path] for path in folder.glob("BiaodanSerif*-Bold.ttf")}
    for name, paths in sets.items():
        bits = bytearray(0x110000 // 8)
        for path in paths:
            for point in _codepoints(path):
                bits[point >> 3] |= 1 << (point & 7)
        write_whole(folder / f"{name}.bin", bytes(bits), replace=True)


def _write_config(folder: Path) -> None:
    """Write a fontconfig file that knows this folder alone; its cache lies beside it."""
    config = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(folder))}</dir>\n<cachedir>{escape(str(folder / 'fontconfig'))}</cachedir>\n</fontconfig>\n"
    )
    write_whole(folder / "fonts.conf", config.encode(), replace=True)


@cache
def prepare() -> Path:
    """Return the folder of static fonts, made at the first use (in some seconds), with `fonts.conf` and `coverage.bin`.

    Raises MachineError (E-font-missing, E-cache) where the font package isn't installed or no cache can be written.
    """
    folder = _cache_folder()
    if (folder / "fonts.conf").is_file():
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for script in SCRIPTS:
            for style, weight in WEIGHTS.items():
                path = folder / f"Biaodan{script}-{style}.ttf"
                if not path.is_file():
                    write_whole(path, _instance(script, weight, f"Biaodan {script}"), replace=True)
        for family, style, name in SHIPPED:
            path = folder / f"Biaodan{family.replace(' ', '')}-{style}.ttf"
            write_whole(path, _shipped(family, style, name), replace=True)
        _write_coverage(folder)
        _write_config(folder)
    except OSError as error:
        raise fail(MachineError, "E-cache", folder=str(folder), why=error.strerror or "?") from None
    return folder


@cache
def coverage(name: str = "coverage") -> bytes:
    """Return a bit for every code point that one of the fonts has, or the named font alone."""
    return (prepare() / f"{name}.bin").read_bytes()


def title_family(title: str, lang: Lang) -> str:
    """Return the font of a title: Song type where it has all of the title's characters, nothing where it hasn't."""
    script = _TITLE_SCRIPTS.get(lang, "")
    if not script:
        return ""
    bits = coverage(f"BiaodanSerif{script}-Bold")
    whole = all(bits[point >> 3] >> (point & 7) & 1 for point in map(ord, title))
    return f"Biaodan Serif {script}" if whole else ""


_INVISIBLE_RANGES: tuple[tuple[int, int], ...] = ((0, 0x20), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070))
_INVISIBLE_RANGES += ((0xFE00, 0xFE10), (0xE0000, 0xE0080), (0xE0100, 0xE01F0), (0xAD, 0xAE))
_INVISIBLE_RANGES += ((0x34F, 0x350), (0x61C, 0x61D), (0x115F, 0x1161), (0x17B4, 0x17B6), (0x180B, 0x180F))
_INVISIBLE_RANGES += ((0x3164, 0x3165), (0xFFA0, 0xFFA1))
_INVISIBLE = frozenset(point for start, end in _INVISIBLE_RANGES for point in range(start, end))
"""Code points that show nothing by themselves, so that no font needs them (Unicode: default ignorable)."""


def visible(text: str) -> str:
    """Return a text without what shows nothing: for drawings, in which each character is drawn by itself."""
    return text if text.isprintable() and _FILLERS.isdisjoint(text) else "".join(c for c in text if not hides(c))


def hides(character: str) -> bool:
    """Tell whether a character shows nothing by itself."""
    return ord(character) in _INVISIBLE


_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0") | {
    chr(point) for start, end in ((0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for point in range(start, end)
}
"""What shows nothing although Python takes it for printable."""

_covered: set[str] = set()
"""Characters that were looked up and need nothing more: at most as many as the fonts have."""


def missing(text: str) -> list[str]:
    """Return the characters of `text` that no font has, each once, in their order."""
    if text.isascii():
        return []
    unknown = set(text) - _covered
    if not unknown:
        return []
    bits = coverage()
    absent = {c for c in unknown if not bits[ord(c) >> 3] >> (ord(c) & 7) & 1 and ord(c) not in _INVISIBLE}
    _covered.update(unknown - absent)
    return [c for c in dict.fromkeys(text) if c in absent] if absent else []

"""Every style that sheets use, registered with openpyxl, which writes the style sheet and the theme."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.indexed_list import IndexedList

from generator.kinds import Tone
from generator.kinds.base import TEXT_CODE
from generator.theme import Theme, TypeSizes
from generator.wording import Lang
from generator.writers.xlsx.look import formats

_STYLES = "xl/styles.xml"
_STATIC = (_STYLES, "xl/theme/theme1.xml")
_FONT_ORDER = ("b", "i", "strike", "u", "vertAlign", "sz", "color", "name", "family", "charset", "scheme")


def register(theme: Theme, lang: Lang) -> dict[str, Any]:
    """Return the indexes of the styles by name and of the rules by tone, and the parts of the package they stand in."""
    workbook: Any = Workbook()
    _set_default_font(workbook)
    sheet = workbook.active
    named = enumerate(_named(theme.size, lang).items(), 1)
    styles = {name: _register(sheet.cell(1, n), theme, lang, style) for n, (name, style) in named}
    tones = (Tone.GOOD, Tone.CAUTION, Tone.ALERT)
    rules = {tone: workbook._differential_styles.add(_rule(theme, tone)) for tone in tones}
    tinted = DifferentialStyle(fill=PatternFill(bgColor=f"FF{theme.colour.alert_tint}"))
    overdue = workbook._differential_styles.add(tinted)
    buffer = io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in _STATIC}
    parts[_STYLES] = _in_order(parts[_STYLES])
    static = {name: content.decode() for name, content in parts.items()}
    return {"styles": styles, "rules": rules, "overdue": overdue, "static": static}


def _in_order(styles: bytes) -> bytes:
    """Return the style sheet with the parts of each font in the order that Excel writes; openpyxl has its own."""
    root = etree.fromstring(styles)
    for font in root.iter("{*}font"):
        font[:] = sorted(font, key=lambda part: _FONT_ORDER.index(etree.QName(part).localname))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_default_font(workbook: Any) -> None:
    """Make Arial 10 the font that column widths are counted in: every system has it, or one as wide."""
    default = Font(name="Arial", size=10)
    workbook._fonts = IndexedList([default])
    workbook._named_styles["Normal"].font = default


@dataclass(frozen=True)
class CellStyle:
    """How a cell looks. Colours by their names in the theme; `head`: in the font of headings."""

    points: float
    code: str = "General"
    head: bool = False
    bold: bool = False
    tint: str = "ink"
    fill: str = ""
    across: str = "left"
    upright: str = "center"
    box: bool = False
    under: bool = False
    quoted: bool = False
    shrink: bool = False


def _named(size: TypeSizes, lang: Lang) -> dict[str, CellStyle]:
    """Return every style by name. New ones go to the end: cells refer to the others by their place."""
    entries = {f"entry.{sort}": _of_value(size.entry, sort, code, "left") for sort, code in formats(lang).items()}
    cells = {f"cell.{sort}": _of_value(size.cell, sort, code) for sort, code in formats(lang).items()}
    return entries | cells | _of_parts(size) | _of_marks(size)


def _of_value(points: float, sort: str, code: str, across: str = "") -> CellStyle:
    """Return the style of a value in a number format; where it isn't said otherwise, numbers stand at the right."""
    usual = "left" if code == TEXT_CODE else "center" if sort in ("date", "moment", "seconds") else "right"
    quoted, shrink = sort == "quoted", code != TEXT_CODE
    return CellStyle(points, code, across=across or usual, box=True, quoted=quoted, shrink=shrink)


def _of_parts(size: TypeSizes) -> dict[str, CellStyle]:
    """Return the styles of what stands around values: titles, headings, labels, running text."""
    middle = "center"
    return {
        "title": CellStyle(size.title, head=True, bold=True, across=middle),
        "meta": CellStyle(size.head, head=True, tint="soft", across="right"),
        "heading": CellStyle(size.heading, head=True, bold=True, tint="accent"),
        "subheading": CellStyle(size.subheading, head=True, bold=True),
        "label": CellStyle(size.cell, head=True, fill="tint", box=True, across=middle),
        "header": CellStyle(size.cell, head=True, bold=True, fill="tint", box=True, across=middle),
        "serial": CellStyle(size.cell, box=True, across=middle, shrink=True),
        "figure": CellStyle(size.figure, TEXT_CODE, head=True, bold=True, box=True, across=middle),
        "note": CellStyle(size.note, TEXT_CODE, head=True, tint="soft"),
        "body": CellStyle(size.body, TEXT_CODE, upright="top"),
        "right": CellStyle(size.body, TEXT_CODE, across="right"),
        "line": CellStyle(size.body, under=True),
        "units": CellStyle(size.cell, tint="soft", box=True, across="right", upright="bottom"),
        "sign": CellStyle(size.cell, TEXT_CODE, head=True, box=True, upright="top"),
        "ticks": CellStyle(size.entry, TEXT_CODE, box=True),
        "plain": CellStyle(size.body),
    }


def _of_marks(size: TypeSizes) -> dict[str, CellStyle]:
    """Return the styles of what is to be noticed, and of notes beneath key figures."""
    tints = {"figure.good": "good", "figure.caution": "caution", "figure.alert": "alert", "figure.note": "soft"}
    marked = CellStyle(size.cell, bold=True, tint="alert", box=True, across="center")
    figures = {n: CellStyle(size.cell, head=True, tint=tint, box=True, across="center") for n, tint in tints.items()}
    return {"cell.marked": marked, **figures}


def _register(cell: Any, theme: Theme, lang: Lang, style: CellStyle) -> int:
    """Give a cell the style, and return the index that openpyxl has registered it under."""
    named, colour = theme.fonts[lang], theme.colour
    font, tint = named.head if style.head else named.body, f"FF{colour[style.tint]}"
    cell.font = Font(name=font, size=style.points, bold=style.bold, color=tint)
    indent = 1 if style.box and style.across == "left" else 0
    # Of a number or a day that is longer than its column Excel would show hash marks: it doesn't wrap them.
    fit = {"shrink_to_fit": True} if style.shrink else {"wrap_text": True}
    cell.alignment = Alignment(horizontal=style.across, vertical=style.upright, indent=indent, **fit)
    cell.number_format = style.code
    if style.fill:
        cell.fill = PatternFill("solid", fgColor=f"FF{colour[style.fill]}")
    rule = Side(style="thin", color=f"FF{colour.rule}")
    if style.box:
        cell.border = Border(left=rule, right=rule, top=rule, bottom=rule)
    elif style.under:
        cell.border = Border(bottom=rule)
    if style.quoted:
        cell._style.quotePrefix = 1
    return int(cell.style_id)


def _rule(theme: Theme, tone: Tone) -> DifferentialStyle:
    """Return how a rule marks a tone: tint, and colour with bold type, so that it shows in black and white too."""
    fill = PatternFill(bgColor=f"FF{theme.colour[f'{tone}_tint']}")
    return DifferentialStyle(font=Font(color=f"FF{theme.colour[tone]}", bold=tone is not Tone.GOOD), fill=fill)

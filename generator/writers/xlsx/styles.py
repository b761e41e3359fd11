"""Every style that sheets use, registered with openpyxl, which writes the style sheet and the theme."""

import io
import zipfile
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.indexed_list import IndexedList

from generator.kinds import Tone
from generator.kinds.base import TEXT_CODE
from generator.theme import Theme
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
    named = enumerate(_named(theme, lang).items(), 1)
    styles = {name: _register(sheet.cell(1, n), theme, **given) for n, (name, given) in named}
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


def _named(theme: Theme, lang: Lang) -> dict[str, dict[str, Any]]:
    """Return every style by name: entries and table cells in each format, and what else stands on a sheet."""
    sorts, size = formats(lang), theme.size
    named: dict[str, dict[str, Any]] = {}
    for place, points in (("entry", size.entry), ("cell", size.cell)):
        for sort, code in sorts.items():
            text = sort in ("text", "quoted")
            across = "left" if text else "center" if sort in ("date", "moment", "seconds") else "right"
            if place == "entry" and not text:
                across = "left"
            named[f"{place}.{sort}"] = {
                "code": code,
                "points": points,
                "across": across,
                "box": True,
                "quoted": sort == "quoted",
                "shrink": sort == "seconds",
            }
    head = {"head": True, "lang": lang}
    named |= {
        "title": {**head, "points": size.title, "bold": True, "across": "center", "upright": "center"},
        "meta": {**head, "points": size.head, "tint": "soft", "across": "right", "upright": "center"},
        "heading": {**head, "points": size.heading, "bold": True, "tint": "accent", "upright": "center"},
        "subheading": {**head, "points": size.subheading, "bold": True, "upright": "center"},
        "label": {**head, "points": size.cell, "fill": "tint", "box": True, "across": "center"},
        "header": {**head, "points": size.cell, "bold": True, "fill": "tint", "box": True, "across": "center"},
        "serial": {"points": size.cell, "box": True, "across": "center"},
        "figure": {
            **head,
            "code": TEXT_CODE,
            "points": size.figure,
            "bold": True,
            "box": True,
            "across": "center",
        },
        "note": {**head, "code": TEXT_CODE, "points": size.note, "tint": "soft"},
        "body": {"code": TEXT_CODE, "points": size.body, "upright": "top"},
        "right": {"code": TEXT_CODE, "points": size.body, "across": "right"},
        "line": {"points": size.body, "under": True},
        "units": {"points": size.cell, "tint": "soft", "box": True, "across": "right", "upright": "bottom"},
        "sign": {**head, "code": TEXT_CODE, "points": size.cell, "box": True, "upright": "top"},
        "ticks": {"code": TEXT_CODE, "points": size.entry, "box": True},
        "plain": {"points": size.body},
    }
    named["cell.marked"] = {"points": size.cell, "bold": True, "tint": "alert", "box": True, "across": "center"}
    for name, tone in (("figure.good", "good"), ("figure.caution", "caution"), ("figure.alert", "alert")):
        named[name] = {**head, "points": size.cell, "tint": tone, "box": True, "across": "center"}
    named["figure.note"] = {**head, "points": size.cell, "tint": "soft", "box": True, "across": "center"}
    return {name: {"lang": lang, **given} for name, given in named.items()}


def _register(
    cell: Any,
    theme: Theme,
    *,
    lang: Lang,
    points: float,
    code: str = "General",
    head: bool = False,
    bold: bool = False,
    tint: str = "ink",
    fill: str = "",
    across: str = "left",
    upright: str = "center",
    box: bool = False,
    under: bool = False,
    quoted: bool = False,
    shrink: bool = False,
) -> int:
    """Give a cell the style, and return the index that openpyxl has registered it under."""
    named, colour = theme.fonts[lang], theme.colour
    cell.font = Font(name=named.head if head else named.body, size=points, bold=bold, color=f"FF{colour[tint]}")
    indent = 1 if box and across == "left" else 0
    # A time with seconds is rare and longer than its column expects; Excel would show hash marks instead.
    fit = {"shrink_to_fit": True} if shrink else {"wrap_text": True}
    cell.alignment = Alignment(horizontal=across, vertical=upright, indent=0 if shrink else indent, **fit)
    cell.number_format = code
    if fill:
        cell.fill = PatternFill("solid", fgColor=f"FF{colour[fill]}")
    rule = Side(style="thin", color=f"FF{colour.rule}")
    if box:
        cell.border = Border(left=rule, right=rule, top=rule, bottom=rule)
    elif under:
        cell.border = Border(bottom=rule)
    if quoted:
        cell._style.quotePrefix = 1
    return int(cell.style_id)


def _rule(theme: Theme, tone: Tone) -> DifferentialStyle:
    """Return how a rule marks a tone: tint, and colour with bold type, so that it shows in black and white too."""
    fill = PatternFill(bgColor=f"FF{theme.colour[f'{tone}_tint']}")
    return DifferentialStyle(font=Font(color=f"FF{theme.colour[tone]}", bold=tone is not Tone.GOOD), fill=fill)

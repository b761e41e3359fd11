"""Every style that sheets use, registered with openpyxl, which writes the style sheet and the theme."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.indexed_list import IndexedList

from generator.kinds import Tone
from generator.kinds.base import TEXT_CODE
from generator.kinds.moments import DATE_CODE, MOMENT_CODE
from generator.theme import Theme, TypeSizes
from generator.wording import Lang
from generator.writers.xlsx.look import edged, font_of, formats

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
    """How a cell looks. Colours by their names in the theme; `edges` as `edged` has them; `serif`: as letters are."""

    points: float
    code: str = "General"
    serif: bool = False
    bold: bool = False
    tint: str = "ink"
    fill: str = ""
    across: str = "left"
    upright: str = "center"
    edges: str = ""
    bar: bool = False
    quoted: bool = False
    shrink: bool = False


_UPPER, _MIDDLE, _LOWER, _CELL, _HEADER = "trl", "rl", "rbl", "t:rbl", "TB:rl"
_ENDS = ("b:l", "b:r", "B:l", "B:r")
"""Edges of the upper, middle and lower parts of boxes, of cells and of heads of tables: what stands before a colon is
always there, of the rest each may be of the frame."""

_BOX = "trbl"


def _named(size: TypeSizes, lang: Lang) -> dict[str, CellStyle]:
    """Return every style by name. New ones go to the end: cells refer to the others by their place."""
    entries = {f"entry.{sort}": _of_value(size.entry, sort, code, "left") for sort, code in formats(lang).items()}
    cells = {f"cell.{sort}": _of_value(size.cell, sort, code) for sort, code in formats(lang).items()}
    boxed = (
        _in_boxes(entries, _LOWER)
        | _in_boxes(cells, _CELL)
        | _in_boxes(_of_upper(size), _UPPER)
        | _in_boxes(_of_middle(size), _MIDDLE)
        | _in_boxes(_of_lower(size), _LOWER)
        | {k: v for edges in _ENDS for k, v in _in_boxes({"pen": _of_lower(size)["pen"]}, edges).items()}
        | _in_boxes(_of_cells(size), _CELL)
        | _in_boxes({"header": _head(size)}, _HEADER)
    )
    notes = {name: style for name, style in _of_lower(size).items() if name.startswith("figure.")}
    return boxed | _of_parts(size) | _in_boxes(notes, _MIDDLE)


def _in_boxes(styles: Mapping[str, CellStyle], edges: str) -> dict[str, CellStyle]:
    """Return styles with rules all round, and those with rules at some edges, thin or of the frame."""
    always, _, free = edges.rpartition(":")
    found = {name: replace(style, edges=_BOX) for name, style in styles.items()}
    for choice in product(*((edge, edge.upper()) for edge in free)):
        there = {edge.lower(): edge for edge in (*always, *choice)}
        ordered = "".join(there[edge] for edge in _BOX if edge in there)
        found |= {edged(name, ordered): replace(style, edges=ordered) for name, style in styles.items()}
    return found


def _of_value(points: float, sort: str, code: str, across: str = "") -> CellStyle:
    """Return the style of a value in a number format: numbers at the right, but all of boxes beneath their labels."""
    usual = "left" if code == TEXT_CODE else "center" if sort in ("date", "moment", "seconds") else "right"
    quoted, shrink = sort == "quoted", code != TEXT_CODE
    upright = "top" if across else "center"
    return CellStyle(points, code, across=across or usual, quoted=quoted, shrink=shrink, upright=upright)


def _head(size: TypeSizes) -> CellStyle:
    return CellStyle(size.cell, bold=True, fill="tint", across="center")


def _of_upper(size: TypeSizes) -> dict[str, CellStyle]:
    """Return the styles of the upper part of boxes: what their lower part is about."""
    return {
        "label": CellStyle(size.label, tint="soft", upright="bottom"),
        "sign": CellStyle(size.cell, TEXT_CODE, upright="bottom"),
    }


def _of_middle(size: TypeSizes) -> dict[str, CellStyle]:
    return {
        "figure": CellStyle(size.figure, TEXT_CODE, bold=True),
        "signed": CellStyle(size.cell, TEXT_CODE, across="center"),
    }


def _of_lower(size: TypeSizes) -> dict[str, CellStyle]:
    """Return the styles of the lower part of boxes: what is to be written or ticked there, notes beneath figures."""
    tints = {"figure.good": "good", "figure.caution": "caution", "figure.alert": "alert", "figure.note": "soft"}
    notes = {name: CellStyle(size.label, TEXT_CODE, tint=tint, upright="top") for name, tint in tints.items()}
    return {
        "ticks": CellStyle(size.entry, TEXT_CODE),
        "pen": CellStyle(size.note, TEXT_CODE, tint="soft"),
        "pen.date": CellStyle(size.note, DATE_CODE, tint="soft"),
        "pen.moment": CellStyle(size.note, MOMENT_CODE, tint="soft"),
        "squares": CellStyle(_SQUARE, TEXT_CODE, tint="soft"),
        "units": CellStyle(size.cell, tint="soft", across="right"),
        **notes,
    }


def _of_cells(size: TypeSizes) -> dict[str, CellStyle]:
    """Return the styles of cells of tables that hold no value, or a marked one."""
    return {
        "cell.ticks": CellStyle(size.cell, TEXT_CODE),
        "cell.long": CellStyle(size.cell, TEXT_CODE, fill="tint", upright="top"),
        "cell.long quoted": CellStyle(size.cell, TEXT_CODE, fill="tint", upright="top", quoted=True),
        "cell.marked": CellStyle(size.cell, bold=True, tint="alert", across="center"),
        "serial": CellStyle(size.cell, across="center", shrink=True),
        "total": CellStyle(size.cell, bold=True, fill="tint", across="center"),
        "total.number": CellStyle(size.cell, bold=True, fill="tint", across="right", shrink=True),
        "question": CellStyle(size.entry, TEXT_CODE),
        "side": CellStyle(size.cell, fill="tint"),
    }


def _of_parts(size: TypeSizes) -> dict[str, CellStyle]:
    """Return the styles of what stands around boxes: titles, headings, running text."""
    return {
        "title": CellStyle(size.title, bold=True, across="center"),
        "heading": CellStyle(size.heading, bold=True),
        "tag": CellStyle(size.label, bold=True, tint="paper", fill="accent", across="center"),
        "subheading": CellStyle(size.label, bold=True, tint="accent", upright="bottom"),
        "caption": CellStyle(size.label, bold=True, upright="bottom"),
        "note": CellStyle(size.note, TEXT_CODE, tint="soft", bar=True),
        "body": CellStyle(size.body, TEXT_CODE, upright="top"),
        "right": CellStyle(size.body, TEXT_CODE, across="right"),
        "letter": CellStyle(size.letter, TEXT_CODE, serif=True, upright="top"),
        "letter.right": CellStyle(size.letter, TEXT_CODE, serif=True, across="right"),
        "line": CellStyle(size.body, edges="b"),
        "plain": CellStyle(size.body),
        "organisation": CellStyle(size.letterhead, TEXT_CODE, bold=True),
        "reached": CellStyle(size.label, TEXT_CODE, tint="soft"),
        "underline": CellStyle(size.label, edges="_"),
        "beneath": CellStyle(size.label, TEXT_CODE, tint="soft", upright="top"),
        "closing": CellStyle(size.letter, TEXT_CODE, serif=True, across="center", upright="bottom"),
        "closing.left": CellStyle(size.letter, TEXT_CODE, serif=True, upright="bottom"),
        "closing.day": CellStyle(size.letter, TEXT_CODE, serif=True, across="center"),
        "closing.day.left": CellStyle(size.letter, TEXT_CODE, serif=True),
    }


_PAPER = "FFFFFF"
_SQUARE = 14.0
"""Points of the type whose square takes a digit by hand."""


def _register(cell: Any, theme: Theme, lang: Lang, style: CellStyle) -> int:
    """Give a cell the style, and return the index that openpyxl has registered it under."""
    colour = theme.colour
    tint = f"FF{_PAPER if style.tint == 'paper' else colour[style.tint]}"
    cell.font = Font(name=font_of(theme, lang, serif=style.serif), size=style.points, bold=style.bold, color=tint)
    indent = 1 if (style.edges or style.bar) and style.across != "center" else 0
    # Of a number or a day that is longer than its column Excel would show hash marks: it doesn't wrap them.
    fit = {"shrink_to_fit": True} if style.shrink else {"wrap_text": True}
    cell.alignment = Alignment(horizontal=style.across, vertical=style.upright, indent=indent, **fit)
    cell.number_format = style.code
    if style.fill:
        cell.fill = PatternFill("solid", fgColor=f"FF{colour[style.fill]}")
    if style.edges:
        sides: dict[str, Any] = {_SIDES[edge.lower()]: _side(theme, edge) for edge in style.edges}
        cell.border = Border(**sides)
    elif style.bar:
        cell.border = Border(left=Side(style="thick", color=f"FF{colour.accent}"))
    if style.quoted:
        cell._style.quotePrefix = 1
    return int(cell.style_id)


_SIDES = {"t": "top", "r": "right", "b": "bottom", "l": "left", "_": "bottom"}


def _side(theme: Theme, edge: str) -> Side:
    """Return a rule: of the frame, as thin as there is, or beneath a letterhead."""
    if edge == "_":
        return Side(style="thin", color=f"FF{theme.colour.accent}")
    if edge.isupper():
        return Side(style="thin", color=f"FF{theme.colour.frame}")
    return Side(style="hair", color=f"FF{theme.colour.rule}")


def _rule(theme: Theme, tone: Tone) -> DifferentialStyle:
    """Return how a rule marks a tone: tint, and colour with bold type, so that it shows in black and white too."""
    fill = PatternFill(bgColor=f"FF{theme.colour[f'{tone}_tint']}")
    return DifferentialStyle(font=Font(color=f"FF{theme.colour[tone]}", bold=tone is not Tone.GOOD), fill=fill)

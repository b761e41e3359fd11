"""A workbook as plain values, read from ours once, and written again cell by cell by openpyxl and XlsxWriter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a cell; colours as RRGGBB, nothing where there is none."""

    font: str
    points: float
    bold: bool
    colour: str
    fill: str
    border: str
    across: str
    upright: str
    indent: int
    wrap: bool
    shrink: bool
    code: str


class Entry(NamedTuple):
    """A cell: its place, counted from 1, its value and the number of its style."""

    row: int
    column: int
    value: Any
    style: int


FONT, POINTS = "Arial", 10
"""The font that column widths are counted in."""

XLSXWRITER: Mapping[str, Any] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": FONT, "font_size": POINTS},
}
_PADDING = 5 / 7
"""What XlsxWriter adds to a column's width, in characters."""


class Rich(NamedTuple):
    """A text of bold and plain runs, all in one font and size."""

    runs: tuple[tuple[str, bool], ...]
    font: str
    points: float


class Rule(NamedTuple):
    """A conditional format: where, by which formula, and how it looks."""

    area: str
    formula: str
    colour: str
    bold: bool
    fill: str


@dataclass(frozen=True, slots=True)
class Paper:
    """How a sheet prints; margins in inches."""

    landscape: bool
    margins: tuple[float, float, float, float, float, float]
    head: tuple[str, str]
    foot: tuple[str, str]
    repeat: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a workbook of one sheet that shows, and one that holds the lists of choices.

    `areas`: merged areas by their first cell, as rows and columns from 0; `covered`: the other cells of them, from 1.
    """

    title: str
    styles: tuple[Style, ...]
    entries: tuple[Entry, ...]
    heights: Mapping[int, float]
    widths: Mapping[str, float]
    merged: tuple[str, ...]
    areas: Mapping[tuple[int, int], tuple[int, int, int, int]]
    covered: frozenset[tuple[int, int]]
    lists: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    frozen: str
    filtered: str
    names: Mapping[str, str]
    hidden: str
    choices: tuple[tuple[str, ...], ...]
    paper: Paper


# --- reading ---


def read_sheet(content: bytes) -> Sheet:
    """Return what a workbook of ours holds."""
    from openpyxl import load_workbook

    book: Any = load_workbook(BytesIO(content), rich_text=True)
    sheet, hidden = book.worksheets[0], book.worksheets[1:]
    numbers: dict[Style, int] = {}
    entries = tuple(
        Entry(cell.row, cell.column, _value(cell), numbers.setdefault(_style(cell), len(numbers)))
        for row in sheet.iter_rows()
        for cell in row
        if cell.has_style or cell.value is not None
    )
    return Sheet(
        title=sheet.title,
        styles=tuple(numbers),
        entries=entries,
        heights={n: d.height for n, d in sheet.row_dimensions.items() if d.height},
        widths={letters: d.width for letters, d in sheet.column_dimensions.items() if d.customWidth},
        merged=tuple(str(area) for area in sheet.merged_cells.ranges),
        areas={
            (a.min_row, a.min_col): (a.min_row - 1, a.min_col - 1, a.max_row - 1, a.max_col - 1)
            for a in sheet.merged_cells.ranges
        },
        covered=frozenset(cell for a in sheet.merged_cells.ranges for cell in list(a.cells)[1:]),
        lists=tuple((v.formula1, str(v.sqref)) for v in sheet.data_validations.dataValidation),
        rules=tuple(_rule(area, rule) for area in sheet.conditional_formatting for rule in area.rules),
        frozen=sheet.freeze_panes or "",
        filtered=sheet.auto_filter.ref or "",
        names={name: defined.value for name, defined in book.defined_names.items()},
        hidden=hidden[0].title if hidden else "",
        choices=_columns(hidden[0]) if hidden else (),
        paper=_paper(sheet),
    )


def _value(cell: Any) -> Any:
    if not isinstance(cell.value, list):
        return cell.value
    runs = tuple((str(run.text), bool(run.font.b)) for run in cell.value)
    return Rich(runs, cell.font.name, float(cell.font.sz))


def _rgb(colour: Any) -> str:
    return str(colour.rgb)[-6:] if colour is not None and isinstance(colour.rgb, str) else ""


def _style(cell: Any) -> Style:
    font, place, edge = cell.font, cell.alignment, cell.border.left
    return Style(
        font=font.name,
        points=float(font.sz),
        bold=bool(font.b),
        colour=_rgb(font.color),
        fill=_rgb(cell.fill.fgColor) if cell.fill.fill_type == "solid" else "",
        border=_rgb(edge.color) if edge and edge.style else "",
        across=place.horizontal or "",
        upright=place.vertical or "",
        indent=int(place.indent or 0),
        wrap=bool(place.wrap_text),
        shrink=bool(place.shrink_to_fit),
        code=cell.number_format,
    )


def _rule(area: Any, rule: Any) -> Rule:
    font, fill = rule.dxf.font, rule.dxf.fill
    colour = _rgb(font.color) if font else ""
    return Rule(str(area.sqref), rule.formula[0], colour, bool(font and font.b), _rgb(fill.bgColor) if fill else "")


def _columns(sheet: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(value for value in column if value is not None) for column in sheet.iter_cols(values_only=True))


def _paper(sheet: Any) -> Paper:
    margins, setup = sheet.page_margins, sheet.page_setup
    return Paper(
        landscape=setup.orientation == "landscape",
        margins=(margins.left, margins.right, margins.top, margins.bottom, margins.header, margins.footer),
        head=(sheet.oddHeader.left.text or "", sheet.oddHeader.right.text or ""),
        foot=(sheet.oddFooter.left.text or "", sheet.oddFooter.right.text or ""),
        repeat=sheet.print_title_rows or "",
    )


# --- openpyxl ---


def openpyxl_styles(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the parts of each style as openpyxl has them, made once."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    made = []
    for style in sheet.styles:
        edge = Side(style="thin", color=style.border) if style.border else Side()
        made.append(
            {
                "font": Font(name=style.font, size=style.points, bold=style.bold, color=style.colour or None),
                "fill": PatternFill("solid", fgColor=style.fill) if style.fill else PatternFill(),
                "border": Border(left=edge, right=edge, top=edge, bottom=edge),
                "alignment": Alignment(
                    style.across or None, style.upright or None, 0, style.wrap, style.shrink, style.indent
                ),
                "number_format": style.code,
            }
        )
    return made


def dress(cell: Any, parts: Mapping[str, Any]) -> None:
    """Give a cell of openpyxl all parts of its style."""
    for name, part in parts.items():
        setattr(cell, name, part)


def _openpyxl_value(value: Any) -> Any:
    if not isinstance(value, Rich):
        return value
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    fonts = {bold: InlineFont(rFont=value.font, sz=value.points, b=bold or None) for bold in (True, False)}
    return CellRichText(*(TextBlock(fonts[bold], text) for text, bold in value.runs))


def openpyxl_form(sheet: Sheet, styles: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the workbook by openpyxl; the first cell of each style is dressed, the others take its style over."""
    from openpyxl import Workbook

    book: Any = Workbook()
    page = book.active
    dressed: dict[int, Any] = {}
    for row, column, value, number in sheet.entries:
        cell = page.cell(row, column, _openpyxl_value(value))
        if number in dressed:
            cell._style = dressed[number]
        else:
            dress(cell, styles[number])
            dressed[number] = cell._style
    for n, height in sheet.heights.items():
        page.row_dimensions[n].height = height
    for area in sheet.merged:
        page.merge_cells(area)
    openpyxl_frame(book, page, sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def openpyxl_frame(book: Any, page: Any, sheet: Sheet) -> None:
    """Add all that isn't cells: widths, lists, rules, names, print set-up."""
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    openpyxl_default_font(book)
    page.title, page.sheet_view.showGridLines = sheet.title, False
    for letters, width in sheet.widths.items():
        page.column_dimensions[letters].width = width
    for formula, places in sheet.lists:
        page.data_validations.append(DataValidation("list", formula, allow_blank=True, sqref=places))
    for rule in sheet.rules:
        page.conditional_formatting.add(rule.area, _openpyxl_rule(rule))
    for name, target in sheet.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=target)
    page.freeze_panes = sheet.frozen or None
    page.auto_filter.ref = sheet.filtered or None
    _openpyxl_paper(page, sheet.paper)
    if sheet.hidden:
        hidden = book.create_sheet(sheet.hidden)
        hidden.sheet_state = "hidden"
        height = max(map(len, sheet.choices))
        for n in range(height):
            hidden.append([column[n] if n < len(column) else None for column in sheet.choices])


def openpyxl_default_font(book: Any) -> None:
    """Make the font that column widths are counted in the one of our files."""
    from openpyxl.styles import Font

    book._fonts[0] = book._named_styles["Normal"].font = Font(name=FONT, size=POINTS)


def _openpyxl_rule(rule: Rule) -> Any:
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    font = Font(color=rule.colour, bold=rule.bold) if rule.colour else None
    make: Any = FormulaRule
    return make([rule.formula], font=font, fill=PatternFill(bgColor=rule.fill) if rule.fill else None)


def _openpyxl_paper(page: Any, paper: Paper) -> None:
    page.page_setup.orientation = "landscape" if paper.landscape else "portrait"
    page.page_setup.paperSize, page.page_setup.fitToHeight = 9, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    names = ("left", "right", "top", "bottom", "header", "footer")
    for name, inches in zip(names, paper.margins, strict=True):
        setattr(page.page_margins, name, inches)
    page.oddHeader.left.text, page.oddHeader.right.text = paper.head
    page.oddFooter.left.text, page.oddFooter.right.text = paper.foot
    page.print_title_rows = paper.repeat.replace("$", "") or None


# --- XlsxWriter ---


def xlsxwriter_styles(book: Any, sheet: Sheet) -> list[Any]:
    """Return the formats of a workbook, one a style."""
    return [book.add_format(_xlsxwriter_style(style)) for style in sheet.styles]


def _xlsxwriter_style(style: Style) -> dict[str, Any]:
    upright = "vcenter" if style.upright == "center" else style.upright
    given = {
        "font_name": style.font,
        "font_size": style.points,
        "bold": style.bold,
        "font_color": style.colour and f"#{style.colour}",
        "bg_color": style.fill and f"#{style.fill}",
        "align": style.across,
        "valign": upright,
        "indent": style.indent,
        "text_wrap": style.wrap,
        "shrink": style.shrink,
        "num_format": style.code,
    }
    edge = {"border": 1, "border_color": f"#{style.border}"} if style.border else {}
    return {name: value for name, value in given.items() if value} | edge


def xlsxwriter_form(sheet: Sheet) -> bytes:
    """Return the workbook by XlsxWriter; what is merged is written once, with its merge."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **XLSXWRITER})
    page = book.add_worksheet(sheet.title)
    styles = xlsxwriter_styles(book, sheet)
    fonts = {n: [book.add_format(_run(style, bold)) for bold in (False, True)] for n, style in _rich(sheet)}
    for n, height in sheet.heights.items():
        page.set_row(n - 1, height)
    areas, covered = sheet.areas, sheet.covered
    for row, column, value, number in sheet.entries:
        if (row, column) in covered:
            continue
        if (row, column) in areas:
            page.merge_range(*areas[row, column], "", styles[number])
        xlsxwriter_cell(page, row - 1, column - 1, value, styles[number], fonts.get(number))
    xlsxwriter_frame(book, page, sheet)
    book.close()
    return out.getvalue()


def _rich(sheet: Sheet) -> list[tuple[int, Style]]:
    numbers = {entry.style for entry in sheet.entries if isinstance(entry.value, Rich)}
    return [(n, sheet.styles[n]) for n in numbers]


def _run(style: Style, bold: bool) -> dict[str, Any]:
    return {"font_name": style.font, "font_size": style.points, "bold": bold}


def xlsxwriter_cell(page: Any, row: int, column: int, value: Any, style: Any, fonts: Any = None) -> None:
    """Write one value by what it is; runs of bold and plain text in `fonts`, the plain one first."""
    if value is None:
        page.write_blank(row, column, None, style)
    elif isinstance(value, str):
        page.write_string(row, column, value, style)
    elif isinstance(value, Rich):
        parts = [part for text, bold in value.runs for part in (fonts[bold], text)]
        page.write_rich_string(row, column, *parts, style)
    elif isinstance(value, (int, float)):
        page.write_number(row, column, value, style)
    else:
        page.write_datetime(row, column, value, style)


def xlsxwriter_frame(book: Any, page: Any, sheet: Sheet) -> None:
    """Add all that isn't cells: widths, lists, rules, names, print set-up."""
    page.hide_gridlines(2)
    for letters, width in sheet.widths.items():
        page.set_column(f"{letters}:{letters}", width - _PADDING)
    for formula, places in sheet.lists:
        first, *others = places.split()
        page.data_validation(first, {"validate": "list", "source": f"={formula}", "other_cells": _cells(others)})
    for rule in sheet.rules:
        look: dict[str, Any] = {"bold": True} if rule.bold else {}
        look |= {"font_color": f"#{rule.colour}"} if rule.colour else {}
        look |= {"bg_color": f"#{rule.fill}"} if rule.fill else {}
        given = {"type": "formula", "criteria": f"={rule.formula}", "format": book.add_format(look)}
        page.conditional_format(rule.area, given)
    for name, target in sheet.names.items():
        book.define_name(name, f"={target}")
    if sheet.hidden:
        hidden = book.add_worksheet(sheet.hidden)
        hidden.hide()
        for n in range(max(map(len, sheet.choices))):
            for k, column in enumerate(sheet.choices):
                hidden.write_string(n, k, column[n]) if n < len(column) else None
    _xlsxwriter_paper(page, sheet)


def _cells(places: Sequence[str]) -> list[list[int]]:
    from openpyxl.utils import range_boundaries

    bounds: list[Any] = [range_boundaries(place) for place in places]
    return [[top - 1, left - 1, bottom - 1, right - 1] for left, top, right, bottom in bounds]


def _xlsxwriter_paper(page: Any, sheet: Sheet) -> None:
    from openpyxl.utils.cell import coordinate_from_string

    paper = sheet.paper
    if paper.landscape:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    left, right, top, bottom, head, foot = paper.margins
    page.set_margins(left, right, top, bottom)
    page.set_header(f"&L{paper.head[0]}&R{paper.head[1]}", {"margin": head})
    page.set_footer(f"&L{paper.foot[0]}&R{paper.foot[1]}", {"margin": foot})
    if sheet.frozen:
        page.freeze_panes(coordinate_from_string(sheet.frozen)[1] - 1, 0)
    if sheet.filtered:
        page.autofilter(sheet.filtered)
    if paper.repeat:
        first, _, last = paper.repeat.replace("$", "").partition(":")
        page.repeat_rows(int(first) - 1, int(last) - 1)

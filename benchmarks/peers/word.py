"""The report by python-docx, written by hand: used as it is, and once to make the template that docxtpl fills."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from benchmarks.peers.report import Cell, Part, Report

INK, SOFT, ACCENT, TINT, FRAME, RULE = "1A1A1A", "4A4A4A", "1F3864", "E9EDF3", "404040", "9A9A9A"
TONES = {"good": "1B6E3C", "caution": "8A5A00", "alert": "B00020"}
WIDTH = 174.0
_STYLES = {
    "Report Title": (18.0, "黑体", True, INK),
    "Report Heading": (11.0, "黑体", True, INK),
    "Report Label": (8.5, "微软雅黑", False, SOFT),
    "Report Entry": (10.5, "宋体", False, INK),
    "Report Figure": (14.0, "微软雅黑", True, INK),
    "Report Cell": (9.0, "宋体", False, INK),
    "Report Head Cell": (9.0, "微软雅黑", True, INK),
    "Report Running": (8.5, "微软雅黑", False, SOFT),
    "Report Body": (10.5, "宋体", False, INK),
}


def build(report: Report) -> bytes:
    """Return the report as DOCX."""
    document = Document()
    _page(document)
    for name, look in _STYLES.items():
        _style(document, name, *look)
    _running(document, report)
    title = document.add_paragraph(report.title, style="Report Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _grid(document, [report.figures], "Report Figure")
    for part in report.parts:
        _part(document, part)
    document.add_paragraph(style="Report Cell")
    _signatures(document, report.signatures)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance, section.footer_distance = Mm(11), Mm(10)


def _style(document: Any, name: str, points: float, han: str, bold: bool, colour: str) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size, style.font.bold = "Arial", Pt(points), bold
    style.font.color.rgb = RGBColor.from_string(colour)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), han)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    if "Heading" in name:
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(10), Pt(4)
        style.paragraph_format.keep_with_next = True
    if "Body" in name:
        style.paragraph_format.first_line_indent, style.paragraph_format.line_spacing = Pt(21), 1.7


def _running(document: Any, report: Report) -> None:
    section = document.sections[0]
    before, middle, after = report.page_words
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph, left in ((head, report.left), (foot, report.foot)):
        paragraph.style = "Report Running"
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{left}\t")
    head.add_run(report.right)
    foot.add_run(before)
    _field(foot, "PAGE")
    foot.add_run(middle)
    _field(foot, "NUMPAGES")
    foot.add_run(after)


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" {code} ")
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def _part(document: Any, part: Part) -> None:
    heading = document.add_paragraph(style="Report Heading")
    number = heading.add_run(f" {part.number} ")
    number.font.color.rgb = RGBColor(255, 255, 255)
    number._r.get_or_add_rPr().append(_shading(ACCENT))
    heading.add_run(f" {part.heading}")
    if part.lines:
        _grid(document, part.lines, "Report Entry")
    if part.rows:
        _rows(document, part)
    for lead, text in part.prose:
        paragraph = document.add_paragraph(style="Report Body")
        paragraph.add_run(lead).bold = True
        paragraph.add_run(text)


def _shading(fill: str) -> Any:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shading.set(qn(f"w:{name}"), value)
    return shading


def _table(document: Any, rows: int, widths: Sequence[float]) -> Any:
    table = document.add_table(rows, len(widths))
    table.autofit = False
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        inner = side.startswith("inside")
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4" if inner else "8"), ("color", RULE if inner else FRAME)):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    table._tbl.tblPr.append(borders)
    table._tbl.tblPr.append(_margins())
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _margins() -> Any:
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", "28"), ("left", "85"), ("bottom", "28"), ("right", "85")):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), width)
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    return margins


def _grid(document: Any, lines: Sequence[Sequence[Cell]], style: str) -> None:
    """Add a table of labelled texts: a line of it has cells merged over their spans of twelve columns."""
    table = _table(document, len(lines), [WIDTH / 12] * 12)
    for row, line in zip(table.rows, lines, strict=True):
        cells, first = row.cells, 0
        for entry in line:
            cell = cells[first].merge(cells[first + entry.span - 1]) if entry.span > 1 else cells[first]
            cell.paragraphs[0].style = "Report Label"
            cell.paragraphs[0].add_run(entry.label)
            cell.add_paragraph(entry.text, style=style)
            if entry.note:
                run = cell.add_paragraph(style="Report Label").add_run(entry.note)
                run.font.color.rgb = RGBColor.from_string(TONES.get(entry.tone, SOFT))
            first += entry.span


def _rows(document: Any, part: Part) -> None:
    table = _table(document, 1 + len(part.rows), part.widths)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for n, (row, texts) in enumerate(zip(table.rows, (part.header, *part.rows), strict=True)):
        for k, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.style = "Report Head Cell" if n == 0 else "Report Cell"
            paragraph.add_run(text)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            if n == 0:
                cell._tc.get_or_add_tcPr().append(_shading(TINT))
            if n == 0 or k < 2:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _signatures(document: Any, signatures: Sequence[tuple[str, str]]) -> None:
    table = _table(document, 1, [WIDTH / len(signatures)] * len(signatures))
    table.rows[0].height = Mm(24)
    for cell, (label, date) in zip(table.rows[0].cells, signatures, strict=True):
        cell.paragraphs[0].style = "Report Cell"
        cell.paragraphs[0].add_run(label)
        cell.paragraphs[0].paragraph_format.space_after = Pt(34)
        cell.add_paragraph(date, style="Report Label").alignment = WD_ALIGN_PARAGRAPH.RIGHT

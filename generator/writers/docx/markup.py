"""Small pieces of WordprocessingML (ISO/IEC 29500-1, 17) as text: runs, paragraphs, cells, rows, tables."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from generator.theme import Theme
from generator.units import Mm

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
TWIPS_PER_MM = 1440 / 25.4


def twips(mm: Mm) -> int:
    """Return millimetres as twentieths of a point."""
    return round(mm * TWIPS_PER_MM)


def escape(text: str) -> str:
    """Return text as it may stand in markup and attributes; most has nothing to escape."""
    if "&" in text or "<" in text or ">" in text or '"' in text:
        return text.translate(_ESCAPES)
    return text


def run(text: str, properties: str = "") -> str:
    """Return a run of text; its line ends and tabs become breaks and tabs."""
    if not text:
        return ""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    if "\n" not in text and "\t" not in text:
        return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    inner = escape(text).replace("\n", "</w:t><w:br/>\x00").replace("\t", "</w:t><w:tab/>\x00")
    inner = f"\x00{inner}</w:t>".replace("\x00", '<w:t xml:space="preserve">')
    return f"<w:r>{look}{inner}</w:r>"


def hyperlink(address: str, runs: str) -> str:
    """Return runs as a link, by a field, which needs no relationship (17.16.5.25); as they are without an address."""
    if not address:
        return runs
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code = f'<w:r><w:instrText xml:space="preserve"> HYPERLINK "{escape(address)}" </w:instrText></w:r>'
    return f"{begin}{code}{separate}{runs}{end}"


def content_control(pointer: str, label: str, runs: str) -> str:
    """Return runs in a control whose tag is a JSON Pointer; it is named twice, for some programs keep one of them."""
    at = escape(pointer)
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{escape(label)}"/><w:tag w:val="{at}"/>'
        f'<w:placeholder><w:docPart w:val="{at}"/></w:placeholder></w:sdtPr><w:sdtContent>{runs}</w:sdtContent></w:sdt>'
    )


_RUN_ORDER = ("rFonts", "b", "i", "color", "sz", "u", "shd", "em")


@lru_cache(maxsize=1024)
def ordered(properties: str) -> str:
    """Return run properties in the order of the standard (17.3.2.28), each once; where one comes twice, the last."""
    found = {name: element for element, name in re.findall(r"(<w:(\w+)[^>]*/>)", properties)}
    return "".join(found[name] for name in sorted(found, key=_RUN_ORDER.index))


def paragraph(style: str, content: str, properties: str = "") -> str:
    """Return a paragraph. `properties` follow the style in the order of CT_PPr (17.3.1.26)."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def shade(fill: str) -> str:
    """Return a background for a cell or run."""
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


def cell(width: int, content: str, span: int = 1, fill: str = "", align: str = "", borders: str = "") -> str:
    """Return a table cell `width` twips wide; `content` holds at least one paragraph."""
    return f"{cell_opening(width, span, fill, align, borders)}{content}</w:tc>"


@lru_cache(maxsize=4096)
def cell_opening(width: int, span: int = 1, fill: str = "", align: str = "", borders: str = "") -> str:
    """Return the start of a table cell, up to its first paragraph."""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    properties += shade(fill) if fill else ""
    properties += f'<w:vAlign w:val="{align}"/>' if align else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>"


def row(
    cells: Iterable[str], *, height: int = 0, exact: bool = False, header: bool = False, split: bool = False
) -> str:
    """Return a table row `height` twips high (at least, or exactly); it doesn't break across pages unless `split`."""
    properties = "" if split else "<w:cantSplit/>"
    properties += f'<w:trHeight w:val="{height}" w:hRule="{"exact" if exact else "atLeast"}"/>' if height else ""
    properties += "<w:tblHeader/>" if header else ""
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def edge(side: str, size: int, tint: str, space: int = 0) -> str:
    """Return one border line, `size` in eighths of a point, `space` points from the text."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{tint}"/>'


def table_opening(
    theme: Theme, widths: Sequence[int], *, inner_rows: bool = True, inner_columns: bool = True, right: bool = False
) -> str:
    """Return the start of a table of fixed column widths (twips), framed, with thinner rules within.

    `right`: it stands at the right margin.
    """
    return _table_opening(theme, tuple(widths), inner_rows, inner_columns, right)


@lru_cache(maxsize=1024)
def _table_opening(theme: Theme, widths: tuple[int, ...], inner_rows: bool, inner_columns: bool, right: bool) -> str:
    frame, rule = theme.colour.frame, theme.colour.rule
    sides = "".join(edge(side, 8, frame) for side in ("top", "left", "bottom", "right"))
    sides += edge("insideH", 4, rule) if inner_rows else ""
    sides += edge("insideV", 4, rule) if inner_columns else ""
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 28), ("left", 85), ("bottom", 28), ("right", 85))
    )
    side = '<w:jc w:val="right"/>' if right else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{side}<w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )

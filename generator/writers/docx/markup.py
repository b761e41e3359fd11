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
PADDING = {
    "field": (0.9, 1.8, 1.1),
    "cell": (1.1, 1.6, 1.1),
    "pen": (0.0, 1.6, 0.0),
    "head": (1.3, 0.9, 1.3),
    "ticks": (0.85, 1.0, 0.85),
    "figure": (1.8, 2.4, 1.8),
    "sign": (1.8, 2.4, 0.0),
    "flush": (1.8, 0.0, 0.0),
    "date": (0.0, 2.4, 1.8),
}
"""What is left free within cells in millimetres: above, at both sides, beneath."""

FRAME, RULE = 6, 3
"""Thickness of a table's frame and of the rules within, in eighths of a point."""

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


CHINESE_MARKS, LETTER_MARKS = "ChineseMarks", "LetterMarks"
"""Styles of marks in the Chinese font of boxed text, and of letters."""

_SHARED_MARKS = re.compile("([“”‘’…—·]+)")
_CHINESE_FONT, _LATIN_FONT = re.compile('w:eastAsia="([^"]*)"'), re.compile('(w:(?:ascii|hAnsi)=)"[^"]*"')
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def run(text: str, properties: str = "") -> str:
    """Return a text as runs; its line ends and tabs become breaks and tabs.

    Marks that Chinese and Latin share are set in the Chinese font where the text is Chinese.
    """
    if not text:
        return ""
    if not text.isascii() and _SHARED_MARKS.search(text) and _HAN.search(text):
        pieces = enumerate(_SHARED_MARKS.split(text))
        return "".join([run(piece, _in_chinese(properties) if n % 2 else properties) for n, piece in pieces])
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    if "\n" not in text and "\t" not in text:
        return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    inner = escape(text).replace("\n", "</w:t><w:br/>\x00").replace("\t", "</w:t><w:tab/>\x00")
    inner = f"\x00{inner}</w:t>".replace("\x00", '<w:t xml:space="preserve">')
    return f"<w:r>{look}{inner}</w:r>"


def _in_chinese(properties: str) -> str:
    """Return run properties that have a text's marks in the Chinese font (17.3.2.26).

    Word goes by the hint. LibreOffice goes by the letters before them: there the style names the font for Latin too.
    """
    hint = '<w:rFonts w:hint="eastAsia"'
    named = _CHINESE_FONT.search(properties)
    if named:
        properties = _LATIN_FONT.sub(rf'\1"{named[1]}"', properties)
    hinted = properties.replace("<w:rFonts", hint, 1) if "<w:rFonts" in properties else f"{hint}/>{properties}"
    return f'<w:rStyle w:val="{CHINESE_MARKS}"/>{hinted}'


def hyperlink(address: str, runs: str) -> str:
    """Return runs as a link, by a field, which needs no relationship (17.16.5.25); as they are without an address."""
    if not address:
        return runs
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    code = f'<w:r><w:instrText xml:space="preserve"> HYPERLINK "{escape(address)}" </w:instrText></w:r>'
    return f"{begin}{code}{separate}{runs}{end}"


_RUN_ORDER = ("rFonts", "b", "i", "color", "sz", "u", "shd", "em")


@lru_cache(maxsize=1024)
def ordered(properties: str) -> str:
    """Return run properties in the order of the standard (17.3.2.28), each once; where one comes twice, the last."""
    found = {name: element for element, name in re.findall(r"(<w:(\w+)[^>]*/>)", properties)}
    return "".join(found[name] for name in sorted(found, key=_RUN_ORDER.index))


def paragraph(style: str, content: str, properties: str = "") -> str:
    """Return a paragraph. `properties` follow the style in the order of CT_PPr (17.3.1.26)."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


KEEP = "<w:keepNext/>"
AS_HIGH = '<w:spacing w:line="240" w:lineRule="auto"/>'
"""A line that is as high as what stands in it."""


def keep(markup: str) -> str:
    """Return paragraphs, each kept with what follows."""
    parts = markup.split('<w:pStyle w:val="')
    for n, part in enumerate(parts[1:], 1):
        style, close, rest = part.partition("/>")
        parts[n] = style + close + (rest if rest.startswith(KEEP) else KEEP + rest)
    return '<w:pStyle w:val="'.join(parts)


@lru_cache(maxsize=256)
def spacer(height: Mm, properties: str = "", content: str = "") -> str:
    """Return a paragraph that is just so high: what sets tables apart. `content`: what is anchored there."""
    line = max(20, twips(height))
    return paragraph("Spacer", content, f'{properties}<w:spacing w:line="{line}" w:lineRule="exact"/>')


def shade(fill: str) -> str:
    """Return a background for a cell or run."""
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


def cell(
    width: int,
    content: str,
    span: int = 1,
    fill: str = "",
    align: str = "",
    borders: str = "",
    padding: str = "",
    merge: str = "",
) -> str:
    """Return a table cell `width` twips wide; `content` holds at least one paragraph. `merge`: with that beneath it
    ("restart"), or above ("continue").
    """
    return f"{cell_opening(width, span, fill, align, borders, padding, merge)}{content}</w:tc>"


@lru_cache(maxsize=4096)
def cell_opening(
    width: int, span: int = 1, fill: str = "", align: str = "", borders: str = "", padding: str = "", merge: str = ""
) -> str:
    """Return the start of a table cell, up to its first paragraph. `padding`: where it isn't that of the table."""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    properties += f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    properties += shade(fill) if fill else ""
    properties += f"<w:tcMar>{_margins(padding)}</w:tcMar>" if padding else ""
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
    theme: Theme,
    widths: Sequence[int],
    *,
    inner_rows: bool = True,
    inner_columns: bool = True,
    right: bool = False,
    padding: str = "cell",
    closeness: float = 0.0,
) -> str:
    """Return the start of a table of fixed column widths (twips), framed, with thinner rules within.

    `right`: it stands at the right margin. `closeness`: that of the document.
    """
    return _table_opening(theme, tuple(widths), inner_rows, inner_columns, right, padding, closeness)


@lru_cache(maxsize=1024)
def _table_opening(
    theme: Theme,
    widths: tuple[int, ...],
    inner_rows: bool,
    inner_columns: bool,
    right: bool,
    padding: str,
    closeness: float,
) -> str:
    frame, rule = theme.colour.frame, theme.colour.rule
    sides = "".join(edge(side, FRAME, frame) for side in ("top", "left", "bottom", "right"))
    sides += edge("insideH", RULE, rule) if inner_rows else ""
    sides += edge("insideV", RULE, rule) if inner_columns else ""
    side = '<w:jc w:val="right"/>' if right else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = _margins(padding, _air(theme, padding, closeness))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{side}<w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )


def _air(theme: Theme, padding: str, closeness: float) -> float:
    """Return by how many millimetres cells are lower than usual, above and beneath together."""
    airs = {"field": theme.air.field, "cell": theme.air.cell}
    return closeness * airs[padding].gives if padding in airs else 0.0


def layout_opening(widths: Sequence[int]) -> str:
    """Return the start of a table without rules or padding, in which things stand beside each other."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    none = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{none}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _margins(padding: str, less: float = 0.0) -> str:
    high, beside, low = PADDING[padding]
    above, beside, beneath = (twips(Mm(mm)) for mm in (high - less / 2, beside, low - less / 2))
    sides = (("top", above), ("left", beside), ("bottom", beneath), ("right", beside))
    return "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)

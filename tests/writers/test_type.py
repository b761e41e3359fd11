"""One system of type in PDF, Word and Excel: titles sans and bold, a letter's running text serif, bold in it sans."""

import ctypes
import io
import re

import openpyxl
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from generator.document import Document, Paragraph, Strong, Text
from generator.theme import shipped_theme

from .reading import Package
from .specimen import document, field, grid, written

TITLE, PLAIN, BOLD, BOXED, RARE = "函", "正文", "要紧", "框内", "喆"


def made(kind: str) -> Document:
    blocks = (Paragraph((Text(PLAIN + RARE), Strong((Text(BOLD),)))), grid(field("栏", BOXED)))
    return document(*blocks, kind=kind, title=TITLE)


def faces(content: bytes) -> dict[str, str]:
    """Return the font of each character on the first page."""
    text = pypdfium2.PdfDocument(io.BytesIO(content))[0].get_textpage()
    found = {}
    for n in range(text.count_chars()):
        name = ctypes.create_string_buffer(200)
        pdfium.FPDFText_GetFontInfo(text, n, name, 200, None)
        family = name.value.decode().rpartition("+")[2]
        found[chr(pdfium.FPDFText_GetUnicode(text, n))] = re.sub("[- ]|Regular", "", family)
    return found


@pytest.mark.parametrize("engine", ["pdf", "typst"])
@pytest.mark.parametrize(("kind", "running"), [("letter", "BiaodanSerifSC"), ("report", "BiaodanSC")])
def test_type_on_paper(engine: str, kind: str, running: str) -> None:
    """What the serif lacks comes from the sans, character by character."""
    found = faces(written(made(kind), engine))
    usual = {TITLE: "BiaodanSCBold", PLAIN: running, BOLD: "BiaodanSCBold", BOXED: "BiaodanSC", RARE: "BiaodanSC"}
    for text, family in usual.items():
        assert {found.get(character, "?") for character in text} == {family}, text


def test_type_in_word() -> None:
    package = Package(written(made("letter"), "docx"))
    fonts, body, styles = (
        shipped_theme().fonts["zh-Hans"],
        *(package.parts[f"word/{name}.xml"].decode() for name in ("document", "styles")),
    )
    title = re.search('<w:style [^>]*w:styleId="Title".*?</w:style>', styles, re.DOTALL)
    running = re.search('<w:style [^>]*w:styleId="LetterText".*?</w:style>', styles, re.DOTALL)
    assert title
    assert running
    assert all(part in title[0] for part in (f'w:eastAsia="{fonts.head}"', "<w:b/>", '<w:sz w:val="36"/>'))
    assert all(part in running[0] for part in (f'w:eastAsia="{fonts.body}"', '<w:sz w:val="24"/>'))
    bold = re.search(f"<w:rPr>((?:(?!</w:rPr>).)*)</w:rPr><w:t[^>]*>{BOLD}", body)
    assert bold
    assert f'w:eastAsia="{fonts.head}"' in bold[1]
    assert f'w:ascii="{fonts.latin}"' in bold[1]


def test_type_in_excel() -> None:
    fonts = shipped_theme().fonts["zh-Hans"]
    sheet = openpyxl.load_workbook(io.BytesIO(written(made("letter"), "xlsx")), rich_text=True).active
    cells = {str(cell.value).strip("　"): cell for row in sheet.iter_rows() for cell in row if cell.value}
    title, running = cells[TITLE].font, cells[PLAIN + RARE + BOLD]
    assert (title.name, title.sz, title.b) == (fonts.sans, 18, True)
    plain, bold = running.value
    assert (plain.font.rFont, plain.font.sz) == (fonts.body, 12)
    assert (bold.font.rFont, bold.font.b) == (fonts.sans, True)

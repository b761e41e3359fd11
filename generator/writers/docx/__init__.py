"""Document → DOCX: the body emitted directly, beside the parts that python-docx prepared once."""

from dataclasses import replace
from functools import lru_cache
from typing import BinaryIO

from generator.document import Document
from generator.document.columns import text_width
from generator.epoch import epoch
from generator.units import MM_PER_POINT, POINTS_PER_MM, Mm
from generator.writers import opc
from generator.writers.docx.body import Body
from generator.writers.docx.controls import NAMESPACES as FORM_NAMESPACES
from generator.writers.docx.looks import running_of
from generator.writers.docx.markup import NAMESPACES, edge, paragraph, run, spacer, twips
from generator.writers.docx.package import GLOSSARY, static_parts
from generator.writers.docx.pictures import floating, logo_parts, parts_of
from generator.writers.fitting import fitted
from generator.writers.letterhead import ABOVE_RULE, RULE, Letterhead, Logo, letterhead
from generator.writers.marks import logo_words
from generator.writers.properties import APP, CORE, CUSTOM, app_xml, core_xml, custom_xml
from generator.writers.running import foot_text, head_parts, page_parts, running_logo

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_docx(document: Document, out: BinaryIO) -> None:
    """Write the document as a Word document (ISO/IEC 29500, transitional)."""
    document = fitted(replace(document, theme=document.theme.looked))
    body = Body(document)
    xml = _document_xml(document, body)
    parts = [*static_parts(document.theme, document.lang, document.is_fillable), *_properties(document)]
    parts += parts_of(document, body.pictures)
    if document.is_fillable:
        parts.append(opc.deflate(GLOSSARY, f"{_HEAD}{body.controls.glossary(NAMESPACES)}".encode()))
    parts += [_part(name, xml) for name, xml in running_of(document, _running(document)).items()]
    parts += logo_parts(document)
    opc.write_package(out, [*parts, opc.deflate("word/document.xml", xml.encode())])


def _document_xml(document: Document, body: Body) -> str:
    content = paragraph("Title", run(document.title), body.title_room) + body.blocks(document.blocks)
    if content.endswith("</w:tbl>"):  # a body ends with a paragraph: one so low that it never makes a page of its own
        content += spacer(Mm(0))
    names = f"{NAMESPACES} {FORM_NAMESPACES}" if document.is_fillable else NAMESPACES
    background = document.theme.look.background if document.theme.look else ""
    return f"{_HEAD}<w:document {names}>{background}<w:body>{content}{_section(document)}</w:body></w:document>"


_REFERENCES = "".join(
    f'<w:{place}Reference w:type="{pages}" r:id="{identity}"/>'
    for place, pages, identity in (
        ("header", "default", "rId9"),
        ("footer", "default", "rId10"),
        ("header", "first", "rId11"),
        ("footer", "first", "rId12"),
    )
)
"""Headers and footers, by the names that the prepared package has for them."""


def _section(document: Document) -> str:
    """Return the page: size, orientation, margins, headers and footers (17.6.17)."""
    margins, page = document.theme.page, document.page
    side = twips(document.theme.side_margin(document.kind))
    orientation = ' w:orient="landscape"' if page.landscape else ""
    return (
        f"<w:sectPr>{_REFERENCES}"
        f'<w:pgSz w:w="{twips(page.width)}" w:h="{twips(page.height)}"{orientation}/>'
        f'<w:pgMar w:top="{twips(margins.margin_top)}" w:right="{side}" w:bottom="{twips(margins.margin_bottom)}" '
        f'w:left="{side}" w:header="{twips(margins.head)}" w:footer="{twips(margins.foot)}" w:gutter="0"/>'
        "<w:titlePg/></w:sectPr>"
    )


@lru_cache(maxsize=256)
def _part(name: str, xml: str) -> opc.Part:
    """Return a part that documents are likely to share, deflated."""
    return opc.deflate(name, xml.encode())


def _properties(document: Document) -> tuple[opc.Part, ...]:
    """Return the properties of a document; they are those of all documents of its form."""
    return _properties_of(replace(document, blocks=(), reference="", footer="", closeness=0.0, record=None), epoch())


@lru_cache(maxsize=256)
def _properties_of(head: Document, epoch: int | None) -> tuple[opc.Part, ...]:
    contents = {CORE: core_xml(head), APP: app_xml(), CUSTOM: custom_xml(head)}
    return tuple(opc.deflate(name, xml.encode()) for name, xml in contents.items())


def _running(document: Document) -> dict[str, str]:
    """Return headers and footers, of the first page (2) and those that follow: page X of Y as fields."""
    right = twips(text_width(document))
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
    before, middle, after = page_parts(document.lang)
    pages = run(f"\t{before}") + _field("PAGE") + run(middle) + _field("NUMPAGES") + run(after)
    parts = {}
    for n, first in ((1, False), (2, True)):
        head = _head(document, "\t".join(head_parts(document, first=first)), tab)
        foot = paragraph("Footer", run(foot_text(document, first=first)) + pages, tab)
        head = _letterhead(document) or head if first else head
        parts[f"word/header{n}.xml"] = f"{_HEAD}<w:hdr {NAMESPACES}>{head}</w:hdr>"
        parts[f"word/footer{n}.xml"] = f"{_HEAD}<w:ftr {NAMESPACES}>{foot}</w:ftr>"
    return parts


def _letterhead(document: Document) -> str:
    """Return the letterhead, with the gap beneath it: a head that is higher than its margin moves the text down."""
    head, theme = letterhead(document), document.theme
    if head is None:
        return ""
    below = theme.air.at(document.closeness)["letterhead"]
    if head.logo:
        return _marked(document, head, head.logo) + spacer(Mm(below))
    rule = edge("bottom", round(RULE * 8), theme.colour.accent, space=round(ABOVE_RULE * POINTS_PER_MM))
    lines = [("Letterhead", head.name), *(("LetterheadLine", line) for line in head.lines)]
    last = f"<w:pBdr>{rule}</w:pBdr>"
    made = [paragraph(style, run(text), last if n == len(lines) else "") for n, (style, text) in enumerate(lines, 1)]
    return "".join(made) + spacer(Mm(below))


def _head(document: Document, text: str, tab: str) -> str:
    """Return the head of a page, a logo before its words where there is one, their middle on one line."""
    logo = running_logo(document)
    if logo is None:
        return paragraph("Header", run(text), tab)
    line = document.theme.size.head * _HEAD_LINE * MM_PER_POINT
    top = Mm(document.theme.page.head + (line - logo.height) / 2)
    return paragraph("Header", _logo(document, logo, top) + run(text), f'{tab}<w:ind w:left="{twips(logo.indent)}"/>')


_HEAD_LINE = 1.32
"""Height of a line of a head in sizes of its type, as the fonts of Word have it."""


def _logo(document: Document, logo: Logo, top: Mm) -> str:
    """Return the logo of a head, at the left margin; `top`: millimetres from the paper's edge."""
    size, words = (logo.width, logo.height), logo_words(document)
    return floating(logo.mark, "logo", words, size, (Mm(0.0), top), ("margin", "page"), 9001)


def _marked(document: Document, head: Letterhead, logo: Logo) -> str:
    """Return a letterhead beside its logo, and the rule beneath both."""
    theme = document.theme
    lines = [("Letterhead", head.name), *(("LetterheadLine", line) for line in head.lines)]
    made = [_logo(document, logo, theme.page.head)]
    for n, (style, text) in enumerate(lines):
        before = f' w:before="{twips(Mm(logo.above))}"' if n == 0 else ""
        after = f' w:after="{twips(Mm(logo.above))}"' if n == len(lines) - 1 else ""
        room = f"<w:spacing{before}{after}/>" if logo.above and (before or after) else ""
        made.append(paragraph(style, run(text), f'{room}<w:ind w:left="{twips(logo.indent)}"/>'))
    first = made[1].replace("</w:pPr>", f"</w:pPr>{made[0]}", 1)
    rule = edge("bottom", round(RULE * 8), theme.colour.accent)
    gap = f'<w:spacing w:line="{twips(ABOVE_RULE)}" w:lineRule="exact"/>'
    return first + "".join(made[2:]) + paragraph("Spacer", "", f"<w:pBdr>{rule}</w:pBdr>{gap}")


def _field(name: str) -> str:
    """Return a field that Word computes (17.16.19)."""
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

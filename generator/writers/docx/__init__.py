"""Document → DOCX: the body emitted directly, beside the parts that python-docx prepared once."""

from dataclasses import replace
from functools import lru_cache
from typing import BinaryIO

from generator.document import Document
from generator.document.columns import text_width
from generator.units import Mm
from generator.writers import opc
from generator.writers.docx.body import Body
from generator.writers.docx.markup import NAMESPACES, paragraph, run, spacer, twips
from generator.writers.docx.package import static_parts
from generator.writers.docx.pictures import parts_of
from generator.writers.fitting import fitted
from generator.writers.properties import APP, CORE, CUSTOM, app_xml, core_xml, custom_xml, epoch
from generator.writers.running import head_parts, page_parts

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_docx(document: Document, out: BinaryIO) -> None:
    """Write the document as a Word document (ISO/IEC 29500, transitional)."""
    document = fitted(document)
    body = Body(document)
    xml = _document_xml(document, body)
    parts = [*static_parts(document.theme, document.lang), *_properties(document)]
    parts += parts_of(body.pictures, document.theme, document.lang)
    parts += [_part(name, xml) for name, xml in _running(document).items()]
    opc.write_package(out, [*parts, opc.deflate("word/document.xml", xml.encode())])


def _document_xml(document: Document, body: Body) -> str:
    content = paragraph("Title", run(document.title), body.title_room) + body.blocks(document.blocks)
    if content.endswith("</w:tbl>"):  # a body ends with a paragraph: one so low that it never makes a page of its own
        content += spacer(Mm(0))
    return f"{_HEAD}<w:document {NAMESPACES}><w:body>{content}{_section(document)}</w:body></w:document>"


def _section(document: Document) -> str:
    """Return the page: size, orientation, margins, header and footer (17.6.17)."""
    margins, page = document.theme.page, document.page
    side = twips(document.theme.side_margin(document.kind))
    orientation = ' w:orient="landscape"' if page.landscape else ""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId9"/><w:footerReference w:type="default" r:id="rId10"/>'
        f'<w:pgSz w:w="{twips(page.width)}" w:h="{twips(page.height)}"{orientation}/>'
        f'<w:pgMar w:top="{twips(margins.margin_top)}" w:right="{side}" w:bottom="{twips(margins.margin_bottom)}" '
        f'w:left="{side}" w:header="{twips(margins.head)}" w:footer="{twips(margins.foot)}" w:gutter="0"/></w:sectPr>'
    )


@lru_cache(maxsize=256)
def _part(name: str, xml: str) -> opc.Part:
    """Return a part that documents are likely to share, deflated."""
    return opc.deflate(name, xml.encode())


def _properties(document: Document) -> tuple[opc.Part, ...]:
    """Return the properties of a document; they are those of all documents of its form."""
    return _properties_of(replace(document, blocks=(), reference="", footer="", closeness=0.0), epoch())


@lru_cache(maxsize=256)
def _properties_of(head: Document, epoch: int | None) -> tuple[opc.Part, ...]:
    contents = {CORE: core_xml(head), APP: app_xml(), CUSTOM: custom_xml(head)}
    return tuple(opc.deflate(name, xml.encode()) for name, xml in contents.items())


def _running(document: Document) -> dict[str, str]:
    """Return header and footer: office and title, number and version; page X of Y as fields."""
    right = twips(text_width(document))
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
    head = run("\t".join(head_parts(document)))
    before, middle, after = page_parts(document.lang)
    pages = run(f"{document.footer}\t{before}") + _field("PAGE") + run(middle) + _field("NUMPAGES") + run(after)
    return {
        "word/header1.xml": f"{_HEAD}<w:hdr {NAMESPACES}>{paragraph('Header', head, tab)}</w:hdr>",
        "word/footer1.xml": f"{_HEAD}<w:ftr {NAMESPACES}>{paragraph('Footer', pages, tab)}</w:ftr>",
    }


def _field(name: str) -> str:
    """Return a field that Word computes (17.16.19)."""
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

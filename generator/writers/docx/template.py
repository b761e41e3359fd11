"""The DOCX package that every document of a language starts from: styles, numbering, theme, settings by python-docx.

Every style is ours to define here: those of python-docx's template that nobody uses are dropped. It takes long to load
and to run, and comes to the same each time: `package` keeps what it gives.
"""

import io
import zipfile
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.packuri import PackURI
from docx.opc.part import Part as OpcPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from generator.theme import NamedFonts, Theme
from generator.units import POINTS_PER_MM
from generator.wording import Lang
from generator.writers.docx.package import ORDERED_LISTS
from generator.writers.letterhead import LINE, NAME_LINE
from generator.writers.properties import CUSTOM

_KEPT_STYLES: tuple[str, ...] = (
    "Normal",
    "Title",
    "Heading 1",
    "Heading 2",
    "Header",
    "Footer",
    "Body Text",
    "List Paragraph",
)
_KEPT_STYLES += ("Default Paragraph Font", "Normal Table", "No List")
_CELL_LINE = 1.42
_BOXES, _PEN_BOXES = 18.0, 14.6
"""Pitch in points of lines with boxes to tick, in fields and in tables."""

_LOCALES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "zh-CN"}
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_NOTO = {
    "SimSun": "宋体,Noto Serif CJK SC",
    "SimHei": "黑体,Noto Sans CJK SC",
    "Microsoft YaHei": "微软雅黑,Noto Sans CJK SC",
}
_NOTO |= {"PMingLiU": "新細明體,Noto Serif CJK TC", "Microsoft JhengHei": "微軟正黑體,Noto Sans CJK TC"}

_LIKE = {
    "SimSun": ("02010600030101010101", "86", "auto"),
    "SimHei": ("02010609060101010101", "86", "modern"),
    "Microsoft YaHei": ("020B0503020204020204", "86", "swiss"),
    "PMingLiU": ("02020500000000000000", "88", "roman"),
    "Microsoft JhengHei": ("020B0604030504040204", "88", "swiss"),
    "Arial": ("020B0604020202020204", "00", "swiss"),
    "Times New Roman": ("02020603050405020304", "00", "roman"),
}
"""Of fonts that Windows has: PANOSE, charset, family."""


def contents(theme: Theme, lang: Lang) -> dict[str, str]:
    """Return the parts by name; all of them are XML."""
    buffer = io.BytesIO()
    _prepared(theme, lang).save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name).decode() for name in sorted(archive.namelist())}


def _prepared(theme: Theme, lang: Lang) -> Any:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = section.footer.paragraphs[0].text = ""
    section.first_page_header.paragraphs[0].text = section.first_page_footer.paragraphs[0].text = ""
    _drop_unused_parts(document)
    _add_custom_properties(document)
    _defaults(document, theme, lang)
    _styles(document, theme, lang)
    _settings(document, lang)
    _numbering(document)
    _font_table(document, theme.fonts[lang])
    return document


def _drop_unused_parts(document: Any) -> None:
    for rels, endings in (
        (document.part.rels, ("/stylesWithEffects", "/customXml", "/webSettings")),
        (document.part.package.rels, ("/thumbnail",)),
    ):
        for identity in [i for i, rel in rels.items() if rel.reltype.endswith(endings)]:
            del rels[identity]


def _add_custom_properties(document: Any) -> None:
    package = document.part.package
    part = OpcPart(PackURI(f"/{CUSTOM}"), _CUSTOM_TYPE, b"", package)
    package.relate_to(part, _CUSTOM_REL)


def _defaults(document: Any, theme: Theme, lang: Lang) -> None:
    """Set what all text has: fonts, language, and the rules of Chinese line breaking."""
    named = theme.fonts[lang]
    locale = _LOCALES[lang]
    defaults = document.styles.element.find(qn("w:docDefaults"))
    defaults.getparent().replace(
        defaults,
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
            f'<w:rFonts w:ascii="{named.latin_serif}" w:eastAsia="{named.body}" w:hAnsi="{named.latin_serif}" '
            f'w:cs="{named.latin_serif}"/><w:color w:val="{theme.colour.ink}"/>'
            f'<w:sz w:val="{_half(theme.size.body)}"/><w:szCs w:val="{_half(theme.size.body)}"/>'
            f'<w:lang w:val="en-GB" w:eastAsia="{locale}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
            '<w:pPrDefault><w:pPr><w:kinsoku w:val="1"/><w:overflowPunct w:val="0"/><w:topLinePunct w:val="1"/>'
            '<w:autoSpaceDE w:val="1"/><w:autoSpaceDN w:val="1"/><w:snapToGrid w:val="0"/>'
            '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
            "</w:docDefaults>"
        ),
    )


def _half(points: float) -> int:
    """Return points as half-points."""
    return round(points * 2)


def _styles(document: Any, theme: Theme, lang: Lang) -> None:
    styles, size = document.styles, theme.size
    for style in [s for s in styles if s.name not in _KEPT_STYLES]:
        style.delete()
    for kept in ("Normal", "Title", "Heading 1", "Heading 2", "Header", "Footer", "Body Text", "List Paragraph"):
        _reset(styles[kept])
    define = _Define(styles, theme, lang)
    english, line = lang == "en", theme.line
    normal = define("Normal", sans=True, points=size.body, line=line.entry)
    normal.element.get_or_add_pPr().insert(0, parse_xml(f'<w:overflowPunct {nsdecls("w")} w:val="0"/>'))
    title = define("Title", head=True, points=size.title, bold=True, align="center", line=1.3, after=4.5)
    if not english:
        _set_spacing(title, size.title * 0.12)
    define("Heading 1", head=True, points=size.heading, bold=True, before=3.6, after=1.5, line=1.3, keep=True)
    define(
        "Heading 2", head=True, points=size.label, bold=True, before=2.4, after=1, line=1.45, keep=True, tint="accent"
    )
    define("Letterhead", head=True, points=size.letterhead, bold=True, line=NAME_LINE)
    define("Letterhead Line", points=size.label, tint="soft", line=LINE)
    define("Header", points=size.head, tint="soft")
    define("Footer", points=size.head, tint="soft")
    flowing = 1.5 if english else line.body
    running: dict[str, Any] = {"line": flowing, "indent": 0 if english else 2}
    define("Body Text", points=size.body, after=2.2 if english else 0.6, **running)
    define("Letter Text", serif=True, points=size.letter, after=2.2 if english else 0, **running)
    define("List Paragraph", points=size.body, line=line.body)
    define("Letter List", serif=True, points=size.letter, line=line.body)
    define("Note Text", points=size.note, tint="soft", line=1.5, before=0.6, after=3.6)
    define("Field Label", points=size.label, tint="soft", line=1.35)
    define("Field Entry", points=size.entry, line=line.entry)
    define("Field Ticks", points=size.entry, line=_BOXES / size.entry)
    define("Table Head", points=size.cell, bold=True, align="center", line=_CELL_LINE, keep=True)
    define("Table Text", points=size.cell, line=_CELL_LINE)
    define("Table Centre", points=size.cell, align="center", line=_CELL_LINE)
    define("Table Number", points=size.cell, align="right", line=_CELL_LINE)
    define("Pen Ticks", points=size.cell, line=_PEN_BOXES / size.cell)
    define("Pen Box", points=size.cell, align="center", line=_PEN_BOXES / size.cell)
    define("Key Figure", points=12 if english else size.figure, bold=True, line=1.5 if english else 1.35)
    define("Picture", points=size.cell, align="center", before=1.5, after=2.5)
    define("Spacer", points=1)
    _marks(styles, "Chinese Marks", theme.fonts[lang].sans)
    _marks(styles, "Letter Marks", theme.fonts[lang].body)
    prompt = styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
    prompt.font.color.rgb = RGBColor.from_string(theme.colour.rule)
    writing = define("Writing Line", points=size.body, line=theme.write.row * POINTS_PER_MM / size.body)
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{theme.colour.rule}"'
    border = parse_xml(f"<w:pBdr {nsdecls('w')}><w:bottom {edge}/><w:between {edge}/></w:pBdr>")
    writing.element.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:kinsoku", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
    )


def _set_spacing(style: Any, points: float) -> None:
    """Set the characters of a style apart (17.3.2.35)."""
    spacing = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{round(points * 20)}"/>')
    style.element.rPr.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:u", "w:lang")


def _reset(style: Any) -> None:
    """Take from a template's style all that it says of looks; `define` says it anew."""
    for tag in ("w:pPr", "w:rPr", "w:next", "w:link"):
        for element in style.element.findall(qn(tag)):
            style.element.remove(element)


def _marks(styles: Any, name: str, font: str) -> None:
    """Define the style of marks that are set in a Chinese font even amid Latin letters."""
    style = styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    style.font.name = font
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)


class _Define:
    """Defines paragraph styles from a few words each.

    Sizes are points, distances millimetres, indents characters. Lines have one pitch, `line` times the size, whatever
    font stands in them; without it they are as high as what stands in them.
    """

    def __init__(self, styles: Any, theme: Theme, lang: Lang) -> None:
        self.styles, self.fonts, self.colour = styles, theme.fonts[lang], theme.colour

    def __call__(
        self,
        name: str,
        *,
        points: float,
        head: bool = False,
        sans: bool = False,
        serif: bool = False,
        bold: bool = False,
        align: str = "",
        tint: str = "",
        before: float = 0,
        after: float = 0,
        line: float = 0,
        indent: int = 0,
        keep: bool = False,
    ) -> Any:
        known = name in [s.name for s in self.styles]
        style = self.styles[name] if known else self.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.quick_style, style.hidden = True, False
        if name != "Normal":
            style.base_style = self.styles["Normal"]
        style.font.size = Pt(points)
        style.font.bold = bold or None
        if head or sans:
            self._fonts(style, self.fonts.latin, self.fonts.head if head else self.fonts.sans)
        if serif:
            self._fonts(style, self.fonts.latin_serif, self.fonts.body)
        if tint:
            style.font.color.rgb = RGBColor.from_string(self.colour[tint])
        self._paragraph(style, align, before, after, line, indent, keep)
        return style

    def _fonts(self, style: Any, latin: str, chinese: str) -> None:
        style.font.name = latin
        for script, name in (("eastAsia", chinese), ("cs", latin)):
            style.element.rPr.rFonts.set(qn(f"w:{script}"), name)

    def _paragraph(
        self, style: Any, align: str, before: float, after: float, line: float, indent: int, keep: bool
    ) -> None:
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Mm(before), Mm(after)
        if align:
            layout.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
        if line:
            layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            layout.line_spacing = Pt(round(line * style.font.size.pt * 20) / 20)
        else:
            layout.line_spacing = 1.0
        if keep:
            layout.keep_with_next = True
        if indent:
            layout.first_line_indent = Pt(indent * style.font.size.pt)
            style.element.pPr.ind.set(qn("w:firstLineChars"), str(indent * 100))
        level = {"Heading 1": "0", "Heading 2": "1"}.get(style.name)
        if level:
            style.element.pPr.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))


def _settings(document: Any, lang: Lang) -> None:
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    mode = "http://schemas.microsoft.com/office/word"
    for xml in (
        '<w:zoom {0} w:percent="100"/>',
        '<w:defaultTabStop {0} w:val="420"/>',
        '<w:characterSpacingControl {0} w:val="compressPunctuation"/>',
        f'<w:compat {{0}}><w:compatSetting w:name="compatibilityMode" w:uri="{mode}" w:val="15"/></w:compat>',
        f'<w:themeFontLang {{0}} w:val="{"en-GB" if lang == "en" else _LOCALES[lang]}" w:eastAsia="{_LOCALES[lang]}"/>',
        '<w:decimalSymbol {0} w:val="."/>',
        '<w:listSeparator {0} w:val=","/>',
    ):
        settings.append(parse_xml(xml.format(nsdecls("w"))))


def _numbering(document: Any) -> None:
    """Define a bulleted list (number 1) and ordered lists (2 and on), each counting from 1."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for identity, (kind, text) in enumerate((("bullet", "•"), ("decimal", "%1."))):
        numbering.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}"><w:multiLevelType w:val="singleLevel"/>'
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
                '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="840" w:hanging="420"/></w:pPr></w:lvl></w:abstractNum>'
            )
        )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="1"><w:abstractNumId w:val="0"/></w:num>'))
    for number in range(2, ORDERED_LISTS + 2):
        restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        xml = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="1"/>{restart}</w:num>'
        numbering.append(parse_xml(xml))


def _class_of(name: str) -> str:
    """Return what a font is like, so that one of its kind stands in for it (17.8.3.13); of strange ones nothing."""
    if name not in _LIKE:
        return '<w:charset w:val="00"/><w:family w:val="auto"/>'
    panose, charset, family = _LIKE[name]
    return f'<w:panose1 w:val="{panose}"/><w:charset w:val="{charset}"/><w:family w:val="{family}"/>'


def _alternatives(name: str) -> str:
    """Return what stands in for a font; nothing is known of those that another theme names."""
    return f'<w:altName w:val="{_NOTO[name]}"/>' if name in _NOTO else ""


def _font_table(document: Any, named: NamedFonts) -> None:
    """Name the fonts with what stands in for them where they aren't installed."""
    entries = "".join(
        f'<w:font w:name="{name}">{_alternatives(name)}{_class_of(name)}<w:pitch w:val="variable"/></w:font>'
        for name in dict.fromkeys(named)
    )
    rels = document.part.rels.values()
    part = next(rel.target_part for rel in rels if rel.reltype.endswith("/fontTable"))
    part._blob = f"<w:fonts {nsdecls('w')}>{entries}</w:fonts>".encode()

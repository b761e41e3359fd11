"""The text of a Word document as it stands after all changes; symbols of picture fonts are the marks that they show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _R, _T, _SYMBOL, _TABLE = f"{W}p", f"{W}r", f"{W}t", f"{W}sym", f"{W}tbl"
_GONE = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText"))
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": ""}
_CHANGES = tuple(f"{W}{name}" for name in ("del", "moveFrom", "txbxContent", "sym"))
_ESCAPED = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")

_PICTURES: Mapping[str, Mapping[int, str]] = {
    "wingdings": {0xFE: "☑", 0xFD: "☒", 0xFC: "✓", 0xFB: "×", 0xA8: "☐", 0x6F: "☐", 0x6E: "■", 0x71: "☐", 0x72: "☐"},
    "wingdings 2": {0x52: "☑", 0x53: "☒", 0x54: "☒", 0x50: "✓", 0x4F: "×", 0x51: "×", 0xA3: "☐", 0x2A: "☐"},
}
"""What characters of picture fonts look like, where they are boxes or ticks."""

_PRIVATE = 0xF000


@dataclass(slots=True)
class WordText:
    """Reads the texts of one document.

    `is_plain`: nothing in it was struck out, stands in boxes of its own or is of a picture font. `unescapes`: the
    program that saved it writes `_x000D_` as `_x005F_x000D_`, which no text of Word's means.
    """

    is_plain: bool = False
    unescapes: bool = False

    @classmethod
    def of(cls, body: etree._Element, program: str, *, has_pictures: bool) -> "WordText":
        """Return what reads a document that a program saved."""
        is_plain = not has_pictures and next(body.iter(*_CHANGES), None) is None
        return cls(is_plain, program.startswith("LibreOffice"))

    def text(self, element: etree._Element) -> str:
        """Return the text of a paragraph, or of a part of one."""
        text = _plain_text(element) if self.is_plain else _text(element)
        return _ESCAPED.sub("_", text) if self.unescapes and "_x005F_" in text else text

    def lines(self, paragraphs: list[etree._Element]) -> list[str]:
        """Return the texts of paragraphs; one whose end was struck out goes on in the next."""
        made, is_open = list[str](), False
        for one in paragraphs:
            text = self.text(one)
            if is_open:
                made[-1] += text
            else:
                made.append(text)
            is_open = not self.is_plain and _ends_no_more(one)
        return made


def _ends_no_more(paragraph: etree._Element) -> bool:
    marks = paragraph.find(f"{W}pPr/{W}rPr")
    return marks is not None and any(marks.find(f"{W}{name}") is not None for name in ("del", "moveFrom"))


def _plain_text(element: etree._Element) -> str:
    return "".join(
        one.text or "" if one.tag == _T else _BREAKS[one.tag]
        for one in element.iter(_T, *_BREAKS)
        if (above := one.getparent()) is not None and above.tag == _R
    )


def _text(element: etree._Element) -> str:
    parts: list[str] = []
    _gather(element, parts)
    return "".join(parts)


def _gather(element: etree._Element, parts: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag in _GONE or not isinstance(tag, str):
            continue
        if tag == _T:
            parts.append(_seen(child.text or "", _font(element)))
        elif tag == _SYMBOL:
            code = child.get(f"{W}char", "")
            parts.append(_seen(chr(int(code, 16)), child.get(f"{W}font", "")) if _is_code(code) else "")
        elif tag in _BREAKS:
            parts.append(_BREAKS[tag])
        elif tag != _TABLE:
            _gather(child, parts)


def _is_code(text: str) -> bool:
    return bool(re.fullmatch("[0-9A-Fa-f]{1,4}", text))


def _font(run: etree._Element) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


def _seen(text: str, font: str) -> str:
    """Return a text as its font shows it."""
    pictures = _PICTURES.get(font.lower())
    if not pictures:
        return text
    codes = (ord(c) - _PRIVATE if ord(c) >= _PRIVATE else ord(c) for c in text)
    return "".join(pictures.get(code, c) for code, c in zip(codes, text, strict=True))

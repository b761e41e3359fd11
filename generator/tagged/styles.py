"""The styles of a user's workbook, and those that a value needs which comes into a cell without a format of its own."""

import re
from html import escape, unescape

from generator.records.workbooks.number_format import format_of_number

_FORMATS = re.compile(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
_ONE = re.compile(r"<xf\b[^>]*?(?:/>|>.*?</xf>)", re.DOTALL)
_ID = re.compile(r'\bnumFmtId="([0-9]+)"')
_APPLIED = re.compile(r'\sapplyNumberFormat="[^"]*"')
_WRAPPED = re.compile(r'\swrapText="[^"]*"')
_NUMBERS = re.compile(r"<numFmts\b[^>]*>(.*?)</numFmts>", re.DOTALL)
_ROOT = re.compile(r"<styleSheet\b[^>]*>")
_FIRST = 164
_NONE = frozenset({"0", "49"})
"""General, and text: a date or a number needs another."""


class Styles:
    """A style sheet; `formatted` adds to it, so that each document works on a copy."""

    def __init__(self, text: str) -> None:
        found, numbers = _FORMATS.search(text), _NUMBERS.search(text)
        self._text = text
        self._xfs = _ONE.findall(found[1]) if found else []
        self._numbers = numbers[1] if numbers else ""
        self._next = max([_FIRST - 1, *map(int, _ID.findall(self._numbers))]) + 1
        self._known: dict[tuple[int, str], int] = {}
        self._ids: dict[str, int] = {}

    def copy(self) -> "Styles":
        """Return the style sheet as the file has it."""
        made = object.__new__(Styles)
        made._text, made._xfs, made._numbers, made._next = self._text, list(self._xfs), self._numbers, self._next
        made._known, made._ids = {}, {}
        return made

    def formatted(self, style: int, code: str) -> int:
        """Return a style with a number format, where it has none of its own."""
        if not code or style >= len(self._xfs):
            return style
        found = _ID.search(self._xfs[style])
        if found and found[1] not in _NONE:
            return style
        if (style, code) not in self._known:
            self._known[style, code] = len(self._xfs)
            self._xfs.append(_with_number(self._xfs[style], self._id(code)))
        return self._known[style, code]

    def own_code(self, style: int) -> str:
        """Return the number format that a style has of its own; nothing where it has none."""
        found = _ID.search(self._xfs[style]) if style < len(self._xfs) else None
        if not found or found[1] in _NONE:
            return ""
        named = re.search(rf'<numFmt\b[^>]*numFmtId="{found[1]}"[^>]*formatCode="([^"]*)"', self._numbers)
        return unescape(named[1]) if named else format_of_number(int(found[1]))

    def _id(self, code: str) -> int:
        if code not in self._ids:
            self._ids[code] = self._next
            self._numbers += f'<numFmt numFmtId="{self._next}" formatCode="{escape(code)}"/>'
            self._next += 1
        return self._ids[code]

    def text(self) -> str:
        """Return the style sheet."""
        if not self._known:
            return self._text
        xfs = f'<cellXfs count="{len(self._xfs)}">{"".join(self._xfs)}</cellXfs>'
        text = _FORMATS.sub(lambda _: xfs, self._text, count=1)
        numbers = f'<numFmts count="{self._numbers.count("<numFmt ")}">{self._numbers}</numFmts>'
        if _NUMBERS.search(text):
            return _NUMBERS.sub(lambda _: numbers, text, count=1)
        return _ROOT.sub(lambda found: found[0] + numbers, text, count=1)


def _with_number(xf: str, identity: int) -> str:
    """Return a format with a number format; its values shrink where a column is too narrow, instead of hash marks."""
    text = _APPLIED.sub("", xf)
    text = _ID.sub(f'numFmtId="{identity}"', text, count=1) if _ID.search(text) else text
    text = _WRAPPED.sub("", text).replace("<xf", '<xf applyNumberFormat="1"', 1)
    if "<alignment" in text:
        return text if "shrinkToFit" in text else text.replace("<alignment", '<alignment shrinkToFit="1"', 1)
    alignment = '<alignment shrinkToFit="1"/>'
    if text.endswith("/>"):
        return f"{text[:-2]}>{alignment}</xf>"
    return re.sub(r"(<xf\b[^>]*>)", rf"\1{alignment}", text, count=1)

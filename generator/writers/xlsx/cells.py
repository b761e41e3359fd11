"""Cells as SpreadsheetML text: strings always strings, dates as serial numbers, what Excel can't hold refused."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from generator.document import Face, Kind
from generator.errors import Fault, Place
from generator.kinds.base import TEXT_CODE
from generator.kinds.moments import DATE_CODE, MOMENT_CODE, SECONDS_CODE
from generator.wording import Lang
from generator.writers.xlsx.look import Look, PreparedLook, edged, formats

MAX_CHARACTERS = 32_767
MAX_LINE_FEEDS = 253
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_CONSTANT = 120
"""Characters of a text in a formula, which may be as many as 255 units with every quotation mark doubled."""

EPOCH = datetime(1899, 12, 30)
FIRST_DAY = date(1900, 3, 1)
"""Days before this one Excel counts wrongly or not at all; they are written as text."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_HEX_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = frozenset("=+-@＝＋－＠\t'")


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def escape(text: str) -> str:
    """Return text as a cell holds it (18.4.12: a literal `_x000D_` has its underscore escaped)."""
    if "&" in text or "<" in text or ">" in text or '"' in text:
        text = text.translate(_ESCAPES)
    return _HEX_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def text_formula(text: str) -> str:
    """Return a text as formulas write it: quoted, and in pieces where it's longer than a constant may be."""
    pieces = [text[n : n + _CONSTANT] for n in range(0, len(text), _CONSTANT)] or [""]
    quoted = ['"{}"'.format(piece.replace('"', '""')) for piece in pieces]
    return "&".join(quoted)


def begins_formula(text: str) -> bool:
    """Tell whether Excel would take a text that is typed in for a formula; such a cell is marked as text (18.8.45)."""
    return text[:1] in _FORMULA_STARTS


def text_faults(text: str, pointer: str, label: str) -> list[Fault]:
    """Return why a text doesn't fit a cell: UTF-16 units, line feeds."""
    if len(text) <= MAX_LINE_FEEDS:
        return []
    place = Place(titles={"zh-Hans": label, "zh-Hant": label, "en": label} if label else {}, pointer=pointer)
    faults = []
    if len(text) >= MAX_CHARACTERS // 2:
        units = len(text.encode("utf-16-le")) // 2
        if units > MAX_CHARACTERS:
            faults.append(Fault("E-xlsx-long", place, {"count": units, "limit": MAX_CHARACTERS}))
    if text.count("\n") > MAX_LINE_FEEDS:
        faults.append(Fault("E-xlsx-lines", place, {"count": text.count("\n"), "limit": MAX_LINE_FEEDS}))
    return faults


def serial(value: date) -> str | None:
    """Return a date's serial number (18.17.4.1), or None for one that Excel can't count."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    if moment.date() < FIRST_DAY:
        return None
    since = moment - EPOCH
    if not since.seconds:
        return str(since.days)
    return repr(since.days + since.seconds / 86400)


def string_cell(reference: str, style: int, text: str) -> str:
    """Return a cell that holds a string."""
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'


def number_cell(reference: str, style: int, number: str) -> str:
    """Return a cell that holds a number."""
    return f'<c r="{reference}" s="{style}"><v>{number}</v></c>'


def sum_cell(reference: str, style: int, area: str, value: object, kind: Kind) -> str:
    """Return a cell that adds up an area, empty while that is; `value` is what it comes to now."""
    formula = f'IF(COUNT({area})=0,"",SUM({area}))'
    text = "" if value is None else kind.excel_number(value)
    sort = ' t="str"' if value is None else ""
    return f'<c r="{reference}" s="{style}"{sort}><f>{escape(formula)}</f><v>{text}</v></c>'


def empty_cell(reference: str, style: int) -> str:
    """Return a cell that has a look and no value."""
    return f'<c r="{reference}" s="{style}"/>'


class Run(NamedTuple):
    """A part of a cell's text that has a look of its own; the colour as RRGGBB, the font where it isn't the cell's."""

    text: str
    points: float
    colour: str
    bold: bool = False
    font: str = ""


def rich_cell(reference: str, style: int, runs: Sequence[Run], font: str) -> str:
    """Return a cell of text runs."""
    parts = []
    for text, points, colour, bold, own in runs:
        strong, tint = "<b/>" if bold else "", f'<color rgb="FF{colour}"/>'
        look = f'<rPr>{strong}<sz val="{points:g}"/>{tint}<rFont val="{own or font}"/></rPr>'
        parts.append(f'<r>{look}<t xml:space="preserve">{escape(text)}</t></r>')
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is>{"".join(parts)}</is></c>'


def _sort(kind: Kind) -> str:
    """Return the sort of cells that a kind's look like where its number format is its own."""
    return "moment" if kind.is_moment else "number"


@lru_cache(maxsize=1024)
def _styles(look: PreparedLook, lang: Lang, place: str, edges: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the styles of a place's values by sort, and by number format."""
    styles = {sort: look.styles[edged(f"{place}.{sort}", edges)] for sort in formats(lang)}
    return styles, {code: styles[sort] for sort, code in reversed(formats(lang).items()) if sort != "quoted"}


class CellWriter:
    """Writes typed values of one place (entry or cell) in one language, with rules all round or at some edges."""

    def __init__(self, look: Look, lang: Lang, place: str, edges: str = "") -> None:
        self.lang, self.look, self.place, self.edges = lang, look, place, edges
        self.styles, self._by_code = _styles(look.prepared, lang, place, edges)

    def style(self, code: str, like: str = "number") -> int:
        """Return the style of a number format; one that only this workbook uses is added to it, `like` a known sort."""
        return self._by_code.get(code) or self.look.added(edged(f"{self.place}.{like}", self.edges), code)

    def style_of(self, face: Face, value: object = None) -> int:
        """Return the style of a value's cell, or of the cell that waits for one."""
        return self.style(face.kind.number_format(face.unit, self.lang, value), _sort(face.kind))

    def write(self, reference: str, value: object, face: Face) -> str:
        """Return the cell of a value; numbers and dates stay what they are."""
        if value is None:
            return empty_cell(reference, self.style_of(face))
        if isinstance(value, date):
            return self.moment(reference, value, face.kind)
        number = face.kind.excel_number(value)
        code = face.kind.number_format(face.unit, self.lang, value)
        if number and code != TEXT_CODE:
            return number_cell(reference, self.style(code, _sort(face.kind)), number)
        text = face.text(value, self.lang)
        return string_cell(reference, self.styles["quoted" if begins_formula(text) else "text"], text)

    def moment(self, reference: str, value: date, kind: Kind) -> str:
        number = serial(value)
        if number is None:
            return string_cell(reference, self.styles["text"], kind.text(value, self.lang))
        if not isinstance(value, datetime):
            return number_cell(reference, self.style(DATE_CODE), number)
        return number_cell(reference, self.style(SECONDS_CODE if value.second else MOMENT_CODE), number)

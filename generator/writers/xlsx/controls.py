"""Cells to be filled in on a protected sheet: unlocked, held to what is asked for, marked while they are needed.

An answer is never refused that the reader takes: texts pass where numbers and days are asked for, for people write
2024年5月1日, 12小时 or 三十, which Excel doesn't always know (18.3.1.32).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from generator.document import Document, Face
from generator.formats import exact_number, number_text
from generator.kinds import BOOLEAN, CHOICE, CHOICES, DURATION, INTEGER, NUMBER, PERCENT, Tone
from generator.kinds.base import TEXT_CODE
from generator.kinds.numbers import is_number, literal
from generator.wording import Lang, phrase
from generator.writers.xlsx.cells import (
    CellWriter,
    begins_formula,
    empty_cell,
    escape,
    number_cell,
    serial,
    string_cell,
)
from generator.writers.xlsx.formulas import Places, formula_cell
from generator.writers.xlsx.lengths import shortened
from generator.writers.xlsx.look import edged
from generator.writers.xlsx.workbook import Book

PROTECTION = (
    '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>'
)
"""Without a password: whoever must change more can (18.3.1.85)."""

ROWS_MAY_BE_ADDED = PROTECTION.replace(' sort="0"', ' insertRows="0" sort="0"')


RATING = "question"
"""The place of a rating, which stands beside its question."""

_LONGEST_TITLE, _LONGEST_TEXT = 32, 225
"""UTF-16 units of the title of a message, and of a message."""

_AFTER_OTHERS = 1_001
"""Priority of the rules of colour, behind those of the sheet's own."""

_MOST_DIGITS = 15
"""Digits of a number that Excel keeps; one that has more stands as text."""

_FIRST_DAY, _BEYOND_DAYS = 61, 2_958_466
"""Serial numbers of the first day that Excel counts rightly, and of the day after the last (18.17.4)."""

_MOST_PLACES = 2
"""Decimals of a percentage in a cell that waits for one."""


def is_open(face: Face, value: object = None) -> bool:
    """Tell whether a cell is filled in by people: not what the rules work out, nor what the form itself says."""
    return not (face.computed or (face.read_only and value is not None))


class Controls:
    """Makes the cells of one workbook that are filled in; gathers what Excel is told of them after the rows."""

    def __init__(self, book: Book) -> None:
        document: Document = book.document
        self.book, self.look, self.lang = book, book.look, document.lang
        self.validations: list[str] = []
        self.rules: list[str] = []

    # --- cells ---

    def style(self, place: str, edges: str, face: Face, value: object = None) -> int:
        """Return the style of an answer's cell; `place`: entry, cell, or that of a rating."""
        code, sort = answer_format(face, value, self.lang)
        if sort == "text" and value is not None and begins_formula(face.entry(value, self.lang)):
            sort = "quoted"
        return self.look.opened(edged(place if place == RATING else f"{place}.{sort}", edges), code)

    def style_of(self, face: Face, place: str, edges: str, value: object) -> int:
        """Return the style of the cells that a value's cell is merged with."""
        if is_open(face, value):
            return self.style(place, edges, face, value)
        return CellWriter(self.look, self.lang, place, edges).styles["text"]

    def cell(
        self, reference: str, place: str, edges: str, face: Face, value: object, places: Places | None = None
    ) -> str:
        """Return the cell of a value that is filled in, or that is worked out and locked."""
        if not is_open(face, value):
            return self._locked(reference, place, edges, face, value, places)
        style = self.style(place, edges, face, value)
        if value is None:
            return empty_cell(reference, style)
        number = _digits(face, value, self.lang)
        return (
            number_cell(reference, style, number)
            if number
            else string_cell(reference, style, face.entry(value, self.lang))
        )

    def _locked(self, reference: str, place: str, edges: str, face: Face, value: object, places: Places | None) -> str:
        writer = CellWriter(self.look, self.lang, place, edges)
        if face.formula is None or places is None:
            return writer.write(reference, value, face)
        code = face.kind.number_format(face.unit, self.lang, value)
        if face.kind.is_number and code == TEXT_CODE:
            code = _with_unit(face.unit)
        made = formula_cell(reference, writer.style(code), face, value, places, self.lang)
        return made or writer.write(reference, value, face)

    # --- what Excel is told of them ---

    def placed(self, face: Face, first: str, last: str = "", others: Sequence[str] = (), value: object = None) -> None:
        """Take note of where a field's cells stand: one, or those of a column from the first to the last.

        `others`: cells of the first one's row; where there are any, it is needed only beside an answer. `value`: what
        stands in the only one.
        """
        if value is not None and not is_open(face, value):
            return
        area = f"{first}:{last}" if last and last != first else first
        self.validations += validation_of(face, first, area, self.book, self.lang)
        if face.required and is_open(face):
            self.rules.append(self._needed(first, area, others))

    def _needed(self, first: str, area: str, others: Sequence[str]) -> str:
        joined = "&".join(f"${at}" for at in others)
        beside = f"LEN({joined})>0," if others else ""
        formula = f"AND({beside}LEN({first})=0)" if beside else f"LEN({first})=0"
        style, priority = self.look.rules[Tone.CAUTION], _AFTER_OTHERS + len(self.rules)
        return (
            f'<conditionalFormatting sqref="{area}"><cfRule type="expression" dxfId="{style}" priority="{priority}">'
            f"<formula>{escape(formula)}</formula></cfRule></conditionalFormatting>"
        )

    def closing(self) -> str:
        """Return the rules of colour and what cells take, in the order in which a sheet has them."""
        listed = "".join(self.validations)
        return "".join(self.rules) + (
            f'<dataValidations count="{len(self.validations)}">{listed}</dataValidations>' if listed else ""
        )


def answer_format(face: Face, value: object, lang: Lang) -> tuple[str, str]:
    """Return the number format of an answer's cell and its sort: what is no number and no day is text, whatever it is.

    Spans of time are text, for 90 in a cell of hours would be ninety days.
    """
    kind = face.kind
    if kind is DURATION or (value is not None and not _digits(face, value, lang)):
        return TEXT_CODE, "text"
    if not kind.is_number:
        # a cell without a format of its own gets that of a day or of a moment by what is typed
        code = "General" if face.date_only and value is None else kind.number_format(face.unit, lang, value)
        return code, "text" if code == TEXT_CODE else "moment" if kind.is_moment else "number"
    if kind is PERCENT:
        exact = exact_number(value) if is_number(value) else Decimal()
        return ("0.0#%" if exact == round(exact, _MOST_PLACES) else kind.code), "number"
    code = kind.number_format(face.unit, lang)
    if kind is NUMBER or (code == TEXT_CODE and kind.excel_number(1)):
        code = _with_unit(face.unit)
    return code, "text" if code == TEXT_CODE else "number"


def _with_unit(unit: str) -> str:
    """Return the format of a number as it is typed, with its unit behind it."""
    shown = literal(f" {unit}") if unit else ""
    return f"General{shown}"


def _digits(face: Face, value: object, lang: Lang) -> str:
    """Return the number by which a cell holds a value; nothing where it holds a text."""
    kind = face.kind
    if kind is DURATION:
        return ""
    if isinstance(value, date):
        return (serial(value) or "") if kind.number_format(face.unit, lang, value) != TEXT_CODE else ""
    number = kind.excel_number(value)
    return number if len(number.strip("-0.").replace(".", "")) <= _MOST_DIGITS else ""


# --- what cells take ---


class _Told(NamedTuple):
    """What Excel says of a cell: its title, how it is filled in, and what is wrong with what it doesn't take."""

    title: str
    prompt: str
    error: str = ""

    def attributes(self, *, refuses: bool) -> str:
        """Return the attributes of a validation that say it."""
        shown = (' showInputMessage="1"' if self.prompt else "") + (' showErrorMessage="1"' if refuses else "")
        return shown + self._message("error", self.error) + self._message("prompt", self.prompt)

    def _message(self, name: str, text: str) -> str:
        if not text:
            return ""
        head = escape(shortened(self.title, _LONGEST_TITLE))
        body = escape(shortened(text, _LONGEST_TEXT)).replace("\n", "&#10;")
        return f' {name}Title="{head}" {name}="{body}"'


def validation_of(face: Face, first: str, area: str, book: Book, lang: Lang) -> list[str]:
    """Return the validation of a field's cells, with its own words; none where any text will do."""
    kind, prompt = face.kind, _prompt(face, lang)
    if not is_open(face):
        return [_validation(area, _Told(face.label, prompt))] if prompt else []
    expected = _expected(face, lang)
    error = phrase("expected.error", lang).format(label=face.label, expected=expected) if expected else ""
    told = _Told(face.label, prompt, error)
    if face.choices and kind in (CHOICE, BOOLEAN):
        return [_validation(area, told, ' type="list"', book.list_formula(face.choices))]
    if formula := _accepted(face, first):
        return [_validation(area, told, ' type="custom"', formula)]
    most = face.constraints.max_length
    if most is not None and kind.is_own_text and most < _MOST_LETTERS:
        # only a warning, for Excel counts a rare letter twice
        sort = ' type="textLength" operator="lessThanOrEqual" errorStyle="warning"'
        return [_validation(area, told, sort, str(most))]
    return [_validation(area, told)] if prompt else []


_MOST_LETTERS = 32_767


def _validation(area: str, told: _Told, sort: str = "", formula: str = "") -> str:
    """Return a validation of cells (18.3.1.32); without a sort it only says how they are filled in."""
    inner = f"<formula1>{escape(formula)}</formula1>" if formula else ""
    told_of = told.attributes(refuses=bool(sort))
    return f'<dataValidation{sort} allowBlank="1"{told_of} sqref="{area}">{inner}</dataValidation>'


def _accepted(face: Face, cell: str) -> str:
    """Return the formula of what a cell takes: any text, and numbers within their bounds; nothing where that is all."""
    kind, asked = face.kind, face.constraints
    if kind is DURATION:
        return ""
    if kind.is_moment and kind.number_format(face.unit, "en") != TEXT_CODE:
        # a time of day is less than a day
        low, beyond = (0, 1) if kind.number_format("", "en")[:1] == "h" else (_FIRST_DAY, _BEYOND_DAYS)
        return f"OR(ISTEXT({cell}),AND(ISNUMBER({cell}),{cell}>={low},{cell}<{beyond}))"
    if not kind.is_number or not kind.excel_number(1):
        return ""
    bounds = ((">=", asked.minimum), ("<=", asked.maximum), (">", asked.above), ("<", asked.below))
    parts = [f"ISNUMBER({cell})"]
    parts += [f"{cell}{sign}{kind.excel_number(bound)}" for sign, bound in bounds if is_number(bound)]
    parts += [f"{cell}=INT({cell})"] if kind is INTEGER else []
    numbers = ",".join(parts)
    return f"OR(ISTEXT({cell}),AND({numbers}))"


# --- words ---


def _prompt(face: Face, lang: Lang) -> str:
    """Return what is said beside a cell while it is filled in: how, and what isn't seen in it."""
    if not is_open(face):
        return "" if face.formula is not None else phrase("expected.computed", lang)
    parts = [face.hint] if face.hint else []
    if face.kind is CHOICES and face.choices:
        joined = phrase("chart.between", lang).join(choice.label for choice in face.choices)
        parts.append(phrase("expected.several", lang).format(choices=joined))
    elif face.choices and any(choice.note for choice in face.choices):
        parts.append(phrase("chart.between", lang).join(f"{c.label} {c.note}".strip() for c in face.choices))
    elif not parts and face.kind.name in _EXPLAINED:
        parts.append(_expected(face, lang))
    return "\n".join(parts)


_EXPLAINED = frozenset({"date", "datetime", "time", "month", "duration"})


def _expected(face: Face, lang: Lang) -> str:
    """Return what is expected in a cell, in words: its sort, then its bounds; nothing of a text without any."""
    kind, asked = face.kind, face.constraints
    name = "choice" if kind in (CHOICE, BOOLEAN) else kind.name if kind.name in _NAMED else ""
    if not name and kind.is_number:
        name = "number"
    name = "day" if name == "datetime" and face.date_only else name
    words = [phrase(f"expected.{name}", lang)] if name else []
    if kind.is_number:
        words += _range(face, lang)
    elif asked.max_length is not None and kind.is_own_text:
        words.append(phrase("expected.length", lang).format(asked.max_length))
    return phrase("expected.and", lang).join(words)


_NAMED = frozenset({"number", "integer", "percent", "money", "date", "datetime", "time", "month", "duration"})


def _range(face: Face, lang: Lang) -> list[str]:
    asked = face.constraints
    if is_number(asked.minimum) and is_number(asked.maximum):
        return [phrase("expected.between", lang).format(_shown(asked.minimum), _shown(asked.maximum))]
    bounds = (("least", asked.minimum), ("most", asked.maximum), ("above", asked.above), ("below", asked.below))
    return [phrase(f"expected.{name}", lang).format(_shown(bound)) for name, bound in bounds if is_number(bound)]


def _shown(number: int | float | Decimal) -> str:
    return number_text(exact_number(number))

"""Cells of a register, a function a column: what is the same in each row is prepared, a row fills in the rest."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from generator.document import Column, Face
from generator.kinds import CHOICE
from generator.kinds.choices import label_of
from generator.kinds.moments import DATE_CODE, MOMENT_CODE, SECONDS_CODE
from generator.text_measure import ems, lines_of
from generator.units import POINTS_PER_MM, Mm, Pt
from generator.wording import Lang
from generator.writers.running import by_choice
from generator.writers.xlsx.cells import CellWriter, begins_formula, escape, serial
from generator.writers.xlsx.widths import is_unwrapped

Emit = Callable[[object, str], str]
"""A cell from its value and the number of its row."""

Measure = Callable[[object], float]
"""How many lines a value takes in its column."""

_SURE, _WASTE, _LONG = 0.95, 1.08, 400
"""Share of a cell that lines of mixed text are broken in, and what long ones lose; letters from which on lines are
guessed, not broken."""


def emitter(writer: CellWriter, column: Column, letters: str, places: int = 0) -> Emit:
    """Return the function that writes the cells of a column, its numbers with so many decimals where they have any."""
    face = column.face
    if places and is_unwrapped(face, writer.lang):
        return _numbers(writer, face, letters, min(places, MOST_PLACES))
    if face.kind is CHOICE:
        return _choices(writer, face, letters)
    if face.kind.is_own_text:
        return _texts(writer, face, letters)
    if face.kind.is_moment:
        return _moments(writer, face, letters)
    return lambda value, number: writer.write(letters + number, value, face)


def _empty(letters: str, style: int) -> tuple[str, str]:
    """Return what stands before and after the row's number in an empty cell."""
    return f'<c r="{letters}', f'" s="{style}"/>'


def _choices(writer: CellWriter, face: Face, letters: str) -> Emit:
    style = writer.styles["text"]
    start, nothing = _empty(letters, style)
    opening = f'" s="{style}" t="inlineStr"><is><t'

    def labelled(text: str) -> str:
        return f"{opening}>{escape(text)}</t></is></c>"

    def other(value: object) -> str:
        return nothing if value is None else labelled(label_of(value, face.choices))

    rest = by_choice(face.choices, lambda choice: labelled(choice.label), other)
    return lambda value, number: start + number + rest(value)


def _texts(writer: CellWriter, face: Face, letters: str) -> Emit:
    plain, quoted = (f'" s="{writer.styles[name]}" t="inlineStr"><is><t' for name in ("text", "quoted"))
    start, nothing = _empty(letters, writer.styles["text"])
    lang = writer.lang

    def text_cell(value: object, number: str) -> str:
        if value is None:
            return start + number + nothing
        text = value if type(value) is str else face.text(value, lang)
        space = ' xml:space="preserve">' if "\n" in text or "  " in text or text != text.strip() else ">"
        return f"{start}{number}{quoted if begins_formula(text) else plain}{space}{escape(text)}</t></is></c>"

    return text_cell


def _moments(writer: CellWriter, face: Face, letters: str) -> Emit:
    start, nothing = _empty(letters, writer.style_of(face))
    codes = (DATE_CODE, MOMENT_CODE, SECONDS_CODE)
    day, moment, seconds = (f'" s="{writer.style(code)}"><v>' for code in codes)

    def moment_cell(value: object, number: str) -> str:
        if value is None:
            return start + number + nothing
        counted = serial(value) if isinstance(value, date) else None
        if counted is None:
            return writer.write(letters + number, value, face)
        style = day if not isinstance(value, datetime) else seconds if value.second else moment
        return f"{start}{number}{style}{counted}</v></c>"

    return moment_cell


MOST_PLACES = 15
"""Decimals that numbers of a column are shown with at most."""


def _numbers(writer: CellWriter, face: Face, letters: str, places: int) -> Emit:
    """Return what writes numbers with as many decimals each; their values stay exact."""
    kind = face.kind
    style = writer.style(kind.chart_format(face.unit, writer.lang, places))

    def number_cell(value: object, number: str) -> str:
        digits = kind.excel_number(value) if value is not None else ""
        if not digits:
            return writer.write(letters + number, value, face)
        return f'<c r="{letters}{number}" s="{style}"><v>{digits}</v></c>'

    return number_cell


def measure(column: Column, room: float, lang: Lang) -> Measure | None:
    """Return the function that tells how many lines a value takes in so many ems; None where it is one for all."""
    face = column.face
    if face.kind.is_moment or is_unwrapped(face, lang):
        return None
    if face.kind is CHOICE:
        return by_choice(face.choices, lambda choice: lines_in(choice.label, room), lambda value: 1.0)
    if not face.kind.is_own_text:
        return lambda value: 1.0 if value is None else lines_in(face.text(value, lang), room)
    return lambda value: lines_in(value, room) if isinstance(value, str) else 1.0


def lines_in(text: str, room: float) -> float:
    """Return how many lines a text wraps to in a cell that has room for so many ems."""
    if len(text) <= room and "\n" not in text:
        return 1.0
    if "\n" in text:
        return sum(lines_in(line, room) for line in text.split("\n"))
    wide = ems(text)
    if wide == len(text):  # Chinese alone, of which a line takes whole characters
        return max(1.0, -(-(wide + wide // room * _PULLED) // int(room)))
    if wide <= room * _SURE:
        return 1.0
    if len(text) > _LONG:
        return -(-(wide * _WASTE) // room)
    return _broken(text, room)


_PULLED = 0.25
"""Characters that a line gives to the next on an average, for no closing mark begins one."""


@lru_cache(maxsize=4096)
def _broken(text: str, room: float) -> float:
    return float(len(lines_of(text, Mm(room * _SURE), Pt(POINTS_PER_MM))))

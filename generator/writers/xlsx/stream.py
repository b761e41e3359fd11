"""Cells of a register, a function a column: what is the same in each row is prepared, a row fills in the rest."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from generator.document import NUMERIC, Column, Kind
from generator.formats import ems, label_of, text_of
from generator.wording import Lang
from generator.writers.running import by_choice
from generator.writers.xlsx.cells import CellWriter, begins_formula, escape, serial

Emit = Callable[[Any, str], str]
"""A cell from its value and the number of its row."""

Measure = Callable[[Any], float]
"""How many lines a value takes in its column."""

_DATES = frozenset({Kind.DATE, Kind.DATETIME})
_TEXTS = frozenset({Kind.TEXT, Kind.MULTILINE, Kind.SIGNATURE, Kind.MONTH})
_CHARACTERS_PER_EM = 1.9


def emitter(writer: CellWriter, column: Column, letters: str) -> Emit:
    """Return the function that writes the cells of a column."""
    if column.kind is Kind.CHOICE:
        return _choices(writer, column, letters)
    if column.kind in _TEXTS:
        return _texts(writer, column, letters)
    if column.kind in _DATES:
        return _moments(writer, column, letters)
    kind, choices, unit = column.kind, column.choices, column.unit
    return lambda value, number: writer.write(letters + number, value, kind, choices, unit)


def _empty(letters: str, style: int) -> tuple[str, str]:
    """Return what stands before and after the row's number in an empty cell."""
    return f'<c r="{letters}', f'" s="{style}"/>'


def _choices(writer: CellWriter, column: Column, letters: str) -> Emit:
    style = writer.styles["text"]
    start, nothing = _empty(letters, style)
    opening = f'" s="{style}" t="inlineStr"><is><t'

    def labelled(text: str) -> str:
        return f"{opening}>{escape(text)}</t></is></c>"

    def other(value: Any) -> str:
        return nothing if value is None else labelled(label_of(value, column.choices))

    rest = by_choice(column.choices, lambda choice: labelled(choice.label), other)
    return lambda value, number: start + number + rest(value)


def _texts(writer: CellWriter, column: Column, letters: str) -> Emit:
    plain, quoted = (f'" s="{writer.styles[name]}" t="inlineStr"><is><t' for name in ("text", "quoted"))
    start, nothing = _empty(letters, writer.styles["text"])
    kind, lang = column.kind, writer.lang

    def text_cell(value: Any, number: str) -> str:
        if value is None:
            return start + number + nothing
        text = value if type(value) is str else text_of(value, kind, lang)
        space = ' xml:space="preserve">' if "\n" in text or "  " in text or text != text.strip() else ">"
        return f"{start}{number}{quoted if begins_formula(text) else plain}{space}{escape(text)}</t></is></c>"

    return text_cell


def _moments(writer: CellWriter, column: Column, letters: str) -> Emit:
    start, nothing = _empty(letters, writer.styles["moment" if column.kind is Kind.DATETIME else "date"])
    day, moment, seconds = (f'" s="{writer.styles[name]}"><v>' for name in ("date", "moment", "seconds"))
    kind = column.kind

    def moment_cell(value: Any, number: str) -> str:
        if value is None:
            return start + number + nothing
        counted = serial(value) if isinstance(value, date) else None
        if counted is None:
            return writer.write(letters + number, value, kind)
        style = day if not isinstance(value, datetime) else seconds if value.second else moment
        return f"{start}{number}{style}{counted}</v></c>"

    return moment_cell


def measure(column: Column, width: float, lang: Lang) -> Measure | None:
    """Return the function that tells how many lines a value takes; None where it is one, whatever the value."""
    room = max(2.0, width - 2.0)
    if column.kind in _DATES:
        return None
    if column.kind is Kind.CHOICE:
        return by_choice(column.choices, lambda choice: lines_in(choice.label, room), lambda value: 1.0)
    if column.kind in NUMERIC or column.kind not in _TEXTS:
        kind, choices, unit = column.kind, column.choices, column.unit
        return lambda value: 1.0 if value is None else lines_in(text_of(value, kind, lang, choices, unit), room)
    return lambda value: lines_in(value, room) if type(value) is str else 1.0


def lines_in(text: str, room: float) -> float:
    """Return how many lines a text wraps to in a cell that has room for so many characters."""
    if len(text) * _CHARACTERS_PER_EM <= room and "\n" not in text:
        return 1.0
    if "\n" not in text:
        return max(1.0, -(-(ems(text) * _CHARACTERS_PER_EM) // room))
    return sum(max(1.0, -(-(ems(line) * _CHARACTERS_PER_EM) // room)) for line in text.split("\n"))

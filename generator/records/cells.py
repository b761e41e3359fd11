"""The cells of a row as the readers of fields know them: numbers as they are shown, times by what is asked for."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec
from generator.kinds import DURATION, PERCENT, TIME
from generator.kinds.base import Kind
from generator.kinds.raw import CellNumber, ValueFault, fold
from generator.records.columns import Column
from generator.records.words import dittos
from generator.records.workbooks.moment_format import shown_moment
from generator.records.workbooks.number_format import sections_of, shown_number, shows_digits
from generator.records.workbooks.text_format import shown_text
from generator.records.workbooks.xlsx import Unclear
from generator.strict_json import MAX_DIGITS

DITTOS = dittos()
_PICTURE = re.compile(r"\s*=\s*(?:_xlfn\.)?(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)
_BARE = re.compile(r"[(（]?\s*[-+−－]?\s*(?P<sign>[¥￥])?\s*[-+−－]?[0-9０-９][0-9０-９,，.．]*\s*[)）]?")
_SCALES = re.compile(r"[%‰,百千万萬亿億]")


def value_of(cell: object, column: Column, code: str = "", shown: str = "") -> object:
    """Return a cell's value for the field of its column; `code`: its number format, `shown`: what is seen in it.

    Raises ValueFault for one that can't be told.
    """
    if isinstance(cell, Unclear):
        raise ValueFault(cell.code)
    made = _typed(cell, column.kind, code, shown, column.spec)
    if column.unit and isinstance(cell, (date, time, timedelta)):
        column = replace(column, unit="")  # a span of time says what it is
    return made if column.is_plain else _meant(made, column)


def _typed(cell: object, kind: Kind | None, code: str, shown: str, field: FieldSpec | None) -> object:
    if isinstance(cell, str):
        if _PICTURE.match(cell):
            raise ValueFault("E-cell-picture")
        if cell in DITTOS:
            raise ValueFault("E-cell-ditto")
        return _text_shown(cell, code) if code and not shown else cell
    reads_shown = kind is not None and kind.reads_what_is_shown
    if isinstance(cell, bool):
        return str(cell).upper() if reads_shown else cell
    if isinstance(cell, (int, float)):
        return _number(cell, kind, code, shown, reads_shown=reads_shown, field=field)
    if isinstance(cell, (date, time, timedelta)):
        return _told(cell, code, shown) if reads_shown else _moment(cell, kind)
    return cell


def _text_shown(cell: str, code: str) -> str:
    """Return what a person sees in a cell that holds a text: its format may add to it, or hide it."""
    text = shown_text(cell, code)
    if text is None:
        raise ValueFault("E-cell-format")
    return text


def _told(cell: date | time | timedelta, code: str, shown: str) -> str:
    """Return what a person sees in a cell that holds a day or a time."""
    text = shown or shown_moment(cell, code)
    if text is None:
        raise ValueFault("E-cell-format")
    return text


def _moment(cell: date | time | timedelta, kind: Kind | None) -> object:
    """Return a day or a time; where a span is asked for, its minutes."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, time) and kind is DURATION:
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if isinstance(cell, timedelta) and kind is TIME and timedelta() <= cell < timedelta(days=1):
        cell = (datetime.min + timedelta(seconds=round(cell.total_seconds()))).time()
    if isinstance(cell, time):
        return cell.isoformat("minutes" if not cell.second else "seconds")
    return CellNumber(Decimal(round(cell.total_seconds() * 100)) / 6000)


def exact_of(number: int | float) -> int | Decimal:
    """Return the number of a cell with the 15 digits that Excel keeps and shows of it."""
    if isinstance(number, int):
        return number
    if number != number or abs(number) >= 10**MAX_DIGITS:
        return CellNumber(number).number  # or what is wrong with it
    return _plain(Decimal(f"{number:.15g}"))


def _plain(number: int | Decimal) -> int | Decimal:
    """Return a number without zeros behind its point."""
    if isinstance(number, int):
        return number
    return int(number) if number == number.to_integral_value() else number.normalize()


@lru_cache(maxsize=1024)
def factor_of(kind: Kind, field: FieldSpec, code: str) -> int | None:
    """Return by what a number is multiplied that a format shows in a field: 100 for 0% in a percentage.

    None where that isn't the same for all numbers, or where what is shown can't be read there.
    """
    if any(section.when for section in sections_of(code) or ()):
        return None
    found = set()
    for probe in _PROBES:
        told = shown_number(probe, code)
        try:
            read = kind.read(CellNumber(probe, told), field, _UTC) if told else None
        except (ValueFault, OverflowError):
            return None
        if not isinstance(read, (int, Decimal)) or isinstance(read, bool) or read % probe:
            return None
        found.add(int(read / probe))
    return found.pop() if len(found) == 1 else None


_PROBES = (Decimal(1), Decimal(25), Decimal(-3), Decimal(70_000))
_UTC = ZoneInfo("UTC")


def _number(
    cell: int | float, kind: Kind | None, code: str, shown: str, *, reads_shown: bool, field: FieldSpec | None = None
) -> object:
    number = exact_of(cell)
    if shown:
        return CellNumber(number, "" if shown == str(number) else shown)
    if not code or (shows_digits(code) and not reads_shown):
        return CellNumber(number)
    if kind is not None and field is not None and not reads_shown:
        factor = factor_of(kind, field, code)
        if factor is not None and (factor > 1 or kind is not PERCENT):
            return CellNumber(_plain(number * factor), typed=True)
    told = shown_number(Decimal(number), code)
    if told is None and (reads_shown or _SCALES.search(code)):
        raise ValueFault("E-cell-format")
    if told == "" and reads_shown:
        return ""  # a format such as 0;-0; shows nothing for it
    return CellNumber(number, told or "")


def _meant(value: object, column: Column) -> object:
    """Return what a value stands for by the map, with the year and the unit that it lacks."""
    text = _text(value)
    if column.values and text is not None:
        found = column.values.get(_folded(text))
        if found is not None:
            return found
    if isinstance(value, str) and column.dates:
        return column.dates(value)
    return _with_unit(value, text, column.unit) if column.unit and text is not None else value


def _with_unit(value: object, text: str, unit: str) -> object:
    """Return a number with the unit that its column's name says, where it has none of its own.

    Raises ValueFault (E-unit-twice) for ¥1.50 written beneath 万元: a format says so of any number, a writer of this.
    """
    bare = _BARE.fullmatch(text.strip())
    if not bare or (bare["sign"] and not _SCALES.match(unit)):
        return value
    if bare["sign"] and not isinstance(value, CellNumber):
        raise ValueFault("E-unit-twice", unit=unit)
    told = f"{text.strip()}{unit}"
    return CellNumber(value.number, told) if isinstance(value, CellNumber) else told


def _text(value: object) -> str | None:
    if isinstance(value, CellNumber):
        return value.shown or str(value.number)
    if isinstance(value, Decimal):  # a number of JSON
        return f"{value:f}"
    return value if isinstance(value, str) else None


_folded = lru_cache(maxsize=4096)(fold)

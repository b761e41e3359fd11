"""Days and times as workbooks keep them: numbers of days, with the noise of binary fractions."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from generator.kinds.raw import ValueFault

Value = TypeVar("Value", datetime, date, time)

_ANY_DAY = date(2000, 1, 1)
_DAY_SECONDS = 86400
_NOISE = 1000
"""Microseconds by which the time of a workbook's cell may miss a second: Excel counts days in binary fractions."""

_FIRST, _WHOLE, _BROKEN = 10_000, 100_000, 2_958_466
"""Serial numbers of days: whole ones to 2173, with a time of day to the end of 9999. Shorter ones may be years or
months, 2024 or 2024.5, longer ones months, 202405.
"""

_BASIC, _BASIC_END = 19_000_000, 21_000_000
"""Whole numbers of eight digits are days as they are written: 20240501, from 1900 to 2099."""


def to_second(value: Value) -> Value:
    """Return the time of a workbook's cell to the second that it misses by a millisecond at most; others are kept."""
    if isinstance(value, time):
        moment = to_second(datetime.combine(_ANY_DAY, value))
        return moment.time() if moment.date() == _ANY_DAY else value
    if not isinstance(value, datetime) or _NOISE < value.microsecond < 1_000_000 - _NOISE:
        return value
    return value.replace(microsecond=0) + timedelta(seconds=int(value.microsecond > _NOISE))


def from_serial(number: int | Decimal) -> datetime | date:
    """Return the moment of an Excel serial number (1900 system, ECMA-376 18.17.4.1), or the day of 20240501.

    Raises ValueFault (E-date) for a number that needn't be a day, E-date-fraction for one between two seconds.
    """
    if number == int(number):
        return _from_whole(int(number))
    if not _FIRST <= number < _BROKEN:
        raise ValueFault("E-date")
    return datetime(1899, 12, 30) + timedelta(seconds=_seconds(number))


def _from_whole(number: int) -> date:
    if _BASIC <= number < _BASIC_END:
        try:
            return date(number // 10_000, number // 100 % 100, number % 100)
        except ValueError:
            raise ValueFault("E-date") from None
    if not _FIRST <= number < _WHOLE:
        raise ValueFault("E-date")
    return date(1899, 12, 30) + timedelta(days=number)


def time_from_serial(number: int | Decimal) -> time:
    """Return the time of day that a part of a day is.

    Raises ValueFault (E-time) for a number that is no such part, E-date-fraction for one between two seconds.
    """
    seconds = _seconds(number) if 0 <= number < 1 else _DAY_SECONDS
    if seconds >= _DAY_SECONDS:
        raise ValueFault("E-time")
    return (datetime.min + timedelta(seconds=seconds)).time()


def _seconds(days: int | Decimal) -> int:
    """Return days as seconds.

    Raises ValueFault (E-date-fraction) for what isn't a second but for noise.
    """
    seconds = Decimal(days) * _DAY_SECONDS
    if abs(seconds - round(seconds)) > Decimal(_NOISE) / 1_000_000:
        raise ValueFault("E-date-fraction")
    return round(seconds)

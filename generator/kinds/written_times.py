"""The one grammar of days, moments, times of day and months, for every source and every command.

A day is 2024-05-01, 2024/5/1, 2024.5.1, 2024年5月1日 (号), 20240501 or 民国113年5月1日: the year first, of four digits,
from 1000 to 9999, in eight digits from 1900 to 2099. A time of day is 14:30, 14:30:05, 14时30分 (点), 下午2:30 or
2:30 PM; behind it may stand Z, +08:00, +0800 or +08. Full-width characters are as good. What could mean two things is a
fault: nothing is guessed.
"""

import re
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from generator.kinds.offsets import at_desk, offset_text, plain_offset
from generator.kinds.raw import ValueFault, narrow

Day = TypeVar("Day", bound=date)

FIRST_YEAR = 1000
"""The first year that four digits say for certain."""

_REPUBLIC = 1911
"""What is added to a year of the Republic of China (民国)."""

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|\+(?:0\d|1[0-4]):[0-5]\d)?)?", re.ASCII
)
"""What is read at once; all else goes by the grammar."""

_DAY = (
    r"(?:(?:(?P<y>\d{4})|民[国國]\s*(?P<roc>\d{1,3}))\s*"
    r"(?:(?P<mark>[-/.])\s*(?P<m>\d{1,2})\s*(?P=mark)\s*(?P<d>\d{1,2})"
    r"|年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*(?:[日号號])?)"
    r"|(?P<basic>(?:19|20)\d{6})|(?P<bare_month>\d{1,2})\s*月\s*(?P<bare_day>\d{1,2})\s*[日号號])"
)
_CLOCK = (
    r"(?P<half>上午|下午|[AP]\.?M\.?)?\s*(?P<H>\d{1,2})"
    r"(?:\s*:\s*(?P<M>\d\d)(?:\s*:\s*(?P<S>\d\d)(?P<f>[.,]\d+)?|\s*分)?"
    r"|\s*[时時点點](?:\s*(?P<minute>\d{1,2})(?:\s*分(?:\s*(?P<second>\d{1,2})(?P<part>\.\d+)?\s*秒?)?)?)?"
    r"|(?=\s*[AP]\.?M))"
    r"\s*(?P<after>[AP]\.?M\.?)?\s*(?P<z>Z|[+-]\d\d(?::?[0-5]\d)?)?"
)
_MOMENT = re.compile(rf"{_DAY}(?:(?P<gap>T|\s+|(?<=[日号號])){_CLOCK})?", re.ASCII | re.IGNORECASE)
_TIME = re.compile(_CLOCK, re.ASCII | re.IGNORECASE)
_MONTH = re.compile(
    r"(?:(?P<y>\d{4})|民[国國]\s*(?P<roc>\d{1,3}))\s*(?:[-/]\s*(?P<m>\d{1,2})|\.\s*(?P<dotted>0\d|1[0-2]|[2-9])"
    r"|年\s*(?P<month>\d{1,2})\s*月)",
    re.ASCII,
)
_UNCLEAR = (
    ("E-date-order", re.compile(r"\d{1,2}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{4}(?!\d).*", re.ASCII)),
    ("E-date-year", re.compile(r"\d{1,3}\s*(?:年.*|([-/.])\s*\d{1,2}\s*\1\s*\d{1,3}(?!\d).*)", re.ASCII)),
    ("E-date-year-missing", re.compile(r"\d{1,2}\s*(?:月.*|[-/.]\s*\d{1,2}(?:\s.*)?)", re.ASCII)),
)
"""Writings that may be days, and what keeps them from being read."""

_LONGEST = 200
_NOON, _MIDNIGHT = 12, 24

_DAY_OF_TIMES = date(2000, 1, 1)
"""A day on which a time of day gets the offset of its zone."""


def parse_moment(text: str, zone: ZoneInfo, year: int | None = None) -> datetime | date:
    """Return the day, or the moment, of what people write; `year`: that of a day without one, 5月1日.

    A time with an offset is moved to `zone`, and comes without one. Raises ValueFault: E-date for what is no day or has
    no such time, E-date-order, E-date-year, E-date-year-missing, E-date-fraction, E-time-24, E-time-span.
    """
    if _ISO.fullmatch(text):
        return _iso(text, zone)
    written = _short(text)
    found = _MOMENT.fullmatch(written)
    if not found:
        raise ValueFault(next((code for code, shape in _UNCLEAR if shape.fullmatch(written)), "E-date"))
    try:
        day = _day(found, year)
        if found["H"] is None:
            return day
        moment = datetime.combine(day, _clock(found, "E-date"))
        _refuse_span(found)
        return sure(_moved(moment, found["z"], zone)) if found["z"] else moment
    except ValueFault:
        raise
    except (ValueError, OverflowError):
        raise ValueFault("E-date") from None


def parse_time(text: str, zone: ZoneInfo) -> time:
    """Return the time of day of what people write; an offset must be that of `zone`.

    Raises ValueFault (E-time, E-date-fraction, E-time-24, E-time-span, E-time-offset).
    """
    found = _TIME.fullmatch(_short(text))
    if not found:
        raise ValueFault("E-time")
    try:
        clock = _clock(found, "E-time")
    except ValueFault:
        raise
    except ValueError:
        raise ValueFault("E-time") from None
    _refuse_span(found)
    if found["z"] and plain_offset(found["z"]) != offset_text(datetime.combine(_DAY_OF_TIMES, clock), zone):
        raise ValueFault("E-time-offset")
    return clock


def parse_month(text: str, zone: ZoneInfo) -> str:
    """Return the month, as 2024-05, of what people write: 2024-05, 2024/5, 2024年5月, or a day of it.

    2024.1 is a fault, for it may be what a workbook left of 2024.10. Raises ValueFault (E-month, E-date-year).
    """
    found = _MONTH.fullmatch(_short(text))
    try:
        day = date(_year(found), int(found["m"] or found["dotted"] or found["month"]), 1) if found else None
        return month_of(day or parse_moment(text, zone))
    except ValueError as error:
        if isinstance(error, ValueFault) and error.code == "E-date-year":
            raise
        raise ValueFault("E-month") from None


def _short(text: str) -> str:
    """Return a text as it is compared; nothing for one that is too long to be a time, however it is written."""
    return narrow(text) if len(text) <= _LONGEST else ""


def _iso(text: str, zone: ZoneInfo) -> datetime | date:
    if text[0] == "0":
        raise ValueFault("E-date-year")
    try:
        if len(text) == len("2024-05-01"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return sure(at_desk(moment, zone)) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise ValueFault("E-date") from None


def _day(found: re.Match[str], year: int | None) -> date:
    if basic := found["basic"]:
        return date(int(basic[:4]), int(basic[4:6]), int(basic[6:]))
    if found["bare_month"]:
        if year is None:
            raise ValueFault("E-date-year-missing")
        return sure(date(year, int(found["bare_month"]), int(found["bare_day"])))
    return date(_year(found), int(found["m"] or found["month"]), int(found["d"] or found["day"]))


def _year(found: re.Match[str]) -> int:
    return _four_digits(found["y"]) if found["y"] else int(found["roc"]) + _REPUBLIC


def _four_digits(digits: str) -> int:
    year = int(digits)
    if year < FIRST_YEAR:
        raise ValueFault("E-date-year")
    return year


def _clock(found: re.Match[str], wrong: str) -> time:
    """Return a time of day; `wrong`: the code of the fault where there is none such."""
    minute, second = int(found["M"] or found["minute"] or 0), int(found["S"] or found["second"] or 0)
    hour = int(found["H"])
    if hour == _MIDNIGHT and not minute and not second:
        raise ValueFault("E-time-24")
    made = time(_hour(hour, found["half"], found["after"], wrong), minute, second)
    if (found["f"] or found["part"] or "").strip(".,0"):
        raise ValueFault("E-date-fraction")
    return made


def _hour(hour: int, before: str | None, after: str | None, wrong: str) -> int:
    """Return an hour of the 24 by the half of the day that it is of."""
    half = (before or after or "").upper().replace(".", "")
    is_morning, is_evening = half in ("上午", "AM"), half in ("下午", "PM")
    if (before and after) or (is_morning and hour > _NOON):
        raise ValueFault(wrong)
    if is_evening and hour < _NOON:
        return hour + _NOON
    return 0 if is_morning and hour == _NOON else hour


def _moved(moment: datetime, offset: str, zone: ZoneInfo) -> datetime:
    return at_desk(datetime.fromisoformat(moment.isoformat() + plain_offset(offset)), zone)


def _refuse_span(found: re.Match[str]) -> None:
    """Raise ValueFault (E-time-span) for 09:00-11:00, be it from nine to eleven or eleven hours behind Greenwich."""
    is_iso = (found.groupdict().get("gap") or "").upper() == "T"
    if (found["z"] or "").startswith("-") and not is_iso and not (found["S"] or found["second"]):
        raise ValueFault("E-time-span")


def month_of(day: date) -> str:
    """Return the month of a day as 2024-05."""
    return f"{day.year:04d}-{day.month:02d}"


def sure(day: Day) -> Day:
    """Return a day or moment as it is.

    Raises ValueFault (E-date-year) for a year that people would hardly write so.
    """
    if day.year < FIRST_YEAR:
        raise ValueFault("E-date-year")
    return day

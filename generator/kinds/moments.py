"""Days, moments, times of day and months, as people write them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from generator.formats import clock, date_text, month_text, prose_date
from generator.kinds.base import Choice, Kind, Readable, Traits, loose_text
from generator.kinds.raw import CellNumber, ValueFault, narrow
from generator.wording import Lang

_DATE = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:(?:[T\s]+|(?<=日))(?P<half>上午|下午|AM|PM)?\s*(?P<H>\d{1,2})\s*"
    r"(?:[时時点點]|(?:[:时時点點]\s*(?P<M>\d{1,2})\s*分?(?:\s*:?\s*(?P<S>\d{1,2})(?P<f>\.\d+)?\s*秒?)?))"
    r"\s*(?P<after>AM|PM)?\s*(?P<z>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<half>上午|下午|AM|PM)?\s*(?P<H>\d{1,2})\s*[:时時点點]\s*(?:(?P<M>\d{1,2})\s*分?(?:\s*:?\s*(?P<S>\d{1,2})\s*秒?)?)?"
    r"\s*(?P<after>AM|PM)?\s*(?P<z>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})[-/.年]\s*([0-9]{1,2})(?:月|[-/.月]\s*[0-9]{1,2}日?)?")
_MONTH_LENGTH = len("2024-05")
_NOON = 12
_FIRST_SERIAL, _SERIALS = 61, 2958466
"""Excel's serial numbers of days that it counts rightly: from 1900-03-01 to the end of 9999."""

_DAY = date(2000, 1, 1)
"""A day on which a time of day gets the offset of its zone."""

DATE_CODE, MOMENT_CODE, SECONDS_CODE = "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm", "yyyy\\-mm\\-dd\\ hh:mm:ss"
TIME_CODE, TIME_SECONDS_CODE = "hh:mm", "hh:mm:ss"


class _Moment(Kind):
    """What days and moments share."""

    is_moment = True

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return date_text(value) if isinstance(value, date) else str(value)

    def prose(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return prose_date(value, lang) if isinstance(value, date) else str(value)


class Date(_Moment):
    """A day."""

    name = "date"
    titles: ClassVar = {"zh-Hans": "日期", "en": "date"}
    control = "date"
    formats = ("date",)
    example: ClassVar[object] = "2024-05-01"
    share, gap = 12.0, 10
    sheet_columns, sheet_characters = 4, 11.5

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        found = _moment_of(raw, zone)
        return _day_only(found) if isinstance(found, datetime) else found

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        return _code(value, DATE_CODE)


class DateTime(_Moment):
    """A moment, to the minute or the second, local to the time zone of the policy."""

    name = "datetime"
    titles: ClassVar = {"zh-Hans": "日期时间", "en": "date and time"}
    control = "datetime"
    formats = ("date-time",)
    example: ClassVar[object] = "2024-05-01 14:30"
    share, gap = 16.0, 14
    sheet_columns, sheet_characters = 5, 17.0

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        found = _moment_of(raw, zone)
        if isinstance(found, date) and not isinstance(found, datetime) and not field.date_only:
            raise ValueFault("E-time-missing")
        return found

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        return _code(value, MOMENT_CODE)


class Time(Kind):
    """A time of day."""

    name = "time"
    titles: ClassVar = {"zh-Hans": "时刻", "en": "time of day"}
    control = "time"
    formats = ("time",)
    example: ClassVar[object] = "14:30"
    share, gap = 10.0, 8
    is_moment = True

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        if isinstance(raw, CellNumber) and 0 <= raw.number < 1:
            return (datetime.min + timedelta(seconds=round(float(raw.number) * 86400))).time()
        if not isinstance(raw, str):
            return raw
        found = _CLOCK.fullmatch(narrow(raw))
        if not found:
            raise ValueFault("E-time")
        try:
            return time(_hour(found), int(found["M"] or 0), int(found["S"] or 0))
        except ValueError:
            raise ValueFault("E-time") from None

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        """Return a time of day with an offset, as RFC 3339 has it."""
        return datetime.combine(_DAY, value, zone).isoformat()[11:] if isinstance(value, time) else value

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return clock(value) if isinstance(value, time) else str(value)

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        return TIME_SECONDS_CODE if isinstance(value, time) and value.second else TIME_CODE

    def excel_number(self, value: object) -> str:
        if not isinstance(value, time):
            return ""
        return repr((value.hour * 3600 + value.minute * 60 + value.second) / 86400)


class Month(Kind):
    """A month of a year, kept as 2024-05."""

    name = "month"
    titles: ClassVar = {"zh-Hans": "年月", "en": "month"}
    control = "month"
    controls = ("month",)
    example: ClassVar[object] = "2024-05"
    is_own_text = True
    is_plain_json = True

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        """Return the month that people write: 2024-05, 2024/5, 2024年5月, or a day of it."""
        if isinstance(raw, CellNumber):
            raw = _from_serial(raw.number)
        if isinstance(raw, date):
            return f"{raw.year:04d}-{raw.month:02d}"
        found = _MONTH.fullmatch(narrow(raw)) if isinstance(raw, str) else None
        return f"{found[1]}-{int(found[2]):02d}" if found else raw

    def prose(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        is_month = isinstance(value, str) and len(value) == _MONTH_LENGTH
        return month_text(str(value), lang) if is_month else loose_text(value)


def _code(value: object, empty: str) -> str:
    """Return the number format of a day or a moment; `empty` is that of the cell that waits for one."""
    if isinstance(value, datetime):
        return SECONDS_CODE if value.second else MOMENT_CODE
    return DATE_CODE if isinstance(value, date) else empty


def _moment_of(raw: object, zone: ZoneInfo) -> object:
    """Return the day or local moment of a raw value; what is neither comes back as it is."""
    if isinstance(raw, str):
        raw = parse_moment(raw, zone)
    elif isinstance(raw, CellNumber):
        raw = _from_serial(raw.number)
    if isinstance(raw, datetime):
        if raw.tzinfo:
            raw = raw.astimezone(zone).replace(tzinfo=None)
        if raw.microsecond:
            raise ValueFault("E-date-fraction")
    return raw


def _day_only(moment: datetime) -> date:
    if moment.time() != time():
        raise ValueFault("E-time-extra")
    return moment.date()


def _from_serial(number: object) -> datetime | date:
    """Return the moment of an Excel serial number (1900 system, ECMA-376 18.17.4.1), to the second."""
    days = float(str(number))
    if not _FIRST_SERIAL <= days < _SERIALS:
        raise ValueFault("E-date")
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86400))
    return moment if moment.time() != time() else moment.date()


def parse_moment(text: str, zone: ZoneInfo) -> datetime | date:
    """Return the date, or date and time, of what people write: 2024-05-01 14:30, 2024/5/1, 2024年5月1日 14时30分.

    A time with a zone is moved to `zone`, and comes without one. Raises ValueFault (E-date, E-date-fraction).
    """
    if _ISO.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueFault("E-date") from None
        return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
    found = _DATE.fullmatch(narrow(text))
    if not found:
        raise ValueFault("E-date")
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found["H"] is None:
            return day
        if found["f"] and found["f"].strip(".0"):
            raise ValueFault("E-date-fraction")
        moment = datetime.combine(day, time(_hour(found), int(found["M"] or 0), int(found["S"] or 0)))
        return _local(moment, found["z"], zone)
    except (ValueFault, OverflowError):
        raise
    except ValueError:
        raise ValueFault("E-date") from None


def _hour(found: re.Match[str]) -> int:
    hour, half = int(found["H"]), (found["half"] or found["after"] or "").upper()
    if half in ("上午", "AM") and hour > _NOON:
        raise ValueFault("E-date")
    if half in ("下午", "PM") and hour < _NOON:
        return hour + _NOON
    return 0 if half in ("上午", "AM") and hour == _NOON else hour


def _local(moment: datetime, offset: str | None, zone: ZoneInfo) -> datetime:
    if not offset:
        return moment
    aware = datetime.fromisoformat(moment.isoformat() + ("+00:00" if offset in "Zz" else offset))
    return aware.astimezone(zone).replace(tzinfo=None)


__all__ = ["Date", "DateTime", "Month", "Time", "Traits", "parse_moment"]

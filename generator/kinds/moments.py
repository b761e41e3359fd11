"""Days, moments, times of day and months, as people write them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo

from generator.formats import clock, date_text, month_text, prose_date
from generator.kinds.base import Choice, Kind, Readable, Traits, loose_text
from generator.kinds.offsets import local, offset_text
from generator.kinds.raw import CellNumber, ValueFault
from generator.kinds.serials import from_serial, time_from_serial
from generator.kinds.written_times import month_of, parse_moment, parse_month, parse_time, sure
from generator.wording import Lang

_MONTH_LENGTH = len("2024-05")

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
    sheet_columns, sheet_characters = 4, 10.5

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
    sheet_columns, sheet_characters = 5, 15.5

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
        if isinstance(raw, CellNumber):
            return time_from_serial(raw.number)
        if isinstance(raw, date):
            raise ValueFault("E-time")
        if not isinstance(raw, str):
            return raw
        return parse_time(raw, zone)

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        """Return a time of day with an offset, as RFC 3339 has it."""
        if not isinstance(value, time):
            return value
        return value.isoformat() + offset_text(datetime.combine(_DAY, value), zone)

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
        if isinstance(raw, str):
            return parse_month(raw, zone)
        if isinstance(raw, CellNumber):
            raw = _day_of_number(raw)
        if isinstance(raw, datetime) and raw.tzinfo:
            raw = local(raw, zone)
        return month_of(sure(raw)) if isinstance(raw, date) else raw

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
        return parse_moment(raw, zone)
    if isinstance(raw, CellNumber):
        return from_serial(raw.number)
    if isinstance(raw, datetime):
        if raw.tzinfo:
            raw = local(raw, zone)
        if raw.microsecond:
            raise ValueFault("E-date-fraction")
    return sure(raw) if isinstance(raw, date) else raw


def _day_only(moment: datetime) -> date:
    if moment.time() != time():
        raise ValueFault("E-time-extra")
    return moment.date()


def _day_of_number(cell: CellNumber) -> date:
    """Return the day of a number in a month's place."""
    try:
        return from_serial(cell.number)
    except ValueFault:
        raise ValueFault("E-month") from None


__all__ = ["Date", "DateTime", "Month", "Time", "Traits", "parse_moment"]

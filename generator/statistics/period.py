"""The periods that statistics are made of, each with the one before it: months, quarters, halves, years, days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from generator.errors import UsageError, fail
from generator.formats import month_text, prose_date
from generator.wording import Lang, phrase

FIRST_YEAR, LAST_YEAR = 1000, 9999
"""The years between which a period may lie; a time from before them isn't left to a database to read."""

MOST_PERIODS = 120
"""Periods that one call is made for at most."""

Kind = Literal["month", "quarter", "half", "year", "days"]

_MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_WRITTEN = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4])|-H(?P<half>[12]))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_BETWEEN = ".."


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the organisation's time zone, from the first midnight to that on which the next period begins."""

    code: str
    """How it is written: 2024-05, 2024-Q2, 2024-H1, 2024, 2024-04-16..2024-05-15."""

    kind: Kind
    first: date
    following: date

    @property
    def before(self) -> date:
        """Return the first day of the period before, which is as long."""
        if self.kind == "days":
            return self.first - (self.following - self.first)
        return _later(self.first, -_MONTHS[self.kind])

    def back(self, count: int) -> list["Period"]:
        """Return this period and those before it, so many in all, the latest first."""
        found = [self]
        while len(found) < count and found[-1].before.year > FIRST_YEAR:
            earlier = found[-1]
            if self.kind == "days":
                last = earlier.first - timedelta(days=1)
                code = f"{earlier.before.isoformat()}{_BETWEEN}{last.isoformat()}"
                found.append(Period(code, "days", earlier.before, earlier.first))
            else:
                found.append(_made(self.kind, earlier.before))
        return found

    @property
    def short(self) -> str:
        """Return the period as a column of periods has it: days by their first and last, the year said once."""
        if self.kind != "days":
            return self.code
        last = self.last.isoformat()
        return f"{self.first.isoformat()}–{last[5:] if self.last.year == self.first.year else last}"

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.following - timedelta(days=1)

    @property
    def name(self) -> str:
        """Return the code as a part of a file's name."""
        return self.code.replace(_BETWEEN, "_")

    def holds(self, day: date) -> bool:
        """Tell whether a day is of the period."""
        return self.first <= day < self.following

    def text(self, lang: Lang) -> str:
        """Return the period as a sentence has it."""
        if self.kind == "month":
            return month_text(self.code, lang)
        if self.kind == "days":
            ends = (prose_date(day, lang) for day in (self.first, self.last))
            return phrase("period.days", lang, "statistics").format(*ends)
        part = "" if self.kind == "year" else self.code[-1]
        return phrase(f"period.{self.kind}{part}", lang, "statistics").format(year=self.code[:4])


def period_of(written: str) -> Period:
    """Return the period that is written as a month, quarter, half, year, or days from one to another.

    Raises UsageError (E-period) for anything else.
    """
    ends = written.split(_BETWEEN)
    if len(ends) == 1:
        return _calendar_period(written)
    days = [_day(end) for end in ends]
    if len(days) != 2 or days[0] > days[1]:
        raise fail(UsageError, "E-period")
    return Period(written, "days", days[0], days[1] + timedelta(days=1))


def periods_of(written: str) -> list[Period]:
    """Return one period, or all from one to another of the same kind: 2024-01..2024-12.

    Raises UsageError (E-period) for what isn't one, and for more than 120 at once.
    """
    first, between, last = written.partition(_BETWEEN)
    if not between or _DAY.fullmatch(first):
        return [period_of(written)]
    ends = [_calendar_period(first), _calendar_period(last)]
    if ends[0].kind != ends[1].kind or ends[0].first > ends[1].first:
        raise fail(UsageError, "E-period")
    found = list(_from_to(*ends))
    if len(found) > MOST_PERIODS:
        raise fail(UsageError, "E-periods", count=len(found), limit=MOST_PERIODS)
    return found


def _from_to(period: Period, last: Period) -> Iterator[Period]:
    while period.first <= last.first:
        yield period
        period = _made(period.kind, period.following)


def _calendar_period(written: str) -> Period:
    found = _WRITTEN.fullmatch(written)
    if not found or not FIRST_YEAR < int(found["year"]) < LAST_YEAR:
        raise fail(UsageError, "E-period")
    for kind in ("month", "quarter", "half"):
        if found[kind]:
            return _made(kind, date(int(found["year"]), (int(found[kind]) - 1) * _MONTHS[kind] + 1, 1))
    return _made("year", date(int(found["year"]), 1, 1))


def _made(kind: Kind, first: date) -> Period:
    nth = (first.month - 1) // _MONTHS[kind] + 1
    codes = {"month": f"-{nth:02d}", "quarter": f"-Q{nth}", "half": f"-H{nth}", "year": ""}
    return Period(f"{first.year:04d}{codes[kind]}", kind, first, _later(first, _MONTHS[kind]))


def _later(first: date, months: int) -> date:
    """Return the first day of a month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _day(written: str) -> date:
    try:
        day = date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR < day.year < LAST_YEAR:
        raise fail(UsageError, "E-period")
    return day

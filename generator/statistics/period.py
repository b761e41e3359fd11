"""The month of a summary and the month before, as SQL and as dates."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from generator.errors import UsageError, fail

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A month in the desk's time zone, from its first midnight to the next month's."""

    month: str
    first: date
    following: date

    @property
    def before(self) -> date:
        """Return the first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def start(self) -> str:
        """Return the first moment, as SQL."""
        return sql_moment(self.first)

    @property
    def end(self) -> str:
        """Return the first moment after the month, as SQL."""
        return sql_moment(self.following)

    @property
    def last(self) -> str:
        """Return the first moment of the month before, as SQL."""
        return sql_moment(self.before)


def sql_moment(moment: date) -> str:
    """Return a moment, or the first one of a day, as SQL."""
    exact = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return f"timestamp '{exact.isoformat(' ')}'"


def period_of(month: str) -> Period:
    """Return the period of a month written 2024-05.

    Raises UsageError (E-month) for anything else.
    """
    found = _MONTH.fullmatch(month)
    if not found or not 1000 < int(found[1]) < 9999:
        raise fail(UsageError, "E-month")
    first = date(int(found[1]), int(found[2]), 1)
    return Period(month, first, (first + timedelta(days=31)).replace(day=1))

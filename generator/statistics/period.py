"""The month of a summary and the month before."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from generator.errors import UsageError, fail

FIRST_YEAR, LAST_YEAR = 1000, 9999
"""The years between which a month may lie; a time from before them isn't left to a database to read."""

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A month in the organisation's time zone, from its first midnight to the next month's."""

    month: str
    first: date
    following: date

    @property
    def before(self) -> date:
        """Return the first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.following - timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Tell whether a day is of the month."""
        return self.first <= day < self.following


def period_of(month: str) -> Period:
    """Return the period of a month written 2024-05.

    Raises UsageError (E-month) for anything else.
    """
    found = _MONTH.fullmatch(month)
    if not found or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        raise fail(UsageError, "E-month")
    first = date(int(found[1]), int(found[2]), 1)
    return Period(month, first, (first + timedelta(days=31)).replace(day=1))

"""Working days by the `holidays` library, which knows mainland make-up days, and by days that a policy file adds."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any


@cache
def _country(region: str) -> Any:
    import holidays

    country, _, subdivision = region.partition("-")
    return holidays.country_holidays(country, subdiv=subdivision or None)


def is_region(region: str) -> bool:
    """Tell whether the library knows the holidays of a region (ISO 3166, with or without subdivision)."""
    if region == "CN":
        return True
    try:
        _country(region)
    except NotImplementedError:
        return False
    return True


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked in a region (ISO 3166), with the policy's own holidays and working weekends on top."""

    region: str
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether the day is worked."""
        if day in self.opened:
            return True
        return day not in self.closed and bool(_country(self.region).is_working_day(day))

    def is_announced(self, year: int) -> bool:
        """Tell whether the year's exchanged days are known: mainland China announces them each November."""
        if self.region != "CN" or any(d.year == year for d in self.closed | self.opened):
            return True
        country = _country(self.region)
        country.get(date(year, 1, 1))
        return any(d.year == year for d in country.weekend_workdays)

    def add_working_days(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start`; `start` itself doesn't count."""
        day = start
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

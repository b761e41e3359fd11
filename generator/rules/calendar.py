"""Working days by the `holidays` library, which knows mainland make-up days, and by days that a policy file adds."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generator.prepared import prepared

_SATURDAY = 5


class _Year(NamedTuple):
    """A year of a region: days that aren't what their weekday says, and whether any weekend is worked."""

    exceptions: frozenset[date]
    has_worked_weekends: bool


@cache
def _country(region: str) -> Any:
    import holidays

    country, _, subdivision = region.partition("-")
    return holidays.country_holidays(country, subdiv=subdivision or None)


@cache
def _year(region: str, year: int) -> _Year:
    """Return a year of a region; the library takes long to load, so what it says of the year is kept."""
    kept = prepared(f"days-{region}-{year}", "holidays", [Path(__file__)], lambda: _ask(region, year))
    return _Year(frozenset(map(date.fromisoformat, kept["exceptions"])), kept["worked_weekends"])


def _ask(region: str, year: int) -> dict[str, Any]:
    country = _country(region)
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]
    exceptions = [day for day in days if country.is_working_day(day) != (day.weekday() < _SATURDAY)]
    worked = any(day.year == year for day in country.weekend_workdays)
    return {"exceptions": [day.isoformat() for day in exceptions], "worked_weekends": worked}


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
        if day in self.closed:
            return False
        return (day.weekday() < _SATURDAY) != (day in _year(self.region, day.year).exceptions)

    def is_announced(self, year: int) -> bool:
        """Tell whether the year's exchanged days are known: mainland China announces them each November."""
        if self.region != "CN" or any(d.year == year for d in self.closed | self.opened):
            return True
        return _year(self.region, year).has_worked_weekends

    def add_working_days(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start`; `start` itself doesn't count."""
        day = start
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

"""Time within office hours: when so many working hours have passed, from any moment on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from generator.rules.calendar import WorkingCalendar

Hours = Sequence[tuple[time, time]]
USUAL: Hours = ((time(9), time(12)), (time(13), time(18)))
"""Office hours of a policy that doesn't name any."""

END_OF_DAY = timedelta(days=1) - timedelta(microseconds=1)
_YEARS = 100
"""Years in which there must be some working time; a calendar without any would be searched for ever."""


class Piece(NamedTuple):
    """Moments after one and up to another that have one end in common, or whose end moves along with them."""

    after: datetime
    until: datetime
    end: datetime
    moves: bool


@dataclass(frozen=True)
class OfficeHours:
    """Hours of every working day of a calendar, in local time."""

    calendar: WorkingCalendar
    hours: Hours = USUAL

    def add(self, start: datetime, length: timedelta, *, past: bool = False) -> datetime:
        """Return the first moment at which so much working time has passed; with `past`, the last such moment."""
        left = length
        for opens, closes in self._spans(start.date()):
            begins = max(opens, start)
            room = closes - begins
            if room > left or (room == left and not past):
                return begins + left
            left -= max(room, timedelta())
        raise OverflowError("no working time")

    def pieces(self, day: date, length: timedelta) -> Iterator[Piece]:
        """Yield for the moments of a day when so much working time has passed from each on."""
        midnight = datetime.combine(day, time())
        since = midnight - timedelta(microseconds=1)
        for opens, closes in self._of(day):
            yield Piece(since, opens, self.add(opens, length), False)
            yield from self._moving(opens, closes, length)
            since = closes
        end = midnight + END_OF_DAY
        yield Piece(since, end, self.add(max(since, midnight), length), False)

    def _moving(self, opens: datetime, closes: datetime, length: timedelta) -> Iterator[Piece]:
        start = opens
        while start < closes:
            end = self.add(start, length, past=True)
            room = next(c - end for o, c in self._of(end.date()) if o <= end < c)
            until = start + min(room, closes - start)
            yield Piece(start, until, end, True)
            start = until

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for n in range(366 * _YEARS):
            yield from self._of(day + timedelta(days=n))

    def _of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.calendar.is_working(day):
            yield from ((datetime.combine(day, a), datetime.combine(day, b)) for a, b in self.hours)

"""The moment that stands for now where files have to be the same again: what SOURCE_DATE_EPOCH names, if it does."""

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_DIGITS = 11


def epoch() -> int | None:
    """Return the seconds that SOURCE_DATE_EPOCH names; None when it names none."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    sound = given.isascii() and given.isdigit() and len(given) <= _DIGITS
    return int(given) if sound else None


def now(zone: ZoneInfo) -> datetime:
    """Return the moment in a time zone: that of SOURCE_DATE_EPOCH, else now."""
    seconds = epoch()
    return (datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)).astimezone(zone)


def today(zone: ZoneInfo) -> date:
    """Return the day in a time zone: that of SOURCE_DATE_EPOCH, else today."""
    return now(zone).date()

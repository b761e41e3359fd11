"""Offsets from Greenwich: moments moved to the clocks of a zone, and what JSON says of a local moment."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EXACT_OFFSETS = 1973
"""The year from which on every zone's offset is of whole minutes."""


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment with an offset as the clocks of a zone show it, without one."""
    return moment.astimezone(zone).replace(tzinfo=None)


def offset_text(moment: datetime, zone: ZoneInfo) -> str:
    """Return the offset of a zone at a local moment, rounded to the minute, which is all that RFC 3339 can say.

    Before clocks went by zones they showed the sun's time: in Shanghai 08:05:43 ahead until 1900.
    """
    offset = moment.replace(tzinfo=zone).utcoffset() or timedelta()
    minutes = (offset + timedelta(seconds=30)) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def at_desk(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a written moment with an offset as `local` does; an offset that `offset_text` gives is the zone's own."""
    if moment.year < _EXACT_OFFSETS:
        plain = moment.replace(tzinfo=None)
        if moment.isoformat().endswith(offset_text(plain, zone)):
            return plain
    return local(moment, zone)


@lru_cache(maxsize=256)
def plain_offset(written: str) -> str:
    """Return an offset written Z, +08, +0800 or +08:00 as the last of these."""
    if written in "Zz":
        return "+00:00"
    digits = written[1:].replace(":", "").ljust(4, "0")
    return f"{written[0]}{digits[:2]}:{digits[2:]}"

"""Numbers, dates and spans of time as text, in three languages.

Dates in tables and boxes are 2024-05-01 (GB/T 15835); in Chinese prose 2024年5月1日 (GB/T 9704), in English 1 May 2024.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from generator.wording import Lang, phrase

MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
MONTHS += ("August", "September", "October", "November", "December")


_HOURS_TO_DAYS = 72
_GROUPED_FROM = 10_000


def clock(moment: datetime | time) -> str:
    """Return 14:30, or 14:30:05 when there are seconds."""
    to_the_minute = f"{moment.hour:02d}:{moment.minute:02d}"
    return f"{to_the_minute}:{moment.second:02d}" if moment.second else to_the_minute


def date_text(value: date | datetime) -> str:
    """Return 2024-05-01 or 2024-05-01 14:30, as tables and boxes have it."""
    day = f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    return f"{day} {clock(value)}" if isinstance(value, datetime) else day


def prose_date(value: date | datetime, lang: Lang) -> str:
    """Return the date as a sentence has it, with its time if it has one."""
    if lang == "en":
        day = f"{value.day}\u00a0{MONTHS[value.month - 1]}\u00a0{value.year}"
        return f"{day}, {clock(value)}" if isinstance(value, datetime) else day
    day = f"{value.year}年{value.month}月{value.day}日"
    return f"{day} {clock(value)}" if isinstance(value, datetime) else day


def exact_number(value: int | float | Decimal) -> Decimal:
    """Return a number as the decimal that its digits say."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def decimal_places(value: int | float | Decimal) -> int:
    """Return how many decimals a number needs."""
    exponent = exact_number(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def number_text(value: int | float | Decimal) -> str:
    """Return a number with every digit it has, in groups of three from five digits on."""
    number = exact_number(value)
    if not number:  # zero has no sign, and no decimals but those that it is given
        number = abs(number) if isinstance(value, Decimal) else Decimal(0)
    return f"{number:,f}" if abs(number) >= _GROUPED_FROM else f"{number:f}"


def month_text(value: str, lang: Lang) -> str:
    """Return a month (2024-05) as a sentence has it."""
    year, month = value[:4], int(value[5:7])
    return f"{MONTHS[month - 1]} {year}" if lang == "en" else f"{year}年{month}月"


def money_text(value: int | float | Decimal, currency: str = "") -> str:
    """Return ¥1,234.50; more decimals than two are kept."""
    exact = exact_number(value)
    exponent = exact.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{'-' if exact < 0 else ''}{currency}{abs(exact):,.{places}f}"


def duration_text(minutes: int, lang: Lang, *, in_days: bool = True) -> str:
    """Return a span of whole minutes, for instance 31 小时, 1 小时 5 分钟, 31 hours; in days from three days on."""
    hours, rest = divmod(abs(minutes), 60)
    days, hours = divmod(hours, 24) if in_days and hours >= _HOURS_TO_DAYS else (0, hours)
    counted: tuple[tuple[int, str], ...] = ((days, "day"), (hours, "hour"), (rest, "minute"))
    parts = [f"{count} {_unit(unit, count, lang)}" for count, unit in counted if count]
    parts = parts or [f"0 {_unit('minute', 0, lang)}"]
    return ("-" if minutes < 0 else "") + " ".join(parts)


def span_text(value: int, unit: str, lang: Lang) -> str:
    """Return a policy's span, for instance 4 小时, 3 个工作日, 24 hours."""
    return f"{value} {_unit(unit, value, lang)}"


def _unit(unit: str, count: int, lang: Lang) -> str:
    return phrase(f"unit.{unit}_one" if lang == "en" and count == 1 else f"unit.{unit}", lang)


def join(items: Sequence[str], lang: Lang) -> str:
    """Return the items as a sentence lists them."""
    return (", " if lang == "en" else "、").join(items)

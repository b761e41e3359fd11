"""Typed values as text, in three languages: dates, numbers, spans of time, choices.

Dates in tables and boxes are 2024-05-01 (GB/T 15835); in Chinese prose 2024年5月1日 (GB/T 9704), in English 1 May 2024.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from generator.document import Choice, Kind
from generator.wording import Lang, phrase, traditional

MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
MONTHS += ("August", "September", "October", "November", "December")


_HOURS_TO_DAYS = 72
_GROUPED_FROM = 10_000


def clock(moment: datetime) -> str:
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
        day = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
        return f"{day}, {clock(value)}" if isinstance(value, datetime) else day
    day = f"{value.year}年{value.month}月{value.day}日"
    return f"{day} {clock(value)}" if isinstance(value, datetime) else day


def exact_number(value: int | float | Decimal) -> Decimal:
    """Return a number as the decimal that its digits say."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def number_text(value: int | float | Decimal) -> str:
    """Return a number with every digit it has, in groups of three from five digits on."""
    number = exact_number(value) or Decimal(0)
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


def duration_text(minutes: int, lang: Lang) -> str:
    """Return a span of whole minutes, for instance 31 小时, 1 小时 5 分钟, 31 hours; in days from three days on."""
    hours, rest = divmod(abs(minutes), 60)
    days, hours = divmod(hours, 24) if hours >= _HOURS_TO_DAYS else (0, hours)
    counted: tuple[tuple[int, str], ...] = ((days, "day"), (hours, "hour"), (rest, "minute"))
    parts = [f"{count} {_unit(unit, count, lang)}" for count, unit in counted if count]
    parts = parts or [f"0 {_unit('minute', 0, lang)}"]
    return ("-" if minutes < 0 else "") + " ".join(parts)


def span_text(value: int, unit: str, lang: Lang) -> str:
    """Return a policy's span, for instance 4 小时, 3 个工作日, 24 hours."""
    return f"{value} {_unit(unit, value, lang)}"


def _unit(unit: str, count: int, lang: Lang) -> str:
    return phrase(f"unit.{unit}_one" if lang == "en" and count == 1 else f"unit.{unit}", lang)


def label_of(value: Any, choices: Sequence[Choice]) -> str:
    """Return the label of a choice's value."""
    for choice in choices:
        if choice.value == value:
            return choice.label
    return str(value)


def join(items: Sequence[str], lang: Lang) -> str:
    """Return the items as a sentence lists them."""
    return (", " if lang == "en" else "、").join(items)


def _loose(value: Any) -> str:
    """Return a text, or whatever a schema without types lets stand in its place, as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def text_of(value: Any, kind: Kind, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
    """Return a typed value as a table cell or a box shows it; nothing for None."""
    return "" if value is None else _TEXTS[kind](value, lang, choices, unit)


def _plain(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return value if isinstance(value, str) else _loose(value)


def _capitals(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return traditional(_loose(value)) if lang == "zh-Hant" else _loose(value)


def _moment(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return date_text(value) if isinstance(value, date) else str(value)


def _choice(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return label_of(value, choices)


def _choices(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return join([label_of(item, choices) for item in value], lang)


def _list(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    items = [_loose(item) for item in value]
    return "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1)) if len(items) > 1 else "".join(items)


def _boolean(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return phrase("answer.yes" if value else "answer.no", lang)


def _duration(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return duration_text(value, lang)


def _percent(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return f"{number_text(value)}%"


def _money(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return money_text(value, unit)


def _number(value: Any, lang: Lang, choices: Sequence[Choice], unit: str) -> str:
    return f"{number_text(value)} {unit}" if unit else number_text(value)


_TEXTS: dict[Kind, Callable[[Any, Lang, Sequence[Choice], str], str]] = {
    Kind.TEXT: _plain,
    Kind.MULTILINE: _plain,
    Kind.SIGNATURE: _plain,
    Kind.MONTH: _plain,
    Kind.CAPITALS: _capitals,
    Kind.DATE: _moment,
    Kind.DATETIME: _moment,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.LIST: _list,
    Kind.BOOLEAN: _boolean,
    Kind.DURATION: _duration,
    Kind.PERCENT: _percent,
    Kind.MONEY: _money,
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
}


_LATIN_EM = 0.52


def ems(text: str) -> float:
    """Return the width of a text in characters of its size: a Chinese one counts 1, a Latin one about a half."""
    if text.isascii():
        return _LATIN_EM * len(text)
    return len(text) - (1 - _LATIN_EM) * len(text.encode("latin-1", "ignore"))

"""What expressions of the dialect may call. A function whose argument is missing has no value, like the expression."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, wraps
from typing import Any

from generator.formats import exact_number
from generator.rules.capitals import capitals
from generator.rules.policy import Policy

Rows = Iterable[Mapping[str, Any]]
Number = int | float | Decimal


def _needs_all(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function so that a missing argument, or no result, makes the whole expression have no value."""
    from jinja2 import Undefined, UndefinedError

    from generator.catalogue.sandbox import template_function

    @template_function
    @wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        for argument in (*arguments, *named.values()) if named else arguments:
            if argument is None or isinstance(argument, Undefined):
                raise UndefinedError("a field that the expression needs is missing")
        result = function(*arguments, **named)
        if result is None:
            raise UndefinedError("no value")
        return result

    return wrapped


def minutes(start: datetime, end: datetime) -> int:
    """Return the whole minutes from one moment to another."""
    return (end - start) // timedelta(minutes=1)


def before(one: date, other: date) -> bool:
    """Tell whether one moment lies before another; a day without a time is compared as a day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return _day(one) < _day(other)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _order(value: Any) -> Any:
    """Return what values are put in order by: a day without a time comes behind the moments of that day."""
    return (_day(value), not isinstance(value, datetime), value) if isinstance(value, date) else value


def column(rows: Rows, key: str) -> list[Any]:
    """Return the values of a column, without those of rows that have none."""
    return [row[key] for row in rows if row.get(key) is not None]


def total(rows: Rows, key: str) -> Any:
    """Return the sum of a column."""
    return sum(map(exact_number, column(rows, key)))


def count(rows: Rows, key: str, *values: Any) -> int:
    """Return how many rows have one of the values in a column; without values, how many have any."""
    return sum(1 for value in column(rows, key) if not values or value in values)


def where(rows: Rows, key: str, value: Any) -> list[Mapping[str, Any]]:
    """Return the rows that have a value in a column."""
    return [row for row in rows if row.get(key) == value]


def latest(rows: Rows, key: str) -> Any:
    """Return the greatest value of a column; None where there is none."""
    return max(column(rows, key), key=_order, default=None)


def earliest(rows: Rows, key: str) -> Any:
    """Return the least value of a column; None where there is none."""
    return min(column(rows, key), key=_order, default=None)


def mean(rows: Rows, key: str, digits: int = 2) -> Number | None:
    """Return the mean of a column, rounded half up; None where there is no value."""
    values = column(rows, key)
    return rounded(total(rows, key) / Decimal(len(values)), digits) if values else None


def rounded(number: Number, digits: int = 0) -> Number:
    """Return a number rounded half up, as people round; whole where nothing is left behind the point."""
    exact = exact_number(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def share(part: Number, whole: Number, digits: int = 1) -> Number | None:
    """Return what percentage one number is of another, rounded half up; None of nothing."""
    return rounded(exact_number(part) * 100 / exact_number(whole), digits) if whole else None


def growth(now: Number, before: Number, digits: int = 1) -> Number | None:
    """Return by how many percent a number has grown, rounded half up; None from nothing."""
    return share(exact_number(now) - exact_number(before), before, digits)


def weighted(score: Number, weight: Number, most: Number) -> Number:
    """Return a score's part of its weight: score × weight ÷ the most that can be scored, to four digits."""
    return rounded(exact_number(score) * exact_number(weight) / exact_number(most), 4)


def all_in(values: Collection[Any], allowed: Collection[Any]) -> bool:
    """Tell whether every value is among the allowed ones.

    Raises OutOfBounds where that would take too many steps.
    """
    from generator.catalogue.limits import spend

    spend(len(values) * len(allowed))
    return all(value in allowed for value in values)


def _filled(*parts: Any) -> int:
    """Return how many fields have a value, in sections and rows too; what is missing counts nothing."""
    from jinja2 import Undefined

    count = 0
    for part in parts:
        if isinstance(part, Mapping):
            count += _filled(*part.values())
        elif isinstance(part, list) and any(isinstance(row, Mapping) for row in part):
            count += _filled(*part)
        elif not isinstance(part, Undefined):
            count += part not in (None, "", [])
    return count


def month_before(month: str) -> str:
    """Return the month before a month, both written 2024-05."""
    year, number = map(int, month.split("-"))
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


class Numbering:
    """Running numbers of one document: a prefix, the day, and a count from the highest that was given."""

    def __init__(self, highest: Mapping[str, int] | None = None) -> None:
        self.counts: dict[str, int] = defaultdict(int, highest or {})

    def running(self, prefix: str, moment: date, period: str = "day") -> str:
        """Return the next number of that day, WT20231016-01, or of that `period="year"`, DA2023-0001."""
        yearly = period == "year"
        stem = f"{prefix}{moment:%Y}" if yearly else f"{prefix}{moment:%Y%m%d}"
        self.counts[stem] += 1
        return f"{stem}-{self.counts[stem]:0{4 if yearly else 2}d}"


_PLAIN: tuple[Callable[..., Any], ...] = (minutes, before, column, total, count, where, latest, earliest, mean, rounded)
_PLAIN += (share, growth, weighted, all_in, month_before, capitals)


@cache
def plain_functions() -> dict[str, Callable[..., Any]]:
    """Return the functions that need neither a policy nor a document's numbering."""
    from generator.catalogue.sandbox import template_function

    return {function.__name__: _needs_all(function) for function in _PLAIN} | {"filled": template_function(_filled)}


def functions(policy: Policy, numbering: Numbering, counted: set[int]) -> dict[str, Callable[..., Any]]:
    """Return the functions of `FUNCTIONS`, bound to a policy and a document's numbering.

    `counted` takes the years in which working days were counted.
    """

    def deadline(start: date, limit: str, table: str = "limits") -> date | None:
        end = policy.deadline(start, limit, table)
        if end and policy.counts_days(limit, table):
            counted.add(end.year)
        return end

    bound: dict[str, Callable[..., Any]] = {
        "target": policy.length,
        "deadline": deadline,
        "met": policy.met,
        "running": numbering.running,
    }
    return plain_functions() | {name: _needs_all(function) for name, function in bound.items()}

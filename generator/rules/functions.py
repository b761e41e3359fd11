"""What expressions of the dialect may call. A function whose argument is missing has no value, like the expression."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from generator.rules.policy import Policy


def _needs_all(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function so that a missing argument, or no result, makes the whole expression have no value."""
    from jinja2 import Undefined, UndefinedError

    @wraps(function)
    def wrapped(*arguments: Any) -> Any:
        if any(isinstance(a, Undefined) or a is None for a in arguments):
            raise UndefinedError("a field that the expression needs is missing")
        result = function(*arguments)
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


def total(rows: Iterable[Mapping[str, Any]], key: str) -> Any:
    """Return the sum of a column; rows without the value don't count."""
    return sum(row[key] for row in rows if row.get(key) is not None)


class Numbering:
    """Running numbers of one document: a prefix, the day, and a count from the highest that was given."""

    def __init__(self, highest: Mapping[str, int] | None = None) -> None:
        self.counts: dict[str, int] = defaultdict(int, highest or {})

    def running(self, prefix: str, moment: date) -> str:
        """Return the next number of that day, for instance WT20231016-01."""
        stem = f"{prefix}{moment:%Y%m%d}"
        self.counts[stem] += 1
        return f"{stem}-{self.counts[stem]:02d}"


def functions(policy: Policy, numbering: Numbering) -> dict[str, Callable[..., Any]]:
    """Return the functions of `FUNCTIONS`, bound to a policy and a document's numbering."""
    plain: dict[str, Callable[..., Any]] = {
        "target": policy.length,
        "minutes": minutes,
        "deadline": policy.deadline,
        "before": before,
        "running": numbering.running,
        "total": total,
    }
    return {name: _needs_all(function) for name, function in plain.items()}

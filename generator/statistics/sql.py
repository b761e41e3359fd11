"""SQL as a value of its own: put together of constant templates, quoted names and constants, and of nothing else.

What the engines run is an `Sql`, so a text that hasn't come through here is an error of types.
"""

import re
from collections.abc import Iterable
from dataclasses import InitVar, dataclass
from datetime import date, datetime, time
from functools import cache
from string import Formatter
from typing import LiteralString

_REGULAR = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MADE_HERE = object()


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL, or a whole query. Only the functions of this module make one; others raise TypeError."""

    text: str
    made_here: InitVar[object]

    def __post_init__(self, made_here: object) -> None:
        if made_here is not _MADE_HERE:
            raise TypeError("SQL is made by sql(), identifier(), literal() and their like")


def sql(template: LiteralString, /, **holes: Sql | int) -> Sql:
    """Return a constant template with each of its holes, `{name}`, filled.

    Raises TypeError where the holes aren't those of the template, or are filled with anything but SQL and whole
    numbers; ValueError for a hole within quotes.
    """
    parts = _parts(template)
    if {hole for _, hole in parts if hole is not None} != holes.keys():
        raise TypeError(f"the holes are {sorted(holes)}: {template}")
    return _made("".join(text if hole is None else text + _filling(holes[hole]) for text, hole in parts))


@cache
def _parts(template: str) -> tuple[tuple[str, str | None], ...]:
    """Return a template as its texts, each with the hole behind it."""
    parts, quotes = [], 0
    for text, hole, _, _ in Formatter().parse(template):
        quotes += text.count("'")
        if hole is not None and quotes % 2:
            raise ValueError(f"a hole within quotes: {template}")
        parts.append((text, hole))
    return tuple(parts)


def _filling(value: Sql | int) -> str:
    if isinstance(value, Sql):
        return value.text
    if type(value) is not int:
        raise TypeError(f"no SQL: {type(value).__name__}")
    return str(value)


def _made(text: str) -> Sql:
    return Sql(text, _MADE_HERE)


def join(separator: LiteralString, parts: Iterable[Sql]) -> Sql:
    """Return pieces with a constant between them."""
    return _made(separator.join(part.text for part in parts))


def listed(parts: Iterable[Sql]) -> Sql:
    """Return pieces as a list with commas."""
    return join(", ", parts)


def identifier(name: str) -> Sql:
    """Return any name, quoted."""
    return _made('"' + name.replace('"', '""') + '"')


def regular(name: str) -> Sql:
    """Return a name of ours as it stands.

    Raises ValueError for one that SQL would have to quote.
    """
    if not _REGULAR.fullmatch(name):
        raise ValueError(f"no regular identifier: {name}")
    return _made(name)


def columns(names: Iterable[str]) -> Sql:
    """Return names of ours as a list."""
    return listed(map(regular, names))


def literal(text: str) -> Sql:
    """Return a text as a constant."""
    return _made("'" + text.replace("'", "''") + "'")


def literals(texts: Iterable[str]) -> Sql:
    """Return texts as a list of constants."""
    return listed(map(literal, texts))


def moment(value: date) -> Sql:
    """Return a moment, or the first one of a day, as a constant."""
    exact = value if isinstance(value, datetime) else datetime.combine(value, time())
    return _made(f"timestamp '{exact.isoformat(' ')}'")


def day(value: date) -> Sql:
    """Return a day as a constant."""
    return _made(f"date '{value.isoformat()}'")


def minutes(count: int) -> Sql:
    """Return a length of time as a constant."""
    return _made(f"interval '{int(count)} minutes'")


def query_of_user(query: str) -> Sql:
    """Return a query that the user wrote, as a relation: the one text that isn't ours, run with their own rights."""
    return _made(f"({query.strip().rstrip(';')}\n) AS source")

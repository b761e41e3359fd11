"""Numbers given out from a desk's store: each once, whoever else asks at the same time."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from generator.desk.store import Store
from generator.desk.store import tables as t
from generator.numbers import NumberPattern

_GIVING = 0x6E756D62
"""The number by which whoever gives out numbers waits for the others, where the store takes several writers."""


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of a pattern on a day.

    `name`: of the pattern; `forms`: whose records bear such numbers; `is_identity`: they are what the records of its
    one form are known by.
    """

    name: str
    pattern: NumberPattern
    day: date
    forms: tuple[str, ...]
    is_identity: bool = False


Reserve = Callable[[int, int], int]
"""Returns the first of as many counts in a row as are wanted that nobody has elsewhere: at least the first argument."""


def give(store: Store, series: Series, many: int, reserve: Reserve) -> list[str]:
    """Give out the next numbers of a series; no two callers get the same, and none that a record has already."""
    numbers: list[str] = []
    with store.writing() as connection:
        if not store.is_file:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_GIVING)))
        is_free = _is_free(connection, series)
        before = last = _last(connection, series)
        while wanted := many - len(numbers):
            first = reserve((last or 0) + 1, wanted)
            last = first + wanted - 1
            made = (series.pattern.number(series.day, count) for count in range(first, last + 1))
            numbers += filter(is_free, made)
        _note(connection, series, last, is_new=before is None)
    return numbers


def _stem(series: Series) -> str:
    """Return what numbers that are counted together have in common, without the sign that no database server takes."""
    return series.pattern.stem(series.day).replace("\0", "{seq}")


def _last(connection: Connection, series: Series) -> int | None:
    stem = _stem(series)
    query = sa.select(t.numbers.c.last).where(t.numbers.c.form == series.name, t.numbers.c.stem == stem)
    return connection.execute(query).scalar()


def _note(connection: Connection, series: Series, last: int | None, *, is_new: bool) -> None:
    columns, stem = t.numbers.c, _stem(series)
    if is_new:
        connection.execute(t.numbers.insert().values(form=series.name, stem=stem, last=last))
    else:
        where = sa.and_(columns.form == series.name, columns.stem == stem)
        connection.execute(t.numbers.update().where(where).values(last=last))


def _is_free(connection: Connection, series: Series) -> Callable[[str], bool]:
    """Return what tells whether no record bears a number: by the index, or by what all records say that may."""
    columns = t.records.c
    same = columns.form.in_(series.forms)
    if series.is_identity:
        listed = sa.select(columns.id).where(same).limit(1)
        return lambda number: connection.execute(listed.where(columns.number == number)).first() is None
    begins = json.dumps(series.pattern.stem(series.day).partition("\0")[0])[1:-1]  # as the database holds it
    text = sa.cast(columns.raw, sa.Text)
    said = list(connection.execute(sa.select(text).where(same, text.contains(begins, autoescape=True))).scalars())
    return lambda number: not any(json.dumps(number) in one for one in said)

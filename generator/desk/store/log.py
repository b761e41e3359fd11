"""The log of who looked at or took what, as it is read; lines are written by `Store.note` alone, and never changed."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from generator.desk.store import Store
from generator.desk.store import tables as t

PAGE = 200
"""Lines that are shown at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; what is empty doesn't matter. `since`, `until`: moments as the log has them."""

    who: str = ""
    action: str = ""
    form: str = ""
    record: str = ""
    since: str = ""
    until: str = ""
    before: int = 0


def lines(store: Store, wanted: Wanted, limit: int = PAGE) -> "list[Row[Any]]":
    """Return lines of the log, the last first; with one more than `limit` where there are earlier ones."""
    columns = t.audit.c
    query = sa.select(t.audit).order_by(columns.id.desc()).limit(limit + 1)
    equal = {columns.who: wanted.who, columns.action: wanted.action, columns.form: wanted.form}
    for column, value in {**equal, columns.record_id: wanted.record}.items():
        query = query.where(column == value) if value else query
    query = query.where(columns.at >= wanted.since) if wanted.since else query
    query = query.where(columns.at < wanted.until) if wanted.until else query
    query = query.where(columns.id < wanted.before) if wanted.before else query
    with store.reading() as connection:
        return list(connection.execute(query))


def said(store: Store, column: str) -> list[str]:
    """Return what stands in a column of the log, each once."""
    query = sa.select(t.audit.c[column]).distinct().order_by(t.audit.c[column])
    with store.reading() as connection:
        return [value for value in connection.execute(query).scalars() if value]

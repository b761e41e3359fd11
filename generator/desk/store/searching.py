"""Records found by form, state, day, and words that they hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from generator.desk.store import Store
from generator.desk.store import tables as t

STATES = ("draft", "final", "void")
PAGE = 50
"""Records of a page of what was found."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `words`: all of them stand in values of a record; days: when it was last written."""

    form: str = ""
    state: str = ""
    words: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    id: str
    form: str
    title: str
    number: str
    status: str
    created_at: str
    updated_by: str
    updated_at: str


def search(store: Store, wanted: Search, zone: ZoneInfo, page: int = 1) -> tuple[list[Hit], bool]:
    """Return a page of the records that were found, those that were written last first, and whether there are more."""
    hits: list[Hit] = []
    skipped = (page - 1) * PAGE
    for hit in _hits(store, wanted, zone):
        if skipped:
            skipped -= 1
        elif len(hits) < PAGE:
            hits.append(hit)
        else:
            return hits, True
    return hits, False


def _hits(store: Store, wanted: Search, zone: ZoneInfo) -> Iterator[Hit]:
    columns = t.records.c
    named = (columns.id, columns.form, columns.title, columns.number, columns.status)
    query = sa.select(*named, columns.created_at, columns.updated_by, columns.updated_at, columns.raw)
    query = query.where(*_conditions(wanted, zone)).order_by(columns.updated_at.desc(), columns.position, columns.id)
    with store.reading() as connection:
        for row in connection.execution_options(yield_per=PAGE).execute(query):
            if all(_holds(row.raw, word.casefold()) for word in wanted.words):
                yield Hit(
                    row.id,
                    row.form,
                    row.title,
                    row.number or "",
                    row.status,
                    row.created_at,
                    row.updated_by,
                    row.updated_at,
                )


def _conditions(wanted: Search, zone: ZoneInfo) -> Iterator[Any]:
    columns = t.records.c
    if wanted.form:
        yield columns.form == wanted.form
    if wanted.state:
        yield columns.status == wanted.state
    if wanted.first is not None:
        yield columns.updated_at >= _utc(wanted.first, zone)
    if wanted.last is not None:
        yield columns.updated_at < _utc(wanted.last + timedelta(days=1), zone)
    for word in wanted.words:
        text = json.dumps(word)[1:-1]  # as the database holds it
        yield sa.cast(columns.raw, sa.Text).icontains(text, autoescape=True)


def _utc(day: date, zone: ZoneInfo) -> str:
    return datetime.combine(day, time(), zone).astimezone(UTC).isoformat(timespec="milliseconds")


def _holds(value: Any, word: str) -> bool:
    """Tell whether a word stands in a value, or in any of those within it; names of fields don't count."""
    if isinstance(value, Mapping):
        return any(_holds(one, word) for one in value.values())
    if isinstance(value, list):
        return any(_holds(one, word) for one in value)
    return value is not None and word in str(value).casefold()

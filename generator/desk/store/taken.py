"""What the store knows of files that were given to the desk: what was taken of them, and what their columns are."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from generator.desk.store import Store
from generator.desk.store import tables as t
from generator.errors import pointer_key

T = TypeVar("T")

_AT_ONCE = 500
"""Values that are asked for, or rows that are written, at once."""


@dataclass(frozen=True, slots=True)
class Given:
    """A record that was read from a file, as the store takes it.

    `mark`: what it is known by, `content`: all that it says, both as sums; `number`: its own, where it has one; `row`:
    where it stood.
    """

    raw: Mapping[str, Any]
    mark: str
    content: str
    number: str = ""
    title: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A record that is on the desk already: its id, and whether it says the same."""

    record: str
    same: bool


@dataclass(slots=True)
class Took:
    """What became of given records, each by its place among them: the id of the new one, or the known one."""

    new: dict[int, str] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)


def known_of(store: Store, form: str, identity: str, given: Sequence[Given]) -> dict[int, Known]:
    """Return which of some records the desk has already, by their places. `identity`: the pointer of their numbers."""
    with store.reading() as connection:
        return _known_of(connection, form, identity, given)


def _known_of(connection: Connection, form: str, identity: str, given: Sequence[Given]) -> dict[int, Known]:
    marked = dict(_marked(connection, form, [one.mark for one in given]))
    numbers = [one.number for one in given if one.number and one.mark not in marked]
    numbered = dict(_numbered(connection, form, identity, numbers)) if identity else {}
    found: dict[int, Known] = {}
    for at, one in enumerate(given):
        if one.mark in marked:
            record, content = marked[one.mark]
            found[at] = Known(record, content == one.content)
        elif one.number in numbered:
            record, raw = numbered[one.number]
            found[at] = Known(record, raw == one.raw)
    return found


def _marked(connection: Connection, form: str, marks: Sequence[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    columns = t.taken.c
    for some in _some(dict.fromkeys(marks)):
        query = sa.select(columns.mark, columns.record_id, columns.content)
        for row in connection.execute(query.where(columns.form == form, columns.mark.in_(some))):
            yield row.mark, (row.record_id, row.content)


def _numbered(
    connection: Connection, form: str, identity: str, numbers: Iterable[str]
) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield the records that have one of some numbers, wherever they came from."""
    columns = t.records.c
    own = columns.raw[tuple(pointer_key(step) for step in identity.split("/")[1:])].as_string()
    for some in _some(dict.fromkeys(numbers)):
        query = sa.select(columns.id, columns.raw, own.label("own"))
        for row in connection.execute(query.where(columns.form == form, own.in_(some))):
            yield row.own, (row.id, row.raw)


def take_in(store: Store, form: str, identity: str, lang: str, by: str, file: str, given: Sequence[Given]) -> Took:
    """Put in a draft for each record that the desk hasn't; all of them or none."""
    at = _now()
    with store.writing() as connection:
        took = _told_apart(connection, form, identity, given)
        took.new = {place: secrets.token_hex(16) for place in took.new}
        for some in _some((name, given[place], place) for place, name in took.new.items()):
            _insert(connection, form, lang, by, at, some)
            connection.execute(t.taken.insert(), [_noted(form, name, file, one, at) for name, one, _ in some])
    return took


def _told_apart(connection: Connection, form: str, identity: str, given: Sequence[Given]) -> Took:
    """Return which records are known, be it from further up in the same file, and which are new."""
    took = Took(known=_known_of(connection, form, identity, given))
    above: dict[str, Given] = {}
    for place, one in enumerate(given):
        if place in took.known:
            continue
        if one.mark in above:
            took.known[place] = Known("", above[one.mark].content == one.content)
        else:
            above[one.mark], took.new[place] = one, ""
    return took


_Fresh = tuple[str, Given, int]
"""A new record: its id, what it says, and its place in its file."""


def _insert(connection: Connection, form: str, lang: str, by: str, at: str, fresh: Iterable[_Fresh]) -> None:
    shared = {"form": form, "lang": lang, "status": "draft", "revision": 1, "version": 0}
    shared |= {"created_by": by, "created_at": at, "updated_by": by, "updated_at": at}
    rows = [{"id": name, "raw": one.raw, "title": one.title, "position": place, **shared} for name, one, place in fresh]
    connection.execute(t.records.insert(), rows)
    drafts = [{"record_id": row["id"], "revision": 1, "raw": row["raw"], "by": by, "at": at} for row in rows]
    connection.execute(t.drafts.insert(), drafts)


def _noted(form: str, record: str, file: str, one: Given, at: str) -> dict[str, Any]:
    return {
        "form": form,
        "mark": one.mark,
        "content": one.content,
        "record_id": record,
        "file": file,
        "row": one.row,
        "at": at,
    }


@dataclass(frozen=True, slots=True)
class Register:
    """A register's draft that rows are put into.

    `name`: its id, empty for a new one; `key`: under which its rows stand; `head`: what stands beside them, where the
    register doesn't say it; `most`: rows that it may have.
    """

    form: str
    lang: str
    key: str
    title: str
    most: int
    name: str = ""
    head: Mapping[str, Any] = field(default_factory=dict)


def put_rows(store: Store, register: Register, by: str, file: str, given: Sequence[Given]) -> Took | None:
    """Put rows that the desk hasn't into a register's draft, behind those that it has; all of them or none.

    A register that is new is begun where there is a row to put in. None where there is no such draft, or not that much
    room in it.
    """
    at = _now()
    with store.writing() as connection:
        took = _told_apart(connection, register.form, "", given)
        fresh = [given[place] for place in took.new]
        name = register.name or secrets.token_hex(16)
        if fresh and not _extended(connection, register, name, fresh, by, at):
            return None
        took.new = dict.fromkeys(took.new, name)
        for some in _some(fresh):
            noted = [_noted(register.form, name, file, one, at) for one in some]
            connection.execute(t.taken.insert(), noted)
    return took


def _extended(connection: Connection, register: Register, name: str, fresh: Sequence[Given], by: str, at: str) -> bool:
    """Write rows into a register's draft; tell whether it took them."""
    rows: list[Any] = [one.raw for one in fresh]
    if not register.name:
        whole = Given({**register.head, register.key: rows}, "", "", title=register.title)
        if len(rows) <= register.most:
            _insert(connection, register.form, register.lang, by, at, [(name, whole, 0)])
        return len(rows) <= register.most
    row = connection.execute(sa.select(t.records).where(t.records.c.id == name).with_for_update()).first()
    if row is None or row.status != "draft" or row.form != register.form:
        return False
    rows = [*(row.raw.get(register.key) or []), *rows]
    if len(rows) > register.most:
        return False
    raw, revision = {**register.head, **row.raw, register.key: rows}, row.revision + 1
    written = {"raw": raw, "revision": revision, "updated_by": by, "updated_at": at}
    connection.execute(t.records.update().where(t.records.c.id == name).values(**written))
    connection.execute(t.drafts.insert().values(record_id=name, revision=revision, raw=raw, by=by, at=at))
    return True


def origins(store: Store, record: str) -> list[str]:
    """Return the names of the files that a record was read from, the last first."""
    query = sa.select(t.taken.c.file, sa.func.max(t.taken.c.at)).where(t.taken.c.record_id == record)
    with store.reading() as connection:
        rows = connection.execute(query.group_by(t.taken.c.file).order_by(sa.func.max(t.taken.c.at).desc()))
        return [row[0] for row in rows]


# --- what columns are ---


def matches(store: Store, form: str) -> dict[str, str]:
    """Return what people said that columns of lists are to a form: the pointer of a field, nothing for none."""
    query = sa.select(t.matches.c.column, t.matches.c.pointer).where(t.matches.c.form == form)
    with store.reading() as connection:
        return {row.column: row.pointer for row in connection.execute(query)}


def remember(store: Store, form: str, said: Mapping[str, str], forgotten: Iterable[str] = ()) -> None:
    """Keep what columns are to a form, and forget what some others were."""
    columns = t.matches.c
    with store.writing() as connection:
        gone = [*said, *forgotten]
        connection.execute(t.matches.delete().where(columns.form == form, columns.column.in_(gone)))
        rows = [{"form": form, "column": column, "pointer": pointer} for column, pointer in said.items()]
        connection.execute(t.matches.insert(), rows)


def _some(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield items a few at a time."""
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

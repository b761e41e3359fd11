"""Cases in a desk's store: their records, what was given out of them."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from generator.desk.papers import Given, Taken
from generator.desk.store import Store
from generator.desk.store import tables as t

VOID = "void"
"""The status of a record that no longer counts."""


def begin_case(store: Store, title: str) -> str:
    """Put in a new case; return its id."""
    with store.writing() as connection:
        return _begin(connection, title)


def _begin(connection: Connection, title: str) -> str:
    name, at = secrets.token_hex(16), _now()
    connection.execute(t.cases.insert().values(id=name, title=title, created_at=at, updated_at=at))
    return name


def case_of(store: Store, name: str) -> "Row[Any] | None":
    """Return a case; None where there is none of that id."""
    with store.reading() as connection:
        return connection.execute(sa.select(t.cases).where(t.cases.c.id == name)).first()


def rename(store: Store, name: str, title: str) -> None:
    """Give a case another title."""
    with store.writing() as connection:
        connection.execute(t.cases.update().where(t.cases.c.id == name).values(title=title, updated_at=_now()))


def listed(store: Store, words: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """Return cases with the count of their records, those that were worked on last first.

    `words`: part of the title, or of a title or number of a record. A case without a title has that of its first
    record that has one.
    """
    columns = (t.cases.c.id, t.cases.c.title, t.cases.c.created_at)
    worked = sa.func.max(sa.func.coalesce(t.records.c.updated_at, t.cases.c.updated_at))
    query = (
        sa.select(*columns, sa.func.count(t.records.c.id).label("count"), worked.label("worked"))
        .select_from(t.cases.outerjoin(t.records, t.records.c.case_id == t.cases.c.id))
        .group_by(*columns)
        .order_by(worked.desc(), t.cases.c.id)
        .limit(limit)
    )
    if words:
        like = _like(words)
        own = sa.select(t.records.c.case_id).where(
            t.records.c.case_id.is_not(None), sa.or_(t.records.c.title.like(like), t.records.c.number.like(like))
        )
        query = query.where(sa.or_(t.cases.c.title.like(like), t.cases.c.id.in_(own)))
    with store.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(query)]
        titles = _titles(connection, [row["id"] for row in rows])
    return [{**row, "title": row["title"] or titles.get(row["id"], "")} for row in rows]


def title_of(store: Store, name: str) -> str:
    """Return what a case is called."""
    found = case_of(store, name)
    if found is None or found.title:
        return found.title if found else ""
    with store.reading() as connection:
        return _titles(connection, [name]).get(name, "")


def _titles(connection: Connection, names: Collection[str]) -> dict[str, str]:
    query = (
        sa.select(t.records.c.case_id, t.records.c.title)
        .where(t.records.c.case_id.in_(names), t.records.c.title != "")
        .order_by(t.records.c.case_id, t.records.c.position.desc())
    )
    return {row.case_id: row.title for row in connection.execute(query)}


# --- records ---


def papers(store: Store, case: str) -> "list[Row[Any]]":
    """Return the records of a case in their order, with what they say."""
    query = sa.select(t.records).where(t.records.c.case_id == case).order_by(t.records.c.position, t.records.c.id)
    with store.reading() as connection:
        return list(connection.execute(query))


def states(store: Store, forms: Collection[str]) -> dict[str, tuple[tuple[str, int, bool], ...]]:
    """Return of each case, and of each record of some forms that is in none, how it stands: of each of its records, in
    their order, the id, the revision, and whether it is final or was given out. Cases come first; what is void is left
    out.
    """
    columns = t.records.c
    wanted = sa.or_(columns.case_id.is_not(None), columns.form.in_(sorted(forms)))
    query = (
        sa.select(columns.id, columns.case_id, columns.revision, columns.status)
        .where(wanted, columns.status != VOID)
        .order_by(columns.case_id.is_(None), columns.case_id, columns.position, columns.created_at, columns.id)
    )
    given = given_out(store)
    found: dict[str, list[tuple[str, int, bool]]] = {}
    with store.reading() as connection:
        for name, case, revision, status in connection.execute(query):
            found.setdefault(case or name, []).append((name, revision, status == "final" or name in given))
    return {name: tuple(state) for name, state in found.items()}


def said_of(store: Store, names: Sequence[str]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return the form of records, and what they say, by their ids."""
    columns = t.records.c
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    with store.reading() as connection:
        for at in range(0, len(names), _AT_ONCE):
            some = columns.id.in_(names[at : at + _AT_ONCE])
            query = sa.select(columns.id, columns.form, columns.raw).where(some)
            found |= {row.id: (row.form, row.raw) for row in connection.execute(query)}
    return found


_AT_ONCE = 500
"""Records that are asked for at once."""


def cases_of(store: Store, names: Collection[str]) -> dict[str, str]:
    """Return the cases of some records, by their ids."""
    columns = t.records.c
    query = sa.select(columns.id, columns.case_id).where(columns.id.in_(names), columns.case_id.is_not(None))
    with store.reading() as connection:
        return {row.id: row.case_id for row in connection.execute(query)}


def loose(store: Store, words: str = "", limit: int = 20) -> "list[Row[Any]]":
    """Return records that are in no case, those that were written last first."""
    columns = [column for column in t.records.c if column.name != "raw"]
    query = sa.select(*columns).where(t.records.c.case_id.is_(None)).order_by(t.records.c.updated_at.desc())
    if words:
        query = query.where(sa.or_(t.records.c.title.like(_like(words)), t.records.c.number.like(_like(words))))
    with store.reading() as connection:
        return list(connection.execute(query.limit(limit)))


def begin_record(store: Store, case: str, form: str, lang: str, by: str, raw: Mapping[str, Any], title: str) -> str:
    """Put in a new draft of a case, behind its other records; return its id."""
    name = store.begin(form, lang, by, raw, case)
    with store.writing() as connection:
        connection.execute(t.records.update().where(t.records.c.id == name).values(title=title))
    return name


def put_in(store: Store, record: str, case: str) -> bool:
    """Put a record into a case, behind the others; tell whether it could be: it is there, and in no other case."""
    with store.writing() as connection:
        last = sa.select(sa.func.max(t.records.c.position)).where(t.records.c.case_id == case)
        position = (connection.execute(last).scalar() or 0) + 1
        is_free = sa.and_(t.records.c.id == record, t.records.c.case_id.is_(None))
        done = connection.execute(t.records.update().where(is_free).values(case_id=case, position=position))
        return bool(done.rowcount)


def take_out(store: Store, record: str, case: str) -> None:
    """Take a record out of its case; it stays on the desk."""
    with store.writing() as connection:
        is_in = sa.and_(t.records.c.id == record, t.records.c.case_id == case)
        connection.execute(t.records.update().where(is_in).values(case_id=None, position=0))


# --- given out ---


def entries(store: Store, case: str) -> "list[Row[Any]]":
    """Return the records that documents were given out with, as they were."""
    with store.reading() as connection:
        return list(connection.execute(_of(t.case_entries, case)))


def issues(store: Store, case: str) -> "list[Row[Any]]":
    """Return what was given out of a case, in order."""
    with store.reading() as connection:
        return list(connection.execute(_of(t.case_issues, case)))


def given_out(store: Store) -> set[str]:
    """Return the ids of all records of which a document has been given out that isn't void."""
    with store.reading() as connection:
        rows = list(connection.execute(sa.select(t.case_issues).order_by(t.case_issues.c.n)))
    void = {(row.case_id, row.note["voids"]) for row in rows if "voids" in row.note}
    return {row.record_id for row in rows if "voids" not in row.note and (row.case_id, row.n) not in void}


def note_issue(store: Store, case: str, given: Given, by: str) -> int | None:
    """Note a document that was given out; return which it is. None where another one was given out meanwhile."""
    n = given.after + 1
    note = {"case_id": case, "n": n, "record_id": given.record, "note": given.note, "by": by, "at": _now()}
    try:
        with store.writing() as connection:
            if connection.execute(_count(t.case_issues, case)).scalar() != given.after:
                return None
            connection.execute(t.case_issues.insert().values(**note))
            _add_entries(connection, case, given.entries)
    except sa.exc.IntegrityError:  # by a writer beside us, where the store takes several
        return None
    return n


def _add_entries(connection: Connection, case: str, more: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    count = connection.execute(_count(t.case_entries, case)).scalar() or 0
    for n, (record, form, raw) in enumerate(more, count + 1):
        connection.execute(t.case_entries.insert().values(case_id=case, n=n, record_id=record, form=form, raw=raw))


def held_alike(store: Store, taken: Sequence[Taken]) -> dict[str, list[Mapping[str, Any]]]:
    """Return by form what records say that bear the numbers of some that a file brings."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    with store.reading() as connection:
        for form, number in {(one.form, one.number) for one in taken if one.number}:
            same = sa.and_(t.records.c.form == form, t.records.c.number == number)
            rows = connection.execute(sa.select(t.records.c.raw).where(same))
            found.setdefault(form, []).extend(row.raw for row in rows)
    return found


def take_case(
    store: Store, title: str, taken: Sequence[Taken], notes: Sequence[Mapping[str, Any]], lang: str, by: str
) -> str:
    """Put in a case that a file holds; return its id."""
    with store.writing() as connection:
        case = _begin(connection, title)
        names = [_take(connection, case, n, one, lang, by) for n, one in enumerate(taken, 1)]
        held = max((note["records"] for note in notes), default=0)
        kept = list(zip(names, taken, strict=True))[:held]
        _add_entries(connection, case, [(name, one.form, one.raw) for name, one in kept])
        for n, note in enumerate(notes, 1):
            made = {"case_id": case, "n": n, "record_id": _printed(note, names, taken), "note": note}
            connection.execute(t.case_issues.insert().values(**made, by=by, at=_now()))
        return case


def _printed(note: Mapping[str, Any], names: Sequence[str], taken: Sequence[Taken]) -> str:
    """Return the record that a document was made of: the last of its form by then."""
    upto = list(zip(names, taken, strict=True))[: note["records"]]
    return next((name for name, one in reversed(upto) if one.form == note["form"]), "")


def _take(connection: Connection, case: str, position: int, one: Taken, lang: str, by: str) -> str:
    name, at = secrets.token_hex(16), _now()
    connection.execute(
        t.records.insert().values(
            id=name,
            form=one.form,
            lang=lang,
            case_id=case,
            position=position,
            number=one.number if one.is_final else None,
            title=one.title,
            status="final" if one.is_final else "draft",
            revision=1,
            version=1 if one.is_final else 0,
            raw=one.raw,
            created_by=by,
            created_at=at,
            updated_by=by,
            updated_at=at,
        )
    )
    connection.execute(t.drafts.insert().values(record_id=name, revision=1, raw=one.raw, by=by, at=at))
    if one.is_final:
        version = {"record_id": name, "version": 1, "raw": one.raw, "changes": [], "reason": "", "by": by, "at": at}
        connection.execute(t.versions.insert().values(**version))
    return name


def _of(table: sa.Table, case: str) -> Any:
    return sa.select(table).where(table.c.case_id == case).order_by(table.c.n)


def _count(table: sa.Table, case: str) -> Any:
    return sa.select(sa.func.count()).select_from(table).where(table.c.case_id == case)


def _like(words: str) -> str:
    return f"%{words.replace('%', '').replace('_', '')}%"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

"""Where a desk keeps its records: SQLite in a folder, or a PostgreSQL database of a team's own."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine, Row

from generator.desk.store import tables as t
from generator.errors import MachineError, Place, UsageError, fail

StoreError = sa.exc.DBAPIError
"""What is raised where the store can't be read or written."""

STORE = "desk.db"
KEPT = 200
"""Drafts of a record that are kept."""

PATIENCE = 20.0
"""Seconds to wait for another writer."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else has written the record meanwhile: who, when, and what it says now."""

    by: str
    at: str
    revision: int
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Store:
    """A desk's records, users, cases and log. All times are UTC, as RFC 3339."""

    engine: Engine
    is_file: bool = field(default=True)

    @classmethod
    def open(cls, where: str) -> "Store":
        """Return the store of a folder or a database's URL, brought up to date.

        Raises UsageError (E-desk-data) for a place that can't be used, MachineError (E-desk-newer) for a store that a
        newer version has written.
        """
        engine, is_file = _engine(where)
        store = cls(engine, is_file)
        try:
            with engine.connect() as connection:
                is_current = _is_current(connection)
            if not is_current:
                with store.writing() as connection:
                    _migrate(connection, is_file=is_file)
        except sa.exc.SQLAlchemyError:
            raise fail(UsageError, "E-desk-data", Place(_shown(where))) from None
        return store

    def close(self) -> None:
        """Let go of the store."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection within a transaction; one writer at a time, where the store is a file."""
        with self.engine.connect() as connection:
            if self.is_file:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise
                connection.exec_driver_sql("COMMIT")
            else:
                with connection.begin():
                    yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection to read by."""
        with self.engine.connect() as connection:
            yield connection

    # --- records ---

    def begin(self, form: str, lang: str, by: str, raw: Mapping[str, Any], case: str | None = None) -> str:
        """Put in a new draft; return its id."""
        name, at = secrets.token_hex(16), _now()
        with self.writing() as connection:
            position = 0
            if case:
                last = sa.select(sa.func.max(t.records.c.position)).where(t.records.c.case_id == case)
                position = (connection.execute(last).scalar() or 0) + 1
            connection.execute(
                t.records.insert().values(
                    id=name,
                    form=form,
                    lang=lang,
                    case_id=case,
                    position=position,
                    status="draft",
                    revision=1,
                    version=0,
                    raw=raw,
                    title="",
                    created_by=by,
                    created_at=at,
                    updated_by=by,
                    updated_at=at,
                )
            )
            connection.execute(t.drafts.insert().values(record_id=name, revision=1, raw=raw, by=by, at=at))
        return name

    def record(self, name: str) -> "Row[Any] | None":
        """Return a record; None where there is none of that id."""
        with self.reading() as connection:
            return connection.execute(sa.select(t.records).where(t.records.c.id == name)).first()

    def save(self, name: str, base: int, raw: Mapping[str, Any], by: str, title: str = "") -> int | Conflict | None:
        """Write a draft over the revision that it was made from; return the new revision.

        None where there is no such record, a Conflict where somebody else has written meanwhile: nothing is changed.
        """
        with self.writing() as connection:
            row = connection.execute(sa.select(t.records).where(t.records.c.id == name).with_for_update()).first()
            if row is None:
                return None
            if row.raw == raw:
                return int(row.revision)
            if row.revision != base:
                return Conflict(row.updated_by, row.updated_at, row.revision, row.raw)
            at, revision = _now(), base + 1
            status = "draft" if row.status == "final" else row.status
            connection.execute(
                t.records.update()
                .where(t.records.c.id == name)
                .values(raw=raw, revision=revision, updated_by=by, updated_at=at, title=title, status=status)
            )
            connection.execute(t.drafts.insert().values(record_id=name, revision=revision, raw=raw, by=by, at=at))
            old = sa.and_(t.drafts.c.record_id == name, t.drafts.c.revision <= revision - KEPT)
            connection.execute(t.drafts.delete().where(old))
            return revision

    def has_draft(self, name: str, after: int, raw: Mapping[str, Any]) -> bool:
        """Tell whether one of the drafts of a record that came after a revision says just this."""
        query = sa.select(t.drafts.c.raw).where(t.drafts.c.record_id == name, t.drafts.c.revision > after)
        with self.reading() as connection:
            return any(held == raw for held in connection.execute(query).scalars())

    def finish(
        self,
        name: str,
        base: int,
        raw: Mapping[str, Any],
        changes: list[Any],
        by: str,
        number: str | None,
        reason: str,
        *,
        is_own: bool = True,
        title: str | None = None,
    ) -> int | Conflict | None:
        """Make a record final: a version that stays. Returns its number; None and Conflict as `save`.

        `is_own`: the number is the paper's own, and not its matter's, of which there may be several papers. Raises
        UsageError (E-desk-number) where another final record of the form has its own number.
        """
        with self.writing() as connection:
            row = connection.execute(sa.select(t.records).where(t.records.c.id == name).with_for_update()).first()
            if row is None:
                return None
            if row.revision != base:
                return Conflict(row.updated_by, row.updated_at, row.revision, row.raw)
            if number is not None and is_own:
                same = sa.and_(t.records.c.form == row.form, t.records.c.number == number, t.records.c.id != name)
                if connection.execute(sa.select(t.records.c.id).where(same, t.records.c.status == "final")).first():
                    raise fail(UsageError, "E-desk-number")
            version, at = row.version + 1, _now()
            connection.execute(
                t.versions.insert().values(
                    record_id=name, version=version, raw=raw, changes=changes, reason=reason, by=by, at=at
                )
            )
            final = {"status": "final", "version": version, "raw": raw, "number": number, "revision": base + 1}
            final |= {} if title is None else {"title": title}
            changed = t.records.update().where(t.records.c.id == name)
            connection.execute(changed.values(**final, updated_by=by, updated_at=at))
            return int(version)

    def versions(self, name: str) -> "list[Row[Any]]":
        """Return what of a record was made final, the last first."""
        query = sa.select(t.versions).where(t.versions.c.record_id == name).order_by(t.versions.c.version.desc())
        with self.reading() as connection:
            return list(connection.execute(query))

    def listed(self, *, form: str = "", status: str = "", words: str = "", limit: int = 50) -> "list[Row[Any]]":
        """Return records, those that were written last first."""
        columns = [column for column in t.records.c if column.name != "raw"]
        query = sa.select(*columns).order_by(t.records.c.updated_at.desc()).limit(limit)
        if form:
            query = query.where(t.records.c.form == form)
        if status:
            query = query.where(t.records.c.status == status)
        if words:
            like = f"%{words.replace('%', '').replace('_', '')}%"
            query = query.where(sa.or_(t.records.c.title.like(like), t.records.c.number.like(like)))
        with self.reading() as connection:
            return list(connection.execute(query))

    # --- what was looked at ---

    def note(self, who: str, action: str, record: str = "", form: str = "", detail: str = "") -> None:
        """Write a line of the log, sealed with the one before it."""
        with self.writing() as connection:
            if not self.is_file:  # one line at a time, or two would be sealed with the same one before them
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOG)))
            before = connection.execute(sa.select(t.audit.c.seal).order_by(t.audit.c.id.desc()).limit(1)).scalar()
            line = {
                "at": _now(),
                "who": who,
                "action": action,
                "record_id": record,
                "form": form,
                "detail": detail[:200],
            }
            connection.execute(t.audit.insert().values(**line, seal=_seal(line, before or "")))

    def log(self, limit: int = 200) -> "list[Row[Any]]":
        """Return the last lines of the log."""
        with self.reading() as connection:
            return list(connection.execute(sa.select(t.audit).order_by(t.audit.c.id.desc()).limit(limit)))

    def broken_seal(self) -> int | None:
        """Return the first line of the log that isn't as it was written; None where all are."""
        before = ""
        with self.reading() as connection:
            for row in connection.execute(sa.select(t.audit).order_by(t.audit.c.id)):
                line = {name: getattr(row, name) for name in ("at", "who", "action", "record_id", "form", "detail")}
                if _seal(line, before) != row.seal:
                    return int(row.id)
                before = row.seal
        return None


_LOG = 0x6269616F
"""The number by which whoever writes the log waits for the others."""


def _seal(line: Mapping[str, str], before: str) -> str:
    return sha256((before + json.dumps(line, ensure_ascii=False, sort_keys=True)).encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _engine(where: str) -> tuple[Engine, bool]:
    if "://" in where:
        url = sa.make_url(where)
        if url.get_backend_name() == "postgresql" and url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True), url.get_backend_name() == "sqlite"
    folder = Path(where)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / STORE).touch(mode=0o600)  # what SQLite puts beside it has the same rights
    except OSError:
        raise fail(UsageError, "E-desk-data", Place(where)) from None
    engine = sa.create_engine(
        f"sqlite:///{(folder / STORE).absolute()}",
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # what is written may be personal, and errors are logged
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine, True


def _prepare(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _is_current(connection: Connection) -> bool:
    """Tell whether a store is up to date; refuse one that a newer version has written."""
    script = ScriptDirectory.from_config(_migrations())
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    held = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if held is not None and held not in {one.revision for one in script.walk_revisions()}:
        raise fail(MachineError, "E-desk-newer")
    return held == script.get_current_head()


def _migrate(connection: Connection, *, is_file: bool) -> None:
    """Bring a store up to date, unless somebody else has done it meanwhile."""
    if not is_file:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOG)))
    if not _is_current(connection):
        config = _migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _shown(where: str) -> str:
    """Return a place without a password."""
    return sa.make_url(where).render_as_string(hide_password=True) if "://" in where else where

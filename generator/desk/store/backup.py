"""A whole store in one file: a SQLite file of its own with the same tables, whatever the store is kept in.

It is read at one moment while the desk goes on, and put back by way of today's tables, so that a file of an earlier
version is brought up to date on the way.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from generator.desk.store import STORE, Store
from generator.desk.store.tables import metadata
from generator.errors import Place, UsageError, fail

PASSING = frozenset({"sessions", "attempts"})
"""Tables that are left out: a file that somebody finds must let nobody in."""

BLOCK = 500
"""Rows that are held at a time."""


def write_backup(store: Store, file: BinaryIO) -> int:
    """Write a store as it is at this moment; return how many records it holds."""
    with tempfile.TemporaryDirectory(prefix="biaodan-") as folder:
        copy = Store.open(folder)
        try:
            with _still(store) as source, copy.writing() as target:
                count = _copied(source, target)
        finally:
            copy.close()
        path = Path(folder) / STORE
        _close_up(path)
        with path.open("rb") as made:
            shutil.copyfileobj(made, file)
    return count


def read_backup(store: Store, path: Path, *, replace: bool) -> int:
    """Put into a store what a backup holds, all of it or nothing; return how many records that is.

    Raises UsageError: E-backup-file for what is no backup, or a damaged one, E-restore-records for a store that has
    anything, unless `replace`; MachineError (E-desk-newer) for the backup of a newer version.
    """
    with tempfile.TemporaryDirectory(prefix="biaodan-") as folder:
        shutil.copyfile(path, Path(folder) / STORE)
        _examine(Path(folder) / STORE, path.name)
        try:
            copy = Store.open(folder)
        except UsageError:
            raise fail(UsageError, "E-backup-file", Place(path.name)) from None
        try:
            with _still(copy) as source, store.writing() as target:
                if not replace and not _is_empty(target):
                    raise fail(UsageError, "E-restore-records")
                for table in reversed(metadata.sorted_tables):
                    target.execute(table.delete())
                count = _copied(source, target)
                if not store.is_file:
                    _count_on(target)
        except sa.exc.SQLAlchemyError:
            raise fail(UsageError, "E-backup-file", Place(path.name)) from None
        finally:
            copy.close()
    return count


@contextmanager
def _still(store: Store) -> Iterator[Connection]:
    """Yield a connection that sees the store as it is at one moment, whatever is written meanwhile."""
    with store.engine.connect() as connection:
        if store.is_file:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")
        else:
            still = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True, stream_results=True
            )
            with still.begin():
                yield still


def _copied(source: Connection, target: Connection) -> int:
    """Copy all rows; return how many are records."""
    count = 0
    for table in metadata.sorted_tables:
        if table.name in PASSING:
            continue
        rows = source.execution_options(yield_per=BLOCK).execute(sa.select(table))
        for block in rows.mappings().partitions():
            target.execute(table.insert(), [dict(row) for row in block])
            count += len(block) if table.name == "records" else 0
    return count


def _is_empty(connection: Connection) -> bool:
    """Tell whether a store has nothing that would be lost."""
    tables = [table for table in metadata.sorted_tables if table.name not in PASSING]
    return all(connection.execute(sa.select(sa.literal(1)).select_from(one).limit(1)).first() is None for one in tables)


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL give out numbers after the last one that was copied."""
    for table in metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None:
            last = sa.select(sa.func.coalesce(sa.func.max(key), 0) + 1).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            connection.execute(sa.select(sa.func.setval(sequence, last, False)))


def _close_up(path: Path) -> None:
    """Leave a store in one file, without what it had beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _examine(path: Path, name: str) -> None:
    """Refuse what is no backup of ours before anything of it is used: it has tables and indexes, nothing that runs.

    Raises UsageError (E-backup-file).
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            kinds = {row[0] for row in connection.execute("SELECT DISTINCT type FROM sqlite_schema")}
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            is_whole = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.Error:
        raise fail(UsageError, "E-backup-file", Place(name)) from None
    if not is_whole or not kinds <= {"table", "index"} or not {"alembic_version", "records", "audit"} <= tables:
        raise fail(UsageError, "E-backup-file", Place(name))

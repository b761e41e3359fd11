"""Records from databases, by a query, and from Parquet files, read as a stream."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from generator.catalogue.form import Form
from generator.errors import Fault, Place, RecordError, UsageError, fail, may_be_value, unnamed
from generator.files import require_file
from generator.kinds.raw import CellNumber, ValueFault
from generator.records.floats import as_duckdb_shows, as_sqlite_shows
from generator.records.given import refused, unread
from generator.records.item import RawRecord, SourceItem
from generator.records.names import find_path
from generator.records.sqlite_reading import is_refused, restrict
from generator.records.unknown import NumberedColumn
from generator.strict_json import MAX_DIGITS
from generator.unfinished import working_folder
from generator.wording import LANGS

_ROWS = 200
"""Rows that are fetched at a time."""

_NO_EXTENSIONS: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
"""Nothing is fetched from a network."""

_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SETTINGS = "-c synchronize_seqscans=off -c default_transaction_read_only=on"
_PATIENCE = 10
"""Seconds to wait for a server that doesn't answer."""

_ABOUT_NAMES = "42"
"""Class of SQLSTATE codes whose messages name tables and columns, never a value (ISO 9075: syntax or access rule)."""


class ParquetSource:
    """A Parquet file, read a thousand rows at a time."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        self.head: RawRecord = ({}, Place(path.name))

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        import duckdb

        try:
            with plain_path(self.path) as path, duckdb.connect(config=_NO_EXTENSIONS) as base:
                base.execute("SET memory_limit = '200MB'; SET threads = 1")
                only_reads(base, [path], [])
                yield base.execute("SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.OutOfMemoryException:
            raise MemoryError from None
        except duckdb.Error:
            raise fail(RecordError, "E-parquet", Place(self.path.name)) from None

    @cached_property
    def columns(self) -> Sequence[str]:
        """Return the names of the columns."""
        with self._opened() as result:
            return [column[0] for column in result.description]

    def __iter__(self) -> Iterator[SourceItem]:
        with self._opened() as result:
            names, number = _names((column[0] for column in result.description), self.form), 0
            types = [column[1] for column in result.description]
            while rows := result.fetchmany(_ROWS):
                for row in as_duckdb_shows(rows, types):
                    number += 1
                    yield _item(names, row, Place(self.path.name, str(number)))


@contextmanager
def plain_path(path: Path) -> Iterator[Path]:
    """Yield a file's absolute path, or one that leads to it where DuckDB would take its name for a pattern."""
    if not _PATTERN.search(str(path.resolve())):
        yield path.resolve()
        return
    with working_folder() as folder:
        yield led_to(path, folder)


def led_to(path: Path, folder: Path) -> Path:
    """Return a path in a working folder that leads to a file: a link, or a copy where there are none."""
    plain = folder / f"source{path.suffix if path.suffix.isascii() and path.suffix[1:].isalnum() else ''}"
    try:
        plain.symlink_to(path.resolve())
    except (OSError, NotImplementedError):
        shutil.copyfile(path, plain)
    return plain


def only_reads(base: Any, paths: Sequence[Path], folders: Sequence[Path]) -> None:
    """Let a DuckDB connection read and write nothing but these files and folders from now on."""
    allowed = {"allowed_paths": paths, "allowed_directories": folders}
    for name, places in allowed.items():
        listed = ", ".join(f"'{str(place).replace(_QUOTE, _QUOTE * 2)}'" for place in places)
        base.execute(f"SET {name} = [{listed}]")
    base.execute("SET enable_external_access = false; SET lock_configuration = true")


_QUOTE = "'"
_PATTERN = re.compile(r"[*?\[]")


class DatabaseSource:
    """What a query of a database yields, all of one transaction that only reads.

    Raises UsageError (E-query-needed) where no query is given and there isn't exactly one table, RecordError
    (E-database, E-query) where the database can't be reached or the query not be run. Neither a password nor a value is
    ever shown.
    """

    def __init__(self, url: str, form: Form, query: str = "") -> None:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError):
            raise fail(UsageError, "E-database-url", Place(url.partition("://")[0])) from None
        self.name, self.form, self._query = shown(self.url), form, query
        self.head: RawRecord = ({}, Place(self.name))

    @cached_property
    def _engine(self) -> Any:
        return engine(self.url)

    @cached_property
    def query(self) -> str:
        """Return the query: the one given, else all of the only table."""
        return self._query or f"SELECT * FROM {self._only_table()}"  # noqa: S608  # a name as the database quotes it

    def _only_table(self) -> str:
        from sqlalchemy import inspect

        with self._connected() as connection:
            known = inspect(connection)
            names = sorted([*known.get_table_names(), *known.get_view_names()])
            if len(names) != 1:
                raise fail(UsageError, "E-query-needed", Place(self.name), tables=names[:20] or ["–"])
            return str(self._engine.dialect.identifier_preparer.quote(names[0]))

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        with reported(self.name), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _result(self) -> Iterator[Any]:
        from sqlalchemy import text

        # a colon in a query is the user's, not a parameter's
        statement = text(self.query.replace(":", r"\:")).execution_options(stream_results=True, yield_per=_ROWS)
        with self._connected() as connection:
            yield connection.execute(statement)

    @cached_property
    def columns(self) -> Sequence[str]:
        """Return the names of the columns."""
        with self._result() as result:
            return list(result.keys())

    def __iter__(self) -> Iterator[SourceItem]:
        with self._result() as result:
            names = _names(result.keys(), self.form)
            rows = as_sqlite_shows(result) if self.url.get_backend_name() == "sqlite" else result
            for number, row in enumerate(rows, 1):
                yield _item(names, row, Place(self.name, str(number)))


def engine(url: Any) -> Any:
    """Return SQLAlchemy's engine of a URL, for transactions that only read.

    Raises UsageError (E-file-missing, E-database-url), MachineError (E-driver) where the driver isn't installed.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    from generator.errors import MachineError

    backend = url.get_backend_name()
    options: dict[str, Any] = {}
    if backend == "sqlite":
        url = _existing_file(url)
    elif backend in ("postgresql", "postgres"):
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        options = {
            "connect_args": {"connect_timeout": _PATIENCE, "options": _SETTINGS},
            "isolation_level": "REPEATABLE READ",
            "execution_options": {"postgresql_readonly": True},
        }
    try:
        made = create_engine(url, poolclass=NullPool, **options)
    except (ArgumentError, NoSuchModuleError):
        raise fail(UsageError, "E-database-url", Place(backend)) from None
    except ImportError:
        raise fail(MachineError, "E-driver", Place(backend), what=backend) from None
    if backend == "sqlite":
        event.listen(made, "connect", lambda connection, record: restrict(connection))
    return made


def _existing_file(url: Any) -> Any:
    """Return the URL of an SQLite file opened for reading; SQLite would make a missing one."""
    path = require_file(url.database or "")
    return url.set(database=f"file:{path.resolve().as_posix()}", query={"mode": "ro", "uri": "true"})


def shown(url: Any) -> str:
    """Return a database's URL as messages name it: without user, password and options."""
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").name
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Turn a database's errors into faults that name the database, never a password or a value."""
    import sqlite3

    from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ResourceClosedError, SQLAlchemyError

    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state is None and isinstance(error, (OperationalError, InterfaceError)) and not _is_sqlite(error):
            raise fail(RecordError, "E-database", Place(name)) from None
        if _is_refused(error.orig, state):
            raise fail(RecordError, "E-query-reads", Place(name)) from None
        raise fail(RecordError, "E-query", Place(name), why=_why(error.orig, state)) from None
    except ResourceClosedError:  # a statement that gives no rows
        raise fail(RecordError, "E-query-reads", Place(name)) from None
    except SQLAlchemyError as error:
        raise fail(RecordError, "E-query", Place(name), why=type(error).__name__) from None
    except UnicodeDecodeError as error:  # a name in a damaged file
        raise fail(RecordError, "E-query", Place(name), why=type(error).__name__) from None
    except sqlite3.Warning:  # more than one statement
        raise fail(RecordError, "E-query-reads", Place(name)) from None


_REFUSED = {"25006", "42P11"}
"""SQLSTATE of what changes something in a transaction that reads, or where only a query may stand."""


def _is_refused(error: Any, state: str | None) -> bool:
    """Tell whether a query was refused because it does more than read."""
    return state in _REFUSED or is_refused(error)


def _is_sqlite(error: Any) -> bool:
    return type(error.orig).__module__.startswith("sqlite3")


def _why(error: Any, state: str | None) -> str:
    """Return what a database says is wrong, as far as that can't hold a value."""
    if state and state.startswith(_ABOUT_NAMES):
        message: str = error.diag.message_primary or ""
        return f"{message} ({state})"
    return state or type(error).__name__


def _item(names: Sequence[str], cells: Sequence[Any], place: Place) -> SourceItem:
    """Return a row's cells by name without the empty ones, or the faults of those that no document can hold."""
    row: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, cell in zip(names, cells, strict=True):
        if cell is None or cell == "":
            continue
        try:
            row[name] = _cell(cell)
        except ValueFault as fault:
            row[name] = unread(cell)
            faults.append(Fault(fault.code, replace(place, titles=_title(name)), fault.params))
    return refused(faults, row) if faults else (row, place)


def _names(names: Iterable[str], form: Form) -> list[str]:
    """Return the names of columns; one that may be a value goes by its number."""
    return [
        name if find_path(form.record_spec, name) or not may_be_value(name) else NumberedColumn(name, number)
        for number, name in enumerate(names, 1)
    ]


def _title(name: str) -> Mapping[str, str]:
    """Return how a fault calls a column: by its name, unless that may be a value."""
    if isinstance(name, NumberedColumn):
        return unnamed("title_number", number=name.number)
    return dict.fromkeys(LANGS, name)


def _cell(cell: Any) -> Any:
    """Return a value as the readers of fields know it; what text fields may hold as a number stays exact."""
    if isinstance(cell, (str, bool, date, list, dict)):
        return cell
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, float):
        return CellNumber(cell, typed=True)
    if isinstance(cell, (int, Decimal)):
        return str(cell) if _digits(cell) > MAX_DIGITS else CellNumber(cell, typed=True)
    if isinstance(cell, UUID):
        return str(cell)
    raise ValueFault("E-type")


def _digits(number: int | Decimal) -> int:
    return len(Decimal(number).normalize().as_tuple().digits)

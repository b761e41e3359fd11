"""Databases that compute statistics themselves: PostgreSQL, and through ibis whatever else it connects to.

Nothing is made in them: what is named is a common table expression of each query.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from generator.errors import MachineError, Place, RecordError, UsageError, fail
from generator.records.database import engine, reported, shown
from generator.statistics.dialect import Dialect
from generator.statistics.engine import PairType, ResultRow
from generator.statistics.sql import Sql, listed, literal, regular, sql

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

_ROWS = 2000
_KINDS = {1082: "date", 1114: "timestamp", 1184: "timestamp with time zone"}
_KINDS |= {20: "bigint", 21: "smallint", 23: "integer", 700: "real", 701: "double precision", 1700: "numeric"}
"""PostgreSQL's numbers of the types that aren't read as text."""


class Server:
    """An engine whose named relations are written into each query that asks for them."""

    dialect = Dialect()

    def __init__(self) -> None:
        self.named: dict[str, Sql] = {}

    def name(self, name: str, query: Sql) -> None:
        self.named[name] = query

    def pairs(self, name: str, pairs: Iterable[tuple[str, object]], kind: PairType) -> Sql:
        named = self.dialect.types.get(kind, kind)
        values = [_pair(raw, value, regular(named)) for raw, value in pairs]
        if not values:
            return sql(
                "(SELECT CAST(NULL AS varchar) AS raw, CAST(NULL AS {kind}) AS value WHERE false)", kind=regular(named)
            )
        return sql("(SELECT * FROM (VALUES {values}) AS pairs(raw, value))", values=listed(values))

    def with_relations(self, query: Sql) -> Sql:
        """Return a query with the relations that it asks for, and those that they ask for."""
        wanted, tables = query.text, list[Sql]()
        for name, named in reversed(self.named.items()):  # what is named later may ask for what was named before
            if f" {name}" in wanted:
                tables.insert(0, sql("{name} AS ({query})", name=regular(name), query=named))
                wanted += f" {named.text}"
        return sql("WITH {tables} {query}", tables=listed(tables), query=query) if tables else query


def _pair(raw: str, value: object, kind: Sql) -> Sql:
    constant = sql("NULL") if value is None else literal(str(value))
    return sql("({raw}, CAST({constant} AS {kind}))", raw=literal(raw), constant=constant, kind=kind)


class Postgres(Server):
    """PostgreSQL, in one transaction that only reads."""

    def __init__(self, connection: "Connection", name: str) -> None:
        super().__init__()
        self.connection, self.file = connection, name

    def types(self, relation: Sql) -> Mapping[str, str]:
        query = sql("SELECT * FROM {relation} LIMIT 0", relation=relation)
        with reported(self.file), self._cursor(query) as result:
            description: Any = result.cursor.description  # psycopg's own, with names
            return {column.name: _KINDS.get(column.type_code, "other") for column in description}

    def rows(self, query: Sql) -> Iterator[ResultRow]:
        with reported(self.file), self._cursor(self.with_relations(query)) as result:
            yield from result

    @contextmanager
    def _cursor(self, query: Sql) -> "Iterator[CursorResult[Any]]":
        """Yield the result of a query by the server's cursor, which takes one query and nothing else."""
        options = {"stream_results": True, "yield_per": _ROWS}
        result = self.connection.exec_driver_sql(query.text, execution_options=options)
        try:
            yield result
        finally:
            result.close()


@contextmanager
def postgres(source: str) -> Iterator[Postgres]:
    """Open a PostgreSQL database.

    Raises RecordError (E-database) where it can't be reached.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        raise fail(UsageError, "E-database-url", Place(source.partition("://")[0])) from None
    name = shown(url)
    with reported(name), engine(url).connect() as connection:
        plain = connection.execution_options(no_parameters=True)
        plain.exec_driver_sql("SET LOCAL datestyle = 'ISO, YMD'")
        yield Postgres(plain, name)


class Warehouse(Server):
    """A database behind ibis, which translates the queries."""

    def __init__(self, connection: Any, name: str) -> None:
        super().__init__()
        self.connection, self.file = connection, name

    def types(self, relation: Sql) -> Mapping[str, str]:
        schema = self._table(sql("SELECT * FROM {relation}", relation=relation)).schema()
        return {name: _kind(kind) for name, kind in schema.items()}

    def rows(self, query: Sql) -> Iterator[ResultRow]:
        for batch in self._table(self.with_relations(query)).to_pyarrow_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def _table(self, query: Sql) -> Any:
        try:
            return self.connection.sql(query.text, dialect="postgres")
        except Exception as error:  # each backend raises its own types
            raise fail(RecordError, "E-query", Place(self.file), why=type(error).__name__) from None


def _kind(kind: Any) -> str:
    if not kind.is_timestamp():
        return "varchar" if kind.is_string() else "other"
    return "timestamp with time zone" if kind.timezone else "timestamp"


@contextmanager
def warehouse(source: str) -> Iterator[Warehouse]:
    """Open what ibis connects to.

    Raises MachineError (E-driver) without ibis or the backend's driver, RecordError (E-database) where the database
    can't be reached.
    """
    backend, _, rest = source.partition("://")
    name = f"{backend}://{rest.rpartition('@')[2].partition('?')[0]}"
    try:
        import ibis

        connection = ibis.connect(source)
    except ImportError:
        raise fail(MachineError, "E-driver", Place(name), what=f"ibis-framework[{backend}]") from None
    except Exception:  # each backend raises its own types, with passwords in their messages
        raise fail(RecordError, "E-database", Place(name)) from None
    try:
        yield Warehouse(connection, name)
    finally:
        connection.disconnect()


def server_of(source: str) -> Callable[[str], AbstractContextManager[Postgres | Warehouse]] | None:
    """Return how the server behind a URL is opened; None for a file, SQLite's included."""
    backend = source.partition("://")[0] if "://" in source else "sqlite"
    if backend.startswith("sqlite"):
        return None
    return postgres if backend.startswith("postgres") else warehouse

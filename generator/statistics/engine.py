"""DuckDB as it computes statistics: no network, no extensions, limited memory, a folder of its own to fall back on."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from generator.records.database import led_to, only_reads
from generator.statistics.dialect import Dialect, DuckDb
from generator.statistics.sql import Sql, literal, regular, sql
from generator.unfinished import working_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_MEMORY, LEAST_MEMORY, MEMORY_A_BYTE = 1200, 300, 8
"""MB that DuckDB may take at most, in any case, and for each MB of a file: a small one has no need of more."""

_ROWS = 2000

ResultRow = Sequence[Any]
"""A row of a query's result: the query says what stands in it."""

PairType = Literal["timestamp", "smallint", "varchar", "date", "number"]


class Engine(Protocol):
    """What computes: relations are given a name, then queries tell of them."""

    dialect: Dialect

    def types(self, relation: Sql) -> Mapping[str, str]:
        """Return the type of each column of a relation."""
        ...

    def name(self, name: str, query: Sql) -> None:
        """Give the result of a query a name, in place of what had that name; where rows have an order, by `place`."""
        ...

    def pairs(self, name: str, pairs: Iterable[tuple[str, object]], kind: PairType) -> Sql:
        """Return a relation of texts (raw) and their values of a type (value)."""
        ...

    def rows(self, query: Sql) -> Iterator[ResultRow]:
        """Yield the rows of a query."""
        ...


class DuckEngine:
    """An engine that keeps what is named as a table in memory."""

    dialect: Dialect = DuckDb()

    def __init__(self, connection: "DuckDBPyConnection", folder: Path) -> None:
        self._connection, self.folder = connection, folder

    def types(self, relation: Sql) -> Mapping[str, str]:
        described = self._run(sql("DESCRIBE SELECT * FROM {relation}", relation=relation)).fetchall()
        return {row[0]: row[1] for row in described}

    def name(self, name: str, query: Sql) -> None:
        view, table = regular(name), regular(f"kept_{name}")
        self._run(sql("DROP VIEW IF EXISTS {view}", view=view))
        self._run(sql("CREATE OR REPLACE TABLE {table} AS {query}", table=table, query=query))
        self._run(sql("CREATE VIEW {view} AS SELECT *, rowid AS place FROM {table}", view=view, table=table))

    def pairs(self, name: str, pairs: Iterable[tuple[str, object]], kind: PairType) -> Sql:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(pairs)
        read = sql(
            "read_csv({path}, header = false, auto_detect = false, quote = '\"', escape = '\"',"
            " columns = {{'raw': 'VARCHAR', 'value': {kind}}})",
            path=literal(str(path)),
            kind=literal(self.dialect.types.get(kind, kind)),
        )
        self._run(sql("CREATE OR REPLACE TABLE {name} AS SELECT * FROM {read}", name=regular(name), read=read))
        return regular(name)

    def rows(self, query: Sql) -> Iterator[ResultRow]:
        result = self._connection.cursor().execute(query.text)
        while rows := result.fetchmany(_ROWS):
            yield from rows

    def led_to(self, path: Path) -> Path:
        """Return a path that leads to a file, whose name may look like a pattern; from now on nothing else is read."""
        plain = led_to(path, self.folder)
        only_reads(self._connection, [plain], [self.folder])
        return plain

    def set_zone(self, zone: str) -> None:
        """Set the time zone that times with an offset are shown in."""
        self._run(sql("SET GLOBAL timezone = {zone}", zone=literal(zone)))

    def _run(self, statement: Sql) -> "DuckDBPyConnection":
        return self._connection.execute(statement.text)


@contextmanager
def duckdb_engine(zone: str, size: int = 1 << 40) -> Iterator[DuckEngine]:
    """Open DuckDB for one computation in a time zone, over a source of so many bytes."""
    import duckdb

    with working_folder() as folder:
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{min(MOST_MEMORY, LEAST_MEMORY + (MEMORY_A_BYTE * size >> 20))}MB",
            "temp_directory": str(folder / "spill"),
        }
        with duckdb.connect(config=config) as connection:
            engine = DuckEngine(connection, folder)
            engine.set_zone(zone)
            yield engine

"""DuckDB as it computes figures: no network, no extensions, limited memory, a folder of its own to fall back on."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from generator.statistics.dialect import Dialect, DuckDb, literal

MEMORY = "1200MB"
_ROWS = 2000


class Engine(Protocol):
    """What computes: relations are given a name, then queries tell of them."""

    dialect: Dialect

    def types(self, relation: str) -> Mapping[str, str]:
        """Return the type of each column of a relation."""
        ...

    def name(self, name: str, sql: str) -> None:
        """Give the result of a query a name, in place of what had that name; where rows have an order, by `place`."""
        ...

    def pairs(self, name: str, pairs: Iterable[tuple[str, Any]], kind: str) -> str:
        """Return a relation of texts (raw) and their values of a type (value)."""
        ...

    def rows(self, sql: str) -> Iterator[Sequence[Any]]:
        """Yield the rows of a query."""
        ...


class DuckEngine:
    """An engine that keeps what is named as a table in memory."""

    dialect: Dialect = DuckDb()

    def __init__(self, base: Any, folder: Path) -> None:
        self.base, self.folder = base, folder

    def types(self, relation: str) -> Mapping[str, str]:
        described = self.base.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608
        return {row[0]: row[1] for row in described}

    def name(self, name: str, sql: str) -> None:
        self.base.execute(f"DROP VIEW IF EXISTS {name}")
        self.base.execute(f"CREATE OR REPLACE TABLE kept_{name} AS {sql}")
        self.base.execute(f"CREATE VIEW {name} AS SELECT *, rowid AS place FROM kept_{name}")  # noqa: S608

    def pairs(self, name: str, pairs: Iterable[tuple[str, Any]], kind: str) -> str:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(pairs)
        columns = f"{{'raw': 'VARCHAR', 'value': {literal(kind)}}}"
        options = f"""header = false, auto_detect = false, quote = '"', escape = '"', columns = {columns}"""
        read = f"read_csv({literal(str(path))}, {options})"
        self.base.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {read}")  # noqa: S608
        return name

    def rows(self, sql: str) -> Iterator[Sequence[Any]]:
        result = self.base.cursor().execute(sql)
        while rows := result.fetchmany(_ROWS):
            yield from rows


@contextmanager
def duckdb_engine(zone: str) -> Iterator[DuckEngine]:
    """Open DuckDB for one computation in a time zone."""
    import duckdb

    with TemporaryDirectory(prefix="biaodan-") as folder:
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY,
            "temp_directory": str(Path(folder) / "spill"),
        }
        with duckdb.connect(config=config) as base:
            base.execute(f"SET GLOBAL timezone = {literal(zone)}")
            yield DuckEngine(base, Path(folder))

"""The table of writings of times, as columns of records, and files that hold them."""

import csv
import json
import sqlite3
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

Cells = Mapping[str, Any]

TABLE = tomllib.loads((Path(__file__).parent / "time_writings.toml").read_text(encoding="utf-8"))
KINDS: Mapping[str, Mapping[str, Any]] = {
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "either": {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    "clock": {"type": "string", "format": "time"},
    "month": {"type": "string", "x-control": "month"},
}
ROWS = {"rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}, **KINDS}}}}
"""The properties of a form that has a column for each kind."""


class Writing(NamedTuple):
    """A cell of a column, and what it is read as: a value, or the code of a fault."""

    kind: str
    written: Any
    expected: object

    @property
    def is_fault(self) -> bool:
        return isinstance(self.expected, str) and self.expected.startswith("E-")


def writings() -> list[Writing]:
    """Return every writing for each kind that it concerns."""
    made: list[Writing] = []
    for text, day in TABLE["days"].items():
        value = date.fromisoformat(day)
        made += Writing("day", text, value), Writing("either", text, value), Writing("moment", text, "E-time-missing")
    for text, moment in TABLE["moments"].items():
        found = datetime.fromisoformat(moment)
        day_or_fault = "E-time-extra" if found.time() != time() else found.date()
        made += Writing("moment", text, found), Writing("either", text, found), Writing("day", text, day_or_fault)
    made += [
        Writing(kind, text, code) for text, code in TABLE["faults"].items() for kind in ("day", "moment", "either")
    ]
    made += [Writing("clock", t, v if v[0] == "E" else time.fromisoformat(v)) for t, v in TABLE["times"].items()]
    return made + [Writing("month", text, value) for text, value in TABLE["months"].items()]


# --- files ---


def _json(path: Path, columns: Sequence[str], rows: Sequence[Cells]) -> None:
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _jsonl(path: Path, columns: Sequence[str], rows: Sequence[Cells]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([columns, *([row.get(name, "") for name in columns] for row in rows)])


def _xlsx(path: Path, columns: Sequence[str], rows: Sequence[Cells]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for cells in (columns, *([row.get(name) for name in columns] for row in rows)):
        book.active.append(cells)
    book.save(path)


def _parquet(path: Path, columns: Sequence[str], rows: Sequence[Cells]) -> None:
    import duckdb

    texts = path.with_suffix(".texts.csv")
    _csv(texts, columns, rows)
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{texts}', all_varchar = true, header = true)) TO '{path}'")
    texts.unlink()


def _sqlite(path: Path, columns: Sequence[str], rows: Sequence[Cells]) -> None:
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE t ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        base.executemany(f"INSERT INTO t VALUES ({marks})", [[row.get(c) for c in columns] for row in rows])
    base.close()


WRITERS: Mapping[str, Callable[[Path, Sequence[str], Sequence[Cells]], None]] = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "sqlite": _sqlite,
}


def in_postgres(url: str, columns: Sequence[str], rows: Sequence[Cells], types: str = "text") -> str:
    """Make a table of rows on a server; return the query of it in the order of the rows."""
    from sqlalchemy import create_engine, make_url, text

    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as base:
        base.execute(text("DROP TABLE IF EXISTS biaodan_writings"))
        base.execute(text(f"CREATE TABLE biaodan_writings (at serial, {', '.join(f'{c} {types}' for c in columns)})"))
        base.execute(
            text(f"INSERT INTO biaodan_writings ({', '.join(columns)}) VALUES ({', '.join(f':{c}' for c in columns)})"),
            [{c: row.get(c) for c in columns} for row in rows],
        )
    return f"SELECT {', '.join(columns)} FROM biaodan_writings ORDER BY at"

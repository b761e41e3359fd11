"""Made-up records as files: JSON Lines, CSV, a workbook, a database, Parquet; the same records give the same bytes."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO, Literal
from zoneinfo import ZoneInfo

from generator import kinds
from generator.api import make_policy
from generator.catalogue import FieldSpec, Form
from generator.wording import Lang, phrase

Row = Mapping[str, Any]
"""A record by the keys of its columns: choices by value, times as local datetimes; without what isn't known."""

SHEET_ROWS = 1_048_575
"""The rows that a sheet of Excel takes beneath its head."""

_LANG: Lang = "zh-Hans"
_SQL_TYPES = {"moment": "TIMESTAMP", "day": "DATE", "integer": "INTEGER", "text": "VARCHAR"}
_KINDS = {kinds.DATETIME: "moment", kinds.DATE: "day", kinds.INTEGER: "integer"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its title on paper, the labels of its choices by value, and what its values are."""

    key: str
    title: str
    labels: Mapping[Any, str] = field(default_factory=dict)
    kind: str = "text"

    @classmethod
    def of(cls, spec: FieldSpec) -> "Column":
        """Return the column of a form's field."""
        labels: dict[Any, str] = {choice.value: choice.titles[_LANG] for choice in spec.choices}
        if spec.kind is kinds.BOOLEAN:
            labels = {True: phrase("answer.yes", _LANG), False: phrase("answer.no", _LANG)}
        return cls(spec.key, spec.title(_LANG), labels, _KINDS.get(spec.kind, "text"))


@dataclass(frozen=True)
class Layout:
    """A table: its title and columns, and how records are put into them where a form says things in its own way.

    `table`: its name in a database; `sources`: the record's key of a column with another name; `values`: what stands
    for a value in a column; `texts`: columns that are put together of several values; `always`: the record's keys that
    must not be missing.
    """

    title: str
    columns: Sequence[Column]
    table: str
    sources: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    always: frozenset[str] = frozenset()

    @classmethod
    def of(cls, form: Form, table: str, keys: Iterable[str] | None = None, **says: Any) -> "Layout":
        """Return the table of a form: its columns for the record's keys, by default all of its own."""
        known = None if keys is None else {*keys, *says.get("sources", ())}
        fields = form.rows.fields if form.is_table else form.root.fields
        columns = [Column.of(spec) for spec in fields if known is None or spec.key in known]
        return cls(form.title(_LANG), columns, table, **says)

    def row(self, record: Row) -> dict[str, Any]:
        """Return a record by the keys of the columns, in their order."""
        row = {key: record[source] for key, source in self._sources if source in record}
        for key in self.texts.keys() & row:
            row[key] = self.texts[key].format_map(record)
        for key in self.values.keys() & row:
            row[key] = self.values[key].get(row[key], row[key])
        return row

    @cached_property
    def _sources(self) -> list[tuple[str, str]]:
        return [(column.key, self.sources.get(column.key, column.key)) for column in self.columns]

    def on_paper(self, records: Iterable[Row]) -> Iterator[list[Any]]:
        """Yield titles, then the cells of each record: choices by their labels, None for what misses."""
        yield [column.title for column in self.columns]
        labels = {column.key: column.labels for column in self.columns if column.labels}
        for row in map(self.row, records):
            said = {key: labels[key].get(row[key], row[key]) for key in labels.keys() & row}
            yield [said.get(column.key, row.get(column.key)) for column in self.columns]


# --- formats ---


def write_jsonl(layout: Layout, records: Iterable[Row], file: BinaryIO) -> None:
    """Write one JSON object a line; times with the offset of the desk's time zone."""
    zone = make_policy().zone
    for record in records:
        row = {key: _as_json(value, zone) for key, value in layout.row(record).items()}
        file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _as_json(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def write_csv(layout: Layout, records: Iterable[Row], file: BinaryIO) -> None:
    """Write what Excel saves as CSV UTF-8: with a byte order mark, times to the minute."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    sheet = csv.writer(text)
    for cells in layout.on_paper(records):
        sheet.writerow([c.isoformat(" ", "minutes") if isinstance(c, datetime) else c for c in cells])
    text.detach()


def write_xlsx(layout: Layout, records: Iterable[Row], file: BinaryIO) -> None:
    """Write a workbook of one sheet."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(layout.title)
    for cells in layout.on_paper(records):
        sheet.append(cells)
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    ExcelWriter(book, Undated(file, "w", zipfile.ZIP_DEFLATED)).save()


class Undated(zipfile.ZipFile):
    """A package whose parts are of 1980-01-01, so that the same workbook has the same bytes."""

    def open(
        self,
        name: str | zipfile.ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Open a part, as every way of writing one does."""
        if isinstance(name, zipfile.ZipInfo):
            name.date_time = (1980, 1, 1, 0, 0, 0)
        return super().open(name, mode, pwd, force_zip64=force_zip64)


def _plain_rows(layout: Layout, records: Iterable[Row]) -> Iterator[list[Any]]:
    """Yield the values of each record by the columns: times as ISO text, None for what misses."""
    keys = [column.key for column in layout.columns]
    for row in map(layout.row, records):
        yield [v.isoformat() if isinstance(v := row.get(key), date) else v for key in keys]


def write_sqlite(layout: Layout, records: Iterable[Row], file: BinaryIO) -> None:
    """Write a database with one table: columns by their keys, times as ISO text, NULL for what misses.

    `file` must have a name, for SQLite opens it by that.
    """
    types = ", ".join(f"{c.key} {'INTEGER' if c.kind == 'integer' else 'TEXT'}" for c in layout.columns)
    marks = ", ".join("?" * len(layout.columns))
    with closing(sqlite3.connect(file.name)) as base, base:
        base.execute(f"CREATE TABLE {layout.table} ({types})")
        insert = f"INSERT INTO {layout.table} VALUES ({marks})"  # noqa: S608  # names and marks of our own
        base.executemany(insert, _plain_rows(layout, records))


def write_parquet(layout: Layout, records: Iterable[Row], file: BinaryIO) -> None:
    """Write columns by their keys: times without a time zone, NULL for what misses. `file` must have a name."""
    import duckdb

    types = {column.key: _SQL_TYPES[column.kind] for column in layout.columns}
    # one thread keeps the order of rows, and with it the bytes; DuckDB takes rows by the million from a file only
    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as base:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows(_plain_rows(layout, records))
        base.execute("SET enable_progress_bar = false")
        base.read_csv(str(path), columns=types, header=False).write_parquet(file.name)


WRITERS: Mapping[str, Callable[[Layout, Iterable[Row], BinaryIO], None]] = {
    ".jsonl": write_jsonl,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".sqlite": write_sqlite,
    ".db": write_sqlite,
    ".parquet": write_parquet,
}

"""Files as DuckDB reads them: Parquet, CSV and JSON Lines by itself, all else by way of the house's readers."""

import codecs
import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from generator.catalogue import FieldSpec
from generator.document import Kind
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.records import Source, is_database, open_source
from generator.records.normalise import find_path
from generator.records.values import CellNumber, ValueFault, reader
from generator.rules import Policy
from generator.statistics.columns import Columns
from generator.statistics.dialect import literal
from generator.statistics.engine import DuckEngine

MOST_FAULTS = 1000
_SAMPLE = 1 << 20
_MOST_CELL = 16 << 20
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Rows = Callable[[Sequence[int]], dict[int, str]]
"""How the rows of given numbers, from 0, are named in messages."""


@dataclass(frozen=True)
class Opened:
    """A source as a relation: its columns' names, and how a row is named in messages."""

    relation: str
    file: str
    names: Sequence[str]
    rows: Rows
    padded: str = ""
    """The same relation where rows may be short; by several threads, for one drops what follows an unpaired quote."""


def numbered(rows: Sequence[int]) -> dict[int, str]:
    """Return rows named by their number from 1."""
    return {row: str(row + 1) for row in rows}


def quick(name: str, columns: Columns, engine: DuckEngine) -> Opened | None:
    """Return a file as DuckDB reads it by itself; None where it doesn't, or not so that all would be read right."""
    path = Path(name)
    opener = None if is_database(name) else _QUICK.get(path.suffix.lower())
    return opener(path, columns, engine) if opener and path.is_file() else None


def careful(name: str, query: str, columns: Columns, policy: Policy, engine: DuckEngine) -> Opened:
    """Return a source as the house reads it: every record written into a file that DuckDB reads.

    Raises RecordError with the faults of all records that can't be read, the first thousand of them.
    """
    source = open_source(database_url(name), columns.source, query)
    target = engine.folder / "issues.csv"
    keys = [spec.key for spec in columns.source.rows.fields]
    spool = _Spool(columns, policy)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["place_name", *keys])
        for place, row in spool.rows(source):
            writer.writerow([place.row, *(row.get(key) for key in keys)])
    relation = _read_csv(target, ["place_name", *keys], ",")
    file_name = source.head[1].file

    def rows(numbers: Sequence[int]) -> dict[int, str]:
        wanted = ", ".join(map(str, numbers))
        counted = f"SELECT row_number() OVER () - 1 AS n, place_name FROM {relation}"  # noqa: S608
        found = engine.rows(f"SELECT n, place_name FROM ({counted}) AS counted WHERE n IN ({wanted})")  # noqa: S608
        return {row[0]: row[1] for row in found}

    named = {path[-1].key for name in getattr(source, "columns", ()) if (path := find_path(columns.source.rows, name))}
    return Opened(relation, file_name, [key for key in keys if key in named | spool.seen], rows)


def database_url(name: str) -> str:
    """Return the URL of a file that is an SQLite database; any other name as it is."""
    path = Path(name)
    is_sqlite = not is_database(name) and path.suffix.lower() in (".sqlite", ".sqlite3", ".db")
    return f"sqlite:///{path.as_posix()}" if is_sqlite else name


class _Spool:
    """Records on their way into a file: columns by their keys, times in ISO 8601."""

    def __init__(self, columns: Columns, policy: Policy) -> None:
        self.columns, self.spec, self.zone = columns, columns.source.rows, policy.zone
        self.seen: set[str] = set()

    def rows(self, source: Source) -> Iterator[tuple[Place, dict[str, Any]]]:
        faults: list[Fault] = []
        for item in source:
            if isinstance(item, RecordError):
                faults += item.faults
            else:
                raw, place = item
                row = self._row(raw, place, faults)
                if not faults:
                    yield place, row
            if len(faults) >= MOST_FAULTS:
                break
        if faults:
            raise RecordError(faults[:MOST_FAULTS])

    def _row(self, raw: Any, place: Place, faults: list[Fault]) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name, value in raw.items():
            path = find_path(self.spec, name)
            if path is None:
                continue
            spec = path[-1]
            self.seen.add(spec.key)
            if row.get(spec.key) is not None:
                faults.append(Fault("E-key-twice", spec.place(f"/{spec.key}", file=place.file, row=place.row)))
            row[spec.key] = self._cell(self.columns.meant(spec.key), value)
        return row

    def _cell(self, spec: FieldSpec, value: Any) -> Any:
        """Return a cell as text that DuckDB reads; a workbook shows midnight as a day, where there must be a time."""
        if isinstance(value, CellNumber) and spec.kind is Kind.DATETIME:
            try:
                value = reader(replace(spec, date_only=True), self.zone)(value)
            except (ValueFault, OverflowError):
                value = value.number
        if isinstance(value, date):
            is_day = not isinstance(value, datetime)
            return (datetime.combine(value, time()) if is_day and not spec.date_only else value).isoformat()
        return value.number if isinstance(value, CellNumber) else value


# --- what DuckDB reads by itself ---


def _parquet(path: Path, columns: Columns, engine: DuckEngine) -> Opened:
    relation = f"read_parquet({literal(str(path))})"
    return Opened(relation, path.name, list(engine.types(relation)), numbered)


def _csv(path: Path, columns: Columns, engine: DuckEngine) -> Opened | None:
    """Return a CSV file, written anew in UTF-8 where it is in something else; None where its header isn't plain."""
    from generator.records.sheet import CsvSource

    readable = path
    if not _seems_utf8(path):
        readable = engine.folder / "utf-8.csv"
        encoding = CsvSource(path, columns.source).encoding
        with (
            path.open(encoding=encoding, newline="") as given,
            readable.open("w", encoding="utf-8", newline="") as copy,
        ):
            shutil.copyfileobj(given, copy, _SAMPLE)
    with readable.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline(_SAMPLE)
        delimiter = max(",\t;", key=line.count)
        file.seek(0)
        header = next(csv.reader(file, delimiter=delimiter), [])
    names = [name.strip() for name in header]
    if len(names) < 2 or len(set(names)) < len(names) or not _any_known(names, columns):
        return None
    relation = _read_csv(readable, [name or f"column {n}" for n, name in enumerate(names, 1)], delimiter)
    padded = relation.replace("auto_detect", "null_padding = true, auto_detect", 1)
    return Opened(relation, path.name, names, lambda numbers: _csv_lines(readable, delimiter, numbers), padded)


def _any_known(names: Sequence[str], columns: Columns) -> bool:
    return any(name and find_path(columns.source.rows, name) for name in names)


def _seems_utf8(path: Path) -> bool:
    """Tell whether a file begins like UTF-8; DuckDB refuses it where it goes on otherwise."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return not start.startswith(_MARKS)


def _read_csv(path: Path, names: Sequence[str], delimiter: str) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(str(path))}, auto_detect = false, header = true, delim = {literal(delimiter)},"
        f""" quote = '"', escape = '"', max_line_size = {_MOST_CELL}, columns = {{{columns}}})"""
    )


def _csv_lines(path: Path, delimiter: str, numbers: Sequence[int]) -> dict[int, str]:
    """Return the lines on which rows begin, by number; empty lines are no rows."""
    wanted, found, number = set(numbers), {}, 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=delimiter)
        next(lines, None)
        line = lines.line_num + 1
        for cells in lines:
            if cells:
                if number in wanted:
                    found[number] = str(line)
                number += 1
            line = lines.line_num + 1
            if len(found) == len(wanted):
                break
    return found


def _json_lines(path: Path, columns: Columns, engine: DuckEngine) -> Opened | None:
    """Return a file of JSON Lines by all keys that stand in it."""
    file = f"{literal(str(path))}, maximum_object_size = {_MOST_CELL}"
    keys = f"SELECT DISTINCT unnest(json_keys(json)) FROM read_ndjson_objects({file})"  # noqa: S608
    names = sorted(row[0] for row in engine.rows(keys))
    known = [name for name in names if find_path(columns.source.rows, name)]
    if not known:
        return None
    listed = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in known)
    relation = f"read_json({file}, format = 'newline_delimited', columns = {{{listed}}})"
    return Opened(relation, path.name, known, lambda numbers: _json_rows(path, numbers))


def _json_rows(path: Path, numbers: Sequence[int]) -> dict[int, str]:
    wanted, found, number = set(numbers), {}, 0
    with path.open("rb") as file:
        for line, content in enumerate(file, 1):
            if content.strip(b" \t\r\n\xef\xbb\xbf"):
                if number in wanted:
                    found[number] = str(line)
                number += 1
    return found


_QUICK: dict[str, Callable[[Path, Columns, DuckEngine], Opened | None]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


def require_source(name: str) -> None:
    """Raise UsageError (E-file-missing) for a file that isn't there."""
    if name != "-" and not is_database(name) and not Path(name).is_file():
        raise fail(UsageError, "E-file-missing", Place(name))

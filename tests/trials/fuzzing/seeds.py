"""Valid inputs to begin with: what the samples give, in every format that is read, with canaries among their values."""

import csv
import io
import json
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import openpyxl

from generator import resources
from generator.api import make_job, render
from generator.catalogue import Catalogue, Form

SAMPLES = Path(__file__).parents[3] / "samples"
CANARY = "KANARY123456"
FORMS = (
    "issue-tracker", "customer-profile", "closure-report", "satisfaction-survey", "root-cause", "archive-register",
    "training-signin", "quality-inspection", "service-request", "contact-log",
)  # fmt: skip
TABLES = ("issue-tracker", "archive-register", "training-signin", "contact-log")


class Seed(NamedTuple):
    """An input, and the id of the form that it is read for."""

    form: str
    content: bytes


@cache
def form(name: str) -> Form:
    """Return a shipped form."""
    return Catalogue(()).form(name)


@cache
def samples(name: str) -> Sequence[Any]:
    """Return the sample records of a form."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((SAMPLES / name).glob("*.json"))]


def marked(tree: Any) -> Any:
    """Return a record with a canary at the end of its texts."""
    if isinstance(tree, Mapping):
        return {key: marked(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [marked(item) for item in tree]
    return f"{tree}{CANARY}" if isinstance(tree, str) else tree


def records(name: str) -> Iterator[dict[str, Any]]:
    """Yield records of a form: those of a table are its rows, keys are titles in every second one."""
    made = form(name)
    for content in samples(name):
        inner = content.get(made.rows.key, [content]) if made.is_table and isinstance(content, dict) else content
        rows = inner if isinstance(inner, list) else [inner]
        for n, row in enumerate(rows[:6]):
            titles = {f.key: f.titles["zh-Hans"] for f in made.record_spec.fields}
            yield {titles.get(k, k) if n % 2 else k: v for k, v in row.items()}


def flat(name: str) -> list[dict[str, Any]]:
    """Return rows of plain values, as sheets have them; every second one has canaries."""
    rows = [{k: v for k, v in row.items() if not isinstance(v, (dict, list))} for row in records(name)]
    titles = {f.key: f.titles["zh-Hans"] for f in form(name).record_spec.fields}
    named = [{titles.get(k, k): v for k, v in row.items()} for row in rows]
    return [row if n % 2 else marked(row) for n, row in enumerate(named)]


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list({key: None for row in rows for key in row})


def json_seeds() -> Iterator[Seed]:
    """Yield records and lists of records as JSON."""
    for name in FORMS:
        for content in samples(name):
            yield Seed(name, json.dumps(content, ensure_ascii=False).encode())
            yield Seed(name, json.dumps(marked(content), indent=1).encode("utf-8-sig"))
        yield Seed(name, json.dumps(list(records(name)), ensure_ascii=False).encode())


def json_lines_seeds() -> Iterator[Seed]:
    """Yield records as JSON Lines, and as a batch writes down what it failed on."""
    for name in FORMS:
        for lines in (list(records(name)), [marked(one) for one in records(name)]):
            yield Seed(name, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines).encode())
        failed = {"n": 1, "number": None, "at": "x:1", "faults": [], "record": lines[0]}
        yield Seed(name, json.dumps(failed).encode())


def csv_seeds() -> Iterator[Seed]:
    """Yield lists as CSV, in the encodings and with the delimiters that spreadsheets save."""
    for name in FORMS:
        rows = flat(name)
        for encoding, delimiter in (("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")):
            text = io.StringIO()
            writer = csv.DictWriter(text, _columns(rows), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
            yield Seed(name, text.getvalue().encode(encoding, "replace"))


def xlsx_seeds() -> Iterator[Seed]:
    """Yield workbooks: our own registers, and lists as openpyxl writes them with what Excel's own files have."""
    for name in TABLES:
        yield Seed(name, render(name, samples(name)[0], "xlsx"))
        yield Seed(name, _workbook(flat(name)))


def _workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    names = _columns(rows)
    sheet.append(["月报"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(names))
    sheet.append(names)
    odd = [datetime(2024, 2, 29, 8, 30), date(2024, 2, 29), time(8, 5), True, 12.5, 1e15, "=1+1", "=NA()", "#N/A", None]
    for n, row in enumerate(rows):
        sheet.append([odd[(n + m) % len(odd)] if (n + m) % 7 == 0 else row.get(k) for m, k in enumerate(names)])
    book.create_sheet("second").append([CANARY])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


_TYPES = (
    "1::TINYINT", "2::SMALLINT", "3", "4::BIGINT", "5::HUGEINT", "200::UTINYINT", "1.5::FLOAT", "2.5::DOUBLE",
    "123.45::DECIMAL(9,2)", "99999999999999999999999999999999999999::DECIMAL(38,0)", "DATE '2024-02-29'",
    "TIME '08:05'", "TIMESTAMP '1969-01-01 08:00:00'", "TIMESTAMP_NS '2024-01-01'",
    "TIMESTAMPTZ '2024-01-01 08:00:00+08'", "true", "INTERVAL 3 MONTH", "'\\x00\\xFF'::BLOB", "uuid()",
    "[1, 2, NULL]", "{'a': 1, 'b': 'x'}", "MAP {'k': [1]}", "'a'::ENUM('a', 'b')", "NULL", "[[['x']]]", "'{}'::JSON",
    f"'{CANARY}'",
)  # fmt: skip


def parquet_seeds() -> Iterator[Seed]:
    """Yield lists as Parquet: of texts, and of every type in the place of some."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        for name in TABLES:
            rows = flat(name)
            names = _columns(rows)
            for kind in ("snappy", "zstd", "uncompressed"):
                texts = ", ".join(_row([str(row.get(k, "")) for k in names]) for row in rows)
                _copy(f"SELECT * FROM (VALUES {texts}) AS t({_named(names)})", path, kind)
                yield Seed(name, path.read_bytes())
            for at in range(0, len(_TYPES), 9):
                cells = [f"{v} AS {_named([k])}" for v, k in zip(_TYPES[at:] + _TYPES[:at], names, strict=False)]
                _copy(f"SELECT {', '.join(cells)} FROM range(3)", path, "snappy")
                yield Seed(name, path.read_bytes())


def _row(texts: Sequence[str]) -> str:
    quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    return f"({quoted})"


def _named(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _copy(query: str, path: Path, compression: str) -> None:
    with duckdb.connect() as base:
        base.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION {compression})")


def sqlite_seeds() -> Iterator[Seed]:
    """Yield databases of one table, and of several with a view, an index and a trigger."""
    for name in TABLES:
        rows = flat(name)
        for more in ("", "CREATE VIEW v AS SELECT 1; CREATE INDEX i ON t(rowid); CREATE TABLE o(a BLOB, b REAL)"):
            with warnings.catch_warnings(), sqlite3.connect(":memory:") as base:
                base.execute("PRAGMA page_size = 1024")
                base.execute(f"CREATE TABLE t ({_named(_columns(rows))})")
                for row in rows:
                    cells = [row.get(key) for key in _columns(rows)]
                    base.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(cells))})", cells)
                if not more.startswith("CREATE VIEW") or name == TABLES[0]:
                    base.executescript(more.replace("ON t(rowid)", f"ON t({_named(_columns(rows)[:1])})"))
                yield Seed(name, base.serialize())


def case_seeds() -> Iterator[Seed]:
    """Yield case files of the samples' one case."""
    entries = []
    for path in sorted((SAMPLES / "case").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        entries.append({"form": path.stem.split("-", 1)[1], "record": content})
        case = {"$schema": "urn:biaodan:case", "records": entries[-4:]}
        yield Seed(FORMS[2], json.dumps(case, ensure_ascii=False).encode())
    yield Seed(FORMS[2], json.dumps({"$schema": "urn:biaodan:case", "records": marked(entries[:3])}).encode())


def file_seeds(folder: Path, pattern: str, name: str = "") -> Iterator[Seed]:
    """Yield the files of a folder."""
    for path in sorted(folder.rglob(pattern)):
        yield Seed(name or path.name.split(".")[0], path.read_bytes())


def schema_seeds() -> Iterator[Seed]:
    """Yield the shipped schemas of forms, and a small one of every kind of field."""
    for group in ("customer", "intake", "resolution", "closure", "records", "training", "account"):
        yield from file_seeds(resources.schemas() / group, "*.json", "form")


def template_seeds() -> Iterator[Seed]:
    """Yield the shipped templates of letters and reports."""
    for one in file_seeds(resources.templates(), "*.zh-Hans.html"):
        if one.form != "satisfaction-report":
            yield one


def manifest_seeds() -> Iterator[Seed]:
    """Yield a place for a manifest: it is made where it is read, by a batch of three records."""
    yield Seed("closure-report", b"")


def job_of(name: str) -> Any:
    """Return the job of a shipped form."""
    return _job(name)


@cache
def _job(name: str) -> Any:
    return make_job(form(name), catalogue=Catalogue(()))

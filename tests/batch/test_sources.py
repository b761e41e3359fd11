"""What a batch reads, and what it says of sources that aren't as they should be."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job, make_job
from generator.errors import BiaodanError, RecordError, UsageError
from generator.records import open_source
from generator.records.foreign import ForeignSource
from tests.batch.conftest import documents, failures, manifest, reports, run


@pytest.fixture
def tracker() -> Job:
    return make_job("issue-tracker")


TRACKED = [
    {"客户名称": "甲公司", "问题描述": "打不开", "紧急程度": "高", "反馈时间": "2024-05-01 14:30", "状态": "处理中"},
    {"客户名称": "乙公司", "问题描述": "很慢", "紧急程度": "low", "反馈时间": "2024/5/2 9:05", "状态": "处理中"},
]
IN_ENGLISH = {
    "客户名称": "Customer",
    "问题描述": "Description",
    "紧急程度": "Urgency",
    "反馈时间": "Reported at",
    "状态": "Status",
}


def as_csv(rows: list[dict[str, Any]], path: Path, encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_sqlite(rows: list[dict[str, Any]], path: Path, *more: str) -> str:
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE issues ({', '.join(rows[0])})")
        base.executemany(
            f"INSERT INTO issues VALUES ({', '.join('?' * len(rows[0]))})", [list(r.values()) for r in rows]
        )
        for statement in more:
            base.execute(statement)
    return f"sqlite:///{path}"


def as_parquet(rows: list[dict[str, Any]], path: Path) -> Path:
    import duckdb

    lines = path.with_suffix(".lines")
    lines.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    duckdb.sql(f"COPY (SELECT * FROM read_json('{lines}', format='newline_delimited')) TO '{path}'")
    return path


def as_xlsx(rows: list[dict[str, Any]], path: Path) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(path)
    return path


def test_every_kind_of_source_gives_the_same_documents(tracker: Job, lines, tmp_path: Path) -> None:
    array = tmp_path / "issues.json"
    array.write_text(json.dumps(TRACKED, ensure_ascii=False), encoding="utf-8")
    sources = [
        array,
        lines(TRACKED),
        as_csv(TRACKED, tmp_path / "issues.csv"),
        as_csv(TRACKED, tmp_path / "gbk.csv", "gb18030"),
        as_xlsx(TRACKED, tmp_path / "issues.xlsx"),
        as_parquet(TRACKED, tmp_path / "issues.parquet"),
        as_sqlite(TRACKED, tmp_path / "issues.sqlite"),
    ]
    found = []
    for n, source in enumerate(sources):
        outcome = run(tracker, source, tmp_path / str(n))
        assert (outcome.done, outcome.failed) == (2, 0), source
        found.append(documents(tmp_path / str(n)))
    assert all(one == found[0] for one in found)


def test_a_header_in_another_language_is_read(tracker: Job, tmp_path: Path) -> None:
    rows = [{IN_ENGLISH[key]: value for key, value in row.items()} for row in TRACKED]
    run(tracker, as_csv(rows, tmp_path / "en.csv"), tmp_path / "en")
    run(tracker, as_csv(TRACKED, tmp_path / "zh.csv"), tmp_path / "zh")
    assert documents(tmp_path / "en") == documents(tmp_path / "zh")


@pytest.mark.parametrize("make", [as_csv, as_xlsx, as_parquet, as_sqlite])
def test_columns_that_every_record_needs_are_missed_at_once(tracker: Job, tmp_path: Path, make) -> None:
    rows = [{k: v for k, v in row.items() if k not in ("反馈时间", "状态")} for row in TRACKED]
    suffix = {as_csv: "csv", as_xlsx: "xlsx", as_parquet: "parquet", as_sqlite: "db"}[make]
    with pytest.raises(RecordError) as caught:
        run(tracker, make(rows, tmp_path / f"issues.{suffix}"), tmp_path / "out")
    assert [(f.code, f.place.titles["zh-Hans"]) for f in caught.value.faults] == [
        ("E-column-missing", "反馈时间"),
        ("E-column-missing", "状态"),
    ]
    assert not list((tmp_path / "out").glob("*"))


def test_a_column_that_is_given_for_all_is_not_missed(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "状态"} for row in TRACKED]
    job = make_job("issue-tracker", overrides={"状态": "处理中"})
    assert run(job, as_csv(rows, tmp_path / "issues.csv"), tmp_path / "out").done == 2


def test_mixed_types_in_a_column_fail_only_where_they_stand(tracker: Job, tmp_path: Path) -> None:
    rows = [
        *TRACKED,
        {**TRACKED[0], "反馈时间": 20240501},
        {**TRACKED[0], "反馈时间": "昨天"},
        {**TRACKED[0], "问题描述": 12},
    ]
    outcome = run(tracker, as_xlsx(rows, tmp_path / "issues.xlsx"), tmp_path / "out")
    assert (outcome.done, outcome.failed) == (3, 2)
    assert [(f["at"], f["faults"][0]["pointer"]) for f in failures(tmp_path / "out")] == [
        ("issues.xlsx:Sheet!4", "/rows/0/reported_at"),
        ("issues.xlsx:Sheet!5", "/rows/0/reported_at"),
    ]
    assert "昨天" not in failures(tmp_path / "out")[1]["faults"][0]["text"]


def test_lines_that_are_no_records_fail_alone(job: Job, tmp_path: Path) -> None:
    source = tmp_path / "records.jsonl"
    one = json.dumps(reports(1)[0], ensure_ascii=False)
    source.write_bytes(f'{one}\n{{"report_no": \n[1]\n'.encode() + b'{"report_no": "\xff"}\n')
    outcome = run(job, source, tmp_path / "out")
    assert (outcome.done, outcome.failed) == (1, 3)
    codes = [line["faults"][0]["code"] for line in manifest(tmp_path / "out") if "faults" in line]
    assert codes == ["E-json", "E-record-shape", "E-encoding-json"]


def test_a_long_list_is_read_record_by_record(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    records = [{"report_no": f"R{n}", "text": "张" * 50, "nested": {"n": [n, 1.5, None, "]"]}} for n in range(30_000)]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8-sig")
    source = open_source(str(path), make_job("closure-report").form)
    read = [item[0] for item in source]
    assert isinstance(source, ForeignSource)
    assert type(source.source).__name__ == "JsonArraySource"
    assert len(read) == 30_000
    assert json.loads(json.dumps(read, default=float)) == records


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (", {", "E-json"),
        ("", "E-json"),
        ("] x", "E-json"),
        (', {"a": 1, "a": 2}]', "E-json-duplicate"),
        (", NaN]", "E-json-number"),
    ],
)
def test_a_long_list_that_breaks_off_is_an_error_with_its_line(tmp_path: Path, ending: str, code: str) -> None:
    path = tmp_path / "long.json"
    whole = json.dumps([{"report_no": "R" * 100}] * 50_000, indent=0)
    path.write_text(whole[:-1].rstrip() + ending, encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        list(open_source(str(path), make_job("closure-report").form))
    assert caught.value.faults[0].code == code
    assert int(caught.value.faults[0].place.row) >= 150_000


def test_numbers_that_are_names_stay_whole_from_a_database(tmp_path: Path) -> None:
    path = tmp_path / "numbers.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE cards (customer_no INTEGER, id_no INTEGER, amount REAL, customer_name TEXT)")
        base.execute("INSERT INTO cards VALUES (123, 110105194912310021, 12.5, '甲')")
    [(raw, _)] = open_source(f"sqlite:///{path}", make_job("closure-report").form)
    assert raw["id_no"] == "110105194912310021"
    assert (raw["customer_no"].number, str(raw["amount"].number)) == (123, "12.5")


def test_a_database_with_several_tables_wants_a_query_and_names_them(tracker: Job, tmp_path: Path) -> None:
    url = as_sqlite(TRACKED, tmp_path / "issues.db", "CREATE TABLE other (x)")
    with pytest.raises(UsageError) as caught:
        run(tracker, url, tmp_path / "out")
    assert caught.value.faults[0].code == "E-query-needed"
    assert caught.value.faults[0].params["tables"] == ["issues", "other"]
    assert run(tracker, url, tmp_path / "out", query="SELECT * FROM issues WHERE 紧急程度 = '高'").done == 1


@pytest.mark.parametrize("query", ["DROP TABLE issues", "DELETE FROM issues", "SELECT nothing FROM issues", "nonsense"])
def test_a_query_only_reads(tracker: Job, tmp_path: Path, query: str) -> None:
    url = as_sqlite(TRACKED, tmp_path / "issues.db")
    with pytest.raises(BiaodanError) as caught:
        run(tracker, url, tmp_path / "out", query=query)
    assert caught.value.faults[0].code == ("E-query-reads" if query.startswith("D") else "E-query")
    assert run(tracker, url, tmp_path / "again").done == 2


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://desk:secret@127.0.0.1:9/issues", "E-database"),
        ("sqlite:////no/such/file.db", "E-file-missing"),
        ("nonsense://x", "E-database-url"),
    ],
)
def test_a_database_that_is_not_there_is_named_without_its_password(
    tracker: Job, tmp_path: Path, url: str, code: str
) -> None:
    with pytest.raises(BiaodanError) as caught:
        run(tracker, url, tmp_path / "out", query="SELECT 1")
    assert caught.value.faults[0].code == code
    assert "secret" not in str(caught.value)
    assert "desk:" not in str(caught.value)


def test_a_parquet_file_that_is_none_is_refused(tracker: Job, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(RecordError, match="E-parquet"):
        run(tracker, path, tmp_path / "out")


def test_times_without_a_zone_are_the_desks_wherever_the_machine_stands(tmp_path: Path) -> None:
    zoned = [{**TRACKED[0], "反馈时间": "2024-05-01T06:30:00+00:00"}]
    for name, rows in (("zoned", zoned), ("local", TRACKED[:1])):
        as_csv(rows, tmp_path / f"{name}.csv")
        command = ["batch", "issue-tracker", f"{tmp_path}/{name}.csv", "-o", f"{tmp_path}/{name}", "-f", "xlsx"]
        environment = {"TZ": "America/New_York", "PATH": "/usr/bin:/bin"}
        subprocess.run([sys.executable, "-m", "generator", *command], env=environment, check=True, capture_output=True)
    assert documents(tmp_path / "zoned") == documents(tmp_path / "local")


def test_an_empty_source_says_so(tracker: Job, tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    with pytest.raises(RecordError, match="E-no-records"):
        run(tracker, path, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))

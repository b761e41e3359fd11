"""The months of issues that `samples.month` makes: like a desk's, the same each time and in every format, and right."""

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import mean, median
from typing import Any

import duckdb
import openpyxl
import pytest

from generator.api import check
from samples.month import Desk, Issue, described, layout, main

COMMITTED = Path(__file__).parents[1] / "samples" / "month" / "issues.jsonl"
MAY = date(2024, 5, 1)
FORMATS = ("jsonl", "csv", "xlsx", "sqlite", "parquet")
FORMS = tuple(described()["forms"])
TITLES = [
    *("问题编号", "客户名称", "问题类型", "问题描述", "优先级", "紧急程度", "渠道", "反馈时间", "响应时间", "责任部门"),
    *("负责人", "分析结果", "解决方案", "计划完成时间", "实际完成时间", "状态", "满意度"),
]
COLUMNS = layout().columns
LABELS: dict[str, dict[Any, Any]] = {c.key: {label: value for value, label in c.labels.items()} for c in COLUMNS}
TIMES = {"reported_at", "responded_at", "planned_at", "completed_at"}


def made(folder: Path, format: str, rows: int = 300, seed: int = 1, *more: str) -> Path:
    path = folder / f"issues.{format}"
    words = ["--rows", str(rows), "--seed", str(seed), "--month", "2024-05", "--out", str(path)]
    assert main([*words, *more]) == 0
    return path


def from_jsonl(path: Path) -> list[Issue]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def from_csv(path: Path) -> list[Issue]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return by_key(list(csv.reader(file)))


def from_xlsx(path: Path) -> list[Issue]:
    rows = list(openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
    issues = by_key(rows)
    assert all(isinstance(issue[key], datetime) for issue in issues for key in TIMES & set(issue))
    return issues


def from_sqlite(path: Path) -> list[Issue]:
    with closing(sqlite3.connect(path)) as base:
        keys = [column[1] for column in base.execute("PRAGMA table_info(issues)")]
        rows = base.execute("SELECT * FROM issues").fetchall()
    return [{k: value for k, value in zip(keys, row, strict=True) if value is not None} for row in rows]


def from_parquet(path: Path) -> list[Issue]:
    with duckdb.connect() as base:
        table = base.read_parquet(str(path))
        pairs = [zip(table.columns, row, strict=True) for row in table.fetchall()]
    return [{key: value for key, value in row if value is not None} for row in pairs]


def by_key(rows: list[Any]) -> list[Issue]:
    """Return the rows of a sheet by key; its head must be the titles."""
    assert list(rows[0]) == TITLES
    pairs = (zip(LABELS, row, strict=False) for row in rows[1:])  # a row of a sheet ends with its last value
    return [{key: LABELS[key].get(cell, cell) for key, cell in row if cell not in ("", None)} for row in pairs]


def as_made(key: str, value: Any) -> Any:
    """Return a value of any format as the desk makes it: times as the clock there shows them, scores as numbers."""
    if key in TIMES:
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=None)
    return int(value) if key == "satisfaction" else value


READERS: dict[str, Callable[[Path], list[Issue]]] = dict(
    zip(FORMATS, (from_jsonl, from_csv, from_xlsx, from_sqlite, from_parquet), strict=True)
)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rows", "0"),
        ("--rows", "-5"),
        ("--rows", "2000000"),  # more than a sheet takes
        ("--month", "2024-13"),
        ("--month", "1999-05"),
        ("--seed", "-1"),
        ("--months", "0"),
        ("--form", "no-such-form"),
        ("--out", "issues.txt"),
    ],
)
def test_what_cannot_be_is_wrong_usage(
    option: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    options = {"--rows": "5", "--seed": "1", "--month": "2024-05", "--out": "issues.xlsx"} | {option: value}
    with pytest.raises(SystemExit) as end:
        main([f"{name}={said}" for name, said in options.items()])
    assert end.value.code == 2
    assert f"argument {option}" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rows", [1, 12, 2000])
def test_there_are_so_many_rows_in_order_and_numbered_without_a_gap(rows: int) -> None:
    issues = list(Desk(rows, 3, date(2023, 12, 1)).issues())
    in_order(issues)
    assert len(issues) == rows
    assert {(t.year, t.month) for t in (issue["reported_at"] for issue in issues)} == {(2023, 12)}


def in_order(issues: list[Issue]) -> None:
    numbers = [issue["issue_no"] for issue in issues]
    assert len(set(numbers)) == len(issues)
    assert numbers == sorted(numbers)
    times = [issue["reported_at"] for issue in issues]
    assert times == sorted(times)


def test_several_months_end_at_the_one_that_is_asked_for_and_differ_a_little() -> None:
    issues = list(Desk(2000, 3, date(2024, 2, 1), months=4).issues())
    in_order(issues)
    counts = Counter((t.year, t.month) for t in (issue["reported_at"] for issue in issues))
    assert list(counts) == [(2023, 11), (2023, 12), (2024, 1), (2024, 2)]
    assert counts[2024, 2] == 2000
    assert len(set(counts.values())) == 4
    assert all(1500 < count < 2600 for count in counts.values())


def test_issues_come_back_across_the_end_of_a_month() -> None:
    first: dict[tuple[str, str], datetime] = {}
    across = 0
    for issue in Desk(2000, 1, MAY, months=2).issues():
        before = first.setdefault((issue.get("customer_name", ""), issue["problem"]), issue["reported_at"])
        across += before.month != issue["reported_at"].month
    assert across > 10


@pytest.fixture(scope="module")
def month() -> list[Issue]:
    return list(Desk(4000, 1, MAY).issues())


def test_most_issues_come_on_working_mornings_and_few_at_night(month: list[Issue]) -> None:
    times = [issue["reported_at"] for issue in month]
    working = [t for t in times if t.weekday() < 5]
    mornings = sum(9 <= t.hour < 11 for t in working)
    nights = sum(t.hour < 6 for t in times)
    assert mornings > 20 * nights
    per_day = Counter(t.date() for t in times)
    assert max(n for day, n in per_day.items() if day.weekday() > 4) < min(
        n for day, n in per_day.items() if day.weekday() < 5
    )


def test_few_customers_report_much_and_some_report_the_same_again(month: list[Issue]) -> None:
    named = [issue for issue in month if "customer_name" in issue]
    counts = sorted(Counter(issue["customer_name"] for issue in named).values(), reverse=True)
    assert sum(counts[: len(counts) // 10]) > 0.25 * len(month)
    again = len(named) - len({(issue["customer_name"], issue["problem"]) for issue in named})
    assert 0.02 < again / len(named) < 0.05


def test_some_issues_are_late_some_open_some_done_in_the_next_month(month: list[Issue]) -> None:
    done = [issue for issue in month if "completed_at" in issue]
    assert {issue["status"] for issue in done} == {"solved", "closed"}
    late = sum(issue["completed_at"] > issue["planned_at"] for issue in done if "planned_at" in issue)
    assert 0.03 < late / len(done) < 0.15
    assert any(issue["completed_at"].month == 6 for issue in done)
    assert all(issue["completed_at"] > issue["reported_at"] for issue in done)
    still = [issue for issue in month if issue["status"] in ("waiting", "open")]
    assert 0.01 < len(still) / len(month) < 0.08
    assert not any("completed_at" in issue or "satisfaction" in issue for issue in still)


def test_what_was_done_of_late_is_solved_and_what_nobody_has_answered_is_waiting(month: list[Issue]) -> None:
    days = {
        status: median(i["reported_at"].day for i in month if i["status"] == status) for status in ("solved", "closed")
    }
    assert days["solved"] > 25 > days["closed"]
    assert 0 < sum(issue["status"] == "waiting" for issue in month) < 0.03 * len(month)
    assert all(
        ("responded_at" in issue) == (issue["status"] == "open")
        for issue in month
        if "completed_at" not in issue and issue["status"] in ("waiting", "open")
    )


def test_severe_issues_are_urgent_and_answered_sooner(month: list[Issue]) -> None:
    pairs = Counter((issue["severity"], issue["priority"]) for issue in month if {"severity", "priority"} <= {*issue})
    assert pairs["high", "P0"] > 10 * pairs["high", "P2"]
    assert pairs["low", "P2"] > 5 * pairs["low", "P1"]
    waits: dict[str, list[timedelta]] = {"P0": [], "P1": [], "P2": []}
    for issue in month:
        if {"priority", "responded_at"} <= {*issue}:
            waits[issue["priority"]].append(issue["responded_at"] - issue["reported_at"])
            assert issue["responded_at"] <= issue.get("completed_at", issue["responded_at"])
    assert 3 * median(waits["P0"]) < median(waits["P1"]) < median(waits["P2"])


def test_at_weekends_only_the_most_urgent_are_answered_within_hours(month: list[Issue]) -> None:
    by_priority: dict[str, list[timedelta]] = {"P0": [], "P2": []}
    for issue in month:
        if issue.get("priority") in by_priority and "responded_at" in issue and issue["reported_at"].weekday() == 5:
            by_priority[issue["priority"]].append(issue["responded_at"] - issue["reported_at"])
    assert median(by_priority["P0"]) < timedelta(hours=1)
    assert median(by_priority["P2"]) > timedelta(hours=12)


def test_customers_are_less_content_where_it_was_late(month: list[Issue]) -> None:
    scored = [issue for issue in month if {"satisfaction", "planned_at", "completed_at"} <= {*issue}]
    assert {issue["satisfaction"] for issue in scored} == {1, 2, 3, 4, 5}
    late = [issue["satisfaction"] for issue in scored if issue["completed_at"] > issue["planned_at"]]
    on_time = [issue["satisfaction"] for issue in scored if issue["completed_at"] <= issue["planned_at"]]
    assert mean(late) < mean(on_time) - 0.5
    assert 0.2 < len(scored) / len(month) < 0.6


def test_complaints_come_by_telephone_and_suggestions_in_writing(month: list[Issue]) -> None:
    channels: dict[str, Counter[str]] = {"服务投诉": Counter(), "建议反馈": Counter()}
    for issue in month:
        kind = issue.get("issue_type", "").partition("/")[0]
        if kind in channels and "channel" in issue:
            channels[kind][issue["channel"]] += 1
    assert channels["服务投诉"].most_common(1)[0][0] == "电话"
    assert channels["建议反馈"].most_common(1)[0][0] == "在线平台"


def test_a_few_values_are_missing(month: list[Issue]) -> None:
    for key, wanted in described()["missing"].items():
        could_be = [i for i in month if key != "completed_at" or i["status"] in ("solved", "closed")]
        share = sum(key not in issue for issue in could_be) / len(could_be)
        assert 0.5 * wanted < share < 0.1 or key in ("analysis", "solution"), key


def test_the_committed_file_is_what_the_command_gives(tmp_path: Path) -> None:
    assert made(tmp_path, "jsonl", 200, 1, "--months", "2").read_bytes() == COMMITTED.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(format: str, tmp_path: Path) -> None:
    first, again, other = (made(tmp_path / str(n), format, 60, seed).read_bytes() for n, seed in enumerate((1, 1, 2)))
    assert first == again != other


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_the_same_records(format: str, tmp_path: Path) -> None:
    read = READERS[format](made(tmp_path, format))
    issues = [{key: as_made(key, value) for key, value in issue.items()} for issue in read]
    assert issues == list(Desk(300, 1, MAY).issues())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
def test_every_row_is_right_by_the_rules_of_the_form(form: str, format: str, tmp_path: Path) -> None:
    assert check(form, made(tmp_path, format, 300, 1, "--months", "2", "--form", form)) == []


def test_a_form_that_cannot_say_a_thing_says_it_in_its_own_way(tmp_path: Path) -> None:
    desk = list(Desk(300, 1, MAY, always=layout("issue-tracker").always).issues())
    rows = from_jsonl(made(tmp_path, "jsonl", 300, 1, "--form", "issue-tracker"))
    assert [row["problem"] for row in rows] == [f"【{issue['issue_type']}】{issue['problem']}" for issue in desk]
    assert {"waiting", "solved"} <= {issue["status"] for issue in desk}
    said = {(issue["status"], row["status"]) for issue, row in zip(desk, rows, strict=True)}
    assert said == {("waiting", "open"), ("open", "open"), ("solved", "closed"), ("closed", "closed")}
    assert not {"issue_type", "priority", "channel", "satisfaction"} & {key for row in rows for key in row}


def test_a_form_names_what_it_takes_in_its_own_way(tmp_path: Path) -> None:
    desk = list(Desk(300, 1, MAY, always=layout("issue-intake").always).issues())
    rows = from_jsonl(made(tmp_path, "jsonl", 300, 1, "--form", "issue-intake"))
    assert [row.get("customer_person") for row in rows] == [issue.get("customer_name") for issue in desk]
    assert {row["processing_status"] for row in rows} == {"waiting", "in_progress", "solved", "closed"}

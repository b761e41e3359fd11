"""The month of issues that `samples.month` makes: like a desk's, the same each time and in every format, and right."""

import csv
import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from generator.api import check
from samples.month import Desk, Issue, columns, described, main

COMMITTED = Path(__file__).parents[1] / "samples" / "month" / "issues.jsonl"
MAY = date(2024, 5, 1)
FORMATS = ("jsonl", "csv", "xlsx", "sqlite")
FIELDS = columns()
LABELS = {field.key: {c.titles["zh-Hans"]: c.value for c in field.choices} for field in FIELDS}
TIMES = {"reported_at", "planned_at", "completed_at"}


def made(folder: Path, format: str, rows: int = 300, seed: int = 1) -> Path:
    path = folder / f"issues.{format}"
    assert main(["--rows", str(rows), "--seed", str(seed), "--month", "2024-05", "--out", str(path)]) == 0
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


def by_key(rows: list[Any]) -> list[Issue]:
    """Return the rows of a sheet by the schema's keys; its head must be the titles of the form."""
    assert list(rows[0]) == [field.title("zh-Hans") for field in FIELDS]
    pairs = (zip(LABELS, row, strict=True) for row in rows[1:])
    return [{key: LABELS[key].get(cell, cell) for key, cell in row if cell not in ("", None)} for row in pairs]


def moment(value: Any) -> datetime:
    """Return a time of any format as the local one that the desk's clock shows."""
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=None)


READERS = dict(zip(FORMATS, (from_jsonl, from_csv, from_xlsx, from_sqlite), strict=True))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rows", "0"),
        ("--rows", "-5"),
        ("--rows", "2000000"),  # more than a sheet takes
        ("--month", "2024-13"),
        ("--month", "1999-05"),
        ("--seed", "-1"),
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
    numbers = [issue["issue_no"] for issue in issues]
    assert len(set(numbers)) == rows
    assert numbers == sorted(numbers)
    times = [issue["reported_at"] for issue in issues]
    assert times == sorted(times)
    assert {(t.year, t.month) for t in times} == {(2023, 12)}


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
    counts = sorted(Counter(issue["customer_name"] for issue in month).values(), reverse=True)
    assert sum(counts[: len(counts) // 10]) > 0.25 * len(month)
    again = len(month) - len({(issue["customer_name"], issue["problem"]) for issue in month})
    assert 0.02 < again / len(month) < 0.05


def test_some_issues_are_late_some_open_some_done_in_the_next_month(month: list[Issue]) -> None:
    closed = [issue for issue in month if issue["status"] == "closed"]
    late = sum(issue["completed_at"] > issue["planned_at"] for issue in closed if "planned_at" in issue)
    assert 0.03 < late / len(closed) < 0.15
    assert any(issue["completed_at"].month == 6 for issue in closed)
    assert all(issue["completed_at"] > issue["reported_at"] for issue in closed)
    still = [issue for issue in month if issue["status"] == "open"]
    assert 0.01 < len(still) / len(month) < 0.08
    assert not any("completed_at" in issue for issue in still)


def test_a_few_values_are_missing(month: list[Issue]) -> None:
    for key in described()["missing"]:
        assert 0.03 < sum(key not in issue for issue in month) / len(month) < 0.1, key


def test_the_committed_file_is_what_the_command_gives(tmp_path: Path) -> None:
    assert made(tmp_path, "jsonl", rows=200).read_bytes() == COMMITTED.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(format: str, tmp_path: Path) -> None:
    first, again, other = (made(tmp_path / str(n), format, 60, seed).read_bytes() for n, seed in enumerate((1, 1, 2)))
    assert first == again != other


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_the_same_records(format: str, tmp_path: Path) -> None:
    read = READERS[format](made(tmp_path, format))
    issues = [{key: moment(value) if key in TIMES else value for key, value in issue.items()} for issue in read]
    assert issues == list(Desk(300, 1, MAY).issues())


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
def test_every_row_is_right_by_the_rules_of_the_form(format: str, tmp_path: Path) -> None:
    assert check(described()["form"], made(tmp_path, format)) == []

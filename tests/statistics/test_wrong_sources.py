"""A source that hasn't the month that is asked for, or has an issue twice: told, and never counted in silence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import Fault, RecordError
from generator.statistics import monthly, satisfaction
from tests.records.writings import WRITERS, in_postgres

Write = Callable[..., Any]
COLUMNS = ["issue_no", "reported_at", "status", "department"]
FORMATS = ["csv", "jsonl", "parquet", "xlsx", "sqlite", "json"]


def row(number: str = "", day: str = "2024-05-01", **more: str) -> dict[str, str]:
    return {"issue_no": number, "reported_at": f"{day} 09:00", "status": "open", "department": "技术部", **more}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writing(format: str, *table: dict[str, str]) -> str:
        path = tmp_path / f"issues.{format}"
        WRITERS[format](path, COLUMNS, table)
        return str(path)

    return writing


# --- the month ---


def about_month(warnings: list[Fault]) -> list[tuple[str, str]]:
    prefixes = ("W-figures-month", "W-figures-none")
    return [(fault.code, fault.text("en")) for fault in warnings if fault.code in prefixes]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("by", ["", "department"])
def test_a_month_that_is_not_there_is_warned_of_with_those_that_are(write: Write, format: str, by: Any) -> None:
    source = write(format, row(day="2024-04-30"), row(day="2024-06-01"), row(day="2024-04-01"))
    [(code, said)] = about_month(monthly("2024-05", source, by=by).warnings)
    assert code == "W-figures-month"
    assert "2024-04 (2), 2024-06 (1)" in said
    assert about_month(monthly("2024-06", source, by=by).warnings) == []


@pytest.mark.services
def test_postgresql_warns_of_the_month_too(postgres: str) -> None:
    query = in_postgres(postgres, COLUMNS, [row(day="2024-04-30"), row(day="2024-04-01")])
    summary = monthly("2024-05", postgres, query=query)
    assert about_month(summary.warnings)[0][1].endswith("2024-04 (2) [W-figures-month]")
    assert [record["volume"] for record in summary.records] == [0]


def test_of_many_months_the_latest_twelve_are_named(write: Write) -> None:
    days = [f"20{year}-{month:02d}-01" for year in (22, 23) for month in range(1, 13)]
    [(_, said)] = about_month(monthly("2024-05", write("csv", *(row(day=day) for day in days))).warnings)
    assert "of: …, 2023-01 (1), 2023-02 (1)" in said
    assert "2023-12 (1)" in said
    assert "2022" not in said


def test_a_source_without_any_record_is_warned_of(write: Write) -> None:
    summary = monthly("2024-05", write("csv"))
    assert [code for code, _ in about_month(summary.warnings)] == ["W-figures-none"]
    assert [record["volume"] for record in summary.records] == [0]


def test_surveys_of_another_month_are_warned_of(jsonl: Write) -> None:
    source = jsonl({"filled_on": "2024-04-30"}, {"filled_on": "2024-04-01"}, {"filled_on": "2023-12-01"})
    report = satisfaction("2024-05", source)
    assert "2023-12 (1), 2024-04 (2)" in about_month(report.warnings)[0][1]
    assert [record["returned"] for record in report.records] == [0]
    assert about_month(satisfaction("2024-04", source).warnings) == []


# --- the same issue twice ---


def twice(source: str, **more: Any) -> list[tuple[str, str, int, list[str]]]:
    with pytest.raises(RecordError) as error:
        monthly("2024-05", source, **more)
    faults = error.value.faults
    assert {(fault.code, fault.place.pointer) for fault in faults} == {("E-issue-twice", "/issue_no")}
    assert not any("WT-" in fault.text(lang) for fault in faults for lang in ("zh-Hans", "en"))
    return [(fault.place.row, fault.text("en"), fault.params["count"], fault.params["rows"]) for fault in faults]


@pytest.mark.parametrize("format", FORMATS)
def test_an_issue_in_two_rows_is_a_fault_that_names_them(write: Write, format: str) -> None:
    source = write(format, row("WT-1"), row("WT-2"), row(), row(), row("—"), row("—"), row("WT-1"))
    [(first, said, count, rows)] = twice(source)
    assert (count, rows[0]) == (2, first)
    assert "stands 2 times (rows " in said
    first_row, last_row = ("2", "8") if format in ("csv", "xlsx") else ("1", "7")
    assert [name.rpartition("!")[2] for name in rows] == [first_row, last_row] or format == "json"


def test_of_many_rows_three_are_named_and_all_are_counted(write: Write) -> None:
    source = write("csv", *(row("WT-1", day="2020-01-01") for _ in range(5)), row("WT-2"), row(" WT-2 "))
    assert [(count, rows) for _, _, count, rows in twice(source)] == [(5, ["2", "3", "4", "…"]), (2, ["7", "8"])]


def test_what_stands_in_two_states_is_the_same_issue(write: Write) -> None:
    assert len(twice(write("csv", row("WT-1"), row("WT-1", day="2024-03-01", status="closed")))) == 1
    assert len(twice(write("csv", row("WT-1"), row("WT-1", day="2024-03-01")), by="department")) == 1


def test_it_is_told_beside_the_other_faults(write: Write) -> None:
    with pytest.raises(RecordError) as error:
        monthly("2024-05", write("csv", row("WT-1"), row("WT-1"), row("WT-2", day="soon")))
    assert [fault.code for fault in error.value.faults] == ["E-date", "E-issue-twice"]


def test_different_issues_and_those_without_a_number_are_counted(write: Write) -> None:
    [record] = monthly("2024-05", write("csv", row("WT-1"), row("WT-2"), row(), row(), row("-"), row("-"))).records
    assert record["volume"] == 6


def test_a_thousand_faults_of_this_kind_are_enough(write: Write) -> None:
    assert len(twice(write("csv", *(row(f"WT-{n % 1500}") for n in range(3000))))) == 1000


@pytest.mark.services
def test_postgresql_finds_an_issue_in_two_rows(postgres: str) -> None:
    query = in_postgres(postgres, COLUMNS, [row("WT-1"), row("WT-2"), row(), row(), row("WT-1 ")])
    assert [rest[1:] for _, *rest in twice(postgres, query=query)] == [[2, ["1", "5"]]]

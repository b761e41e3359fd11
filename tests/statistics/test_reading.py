"""Sources as desks keep them: other names, encodings and spellings; and what can't be read, each with its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.errors import RecordError, UsageError
from generator.kinds.raw import CellNumber
from generator.rules import load_policy
from generator.statistics import monthly
from generator.statistics.cells import CellReader
from generator.statistics.columns import load_columns
from generator.statistics.dialect import DuckDb

Write = Callable[..., Any]

HEAD = "反馈时间,优先级,状态,实际完成时间,满意度,问题描述\n"


def only(month: str, source: str, **more: Any) -> dict[str, Any]:
    [record] = monthly(month, source, **more).records
    return record


def faults(source: str, month: str = "2024-05") -> list[tuple[str, str, str]]:
    with pytest.raises(RecordError) as error:
        monthly(month, source)
    return [(fault.code, fault.place.row, fault.place.pointer) for fault in error.value.faults]


def cases(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {row["name"]: row["cases"] for row in rows}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_table_in_any_encoding(table: Write, encoding: str) -> None:
    source = table(HEAD, "2024-05-01 09:00,P1,处理中,—,5,登录失败\n", encoding=encoding)
    record = only("2024-05", source)
    assert record["volume"] == 1
    assert cases(record["by_status"]) == {"处理中": 1}


def test_a_table_in_big5_with_traditional_titles(table: Write) -> None:
    source = table("回饋時間,優先級,狀態\n", "2024-05-01 09:00,P1,處理中\n", encoding="big5hkscs")
    assert cases(only("2024-05", source, lang="en")["by_status"]) == {"In progress": 1}


def test_a_table_with_english_titles_and_semicolons(table: Write) -> None:
    source = table("Reported at;Priority;Status\n", "2024-05-01 09:00;p1;In progress\n", "2024-05-02 09:00;P1 ;open\n")
    record = only("2024-05", source)
    assert cases(record["by_priority"]) == {"P1": 2}
    assert cases(record["by_status"]) == {"处理中": 2}


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-31 23:30",
        "2024-05-31T23:30:00",
        "2024/5/31 23:30",
        "2024年5月31日 23时30分",
        "2024-05-31T15:30:00Z",
        "2024-05-31T15:30+00:00",
        "2024-06-01T00:30:00+09:00",
        "2024-5-31 15:30+00:00",
        " 2024-05-31 23:30 ",
    ],
)
def test_a_time_is_of_the_month_that_it_has_at_the_desk(table: Write, written: str) -> None:
    source = table("反馈时间,状态\n", f"{written},open\n", "2024-05-01 00:00,open\n", "2024-04-30 23:59:59,open\n")
    record = only("2024-05", source)
    assert (record["volume"], record["last_volume"]) == (2, 1)


def test_other_names_stand_in_where_the_own_one_is_absent(jsonl: Write) -> None:
    issue = {"received_at": "2024-05-02 09:00", "occurred_at": "2024-04-02 09:00", "处理状态": "in_progress"}
    record = only("2024-05", jsonl({**issue, "转派部门/对接人": "技术部", "root_cause": "配置错误", "mood": "calm"}))
    assert record["volume"] == 1
    assert cases(record["by_status"]) == {"处理中": 1}
    assert record["by_department"] == [{"name": "技术部", "cases": 1}]
    assert record["top_causes"] == [{"cause": "配置错误", "cases": 1}]


@pytest.mark.parametrize("mark", ["-", "--", "—", "——", "–", "－", "无", "/", "n/a"])
@pytest.mark.parametrize("name", ["issues.csv", "issues.jsonl"])
def test_a_mark_for_nothing_is_nothing_in_every_column(table: Write, jsonl: Write, mark: str, name: str) -> None:
    cells = {"反馈时间": "2024-05-01 09:00", **dict.fromkeys(("优先级", "状态", "实际完成时间", "满意度"), mark)}
    source = table(f"{','.join(cells)}\n{','.join(cells.values())}\n") if name.endswith("csv") else jsonl(cells)
    record = only("2024-05", source)
    assert record["volume"] == 1
    assert not cases(record["by_priority"]).keys() & {"P0", "P1", "P2", "P3"}
    assert "satisfaction" not in record


@pytest.mark.parametrize(
    ("key", "number", "shown", "plain"),
    [
        ("customer_no", 42.0, "00042", "00042"),
        ("satisfaction", 5.0, "", "5"),
        ("satisfaction", 4.6, "5", "4.6"),
        ("satisfaction", 5.0, "5分", "5分"),
    ],
)
def test_a_cell_of_a_workbook_is_counted_as_a_form_reads_it(key: str, number: float, shown: str, plain: str) -> None:
    columns = load_columns("issues")
    cells = CellReader(columns, load_policy(), DuckDb())
    assert str(cells.plain(columns.spec(key), CellNumber(number, shown))) == plain


def test_every_unreadable_cell_is_named_with_its_row_and_column(table: Write) -> None:
    source = table(
        HEAD,
        "昨天,P1,open,,,a\n",
        '2024-05-01 09:00,P7,open,,9,"zwei\nZeilen"\n',
        "\n",
        "2024-02-30 09:00,P1,unknown,2024-05-01 09:00,4.5,b\n",
        "2024-05-01,P1,open,2024-05-02,5,c\n",
        ",P1,open,,5,d\n",
    )
    assert faults(source) == [
        ("E-date", "2", "/reported_at"),
        ("E-choice", "3", "/priority"),
        ("E-maximum", "3", "/satisfaction"),
        ("E-date", "6", "/reported_at"),
        ("E-choice", "6", "/status"),
        ("E-type-whole", "6", "/satisfaction"),
        ("E-time-missing", "7", "/reported_at"),
        ("E-required", "8", "/reported_at"),
    ]


def test_faults_of_json_lines_are_counted_by_line(jsonl: Write, tmp_path: Path) -> None:
    source = jsonl({"reported_at": "2024-05-01 09:00"}, {"reported_at": "soon"})
    path = Path(source)
    path.write_text("\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert faults(source) == [("E-date", "3", "/reported_at")]


def test_a_thousand_faults_are_enough(table: Write) -> None:
    source = table("reported_at,status\n", *["bad,open\n"] * 1500)
    assert len(faults(source)) == 1000


def test_what_is_no_table_is_said_in_the_words_of_the_reader(table: Write) -> None:
    assert faults(table("反馈时间,状态\n", "2024-05-01 09:00,open,x\n"))[0][:2] == ("E-columns", "2")
    assert faults(table("反馈时间,状态\n", '2024-05-01 09:00,"open\n'))[0][0] == "E-csv"
    assert faults(table("a,b\n", "1,2\n"))[0][0] == "E-no-header"
    assert faults(table("反馈时间,反馈时间\n", "1,2\n"))[0][0] == "E-column-twice"
    assert faults(table(""))[0][0] == "E-no-header"
    assert faults(table('{"reported_at": "2024-05-01 09:00"}\n', "{oops\n", name="issues.jsonl"))[0][:2] == (
        "E-json",
        "2",
    )


def test_short_rows_and_lines_within_cells_are_read(table: Write) -> None:
    first, second = "2024-05-01 09:00,P1,open\n", '2024-05-01 09:00,P1,open,,5,"a\nb"\n'
    assert only("2024-05", table(HEAD, first, first))["volume"] == 2
    assert only("2024-05", table(HEAD, second, second))["volume"] == 2
    assert only("2024-05", table(HEAD, first, second))["volume"] == 2


def test_a_source_without_times_of_report_can_not_be_counted(table: Write) -> None:
    assert faults(table("状态,优先级\n", "open,P1\n")) == [("E-figures-column", "", "/reported_at")]


def test_wrong_calls_are_refused(table: Write, tmp_path: Path) -> None:
    source = table("反馈时间,状态\n", "2024-05-01 09:00,open\n")
    for month, name, by in (
        ("2024-13", source, ""),
        ("2024-05", str(tmp_path / "no.csv"), ""),
        ("2024-05", source, "owner"),
    ):
        with pytest.raises(UsageError):
            monthly(month, name, by=by)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        monthly("2024-05", source, by="customer")


def test_a_header_alone_is_an_empty_month(table: Write) -> None:
    record = only("2024-05", table(HEAD))
    assert record["volume"] == 0
    assert "last_volume" not in record
    assert "comparison" not in record
    assert record["by_status"] == []
    assert "mean_minutes" not in record


def test_without_earlier_issues_nothing_is_said_of_the_month_before(table: Write) -> None:
    record = only("2024-05", table("反馈时间,状态\n", "2024-05-01 00:00,open\n"))
    assert record["by_status"] == [{"name": "处理中", "cases": 1}]
    assert not {"last_volume", "comparison"} & set(record)


def test_a_missing_column_leaves_its_figures_out_and_says_so(table: Write) -> None:
    summary = monthly("2024-05", table("反馈时间,优先级,计划完成时间,状态\n", "2024-05-01 09:00,P1,2024-05-02,open\n"))
    [record] = summary.records
    gone = {"by_type", "responses_judged", "responses_in_time", "resolutions_judged", "mean_minutes", "repeats"}
    assert not gone & set(record)
    assert record["overdue_count"] == 1
    said = "\n".join(fault.text("en") for fault in summary.warnings)
    assert "First response at; left out: Responses with a target, Responses within target" in said
    assert "Customer, Description; left out: Repeated issues, Repeat rate" in said


def test_completion_before_the_report_is_warned_of_and_not_measured(table: Write) -> None:
    source = table(
        "反馈时间,实际完成时间\n", "2024-05-02 09:00,2024-05-01 09:00\n", "2024-05-02 09:00,2024-05-02 09:10\n"
    )
    summary = monthly("2024-05", source)
    assert next(summary.records)["mean_minutes"] == 10
    assert [fault.params["count"] for fault in summary.warnings if fault.code == "W-figures-backwards"] == [1]


def test_parquet_with_times_days_and_numbers_of_its_own(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "issues.parquet"
    duckdb.connect().execute(
        "COPY (SELECT timestamptz '2024-04-30 16:00:00+00' AS reported_at, date '2024-05-31' AS planned_at,"
        f" 4 AS satisfaction, 'high' AS severity) TO '{path}'"
    )
    summary = monthly("2024-05", str(path))
    record = next(summary.records)
    assert (record["volume"], record["satisfaction"]) == (1, 4)
    assert cases(record["by_priority"]) == {"高": 1}


def test_texts_are_compared_without_what_stands_around_them(jsonl: Write) -> None:
    issue = {
        "customer_name": "甲公司",
        "problem": "登录失败",
        "reported_at": "2024-05-02 09:00",
        "department": "技术部",
    }
    again = {
        "customer_name": "　甲公司 ",
        "problem": "登录失败\n",
        "reported_at": "2024-05-02 09:00",
        "department": " 技术部",
    }
    record = only("2024-05", jsonl(issue, again))
    assert record["repeats"] == 1
    assert record["by_department"] == [{"name": "技术部", "cases": 2}]


def test_overdue_says_how_many_there_are_beyond_those_listed(table: Write) -> None:
    lines = [f"2024-05-01 09:00,2024-05-{n % 28 + 1:02d},open,N{n:03d}\n" for n in range(60)]
    record = only("2024-05", table("反馈时间,计划完成时间,状态,问题编号\n", *lines))
    assert (record["overdue_count"], len(record["overdue"])) == (60, 50)
    assert record["overdue"][0] == {"issue_no": "N000", "planned_at": "2024-05-01", "days_late": 30}

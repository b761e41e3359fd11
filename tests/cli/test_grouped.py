"""Faults of one kind over many rows: one line, with the rows and their count."""

import json
import time
from typing import Any

import pytest

from generator.cli.grouped import grouped_lines, listed
from generator.errors import Fault, Place
from generator.wording import LANGS

TITLES = {"zh-Hans": "优先级", "en": "Priority"}


def fault(
    row: str, code: str = "E-required", *, file: str = "issues.csv", field: str = "priority", **params: Any
) -> Fault:
    index = int("".join(filter(str.isdigit, row)) or 0)
    return Fault(code, Place(file, row, TITLES, f"/rows/{index}/{field}"), params)


def texts(faults: list[Fault], lang: Any = "zh-Hans") -> list[str]:
    return [text for text, _ in grouped_lines(faults, lang)]


def test_rows_with_the_same_fault_are_told_in_one_line() -> None:
    faults = [fault(row) for row in ("4", "5", "6", "7", "8", "11")]
    assert texts(faults) == ["issues.csv:第 4–8、11 行: 优先级 (/rows/*/priority): 必填，请补上（共 6 行）[E-required]"]
    assert texts(faults, "zh-Hant") == [
        "issues.csv:第 4–8、11 列: 優先順序 (/rows/*/priority): 必填，請補上（共 6 列）[E-required]"
    ]
    assert texts(faults, "en") == [
        "issues.csv:rows 4–8, 11: Priority (/rows/*/priority): is required; fill it in (6 rows) [E-required]"
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_a_fault_that_is_alone_has_the_line_that_it_always_has(lang: Any) -> None:
    alone = [fault("4"), fault("5", "E-maximum", limit=3), fault("6", field="status"), fault("7", file="b.csv")]
    assert texts(alone, lang) == [one.text(lang) for one in alone]


def test_two_faults_of_one_row_are_two_lines() -> None:
    twice = [Fault("E-required", Place("r.json", "[1]", {}, f"/items/{n}/name")) for n in range(2)]
    assert texts(twice) == [one.text() for one in twice]
    same = [fault("4"), fault("4")]
    assert texts(same) == [one.text() for one in same]


def test_what_a_sentence_says_tells_kinds_apart() -> None:
    faults = [fault("4", "E-maximum", limit=3), fault("5", "E-maximum", limit=3), fault("6", "E-maximum", limit=4)]
    assert [line.partition(": ")[0] for line in texts(faults)] == ["issues.csv:第 4–5 行", "issues.csv:6"]


def test_kinds_come_in_the_order_in_which_each_comes_first() -> None:
    faults = [fault("2", field="b"), fault("3", field="a"), fault("4", field="b"), fault("5", field="a")]
    assert [line.split("/rows/*/")[1][0] for line in texts(faults)] == ["b", "a"]


def test_a_warning_is_told_as_one() -> None:
    warned = [fault(row, "W-calendar", year=2024) for row in ("2", "3")]
    assert [warns for _, warns in grouped_lines([*warned, fault("2"), fault("3")], "en")] == [True, False]


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        (["4"], "第 4 行", "row 4"),
        (["4", "5"], "第 4–5 行", "rows 4–5"),
        (["9", "10", "12"], "第 9–10、12 行", "rows 9–10, 12"),
        (["12", "9", "10"], "第 9–10、12 行", "rows 9–10, 12"),
        (["[3]", "[4]", "[9]"], "[3]–[4]、[9]", "[3]–[4], [9]"),
        (["Sheet1!7", "Sheet1!8"], "Sheet1!第 7–8 行", "Sheet1!rows 7–8"),
        (["2024!7", "2024!8", "2024!9"], "2024!第 7–9 行", "2024!rows 7–9"),
        (["一月!7", "二月!8", "一月!8"], "一月!第 7–8 行、二月!第 8 行", "一月!rows 7–8, 二月!row 8"),
        (["台账!B7", "台账!B8", "台账!C9"], "台账!B7–B8、台账!C9", "台账!B7–B8, 台账!C9"),
        (["a!b!1", "a!b!2"], "a!b!第 1–2 行", "a!b!rows 1–2"),
    ],
)
def test_rows_are_listed_as_places_name_them(rows: list[str], zh: str, en: str) -> None:
    assert (listed(rows, "zh-Hans"), listed(rows, "en")) == (zh, en)


def test_at_most_twenty_ranges_are_listed_and_all_rows_counted() -> None:
    [line] = texts([fault(str(n)) for n in range(1, 99, 2)], "en")
    listed_rows = line.partition(": ")[0].removeprefix("issues.csv:rows ").split(", ")
    assert listed_rows == [*(str(n) for n in range(1, 40, 2)), "…"]
    assert "(49 rows)" in line


def test_ranges_over_several_sheets_are_counted_together() -> None:
    rows = [f"{sheet}!{n}" for sheet in "ABC" for n in range(1, 25, 2)]
    assert listed(rows, "en").count(",") == 20
    assert listed(rows, "en").endswith("15, …")
    exactly = [f"A!{n}" for n in range(1, 41, 2)]
    assert "…" not in listed(exactly, "en")
    assert listed([*exactly, "B!1"], "en").endswith("39, …")


def test_faults_without_a_row_are_told_one_by_one() -> None:
    faults = [Fault("E-required", Place("a.json", "", TITLES, f"/rows/{n}/x")) for n in range(3)]
    assert texts(faults) == [one.text() for one in faults]
    assert texts([Fault("E-required")] * 2) == [Fault("E-required").text()] * 2


def test_ten_thousand_faults_are_told_fast() -> None:
    faults = [fault(str(n)) for n in range(10_000)]
    faults += [fault(str(n), "E-maximum", limit=n) for n in range(10_000)]
    began = time.perf_counter()
    assert len(texts(faults)) == 10_001
    assert time.perf_counter() - began < 3


def test_check_tells_a_kind_once_and_counts_every_fault(cli: Any, save: Any) -> None:
    rows = ["客户名称,问题描述,紧急程度,反馈时间,状态", *["甲公司,打不开,P9,2024-05-01 14:30,处理中"] * 3]
    save("issues.csv", "\n".join(rows))
    done = cli("check", "issue-tracker", "issues.csv")
    first, count = done.err.strip().splitlines()
    assert first.startswith("issues.csv:第 2–4 行: 紧急程度 (/rows/*/severity): ")
    assert first.endswith("（共 3 行）[E-choice]")
    assert count == "3 处错误，0 处提示"
    told = json.loads(cli("check", "issue-tracker", "issues.csv", "--json").out)
    assert [one["row"] for one in told] == ["2", "3", "4"]

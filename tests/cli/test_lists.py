"""Lists given to the commands: which sheet, which rows, by which names, and what is told of the rest."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from generator.api import render

SAMPLES = Path(__file__).parents[2] / "samples"
TITLES = ["问题编号", "客户名称", "问题描述", "紧急程度", "反馈时间", "状态"]


def row(number: str, day: str) -> list[str]:
    return [number, "甲公司", "登录后白屏", "高", f"{day} 09:00", "处理中"]


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """Return a workbook of two months, a sheet each, and a hidden sheet of words before them."""
    book = Workbook()
    words = book.active
    words.append(TITLES)
    words.append(row("GD0", "2024-04-01"))
    words.sheet_state = "hidden"
    for name, day in (("5月", "2024-05-02"), ("6月", "2024-06-03")):
        sheet = book.create_sheet(name)
        sheet.append(TITLES)
        sheet.append(row(f"GD{name[0]}", day))
    path = tmp_path / "issues.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("words", [["check", "issue-tracker"], ["summary", "2024-05"]])
def test_of_several_sheets_none_is_chosen_in_silence(cli: Any, months: Path, words: list[str]) -> None:
    out = ["-o", "out.xlsx"] if words[0] == "summary" else []
    done = cli(*words, months, *out)
    assert (done.code, done.codes) == (1, ["E-sheets-many"])
    assert "5月、6月" in done.faults[0]
    assert not Path("out.xlsx").exists()


@pytest.mark.parametrize(("sheet", "count"), [("6月", 1), ("2", 1), ("all", 2)])
def test_a_sheet_is_named_or_numbered_or_all_are_read(cli: Any, months: Path, sheet: str, count: int) -> None:
    done = cli("render", "issue-tracker", months, "-o", "out.xlsx", "--sheet", sheet)
    assert done.code == 0
    shown = [cell for (cell,) in load_workbook("out.xlsx").worksheets[0].iter_rows(max_col=1, values_only=True)]
    assert sum(str(cell).startswith("GD") for cell in shown) == count


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(cli: Any, months: Path) -> None:
    done = cli("check", "issue-tracker", months, "--sheet", "7月")
    assert (done.code, done.codes) == (2, ["E-sheet-missing"])
    assert "5月" in done.faults[0]


def test_a_map_beside_a_list_is_used_and_told(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    text = "工单,客户名称,问题描述,紧急程度,反馈时间,状态\nGD1,甲,白屏,急,2024-05-02 09:00,处理中\n"
    path.write_text(text, encoding="utf-8")
    assert "E-unknown-key-near" in cli("check", "issue-tracker", path).codes
    (tmp_path / "desk.map.toml").write_text(
        '[columns]\n"工单" = "问题编号"\n[values."紧急程度"]\n"急" = "高"\n', encoding="utf-8"
    )
    done = cli("check", "issue-tracker", path)
    assert (done.code, done.codes) == (0, ["W-map-beside"])


def test_a_filled_form_is_no_list_of_another(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    record = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
    path.write_bytes(render("closure-report", record, "xlsx", mask=False))
    assert cli("check", "issue-tracker", path).codes == ["E-read-other"]


def test_a_line_with_more_parts_than_a_nested_list_has_is_told(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text("报告编号,处理过程\nBG1,2024-05-02 09:00|甲|内容|多余|更多|还有\n", encoding="utf-8")
    assert "E-nested-line" in cli("check", "closure-report", path).codes


def test_a_database_is_asked_by_its_query_alone(cli: Any) -> None:
    words = ["summary", "2024-05", "postgresql://nobody@localhost:1/none", "--query", "SELECT 1", "-o", "out.pdf"]
    done = cli(*words, "--where", "状态=处理中")
    assert (done.code, done.codes) == (2, ["E-reading-server"])

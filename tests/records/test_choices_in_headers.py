"""Headers that list in brackets what their column may say, as practice prints them: 状态（处理中/已关闭）."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from generator.api import make_job
from generator.record import Judged
from generator.statistics import monthly

ROWS = {
    "issue-tracker": {"客户名称": "甲", "问题描述": "慢", "紧急程度": "高", "反馈时间": "2024-05-06 09:00"},
    "requirement-tracker": {"客户名称": "甲", "需求描述": "导出", "提出时间": "2024-05-06", "进度": "调研中"},
    "issue-intake": {
        "客户姓名": "张三",
        "联系方式": "13800001234",
        "问题描述（含客户诉求）": "慢",
        "问题类型（一级/二级）": "技术故障/慢",
    },
}


def saved(path: Path, row: dict[str, Any]) -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(row))
        book.active.append(list(row.values()))
        book.save(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row, row.values()])
    return path


def read(path: Path, form: str, header: str, value: Any) -> Judged:
    """Return the row of a list that has one column more than its form needs."""
    plain = header.partition("（")[0].partition("(")[0].strip()
    row = {key: given for key, given in ROWS[form].items() if key != plain}
    job = make_job(form)
    (judged,) = job.pipeline.judged(job.open(str(saved(path, {**row, header: value}))))
    return judged


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("form", "header", "value", "key", "meant"),
    [
        ("issue-tracker", "状态(处理中/已关闭)", "处理中", "status", "open"),
        ("issue-tracker", "状态（处理中/已关闭）", "处理中", "status", "open"),
        ("issue-tracker", "状态 （处理中／已关闭）", "处理中", "status", "open"),
        ("issue-tracker", "狀態（處理中/已關閉）", "處理中", "status", "open"),
        ("issue-tracker", "紧急程度（高、中、低）", "低", "severity", "low"),
        ("requirement-tracker", "需求类型(功能/服务/其他)", "功能", "requirement_type", "feature"),
        ("requirement-tracker", "需求类型（功能/服务/其他）", "服务", "requirement_type", "service"),
        ("requirement-tracker", "需求类型（功能/服务/其他）", "其他", "requirement_type", "other"),
        ("requirement-tracker", "需求类型（功能/服务/其他）", "功能需求", "requirement_type", "feature"),
        ("requirement-tracker", "进度(调研/开发/完成)", "完成", "progress", "done"),
        ("issue-intake", "优先级（P0/P1/P2/P3）", "P2", "priority", "P2"),
        ("issue-intake", "是否转派（是/否）", "否", "needs_passing", False),
        ("issue-intake", "接触渠道(电话/邮件/社媒)", "电话", "contact_channel", "phone"),  # one of them isn't ours
    ],
)
def test_a_header_may_list_what_its_column_says(
    tmp_path: Path, suffix: str, form: str, header: str, value: str, key: str, meant: Any
) -> None:
    judged = read(tmp_path / f"list{suffix}", form, header, value)
    assert judged.values[key] == meant
    assert [f for f in judged.errors if f.place.pointer == f"/rows/0/{key}" or f.code.startswith("E-unknown-key")] == []


def test_a_value_that_is_neither_listed_nor_ours_is_refused(tmp_path: Path) -> None:
    judged = read(tmp_path / "list.csv", "issue-tracker", "状态（处理中/已关闭）", "挂起")
    assert [(f.code, f.place.pointer) for f in judged.errors] == [("E-choice", "/rows/0/status")]


@pytest.mark.parametrize("header", ["负责人（部门/姓名）", "状态（甲/乙）", "天气（晴/雨）"])
def test_brackets_that_list_no_choices_of_a_field_make_no_column_of_it(tmp_path: Path, header: str) -> None:
    judged = read(tmp_path / "list.csv", "issue-tracker", header, "晴")
    assert any(fault.code.startswith("E-unknown-key") for fault in judged.errors)


def test_two_words_for_one_choice_tell_nothing_of_it(tmp_path: Path) -> None:
    judged = read(tmp_path / "list.csv", "issue-tracker", "状态（已关闭/关闭）", "关闭")
    assert any(fault.code.startswith("E-unknown-key") for fault in judged.errors)


@pytest.mark.parametrize(
    "header", ["满意度(1-5分)", "满意度（1～5）", "满意度（分）", "满意度（必填）", "满意度(1至5分)"]
)
def test_a_score_whose_ends_or_unit_its_header_tells_is_counted(header: str, tmp_path: Path) -> None:
    path = tmp_path / "issues.csv"
    rows = [["反馈时间", header], ["2024-05-02 09:00", "5"], ["2024-05-03 09:00", "2"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    [found] = monthly("2024-05", str(path)).records
    assert found["satisfaction"] == Decimal("3.5")


def test_a_score_on_another_scale_is_none(tmp_path: Path) -> None:
    path = tmp_path / "issues.csv"
    path.write_text("反馈时间,满意度(1-10分)\n2024-05-02 09:00,5\n", encoding="utf-8")
    [found] = monthly("2024-05", str(path)).records
    assert "satisfaction" not in found

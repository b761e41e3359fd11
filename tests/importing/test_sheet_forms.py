"""Forms drafted from sheets that are laid out as forms, and lists that are none."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from generator.catalogue import FieldSpec


def laid_out(path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    """Write a sheet of rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def kinds(spec: FieldSpec) -> dict[str, Any]:
    """Return the kinds of fields by title; of sections and tables what they hold."""
    return {f.titles["zh-Hans"]: kinds(f) if f.fields else f.kind.name for f in spec.fields}


ROWS = [
    ["客户投诉处理单"],
    ["一、客户信息"],
    ["姓名", None, "联系电话", None],
    ["投诉渠道：", "□电话 □邮件", "受理日期", "    年  月  日"],
    ["投诉内容", None, None, None],
    ["二、处理过程"],
    ["序号", "时间", "处理人", "结果"],
    [1],
    [2],
    ["三、审批"],
    ["部门意见", "签字：            年   月   日"],
    ["填表说明：一式两份。"],
]
MERGED = ["A1:D1", "A2:D2", "B5:D5", "A6:D6", "A10:D10", "B11:D11", "A12:D12"]


def test_a_sheet_of_labels_and_room_is_a_form(draft: Any, tmp_path: Path) -> None:
    made = draft(laid_out(tmp_path / "form.xlsx", ROWS, MERGED))
    assert made.form.titles["zh-Hans"] == "客户投诉处理单"
    first = {"姓名": "text", "联系电话": "text", "投诉渠道": "choice", "受理日期": "date", "投诉内容": "multiline"}
    assert kinds(made.form.root) == {
        "客户信息": first,
        "处理过程": {"时间": "datetime", "处理人": "text", "结果": "text"},
        "审批": {"部门意见": "multiline", "签字": "signature"},
    }
    assert "XLSX" in made.told("W-import-form")[0]
    assert made.schema["description"] == "一式两份。"


def test_labels_with_colons_and_nothing_merged_are_a_form_too(draft: Any, tmp_path: Path) -> None:
    rows = [["登记表"], [], ["姓名：", None, "手机号："], ["是否党员：", "□是 □否", "生日"], ["住址："], ["出生日期："]]
    made = draft(laid_out(tmp_path / "form.xlsx", rows))
    assert {"姓名": "text", "手机号": "text", "是否党员": "boolean", "住址": "text"}.items() <= kinds(
        made.form.root
    ).items()


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "电话", "备注"], *[[f"张{n}", f"1380000{n:04}", None] for n in range(8)]],
        [["字段", "说明"], ["姓名", "文字"], ["电话", "文字"], ["日期", "日期"], ["地址", "文字"]],
        [["巡检表"], ["日期：", None, "班组：", None], ["序号", "设备名称", "时间", "状态"], [1], [2]],
    ],
    ids=["values", "titles of fields", "nothing yet"],
)
def test_a_list_is_no_form(draft: Any, tmp_path: Path, rows: list[list[Any]]) -> None:
    assert draft(laid_out(tmp_path / "list.xlsx", rows)).form.rows is not None

"""What is wrong with an edited workbook: told at sheet and cell, all of it at once, and nothing is changed."""

import json
from pathlib import Path

import pytest

from generator.adapting.applying import adapting_book, read_back
from generator.adapting.cells import MOST_ROWS
from generator.catalogue.dialect import lint
from generator.errors import BiaodanError
from generator.theme import shipped_theme
from generator.wording import LANGS
from tests.adapting.conftest import Desk


def test_everything_that_is_wrong_is_told_at_once_with_its_cell(desk: Desk) -> None:
    edited = desk.write("closure-report")
    expected = [
        ("E-adapt-title", edited.put("/root_cause", hans="")),
        ("E-adapt-yes", edited.put("/solution", shown="也许")),
        ("E-adapt-place", edited.put("/result", place="最后")),
        ("E-adapt-line", edited.put("/priority", hans="优先\n级")),
        ("E-adapt-long", edited.put("/closed_at", en="x" * 501)),
        ("E-adapt-kind-fixed", edited.put("/issue_no", kind="日期")),
        ("E-adapt-kind", edited.add(hans="甲", kind="彩色")),
        ("E-adapt-options-none", edited.add("/log/*", hans="乙", kind="单选", options="")),
        ("E-adapt-title-twice", edited.put("/customer_name", hans="问题编号")),
        ("E-adapt-marks", edited.word("the-issue", "zh-Hans", "〈如 客户名称〉基本信息")),
        ("E-adapt-name", edited.word("actions-taken", "zh-Hans", "【不存在的】经过")),
        ("E-adapt-option-twice", edited.choice("/priority", None, hans="P1")),
    ]
    edited.put("/visit_due", shown="否", required="否")
    assert sorted(desk.faults(edited)) == sorted(expected)
    assert not list(desk.folder.iterdir())


def test_the_nearest_kind_and_field_are_named(desk: Desk) -> None:
    edited = desk.write("closure-report")
    edited.add(hans="甲", kind="手机号码")
    edited.word("the-issue", "zh-Hans", "【客户名】的基本信息")
    with pytest.raises(BiaodanError) as caught:
        desk.read(edited)
    texts = [fault.text("zh-Hans") for fault in caught.value.faults]
    assert "手机" in texts[0] or "电话" in texts[0]
    assert "客户名称" in texts[1]


def test_rows_of_new_fields_that_say_too_little_or_too_much(desk: Desk) -> None:
    edited = desk.write("closure-report")
    first = edited.add(hans="甲", kind="")
    second = edited.add(hans="乙", kind="文字", options="一\n二")
    last = edited.sheet("fields").max_row + 1
    odd = edited.put_row(last, hans="丙", kind="文字", pointer="/nowhere/x")
    twice = edited.put_row(last + 1, hans="根本原因", pointer="/root_cause")
    assert sorted(desk.faults(edited)) == [
        ("E-adapt-kind-none", first),
        ("E-adapt-options", second),
        ("E-adapt-strange", odd),
        ("E-adapt-twice", twice),
    ]


def test_a_key_is_a_word(desk: Desk) -> None:
    edited = desk.write("closure-report")
    at = edited.put_row(edited.sheet("fields").max_row + 1, hans="丁", kind="文字", pointer="/Big-Key")
    assert desk.faults(edited) == [("E-adapt-key", at)]


def test_a_field_that_is_not_shown_is_not_required(desk: Desk) -> None:
    edited = desk.write("closure-report")
    at = edited.put("/visit_due", shown="否", required="是")
    assert desk.faults(edited) == [("E-adapt-both", at)]


def test_a_required_field_that_is_hidden_is_told(desk: Desk) -> None:
    edited = desk.write("closure-report")
    at = edited.put("/reported_at", shown="否")
    made = desk.read(edited)
    assert ("W-adapt-unasked", at) in [(fault.code, fault.place.row) for fault in made.warnings]
    (told,) = [fault for fault in made.warnings if fault.code == "W-adapt-computes"]
    assert "响应用时" in told.text("zh-Hans")


@pytest.mark.parametrize(
    ("form", "pointer", "code"),
    [
        ("closure-report", "/report_no", "E-adapt-identity"),
        ("issue-tracker", "/rows/*/planned_at", "E-adapt-needed"),
    ],
)
def test_what_a_form_is_built_on_is_not_hidden(form: str, pointer: str, code: str, desk: Desk) -> None:
    edited = desk.write(form)
    at = edited.put(pointer, shown="否")
    assert (code, at.replace("F", "C") if code == "E-adapt-needed" else at) in desk.faults(edited)


def test_rows_of_ours_that_are_deleted_are_missed(desk: Desk) -> None:
    edited = desk.write("closure-report")
    edited.sheet("fields").delete_rows(edited.row("/root_cause"))
    edited.sheet("choices").delete_rows(4)
    edited.sheet("words").delete_rows(4)
    assert sorted(desk.faults(edited)) == [
        ("E-adapt-option-lost", "选项"), ("E-adapt-piece", "文字"), ("E-adapt-row", "字段"),
    ]  # fmt: skip


def test_choices_are_not_taken_away_where_they_are_added(desk: Desk) -> None:
    edited = desk.write("issue-tracker")
    at = edited.put("/rows/*/status", options="处理中\n挂起")
    assert desk.faults(edited) == [("E-adapt-options-there", at)]


def test_sheets_and_heads_that_are_gone_are_missed(desk: Desk) -> None:
    edited = desk.write("closure-report")
    edited.sheet("choices").title = "别的"
    edited.sheet("fields").cell(3, 3).value = "名字"
    codes = [code for code, _ in desk.faults(edited)]
    assert codes == ["E-adapt-head", "E-adapt-sheet"]


def test_a_sheet_of_more_rows_than_any_form_has_is_refused(desk: Desk) -> None:
    edited = desk.write("satisfaction-survey")
    for number in range(MOST_ROWS):
        edited.sheet("fields").append(["/", None, None, f"甲{number}"])
    assert [code for code, _ in desk.faults(edited)] == ["E-adapt-rows"]


def test_another_workbook_is_no_form_to_be_adapted(tmp_path: Path, desk: Desk) -> None:
    book = desk.write("delay-notice").book
    book["biaodan"]["B3"].value = "[]"  # what is kept there is damaged, then gone
    for path in (tmp_path / "a.xlsx", tmp_path / "b.xlsx"):
        book.save(path)
        with pytest.raises(BiaodanError, match="E-adapt-book"):
            read_back(path, desk.catalogue, desk.folder)
        book.remove(book["biaodan"]) if "biaodan" in book.sheetnames else None


def test_a_schema_of_others_is_imported_first(desk: Desk) -> None:
    (desk.folder / "plain.json").write_text('{"type": "object", "properties": {"a": {"type": "string"}}}')
    with pytest.raises(BiaodanError, match="E-adapt-foreign"):
        adapting_book("plain", desk.catalogue, shipped_theme(), "zh-Hans", "plain.xlsx")


def test_what_a_report_has_no_place_for_is_told_at_its_cell(desk: Desk) -> None:
    edited = desk.write("delay-notice")
    edited.add(hans="网点", kind="文字")
    edited.move("/remedy", "/delay_reason")
    made = desk.read(edited)
    told = {fault.code: edited.book["字段"][fault.place.row.partition("!")[2]].value for fault in made.warnings}
    assert told == {"W-adapt-nowhere": "网点", "W-adapt-still": "补救措施"}
    for lang in LANGS:
        assert "x-wording" not in "".join(fault.text(lang) for fault in made.warnings)


def test_lint_tells_the_cell_where_a_change_was_made_that_has_lost_its_field(desk: Desk) -> None:
    edited = desk.write("closure-report")
    at = edited.put("/root_cause", hans="原因")
    desk.apply(edited)
    path = desk.folder / "closure-report.patch.json"
    patch = json.loads(path.read_text(encoding="utf-8"))
    patch["x-change"]["/cause_of_old"] = patch["x-change"].pop("/root_cause")
    path.write_text(json.dumps(patch, ensure_ascii=False), encoding="utf-8")
    (note,) = desk.catalogue.form("closure-report").notes
    assert f"closure-report.patch.json:closure-report.xlsx {at}" in note.text("zh-Hans")
    assert lint(path) == []

"""Lists as customer desks keep them: what a person reads in a cell is what a field gets, or it is told."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from generator.api import check, make_policy, propose_map
from generator.catalogue import Form
from generator.errors import RecordError
from generator.pipeline import Pipeline
from generator.records import ListSource, open_source, warnings_of
from generator.records.book_source import BookSource
from generator.records.mapping import load_map
from generator.records.reading import Reading

FIELDS: dict[str, Any] = {
    "no": {"title": "单号", "type": "string"},
    "name": {"title": "客户名称", "type": "string"},
    "fee": {"title": "金额", "type": "number", "x-unit": "yuan"},
    "span": {"title": "处理时长", "type": "integer", "x-unit": "minute"},
    "count": {"title": "件数", "type": "integer"},
    "called": {"title": "是否回访", "type": "boolean"},
    "note": {"title": "备注", "type": "string"},
}


@pytest.fixture(scope="module")
def form(form_of: Callable[..., Form]) -> Form:
    return form_of(FIELDS)


@pytest.fixture
def read(form: Form, tmp_path: Path) -> Callable[..., tuple[list[dict[str, Any]], list[str]]]:
    """Return a function of the rows of a sheet to the values read and the codes of what is told."""

    def reading(*rows: Sequence[Any], reading: Reading | None = None) -> tuple[list[dict[str, Any]], list[str]]:
        path = saved(tmp_path / "list.xlsx", rows)
        values, told = [], []
        try:
            source = open_source(str(path), form, reading or Reading())
            for judged in Pipeline(form, make_policy()).judged(source):
                values.append(judged.values)
                told += [fault.code for fault in judged.faults]
            told += [fault.code for fault in warnings_of(source)]
        except RecordError as error:
            told += [fault.code for fault in error.faults]
        return values, told

    return reading


def saved(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write a sheet; a cell is a value, or a value with its number format."""
    book = Workbook()
    for n, row in enumerate(rows, 1):
        for at, cell in enumerate(row, 1):
            target = book.active.cell(n, at)
            target.value, code = cell if isinstance(cell, tuple) else (cell, "")
            target.number_format = code or target.number_format
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        (1.5, 15000),
        ((-1.5, r"0.00_);[Red]\(0.00\)"), -15000),
        ((1.5, '_ "¥"* #,##0.00_ '), 15000),
        ("（1.5）", -15000),
        ("15000元", 15000),
    ],
)
def test_a_unit_in_the_name_of_a_column_counts_for_numbers_in_brackets_and_with_a_sign_too(read, cell, yuan):
    values, told = read(["单号", "客户名称", "金额（万元）"], ["A1", "甲", cell])
    assert (values[0]["fee"], told) == (yuan, [])


def test_a_sign_of_yuan_that_is_written_beneath_a_unit_of_myriads_is_told(read):
    assert read(["单号", "客户名称", "金额（万元）"], ["A1", "甲", "¥15,000"])[1] == ["E-unit-twice"]


@pytest.mark.parametrize(
    "name", ["金额（单位：万元）", "金额\n(单位:万元)", "金额/万元", "*金额（万元）*", "※金额【万元】"]
)
def test_a_unit_in_the_name_of_a_column_is_known_however_it_is_put(read, name):
    assert read(["单号", name], ["A1", 1.5])[0][0]["fee"] == 15000


@pytest.mark.parametrize("cell", [timedelta(hours=12), (0.5, "h:mm"), (0.5, "[h]:mm")])
def test_a_span_of_time_is_not_counted_in_the_unit_of_its_column_again(read, cell):
    assert read(["单号", "处理时长（小时）"], ["A1", cell])[0][0]["span"] == 720


@pytest.mark.parametrize(
    "title", ["六月台账（金额单位：万元）", "六月台账(万元)", "（单位 万元）", "单位：美元", "统计员：甲；单位：千元"]
)
def test_another_unit_of_amounts_is_seen_wherever_it_stands_above_a_list(read, title):
    assert read([title], ["单号", "客户名称", "金额"], ["A1", "甲", 1.5])[1] == ["E-list-unit"]
    assert read([title], ["单号", "客户名称", "备注"], ["A1", "甲", "x"])[1] == []
    assert read([title], ["单号", "客户名称", "金额（万元）"], ["A1", "甲", 1.5])[1] == []


def test_another_unit_of_amounts_is_seen_beneath_a_list(read):
    assert "E-list-unit" in read(["单号", "客户名称", "金额"], ["A1", "甲", 1.5], ["注：金额单位：万元"])[1]


@pytest.mark.parametrize(
    "total", ["合 计：", "本月合计（元）", "合计（大写）：叁元整", "合计 2 单", "合计：2", "平均", "Total:", "Average"]
)
@pytest.mark.parametrize("at", [0, 1])
def test_rows_of_totals_are_known_by_more_than_the_bare_word(read, total, at):
    row = [*[""] * at, total, *[""] * (1 - at), 3]
    values, told = read(["单号", "客户名称", "金额"], ["A1", "甲", 1], row, ["A2", "乙", 2])
    assert ([one["no"] for one in values], told) == (["A1", "A2"], ["W-rows-total"])


@pytest.mark.parametrize("name", ["合计科技有限公司", "平均数研究所", "总计 7 号楼物业公司", "Total 24", "Sum41"])
def test_names_that_begin_like_totals_are_records(read, name):
    assert len(read(["客户名称", "金额"], [name, 1])[0]) == 1


def test_a_second_list_beneath_whose_columns_are_in_another_order_is_told_and_never_misread(read):
    first, second = ["单号", "客户名称", "备注"], ["单号", "备注", "客户名称"]
    values, told = read(first, ["A1", "甲", "x"], [], second, ["A2", "y", "乙"])
    assert ([one["name"] for one in values], told) == (["甲"], ["E-header-again"])
    assert read(first, ["A1", "甲", "x"], first, ["A2", "乙", "y"])[1] == ["W-rows-header"]


@pytest.mark.parametrize(
    ("cell", "answer"), [("√", True), ("✔", True), ("☑", True), ("×", False), ("✘", False), ("☐", False), ("□", False)]
)
def test_ticks_and_boxes_are_answers(read, cell, answer):
    assert read(["单号", "是否回访"], ["A1", cell])[0][0]["called"] is answer


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("件数", "三", "E-type-whole"),
        ("件数", 3.5, "E-type-whole"),
        ("金额", "面议", "E-type-number"),
        ("是否回访", "待定", "E-type-answer"),
    ],
)
def test_a_word_in_the_place_of_a_number_or_answer_is_told_by_what_to_write(read, name, cell, code):
    assert read(["单号", name], ["A1", cell])[1] == [code]


def test_a_note_that_the_rest_is_blank_is_no_record(read):
    assert read(["单号", "客户名称", "备注"], ["A1", "甲", ""], ["（以下空白）"])[1] == ["W-rows-note"]


def test_cells_of_text_files_that_are_guarded_against_excel_say_what_they_show(form, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('单号,客户名称,金额\n="0042",甲,12\n"\t0043",乙,="13"\n', encoding="utf-8")
    source = open_source(str(path), form, Reading())
    read = [judged.values for judged in Pipeline(form, make_policy()).judged(source)]
    assert [(one["no"], one["fee"]) for one in read] == [("0042", 12), ("0043", 13)]


def test_a_tab_is_no_guard_where_it_stands_between_cells(form, tmp_path):
    path = tmp_path / "list.tsv"
    path.write_text("单号\t客户名称\t金额\nA1\t\t12\n", encoding="utf-8")
    [(values, _)] = open_source(str(path), form, Reading())
    assert values == {"单号": "A1", "金额": "12"}


def test_a_protected_workbook_is_read_with_its_password(form, tmp_path):
    from msoffcrypto.format.ooxml import OOXMLFile

    path, protected = saved(tmp_path / "list.xlsx", [["单号", "客户编号"], ["A1", "K1"]]), tmp_path / "protected.xlsx"
    with path.open("rb") as plain, protected.open("wb") as made:
        OOXMLFile(plain).encrypt("secret", made)
    [(values, _)] = open_source(str(protected), form, Reading(password="secret", ignores_unknown=True))
    assert values["单号"] == "A1"
    assert '"客户编号"' in propose_map(["contact-log"], protected, password="secret")[0]


def test_names_beneath_merged_groups_belong_to_the_header_though_none_of_them_is_known(form, tmp_path):
    path = tmp_path / "list.xlsx"
    rows = [["单号", "客户名称", "计划", ""], ["", "", "时间", "人"], ["A1", "甲", "x", "y"]]
    book = load_workbook(saved(path, rows))
    book.active.merge_cells("C1:D1")
    book.save(path)
    [(values, _)] = open_source(str(path), form, Reading(ignores_unknown=True))
    assert values == {"单号": "A1", "客户名称": "甲"}


def test_a_cell_under_no_name_is_told_by_its_place(form, tmp_path):
    path = saved(tmp_path / "list.xlsx", [["单号", "金额", ""], ["A1", 1, "旁注"]])
    [error] = open_source(str(path), form, Reading())
    assert (error.faults[0].code, error.faults[0].place.row) == ("E-column-unnamed", "Sheet!C2")


RATING = {"type": "integer", "minimum": 1, "maximum": 5, "x-control": "rating"}


@pytest.mark.parametrize(("given", "mark"), [("5分", 5), ("４ 分", 4), ("3星", 3), ("2 stars", 2), (1, 1)])
def test_a_mark_with_its_measure_is_a_mark(form_of, given, mark):
    form = form_of({"r": {"title": "评价", **RATING}})
    [judged] = Pipeline(form, make_policy()).judged(ListSource([{"r": given}], form))
    assert (judged.values["r"], judged.faults) == (mark, ())


@pytest.mark.parametrize("given", ["10分", "很好", "5次"])
def test_what_is_no_mark_is_told_with_the_marks_there_are(form_of, given):
    [fault] = check(form_of({"r": {"title": "评价", **RATING}}), {"r": given})
    assert fault.code == "E-choice"


def test_a_unit_in_a_name_counts_for_numbers_of_json_as_for_those_of_sheets(form, tmp_path):
    path = tmp_path / "list.json"
    path.write_text('[{"单号": "A1", "费用（万元）": 1.5}, {"单号": "A2", "费用（万元）": "1.5"}]', encoding="utf-8")
    (tmp_path / "map.toml").write_text('[columns]\n"费用（万元）" = "金额"\n', encoding="utf-8")
    source = open_source(str(path), form, Reading(mapping=load_map(str(tmp_path / "map.toml"))))
    assert [judged.values["fee"] for judged in Pipeline(form, make_policy()).judged(source)] == [15000, 15000]


def test_nobody_is_told_to_drop_a_unit_from_a_name(form):
    [fault] = check(form, {"金额（万元）": 1.5})
    assert (fault.code, fault.params["near"]) == ("E-unknown-key-unit", ["金额"])
    [fault] = check(form, {"客户名": "甲"})
    assert fault.code == "E-unknown-key-near"


@pytest.mark.parametrize("text", ["1.38E+10", " 1.10101E+17 ", "1E+11"])
def test_a_number_that_excel_shortened_in_a_file_of_text_is_told(form, text):
    assert [fault.code for fault in check(form, {"no": text})] == ["E-number-shortened"]


@pytest.mark.parametrize("text", ["1.38e+10", "E+10", "型号 1.38E+10", "1.38E+100"])
def test_what_excel_does_not_write_is_a_text(form, text):
    assert check(form, {"no": text}) == []


def test_a_cell_that_shows_a_shortened_number_has_all_of_its_digits(read):
    assert read(["单号", "客户名称"], [(13800138000, "0.00E+00"), "甲"])[0][0]["no"] == "13800138000"


def test_an_amount_that_several_records_have_from_one_merged_cell_is_told(form, tmp_path):
    path = tmp_path / "list.xlsx"
    book = load_workbook(
        saved(path, [["单号", "客户名称", "金额"], ["A1", "甲", 100], ["A2", "", ""], ["A3", "乙", 1]])
    )
    book.active.merge_cells("B2:B3")
    names = open_source(str(path), form, Reading())
    book.save(path)
    assert (len(list(names)), warnings_of(names)) == (3, [])
    book.active.merge_cells("C2:C3")
    book.save(path)
    amounts = open_source(str(path), form, Reading())
    assert [raw[0]["金额"].number for raw in amounts] == [100, 100, 1]
    [warning] = warnings_of(amounts)
    assert (warning.code, warning.params["rows"]) == ("W-rows-merged", ["3"])


def test_a_hidden_sheet_of_a_nested_list_is_told(form_of, tmp_path):
    steps = {
        "type": "array",
        "title": "处理过程",
        "items": {"type": "object", "properties": {"what": {"title": "内容"}}},
    }
    form = form_of({"no": {"title": "单号", "type": "string"}, "steps": steps}, **{"x-form": {"identity": "/no"}})
    book = load_workbook(saved(tmp_path / "list.xlsx", [["单号"], ["A1"]]))
    for row in (["单号", "内容"], ["A1", "电话"]):
        (book["处理过程"] if "处理过程" in book.sheetnames else book.create_sheet("处理过程")).append(row)
    book["处理过程"].sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    source = open_source(str(tmp_path / "list.xlsx"), form, Reading())
    assert [raw[0] for raw in source] == [{"单号": "A1"}]
    assert [fault.code for fault in warnings_of(source)] == ["W-sheet-hidden"]


@pytest.mark.parametrize("name", ["件数（件）", "件数(单)", "件数/个"])
def test_pieces_in_a_name_are_just_the_numbers_of_a_field_without_a_unit(read, name):
    values, told = read(["单号", name], ["A1", 3])
    assert (values[0]["count"], told) == (3, [])
    assert read(["单号", "件数（%）"], ["A1", 3])[1] == ["E-number-bare"]


@pytest.mark.parametrize("mark", ["同上", "〃", "Ditto", " 同上 "])
def test_what_only_says_that_it_is_as_above_is_told_and_no_name(read, form, tmp_path, mark):
    rows = [["单号", "客户名称", "金额", "件数", "备注"], ["A1", "甲公司", 1, 2, "x"], ["A2", mark, 1, 2, "x"]]
    _, told = read(*rows)
    path = tmp_path / "list.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    assert told == [fault.code for fault in check(form, path)] == ["E-cell-ditto"]


def test_sheets_that_say_different_things_above_their_lists_are_told_of(tmp_path):
    path, book = tmp_path / "months.xlsx", Workbook()
    for sheet, day in ((book.active, "2024-05-31"), (book.create_sheet("6月"), "2024-06-30")):
        sheet.append([f"统计日期：{day}"])
        sheet.append(["客户名称", "问题描述", "紧急程度", "反馈时间", "状态"])
        sheet.append(["甲", "白屏", "高", "2024-05-01 09:00", "处理中"])
    book.save(path)
    [fault] = check("issue-tracker", path, reading=Reading(sheet="all"))
    assert (fault.code, fault.params["fields"]) == ("W-head-differs", ["统计日期"])


def test_a_file_of_sqlite_is_read_by_its_name(form, tmp_path):
    path = tmp_path / "desk.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE list (单号 TEXT, 件数 INTEGER)")
        base.execute("INSERT INTO list VALUES ('A1', 3)")
    [judged] = Pipeline(form, make_policy()).judged(open_source(str(path), form))
    assert judged.values == {"no": "A1", "count": 3}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system doesn't tell which files are open")
def test_a_workbook_is_let_go_of_once_it_has_been_read(form, tmp_path):
    path = saved(tmp_path / "list.xlsx", [["单号", "件数"], ["A1", 3], ["A2", 4]])
    source = BookSource(path, form)
    assert len(list(source)) == 2
    opened = [str(link.resolve()) for link in Path("/proc/self/fd").iterdir()]
    assert str(path) not in opened
    assert len(list(source)) == 2


def test_totals_whose_word_stands_in_the_column_of_running_numbers_are_no_record(read):
    head = ["序号", "单号", "客户名称", "金额", "处理时长", "件数", "备注"]
    values, told = read(head, [1, "A1", "甲", 5, 10, 2, "x"], ["合计", "1 单", "共", 5, 10, 2, "y"])
    assert [row["no"] for row in values] == ["A1"]
    assert told == ["W-rows-total"]

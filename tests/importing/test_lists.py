"""Forms drafted from lists: what a column is by its values, what a workbook asks of it, what is said around it."""

import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from generator.api import check, render
from generator.errors import BiaodanError
from generator.importing.rules_of_cells import rules_of_book
from generator.records.workbooks import Book

ROOT = Path(__file__).parents[2]
_FIRST = date(2024, 1, 1)


def identity_number(number: int) -> str:
    """Return a number that ends in the digit of GB 11643."""
    body = f"110105{1960 + number % 40}{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def column(draft: Any, title: str, values: list[str]) -> Any:
    """Return what a column of a list of text becomes, beside one that says nothing."""
    text = f"事由,{title}\n" + "".join(f"第{n}件,{value}\n" for n, value in enumerate(values))
    made = draft(text)
    assert "W-import-unproved" not in made.codes
    return list(made.form.rows.fields)[1]


@pytest.mark.parametrize(
    ("title", "values", "kind", "sensitive"),
    [
        ("登记日", ["2024-01-05", "2024/2/6", "2024年3月7日"], "date", ""),
        ("登记时刻", ["2024-01-05 10:00", "2024-02-06 09:30"], "datetime", ""),
        ("月份", ["2024-01", "2024年2月"], "month", ""),
        ("开始时间", ["9:00", "14:30"], "time", ""),
        ("数量", ["3", "15", "-"], "integer", ""),
        ("重量", ["3.5", "15"], "number", ""),
        ("折扣", ["85%", "90%"], "percent", ""),
        ("费用", ["¥1200.00", "¥35.5"], "money", ""),
        ("价格", ["$1200.50", "$3"], "currency", ""),
        ("用量", ["3件", "15件"], "integer", ""),
        ("时长", ["2小时", "35分钟"], "duration", ""),
        ("金额（元）", ["1200.00", "35.5"], "money", ""),
        ("处理时长（分钟）", ["35", "120"], "duration", ""),
        ("已回访", ["是", "否", "是"], "boolean", ""),
        ("邮箱", ["a@example.com", "b@example.org"], "email", "email"),
        ("手机", ["13800001234", "138****5678"], "text", "phone"),
        ("证件", [identity_number(n) for n in range(4)], "text", "id"),
        ("卡号", ["6222021234567890", "6222021234567891"], "text", ""),
        ("工号", ["00042", "00043"], "text", ""),
        ("联系人", ["张三", "李四"], "text", "name"),
        ("处理说明", ["好", "行"], "multiline", ""),
    ],
)
def test_a_column_is_what_all_of_its_values_are(
    draft: Any, title: str, values: list[str], kind: str, sensitive: str
) -> None:
    spec = column(draft, title, values)
    assert (spec.kind.name, spec.sensitive) == (kind, sensitive)


def test_one_value_that_is_no_date_makes_a_text_of_the_column_and_is_told(draft: Any) -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 20)]
    made = draft("事由,日期\n" + "".join(f"事{n},{day}\n" for n, day in enumerate([*days, "下周"])))
    assert made.form.rows.fields[1].kind.name == "text"
    (told,) = made.told("W-import-mixed")
    assert "19 values" in told
    assert "rows 21" in told


def test_answers_that_repeat_become_choices_with_how_often_they_stand_there(draft: Any) -> None:
    states = ["处理中"] * 6 + ["已办结"] * 5 + ["挂起"]
    made = draft("事由,办理状态\n" + "".join(f"事{n},{state}\n" for n, state in enumerate(states)))
    spec = made.form.rows.fields[1]
    assert [choice.value for choice in spec.choices] == ["处理中", "已办结", "挂起"]
    (told,) = made.told("W-import-choices")
    assert "处理中 6, 已办结 5, 挂起 1" in told


def test_names_that_repeat_are_no_choices(draft: Any) -> None:
    made = draft("事由,申请人\n" + "".join(f"事{n},{'张王'[n % 2]}某\n" for n in range(40)))
    assert made.form.rows.fields[1].choices == ()


def test_fields_of_the_vocabulary_are_shared_where_their_values_agree(draft: Any) -> None:
    made = draft("客户名称,紧急程度,反馈时间\n甲公司,高,2024-01-05 10:00\n乙公司,低,2024-01-06 11:30\n")
    assert [node.get("$ref", "").rpartition("/")[2] for node in made.rows.values()] == [
        "customer_name",
        "severity",
        "reported_at",
    ]
    made = draft("客户名称,紧急程度\n甲公司,特急\n乙公司,平\n")
    assert "$ref" not in list(made.rows.values())[1]


def test_personal_values_never_become_a_shared_field_that_is_not_masked(draft: Any) -> None:
    made = draft("事由,电话,联系人\n甲,13800001111,张三\n乙,010-88886666,李四\n")
    assert [spec.sensitive for spec in made.form.rows.fields] == ["", "phone", "name"]


def test_a_cell_with_several_answers_is_a_choice_of_several(draft: Any) -> None:
    ways = ["电话、邮件", "邮件、上门", "电话", "电话、上门", "邮件"] * 3
    made = draft("事由,渠道\n" + "".join(f"事{n},{way}\n" for n, way in enumerate(ways)))
    spec = made.form.rows.fields[1]
    assert (spec.kind.name, [choice.value for choice in spec.choices]) == ("choices", ["电话", "邮件", "上门"])


def test_what_is_filled_in_everywhere_is_required_once_there_are_rows_enough(draft: Any) -> None:
    lines = [f"事{n},{n},{'有' if n % 2 else ''}\n" for n in range(12)]
    made = draft("事由,件数,附注\n" + "".join(lines))
    assert [spec.required for spec in made.form.rows.fields] == [True, True, False]
    made = draft("事由,件数,附注\n" + "".join(lines[:3]))
    assert not any(spec.required for spec in made.form.rows.fields)
    made = draft("事由*,件数,附注\n" + "".join(lines[:3]))
    assert [spec.required for spec in made.form.rows.fields] == [True, False, False]


def tracker(path: Path, rows: int = 24) -> Path:
    """Write a list as a desk's own grew: a title, two rows of names, validations, totals, a note, a list of answers."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    answers = book.create_sheet("参数")
    for number, text in enumerate(["来电", "微信", "邮件"], 1):
        answers.cell(number, 2, text)
    book.defined_names["渠道表"] = DefinedName("渠道表", attr_text="'参数'!$B$1:$B$3")
    sheet.append(["客户问题台账"])
    sheet.append(["制表人：李静", "", "", "统计日期：2024-05-31"])
    sheet.append(["序号", "登记日期", "客户", "", "渠道", "等级", "金额（元）", "时间", ""])
    sheet.append(["", "", "姓名", "手机", "", "", "", "计划", "实际"])
    for area in ("A1:I1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "G3:G4", "H3:I3"):
        sheet.merge_cells(area)
    for number in range(rows):
        day = _FIRST + timedelta(days=number)
        done = datetime(2024, 3, 1, 9, 30) + timedelta(days=number) if number % 3 else None
        sheet.append([number + 1, day, f"王{number}", f"1380000{number:04}", ["来电", "微信"][number % 2]])
        for at, value in zip("FGHI", ["高", number * 10.5, day + timedelta(days=3), done], strict=True):
            sheet[f"{at}{number + 5}"] = value
    sheet.append(["合计", "", "", "", "", "", 1234.5])
    sheet.append(["注：每周一更新"])
    for kind, formula, area in (("list", "渠道表", "E5:E900"), ("list", '"高,中,低"', "F5:F900")):
        rule = DataValidation(type=kind, formula1=formula, showErrorMessage=True)
        rule.add(area)
        sheet.add_data_validation(rule)
    limit = DataValidation(type="decimal", operator="between", formula1="0", formula2="9999", prompt="含税")
    limit.add("G5:G900")
    custom = DataValidation(type="custom", formula1="LEN(D5)=11")
    custom.add("D5:D900")
    for rule in (limit, custom):
        sheet.add_data_validation(rule)
    book.save(path)
    return path


def test_a_tracker_that_grew_becomes_a_table_that_takes_all_of_its_rows(draft: Any, tmp_path: Path) -> None:
    path = tracker(tmp_path / "台账.xlsx")
    made = draft(path)
    assert made.schema["title"] == "客户问题台账"
    assert made.schema["properties"]["rows"]["x-table"] == {"serial": True, "totals": ["amount"]}
    assert [(s.titles["zh-Hans"], s.kind.name) for s in made.form.rows.fields] == [
        ("登记日期", "date"),
        ("客户/姓名", "text"),
        ("客户/手机", "text"),
        ("渠道", "choice"),
        ("等级", "choice"),
        ("金额", "money"),
        ("时间/计划", "date"),
        ("时间/实际", "datetime"),
    ]
    assert [s.titles["zh-Hans"] for s in made.form.head] == ["制表人", "统计日期"]
    assert [[c.value for c in s.choices] for s in made.form.rows.fields if s.choices] == [
        ["来电", "微信", "邮件"],
        ["高", "中", "低"],
    ]
    assert made.rows["amount"]["maximum"] == 9999
    assert made.rows["amount"]["description"] == "含税"
    assert any("LEN(D5)=11" in told for told in made.told("W-import-lost"))
    assert made.told("W-import-proved")
    assert not any("李静" in fault.text("en") for fault in made.report)
    assert [fault for fault in check(made.form, path) if not fault.is_warning] == []


def test_several_lists_of_the_same_columns_are_one_and_others_must_be_named(draft: Any, tmp_path: Path) -> None:
    book = Workbook()
    for name, head in (("1月", ["事由", "件数"]), ("2月", ["事由", "件数"])):
        sheet = book.create_sheet(name)
        for row in (head, ["甲", 1], ["乙", 2]):
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "months.xlsx")
    assert "4 rows" in draft(tmp_path / "months.xlsx").told("W-import-list")[0]
    sheet = book.create_sheet("别的")
    for row in (["名称", "价格", "产地"], ["丙", 1.5, "京"]):
        sheet.append(row)
    book.save(tmp_path / "months.xlsx")
    with pytest.raises(BiaodanError, match="E-import-sheets"):
        draft(tmp_path / "months.xlsx")
    assert len(draft(tmp_path / "months.xlsx", sheet="别的").form.rows.fields) == 3


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_register_of_ours_gives_its_form_back(draft: Any, tmp_path: Path, lang: str, register: str) -> None:
    record = json.loads((ROOT / "samples" / register / "ordinary.json").read_text(encoding="utf-8"))
    path = tmp_path / "own.xlsx"
    path.write_bytes(render(register, record, "xlsx", lang=lang))
    made = draft(path)
    assert made.told("W-import-ours")
    from generator import Catalogue

    form = Catalogue(()).form(register)
    assert [_said(spec) for spec in made.form.root.walk()] == [_said(spec) for spec in form.root.walk()]


def _said(spec: Any) -> tuple[object, ...]:
    return spec.key, spec.kind, spec.titles, spec.required, spec.choices, spec.derive, spec.checks


@pytest.fixture(params=["issue-tracker", "kpi-tracker", "improvement-plan"])
def register(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_register_of_ours_can_be_guessed_all_the_same(draft: Any, tmp_path: Path) -> None:
    record = json.loads((ROOT / "samples/issue-tracker/ordinary.json").read_text(encoding="utf-8"))
    path = tmp_path / "own.xlsx"
    path.write_bytes(render("issue-tracker", record, "xlsx"))
    made = draft(path, infer=True)
    assert not made.told("W-import-ours")
    assert [s.kind.name for s in made.form.rows.fields].count("choice") == 2


def test_the_command_writes_a_form_once_and_tells_what_it_guessed(cli: Callable[..., Any], save: Any) -> None:
    save("list.csv", "事由,日期\n甲,2024-01-05\n")
    done = cli("import", "list.csv", "-o", "my-list.json", "--lang", "en")
    assert (done.code, done.out) == (0, "my-list.json\n")
    assert "guessed to be: date (from 1 values)" in done.err
    assert cli("lint", "my-list.json").code == 0
    assert cli("check", "my-list.json", "list.csv").code == 0
    again = cli("import", "list.csv", "-o", "my-list.json")
    assert (again.code, "[E-exists]" in again.err) == (2, True)
    report = json.loads(cli("import", "list.csv", "-o", "my-list.json", "--force", "--json").out)
    assert (report["form"], report["out"]) == ("my-list", "my-list.json")
    assert {line["code"] for line in report["report"]} >= {"W-import-list", "W-import-kind"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "只有一句话\n", "E-import-no-list"),
        ("a.xlsx", b"PK\x03\x04 broken", "E-xlsx"),
        ("a.xlsx", b"no workbook", "E-xlsx"),
        ("a.bin", b"\x00\x01", "E-import-kind"),
    ],
)
def test_what_is_no_source_is_refused(cli: Callable[..., Any], save: Any, name: str, content: Any, code: str) -> None:
    save(name, content)
    done = cli("import", name, "-o", "form.json")
    assert done.code in (1, 2)
    assert f"[{code}]" in done.err
    assert not Path("form.json").exists()


def test_a_title_merged_over_all_columns_is_no_level_of_the_header(draft: Any, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["云海科技投诉台账（2019—2024）"])
    sheet.append(["编号", "客户", "", "受理时间"])
    sheet.append(["", "姓名", "手机", ""])
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(area)
    for number in range(6):
        sheet.append([f"TS-{number}", f"王{number}", f"1380000{number:04}", _FIRST + timedelta(days=number)])
    book.save(tmp_path / "list.xlsx")
    made = draft(tmp_path / "list.xlsx")
    assert made.schema["title"] == "云海科技投诉台账（2019—2024）"
    assert [s.titles["zh-Hans"] for s in made.form.rows.fields] == ["编号", "客户/姓名", "客户/手机", "受理时间"]


def sheet(tmp_path: Path, *rows: list[Any], name: str = "list.xlsx") -> tuple[Path, Any]:
    """Return a workbook of rows, to be saved by the caller."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return tmp_path / name, book


def test_a_title_above_the_names_that_nobody_has_merged_is_no_group(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, ["检查记录表"], ["检查项目", "一季度", "说明"], ["门窗", "√", "好"], ["灯", "×", "坏"])
    book.save(path)
    made = draft(path)
    assert [spec.titles["zh-Hans"] for spec in made.form.rows.fields] == ["检查项目", "一季度", "说明"]
    assert made.form.titles["zh-Hans"] == "检查记录表"


def test_a_sheet_that_nobody_named_gives_the_form_no_title(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, ["事由", "结果"], ["门", "好"], name="门卫台账.xlsx")
    book.active.title = "Sheet1"
    book.save(path)
    assert draft(path).form.titles["zh-Hans"] == "门卫台账"


def test_numbers_under_a_title_of_days_are_days(draft: Any, tmp_path: Path) -> None:
    rows = [["门", 45292, date(2024, 3, 1)], ["灯", 45293, 45352]]
    path, book = sheet(tmp_path, ["事由", "受理日期", "处理日期"], *rows)
    book.save(path)
    assert [spec.kind.name for spec in draft(path).form.rows.fields][1:] == ["date", "date"]


def test_notes_of_several_points_and_a_second_list_beneath_are_told(draft: Any, tmp_path: Path) -> None:
    first = [["序号", "客户", "金额"], [1, "甲", 10], [2, "乙", 20], ["注：1. 含税。"], ["2. 不含运费。"], []]
    path, book = sheet(tmp_path, *first, ["序号", "回访人", "结果"], [1, "丙", "好"], [2, "丁", "坏"])
    book.save(path)
    made = draft(path)
    assert [spec.kind.name for spec in made.form.rows.fields] == ["text", "integer"]
    assert "rows 4–5" in made.told("W-rows-note")[0] or "row 4–5" in made.told("W-rows-note")[0]
    assert "7–9 (3 in all)" in made.told("W-rows-other")[0]
    assert [fault.code for fault in check(made.form, str(path))] == ["W-rows-note", "W-rows-other"]


RECORDS = [
    ["登记日期", "客户", "问题", "金额", "状态"],
    [date(2024, 5, 1), "王丽", "退款", 12.5, "已处理"],
    [date(2024, 5, 2), "李强", "换货", 30, "未处理"],
    [date(2024, 5, 3), "赵敏", "投诉", 8, "已处理"],
    [],
]
LAST = [date(2024, 5, 6), "孙悦", "退款", 6, "未处理"]


@pytest.mark.parametrize(
    "beneath",
    [
        [["班组", "件数", "均时"], ["一组", 12, 4.5], ["二组", 9, 3.1]],
        [["班组汇总"], ["班组", "件数"], ["一组", 12]],
        [["状态", "说明"], ["未处理", "已登记，未跟进"], ["已处理", "已回复客户"]],
        [
            ["姓名", "岗位", "工号", "分机", "组别"],
            ["王丽", "班长", "A1", "x1", "一组"],
            ["李强", "坐席", "A2", "x2", "二组"],
        ],
    ],
)
def test_a_second_list_without_running_numbers_is_told(draft: Any, tmp_path: Path, beneath: list[list[Any]]) -> None:
    path, book = sheet(tmp_path, *RECORDS, *beneath)
    book.save(path)
    made = draft(path)
    assert [spec.kind.name for spec in made.form.rows.fields] == ["date", "text", "text", "number", "text"]
    assert "(3 in all)" in made.told("W-rows-other")[0]
    assert [fault.code for fault in check(made.form, str(path))] == ["W-rows-other"]


@pytest.mark.parametrize(
    "beneath",
    [
        [LAST, [], LAST],
        [["待定", "钱伟", "退款", "未知", "未处理"], LAST],
        [["", "钱伟", "咨询"], LAST],
        [["待定", "钱伟", "维修", "", "等待"], LAST],
        [RECORDS[0], LAST, LAST],
    ],
)
def test_records_behind_a_blank_row_are_records(draft: Any, tmp_path: Path, beneath: list[list[Any]]) -> None:
    path, book = sheet(tmp_path, *RECORDS, *beneath)
    book.save(path)
    made = draft(path)
    assert "5 rows" in made.told("W-import-list")[0]
    assert "W-rows-other" not in made.codes


def test_a_legend_beside_a_list_of_two_rows_of_names_is_told_and_left_out(draft: Any, tmp_path: Path) -> None:
    head = [["单号", "客户", "", "金额", "", "图例"], ["", "姓名", "城市", "", "", "黄色", "急件"]]
    rows = [["A1", "甲", "沪", 10, "", "白色", "普通"], ["A2", "乙", "京", 20], ["A3", "丙", "沪", 30]]
    path, book = sheet(tmp_path, *head, *rows)
    for area in ("A1:A2", "B1:C1", "D1:D2"):
        book.active.merge_cells(area)
    book.save(path)
    made = draft(path)
    assert [spec.titles["zh-Hans"] for spec in made.form.rows.fields] == ["单号", "客户/姓名", "客户/城市", "金额"]
    assert len(made.told("W-import-lost")) == 2
    faults = check(made.form, str(path))
    assert [(fault.code, fault.params["columns"]) for fault in faults] == [("W-columns-left", ["F", "G"])]


def test_notes_beneath_the_list_of_one_month_are_no_records_of_the_next(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, *RECORDS[:4], ["制表：王丽", "", "审核：李强"])
    book.active.title = "5月"
    other = book.create_sheet("6月")
    for row in [RECORDS[0], LAST, LAST]:
        other.append(row)
    other["B2"], other["B3"] = "甲", None
    other.merge_cells("B2:B3")
    book.save(path)
    made = draft(path, sheet="all")
    assert "5 rows" in made.told("W-import-list")[0]
    assert "W-import-proved" in made.codes


def test_a_hidden_column_is_told_for_it_is_printed(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, *RECORDS[:4])
    book.active.column_dimensions["C"].hidden = True
    book.save(path)
    (told,) = draft(path).told("W-import-as")
    assert "问题" in told
    assert "hidden" in told


def test_a_name_that_stands_twice_leaves_a_draft(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, ["单号", "备注", "备注"], ["A1", "甲", ""], ["A2", "乙", ""])
    book.save(path)
    made = draft(path)
    assert len(made.form.rows.fields) == 2
    assert "E-column-twice" in made.told("W-import-unproved")[0]


def test_a_text_above_the_days_of_a_month_is_no_record(draft: Any, tmp_path: Path) -> None:
    names, *may, _ = RECORDS
    path, book = sheet(tmp_path, names, ["5月"], *may, ["六月"], LAST)
    book.save(path)
    made = draft(path)
    assert "row 2, 6 (2 in all)" in made.told("W-rows-note")[0]
    assert "4 rows" in made.told("W-import-list")[0]


def test_the_same_list_in_another_order_beneath_is_still_refused(draft: Any, tmp_path: Path) -> None:
    first = [["序号", "客户", "金额", "备注"], [1, "甲", 10, "x"], [2, "乙", 20, "y"]]
    path, book = sheet(tmp_path, *first, ["序号", "金额", "客户", "备注"], [3, 30, "丙", "z"])
    book.save(path)
    with pytest.raises(BiaodanError) as raised:
        draft(path)
    assert [fault.code for fault in raised.value.faults] == ["E-header-again"]


def test_an_empty_list_is_drafted_by_its_titles_and_by_what_the_workbook_offers(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, ["日期：", "", "班组：", ""], ["序号", "巡检时间", "状态", "单号"], [1], [2])
    offered = DataValidation(type="list", formula1='"正常,异常"')
    short = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="8")
    offered.add("C3:C50")
    short.add("D3:D50")
    book.active.add_data_validation(offered)
    book.active.add_data_validation(short)
    book.save(path)
    made = draft(path)
    when, state, number = made.form.rows.fields
    assert when.kind.name == "datetime"
    assert made.told("W-import-title")
    assert [choice.value for choice in state.choices] == ["正常", "异常"]
    assert number.constraints.max_length == 8
    assert {spec.titles["zh-Hans"]: spec.kind.name for spec in made.form.root.fields if spec.key != "rows"} == {
        "日期": "date",
        "班组": "text",
    }


_ODS = "urn:oasis:names:tc:opendocument:xmlns"


def ods(path: Path, rules: str, rows: list[list[tuple[str, str]]]) -> Path:
    """Write a workbook of OpenDocument: cells of a text and the name of a rule; `rules`: conditions by name."""
    cells = [
        "".join(
            f"<t:table-cell{f' t:content-validation-name={chr(34)}{rule}{chr(34)}' if rule else ''}>"
            f"<x:p>{text}</x:p></t:table-cell>"
            for text, rule in row
        )
        for row in rows
    ]
    table = "".join(f"<t:table-row>{row}</t:table-row>" for row in cells)
    names = f'xmlns:o="{_ODS}:office:1.0" xmlns:t="{_ODS}:table:1.0" xmlns:x="{_ODS}:text:1.0"'
    body = f'<t:content-validations>{rules}</t:content-validations><t:table t:name="登记">{table}</t:table>'
    content = f"<o:document-content {names}><o:body><o:spreadsheet>{body}</o:spreadsheet></o:body></o:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        archive.writestr("content.xml", content)
    return path


def test_rules_of_an_open_document_are_taken(draft: Any, tmp_path: Path) -> None:
    conditions = {
        "a": "of:cell-content-is-in-list(&quot;高&quot;;&quot;中, 低&quot;)",
        "b": "of:cell-content-is-whole-number() and cell-content-is-between(1,9)",
        "c": "of:cell-content-text-length()&lt;=4",
        "d": "of:cell-content-is-in-list([$登记.$A$2:.$A$3])",
    }
    rules = "".join(
        f'<t:content-validation t:name="{name}" t:condition="{condition}">'
        f"<t:help-message><x:p>提示{name}</x:p></t:help-message></t:content-validation>"
        for name, condition in conditions.items()
    )
    heads = [("事由", ""), ("级", ""), ("份", ""), ("单号", ""), ("同上", "")]
    row = [("门", ""), ("高", "a"), ("3", "b"), ("K1", "c"), ("灯", "d")]
    path = ods(
        tmp_path / "list.ods", rules, [heads, row, [("灯", ""), ("高", "a"), ("4", "b"), ("K2", "c"), ("门", "d")]]
    )
    _, level, copies, number, same = draft(path).form.rows.fields
    assert [choice.value for choice in level.choices] == ["高", "中, 低"]
    assert (copies.constraints.minimum, copies.constraints.maximum) == (1, 9)
    assert number.constraints.max_length == 4
    assert [choice.value for choice in same.choices] == ["门", "灯"]
    assert level.hints["zh-Hans"] == "提示a"


def test_amounts_in_tens_of_thousands_are_told_to_be_converted(draft: Any) -> None:
    assert "金额（万元）" in draft("事由,金额（万元）\n门,1.5\n灯,2\n").told("W-import-as")[0]


def test_rules_of_an_old_workbook_are_taken(draft: Any) -> None:
    made = draft(Path(__file__).parent / "files" / "rules.xls")
    _, level, office, copies, number, end = made.form.rows.fields
    assert [choice.value for choice in level.choices] == ["高", "中", "低"]  # of another sheet
    assert [choice.value for choice in office.choices] == ["甲部", "乙部"]  # of a name
    assert [choice.value for choice in end.choices] == ["好", "坏", "待定"]  # written out
    assert (copies.constraints.minimum, copies.constraints.maximum, copies.hints["zh-Hans"]) == (1, 9, "一到九")
    assert number.constraints.max_length == 4
    assert "W-import-lost" not in made.codes


@pytest.mark.parametrize("cut", [600, 3000, 9000])
def test_a_damaged_old_workbook_has_no_rules_and_ends_nothing(tmp_path: Path, cut: int) -> None:
    whole = (Path(__file__).parent / "files" / "rules.xls").read_bytes()
    path = tmp_path / "cut.xls"
    path.write_bytes(whole[:cut] + b"\xff" * 200 + whole[cut + 200 :])
    assert isinstance(rules_of_book(path, Book([])), dict)


def test_a_sheet_that_only_offers_answers_is_no_list(draft: Any, tmp_path: Path) -> None:
    path, book = sheet(tmp_path, ["事由", "等级"], ["门", "高"], ["灯", "低"])
    words = book.create_sheet("字典")
    for text in ("等级", "高", "中", "低"):
        words.append([text, "说明"])
    offered = DataValidation(type="list", formula1="字典!$A$2:$A$4")
    offered.add("B2:B99")
    book.active.add_data_validation(offered)
    book.save(path)
    assert [choice.value for choice in draft(path).form.rows.fields[1].choices] == ["高", "中", "低"]


def test_columns_behind_a_blank_one_are_told(draft: Any, tmp_path: Path) -> None:
    rows = [["客户", "金额", None, "部门", "人数"], ["甲", 1, None, "一部", 3], ["乙", 2, None, "二部", 4]]
    path, book = sheet(tmp_path, *rows)
    book.save(path)
    assert "部门、人数" in draft(path).told("W-import-as")[0]
    path, book = sheet(tmp_path, ["客户", None, "金额"], ["甲", None, 1], ["乙", None, 2])
    book.save(path)
    assert draft(path).told("W-import-as") == []

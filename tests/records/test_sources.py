"""Files that records come from, as Excel, WPS and other programs write them."""

import json
from datetime import date, datetime, time

import openpyxl
import pytest

from generator.api import check, make_job
from generator.errors import BiaodanError, RecordError, UsageError
from generator.records import open_source
from generator.records.unknown import letters

TRACKER = "issue-tracker"
TITLES = ["客户名称", "问题描述", "紧急程度", "反馈时间", "状态"]
CELLS = ["甲公司", "登录失败", "高", "2024-05-01 14:30", "处理中"]
WRONG = ["乙公司", "无法下单", "P9", "2024-05-01 14:30", "处理中"]
TYPED = {
    "customer_name": "甲公司",
    "problem": "登录失败",
    "severity": "high",
    "reported_at": datetime(2024, 5, 1, 14, 30),
    "status": "open",
    "issue_no": "WT20240501-01",
    "response_due": datetime(2024, 5, 1, 14, 40),  # ten minutes
}


def judged(path, form=TRACKER):
    """Return row, typed values and codes of each record of a file."""
    job = make_job(form)
    return [
        (record.place.row, record.values, [fault.code for fault in record.faults])
        for record in job.pipeline.judged(open_source(str(path), job.form))
    ]


def lines(path, form=TRACKER):
    """Return where each fault of a file lies, and its code."""
    return [(fault.place.row, fault.code) for fault in check(form, path)]


def refusal(path, form=TRACKER):
    """Return the one fault for which a file isn't read at all."""
    with pytest.raises(BiaodanError) as caught:
        check(form, path)
    [fault] = caught.value.faults
    return fault


# --- JSON Lines ------------------------------------------------------------------------------------------------------


def test_one_bad_line_does_not_hide_the_faults_of_the_others(tmp_path):
    good, wrong = dict(zip(TITLES, CELLS, strict=True)), dict(zip(TITLES, WRONG, strict=True))
    path = tmp_path / "issues.jsonl"
    dumped = [json.dumps(record, ensure_ascii=False) for record in (good, wrong)]
    path.write_bytes(
        "\n".join([dumped[0], "", "not json", dumped[1], "5", '{"状态": 1, "状态": 2}', "甲"]).encode()
        + b"\n\xff\xfe\n"
        + dumped[0].encode()
    )
    assert lines(path) == [
        ("3", "E-json"),
        ("4", "E-choice"),
        ("5", "E-record-shape"),
        ("6", "E-json-duplicate"),
        ("7", "E-json"),
        ("8", "E-encoding-json"),
    ]


def test_a_broken_json_line_is_told_by_the_line_of_the_file(tmp_path):
    path = tmp_path / "issues.jsonl"
    path.write_text("\n\n{,}\n", encoding="utf-8")
    [fault] = check(TRACKER, path)
    assert (fault.place.row, str(fault.params["line"]), fault.params["column"]) == ("3", "3", 2)


def test_json_lines_take_a_byte_order_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "issues.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(dict(zip(TITLES, CELLS, strict=True))).encode() + b"\r\n\r\n")
    assert judged(path) == [("1", TYPED, [])]


@pytest.mark.parametrize(("name", "text"), [("a.jsonl", "\n\n"), ("a.json", "[]"), ("a.csv", ",".join(TITLES) + "\n")])
def test_a_file_without_records_says_so(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert [fault.code for fault in check(TRACKER, path)] == ["E-no-records"]


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_a_list_of_records_names_the_wrong_ones_by_number(tmp_path):
    path = tmp_path / "issues.json"
    rows = [dict(zip(TITLES, cells, strict=True)) for cells in (CELLS, WRONG)]
    path.write_text(json.dumps([rows[0], 5, rows[1]]), encoding="utf-8")
    assert lines(path) == [("[2]", "E-record-shape"), ("[3]", "E-choice")]


@pytest.mark.parametrize("name", ["rows", "问题清单", "問題清單", "Issues"])
def test_a_tables_rows_may_stand_beside_its_head_under_any_title(tmp_path, name):
    path = tmp_path / "issues.json"
    content = {"统计日期": "2024-05-02", name: [dict(zip(TITLES, CELLS, strict=True))]}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert judged(path) == [("[1]", TYPED, [])]


def test_rows_that_are_no_list_are_refused(tmp_path):
    path = tmp_path / "issues.json"
    path.write_text('{"rows": "甲"}', encoding="utf-8")
    fault = refusal(path)
    assert (fault.code, fault.place.pointer) == ("E-type", "/rows")


@pytest.mark.parametrize(("name", "code"), [("a.odp", "E-source-format"), ("none.csv", "E-file-missing")])
def test_a_source_that_cannot_be_one_is_wrong_usage(tmp_path, name, code):
    (tmp_path / "a.odp").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        check(TRACKER, tmp_path / name)
    assert [fault.code for fault in caught.value.faults] == [code]


# --- CSV -------------------------------------------------------------------------------------------------------------


def write_csv(path, rows, encoding="utf-8", separator=",", end="\r\n"):
    path.write_bytes("".join(separator.join(row) + end for row in rows).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_that_excel_writes(tmp_path, encoding):
    assert judged(write_csv(tmp_path / "issues.csv", [TITLES, CELLS], encoding)) == [("2", TYPED, [])]


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "gbk"])
def test_traditional_headers_are_understood_in_big5_and_elsewhere(tmp_path, encoding):
    titles = ["客戶名稱", "問題描述", "緊急程度", "回饋時間", "狀態"]
    cells = ["臺北商行", "無法登入", "高", "2024/5/1 14:30", "已關閉"]
    [(row, typed, codes)] = judged(write_csv(tmp_path / "issues.csv", [titles, cells], encoding))
    assert (row, typed["customer_name"], typed["problem"]) == ("2", "臺北商行", "無法登入")
    assert (typed["severity"], typed["status"]) == ("high", "closed")
    assert codes == ["E-check"]  # closed, and no completion


def test_rare_names_of_gb18030_survive(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [TITLES, ["𠮷野家", *CELLS[1:]]], "gb18030")
    assert judged(path)[0][1]["customer_name"] == "𠮷野家"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_seen_from_the_header(tmp_path, separator):
    assert judged(write_csv(tmp_path / "issues.csv", [TITLES, CELLS], separator=separator)) == [("2", TYPED, [])]


def test_english_titles_and_keys_may_stand_in_one_header(tmp_path):
    titles = ["Customer", "problem", "Urgency", "reported_at", "状态"]
    assert judged(write_csv(tmp_path / "issues.csv", [titles, CELLS])) == [("2", TYPED, [])]


def test_an_extra_cell_is_a_fault_of_its_row_only(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [TITLES, [*CELLS, "多"], [*CELLS, ""], CELLS[:4]])
    assert lines(path) == [("2", "E-columns"), ("4", "E-required")]


def test_columns_of_one_name_are_refused(tmp_path):
    fault = refusal(write_csv(tmp_path / "issues.csv", [[*TITLES, "状态"], [*CELLS, "已关闭"]]))
    assert (fault.code, fault.place.row) == ("E-column-twice", "1")
    assert "状态" in fault.text()


def test_columns_of_one_field_under_two_names_are_told_row_by_row(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [[*TITLES, "status"], [*CELLS, "已关闭"], [*CELLS, ""]])
    assert lines(path) == [("2", "E-key-twice")]


def test_a_nameless_column_may_be_empty_but_not_filled(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [[*TITLES, ""], [*CELLS, ""], [*CELLS, "备注"]])
    assert lines(path) == [("3", "E-column-unnamed")]


def test_an_unknown_column_is_a_fault_that_suggests_the_nearest(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [[*TITLES, "问题编码"], [*CELLS, "X"]])
    [fault] = check(TRACKER, path)
    assert fault.code == "E-unknown-key-near"
    assert "问题编号" in fault.text()


@pytest.mark.parametrize("value", ["张伟", "甄", "13800138000", "zhang@x.com", "KANARY9014", "zhangsan", "甲公司"])
def test_a_value_in_the_header_row_is_told_by_its_column(tmp_path, value):
    path = write_csv(tmp_path / "issues.csv", [[*TITLES, value], [*CELLS, "X"], [*CELLS, "Y"]])
    faults = check(TRACKER, path)
    assert {fault.code for fault in faults} <= {"E-unknown-key", "E-unknown-key-near"}
    assert len(faults) == 2
    for lang in ("zh-Hans", "zh-Hant", "en"):
        text = " ".join(fault.text(lang) for fault in faults)
        assert value not in text
        assert f" {letters(len(TITLES) + 1)} " in text


def test_values_that_stand_twice_in_the_header_row_are_told_by_their_columns(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [["问题编号", "张伟", "13800138000", "张伟", "13800138000"], ["X"] * 5])
    with pytest.raises(RecordError) as raised:
        check(TRACKER, path)
    [fault] = raised.value.faults
    assert (fault.code, fault.params["names"]) == ("E-column-twice", ["B/D", "C/E"])


def test_columns_have_the_letters_that_spreadsheets_give_them():
    assert [letters(n) for n in (1, 26, 27, 52, 53, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_empty_rows_are_passed_over_and_row_numbers_stay_true(tmp_path):
    rows = [TITLES, ["", "", "", "", ""], CELLS, [" "], [""], WRONG]
    path = write_csv(tmp_path / "issues.csv", rows)
    assert [row for row, _, _ in judged(path)] == ["3", "6"]
    assert lines(path) == [("6", "E-choice")]


def test_a_cell_of_several_lines_does_not_shift_the_line_numbers(tmp_path):
    path = tmp_path / "issues.csv"
    path.write_text(
        ",".join(TITLES) + '\n甲公司,"第一行\n第二行\n第三行",高,2024-05-01 14:30,处理中\n' + ",".join(WRONG) + "\n",
        encoding="utf-8",
    )
    (_, typed, _), _ = judged(path)
    assert typed["problem"] == "第一行\n第二行\n第三行"
    assert lines(path) == [("5", "E-choice")]


def test_an_unpaired_quote_is_told(tmp_path):
    path = tmp_path / "issues.csv"
    path.write_text(",".join(TITLES) + '\n甲公司,"没有收尾,高\n', encoding="utf-8")
    assert refusal(path).code == "E-csv"


def test_an_empty_csv_file_lacks_its_header(tmp_path):
    assert refusal(write_csv(tmp_path / "issues.csv", [])).code == "E-no-header"


def test_bytes_of_no_known_encoding_are_refused(tmp_path):
    path = tmp_path / "issues.csv"
    path.write_bytes(b"\xff\xfa\x80,abc\n1,2\n")
    assert refusal(path).code == "E-encoding"


def test_a_nul_in_a_cell_is_a_fault_of_that_field(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [TITLES, ["甲\x00", *CELLS[1:]]])
    [fault] = check(TRACKER, path)
    assert (fault.code, fault.place.row, fault.place.pointer) == ("E-control", "2", "/rows/0/customer_name")


def test_a_source_may_be_read_twice(tmp_path):
    job = make_job(TRACKER)
    source = open_source(str(write_csv(tmp_path / "issues.csv", [TITLES, CELLS, CELLS])), job.form)
    assert list(source) == list(source)


# --- XLSX ------------------------------------------------------------------------------------------------------------

MORE = [*TITLES, "问题编号", "负责人", "计划完成时间"]
MOMENT = datetime(2024, 5, 1, 14, 30)


def write_xlsx(path, rows, title="五月"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def test_a_workbook_gives_dates_as_dates_and_numbers_in_text_columns_as_text(tmp_path):
    path = write_xlsx(
        tmp_path / "issues.xlsx",
        [MORE, ["甲", 404, "高", MOMENT, "处理中", 20240501001, 13800000000, date(2024, 5, 2)]],
    )
    [(row, typed, codes)] = judged(path)
    assert (row, codes) == ("五月!2", [])
    assert typed == {
        "customer_name": "甲",
        "problem": "404",
        "severity": "high",
        "reported_at": MOMENT,
        "status": "open",
        "issue_no": "20240501001",
        "response_due": datetime(2024, 5, 1, 14, 40),
        "owner": "13800000000",
        "planned_at": date(2024, 5, 2),
    }


def test_dates_typed_as_text_and_as_serials_are_read_too(tmp_path):
    rows = [MORE, [*CELLS[:3], "2024/5/1 14:30", "处理中"], [*CELLS[:3], 45413 + 14.5 / 24, "处理中"]]
    found = judged(write_xlsx(tmp_path / "issues.xlsx", rows))
    assert [typed["reported_at"] for _, typed, _ in found] == [MOMENT, MOMENT]


def test_the_header_is_found_below_a_title_and_a_remark(tmp_path):
    rows = [["五月问题清单"], [], ["制表：客服中心"], TITLES, CELLS, [], WRONG]
    path = write_xlsx(tmp_path / "issues.xlsx", rows)
    assert [row for row, _, _ in judged(path)] == ["五月!5", "五月!7"]
    assert lines(path) == [("五月!7", "E-choice")]


def test_digits_that_excel_has_lost_are_a_fault_and_other_rows_are_still_judged(tmp_path):
    rows = [MORE, [*CELLS, 110105194912310023], WRONG, CELLS]
    path = write_xlsx(tmp_path / "issues.xlsx", rows)
    assert lines(path) == [("五月!2", "E-digits-lost"), ("五月!3", "E-choice")]


def test_the_column_of_lost_digits_is_named(tmp_path):
    [fault] = check(TRACKER, write_xlsx(tmp_path / "issues.xlsx", [MORE, [*CELLS, 110105194912310023]]))
    assert "问题编号" in fault.text()


@pytest.mark.parametrize("cell", ["=1+1", "#N/A", "#DIV/0!"])
def test_a_formula_without_a_result_is_a_fault_of_its_cell_and_not_an_empty_answer(tmp_path, cell):
    path = write_xlsx(tmp_path / "issues.xlsx", [MORE, CELLS, [*CELLS, None, cell]])
    assert lines(path) == [("五月!G3", "E-cell-lost")]


def test_a_time_of_day_is_text_in_a_text_column_and_no_moment(tmp_path):
    half_past_two = time(14, 30)
    path = write_xlsx(tmp_path / "issues.xlsx", [TITLES, ["甲", half_past_two, "高", half_past_two, "处理中"]])
    [(_, typed, codes)] = judged(path)
    assert (typed["problem"], codes) == ("14:30:00", ["E-date"])


def test_a_cell_beyond_the_header_is_a_fault(tmp_path):
    path = write_xlsx(tmp_path / "issues.xlsx", [TITLES, [*CELLS, None, "多"], CELLS])
    assert [row for row, _ in lines(path)] == ["五月!G2"]


def test_a_fraction_of_a_second_in_a_cell_is_refused(tmp_path):
    path = write_xlsx(
        tmp_path / "issues.xlsx", [TITLES, [*CELLS[:3], datetime(2024, 5, 1, 14, 30, 0, 500_000), "处理中"]]
    )
    assert lines(path) == [("五月!2", "E-date-fraction")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [([], "E-no-header"), ([[*TITLES, "状态"], CELLS], "E-column-twice")],
    ids=["empty sheet", "two columns of one name"],
)
def test_a_sheet_without_a_usable_header_is_refused(tmp_path, rows, code):
    assert refusal(write_xlsx(tmp_path / "issues.xlsx", rows)).code == code


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_what_is_no_workbook_is_refused(tmp_path, content):
    path = tmp_path / "issues.xlsx"
    path.write_bytes(content)
    assert refusal(path).code == "E-xlsx"


def test_a_bad_cell_raises_a_record_error_only_where_a_record_is_asked_for(tmp_path):
    job = make_job(TRACKER)
    source = open_source(str(write_xlsx(tmp_path / "a.xlsx", [MORE, [*CELLS, 1e18], CELLS])), job.form)
    first, second = list(source)
    assert isinstance(first, RecordError)
    assert second[0]["客户名称"] == "甲公司"


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("工单号", "问题编号"),
        ("客户姓名", "客户名称"),
        ("完成日期", "实际完成时间"),
        ("经办人", "负责人"),
        ("处理进度", "状态"),
    ],
)
def test_an_unknown_column_is_told_the_field_that_says_the_same(tmp_path, typed, near):
    names = [name for name in TITLES if name != near]
    path = write_csv(tmp_path / "issues.csv", [[*names, typed], [*CELLS[: len(names)], "X"]])
    texts = [fault.text() for fault in check(TRACKER, path) if fault.code == "E-unknown-key-near"]
    assert texts == [f"issues.csv:2: /rows/0: 表上没有“{typed}”这一项，是不是“{near}”？ [E-unknown-key-near]"]


def test_a_beginning_that_names_share_suggests_nothing(tmp_path):
    path = write_csv(tmp_path / "issues.csv", [[*TITLES, "客户等第"], [*CELLS, "X"]])
    [fault] = check(TRACKER, path)
    assert fault.code == "E-unknown-key"

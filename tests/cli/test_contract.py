"""The command line as scripts rely on it: streams, exit codes, where files go, what records may look like."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def words(value: Any) -> str:
    """Name a case by its arguments."""
    return " ".join(value) if isinstance(value, list) else str(value)


# --- the desk's own rows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_the_desks_rows_render_as_they_are_and_are_numbered(
    cli: Any, save: Any, tracker_csv: str, text_in: Any, format: str
) -> None:
    save("问题.csv", tracker_csv)
    done = cli("render", "issue-tracker", "问题.csv", "-o", "out", "-f", format)
    assert (done.code, done.err) == (0, "")
    assert done.paths == [Path(f"out/issue-tracker.{format}")]
    text = "".join(text_in(done.paths[0]).split())
    for shown in ("WT20231016-01", "WT20231016-02", "A公司A", "48小时内补发+道歉", "已关闭", "处理中"):
        assert shown in text
    assert text.index("WT20231016-01") < text.index("WT20231016-02")


def test_a_written_workbook_is_read_as_records_again(cli: Any, save: Any, tracker_csv: str, text_in: Any) -> None:
    save("问题.csv", tracker_csv)
    first = cli("render", "issue-tracker", "问题.csv", "-o", "first.xlsx").paths[0]
    again = cli("render", "issue-tracker", first, "-o", "again.xlsx")
    assert (again.code, again.err) == (0, "")
    assert text_in(again.paths[0]) == text_in(first)


# --- streams and exit codes -------------------------------------------------------------------------------------------


def test_stdout_holds_only_the_paths_even_when_records_are_wrong(
    cli: Any, save: Any, report: Any, report_with: Any
) -> None:
    records = [report, report_with(report_no="B2", priority="P9"), report_with(report_no="B3")]
    save("r.json", records)
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx")
    assert done.code == 1
    assert done.out == "out/closure-report-BG20231017-001.docx\nout/closure-report-B3.docx\n"
    assert done.codes == ["E-choice"]
    assert done.faults[0].startswith("r.json:[2]: ")


def test_json_prints_one_object_a_line_for_each_file(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx,xlsx", "--json", "--lang", "en")
    said = [json.loads(line) for line in done.out.splitlines()]
    assert [one["path"] for one in said] == [f"out/closure-report-BG20231017-001.en.{f}" for f in ("docx", "xlsx")]
    for one in said:
        assert one["form"] == "closure-report"
        assert one["lang"] == "en"
        assert one["purpose"] == "filled"
        assert one["format"] == Path(one["path"]).suffix[1:]
        assert one["bytes"] == Path(one["path"]).stat().st_size


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list"], 0),
        (["--help"], 0),
        (["--version"], 0),
        (["check", "closure-report", "good.json"], 0),
        (["check", "closure-report", "bad.json"], 1),
        (["render", "closure-report", "bad.json", "-o", "out", "-f", "docx"], 1),
        ([], 2),
        (["frobnicate"], 2),
        (["render"], 2),
        (["render", "closure-report", "good.json"], 2),
        (["render", "closure-report", "good.json", "-o", "out", "--bogus"], 2),
        (["render", "closure-report", "good.json", "-o", "out", "-f", "odt"], 2),
        (["render", "closure-report", "good.json", "-o", "out.pdf", "-f", "docx"], 2),
        (["render", "closure-report", "good.json", "-o", "out", "--set", "novalue"], 2),
        (["render", "closure-report", "good.json", "-o", "out", "--lang", "fr"], 2),
        (["render", "closure-report", "nothere.json", "-o", "out"], 2),
        (["render", "closure-report", "good.odt", "-o", "out"], 2),
        (["render", "closure-report", "good.json", "-o", "out", "--policy", "nothere.json"], 2),
        (["render", "no-such-form", "good.json", "-o", "out"], 2),
        (["blank", "closure-report", "-o", "out", "--rows", "-1"], 2),
        (["blank", "closure-report", "-o", "out", "--rows", "many"], 2),
        (["lint", "nothere.json"], 2),
    ],
    ids=words,
)
def test_exit_codes(cli: Any, save: Any, report: Any, tmp_path: Path, arguments: list[str], code: int) -> None:
    save("good.json", report)
    save("bad.json", {})
    done = cli(*arguments)
    assert done.code == code
    if code:
        assert done.out == "" or not arguments
        assert done.err
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-o", "out", "-f", "odt"], "E-output-format"),
        (["-o", "out.pdf", "-f", "docx"], "E-out-suffix"),
        (["-o", "out.docx", "-f", "docx,pdf"], "E-out-suffix"),
        (["-o", "out", "--set", "novalue"], "E-set"),
        (["-o", "out", "--set", "=x"], "E-set"),
    ],
    ids=words,
)
def test_wrong_options_are_named_by_code(cli: Any, save: Any, report: Any, arguments: list[str], code: str) -> None:
    save("r.json", report)
    assert cli("render", "closure-report", "r.json", *arguments).codes == [code]


def test_an_unknown_format_is_answered_with_the_known_ones(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    fault = cli("render", "closure-report", "r.json", "-o", "out", "-f", "odt", "--lang", "en").faults[0]
    assert fault.startswith("odt: ")
    assert "docx, xlsx, pdf" in fault


# --- where files go ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["report.docx", "报告.DOCX", "new/folder/报告.docx"])
def test_out_is_a_file_when_its_suffix_names_the_format(
    cli: Any, save: Any, report: Any, text_in: Any, out: str
) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", out)
    assert (done.code, done.out) == (0, f"{out}\n")
    assert "BG20231017-001" in text_in(Path(out))


def test_out_is_a_folder_made_when_missing_with_all_three_formats(cli: Any, save: Any, tracker_csv: str) -> None:
    save("r.csv", tracker_csv)
    done = cli("render", "issue-tracker", "r.csv", "-o", "新/文件夹")
    assert done.names == ["issue-tracker.docx", "issue-tracker.xlsx", "issue-tracker.pdf"]
    assert sorted(p.name for p in Path("新/文件夹").iterdir()) == sorted(done.names)


def test_a_folder_that_is_called_like_a_file_stays_a_folder(cli: Any, save: Any, report: Any) -> None:
    Path("archive.docx").mkdir()
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", "archive.docx", "-f", "docx")
    assert done.paths == [Path("archive.docx/closure-report-BG20231017-001.docx")]


@pytest.mark.parametrize(
    "out", ["out/", "report.docx/", "report.txt/", "2024.05", "v1.2", "五月.存档", ".hidden", "a.b/c"]
)
def test_out_is_a_folder_without_a_suffix_of_letters_or_with_a_slash_at_its_end(
    cli: Any, save: Any, report: Any, out: str
) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", out, "-f", "docx")
    assert (done.code, done.paths) == (0, [Path(out, "closure-report-BG20231017-001.docx")])
    assert done.paths[0].is_file()


def test_a_folder_that_is_there_is_written_into_whatever_its_suffix(cli: Any, save: Any, report: Any) -> None:
    Path("archive.old").mkdir()
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", "archive.old", "-f", "docx")
    assert done.paths == [Path("archive.old/closure-report-BG20231017-001.docx")]


@pytest.mark.parametrize("out", ["report.txt", "报告.doc", "new/report.docx2", "Dr. Wang"])
@pytest.mark.parametrize(("lang", "folder"), [("zh-Hans", "名称末尾加上 /"), ("en", "end the name with /")])
def test_a_suffix_that_is_no_format_is_refused_and_told_what_there_is(
    cli: Any, save: Any, report: Any, tmp_path: Path, out: str, lang: str, folder: str
) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", out, "-f", "docx", "--lang", lang)
    assert (done.code, done.out, done.codes) == (2, "", ["E-out-format"])
    assert done.faults[0].startswith(f"{out}: ")
    assert all(known in done.faults[0] for known in ("docx", "xlsx", "pdf", folder))
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


@pytest.mark.parametrize(
    "command",
    [
        ["blank", "closure-report"],
        ["summary", "2024-05", "none.csv"],
        ["summary", "2024-05", "none.csv", "--by", "customer"],
        ["satisfaction", "2024-05", "none.csv"],
    ],
    ids=words,
)
def test_every_command_refuses_such_a_suffix_before_it_begins(cli: Any, tmp_path: Path, command: list[str]) -> None:
    assert cli(*command, "-o", "may.txt").codes == ["E-out-format"]
    assert not list(tmp_path.iterdir())


def test_a_bucket_has_dots_in_its_name(cli: Any, save: Any) -> None:
    save("issues.csv", "客户名称,反馈时间\n甲,2024-05-01 09:00\n")
    done = cli("summary", "2024-05", "issues.csv", "-o", "memory://desk.example", "--by", "customer", "-f", "docx")
    assert (done.code, done.out) == (0, "memory://desk.example/monthly-summary-2024-05-甲.docx\n")


def test_several_documents_need_a_folder(cli: Any, save: Any, report: Any, report_with: Any) -> None:
    save("r.json", [report, report_with(report_no="B2")])
    done = cli("render", "closure-report", "r.json", "-o", "one.docx")
    assert (done.code, done.codes) == (2, ["E-out-one"])
    assert not Path("one.docx").exists()


def test_formats_are_written_in_the_order_asked_for_and_once(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "XLSX, docx,xlsx")
    assert [p.suffix for p in done.paths] == [".xlsx", ".docx"]


def test_nothing_is_overwritten_without_force(cli: Any, save: Any, report: Any, report_with: Any, text_in: Any) -> None:
    save("r.json", report)
    path = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx").paths[0]
    before = path.read_bytes()
    save("r.json", report_with(result="另一个结果"))
    again = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx,xlsx")
    assert (again.code, again.out, again.codes) == (2, "", ["E-exists"])
    assert "--force" in again.err
    assert again.faults[0].startswith(f"{path}: ")
    assert path.read_bytes() == before
    assert [p.name for p in Path("out").iterdir()] == [path.name]
    forced = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx", "--force")
    assert forced.code == 0
    assert "另一个结果" in text_in(path)


def test_every_existing_file_is_named_before_anything_is_written(cli: Any) -> None:
    Path("out").mkdir()
    for name in ("issue-tracker-blank.docx", "closure-report-blank.docx"):
        Path("out", name).write_text("mine")
    done = cli("blank", "issue-tracker", "troubleshooting-checklist", "closure-report", "-o", "out", "-f", "docx")
    assert (done.code, done.out, done.codes) == (2, "", ["E-exists", "E-exists"])
    assert sorted(p.name for p in Path("out").iterdir()) == ["closure-report-blank.docx", "issue-tracker-blank.docx"]


def test_a_dangling_link_counts_as_an_existing_file(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    Path("out.docx").symlink_to("elsewhere.docx")
    assert cli("render", "closure-report", "r.json", "-o", "out.docx").codes == ["E-exists"]
    assert not Path("elsewhere.docx").exists()


# --- one document or many ---------------------------------------------------------------------------------------------


def test_a_table_takes_all_records_into_one_document(cli: Any, save: Any, issue: Any, text_in: Any) -> None:
    save("r.json", [issue(customer_name=f"客户{n:03d}") for n in range(40)])
    done = cli("render", "issue-tracker", "r.json", "-o", "out", "-f", "xlsx")
    assert len(done.paths) == 1
    text = text_in(done.paths[0])
    assert all(f"客户{n:03d}" in text for n in range(40))


def test_other_forms_make_one_document_a_record_with_names_that_differ(
    cli: Any, save: Any, report_with: Any, text_in: Any
) -> None:
    numbers = ["a", "A", "../x", "x/y", "x:y", "CON", ".", "-rf", "汉" * 64, "汉" * 63 + "字", "Ａ"]
    save("r.json", [report_with(report_no=n, result=f"第{i}份结果") for i, n in enumerate(numbers)])
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx")
    assert done.code == 0
    assert len({name.casefold() for name in done.names}) == len(numbers)
    assert {p.parent for p in done.paths} == {Path("out")}
    assert {p.name for p in Path("out").iterdir()} == set(done.names)
    assert all(len(name.encode()) <= 200 for name in done.names)
    for i, path in enumerate(done.paths):
        assert f"第{i}份结果" in text_in(path)


def test_documents_are_named_by_form_and_record(cli: Any, save: Any, checklist: Any) -> None:
    save("r.json", checklist)
    done = cli("render", "troubleshooting-checklist", "r.json", "-o", "out", "-f", "docx")
    assert done.names == ["troubleshooting-checklist-C20240501001.docx"]


def test_other_languages_lie_beside_the_chinese_file(cli: Any, save: Any, report: Any, text_in: Any) -> None:
    save("r.json", report)
    titles = {"zh-Hans": "问题处理总结报告", "zh-Hant": "問題處理結案報告", "en": "Issue closure report"}
    for lang, title in titles.items():
        done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx", "--lang", lang)
        assert done.code == 0
        assert title in text_in(done.paths[0])
    assert len(list(Path("out").iterdir())) == 3


# --- blank ------------------------------------------------------------------------------------------------------------


def test_blank_takes_several_forms(cli: Any, text_in: Any) -> None:
    done = cli("blank", "closure-report", "issue-tracker", "-o", "打印", "-f", "docx,xlsx")
    assert done.code == 0
    assert done.out.splitlines() == [
        "打印/closure-report-blank.docx",
        "打印/closure-report-blank.xlsx",
        "打印/issue-tracker-blank.docx",
        "打印/issue-tracker-blank.xlsx",
    ]
    assert "问题跟踪解决表" in text_in(done.paths[3])


def test_blank_says_so_with_json(cli: Any) -> None:
    done = cli("blank", "issue-tracker", "-o", "out", "-f", "docx", "--json")
    assert json.loads(done.out)["purpose"] == "blank"


def _table_rows(path: Path) -> int:
    import docx

    return max(len(table.rows) for table in docx.Document(str(path)).tables)


def test_rows_sets_the_empty_rows_of_a_blank_table(cli: Any) -> None:
    three = cli("blank", "issue-tracker", "-o", "a", "-f", "docx", "--rows", "3").paths[0]
    thirty = cli("blank", "issue-tracker", "-o", "b", "-f", "docx", "--rows", "30").paths[0]
    default = cli("blank", "issue-tracker", "-o", "c", "-f", "docx").paths[0]
    assert _table_rows(thirty) - _table_rows(three) == 27
    assert _table_rows(default) - _table_rows(three) == 19


def test_rows_beyond_any_paper_are_refused(cli: Any) -> None:
    done = cli("blank", "issue-tracker", "-o", "out", "-f", "docx", "--rows", "2001")
    assert (done.code, done.codes) == (2, ["E-rows"])
    assert "2000" in done.err


def test_rows_sets_the_empty_rows_beneath_filled_ones(cli: Any) -> None:
    issues = str(Path(__file__).parents[2] / "samples/issue-tracker/ordinary.json")
    none, five = (
        cli("render", "issue-tracker", issues, "-o", f"r{n}", "-f", "docx", "--rows", str(n)).paths[0] for n in (0, 5)
    )
    assert _table_rows(five) - _table_rows(none) == 5
    done = cli("render", "issue-tracker", issues, "-o", "out", "-f", "docx", "--rows", "-1")
    assert (done.code, done.codes) == (2, ["E-rows"])


# --- where records come from ------------------------------------------------------------------------------------------


def _jsonl(records: list[Any]) -> str:
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in records) + "\n\n"


def test_a_json_file_holds_one_record_or_a_list(cli: Any, save: Any, report: Any, report_with: Any) -> None:
    save("one.json", report)
    save("two.json", [report, report_with(report_no="B2")])
    assert len(cli("render", "closure-report", "one.json", "-o", "a", "-f", "docx").paths) == 1
    assert len(cli("render", "closure-report", "two.json", "-o", "b", "-f", "docx").paths) == 2


@pytest.mark.parametrize("name", ["r.jsonl", "r.ndjson", "R.JSONL"])
def test_json_lines_hold_a_record_a_line(cli: Any, save: Any, report: Any, report_with: Any, name: str) -> None:
    save(name, _jsonl([report, report_with(report_no="B2")]))
    done = cli("render", "closure-report", name, "-o", "out", "-f", "docx")
    assert (done.code, len(done.paths)) == (0, 2)


def test_a_bad_line_of_json_lines_is_told_by_its_number_and_hides_no_other(cli: Any, save: Any, report: Any) -> None:
    good = json.dumps(report, ensure_ascii=False)
    wrong = json.dumps(report | {"priority": "P9"})
    save("r.jsonl", f"{good}\n\n{{bad\n[1]\n{wrong}\n")
    done = cli("render", "closure-report", "r.jsonl", "-o", "out", "-f", "docx")
    assert (done.code, len(done.paths)) == (1, 1)
    assert done.codes == ["E-json", "E-record-shape", "E-choice"]
    assert [fault.split(": ")[0] for fault in done.faults] == ["r.jsonl:3", "r.jsonl:4", "r.jsonl:5"]


def test_a_table_form_takes_a_bare_list_or_rows_with_a_head(cli: Any, save: Any, issue: Any, text_in: Any) -> None:
    rows = [issue(customer_name="甲公司"), issue(customer_name="乙公司")]
    save("list.json", rows)
    save("head.json", {"制表人": "陈静", "问题清单": rows})
    save("lines.jsonl", _jsonl(rows))
    for name in ("list.json", "head.json", "lines.jsonl"):
        done = cli("render", "issue-tracker", name, "-o", f"{name}.out/", "-f", "docx")
        assert (done.code, done.err) == (0, "")
        text = text_in(done.paths[0])
        assert "甲公司" in text
        assert "乙公司" in text
        assert ("陈静" in text) == (name == "head.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_csv_is_read_in_the_encodings_that_excel_saves(
    cli: Any, save: Any, tracker_csv: str, text_in: Any, encoding: str, ends: str
) -> None:
    save("r.csv", tracker_csv.replace("\n", ends).encode(encoding))
    done = cli("render", "issue-tracker", "r.csv", "-o", "out", "-f", "xlsx")
    assert (done.code, done.err) == (0, "")
    assert "服务器扩容+优化代码" in text_in(done.paths[0])


def test_csv_in_big5_with_traditional_titles(cli: Any, save: Any) -> None:
    text = "客戶名稱,問題描述,緊急程度,回饋時間,狀態\n甲公司,延遲,高,2023-10-16 09:00,處理中\n"
    save("r.csv", text.encode("big5"))
    done = cli("check", "issue-tracker", "r.csv")
    assert (done.code, done.faults) == (0, [])


@pytest.mark.parametrize("mark", [";", "\t"])
def test_csv_may_be_parted_by_semicolons_or_tabs(cli: Any, save: Any, tracker_csv: str, mark: str) -> None:
    save("r.csv", tracker_csv.replace(",", mark))
    assert cli("check", "issue-tracker", "r.csv").code == 0


def test_xlsx_records_below_a_title_row_with_real_dates(cli: Any, save: Any, tmp_path: Path, text_in: Any) -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["十月问题"])
    sheet.append(["客户名称", "问题描述", "紧急程度", "反馈时间", "计划完成时间", "状态"])
    when = datetime.datetime(2023, 10, 16, 9, 0)
    sheet.append(["A公司A", 12345, "高", when, datetime.date(2023, 10, 18), "处理中"])
    sheet.append([None] * 6)
    sheet.append(["A公司B", "配件缺失", "中", "2023/10/16 14:30", "-", "处理中"])
    book.save(tmp_path / "r.xlsx")
    done = cli("render", "issue-tracker", "r.xlsx", "-o", "out", "-f", "docx")
    assert (done.code, done.err) == (0, "")
    text = text_in(done.paths[0])
    for shown in ("2023-10-16 09:00", "2023-10-18", "12345", "2023-10-16 14:30", "WT20231016-02"):
        assert shown in text
    assert "12345.0" not in text


def test_a_fault_in_a_workbook_names_sheet_and_row(cli: Any, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "十月"
    sheet.append(["客户名称", "问题描述", "紧急程度", "反馈时间", "状态"])
    sheet.append(["A", "B", "高", "2023-10-16 09:00", "处理中"])
    sheet.append(["A", "B", "极高", "2023-10-16 09:00", "处理中"])
    book.save(tmp_path / "r.xlsx")
    done = cli("check", "issue-tracker", "r.xlsx")
    assert done.codes == ["E-choice"]
    assert done.faults[0].startswith("r.xlsx:十月!3: 紧急程度 (")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_a_dash_reads_json_from_standard_input(cli: Any, report: Any, mark: bytes) -> None:
    content = mark + json.dumps(report, ensure_ascii=False).encode()
    done = cli("render", "closure-report", "-", "-o", "out", "-f", "docx", stdin=content)
    assert done.names == ["closure-report-BG20231017-001.docx"]


def test_a_fault_on_standard_input_is_placed_at_the_dash(cli: Any) -> None:
    done = cli("check", "closure-report", "-", stdin='[{"a": }]')
    assert (done.code, done.codes) == (1, ["E-json"])
    assert done.faults[0].startswith("-:1: ")


# --- keys and values as people write them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        {
            "customer_name": "甲",
            "problem": "乙",
            "severity": "high",
            "reported_at": "2024-05-01 14:30",
            "status": "open",
        },
        {"客户名称": "甲", "问题描述": "乙", "紧急程度": "高", "反馈时间": "2024/5/1 14:30", "状态": "处理中"},
        {"客戶名稱": "甲", "問題描述": "乙", "緊急程度": "高", "回饋時間": "2024年5月1日 14时30分", "狀態": "處理中"},
        {
            "Customer": "甲",
            "Description": "乙",
            "Urgency": "High",
            "Reported at": "2024-05-01T14:30",
            "Status": "In progress",
        },
        {
            "客户名称：": "甲",
            " 问题描述 *": "乙",
            "URGENCY": "HIGH",
            "反馈时间": "2024-05-01T14:30:00+08:00",
            "状态": "open",
        },
    ],
    ids=["keys", "zh-Hans", "zh-Hant", "en", "untidy"],
)
def test_keys_and_choices_go_by_name_in_any_language(cli: Any, save: Any, text_in: Any, record: Any) -> None:
    save("r.json", record)
    done = cli("render", "issue-tracker", "r.json", "-o", "out", "-f", "docx")
    assert (done.code, done.err) == (0, "")
    text = text_in(done.paths[0])
    for shown in ("2024-05-01 14:30", "处理中", "WT20240501-01"):
        assert shown in text


def test_sections_may_be_nested_or_flat(cli: Any, save: Any, checklist: Any) -> None:
    flat = {**checklist["basic"], "问题现象": "甲", "/problem/priority": "P1"}
    save("flat.json", flat)
    save("nested.json", {"基本信息": checklist["basic"], "问题描述": checklist["problem"]})
    for name in ("flat.json", "nested.json"):
        done = cli("check", "troubleshooting-checklist", name)
        assert (done.code, done.faults) == (0, [])


def test_a_key_and_its_title_together_are_refused(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(优先级="P1"))
    done = cli("check", "closure-report", "r.json")
    assert done.codes == ["E-key-twice"]
    assert "优先级 (/priority)" in done.err


@pytest.mark.parametrize("none_yet", ["-", "—", "无", "", None])
def test_a_time_may_be_none_yet(cli: Any, save: Any, issue: Any, none_yet: Any) -> None:
    save("r.json", issue(completed_at=none_yet))
    assert cli("check", "issue-tracker", "r.json").code == 0


# --- --set, --mask, --policy ------------------------------------------------------------------------------------------


def test_set_gives_a_table_its_head_and_its_rows_a_value(cli: Any, save: Any, tracker_csv: str, text_in: Any) -> None:
    save("r.csv", tracker_csv.replace(",技术部,", ",,").replace(",物流部,", ",,"))
    done = cli("render", "issue-tracker", "r.csv", "-o", "out", "-f", "docx",
               "--set", "统计日期=2023/10/20", "--set", "compiled_by=陈=静", "--set", "责任部门=客服部")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    text = text_in(done.paths[0])
    assert "2023-10-20" in text
    assert "陈=静" in text
    assert text.count("客服部") == 2


def test_set_completes_every_record(cli: Any, save: Any, report_with: Any, text_in: Any) -> None:
    save("r.json", [report_with(result=...), report_with(report_no="B2", result=...)])
    [line] = cli("check", "closure-report", "r.json").faults
    assert line.endswith("（共 2 行）[E-required]")
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx", "--set", "result=已恢复如初")
    assert done.code == 0
    assert all("已恢复如初" in text_in(path) for path in done.paths)
    assert cli("check", "closure-report", "r.json", "--set", "处理结果=已恢复如初").code == 0


def test_a_wrong_value_of_set_is_wrong_usage(cli: Any, save: Any, tracker_csv: str) -> None:
    save("r.csv", tracker_csv)
    done = cli("check", "issue-tracker", "r.csv", "--set", "as_of=soon")
    assert (done.code, done.codes) == (2, ["E-date"])
    assert "--set: 统计日期 (/as_of)" in done.err


def test_mask_and_no_mask_override_the_forms_default(
    cli: Any, save: Any, checklist: Any, report_with: Any, text_in: Any
) -> None:
    save("checklist.json", checklist)
    save("report.json", report_with(confirmation={"decision": "agree", "signed_by": "赵大山"}))

    def shown(form: str, records: str, *options: str) -> str:
        done = cli("render", form, records, "-o", "out", "-f", "docx", "--force", *options)
        return str(text_in(done.paths[0]))

    assert "13856785678" in shown("troubleshooting-checklist", "checklist.json")
    masked = shown("troubleshooting-checklist", "checklist.json", "--mask")
    assert "138****5678" in masked
    assert "13856785678" not in masked
    assert "张三丰" not in masked
    assert "赵大山" not in shown("closure-report", "report.json")
    assert "赵大山" in shown("closure-report", "report.json", "--no-mask")


def test_a_policy_of_ones_own_changes_what_is_derived(cli: Any, save: Any, report: Any, text_in: Any) -> None:
    from generator import resources

    policy = json.loads((resources.schemas() / "policies" / "response.json").read_text(encoding="utf-8"))
    policy["targets"]["priority"]["P1"] = {"value": 5, "unit": "minute"}
    path = save("policy.json", policy)
    save("r.json", report)
    usual = cli("render", "closure-report", "r.json", "-o", "a", "-f", "docx").paths[0]
    strict = cli("render", "closure-report", "r.json", "-o", "b", "-f", "docx", "--policy", path).paths[0]
    assert "未达标" not in text_in(usual)
    assert "未达标" in text_in(strict)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda p: p.pop("calendar"), ""),
        (lambda p: p["calendar"].update(time_zone="Mars/Base"), "/calendar/time_zone"),
        (lambda p: p["calendar"].update(holidays=["2024-99-99"]), "/calendar/holidays/0"),
        (lambda p: p["targets"]["priority"].update(P1={"value": 0, "unit": "hour"}), "/targets/priority/P1/value"),
        (lambda p: p["targets"]["priority"].update(P1={"value": 1, "unit": "fortnight"}), "/targets/priority/P1/unit"),
    ],
    ids=["missing", "zone", "date", "zero", "unit"],
)
@pytest.mark.parametrize("command", ["render", "blank", "check"])
def test_a_faulty_policy_is_told_by_place_and_nothing_is_written(
    cli: Any, save: Any, report: Any, change: Callable[[Any], Any], pointer: str, command: str
) -> None:
    from generator import resources

    policy = json.loads((resources.schemas() / "policies" / "response.json").read_text(encoding="utf-8"))
    change(policy)
    path = save("policy.json", policy)
    save("r.json", report)
    records = [] if command == "blank" else ["r.json"]
    out = [] if command == "check" else ["-o", "out", "-f", "docx"]
    done = cli(command, "closure-report", *records, *out, "--policy", path)
    assert (done.code, done.out, set(done.codes)) == (1, "", {"E-policy"})
    assert done.faults[0].startswith(f"policy.json: {pointer}")
    assert not Path("out").exists()


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_says_that_all_is_well_on_standard_error(cli: Any, save: Any, tracker_csv: str, tmp_path: Path) -> None:
    save("r.csv", tracker_csv)
    done = cli("check", "issue-tracker", "r.csv", "--lang", "en")
    assert (done.code, done.out, done.err) == (0, "", "no faults\n")
    assert [p.name for p in tmp_path.iterdir()] == ["r.csv"]


def test_check_reports_every_fault_of_every_record(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", [report_with(priority="P9", xyzzy=1), report_with(), report_with(result=..., reported_at="soon")])
    done = cli("check", "closure-report", "r.json", "--lang", "en")
    assert done.code == 1
    assert sorted(zip([f.split(":")[1] for f in done.faults], done.codes, strict=True)) == [
        ("[1]", "E-choice"),
        ("[1]", "E-unknown-key"),
        ("[3]", "E-date"),
        ("[3]", "E-required"),
    ]
    assert done.err.splitlines()[-1] == "4 errors, 0 warnings"


def test_check_with_json_prints_a_list_of_faults(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", [issue(severity="P9")])
    done = cli("check", "issue-tracker", "r.json", "--json", "--lang", "en")
    assert (done.code, done.err) == (1, "")
    (fault,) = json.loads(done.out)
    assert fault["code"] == "E-choice"
    assert (fault["file"], fault["row"], fault["pointer"]) == ("r.json", "[1]", "/rows/0/severity")
    assert fault["text"] == 'r.json:[1]: Urgency (/rows/0/severity): "P9" is not one of High, Medium, Low [E-choice]'
    save("r.json", [issue()])
    assert json.loads(cli("check", "issue-tracker", "r.json", "--json").out) == []


def test_a_warning_is_told_but_stops_nothing(cli: Any, save: Any, checklist: Any) -> None:
    checklist["coordination"]["response_due"] = "2024-05-09 09:00"
    save("r.json", checklist)
    checked = cli("check", "troubleshooting-checklist", "r.json")
    assert (checked.code, checked.codes) == (0, ["W-derived"])
    done = cli("render", "troubleshooting-checklist", "r.json", "-o", "out", "-f", "docx")
    assert (done.code, done.codes, len(done.paths)) == (0, ["W-derived"], 1)


# --- the same input, the same bytes -----------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes_whatever_locale_and_zone(
    process: Any, save: Any, tracker_csv: str, tmp_path: Path
) -> None:
    save("r.csv", tracker_csv)
    made = []
    for n, env in enumerate(
        ({"LANG": "C", "TZ": "UTC"}, {"LANG": "zh_CN.UTF-8", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"})
    ):
        done = process("render", "issue-tracker", "r.csv", "-o", f"out{n}", "-f", "docx,xlsx", env=env)
        assert done.code == 0
        made.append([(tmp_path / path).read_bytes() for path in done.paths])
    assert made[0] == made[1]


def test_with_json_a_failure_is_an_object_with_its_faults_on_standard_output(cli: Any, save: Any) -> None:
    save("bad.json", {})
    for arguments, code in ((["no-such-form", "bad.json"], 2), (["closure-report", "bad.json"], 1)):
        done = cli("render", *arguments, "-o", "out", "--json", "--lang", "en")
        [said] = [json.loads(line) for line in done.out.splitlines()]
        assert done.code == code
        assert [fault["code"] for fault in said["faults"]]
        assert {fault["code"] for fault in said["faults"]} == set(done.codes)
    done = cli("render", "closure-report", "bad.json", "-o", "out", "--json", "--bogus")
    assert (done.code, json.loads(done.out)["faults"][0]["code"]) == (2, "E-usage")

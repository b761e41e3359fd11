"""Filled forms given to the commands: read, marked to be sent back, gathered, and taken wherever records are."""

import csv
import json
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest
from docx.oxml.ns import qn

from generator.api import blank, render

SAMPLES = Path(__file__).parents[2] / "samples"
ANSWERS = {
    "/report_no": "BG-2024-007",
    "/issue_no": "WT-2024-07",
    "/customer_name": "乙公司",
    "/problem_summary": "登录后白屏\n刷新无效",
    "/priority": "P1",
    "/reported_at": "2024年5月6日 9时30分",
    "/closed_at": "2024/5/7 18:00",
    "/log/0/time": "２０２４－０５－０６ １０：００",
    "/log/0/content": "电话联系客户",
    "/root_cause": "证书过期",
    "/solution": "换发证书",
    "/result": "恢复",
    "/prevention": "到期前三十天提醒",
}


def sample(name: str = "ordinary") -> dict[str, Any]:
    return json.loads((SAMPLES / "closure-report" / f"{name}.json").read_text(encoding="utf-8"))


def typed(path: Path, answers: Mapping[str, str]) -> Path:
    """Type answers into the controls of a blank closure report, as Word keeps them."""
    path.write_bytes(blank("closure-report", "docx", fillable=True))
    document = docx.Document(str(path))
    for control in document.element.body.iter(qn("w:sdt")):
        said = answers.get(control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val")))
        if said is None:
            continue
        first, *rest = said.split("\n")
        text = next(control.iter(qn("w:t")))
        text.text = first
        for line in rest:
            text.addnext(text.makeelement(qn("w:t"), {}))
            text.getnext().text = line
            text.addnext(text.makeelement(qn("w:br"), {}))
    document.save(str(path))
    return path


def test_a_blank_form_filled_in_word_is_a_record_for_every_command(cli: Any, tmp_path: Path) -> None:
    path = typed(tmp_path / "returned.docx", ANSWERS)
    done = cli("read", path)
    said = json.loads(done.out)
    assert done.code == 0
    assert (said["form"], said["lang"], said["faults"]) == ("closure-report", "zh-Hans", [])
    assert said["record"]["problem_summary"] == ANSWERS["/problem_summary"]
    assert said["record"]["log"] == [{"time": "2024-05-06T10:00:00+08:00", "content": "电话联系客户"}]
    assert said["record"]["handling_minutes"] == 1950
    assert cli("check", "closure-report", path).code == 0
    assert cli("render", "closure-report", path, "-o", "signed.docx").names == ["signed.docx"]
    assert cli("batch", "closure-report", path, "-o", "many", "-f", "docx", "--jobs", "1").code == 0
    assert cli("case", "add", "case.json", "closure-report", path).code == 0


def test_what_is_wrong_is_told_by_title_and_place(cli: Any, tmp_path: Path) -> None:
    path = typed(tmp_path / "returned.docx", {**ANSWERS, "/reported_at": "昨天", "/solution": ""})
    done = cli("check", "closure-report", path)
    assert done.code == 1
    assert sorted(done.codes) == ["E-date", "E-required"]
    assert "第 1 个表格第 3 行: 反馈时间 (/reported_at)" in done.err


def test_a_copy_to_send_back_says_what_is_wrong_at_its_box_and_can_be_filled_again(cli: Any, tmp_path: Path) -> None:
    path = typed(tmp_path / "returned.docx", {**ANSWERS, "/reported_at": "昨天"})
    before = path.read_bytes()
    done = cli("read", path, "--annotate", "back")
    copy = tmp_path / "back" / "returned.docx"
    assert done.code == 1
    assert path.read_bytes() == before
    (comment,) = docx.Document(str(copy)).comments
    assert comment.text.startswith("反馈时间：不是日期")
    again = json.loads(cli("read", copy).out)
    assert [fault["code"] for fault in again["faults"]] == ["E-date"]


def test_computed_values_follow_what_they_come_from(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "returned.docx"
    path.write_bytes(render("closure-report", sample(), "docx", fillable=True))
    before = json.loads(cli("read", path).out)["record"]["handling_minutes"]
    document = docx.Document(str(path))
    for control in document.element.body.iter(qn("w:sdt")):
        if control.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val")) == "/closed_at":
            next(control.iter(qn("w:t"))).text = "2023-10-17 23:00"
    document.save(str(path))
    said = json.loads(cli("read", path).out)
    assert said["faults"] == []
    assert said["record"]["handling_minutes"] > before


def test_a_form_with_gaps_may_be_sent_to_be_completed(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(json.dumps({"report_no": "BG-1", "客户名称": "丙公司"}), encoding="utf-8")
    assert cli("render", "closure-report", "known.json", "-o", "half.docx").code == 1
    assert cli("render", "closure-report", "known.json", "--fillable", "-o", "half.docx").code == 0
    record = json.loads(cli("read", "half.docx").out)["record"]
    assert {key: value for key, value in record.items() if value} == {"report_no": "BG-1", "customer_name": "丙公司"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of returned files: two sound ones, one of them twice, a faulty one, a damaged one, a stranger."""
    folder = tmp_path / "returned"
    folder.mkdir()
    typed(folder / "a.docx", ANSWERS)
    shutil.copy(folder / "a.docx", folder / "b.docx")
    (folder / "deep").mkdir()
    (folder / "deep" / "c.docx").write_bytes(render("closure-report", sample(), "docx", fillable=True))
    typed(folder / "d.docx", {**ANSWERS, "/report_no": "BG-2024-008", "/closed_at": "不详"})
    (folder / "e.docx").write_bytes(b"PK\x03\x04")
    (folder / "f.txt").write_text("备忘", encoding="utf-8")
    (folder / "~$a.docx").write_bytes(b"x")
    return folder


def outcomes(done: Any) -> dict[str, str]:
    return {Path(one["file"]).name: one["outcome"] for one in json.loads(done.out)}


EXPECTED = {"a.docx": "new", "b.docx": "duplicate", "c.docx": "new", "d.docx": "refused", "e.docx": "refused"}
EXPECTED |= {"f.txt": "refused"}


@pytest.mark.parametrize("out", ["tracker.xlsx", "tracker.csv", "tracker.jsonl", "sqlite:///tracker.sqlite"])
def test_a_dry_run_says_what_would_be_gathered_and_begins_no_tracker(cli: Any, folder: Path, out: str) -> None:
    before = sorted(folder.parent.iterdir())
    done = cli("collect", folder, "-o", out, "--json", "--dry-run", "--report", "report.csv")
    assert outcomes(done) == EXPECTED
    assert sorted(folder.parent.iterdir()) == before
    assert cli("collect", folder / "a.docx", "-o", out).code == 0
    there = {path: path.read_bytes() for path in folder.parent.iterdir() if path.is_file()}
    assert outcomes(cli("collect", folder, "-o", out, "--json", "--dry-run")) == {**EXPECTED, "a.docx": "same"}
    assert {path: path.read_bytes() for path in folder.parent.iterdir() if path.is_file()} == there


@pytest.mark.parametrize("out", ["tracker.xlsx", "tracker.csv", "tracker.jsonl", "sqlite:///tracker.sqlite"])
def test_a_folder_is_gathered_and_nothing_is_added_twice(cli: Any, folder: Path, out: str) -> None:
    done = cli("collect", folder, "-o", out, "--json")
    assert outcomes(done) == EXPECTED
    assert done.code == 1
    again = cli("collect", folder, "-o", out, "--json")
    assert outcomes(again) == {**EXPECTED, "a.docx": "same", "c.docx": "same"}
    typed(folder / "a.docx", {**ANSWERS, "/solution": "改用新证书"})
    (folder / "b.docx").unlink()
    changed = outcomes(cli("collect", folder, "-o", out, "--json"))
    assert changed["a.docx"] == "changed"
    assert changed["c.docx"] == "same"
    assert sorted(path.name for path in folder.rglob("*.docx")) == ["a.docx", "c.docx", "d.docx", "e.docx", "~$a.docx"]


@pytest.mark.parametrize("out", ["tracker.xlsx", "tracker.csv", "tracker.jsonl"])
def test_a_tracker_is_a_list_of_the_same_records(cli: Any, folder: Path, out: str) -> None:
    cli("collect", folder, "-o", out)
    assert cli("check", "closure-report", out).code == 0
    made = cli("batch", "closure-report", out, "-o", "many", "-f", "docx", "--jobs", "1")
    assert made.code == 0
    direct = cli("render", "closure-report", folder / "a.docx", "-o", "one.docx").paths[0].read_bytes()
    assert direct in [path.read_bytes() for path in Path("many").rglob("*.docx")]


def test_what_people_write_beside_the_records_stays(cli: Any, folder: Path, tmp_path: Path) -> None:
    cli("collect", folder, "-o", "tracker.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tracker.xlsx")
    sheet = book.worksheets[0]
    at = sheet.max_column + 1
    sheet.cell(1, at, "主管批注")
    sheet.cell(2, at, "已阅")
    book.save(tmp_path / "tracker.xlsx")
    typed(folder / "a.docx", {**ANSWERS, "/solution": "=1+1"})
    cli("collect", folder, "-o", "tracker.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "tracker.xlsx").worksheets[0]
    assert sheet.cell(2, at).value == "已阅"
    cells = {cell.value: cell.data_type for cell in sheet[2]}
    assert cells["=1+1"] == "s"


def test_two_files_of_one_number_that_differ_are_told_and_the_first_is_taken(cli: Any, folder: Path) -> None:
    typed(folder / "b.docx", {**ANSWERS, "/solution": "另一种说法"})
    done = cli("collect", folder, "-o", "tracker.csv", "--report", "report.csv")
    assert "b.docx" in done.err
    with Path("report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {Path(row["文件"]).name: row for row in csv.DictReader(file)}
    assert (rows["b.docx"]["结果"], rows["b.docx"]["内容不同"]) == ("重复", "是")
    assert "另一种说法" not in Path("tracker.csv").read_text(encoding="utf-8-sig")


def test_a_database_holds_typed_columns(cli: Any, folder: Path, tmp_path: Path) -> None:
    cli("collect", folder, "-o", "sqlite:///tracker.sqlite")
    with sqlite3.connect(tmp_path / "tracker.sqlite") as base:
        rows = base.execute(
            "SELECT record_id, handling_minutes, json_extract(log, '$[0].content') FROM closure_report ORDER BY 1"
        ).fetchall()
    assert rows[0] == ("BG-2024-007", 1950, "电话联系客户")


def test_files_of_several_forms_need_a_word(cli: Any, folder: Path) -> None:
    (folder / "x.docx").write_bytes(blank("issue-intake", "docx", fillable=True))
    assert cli("collect", folder, "-o", "tracker.csv").codes == ["E-collect-forms"]
    done = cli("collect", folder, "-o", "tracker.csv", "--form", "closure-report", "--json")
    assert outcomes(done)["x.docx"] == "refused"


def test_a_month_is_computed_from_a_register_that_came_back(cli: Any) -> None:
    register = SAMPLES / "issue-tracker" / "desk.csv"
    cli("render", "issue-tracker", register, "--fillable", "-o", "register.docx")
    assert cli("check", "issue-tracker", "register.docx").code == 0
    cli("render", "issue-tracker", register, "-o", "register.xlsx")
    names = ("register.xlsx", "register.docx")
    made = [cli("summary", "2023-10", name, "-o", f"{n}.docx") for n, name in enumerate(names)]
    assert [done.code for done in made] == [0, 0]
    assert made[0].paths[0].read_bytes() == made[1].paths[0].read_bytes()


def spoiled(path: Path) -> Path:
    """Fill in a closure report in a workbook or a PDF, with one answer that is no day."""
    path.write_bytes(render("closure-report", sample(), path.suffix[1:], fillable=True))
    if path.suffix == ".pdf":
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            field = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == "/reported_at")
            field.V = pikepdf.String("昨天")
            pdf.save(path)
        return path
    book = openpyxl.load_workbook(path)
    ((sheet, cell),) = book.defined_names["f_reported_at"].destinations
    book[sheet][cell.replace("$", "").partition(":")[0]] = "昨天"
    book.save(path)
    return path


def notes_of(path: Path) -> list[str]:
    """Return what is said in a copy that is sent back."""
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            marks = [mark for page in pdf.pages for mark in page.obj.get("/Annots", ())]
            return [str(mark.Contents) for mark in marks if mark.Subtype == "/Text"]
    sheets = openpyxl.load_workbook(path).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    return [cell.comment.text for cell in cells if cell.comment]


@pytest.mark.parametrize("name", ["returned.xlsx", "returned.pdf"])
def test_workbooks_and_pdfs_are_sent_back_with_the_reason_too(cli: Any, tmp_path: Path, name: str) -> None:
    path = spoiled(tmp_path / name)
    done = cli("read", path, "--annotate", "back")
    assert [fault["code"] for fault in json.loads(done.out)["faults"]] == ["E-date"]
    (note,) = notes_of(tmp_path / "back" / name)
    assert note.startswith("反馈时间：不是日期")
    again = json.loads(cli("read", Path("back") / name).out)
    assert [fault["code"] for fault in again["faults"]] == ["E-date"]
    first = (tmp_path / "back" / name).read_bytes()
    cli("read", path, "--annotate", "back", "--force")
    assert (tmp_path / "back" / name).read_bytes() == first


@pytest.mark.parametrize("name", ["returned.xlsx", "returned.pdf", "returned.docx"])
def test_the_way_from_a_form_to_the_signed_report_has_no_json(cli: Any, name: str) -> None:
    content = render("closure-report", sample(), name.partition(".")[2], fillable=True)
    Path(name).write_bytes(content)
    assert cli("render", "closure-report", name, "-o", "signed.docx").code == 0
    direct = cli("render", "closure-report", SAMPLES / "closure-report" / "ordinary.json", "-o", "direct.docx")
    assert Path("signed.docx").read_bytes() == direct.paths[0].read_bytes()
    assert outcomes(cli("collect", name, "-o", "tracker.jsonl", "--json")) == {name: "new"}


@pytest.mark.parametrize("out", ["tracker.xlsx", "tracker.csv", "tracker.jsonl", "sqlite:///tracker.sqlite"])
def test_a_tracker_is_not_begun_where_nothing_could_be_taken(cli: Any, tmp_path: Path, out: str) -> None:
    typed(tmp_path / "a.docx", {**ANSWERS, "/closed_at": "不详"})
    done = cli("collect", "a.docx", "-o", out)
    assert (done.code, done.codes) == (1, ["E-date"])
    assert done.out == ""
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size and path.suffix != ".docx"] == []


def test_a_table_keeps_the_columns_of_others_and_is_given_those_that_it_lacks(cli: Any, folder: Path) -> None:
    with sqlite3.connect("tracker.sqlite") as base:
        base.execute("CREATE TABLE closure_report (record_id TEXT PRIMARY KEY, remark TEXT)")
        base.execute("INSERT INTO closure_report VALUES ('BG-2024-007', '已阅')")
    done = outcomes(cli("collect", folder, "-o", "sqlite:///tracker.sqlite", "--json"))
    assert (done["a.docx"], done["c.docx"]) == ("changed", "new")
    with sqlite3.connect("tracker.sqlite") as base:
        rows = base.execute("SELECT remark, solution FROM closure_report WHERE record_id = 'BG-2024-007'").fetchall()
    assert rows == [("已阅", ANSWERS["/solution"])]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_printed_report_has_its_number_from_the_heads_of_its_pages(cli: Any, format: str, lang: str) -> None:
    """Where the text doesn't say it; a second look at the same file finds the same number."""
    record = SAMPLES / "closure-report" / "ordinary.json"
    assert cli("render", "closure-report", record, "-o", f"report.{format}", "--lang", lang).code == 0
    done = json.loads(cli("read", f"report.{format}").out)
    assert done["record"]["report_no"] == json.loads(record.read_text(encoding="utf-8"))["report_no"]

"""Bad input: each fault with its code, its place and its remedy; no file left, no traceback, no value of the record."""

import csv
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

SENTINEL = "哨兵Sentinel4711"
"""Stands for a personal value; no message may hold it."""


def left(folder: Path) -> list[str]:
    """Return every file that lies in or beneath a folder."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()) if folder.exists() else []


def refused(cli: Any, form: str, records: object, *options: object, exit_code: int = 1, stdin: bytes = b"") -> Any:
    """Render, expect it to be refused with nothing written and nothing told, and return the run."""
    done = cli("render", form, records, "-o", "out", "-f", "docx,xlsx", "--lang", "en", *options, stdin=stdin)
    assert (done.code, done.out) == (exit_code, "")
    assert left(Path("out")) == []
    assert SENTINEL not in done.err
    assert done.faults == done.err.splitlines(), "every line on standard error is a coded fault"
    return done


# --- files that aren't what they say ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code", "place", "remedy"),
    [
        ("r.json", f'{{"report_no":\n "{SENTINEL}",}}', "E-json", "r.json:2: ", "brackets"),
        ("r.json", "", "E-json", "r.json:1: ", "brackets"),
        ("r.json", SENTINEL, "E-json", "r.json:1: ", "brackets"),
        ("r.json", f'{{"report_no": "{SENTINEL}"', "E-json", "r.json:1: ", "brackets"),
        ("r.json", (f'{{"客户名称": "{SENTINEL}"}}').encode("gbk"), "E-encoding-json", "r.json: ", "UTF-8"),
        ("r.json", (f'{{"a": "{SENTINEL}"}}').encode("utf-16"), "E-encoding-json", "r.json: ", "UTF-8"),
        ("r.json", f'{{"a": "{SENTINEL}", "a": 1}}', "E-json-duplicate", "r.json:1: ", "keep one"),
        ("r.json", f'{{"affected": NaN, "a": "{SENTINEL}"}}', "E-json-number", "r.json:1: ", "leave it out"),
        ("r.json", '{"affected": -Infinity}', "E-json-number", "r.json:1: ", "leave it out"),
        ("r.json", '{"report_no": 110105194912310021}', "E-json-digits", "r.json:1: ", "in quotes"),
        ("r.json", '{"report_no": 0.12345678901234567}', "E-json-digits", "r.json:1: ", "in quotes"),
        ("r.json", '{"report_no": 1e999}', "E-json-range", "r.json:1: ", "correct it"),
        ("r.json", '{"a": 1,\n"b": [2,\nNaN]}', "E-json-number", "r.json:3: ", "leave it out"),
        ("r.json", '{"a": 1,\n"b": 2,\n"a": 3}', "E-json-duplicate", "r.json:3: ", "keep one"),
        ("r.json", "[" * 200_000, "E-json-depth", "r.json: ", "fewer levels"),
        ("r.json", '{"a":' * 200_000, "E-json-depth", "r.json: ", "fewer levels"),
        ("r.json", "[]", "E-no-records", "r.json: ", "no records"),
        ("r.json", f'["{SENTINEL}"]', "E-record-shape", "r.json:[1]: ", "JSON object"),
        ("r.json", f'"{SENTINEL}"', "E-record-shape", "r.json: ", "JSON object"),
        ("r.json", "null", "E-record-shape", "r.json: ", "JSON object"),
        ("r.jsonl", "", "E-no-records", "r.jsonl: ", "no records"),
        ("r.jsonl", "\n\n", "E-no-records", "r.jsonl: ", "no records"),
        ("r.jsonl", f'\n{{"a": "{SENTINEL}"', "E-json", "r.jsonl:2: ", "brackets"),
        ("r.jsonl", f'"{SENTINEL}"\n'.encode("gbk"), "E-encoding-json", "r.jsonl:1: ", "UTF-8"),
        ("r.csv", "", "E-no-header", "r.csv: ", "no row names this form's columns"),
        ("r.csv", "客户名称,问题描述\n", "E-no-records", "r.csv: ", "no records"),
        ("r.csv", "客户名称,问题描述\n,\n\n", "E-no-records", "r.csv: ", "no records"),
        ("r.csv", f'客户名称,问题描述\n"{SENTINEL}"x,"y\n', "E-csv", "r.csv:2: ", "save it again"),
        ("r.csv", f'客户名称,问题描述\n"{SENTINEL}', "E-csv", "r.csv:2: ", "save it again"),
        ("r.csv", f"客户名称,客户名称\n{SENTINEL},b\n", "E-column-twice", "r.csv:1: ", "keep one"),
        ("r.csv", b"\xff\x81\x00\xff,\xff", "E-encoding", "r.csv: ", "CSV UTF-8"),
        ("r.xlsx", "客户名称,问题描述\n", "E-xlsx", "r.xlsx: ", "save it as .xlsx"),
        ("r.xlsx", b"PK\x03\x04" + b"\0" * 60, "E-xlsx", "r.xlsx: ", "save it as .xlsx"),
    ],
)
def test_a_file_that_is_not_what_it_says(
    cli: Any, save: Any, name: str, content: Any, code: str, place: str, remedy: str
) -> None:
    save(name, content)
    done = refused(cli, "issue-tracker" if name.endswith((".csv", ".xlsx")) else "closure-report", name)
    assert done.codes == [code]
    assert done.faults[0].startswith(place)
    assert remedy in done.faults[0]


@pytest.mark.parametrize(
    ("row", "code", "remedy"),
    [
        (f"{SENTINEL},b,高,2024-05-01 09:00,处理中,extra", "E-columns", "extra comma"),
        (f"{SENTINEL},b,高,2024-05-01 09:00", "E-required", "fill it in"),
    ],
)
def test_a_row_of_another_length_is_told_by_its_line(cli: Any, save: Any, row: str, code: str, remedy: str) -> None:
    save("r.csv", f"客户名称,问题描述,紧急程度,反馈时间,状态\n甲,乙,高,2024-05-01 09:00,处理中\n{row}\n")
    done = refused(cli, "issue-tracker", "r.csv")
    assert done.codes == [code]
    assert done.faults[0].startswith("r.csv:3: ")
    assert remedy in done.faults[0]


def test_a_column_without_a_name_is_told(cli: Any, save: Any) -> None:
    save("r.csv", f"客户名称,,紧急程度\n甲,{SENTINEL},高\n")
    done = refused(cli, "issue-tracker", "r.csv")
    assert done.codes == ["E-column-unnamed"]
    assert done.faults[0].startswith("r.csv:2: ")


def test_lines_are_counted_where_cells_hold_line_breaks(cli: Any, save: Any) -> None:
    save(
        "r.csv",
        "客户名称,问题描述,紧急程度,反馈时间,状态\n"
        '甲,"一\n二\n三",高,2024-05-01 09:00,处理中\n'
        "甲,乙,P9,2024-05-01 09:00,处理中\n",
    )
    done = refused(cli, "issue-tracker", "r.csv")
    assert done.codes == ["E-choice"]
    assert done.faults[0].startswith("r.csv:5: ")


def test_a_workbook_that_unpacks_to_an_abnormal_size_is_not_read(cli: Any, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "r.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (65 << 20))
    assert refused(cli, "issue-tracker", "r.xlsx").codes == ["E-xlsx-bomb"]


def test_digits_that_excel_has_lost_are_refused(cli: Any, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["问题编号", "客户名称", "问题描述", "紧急程度", "反馈时间", "状态"])
    sheet.append([110105194912310021, "甲", "乙", "高", "2024-05-01 09:00", "处理中"])
    book.save(tmp_path / "r.xlsx")
    done = refused(cli, "issue-tracker", "r.xlsx")
    assert done.codes == ["E-digits-lost"]
    assert done.faults[0].startswith("r.xlsx:Sheet!2: ")
    assert "format the cell as text" in done.faults[0]


@pytest.mark.parametrize("form", ["closure-report", "issue-tracker"])
def test_a_byte_order_mark_is_no_fault(cli: Any, save: Any, report: Any, issue: Any, form: str) -> None:
    record = report if form == "closure-report" else issue()
    save("r.json", b"\xef\xbb\xbf" + json.dumps(record).encode())
    save("r.jsonl", b"\xef\xbb\xbf" + json.dumps(record).encode())
    assert cli("check", form, "r.json").code == 0
    assert cli("check", form, "r.jsonl").code == 0


# --- places that aren't there -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ("nothere.json", "E-file-missing"),
        ("no/such/folder/r.csv", "E-file-missing"),
        ("folder.json", "E-file-kind"),
        (".", "E-source-format"),
        ("folder", "E-source-format"),
        ("r.odp", "E-source-format"),
        ("r", "E-source-format"),
    ],
)
def test_records_that_are_no_readable_file_are_wrong_usage(cli: Any, save: Any, records: str, code: str) -> None:
    Path("folder.json").mkdir()
    Path("folder").mkdir()
    save("r.odp", b"%PDF-1.7")
    done = refused(cli, "closure-report", records, exit_code=2)
    assert done.codes == [code]


def test_the_known_kinds_of_records_are_named(cli: Any, save: Any) -> None:
    save("r.odt", "")
    fault = refused(cli, "closure-report", "r.odt", exit_code=2).faults[0]
    assert all(suffix in fault for suffix in (".json", ".jsonl", ".csv", ".xlsx"))


@pytest.mark.parametrize("out", ["file.txt/out", "file.txt/a/b/out.docx"])
def test_a_folder_that_cannot_be_written_is_told_with_a_remedy(
    cli: Any, save: Any, report: Any, tmp_path: Path, out: str
) -> None:
    save("r.json", report)
    save("file.txt", "mine")
    done = cli("render", "closure-report", "r.json", "-o", out, "-f", "docx", "--lang", "en")
    assert (done.code, done.out, done.codes) == (1, "", ["E-write"])
    assert done.faults[0].startswith("file.txt/")
    assert "choose a folder" in done.faults[0]
    assert left(tmp_path) == ["file.txt", "r.json"]
    assert Path("file.txt").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told_with_a_remedy(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    Path("out").mkdir(mode=0o500)
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx")
    assert (done.code, done.codes) == (1, ["E-write"])


@pytest.mark.parametrize(
    ("given", "near"),
    [("issue-trakcer", "issue-tracker"), ("closure_report", "closure-report"), ("xyzzy", "the nearest are ")],
)
@pytest.mark.parametrize("command", ["render", "blank", "show", "check"])
def test_an_unknown_form_is_answered_with_the_nearest(cli: Any, save: Any, command: str, given: str, near: str) -> None:
    save("r.json", {})
    rest = {"render": ["r.json", "-o", "out"], "blank": ["-o", "out"], "show": [], "check": ["r.json"]}[command]
    done = cli(command, given, *rest, "--lang", "en")
    assert (done.code, done.out, done.codes) == (2, "", ["E-form-unknown"])
    assert done.faults[0].startswith(f"{given}: ")
    assert near in done.faults[0]
    assert left(Path("out")) == []


# --- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "place", "remedy"),
    [
        ({"problme": SENTINEL}, "E-unknown-key-near", "", "did you mean"),
        ({"xyzzy": SENTINEL}, "E-unknown-key", "", "remove or rename"),
        ({"solution": ...}, "E-required", "Solution (/solution)", "fill it in"),
        ({"solution": ""}, "E-required", "Solution (/solution)", "fill it in"),
        ({"solution": " \n "}, "E-required", "Solution (/solution)", "fill it in"),
        ({"priority": SENTINEL}, "E-choice", "Priority (/priority)", "P0, P1, P2"),
        ({"log": []}, "E-too-few", "Actions taken (/log)", "at least 1"),
        ({"log": 5}, "E-type", "Actions taken (/log)", "as the form says"),
        ({"confirmation": SENTINEL}, "E-type", "Customer's confirmation (/confirmation)", "as the form says"),
        ({"solution": 5}, "E-type", "Solution (/solution)", "in quotes"),
        ({"solution": {"a": SENTINEL}}, "E-type", "Solution (/solution)", "in quotes"),
        ({"solution": True}, "E-type", "Solution (/solution)", "in quotes"),
        ({"report_no": "9" * 65}, "E-too-long", "Report no. (/report_no)", "at most 64"),
        ({"closed_at": SENTINEL}, "E-date", "Closed at (/closed_at)", "2024-05-01 14:30"),
        ({"closed_at": "2024-99-99 09:00"}, "E-date", "Closed at (/closed_at)", "2024-05-01 14:30"),
        ({"closed_at": "2023-10-17 25:00"}, "E-date", "Closed at (/closed_at)", "2024-05-01 14:30"),
        ({"closed_at": "9999-12-31T23:59:59-14:00"}, "E-date", "Closed at (/closed_at)", "2024-05-01 14:30"),
        ({"closed_at": "2023-10-17"}, "E-time-missing", "Closed at (/closed_at)", "write it too"),
        ({"closed_at": "2023-10-17 16:00:00.5"}, "E-date-fraction", "Closed at (/closed_at)", "leave it out"),
        (
            {"confirmation": {"signed_on": "2023-10-17 09:30"}},
            "E-time-extra",
            "Date (/confirmation/signed_on)",
            "leave",
        ),
        ({"handling_minutes": 7}, "E-derived", "Handling time (/handling_minutes)", "leave it out"),
        (
            {"solution": f"{SENTINEL}\x07"},
            "E-control",
            "Solution (/solution)",
            "character 15 is the control character U+0007",
        ),
        ({"solution": "a\x00b"}, "E-control", "Solution (/solution)", "U+0000"),
        ({"solution": "\ufffe"}, "E-control", "Solution (/solution)", "U+FFFE"),
        ({"solution": "\x85\x9f"}, "E-control", "Solution (/solution)", "U+009F"),
        ({"customer_name": SENTINEL + "\x1b[31m"}, "E-control", "Customer (/customer_name)", "U+001B"),
    ],
)
def test_a_faulty_field_is_told_by_code_place_and_remedy(
    cli: Any, save: Any, report_with: Any, change: Any, code: str, place: str, remedy: str
) -> None:
    save("r.json", report_with(**change))
    done = refused(cli, "closure-report", "r.json")
    assert done.codes == [code]
    assert done.faults[0].startswith(f"r.json: {place}")
    assert remedy in done.faults[0]


@pytest.mark.parametrize("surrogate", [r"\ud800", r"\udfff", r"\ude00\ud83d"])
def test_half_a_character_is_refused_by_its_field(cli: Any, save: Any, report: Any, surrogate: str) -> None:
    text = json.dumps(report | {"result": "PLACE"}, ensure_ascii=False).replace("PLACE", f"结果{surrogate}")
    save("r.json", text)
    done = refused(cli, "closure-report", "r.json")
    assert done.codes == ["E-surrogate"]
    assert done.faults[0].startswith("r.json: Result (/result): character 3 ")


def test_half_a_character_in_a_key_stops_nothing_but_its_record(cli: Any, save: Any, report: Any) -> None:
    save("r.json", json.dumps(report)[:-1] + r', "xyzzy\ud800": 1}')
    assert refused(cli, "closure-report", "r.json").codes == ["E-unknown-key"]


def test_closing_before_the_report_is_refused_in_words(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", issue(completed_at="2023-10-15 09:00", status="closed"))
    done = refused(cli, "issue-tracker", "r.json")
    assert done.faults == [
        "r.json: Completed at (/rows/0/completed_at): completion can't be earlier than the report [E-check]"
    ]


def test_a_rule_across_fields_is_told_in_the_language_asked_for(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(responded_at="2023-10-15 09:00", response_met=...))
    said = {lang: cli("check", "closure-report", "r.json", "--lang", lang).err for lang in ("zh-Hans", "zh-Hant", "en")}
    assert "响应时间 (/responded_at): 响应时间不能早于反馈时间 [E-check]" in said["zh-Hans"]
    assert "回應時間 (/responded_at): 回應時間不能早於反映時間 [E-check]" in said["zh-Hant"]
    assert "First response at (/responded_at): the first response can't be earlier than the report" in said["en"]


def test_all_faults_of_a_record_are_told_at_once(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(priority="P9", solution=..., log=[{"time": "soon", "content": "x"}], xyzzy=1))
    done = refused(cli, "closure-report", "r.json")
    assert sorted(done.codes) == ["E-choice", "E-date", "E-required", "E-unknown-key"]
    assert any("Time (/log/0/time)" in fault for fault in done.faults)


def test_a_short_wrong_code_is_shown_but_no_other_value(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(priority="P9"))
    assert refused(cli, "closure-report", "r.json").faults == [
        'r.json: Priority (/priority): "P9" is not one of P0, P1, P2, P3 [E-choice]'
    ]


@pytest.mark.parametrize("name", ["r.json", "r.csv"])
def test_a_long_key_is_cut_and_cannot_break_the_line(cli: Any, save: Any, issue: Any, name: str) -> None:
    key = "未知\n" + "长" * 5000
    if name == "r.json":
        save(name, issue(**{key: "x"}))
    else:
        out = io.StringIO()
        csv.writer(out).writerows([[*issue(), key], [*issue().values(), "x"]])
        save(name, out.getvalue())
    done = cli("check", "issue-tracker", name, "--lang", "en")
    assert done.code == 1
    assert len(done.err) < 400


def test_a_good_record_beside_a_bad_one_is_written(cli: Any, save: Any, report: Any, report_with: Any) -> None:
    save("r.json", [report_with(report_no="BAD", priority=SENTINEL), SENTINEL, report])
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx")
    assert (done.code, done.codes) == (1, ["E-choice", "E-record-shape"])
    assert left(Path("out")) == ["closure-report-BG20231017-001.docx"]
    assert SENTINEL not in done.err


def test_a_table_with_one_bad_row_is_not_written_and_every_fault_is_told_with_its_line(cli: Any, save: Any) -> None:
    head = "客户名称,问题描述,紧急程度,反馈时间,状态\n"
    good = "甲,乙,高,2024-05-01 09:00,处理中\n"
    rows = [good] * 50
    rows[9] = f"甲,乙,{SENTINEL},2024-05-01 09:00,处理中\n"
    rows[19] = f",乙,高,{SENTINEL},处理中\n"
    rows[49] = "甲,乙,高,2024-05-01,未知\n"
    save("问题.csv", head + "".join(rows))
    done = refused(cli, "issue-tracker", "问题.csv")
    assert [fault.split(": ")[0] for fault in done.faults] == [f"问题.csv:{n}" for n in (11, 21, 21, 51, 51)]
    assert sorted(done.codes) == ["E-choice", "E-choice", "E-date", "E-required", "E-time-missing"]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_table_is_refused_alike_in_every_format(cli: Any, save: Any, issue: Any, lang: str) -> None:
    save("r.json", [issue(), issue(severity="P9")])
    for format in ("docx", "xlsx", "pdf"):
        done = cli("render", "issue-tracker", "r.json", "-o", "out", "-f", format, "--lang", lang)
        assert (done.code, done.out, done.codes) == (1, "", ["E-choice"])
        assert left(Path("out")) == []


# --- limits of a format -----------------------------------------------------------------------------------------------


def test_a_text_that_excel_cannot_hold_is_refused_there_and_printed_elsewhere(
    cli: Any, save: Any, issue: Any, text_in: Any
) -> None:
    long = "长" * 32_768
    save("r.json", issue(problem=long))
    done = cli("render", "issue-tracker", "r.json", "-o", "out.xlsx", "--lang", "en")
    assert (done.code, done.out, done.codes) == (1, "", ["E-xlsx-long"])
    assert "Problem (/rows/0/problem): has 32768 characters" in done.faults[0]
    assert "32767" in done.faults[0]
    assert "DOCX" in done.faults[0]
    assert "长长长" not in done.err
    assert not Path("out.xlsx").exists()
    docx = cli("render", "issue-tracker", "r.json", "-o", "out.docx")
    assert docx.code == 0
    assert long in text_in(docx.paths[0])


def test_the_longest_text_that_excel_holds_is_written(cli: Any, save: Any, issue: Any, text_in: Any) -> None:
    longest = "长" * 32_767
    save("r.json", issue(problem=longest))
    done = cli("render", "issue-tracker", "r.json", "-o", "out.xlsx")
    assert done.code == 0
    assert longest in text_in(done.paths[0])


def test_characters_are_counted_as_excel_counts_them(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", issue(problem="𠮷" * 16_390))
    done = cli("render", "issue-tracker", "r.json", "-o", "out.xlsx", "--lang", "en")
    assert done.codes == ["E-xlsx-long"]
    assert "has 32780 characters" in done.err


def test_more_line_breaks_than_excel_shows_are_refused(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", issue(problem="\n".join(["x"] * 255)))
    done = cli("render", "issue-tracker", "r.json", "-o", "out.xlsx", "--lang", "en")
    assert (done.code, done.codes) == (1, ["E-xlsx-lines"])
    assert "(/rows/0/problem)" in done.err


def test_a_character_without_a_glyph_is_refused_in_pdf(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", issue(problem="好\U0010fffd"))
    done = cli("render", "issue-tracker", "r.json", "-o", "out.pdf", "--lang", "en")
    assert (done.code, done.out, done.codes) == (1, "", ["E-glyph"])
    assert "Problem (/rows/0/problem): no font has the character U+10FFFD" in done.faults[0]
    assert not Path("out.pdf").exists()


# --- a value is never a formula, markup or a template -----------------------------------------------------------------

AWKWARD = [
    "=1+1", "=cmd|' /C calc'!A0", "+86 10 1234", "-5 度", "@SUM(A1)", "＝1+1", "#N/A", "00123", "1e5", "TRUE",
    "'quoted",
    "<b>bold</b>", "<script>alert(1)</script>", "&amp; &lt;", "A & B <C>", "]]>", "{{ 7*7 }}", "{% if %}", "${x}", "%s",
    "a\tb", "𠮷野家", "“引号”", "110105194912310021",
]  # fmt: skip


def test_awkward_values_arrive_in_excel_as_text_unchanged(cli: Any, save: Any, issue: Any) -> None:
    import openpyxl

    save("r.json", [issue(problem=value) for value in AWKWARD])
    path = cli("render", "issue-tracker", "r.json", "-o", "out.xlsx").paths[0]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    found = {cell.value: cell for cell in cells}
    for value in AWKWARD:
        assert value in found
        assert found[value].data_type == "s"
        if value[0] in "=+-@＝":
            assert found[value].quotePrefix


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_awkward_values_are_printed_as_they_are(cli: Any, save: Any, issue: Any, text_in: Any, format: str) -> None:
    save("r.json", [issue(problem=value) for value in AWKWARD])
    done = cli("render", "issue-tracker", "r.json", "-o", f"out.{format}")
    assert (done.code, done.err) == (0, "")
    text = "".join(text_in(done.paths[0]).split())
    for value in AWKWARD:
        assert "".join(value.split()) in text


def test_a_letter_prints_markup_as_text(cli: Any, save: Any, report_with: Any, text_in: Any) -> None:
    save("r.json", report_with(problem_summary='<b>{{ 7*7 }}</b> & <x n="0"/>', customer_name="</p><h2>假标题</h2>"))
    done = cli("render", "closure-report", "r.json", "-o", "out.docx")
    text = text_in(done.paths[0])
    assert '<b>{{ 7*7 }}</b> & <x n="0"/>' in text
    assert "</p><h2>假标题</h2>" in text


# --- schemas ----------------------------------------------------------------------------------------------------------


def schema(**properties: Any) -> dict[str, Any]:
    """Return a schema of an object."""
    return {"type": "object", "properties": properties}


def own(**properties: Any) -> dict[str, Any]:
    """Return a schema that says that it is a form of ours, so that it has to keep to the dialect."""
    return {**schema(**properties), "x-form": {"id": "form", "kind": "form"}}


def nested(depth: int) -> dict[str, Any]:
    """Return sections in sections."""
    made: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        made = schema(a=made)
    return made


BAD_SCHEMAS = [
    (schema(a={"$ref": "http://127.0.0.1:9/x.json"}), "E-ref-outside", "/properties/a/$ref"),
    (schema(a={"$ref": "file:///etc/passwd"}), "E-ref-outside", "/properties/a/$ref"),
    (schema(a={"$ref": "other.json#/a"}), "E-ref-outside", "/properties/a/$ref"),
    (schema(a={"$ref": "#/$defs/none"}), "E-ref-missing", "/properties/a/$ref"),
    (own(a={"$ref": "#"}), "E-ref-cycle", "/properties/a/$ref"),
    ({**own(a={"$ref": "#/$defs/n"}), "$defs": {"n": schema(b={"$ref": "#/$defs/n"})}}, "E-ref-cycle", "/"),
    (own(a=nested(100)), "E-schema-depth", ""),
    (own(a={"type": "string", "pattern": "(?=a)b"}), "E-schema-pattern", "/properties/a/pattern"),
    (own(a={"type": "string", "pattern": r"(a)\1"}), "E-schema-pattern", "/properties/a/pattern"),
    (schema(a={"type": "string", "pattern": "("}), "E-schema-pattern", "/properties/a/pattern"),
    (own(a={"type": "strng"}), "E-schema-keyword", "/properties/a/type"),
    (own(a={"type": "string", "x-widht": 3}), "E-schema-unknown-keyword", "/properties/a/x-widht"),
    ({**schema(a={"type": "string"}), "x-form": {"id": "x", "template": "../x"}}, "E-schema-keyword", "/x-form"),
    ([1], "E-schema-shape", ""),
    ('{"type": "object",', "E-json", ""),
    ('{"type": "object", "type": "object"}', "E-json-duplicate", ""),
    ("表".encode("gbk"), "E-encoding-json", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "pointer"), BAD_SCHEMAS, ids=[f"{c}-{n}" for n, (_, c, _) in enumerate(BAD_SCHEMAS)]
)
def test_a_faulty_schema_is_refused_by_every_command(
    cli: Any, save: Any, content: Any, code: str, pointer: str
) -> None:
    save("form.json", content)
    save("r.json", {"a": "x"})
    done = refused(cli, "form.json", "r.json")
    assert done.codes == [code]
    assert done.faults[0].startswith("form.json")
    assert pointer in done.faults[0]
    for command in (["blank", "form.json", "-o", "out"], ["show", "form.json"], ["check", "form.json", "r.json"]):
        again = cli(*command)
        assert (again.code, again.out, again.codes) == (1, "", [code])
    linted = cli("lint", "form.json", "--lang", "en")
    assert (linted.code, linted.out) == (1, "")
    assert code in linted.codes
    assert linted.err.splitlines()[-1] == f"{len(linted.faults)} errors, 0 warnings"


def test_a_pattern_that_explodes_elsewhere_is_matched_at_once(cli: Any, save: Any) -> None:
    import time

    save("form.json", schema(a={"type": "string", "pattern": "^(a+)+$"}))
    save("bad.json", {"a": "a" * 5000 + "!"})
    save("good.json", {"a": "a" * 5000})
    started = time.monotonic()
    assert refused(cli, "form.json", "bad.json").codes == ["E-pattern"]
    assert cli("check", "form.json", "good.json").code == 0
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("value", ["１２３", "123\n", "٣"])
def test_digits_in_a_pattern_are_ascii_and_the_end_is_the_end(cli: Any, save: Any, value: str) -> None:
    save("form.json", schema(a={"type": "string", "pattern": "^[0-9]+$"}))
    save("r.json", {"a": value})
    assert refused(cli, "form.json", "r.json").codes == ["E-pattern"]


PERSON = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$id": "https://example.com/person.schema.json",
    "title": "Person",
    "description": "Somebody from somewhere else",
    "type": "object",
    "required": ["firstName"],
    "definitions": {"place": {"type": "object", "properties": {"street": {"type": "string"}}}},
    "properties": {
        "firstName": {"type": "string", "description": "The person's first name."},
        "age": {"type": "integer", "minimum": 0},
        "tags": {"type": "array", "items": {"type": "string"}},
        "colour": {"enum": ["red", "green"]},
        "address": {"$ref": "#/definitions/place"},
        "orders": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    },
}


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf"])
def test_a_plain_schema_from_elsewhere_renders(cli: Any, save: Any, text_in: Any, format: str) -> None:
    save("person.json", PERSON)
    record = {"firstName": "Bo", "age": 31, "tags": ["x1", "x2"], "colour": "green", "address": {"street": "Rue 1"}}
    save("r.json", record | {"orders": [{"sku": "S-77"}]})
    done = cli("render", "person.json", "r.json", "-o", "out", "-f", format, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert done.names == [f"person.en.{format}"]
    text = text_in(done.paths[0])
    for shown in ("Person", "Bo", "31", "x1", "x2", "green", "Rue 1", "S-77"):
        assert shown in text


def test_a_plain_list_of_records_is_a_table(cli: Any, save: Any, text_in: Any) -> None:
    save(
        "stock.json",
        {"title": "Stock", "type": "array", "items": schema(sku={"type": "string"}, count={"type": "integer"})},
    )
    save("r.csv", "sku,count\nS-1,5\nS-2,7\n")
    done = cli("render", "stock.json", "r.csv", "-o", "out", "-f", "docx", "--lang", "en")
    assert (done.code, done.names) == (0, ["stock.en.docx"])
    assert "S-2" in text_in(done.paths[0])


# --- templates of the user --------------------------------------------------------------------------------------------


@pytest.fixture
def letter(cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Render a letter of a user's folder, whose template is given."""
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    save("secret.html", f"<p>{SENTINEL}</p>")
    meta = {"id": "my-letter", "kind": "letter", "template": "letters/my-letter"}
    fields = {"a": {"type": "string", "title": "甲"}, "b": {"type": "string", "title": "乙"}}
    save("desk/schemas/my-letter.json", {**schema(**fields), "title": "信", "x-form": meta})
    save("r.json", {"a": "值"})

    def render(template: str | bytes | None, lang: str = "zh-Hans") -> Any:
        if template is not None:
            save("desk/templates/letters/my-letter.zh-Hans.html", template)
        return cli("render", "my-letter", "r.json", "-o", "out", "-f", "docx", "--lang", lang)

    return render


@pytest.mark.parametrize(("lang", "shown"), [("zh-Hans", "您好值"), ("zh-Hant", "你的設定值")])
def test_a_letter_of_the_users_folder_is_rendered(letter: Any, text_in: Any, lang: str, shown: str) -> None:
    done = letter("<p>您好{{ a }}</p><p>你的设置{{ a }}</p>", lang)
    assert (done.code, done.err) == (0, "")
    assert shown in text_in(done.paths[0])


@pytest.mark.parametrize(
    ("template", "code", "place"),
    [
        ("{% include '../../secret.html' %}", "E-template-outside", "../../secret.html: "),
        ("{% include '..\\\\..\\\\secret.html' %}", "E-template-outside", "..\\..\\secret.html: "),
        ("{% include '/etc/passwd' %}", "E-template-outside", "/etc/passwd: "),
        ("{% import '../../secret.html' as x %}", "E-template-outside", "../../secret.html: "),
        ("{% extends '../../secret.html' %}", "E-template-outside", "../../secret.html: "),
        ("{% include 'letters/link.html' %}", "E-template-outside", "letters/link.html: "),
        ("{% include 'letters/none.html' %}", "E-template-missing", "letters/none.html: "),
        ("<p>\n{% if %}</p>", "E-template-syntax", "letters/my-letter.zh-Hans.html: 模板第 2 行"),
        ("<p>一", "E-template-syntax", "letters/my-letter.zh-Hans.html: "),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;</p>', "E-template-syntax", "letters/my-letter"),
        ("<script>x</script>", "E-template-element", "letters/my-letter.zh-Hans.html: 模板中不能用 <script>"),
        ('<p><img src="http://127.0.0.1:9/x"/></p>', "E-template-element", "letters/my-letter.zh-Hans.html: "),
        ("<p>一</p>二", "E-template-text", "letters/my-letter.zh-Hans.html: "),
        ("<p>{{ b }}</p>", "E-template-undefined", "letters/my-letter.zh-Hans.html: "),
        ("<p>{{ nothing }}</p>", "E-template-undefined", "letters/my-letter.zh-Hans.html: "),
        ("{{ fields('nothing') }}", "E-template-field", "letters/my-letter: 表单没有字段“nothing”"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "E-template-forbidden", "letters/my-letter"),
        ("{{ ''.__class__.__mro__ }}", "E-template-forbidden", "letters/my-letter"),
        ("{{ raw.update({'a': 1}) }}", "E-template-undefined", "letters/my-letter"),
    ],
)
def test_a_template_that_does_what_it_may_not_is_refused(
    letter: Any, save: Any, tmp_path: Path, template: str, code: str, place: str
) -> None:
    link = save("desk/templates/letters/link.html", "")
    link.unlink()
    link.symlink_to(tmp_path / "secret.html")
    done = letter(template)
    assert (done.code, done.out, done.codes) == (1, "", [code])
    assert done.faults[0].startswith(place)
    assert SENTINEL not in done.err
    assert "root:" not in done.err
    assert left(Path("out")) == []


def test_a_template_that_is_a_link_out_of_its_folder_is_refused(letter: Any, tmp_path: Path) -> None:
    link = tmp_path / "desk/templates/letters/my-letter.zh-Hans.html"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "secret.html")
    done = letter(None)
    assert (done.code, done.codes, left(Path("out"))) == (1, ["E-template-outside"], [])


def test_a_template_that_is_missing_is_named(letter: Any) -> None:
    done = letter(None)
    assert (done.code, done.codes) == (1, ["E-template-missing"])
    assert done.faults[0].startswith("letters/my-letter.zh-Hans.html: ")


def test_a_schema_of_the_users_folder_replaces_a_shipped_one(
    cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    save("desk/schemas/closure/closure-report.json", {**schema(a={"type": "string"}), "title": "我的报告"})
    assert cli("show", "closure-report").out.startswith("我的报告  closure-report\n")
    save("r.json", {"a": "x"})
    assert cli("check", "closure-report", "r.json").code == 0


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["show", "closure-report"],
        ["blank", "closure-report", "-o", "out.docx"],
        ["check", "closure-report", "r.json"],
        ["render", "closure-report", "r.json", "-o", "out.docx"],
        ["batch", "closure-report", "r.json", "-o", "out"],
        ["summary", "2024-05", "i.csv", "-o", "out.xlsx"],
        ["satisfaction", "2024-05", "r.json", "-o", "out.xlsx"],
    ],
    ids=lambda words: words[0],
)
def test_each_folder_in_the_path_that_is_not_there_is_named(
    cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    save("r.json", {"report_no": "B1"})
    save("i.csv", "反馈时间,状态\n2024-05-01 09:00,open\n")
    (tmp_path / "file").touch()
    there = [str(tmp_path), "", "/nonexistent/folder", str(tmp_path / "file")]
    monkeypatch.setenv("BIAODAN_PATH", os.pathsep.join(there))
    done = cli(*command)
    assert (done.code, done.codes) == (2, ["E-path-missing"] * 2)
    assert done.faults[0].startswith("BIAODAN_PATH: ")
    assert "/nonexistent/folder" in done.faults[0]
    assert str(tmp_path / "file") in done.faults[1]

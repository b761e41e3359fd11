"""Edges that went wrong once: names that collide, cells without a value, templates that fail, and their like."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator import BiaodanError, render, resources

LONG = "长" * 33_000


def test_names_of_documents_never_collide_with_a_counted_one(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", [report_with(report_no=n) for n in ("A", "A", "A-2")])
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx", "--force")
    assert (done.code, len(set(done.names))) == (0, 3)


def test_a_record_that_a_format_cannot_hold_does_not_stop_the_others(cli: Any, save: Any, report_with: Any) -> None:
    records = [
        report_with(report_no="B1", priority="P9"),
        report_with(report_no="B2", solution=LONG),
        report_with(report_no="B3"),
    ]
    save("r.json", records)
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "xlsx")
    assert done.names == ["closure-report-B3.xlsx"]
    assert sorted(done.codes) == ["E-choice", "E-xlsx-long"]


def test_nothing_is_written_for_a_record_that_one_of_the_formats_cannot_hold(
    cli: Any, save: Any, report_with: Any
) -> None:
    save("r.json", report_with(solution=LONG))
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx,xlsx")
    assert (done.code, done.out) == (1, "")


def test_a_text_too_long_for_excel_is_told_by_file_and_field_in_a_report(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(solution=LONG))
    done = cli("render", "closure-report", "r.json", "-o", "out.xlsx", "--lang", "en")
    assert done.faults[0].startswith("r.json: Solution (/solution): has 33000 characters")


def test_a_missing_glyph_in_a_report_is_told_by_file_and_title(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", [report_with(report_no="B1"), report_with(report_no="B2", solution="\U0010fffd")])
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "pdf", "--lang", "en")
    assert done.faults[0].startswith("r.json:[2]: Solution (/solution): ")


def test_a_list_too_long_for_excel_is_refused(cli: Any, save: Any, checklist: Any) -> None:
    checklist["problem"]["reproduction_steps"] = ["长" * 20_000, "短" * 20_000]
    save("r.json", checklist)
    done = cli("render", "troubleshooting-checklist", "r.json", "-o", "out.xlsx")
    assert done.codes == ["E-xlsx-long"]


def test_the_limit_of_excel_is_exact_beyond_the_basic_plane(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", issue(problem="𠮷" * 16_384))
    assert cli("render", "issue-tracker", "r.json", "-o", "out.xlsx").codes == ["E-xlsx-long"]


def test_a_csv_without_a_header_is_told_so_and_no_value_is_shown(cli: Any, save: Any) -> None:
    save("r.csv", "张三丰,13800001111\n李四,13900001111\n")
    done = cli("check", "issue-tracker", "r.csv")
    assert "张三丰" not in done.err
    assert "13800001111" not in done.err


def test_set_overrides_what_the_record_calls_otherwise(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    assert cli("check", "closure-report", "r.json", "--set", "customer_name=甲").code == 0
    assert cli("check", "closure-report", "r.json", "--set", "客户名称=甲").code == 0


def test_set_with_an_unknown_key_is_wrong_usage(cli: Any, save: Any, report: Any) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", "out", "-f", "docx", "--set", "xyzzy=1")
    assert done.code == 2


def test_the_example_of_lint_in_its_own_help_succeeds(cli: Any) -> None:
    files = sorted(resources.schemas().glob("*/*.json"))
    assert cli("lint", *files).code == 0


def test_a_region_without_a_calendar_is_a_fault_of_the_policy(cli: Any, save: Any, report: Any) -> None:
    policy = json.loads((resources.schemas() / "policies" / "response.json").read_text(encoding="utf-8"))
    policy["calendar"]["region"] = "ZZ"
    path = save("policy.json", policy)
    save("r.json", report)
    assert cli("check", "closure-report", "r.json", "--policy", path).codes == ["E-policy"]


def test_a_policy_file_that_has_changed_is_read_again(save: Any, report: Any) -> None:
    policy = json.loads((resources.schemas() / "policies" / "response.json").read_text(encoding="utf-8"))
    path = save("policy.json", policy)
    before = render("closure-report", report, "docx", policy=path)
    policy["targets"]["priority"]["P1"] = {"value": 1, "unit": "minute"}
    save("policy.json", policy)
    assert render("closure-report", report, "docx", policy=path) != before


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(1000000000) %}x{% endfor %}",
        "<p>{{ 1/0 }}</p>",
        '<p class="nothing">x</p>',
        b"\xff\xfe<p>x</p>",
        "{{ 5 + 'a' }}",
    ],
)
def test_a_faulty_template_is_never_an_internal_error(
    cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Any
) -> None:
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    meta = {"id": "my-letter", "kind": "letter", "template": "letters/my-letter"}
    save("desk/schemas/my-letter.json", {"type": "object", "properties": {"a": {"type": "string"}}, "x-form": meta})
    save("desk/templates/letters/my-letter.zh-Hans.html", template)
    save("r.json", {"a": "x"})
    done = cli("render", "my-letter", "r.json", "-o", "out", "-f", "docx")
    assert done.code == 1
    assert done.codes[0].startswith("E-template-")


def test_an_undefined_field_of_a_template_is_named(
    cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    meta = {"id": "my-letter", "kind": "letter", "template": "letters/my-letter"}
    save("desk/schemas/my-letter.json", {"type": "object", "properties": {"a": {"type": "string"}}, "x-form": meta})
    save("desk/templates/letters/my-letter.zh-Hans.html", "<p>{{ nothing_here }}</p>")
    save("r.json", {"a": "x"})
    assert "nothing_here" in cli("render", "my-letter", "r.json", "-o", "out", "-f", "docx").err


def test_one_broken_schema_of_a_user_does_not_hide_the_catalogue(
    cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    save("desk/schemas/broken.json", "{")
    done = cli("list")
    assert "closure-report" in done.out
    assert done.codes == ["E-json"]
    assert cli("doctor").code == 0


def test_a_row_after_a_misshapen_one_keeps_its_place(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(log=[5, {"time": "2024-05-01 09:00"}]))
    done = cli("check", "closure-report", "r.json")
    assert sorted(zip(done.codes, [f.split("(")[1].split(")")[0] for f in done.faults], strict=True)) == [
        ("E-required", "/log/1/content"),
        ("E-type", "/log/0"),
    ]


@pytest.mark.parametrize("record", [{1: 2}, {"issue_no": b"x"}, {"issue_no": object()}, {"log": [{"time": {1}}]}])
def test_values_that_are_no_json_are_faults_not_crashes(report: Any, record: Any) -> None:
    with pytest.raises(BiaodanError):
        render("closure-report", {**report, **record}, "docx")


def _book(tmp_path: Path, cell: Any) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["客户名称", "问题描述", "紧急程度", "反馈时间", "状态", "责任部门"])
    book.active.append(["甲", "乙", "高", "2024-05-01 09:00", "处理中", cell])
    if cell == "#DIV/0!":
        book.active["F2"].data_type = "e"
    book.save(tmp_path / "r.xlsx")


def test_a_time_of_day_in_a_workbook_is_no_crash(cli: Any, tmp_path: Path) -> None:
    import datetime

    _book(tmp_path, datetime.time(9, 0))
    assert "E-internal" not in cli("check", "issue-tracker", "r.xlsx").codes


@pytest.mark.parametrize("cell", ["=A2", "#DIV/0!"])
def test_a_formula_without_a_value_or_an_error_cell_is_not_passed_over(cli: Any, tmp_path: Path, cell: str) -> None:
    _book(tmp_path, cell)
    assert cli("check", "issue-tracker", "r.xlsx").code == 1


def test_closing_before_the_report_blames_no_computed_field_and_no_place_twice(
    cli: Any, save: Any, report_with: Any
) -> None:
    save("r.json", report_with(closed_at="2023-10-15 09:00"))
    done = cli("check", "closure-report", "r.json")
    assert "handling_minutes" not in done.err


def test_bytes_are_counted_from_one(cli: Any, save: Any) -> None:
    save("r.json", b"\xb1\xea")
    assert "from byte 1" in cli("check", "closure-report", "r.json", "--lang", "en").err


def test_a_line_of_json_lines_is_counted_once(cli: Any, save: Any, report: Any) -> None:
    save("r.jsonl", json.dumps(report) + "\n{bad\n")
    assert "line 1" not in cli("check", "closure-report", "r.jsonl", "--lang", "en").err


def test_a_wrong_choice_of_a_wrong_type_is_one_fault(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(priority=1))
    assert cli("check", "closure-report", "r.json").codes == ["E-choice"]


def test_no_space_between_chinese_words(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", report_with(priority="极高的"))
    assert "所填内容 不在" not in cli("check", "closure-report", "r.json").err


def test_doctor_help_has_an_example(process: Any) -> None:
    assert "biaodan doctor" in process("doctor", "--help").out.partition("\n")[2]


def test_chinese_help_is_chinese_throughout(process: Any) -> None:
    assert "Show this message" not in process("list", "--help", env={"LANG": "zh_CN.UTF-8"}).out


def test_every_sentence_has_its_code() -> None:
    import re
    import tomllib

    import generator

    source = "".join(p.read_text(encoding="utf-8") for p in Path(generator.__file__).parent.rglob("*.py"))
    told = tomllib.loads((resources.templates() / "wording" / "faults.toml").read_text(encoding="utf-8"))
    codes = {code for code in told if code.startswith(("E-", "W-"))}
    assert codes - set(re.findall(r'"([EW]-[a-z0-9-]+)"', source)) == set()


def test_a_failed_run_leaves_no_empty_folder(cli: Any, save: Any, issue: Any) -> None:
    save("r.json", issue(severity="P9"))
    cli("render", "issue-tracker", "r.json", "-o", "out", "-f", "docx")
    assert not Path("out").exists()


@pytest.mark.parametrize("option", ["--group", "--kind"])
def test_an_unknown_group_or_kind_is_wrong_usage(cli: Any, option: str) -> None:
    assert cli("list", option, "nowhere").code == 2


def test_an_unpaired_quote_is_told_by_its_line(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text('客户名称,紧急程度\n甲,高\n"乙,中\n', encoding="utf-8")
    done = cli("check", "issue-tracker", str(tmp_path / "r.csv"))
    assert done.codes[0] == "E-csv"
    assert done.err.startswith("r.csv:3: ")

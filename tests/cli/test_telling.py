"""How much a command tells: only errors, warnings passed over by name, a log for whoever runs it at night."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click import Context

from generator.cli.program import program
from generator.errors import Fault, Place
from tests.test_documentation import commands_of

LIST = (
    "问题编号,客户名称,问题描述,紧急程度,反馈时间,状态,内部备注\n"
    "WT-1,甄鑫淼,无法登录,高,2024-05-06 09:00,处理中,勿外传\n"
)


def log_of(name: str = "run.log") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def issues(save: Any) -> Path:
    """A list with a column that the form doesn't have, which is told when it is left out."""
    save("甄鑫淼.csv", LIST)
    return Path("甄鑫淼.csv")


def rendered(cli: Any, issues: Path, *more: str) -> Any:
    return cli("render", "issue-tracker", issues, "--ignore-unknown", "-o", "r.docx", "--force", *more)


# --- quiet ------------------------------------------------------------------------------------------------------------


def test_quiet_prints_neither_paths_nor_warnings(cli: Any, issues: Path) -> None:
    assert rendered(cli, issues).codes == ["W-columns-left"]
    done = rendered(cli, issues, "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert Path("r.docx").is_file()


def test_quiet_leaves_errors(cli: Any, save: Any, issues: Path) -> None:
    save("wrong.csv", LIST.replace("高", "P9"))
    done = cli("check", "issue-tracker", "wrong.csv", "--ignore-unknown", "-q")
    assert (done.code, done.out, done.codes) == (1, "", ["E-choice"])
    assert len(done.err.splitlines()) == 1, "no warning, no count"
    assert cli("check", "issue-tracker", issues, "--ignore-unknown", "-q").err == ""


def test_what_a_command_is_there_to_print_is_printed(cli: Any, issues: Path) -> None:
    assert "closure-report" in cli("list", "--quiet").out
    said = json.loads(rendered(cli, issues, "--quiet", "--json").out)
    assert said["path"] == "r.docx"


def test_a_quiet_batch_says_nothing_of_what_it_made(cli: Any, save: Any, report_with: Any) -> None:
    save("r.json", [report_with(report_no=f"B{n}") for n in range(3)])
    done = cli("batch", "closure-report", "r.json", "-o", "out", "-f", "docx", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert len(list(Path("out").glob("*.docx"))) == 3


# --- silence ----------------------------------------------------------------------------------------------------------


def test_a_warning_is_passed_over_by_its_code(cli: Any, issues: Path) -> None:
    done = rendered(cli, issues, "--silence", "W-columns-left")
    assert (done.code, done.err) == (0, "")
    checked = cli("check", "issue-tracker", issues, "--ignore-unknown", "--silence", "W-columns-left", "--json")
    assert json.loads(checked.out) == []


def test_other_warnings_are_still_told(cli: Any, issues: Path) -> None:
    assert rendered(cli, issues, "--silence", "W-option").codes == ["W-columns-left"]


@pytest.mark.parametrize(("code", "fault"), [("E-choice", "E-silence-error"), ("W-colums-left", "E-silence")])
def test_only_warnings_that_are_there_can_be_silenced(cli: Any, issues: Path, code: str, fault: str) -> None:
    done = rendered(cli, issues, "--silence", code)
    assert (done.code, done.codes) == (2, [fault])
    assert not Path("r.docx").exists()


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_tells_a_run_from_its_beginning_to_its_end(cli: Any, issues: Path) -> None:
    rendered(cli, issues, "--log", "run.log", "--quiet")
    begin, warning, end = log_of()
    assert (begin["event"], begin["command"]) == ("begin", "render")
    assert (warning["level"], warning["code"], warning["file"]) == ("warning", "W-columns-left", "*.csv")
    assert warning["argument"] == 3, "render, issue-tracker, and then the list"
    assert (end["event"], end["exit"], end["files"]) == ("end", 0, {"docx": 1})
    assert end["counts"] == {"written": 1, "errors": 0, "warnings": 1, "silenced": 0}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", line["time"]) for line in log_of())


def test_runs_are_appended_and_but_for_the_time_the_same(cli: Any, issues: Path) -> None:
    for _ in range(2):
        rendered(cli, issues, "--log", "run.log")
    lines = [{key: value for key, value in line.items() if key != "time"} for line in log_of()]
    assert len(lines) == 6
    assert lines[:3] == lines[3:]


def test_the_log_holds_no_value_and_no_name_of_a_file(cli: Any, save: Any) -> None:
    save("甄鑫淼.csv", LIST.replace("高", "P9").replace("内部备注", "13912345678"))
    cli("check", "issue-tracker", "甄鑫淼.csv", "--ignore-unknown", "--log", "run.log")
    cli("check", "issue-tracker", "甄鑫淼.csv", "--log", "run.log")
    text = Path("run.log").read_text(encoding="utf-8")
    assert "E-choice" in text
    for value in ("甄鑫淼", "13912345678", "无法登录", "勿外传", "WT-1", "P9"):
        assert value not in text
        assert json.dumps(value)[1:-1] not in text


def test_a_fault_in_the_log_has_its_place(cli: Any, save: Any) -> None:
    save("wrong.csv", LIST.replace("高", "P9"))
    cli("check", "issue-tracker", "wrong.csv", "--ignore-unknown", "--log", "run.log")
    (fault,) = [line for line in log_of() if line.get("code") == "E-choice"]
    assert (fault["row"], fault["pointer"], fault["level"]) == ("2", "/rows/0/severity", "error")
    assert log_of()[-1]["exit"] == 1


def test_wrong_usage_is_in_the_log_too(cli: Any) -> None:
    cli("render", "closure-report", "--bogus", "--log", "run.log")
    assert [line.get("code", line.get("event")) for line in log_of()] == ["begin", "E-usage", "end"]
    assert (log_of()[0]["command"], log_of()[-1]["exit"]) == ("render", 2)


def test_every_faulty_record_of_a_batch_is_in_the_log(cli: Any, save: Any, report_with: Any) -> None:
    """Only twenty are printed."""
    save("r.json", [report_with(report_no=f"B{n}", priority="P9") for n in range(30)])
    done = cli("batch", "closure-report", "r.json", "-o", "out", "-f", "docx", "--log", "run.log")
    assert len(done.faults) == 20
    assert sum(line.get("code") == "E-choice" for line in log_of()) == 30
    assert log_of()[-1]["counts"]["errors"] == 30


def test_a_log_that_cannot_be_written_is_refused_before_any_work(cli: Any, issues: Path) -> None:
    done = rendered(cli, issues, "--log", "none/run.log")
    assert (done.code, done.codes) == (2, ["E-log"])
    assert not Path("r.docx").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_log_that_is_refused_midway_is_told_and_stops_nothing(cli: Any, issues: Path) -> None:
    done = rendered(cli, issues, "--log", "/dev/full", "--quiet")
    assert (done.code, done.codes) == (3, ["E-log"])
    assert Path("r.docx").is_file()


@pytest.mark.parametrize("place", [Place("王芳.Li", "王芳!B7", pointer="/张三/0"), Place("b.xlsx", "王芳")])
def test_names_of_sheets_keys_and_endings_may_be_somebody_s(tmp_path: Path, place: Place) -> None:
    from generator.cli.log import Log

    log = Log(str(tmp_path / "run.log"), "check", [])
    log.fault(Fault("E-required", place, {"name": "王芳", "of": ["张三"], "limit": 5}))
    told = log_of(str(tmp_path / "run.log"))[-1]
    assert not re.search("王芳|张三|Li", json.dumps(told, ensure_ascii=False))
    assert told["params"] == {"limit": 5}


# --- every command ----------------------------------------------------------------------------------------------------


def test_every_command_takes_the_options_of_telling() -> None:
    for name, command in commands_of(program):
        options = {option for parameter in command.get_params(Context(command)) for option in parameter.opts}
        assert {"--quiet", "--silence", "--log"} <= options, name


def test_an_adapted_form_s_notes_are_told_by_every_command_that_judges_records(
    cli: Any, save: Any, report: Any, tmp_path: Path
) -> None:
    """`phone` isn't a field of the form: the change is passed over, and that is told."""
    save("biaodan.toml", '[forms]\nfolder = "forms"\n')
    save("forms/closure-report.patch.json", {"x-extends": "closure-report", "x-change": {"/phone": {"title": "电话"}}})
    save("r.json", report)
    filled = cli("render", "closure-report", "r.json", "--fillable", "-o", "filled.docx")
    (note,) = [code for code in filled.codes if code.startswith("W-adapt")]
    for words in (
        ("check", "closure-report", "r.json"),
        ("read", "filled.docx", "-o", "back.json"),
        ("collect", "filled.docx", "-o", "t.csv"),
        ("case", "add", "case.json", "closure-report", "r.json"),
        ("case", "show", "case.json", "closure-report"),
    ):
        assert cli(*words).codes.count(note) == 1, words

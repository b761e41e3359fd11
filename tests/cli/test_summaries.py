"""`biaodan summary` and `biaodan satisfaction` as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
ISSUES, SURVEYS = SAMPLES / "month" / "issues.jsonl", SAMPLES / "survey" / "surveys.jsonl"


def biaodan(*words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "generator", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def cells(path: Path) -> list[object]:
    book = openpyxl.load_workbook(path)
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_a_summary_comes_in_three_formats_with_charts_that_excel_edits(tmp_path: Path) -> None:
    done = biaodan("summary", "2024-05", ISSUES, "-o", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    made = [Path(line) for line in done.stdout.splitlines()]
    assert [path.name for path in made] == [f"monthly-summary-YB2024-05.{f}" for f in ("docx", "xlsx", "pdf")]
    assert sum(len(sheet._charts) for sheet in openpyxl.load_workbook(made[1])) == 6
    reported = sum('"reported_at": "2024-05' in line for line in ISSUES.read_text(encoding="utf-8").splitlines())
    assert str(reported) in map(str, cells(made[1]))


def test_each_department_gets_its_summary_by_a_batch_that_can_go_on(tmp_path: Path) -> None:
    words = ("summary", "2024-05", ISSUES, "-o", tmp_path / "out", "--by", "department", "-f", "xlsx")
    done = biaodan(*words)
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    departments = {json.loads(line).get("department", "未填写") for line in ISSUES.read_text("utf-8").splitlines()}
    names = {f"monthly-summary-2024-05-{name}.xlsx" for name in departments}
    assert set(made) == names | {"manifest.jsonl"}
    (tmp_path / "out" / sorted(names)[0]).unlink()
    assert biaodan(*words, "--resume").returncode == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == made


def test_periods_come_a_document_each_and_some_departments_alone(tmp_path: Path) -> None:
    done = biaodan("summary", "2024-Q1..2024-Q2", ISSUES, "-o", tmp_path, "-f", "xlsx")
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        "monthly-summary-YB2024-Q1.xlsx",
        "monthly-summary-YB2024-Q2.xlsx",
    ]
    words = ("2024-04..2024-05", ISSUES, "-o", tmp_path / "one", "-f", "xlsx", "--by", "department", "--only")
    assert biaodan("summary", *words, "技术部").returncode == 0
    made = {path.name for path in (tmp_path / "one").glob("*.xlsx")}
    assert made == {f"monthly-summary-2024-{month}-技术部.xlsx" for month in ("04", "05")}
    wrong = biaodan("summary", *words, "没有的部门", "--force")
    assert (wrong.returncode, "[E-only]" in wrong.stderr) == (2, True)
    texts = cells(tmp_path / "monthly-summary-YB2024-Q2.xlsx")
    assert {"季度汇总报告", "2024年第二季度"} <= {str(text) for text in texts}
    assert not [text for text in texts if any(word in str(text) for word in ("本月", "上月", "月度"))]


def written(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return when each document was written, and its content."""
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("*.xlsx")}


def test_a_source_that_has_changed_makes_again_what_has_changed_alone(tmp_path: Path) -> None:
    source, out = tmp_path / "issues.jsonl", tmp_path / "out"
    lines = [json.loads(line) for line in ISSUES.read_text(encoding="utf-8").splitlines()]
    save(source, lines)
    words = ("summary", "2024-04..2024-05", source, "-o", out, "--by", "department", "-f", "xlsx")
    assert biaodan(*words).returncode == 0
    before = written(out)
    changed = next(line for line in lines if line.get("department") == "技术部" and line["reported_at"] > "2024-05")
    changed["channel"] = "传真"
    save(source, lines)
    done = biaodan(*words, "--resume")
    assert done.returncode == 0, done.stderr
    assert [Path(line).name for line in done.stdout.splitlines()] == ["monthly-summary-2024-05-技术部.xlsx"]
    after = written(out)
    assert [name for name in before if after[name] != before[name]] == ["monthly-summary-2024-05-技术部.xlsx"]
    fresh = tmp_path / "fresh"
    assert biaodan(*words[:4], fresh, *words[5:]).returncode == 0
    assert {name: content for name, (_, content) in written(fresh).items()} == {n: c for n, (_, c) in after.items()}
    assert biaodan(*words, "--resume").stdout == ""


def test_a_department_that_is_gone_leaves_its_document_alone_and_that_is_told(tmp_path: Path) -> None:
    source, out = tmp_path / "issues.jsonl", tmp_path / "out"
    lines = [json.loads(line) for line in ISSUES.read_text(encoding="utf-8").splitlines()]
    save(source, lines)
    words = ("summary", "2024-05", source, "-o", out, "--by", "department", "-f", "xlsx")
    assert biaodan(*words).returncode == 0
    before = written(out)
    save(source, [line for line in lines if line.get("department") != "物流部"])
    done = biaodan(*words, "--resume")
    assert (done.returncode, done.stdout) == (0, "")
    assert "monthly-summary-2024-05-物流部.xlsx" in done.stderr
    assert written(out) == before
    some = biaodan(*words, "--only", "技术部", "--resume")
    assert (some.returncode, "[E-resume-other]" in some.stderr) == (2, True)


def test_a_file_that_somebody_changed_is_made_again(tmp_path: Path) -> None:
    words = ("summary", "2024-04..2024-05", ISSUES, "-o", tmp_path / "out", "-f", "xlsx")
    assert biaodan(*words).returncode == 0
    before = written(tmp_path / "out")
    (tmp_path / "out" / "monthly-summary-YB2024-04.xlsx").write_bytes(b"torn")
    assert biaodan(*words, "--resume").returncode == 0
    assert {n: c for n, (_, c) in written(tmp_path / "out").items()} == {n: c for n, (_, c) in before.items()}


def save(path: Path, lines: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("2024-05",), ["monthly-summary-YB2024-05.pdf"]),
        (("2024-04..2024-05",), ["monthly-summary-YB2024-04.pdf", "monthly-summary-YB2024-05.pdf"]),
        (("2024-05", "--name", "{period_name}/汇总-{number}"), ["2024-05/汇总-YB2024-05.pdf"]),
        (
            ("2024-05", "--by", "department", "--only", "技术部", "--name", "{department}-{period_name}"),
            ["技术部-2024-05.pdf"],
        ),
    ],
)
def test_files_are_named_by_a_pattern_and_a_dry_run_tells_the_names(
    tmp_path: Path, words: tuple[str, ...], names: list[str]
) -> None:
    command = ("summary", words[0], ISSUES, "-o", tmp_path / "out", "-f", "pdf", "--pdf-engine", "typst", *words[1:])
    dry = biaodan(*command, "--dry-run")
    assert (dry.returncode, dry.stderr) == (0, "")
    assert dry.stdout.splitlines() == [f"{tmp_path}/out/{name}" for name in names]
    assert not (tmp_path / "out").exists()
    assert biaodan(*command).stdout == dry.stdout


def test_a_wrong_pattern_is_refused(tmp_path: Path) -> None:
    done = biaodan("summary", "2024-05", ISSUES, "-o", tmp_path / "out", "--name", "{nothing}")
    assert (done.returncode, "[E-name-field]" in done.stderr) == (2, True)
    one = biaodan("summary", "2024-05", ISSUES, "-o", tmp_path / "one.pdf", "--name", "{number}")
    assert (one.returncode, "[E-out-folder]" in one.stderr) == (2, True)


def test_a_month_without_issues_gets_a_report_that_says_so(tmp_path: Path) -> None:
    done = biaodan("summary", "2031-01", ISSUES, "-o", tmp_path / "empty.xlsx")
    assert done.returncode == 0, done.stderr
    assert "[W-figures-month]" in done.stderr
    assert "2024-05（" in done.stderr
    assert any("没有受理" in str(value) for value in cells(tmp_path / "empty.xlsx"))


def test_a_group_of_any_name_gets_a_file(tmp_path: Path) -> None:
    source = tmp_path / "issues.csv"
    names = ["../甲", "CON", "甲公司", "A/B", "a/b"]
    rows = [f"{name},2024-05-0{n} 09:00" for n, name in enumerate(names, 1)]
    source.write_text("\n".join(["客户名称,反馈时间", *rows]), encoding="utf-8")
    done = biaodan("summary", "2024-05", source, "-o", tmp_path / "out", "--by", "customer", "-f", "docx")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").glob("*.docx"))) == 5
    assert {path.name for path in tmp_path.iterdir()} == {"issues.csv", "out"}


def test_the_report_on_satisfaction_counts_what_was_sent(tmp_path: Path) -> None:
    done = biaodan("satisfaction", "2024-05", SURVEYS, "-o", tmp_path / "report.xlsx", "--sent", "200", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert 200 in cells(tmp_path / "report.xlsx")


def test_reports_on_satisfaction_by_period_and_customer_go_on_and_are_named(tmp_path: Path) -> None:
    source, out = tmp_path / "surveys.csv", tmp_path / "out"
    lines = [
        "客户名称,填写日期,总体满意度,推荐意愿",
        "甲公司,2024-04-03,4,8",
        "乙公司,2024-05-06,5,9",
        "甲公司,2024-05-07,3,2",
    ]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = ("satisfaction", "2024-04..2024-05", source, "-o", out, "-f", "docx", "--by", "customer")
    planned = biaodan(*words, "--name", "{period_name}/{customer_name}", "--dry-run")
    assert (planned.returncode, out.exists()) == (0, False)
    assert biaodan(*words, "--name", "{period_name}/{customer_name}").returncode == 0
    made = {str(path.relative_to(out)): path.stat().st_mtime_ns for path in out.rglob("*.docx")}
    assert set(made) == {"2024-04/甲公司.docx", "2024-05/甲公司.docx", "2024-05/乙公司.docx"}
    assert all(name in planned.stdout for name in made)
    source.write_text("\n".join([*lines, "乙公司,2024-05-08,1,0"]) + "\n", encoding="utf-8")
    done = biaodan(*words, "--name", "{period_name}/{customer_name}", "--resume")
    assert done.returncode == 0, done.stderr
    changed = {name for name, at in made.items() if (out / name).stat().st_mtime_ns != at}
    assert changed == {"2024-05/乙公司.docx"}


@pytest.mark.parametrize("command", ["summary", "satisfaction"])
def test_a_department_may_be_missing_from_some_of_the_periods(tmp_path: Path, command: str) -> None:
    source, day = tmp_path / "source.csv", {"summary": "反馈时间", "satisfaction": "填写日期"}[command]
    time = " 09:00" if command == "summary" else ""
    rows = [("2024-04-03", "客服部"), ("2024-05-06", "客服部"), ("2024-05-07", "法务部")]
    source.write_text(f"责任部门,{day}\n" + "".join(f"{d},{on}{time}\n" for on, d in rows), encoding="utf-8")
    words = (command, "2024-04..2024-05", source, "-f", "docx", "--by", "department", "--only", "法务部")
    assert biaodan(*words, "-o", tmp_path / "some").returncode == 0
    assert [path.name.split("-", 2)[2] for path in (tmp_path / "some").glob("*.docx")] == ["2024-05-法务部.docx"]
    none = biaodan(*words, "--only", "物流部", "-o", tmp_path / "none")
    assert (none.returncode, "[E-only]" in none.stderr, (tmp_path / "none").exists()) == (2, True, False)


def test_what_was_sent_is_of_one_report(tmp_path: Path) -> None:
    done = biaodan("satisfaction", "2024-04..2024-05", SURVEYS, "-o", tmp_path / "out", "--sent", "200")
    assert (done.returncode, "[E-sent-several]" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("summary", "2024-13", ISSUES), 2),
        (("summary", "2024-05", ISSUES, "--only", "技术部"), 2),
        (("satisfaction", "2024-Q5", SURVEYS), 2),
        (("summary", "2024-05", "nothing.csv"), 2),
        (("summary", "2024-05", SURVEYS), 1),
        (("satisfaction", "2024-05", ISSUES), 1),
        (("summary", "2024-05", "postgresql://desk:secret@127.0.0.1:9/issues", "--query", "SELECT 1"), 1),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(tmp_path: Path, words: tuple[object, ...], code: int) -> None:
    done = biaodan(*words, "-o", tmp_path / "out")
    assert done.returncode in (1, 2)
    assert done.returncode == code, done.stderr
    assert "[E-" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_records_of_a_form_are_summed_up_in_every_format(tmp_path: Path) -> None:
    source = tmp_path / "inspections.jsonl"
    items = ("timely_response", "proper_language")
    save(
        source,
        [
            {
                "basic": {"inspected": "一组", "inspected_on": f"2024-0{month}-06"},
                "check_items": [{"item": item, "result": "qualified"} for item in items],
            }
            for month in (3, 4, 5)
        ],
    )
    words = ("summary", "2024-04..2024-05", source, "--form", "quality-inspection")
    done = biaodan(*words, "-o", tmp_path / "out")
    assert (done.returncode, done.stderr.count("E-")) == (0, 0), done.stderr
    names = [f"records-summary-HZ2024-0{n}-KF-DA-03.{f}" for n in (4, 5) for f in ("docx", "xlsx", "pdf")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([*names, "manifest.jsonl"])
    charts = openpyxl.load_workbook(tmp_path / "out" / names[4]).worksheets[0]._charts
    assert [type(chart).__name__ for chart in charts] == ["BarChart", "BarChart", "LineChart"]
    wrong = biaodan(*words, "-o", tmp_path / "wrong", "--by", "department")
    assert (wrong.returncode, "[E-figures-by]" in wrong.stderr) == (2, True)

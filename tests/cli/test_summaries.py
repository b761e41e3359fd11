"""`biaodan summary` and `biaodan satisfaction`, from a file of records to documents."""

import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"
ISSUES = str(SAMPLES / "month" / "issues.jsonl")
SURVEYS = str(SAMPLES / "survey" / "surveys.jsonl")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "generator", *words], capture_output=True, text=True, encoding="utf-8")


def test_a_summary_is_written_in_every_format(tmp_path: Path) -> None:
    done = run("summary", "2024-05", ISSUES, "-o", str(tmp_path), "--set", "compiled_by=周敏")
    assert done.returncode == 0, done.stderr
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".pdf", ".xlsx"]


def test_each_department_has_a_document_of_its_own(tmp_path: Path) -> None:
    words = ("summary", "2024-05", ISSUES, "-o", str(tmp_path), "-f", "docx", "--by", "department")
    done = run(*words)
    assert done.returncode == 0, done.stderr
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == len(done.stdout.splitlines()) == 7
    assert any("技术部" in name for name in names)
    assert run(*words, "--force").returncode == 0
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


def test_one_file_does_not_take_several_groups(tmp_path: Path) -> None:
    done = run("summary", "2024-05", ISSUES, "-o", str(tmp_path / "all.docx"), "--by", "department")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "E-out-one" in done.stderr


def test_a_faulty_source_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "issues.csv"
    source.write_text("反馈时间,优先级\n昨天,P1\n2024-05-01 09:00,紧急\n", encoding="utf-8")
    done = run("summary", "2024-05", str(source), "-o", str(tmp_path / "out"))
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr
    assert "昨天" not in done.stderr


def test_a_month_without_issues_says_so_in_one_sentence(tmp_path: Path) -> None:

    source = tmp_path / "issues.csv"
    source.write_text("反馈时间,优先级,状态\n2024-03-01 09:00,P1,closed\n", encoding="utf-8")
    done = run("summary", "2024-05", str(source), "-o", str(tmp_path / "may.docx"))
    assert done.returncode == 0, done.stderr
    from docx import Document

    text = "\n".join(p.text for p in Document(str(tmp_path / "may.docx")).paragraphs)
    assert "本月没有受理新的问题" in text
    assert "受理分布" not in text


def test_a_report_on_surveys_warns_of_those_without_a_date(tmp_path: Path) -> None:
    done = run("satisfaction", "2024-05", SURVEYS, "-o", str(tmp_path / "may.docx"), "--sent", "400", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "W-figures-undated" in done.stderr

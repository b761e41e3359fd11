"""`-o -`: one document on standard output, and nothing else there; a suffix that nothing is kept as is refused."""

import io
import json
import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT


def run(tmp_path: Path, *arguments: object) -> tuple[int, bytes, str]:
    """Run a command as a process of its own: what it prints may be no text."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", *map(str, arguments)],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


def test_a_document_on_standard_output_is_that_of_a_file(save: Any, report: Any, tmp_path: Path, cli: Any) -> None:
    save("r.json", report)
    cli("render", "closure-report", "r.json", "-o", "r.docx")
    code, out, err = run(tmp_path, "render", "closure-report", "r.json", "-o", "-", "-f", "docx")
    assert (code, err) == (0, "")
    assert out == Path("r.docx").read_bytes()
    assert not Path("-").exists()


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        (("blank", "closure-report", "-f", "pdf"), b"%PDF"),
        (("blank", "closure-report", "issue-tracker", "--merge"), b"%PDF"),
        (("template", "closure-report"), b"PK"),
        (("reference-doc",), b"PK"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_other_documents_go_there_too(tmp_path: Path, words: tuple[str, ...], begin: bytes) -> None:
    code, out, err = run(tmp_path, *words, "-o", "-")
    assert (code, err) == (0, "")
    assert out.startswith(begin)
    assert list(tmp_path.iterdir()) == []


def test_a_summary_and_what_is_due_go_there(tmp_path: Path) -> None:
    issues = ROOT / "samples" / "month" / "issues.jsonl"
    code, out, _ = run(tmp_path, "summary", "2024-05", issues, "-o", "-", "-f", "docx")
    assert code == 0
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(out)).namelist()
    task = ROOT / "samples" / "issue-tracker" / "desk.csv"
    due = ("due", f"issue-tracker={task}", "--on", "2023-10-18", "-o", "-", "-f")
    code, out, _ = run(tmp_path, *due, "ics")
    assert (code, out[:15]) == (0, b"BEGIN:VCALENDAR")
    assert run(tmp_path, *due, "pdf")[1].startswith(b"%PDF")
    assert run(tmp_path, *due, "ics,pdf")[0] == 2


def test_records_maps_and_drafts_are_texts(cli: Any, save: Any, report: Any, tmp_path: Path) -> None:
    save("r.json", report)
    save("l.csv", "编号,姓名\nA-1,王芳\nA-2,李强\n")
    save("t.csv", "编号,客户,问题描述,状态\nA-1,华明,白屏,处理中\n")
    cli("render", "closure-report", "r.json", "--fillable", "-o", "filled.docx")
    assert json.loads(cli("read", "filled.docx", "-o", "-").out)["report_no"] == "BG20231017-001"
    assert json.loads(cli("import", "l.csv", "-o", "-", "--id", "people").out)["x-form"]["id"] == "people"
    assert '"编号" = ' in cli("map", "issue-tracker", "t.csv", "-o", "-").out
    gathered = cli("collect", "filled.docx", "-o", "-")
    assert json.loads(gathered.out)["report_no"] == "BG20231017-001"
    assert not Path("-").exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ((), "E-out-stdout"),
        (("-f", "docx,pdf"), "E-out-stdout"),
        (("-f", "docx", "--json"), "E-out-json"),
    ],
)
def test_what_standard_output_cannot_take_is_told(
    cli: Any, save: Any, report: Any, more: tuple[str, ...], code: str
) -> None:
    save("r.json", report)
    done = cli("render", "closure-report", "r.json", "-o", "-", *more)
    assert (done.code, done.codes) == (2, [code])


def test_two_documents_do_not_fit(cli: Any, save: Any, report: Any, report_with: Any) -> None:
    save("r.json", [report, report_with(report_no="B2")])
    done = cli("render", "closure-report", "r.json", "-o", "-", "-f", "docx")
    assert (done.code, done.out, done.codes) == (2, "", ["E-out-one"])


def test_a_terminal_is_shown_no_document(tmp_path: Path) -> None:
    screen, inside = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "generator", "blank", "closure-report", "-o", "-", "-f", "pdf"],
        stdout=inside,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )
    os.close(inside)
    os.close(screen)
    assert (done.returncode, b"[E-out-terminal]" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("read", "x.docx", "-o", "r.txt"), "E-out-text"),
        (("map", "issue-tracker", "x.csv", "-o", "r.txt"), "E-out-text"),
        (("import", "x.csv", "-o", "r.txt"), "E-out-text"),
        (("collect", "x.docx", "-o", "r.txt"), "E-collect-out"),
        (("collect", "x.docx", "-o", "r.csv", "--report", "r.txt"), "E-out-text"),
        (("template", "closure-report", "-o", "r.txt"), "E-own-kind"),
        (("reference-doc", "-o", "r.txt"), "E-own-kind"),
        (("batch", "closure-report", "x.csv", "-o", "r.txt"), "E-out-format"),
        (("batch", "closure-report", "x.csv", "-o", "r.pdf"), "E-out-folder"),
        (("blank", "closure-report", "-o", "r.txt"), "E-out-format"),
        (("summary", "2024-05", "x.csv", "-o", "r.txt"), "E-out-format"),
        (("satisfaction", "2024-05", "x.csv", "-o", "r.txt"), "E-out-format"),
        (("due", "closure-report=x.json", "--on", "2024-05-01", "-o", "r.txt"), "E-out-format"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_suffix_that_nothing_is_kept_as_is_refused(
    cli: Any, save: Any, report: Any, words: tuple[str, ...], code: str
) -> None:
    save("x.csv", "编号,姓名\nA-1,王芳\n")
    save("x.json", report)
    cli("blank", "closure-report", "--fillable", "-o", "x.docx")
    done = cli(*words)
    assert (done.code, done.codes[:1]) == (2, [code])
    assert not Path(words[-1]).exists()

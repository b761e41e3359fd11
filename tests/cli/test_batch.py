"""`biaodan batch` as it is typed: what it prints, where, and with which code it ends."""

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.conftest import FORM, faulty, reports


def biaodan(*words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "generator", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_prints_the_paths_that_it_wrote(lines, tmp_path: Path) -> None:
    done = biaodan("batch", FORM, lines(reports(3)), "-o", tmp_path / "out", "-f", "docx,xlsx", "--lang", "en")
    assert done.returncode == 0
    assert [Path(line).is_file() for line in done.stdout.splitlines()] == [True] * 6
    assert done.stderr.splitlines() == ["3 records: 3 done, 0 failed"]


def test_a_faulty_record_is_told_and_the_run_ends_with_one(lines, tmp_path: Path) -> None:
    source = lines([reports(1)[0], faulty(reports(2)[1])])
    done = biaodan("batch", FORM, source, "-o", tmp_path / "out", "-f", "docx")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.startswith("records.jsonl:2: ")
    assert "failed.jsonl" in done.stderr


def test_json_events_tell_a_script_all_of_it(lines, tmp_path: Path) -> None:
    source = lines([reports(1)[0], faulty(reports(2)[1])])
    done = biaodan("batch", FORM, source, "-o", tmp_path / "out", "-f", "docx", "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [e["event"] for e in events] == ["start", "progress", "file", "failed", "progress", "end"]
    assert (events[0]["records"], events[-1]["done"], events[-1]["failed"]) == (2, 1, 1)
    assert events[-1]["complete"] is True
    assert Path(events[2]["path"]).stat().st_size == events[2]["bytes"]
    assert events[3]["faults"][0]["code"] == "E-unknown-key"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--jobs", "0"], "E-jobs"),
        (["--name", "{nothing}"], "E-name-field"),
        (["-f", "odt"], "E-output-format"),
        (["--set", "x"], "E-set"),
    ],
)
def test_wrong_usage_ends_with_two_and_leaves_no_folder(lines, tmp_path: Path, words: list[str], code: str) -> None:
    done = biaodan("batch", FORM, lines(reports(1)), "-o", tmp_path / "out", *words)
    assert done.returncode == 2
    assert f"[{code}]" in done.stderr
    assert not (tmp_path / "out").exists()


def test_fail_fast_says_how_to_go_on(lines, tmp_path: Path) -> None:
    source = lines([faulty(reports(1)[0]), *reports(3, first=2)])
    done = biaodan("batch", FORM, source, "-o", tmp_path / "out", "-f", "docx", "--fail-fast", "--lang", "en")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.rstrip().endswith("--resume")


def test_a_second_run_of_a_folder_is_told_what_it_may_do(lines, tmp_path: Path) -> None:
    words = ("batch", FORM, lines(reports(2)), "-o", tmp_path / "out", "-f", "docx", "--lang", "en")
    biaodan(*words)
    again = biaodan(*words)
    assert (again.returncode, again.stdout) == (2, "")
    assert "--resume" in again.stderr
    assert biaodan(*words, "--resume").stderr.splitlines() == ["2 records: 2 done, 0 failed", "2 of them done before"]
    assert biaodan(*words, "--force").returncode == 0


def test_on_a_terminal_a_bar_moves_and_no_path_scrolls_by(lines, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "generator",
        "batch",
        FORM,
        lines(reports(40)),
        "-o",
        tmp_path / "out",
        "-f",
        "docx",
    ]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as run:
        os.close(theirs)
        seen = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:
                break
            if not piece:
                break
            seen += piece
    os.close(ours)
    text = seen.decode("utf-8", "replace")
    assert run.returncode == 0
    assert "40/40" in text
    assert ".docx" not in text
    assert "共 40 条：完成 40，有错 0" in text

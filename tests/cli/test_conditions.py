"""What the command line says where its machine is short of something, its streams are odd, or its files no files."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.refusals import machine_error
from tests.cli.conftest import ROOT

ODD = os.fsdecode(b"\xff\xe8.json")
"""A name that isn't UTF-8, as it comes in arguments."""


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a line of a shell in which `$B` is the command."""

    def run(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
        command = f"{sys.executable} -m generator"
        kept = {**os.environ, "PYTHONPATH": str(ROOT), "B": command, "PYTHONIOENCODING": "utf-8:strict", **env}
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, cwd=tmp_path, env=kept, timeout=60, check=False
        )
        for word in (b"Traceback", b"Exception ignored", b"E-internal"):
            assert word not in done.stdout + done.stderr
        return done

    return run


# --- streams ---


@pytest.mark.parametrize("command", ["list", "show closure-report --json", "check closure-report r.json --json"])
def test_a_reader_that_stops_ends_the_command_quietly_and_not_as_if_it_were_done(
    shell: Any, save: Any, command: str
) -> None:
    save("r.json", [{}] * 500)
    done = shell(f"$B {command} | true; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (141, b"")


def test_closed_streams_take_nothing_and_no_file_gets_what_was_meant_for_them(
    shell: Any, save: Any, report: Any, tmp_path: Path
) -> None:
    save("r.json", report)
    done = shell("$B batch closure-report r.json -o out -f docx <&- >&- 2>&-")
    assert done.returncode == 0
    lines = (tmp_path / "out" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    assert [next(iter(json.loads(line))) for line in lines] == ["manifest", "n", "end"]
    assert shell("$B check closure-report - <&-").returncode == 1


def test_a_full_disk_behind_the_output_is_told(shell: Any) -> None:
    done = shell("$B list >/dev/full")
    assert done.returncode == 1
    assert done.stderr.decode().rstrip().endswith("[E-output]")
    assert shell("$B show nothing 2>/dev/full").returncode in (1, 2)


# --- names ---


def test_names_that_are_not_utf8_are_printed_as_they_came_and_in_json_as_escapes(
    shell: Any, save: Any, report: Any, tmp_path: Path
) -> None:
    save(ODD, report)
    given = r"$'\xff\xe8.json'"
    done = shell(f"$B render closure-report {given} -o $'o\\xff' -f docx")
    assert (done.returncode, done.stderr) == (0, b"")
    assert (Path(os.fsdecode(bytes(tmp_path) + b"/" + done.stdout.strip()))).is_file()
    done = shell(f"$B batch closure-report {given} -o $'b\\xff' -f docx --json")
    assert done.returncode == 0
    paths = [event["path"] for event in map(json.loads, done.stdout.decode().splitlines()) if event["event"] == "file"]
    assert [Path(tmp_path, path).is_file() for path in paths] == [True]
    assert shell(f"$B batch closure-report {given} -o $'b\\xff' -f docx --resume").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "closure-report", ODD],
        ["check", ODD, ODD],
        ["lint", ODD, "--json"],
        ["case", "show", ODD],
        ["list", "--group", ODD],
        ["batch", "closure-report", ODD, "-o", "out", "--name", f"{ODD}-{{number}}"],
    ],
)
def test_a_name_that_is_not_utf8_never_stops_its_own_fault(cli: Any, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert done.code == 2
    assert done.codes != ["E-internal"]


# --- files that are none ---


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "closure-report", "{}"],
        ["check", "closure-report", "{}.csv"],
        ["check", "{}", "r.json"],
        ["check", "closure-report", "r.json", "--policy", "{}"],
        ["batch", "closure-report", "{}", "-o", "out"],
        ["summary", "2024-05", "{}", "-o", "out"],
        ["case", "show", "{}"],
        ["case", "add", "{}", "closure-report", "r.json"],
        ["lint", "{}"],
    ],
    ids=lambda given: " ".join(given),
)
@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "long", "loop"])
def test_what_is_no_file_is_named_and_never_waited_for(
    cli: Any, save: Any, report: Any, tmp_path: Path, kind: str, arguments: list[str]
) -> None:
    save("r.json", report)
    given = f"{'x' * 300}.json" if kind == "long" else "given.json"
    make = {
        "folder": Path.mkdir,
        "pipe": os.mkfifo,
        "device": lambda path: path.symlink_to("/dev/zero"),
        "loop": lambda path: path.symlink_to(path),
        "long": lambda path: None,
    }
    for name in (given, f"{given}.csv"):
        make[kind](tmp_path / name)
    done = cli(*(word.format(given) for word in arguments))
    assert done.code in (1, 2)
    expected = {"E-file-read", "E-form-unknown", "E-write"} if kind in ("long", "loop") else {"E-file-kind"}
    assert set(done.codes) <= expected
    assert done.codes


@pytest.mark.parametrize("kind", ["long", "loop", "file"])
def test_a_place_that_is_no_folder_is_told_by_name(cli: Any, save: Any, report: Any, tmp_path: Path, kind: str) -> None:
    save("r.json", report)
    out = "x" * 300 if kind == "long" else "out"
    if kind == "loop":
        (tmp_path / "out").symlink_to("out")
    if kind == "file":
        save("out", "")
    for command in ("render", "batch"):
        done = cli(command, "closure-report", "r.json", "-o", out, "-f", "docx")
        assert (done.code, done.codes) == (1, ["E-write"])


def test_folders_of_forms_that_no_system_has_are_told(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAODAN_PATH", "x" * 300)
    assert cli("list").codes == ["E-file-read"]


# --- what the machine refuses ---


def test_few_file_handles_are_the_machines_fault(shell: Any, save: Any, report: Any) -> None:
    save("r.jsonl", "".join(json.dumps({**report, "report_no": f"B{n}"}) + "\n" for n in range(30)))
    done = shell("ulimit -n 12; $B batch closure-report r.jsonl -o out -f docx --jobs 2")
    assert done.returncode == 3
    assert b"[E-machine]" in done.stderr


@pytest.mark.parametrize(
    "error",
    [
        *(OSError(n, "") for n in (errno.EMFILE, errno.ENOSPC, errno.EROFS, errno.ENOMEM, errno.EAGAIN, errno.EACCES)),
        MemoryError(),
        RuntimeError("can't start new thread"),
        FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"),
    ],
    ids=repr,
)
def test_whatever_nobody_nearer_has_named_ends_in_the_systems_own_word(
    cli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    monkeypatch.setenv("BIAODAN_CACHE", str(tmp_path / "cache"))

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("generator.catalogue.Catalogue.forms", refuse)
    done = cli("list", "--lang", "en")
    assert (done.code, done.codes) == (3, ["E-machine"])
    assert machine_error(error).faults[0].params["why"] in done.err
    assert not (tmp_path / "cache" / "reports").exists()


# --- what nobody foresaw ---


class Panic(BaseException):
    """As libraries in other languages end: no Exception."""


@pytest.mark.parametrize("kind", [KeyError, Panic, UnicodeError])
def test_a_fault_of_ours_leaves_a_report_that_holds_no_value(
    cli: Any, save: Any, report_with: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: type[BaseException]
) -> None:
    monkeypatch.setenv("BIAODAN_CACHE", str(tmp_path / "cache"))
    save("张三.json", report_with(report_no="秘密"))

    def broken(_self: object, source: Any) -> None:
        raw = next(iter(source))[0]
        raise kind(f"{raw}") from ValueError(raw["report_no"])

    monkeypatch.setattr("generator.pipeline.Pipeline.judged", broken)
    for _ in range(2):
        done = cli(
            "render", "closure-report", "张三.json", "-o", "秘密", "-fdocx", "--set", "report_no=秘密", "--lang=en"
        )
        assert (done.code, done.codes) == (1, ["E-internal"])
    [path] = (tmp_path / "cache" / "reports").iterdir()
    assert str(path) in done.err
    assert "nothing was written" not in done.err
    told = json.loads(path.read_text(encoding="ascii"))
    assert told["command"] == ["render", "-o", "-f", "--set", "--lang"]
    assert [one["exception"].rpartition(".")[2] for one in told["exceptions"]] == [kind.__name__, "ValueError"]
    assert told["exceptions"][0]["frames"][-1]["function"].endswith("broken")
    assert {"click", "lxml"} <= told["libraries"].keys()
    for value in ("秘密", "张三", "BG2023", "docx", "report_no"):
        assert value not in json.dumps([told["command"], told["exceptions"]], ensure_ascii=False)


def test_a_report_that_cannot_be_kept_is_left_out(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAODAN_CACHE", os.devnull)
    monkeypatch.setattr("generator.catalogue.Catalogue.forms", lambda _: 1 // 0)
    done = cli("list")
    assert (done.code, done.codes) == (1, ["E-internal"])
    assert "BIAODAN_DEBUG" in done.err

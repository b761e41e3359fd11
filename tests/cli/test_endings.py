"""How commands end when they are told to, or when what they write can't be written."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli import signals

SAMPLES = Path(__file__).parents[2] / "samples"
RECORD = SAMPLES / "closure-report" / "ordinary.json"

STOPPED_WHILE_WRITING = """
import os, sys
from generator import files
from generator.cli import main
number, swallow = int(sys.argv.pop(1)), sys.argv.pop(1) == "swallow"
fill = files._fill

def filled(handle, name, write):
    def half(file):
        write(file)
        try:
            os.kill(os.getpid(), number)
        except BaseException:
            if not swallow:
                raise
    fill(handle, name, half if not swallow else lambda file: (half_first(), write(file)))

def half_first():
    try:
        os.kill(os.getpid(), number)
    except BaseException:
        pass

files._fill = filled
main()
"""

COMMANDS = {
    "render": ["render", "closure-report", RECORD, "-f", "docx,xlsx", "-o", "out/"],
    "blank": ["blank", "closure-report", "-f", "docx", "-o", "out/"],
    "case add": ["case", "add", "out/case.json", "closure-report", RECORD],
}


def run_stopped(folder, number, command, swallow=""):
    words = [sys.executable, "-c", STOPPED_WHILE_WRITING, str(int(number)), swallow or "raise", *map(str, command)]
    environment = {**os.environ, "BIAODAN_LANG": "en", "PYTHONPATH": str(SAMPLES.parent)}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env=environment, check=False, timeout=60)


def everything(folder):
    return sorted(path.name for path in folder.rglob("*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_signal_while_a_file_is_written_leaves_nothing(tmp_path, number, command):
    done = run_stopped(tmp_path, number, command)
    assert done.returncode == 128 + number
    assert done.stderr.strip() == "interrupted; no unfinished file was left"
    assert everything(tmp_path) == []


def test_a_signal_that_a_library_swallows_ends_the_command_all_the_same(tmp_path):
    done = run_stopped(tmp_path, signal.SIGTERM, COMMANDS["render"], "swallow")
    assert done.returncode == 128 + signal.SIGTERM
    assert everything(tmp_path) == []


def test_handlers_are_as_they_were_and_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        handlers = {number: signal.getsignal(number) for number in signals._ENDING}
        with signals.orderly():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not handlers[signal.SIGTERM]
        assert {number: signal.getsignal(number) for number in signals._ENDING} == handlers
    finally:
        signal.signal(signal.SIGHUP, before)


def run_with(folder, *arguments, limit=0, **more):
    def restrict():
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environment = {**os.environ, "BIAODAN_LANG": "en", "PYTHONPATH": str(SAMPLES.parent)}
    words = [sys.executable, "-m", "generator", *map(str, arguments)]
    more = {"stdout": subprocess.PIPE, **more}
    return subprocess.run(
        words, cwd=folder, stderr=subprocess.PIPE, env=environment, check=False, preexec_fn=restrict, timeout=60, **more
    )


def test_a_limit_on_the_size_of_files_leaves_nothing(tmp_path):
    done = run_with(tmp_path, *COMMANDS["render"], "--lang", "en", limit=4096)
    assert done.returncode == 1
    assert b"[E-write]" in done.stderr
    assert everything(tmp_path) == []


@pytest.mark.parametrize("arguments", [["list"], COMMANDS["render"], ["check", "closure-report", RECORD, "--json"]])
def test_standard_output_that_cant_be_written_is_told_and_files_are_whole(tmp_path, arguments):
    with Path("/dev/full").open("w") as full:
        done = run_with(tmp_path, *arguments, "--lang", "en", stdout=full)
    assert done.returncode == 1
    assert done.stderr.decode().count("[E-output]") == 1
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
    assert not [name for name in everything(tmp_path) if name.endswith(".part")]
    assert len(everything(tmp_path)) == (3 if arguments[0] == "render" else 0)

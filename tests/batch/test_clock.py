"""A record of a batch has its time: what takes longer is given up, wherever it is made, and the others are made."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job
from generator.batch import clock
from generator.batch.clock import time_limit
from generator.errors import Place, RecordError
from generator.records.bounds import VARIABLE
from tests.batch.conftest import documents, failures, manifest, reports, run

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the limit is the system's")


def spin() -> None:
    while True:
        pass


def swallow_once() -> None:
    try:
        spin()
    except BaseException:
        spin()


@pytest.mark.parametrize("act", [spin, lambda: time.sleep(60), swallow_once], ids=["spins", "sleeps", "swallows"])
def test_a_record_that_takes_too_long_is_given_up(
    job: Job, lines: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]
) -> None:
    from generator.batch import work

    make = work.to_bytes

    def slow(document: Any, *arguments: Any) -> bytes:
        if "GB2024-00002" in repr(document):
            act()
        return make(document, *arguments)

    monkeypatch.setenv(VARIABLE, "document=1")
    monkeypatch.setattr(clock, "_AGAIN", 0.2)
    monkeypatch.setattr(work, "to_bytes", slow)
    before = signal.getsignal(signal.SIGALRM)
    outcome = run(job, lines(reports(4)), tmp_path / "out")
    assert (outcome.done, outcome.failed) == (3, 1)
    (failure,) = failures(tmp_path / "out")
    assert (failure["n"], [fault["code"] for fault in failure["faults"]]) == (2, ["E-document-time"])
    assert len(documents(tmp_path / "out")) == 3
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_so_it_is_by_worker_processes(lines: Any, tmp_path: Path) -> None:
    plugin = tmp_path / "site"
    plugin.mkdir()
    (plugin / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'spawn_main' in ' '.join(sys.orig_argv):\n"
        "    import time, generator.batch.work as work\n"
        "    make = work.DocumentMaker._files\n"
        "    def slow(self, entry):\n"
        "        if entry.n == 26:\n"
        "            time.sleep(60)\n"
        "        return make(self, entry)\n"
        "    work.DocumentMaker._files = slow\n",
        encoding="utf-8",
    )
    path = f"{plugin}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    words = [sys.executable, "-m", "generator", "batch", "closure-report", str(lines(reports(27)))]
    done = subprocess.run(
        [*words, "-o", str(tmp_path / "out"), "-f", "docx", "--jobs", "1"],
        env={**os.environ, "PYTHONPATH": path, VARIABLE: "document=1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    faulty = [(line["n"], line["faults"][0]["code"]) for line in manifest(tmp_path / "out") if "faults" in line]
    assert faulty == [(26, "E-document-time")]
    assert len(documents(tmp_path / "out")) == 26


@pytest.mark.skipif(sys.platform != "linux", reason="as the system counts")
def test_a_worker_that_cant_be_interrupted_ends() -> None:
    code = (
        "from generator.batch import clock; from generator.errors import Place; clock._OVER = 0.2\n"
        "with clock.time_limit(0.1, Place(), may_die=True): sum(range(10**13))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGPROF


def test_a_record_in_time_is_none_of_the_clocks_business(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_limit(5, Place(), may_die=False):
        time.sleep(0.01)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_other_threads_than_the_first_have_no_limit() -> None:
    ended: list[bool] = []

    def work() -> None:
        with time_limit(1, Place(), may_die=False):
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended


def test_a_fault_of_the_clock_names_the_record_and_the_seconds() -> None:
    with pytest.raises(RecordError) as caught, time_limit(1, Place("a.jsonl", "3"), may_die=False):
        time.sleep(30)
    (fault,) = caught.value.faults
    assert (fault.code, fault.place.row, fault.params["seconds"]) == ("E-document-time", "3", 1)

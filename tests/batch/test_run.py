"""A run over many records: what it leaves, whoever does the work, whenever it is killed."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job, make_job
from generator.batch import MANIFEST, Options, Outcome, batch
from generator.batch.store import Folder
from generator.errors import BiaodanError, RecordError, UsageError, WriteError
from tests.batch.conftest import FORM, contents, documents, failures, faulty, manifest, reports, run, write_lines

SEEDS = range(6)


class Shuffled(Executor):
    """Does tasks at once, and lets a crew of four believe that they end in another order."""

    def __init__(self) -> None:
        self.chance, self.kept = random.Random(1), list[tuple[Future[Any], Any]]()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.kept.append((future, fn(*args, **kwargs)))
        if len(self.kept) >= 3:
            self.chance.shuffle(self.kept)
            for waiting, result in self.kept:
                waiting.set_result(result)
            self.kept.clear()
        return future


def command(source: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "generator", "batch", FORM, str(source), "-o", str(out), "-f", "docx,xlsx", *more]


def test_a_document_of_a_batch_is_the_one_that_render_writes(job: Job, lines, tmp_path: Path) -> None:
    from generator.api import render

    run(job, lines(reports(2)), tmp_path / "out", formats=("docx", "xlsx"))
    for n, record in enumerate(reports(2), 1):
        for format in ("docx", "xlsx"):
            path = tmp_path / "out" / f"closure-report-GB2024-{n:05}.{format}"
            assert path.read_bytes() == render(FORM, record, format)


def test_the_manifest_names_every_file_with_its_sum_and_place(job: Job, lines, tmp_path: Path) -> None:
    import hashlib

    source = lines([reports(1)[0], faulty(reports(2)[1]), reports(3)[2]])
    outcome = run(job, source, tmp_path / "out")
    assert (outcome.records, outcome.done, outcome.failed) == (3, 2, 1)
    listed = list(manifest(tmp_path / "out"))
    assert [(line["n"], line["number"], line["at"]) for line in listed] == [
        (n, f"GB2024-0000{n}", f"records.jsonl:{n}") for n in (1, 2, 3)
    ]
    files = {file["file"]: file for line in listed for file in line.get("files", ())}
    assert {name: len(content) for name, content in documents(tmp_path / "out").items()} == {
        name: file["bytes"] for name, file in files.items()
    }
    for name, content in documents(tmp_path / "out").items():
        assert files[name]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_faulty_record_stops_nothing_and_can_be_mended_and_fed_again(job: Job, lines, tmp_path: Path) -> None:
    records = reports(3)
    run(job, lines([records[0], faulty(records[1]), records[2]]), tmp_path / "out")
    [failure] = failures(tmp_path / "out")
    assert [f["code"] for f in failure["faults"]] == ["E-unknown-key"]
    failure["record"].pop("没有的一项")
    assert failure["record"] == records[1]
    run(job, lines([failure], "failed.jsonl"), tmp_path / "second")
    run(job, lines([records[1]]), tmp_path / "right")
    assert documents(tmp_path / "second") == documents(tmp_path / "right")


@pytest.mark.parametrize("order", [1, 2])
def test_files_are_the_same_for_any_order_and_number_of_processes(job: Job, lines, tmp_path: Path, order: int) -> None:
    records = reports(60)
    run(job, lines(records), tmp_path / "one", jobs=1)
    random.Random(order).shuffle(records)
    run(job, lines(records, "other.jsonl"), tmp_path / "two", jobs=2)
    assert documents(tmp_path / "one") == documents(tmp_path / "two")
    assert len(documents(tmp_path / "one")) == 60


def test_the_manifest_is_in_the_order_of_the_source_whatever_ends_first(job: Job, lines, tmp_path: Path) -> None:
    source = lines(reports(300))
    run(job, source, tmp_path / "straight", jobs=1)
    run(job, source, tmp_path / "shuffled", executor=Shuffled(), jobs=1)
    assert contents(tmp_path / "straight") == contents(tmp_path / "shuffled")


def test_any_executor_does_the_work(job: Job, lines, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        outcome = run(job, lines(reports(80)), tmp_path / "out", executor=threads, jobs=3)
    assert outcome.done == 80


def test_a_folder_of_memory_takes_a_run_too(job: Job, lines) -> None:
    import fsspec

    assert run(job, lines(reports(30)), "memory://desk/may").done == 30
    fs = fsspec.filesystem("memory")
    names = [path.rpartition("/")[2] for path in fs.find("/desk/may")]
    assert len([name for name in names if name.endswith(".docx")]) == 30
    assert names.count(MANIFEST) == 1
    assert len(names) == 31, "nothing is left over"
    again = run(job, lines(reports(30)), "memory://desk/may", resume=True)
    assert (again.kept, again.done) == (30, 0)
    fs.rm("/desk", recursive=True)


# --- killed and resumed ---


SOME_FAULTY = [faulty(r) if n % 11 == 5 else r for n, r in enumerate(reports(150))]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that nothing has disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    source = write_lines(folder / "records.jsonl", SOME_FAULTY)
    subprocess.run(command(source, folder / "out"), capture_output=True, check=False)
    return folder / "out"


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_any_moment_a_run_goes_on_to_the_very_same_folder(
    lines, tmp_path: Path, whole: Path, seed: int
) -> None:
    source, chance = lines(SOME_FAULTY), random.Random(seed)
    for _ in range(3):
        begun = subprocess.Popen(
            command(source, tmp_path / "killed", "--resume"),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.1, 1.6))
        os.killpg(begun.pid, signal.SIGKILL)
        begun.wait()
    done = subprocess.run(command(source, tmp_path / "killed", "--resume"), capture_output=True, check=False)
    assert done.returncode == 1, done.stderr.decode()
    assert contents(tmp_path / "killed") == contents(whole)
    assert len(documents(whole)) == 2 * sum(n % 11 != 5 for n in range(150))


def test_what_is_whole_is_left_alone_and_what_is_not_is_made_again(job: Job, lines, tmp_path: Path) -> None:
    source, out = lines(reports(40)), tmp_path / "out"
    run(job, source, out)
    before = contents(out)
    names = sorted(documents(out))
    (out / names[3]).unlink()
    (out / names[5]).write_bytes(before[names[5]][:-1] + b"?")
    untouched = (out / names[7]).stat().st_mtime_ns
    outcome = run(job, source, out, resume=True)
    assert (outcome.kept, outcome.done) == (38, 2)
    assert contents(out) == before
    assert (out / names[7]).stat().st_mtime_ns == untouched


@pytest.mark.parametrize("torn", [1, 30, 400])
def test_a_manifest_torn_at_its_end_costs_only_what_it_lost(job: Job, lines, tmp_path: Path, torn: int) -> None:
    source, out = lines([*reports(29), faulty(reports(30)[-1])]), tmp_path / "out"
    run(job, source, out)
    before = contents(out)
    (out / MANIFEST).write_bytes(before[MANIFEST][:-torn])
    (out / ".biaodan-abcdefgh.part").write_bytes(b"half")
    os.utime(out / ".biaodan-abcdefgh.part", (1, 1))
    run(job, source, out, resume=True)
    assert contents(out) == before


def test_a_line_changed_by_hand_is_not_believed(job: Job, lines, tmp_path: Path) -> None:
    source, out = lines(reports(10)), tmp_path / "out"
    run(job, source, out)
    before = contents(out)
    changed = before[MANIFEST].replace(b"GB2024-00004", b"GB2024-99994")
    (out / MANIFEST).write_bytes(changed)
    assert run(job, source, out, resume=True).kept == 3
    assert contents(out) == before


def test_a_run_that_is_complete_is_only_looked_through(job: Job, lines, tmp_path: Path) -> None:
    source, out = lines(reports(5)), tmp_path / "out"
    run(job, source, out)
    before = contents(out)
    outcome = run(job, source, out, resume=True)
    assert (outcome.kept, outcome.done, contents(out) == before) == (5, 0, True)


def test_resume_begins_where_there_is_nothing_yet(job: Job, lines, tmp_path: Path) -> None:
    assert run(job, lines(reports(2)), tmp_path / "out", resume=True).done == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"form": "return-visit"}, "form"),
        ({"lang": "en"}, "--lang"),
        ({"mask": True}, "--mask"),
        ({"overrides": {"customer_name": "甲"}}, "--set"),
    ],
)
def test_another_form_or_way_does_not_go_on_with_a_run(lines, tmp_path: Path, change, named: str) -> None:
    source, out = lines(reports(3)), tmp_path / "out"
    run(make_job(FORM), source, out)
    before = contents(out)
    with pytest.raises(UsageError) as caught:
        run(make_job(**{"form": FORM, **change}), source, out, resume=True)
    assert caught.value.faults[0].code == "E-resume-other"
    assert named in caught.value.faults[0].params["differ"]
    assert contents(out) == before


def test_another_source_does_not_go_on_with_a_run(job: Job, lines, tmp_path: Path) -> None:
    run(job, lines(reports(3)), tmp_path / "out")
    with pytest.raises(UsageError, match="SOURCE"):
        run(job, lines(reports(4), "more.jsonl"), tmp_path / "out", resume=True)


# --- folders ---


def test_a_folder_of_another_run_is_left_alone(job: Job, lines, tmp_path: Path) -> None:
    run(job, lines(reports(2)), tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(UsageError, match="E-batch-there"):
        run(job, lines(reports(3), "b.jsonl"), tmp_path / "out")
    assert contents(tmp_path / "out") == before


def test_force_begins_anew_without_a_trace_of_the_run_before(job: Job, lines, tmp_path: Path) -> None:
    run(job, lines([*reports(4), faulty(reports(5)[4])]), tmp_path / "out")
    run(job, lines(reports(2, first=3), "b.jsonl"), tmp_path / "out", force=True)
    run(job, lines(reports(2, first=3), "b.jsonl"), tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


@pytest.mark.parametrize("name", ["letter.docx", "failed.jsonl", MANIFEST])
@pytest.mark.parametrize("resume", [False, True])
def test_what_is_somebody_elses_is_left_alone(job: Job, lines, tmp_path: Path, name: str, resume: bool) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine, without a line's end")
    with pytest.raises(UsageError, match=r"E-batch-folder|E-manifest"):
        run(job, lines(reports(2)), out, resume=resume)
    assert contents(out) == {name: b"mine, without a line's end"}


def test_two_runs_do_not_share_a_folder(job: Job, lines, tmp_path: Path) -> None:
    source, out, seen = lines(reports(2)), tmp_path / "out", []

    def meanwhile(outcome: Any, results: Any) -> None:
        if not seen:
            with pytest.raises(UsageError) as caught:
                run(job, source, out, resume=True)
            seen.append(caught.value.faults[0].code)

    run(job, source, out, watch=meanwhile)
    assert seen == ["E-batch-locked"]
    assert len(documents(out)) == 2


# --- ends before the end ---


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_run_ends_at_its_limit_of_faults_at_the_same_record_always(job: Job, lines, tmp_path: Path, limit) -> None:
    source = lines([faulty(r) if n % 10 == 4 else r for n, r in enumerate(reports(120))])
    found = []
    for jobs in (1, 2):
        outcome = run(job, source, tmp_path / str(jobs), jobs=jobs, most_failures=limit)
        assert outcome.stopped
        found.append(contents(tmp_path / str(jobs)))
    assert found[0] == found[1]
    assert len(failures(tmp_path / "1")) == limit
    assert len(documents(tmp_path / "1")) == 9 * limit - 5


def test_a_run_that_ended_at_its_limit_goes_on_with_a_higher_one(job: Job, lines, tmp_path: Path) -> None:
    source = lines([faulty(r) if n % 10 == 4 else r for n, r in enumerate(reports(60))])
    run(job, source, tmp_path / "whole")
    run(job, source, tmp_path / "parts", most_failures=1)
    assert run(job, source, tmp_path / "parts", most_failures=1, resume=True).done == 0
    run(job, source, tmp_path / "parts", most_failures=100, resume=True)
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


def test_an_interrupt_ends_cleanly_and_says_what_to_type(lines, tmp_path: Path) -> None:
    source, out = lines(reports(2000)), tmp_path / "out"
    begun = subprocess.Popen(
        command(source, out, "--lang", "en"), start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert begun.stdout is not None
    begun.stdout.readline()
    os.killpg(begun.pid, signal.SIGINT)
    _, told = begun.communicate(timeout=60)
    assert begun.returncode == 130
    assert told.decode().rstrip().endswith("--lang en --resume")
    assert "Traceback" not in told.decode()
    listed = [file["file"] for line in manifest(out) for file in line["files"]]
    assert 0 < len(listed) < 4000
    assert sorted(listed) == sorted(documents(out)), "what is there is written down, and nothing else is there"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("whole_group", [True, False], ids=["with its workers", "alone"])
def test_the_systems_wish_to_end_ends_cleanly_as_well(
    lines, tmp_path: Path, number: signal.Signals, whole_group: bool
) -> None:
    source, out = lines(reports(2000)), tmp_path / "out"
    begun = subprocess.Popen(
        command(source, out), start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert begun.stdout is not None
    begun.stdout.readline()
    (os.killpg if whole_group else os.kill)(begun.pid, number)
    _, told = begun.communicate(timeout=60)
    assert (begun.returncode, b"Traceback" in told) == (128 + number, False)
    assert told.decode().rstrip().endswith("--resume")
    assert not [path for path in out.rglob("*") if path.name.endswith(".part")]


def test_a_run_is_ended_by_an_event_and_leaves_the_handlers_of_signals_alone(job: Job, lines, tmp_path: Path) -> None:
    stop, handlers = threading.Event(), []

    def watch(outcome: Outcome, results: Any) -> None:
        handlers.append((signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)))
        if outcome.done:
            stop.set()

    outcome = run(job, lines(reports(200)), tmp_path / "out", watch=watch, stop=stop, jobs=1)
    assert outcome.interrupted
    assert 0 < outcome.done < 200
    assert set(handlers) == {(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))}


def test_a_full_disk_ends_the_run_and_room_lets_it_go_on(
    job: Job, lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, put, count = lines(reports(20)), Folder.put, []

    def fill(self: Folder, files: Any) -> None:
        count.append(1)
        if len(count) > 7:
            raise OSError(errno.ENOSPC, "No space left on device")
        put(self, files)

    monkeypatch.setattr(Folder, "put", fill)
    with pytest.raises(WriteError, match="No space left"):
        run(job, source, tmp_path / "out")
    monkeypatch.undo()
    run(job, source, tmp_path / "out", resume=True)
    run(job, source, tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.skipif(not shutil.which("mount") or os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_is_really_full_leaves_nothing_half_written(lines, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this system doesn't let a small disk be mounted")
    try:
        done = subprocess.run(command(lines(reports(100)), disk / "out"), capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "[E-write]" in done.stderr
        assert "Traceback" not in done.stderr
        assert not [name for name in contents(disk / "out") if name.endswith(".part")]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_source_that_changes_while_it_is_read_is_noticed(job: Job, lines, tmp_path: Path) -> None:
    source = lines(reports(30))

    def grow(outcome: Any, results: Any) -> None:
        with source.open("a", encoding="utf-8") as file:
            file.write(json.dumps(reports(31)[-1], ensure_ascii=False) + "\n")

    with pytest.raises(RecordError, match="E-source-changed"):
        run(job, source, tmp_path / "out", watch=grow)
    assert '"end"' not in (tmp_path / "out" / MANIFEST).read_text(encoding="utf-8")


def test_a_source_that_changes_while_it_is_planned_is_noticed(
    job: Job, lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been planned are other records than those whose sum is kept."""
    from generator.batch.plan import SourceSum

    source, total = lines(reports(3)), SourceSum.total

    def changed(self: SourceSum) -> str:
        lines(reports(3, first=5))
        return total(self)

    monkeypatch.setattr(SourceSum, "total", changed)
    with pytest.raises(RecordError, match="E-source-changed"):
        run(job, source, tmp_path / "out")
    assert contents(tmp_path / "out") == {}


def test_a_source_that_cannot_be_read_leaves_no_folder_content(job: Job, tmp_path: Path) -> None:
    broken = tmp_path / "records.json"
    one = json.dumps(reports(1)[0], ensure_ascii=False)
    broken.write_text(f"[{', '.join([one] * 4000)}, {{", encoding="utf-8")
    assert broken.stat().st_size > 4 << 20
    with pytest.raises(BiaodanError, match="E-json"):
        run(job, broken, tmp_path / "out")
    assert contents(tmp_path / "out") == {}


def test_a_record_that_kills_its_worker_is_found_and_stops_nothing(lines, tmp_path: Path) -> None:
    plugin = tmp_path / "site"
    plugin.mkdir()
    (plugin / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'spawn_main' in ' '.join(sys.orig_argv):\n"
        "    import generator.batch.work as work\n"
        "    make = work.DocumentMaker.make\n"
        "    def deadly(self, entry):\n"
        "        if entry.n == 33:\n"
        "            os.kill(os.getpid(), 9)\n"
        "        return make(self, entry)\n"
        "    work.DocumentMaker.make = deadly\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": f"{plugin}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(
        command(lines(reports(36)), tmp_path / "out"), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert [line["faults"][0]["code"] for line in manifest(tmp_path / "out") if "faults" in line] == ["E-worker-died"]
    assert len(documents(tmp_path / "out")) == 2 * 35


def test_workers_end_when_their_parent_is_killed(lines, tmp_path: Path) -> None:
    begun = subprocess.Popen(
        command(lines(reports(3000)), tmp_path / "out"),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert begun.stdout is not None
    begun.stdout.readline()
    begun.kill()
    begun.wait()
    begun.stdout.close()
    for _ in range(100):
        if not _of_session(begun.pid):
            break
        time.sleep(0.1)
    assert not _of_session(begun.pid)


def _of_session(session: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def test_python_runs_a_batch_too(lines, tmp_path: Path) -> None:
    outcome = batch(make_job(FORM), str(lines(reports(1))), str(tmp_path / "out"), Options(formats=("xlsx",)))
    assert outcome.done == 1


def test_a_place_is_meant_from_where_the_run_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        write_lines(Path("records.jsonl"), reports(1))
        assert batch(make_job(FORM), "records.jsonl", "out", Options(formats=("docx",))).done == 1
        assert len(list((tmp_path / name / "out").glob("*.docx"))) == 1


def test_a_torn_manifest_is_left_alone_by_a_run_that_is_refused_and_in_nobodys_way(tmp_path: Path) -> None:
    source, out = write_lines(tmp_path / "records.jsonl", reports(3)), tmp_path / "out"
    whole = contents_of(source, out)
    torn = whole[MANIFEST][:-30]
    for options in (Options(formats=("docx",)), Options(formats=("docx",), force=True)):
        (out / MANIFEST).write_bytes(torn)
        if options.force:
            assert batch(make_job(FORM), str(source), str(out), options).done == 3
            assert contents(out) == whole
        else:
            with pytest.raises(UsageError):
                batch(make_job(FORM), str(source), str(out), options)
            assert (out / MANIFEST).read_bytes() == torn


def contents_of(source: Path, out: Path) -> dict[str, bytes]:
    """Return what a run makes of a source."""
    assert not batch(make_job(FORM), str(source), str(out), Options(formats=("docx",))).failed
    return contents(out)


def test_a_place_that_can_be_no_folder_is_a_write_error(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "records.jsonl", reports(1))
    with pytest.raises(WriteError) as caught:
        batch(make_job(FORM), str(source), str(source / "out"), Options(formats=("docx",)))
    assert [fault.code for fault in caught.value.faults] == ["E-write"]

"""Files that ask for more than any list needs: refused by name, in little time and memory, and nothing else harmed."""

import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from generator.api import check
from generator.errors import BiaodanError, UsageError
from generator.records import foreign
from generator.records.bounds import VARIABLE, Bounds, bounds

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORM = {
    "title": "plain",
    "type": "object",
    "properties": {
        "one": {"type": "string", "title": "One"},
        "note": {"type": "string", "title": "Note", "x-control": "multiline"},
    },
}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("form") / "plain.json"
    path.write_text(json.dumps(FORM), encoding="utf-8")
    return str(path)


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def book(path: Path, *cells: str, more: dict[str, str] | None = None) -> Path:
    """Write a workbook of one row a cell, under the header One."""
    rows = "".join(f"<row>{one}</row>" for one in (cell("A1", "One"), *cells))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    empty = BytesIO()
    openpyxl.Workbook().save(empty)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, zipfile.ZipFile(empty) as base:
        parts = {name: base.read(name) for name in base.namelist()}
        for name, content in {**parts, "xl/worksheets/sheet1.xml": sheet, **(more or {})}.items():
            archive.writestr(name, content)
    return path


def codes(form: str, path: Path) -> list[str]:
    try:
        return [fault.code for fault in check(form, path)]
    except BiaodanError as error:
        return [fault.code for fault in error.faults]


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("XFD1048576", "E-xlsx-cells"),
        ("AAA9000000", "E-xlsx"),
        ("ZZZZZZ99999999999", "E-xlsx"),
        ("XFE2", "E-xlsx"),
        ("A1048577", "E-xlsx"),
        ("B4000000", "E-xlsx"),
        ("ALL9000", "E-xlsx-cells"),
        ("ZZ99999", "E-xlsx-cells"),
        ("H1000001", "E-xlsx-cells"),
        ("A", "E-xlsx"),
        ("A99999999999999999999999999999999", "E-xlsx"),
    ],
)
def test_cells_far_away_cost_nothing(form: str, tmp_path: Path, reference: str, code: str) -> None:
    path = book(tmp_path / "far.xlsx", cell("A2", "x"), cell(reference, "y"))
    began = time.monotonic()
    assert codes(form, path)[:1] in ([code], ["E-column-unnamed"] if code == "E-xlsx" else [])
    assert time.monotonic() - began < 10


def test_far_cells_without_a_value_are_no_hindrance(form: str, tmp_path: Path) -> None:
    assert codes(form, book(tmp_path / "styled.xlsx", cell("A2", "x"), '<c r="XFD1048576" s="1"/>')) == []


@pytest.mark.parametrize("many", [False, True])
def test_a_workbook_of_too_much_is_not_unpacked(form: str, tmp_path: Path, many: bool) -> None:
    more = {f"x/{n}": "" for n in range(10_001)} if many else {"xl/media/big.bin": "\0" * (70 << 20)}
    path = book(tmp_path / "big.xlsx", cell("A2", "x"), more=more)
    assert codes(form, path) == ["E-xlsx-parts" if many else "E-xlsx-bomb"]


def test_the_size_of_a_workbook_has_a_limit_whatever_its_ratio(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "b.xlsx", cell("A2", "x"), more={"xl/media/a.bin": "ab" * (1 << 20)})
    assert codes(form, path) == []
    monkeypatch.setenv(VARIABLE, "unpacked=1")
    assert codes(form, path) == ["E-xlsx-bomb"]


def test_a_parquet_file_that_unfolds_is_refused(form: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    duckdb.sql(
        f"COPY (SELECT repeat('x', 3000000) AS One FROM range(1000)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    assert path.stat().st_size < 1 << 20
    assert codes(form, path) in (["E-read-memory"], ["E-text-long"] * 1000)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("wide.csv", "One," + ",".join(f"c{n}" for n in range(20_000)) + "\nx\n", "E-columns-many"),
        ("row.csv", "One,Note\n" + 'x,"' + "y" * (17 << 20) + '"\n', "E-record-large"),
        ("cells.csv", "One,Note\n" + "x,y" * (6 << 20) + "\n", "E-record-large"),
        ("line.jsonl", '{"One": "' + "y" * (17 << 20) + '"}\n', "E-record-large"),
        ("one.json", '{"One": "' + "y" * (17 << 20) + '"}', "E-record-large"),
        ("list.json", '[{"One": "x"}, {"One": "' + "y" * (17 << 20) + '"}]', "E-record-large"),
        ("keys.json", json.dumps({f"k{n}": 1 for n in range(50_000)}), "E-columns-many"),
        ("long.json", json.dumps({"One": "x" * 100_001}), "E-text-long"),
        ("deep.json", "[" * 100_000, "E-json-depth"),
    ],
)
def test_texts_without_measure_are_refused(form: str, tmp_path: Path, name: str, content: str, code: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    began = time.monotonic()
    found = codes(form, path)[:1]
    assert found == [code] or (code == "E-record-large" and found == ["E-read-memory"])
    assert time.monotonic() - began < 10


def test_the_limits_are_met_to_the_last(form: str, tmp_path: Path) -> None:
    for count, wanted in ((1_999, []), (2_000, []), (2_001, ["E-columns-many"])):
        path = tmp_path / "w.csv"
        path.write_text("One" + "," * (count - 1) + "\nx\n", encoding="utf-8")
        assert codes(form, path) == wanted
    for length, wanted in ((99_999, []), (100_000, []), (100_001, ["E-text-long"])):
        path = tmp_path / "t.json"
        path.write_text(json.dumps({"One": "x" * length}), encoding="utf-8")
        assert codes(form, path) == wanted


# --- the process that reads ---


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start with no process that reads."""
    foreign._end()


def rows(path: Path, count: int) -> Path:
    path.write_text("One,Note\n" + "".join(f"a{n},{'z' * 60}\n" for n in range(count)), encoding="utf-8")
    return path


def test_what_is_read_elsewhere_is_what_is_read_here(form: str, tmp_path: Path, fresh: None) -> None:
    from generator.api import make_job
    from generator.records.sheet import CsvSource

    path = rows(tmp_path / "r.csv", 30_000)
    own = make_job(form).form
    source = make_job(form).open(str(path))
    assert isinstance(source, foreign.ForeignSource)
    assert list(source) == list(CsvSource(path, own))
    assert list(source.columns or ()) == ["One", "Note"]


def test_one_process_reads_all_files_of_a_command(form: str, tmp_path: Path, fresh: None) -> None:
    for n in range(3):
        assert codes(form, book(tmp_path / f"{n}.xlsx", cell("A2", "x"))) == []
    (process,) = foreign._running
    assert len(process.known) == 3


@pytest.mark.parametrize("threads", [0, 1])
def test_it_reads_the_same_whether_copied_or_started_anew(form: str, tmp_path: Path, threads: int) -> None:
    code = (
        "import sys, threading, time; from generator.records import foreign\n"
        f"[threading.Thread(target=time.sleep, args=(60,), daemon=True).start() for _ in range({threads})]\n"
        "from generator.api import check\n"
        "print([f.text() for f in check(sys.argv[1], sys.argv[2])], foreign._running[0]._child is None)"
    )
    path = book(tmp_path / "x.xlsx", cell("A2", "x"), cell("B3", "y"))
    done = subprocess.run(
        [sys.executable, "-c", code, form, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert ("E-column-unnamed" in done.stdout) or "[]" in done.stdout
    assert done.stdout.strip().endswith("False" if threads or sys.platform != "linux" else "True")
    assert done.stderr == ""


class Hungry:
    """A source whose reading does something to its process."""

    head: Any = ({}, None)

    def __init__(self, deed: str) -> None:
        self.deed = deed

    def __iter__(self) -> Any:
        yield {"One": "x"}, None
        _DEEDS[self.deed]()


def _spin() -> None:
    while True:
        pass


_DEEDS: dict[str, Any] = {
    "memory": lambda: [bytearray(64 << 20) for _ in range(1_000)],
    "time": _spin,
    "abort": os.abort,
    "leave": lambda: os._exit(3),
    "raise": lambda: 1 // 0,
    "sleep": lambda: time.sleep(3600),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits are the system's")
@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("memory", "E-read-memory"),
        ("time", "E-read-time"),
        ("abort", "E-read-memory"),
        ("leave", "E-read-died"),
        ("raise", "E-read-died"),
        ("sleep", "E-read-time"),
    ],
)
def test_what_a_file_does_to_its_reader_it_does_to_that_alone(
    deed: str, code: str, monkeypatch: pytest.MonkeyPatch, fresh: None, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, "seconds=1,memory=200")
    monkeypatch.setattr(foreign, "_CLOCK", 60 if deed != "sleep" else 1)
    monkeypatch.setattr(foreign, "_may_fork", lambda: True)
    monkeypatch.setattr("generator.records.foreign_reader._BLOCK", 1)
    source = foreign.ForeignSource(Hungry(deed), tmp_path / "hungry.xlsx")
    read = iter(source)
    assert next(read)[0] == {"One": "x"}
    with pytest.raises(BiaodanError) as raised:
        next(read)
    assert [fault.code for fault in raised.value.faults] == [code]
    assert "hungry.xlsx" in raised.value.faults[0].text()
    assert raised.value.faults[0].params.get("seconds", 1) == 1
    rows(tmp_path / "after.csv", 20_000)
    assert foreign._running == [] or deed in ("raise", "memory")
    assert foreign._running or deed != "raise"


def test_a_reading_given_up_half_way_leaves_the_process_ready(form: str, tmp_path: Path, fresh: None) -> None:
    from generator.api import make_job

    source = make_job(form).open(str(rows(tmp_path / "r.csv", 30_000)))
    for _ in range(5):
        read = iter(source)
        assert isinstance(next(read), tuple)
        read.close()  # type: ignore[attr-defined]
    assert len(list(source)) == 30_000


def test_the_process_ends_with_its_parent(form: str, tmp_path: Path) -> None:
    code = (
        "import sys, os, time; from generator.api import make_job; from generator.records import foreign\n"
        "read = iter(make_job(sys.argv[1]).open(sys.argv[2])); next(read)\n"
        "print(foreign._running[0]._pid, flush=True); time.sleep(60)"
    )
    path = rows(tmp_path / "r.csv", 30_000)
    parent = subprocess.Popen([sys.executable, "-c", code, form, str(path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while pid and Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_limits_of_the_environment_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "memory=1000, columns=5")
    assert bounds() == Bounds(memory=1000, columns=5)
    for wrong in ("memory", "memory=", "memory=-1", "memory=0", "nothing=3", "memory=1e9", "memory=99999999999999"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(UsageError):
            bounds()


def test_threads_are_no_obstacle(form: str, tmp_path: Path, fresh: None) -> None:
    stop = threading.Event()
    waiting = threading.Thread(target=stop.wait)
    waiting.start()
    try:
        assert codes(form, book(tmp_path / "x.xlsx", cell("A2", "x"))) == []
    finally:
        stop.set()
        waiting.join()

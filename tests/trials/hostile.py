"""A batch of which every tenth record is hostile: the others get their documents, and kills change nothing."""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generator.batch import FAILED, MANIFEST

ROOT = Path(__file__).parents[2]
FORM = "closure-report"
Line = Callable[[dict[str, Any]], str]


def _with(**values: Any) -> Line:
    return lambda record: json.dumps({**record, **values}, ensure_ascii=False)


def _raw(text: str) -> Line:
    return lambda record: json.dumps(record, ensure_ascii=False).replace("张", text, 1) if text else text


REFUSED: tuple[Line, ...] = (
    _with(customer_name="\ufeff甲公司"),
    _with(customer_name="甲\x01公司"),
    _with(customer_name="甲\uffff公司"),
    _with(customer_name="甲\u2065公司"),
    lambda record: json.dumps({**record, "customer_name": "甲\ud800"}),
    _with(customer_name="字" * 100_001),
    _with(customer_name=["甲"]),
    _with(customer_name={"a": {"b": 1}}),
    _with(reported_at="2024-13-45"),
    _with(reported_at=["2024-05-01"]),
    _with(没有的一项="x"),
    _with(**{f"k{n}": n for n in range(3_000)}),
    lambda record: "{" + '"a":{' * 3_000,
    lambda record: "[" * 100_000,
    lambda record: json.dumps(record)[:-7],
    lambda record: '{"customer_name": 1, "customer_name": 2}',
    lambda record: '{"customer_name": 1e999999}',
    lambda record: '{"customer_name": NaN}',
    lambda record: '{"customer_name": ' + "9" * 5_000 + "}",
    lambda record: '"a text"',
    lambda record: "\x00\x01\x02",
    lambda record: "{}",
)
"""Lines that can't become a document in any format, each of a kind of its own."""

TAKEN: tuple[Line, ...] = (
    _with(customer_name="Z\u0301\u0323\u0304" * 5),
    _with(customer_name="中\U000e0100\u3164\U000e0041公司"),
    _with(problem_summary="a" * 900),
    _with(problem_summary="）" * 900),
    _with(customer_name="=cmd|'/c calc'!A1"),
    _with(customer_name="{{ 7*7 }}{% raw %}<script>&lt;"),
    _with(customer_name="\u202e甲公司\u200b"),
    _with(customer_name='#eval("x") $a$ *b* \\ ]'),
    _with(customer_name="../../etc/passwd"),
    _with(customer_name="👩\u200d👩\u200d👧"),
)
"""Records that look hostile and are none: they are printed as they are."""


def lines(count: int) -> Iterator[tuple[str, bool]]:
    """Yield the lines of so many records, and whether each can become documents: every tenth can't."""
    plain = json.loads((ROOT / "samples" / FORM / "ordinary.json").read_text(encoding="utf-8"))
    for n in range(count):
        record = {**plain, "report_no": f"GB2024-{n:05}"}
        if n % 10 == 7:
            yield REFUSED[n // 10 % len(REFUSED)](record), False
        elif n % 10 == 3:
            yield TAKEN[n // 10 % len(TAKEN)](record), True
        else:
            yield json.dumps(record, ensure_ascii=False), True


def write(path: Path, count: int) -> int:
    """Write the records, and return how many of them can become documents."""
    good = 0
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for line, is_good in lines(count):
            file.write(line + "\n")
            good += is_good
    return good


def command(source: Path, out: Path, formats: str, engine: str, *more: str) -> list[str]:
    """Return the command that makes the batch."""
    words = [sys.executable, "-m", "generator", "batch", FORM, str(source), "-o", str(out), "-f", formats]
    return [*words, *(["--pdf-engine", engine] if "pdf" in formats else []), *more]


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by name, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def run(
    source: Path, out: Path, formats: str, engine: str, kills: int = 0, seed: int = 1
) -> subprocess.CompletedProcess[str]:
    """Make the batch; `kills` times it is killed at some moment, with all its processes, and then goes on."""
    chance = random.Random(seed)  # not for secrets
    done = 0
    while done < kills:
        process = subprocess.Popen(
            command(source, out, formats, engine, "--resume"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.8, 2.5))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done += 1
    return subprocess.run(
        command(source, out, formats, engine, "--resume"), capture_output=True, text=True, check=False, timeout=3600
    )


def verdict(out: Path, good: int, count: int, formats: str) -> list[str]:
    """Return what isn't as it must be."""
    failed = (out / FAILED).read_bytes().splitlines()
    made = [name for name in contents(out) if name not in (FAILED, MANIFEST)]
    wrong = []
    if len(failed) != count - good:
        wrong.append(f"{len(failed)} faulty records, not {count - good}")
    if len(made) != good * len(formats.split(",")):
        wrong.append(f"{len(made)} files, not {good * len(formats.split(','))}")
    codes = {fault["code"] for line in failed for fault in json.loads(line)["faults"]}
    if codes & {"E-internal", "E-record-failed", "E-worker-died", "E-unset"}:
        wrong.append(f"codes {sorted(codes)}")
    return wrong


def differences(calm: dict[str, bytes], killed: dict[str, bytes]) -> list[str]:
    """Return the files in which a folder isn't what it would be without kills."""
    return [f"{name} differs" for name in sorted(calm.keys() | killed.keys()) if calm.get(name) != killed.get(name)][:9]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this trial."""
    parser.add_argument("--records", type=int, default=1_000)
    parser.add_argument("--formats", default="docx,xlsx,pdf")
    parser.add_argument("--engine", default="typst")
    parser.add_argument("--kills", type=int, default=3)


def main(given: argparse.Namespace) -> int:
    """Run the trial and tell what came of it."""
    folder = Path(tempfile.mkdtemp(prefix="trial-"))
    try:
        source = folder / "records.jsonl"
        good = write(source, given.records)
        began = time.monotonic()
        done = run(source, folder / "calm", given.formats, given.engine)
        wrong = verdict(folder / "calm", good, given.records, given.formats)
        print(f"{given.records} records, {good} made, in {time.monotonic() - began:.0f} s, exit {done.returncode}")
        run(source, folder / "killed", given.formats, given.engine, given.kills)
        wrong += differences(contents(folder / "calm"), contents(folder / "killed"))
        print(f"killed {given.kills} times: {wrong or 'the same folder'}")
        return 1 if wrong or done.returncode != 1 else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)

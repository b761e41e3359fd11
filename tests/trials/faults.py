"""`faults`: every call that reaches the file system fails once, with each of several errors, while a command works.

First the command runs undisturbed and its calls are counted; then it runs once for each call and error, on a fresh
copy of what was there, with that call failing: alone, or (`ENOSPC lasting`) with every later one that needs room, or
(`short`) after half of a write. What must hold then: the command has failed with a coded fault, or its result is whole;
what was there before is there unchanged, or all of the new; nothing half-written is left, nothing personal told. A
batch that has ended so is then resumed, and must become what an undisturbed one is, byte for byte.

Documents are made once and then written again in the same pieces, so that thousands of runs take a minute or two.
"""

import argparse
import errno
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch

from generator import api, spool, unfinished
from generator.document import Document
from generator.writers import WritingOptions
from tests.batch.conftest import FORM, faulty, reports, write_lines
from tests.trials.command import SAMPLES, Done, files, run
from tests.trials.file_layer import Layer, installed

ERRORS = (errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EROFS, errno.EINTR)
UNTOLD = {"E-internal", "E-record-failed"}
SECRETS = ("A公司A", "A公司B", "陈静", "王强", "赵*", "订单状态")
_PIECE = 1 << 13


@dataclass(frozen=True)
class Disturbance:
    """How calls fail."""

    error: int
    lasting: bool = False
    short: bool = False

    def __str__(self) -> str:
        marks = (" lasting" if self.lasting else "") + (" short" if self.short else "")
        return f"{errno.errorcode[self.error]}{marks}"


DISTURBANCES = (
    *(Disturbance(error) for error in ERRORS),
    Disturbance(errno.ENOSPC, lasting=True),
    Disturbance(errno.ENOSPC, lasting=True, short=True),
)


@dataclass(frozen=True)
class Scenario:
    """A command over a folder: what is there first, and whether what it leaves can be gone on with."""

    name: str
    arguments: tuple[str, ...]
    prepare: Callable[[Path], None]
    resumes: bool = False


@dataclass
class Findings:
    """What was seen."""

    runs: int = 0
    whole: Counter[str] = field(default_factory=Counter)
    """Calls whose failure was passed over: the result was whole."""

    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def _record(folder: Path) -> None:
    shutil.copy(SAMPLES / FORM / "ordinary.json", folder / "record.json")


def _old_files(folder: Path) -> None:
    _record(folder)
    (folder / "out").mkdir()
    for format in ("docx", "xlsx", "pdf"):
        (folder / "out" / f"{FORM}-BG20231017-001.en.{format}").write_bytes(b"old")


def _register(folder: Path) -> None:
    shutil.copy(SAMPLES / "issue-tracker" / "ordinary.json", folder / "record.json")


def _case(folder: Path) -> None:
    _record(folder)
    entry = {"form": FORM, "record": json.loads((folder / "record.json").read_text(encoding="utf-8"))}
    content = {"$schema": "urn:biaodan:case", "records": [entry]}
    (folder / "case.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _batch(folder: Path) -> None:
    write_lines(folder / "records.jsonl", reports(12))


def _batch_with_a_fault(folder: Path) -> None:
    records = reports(4)
    write_lines(folder / "records.jsonl", [*records[:2], faulty(records[2]), records[3]])


_RENDER = ("render", FORM, "record.json", "-o", "out/", "--lang", "en")
_BATCH = ("batch", FORM, "records.jsonl", "-o", "out", "-f", "docx,xlsx", "--jobs", "1", "--lang", "en")

SCENARIOS = (
    Scenario("render", _RENDER, _record),
    Scenario("render --force", (*_RENDER, "--force"), _old_files),
    Scenario("register", ("render", "issue-tracker", "record.json", "-o", "r.xlsx", "--lang", "en"), _register),
    Scenario("case new", ("case", "add", "new/case.json", FORM, "record.json", "--lang", "en"), _record),
    Scenario("case add", ("case", "add", "case.json", FORM, "record.json", "--lang", "en"), _case),
    Scenario("batch", _BATCH, _batch, resumes=True),
    Scenario("batch, one faulty", _BATCH, _batch_with_a_fault, resumes=True),
)


# --- a run ---


def _remembering() -> Callable[..., Callable[[Document, BinaryIO], None]]:
    """Return what gives writers that make a document once, and from then on write it from memory."""
    real, kept = api.writer, dict[Any, bytes]()

    def writer(name: str, options: WritingOptions | None = None) -> Callable[[Document, BinaryIO], None]:
        def write(document: Document, out: BinaryIO) -> None:
            key = (name, document.form, document.reference)
            if key not in kept:
                buffer = BytesIO()
                real(name, options)(document, buffer)
                kept[key] = buffer.getvalue()
            for at in range(0, len(kept[key]), _PIECE):
                out.write(kept[key][at : at + _PIECE])

        return write

    return writer


@contextmanager
def _prepared() -> Iterator[None]:
    """Let documents be remembered, and spools be files, and restore what trials change."""
    before, kept = Path.cwd(), tempfile.tempdir
    with ExitStack() as changes:
        changes.enter_context(patch.object(api, "writer", _remembering()))
        changes.enter_context(patch.multiple(spool, IN_MEMORY=1, _BLOCK=1))
        changes.enter_context(patch.object(sys, "unraisablehook", _ignored))
        changes.enter_context(patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "1700000000"}))
        for name in ("BIAODAN_LANG", "BIAODAN_DEBUG"):
            os.environ.pop(name, None)
        try:
            yield
        finally:
            os.chdir(before)
            tempfile.tempdir = kept


def _ignored(event: Any) -> None:
    """A file that can't be closed is told of by Python where nobody holds it any more."""


def _fresh(root: Path, scenario: Scenario) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    for name in ("work", "tmp"):
        (root / name).mkdir(parents=True)
    os.chdir(root / "work")
    tempfile.tempdir = str(root / "tmp")
    scenario.prepare(root / "work")
    unfinished._swept.clear()
    return root / "work"


def _count(root: Path, scenario: Scenario) -> tuple[list[str], Done, dict[str, bytes | None]]:
    """Return the calls of an undisturbed run, what came of it, and what it left."""
    _fresh(root, scenario)
    run(*scenario.arguments)  # what a process loads once
    work = _fresh(root, scenario)
    with installed(Layer(root)) as layer:
        done = run(*scenario.arguments)
    return layer.calls, done, files(work)


# --- what must hold ---


def _judged(scenario: Scenario, done: Done, before: Any, after: Any, whole: Any) -> Iterator[str]:
    """Yield what is wrong after a run with a fault in it."""
    said = done.out + done.err
    if "Traceback" in said or UNTOLD & set(done.codes):
        yield f"told badly: {done.err.strip()[-200:]}"
    yield from (f"a value was told: {secret}" for secret in SECRETS if secret in said)
    if done.code not in (0, 1, 2, 3) or (done.code and not done.codes):
        yield f"exit {done.code} with {done.codes}"
    yield from _of_batch(before, after, whole) if scenario.resumes else _of_files(done, before, after, whole)


def _of_files(done: Done, before: Any, after: Any, whole: Any) -> Iterator[str]:
    wanted = before if done.code else whole
    if after != wanted:
        differ = sorted(name for name in {*after, *wanted} if after.get(name, b"-") != wanted.get(name, b"-"))
        yield f"exit {done.code}, but other than it should be: {differ}"


def _of_batch(before: Any, after: Any, whole: Any) -> Iterator[str]:
    """Yield what is wrong with the folder of a batch: part of the whole, each record in all of its formats or none."""
    documents = {name: content for name, content in after.items() if name.endswith((".docx", ".xlsx"))}
    yield from (f"not whole: {name}" for name, content in documents.items() if whole.get(name) != content)
    twos = Counter(name.rpartition(".")[0] for name in documents)
    yield from (f"one format of two: {name}" for name, count in twos.items() if count != 2)
    yield from (f"left: {name}" for name in after if name.endswith(".part"))
    if any(after.get(name) != content for name, content in before.items()):
        yield "the source was changed"
    name = "out/manifest.jsonl"
    lines = (after.get(name) or b"").rpartition(b"\n")[0]
    if not whole[name].startswith(lines):
        yield "the manifest isn't the beginning of the whole one"


def _resumed(scenario: Scenario, work: Path, undisturbed: Done, whole: Any) -> Iterator[str]:
    unfinished._swept.clear()
    done = run(*scenario.arguments, "--resume")
    if done.code != undisturbed.code:
        yield f"resuming ends with {done.code}: {done.err.strip()[-200:]}"
    after = files(work)
    if after != whole:
        differ = sorted(name for name in {*after, *whole} if after.get(name, b"-") != whole.get(name, b"-"))
        yield f"resumed, it differs: {differ}"


def _try(
    root: Path, scenario: Scenario, layer: Layer, undisturbed: Done, whole: Any, found: Findings, name: str
) -> bool:
    """Run once with a fault; False where the fault was never met."""
    work = _fresh(root, scenario)
    before = files(work)
    with installed(layer):
        done = run(*scenario.arguments)
    if not layer.failed:
        return False
    found.runs += 1
    found.codes.update(set(done.codes) or {"none"})
    after, code = files(work), undisturbed.code
    if done.code == code and not (set(done.codes) - set(undisturbed.codes)) and _alike(after, whole):
        found.whole[layer.failed] += 1
        wrong = [] if after == whole or layer.failed.startswith("unlink") else ["something is left"]
    else:
        wrong = list(_judged(scenario, done, before, after, whole))
    wrong += [f"left: {path.name}" for path in (root / "tmp").iterdir()]
    if scenario.resumes:
        wrong += _resumed(scenario, work, undisturbed, whole)
    found.wrong += [f"{scenario.name}: {name}, call {layer.at} ({layer.failed}): {one}" for one in wrong]
    return True


def _alike(after: Any, whole: Any) -> bool:
    return {n: c for n, c in after.items() if not n.endswith((".part", ".lock"))} == whole


def trial(scenario: Scenario, disturbances: tuple[Disturbance, ...], every: int = 1) -> Findings:
    """Return what was seen of a command with each of its calls failing, or each n-th."""
    found = Findings()
    with tempfile.TemporaryDirectory() as folder, _prepared():
        root = Path(folder).resolve() / "root"
        calls, undisturbed, whole = _count(root, scenario)
        for disturbance in disturbances:
            at = 1
            while at <= len(calls) + 50:
                layer = Layer(root, at, disturbance.error, disturbance.lasting, disturbance.short)
                if not _try(root, scenario, layer, undisturbed, whole, found, str(disturbance)):
                    break
                at += every
        print(f"{scenario.name}: {len(calls)} calls, {found.runs} runs, {sum(found.whole.values())} of them whole")
        print(f"  calls: {_shown(Counter(call.split()[0] for call in calls))}")
        print(f"  codes: {_shown(found.codes)}; passed over: {_shown(found.whole)}")
    return found


def _shown(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of the trial."""
    parser.add_argument("--only", default="", help="scenarios whose names hold this")
    parser.add_argument("--every", type=int, default=1, help="let each n-th call fail (1)")
    parser.add_argument("--shown", type=int, default=40, help="findings that are printed (40)")


def main(options: argparse.Namespace) -> int:
    """Run the trial; 1 where something doesn't hold."""
    runs, wrong = 0, list[str]()
    for scenario in SCENARIOS:
        if options.only in scenario.name:
            found = trial(scenario, DISTURBANCES, options.every)
            runs, wrong = runs + found.runs, wrong + found.wrong
    for line in wrong[: options.shown]:
        print(f"  WRONG {line}")
    print(f"faults: {runs} runs with a fault in them, {len(wrong)} findings")
    return 1 if wrong else 0

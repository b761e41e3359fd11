"""A process in which a reader is tried, input after input, under limits; its parent sees over what it ended."""

import json
import mmap
import os
import random
import resource
import shutil
import signal
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from traceback import walk_tb
from typing import NoReturn

from generator.errors import BiaodanError, Fault
from tests.trials.fuzzing.readers import READERS, Reader
from tests.trials.fuzzing.seeds import CANARY, Seed

SECONDS = 10
MEMORY = 512
ADDRESSES = 1536
"""Seconds and MB that an input may take, and MB of addresses that the process may have at all."""

_MOST_FAULTS = 2000
_SHOWN = 200
_NEVER = ("E-internal", "E-record-failed", "E-machine", "E-read-time")
_AT = struct.Struct("<qqd")


@dataclass
class Tally:
    """What came of a run."""

    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    codes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """Findings by kind."""


_MOST_BYTES = 4 << 20


class Inputs:
    """The inputs of a reader, by number: the first are the seeds, unchanged."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.seed, self.reader = name, seed, READERS[name]
        self.seeds = list(self.reader.seeds())

    def __getitem__(self, number: int) -> Seed:
        if number < len(self.seeds):
            return self.seeds[number]
        chance = random.Random(f"{self.seed} {self.name} {number}")
        one, other = chance.choice(self.seeds), chance.choice(self.seeds)
        content = self.reader.change(one.content, chance, self.reader.tokens, other.content)
        return Seed(one.form, content[:_MOST_BYTES])


def read_one(reader: Reader, given: Seed, folder: Path) -> tuple[list[Fault], str]:
    """Return the faults of an input, and what is wrong with how it ended; nothing where it ended in an orderly way."""
    path = folder / f"input{reader.suffix}"
    path.write_bytes(given.content)
    faults: list[Fault] = []
    try:
        faults += islice(reader.read(given.form, path), _MOST_FAULTS)
    except BiaodanError as error:
        faults += error.faults
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return faults, f"raised {type(error).__name__} {_where(error)}"
    return faults, _wrong(faults, reader)


def _where(error: BaseException) -> str:
    frames = [(str(f.f_globals.get("__name__")), line) for f, line in walk_tb(error.__traceback__)]
    ours = [f"{name}:{line}" for name, line in frames if name.startswith("generator.")]
    return ours[-1] if ours else "outside"


def _wrong(faults: Iterable[Fault], reader: Reader) -> str:
    for fault in islice(faults, _SHOWN):
        if fault.code in _NEVER:
            return f"{fault.code} {fault.params.get('what', '')} {fault.params.get('where', '')}".strip()
        text = fault.text("zh-Hans") + fault.text("en")
        if reader.holds_values and CANARY in text:
            return f"value told {fault.code}"
        if len(text) > _LONGEST:
            return f"long sentence {fault.code}"
        text.encode()
    return ""


_LONGEST = 10_000


# --- the process ---


def _be_tried(inputs: Inputs, number: int, until: float, at: mmap.mmap, folder: Path) -> NoReturn:
    """Try inputs until the time is up or one is a finding, which the last line of `told` names."""
    told: dict[str, object] = {"kind": ""}
    codes: Counter[str] = Counter()
    code = 0
    try:
        _settle(folder)
        began = [0, 0]
        while time.monotonic() < until:
            _AT.pack_into(at, 0, number, began[1], max(_AT.unpack_from(at)[2], 0))
            kind, seconds, seen = _try(inputs, number, folder)
            began[1] += 1
            _AT.pack_into(at, 0, number, began[1], max(_AT.unpack_from(at)[2], seconds))
            codes.update(seen)
            if kind:
                told["kind"] = kind
                break
            number += 1
    except BaseException as error:
        told["kind"] = f"the trial itself: {type(error).__name__}: {error} {_where(error)}"
        code = 1
    (folder / "told").write_text(json.dumps({**told, "codes": codes}), encoding="utf-8")
    with suppress(Exception):
        from generator.records import foreign

        foreign._end()
    os._exit(code)


def _settle(folder: Path) -> None:
    os.environ["TMPDIR"] = str(folder / "tmp")
    (folder / "tmp").mkdir(exist_ok=True)
    import tempfile

    tempfile.tempdir = None
    heard = os.open(folder / "heard", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(heard, stream)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES << 20, ADDRESSES << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _try(inputs: Inputs, number: int, folder: Path) -> tuple[str, float, set[str]]:
    given = inputs[number]
    _forget_memory()
    signal.alarm(SECONDS)
    began = time.monotonic()
    faults, kind = read_one(inputs.reader, given, folder / "in")
    seconds = time.monotonic() - began
    signal.alarm(0)
    return kind or _traces(folder), seconds, {fault.code for fault in faults[:_SHOWN]} or {"fine"}


def _traces(folder: Path) -> str:
    """Return what an input has left behind that it shouldn't have: words, files, memory taken."""
    sys.stdout.flush()
    sys.stderr.flush()
    if (folder / "heard").stat().st_size:
        return "printed"
    if left := sorted(path.name for path in (folder / "tmp").iterdir()):
        return f"left {len(left)} files"
    if any(path.suffix == ".part" or path.name.startswith(".biaodan") for path in (folder / "in").rglob("*")):
        return "left half a file"
    return "memory" if _most_memory() > MEMORY else ""


def _forget_memory() -> None:
    """Let the most memory that was held be what is held now: making an input may have taken more."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _most_memory() -> int:
    """Return the most MB that this process, or one that it waited for, has held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) >> 10


# --- its parent ---


def run(inputs: Inputs, seconds: float, folder: Path, begin: int = 0) -> Iterator[tuple[int, str, Tally]]:
    """Try inputs for so many seconds; yield the number and kind of each finding with what has come so far."""
    at, tally, began = mmap.mmap(-1, mmap.PAGESIZE), Tally(), time.monotonic()
    number, until = begin, began + seconds
    yield -1, "", tally
    while time.monotonic() < until:
        _AT.pack_into(at, 0, number, 0, 0.0)
        status = _child(inputs, number, until, at, folder)
        number, done, slowest = _AT.unpack_from(at)
        kind = _told(folder, tally) if status in (0, 1) else _death(status)
        tally.inputs += done + (status < 0)
        tally.slowest, tally.seconds = max(tally.slowest, slowest), time.monotonic() - began
        if kind:
            tally.kinds[kind] += 1
            yield number, kind, tally
        number += 1


def _child(inputs: Inputs, number: int, until: float, at: mmap.mmap, folder: Path) -> int:
    for name in ("in", "tmp"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    (folder / "told").unlink(missing_ok=True)
    pid = os.fork()
    if not pid:
        _be_tried(inputs, number, until, at, folder)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _told(folder: Path, tally: Tally) -> str:
    told = json.loads((folder / "told").read_text(encoding="utf-8"))
    tally.codes.update(told["codes"])
    return str(told["kind"])


def _death(status: int) -> str:
    if status == -signal.SIGALRM:
        return f"more than {SECONDS} s"
    return f"ended by {signal.Signals(-status).name}" if status < 0 else f"ended with {status}"

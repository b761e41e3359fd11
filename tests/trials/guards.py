"""Each guard taken out once, in a copy of the package: a test that is named for it must fail then.

`guards.toml` lists them: a file, a text that stands in it once, what stands there instead, and the tests that notice.
Run as `python -m tests.trials.guards`; `--only NAME` tries those whose names begin so, `--list` names them all.

Linux only: runs have a limit of memory, and are ended with all that they have started.
"""

import argparse
import os
import queue
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("guards.toml")
COPIED = ("generator", "schemas", "templates", "samples", "tests", "docs", "pyproject.toml")
PATIENCE = 120
"""Seconds after which a run without its guard counts as noticed: it runs wild."""

_MEMORY = 6 << 30
_PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-x", "-q", "--tb=no")


@dataclass(frozen=True)
class Guard:
    """A guard: where it stands, what is there without it, and the tests that notice, as pytest takes them."""

    name: str
    file: str
    text: str
    instead: str
    tests: str
    patience: float = PATIENCE

    def fault(self, root: Path) -> str:
        """Return what is wrong with the entry itself; nothing where the text stands exactly once in its file."""
        path = root / self.file
        count = path.read_text(encoding="utf-8").count(self.text) if path.is_file() else 0
        return "" if count == 1 else f"the text stands {count} times in {self.file}"

    def take_out(self, copy: Path) -> str:
        """Take the guard out of a copy of the package, and return what the file was before."""
        path = copy / self.file
        whole = path.read_text(encoding="utf-8")
        _write(path, whole.replace(self.text, self.instead))
        return whole


@dataclass(frozen=True)
class Result:
    """What became of a guard: whether a test failed without it, in how many seconds, and pytest's last line."""

    guard: Guard
    noticed: bool
    seconds: float
    line: str


def guards(path: Path = LIST) -> list[Guard]:
    """Return the guards of a list."""
    return [Guard(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["guard"]]


def _write(path: Path, text: str) -> None:
    """Write a source file so that no bytecode of its older texts is taken for it."""
    path.write_text(text, encoding="utf-8")
    for kept in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        kept.unlink(missing_ok=True)


def copied(folder: Path, name: str) -> Path:
    """Return a new copy of everything that the tests need."""
    copy = folder / name
    copy.mkdir()
    for part in COPIED:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / part).exists():
            shutil.copy2(ROOT / part, copy / part)
    return copy


def _limited() -> None:
    """Keep what runs wild from taking the whole machine's memory."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def tried(copy: Path, tests: Iterable[str], patience: float = PATIENCE) -> tuple[int, str]:
    """Run tests in a copy; return pytest's exit code, below 0 where it was ended, and its last line."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        [sys.executable, *_PYTEST, *tests],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_limited,
    )
    try:
        output, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        _end(process)
        return -1, "out of time"
    return process.returncode, (output.strip().splitlines() or [""])[-1]


def _end(process: "subprocess.Popen[str]") -> None:
    """End a run with all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def without(guard: Guard, copy: Path) -> Result:
    """Take a guard out of a copy, run its tests, and put it back."""
    began = time.monotonic()
    whole = guard.take_out(copy)
    try:
        code, line = tried(copy, shlex.split(guard.tests), guard.patience)
    finally:
        _write(copy / guard.file, whole)
    return Result(guard, code == 1 or code < 0, time.monotonic() - began, line)


def with_all(copy: Path, chosen: Sequence[Guard]) -> list[str]:
    """Run the tests of guards with nothing taken out; return the first line of those that fail even so."""
    found = [(tried(copy, run, 10 * PATIENCE), run) for run in _runs(chosen)]
    return [f"{' '.join(run)[:200]}: {line}" for (code, line), run in found if code]


def _runs(chosen: Sequence[Guard]) -> list[list[str]]:
    """Return the tests of guards in few runs: those named whole in one, the parts of each file in one more."""
    whole, parts = set[str](), dict[str, set[str]]()
    for guard in chosen:
        words = shlex.split(guard.tests)
        if "-k" in words:
            parts.setdefault(words[0], set()).add(f"({words[words.index('-k') + 1]})")
        else:
            whole.update(words)
    runs = [[file, "-k", " or ".join(sorted(some))] for file, some in parts.items() if file not in whole]
    return [sorted(whole), *runs] if whole else runs


def all_tried(chosen: Sequence[Guard], jobs: int, folder: Path) -> list[Result]:
    """Try guards, each in one of several copies, and tell of each as it is done."""
    copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for number in range(jobs):
        copies.put(copied(folder, f"copy{number}"))

    def one(guard: Guard) -> Result:
        copy = copies.get()
        try:
            result = without(guard, copy)
        finally:
            copies.put(copy)
        print(f"{'noticed' if result.noticed else 'UNNOTICED':9} {result.seconds:5.1f} s  {guard.name}", flush=True)
        return result

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, chosen))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this trial to a command line."""
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="guards whose names begin so")
    parser.add_argument("--list", action="store_true", help="name the guards and end")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="runs at a time")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.guards", description=__doc__)
    add_options(parser)
    return parser.parse_args(argv)


def main(given: argparse.Namespace | Sequence[str] | None = None) -> int:
    """Try the guards that options, read or as words, choose.

    Returns 0 where a test noticed the want of each, else 1, and 2 for a wrong list.
    """
    options = given if isinstance(given, argparse.Namespace) else _options(given)
    chosen = [g for g in guards() if not options.only or g.name.startswith(tuple(options.only))]
    wrong = [f"{guard.name}: {fault}" for guard in chosen if (fault := guard.fault(ROOT))]
    if wrong or not chosen:
        print("\n".join(wrong) or "no such guard")
        return 2
    if options.list:
        print("\n".join(f"{guard.name:32} {guard.file}" for guard in chosen))
        return 0
    with tempfile.TemporaryDirectory(prefix="guards-") as name:
        return _judged(chosen, options.jobs, Path(name))


def _judged(chosen: Sequence[Guard], jobs: int, folder: Path) -> int:
    began = time.monotonic()
    failing = with_all(copied(folder, "whole"), chosen)
    if failing:
        print("These tests fail with every guard in its place:", *failing, sep="\n")
        return 2
    results = all_tried(chosen, jobs, folder)
    missed = [result for result in results if not result.noticed]
    for result in missed:
        print(f"No test noticed that {result.guard.name} was gone: {result.guard.tests}: {result.line}")
    print(f"{len(results) - len(missed)} of {len(results)} guards noticed, in {time.monotonic() - began:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""`races`: two commands at once in one place, begun together but for a short delay that a seed gives.

`batch`: two runs in one folder, which is new, half done or done, with and without --resume and --force: who comes too
late is refused by a code, and the folder ends as one undisturbed run leaves it, or is left as it was. `render`: two
records of the same number into the same files: without --force one of them has all of the files and the other is told
E-exists; with it each file is whole and from one of them. `case`: two records added to one case file: both are there,
or one was refused by a code. `fonts`: two PDFs while there is no cache yet: both are right, and the cache is whole.

The commands are processes that were forked from this one when all was loaded, so that they meet where they write.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.batch.conftest import FORM, reports, write_lines
from tests.trials.command import Done, files, run

Words = tuple[str, ...]
REFUSALS = {"E-batch-locked", "E-batch-there", "E-batch-folder"}
_RECORDS = 6


@dataclass
class Findings:
    """What was seen: how often which pair of ends came, and what was wrong."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def at_once(commands: Sequence[Words], delays: Sequence[float], env: Mapping[str, str] | None = None) -> list[Done]:
    """Run commands in processes of their own, each begun after its delay in seconds, and return what came of them."""
    context = multiprocessing.get_context("fork")
    begin, processes = time.monotonic() + 0.01, []
    for words, delay in zip(commands, delays, strict=True):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_run_at, args=(begin + delay, words, dict(env or {}), theirs))
        process.start()
        processes.append((process, ours))
    done = [pipe.recv() for _, pipe in processes]
    for process, _ in processes:
        process.join()
    return done


def _run_at(when: float, words: Words, env: Mapping[str, str], told: Any) -> None:
    os.environ.update(env)
    time.sleep(max(0.0, when - time.monotonic()))
    try:
        told.send(run(*words))
    except BaseException as error:  # a traceback to a user
        told.send(Done(99, "", f"Traceback: {type(error).__name__} {error}"))


def _end(done: Done) -> str:
    return "done" if not done.code else ",".join(sorted(set(done.codes))) or f"exit {done.code}"


def _left(folder: Path) -> Iterator[str]:
    yield from (f"left: {name}" for name in files(folder) if name.endswith((".part", ".lock")))


# --- batch ---

_BATCH: Words = ("batch", FORM, "records.jsonl", "-o", "out", "-f", "docx", "--jobs", "1", "--lang", "en")
_FLAGS: tuple[Words, ...] = ((), (), ("--resume",), ("--force",))
_STATES = ("new", "half", "done")


def _batch(chance: random.Random, folder: Path, whole: Path) -> Iterator[str]:
    """Race two batches; yields how they ended, then what is wrong."""
    state = chance.choice(_STATES)
    write_lines(folder / "records.jsonl", reports(_RECORDS))
    if state != "new":
        shutil.copytree(whole, folder / "out")
    if state == "half":
        _halve(chance, folder / "out")
    before, flags = files(folder / "out"), [chance.choice(_FLAGS) for _ in range(2)]
    done = at_once([(*_BATCH, *words) for words in flags], [0, chance.random() * 0.07])
    yield f"{state}{['', *flags[0]][-1]}{['', *flags[1]][-1]}: {' + '.join(sorted(map(_end, done)))}"
    after = files(folder / "out")
    wanted = files(whole) if any(not one.code for one in done) else before
    yield from (f"other in the end: {name}" for name in {*after, *wanted} if after.get(name) != wanted.get(name))
    yield from (f"ended with {_end(one)}: {one.err[-200:]}" for one in done if one.code and set(one.codes) - REFUSALS)
    yield from (f"refused with {one.code}" for one in done if one.code not in (0, 2))
    if state == "new" and all(one.code for one in done):
        yield "neither did the work"
    yield from _left(folder)


def _halve(chance: random.Random, out: Path) -> None:
    """Leave a folder as a run that was killed does: its manifest is torn, and some files aren't named there."""
    lines = (out / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[: chance.randrange(1, len(lines) - 1)])
    (out / "manifest.jsonl").write_bytes(kept + lines[-2][: chance.randrange(20)])
    for path in out.glob("*.docx"):
        if path.name.encode() not in kept and chance.random() < 0.5:
            path.unlink()


# --- render ---


def _render(chance: random.Random, folder: Path, whole: Path) -> Iterator[str]:
    """Race two records of the same number into the same files."""
    records = [{**one, "root_cause": text} for one, text in zip(reports(1) * 2, ("原因甲", "原因乙"), strict=True)]
    for n, record in enumerate(records):
        (folder / f"{n}.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    flags = [chance.choice(((), ("--force",))) for _ in range(2)]
    words = [("render", FORM, f"{n}.json", "-f", "docx,xlsx", "--lang", "en", "-o") for n in range(2)]
    apart = [_made(whole, n, (*words[n], str(whole / str(n))), folder) for n in range(2)]
    done = at_once([(*words[n], "out/", *flags[n]) for n in range(2)], [0, chance.random() * 0.05])
    after = files(folder / "out")
    of = sorted(n for name in after for n in range(2) if apart[n][name] == after[name])
    shown = "mixed" if of == [0, 1] else "one record's"
    yield f"{' '.join(sorted(map(' '.join, flags)))}: {' + '.join(sorted(map(_end, done)))}, {shown}"
    if len(of) != len(apart[0]):
        yield "not all of the files, or not whole"
    if not any(flags) and (sorted(map(_end, done)) != ["E-exists", "done"] or shown == "mixed"):
        yield f"{shown}, ended with {[_end(one) for one in done]}"
    yield from (f"ended with {_end(one)}" for one in done if _end(one) not in ("done", "E-exists"))
    yield from (f"{_end(done[n])} in spite of --force" for n in range(2) if flags[n] and done[n].code)
    yield from _left(folder)


def _made(whole: Path, n: int, words: Words, folder: Path) -> dict[str, Any]:
    if not (whole / str(n)).exists():
        assert run(*words).code == 0
    return files(whole / str(n))


# --- case ---


def _case(chance: random.Random, folder: Path, whole: Path) -> Iterator[str]:
    """Race two records into one case file, which is there or not."""
    for n, record in enumerate(reports(3)):
        (folder / f"{n}.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    words = [("case", "add", "case.json", FORM, f"{n}.json", "--lang", "en") for n in range(3)]
    numbers = {"GB2024-00001", "GB2024-00002"}
    if chance.random() < 0.5:
        assert run(*words[2]).code == 0
        numbers.add("GB2024-00003")
    done = at_once(words[:2], [0, chance.random() * 0.03])
    yield " + ".join(sorted(map(_end, done)))
    entries = json.loads((folder / "case.json").read_text(encoding="utf-8"))["records"]
    found = {entry["record"]["report_no"] for entry in entries}
    lost = {f"GB2024-{n + 1:05}" for n in range(2) if not done[n].code} - found
    if lost or len(entries) != len(found) or found - numbers:
        yield f"{len(found)} records are there, {len(lost)} were lost"
    yield from (f"ended with {_end(one)}" for one in done if set(one.codes) - {"E-case-locked"})
    yield from _left(folder)


# --- fonts ---


_ENGINES = ("typst", "weasyprint")


def _fonts(chance: random.Random, folder: Path, whole: Path) -> Iterator[str]:
    """Race two PDFs, while there is no cache of fonts yet."""
    write_lines(folder / "r.jsonl", reports(1))
    words = [("render", FORM, "r.jsonl", "-f", "pdf", "--lang", "en", "--pdf-engine", engine) for engine in _ENGINES]
    env = {"BIAODAN_CACHE": str(folder / "cache")}
    done = at_once([(*one, "-o", f"{n}/") for n, one in enumerate(words)], [0, chance.random() * 3], env)
    yield " + ".join(sorted(map(_end, done)))
    yield from (f"ended with {_end(one)}: {one.err[-200:]}" for one in done if one.code)
    made = files(folder)
    for n, one in enumerate(words):  # once more, with the cache that came of it, which stays as it is
        (again,) = at_once([(*one, "-o", f"again{n}/")], [0], env)
        name = f"{FORM}-GB2024-00001.en.pdf"
        if again.code or made.get(f"{n}/{name}") != files(folder).get(f"again{n}/{name}"):
            yield f"{one[-1]} comes to something else with the cache"
    kept = {name: content for name, content in files(folder).items() if name.startswith("cache")}
    if any(made.get(name) != content for name, content in kept.items() if "fonts-" in name):
        yield "the cache was mended"
    yield from _left(folder)


# --- all ---

RACES: Mapping[str, Callable[[random.Random, Path, Path], Iterator[str]]] = {
    "batch": _batch,
    "render": _render,
    "case": _case,
    "fonts": _fonts,
}


def trial(name: str, rounds: int, seed: int) -> Findings:
    """Run a race so many times, and return what was seen."""
    found = Findings()
    kept, place = Path.cwd(), Path(tempfile.mkdtemp()).resolve()
    with patch.dict(os.environ, {"SOURCE_DATE_EPOCH": "1700000000"}):
        try:
            _undisturbed(place) if name == "batch" else (place / "whole").mkdir()
            for n in range(rounds):
                folder = place / str(n)
                folder.mkdir()
                os.chdir(folder)
                end, *wrong = RACES[name](random.Random(f"{seed} {name} {n}"), folder, place / "whole")
                found.ends[end] += 1
                found.wrong += [f"{name} {n}, {end}: {one}" for one in wrong]
                shutil.rmtree(folder)
        finally:
            os.chdir(kept)
            shutil.rmtree(place)
    return found


def _undisturbed(place: Path) -> None:
    os.chdir(place)
    write_lines(place / "records.jsonl", reports(_RECORDS))
    assert run(*("whole" if word == "out" else word for word in _BATCH)).code == 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of the trial."""
    parser.add_argument("--only", default="", choices=["", *RACES], help="one of the races")
    parser.add_argument("--rounds", type=int, default=100, help="how often each is run (100; fonts a twentieth of it)")
    parser.add_argument("--seed", type=int, default=1, help="what delays and options come from (1)")


def main(options: argparse.Namespace) -> int:
    """Run the races; 1 where something doesn't hold."""
    wrong: list[str] = []
    for name in RACES:
        if options.only in ("", name):
            rounds = max(1, options.rounds // 20) if name == "fonts" else options.rounds
            found = trial(name, rounds, options.seed)
            wrong += found.wrong
            print(f"{name}: {rounds} races, {len(found.wrong)} findings")
            for end, count in sorted(found.ends.items()):
                print(f"  {count:4} {end}")
    for line in wrong[:40]:
        print(f"  WRONG {line}")
    print(f"races: {len(wrong)} findings")
    return 1 if wrong else 0

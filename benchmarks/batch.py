"""Batches: what two processes give over one, memory and rate from end to end, three formats, and twenty kills."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Options, count_shown, limit_line, markdown, shown
from benchmarks.subject import POOL, report

WANTED_TWICE, WANTED_MEMORY, WANTED_DRIFT = 1.8, 300.0, 10.0
WANTED_MINUTES, ASKED = 12.0, 100_000
KILLS, SEED = 20, 1
GLANCE = 0.2
"""Seconds between looks at the memory of a run's processes."""

SETTLED = 1000
"""Records from which memory is looked at."""

_FORMATS = "docx,xlsx"


@dataclass(slots=True)
class Story:
    """A run as seen from outside: seconds, moments at which so many records were done, most memory of any process."""

    seconds: float = 0.0
    progress: list[tuple[float, int]] = field(default_factory=list)
    memory: float = 0.0

    def rate(self, start: float, end: float, records: int) -> float:
        """Return records a second between two shares of the run."""
        first = next(at for at in self.progress if at[1] >= start * records)
        last = next(at for at in self.progress if at[1] >= end * records)
        return (last[1] - first[1]) / (last[0] - first[0]) if last[0] > first[0] else 0.0


def write_records(path: Path, count: int) -> None:
    """Write so many records of the report, each with a number of its own."""
    pool = report().records(POOL)
    key = _number_key(pool[0])
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            file.write(json.dumps({**pool[n % POOL], key: f"GB{n:08}"}, ensure_ascii=False) + "\n")


def _number_key(record: dict[str, object]) -> str:
    """Return the key under which a record has its number."""
    from generator.catalogue import Catalogue
    from generator.records.names import find_path

    form = Catalogue().form(report().form)
    return next(name for name in record if (path := find_path(form.root, name)) and path[-1].pointer == form.identity)


def command(source: Path, out: Path, *more: str) -> list[str]:
    """Return the command of a batch."""
    return [sys.executable, "-m", "generator", "batch", report().form, str(source), "-o", str(out), *more]


def told(source: Path, out: Path, *more: str) -> Story:
    """Run a batch to its end, and return what was seen of it."""
    story, begun = Story(), time.perf_counter()
    run = subprocess.Popen(
        [*command(source, out, *more), "--json"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert run.stdout is not None
    looked = 0.0
    for line in run.stdout:
        event = json.loads(line)
        if event["event"] != "progress":
            continue
        now = time.perf_counter() - begun
        story.progress.append((now, event["done"]))
        if event["done"] >= SETTLED and now - looked > GLANCE:
            looked = now
            story.memory = max(story.memory, *resident(run.pid))
    if run.wait():
        raise RuntimeError(f"the run ended with {run.returncode}")
    story.seconds = time.perf_counter() - begun
    return story


def resident(session: int) -> list[float]:
    """Return the resident memory of every process of a session, in MiB."""
    found = [0.0]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            found.append(int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20))
    return found


def digest(folder: Path) -> str:
    """Return what stands for every file of a folder, the manifest with it, by name and content."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(folder).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def killed(source: Path, out: Path, whole: float) -> Iterator[float]:
    """Kill a run at seeded moments, going on with it each time; yield how long each part lived."""
    chance = random.Random(SEED)  # noqa: S311  # moments hold no secrets
    for _ in range(KILLS):
        run = subprocess.Popen(
            command(source, out, "-f", _FORMATS, "--resume"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        life = chance.uniform(0, 2 * whole / KILLS)
        time.sleep(life)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        yield life


def _speed(source: Path, folder: Path, records: int) -> Path:
    one = told(source, folder / "one", "-f", _FORMATS, "--jobs", "1")
    two = told(source, folder / "two", "-f", _FORMATS, "--jobs", "2")
    lines = [
        [f"{jobs} processes", shown(s.seconds), f"{records / s.seconds:.0f}", f"{s.memory:.0f}"]
        for jobs, s in ((1, one), (2, two))
    ]
    print(f"{count_shown(records)} reports, each as DOCX and XLSX.\n")
    print(markdown(["run", "time", "records a second", "most MiB of a process"], lines) + "\n")
    print(_at_least("two processes against one", one.seconds / two.seconds, WANTED_TWICE))
    print(limit_line("most memory of any process", max(one.memory, two.memory), WANTED_MEMORY, "MiB"))
    first, last = two.rate(0.01, 0.11, records), two.rate(0.89, 0.99, records)
    print(limit_line("rate of the last tenth below that of the first", 100 * (first - last) / first, WANTED_DRIFT, "%"))
    same = digest(folder / "one") == digest(folder / "two")
    print(f"limit same files and manifest by one and two processes: {'met' if same else 'short'}\n")
    shutil.rmtree(folder / "one")
    return folder / "two"


def _at_least(what: str, found: float, wanted: float) -> str:
    return f"ratio {what}: {found:.2f} (wanted {wanted:g}: {'met' if found >= wanted else 'short'})"


def _kills(source: Path, folder: Path, whole: Path, seconds: float) -> None:
    lives = list(killed(source, folder / "killed", seconds))
    subprocess.run(
        command(source, folder / "killed", "-f", _FORMATS, "--resume"), stdout=subprocess.DEVNULL, check=True
    )
    same = digest(folder / "killed") == digest(whole)
    print(f"Killed {len(lives)} times, whole process group, after {min(lives):.1f} to {max(lives):.1f} s each.\n")
    print(f"limit manifest and every file as in a run that nobody killed: {'met' if same else 'short'}\n")
    shutil.rmtree(folder / "killed")


def _three_formats(source: Path, folder: Path, records: int) -> None:
    story = told(source, folder / "three", "-f", "docx,xlsx,pdf", "--pdf-engine", "typst", "--jobs", "2")
    print(f"{count_shown(records)} reports, each as DOCX, XLSX and PDF (typst), by two processes:\n")
    planning, minutes = story.progress[0][0], story.seconds / records * ASKED / 60
    lines = [
        ["start and plan (one pass over the source)", shown(planning)],
        ["documents", shown(story.seconds - planning)],
        ["whole run", shown(story.seconds)],
    ]
    print(markdown(["part", "time"], lines) + "\n")
    print(limit_line(f"{count_shown(ASKED)} reports in three formats, at this rate", minutes, WANTED_MINUTES, "min"))
    print(limit_line("most memory of any process", story.memory, WANTED_MEMORY, "MiB") + "\n")
    shutil.rmtree(folder / "three")


def _parts(source: Path, folder: Path) -> None:
    """Print where a worker's time goes, of one record."""
    from generator.api import make_job, to_bytes
    from generator.batch.store import Folder
    from generator.writers import WritingOptions

    job, store = make_job(report().form), Folder(folder / "parts")
    with source.open(encoding="utf-8") as file:
        raws = [json.loads(line) for line, _ in zip(file, range(POOL), strict=False)]
    made = [next(iter(job.documents(job.source(raw)))).document for raw in raws]
    content, typst = to_bytes(made[0], "docx"), WritingOptions(engine="typst")
    work = {
        "judging and composing": lambda n: next(iter(job.documents(job.source(raws[n])))),
        "DOCX": lambda n: to_bytes(made[n], "docx"),
        "XLSX": lambda n: to_bytes(made[n], "xlsx"),
        "PDF by typst": lambda n: to_bytes(made[n], "pdf", typst),
        "storing three files": lambda n: store.put([(f"{n}.{k}", content) for k in range(3)]),
    }
    lines = []
    for name, do in work.items():
        for n in range(POOL // 4):
            do(n)
        begun = time.perf_counter()
        for n in range(POOL // 4, POOL):
            do(n)
        lines.append([name, shown((time.perf_counter() - begun) / (POOL - POOL // 4))])
    print("Where a worker's time goes, of one report:\n")
    print(markdown(["part", "time"], lines) + "\n")


def main(options: Options) -> None:
    """Print speed, memory and what kills cost; with --full for as many records as are asked for."""
    records = 400 if options.quick else ASKED if options.full else ASKED // 10
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        source = folder / "records.jsonl"
        write_records(source, records)
        _parts(source, folder)
        begun = time.perf_counter()
        whole = _speed(source, folder, records)
        _kills(source, folder, whole, (time.perf_counter() - begun) / 3)
        shutil.rmtree(whole)
        fewer = min(records, ASKED // 10)
        write_records(source, fewer)
        _three_formats(source, folder, fewer)

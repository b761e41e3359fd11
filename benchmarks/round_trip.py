"""Records drawn at random, of all forms and languages: written into forms to be filled in on screen, and read back.

How many come back otherwise than they were, by format; and how many a second are written, and read. With
`--libreoffice` each file is opened and saved by LibreOffice three times over before it is read.
"""

import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from benchmarks.measure import Options, count_shown, markdown
from generator import Catalogue
from generator.errors import BiaodanError
from generator.wording import LANGS
from samples.random_records import FULLEST, RandomRecords
from samples.round_trip import Difference, RoundTrip, spared_by

FORMATS = ("docx", "xlsx", "pdf")
"""Those that are read back."""

FIRST_SEED = 5_000_000
"""Other records than those of the tests."""

TIMES = 3
"""How often LibreOffice opens and saves a file."""

_TASK = 50
_SHOWN = 20
_WIDTH = 160


@dataclass(slots=True)
class Tally:
    """What came of some records."""

    count: int = 0
    bytes: int = 0
    writing: float = 0.0
    reading: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add what came of others."""
        self.count += other.count
        self.bytes += other.bytes
        self.writing += other.writing
        self.reading += other.reading
        self.wrong += other.wrong


@dataclass(frozen=True, slots=True)
class Trial:
    """A record, by its number: of a form, in a language, drawn from a seed; its file."""

    number: int
    trip: RoundTrip
    records: RandomRecords
    file: Path
    """Where its document is put."""

    def told(self, found: Sequence[Difference]) -> Iterator[str]:
        """Yield a line for each difference, with what makes it again."""
        name = f"{self.trip.form.id}, {self.trip.lang}, {self.trip.format}, record {self.number}"
        for one in found:
            yield f"{name}: {one.pointer}: {_short(one.written)} → {_short(one.read)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"


@cache
def _records(format: str) -> Sequence[RandomRecords]:
    return [RandomRecords(form, spared=spared_by(format)) for form in Catalogue(())]


@cache
def _trip(form: int, lang: str, format: str) -> RoundTrip:
    return RoundTrip(_records(format)[form].form, lang, format)


def _trial(number: int, format: str, folder: Path) -> Trial:
    records = _records(format)
    forms = len(records)
    lang = LANGS[number // forms % len(LANGS)]
    file = folder / f"{number}.{format}"
    return Trial(number, _trip(number % forms, lang, format), records[number % forms], file)


# --- a task: some records, one after another ---


def tried(numbers: range, format: str, libreoffice: bool) -> Tally:
    """Return what came of the records of some numbers."""
    with tempfile.TemporaryDirectory(prefix="round-trip-") as name:
        folder, tally, made = Path(name), Tally(), list[tuple[Trial, dict[str, object]]]()
        for number in numbers:
            trial = _trial(number, format, folder)
            record = _written(trial, tally)
            if record is not None:
                made.append((trial, record))
        if libreoffice:
            save_again([trial.file for trial, _ in made], format, folder)
        for trial, record in made:
            _read(trial, record, tally)
        return tally


def _written(trial: Trial, tally: Tally) -> dict[str, object] | None:
    drawn = trial.records.drawn(FIRST_SEED + trial.number, trial.number % FULLEST + 1)
    if drawn is None:
        tally.wrong += trial.told([Difference("", "", "no valid record was found")])
        return None
    start = time.perf_counter()
    try:
        content = trial.trip.written(drawn.raw)
    except BiaodanError as error:
        tally.wrong += trial.told([Difference("", "not written", str(error))])
        return None
    tally.writing += time.perf_counter() - start
    tally.bytes += len(content)
    trial.file.write_bytes(content)
    return drawn.record


def _read(trial: Trial, record: dict[str, object], tally: Tally) -> None:
    start = time.perf_counter()
    found = trial.trip.compared(record, trial.file)
    tally.reading += time.perf_counter() - start
    tally.count += 1
    tally.wrong += trial.told(found)
    trial.file.unlink(missing_ok=True)


def save_again(files: Sequence[Path], format: str, folder: Path) -> None:
    """Let LibreOffice open and save files three times over, each in its place."""
    profile, saved = (folder / "profile").as_uri(), folder / "saved"
    words = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", format]
    for _ in range(TIMES):
        subprocess.run([*words, "--outdir", str(saved), *map(str, files)], check=True, capture_output=True)
        for file in files:
            if (saved / file.name).exists():
                (saved / file.name).replace(file)


# --- all of them ---


def _numbers(count: int) -> Iterator[range]:
    for start in range(0, count, _TASK):
        yield range(start, min(start + _TASK, count))


def _tallies(count: int, format: str, options: Options) -> Iterable[Tally]:
    task = partial(tried, format=format, libreoffice=options.libreoffice)
    if options.jobs < 2:
        yield from map(task, _numbers(count))
        return
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        yield from pool.imap_unordered(task, _numbers(count))


def size(options: Options) -> int:
    """Return how many records of each format are tried."""
    return options.count or (165 if options.quick else 100_000 if options.full else 2_000)


def main(options: Options) -> None:
    """Print what came of the records; exit with 1 if one came back otherwise."""
    if options.libreoffice and not shutil.which("soffice"):
        raise SystemExit("LibreOffice isn't installed")
    rows, wrong, spent = [], Counter[str](), time.perf_counter()
    for format in options.formats or FORMATS:
        tally = Tally()
        for one in _tallies(size(options), format, options):
            for line in one.wrong[: max(0, _SHOWN - wrong[format])]:
                print(f"DIFFERS {line}", flush=True)
            wrong[format] += len(one.wrong)
            tally.add(one)
            if sys.stderr.isatty():
                print(f"\r{format} {count_shown(tally.count)}", end="", file=sys.stderr)
        rows.append(_row(format, tally))
    again = f", saved {TIMES} times by LibreOffice" if options.libreoffice else ""
    forms = len(Catalogue(()))
    print(f"{forms} forms, {len(LANGS)} languages, each record drawn from a seed of its own{again}.\n")
    print(markdown(["format", "examples", "differences", "written a second", "read a second", "bytes a file"], rows))
    print(f"\n{time.perf_counter() - spent:.0f} s by {max(1, options.jobs)} processes; a second is one process's.")
    if sum(wrong.values()):
        raise SystemExit(1)


def _row(format: str, tally: Tally) -> Sequence[str]:
    made = max(1, tally.count)
    speeds = [f"{made / seconds:.0f}" if seconds else "" for seconds in (tally.writing, tally.reading)]
    return [format, count_shown(tally.count), count_shown(len(tally.wrong)), *speeds, count_shown(tally.bytes // made)]

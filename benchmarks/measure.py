"""What all benchmarks share: contenders in processes of their own that take turns, and the tables that come of it."""

import gc
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROUND_SECONDS = 0.25
"""What a round of a quick contender takes: it makes as many pieces as fit."""

WARM_CALLS, WARM_SECONDS = 5, 1.0
_STATUS = Path("/proc/self/status")

Run = Callable[[int], int]
"""Makes the n-th piece and returns its bytes, or how many things it handled."""


class NotThereError(Exception):
    """A contender that can't run here, with the reason."""


@dataclass(frozen=True, slots=True)
class Options:
    """How thorough a run is. `quick`: small sizes, to see that all works; `full`: the largest sizes too.

    `pictures`: the folder that plots are put into; none are drawn without it. Of `round_trip`: the formats, how many
    records of each, by how many processes, and whether LibreOffice saves the files in between.
    Of `desk`: how long people work at it.
    """

    rounds: int = 15
    quick: bool = False
    full: bool = False
    pictures: Path | None = None
    formats: tuple[str, ...] = ()
    count: int = 0
    jobs: int = 1
    libreoffice: bool = False
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to the result. `make` is called once, in a process of its own, and returns what is timed.

    `most`: rounds that a slow one takes part in, 0 for all; `children`: the memory of its child processes counts.
    """

    name: str
    make: Callable[..., Run]
    args: tuple[Any, ...] = ()
    most: int = 0
    children: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds a piece, one figure a round; bytes of the last piece; peak memory in MiB; why there is nothing."""

    name: str
    times: tuple[float, ...] = ()
    size: int = 0
    memory: float = 0.0
    absent: str = ""

    @property
    def median(self) -> float:
        """Return the median of the rounds, in seconds a piece."""
        return statistics.median(self.times) if self.times else 0.0


# --- processes ---


def peak_memory(children: bool = False) -> float:
    """Return the most resident memory so far in MiB.

    Linux hands `ru_maxrss` on from the parent through fork and exec; the high-water mark of the process itself doesn't.
    """
    if children:
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if _STATUS.is_file():
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        marks = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        if marks:
            return int(marks[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _warm(run: Run) -> int:
    """Run some pieces, and return how many of them a round should make."""
    start, calls = time.perf_counter(), 0
    while calls < WARM_CALLS and time.perf_counter() - start < WARM_SECONDS:
        before = time.perf_counter()
        run(calls)
        last, calls = time.perf_counter() - before, calls + 1
    return max(1, int(ROUND_SECONDS / max(last, 1e-7)))


def _serve(pipe: Connection, contender: Contender, warm: bool) -> None:
    """Be a contender's process: answer each request for a round with the time of a piece and its bytes."""
    try:
        run = contender.make(*contender.args)
        count = _warm(run) if warm else 1
        pipe.send("")
    except (NotThereError, ImportError) as error:
        pipe.send(str(error) or type(error).__name__)
        return
    number, size = WARM_CALLS, 0
    while _asked(pipe):
        gc.collect()
        start = time.perf_counter()
        for n in range(number, number + count):
            size = run(n)
        elapsed = time.perf_counter() - start
        number += count
        pipe.send((elapsed / count, size, peak_memory(contender.children)))


def _asked(pipe: Connection) -> bool:
    """Tell whether another round is asked for; the end of the other side is a no."""
    try:
        return bool(pipe.recv())
    except EOFError:
        return False


class _Worker:
    """A contender's process, seen from outside."""

    def __init__(self, contender: Contender, warm: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self.contender, self.times = contender, list[float]()
        self.size, self.memory = 0, 0.0
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, contender, warm), daemon=False)
        self.process.start()
        theirs.close()
        self.absent: str = self._answer()

    def _answer(self) -> Any:
        try:
            return self.pipe.recv()
        except EOFError:
            raise RuntimeError(f"{self.contender.name}: its process ended") from None

    def round(self) -> None:
        """Run one round, unless the contender has had all of its own."""
        if self.absent or (self.contender.most and len(self.times) >= self.contender.most):
            return
        self.pipe.send(True)
        seconds, self.size, self.memory = self._answer()
        self.times.append(seconds)

    def close(self) -> Result:
        """End the process, and return what it measured."""
        if not self.absent:
            self.pipe.send(False)
        self.process.join()
        return Result(self.contender.name, tuple(self.times), self.size, self.memory, self.absent)


def race(contenders: Iterable[Contender], rounds: int) -> list[Result]:
    """Return what the contenders measured in alternating rounds, each warmed up in a process of its own."""
    workers = [_Worker(contender, warm=True) for contender in contenders]
    for _ in range(rounds):
        for worker in workers:
            worker.round()
    return [worker.close() for worker in workers]


def once(contender: Contender) -> Result:
    """Return what a single piece took in a fresh process, without a warm-up."""
    worker = _Worker(contender, warm=False)
    worker.round()
    return worker.close()


# --- words ---


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table with columns as wide as they must be: the first to the left, the others to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    rule = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    lines.insert(1, rule)
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return " | ".join([f"| {first[0].ljust(first[1])}", *(cell.rjust(width) for cell, width in others)]) + " |"


def shown(seconds: float) -> str:
    """Return a time with its unit."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:.0f} s"


def count_shown(number: float) -> str:
    """Return a number with its thousands apart; one below ten with a decimal where it has some."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def comparison(results: Sequence[Result], per_second: int = 0, ratio_to: str = "ours") -> str:
    """Return the table of a race: times a piece, and how many times the first one's each takes.

    `per_second`: things in a piece, for a column of their number a second.
    """
    first = results[0].median
    head = [
        "who",
        "median",
        "min",
        "max",
        f"ratio to {ratio_to}",
        *(["a second"] if per_second else []),
        "bytes",
        "peak MiB",
    ]
    rows = []
    for result in results:
        if result.absent or not result.times:
            rows.append([f"{result.name}: {result.absent}", *["–"] * (len(head) - 1)])
            continue
        times = [shown(t) for t in (result.median, min(result.times), max(result.times))]
        rate = [count_shown(per_second / result.median)] if per_second else []
        ratio = f"{result.median / first:.2f}" if first else "–"
        rows.append([result.name, *times, ratio, *rate, count_shown(result.size), f"{result.memory:.0f}"])
    return markdown(head, rows)


def ratio_line(claim: str, ours: Result, peer: Result, wanted: float) -> str:
    """Return how many times as long as ours the peer takes, beside what is wanted."""
    return _ratio(claim, ours, peer, ours, peer.median, wanted, least=True)


def share_line(claim: str, ours: Result, peer: Result, wanted: float) -> str:
    """Return how many times as long as the peer ours takes, beside the most that is wanted."""
    return _ratio(claim, ours, peer, peer, ours.median, wanted, least=False)


def _ratio(claim: str, ours: Result, peer: Result, base: Result, above: float, wanted: float, least: bool) -> str:
    absent = next((f"{r.name}: {r.absent or 'no figure'}" for r in (ours, peer) if not r.times), "")
    if absent:
        return f"ratio {claim}: – (wanted {'>=' if least else '<='} {wanted:g}); {absent}"
    return f"ratio {claim}: " + _judged(above / base.median, f"{above / base.median:.2f}", wanted, f"{wanted:g}", least)


def limit_line(claim: str, figure: float, wanted: float, unit: str = "s") -> str:
    """Return a figure beside the most that is wanted."""
    return f"limit {claim}: " + _judged(figure, f"{figure:.3g} {unit}", wanted, f"{wanted:g} {unit}", least=False)


def _judged(figure: float, text: str, wanted: float, wanted_text: str, least: bool) -> str:
    met = figure >= wanted if least else figure <= wanted
    return f"{text} (wanted {'>=' if least else '<='} {wanted_text}){'' if met else ' short'}"

"""Cost against size: documents, rows and pages from one to very many, each size in a process of its own."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.measure import Contender, NotThereError, Options, Result, Run, count_shown, markdown, once, shown
from benchmarks.plot import plot
from benchmarks.subject import is_long, raw_rows, register, report

NEAR = 0.25
"""How far the time of a unit at the largest size may be from that at the middle one."""

_DISTINCT = 1000
_SAMPLE_ROWS = 60


@dataclass(frozen=True, slots=True)
class Series:
    """One way of growing: what is counted, what makes so much of it, and the sizes that are tried."""

    title: str
    unit: str
    make: Callable[..., Run]
    sizes: Sequence[int]
    args: tuple[Any, ...] = ()
    full: Sequence[int] = ()
    quick: int = 100


# --- documents ---


def many_documents(size: int, format: str, engine: str) -> Run:
    """Make so many documents of raw records, one after another, in memory."""
    from generator.api import make_job, to_bytes
    from generator.writers import WritingOptions

    job, records = make_job(report().form), report().records(min(size, _DISTINCT))
    how = WritingOptions(engine=engine)

    def make(k: int) -> int:
        source = job.source(records[k % len(records)])
        return sum(len(to_bytes(made.document, format, how)) for made in job.documents(source))

    _try(lambda: make(0))
    return lambda n: sum(make(k) for k in range(1, size + 1))


def _try(write: Callable[[], object]) -> None:
    """Write something small first, so that loading isn't counted; an engine that isn't there is found so too."""
    from generator.errors import BiaodanError

    try:
        write()
    except (TypeError, LookupError, ImportError, BiaodanError) as error:
        raise NotThereError("not there yet") from error


# --- rows ---


class _Rows:
    """Typed rows that are made as they are asked for, so that the writer's memory alone is measured.

    Each has texts and times of its own, so that what is remembered of one row doesn't serve the next.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], count: int) -> None:
        self.rows, self.count = [(row, _texts(row), _moments(row)) for row in rows], count

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for n in range(self.count):
            row, texts, moments = self.rows[n % len(self.rows)]
            later = timedelta(minutes=n)
            own = {key: f"{text}{n}" for key, text in texts.items()}
            yield {**row, **own, **{key: moment + later for key, moment in moments.items()}}


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in row.items() if is_long(value)}


def _moments(row: Mapping[str, Any]) -> dict[str, datetime]:
    return {key: value for key, value in row.items() if isinstance(value, datetime)}


def _register(size: int) -> Any:
    """Return the document of a register of so many rows."""
    from generator.api import make_job

    job = make_job(register().form)
    source = job.source({"rows": list(raw_rows(min(size, _SAMPLE_ROWS)))})
    few = [judged.values for judged in job.pipeline.judged(source)]
    return job.composer.register({}, _Rows(few, size))


def many_rows(size: int) -> Run:
    """Write a register of so many typed rows as XLSX."""
    from generator.writers import writer

    _try(lambda: writer("xlsx")(_register(1), BytesIO()))
    document, folder = _register(size), tempfile.TemporaryDirectory(prefix="benchmark-")
    path = Path(folder.name) / "table.xlsx"

    def run(n: int) -> int:
        with path.open("wb") as file:
            writer("xlsx")(document, file)
        return path.stat().st_size if folder else 0

    return run


def many_pages(size: int, engine: str) -> Run:
    """Write a register of about so many pages as PDF."""
    from generator.api import to_bytes
    from generator.writers import WritingOptions

    tried: list[bytes] = []
    how = WritingOptions(engine=engine)
    _try(lambda: tried.append(to_bytes(_register(_SAMPLE_ROWS), "pdf", how)))
    document = _register(max(1, size * _SAMPLE_ROWS // pages_of(tried[0])))
    return lambda n: len(to_bytes(document, "pdf", how))


def pages_of(content: bytes) -> int:
    """Return how many pages a PDF has."""
    import pypdfium2

    return len(pypdfium2.PdfDocument(content))


# --- tables ---


def _series() -> tuple[Series, ...]:
    sizes = (1, 10, 100, 1_000, 10_000)
    return (
        Series("Documents as DOCX", "documents", many_documents, (*sizes, 100_000), ("docx", "")),
        Series("Documents as PDF by typst", "documents", many_documents, sizes, ("pdf", "typst"), (100_000,), 10),
        Series(
            "Documents as PDF by weasyprint", "documents", many_documents, (1, 10, 100), ("pdf", "weasyprint"), (), 10
        ),
        Series("Rows as XLSX", "rows", many_rows, (10, 100, 1_000, 10_000, 100_000, 1_000_000), (), (), 10_000),
        Series("Pages as PDF by typst", "pages", many_pages, (1, 10, 100, 1_000), ("typst",), (), 10),
        Series("Pages as PDF by weasyprint", "pages", many_pages, (1, 10, 30), ("weasyprint",), (), 1),
    )


def _sizes(series: Series, options: Options) -> list[int]:
    sizes = [*series.sizes, *(series.full if options.full else ())]
    return [size for size in sizes if not options.quick or size <= series.quick]


def _run(series: Series, options: Options) -> tuple[list[int], list[Result]]:
    sizes = _sizes(series, options)
    return sizes, [once(Contender(series.title, series.make, (size, *series.args))) for size in sizes]


def verdict(sizes: Sequence[int], results: Sequence[Result]) -> str:
    """Say whether the time of a unit stays: that of the largest size beside that of the middle one."""
    if len(sizes) < 3:
        return "too few sizes to tell"
    each = [result.median / size for size, result in zip(sizes, results, strict=True)]
    ratio = each[-1] / each[len(each) // 2]
    if ratio > 1 + NEAR:
        return f"not linear: a unit of the largest takes {ratio:.2f} times that of the middle short"
    return f"linear: a unit of the largest takes {ratio:.2f} times that of the middle"


def _show(series: Series, sizes: Sequence[int], results: Sequence[Result], folder: Path | None) -> None:
    print(f"{series.title}:\n")
    absent = next((result.absent for result in results if result.absent), "")
    if absent:
        print(f"{absent}\n")
        return
    rows = [
        [count_shown(size), shown(r.median), shown(r.median / size), f"{r.memory:.0f}", count_shown(r.size)]
        for size, r in zip(sizes, results, strict=True)
    ]
    print(markdown([series.unit, "time", "each", "peak MiB", "bytes"], rows) + "\n")
    print(f"scale {series.title}: {verdict(sizes, results)}\n")
    if folder is not None and len(sizes) > 1:
        name = f"scale-{series.title.lower().replace(' ', '-')}.svg"
        folder.mkdir(parents=True, exist_ok=True)
        drawn = plot(series.title, series.unit, sizes, [result.median for result in results])
        (folder / name).write_text(drawn, encoding="utf-8")
        print(f"![{series.title}: time against size]({folder.name}/{name})\n")


def main(options: Options) -> None:
    """Print a table for each way of growing."""
    print("Cost against size. Each size runs in a fresh process, after one small piece that loads all.\n")
    for series in _series():
        _show(series, *_run(series, options), options.pictures)

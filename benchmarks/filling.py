"""Forms to be filled in on screen: how large each is, how long it takes to write and to read; forms read a second.

Each form is filled with its ordinary sample. Reading is all of it: the file opened with care, its boxes told, the
record normalised, derived and judged. No peer reads filled forms back.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import Options, markdown
from benchmarks.subject import report
from generator import Catalogue
from generator.api import make_job, to_bytes
from generator.catalogue import Form
from generator.records.filled import FilledSource
from samples.demo import samples_of

FORMATS = ("docx", "xlsx", "pdf")
WANTED = {"docx": 200, "xlsx": 200, "pdf": 50}
"""Filled forms that are to be read in a second by one process."""

LARGEST_PDF = 150
"""Kilobytes that a blank PDF to be filled in may have."""

USUAL = "ordinary"
"""The sample that forms are filled with, where they have it."""

_SECONDS = 3.0


def main(options: Options) -> None:
    """Print the tables."""
    forms = list(Catalogue())[:: 11 if options.quick else 1]
    with tempfile.TemporaryDirectory() as folder:
        rates = [_rate(Catalogue().form(report().form), format, Path(folder)) for format in FORMATS]
        rows = [_row(form, Path(folder)) for form in forms]
    print("Filled reports read a second, in one process:\n")
    print(markdown(["format", "forms a second", "wanted"], rates) + "\n")
    print("Forms to be filled in on screen: kilobytes of the blank one, milliseconds to write and read a filled one.\n")
    heads = ["form", *(f"{format} {what}" for format in FORMATS for what in ("KB", "write ms", "read ms"))]
    print(markdown(heads, rows) + "\n")
    largest = max(float(row[1 + 3 * FORMATS.index("pdf")]) for row in rows)
    print(f"Largest blank PDF: {largest:.0f} KB ({LARGEST_PDF} at most are wanted).")


def _rate(form: Form, format: str, folder: Path) -> list[str]:
    """Return how many filled forms are read in a second."""
    path = _filled(form, format, folder)
    pipeline = make_job(form).pipeline
    read = _reading(form, path, pipeline)
    read(), read()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < _SECONDS:
        read()
        count += 1
    return [format, f"{count / (time.perf_counter() - began):.0f}", str(WANTED[format])]


def _row(form: Form, folder: Path) -> list[str]:
    """Return the figures of one form."""
    cells = [form.id]
    for format in FORMATS:
        blank = len(to_bytes(make_job(form, fillable=True).blank(), format)) / 1000
        path = _filled(form, format, folder)
        document = _document(form)
        write = _median(lambda format=format, document=document: to_bytes(document, format))
        read = _median(_reading(form, path, make_job(form).pipeline))
        cells += [f"{blank:.0f}", f"{write:.1f}", f"{read:.1f}"]
    return cells


def _filled(form: Form, format: str, folder: Path) -> Path:
    path = folder / f"{form.id}.{format}"
    path.write_bytes(to_bytes(_document(form), format))
    return path


def _document(form: Form) -> Any:
    """Return a form filled with its first sample."""
    job = make_job(form, fillable=True)
    samples = {path.stem: path for path in samples_of(form)}
    sample = samples.get(USUAL) or next(iter(samples.values()))
    content = json.loads(sample.read_text(encoding="utf-8"))
    return next(one.document for one in job.documents(job.source(content)) if one.document is not None)


def _reading(form: Form, path: Path, pipeline: Any) -> Callable[[], object]:
    """Return what reads a file; a workbook of a table form is a list, which has its own reader."""
    from generator.records.book_source import BookSource

    is_list = form.is_table and path.suffix == ".xlsx"
    return lambda: list(pipeline.judged(BookSource(path, form) if is_list else FilledSource(path, form)))


def _median(run: Callable[[], object]) -> float:
    """Return milliseconds."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job, make_job
from generator.batch import FAILED, MANIFEST, Options, Outcome, batch

SAMPLES = Path(__file__).parents[2] / "samples"
FORM = "closure-report"
Records = Iterable[Mapping[str, Any]]


def reports(count: int, first: int = 1) -> list[dict[str, Any]]:
    """Return closure reports that differ in number and customer."""
    one = json.loads((SAMPLES / FORM / "ordinary.json").read_text(encoding="utf-8"))
    number = "report_no" if "report_no" in one else "报告编号"
    return [{**one, number: f"GB2024-{n:05}"} for n in range(first, first + count)]


def faulty(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with a field that the form doesn't have."""
    return {**record, "没有的一项": "x"}


def write_lines(path: Path, records: Records) -> Path:
    """Write records as JSON lines, and return the file."""
    path.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in records), encoding="utf-8")
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[Records], Path]:
    """Return what writes records into a file of JSON lines."""

    def write(records: Records, name: str = "records.jsonl") -> Path:
        return write_lines(tmp_path / name, records)

    return write


@pytest.fixture
def job() -> Job:
    return make_job(FORM)


def run(job: Job, source: Path | str, out: Path | str, **options: Any) -> Outcome:
    """Run a batch of Word files."""
    return batch(job, str(source), str(out), Options(**{"formats": ("docx",), **options}))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its name, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def documents(folder: Path) -> dict[str, bytes]:
    """Return the documents below a folder by name."""
    return {name: content for name, content in contents(folder).items() if name not in (MANIFEST, FAILED)}


def manifest(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the records that a manifest names."""
    for line in (folder / MANIFEST).read_text(encoding="utf-8").splitlines():
        content = json.loads(line)
        if "n" in content:
            yield content


def failures(folder: Path) -> list[dict[str, Any]]:
    """Return what `failed.jsonl` holds."""
    return [json.loads(line) for line in (folder / FAILED).read_text(encoding="utf-8").splitlines()]

"""How often a record is worked at: read, normalised and judged once, however many formats are made of it."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.api import make_job
from generator.batch import Options, batch
from generator.cli import main
from generator.records.normalise import Normaliser
from generator.rules.validator import Validator
from generator.writers import WritingOptions

RECORDS = 40
SAMPLES = Path(__file__).parents[1] / "samples"
FORMATS = ("-f", "docx,xlsx,pdf", "--pdf-engine", "typst")
_opened: Counter[str] = Counter()
_watched = ""


def _note_open(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched and event == "open" and str(arguments[0]) == _watched:
        _opened[_watched] += 1


sys.addaudithook(_note_open)


@contextmanager
def opens_of(path: Path) -> Iterator[Counter[str]]:
    """Count how often a file is opened."""
    global _watched
    _opened.clear()
    _watched = str(path)
    try:
        yield _opened
    finally:
        _watched = ""


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often records are normalised and judged, by the steps' names."""
    counted: Counter[str] = Counter()

    def count(owner: type, method: str, step: str) -> None:
        function: Callable[..., Any] = getattr(owner, method)

        def counting(*arguments: Any, **named: Any) -> Any:
            counted[step] += arguments[1] != {}  # what is laid over records is read as well: nothing here
            return function(*arguments, **named)

        monkeypatch.setattr(owner, method, counting)

    count(Normaliser, "record", "normalised")
    for method in ("judge", "judge_row"):
        count(Validator, method, "judged")
    count(Validator, "judge_head", "heads judged")
    return counted


def run(*arguments: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["biaodan", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code


def records(form: str) -> list[dict[str, Any]]:
    """Return as many records as are wanted, each with a number of its own."""
    sample = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    listed = sample if isinstance(sample, list) else sample.get("rows", [sample])
    return [listed[n % len(listed)] for n in range(RECORDS)]


def lines(path: Path, content: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in content), encoding="utf-8")
    return path


def test_a_table_in_three_formats(tmp_path: Path, work: Counter[str]) -> None:
    source, out = lines(tmp_path / "rows.jsonl", records("issue-tracker")), tmp_path / "out"
    with opens_of(source) as opened:
        run("render", "issue-tracker", str(source), *FORMATS, "-o", f"{out}/")
    assert len(list(out.iterdir())) == 3
    assert opened[str(source)] == 1
    assert work == {"normalised": RECORDS, "judged": RECORDS, "heads judged": 1}


def test_records_in_three_formats(tmp_path: Path, work: Counter[str]) -> None:
    source, out = lines(tmp_path / "records.jsonl", records("return-visit")), tmp_path / "out"
    with opens_of(source) as opened:
        run("render", "return-visit", str(source), *FORMATS, "-o", f"{out}/")
    assert len(list(out.iterdir())) == 3 * RECORDS
    assert opened[str(source)] == 1
    assert work == {"normalised": RECORDS, "judged": RECORDS}


def test_a_batch_in_three_formats(tmp_path: Path, work: Counter[str]) -> None:
    """The plan reads each record for its name, and derives what that needs; only the work itself judges."""
    source, out = lines(tmp_path / "records.jsonl", records("return-visit")), tmp_path / "out"
    writing = WritingOptions(engine="typst")
    with ThreadPoolExecutor(1) as here:
        options = Options(jobs=1, executor=here, duplicates="keep", writing=writing)
        outcome = batch(make_job("return-visit"), str(source), str(out), options)
    assert outcome.done == RECORDS
    assert len([path for path in out.rglob("*") if path.suffix in (".docx", ".xlsx", ".pdf")]) == 3 * RECORDS
    planned = work.pop("normalised") - RECORDS
    assert work == {"judged": RECORDS}
    assert planned == RECORDS

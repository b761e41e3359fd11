"""One record that can't be made costs no other, whatever it is that fails over it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.api import Job, make_job
from generator.batch import FAILED, Options, batch
from generator.errors import MachineError, fail
from tests.batch.conftest import FORM, reports, write_lines


class PanicException(BaseException):
    """What a library in Rust raises when it gives up."""


FAILURES = [RuntimeError, MemoryError, RecursionError, KeyError, UnicodeError, PanicException, OSError, AssertionError]
STAGES = [
    "generator.rules.validator.Validator.judge",
    "generator.compose.Composer.filled",
    "generator.batch.work.to_bytes",
    "generator.records.normalise.Normaliser.record",
]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, type[BaseException]], None]:
    """Return what makes a function fail over the record of number 3."""

    def install(name: str, failure: type[BaseException]) -> None:
        owner, _, function = name.rpartition(".")
        kept = _resolved(name)

        def fails(*args: Any, **named: Any) -> Any:
            if "GB2024-00003" in repr(args):
                raise failure("Geheim")
            return kept(*args, **named)

        monkeypatch.setattr(f"{owner}.{function}", fails)

    return install


def _resolved(name: str) -> Any:
    import importlib

    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise AssertionError(name)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("failure", FAILURES)
def test_whatever_fails_over_one_record_is_that_records_fault(
    failing: Any, tmp_path: Path, stage: str, failure: type[BaseException]
) -> None:
    source = write_lines(tmp_path / "records.jsonl", reports(5))
    failing(stage, failure)
    outcome = batch(make_job(FORM), str(source), str(tmp_path / "out"), Options(formats=("docx",)))
    assert (outcome.done, outcome.failed) == (4, 1)
    (line,) = (tmp_path / "out" / FAILED).read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["n"] == 3
    assert told["record"] == reports(5)[2]
    assert "Geheim" not in json.dumps(told["faults"])
    assert failure.__name__ in json.dumps(told["faults"])


def test_what_the_machine_lacks_ends_the_run(failing: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(*args: Any, **named: Any) -> bytes:
        raise fail(MachineError, "E-font-missing", package="x")

    monkeypatch.setattr("generator.batch.work.to_bytes", lacks)
    source = write_lines(tmp_path / "records.jsonl", reports(5))
    with pytest.raises(MachineError):
        batch(make_job(FORM), str(source), str(tmp_path / "out"), Options(formats=("docx",)))


@pytest.mark.parametrize("failure", [RuntimeError, PanicException])
def test_render_and_check_go_on_as_well(failing: Any, failure: type[BaseException]) -> None:
    job: Job = make_job(FORM)
    failing("generator.rules.validator.Validator.judge", failure)
    composed = list(job.documents(job.source(reports(5))))
    assert [one.document is None for one in composed] == [False, False, True, False, False]
    assert [fault.code for fault in composed[2].faults] == ["E-record-failed"]
    (found,) = [fault for fault in job.pipeline.faults(job.source(reports(5))) if not fault.is_warning]
    assert (found.code, found.place.row) == ("E-record-failed", "[3]")


@pytest.mark.parametrize("failure", [RuntimeError, PanicException])
def test_a_document_that_cannot_be_composed_costs_no_other(failing: Any, failure: type[BaseException]) -> None:
    job: Job = make_job(FORM)
    failing("generator.compose.Composer.filled", failure)
    composed = list(job.documents(job.source(reports(5))))
    assert [[fault.code for fault in one.faults] for one in composed] == [[], [], ["E-record-failed"], [], []]


@pytest.mark.parametrize(
    "stage", ["generator.records.normalise.Normaliser.record", "generator.rules.validator.Validator.judge_row"]
)
@pytest.mark.parametrize("failure", [RuntimeError, PanicException])
def test_a_row_that_fails_is_that_rows_fault(failing: Any, stage: str, failure: type[BaseException]) -> None:
    job = make_job("issue-tracker")
    rows = [{"issue_no": f"GB2024-0000{n}", "description": "x"} for n in range(1, 6)]
    failing(stage, failure)
    (composed,) = job.documents(job.source(rows))
    failed = [fault for fault in composed.faults if fault.code == "E-record-failed"]
    assert [fault.place.row for fault in failed] == ["[3]"]
    assert {fault.place.row for fault in composed.faults} == {f"[{n}]" for n in range(1, 6)}


def test_a_register_that_cannot_be_composed_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **named: Any) -> Any:
        raise PanicException("Geheim")

    job = make_job("issue-tracker")
    sample = json.loads((Path(__file__).parents[2] / "samples/issue-tracker/ordinary.json").read_text(encoding="utf-8"))
    monkeypatch.setattr("generator.compose.Composer.register", fails)
    (composed,) = job.documents(job.source(sample))
    assert [fault.code for fault in composed.faults] == ["E-record-failed"]

"""One list of many cases: a row of a register for each, beside the rows of lists that are kept by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator import resources, strict_json
from generator.case import Case, is_case, read_case
from generator.collect import found_files
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.job import Job
from generator.records import warnings_of
from generator.records.item import RawRecord, SourceItem
from generator.records.mapping import map_beside
from generator.records.reading import beside

_CASE = ".json"


def ledger_form() -> str:
    """Return the id of the register that cases are gathered in."""
    return str(_described()["form"])


def single_forms() -> frozenset[str]:
    """Return the forms of which a record is a matter of its own, though no case holds it."""
    return frozenset(_described()["single"])


def _described() -> Mapping[str, Any]:
    described: Mapping[str, Any] = strict_json.load_own(resources.schemas() / "statistics" / "ledger.json")
    return described


@dataclass(frozen=True)
class Ledger:
    """Rows of the register as a source of records, each with the file that it comes from; and what wasn't taken."""

    rows: list[SourceItem] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def head(self) -> RawRecord:
        """Return what stands beside the rows: nothing."""
        return {}, Place()

    def __iter__(self) -> Iterator[SourceItem]:
        return iter(self.rows)


def ledger(sources: Iterable[str], job: Job) -> Ledger:
    """Return the rows of cases and lists under a job of the register, by files in the order of their names.

    A source is a case file, a list, or a folder with such; of a folder's lists those count that have a map beside
    them. A row with faults is left out and told. Raises UsageError for what isn't there, and for a form that is no
    register.
    """
    if not job.form.is_table:
        raise fail(UsageError, "E-ledger-form", form=job.form.id)
    found = Ledger()
    for source in sources:
        is_folder = Path(source).is_dir()
        for path in found_files([Path(source)], ""):
            if not is_folder or path.suffix.lower() == _CASE or map_beside(str(path)):
                _take(found, path, job, is_named=not is_folder)
    return sound(found, job)


def sound(found: Ledger, job: Job) -> Ledger:
    """Return the rows without faults; those of the others are told."""
    made = Ledger(faults=found.faults)
    for item, judged in zip(found, job.pipeline.judged(found), strict=True):
        made.faults.extend(judged.errors)
        if not judged.errors:
            made.rows.append(item)
    return made


def rows_of(case: Case, job: Job, place: Place) -> Iterator[RawRecord]:
    """Yield the rows that a case gives to the register."""
    yield from ((row, place) for row in case.content(job.form)["rows"])


def _take(found: Ledger, path: Path, job: Job, *, is_named: bool) -> None:
    """Take the rows of a file; one that can't be read is a fault of its own."""
    try:
        content = strict_json.load(path, RecordError) if path.suffix.lower() == _CASE else None
        if is_case(content):
            case = read_case(content, job.catalogue, job.policy, path.name, job.lang)
            found.rows.extend(rows_of(case, job, Place(path.name)))
        elif is_named or content is None:
            reading, told = beside(str(path))
            source = replace(job, reading=reading).open(str(path))
            found.faults.extend(told)
            found.rows.extend(source)
            found.faults.extend(warnings_of(source))
        else:
            found.faults.append(Fault("W-ledger-other", Place(path.name)))
    except RecordError as error:
        found.faults.extend(fault if fault.place.file else fault.at(file=path.name) for fault in error.faults)

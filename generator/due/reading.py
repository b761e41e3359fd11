"""Sources of what is due: lists, returned documents and case files, each record with its form; folders of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator import strict_json
from generator.case import Case, is_case, read_case
from generator.catalogue import Catalogue, Form
from generator.collect import SUFFIXES, found_files
from generator.errors import BiaodanError, Fault, Place, RecordError, SchemaError, UsageError, fail, faults_of
from generator.job import Job
from generator.record import Judged
from generator.records import warnings_of
from generator.records.reading import beside
from generator.returned import Returned, read_returned
from generator.rules import Policy

JobOf = Callable[[Form], Job]

_CALENDAR = ".ics"
"""What an earlier list may have left in the folder; there are no records in it."""


@dataclass(frozen=True, eq=False)
class Found:
    """A record of some form, typed, with what its expressions may name beside it.

    `case`: the file of the case that it stands in, `position` its place there. `settles`: whether it may settle what
    another record asks for; one that is still being written has things due, and settles nothing.
    """

    form: Form
    values: Mapping[str, Any]
    names: Mapping[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    case: str = ""
    position: int = 0
    settles: bool = True


def read_sources(
    sources: Iterable[str], catalogue: Catalogue, policy: Policy, job_of: JobOf, form: str = ""
) -> tuple[list[Found], list[Fault]]:
    """Return the records of all sources, and the faults of those that can't be read, which are left out.

    Raises UsageError for a source that isn't there or a form that isn't known.
    """
    reader = _Reader(catalogue, policy, job_of, catalogue.form(form) if form else None)
    for source in sources:
        reader.read(source)
    return reader.found, reader.faults


class _Reader:
    def __init__(self, catalogue: Catalogue, policy: Policy, job_of: JobOf, form: Form | None) -> None:
        self.catalogue, self.policy, self.job_of, self.form = catalogue, policy, job_of, form
        self.found: list[Found] = []
        self.faults: list[Fault] = []
        self._done: set[tuple[str, str]] = set()

    def read(self, source: str) -> None:
        """Read a source: FORM=FILE, a file, or all files of a folder."""
        form, name = self._named(source)
        if "://" in name:
            self._guarded(Place(name.partition("://")[0]), lambda: self._read_list(name, form or self._unknown(name)))
            return
        for path in found_files([Path(name)], ""):
            key = (str(path.resolve()), form.id if form else "")
            if key not in self._done:
                self._done.add(key)
                self._guarded(Place(path.name), lambda path=path: self._read_file(path, form))  # type: ignore[misc]

    def _named(self, source: str) -> tuple[Form | None, str]:
        """Return the form that a source is said to be of, and where it is."""
        before, mark, rest = source.partition("=")
        if mark and rest and not Path(source).exists() and "/" not in before and "\\" not in before:
            return self.catalogue.form(before), rest
        return self.form, source

    def _guarded(self, place: Place, read: Callable[[], None]) -> None:
        """Read a source; whatever is raised for it is a fault of that source."""
        try:
            read()
        except (UsageError, SchemaError):
            raise
        except RecordError as error:
            self.faults += [f if f.place.file else f.at(file=place.file) for f in error.faults]
        except BiaodanError:
            raise
        except Exception as error:
            self.faults += faults_of(error, place)

    def _read_file(self, path: Path, form: Form | None) -> None:
        suffix = path.suffix.lower()
        if suffix == _CALENDAR:
            return
        if suffix == ".json":
            content = strict_json.load(path, RecordError)
            if is_case(content):
                self._read_case(content, path)
                return
        form = form or self.catalogue.find(path.stem)
        if form is not None:
            self._read_list(str(path), form)
        elif suffix in SUFFIXES:
            self._take(read_returned(path, self.catalogue, self.job_of))
        else:
            self._unknown(path.name)

    def _unknown(self, name: str) -> Form:
        raise fail(RecordError, "E-due-form", Place(Path(name).name))

    def _read_list(self, name: str, form: Form) -> None:
        reading, told = beside(name)
        job = replace(self.job_of(form), reading=reading)
        self.faults += told
        source = job.open(name)
        head = job.pipeline.head(source) if form.is_table else None
        self.faults += head.errors if head else []
        names = {"head": head.values} if head else {}
        self._add(form, job.pipeline.judged(source), names)
        self.faults += warnings_of(source)

    def _take(self, returned: Returned) -> None:
        """Take the records of a document that says itself of which form it is."""
        told = [fault for one in returned.judged for fault in one.errors]
        self.faults += [fault for fault in returned.faults if not fault.is_warning and fault not in told]
        if returned.form is not None:
            self._add(returned.form, returned.judged, {"head": returned.head} if returned.form.is_table else {})

    def _add(self, form: Form, judged: Iterable[Judged], names: Mapping[str, Any]) -> None:
        """Add sound records; of the others their faults."""
        for one in judged:
            if one.errors:
                self.faults += one.errors
            else:
                self.found.append(Found(form, one.values, names, one.place))

    def _read_case(self, content: Any, path: Path) -> None:
        case = read_case(content, self.catalogue, self.policy, path.name)
        for number in range(1, len(case.entries) + 1):
            self._guarded(Place(path.name), lambda number=number: self._add_entry(case, number, path))  # type: ignore[misc]

    def _add_entry(self, case: Case, number: int, path: Path) -> None:
        form, record = case.record(number)
        names: dict[str, Any] = {"head": {}} if form.is_table else {}
        self.found.append(Found(form, record.values, names, record.place, str(path.resolve()), number))

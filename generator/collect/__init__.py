"""Returned documents gathered into one tracker: a workbook, a file of text, or a table of a database."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from generator.catalogue import Catalogue, Form
from generator.collect.columns import columns_of
from generator.errors import Fault, Place, UsageError, fail
from generator.record import Values
from generator.returned import JobOf, Returned, read_returned
from generator.strict_json import written
from generator.wording import Lang

SUFFIXES = frozenset({".docx", ".docm", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".pdf"})
"""Endings of files that are looked at; any other file in a folder is named and left alone."""

_PASSED_OVER = ("~$", ".", "._")
"""How names of files begin that programs put beside documents that are open."""


class Outcome(StrEnum):
    """What became of a record: it is new, was changed, or was there already; or of a file: it was refused."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a file, or of one record in it."""

    path: Path
    outcome: Outcome
    number: str = ""
    faults: tuple[Fault, ...] = ()
    other: Path | None = None
    """Of a duplicate: the file whose record was taken."""

    differs: bool = False
    """Of a duplicate: whether it says something else than the record that was taken."""


class Tracker(Protocol):
    """Where records are gathered. What others have written there stays. `warnings`: what is to be told of it."""

    @property
    def warnings(self) -> Sequence[Fault]: ...

    def put(self, key: str, values: Values) -> Outcome:
        """Take in a record under its key: one that is there already is brought up to date."""
        ...

    def save(self) -> None:
        """Keep what was taken in: all of it or nothing."""
        ...


@dataclass(slots=True)
class Report:
    """What became of every file."""

    form: Form
    entries: list[Entry] = field(default_factory=list)
    warnings: Sequence[Fault] = ()

    def count(self, *outcomes: Outcome) -> int:
        """Return how many entries have one of these outcomes."""
        return sum(entry.outcome in outcomes for entry in self.entries)


def collect(
    paths: Iterable[Path],
    out: str,
    lang: Lang,
    catalogue: Catalogue,
    job_of: JobOf,
    form: str = "",
    advance: Callable[[], None] = lambda: None,
    *,
    keeps: bool = True,
    password: str = "",
) -> Report:
    """Gather the records of files, and of all files in folders, into a tracker, and return what became of each.

    `out`: a file (.xlsx, .csv, .jsonl) or a database's URL, which stays as it is unless `keeps`; `form`: which of
    several forms is meant; `advance` is called for each file that was read; `password`: of files that have one. Files
    stay where they are, and are never changed. Raises UsageError for a place that can't be written to, no file at all
    (E-collect-none), or files of several forms (E-collect-forms).
    """
    from generator.collect.opening import open_tracker, read_only, refuse_unknown

    refuse_unknown(out)
    files = found_files(paths, out)
    if not files:
        raise fail(UsageError, "E-collect-none")
    read: list[Returned] = []
    for path in files:
        read.append(_read(path, catalogue, job_of, password))
        advance()
    wanted = _form_of(read, form, catalogue)
    report = Report(wanted)
    there = out if keeps else read_only(out)
    tracker = open_tracker(there, wanted, columns_of(wanted, lang), lang, job_of(wanted).policy.zone)
    taken: dict[str, tuple[Path, Any]] = {}
    for one in read:
        report.entries += _taken(one, wanted, tracker, taken)
    if keeps and report.count(
        Outcome.NEW, Outcome.CHANGED
    ):  # a tracker that gains nothing stays as it is, or isn't begun
        tracker.save()
    report.warnings = tracker.warnings
    return report


def found_files(paths: Iterable[Path], out: str) -> list[Path]:
    """Return the files that are meant: those named, and those anywhere in the folders that are named, by their names.

    Raises UsageError (E-file-missing) for what isn't there.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (one for one in sorted(path.rglob("*")) if one.is_file() and not _is_passed_over(one, path))
            found |= dict.fromkeys(inside)
        elif path.is_file():
            found[path] = None
        else:
            raise fail(UsageError, "E-file-missing", Place(str(path)))
    own = Path(out).resolve() if "://" not in out else None
    return [path for path in found if path.resolve() != own]


def _is_passed_over(path: Path, folder: Path) -> bool:
    return any(part.startswith(_PASSED_OVER) for part in path.relative_to(folder).parts)


def _read(path: Path, catalogue: Catalogue, job_of: JobOf, password: str) -> Returned:
    if path.suffix.lower() not in SUFFIXES:
        return Returned(path, faults=(Fault("E-read-kind", Place(path.name)),))
    return read_returned(path, catalogue, job_of, password)


def _form_of(read: Sequence[Returned], name: str, catalogue: Catalogue) -> Form:
    """Return the form whose records are gathered."""
    if name:
        return catalogue.form(name)
    forms = {one.form.id: one.form for one in read if one.form is not None}
    if not forms:
        faults = [fault for one in read for fault in one.faults if not fault.is_warning]
        raise UsageError([Fault("E-collect-none"), *faults])
    if len(forms) > 1:
        raise fail(UsageError, "E-collect-forms", forms=sorted(forms))
    return next(iter(forms.values()))


def _taken(one: Returned, form: Form, tracker: Tracker, taken: dict[str, tuple[Path, Any]]) -> Iterator[Entry]:
    """Take the records of a file into a tracker, and yield what became of them."""
    if one.form is not None and one.form.id != form.id:
        fault = Fault("E-read-other", Place(one.path.name), {"form": one.form.id, "wanted": form.id})
        yield Entry(one.path, Outcome.REFUSED, faults=(fault,))
        return
    if not one.is_sound:
        yield Entry(one.path, Outcome.REFUSED, faults=tuple(f for f in one.faults if not f.is_warning))
        return
    for judged in one.judged:
        data = {**_head(one.record or {}), **judged.data} if form.is_table else judged.data
        key = key_of(form, data)
        number = _number(form, data)
        if key in taken:
            path, known = taken[key]
            yield Entry(one.path, Outcome.DUPLICATE, number, other=path, differs=known != data)
            continue
        taken[key] = one.path, data
        values = {**one.head, **judged.values} if form.is_table else judged.values
        warnings = tuple(fault for fault in one.faults if fault.is_warning)
        yield Entry(one.path, tracker.put(key, values), number, warnings)


def key_of(form: Form, data: Mapping[str, Any]) -> str:
    """Return what a record is known by: its number, or a digest of all that it says where it has none."""
    return _number(form, data) or fingerprint(data)


def _number(form: Form, data: Mapping[str, Any]) -> str:
    """Return the number that tells a record from all others; nothing where its form has none."""
    node: Any = data
    for step in form.identity.split("/")[1:]:
        node = node.get(step) if isinstance(node, Mapping) else None
    return str(node).strip() if node is not None else ""


def _head(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in data.items() if key != "rows"}


def fingerprint(data: Mapping[str, Any]) -> str:
    """Return what stands for a record that has no number: a digest of all that it says."""
    canonical = written({key: data[key] for key in sorted(data)})
    return sha256(canonical.encode()).hexdigest()[:32]

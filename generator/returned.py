"""Filled documents that came back: which form each is of, its record as JSON, and what is wrong with it, box by box."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.catalogue import Catalogue, Form
from generator.errors import BiaodanError, Fault, Place, RecordError, fail, faults_of
from generator.files import require_file
from generator.job import Job
from generator.record import Judged, Values
from generator.records import warnings_of
from generator.records.filled import IdentitySource
from generator.records.filled.answers import Identity
from generator.records.filled.locked import Unlocking
from generator.records.foreign import ForeignSource
from generator.unfinished import working_folder

LOCKED = frozenset({"E-password-needed", "E-read-locked"})
"""Faults of a file that a password may open."""

JobOf = Callable[[Form], Job]
"""The job under which the documents of a form are judged."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A file that was read: what it says of itself, its record (None where it couldn't be read), what is wrong.

    Of a table form the record is its head, and its rows under `rows`. `judged`: the records, typed; `head` beside them.
    `was_locked`: a password opened it.
    """

    path: Path
    identity: Identity = field(default_factory=Identity)
    form: Form | None = None
    record: Mapping[str, Any] | None = None
    faults: tuple[Fault, ...] = ()
    judged: tuple[Judged, ...] = ()
    head: Values = field(default_factory=dict)
    was_locked: bool = False

    @property
    def is_locked(self) -> bool:
        """Tell whether nothing was read for want of a password."""
        return any(fault.code in LOCKED for fault in self.faults)

    @property
    def is_sound(self) -> bool:
        """Tell whether the record is one that documents can be made from."""
        return self.record is not None and all(fault.is_warning for fault in self.faults)


def read_returned(path: Path, catalogue: Catalogue, job_of: JobOf, password: str = "") -> Returned:
    """Return what a filled document says; whatever is wrong with it is among the faults, and nothing is raised for it.

    `password`: of a file that has one. Raises UsageError for a file that isn't there, SchemaError for a form that can't
    be used.
    """
    require_file(path)
    found = _returned(path, catalogue, job_of)
    if not password or not found.is_locked:
        return found
    try:
        content = ForeignSource(Unlocking(path.absolute(), password), path).head[0]["content"]
    except RecordError as error:
        return Returned(path, faults=error.faults)
    with working_folder() as folder:
        copy = folder / path.name
        copy.write_bytes(content)
        return replace(_returned(copy, catalogue, job_of), path=path, was_locked=True)


def _returned(path: Path, catalogue: Catalogue, job_of: JobOf) -> Returned:
    place, identity, form = Place(path.name), Identity(), None
    try:
        identity = identity_of(path)
        form = catalogue.find(identity.form) if identity.form else None
        if form is None:
            code = "E-read-unknown" if identity.form else "E-read-foreign"
            raise fail(RecordError, code, place, form=identity.form)
        return _read(path, identity, form, job_of(form))
    except RecordError as error:
        return Returned(path, identity, form, faults=tuple(fault.at(file=path.name) for fault in error.faults))
    except BiaodanError:
        raise
    except BaseException as error:  # whatever is raised for one file is that file's fault
        return Returned(path, identity, form, faults=faults_of(error, place))


def identity_of(path: Path) -> Identity:
    """Return what a file says of itself, looked at by the process that reads foreign files.

    Raises RecordError for what can't be read.
    """
    said, _ = ForeignSource(IdentitySource(path.absolute()), path).head
    return Identity(said["form"], said["version"], said["lang"])


def _read(path: Path, identity: Identity, form: Form, job: Job) -> Returned:
    source, pipeline = job.open(str(path)), job.pipeline
    if not form.is_table:
        found = tuple(pipeline.judged(source))
        if len(found) != 1:
            raise fail(RecordError, "E-no-records", Place(path.name))
        faults = (*found[0].faults, *warnings_of(source))
        return Returned(path, identity, form, found[0].data or None, faults, found)
    head = pipeline.head(source)
    rows = tuple(pipeline.judged(source))
    faults = (*head.faults, *(fault for row in rows for fault in row.faults), *warnings_of(source))
    if not rows:
        faults = (Fault("E-no-records", Place(path.name)), *faults)
    record = {**head.data, "rows": [row.data for row in rows]}
    return Returned(path, identity, form, record, faults, rows, head.values)

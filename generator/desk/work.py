"""What the processes behind the page do: records judged, paper made, files read; each call has its own bounds."""

import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from generator.desk.looks import Look, document_of, look_at, without_missing
from generator.desk.numbering import awaited
from generator.desk.office import Office, Setup, Way
from generator.errors import BiaodanError, Fault, Place, RecordError
from generator.records import ListSource
from generator.writers.typst.preview import Sheet

MEMORY = 1_024
"""MB that a process may take beyond what it has once it is ready."""

_OFFICES: dict[Setup, Office] = {}


def office_of(setup: Setup) -> Office:
    """Return the desk of a setup, read once a process."""
    if setup not in _OFFICES:
        _OFFICES[setup] = Office(setup)
    return _OFFICES[setup]


def start(setup: Setup) -> None:
    """Load what the first call would wait for: the libraries, the fonts, and a page; then take no more than is fair."""
    from generator.writers.typst.preview import sheets

    office = office_of(setup)
    if office.forms:
        form = min(office.forms, key=lambda one: len(one.root.fields))
        sheets(office.job(Way(form.id, "zh-Hans")).blank())
    _limit_memory()


def _limit_memory() -> None:
    """Let this process take so much more memory than it has, where the system knows such a limit."""
    with suppress(ImportError, OSError, ValueError, StopIteration):
        import resource

        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        now = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData:"))
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (now + (MEMORY << 20), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a process held when it died is written nowhere


def judged(setup: Setup, way: Way, raw: Mapping[str, Any]) -> Look:
    """Return what there is to say of a record; numbers that it will be given aren't missed."""
    office = office_of(setup)
    job = office.job(way)
    return without_missing(look_at(job, raw), awaited(job.form, office.numbers.patterns))


def previewed(setup: Setup, way: Way, raw: Mapping[str, Any], *, blank: bool = False) -> list[Sheet]:
    """Return the pages of a record, or of the blank form."""
    from generator.writers.typst.preview import sheets

    job = office_of(setup).job(way)
    return sheets(job.blank() if blank else document_of(job, raw))


def made(setup: Setup, way: Way, raw: Mapping[str, Any] | None, format: str) -> bytes:
    """Return the document of a record in a format; of the blank form where there is no record.

    Raises RecordError for a record that isn't sound.
    """
    from generator.writers import writer

    job = office_of(setup).job(way)
    if raw is None:
        document = job.blank()
    else:
        composed = next(iter(job.documents(ListSource(raw, job.form))))
        if composed.document is None:
            raise BiaodanError(composed.faults)
        document = composed.document
    buffer = io.BytesIO()
    writer(format)(document, buffer)
    return buffer.getvalue()


def pictured(setup: Setup, way: Way, dots: int) -> bytes:
    """Return the first page of a blank form as a PNG that is so many dots wide."""
    from generator.writers.typst.preview import picture

    return picture(office_of(setup).job(way).blank(), dots, keeps=True)


def photo(setup: Setup, content: bytes) -> str:
    """Return a picture as a record holds it: a data URI of its dots alone.

    Raises RecordError for what is no picture that is taken.
    """
    from generator.kinds.picture_reading import read_picture
    from generator.kinds.raw import ValueFault

    try:
        return read_picture(content).uri
    except ValueFault as fault:
        raise RecordError(Fault(fault.code, Place(), fault.params)) from None

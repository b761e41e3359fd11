"""Records looked at while they are being written: what is wrong, what the rules give, what the paper shows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.catalogue import FieldSpec
from generator.catalogue.expressions import names_in
from generator.compose.faces import Faces
from generator.document import Document, Purpose
from generator.errors import BiaodanError, Fault, RecordError, faults_of
from generator.job import Job
from generator.record import Values
from generator.records import ListSource

_ROW = re.compile(r"/[0-9]+(?=/)")


@dataclass(frozen=True)
class Told:
    """A fault as the page tells it: where, in which words, by which code; `warns`: the work may go on."""

    pointer: str
    title: str
    text: str
    code: str
    warns: bool


@dataclass(frozen=True)
class Look:
    """What there is to say of a record that is being written.

    `missing`: what is required and not there yet; `derived`: what the rules give, as text, by pointer; `hidden`: the
    pointers of what doesn't apply.
    """

    faults: list[Told] = field(default_factory=list)
    missing: list[Told] = field(default_factory=list)
    derived: Mapping[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing stands in the way of a final document."""
        return not self.missing and all(fault.warns for fault in self.faults)


def without_missing(look: Look, pointers: Sequence[str]) -> Look:
    """Return a look at a record in which some places aren't missed: by their pointers, with `*` for any row."""
    if not pointers:
        return look
    return replace(look, missing=[one for one in look.missing if _ROW.sub("/*", one.pointer) not in pointers])


def look_at(job: Job, raw: Mapping[str, Any]) -> Look:
    """Return what there is to say of a raw record under a job of its form."""
    form = job.form
    faces = Faces(form, job.lang, job.policy, Purpose.FILLED, job.theme)
    source = ListSource(raw, form)
    if form.is_table:
        head = job.pipeline.head(source)
        rows = list(job.pipeline.judged(source))
        faults = [*head.faults, *(fault for row in rows for fault in row.faults)]
        missing = [*head.missing, *(fault for row in rows for fault in row.missing)]
        values: Values = {**head.values, form.rows.key: [row.values for row in rows]}
    else:
        judged = next(iter(job.pipeline.judged(source)))
        faults, missing, values = list(judged.faults), judged.missing, judged.values
    return Look(
        [_told(fault, job) for fault in faults if fault not in missing],
        [_told(fault, job) for fault in missing],
        dict(_derived(form.root, values, faces, "")),
        list(_hidden(form.root, values, faces, "", values)),
    )


def _told(fault: Fault, job: Job) -> Told:
    place = fault.place
    title = replace(place, file="", row="", pointer="").text(job.lang)
    return Told(place.pointer, title, fault.sentence(job.lang), fault.code, fault.is_warning)


def _derived(spec: FieldSpec, values: Values, faces: Faces, at: str) -> Iterator[tuple[str, str]]:
    for child in spec.fields:
        value, pointer = values.get(child.key), f"{at}/{child.step}"
        if child.shape == "section":
            yield from _derived(child, value or {}, faces, pointer)
        elif child.shape == "repeat":
            for n, row in enumerate(value or ()):
                if isinstance(row, Mapping):
                    yield from _derived(child, row, faces, f"{pointer}/{n}")
        elif child.derive is not None and value is not None:
            yield pointer, faces.text(child, value)


def _hidden(spec: FieldSpec, values: Values, faces: Faces, at: str, whole: Values) -> Iterator[str]:
    for child in spec.fields:
        pointer = f"{at}/{child.step}"
        if child.when and _asks(child.when) and not faces.holds(child, {**whole, **values}):
            yield pointer
        elif child.shape == "section":
            yield from _hidden(child, values.get(child.key) or {}, faces, pointer, whole)


def _filled(job: Job, values: Values) -> Document:
    """Return the document of values; where its text can't go without one that isn't there, the paper with gaps."""
    try:
        return job.composer.filled(values)
    except BiaodanError:
        return job.composer.blank(values)


def _asks(condition: str) -> bool:
    """Tell whether a condition looks at the record: what paper never has, or not in a language, is filled in."""
    return bool(names_in(condition) - {"lang"})


def document_of(job: Job, raw: Mapping[str, Any]) -> Document:
    """Return the document of a record as far as it can be read: what is wrong or not there yet is left out.

    Raises RecordError where nothing can be composed of it.
    """
    form = job.form
    source = ListSource(raw, form)
    try:
        if form.is_table:
            head, rows = job.pipeline.head(source), list(job.pipeline.judged(source))
            compose = job.composer.fillable if job.fillable else job.composer.register
            return compose(head.values, [row.values for row in rows if row.values])
        values = next(iter(job.pipeline.judged(source))).values
        return job.composer.fillable(values) if job.fillable else _filled(job, values)
    except RecordError:
        raise
    except Exception as error:
        raise RecordError(faults_of(error, source.head[1])) from None

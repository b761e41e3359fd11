"""A record written into a form to be filled in on screen, and read back from it, and what comes back otherwise.

What can't be the same by design, and is passed over:

- a section, a repeat, a row or a list without anything in it is none, and so is null: empty paper says nothing;
- rows that the form presets are the paper's, where nothing is written in any of them and they needn't be there;
- an item of a list is a line: one with line breaks comes back as several, without the blanks around them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from generator.api import make_job, to_bytes
from generator.catalogue import FieldSpec, Form
from generator.errors import BiaodanError, Fault
from generator.job import Job
from generator.kinds import LIST
from generator.records import ListSource, Source
from samples.random_records import Tree
from samples.random_values import CHARACTERS


def spared_by(format: str) -> str:
    """Return the characters of random texts that a format refuses, for none of its fonts has them."""
    if format != "pdf":
        return ""
    from generator.writers.fonts import missing

    return "".join(sorted(set(missing(CHARACTERS))))


class Difference(NamedTuple):
    """A place of a record, with what was written there and what was read."""

    pointer: str
    written: Any
    read: Any


@dataclass(frozen=True, eq=False)
class RoundTrip:
    """Writes records of a form in a language and format, and reads them."""

    form: Form
    lang: str
    format: str

    @cached_property
    def writing(self) -> Job:
        """Return the job that makes the documents."""
        return make_job(self.form, lang=self.lang, fillable=True)

    @cached_property
    def reading(self) -> Job:
        """Return the job that reads them."""
        return make_job(self.form)

    def written(self, raw: Tree) -> bytes:
        """Return a record's document.

        Raises BiaodanError where none can be made.
        """
        (made,) = self.writing.documents(ListSource(raw, self.form))
        if made.document is None:
            raise BiaodanError(made.faults)
        return to_bytes(made.document, self.format)

    def read(self, path: Path) -> tuple[Tree, list[Fault]]:
        """Return the record of a document, read in this process, and what is wrong with it."""
        from generator.records.filled import FilledSource

        return record_of(self.reading, FilledSource(path, self.form))

    def differences(self, raw: Tree, record: Tree, folder: Path) -> list[Difference]:
        """Return what comes back otherwise of a record; `folder`: where its document is put for a while."""
        path = folder / f"record.{self.format}"
        path.write_bytes(self.written(raw))
        return self.compared(record, path)

    def compared(self, record: Tree, path: Path) -> list[Difference]:
        """Return what a document says otherwise than a record; of one that isn't read the faults."""
        found, faults = self.read(path)
        told = [Difference(fault.place.pointer, "", fault.text("en")) for fault in faults]
        written, read = (plain(self.form.root, self._on_paper(one)) for one in (record, found))
        return [*told, *differences(written, read)]

    def _on_paper(self, record: Tree) -> Tree:
        """Return a record without the values that no paper shows, so that none can be read from it."""
        hidden = {spec.key for spec in self.form.root.fields if spec.hidden}
        return {key: value for key, value in record.items() if key not in hidden}


def record_of(job: Job, source: Source) -> tuple[Tree, list[Fault]]:
    """Return the record of a source as JSON has it, a table with its head, and what is wrong with it."""
    pipeline = job.pipeline
    try:
        judged = list(pipeline.judged(source))
        if not job.form.is_table:
            return (dict(judged[0].data), judged[0].errors) if judged else ({}, [])
        head = pipeline.head(source)
    except BiaodanError as error:
        return {}, list(error.faults)
    data = {**head.data, "rows": [dict(row.data) for row in judged]}
    return data, [*head.errors, *chain.from_iterable(row.errors for row in judged)]


# --- compared ---


def plain(spec: FieldSpec, data: Mapping[str, Any]) -> Tree:
    """Return a record as it is compared: without what is empty, items of lists as lines."""
    made: Tree = {}
    for key, value in data.items():
        child = spec.child(key)
        if child is not None and child.shape == "section":
            value = plain(child, value or {})
        elif child is not None and child.shape == "repeat":
            value = [row for row in (plain(child, row) for row in value or ()) if row]
            value = [] if value == child.default and not child.required else value
        elif child is not None and child.kind is LIST and isinstance(value, list):
            value = [line.strip() for item in value for line in str(item).split("\n") if line.strip()]
        if value not in ({}, [], None):
            made[key] = value
    return made


def differences(one: Any, other: Any, at: str = "") -> Iterator[Difference]:
    """Yield the places at which two records differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys([*one, *other]):
            yield from differences(one.get(key), other.get(key), f"{at}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for n, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{at}/{n}")
    elif one != other or isinstance(one, bool) != isinstance(other, bool):
        yield Difference(at, one, other)

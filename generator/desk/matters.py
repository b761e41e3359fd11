"""Papers of the desk as a case, and nothing else of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.case import Case, CaseEntry
from generator.catalogue import Form
from generator.catalogue.serialise import serialiser
from generator.desk.office import Office
from generator.desk.papers import Paper
from generator.errors import Place, RecordError
from generator.records import ListSource
from generator.records.normalise import normaliser
from generator.wording import Lang


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as its papers tell it; `owners`: of each of its records the paper that it is of."""

    case: Case
    owners: tuple[Paper, ...]


def matter_of(office: Office, papers: Sequence[Paper], lang: Lang, issued: Sequence[Mapping[str, Any]] = ()) -> Matter:
    """Return the case of some papers; what of them can't be read is left out, and so is a form that is gone."""
    entries, owners = [], []
    for paper in papers:
        form = office.find(paper.form)
        if form is not None:
            rows = list(rows_in(office, form, paper.raw))
            entries += [CaseEntry(form.id, row) for row in rows]
            owners += [paper] * len(rows)
    return Matter(Case(entries, office.catalogue, office.policy, "", lang, issued), tuple(owners))


def rows_in(office: Office, form: Form, raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a paper gives to a case: its record, of a register each row that says something."""
    zone = office.policy.zone
    reading, writing = normaliser(form, zone), serialiser(form.record_spec, zone)
    for item in ListSource(raw, form):
        if not isinstance(item, RecordError):
            row = writing.record(reading.record(item[0], Place())[0])
            if row or not form.is_table:
                yield row

"""What is due on the desk, worked out by the processes behind the page: the list of the command line, over records."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from generator.case import Case
from generator.catalogue import Form
from generator.catalogue.due import due_of
from generator.desk.matters import matter_of
from generator.desk.office import Office, Setup, Way
from generator.desk.papers import Paper
from generator.desk.work import office_of
from generator.due import MAX_DAYS, DueList, Found, Item, Tellings, asked_of, gathered, told_of
from generator.due.items import day_of
from generator.errors import BiaodanError, Place, RecordError
from generator.records import ListSource
from generator.wording import DEFAULT_LANG, Lang, choose

CALENDAR = "ics"


@dataclass(frozen=True, slots=True)
class Row:
    """A thing that is due, in words; `paper`: the record that says so; `days`: until its day, less than 0 when late."""

    day: str
    days: int
    matter: str
    number: str
    customer: str
    who: str
    form: str
    basis: str
    paper: str


@dataclass(frozen=True)
class Asked:
    """Which list is asked for: as of which day, how many days ahead, of which person."""

    on: date
    within: int
    person: str = ""


@dataclass(frozen=True)
class Told:
    """A list as a page shows it; `people`: all who answer for something that is due; `count`: of all rows."""

    rows: Sequence[Row]
    until: date
    late: int
    people: Sequence[str] = ()
    faults: Sequence[str] = field(default=())
    count: int = 0


def concerned(forms: Sequence[Form]) -> frozenset[str]:
    """Return the forms whose records have something due, or settle it."""
    specs = [(form.id, spec) for form in forms for spec in due_of(form)]
    return frozenset({form for form, _ in specs} | {one.form for _, spec in specs for one in spec.settled_by})


def read(setup: Setup, groups: Sequence[tuple[str, Sequence[Paper]]]) -> list[Tellings]:
    """Return what each case, or record that is in none, says is due."""
    office = office_of(setup)
    asked = asked_of(office.forms)
    return [_read(office, name, papers, asked) for name, papers in groups]


def _read(office: Office, name: str, papers: Sequence[Paper], asked: frozenset[tuple[str, str]]) -> Tellings:
    try:
        if len(papers) == 1 and papers[0].id == name:
            found = list(_found(papers[0], office))
        else:
            matter = matter_of(office, papers, DEFAULT_LANG)
            found = list(found_in(matter.case, matter.owners, office, name))
        return told_of(found, office.policy, asked)
    except BiaodanError as error:
        return Tellings(faults=error.faults)


def told(lang: Lang, asked: Asked, parts: Sequence[Tellings], first: int = 0, most: int = 0) -> Told:
    """Return what is due, in the words of a language; of all rows, `most` from the `first` on."""
    whole = gathered(parts, asked.on, MAX_DAYS)
    people = sorted({item.who for item in whole.items} - {""})
    due = _of(whole, asked)
    shown = replace(due, items=due.items[first : first + most] if most else due.items)
    faults = tuple(fault.text(lang) for fault in whole.faults)
    return Told(rows_of(shown, lang, asked.on), due.until, due.late, people, faults, len(due.items))


def list_of(asked: Asked, parts: Sequence[Tellings]) -> DueList:
    """Return the list that is asked for."""
    return _of(gathered(parts, asked.on, MAX_DAYS), asked)


def made(setup: Setup, lang: Lang, mask: bool, due: DueList, format: str) -> tuple[str, bytes]:
    """Return the form's id, and a list as a document or calendar.

    Raises BiaodanError where it can't be made.
    """
    job = office_of(setup).job(Way(due.form, lang, mask))
    if format == CALENDAR:
        return due.form, due.calendar(job)
    from generator.writers import writer

    composed = next(iter(job.documents(job.source(due.record(lang)))))
    if composed.document is None:
        raise BiaodanError(composed.faults)
    buffer = io.BytesIO()
    writer(format)(composed.document, buffer)
    return due.form, buffer.getvalue()


def _of(due: DueList, asked: Asked) -> DueList:
    """Return of all that is ever due what is asked for."""
    until = asked.on + timedelta(days=asked.within)
    items = [item for item in due.items if day_of(item.day) <= until and asked.person in ("", item.who)]
    return replace(due, items=items, until=until)


def found_in(case: Case, owners: Sequence[Paper], office: Office, name: str) -> Iterator[Found]:
    """Yield the records of a case, each completed by what was known when it came, as the command line reads them."""
    heads: dict[str, Any] = {}
    for number, owner in enumerate(owners, 1):
        try:
            form, record = case.record(number)
        except RecordError:
            continue
        if form.is_table and owner.id not in heads:
            heads[owner.id] = _head(form, owner, office)
        names = {"head": heads[owner.id]} if form.is_table else {}
        yield Found(form, record.values, names, Place(owner.id), name, number, owner.settled)


def _found(paper: Paper, office: Office) -> Iterator[Found]:
    """Yield the records of a paper that is in no case, as far as they can be read."""
    form = office.find(paper.form)
    if form is None:
        return
    job = office.job(Way(form.id, DEFAULT_LANG))
    names = {"head": _head(form, paper, office)} if form.is_table else {}
    for judged in job.pipeline.judged(ListSource(paper.raw, form)):
        yield Found(form, judged.values, names, Place(paper.id), settles=paper.settled)


def _head(form: Form, paper: Paper, office: Office) -> Mapping[str, Any]:
    return office.job(Way(form.id, DEFAULT_LANG)).pipeline.head(ListSource(paper.raw, form)).values


def rows_of(due: DueList, lang: Lang, on: date) -> list[Row]:
    """Return a list as rows for the page."""
    return [_row(item, lang, on) for item in due.items]


def _row(item: Item, lang: Lang, on: date) -> Row:
    return Row(
        item.day.isoformat().replace("T", " ")[:16],
        (day_of(item.day) - on).days,
        item.matter(lang),
        item.number,
        item.customer,
        item.who,
        choose(item.form_titles, lang),
        choose(item.basis, lang),
        item.place.file,
    )

"""What is due on the desk, worked out by the processes behind the page: the list of the command line, over records."""

import io
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from generator.case import Case
from generator.catalogue import Form
from generator.catalogue.due import due_of
from generator.desk.matters import matter_of
from generator.desk.office import Office, Setup, Way
from generator.desk.papers import Paper
from generator.desk.work import office_of
from generator.due import MAX_DAYS, DueList, Found, Item, listed
from generator.due.items import day_of
from generator.errors import BiaodanError, Fault, Place, RecordError
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
    """A list as a page shows it; `people`: all who answer for something that is due."""

    rows: Sequence[Row]
    until: date
    late: int
    people: Sequence[str] = ()
    faults: Sequence[str] = field(default=())


def concerned(forms: Sequence[Form]) -> frozenset[str]:
    """Return the forms whose records have something due, or settle it."""
    specs = [(form.id, spec) for form in forms for spec in due_of(form)]
    return frozenset({form for form, _ in specs} | {one.form for _, spec in specs for one in spec.settled_by})


def told(setup: Setup, lang: Lang, asked: Asked, cases: Mapping[str, Sequence[Paper]], loose: Sequence[Paper]) -> Told:
    """Return what is due, in the words of a language."""
    office = office_of(setup)
    whole = _list(office, asked.on, cases, loose)
    people = sorted({item.who for item in whole.items} - {""})
    due = _of(whole, asked)
    faults = tuple(fault.text(lang) for fault in whole.faults)
    return Told(rows_of(due, lang, asked.on), due.until, due.late, people, faults)


def made(
    setup: Setup,
    lang: Lang,
    mask: bool,
    asked: Asked,
    cases: Mapping[str, Sequence[Paper]],
    loose: Sequence[Paper],
    format: str,
) -> tuple[str, bytes]:
    """Return the form's id, and the list as a document or calendar.

    Raises BiaodanError where it can't be made.
    """
    office = office_of(setup)
    due = _of(_list(office, asked.on, cases, loose), asked)
    job = office.job(Way(due.form, lang, mask))
    if format == CALENDAR:
        return due.form, due.calendar(job)
    from generator.writers import writer

    composed = next(iter(job.documents(job.source(due.record(lang)))))
    if composed.document is None:
        raise BiaodanError(composed.faults)
    buffer = io.BytesIO()
    writer(format)(composed.document, buffer)
    return due.form, buffer.getvalue()


def _list(office: Office, on: date, cases: Mapping[str, Sequence[Paper]], loose: Sequence[Paper]) -> DueList:
    def of_case(name: str, papers: Sequence[Paper]) -> list[Found]:
        matter = matter_of(office, papers, DEFAULT_LANG)
        return list(found_in(matter.case, matter.owners, office, name))

    found: list[Found] = []
    for name, papers in cases.items():
        found += _once(office, name, papers, partial(of_case, name, papers))
    faults: list[Fault] = []
    for paper in loose:
        try:
            found += _once(office, paper.id, [paper], partial(_found, paper, office))
        except RecordError as error:
            faults += error.faults
    return listed(found, office.policy, on, MAX_DAYS, "", faults)


_READ: OrderedDict[tuple[Setup, str], tuple[Sequence[object], list[Found]]] = OrderedDict()

MOST_READ = 4_000
"""Cases, and records in none, that a process keeps as it read them."""


def _once(office: Office, name: str, papers: Sequence[Paper], read: Callable[[], Iterable[Found]]) -> list[Found]:
    """Return what is read of papers, anew only where one of them says something else than last time."""
    if any(paper.revision is None for paper in papers):
        return list(read())
    state = [(paper.id, paper.revision, paper.settled) for paper in papers]
    key = office.setup, name
    held = _READ.pop(key, None)
    _READ[key] = held if held is not None and held[0] == state else (state, list(read()))
    while len(_READ) > MOST_READ:
        _READ.popitem(last=False)
    return _READ[key][1]


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

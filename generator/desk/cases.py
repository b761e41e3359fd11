"""What the processes behind the page do with cases: what is known, what misses, what comes next, what is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from generator import resources, strict_json
from generator.case import Case, is_case, read_case
from generator.case.filling import Fact, is_shared
from generator.catalogue import FieldSpec, Form
from generator.compose.faces import Faces
from generator.desk.due import Row, found_in, rows_of
from generator.desk.looks import look_at, without_missing
from generator.desk.matters import Matter, matter_of, rows_in
from generator.desk.naming import title_of
from generator.desk.numbering import awaited
from generator.desk.office import Office, Setup, Way
from generator.desk.papers import Paper, Taken
from generator.desk.work import office_of
from generator.document import Purpose
from generator.due import MAX_DAYS, listed
from generator.errors import Place, RecordError, fail
from generator.kinds.base import reader
from generator.kinds.pictures import is_picture
from generator.record import value_at
from generator.records.normalise import normaliser
from generator.wording import Lang

MOST_NAMED = 6
"""Names of fields that are said of what a form lacks."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something that a case knows: what, and which paper says it; `shared`: it means the same in every form."""

    title: str
    text: str
    form: str
    paper: str
    shared: bool


@dataclass(frozen=True, slots=True)
class PaperLook:
    """What there is to say of a paper: titles of what misses, how much is wrong, titles of what others contradict."""

    id: str
    missing: tuple[str, ...] = ()
    wrong: int = 0
    contradicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A form that may come next; `beside`: when it is wanted, not in its turn; `lacks`: what the case doesn't know."""

    form: str
    title: str
    beside: bool
    lacks: tuple[str, ...] = ()
    lacks_more: int = 0


@dataclass(frozen=True)
class CaseLook:
    """All that a case's page shows beyond its papers themselves."""

    known: Sequence[Known]
    papers: Mapping[str, PaperLook]
    steps: Sequence[Step]
    due: Sequence[Row]


# --- looked at ---


def looked_at(setup: Setup, lang: Lang, papers: Sequence[Paper], on: date) -> CaseLook:
    """Return what there is to say of a case."""
    office = office_of(setup)
    matter = matter_of(office, papers, lang)
    due = listed(list(found_in(matter.case, matter.owners, office, "case")), office.policy, on, MAX_DAYS)
    return CaseLook(
        list(_known(matter, office)),
        {look.id: look for look in _looks(matter, papers, office)},
        list(_steps(matter.case, lang)),
        rows_of(due, lang, on),
    )


def _known(matter: Matter, office: Office) -> Iterator[Known]:
    case = matter.case
    faces: dict[str, Faces] = {}
    for fact in sorted(_facts(case).values(), key=lambda one: (not is_shared(one.spec), one.number)):
        if fact.form.id not in faces:
            theme = office.configuration.theme
            faces[fact.form.id] = Faces(fact.form, case.lang, office.policy, Purpose.FILLED, theme)
        text = _said(fact, faces[fact.form.id], office)
        if text:
            where = fact.form.title(case.lang), matter.owners[fact.number - 1].id
            yield Known(fact.spec.title(case.lang), text, *where, is_shared(fact.spec))


def _facts(case: Case) -> dict[str, Fact]:
    """Return what a case knows by key, each as the first of those papers told it that say what holds now."""
    facts: dict[str, Fact] = {}
    for fact in case.told():
        before = facts.get(fact.spec.key)
        if before is None or before.value != fact.value:
            facts[fact.spec.key] = fact
    return facts


def _said(fact: Fact, faces: Faces, office: Office) -> str:
    spec = fact.spec
    if spec.shape != "value" or is_picture(fact.value) or (spec.kind.takes_bytes and not spec.kind.is_drawn):
        return ""
    return faces.text(spec, reader(spec.kind, spec, office.policy.zone)(fact.value))


def _looks(matter: Matter, papers: Sequence[Paper], office: Office) -> Iterator[PaperLook]:
    case = matter.case
    contradicted: dict[str, dict[str, None]] = {}
    for number, owner in enumerate(matter.owners, 1):
        form = case.form_of(number)
        for fault in case.conflicts(form, case.entries[number - 1].record):
            spec = form.record_spec.by_key.get(fault.place.pointer.rpartition("/")[2]) or _spec(form, fault.place)
            contradicted.setdefault(owner.id, {})[spec.title(case.lang) if spec else fault.place.pointer] = None
    for paper in papers:
        form_of = office.find(paper.form)
        if form_of is None:
            continue
        look = look_at(office.job(Way(form_of.id, case.lang)), paper.raw)
        look = without_missing(look, awaited(form_of, office.numbers.patterns))
        missing = tuple(dict.fromkeys(one.title or one.text for one in look.missing))
        wrong = sum(not one.warns for one in look.faults)
        yield PaperLook(paper.id, missing, wrong, tuple(contradicted.get(paper.id, ())))


def _spec(form: Form, place: Place) -> FieldSpec | None:
    return next((one for one in form.record_spec.walk() if one.pointer == place.pointer), None)


# --- what comes next ---


@cache
def _order() -> Sequence[Mapping[str, Any]]:
    described = strict_json.load_own(resources.schemas() / "statistics" / "next.json")
    return tuple(described["steps"])


def _steps(case: Case, lang: Lang) -> Iterator[Step]:
    """Yield the forms that may come next, in the order of the work."""
    there = {entry.form for entry in case.entries}
    for step in _order():
        form = case.catalogue.find(step["form"])
        if form is None or (form.id in there and not step.get("again")) or there & set(step.get("unless", ())):
            continue
        if "after" in step and not there & set(step["after"]):
            continue
        lacking = dict.fromkeys(_title(fault.place, lang) for fault in case.missing(form)) if there else {}
        few = tuple(lacking)[:MOST_NAMED]
        yield Step(form.id, form.title(lang), bool(step.get("beside")), few, len(lacking) - len(few))


def _title(place: Place, lang: Lang) -> str:
    return Place(titles=place.titles).text(lang) or place.pointer


# --- begun, taken along, brought ---


def filled(setup: Setup, lang: Lang, papers: Sequence[Paper], form_id: str) -> dict[str, Any]:
    """Return the record of a form as a case knows it, to go on from."""
    office = office_of(setup)
    form = office.catalogue.form(form_id)
    record = matter_of(office, papers, lang).case.fill(form, {})
    return {form.rows.key: [record]} if form.is_table else record


def completed(
    setup: Setup, lang: Lang, papers: Sequence[Paper], form_id: str, raw: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a record with what a case knows in its gaps; of a register, or one that can't be read, as it is."""
    office = office_of(setup)
    form = office.catalogue.form(form_id)
    if form.is_table or normaliser(form, office.policy.zone).record(raw, Place())[1]:
        return raw
    return matter_of(office, papers, lang).case.fill(form, raw)


def case_file(setup: Setup, story: Sequence[Paper], issued: Sequence[Mapping[str, Any]]) -> bytes:
    """Return papers as the case file that the command line takes."""
    case = matter_of(office_of(setup), story, "zh-Hans", issued).case
    return (strict_json.written(case.as_json(), indent=2) + "\n").encode()


@dataclass(frozen=True)
class TakenCase:
    """What a case file brings: its records as the desk keeps them, and what was given out."""

    records: Sequence[Taken]
    notes: Sequence[Mapping[str, Any]]


def taken(setup: Setup, content: bytes) -> TakenCase:
    """Return what a case file brings, its records completed as the papers of a case are.

    Raises RecordError for a file that is none, or whose records can't be read.
    """
    office = office_of(setup)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fail(RecordError, "E-case-file") from None
    parsed = strict_json.parse(text, RecordError, "")
    if not is_case(parsed):
        raise fail(RecordError, "E-case-file")
    case = read_case(parsed, office.catalogue, office.policy, "")
    return TakenCase([_taken(office, case, number) for number in range(1, len(case.entries) + 1)], case.issued)


def is_there(setup: Setup, brought: Sequence[Taken], held: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Tell whether a record that a file brings says the very same as one of its form that the desk has.

    `held`: what the desk has, by form.
    """
    office = office_of(setup)
    for one in brought:
        form = office.catalogue.form(one.form)
        own = list(rows_in(office, form, one.raw))
        if any(list(rows_in(office, form, raw)) == own for raw in held.get(one.form, ())):
            return True
    return False


def _taken(office: Office, case: Case, number: int) -> Taken:
    form = case.form_of(number)
    row = case.then(number - 1).fill(form, case.entries[number - 1].record)
    raw: dict[str, Any] = {form.rows.key: [row]} if form.is_table else row
    own = value_at(raw, form.identity) if form.identity and not form.is_table else None
    is_sound = look_at(office.job(Way(form.id, case.lang)), raw).is_sound
    return Taken(form.id, raw, str(own) if own else None, title_of(form, raw), is_sound)

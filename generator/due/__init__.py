"""What is due: one dated list of registers, returned documents and case files, by what their forms say of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from generator import resources, strict_json
from generator.catalogue import Catalogue, Form
from generator.due.items import Item, Tellings, asked_of, day_of, items_of, told_of
from generator.due.reading import Found, read_sources
from generator.errors import Fault, Place, UsageError, fail
from generator.job import Job
from generator.record import Values
from generator.rules import Policy
from generator.rules.mask import mask_tree
from generator.wording import Lang, choose

__all__ = ["DueList", "Found", "Item", "Tellings", "asked_of", "due", "gathered", "listed", "told_of"]

USUAL_DAYS = 7
MAX_DAYS = 36_600


@dataclass(frozen=True)
class DueList:
    """What is due by a day, in order; `form`: what it is printed as; `faults`: what couldn't be read."""

    form: str
    on: date
    until: date
    items: Sequence[Item] = ()
    faults: Sequence[Fault] = ()

    def record(self, lang: Lang) -> dict[str, Any]:
        """Return the list as a record of its form, its words in a language."""
        head = {"as_of": self.on.isoformat(), "until": self.until.isoformat()}
        return {**head, "rows": [self._row(item, lang) for item in self.items]}

    def by_person(self, job: Job) -> Iterator[tuple[str, "DueList"]]:
        """Yield for each person what that person answers for, by name; last, by no name, what nobody is named for.

        A name is masked where the job masks.
        """
        for who in sorted({item.who for item in self.items}, key=lambda who: (not who, who)):
            part = replace(self, items=[item for item in self.items if item.who == who], faults=())
            row = part.record(job.lang)["rows"][0]
            shown = mask_tree(row, job.form.rows, job.policy.masking) if job.masks else row
            yield shown.get("owner", ""), part

    @property
    def late(self) -> int:
        """Return how many things are overdue."""
        return sum(day_of(item.day) < self.on for item in self.items)

    def calendar(self, job: Job) -> bytes:
        """Return the list as an iCalendar file, under a job of its form."""
        from generator.due.calendar import calendar

        return calendar(self.on, self.items, self.record(job.lang)["rows"], job)

    def _row(self, item: Item, lang: Lang) -> Values:
        late = (self.on - day_of(item.day)).days
        row = {
            "due_at": item.day.isoformat(),
            "days_late": late if late > 0 else None,
            "matter": item.matter(lang),
            "source_no": item.number,
            "client": item.customer,
            "owner": item.who,
            "source_form": choose(item.form_titles, lang),
            "basis": choose(item.basis, lang),
        }
        return {key: value for key, value in row.items() if value not in ("", None)}


def due(
    sources: Iterable[str],
    catalogue: Catalogue,
    policy: Policy,
    job_of: Callable[[Form], Job],
    on: date,
    within: int = USUAL_DAYS,
    person: str = "",
    form: str = "",
) -> DueList:
    """Return what is open in sources and due until some days after a day: by day, the overdue first, then by person.

    A source is a file, a folder, or FORM=FILE for a list that doesn't say of which form it is; `form` is that of all
    such lists. `person`: only what that person answers for. Raises UsageError for what isn't there.
    """
    _require_span(on, within)  # before the sources are read
    found, faults = read_sources(sources, catalogue, policy, job_of, form)
    return listed(found, policy, on, within, person, faults)


def listed(
    found: Sequence[Found],
    policy: Policy,
    on: date,
    within: int = USUAL_DAYS,
    person: str = "",
    faults: Sequence[Fault] = (),
) -> DueList:
    """Return what is open in records that were read, as `due` does; `faults`: of those that couldn't be."""
    asked = asked_of({record.form.id: record.form for record in found}.values())
    return gathered([told_of(found, policy, asked)], on, within, person, faults)


def gathered(
    parts: Sequence[Tellings], on: date, within: int = USUAL_DAYS, person: str = "", faults: Sequence[Fault] = ()
) -> DueList:
    """Return what is open of all that records say, as `listed` does; the records of a case are told of together."""
    _require_span(on, within)
    until = on + timedelta(days=within)
    items, more = items_of(parts)
    held = [one for one in items if day_of(one.day) <= until and person in ("", one.who)]
    return DueList(_own_form(), on, until, sorted(held, key=lambda one: one.order), [*faults, *more])


def _require_span(on: date, within: int) -> None:
    if not 0 <= within <= MAX_DAYS or on.year + within // 365 >= date.max.year:
        raise fail(UsageError, "E-due-within", Place("--within"), limit=MAX_DAYS)


def _own_form() -> str:
    described = strict_json.load_own(resources.schemas() / "statistics" / "due.json")
    return str(described["form"])

"""Months of a service desk's issues: `python -m samples.month --rows 200 --seed 1 --out issues.jsonl`.

Each issue has what a month is summed up by: type, priority, status, channel, department, customer, cause, satisfaction,
and the times reported, responded to, planned and done. With `--form`, the file has the columns of a form that
`month.toml` names, and what they may say. The same arguments give the same file. Issues are made one by one, a day's
arrivals at a time, so that any number of them takes little memory.
"""

import random
import sys
import tomllib
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, pairwise
from math import prod
from pathlib import Path
from string import Formatter
from typing import Any, Generic, TypeVar

from generator.catalogue import Catalogue
from generator.files import write_to
from samples.command import parser
from samples.tables import SHEET_ROWS, WRITERS, Column, Layout

Issue = dict[str, Any]
"""Values by column: choices by value, times as local datetimes to the minute; without what isn't known."""

T = TypeVar("T")

REMEMBERED = 1000
"""Issues that one may come back as."""

_STRIDE = 7919
_MINUTES = 60
_FRIDAY = 4


@cache
def described() -> Mapping[str, Any]:
    """Return what `month.toml` says of the desk."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def layout(form: str = "") -> Layout:
    """Return the columns of a file: all that `month.toml` names, or those of one of its forms."""
    says = described()
    columns = [Column(**entry) for entry in says["column"]]
    if not form:
        return Layout(says["title"], columns, says["table"])
    own = says["forms"][form]
    always = frozenset(own["always"])
    return Layout.of(Catalogue(()).form(form), says["table"], [c.key for c in columns], **own | {"always": always})


def following(month: date) -> date:
    """Return the first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)


def months_to(last: date, count: int) -> list[date]:
    """Return the first days of so many months, `last` being that of the last."""
    number = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1)]


class Lot(Generic[T]):
    """Things to be drawn by weight."""

    def __init__(self, things: Iterable[T], weights: Iterable[float]) -> None:
        self.things, self.weights = list(things), list(accumulate(weights))

    def draw(self, chance: random.Random) -> T:
        """Return one of them."""
        return self.things[bisect(self.weights, chance.random() * self.weights[-1], 0, len(self.things) - 1)]


@dataclass(frozen=True, slots=True)
class Problem:
    """What may be reported: a text, the names in it that stand for something, and the possible causes."""

    text: str
    names: Sequence[str]
    causes: Lot[str]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Problem":
        """Return the problem that an entry of the data file describes."""
        names = [name for _, name, _, _ in Formatter().parse(entry["text"]) if name]
        return cls(entry["text"], names, _causes(entry["causes"]))


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of issues: who deals with it, how severe it is, which ways it comes, and what is reported."""

    name: str
    department: str
    severities: Lot[str]
    channels: Lot[str]
    problems: Sequence[Problem]

    @classmethod
    def of(cls, entry: Mapping[str, Any], severities: Iterable[str], channels: Iterable[str]) -> "Kind":
        """Return the type that an entry of the data file describes; its weights are in the order of the others."""
        lots = Lot(severities, entry["severity"]), Lot(channels, entry["channel"])
        return cls(entry["name"], entry["department"], *lots, [Problem.of(problem) for problem in entry["problems"]])


def _causes(names: Sequence[str]) -> Lot[str]:
    return Lot(names, [1 / n for n in range(1, len(names) + 1)])


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a customer reports; the same again where an issue comes back."""

    customer: str
    kind: Kind
    severity: str
    priority: str
    problem: str
    causes: Lot[str]


class Desk:
    """A desk in some months: the issues that it gets, and how it deals with them. All chance comes from one seed.

    `rows`: issues of the last month, `month`; those before vary a little around it. `always`: values never left out.
    """

    def __init__(self, rows: int, seed: int, month: date, months: int = 1, always: Set[str] = frozenset()) -> None:
        self.says, self.always = described(), always
        self.chance = random.Random(seed)  # noqa: S311  # samples hold no secrets
        self.months = [(day, self.volume(rows)) for day in months_to(month, months)[:-1]] + [(month, rows)]
        types, severities = self.says["type"], self.says["severity"]
        self.kinds = Lot((Kind.of(e, severities, self.says["channels"]) for e in types), (e["weight"] for e in types))
        self.priorities = {key: Lot(self.says["priority"], rule["priority"]) for key, rule in severities.items()}
        scores = self.says["satisfaction"]
        self.scores = {sad: Lot(range(1, 6), scores["displeased" if sad else "pleased"]) for sad in (False, True)}
        self.seen = datetime.combine(following(month), time()) + timedelta(days=self.says["open"]["days_after"])
        self.customers = max(1, min(names(), round(rows * self.says["customers"]["per_issue"])))
        self.earlier: list[Complaint] = []
        self.reported = 0

    @property
    def total(self) -> int:
        """Return how many issues there are in all the months."""
        return sum(rows for _, rows in self.months)

    def volume(self, rows: int) -> int:
        """Return how many issues come in a month in which about so many come."""
        return max(1, round(self.log_normal(rows, self.says["arrival"]["month_spread"])))

    def issues(self) -> Iterator[Issue]:
        """Yield the issues in the order of arrival, numbered day by day."""
        digits = len(str(max(rows for _, rows in self.months)))  # so that numbers sort as text, too
        for month, rows in self.months:
            for day, count in self.days(month, rows):
                for n, moment in enumerate(self.arrivals(day, count), 1):
                    yield {"issue_no": f"{self.says['numbers']}{day:%Y%m%d}-{n:0{digits}}", **self.issue(moment)}

    def days(self, month: date, rows: int) -> list[tuple[date, int]]:
        """Return the days of a month with the number of issues of each, all the rows in sum."""
        arrival = self.says["arrival"]
        days = [month + timedelta(days=n) for n in range((following(month) - month).days)]
        weights = [self.log_normal(arrival["weekday"][day.weekday()], arrival["spread"]) for day in days]
        total = sum(weights)
        bounds = [0, *(round(rows * part / total) for part in accumulate(weights))]
        return [(day, to - start) for day, (start, to) in zip(days, pairwise(bounds), strict=True)]

    def arrivals(self, day: date, count: int) -> list[datetime]:
        """Return so many moments of a day, in their order."""
        hours = Lot(range(24), self.says["arrival"]["hour"])
        minutes = sorted(
            hours.draw(self.chance) * _MINUTES + int(self.chance.random() * _MINUTES) for _ in range(count)
        )
        midnight = datetime.combine(day, time())
        return [midnight + timedelta(minutes=n) for n in minutes]

    def issue(self, reported: datetime) -> Issue:
        """Return an issue without its number."""
        complaint, comes_back = self.complaint()
        planned = self.planned(reported, complaint.severity)
        done = self.done(reported, complaint.severity)
        responded = self.responded(reported, complaint.priority, done)
        is_late = done is not None and done > planned
        values = {
            "customer_name": complaint.customer,
            "issue_type": complaint.kind.name,
            "problem": complaint.problem,
            "priority": complaint.priority,
            "severity": complaint.severity,
            "channel": complaint.kind.channels.draw(self.chance),
            "reported_at": reported,
            "responded_at": responded,
            "department": complaint.kind.department,
            "owner": self.one_of(self.says["owners"][complaint.kind.department]),
            **self.findings(complaint.causes.draw(self.chance), done is not None),
            "planned_at": planned,
            "completed_at": done,
            "status": self.status(responded, done),
            "satisfaction": self.satisfaction(comes_back or is_late) if done else None,
        }
        missing = self.missing()
        return {key: value for key, value in values.items() if value is not None and key not in missing}

    def missing(self) -> set[str]:
        """Return the keys of what nobody filled in."""
        drawn = {key for key, share in self.says["missing"].items() if self.chance.random() < share}
        return drawn - self.always

    def complaint(self) -> tuple[Complaint, bool]:
        """Return what a customer reports, and whether it came before."""
        comes_back = bool(self.earlier) and self.chance.random() < self.says["repeated"]
        complaint = self.one_of(self.earlier) if comes_back else self.new_complaint()
        self.remember(complaint)
        return complaint, comes_back

    def new_complaint(self) -> Complaint:
        """Return what a customer reports for the first time."""
        kind = self.kinds.draw(self.chance)
        rank = int(self.customers * self.chance.random() ** self.says["customers"]["skew"])
        severity = kind.severities.draw(self.chance)
        priority = self.priorities[severity].draw(self.chance)
        problem = self.one_of(kind.problems)
        text = problem.text.format(**{name: self.detail(name) for name in problem.names})
        return Complaint(customer(rank), kind, severity, priority, text, problem.causes)

    def detail(self, name: str) -> str | int:
        """Return what stands for a name in a description."""
        if shape := self.says["counts"].get(name):
            return max(2, round(self.log_normal(*shape)))
        words: Sequence[str] = self.says["words"][name]
        return self.one_of(words)

    def remember(self, complaint: Complaint) -> None:
        """Keep a complaint so that, however many come, each is as likely to be among those kept."""
        self.reported += 1
        if len(self.earlier) < REMEMBERED:
            self.earlier.append(complaint)
        elif (place := int(self.chance.random() * self.reported)) < REMEMBERED:
            self.earlier[place] = complaint

    def findings(self, cause: str, is_done: bool) -> Issue:
        """Return cause and solution; of an open issue as far as they are known by then."""
        known = self.says["open"]
        analysed = is_done or self.chance.random() < known["with_analysis"]
        solved = is_done or (analysed and self.chance.random() < known["with_solution"])
        return {
            "analysis": cause if analysed else None,
            "solution": self.says["solutions"][cause] if solved else None,
        }

    def planned(self, reported: datetime, severity: str) -> datetime:
        """Return when an issue is to be done."""
        rule = self.says["severity"][severity]
        moment = reported + timedelta(hours=rule["plan_hours"])
        if rule["round_the_clock"]:
            return moment
        return in_office(moment).replace(hour=self.says["office"]["closes"], minute=0)

    def done(self, reported: datetime, severity: str) -> datetime | None:
        """Return when an issue was done; None while it is open."""
        rule = self.says["severity"][severity]
        hours = self.log_normal(rule["median_hours"], rule["spread"])
        if self.chance.random() < self.says["open"]["stuck"] or hours > (self.seen - reported) / timedelta(hours=1):
            return None
        moment = reported + timedelta(minutes=1 + int(hours * _MINUTES))
        moment = moment if rule["round_the_clock"] else in_office(moment)
        return moment if moment < self.seen else None

    def responded(self, reported: datetime, priority: str, done: datetime | None) -> datetime | None:
        """Return when the customer was first answered, at the latest when all was done; None where nobody noted it."""
        rule = self.says["priority"][priority]
        moment = reported + timedelta(minutes=int(self.log_normal(rule["median_minutes"], rule["spread"])))
        moment = moment if rule["round_the_clock"] else in_office(moment)
        if done is not None and done < moment:
            moment = done
        is_noted = self.chance.random() >= self.says["open"]["not_noted" if done else "not_answered"]
        return moment if is_noted and moment < self.seen else None

    def status(self, responded: datetime | None, done: datetime | None) -> str:
        """Return where an issue stands: what was done is solved until the customer has agreed."""
        if done is None:
            return "open" if responded else "waiting"
        rule = self.says["closing"]
        agreed = done + timedelta(hours=self.log_normal(rule["median_hours"], rule["spread"]))
        return "closed" if agreed < self.seen else "solved"

    def satisfaction(self, is_displeased: bool) -> int | None:
        """Return the customer's score; None where there is none."""
        is_given = self.chance.random() < self.says["satisfaction"]["given"]
        return self.scores[is_displeased].draw(self.chance) if is_given else None

    def log_normal(self, median: float, spread: float) -> float:
        """Return a number from the log-normal distribution of a median and a sigma of the logarithm."""
        return median * self.chance.lognormvariate(0, spread)

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of some things that are equally likely."""
        return things[int(self.chance.random() * len(things))]


def in_office(moment: datetime) -> datetime:
    """Return a moment within the office's hours: itself, or the same minute of the first hour that comes next."""
    office = described()["office"]
    day = moment.date() + timedelta(days=moment.hour >= office["closes"])
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    if day == moment.date() and moment.hour >= office["opens"]:
        return moment
    return datetime.combine(day, time(office["opens"], moment.minute))


@cache
def name_parts() -> Sequence[Sequence[str]]:
    """Return what the names of customers are put together from."""
    says = described()["customers"]
    return says["places"], says["first"], says["second"], says["trades"]


@cache
def names() -> int:
    """Return how many customers there are names for."""
    return prod(map(len, name_parts()))


def customer(rank: int) -> str:
    """Return the name of a customer, another for each rank below `names()`."""
    # the stride is a prime longer than any list: it meets every name once, and mixes their parts
    n, words = rank * _STRIDE % names(), []
    for part in name_parts():
        n, at = divmod(n, len(part))
        words.append(part[at])
    return f"{''.join(words)}{described()['customers']['ending']}"


# --- command ---


def main(words: list[str]) -> int:
    """Write the file, over one that is there; return the exit code."""
    forms = described()["forms"]
    options = parser("python -m samples.month", "Make months of a desk's issues.", "issues")
    options.add_argument(
        "--form", choices=forms, default="", metavar="ID", help=f"its columns only: {', '.join(forms)}"
    )
    given = options.parse_args(words)
    table = layout(given.form)
    desk = Desk(given.rows, given.seed, given.month, given.months, table.always)
    if given.out.suffix == ".xlsx" and desk.total > SHEET_ROWS:
        options.error(f"argument --rows: a sheet of Excel takes {SHEET_ROWS} at most")
    write_to(given.out, lambda file: WRITERS[given.out.suffix](table, desk.issues(), file), replace=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

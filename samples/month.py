"""A month of a service desk's issues: `python -m samples.month --rows 200 --seed 1 --out issues.jsonl`.

Of the forms that are tables, the one named in `month.toml` carries most of what a month is summed up by: priority,
status, department, customer, cause, and the times reported, planned and done; it has no columns for the type, which
begins the description in 【】, nor for channel and first response. The same arguments give the same file. Issues are
made one by one, a day's arrivals at a time, so that any number of them takes little memory.
"""

import argparse
import csv
import io
import json
import random
import re
import sqlite3
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, pairwise
from math import prod
from pathlib import Path
from typing import IO, Any, BinaryIO, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from generator.api import make_policy
from generator.catalogue import Catalogue, FieldSpec
from generator.files import write_to

Issue = dict[str, Any]
"""A row by the schema's keys: choices by value, times as local datetimes to the minute; without what isn't known."""

T = TypeVar("T")

REMEMBERED = 1000
"""Issues of the month that one may come back as."""

_STRIDE = 7919
_MINUTES = 60
_FRIDAY = 4
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_SHEET_ROWS = 1_048_575


@cache
def described() -> Mapping[str, Any]:
    """Return what `month.toml` says of the desk."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def columns() -> Sequence[FieldSpec]:
    """Return the fields of the form's rows, in their order on paper."""
    return Catalogue(()).form(described()["form"]).rows.fields


def following(month: date) -> date:
    """Return the first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)


class Lot(Generic[T]):
    """Things to be drawn by weight."""

    def __init__(self, things: Iterable[T], weights: Iterable[float]) -> None:
        self.things, self.weights = list(things), list(accumulate(weights))

    def draw(self, chance: random.Random) -> T:
        """Return one of them."""
        return chance.choices(self.things, cum_weights=self.weights)[0]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of issues: who deals with it, how severe it is, and what is reported, each with its possible causes."""

    name: str
    department: str
    severities: Lot[str]
    problems: Sequence[tuple[str, Lot[str]]]

    @classmethod
    def of(cls, entry: Mapping[str, Any], severities: Iterable[str]) -> "Kind":
        """Return the type that an entry of the data file describes; its weights are in the order of `severities`."""
        problems = [(problem["text"], _causes(problem["causes"])) for problem in entry["problems"]]
        return cls(entry["name"], entry["department"], Lot(severities, entry["severity"]), problems)


def _causes(names: Sequence[str]) -> Lot[str]:
    return Lot(names, [1 / n for n in range(1, len(names) + 1)])


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a customer reports; the same again where an issue comes back."""

    customer: str
    kind: Kind
    severity: str
    problem: str
    causes: Lot[str]


class Desk:
    """A desk in one month: the issues that it gets, and how it deals with them. All chance comes from one seed."""

    def __init__(self, rows: int, seed: int, month: date) -> None:
        self.rows, self.month, self.says = rows, month, described()
        self.chance = random.Random(seed)  # noqa: S311  # samples hold no secrets
        types = self.says["type"]
        kinds = (Kind.of(entry, self.says["severity"]) for entry in types)
        self.kinds = Lot(kinds, (entry["weight"] for entry in types))
        self.seen = datetime.combine(following(month), time()) + timedelta(days=self.says["open"]["days_after"])
        self.customers = max(1, min(names(), round(rows * self.says["customers"]["per_issue"])))
        self.earlier: list[Complaint] = []
        self.reported = 0

    def issues(self) -> Iterator[Issue]:
        """Yield the month's issues in the order of arrival, numbered day by day."""
        digits = len(str(self.rows))  # so that numbers sort as text, too
        for day, count in self.days():
            for n, moment in enumerate(self.arrivals(day, count), 1):
                yield {"issue_no": f"{self.says['numbers']}{day:%Y%m%d}-{n:0{digits}}", **self.issue(moment)}

    def days(self) -> list[tuple[date, int]]:
        """Return the days of the month with the number of issues of each, all the rows in sum."""
        arrival = self.says["arrival"]
        days = [self.month + timedelta(days=n) for n in range((following(self.month) - self.month).days)]
        weights = [self.log_normal(arrival["weekday"][day.weekday()], arrival["spread"]) for day in days]
        total = sum(weights)
        bounds = [0, *(round(self.rows * part / total) for part in accumulate(weights))]
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
        complaint = self.complaint()
        done = self.done(reported, complaint.severity)
        values = {
            "customer_name": complaint.customer,
            "problem": complaint.problem,
            "severity": complaint.severity,
            "reported_at": reported,
            "department": complaint.kind.department,
            "owner": self.one_of(self.says["owners"][complaint.kind.department]),
            **self.findings(complaint.causes.draw(self.chance), done is not None),
            "planned_at": self.planned(reported, complaint.severity),
            "completed_at": done,
            "status": "closed" if done else "open",
        }
        return {key: value for key, value in values.items() if value is not None and not self.is_missing(key)}

    def is_missing(self, key: str) -> bool:
        """Tell whether nobody filled in a value."""
        share = self.says["missing"].get(key)
        return share is not None and self.chance.random() < share

    def complaint(self) -> Complaint:
        """Return what a customer reports: what came before in the month, or something new."""
        comes_back = self.earlier and self.chance.random() < self.says["repeated"]
        complaint = self.one_of(self.earlier) if comes_back else self.new_complaint()
        self.remember(complaint)
        return complaint

    def new_complaint(self) -> Complaint:
        """Return what a customer reports for the first time."""
        kind = self.kinds.draw(self.chance)
        rank = int(self.customers * self.chance.random() ** self.says["customers"]["skew"])
        text, causes = self.one_of(kind.problems)
        problem = f"【{kind.name}】{text.format(**self.details())}"
        return Complaint(customer(rank), kind, kind.severities.draw(self.chance), problem, causes)

    def details(self) -> Mapping[str, Any]:
        """Return what stands for the names in a description."""
        words = {name: self.one_of(choices) for name, choices in self.says["words"].items()}
        counts = {name: max(2, round(self.log_normal(*shape))) for name, shape in self.says["counts"].items()}
        return words | counts

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


# --- files ---


def as_json(issue: Issue, zone: ZoneInfo) -> Issue:
    """Return an issue as the schema wants it: times with the offset of the desk's time zone."""
    return {k: v.replace(tzinfo=zone).isoformat() if isinstance(v, datetime) else v for k, v in issue.items()}


def on_paper(issues: Iterable[Issue]) -> Iterator[list[Any]]:
    """Yield titles, then the cells of each issue: choices by their labels, times as datetimes, None for what misses."""
    fields = columns()
    yield [field.title("zh-Hans") for field in fields]
    labels = {field.key: {choice.value: choice.titles["zh-Hans"] for choice in field.choices} for field in fields}
    for issue in issues:
        yield [labels[key].get(issue.get(key), issue.get(key)) for key in labels]


def write_jsonl(issues: Iterable[Issue], file: BinaryIO) -> None:
    """Write one JSON object a line."""
    zone = make_policy().zone
    for issue in issues:
        file.write(json.dumps(as_json(issue, zone), ensure_ascii=False).encode() + b"\n")


def write_csv(issues: Iterable[Issue], file: BinaryIO) -> None:
    """Write what Excel saves as CSV UTF-8: with a byte order mark, times to the minute."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    sheet = csv.writer(text)
    for cells in on_paper(issues):
        sheet.writerow([f"{c:%Y-%m-%d %H:%M}" if isinstance(c, datetime) else c for c in cells])
    text.detach()


def write_xlsx(issues: Iterable[Issue], file: BinaryIO) -> None:
    """Write a workbook of one sheet."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(Catalogue(()).form(described()["form"]).title("zh-Hans"))
    for cells in on_paper(issues):
        sheet.append(cells)
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)
    ExcelWriter(book, Undated(file, "w", zipfile.ZIP_DEFLATED)).save()


class Undated(zipfile.ZipFile):
    """A package whose parts are of 1980-01-01, so that the same workbook has the same bytes."""

    def open(
        self,
        name: str | zipfile.ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Open a part, as every way of writing one does."""
        if isinstance(name, zipfile.ZipInfo):
            name.date_time = (1980, 1, 1, 0, 0, 0)
        return super().open(name, mode, pwd, force_zip64=force_zip64)


def write_sqlite(issues: Iterable[Issue], file: IO[bytes]) -> None:
    """Write a database with one table, `issues`: columns by the schema's keys, times as ISO text, NULL for what misses.

    `file` must have a name, for SQLite opens it by that.
    """
    keys = [field.key for field in columns()]
    rows = ([_iso(issue.get(key)) for key in keys] for issue in issues)
    marks = ", ".join("?" * len(keys))
    with closing(sqlite3.connect(file.name)) as base, base:
        base.execute(f"CREATE TABLE issues ({', '.join(f'{key} TEXT' for key in keys)})")
        base.executemany(f"INSERT INTO issues VALUES ({marks})", rows)  # noqa: S608  # nothing but question marks


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


WRITERS: Mapping[str, Callable[[Iterable[Issue], BinaryIO], None]] = {
    ".jsonl": write_jsonl,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".sqlite": write_sqlite,
    ".db": write_sqlite,
}


# --- command ---


def _month(text: str) -> date:
    if not _MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: give a month from 2000-01 to 2099-12")
    return date.fromisoformat(f"{text}-01")


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text}: give a whole number from {least}")
        return int(text)

    return read


def _out(text: str) -> Path:
    path = Path(text)
    if path.suffix not in WRITERS:
        raise argparse.ArgumentTypeError(f"{text}: the name must end in {', '.join(WRITERS)}")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m samples.month", description="Make a month of a desk's issues.")
    parser.add_argument("--rows", type=_whole(1), required=True, metavar="N", help="issues of the month")
    parser.add_argument(
        "--seed", type=_whole(0), required=True, metavar="S", help="the same seed gives the same issues"
    )
    parser.add_argument("--month", type=_month, default="2024-05", metavar="YYYY-MM", help="by default %(default)s")
    parser.add_argument("--out", type=_out, required=True, metavar="FILE", help=f"of {', '.join(WRITERS)}")
    return parser


def main(words: list[str]) -> int:
    """Write the file, over one that is there; return the exit code."""
    parser = _parser()
    given = parser.parse_args(words)
    if given.out.suffix == ".xlsx" and given.rows > _SHEET_ROWS:
        parser.error(f"argument --rows: a sheet of Excel takes {_SHEET_ROWS} at most")
    issues = Desk(given.rows, given.seed, given.month).issues()
    write_to(given.out, lambda file: WRITERS[given.out.suffix](issues, file), replace=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

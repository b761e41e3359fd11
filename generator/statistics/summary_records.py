"""Rows of statistics put together into records of the monthly summary, one for each group, in their order."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from generator.catalogue import Form
from generator.rules.functions import rounded, share
from generator.rules.working_hours import END_OF_DAY
from generator.statistics.cells import first_moment
from generator.statistics.engine import Engine, ResultRow
from generator.statistics.further_rules import MOST_PERIODS
from generator.statistics.issues import GROUPS, LISTED
from generator.statistics.measures import difference, measured
from generator.statistics.queries import RATED, SummaryQueries
from generator.statistics.rules import MOST_NAMES
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql
from generator.wording import Lang, choose, phrase

SummaryRecord = dict[str, Any]
"""A record by the keys of its form."""

NAMED = {"by_type": "issue_type", "by_department": "department", "by_channel": "channel"}
_RATES = {
    "response_rate": ("responses_in_time", "responses_judged", 1),
    "resolution_rate": ("resolutions_in_time", "resolutions_judged", 1),
    "repeat_rate": ("repeats", "volume", 2),
    "first_contact_rate": ("first_contact_solved", "first_contact_judged", 1),
    "visit_rate": ("visits_in_time", "visits_judged", 1),
    "escalation_rate": ("escalations", "volume", 1),
}
_COUNTED = (
    *("responses_judged", "responses_in_time", "resolutions_judged", "resolutions_in_time", "repeats"),
    *("first_contact_judged", "first_contact_solved", "visits_judged", "visits_in_time", "escalations"),
    *("promoters", "passives", "detractors"),
)
_COMPARED = (
    *("volume", "response_rate", "resolution_rate", "mean_minutes", "median_minutes", "p90_minutes"),
    *("repeat_rate", "first_contact_rate", "visit_rate", "escalation_rate", "satisfaction", "nps"),
)
_OF_TREND = ("response_rate", "resolution_rate")
_EXACT = 12
"""Decimals of a percentage that is held against its target: more than are printed."""

MOST_OWNERS = 20
"""Persons that the table of who has how much to do names at most; then those of no person."""

_LEAST_PERIODS = 3
"""Periods from which on there is a trend: two are compared anyway."""

_NUMBERED = 20
"""Letters of a department's name that a report's number has room for; longer ones are counted."""


class GroupedRows:
    """Rows of a query, ordered by group, taken group by group; those of no group that is asked for are passed over."""

    def __init__(self, rows: Iterator[ResultRow], groups: Collection[object]) -> None:
        self.rows = (row for row in rows if row[0] in groups)
        self.next = next(self.rows, None)

    def of(self, group: object) -> Iterator[ResultRow]:
        """Yield the rows of a group without the group; groups must be asked for in their order."""
        while self.next is not None and self.next[0] == group:
            yield self.next[1:]
            self.next = next(self.rows, None)


@dataclass(frozen=True)
class SummaryRecords:
    """How records of one month are written: which statistics there are, and in which language.

    `computable`: the statistics that the source has the columns for. `first`: when the first issue was reported.
    """

    form: Form
    setting: Setting
    lang: Lang
    by: str
    computable: frozenset[str]
    first: datetime | None

    @property
    def compares(self) -> bool:
        """Tell whether the source knows of earlier periods."""
        return self.first is not None and self.first < first_moment(self.setting.period.first)

    def records(
        self, engine: Engine, queries: SummaryQueries, totals: Sequence[ResultRow], names: Sequence[str]
    ) -> Iterator[SummaryRecord]:
        """Yield the record of each row of totals; `names` are those of their columns behind the group's."""
        groups = {line[0] for line in totals}
        grouped = {key: GroupedRows(engine.rows(query), groups) for key, query in self._queries(queries)}
        for n, (group, *values) in enumerate(totals, 1):
            record = self._head(group, n)
            rows = {key: list(rows.of(group)) for key, rows in grouped.items()}
            yield record | self._statistics(dict(zip(names, values, strict=True)), rows)

    def _queries(self, queries: SummaryQueries) -> Iterator[tuple[str, Sql]]:
        yield from ((key, queries.names(column)) for key, column in NAMED.items() if key in self.computable)
        if "by_priority" in self.computable:
            yield "by_priority", queries.choices(self._rank)
        if "by_status" in self.computable:
            yield "by_status", queries.choices("status")
        if "top_causes" in self.computable:
            yield "top_causes", queries.causes()
        if "repeats" in self.computable:
            yield "repeats", queries.repeats()
        if "overdue" in self.computable:
            yield "overdue", queries.overdue()
        if "owners" in self.computable:
            yield "owners", queries.owners()
        if self.compares:
            yield "trend", queries.trend()
            yield from [("completions", queries.completions())] if "completions" in self.computable else []

    @property
    def _rank(self) -> str:
        return "priority" if "priority" in self.setting.found else "severity"

    def _head(self, group: str | None, n: int) -> SummaryRecord:
        """Return what a record is of; `n`: its place among those of its period."""
        period = self.setting.period
        head: SummaryRecord = {"month": period.code}
        if period.kind != "month":
            named = {"period": period.text(self.lang), "period_kind": period.kind, "report_no": f"YB{period.name}"}
            head = named
        head["period_name"] = period.name
        if self.by:
            key = GROUPS[self.by]
            head[key] = self._short(key, group) if group is not None else self._not_given
            head["report_no"] = f"YB{period.name}-{self._number(group, n)}"
        return head

    def _number(self, group: str | None, n: int) -> str:
        """Return what tells the numbers of a period's reports apart: a department's name, but nobody else's."""
        named = self.by == "department" and group is not None and len(group) <= _NUMBERED
        return str(group) if named else f"{n if group is not None else 0:03d}"

    @property
    def _not_given(self) -> str:
        return phrase("not_given", self.lang, "statistics")

    def _short(self, pointer: str, text: str) -> str:
        """Return a text no longer than its field takes."""
        spec = self.form.spec_at("/" + pointer)
        limit = spec.schema.get("maxLength") if spec else None
        return text if not limit or len(text) <= limit else text[: limit - 1] + "…"

    # --- statistics ---

    def _statistics(self, values: Mapping[str, Any], lines: Mapping[str, Sequence[ResultRow]]) -> SummaryRecord:
        repeated = lines.get("repeats") or [(0, 0)]
        this = self._month({**values, "repeats_1": repeated[0][0]}, 1)
        last = self._month({**values, "repeats_0": repeated[0][1]}, 0) if self.compares else {}
        made = {"volume": this["volume"]} | ({"last_volume": last["volume"]} if last else {})
        made |= {key: self._named(key, lines[key]) for key in NAMED if key in lines}
        if "owners" in lines:
            made |= self._owners(lines["owners"])
        if trend := self._trend(lines.get("trend", ()), lines.get("completions", ())):
            made["trend"] = trend
        if "by_priority" in lines:
            made["by_priority"] = self._chosen(self._rank, lines["by_priority"])
        if "by_status" in lines:
            made["by_status"] = self._chosen("status", lines["by_status"])
        made |= {key: value for key, value in this.items() if key not in _RATES}
        if "overdue" in lines:
            made |= {"overdue_count": values["overdue"], "overdue": [self._late(line) for line in lines["overdue"]]}
        if "top_causes" in lines:
            causes = ((self._short("top_causes/0/cause", cause), cases) for cause, cases in lines["top_causes"])
            made["top_causes"] = [{"cause": cause, "cases": cases} for cause, cases in causes]
        aims = [{"of": key, **aim} for key in _COMPARED if (aim := self._aim(key, this, "aim"))]
        made |= {"aims": aims} if aims else {}
        comparison = list(self._comparison(this, last))
        return made | ({"comparison": comparison} if last or comparison else {})

    def _month(self, values: Mapping[str, Any], month: int) -> SummaryRecord:
        """Return the statistics of one of the two months, without those that there are none of."""
        of = {key.removesuffix(f"_{month}"): value for key, value in values.items() if key.endswith(f"_{month}")}
        made: SummaryRecord = {"volume": of["volume"]} | {key: of[key] for key in _COUNTED if key in self.computable}
        if "mean_minutes" in self.computable and of["handled"]:
            made["mean_minutes"] = _half_up(int(of["minutes"]), of["handled"])
            made["median_minutes"] = _half_up(of["lower"] + of["upper"], 2)
            made["p90_minutes"] = of["p90"]
        if "satisfaction" in self.computable and of["scored"]:
            made["satisfaction"] = rounded(Decimal(int(of["scores"])) / of["scored"], 2)
        if "nps" in self.computable:
            answers = of["promoters"] + of["passives"] + of["detractors"]
            made |= {"nps": share(of["promoters"] - of["detractors"], answers, 1)} if answers else {}
        rates = {key: share(made[a], made[b], n) for key, (a, b, n) in _RATES.items() if a in made}
        return made | {key: rate for key, rate in rates.items() if rate is not None}

    def _named(self, key: str, lines: Sequence[ResultRow]) -> list[SummaryRecord]:
        rated = key.removeprefix("by_") in RATED
        return [
            self._count(self._name(key, line), line[2], line[3]) | (self._rated(*line[5:]) if rated else {})
            for line in lines
        ]

    def _rated(self, judged: int, in_time: int) -> SummaryRecord:
        """Return which share of a row's judged responses was in time."""
        if "response_rate" not in self.computable:
            return {}
        rate = share(int(in_time), int(judged), 1)
        return {} if rate is None else {"response_rate": rate}

    def _owners(self, lines: Sequence[ResultRow]) -> SummaryRecord:
        named, nobody = ([line for line in lines if (line[0] is None) is none] for none in (False, True))
        return {"owner_count": len(named), "owners": list(map(self._owner, [*named[:MOST_OWNERS], *nobody]))}

    def _owner(self, line: ResultRow) -> SummaryRecord:
        name, received, completed, standing, overdue, judged, in_time = line
        row: SummaryRecord = {"owner": self._short("owners/0/owner", name)} if name else {}
        row |= {"received": received, "standing": standing}
        row |= {"completed": completed} if "completions" in self.computable else {}
        row |= {"overdue": overdue} if "overdue" in self.computable else {}
        return row | self._rated(judged, in_time)

    def _trend(self, lines: Sequence[ResultRow], completions: Sequence[ResultRow]) -> list[SummaryRecord]:
        """Return a row for each period from the source's first one on, twelve at most, as it stood at its end."""
        periods = self.setting.period.back(MOST_PERIODS)
        known = [n for n, one in enumerate(periods) if self.first and self.first < first_moment(one.following)]
        if len(known) < _LEAST_PERIODS:
            return []
        by_nth = {line[0]: line[1:] for line in lines}
        completed: Mapping[int, int] = {line[0]: line[1] for line in completions}
        return [
            {"period": periods[n].short, **self._of_period(by_nth.get(n, (0,) * 7)), **self._completed(n, completed)}
            for n in reversed(known)
        ]

    def _completed(self, n: int, completed: Mapping[int, int]) -> SummaryRecord:
        return {"completed": completed.get(n, 0)} if "completions" in self.computable else {}

    def _of_period(self, line: ResultRow) -> SummaryRecord:
        volume, responses, in_time, resolutions, solved_in_time, scored, scores = line
        made: SummaryRecord = {"cases": volume}
        for key, part, whole in zip(_OF_TREND, (in_time, solved_in_time), (responses, resolutions), strict=True):
            if key in self.computable and whole:
                made[key] = share(part, whole, 1)
        if "satisfaction" in self.computable and scored:
            made["satisfaction"] = rounded(Decimal(int(scores)) / scored, 2)
        return made

    def _name(self, key: str, line: ResultRow) -> str:
        place, name, _, _, names = line[:5]
        if name is None:
            return self._not_given
        if names > 1 and place == MOST_NAMES:
            return phrase("others", self.lang, "statistics").format(count=names)
        return self._short(f"{key}/0/name", name)

    def _chosen(self, key: str, lines: Sequence[ResultRow]) -> list[SummaryRecord]:
        choices = self.setting.columns.spec(key).choices
        labels = [choose(choice.titles, self.lang) for choice in choices]
        return [
            self._count(labels[n - 1] if n else self._not_given, cases, last)
            | (self._rated(*rates) if key in RATED else {})
            for n, cases, last, *rates in lines
        ]

    def _count(self, name: str, cases: int, last: int) -> SummaryRecord:
        counted = {"name": name, "cases": int(cases)}
        return counted | {"last_cases": int(last)} if self.compares else counted

    def _late(self, line: ResultRow) -> SummaryRecord:
        *texts, due = line
        row = {key: self._short(f"overdue/0/{key}", text) for key, text in zip(LISTED, texts, strict=True) if text}
        days_late = (self.setting.period.last - due.date()).days
        return {**row, "planned_at": self._moment(due), "days_late": days_late}

    def _moment(self, due: datetime) -> str:
        """Return a moment as the schema wants it; what lasts to the end of a day is that day."""
        if due - first_moment(due.date()) == END_OF_DAY:
            return due.date().isoformat()
        return due.replace(microsecond=0, tzinfo=self.setting.policy.zone).isoformat()

    def _comparison(self, this: Mapping[str, Any], last: Mapping[str, Any]) -> Iterator[SummaryRecord]:
        for key in _COMPARED:
            both = {"this_month": this.get(key), "last_month": last.get(key)}
            given = {name: measured(key, value, self.lang) for name, value in both.items() if value is not None}
            if len(given) == len(both):
                given["difference"] = difference(key, this[key], last[key], self.lang)
            aim = self._aim(key, this)
            if given if last else aim:
                yield {"indicator": phrase(f"indicator.{key}", self.lang, "statistics"), **given, **aim}

    def _aim(self, key: str, this: Mapping[str, Any], words: str = "target") -> SummaryRecord:
        """Return what the policy aims at, and whether a figure of this period, not as it is rounded, keeps to it."""
        policy, found = self.setting.policy, self.setting.policy.aim(key)
        if found is None or this.get(key) is None:
            return {}
        kind, limit = found
        part, whole, _ = _RATES.get(key, ("", "", 0))
        exact = share(this[part], this[whole], _EXACT) if part else this[key]
        text = phrase(f"{words}.{kind}", self.lang, "statistics").format(measured(key, limit, self.lang))
        return {"target": text, "met": "met" if policy.met(key, exact) else "missed"}


def _half_up(total: int, count: int) -> int:
    return (2 * total + count) // (2 * count)

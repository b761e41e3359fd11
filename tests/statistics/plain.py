"""Every figure of a monthly summary, computed in the plainest way: by going through a list.

It shares nothing with the package but the calendar of working days, so that its results can be held against ours.
An issue is a dict of typed values: times as datetimes (without a zone: the desk's), choices by value. What isn't given
is absent, None, or one of the marks that people write for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from generator.rules.calendar import WorkingCalendar

Issue = dict[str, Any]
Figures = dict[str, Any]

NOT_GIVEN = ("", "-", "—", "无")
TIMES = ("reported_at", "responded_at", "planned_at", "completed_at")
LISTED, NAMED, CAUSES = 50, 12, 10
OFFICE_HOURS = [["09:00", "12:00"], ["13:00", "18:00"]]
REPEAT = {"same": ["customer_name", "problem"], "within": {"value": 30, "unit": "day"}}
SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True)
class Words:
    """What names are called in a language; `rest` has a place for how many names it stands for."""

    statuses: Mapping[str, str]
    severities: Mapping[str, str]
    rest: str
    blank: str
    indicators: Mapping[str, str]


CHINESE = Words(
    {"waiting": "待处理", "open": "处理中", "solved": "已解决", "closed": "已关闭"},
    {"high": "高", "medium": "中", "low": "低"},
    "其他（共 {count} 项）",
    "未填写",
    {
        "volume": "受理总量",
        "response_rate": "响应达标率",
        "resolution_rate": "解决达标率",
        "mean_minutes": "平均处理时长",
        "median_minutes": "处理时长中位数",
        "p90_minutes": "处理时长 90 分位数",
        "repeat_rate": "复发率",
        "satisfaction": "满意度平均分",
    },
)


class Source:
    """All issues that there are, with the columns that they may have, under a policy (as its file says it)."""

    def __init__(
        self,
        issues: Iterable[Mapping[str, Any]],
        policy: Mapping[str, Any],
        columns: Set[str] | None = None,
        words: Words = CHINESE,
    ) -> None:
        raw = list(issues)
        self.columns = {key for issue in raw for key in issue} if columns is None else columns
        self.policy, self.words = policy, words
        calendar = policy["calendar"]
        self.zone = ZoneInfo(calendar["time_zone"])
        days = (frozenset(map(date.fromisoformat, calendar.get(k, ()))) for k in ("holidays", "working_weekends"))
        self.calendar = WorkingCalendar(calendar["region"], *days)
        self.issues = [self.typed(issue, place) for place, issue in enumerate(raw)]

    # --- reading ---

    def typed(self, issue: Mapping[str, Any], place: int) -> Issue:
        """Return an issue without what isn't given, texts trimmed, times in UTC, and its place in the source."""
        trimmed = {key: value.strip() if isinstance(value, str) else value for key, value in issue.items()}
        given: Issue = {k: v for k, v in trimmed.items() if v is not None and v not in NOT_GIVEN and k in self.columns}
        for key in TIMES:
            if key in given:
                given[key] = self.instant(given[key], ends_day=key == "planned_at")
        if "issue_type" in given:
            given["class"] = given["issue_type"].replace("／", "/").split("/")[0].strip() or None
        given["place"] = place
        return given

    def instant(self, value: date, ends_day: bool) -> datetime:
        """Return a time in UTC; a bare date is the last moment of its day, or the first."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time.max if ends_day else time.min)
        moment: datetime = value if value.tzinfo else value.replace(tzinfo=self.zone)
        return moment.astimezone(UTC)

    def shown(self, moment: datetime) -> str:
        """Return a time as a record says it: the desk's own, or a day that lasts until its end."""
        local = moment.astimezone(self.zone)
        return local.date().isoformat() if local.time() == time.max else local.isoformat()

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def first_moment(self, day: date) -> datetime:
        return self.instant(day, ends_day=False)

    def has(self, *columns: str) -> bool:
        return all(column in self.columns for column in columns)

    @property
    def ranks(self) -> bool:
        """Tell whether there is anything that a target can depend on."""
        return self.has("priority") or self.has("severity")

    # --- judging an issue ---

    def target(self, tables: Sequence[str], issue: Issue) -> Mapping[str, Any] | None:
        """Return the span for an issue's priority, or for its severity where it has none, of two tables of targets."""
        for table, key in zip(tables, ("priority", "severity"), strict=True):
            if key in issue:
                found: Mapping[str, Any] | None = self.policy["targets"].get(table, {}).get(issue[key])
                return found
        return None

    def after(self, start: datetime, span: Mapping[str, Any]) -> datetime:
        """Return the end of a span that begins at a moment."""
        value, unit = span["value"], span["unit"]
        if unit == "working_day":
            day = self.local_day(start)
            while value:
                day += timedelta(days=1)
                value -= self.calendar.is_working(day)
            return self.instant(day, ends_day=True)
        if unit == "working_hour":
            return self.after_working(start, timedelta(hours=value))
        return start + value * SPANS[unit]

    def after_working(self, start: datetime, left: timedelta) -> datetime:
        """Return when so much time of the office has passed since a moment."""
        day = self.local_day(start)
        while True:
            for opens, closes in self.policy["calendar"].get("office_hours", OFFICE_HOURS):
                begin, end = (
                    self.instant(datetime.combine(day, time.fromisoformat(clock)), ends_day=False)
                    for clock in (opens, closes)
                )
                begin = max(begin, start)
                if not self.calendar.is_working(day) or begin >= end:
                    continue
                if begin + left <= end:
                    return begin + left
                left -= end - begin
            day += timedelta(days=1)

    def response_deadline(self, issue: Issue) -> datetime | None:
        span = self.target(("priority", "severity"), issue)
        return self.after(issue["reported_at"], span) if span else None

    def due(self, issue: Issue) -> datetime | None:
        span = self.target(("resolution", "resolution"), issue)
        return self.after(issue["reported_at"], span) if span else issue.get("planned_at")

    @staticmethod
    def is_done(issue: Issue) -> bool:
        return "completed_at" in issue or issue.get("status") in ("solved", "closed")

    @cache  # noqa: B019  # a source lives as long as its test
    def repeats(self, by: str) -> list[Issue]:
        """Return the issues of which an equal one, of whatever group, came shortly before."""
        rule = self.policy.get("repeat", REPEAT)
        within, last = rule["within"]["value"] * SPANS[rule["within"]["unit"]], dict[tuple[Any, ...], datetime]()
        found = []
        for issue in sorted(self.issues, key=lambda issue: (issue["reported_at"], by not in issue, issue.get(by, ""))):
            same = tuple(issue.get(key) for key in rule["same"])
            if None not in same and same in last and issue["reported_at"] - last[same] <= within:
                found.append(issue)
            last[same] = issue["reported_at"]
        return found


# --- one month ---


def figures_of(source: Source, issues: Sequence[Issue], start: date, end: date, by: str = "") -> Figures:
    """Return what is counted and measured of the issues reported in a month, as of its end."""
    over = source.first_moment(end)
    mine = [stood(issue, over) for issue in reported(source, issues, start, end)]
    found: Figures = {"volume": len(mine)}
    if source.has("responded_at") and source.ranks:
        found["responses_judged"] = found["responses_in_time"] = 0
        for issue in mine:
            deadline = source.response_deadline(issue)
            if deadline and ("responded_at" in issue or deadline < over):
                found["responses_judged"] += 1
                found["responses_in_time"] += "responded_at" in issue and issue["responded_at"] <= deadline
    if source.has("completed_at") and may_be_due(source):
        found["resolutions_judged"] = found["resolutions_in_time"] = 0
        for issue in mine:
            due = source.due(issue)
            if due and ("completed_at" in issue or (not source.is_done(issue) and due < over)):
                found["resolutions_judged"] += 1
                found["resolutions_in_time"] += "completed_at" in issue and issue["completed_at"] <= due
    found |= handling(mine)
    if source.has(*source.policy.get("repeat", REPEAT)["same"]):
        mine_too = {issue["place"] for issue in mine}
        found["repeats"] = sum(issue["place"] in mine_too for issue in source.repeats(by))
    if scores := [issue["satisfaction"] for issue in mine if "satisfaction" in issue]:
        found["satisfaction"] = half_up(Decimal(sum(scores)) / len(scores), 2)
    return found


def stood(issue: Issue, over: datetime) -> Issue:
    """Return an issue as it was known at a moment."""
    known = {key: value for key, value in issue.items() if key not in ("responded_at", "completed_at") or value < over}
    if "completed_at" in issue and issue["completed_at"] >= over:
        known.pop("satisfaction", None)
        if known.get("status") in ("solved", "closed"):
            known["status"] = "open"
    return known


def may_be_due(source: Source) -> bool:
    return source.has("planned_at") or (source.ranks and bool(source.policy["targets"].get("resolution")))


def handling(issues: Iterable[Issue]) -> Figures:
    """Return how long issues took: mean, median and the 90th percentile, in minutes."""
    spent = [issue["completed_at"] - issue["reported_at"] for issue in issues if "completed_at" in issue]
    minutes = sorted(span // timedelta(minutes=1) for span in spent if span >= timedelta())
    if not minutes:
        return {}
    count = len(minutes)
    middle = minutes[(count - 1) // 2 : count // 2 + 1]
    return {
        "mean_minutes": half_up(Decimal(sum(minutes)) / count),
        "median_minutes": half_up(Decimal(sum(middle)) / len(middle)),
        "p90_minutes": minutes[ceil(Decimal(9 * count) / 10) - 1],
    }


def half_up(number: Decimal, digits: int = 0) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def rate(part: int, whole: int, digits: int) -> Decimal | None:
    return half_up(Decimal(part) * 100 / whole, digits) if whole else None


def indicators(found: Figures) -> Figures:
    """Return what two months are compared by; without what a month doesn't have."""
    rates = {
        "response_rate": rate(found.get("responses_in_time", 0), found.get("responses_judged", 0), 1),
        "resolution_rate": rate(found.get("resolutions_in_time", 0), found.get("resolutions_judged", 0), 1),
        "repeat_rate": rate(found["repeats"], found["volume"], 2) if "repeats" in found else None,
    }
    kept = ("volume", "mean_minutes", "median_minutes", "p90_minutes", "satisfaction")
    return {k: v for k, v in rates.items() if v is not None} | {k: found[k] for k in kept if k in found}


# --- a summary ---


Days = tuple[date, date, date]
"""The first days of the period before, of the period, and of the next one."""


def monthly(source: Source, month: str, by: str = "", days: Days | None = None) -> list[Figures]:
    """Return the summary of a month by the keys of its form, or one for each value of the column `by`.

    `days`: those of another period.
    """
    if not by:
        return [summary(source, source.issues, month, days=days)]
    groups: dict[str, list[Issue]] = {}
    for issue in source.issues:
        groups.setdefault(issue.get(by, source.words.blank), []).append(issue)
    made = [{by: name} | summary(source, groups[name], month, by, days) for name in sorted(groups)]
    return [one for one in made if one["volume"] or one.get("last_volume") or one.get("overdue_count")]


def months_around(month: str) -> Days:
    """Return the first days of the month before, of the month, and of the next one."""
    start = date.fromisoformat(f"{month}-01")
    return (start - timedelta(days=1)).replace(day=1), start, (start + timedelta(days=31)).replace(day=1)


def summary(source: Source, issues: Sequence[Issue], month: str, by: str = "", days: Days | None = None) -> Figures:
    """Return the summary of some of the source's issues."""
    before, start, end = days or months_around(month)
    is_known = any(issue["reported_at"] < source.first_moment(start) for issue in source.issues)
    found, last = figures_of(source, issues, start, end, by), figures_of(source, issues, before, start, by)
    made: Figures = {"month": month, **found}
    if is_known:
        made["last_volume"] = last["volume"]
        made["comparison"] = compared(source, indicators(found), indicators(last))
    made |= breakdowns(source, issues, (before, start, end), is_known)
    if source.has("cause"):
        causes = Counter(issue["cause"] for issue in reported(source, issues, start, end) if "cause" in issue)
        frequent = sorted(causes.items(), key=lambda pair: (-pair[1], pair[0]))[:CAUSES]
        made["top_causes"] = [{"cause": cause, "cases": cases} for cause, cases in frequent]
    if may_be_due(source) and (source.has("completed_at") or source.has("status")):
        late = overdue(source, issues, end)
        made |= {"overdue_count": len(late), "overdue": late[:LISTED]}
    return made


def reported(source: Source, issues: Iterable[Issue], start: date, end: date) -> list[Issue]:
    first, over = source.first_moment(start), source.first_moment(end)
    return [issue for issue in issues if first <= issue["reported_at"] < over]


def compared(source: Source, now: Figures, last: Figures) -> list[Figures]:
    rows = []
    for key, name in source.words.indicators.items():
        row = {"indicator": name, "this_month": now.get(key), "last_month": last.get(key)}
        if key in now or key in last:
            rows.append({k: v for k, v in row.items() if v is not None})
    return rows


def breakdowns(source: Source, issues: Sequence[Issue], days: Days, is_known: bool) -> Figures:
    before, start, end = days
    months = [
        [stood(issue, source.first_moment(over)) for issue in reported(source, issues, first, over)]
        for first, over in ((start, end), (before, start))
    ]
    words, made = source.words, Figures()
    tables: list[tuple[str, str, Mapping[str, str]]] = [
        ("by_type", "class", {}),
        ("by_priority", "priority", {"P0": "P0", "P1": "P1", "P2": "P2"}),
        ("by_status", "status", words.statuses),
        ("by_department", "department", {}),
        ("by_channel", "channel", {}),
    ]
    if not source.has("priority"):
        tables[1] = ("by_priority", "severity", words.severities)
    for table, column, labels in tables:
        if source.has("issue_type" if column == "class" else column):
            now, last = (Counter(issue.get(column) for issue in some) for some in months)
            made[table] = breakdown(now, last if is_known else None, labels, words)
    return made


def breakdown(now: Counter[Any], last: Counter[Any] | None, labels: Mapping[str, str], words: Words) -> list[Figures]:
    """Return the rows of a table of names; choices by label, in their order."""
    before = last or Counter()
    names = {name for name in [*now, *before] if name is not None}
    order = sorted(names, key=lambda name: (-now[name], -before[name], name))
    if labels:
        order = [name for name in labels if name in names]
    shown, rest = (order, []) if len(order) <= NAMED else (order[: NAMED - 1], order[NAMED - 1 :])
    rows = [(labels.get(name, name), now[name], before[name]) for name in shown]
    if rest:
        rows.append((words.rest.format(count=len(rest)), sum(now[n] for n in rest), sum(before[n] for n in rest)))
    if now[None] or before[None]:
        rows.append((words.blank, now[None], before[None]))
    return [
        {"name": name, "cases": cases} | ({} if last is None else {"last_cases": earlier})
        for name, cases, earlier in rows
    ]


def overdue(source: Source, issues: Iterable[Issue], end: date) -> list[Figures]:
    """Return all issues that should have been done by then and weren't, by when they should have been."""
    over, last_day, late = source.first_moment(end), end - timedelta(days=1), []
    for issue in issues:
        due = source.due(issue)
        if issue["reported_at"] >= over or due is None or source.local_day(due) >= last_day:
            continue
        if issue["completed_at"] >= over if "completed_at" in issue else not source.is_done(issue):
            late.append((due, issue.get("issue_no", ""), issue["place"], issue))
    return [
        {key: issue[key] for key in ("issue_no", "customer_name", "problem", "owner") if key in issue}
        | {"planned_at": source.shown(due), "days_late": (last_day - source.local_day(due)).days}
        for due, _, _, issue in sorted(late, key=lambda row: row[:3])
    ]

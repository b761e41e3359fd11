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
TIMES = ("reported_at", "responded_at", "planned_at", "completed_at", "visited_at", "escalated_at")
LISTED, NAMED, CAUSES, OWNERS, PERIODS = 50, 12, 10, 20, 12
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
    targets: Mapping[str, str]


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
        "first_contact_rate": "首次解决率",
        "visit_rate": "回访及时率",
        "escalation_rate": "升级率",
        "satisfaction": "满意度平均分",
        "nps": "净推荐值",
    },
    {"below_percent": "低于 {}", "at_least_percent": "不低于 {}", "at_least": "不低于 {}", "at_most": "不高于 {}"},
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
    found |= later_figures(source, mine, over)
    if scores := [issue["satisfaction"] for issue in mine if "satisfaction" in issue]:
        found["satisfaction"] = half_up(Decimal(sum(scores)) / len(scores), 2)
    return found


def later_figures(source: Source, mine: Sequence[Issue], over: datetime) -> Figures:
    """Return what is known of first contacts, return visits, escalations and recommending."""
    found: Figures = {}
    if source.has("first_contact"):
        said = [issue["first_contact"] for issue in mine if "first_contact" in issue]
        found |= {"first_contact_judged": len(said), "first_contact_solved": said.count("yes")}
    limit = source.policy["targets"]["limits"].get("return_visit")
    if source.has("visited_at", "completed_at") and limit:
        found["visits_judged"] = found["visits_in_time"] = 0
        for issue in mine:
            due = source.after(issue["completed_at"], limit) if "completed_at" in issue else None
            if due and ("visited_at" in issue or due < over):
                found["visits_judged"] += 1
                found["visits_in_time"] += "visited_at" in issue and issue["visited_at"] <= due
    if source.has("escalated") or source.has("escalated_at"):
        found["escalations"] = sum("escalated_at" in issue or issue.get("escalated") == "yes" for issue in mine)
    if source.has("nps"):
        answers = [issue["nps"] for issue in mine if "nps" in issue]
        found["promoters"] = sum(score >= 9 for score in answers)
        found["passives"] = sum(7 <= score <= 8 for score in answers)
        found["detractors"] = sum(score <= 6 for score in answers)
        if answers:
            found["nps"] = half_up(Decimal(found["promoters"] - found["detractors"]) * 100 / len(answers), 1)
    return found


def stood(issue: Issue, over: datetime) -> Issue:
    """Return an issue as it was known at a moment."""
    dated = ("responded_at", "completed_at", "visited_at", "escalated_at")
    known = {key: value for key, value in issue.items() if key not in dated or value < over}
    if "escalated_at" in issue and issue["escalated_at"] >= over:
        known.pop("escalated", None)
    if "completed_at" in issue and issue["completed_at"] >= over:
        for key in ("satisfaction", "nps", "first_contact"):
            known.pop(key, None)
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
        "first_contact_rate": rate(found.get("first_contact_solved", 0), found.get("first_contact_judged", 0), 1),
        "visit_rate": rate(found.get("visits_in_time", 0), found.get("visits_judged", 0), 1),
        "escalation_rate": rate(found["escalations"], found["volume"], 1) if "escalations" in found else None,
    }
    kept = ("volume", "mean_minutes", "median_minutes", "p90_minutes", "satisfaction", "nps")
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
    rows = compared(source, indicators(found), indicators(last) if is_known else None)
    if is_known or rows:
        made["comparison"] = rows
    if source.has("owner"):
        made |= owners(source, issues, start, end)
    if line := trend(source, issues, (before, start, end), by, ".." not in month):
        made["trend"] = line
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


def compared(source: Source, now: Figures, last: Figures | None) -> list[Figures]:
    """Return a row for each figure that either period has; without a period before, for those with a target."""
    rows = []
    for key, name in source.words.indicators.items():
        aim = source.policy["rates"].get(key) if key in now else None
        row = {"indicator": name, "this_month": now.get(key), "last_month": (last or {}).get(key)}
        if aim or (last is not None and (key in now or key in last)):
            rows.append({k: v for k, v in row.items() if v is not None} | ({"aim": dict(aim)} if aim else {}))
    return rows


def timely(source: Source, issues: Iterable[Issue], over: datetime) -> Figures:
    """Return how many of some issues, as they stood, are judged by their response, and what share was in time."""
    if not (source.has("responded_at") and source.ranks):
        return {}
    judged = in_time = 0
    for issue in issues:
        due = source.response_deadline(issue)
        if due and ("responded_at" in issue or due < over):
            judged += 1
            in_time += "responded_at" in issue and issue["responded_at"] <= due
    share = rate(in_time, judged, 1)
    return {} if share is None else {"response_rate": share}


def owners(source: Source, issues: Sequence[Issue], start: date, end: date) -> Figures:
    """Return what each owner has got, done, and still to do; the twenty with most, and what is nobody's."""
    first, over = source.first_moment(start), source.first_moment(end)
    found: dict[str | None, dict[str, Any]] = {}
    for issue in issues:
        got, done = first <= issue["reported_at"] < over, first <= issue.get("completed_at", over) < over
        is_open = issue["completed_at"] >= over if "completed_at" in issue else not source.is_done(issue)
        left = issue["reported_at"] < over and is_open
        if got or done or left:
            row = found.setdefault(issue.get("owner"), {"received": [], "completed": 0, "standing": 0, "overdue": 0})
            row["received"] += [stood(issue, over)] if got else []
            row["completed"] += done
            row["standing"] += left
            row["overdue"] += len(overdue(source, [issue], end)) if left else 0
    rows = []
    for name, row in found.items():
        mine, row["received"] = row["received"], len(row["received"])
        row |= timely(source, mine, over)
        if not source.has("completed_at"):
            del row["completed"]
        if not (may_be_due(source) and (source.has("completed_at") or source.has("status"))):
            del row["overdue"]
        rows.append((name, row))
    ranked = sorted(
        ((name, row) for name, row in rows if name is not None),
        key=lambda one: (-one[1]["received"], -one[1].get("completed", 0), -one[1]["standing"], one[0]),
    )
    shown = [{"owner": name, **row} for name, row in ranked[:OWNERS]] + [row for name, row in rows if name is None]
    return {"owner_count": len(ranked), "owners": shown}


def trend(source: Source, issues: Sequence[Issue], days: Days, by: str, calendar: bool) -> list[Figures]:
    """Return what is known of the last twelve periods, each as it stood at its end, from the source's first one on."""
    before, start, end = days
    ends = [(start, end)]
    while len(ends) < PERIODS:
        ends.append((earlier(ends[-1][0], (before, start, end), calendar), ends[-1][0]))
    earliest = min((issue["reported_at"] for issue in source.issues), default=None)
    if earliest is None or earliest >= source.first_moment(start):
        return []
    known = [(first, last) for first, last in reversed(ends) if earliest < source.first_moment(last)]
    rows = []
    for first, last in known if len(known) > 2 else ():
        found = figures_of(source, issues, first, last, by)
        row = {"period": period_name(first, last, calendar), "cases": found["volume"]}
        if source.has("completed_at"):
            bounds = source.first_moment(first), source.first_moment(last)
            row["completed"] = sum(bounds[0] <= issue.get("completed_at", bounds[1]) < bounds[1] for issue in issues)
        row |= {k: v for k, v in indicators(found).items() if k in ("response_rate", "resolution_rate", "satisfaction")}
        rows.append(row)
    return rows


def earlier(first: date, days: Days, calendar: bool) -> date:
    """Return the first day of the period before one that begins on a day: as long by the calendar, or in days."""
    before, start, end = days
    if not calendar:
        return first - (end - start)
    for _ in range((start.year - before.year) * 12 + start.month - before.month):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def period_name(first: date, end: date, calendar: bool) -> str:
    """Return how a column of periods calls one."""
    last = end - timedelta(days=1)
    if not calendar:
        year = "" if first.year == last.year else f"{last.year}-"
        return f"{first:%Y-%m-%d}–{year}{last:%m-%d}"
    months = (end.year - first.year) * 12 + end.month - first.month
    part = {1: f"-{first.month:02}", 3: f"-Q{(first.month + 2) // 3}", 6: f"-H{(first.month + 5) // 6}", 12: ""}
    return f"{first.year}{part[months]}"


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
            if table in ("by_priority", "by_department"):
                shown = {row["name"] for row in made[table]}
                for row in made[table]:
                    some = [i for i in months[0] if line_of(i.get(column), labels, words, shown) == row["name"]]
                    row |= timely(source, some, source.first_moment(end))
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


def line_of(name: str | None, labels: Mapping[str, str], words: Words, shown: Set[str]) -> str:
    """Return the row of a table in which a name is counted."""
    own = words.blank if name is None else labels.get(name, name)
    rest = words.rest.partition("{")[0]
    return own if own in shown else next(row for row in shown if row.startswith(rest))


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

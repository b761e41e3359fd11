"""Every decision that is taken in SQL and in Python too: what it is, and both ways to it.

The tests run both over the same cases (`tests/statistics/test_rules.py`), so that neither changes without the other.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from generator.rules.functions import minutes
from generator.statistics.cells import first_moment, not_given, sql_given_text, sql_not_given
from generator.statistics.columns import NOT_GIVEN
from generator.statistics.dialect import WHITESPACE
from generator.statistics.further_rules import (
    COMPLETED_NTH,
    ESCALATED,
    FIRST_AT_END,
    NPS_AT_END,
    REPORTED_NTH,
    SCORE_AT_END,
    STANDING,
    VISIT_DUE,
    VISIT_IN_TIME,
    VISIT_JUDGED,
)
from generator.statistics.parting import department_of, person_of, sql_department, sql_person
from generator.statistics.rule import Rule
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql, listed, moment, regular, sql

MOST_NAMES = 12


# --- cells ---


def _given_text(setting: Setting, raw: str | None) -> str | None:
    text = raw.strip(WHITESPACE) if raw is not None else ""
    return None if text in NOT_GIVEN else text


def _cell(name: str, statement: str, key: str) -> Rule:
    """Return the rule of how the cells of a column are read."""

    def in_sql(setting: Setting) -> Sql:
        return setting.cells.sql_value(key, regular(f"raw_{key}"))

    def in_python(setting: Setting, raw: str) -> object:
        return setting.cells.value(key, raw)

    return Rule(name, statement, {f"raw_{key}": "varchar"}, in_sql, in_python, partial=True)


def _native(name: str, statement: str, kind: str) -> Rule:
    """Return the rule of how a value is read that is a time in its source already."""

    def in_sql(setting: Setting) -> Sql:
        cells = setting.cells
        read = sql("SELECT {local} AS local", local=cells.sql_native(kind, regular("native")))
        return sql("(SELECT {plain} FROM ({read}) AS read)", plain=cells.sql_sure(regular("local")), read=read)

    def in_python(setting: Setting, native: date) -> object:
        cells = setting.cells
        return cells.value("reported_at", str(cells.plain(setting.columns.spec("reported_at"), native)))

    return Rule(name, statement, {"native": kind}, in_sql, in_python, partial=True)


BLANK = Rule(
    "a blank cell",
    "A cell that is empty or holds -, — or 无 is not given; blanks around such a mark are left to Python.",
    {"raw": "varchar"},
    lambda setting: sql("CASE WHEN {blank} THEN true END", blank=sql_not_given(regular("raw"))),
    lambda setting, raw: raw is None or not_given(raw),
    partial=True,
)
TEXT = Rule(
    "a text",
    "Blanks around a text don't count: space, tab, line ends, no-break and ideographic space; nor is a mark a text.",
    {"raw": "varchar"},
    lambda setting: sql_given_text(setting.dialect.trimmed(regular("raw")), sql("true")),
    _given_text,
)
REPORT = _cell(
    "a time that must have a clock time",
    "A time in plain ISO 8601 from 1980 to 2099 is local, or moved there by its offset; a day is no time.",
    "reported_at",
)
COMPLETION = _cell("a time that may be a day", "A day without a clock time begins at its midnight.", "completed_at")
PLAN = _cell("a planned day", "What is planned for a day lasts to the last microsecond of it.", "planned_at")
PRIORITY = _cell("a choice", "A choice is written by its value, by another name, or by its title.", "priority")
STATUS = _cell("a choice with other names", "A choice is known by the names that other forms give it.", "status")
SCORE = _cell("a score", "A score is a whole number from 1 to 5.", "satisfaction")
NATIVE_TIME = _native(
    "a time with a zone", "A time that is one in its source is moved to the local zone.", "timestamp with time zone"
)
NATIVE_LOCAL = _native(
    "a time of its own", "A time that is one in its source is whole seconds of a year of four digits.", "timestamp"
)


DEPARTMENT = Rule(
    "the department of a department and person",
    "Of what is written as department/person, a department is what is called like one, or stands before somebody's"
    " name and isn't like a name itself.",
    {"raw": "varchar"},
    lambda setting: sql_department(setting, regular("raw")),
    department_of,
)
PERSON = Rule(
    "the person of a department and person",
    "The person is the last part that isn't called like a department, and isn't taken for one.",
    {"raw": "varchar"},
    lambda setting: sql_person(setting, regular("raw")),
    person_of,
)
PARTS: Mapping[str, Callable[[Setting, Sql], Sql]] = {"department": sql_department, "person": sql_person}
"""The query of a part of a cell that holds a department and a person."""


# --- months and deadlines ---


def _sql_month(setting: Setting) -> Sql:
    period = setting.period
    start = moment(period.first)
    within = sql("reported_at >= {start} AND reported_at < {end}", start=start, end=moment(period.following))
    before = sql("reported_at >= {last} AND reported_at < {start}", last=moment(period.before), start=start)
    return sql("CASE WHEN {this} THEN 1 WHEN {last} THEN 0 END", this=within, last=before)


def _month(setting: Setting, reported: datetime) -> int | None:
    day = reported.date()
    if setting.period.holds(day):
        return 1
    return 0 if setting.period.before <= day < setting.period.first else None


_RANKED = {"reported_at": "timestamp", "priority": "smallint", "severity": "smallint"}

MONTH = Rule(
    "the month of an issue",
    "An issue is of the month in which it was reported: 1 for this one, 0 for the one before.",
    {"reported_at": "timestamp"},
    _sql_month,
    _month,
)
RESPONSE_DUE = Rule(
    "when to answer",
    "The target of an issue's priority, of its severity where it has none, runs by the clock from the report, or in"
    " office hours, or to the end of the n-th working day after it.",
    _RANKED,
    lambda setting: setting.deadlines.responses(),
    lambda setting, *issue: setting.deadlines.response(*issue),
    joins=lambda setting: setting.deadlines.joins(),
)
RESOLUTION_DUE = Rule(
    "when to solve",
    "A target of resolution runs in the same way; an issue without one is due as planned.",
    _RANKED | {"planned_at": "timestamp"},
    lambda setting: setting.deadlines.resolutions(),
    lambda setting, *issue: setting.deadlines.resolution(*issue),
    joins=lambda setting: setting.deadlines.joins(),
)


# --- judgements ---


def _end(setting: Setting) -> datetime:
    return first_moment(setting.period.following)


def _sql_done(setting: Setting) -> Sql:
    states = listed(sql("{n}", n=n) for n in setting.columns.done)
    return sql("coalesce(status, 0) IN ({states})", states=states)


def _sql_overdue(setting: Setting) -> Sql:
    return sql(
        "reported_at < {end} AND due < {last} AND (completed_at >= {end} OR (completed_at IS NULL AND NOT done))",
        end=moment(setting.period.following),
        last=moment(setting.period.last),
    )


def _overdue(
    setting: Setting, reported: datetime, due: datetime | None, completed: datetime | None, done: bool
) -> bool:
    end = _end(setting)
    is_open = not done if completed is None else completed >= end
    return reported < end and due is not None and due.date() < setting.period.last and is_open


def _sql_minutes(setting: Setting) -> Sql:
    taken = setting.dialect.minutes(regular("reported_at"), regular("completed_at"))
    return sql("CASE WHEN completed_at >= reported_at THEN {taken} END", taken=taken)


def _minutes(setting: Setting, reported: datetime, completed: datetime | None) -> int | None:
    return None if completed is None or completed < reported else minutes(reported, completed)


def _sql_line(setting: Setting) -> Sql:
    return sql(
        "CASE WHEN name IS NULL THEN {unnamed} WHEN names <= {most} OR place < {most} THEN place ELSE {most} END",
        unnamed=MOST_NAMES + 1,
        most=MOST_NAMES,
    )


def _line(setting: Setting, name: str | None, place: int, names: int) -> int:
    return MOST_NAMES + 1 if name is None else place if names <= MOST_NAMES else min(place, MOST_NAMES)


def _sql_status_at_end(setting: Setting) -> Sql:
    return sql(
        "CASE WHEN completed_at >= ends AND {done} THEN {before} ELSE status END",
        done=_sql_done(setting),
        before=setting.columns.before_done,
    )


def _status_at_end(setting: Setting, status: int | None, completed: datetime | None, ends: datetime) -> int | None:
    done_later = completed is not None and completed >= ends and status in setting.columns.done
    return setting.columns.before_done if done_later else status


DONE = Rule(
    "a done issue",
    "An issue is done by its status when that is solved or closed.",
    {"status": "smallint"},
    _sql_done,
    lambda setting, status: status in setting.columns.done,
)
STATUS_AT_END = Rule(
    "the status at the end of a period",
    "What was done later was still being handled at the end of its period.",
    {"status": "smallint", "completed_at": "timestamp", "ends": "timestamp"},
    _sql_status_at_end,
    _status_at_end,
)
RESPONSE_JUDGED = Rule(
    "a judged response",
    "A response with a target is judged once it is given, or its deadline lies before the month's end.",
    {"response_due": "timestamp", "responded_at": "timestamp", "ends": "timestamp"},
    lambda setting: sql("response_due IS NOT NULL AND (responded_at IS NOT NULL OR response_due < ends)"),
    lambda setting, due, responded, ends: due is not None and (responded is not None or due < ends),
)
RESOLUTION_JUDGED = Rule(
    "a judged resolution",
    "A resolution likewise, but not where an issue is done and nobody says since when.",
    {"due": "timestamp", "completed_at": "timestamp", "done": "boolean", "ends": "timestamp"},
    lambda setting: sql("due IS NOT NULL AND (completed_at IS NOT NULL OR (NOT done AND due < ends))"),
    lambda setting, due, completed, done, ends: (
        due is not None and (completed is not None or (not done and due < ends))
    ),
)
RESPONSE_IN_TIME = Rule(
    "a response in time",
    "The deadline itself is in time.",
    {"response_due": "timestamp", "responded_at": "timestamp"},
    lambda setting: sql("responded_at <= response_due"),
    lambda setting, due, responded: None not in (due, responded) and responded <= due,
)
RESOLUTION_IN_TIME = Rule(
    "a resolution in time",
    "The deadline itself is in time.",
    {"due": "timestamp", "completed_at": "timestamp"},
    lambda setting: sql("completed_at <= due"),
    lambda setting, due, completed: None not in (due, completed) and completed <= due,
)
OVERDUE = Rule(
    "an overdue issue",
    "An issue is overdue that was due before the period's last day and wasn't completed by the end of that.",
    {"reported_at": "timestamp", "due": "timestamp", "completed_at": "timestamp", "done": "boolean"},
    _sql_overdue,
    _overdue,
)
BACKWARDS = Rule(
    "a completion before the report",
    "A completion before the report is warned of; one at the moment of the report isn't.",
    {"reported_at": "timestamp", "completed_at": "timestamp"},
    lambda setting: sql("completed_at < reported_at"),
    lambda setting, reported, completed: completed is not None and completed < reported,
)
MINUTES = Rule(
    "handling time",
    "Handling takes the whole minutes from report to completion; none where that came before.",
    {"reported_at": "timestamp", "completed_at": "timestamp"},
    _sql_minutes,
    _minutes,
)
NAME_LINE = Rule(
    "the line of a name",
    "Of more than twelve names the eleven most frequent have a line each, the others the twelfth; no name the last.",
    {"name": "varchar", "place": "bigint", "names": "bigint"},
    _sql_line,
    _line,
)

RULES = (
    *(BLANK, TEXT, REPORT, COMPLETION, PLAN, PRIORITY, STATUS, SCORE, NATIVE_TIME, NATIVE_LOCAL),
    *(DEPARTMENT, PERSON),
    *(MONTH, REPORTED_NTH, COMPLETED_NTH, RESPONSE_DUE, RESOLUTION_DUE),
    *(
        DONE,
        STATUS_AT_END,
        SCORE_AT_END,
        NPS_AT_END,
        FIRST_AT_END,
        ESCALATED,
        STANDING,
        VISIT_DUE,
        VISIT_JUDGED,
        VISIT_IN_TIME,
        RESPONSE_JUDGED,
        RESOLUTION_JUDGED,
        RESPONSE_IN_TIME,
        RESOLUTION_IN_TIME,
        OVERDUE,
        BACKWARDS,
        MINUTES,
    ),
    NAME_LINE,
)

"""Decisions of trends, return visits, escalations and first contacts; part of those of `rules.py`."""

from datetime import datetime

from generator.statistics.cells import first_moment
from generator.statistics.rule import Rule
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql, join, moment, regular, sql

MOST_PERIODS = 12
"""Periods that a trend tells of, the last one being that which is asked for."""


def _sql_nth(setting: Setting, moment_of: Sql) -> Sql:
    periods = setting.period.back(MOST_PERIODS)
    whens = (
        sql("WHEN {at} >= {start} THEN {n}", at=moment_of, start=moment(one.first), n=n)
        for n, one in enumerate(periods)
    )
    return sql(
        "CASE WHEN {at} < {end} THEN CASE {whens} END END",
        at=moment_of,
        end=moment(setting.period.following),
        whens=join(" ", whens),
    )


def _nth(setting: Setting, at: datetime | None) -> int | None:
    periods = setting.period.back(MOST_PERIODS)
    return None if at is None else next((n for n, one in enumerate(periods) if one.holds(at.date())), None)


REPORTED_NTH = Rule(
    "the period of a trend in which an issue was reported",
    "0 is the period that is asked for, 1 the one before it, and so on to the eleventh before it.",
    {"reported_at": "timestamp"},
    lambda setting: _sql_nth(setting, regular("reported_at")),
    _nth,
)
COMPLETED_NTH = Rule(
    "the period of a trend in which an issue was completed",
    "The same for completion, whenever the issue was reported.",
    {"completed_at": "timestamp"},
    lambda setting: _sql_nth(setting, regular("completed_at")),
    _nth,
)


def _said_at_end(name: str, what: str, key: str) -> Rule:
    """Return the rule of what an issue says about its end, which it didn't before that."""

    def in_sql(setting: Setting) -> Sql:
        return sql("CASE WHEN completed_at >= ends THEN NULL ELSE {key} END", key=regular(key))

    def in_python(setting: Setting, said: int | None, completed: datetime | None, ends: datetime) -> int | None:
        return None if completed is not None and completed >= ends else said

    inputs = {key: "smallint", "completed_at": "timestamp", "ends": "timestamp"}
    return Rule(name, f"What was done later had no {what} yet at the end of its period.", inputs, in_sql, in_python)


SCORE_AT_END = _said_at_end("the score at the end of a period", "score", "satisfaction")
NPS_AT_END = _said_at_end("the willingness to recommend at the end of a period", "such answer", "nps")
FIRST_AT_END = _said_at_end("first-contact resolution at the end of a period", "such mark", "first_contact")


def _sql_escalated(setting: Setting) -> Sql:
    return sql(
        "(escalated_at < ends OR (escalated_at IS NULL AND coalesce(escalated, 0) = {yes}))", yes=setting.columns.yes
    )


def _escalated(setting: Setting, at: datetime | None, said: int | None, ends: datetime) -> bool:
    return said == setting.columns.yes if at is None else at < ends


ESCALATED = Rule(
    "an escalated issue",
    "An issue is escalated that was so before the end of its period, or is said to be and nobody knows since when.",
    {"escalated_at": "timestamp", "escalated": "smallint", "ends": "timestamp"},
    _sql_escalated,
    _escalated,
)
STANDING = Rule(
    "an open issue at the end of the period",
    "An issue is open that was reported before the period's end and wasn't completed by then.",
    {"reported_at": "timestamp", "completed_at": "timestamp", "done": "boolean"},
    lambda setting: sql(
        "(reported_at < {end} AND (completed_at >= {end} OR (completed_at IS NULL AND NOT done)))",
        end=moment(setting.period.following),
    ),
    lambda setting, reported, completed, done: (
        reported < first_moment(setting.period.following)
        and (not done if completed is None else completed >= first_moment(setting.period.following))
    ),
)
VISIT_DUE = Rule(
    "when to call back",
    "The limit of return visits runs from the completion: by the clock, in office hours, or to the end of a day.",
    {"completed_at": "timestamp"},
    lambda setting: setting.deadlines.visits(),
    lambda setting, completed: setting.deadlines.visit(completed),
    joins=lambda setting: setting.deadlines.visit_joins(),
)
VISIT_JUDGED = Rule(
    "a judged return visit",
    "A return visit is judged once it is paid, or its deadline lies before the month's end.",
    {"visit_due": "timestamp", "visited_at": "timestamp", "ends": "timestamp"},
    lambda setting: sql("visit_due IS NOT NULL AND (visited_at IS NOT NULL OR visit_due < ends)"),
    lambda setting, due, visited, ends: due is not None and (visited is not None or due < ends),
)
VISIT_IN_TIME = Rule(
    "a return visit in time",
    "The deadline itself is in time.",
    {"visit_due": "timestamp", "visited_at": "timestamp"},
    lambda setting: sql("visited_at <= visit_due"),
    lambda setting, due, visited: None not in (due, visited) and visited <= due,
)

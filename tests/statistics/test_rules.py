"""Each rule decides the same in SQL and in Python: by DuckDB's ways, and by standard SQL where DuckDB can run that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from generator.errors import RecordError
from generator.rules import Policy, load_policy
from generator.statistics import rules, sql
from generator.statistics.columns import load_columns
from generator.statistics.dialect import WHITESPACE, Dialect, DuckDb
from generator.statistics.engine import Engine, duckdb_engine
from generator.statistics.period import period_of
from generator.statistics.rules import RULES, Rule
from generator.statistics.server import postgres as open_postgres
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql

Case = Sequence[Any]

LEFT = "left to Python"
"""Marks the cases of a partial rule that SQL doesn't decide."""

MICROSECOND = timedelta(microseconds=1)
EDGES = [datetime(2023, 6, 1), datetime(2023, 7, 1), datetime(2024, 1, 1), datetime(2024, 5, 1), datetime(2024, 6, 1)]
"""Where the periods of a trend of twelve months up to May begin and end, the first and the last among them."""

MAY, JUNE = datetime(2024, 5, 1), datetime(2024, 6, 1)
NINE = datetime(2024, 5, 6, 9)
WHITE = (" ", "\t", "\n", "\r", "\u00a0", "\u3000", " \u3000\n\t")


def around(moment: datetime) -> list[datetime]:
    return [moment - MICROSECOND, moment, moment + MICROSECOND]


def pairs(first: Iterable[Any], second: Sequence[Any]) -> Iterator[Case]:
    return ((one, other) for one in first for other in second)


REPORTS = [
    *around(datetime(2024, 5, 6)),
    *(datetime(2024, 5, 6, hour, minute) for hour in (0, 8, 9, 12, 13, 14, 17, 18, 23) for minute in (0, 1, 59)),
    *around(datetime(2024, 5, 10, 18)),
    *(datetime(2024, 5, day, hour) for day in (1, 4, 5, 10, 11, 12, 18) for hour in (0, 8, 10, 20)),
    *around(datetime(2024, 5, 12)),
    *around(JUNE),
    datetime(2024, 2, 29, 23, 59, 59),
]
RANKS = [(priority, severity) for priority in (None, 1, 2, 3) for severity in (None, 1, 2, 3)]
CLOCKS = [
    *("2024-05-01 09:00", "2024-05-01T09:00", "2024-05-01T09:00:00", "2024-02-29 23:59:59", "2024-05-01 00:00"),
    *("2024-05-01T01:00Z", "2024-05-01T01:00:00Z", "2024-05-01T09:00+08:00", "2024-04-30T16:00:00-05:00"),
    *("1980-01-01 00:00", "2099-12-31 23:59:59", "2024-05-01 09:00+05:30", "2024-05-01 23:30:00Z"),
]
OTHER_CLOCKS = [
    *("2024-02-30 09:00", "2023-02-29 09:00", "2024-13-01 09:00", "2024-05-01 25:00", "2024-05-01 09:60", "soon"),
    *("0999-12-31 23:59", "2024年5月1日 9时30分", "２０２４-05-01 09:00", " 2024-05-01 09:00", "2024-05-01 下午 3:00"),
    *("2024-05-01T09:00+0800", "2024.5.1 9:00", "09:00", "2024-05-01 09:00:00.5", "二〇二四年五月一日", "-", "", " — "),
    *("2024-05-01 24:00", "2024-05-01T24:00:00Z", "0024-05-01 09:00", "2024-05-01T09:00+00", "2024/5/1 9:30"),
    *("1000-01-01 00:00", "1979-12-31 23:59", "2100-01-01 00:00", "9998-12-31 23:59:59", "2024-05-01 09:00-05:00"),
    *(
        "2024-05-01T09:00+15:00",
        "2024-05-01T09:00-14:60",
        "2024-05-01  09:00",
        "2024-05-01T09:00 Z",
        "2024-05-01t09:00",
    ),
    *("2024-05-01 09:00:60", "2024-05-01 09:00\n", "2024-05-00 09:00", "2024-05-32T09:00Z", "epoch", "infinity"),
]
DAYS = ["2024-05-01", "2024-02-29", "1980-01-01", "2099-12-31"]
OTHER_DAYS = ["2024-02-30", "2024/5/1", "2024年5月1日", "2024-5-1", "0999-12-31", "２０２４-05-01", "20240501", "soon"]
OTHER_DAYS += ["1979-12-31", "2100-01-01", "9998-12-31", "0024-05-01", "24-05-01", "2024-00-01", "2024-05-01 (BC)"]


def left(cells: Iterable[str]) -> list[Case]:
    return [(cell, LEFT) for cell in cells]


def read(cells: Iterable[str]) -> list[Case]:
    return [(cell,) for cell in cells]


def issues(*lasts: Case) -> list[Case]:
    """Return issues at edges of everything that deadlines depend on; `lasts`: what stands behind the rank of each."""
    return [(reported, *rank, *last) for reported in REPORTS for rank in RANKS for last in lasts]


PASSED_TO: Mapping[str, tuple[str | None, str | None]] = {
    "技术部/王强": ("技术部", "王强"),
    "技术部": ("技术部", None),
    " 技术部 ／ 王强 ": ("技术部", "王强"),
    "王强/技术部": ("技术部", "王强"),
    "王强": (None, "王强"),
    "欧阳修": (None, "欧阳修"),
    "运维/王强": ("运维", "王强"),
    "王强/李娜": (None, "李娜"),
    "刘工/李娜": (None, "李娜"),
    "技术部/运维组/王强": ("技术部", "王强"),
    "技术部/运维组": ("技术部", None),
    "技术部（王强）": ("技术部", "王强"),
    "技術部、王強": ("技術部", "王強"),
    "技术部/-": ("技术部", None),
    "-/王强": (None, "王强"),
    "/王强": (None, "王强"),
    "运维/": ("运维", None),
    "IT/Li Na": ("IT", "Li Na"),
    "Network team/Li Na": ("Network team", "Li Na"),
    "Li Na/Wang Qiang": (None, "Wang Qiang"),
    "Li Na": (None, "Li Na"),
    "-": (None, None),
    "": (None, None),
    " / ": (None, None),
    **dict.fromkeys(
        ("科技部-张三", "科技部 — 张三", "科技部 张三", "科技部\u3000张三", "科技部：张三"), ("科技部", "张三")
    ),
    **dict.fromkeys(("张三@科技部", "科技部->张三", "科技部\\张三", "科技部_张三", "张三 科技部"), ("科技部", "张三")),
    "技术部 运维组 王强": ("技术部", "王强"),
    "张 三": (None, "张 三"),
    "欧阳晴/运维": ("运维", "欧阳晴"),
    "李四/财务": ("财务", "李四"),
    "单雪/冉丽": (None, "冉丽"),
    "司马相如/档案": ("档案", "司马相如"),
    "阿强/运维": ("运维", "阿强"),
    "买买提·艾力/客服部": ("客服部", "买买提·艾力"),
    "冷链/买买提·艾力": (None, "买买提·艾力"),
    "王处": (None, "王处"),
    "何处/张三": (None, "张三"),
    "Wang Qiang - Technology": ("Technology", "Wang Qiang"),
    "Jean-Paul/IT": ("IT", "Jean-Paul"),
    "HR": ("HR", None),
    "LI": (None, "LI"),
    "LI NA/QA": ("QA", "LI NA"),
    "WANG/qa": ("qa", "WANG"),
    "13800001234/技术部": ("技术部", "13800001234"),
}
"""What people write as department and person, and which is which."""

CASES: Mapping[str, Sequence[Case]] = {
    rules.BLANK.name: [
        *((cell,) for cell in (None, "", "-", "—", "无")),
        *left((" ", " - ", "\u3000无", "－", "--", "none", "N/A", "P1", "\u2003-", "0")),
    ],
    rules.TEXT.name: [
        (None,),
        *(
            (f"{before}{text}{after}",)
            for text in ("", "-", "—", "无", "甲", "a b", "－", "/", "!")
            for before in WHITE
            for after in ("", *WHITE)
        ),
        *((text,) for text in ("甲\u3000乙", "\u200b甲", "!", "甲", "‑")),
    ],
    rules.REPORT.name: [*read(CLOCKS), *left(OTHER_CLOCKS), *left(DAYS)],
    rules.COMPLETION.name: [*read(CLOCKS), *left(OTHER_CLOCKS), *read(DAYS), *left(OTHER_DAYS)],
    rules.PLAN.name: [*read(CLOCKS), *left(OTHER_CLOCKS), *read(DAYS), *left(OTHER_DAYS)],
    rules.PRIORITY.name: [*read(("P0", "P1", "P2")), *left(("p1", " P1", "Ｐ１", "P9", "", "P 1", "high"))],
    rules.STATUS.name: [
        *read(("open", "处理中", "處理中", "In progress", "in_progress", "closed", "已关闭", "已關閉")),
        *left(("OPEN", " 处理中", "in progress", "done", "Ｏｐｅｎ", "无")),
    ],
    rules.SCORE.name: [*read("12345"), *left(("0", "6", "５", "4.0", "4.5", " 3", "3 ", "-1", "五", "", "—"))],
    rules.NATIVE_TIME.name: [
        (datetime(2024, 4, 30, 16, tzinfo=UTC),),
        (datetime(2024, 5, 31, 15, 59, 59, tzinfo=UTC),),
        (datetime(2024, 3, 10, 7, tzinfo=UTC),),
        (datetime(2024, 11, 3, 5, 30, tzinfo=UTC),),
        (datetime(1899, 12, 31, 15, 54, 17, tzinfo=UTC),),
        (datetime(2024, 4, 30, 16, 0, 0, 500_000, tzinfo=UTC), LEFT),
    ],
    rules.NATIVE_LOCAL.name: [
        *((moment,) for moment in (NINE, MAY, datetime(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59))),
        *((moment, LEFT) for moment in (datetime(999, 12, 31), MAY + MICROSECOND, MAY - MICROSECOND)),
    ],
    rules.DEPARTMENT.name: [(text,) for text in (None, *PASSED_TO)],
    rules.PERSON.name: [(text,) for text in (None, *PASSED_TO)],
    rules.MONTH.name: [(moment,) for edge in (datetime(2024, 4, 1), MAY, JUNE) for moment in around(edge)],
    rules.REPORTED_NTH.name: [(moment,) for edge in EDGES for moment in around(edge)],
    rules.COMPLETED_NTH.name: [(None,), *((moment,) for edge in EDGES for moment in around(edge))],
    rules.RESPONSE_DUE.name: issues(()),
    rules.RESOLUTION_DUE.name: issues((None,), (datetime(2024, 5, 31, 23, 59, 59, 999999),)),
    rules.DONE.name: [(status,) for status in (None, 1, 2, 3, 4)],
    rules.STATUS_AT_END.name: [
        (status, completed, JUNE) for status in (None, 1, 2, 3, 4) for completed in (None, *around(JUNE))
    ],
    rules.SCORE_AT_END.name: [(score, completed, JUNE) for score in (None, 5) for completed in (None, *around(JUNE))],
    rules.NPS_AT_END.name: [(score, completed, JUNE) for score in (None, 0) for completed in (None, *around(JUNE))],
    rules.FIRST_AT_END.name: [(said, completed, JUNE) for said in (None, 1, 2) for completed in (None, *around(JUNE))],
    rules.ESCALATED.name: [(at, said, JUNE) for at in (None, NINE, *around(JUNE)) for said in (None, 1, 2)],
    rules.STANDING.name: [
        (reported, completed, done)
        for reported in (NINE, *around(JUNE))
        for completed in (None, NINE, *around(JUNE))
        for done in (True, False)
    ],
    rules.VISIT_DUE.name: [(moment,) for moment in REPORTS],
    rules.VISIT_JUDGED.name: [
        (due, visited, JUNE) for due in (None, NINE, *around(JUNE)) for visited in (None, NINE, JUNE)
    ],
    rules.VISIT_IN_TIME.name: [*pairs((None, NINE), [None, *around(NINE)])],
    rules.RESPONSE_JUDGED.name: [
        (due, responded, JUNE) for due in (None, NINE, *around(JUNE)) for responded in (None, NINE, JUNE)
    ],
    rules.RESOLUTION_JUDGED.name: [
        (due, completed, done, JUNE)
        for due in (None, NINE, *around(JUNE))
        for completed in (None, NINE, JUNE)
        for done in (True, False)
    ],
    rules.RESPONSE_IN_TIME.name: [*pairs((None, NINE), [None, *around(NINE)])],
    rules.RESOLUTION_IN_TIME.name: [*pairs((None, NINE), [None, *around(NINE)])],
    rules.OVERDUE.name: [
        (reported, due, completed, done)
        for reported in (NINE, *around(JUNE))
        for due in (None, NINE, *around(datetime(2024, 5, 31)), *around(JUNE))
        for completed in (None, NINE, *around(JUNE))
        for done in (True, False)
    ],
    rules.BACKWARDS.name: [*pairs([NINE], [None, *around(NINE)])],
    rules.MINUTES.name: [
        *pairs([NINE], [None, *around(NINE), *around(NINE + timedelta(minutes=1)), NINE + timedelta(days=40)])
    ],
    rules.NAME_LINE.name: [
        (name, place, names)
        for name in (None, "甲")
        for places in (1, 11, 12, 13, 40)
        for place in range(1, places + 1)
        for names in (places,)
    ],
}

SPANS: Mapping[str, Mapping[str, Any]] = {
    "by the clock": {
        "limits": {"return_visit": (36, "hour")},
        "priority": {"P0": (1, "hour"), "P1": (90, "minute")},
        "severity": {"low": (2, "day")},
    },
    "in office hours": {
        "priority": {"P0": (1, "working_hour"), "P1": (4, "working_hour"), "P2": (20, "working_hour")},
        "severity": {"high": (8, "working_hour")},
        "limits": {"return_visit": (6, "working_hour")},
    },
    "in working days": {
        "priority": {"P1": (1, "working_day"), "P2": (5, "working_day")},
        "severity": {"low": (1, "day")},
    },
}
POLICIES = {
    name: {**spans, "resolution": {"P0": (3, "working_day"), "P1": (8, "hour"), "high": (2, "working_hour")}}
    for name, spans in SPANS.items()
}


def policy(name: str) -> Policy:
    targets = {
        table: {key: {"value": value, "unit": unit} for key, (value, unit) in spans.items()}
        for table, spans in POLICIES[name].items()
    }
    return replace(load_policy(), targets=targets)


def setting(dialect: Dialect, rules_of: Policy) -> Setting:
    columns = load_columns("issues")
    return Setting(columns, rules_of, period_of("2024-05"), dialect, ("priority", "severity"))


class Standard(Dialect):
    """Standard SQL as DuckDB understands it, which trims by another name."""

    def trimmed(self, text: Sql) -> Sql:
        return sql.sql("trim({text}, {whitespace})", text=text, whitespace=sql.literal(WHITESPACE))


def constant(value: object, kind: str) -> Sql:
    if value is None:
        return sql.sql("NULL")
    text = value.isoformat(" ") if isinstance(value, datetime) else str(value)
    return sql.sql("CAST({text} AS {kind})", text=sql.literal(text), kind=TYPES[kind])


TYPES = {
    "varchar": sql.regular("varchar"),
    "smallint": sql.regular("smallint"),
    "bigint": sql.regular("bigint"),
    "boolean": sql.regular("boolean"),
    "date": sql.regular("date"),
    "timestamp": sql.regular("timestamp"),
    "timestamp with time zone": sql.sql("timestamp with time zone"),
}


def inputs(rule: Rule, cases: Sequence[Case]) -> Sql:
    """Return a relation of cases, numbered."""
    lines = (
        sql.sql(
            "({n}, {values})",
            n=n,
            values=sql.listed(constant(value, kind) for value, kind in zip(case, rule.inputs.values(), strict=False)),
        )
        for n, case in enumerate(cases)
    )
    return sql.sql("(VALUES {lines}) AS cases(n, {names})", lines=sql.listed(lines), names=sql.columns(rule.inputs))


def in_sql(rule: Rule, cases: Sequence[Case], under: Setting, engine: Engine) -> list[object]:
    """Return what SQL decides of each case."""
    decided = rule.sql(under)
    joins = rule.joins(under) if rule.joins else sql.sql("")
    if rule.joins and under.deadlines.counts_days:
        engine.name("biaodan_days", under.deadlines.days({case[0].date() for case in cases}))
    query = sql.sql(
        "SELECT n, {decided} AS decided FROM {inputs}{joins} ORDER BY n",
        decided=decided,
        inputs=inputs(rule, cases),
        joins=joins,
    )
    return [row[1] for row in engine.rows(query)]


def in_python(rule: Rule, case: Case, under: Setting) -> object:
    try:
        return rule.python(under, *case[: len(rule.inputs)])
    except RecordError as error:
        return error.faults[0].code


def compare(rule: Rule, under: Setting, opened: AbstractContextManager[Engine] | None = None) -> None:
    """Assert that both ways decide every case in the same way; what is left to Python is so by intention."""
    cases = CASES[rule.name]
    with opened or duckdb_engine(under.policy.zone_name) as engine:
        decisions = in_sql(rule, cases, under, engine)
    for case, decided in zip(cases, decisions, strict=True):
        is_left = rule.partial and decided is None
        assert is_left == (case[-1] == LEFT), case
        if not is_left:
            expected = in_python(rule, case, under)
            assert (bool(decided) if isinstance(expected, bool) else decided) == expected, case


def test_every_rule_is_in_the_list_and_has_cases() -> None:
    assert {rule.name for rule in vars(rules).values() if isinstance(rule, Rule)} == {rule.name for rule in RULES}
    assert [rule.name for rule in RULES] == list(CASES)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("dialect", [DuckDb(), Standard()], ids=["duckdb", "standard"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_sql_and_python_decide_the_same(rule: Rule, dialect: Dialect, zone: str) -> None:
    compare(rule, setting(dialect, replace(load_policy(), zone_name=zone)))


@pytest.mark.parametrize("text", PASSED_TO)
def test_a_department_and_a_person_are_told_apart(text: str) -> None:
    under = setting(DuckDb(), load_policy())
    assert (rules.DEPARTMENT.python(under, text), rules.PERSON.python(under, text)) == PASSED_TO[text]


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize(
    "rule", [rules.RESPONSE_DUE, rules.RESOLUTION_DUE, rules.VISIT_DUE], ids=lambda rule: rule.name
)
def test_deadlines_are_the_same_under_any_policy(rule: Rule, name: str) -> None:
    compare(rule, setting(DuckDb(), policy(name)))


@pytest.mark.services
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_postgresql_decides_the_same(rule: Rule, postgres: str) -> None:
    with open_postgres(postgres) as engine:
        compare(rule, setting(engine.dialect, policy("in office hours")), nullcontext(engine))

"""A period's figures are those of its end: what became known later changes no report, and no "last period" either."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from generator.statistics import monthly

Write = Any
Issue = dict[str, Any]

TARGETS = {
    "priority": {"P0": {"value": 1, "unit": "hour"}, "P1": {"value": 1, "unit": "working_day"}},
    "resolution": {"P1": {"value": 3, "unit": "day"}},
}
FIRST, HOURS = datetime(2024, 2, 25), 24 * 80
APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)


def moments(*edges: str) -> Any:
    near = some.sampled_from([datetime.fromisoformat(edge) for edge in edges])
    return near | some.integers(0, HOURS).map(lambda hours: FIRST + timedelta(hours=hours))


EDGES = moments("2024-03-31 23:59:59", "2024-04-01 00:00", "2024-04-30 23:59:59", "2024-05-01 00:00")


@some.composite
def issues(draw: Any) -> list[Issue]:
    made = []
    for n in range(draw(some.integers(1, 25))):
        reported = draw(EDGES)
        later = some.none() | EDGES.map(lambda moment, since=reported: max(moment, since))
        made.append(
            {
                "issue_no": f"N{n}",
                "customer_name": draw(some.sampled_from("甲乙")),
                "problem": draw(some.sampled_from("丙丁")),
                "priority": draw(some.sampled_from([None, "P0", "P1", "P2"])),
                "status": draw(some.sampled_from(["waiting", "open", "solved", "closed"])),
                "channel": draw(some.sampled_from(["电话", "邮件", None])),
                "satisfaction": draw(some.sampled_from([None, 1, 5])),
                "reported_at": reported,
                "responded_at": draw(later),
                "planned_at": draw(later),
                "completed_at": draw(later),
                "visited_at": draw(later),
                "escalated_at": draw(later),
                "first_contact": draw(some.sampled_from([None, "yes", "no"])),
                "nps": draw(some.sampled_from([None, 0, 8, 10])),
                "owner": draw(some.sampled_from([None, "王强", "李娜"])),
                "department": draw(some.sampled_from([None, "技术部", "客服部"])),
            }
        )
    return made


def cut(source: list[Issue], day: date) -> list[Issue]:
    """Return what was known of issues when a day began."""
    end, known = datetime.combine(day, datetime.min.time()), []
    for issue in (issue for issue in source if issue["reported_at"] < end):
        seen = dict(issue)
        for key in ("responded_at", "completed_at", "visited_at", "escalated_at"):
            if seen[key] and seen[key] >= end:
                seen[key] = None
        if issue["completed_at"] and not seen["completed_at"]:
            seen |= dict.fromkeys(("satisfaction", "first_contact", "nps"))
            seen["status"] = "open" if seen["status"] in ("solved", "closed") else seen["status"]
        known.append(seen)
    return known


def summary(folder: Path, month: str, source: list[Issue], policy: Any) -> dict[str, Any]:
    path = folder / "cut.jsonl"
    path.write_text("".join(json.dumps(one, default=str) + "\n" for one in source), encoding="utf-8")
    (record,) = monthly(month, str(path), policy=policy).records
    return record


@settings(max_examples=12, deadline=None)
@given(source=issues())
def test_the_source_cut_at_the_end_of_a_period_has_the_same_figures(
    source: list[Issue], tmp_path_factory: pytest.TempPathFactory, rules: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    known = cut(source, MAY)
    if known:
        assert summary(folder, "2024-04", source, rules) == summary(folder, "2024-04", known, rules)


@settings(max_examples=12, deadline=None)
@given(source=issues())
def test_last_period_is_what_its_own_report_said(
    source: list[Issue], tmp_path_factory: pytest.TempPathFactory, rules: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    old: Issue = {"issue_no": "old", "customer_name": "旧", "problem": "旧", "priority": None, "status": "closed"}
    old |= {"channel": None, "satisfaction": None, "reported_at": datetime(2024, 1, 2, 9)}
    old |= dict.fromkeys(("visited_at", "escalated_at", "first_contact", "nps", "owner", "department"))
    source = [old | dict.fromkeys(("responded_at", "planned_at", "completed_at")), *source]
    now, then = summary(folder, "2024-04", source, rules), summary(folder, "2024-03", cut(source, APRIL), rules)
    assert now["last_volume"] == then["volume"]
    assert column(now["comparison"], "last_month") == column(then["comparison"], "this_month")
    assert now["trend"][:-1] == then["trend"]
    for table in ("by_priority", "by_status", "by_channel", "by_department"):
        last = {row["name"]: row["last_cases"] for row in now[table] if row["last_cases"]}
        assert last == {row["name"]: row["cases"] for row in then[table] if row["cases"]}


def column(rows: list[Mapping[str, Any]], key: str) -> dict[str, Any]:
    return {row["indicator"]: row[key] for row in rows if key in row}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from generator.rules import load_policy

    shipped = Path(__file__).parents[2] / "schemas" / "policies" / "response.json"
    content = json.loads(shipped.read_text(encoding="utf-8"))
    content["targets"] |= TARGETS
    path = tmp_path_factory.mktemp("rules") / "policy.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return load_policy(path)


def test_what_was_done_later_was_open_late_and_without_a_score(jsonl: Write) -> None:
    late = {"priority": "P0", "status": "closed", "satisfaction": 5, "reported_at": "2024-04-30 23:30"}
    late |= {"responded_at": "2024-05-01 00:10", "planned_at": "2024-04-30 23:45", "completed_at": "2024-05-01 00:20"}
    (record,) = monthly("2024-04", jsonl({"reported_at": "2024-03-01 09:00"}, late)).records
    assert [record[key] for key in ("responses_judged", "responses_in_time")] == [0, 0]
    assert [record[key] for key in ("resolutions_judged", "resolutions_in_time")] == [1, 0]
    assert "mean_minutes" not in record
    assert "satisfaction" not in record
    assert {row["name"]: row["cases"] for row in record["by_status"]} == {"处理中": 1, "未填写": 0}


def test_a_person_to_whom_an_issue_was_passed_is_no_department(table: Write) -> None:
    source = table(
        "转派部门/对接人,反馈时间,计划完成时间,状态\n",
        "技术部/王强,2024-05-02 09:00,2024-05-03,处理中\n",
        "李娜,2024-05-02 10:00,2024-05-04,处理中\n",
    )
    (record,) = monthly("2024-05", source).records
    assert record["by_department"] == [{"name": "技术部", "cases": 1}, {"name": "未填写", "cases": 1}]
    assert [row.get("owner") for row in record["overdue"]] == ["王强", "李娜"]
    assert [one["department"] for one in monthly("2024-05", source, by="department").records] == ["技术部", "未填写"]

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from forms.judging import faults_of, fields_of


def incident(**changes: Any) -> dict[str, Any]:
    return {
        "incident_no": "SJ-1",
        "incident_level": "二级 批量账户异常",
        "happened_at": "2024-05-21 08:35",
        "escalated_at": "2024-05-21 09:05",
    } | changes


@pytest.mark.parametrize("level", ["一级 系统瘫痪", "二级 批量账户异常"])
@pytest.mark.parametrize(
    ("happened", "escalated", "minutes", "met"),
    [
        ("2024-05-21 08:35", "2024-05-21 09:05", 30, "met"),  # exactly on the limit
        ("2024-05-21 08:35", "2024-05-21 09:05:01", 30, "missed"),
        ("2024-05-21 08:35:59", "2024-05-21 09:05:58", 29, "met"),
        ("2024-05-21 08:35", "2024-05-21 08:35", 0, "met"),
        ("2023-12-31 23:45", "2024-01-01 00:15", 30, "met"),
        ("2024-02-28 23:59", "2024-03-01 00:00", 1441, "missed"),  # 1 + 29 February (1440)
    ],
)
def test_levels_1_and_2_have_half_an_hour_to_be_escalated(
    level: str, happened: str, escalated: str, minutes: int, met: str
) -> None:
    given = incident(incident_level=level, happened_at=happened, escalated_at=escalated)
    typed = fields_of("escalation-record", given)["incident"]
    assert (typed["escalation_minutes"], typed["escalation_met"]) == (minutes, met)


def test_level_3_has_a_time_to_escalate_but_no_target() -> None:
    given = incident(incident_level="三级 单户异常", escalated_at="2024-05-22 08:35")
    typed = fields_of("escalation-record", given)["incident"]
    assert typed["escalation_minutes"] == 1440
    assert "escalation_met" not in typed


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"escalation_minutes": "30分钟", "escalation_met": "达标"}, []),
        ({"escalation_minutes": 29}, [("E-derived", "/incident/escalation_minutes")]),
        ({"escalation_met": "未达标"}, [("E-derived", "/incident/escalation_met")]),
        (
            {"incident_level": "三级 单户异常", "escalation_met": "达标"},
            [("E-check", "/incident/escalation_met")],
        ),
    ],
)
def test_a_given_verdict_is_checked(changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of("escalation-record", incident(**changes)) == faults


@pytest.mark.parametrize(
    ("restored", "due"),
    [
        ("2024-05-21 11:30", datetime(2024, 5, 22, 11, 30)),
        ("2024-02-28 11:30:05", datetime(2024, 2, 29, 11, 30, 5)),
        ("2023-12-31 18:00", datetime(2024, 1, 1, 18, 0)),
        ("2024-05-17 18:00", datetime(2024, 5, 18, 18, 0)),  # Friday: the weekend isn't left out
    ],
)
def test_the_review_is_due_a_day_after_recovery(restored: str, due: datetime) -> None:
    given = incident(happened_at="2023-12-01 00:00", escalated_at="2023-12-01 00:10", restored_at=restored)
    assert fields_of("escalation-record", given)["recovery"]["review_due"] == due


def test_before_recovery_no_review_is_due() -> None:
    assert "recovery" not in fields_of("escalation-record", incident())


def test_a_given_review_date_is_checked() -> None:
    given = incident(restored_at="2024-05-21 11:30", review_due="2024-05-22 11:31")
    assert faults_of("escalation-record", given) == [("E-derived", "/recovery/review_due")]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"escalated_at": "2024-05-21 08:34:59"}, [("E-check", "/incident/escalated_at")]),
        ({"restored_at": "2024-05-21 08:35"}, [("W-check", "/recovery/restored_at")]),  # before it was escalated
        ({"restored_at": "2024-05-21 08:34:59"}, [("E-check", "/recovery/restored_at")]),
        ({"responders": [{"team": "法务", "time": "2024-05-21 08:35"}]}, []),
        (
            {"responders": [{"team": "法务"}, {"team": "技术", "time": "2024-05-21 08:34"}]},
            [("E-check", "/responders/1/time")],
        ),
    ],
)
def test_nothing_precedes_the_incident(changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of("escalation-record", incident(**changes)) == faults


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        (["08:35", "08:35", "09:50"], []),
        (["08:34", "08:36"], [0]),
        (["09:00", "10:00", "09:30", "09:59:59", "10:00"], [2, 3]),
    ],
)
def test_the_log_is_kept_in_the_order_of_time(times: list[str], wrong: list[int]) -> None:
    log = [{"time": f"2024-05-21 {time}", "content": "x"} for time in times]
    faults = faults_of("escalation-record", incident(log=log))
    assert faults == [("E-check", f"/log/{n}/time") for n in wrong]


def task(**changes: Any) -> dict[str, Any]:
    return {"task_no": "RW-1", "task": "x", "owner": "李明", "due_at": "2024-05-11"} | changes


@pytest.mark.parametrize(
    ("given", "progress"), [(0, 0), (100, 100), ("60%", 60), ("12.5%", Decimal("12.5")), ("100％", 100)]
)
def test_progress_is_a_percentage(given: Any, progress: Any) -> None:
    assert fields_of("task-assignment", task(progress_percent=given))["progress_percent"] == progress


@pytest.mark.parametrize("given", [-1, 101, Decimal("100.01")])
def test_progress_lies_between_nothing_and_all(given: Any) -> None:
    faults = faults_of("task-assignment", task(progress_percent=given))
    assert [pointer for _, pointer in faults] == ["/rows/0/progress_percent"]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"task_status": "已完成", "progress_percent": 100}, []),
        ({"task_status": "已完成"}, []),
        (
            {"task_status": "已完成", "progress_percent": Decimal("99.9")},
            [("E-check", "/rows/0/progress_percent")],
        ),
        ({"task_status": "进行中", "progress_percent": 100}, []),  # may still await acceptance
        ({"task_status": "已取消", "progress_percent": 40}, [("E-check", "/rows/0/remark")]),
        ({"task_status": "已取消", "progress_percent": 40, "remark": "客户撤回"}, []),
        ({"started_at": "2024-05-11 18:00"}, []),  # due on that day, at any time
        ({"started_at": "2024-05-12"}, [("E-check", "/rows/0/due_at")]),
        ({"started_at": "2024-05-11 18:00", "due_at": "2024-05-11 18:00"}, []),
        ({"started_at": "2024-05-11 18:00", "due_at": "2024-05-11 17:59:59"}, [("E-check", "/rows/0/due_at")]),
    ],
)
def test_a_task_s_state_and_times_agree(changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of("task-assignment", task(**changes)) == faults


def test_a_due_day_may_be_given_without_a_time() -> None:
    assert fields_of("task-assignment", task())["due_at"] == date(2024, 5, 11)


@pytest.mark.parametrize(
    ("completed", "faults"),
    [
        ("2024-02-29 14:10", []),
        ("2024-02-29", []),
        ("2024-02-29 14:09:59", [("E-check", "/handling/completed_at")]),
        ("2024-02-28", [("E-check", "/handling/completed_at")]),
    ],
)
def test_an_exception_is_not_dealt_with_before_it_is_found(completed: str, faults: list[tuple[str, str]]) -> None:
    given = {
        "exception_no": "YC-1",
        "problem": "x",
        "owner": "王强",
        "found_at": "2024-02-29 14:10",
        "result": "已补发",
    }
    assert faults_of("exception-record", given | {"completed_at": completed}) == faults

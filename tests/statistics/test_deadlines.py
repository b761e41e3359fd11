"""Targets in working time, by hand: in May 2024 the 1st to the 5th are holidays, Saturday the 11th is worked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from generator.errors import SchemaError
from generator.rules import load_policy
from generator.statistics import monthly

Write = Callable[..., Any]

HOURS = {"priority": {"P1": {"value": 4, "unit": "working_hour"}}}
DAYS = {"priority": {"P1": {"value": 1, "unit": "working_day"}}}


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        ("2024-05-06 09:00", "2024-05-06 14:00"),
        ("2024-05-06 07:15", "2024-05-06 14:00"),
        ("2024-05-06 12:30", "2024-05-06 17:00"),
        ("2024-05-06 14:00", "2024-05-06 18:00"),
        ("2024-05-06 14:01", "2024-05-07 09:01"),
        ("2024-05-10 17:00", "2024-05-11 12:00"),
        ("2024-05-01 10:00", "2024-05-06 14:00"),
        ("2024-05-18 10:00", "2024-05-20 14:00"),
    ],
)
def test_four_working_hours(jsonl: Write, policy: Write, reported: str, due: str) -> None:
    rules = policy(HOURS)
    assert rules.deadline(datetime.fromisoformat(reported), "P1", "priority") == datetime.fromisoformat(due)
    late = datetime.fromisoformat(due) + timedelta(seconds=1)
    issue = {"priority": "P1", "reported_at": reported}
    source = jsonl({**issue, "responded_at": due}, {**issue, "responded_at": late.isoformat()})
    [record] = monthly("2024-05", source, policy=rules).records
    assert (record["responses_judged"], record["responses_in_time"]) == (2, 1)


def test_a_working_day_lasts_until_its_midnight(jsonl: Write, policy: Write) -> None:
    issue = {"priority": "P1", "reported_at": "2024-05-10 08:00"}
    source = jsonl({**issue, "responded_at": "2024-05-11 23:59:59"}, {**issue, "responded_at": "2024-05-12 00:00"})
    [record] = monthly("2024-05", source, policy=policy(DAYS)).records
    assert (record["responses_judged"], record["responses_in_time"]) == (2, 1)


def test_office_hours_of_a_policy(jsonl: Write, policy: Write) -> None:
    calendar = {"region": "CN", "time_zone": "Asia/Shanghai", "office_hours": [["08:00", "20:00"]]}
    rules = policy(HOURS, calendar=calendar)
    assert rules.deadline(datetime(2024, 5, 6, 19), "P1", "priority") == datetime(2024, 5, 7, 11)


def test_office_hours_that_overlap_are_refused(policy: Write) -> None:
    hours = [["09:00", "12:00"], ["11:00", "18:00"]]
    with pytest.raises(SchemaError):
        policy({}, calendar={"region": "CN", "time_zone": "Asia/Shanghai", "office_hours": hours})


def test_a_target_of_resolution_goes_before_the_plan(jsonl: Write, policy: Write) -> None:
    rules = policy({"resolution": {"P0": {"value": 2, "unit": "day"}, "high": {"value": 1, "unit": "hour"}}})
    done = {"reported_at": "2024-05-06 09:00", "planned_at": "2024-05-31", "completed_at": "2024-05-08 09:01"}
    source = jsonl(
        {**done, "priority": "P0"}, {**done, "priority": "P1", "severity": "high"}, {**done, "severity": "high"}
    )
    [record] = monthly("2024-05", source, policy=rules).records
    assert (record["resolutions_judged"], record["resolutions_in_time"]) == (3, 1)


def test_when_an_issue_has_come_back_is_for_the_policy_to_say(jsonl: Write, policy: Write) -> None:
    issue = {"customer_no": "K1", "cause": "断网", "reported_at": "2024-05-06 09:00"}
    source = jsonl(issue, {**issue, "reported_at": "2024-05-06 10:00"}, {**issue, "reported_at": "2024-05-06 11:01"})
    rules = policy({}, repeat={"same": ["customer_no", "cause"], "within": {"value": 60, "unit": "minute"}})
    [record] = monthly("2024-05", source, policy=rules).records
    assert record["repeats"] == 1


def test_the_shipped_policy_says_what_a_policy_without_the_new_parts_means(policy: Write) -> None:
    bare = policy({}, calendar={"region": "CN", "time_zone": "Asia/Shanghai"})
    shipped = load_policy()
    assert list(bare.hours) == list(shipped.hours)

"""The plain computation itself, on issues made by hand, with figures worked out by hand."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plain import Figures, Source, monthly

SCHEMAS = Path(__file__).parents[2] / "schemas"
POLICY = json.loads((SCHEMAS / "policies" / "response.json").read_text(encoding="utf-8"))
ALL = {
    *("issue_no", "customer_name", "issue_type", "problem", "priority", "severity", "status", "channel", "department"),
    *("owner", "reported_at", "responded_at", "planned_at", "completed_at", "cause", "satisfaction"),
}


def at(text: str) -> datetime:
    """Return a time of 2024 by month, day and clock: `05-31 23:59`."""
    return datetime.fromisoformat(f"2024-{text}")


def may(*issues: Mapping[str, Any], without: str = "", **targets: Any) -> Figures:
    """Return the summary of May 2024; some targets of the policy replaced, some columns left out."""
    policy = {**POLICY, "targets": {**POLICY["targets"], **targets}}
    return monthly(Source(issues, policy, ALL - set(without.split())), "2024-05")[0]


def issue(reported: str = "05-10 10:00", **values: Any) -> dict[str, Any]:
    return {"reported_at": at(reported), **values}


def responses(*issues: Mapping[str, Any], **targets: Any) -> tuple[int, int]:
    made = may(*issues, **targets)
    return made["responses_judged"], made["responses_in_time"]


def resolutions(*issues: Mapping[str, Any], **targets: Any) -> tuple[int, int]:
    made = may(*issues, **targets)
    return made["resolutions_judged"], made["resolutions_in_time"]


# --- which month ---


@pytest.mark.parametrize(
    ("moment", "volume"),
    [
        ("2024-04-30T23:59:59", 0),
        ("2024-05-01T00:00", 1),
        ("2024-05-31T23:59:59.999", 1),
        ("2024-06-01T00:00", 0),
        ("2024-04-30T15:59:59+00:00", 0),
        ("2024-04-30T16:00+00:00", 1),
        ("2024-05-31T15:59+00:00", 1),
        ("2024-05-31T16:00+00:00", 0),
        ("2024-05-31T23:30-01:00", 0),
    ],
)
def test_a_month_is_of_the_desks_own_days(moment: str, volume: int) -> None:
    assert may({"reported_at": datetime.fromisoformat(moment)})["volume"] == volume


def test_the_month_before_is_unknown_without_any_earlier_issue() -> None:
    made = may(issue(channel="电话"), issue("06-02 10:00"))
    assert "last_volume" not in made
    assert made["comparison"] == [{"indicator": "复发率", "this_month": Decimal("0.00"), "aim": {"below_percent": 5}}]
    assert made["by_channel"] == [{"name": "电话", "cases": 1}]


def test_the_month_before_is_empty_where_issues_are_older_still() -> None:
    made = may(issue(channel="电话"), issue("03-31 23:59", channel="邮件"))
    assert made["last_volume"] == 0
    assert made["by_channel"] == [{"name": "电话", "cases": 1, "last_cases": 0}]
    assert made["comparison"] == [
        {"indicator": "受理总量", "this_month": 1, "last_month": 0},
        {"indicator": "复发率", "this_month": Decimal("0.00"), "aim": {"below_percent": 5}},
    ]


def test_an_empty_month_has_no_rates() -> None:
    made = may(issue("04-10 10:00", priority="P0", responded_at=at("04-10 10:30")))
    assert made["volume"] == 0
    assert made["comparison"] == [
        {"indicator": "受理总量", "this_month": 0, "last_month": 1},
        {"indicator": "响应达标率", "last_month": Decimal("100.0")},
        {"indicator": "复发率", "last_month": Decimal("0.00")},
    ]


# --- names ---


def test_types_go_by_their_first_level_the_frequent_first() -> None:
    types = ["咨询/资费", " 咨询 ／功能", "故障/登录", "故障", "咨询", "-", "/其他"]
    assert may(*(issue(issue_type=name) for name in types))["by_type"] == [
        {"name": "咨询", "cases": 3},
        {"name": "故障", "cases": 2},
        {"name": "未填写", "cases": 2},
    ]


def test_names_of_as_many_cases_go_by_last_month_then_by_code_point() -> None:
    now = [issue(channel=name) for name in ("丙", "乙", "甲")]
    last = [issue("04-10 10:00", channel=name) for name in ("乙", "丁")]
    assert [(r["name"], r["cases"], r["last_cases"]) for r in may(*now, *last)["by_channel"]] == [
        ("乙", 1, 1),
        ("丙", 1, 0),
        ("甲", 1, 0),
        ("丁", 0, 1),
    ]


def test_twelve_names_all_stand_and_of_thirteen_two_are_put_together() -> None:
    twelve = [issue(channel=f"{n:02}") for n in range(12) for _ in range(20 - n)]
    assert may(*twelve)["by_channel"] == [{"name": f"{n:02}", "cases": 20 - n} for n in range(12)]
    rows = may(*twelve, issue(channel="12"), issue(), issue("04-10 10:00", channel="11"))["by_channel"]
    assert len(rows) == 13
    assert rows[10]["cases"] == 10
    assert rows[11] == {"name": "其他（共 2 项）", "cases": 9 + 1, "last_cases": 1}
    assert rows[12] == {"name": "未填写", "cases": 1, "last_cases": 0}


def test_choices_stand_in_their_own_order_without_those_that_do_not_occur() -> None:
    made = may(*(issue(status=status) for status in ("closed", "closed", "waiting", "无")))
    assert [(row["name"], row["cases"]) for row in made["by_status"]] == [("待处理", 1), ("已关闭", 2), ("未填写", 1)]


def test_without_a_priority_column_severity_stands_for_it() -> None:
    issues = [issue(severity="low"), issue(severity="high", priority="P2")]
    late = {"cases": 1, "response_rate": Decimal("0.0")}
    assert may(*issues)["by_priority"] == [{"name": "P2", **late}, {"name": "未填写", **late}]
    rows = may(*issues, without="priority")["by_priority"]
    assert rows == [{"name": "高", **late}, {"name": "低", **late}]


# --- responses ---


@pytest.mark.parametrize(
    ("responded", "result"),
    [("05-10 11:00", (1, 1)), ("05-10 11:01", (1, 0)), ("06-02 09:00", (1, 0)), (None, (1, 0))],
)
def test_exactly_on_the_deadline_is_in_time(responded: str | None, result: tuple[int, int]) -> None:
    assert responses(issue(priority="P0", responded_at=responded and at(responded))) == result


def test_a_priority_goes_before_severity_and_severity_stands_in() -> None:
    late = {"severity": "high", "responded_at": at("05-10 10:11")}  # 10 minutes; P2 has 24 hours
    assert responses(issue(**late)) == (1, 0)
    assert responses(issue(**late, priority="P2")) == (1, 1)
    assert responses(issue(responded_at=at("05-10 10:01"))) == (0, 0)


def test_without_an_answer_an_issue_is_judged_once_its_deadline_has_passed() -> None:
    assert responses(issue("05-31 22:59", priority="P0")) == (1, 0)
    assert responses(issue("05-31 23:00", priority="P0")) == (0, 0)  # until the end exactly: not passed
    assert responses(issue("05-31 23:30", priority="P0", responded_at=at("06-01 00:10"))) == (0, 0)


def test_working_days_end_with_their_last_one() -> None:
    targets = {"priority": {"P0": {"value": 2, "unit": "working_day"}}}
    friday = {"reported": "05-10 17:00", "priority": "P0"}  # Saturday the 11th is worked, Sunday isn't
    assert responses(issue(**friday, responded_at=at("05-13 23:59")), **targets) == (1, 1)
    assert responses(issue(**friday, responded_at=at("05-14 00:00")), **targets) == (1, 0)
    assert responses(issue("05-29 17:00", priority="P0"), **targets) == (1, 0)  # until the end of the 31st
    assert responses(issue("05-30 17:00", priority="P0"), **targets) == (0, 0)


@pytest.mark.parametrize(
    ("reported", "hours", "deadline"),
    [
        ("05-14 09:00", 3, "05-14 12:00"),  # through the morning, not into the afternoon
        ("05-14 11:00", 2, "05-14 14:00"),
        ("05-14 12:30", 1, "05-14 14:00"),
        ("05-14 17:30", 1, "05-15 09:30"),
        ("05-14 20:00", 8, "05-15 18:00"),
        ("05-17 17:00", 2, "05-20 10:00"),  # over a weekend
        ("05-10 17:00", 2, "05-11 10:00"),  # into a Saturday that is worked
        ("04-30 17:00", 9, "05-06 18:00"),  # over the holidays of May
    ],
)
def test_working_hours_pass_in_office_hours_only(reported: str, hours: int, deadline: str) -> None:
    source = Source([issue(reported)], POLICY)
    ends = source.after(source.issues[0]["reported_at"], {"value": hours, "unit": "working_hour"})
    assert ends.astimezone(source.zone).replace(tzinfo=None) == at(deadline)


# --- resolutions ---


def test_a_planned_day_lasts_until_its_end() -> None:
    assert resolutions(issue(planned_at=date(2024, 5, 12), completed_at=at("05-12 23:59"))) == (1, 1)
    assert resolutions(issue(planned_at=date(2024, 5, 12), completed_at=at("05-13 00:00"))) == (1, 0)
    assert resolutions(issue(planned_at=at("05-12 18:00"), completed_at=at("05-12 18:00"))) == (1, 1)


def test_an_open_issue_is_judged_once_it_is_due() -> None:
    assert resolutions(issue(planned_at=at("05-31 23:59"), status="open")) == (1, 0)
    assert resolutions(issue(planned_at=at("06-01 00:00"), status="open")) == (0, 0)
    assert resolutions(issue(planned_at=at("05-12 18:00"), status="closed")) == (0, 0)  # done, nobody knows when


def test_a_target_for_resolution_goes_before_the_plan() -> None:
    target = {"resolution": {"P1": {"value": 1, "unit": "day"}}}
    late = {"planned_at": at("05-12 18:00"), "completed_at": at("05-12 12:00")}
    assert resolutions(issue(**late, priority="P1"), **target) == (1, 0)
    assert resolutions(issue(**late, priority="P2"), **target) == (1, 1)


# --- handling ---


def handled(*minutes: int) -> Figures:
    ends = [at("05-10 10:00") + timedelta(minutes=m, seconds=59) for m in minutes]
    return may(*(issue(completed_at=end) for end in ends))


@pytest.mark.parametrize(
    ("minutes", "p90"),
    [([7], 7), ([7, 9], 9), (list(range(10, 110, 10)), 90), (list(range(10, 120, 10)), 100)],
)
def test_the_90th_percentile_is_the_nearest_rank(minutes: list[int], p90: int) -> None:
    assert handled(*minutes)["p90_minutes"] == p90


@pytest.mark.parametrize(
    ("minutes", "mean", "median"),
    [([5], 5, 5), ([1, 4], 3, 3), ([1, 2, 100], 34, 2), ([1, 1, 2, 9], 3, 2), ([0, 0, 1], 0, 0), ([0], 0, 0)],
)
def test_mean_and_median_are_rounded_half_up(minutes: list[int], mean: int, median: int) -> None:
    made = handled(*minutes)
    assert (made["mean_minutes"], made["median_minutes"]) == (mean, median)


def test_what_was_done_before_it_was_reported_has_no_handling_time() -> None:
    assert "mean_minutes" not in may(issue(completed_at=at("05-10 09:59")))
    made = may(issue(completed_at=at("05-10 09:00")), issue(completed_at=at("05-10 10:30")))
    assert made["mean_minutes"] == 30


# --- overdue ---


def test_what_is_due_before_the_end_and_not_done_by_then_is_overdue() -> None:
    due = {"planned_at": at("05-20 18:00")}
    made = may(
        issue("04-02 10:00", issue_no="A", **due, status="open"),
        issue("05-02 10:00", issue_no="B", **due, status="closed", completed_at=at("06-01 00:00")),
        issue("05-02 10:00", issue_no="C", **due, status="closed", completed_at=at("05-31 23:59")),
        issue("05-02 10:00", issue_no="D", **due, status="solved"),
        issue("05-02 10:00", issue_no="E", planned_at=at("06-01 00:00")),
        issue("05-02 10:00", issue_no="F", planned_at=date(2024, 5, 31)),
        issue("05-02 10:00", issue_no="G", planned_at=at("05-31 00:00")),
        issue("05-02 10:00", issue_no="H", planned_at=date(2024, 5, 30)),
        issue("06-02 10:00", issue_no="I", **due),
    )
    assert [(row["issue_no"], row["days_late"]) for row in made["overdue"]] == [("A", 11), ("B", 11), ("H", 1)]
    assert made["overdue_count"] == 3


def test_the_first_fifty_by_due_then_number_then_place_are_listed() -> None:
    early = [issue(issue_no="Z", planned_at=at("05-11 10:00"), problem=text) for text in ("先", "后")]
    rest = [issue(issue_no=f"{n:02}", planned_at=at("05-12 10:00")) for n in reversed(range(60))]
    made = may(*rest, *early)
    assert made["overdue_count"] == 62
    assert [row.get("problem") for row in made["overdue"][:2]] == ["先", "后"]
    assert [row["issue_no"] for row in made["overdue"][2:]] == [f"{n:02}" for n in range(48)]


# --- repeats ---


def same(*moments: str, **values: Any) -> int:
    found: int = may(*(issue(m, **{"customer_name": "甲", "problem": "乙", **values}) for m in moments))["repeats"]
    return found


def test_the_same_within_thirty_days_is_a_repeat() -> None:
    assert same("05-30 10:00", "04-30 10:00") == 1
    assert same("05-30 10:01", "04-30 10:00") == 0
    assert same("05-30 10:01", "04-30 10:00", "05-02 10:00") == 2
    assert same("05-30 10:01", "05-02 10:00", "06-02 10:00") == 1


def test_of_issues_at_the_same_moment_all_but_one_are_repeats() -> None:
    assert same(*["05-30 10:00"] * 4) == 3
    assert same(*["05-30 10:00"] * 4, "05-29 10:00") == 4


def test_without_all_values_nothing_is_a_repeat() -> None:
    assert same("05-30 10:00", "05-29 10:00", problem="—") == 0
    assert may(issue(), issue())["repeats"] == 0


# --- the rest ---


def test_the_ten_most_frequent_causes_stand_in_order() -> None:
    issues = [issue(cause=f"{n:02}") for n in reversed(range(12)) for _ in range(3 if n == 11 else 1)]
    assert [row["cause"] for row in may(*issues)["top_causes"]] == ["11", *(f"{n:02}" for n in range(9))]


def test_satisfaction_is_the_mean_of_two_digits() -> None:
    scores = [5] * 5 + [4] * 3  # 37 / 8 = 4.625
    assert may(*(issue(satisfaction=score) for score in scores), issue())["satisfaction"] == Decimal("4.63")
    assert "satisfaction" not in may(issue())


@pytest.mark.parametrize(
    ("column", "absent"),
    [
        ("responded_at", {"responses_judged", "responses_in_time"}),
        (
            "completed_at",
            {"resolutions_judged", "resolutions_in_time", "mean_minutes", "median_minutes", "p90_minutes"},
        ),
        ("planned_at", {"resolutions_judged", "resolutions_in_time", "overdue", "overdue_count"}),
        ("problem", {"repeats", "comparison"}),
        ("owner", {"owners", "owner_count"}),
        ("cause", {"top_causes"}),
        ("satisfaction", {"satisfaction"}),
        ("issue_type", {"by_type"}),
        ("channel", {"by_channel"}),
    ],
)
def test_without_a_column_its_figures_are_absent(column: str, absent: set[str]) -> None:
    full = issue(
        **dict.fromkeys(("customer_name", "problem", "issue_type", "channel", "department", "cause"), "x"),
        priority="P1",
        status="closed",
        satisfaction=5,
        planned_at=at("05-12 10:00"),
        responded_at=at("05-10 10:30"),
        completed_at=at("05-11 10:00"),
    )
    assert set(may(full)) - set(may(full, without=column)) == absent


def test_each_group_has_its_own_figures_and_the_month_before_of_all() -> None:
    issues = [
        issue(customer_name="乙", problem="p", channel="电话"),
        issue("05-11 10:00", customer_name="乙", problem="p"),
        issue(customer_name="甲", problem="q"),
        issue(problem="r"),
        issue("04-10 10:00", customer_name="丙", problem="p"),
        issue("03-10 10:00", customer_name="丁", problem="p"),
        issue("03-10 10:00", customer_name="戊", problem="p", planned_at=at("03-12 10:00")),
    ]
    made = monthly(Source(issues, POLICY, ALL), "2024-05", "customer_name")
    assert [(one["customer_name"], one["volume"], one["last_volume"]) for one in made] == [
        ("丙", 0, 1),
        ("乙", 2, 0),
        ("戊", 0, 0),
        ("未填写", 1, 0),
        ("甲", 1, 0),
    ]
    assert made[1]["repeats"] == 1
    assert made[1]["by_channel"] == [
        {"name": "电话", "cases": 1, "last_cases": 0},
        {"name": "未填写", "cases": 1, "last_cases": 0},
    ]

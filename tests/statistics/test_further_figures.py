"""Trends, owners, first contacts, return visits, escalations, recommending, targets: worked out by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.rules import Policy, load_policy
from generator.statistics import monthly

Record = Mapping[str, Any]


@pytest.fixture
def may(jsonl: Any) -> Any:
    """Return the summary of May 2024 of issues: the time of report, then whatever else is given."""

    def made(*issues: tuple[str, dict[str, Any]], period: str = "2024-05", policy: Policy | None = None) -> Record:
        source = jsonl(*({"reported_at": f"2024-{at}", **more} for at, more in issues))
        (record,) = monthly(period, source, policy=policy).records
        return record

    return made


BEFORE = ("04-01 09:00", {})
"""An issue of the month before, so that figures are compared."""


def compared(record: Record, name: str) -> str:
    """Return a figure of the period as it is printed beside that of the period before."""
    return str(next(row["this_month"] for row in record["comparison"] if row["indicator"] == name))


def at(text: str) -> str:
    return f"2024-{text}"


def rates(tmp_path: Path, **wanted: Mapping[str, float]) -> Policy:
    shipped = Path(__file__).parents[2] / "schemas" / "policies" / "response.json"
    path = tmp_path / "own.json"
    path.write_text(json.dumps({**json.loads(shipped.read_text(encoding="utf-8")), "rates": wanted}), encoding="utf-8")
    return load_policy(path)


def test_a_trend_has_each_period_as_it_stood_at_its_own_end(may: Any) -> None:
    record = may(
        ("02-10 09:00", {"priority": "P0", "responded_at": at("02-10 09:30"), "completed_at": at("03-05 10:00")}),
        ("03-31 23:30", {"priority": "P0", "responded_at": at("04-01 00:10"), "completed_at": at("04-02 10:00")}),
        ("03-20 09:00", {"priority": "P0", "responded_at": at("03-20 11:00"), "completed_at": at("04-20 10:00")}),
        ("05-02 09:00", {"priority": "P0", "responded_at": at("05-02 09:10"), "completed_at": at("05-31 23:59")}),
    )
    # in March one was due by its end, two hours late; the other's hour ran until April
    assert record["trend"] == [
        {"period": "2024-02", "cases": 1, "completed": 0, "response_rate": 100},
        {"period": "2024-03", "cases": 2, "completed": 1, "response_rate": 0},
        {"period": "2024-04", "cases": 0, "completed": 2},
        {"period": "2024-05", "cases": 1, "completed": 1, "response_rate": 100},
    ]


def test_two_periods_are_no_trend_and_never_more_than_twelve_are_shown(may: Any) -> None:
    assert "trend" not in may(("04-10 09:00", {}), ("05-10 09:00", {}))
    old = may(("05-10 09:00", {"reported_at": "2022-05-10 09:00"}), ("05-10 09:00", {}))
    assert [row["period"] for row in old["trend"]] == ["2023-06", "2023-07", *(f"2023-{n:02}" for n in range(8, 13)),
                                                       *(f"2024-0{n}" for n in range(1, 6))]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("2024-Q2", ["2023-Q4", "2024-Q1", "2024-Q2"]),
        ("2024-H1", ["2023-H1", "2023-H2", "2024-H1"]),
        ("2024-01-05..2024-01-14", ["2023-12-16–12-25", "2023-12-26–2024-01-04", "2024-01-05–01-14"]),
    ],
)
def test_periods_of_a_trend_are_as_long_as_the_one_asked_for(may: Any, period: str, names: list[str]) -> None:
    first = {"2024-Q2": "2023-11-02", "2024-H1": "2023-05-01"}.get(period, "2023-12-18")
    record = may(("06-01 09:00", {"reported_at": f"{first} 09:00"}), ("01-06 09:00", {}), period=period)
    assert [row["period"] for row in record["trend"]] == names


def test_departments_have_trends_of_their_own_and_numbers_that_differ(jsonl: Any) -> None:
    days = {"技术部": ["03-01", "04-01", "05-01", "05-02"], "客服部": ["05-03"], "": ["05-04"], "旧部门": ["03-02"]}
    issues = [{"reported_at": at(f"{day} 09:00"), "department": name} for name, some in days.items() for day in some]
    records = list(monthly("2024-05", jsonl(*issues), by="department").records)
    assert [(one["report_no"], [row["cases"] for row in one["trend"]]) for one in records] == [
        ("YB2024-05-客服部", [0, 0, 1]),
        ("YB2024-05-技术部", [1, 1, 2]),
        ("YB2024-05-000", [0, 0, 1]),
    ]


def test_numbers_of_customers_hold_no_names(jsonl: Any) -> None:
    source = jsonl(*({"reported_at": at("05-01 09:00"), "customer_person": name} for name in ("王强", "李娜", "")))
    made = monthly("2024-05", source, by="customer").records
    assert [one["report_no"] for one in made] == ["YB2024-05-001", "YB2024-05-002", "YB2024-05-000"]


def test_owners_by_what_they_got_did_and_still_have(may: Any) -> None:
    record = may(
        ("04-10 09:00", {"owner": "甲", "planned_at": at("04-20"), "completed_at": at("05-02 10:00")}),
        ("04-11 09:00", {"owner": "乙", "planned_at": at("04-20"), "completed_at": at("06-02 10:00")}),
        ("04-12 09:00", {"owner": "丙", "planned_at": at("04-20"), "completed_at": at("04-13 10:00")}),
        ("05-10 09:00", {"owner": "甲", "priority": "P1", "responded_at": at("05-10 10:00")}),
        ("05-11 09:00", {"owner": "甲", "priority": "P1", "responded_at": at("05-11 14:00")}),
        ("05-12 09:00", {"owner": "乙", "status": "closed"}),
        ("05-13 09:00", {"owner": "—", "planned_at": at("05-31")}),
    )
    assert record["owner_count"] == 2
    assert record["owners"] == [
        {"owner": "甲", "received": 2, "completed": 1, "standing": 2, "overdue": 0, "response_rate": 50},
        {"owner": "乙", "received": 1, "completed": 0, "standing": 1, "overdue": 1},
        {"received": 1, "completed": 0, "standing": 1, "overdue": 0},
    ]


def test_of_many_owners_the_twenty_with_most_are_named(may: Any) -> None:
    record = may(
        *((f"05-{n // 2 + 1:02} 0{k}:00", {"owner": f"员{n:02}"}) for n in range(25) for k in range(1 + (n > 4)))
    )
    assert record["owner_count"] == 25
    assert [row["owner"] for row in record["owners"]] == [f"员{n:02}" for n in range(5, 25)]


def test_responses_in_time_by_priority_and_department(may: Any) -> None:
    good = {"priority": "P0", "department": "技术部", "responded_at": at("05-10 10:00")}
    late = {**good, "responded_at": at("05-10 10:01")}
    record = may(
        ("05-10 09:00", good), ("05-10 09:00", good), ("05-10 09:00", late), ("05-31 23:30", {"priority": "P1"})
    )
    assert [(row["name"], str(row.get("response_rate"))) for row in record["by_department"]] == [
        ("技术部", "66.7"),
        ("未填写", "None"),
    ]
    assert [(row["name"], str(row.get("response_rate"))) for row in record["by_priority"]] == [
        ("P0", "66.7"),
        ("P1", "None"),
    ]


@pytest.mark.parametrize(
    ("said", "judged", "solved", "rate"),
    [
        (["是", "否", "是", ""], 3, 2, "66.7%"),
        ([True, False, None, None], 2, 1, "50%"),
        (["√", "×", "Yes", "no"], 4, 2, "50%"),
    ],
)
def test_first_contact_resolution(may: Any, said: list[Any], judged: int, solved: int, rate: str) -> None:
    record = may(
        BEFORE,
        *((f"05-1{n} 09:00", {"首次解决": one, "completed_at": at("05-20 10:00")}) for n, one in enumerate(said)),
    )
    assert (record["first_contact_judged"], record["first_contact_solved"]) == (judged, solved)
    assert compared(record, "首次解决率") == rate


def test_a_mark_of_first_contact_is_known_once_the_issue_is_done(may: Any) -> None:
    record = may(("05-31 09:00", {"first_contact": "是", "completed_at": at("06-01 00:00")}))
    assert (record["first_contact_judged"], "first_contact_rate" in record) == (0, False)


def test_return_visits_have_three_working_days(may: Any) -> None:
    # completed on Tuesday the 7th: due by the end of Friday the 10th; on Wednesday the 29th: by the 3rd of June
    done, late = {"completed_at": at("05-07 15:00")}, {"completed_at": at("05-29 15:00")}
    record = may(
        BEFORE,
        ("05-06 09:00", {**done, "visited_at": at("05-10 23:59")}),
        ("05-06 09:00", {**done, "visited_at": at("05-11 00:00")}),
        ("05-06 09:00", done),
        ("05-06 09:00", late),
        ("05-06 09:00", {**late, "visited_at": at("05-30 09:00")}),
        ("05-06 09:00", {"visited_at": at("05-30 09:00")}),
    )
    assert (record["visits_judged"], record["visits_in_time"]) == (4, 2)
    assert compared(record, "回访及时率") == "50%"


def test_escalations_by_their_time_or_by_a_mark(may: Any) -> None:
    record = may(
        BEFORE,
        ("05-06 09:00", {"escalated": "是"}),
        ("05-06 09:00", {"escalated": "否"}),
        ("05-06 09:00", {"escalated_at": at("05-31 23:59:59")}),
        ("05-06 09:00", {"escalated": "是", "escalated_at": at("06-01 00:00")}),
    )
    assert (record["escalations"], compared(record, "升级率")) == (2, "50%")


def test_net_promoter_score(may: Any) -> None:
    record = may(*(("05-06 09:00", {"nps": score}) for score in (10, 9, 9, 8, 7, 6, 0)))
    # (3 - 2) / 7 = 14.29 %
    assert [record[key] for key in ("promoters", "passives", "detractors")] == [3, 2, 2]
    assert float(record["nps"]) == 14.3


def test_columns_that_few_lists_have_are_not_missed(jsonl: Any) -> None:
    summary = monthly("2024-05", jsonl({"reported_at": at("05-06 09:00"), "channel": "电话"}))
    told = {title["zh-Hans"] for warning in summary.warnings for title in warning.params.get("columns", ())}
    assert told
    assert not told & {"首次解决", "是否升级", "升级时间", "回访时间", "推荐意愿"}
    assert not {"first_contact_judged", "visits_judged", "escalations", "nps"} & set(next(summary.records))


def test_targets_stand_beside_figures_and_are_held_to_what_is_not_rounded(may: Any, tmp_path: Path) -> None:
    good, late = {"priority": "P0", "responded_at": at("05-10 09:10")}, {"priority": "P0"}
    # 1999 of 2000 are 99.95 %, printed as 100 %
    policy = rates(
        tmp_path,
        response_rate={"at_least_percent": 99.96},
        satisfaction={"at_least": 4.5},
        mean_minutes={"at_most": 60},
    )
    scored = {"satisfaction": 4, "completed_at": at("05-10 10:00")}
    issues = [("05-10 09:00", good)] * 1998 + [("05-10 09:00", {**good, **scored}), ("05-10 09:00", late)]
    rows = {row["indicator"]: row for row in may(*issues, policy=policy)["comparison"]}
    assert [tuple(row[key] for key in ("this_month", "target", "met")) for row in rows.values()] == [
        ("100%", "不低于 99.96%", "missed"),
        ("1 小时", "不高于 1 小时", "met"),
        ("4", "不低于 4.5", "missed"),
    ]
    assert not any("last_month" in row for row in rows.values())

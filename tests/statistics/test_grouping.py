"""Summaries of each customer or department: together they are the whole, and none is left out."""

from collections.abc import Callable
from typing import Any

from generator.statistics import monthly
from generator.wording import phrase

Write = Callable[..., Any]

COUNTS = ("volume", "last_volume", "responses_judged", "responses_in_time", "resolutions_judged", "resolutions_in_time")


def issues() -> list[dict[str, Any]]:
    return [
        {
            "issue_no": f"N{n:03d}",
            "customer_name": f"客户{n % 7}" if n % 11 else "—",
            "problem": f"问题{n % 3}",
            "priority": f"P{n % 3}",
            "status": "closed" if n % 4 else "open",
            "department": f"部门{n % 5}",
            "reported_at": f"2024-{4 + n % 2:02d}-{n % 28 + 1:02d} 09:00",
            "responded_at": f"2024-{4 + n % 2:02d}-{n % 28 + 1:02d} {9 + n % 9:02d}:30",
            "planned_at": f"2024-{4 + n % 2:02d}-{n % 28 + 1:02d}",
            "completed_at": f"2024-{4 + n % 2:02d}-{n % 28 + 1:02d} 18:00" if n % 4 else None,
        }
        for n in range(200)
    ]


def test_the_counts_of_all_groups_add_up_to_the_whole(jsonl: Write) -> None:
    source = jsonl(*issues())
    [whole] = monthly("2024-05", source).records
    for by in ("customer", "department"):
        groups = list(monthly("2024-05", source, by=by).records)  # type: ignore[arg-type]
        for key in (*COUNTS, "overdue_count"):
            assert sum(group[key] for group in groups) == whole[key], (by, key)


def test_groups_come_by_name_and_those_without_a_name_last(jsonl: Write) -> None:
    names = [record["customer_name"] for record in monthly("2024-05", jsonl(*issues()), by="customer").records]
    assert names == [f"客户{n}" for n in range(7)] + [phrase("not_given", "zh-Hans", "statistics")]


def test_a_group_with_nothing_but_an_overdue_issue_is_there(jsonl: Write) -> None:
    old = {"customer_name": "旧客户", "reported_at": "2024-01-02 09:00", "planned_at": "2024-01-03", "status": "open"}
    gone = {**old, "customer_name": "已结客户", "status": "closed"}
    records = list(monthly("2024-05", jsonl(old, gone), by="customer").records)
    assert [(record["customer_name"], record["volume"], record["overdue_count"]) for record in records] == [
        ("旧客户", 0, 1)
    ]


def test_many_customers_have_a_record_each(jsonl: Write) -> None:
    many = ({"customer_name": f"C{n:05d}", "reported_at": "2024-05-02 09:00"} for n in range(10_000))
    records = monthly("2024-05", jsonl(*many), by="customer").records
    assert [record["customer_name"] for record in records] == [f"C{n:05d}" for n in range(10_000)]

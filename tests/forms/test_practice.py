"""What practice forbids, form by form: times out of order, refusals without a reason, numbers given twice, done without
a date. Each case changes the ordinary sample in one thing.
"""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.api import check

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
GONE = object()
"""What stands for a value that is taken out."""


def sample(form: str) -> Any:
    return json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))


def changed(record: Any, changes: Mapping[str, Any]) -> Any:
    """Return a record with values changed at places such as `log/0/time`."""
    record = copy.deepcopy(record)
    for place, value in changes.items():
        *above, last = [int(step) if step.isdigit() else step for step in place.split("/")]
        node = record
        for step in above:
            node = node.setdefault(step, {}) if isinstance(node, dict) else node[step]
        if value is GONE:
            node.pop(last, None)
        else:
            node[last] = value
    return record


def codes(form: str, record: Any) -> list[tuple[str, str]]:
    return [(fault.code, fault.place.pointer) for fault in check(form, record) if not fault.is_warning]


CLOSURE = {
    "report_no": "BG1",
    "issue_no": "WT1",
    "customer_name": "A公司A",
    "problem_summary": "同步延迟",
    "reported_at": "2024-05-06 09:00",
    "responded_at": "2024-05-06 09:20",
    "closed_at": "2024-05-07 16:00",
    "log": [{"time": "2024-05-06 10:00", "content": "排查"}, {"time": "2024-05-07 10:00", "content": "修复"}],
    "root_cause": "参数有误",
    "solution": "改正参数",
    "result": "恢复",
    "prevention": "上线前核对",
}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"confirmation/decision": "agree", "confirmation/signed_on": "2024-05-07"}, []),
        ({"confirmation/signed_on": "2024-05-06"}, [("E-check", "/confirmation/signed_on")]),
        ({"log/0/time": "2024-05-06 08:59"}, [("E-check", "/log/0/time")]),
        ({"log/1/time": "2024-05-06 09:30"}, [("E-check", "/log/1/time")]),
        ({"log/1/time": "2024-05-06 10:00"}, []),  # at the same time
        ({"closed_at": GONE}, [("E-required", "/closed_at")]),
        (
            {"confirmation/decision": "disagree"},
            [("E-check", "/confirmation/opinion"), ("E-check", "/confirmation/decision")],
        ),
        (
            {"confirmation/decision": "disagree", "confirmation/opinion": "仍然很慢"},
            [("E-check", "/confirmation/decision")],
        ),
        ({"confirmation/decision": "disagree", "confirmation/opinion": "仍然很慢", "closed_at": GONE}, []),
    ],
)
def test_a_closure_report_agrees_with_itself(changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert sorted(codes("closure-report", changed(CLOSURE, changes))) == sorted(faults)


TRACKER = {
    "customer_name": "A公司A",
    "problem": "慢",
    "severity": "high",
    "reported_at": "2024-05-06 09:00",
    "status": "open",
}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({}, ""),
        ({"planned_at": "2024-05-06"}, ""),
        ({"planned_at": "2024-05-05"}, "/rows/0/planned_at"),
        ({"completed_at": "2024-05-07"}, "/rows/0/status"),
        ({"completed_at": "2024-05-07", "status": "closed"}, ""),
        ({"status": "closed"}, "/rows/0/completed_at"),
    ],
)
def test_an_issue_is_done_when_it_has_a_date(changes: dict[str, Any], pointer: str) -> None:
    assert codes("issue-tracker", [{**TRACKER, **changes}]) == ([("E-check", pointer)] if pointer else [])


REGISTERS: dict[str, dict[str, Any]] = {
    "issue-tracker": {**TRACKER, "issue_no": "WT-1"},
    "requirement-tracker": {
        "requirement_no": "XQ-1",
        "customer_name": "A公司A",
        "requirement": "导出",
        "raised_on": "2024-05-06",
        "progress": "research",
    },
    "task-assignment": {"task_no": "RW-1", "task": "回访", "owner": "王*", "due_at": "2024-05-06"},
    "kpi-tracker": {"month": "2024-05", "indicator": "satisfaction", "goal": 95, "actual": 96},
}


@pytest.mark.parametrize("form", REGISTERS)
def test_a_number_stands_in_one_row(form: str) -> None:
    row = REGISTERS[form]
    told = codes(form, [row, row])
    assert [code for code, _ in told] == ["E-row-twice"]
    assert told[0][1].startswith("/rows/1/")
    key = told[0][1].rpartition("/")[2]
    other = {"indicator": "recurrence_rate"} if key == "indicator" else {key: "另一个"}
    assert [code for code, _ in codes(form, [row, {**row, **other}]) if code == "E-row-twice"] == []


VISIT = {
    "basic": {"issue_no": "WT-1", "customer_name": "A公司A"},
    "visit": {"visitor": "陈静", "visited_at": "2024-05-06 09:00"},
}


@pytest.mark.parametrize(("score", "follow_up", "fine"), [(2, "", False), (2, "上门致歉", True), (3, "", True)])
def test_a_low_score_needs_a_follow_up(score: int, follow_up: str, fine: bool) -> None:
    outcome = {"resolved": True, "service_score": score} | ({"follow_up": follow_up} if follow_up else {})
    told = codes("return-visit", {**VISIT, "outcome": outcome})
    assert told == ([] if fine else [("E-check", "/outcome/follow_up")])


@pytest.mark.parametrize(
    ("form", "changes", "pointer"),
    [
        ("solution-confirmation", {"customer_opinion": "disagree", "opinion_note": GONE}, "/opinion_note"),
        ("solution-evaluation", {"outcome/conclusion": "not_recommended", "outcome/conclusion_note": GONE}, ""),
        ("delay-notice", {"issued_on": "2099-01-01"}, "/revised_due"),
        ("incident-review", {"reviewed_on": "2000-01-01"}, "/reviewed_on"),
        ("drill-record", {"drill_date": "2099-01-01"}, "/timeline/0/time"),
    ],
)
def test_the_ordinary_sample_with_one_thing_wrong(form: str, changes: dict[str, Any], pointer: str) -> None:
    told = codes(form, changed(_by_key(form), changes))
    assert ("E-check", pointer or "/outcome/conclusion_note") in told


def _by_key(form: str) -> Any:
    """Return the ordinary sample by the keys of its form."""
    from generator.api import make_job

    job = make_job(form)
    (judged,) = job.pipeline.judged(job.source(sample(form)))
    return json.loads(json.dumps(judged.data, default=str))


def test_a_transfer_whose_risks_were_not_told_can_only_be_refused() -> None:
    record = _by_key("transfer-check")
    record["decision"] |= {"risk_informed": False, "conclusion": "pass"}
    assert ("E-check", "/decision/risk_informed") in codes("transfer-check", record)
    record["decision"] |= {"conclusion": "reject", "conclusion_note": "客户未到场，无法告知"}
    assert codes("transfer-check", record) == []

"""What contradicts itself in a record: times out of order, refusals without a reason, the same thing twice.

Each case changes the ordinary sample of a form; what is wrong with it then was worked out by hand.
"""

import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from forms.judging import faults_of, fields_of
from generator.api import make_job, make_policy
from generator.case import Case
from generator.catalogue import Catalogue
from generator.errors import Place

SAMPLES = Path(__file__).parents[2] / "samples"


@cache
def _ordinary(form: str) -> Any:
    """Return the ordinary sample of a form by keys; of a register the first two rows."""
    job = make_job(form)
    raw = json.loads((SAMPLES / form / "ordinary.json").read_text(encoding="utf-8"))
    case = Case((), Catalogue(), make_policy(()))
    if not job.form.is_table:
        return case.read(job.form, raw, Place())
    rows = raw if isinstance(raw, list) else raw["rows"]
    return [case.read(job.form, row, Place()) for row in rows[:2]]


def ordinary(form: str) -> Any:
    """Return a copy of that sample."""
    return copy.deepcopy(_ordinary(form))


def changed(form: str, changes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the faults of the ordinary sample with other values at some pointers; None takes a value out.

    That a figure of the sample is now another one is left out.
    """
    record = ordinary(form)
    for pointer, value in changes.items():
        put(record, pointer.strip("/").split("/"), value)
    found = faults_of(form, *(record if isinstance(record, list) else [record]))
    return [fault for fault in found if fault[0] != "E-derived"]


def put(within: Any, steps: list[str], value: Any) -> None:
    step, *rest = steps
    key = int(step) if isinstance(within, list) else step
    if rest:
        put(within[key] if isinstance(within, list) else within.setdefault(key, {}), rest, value)
    elif value is None:
        within.pop(key, None)
    else:
        within[key] = value


WRONG: list[tuple[str, dict[str, Any], str]] = [
    # --- a refusal, or what differs, without a reason ---
    (
        "identity-discrepancy",
        {"/conclusion/decision": "refused", "/conclusion/discrepancy_reason": None},
        "/conclusion/discrepancy_reason",
    ),
    ("identity-discrepancy", {"/evidence/1/result": "mismatch", "/evidence/1/note": None}, "/evidence/1/note"),
    ("account-opening-review", {"/checks/2/note": None}, "/checks/2/note"),
    (
        "transfer-check",
        {"/decision/conclusion": "reject", "/decision/conclusion_note": None},
        "/decision/conclusion_note",
    ),
    (
        "transfer-check",
        {
            "/checks/1": {"item": "payee_name", "result": "mismatch"},
            "/decision/conclusion": "reject",
            "/decision/conclusion_note": "户名不符",
        },
        "/checks/1/note",
    ),
    (
        "service-request",
        {"/arrangement/compliance": "non_compliant", "/arrangement/compliance_note": None},
        "/arrangement/compliance_note",
    ),
    ("task-assignment", {"/0/task_status": "cancelled", "/0/progress_percent": 0, "/0/remark": None}, "/rows/0/remark"),
    # --- done, and nothing that shows it ---
    ("troubleshooting-checklist", {"/steps/0/result": None}, "/steps/0/result"),
    ("exception-record", {"/handling/result": None}, "/handling/result"),
    ("root-cause", {"/whys/0/evidence": None}, "/whys/0/evidence"),
    # --- times out of order ---
    ("transaction-review", {"/contacts/1/time": "2024-05-13T17:31:00+08:00"}, "/contacts/1/time"),
    ("troubleshooting-checklist", {"/steps/0/handled_at": "2024-05-01T14:35:00+08:00"}, "/steps/0/handled_at"),
    (
        "issue-tracker",
        {
            "/0/reported_at": "2024-05-01T09:00:00+08:00",
            "/0/responded_at": "2024-05-02T09:01:00+08:00",
            "/0/planned_at": "2024-05-03",
            "/0/completed_at": "2024-05-02T09:00:00+08:00",
            "/0/status": "closed",
        },
        "/rows/0/completed_at",
    ),
    (
        "issue-ledger",
        {
            "/0/reported_at": "2024-05-01T09:00:00+08:00",
            "/0/responded_at": "2024-05-02T09:01:00+08:00",
            "/0/planned_at": "2024-05-03",
            "/0/expected_at": None,
            "/0/completed_at": "2024-05-02T09:00:00+08:00",
            "/0/status": "closed",
        },
        "/rows/0/completed_at",
    ),
    ("solution-reply", {"/issued_on": "2023-10-15"}, "/issued_on"),
    ("completion-confirmation", {"/signed_on": "2023-10-18", "/issued_on": "2023-10-19"}, "/signed_on"),
    ("delivery-confirmation", {"/issued_on": "2023-10-21"}, "/signed_on"),
    (
        "incident-review",
        {
            "/submitted_at": "2024-05-18T23:59:00+08:00",
            "/reviewed_on": "2024-05-19",
            "/improvements/0/completed_on": "2024-05-20",
        },
        "/submitted_at",
    ),
    ("incident-review", {"/restored_at": "2024-05-19T00:00:00+08:00"}, "/reviewed_on"),
    ("benefit-referral", {"/benefits/4/day": "2024-07-01", "/benefits/4/valid_until": "2025-07-14"}, "/benefits/4/day"),
    ("churn-record", {"/outcome/closed_on": "2024-06-16"}, "/outcome/closed_on"),
    ("customer-confirmation", {"/issued_on": "2024-05-07"}, "/confirmed_at"),
    ("customer-profile", {"/agreement/signed_on": "2024-05-07"}, "/agreement/signed_on"),
    ("interview-record", {"/basic/recorded_on": "2024-05-13"}, "/interviews/3/interviewed_at"),
    ("drill-record", {"/interruption/interrupted_at": "2024-05-26T23:55:00+08:00"}, "/interruption/interrupted_at"),
    # --- what is carried out before it is decided on ---
    ("incident-review", {"/improvements/0/completed_on": "2024-05-17"}, "/improvements/0/completed_on"),
    ("satisfaction-report", {"/improvements/0/completed_on": "2024-07-04"}, "/improvements/0/completed_on"),
    ("drill-record", {"/gaps/0/completed_on": "2024-05-26"}, "/gaps/0/completed_on"),
    ("compliance-audit", {"/clauses/1/rectify_by": "2024-07-09"}, "/clauses/1/rectify_by"),
    ("compliance-audit", {"/clauses/1/rectified_on": "2024-07-09"}, "/clauses/1/rectified_on"),
    ("quality-inspection", {"/outcome/rectify_by": "2024-06-17"}, "/outcome/rectify_by"),
    ("quality-inspection", {"/outcome/rectified_on": "2024-06-17"}, "/outcome/rectified_on"),
    (
        "troubleshooting-checklist",
        {"/solution/long_term": [{"measure": "续期自动化", "completed_on": "2024-04-30"}]},
        "/solution/long_term/0/completed_on",
    ),
    # --- validity ---
    ("training-evaluation", {"/training_date": "2024-05-24", "/valid_until": "2024-05-23"}, "/valid_until"),
    ("practice-exercise", {"/training_date": "2024-05-24", "/terms/valid_until": "2024-05-23"}, "/terms/valid_until"),
    # --- the same thing twice ---
    ("identity-discrepancy", {"/discrepancies/2/item": "住址"}, "/discrepancies/2/item"),
    ("root-cause", {"/causes/1/cause": "值班人员不熟悉流程"}, "/causes/1/cause"),
    ("compliance-audit", {"/clauses/4/clause": "4.1 身份核实"}, "/clauses/4/clause"),
    ("quality-assessment", {"/criteria/5/criterion": "首次解决率"}, "/criteria/5/criterion"),
    # --- one person in two parts ---
    ("response-script", {"/rules/approved_by": "赵倩"}, "/rules/approved_by"),
    ("scenario-assessment", {"/assessor": "李明"}, "/assessor"),
]


@pytest.mark.parametrize(("form", "changes", "pointer"), WRONG, ids=[f"{form}{at}" for form, _, at in WRONG])
def test_what_contradicts_itself_is_a_fault_at_its_place(form: str, changes: dict[str, Any], pointer: str) -> None:
    assert changed(form, {}) == []
    assert changed(form, changes) == [("E-check", pointer)]


TWICE: list[tuple[str, dict[str, Any], str]] = [
    ("customer-register", {"customer_name": "甲公司", "contact_person": "周敏", "maintenance_priority": "core"},
     "contact_person"),
    ("contact-log", {"customer_no": "C1", "contacted_at": "2024-05-06T09:00:00+08:00", "channel": "phone",
      "summary": "回访", "recorded_by": "陈静"}, "channel"),
    ("customer-touchpoint", {"touchpoint": "热线", "segment": "核心", "response_standard": "三声内接听"}, "segment"),
    ("training-plan", {"training_date": "2024-05-24", "session": "上午", "topic": "话术", "trainer": "赵倩"},
     "trainer"),
    ("training-signin", {"attendee": "李明", "attendee_department": "热线", "position": "坐席"}, "position"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "row", "last"), TWICE, ids=[form for form, *_ in TWICE])
def test_a_row_that_stands_there_already_is_a_fault(form: str, row: dict[str, Any], last: str) -> None:
    assert faults_of(form, row) == []
    assert faults_of(form, row, row) == [("E-row-twice", f"/rows/1/{last}")]
    assert faults_of(form, row, {**row, last: "other" if last != "channel" else "email"}) == []


@pytest.mark.parametrize(
    ("form", "changes", "pointer"),
    [
        ("delay-notice", {"/issued_on": "2024-02-08"}, "/issued_on"),  # the day after the date that it puts off
        ("escalation-record", {"/recovery/restored_at": "2024-05-21T09:04:00+08:00"}, "/recovery/restored_at"),
    ],
)
def test_what_is_unlikely_is_told_and_the_work_goes_on(form: str, changes: dict[str, Any], pointer: str) -> None:
    assert ("W-check", pointer) in changed(form, changes)
    assert not any(code.startswith("E-") and at == pointer for code, at in changed(form, changes))


def test_the_next_update_comes_after_this_one() -> None:
    wrong = changed("progress-notice", {"/next_notice_at": "2023-10-16T18:30:00+08:00"})
    assert ("E-check", "/next_notice_at") in wrong


def test_a_list_of_what_is_due_ends_after_it_begins() -> None:
    row = {"due_at": "2024-05-31", "matter": "回访"}
    head = {"as_of": "2024-05-31", "until": "2024-05-30"}
    assert ("E-check", "/until") in faults_of("due-list", row, head=head)
    assert faults_of("due-list", row, head={**head, "until": "2024-05-31"}) == []


@pytest.mark.parametrize(
    ("form", "changes", "at", "expected"),
    [
        ("training-evaluation", {"/training_date": "2024-02-29"}, ("valid_until",), "2025-02-28"),  # no such day
        ("practice-exercise", {"/training_date": "2024-08-31"}, ("terms", "valid_until"), "2025-02-28"),  # six months
        ("scenario-assessment", {"/result/valid_until": None}, ("result", "valid_until"), "2025-05-24"),
    ],
)
def test_how_long_training_is_valid_is_the_policy_s_to_say(
    form: str, changes: dict[str, Any], at: tuple[str, ...], expected: str
) -> None:
    record = ordinary(form)
    for pointer, value in changes.items():
        put(record, pointer.strip("/").split("/"), value)
    value: Any = fields_of(form, record)
    for key in at:
        value = value[key]
    assert str(value) == expected


def test_a_failed_assessment_is_valid_for_no_time() -> None:
    record = ordinary("scenario-assessment")
    for row in record["criteria"]:
        row["score"] = 5
        row.pop("weighted_score")
    record["result"] = {}
    result = fields_of("scenario-assessment", record)["result"]
    assert result["verdict"] == "fail"
    assert "valid_until" not in result

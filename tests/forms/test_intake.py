from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from forms.judging import faults_of, fields_of
from generator import Catalogue


def request(**changes: Any) -> dict[str, Any]:
    return {
        "request_no": "FW-1",
        "channel": "phone",
        "received_at": "2024-05-06 09:20",
        "problem": "x",
        "urgency": "urgent",
        "entered_by": "陈静",
    } | changes


@pytest.mark.parametrize(
    ("received", "urgency", "answered", "processed"),
    [
        ("2024-05-06 09:20", "紧急", datetime(2024, 5, 6, 11, 20), None),  # 2 h
        ("2023-12-31 22:00:01", "紧急", datetime(2024, 1, 1, 0, 0, 1), None),
        ("2024-02-28 23:30", "紧急", datetime(2024, 2, 29, 1, 30), None),
        ("2024-05-06 09:20", "一般", None, datetime(2024, 5, 8, 9, 20)),  # 48 h
        ("2024-02-28 08:00", "一般", None, datetime(2024, 3, 1, 8, 0)),  # 29 February lies between
        ("2023-02-27 08:00", "一般", None, datetime(2023, 3, 1, 8, 0)),
        ("2024-05-10 17:00", "一般", None, datetime(2024, 5, 12, 17, 0)),  # Friday to Sunday: not working hours
    ],
)
def test_urgent_requests_are_answered_in_time_and_others_processed(
    received: str, urgency: str, answered: datetime | None, processed: datetime | None
) -> None:
    arrangement = fields_of("service-request", request(received_at=received, urgency=urgency))["arrangement"]
    assert (arrangement.get("response_due"), arrangement.get("processing_due")) == (answered, processed)


@pytest.mark.parametrize(
    ("urgency", "responded", "met"),
    [
        ("紧急", "2024-05-06 11:20", "met"),  # exactly 2 h
        ("紧急", "2024-05-06 11:20:01", "missed"),
        ("紧急", None, None),
        ("一般", "2024-05-06 11:20:01", None),  # there is no limit of its answer
    ],
)
def test_an_answer_is_held_against_its_own_limit(urgency: str, responded: str | None, met: str | None) -> None:
    typed = fields_of("service-request", request(urgency=urgency, responded_at=responded))
    assert typed["arrangement"].get("response_met") == met


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"expected_at": "2024-05-08 09:20"}, []),
        ({"expected_at": "2024-05-08 09:21"}, [("W-check", "/arrangement/expected_at")]),
        ({"expected_at": "2024-05-08"}, []),
        ({"responded_at": "2024-05-06 09:19"}, [("E-check", "/arrangement/responded_at")]),
    ],
)
def test_what_is_promised_later_than_due_is_warned_of(changes: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert faults_of("service-request", request(urgency="一般", **changes)) == faults


@pytest.mark.parametrize(
    ("severity", "responded", "due", "met"),
    [
        ("高", "2024-05-06 09:10", datetime(2024, 5, 6, 9, 10), "met"),  # 10 min
        ("高", "2024-05-06 09:10:01", datetime(2024, 5, 6, 9, 10), "missed"),
        ("中", "2024-05-06 13:00", datetime(2024, 5, 6, 13, 0), "met"),  # 4 h
        ("低", "2024-05-07 09:01", datetime(2024, 5, 7, 9, 0), "missed"),  # 24 h
        ("高", None, datetime(2024, 5, 6, 9, 10), None),
    ],
)
def test_the_tracker_holds_the_first_answer_against_the_urgency(
    severity: str, responded: str | None, due: datetime, met: str | None
) -> None:
    row = {"customer_name": "甲", "problem": "慢", "status": "处理中", "reported_at": "2024-05-06 09:00"}
    typed = fields_of("issue-tracker", {**row, "severity": severity, "responded_at": responded})
    assert (typed["response_due"], typed.get("response_met")) == (due, met)


def intake(**changes: Any) -> dict[str, Any]:
    return {
        "customer_person": "张三",
        "contact": "13800001234",
        "description_and_demand": "登录失败",
        "issue_type": "技术故障/登录",
    } | changes


@pytest.mark.parametrize("key", ["customer_person", "contact", "description_and_demand", "issue_type"])
def test_an_intake_names_who_how_what_and_of_which_type(key: str) -> None:
    assert faults_of("issue-intake", intake()) == []
    assert faults_of("issue-intake", intake(**{key: None})) == [("E-required", f"/rows/0/{key}")]


REPORTED = {"passed_to": "技术部/李明", "escalated_to": "周敏", "escalated_at": "2024-05-06 09:05"}


@pytest.mark.parametrize(
    ("priority", "changes", "wrong"),
    [
        ("P0", {}, []),
        ("P1", {"escalated_to": None}, ["escalated_to"]),
        ("P0", {"escalated_at": None}, ["escalated_at"]),
        (
            "P1",
            {"passed_to": None, "escalated_to": None, "escalated_at": None},
            ["escalated_at", "escalated_to", "passed_to"],
        ),
        ("P2", {"passed_to": None, "escalated_to": None, "escalated_at": None}, []),
        ("P3", {"passed_to": None, "escalated_to": None, "escalated_at": None}, []),
        ("P2", {"needs_passing": "是", "passed_to": None}, ["passed_to"]),
        ("P2", {"needs_passing": "是"}, []),
        ("P2", {"needs_passing": "否"}, ["needs_passing"]),
        ("P2", {"needs_passing": "否", "passed_to": None}, []),
        ("P0", {"received_at": "2024-05-06 09:06"}, ["escalated_at"]),
    ],
)
def test_what_is_grave_is_passed_on_and_reported(priority: str, changes: dict[str, Any], wrong: list[str]) -> None:
    faults = faults_of("issue-intake", intake(priority=priority, **{**REPORTED, **changes}))
    assert sorted(faults) == [("E-check", f"/rows/0/{key}") for key in wrong]


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"contact_channel": "电话", "rings": 3}, "met"),
        ({"contact_channel": "电话", "rings": 4}, "missed"),
        ({"contact_channel": "电话", "rings": 4, "responded_at": "2024-05-06 09:00"}, "missed"),
        ({"contact_channel": "电话", "responded_at": "2024-05-06 09:10"}, "met"),  # nobody counted the rings
        ({"contact_channel": "社交媒体", "responded_at": "2024-05-06 09:10"}, "met"),  # exactly ten minutes
        ({"contact_channel": "社交媒体", "responded_at": "2024-05-06 09:10:01"}, "missed"),
        ({"contact_channel": "邮件", "rings": 9, "responded_at": "2024-05-06 09:10"}, "met"),  # a letter doesn't ring
        ({"contact_channel": "邮件"}, None),
        ({}, None),
    ],
)
def test_the_first_answer_comes_within_three_rings_or_ten_minutes(changes: dict[str, Any], met: str | None) -> None:
    typed = fields_of("issue-intake", intake(received_at="2024-05-06 09:00", **changes))
    assert typed.get("first_answer_met") == met


def test_the_limit_of_an_intake_is_that_of_its_priority() -> None:
    for priority, due in (("P0", (6, 10)), ("P1", (6, 13)), ("P2", (7, 9)), ("P3", (9, 9))):  # 1, 4, 24 and 72 h
        typed = fields_of("issue-intake", intake(priority=priority, received_at="2024-05-06 09:00", **REPORTED))
        assert typed["response_due"] == datetime(2024, 5, due[0], due[1])


CHECKLIST: dict[str, Any] = {
    "customer_no": "C1",
    "customer_person": "张三",
    "contact": "13800001234",
    "service_type": "technical",
    "entered_by": "陈静",
    "entering_department": "客服部",
    "entered_at": "2024-05-06 09:00",
    "symptom": "x",
    "priority": "P2",
}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"urgent_need": "是"}, [("E-check", "/problem/urgent_reason")]),
        ({"urgent_need": "是", "urgent_reason": "当日须发货"}, []),
        ({"urgent_need": "否"}, []),
        ({"order_no": "DD-1", "measures_tried": "已重启"}, []),
        ({"cc_departments": ["技术部", "产品部"]}, []),
        ({"cc_departments": ["技术部", "技术部"]}, [("E-twice", "/coordination/cc_departments")]),
    ],
)
def test_a_checklist_says_why_it_is_urgent_and_who_is_told(changes: dict[str, Any], faults: list[Any]) -> None:
    assert faults_of("troubleshooting-checklist", {**CHECKLIST, **changes}) == faults


def test_every_form_of_intake_gives_out_the_number_of_the_issue() -> None:
    forms = [form for form in Catalogue() if form.group == "intake"]
    assert len(forms) == 6
    for form in forms:
        assert form.given_number, form.id
        assert form.given_number.key == "issue_no"
        assert not form.given_number.required


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ("2024-05-06 11:20", []),
        ("2024-05-06 11:20:01", [("E-derived", "/arrangement/response_due")]),
        ("2024-05-06 11:19", [("E-derived", "/arrangement/response_due")]),
    ],
)
def test_a_given_time_to_respond_is_checked(given: str, faults: list[tuple[str, str]]) -> None:
    assert faults_of("service-request", request(response_due=given)) == faults


@pytest.mark.parametrize(
    ("expected", "faults"),
    [
        ("2024-05-06 09:20", []),
        ("2024-05-06", []),
        ("2024-05-06 09:19:59", [("E-check", "/arrangement/expected_at")]),
        ("2024-05-05", [("E-check", "/arrangement/expected_at")]),
    ],
)
def test_a_request_is_not_expected_done_before_it_came(expected: str, faults: list[tuple[str, str]]) -> None:
    assert faults_of("service-request", request(expected_at=expected)) == faults


def discrepancy(**changes: Any) -> dict[str, Any]:
    return {
        "customer_no": "C-1",
        "discrepancies": [{"item": "住址", "on_document": "文三路", "on_record": "湖墅南路"}],
        "decision": "确认真实",
        "handler": "陈静",
        "reviewer": "周敏",
    } | changes


@pytest.mark.parametrize(("reviewer", "faults"), [("周敏", []), ("陈静", [("E-check", "/conclusion/reviewer")])])
def test_nobody_reviews_their_own_identity_check(reviewer: str, faults: list[tuple[str, str]]) -> None:
    assert faults_of("identity-discrepancy", discrepancy(reviewer=reviewer)) == faults


@pytest.mark.parametrize(
    ("document", "record", "faults"),
    [
        ("文三路 8 号", "文三路 9 号", []),
        ("文三路 8 号", "文三路 8 号", [("E-check", "/discrepancies/1/on_record")]),
        ("李*", "李*", []),  # masked already: they may differ beneath
    ],
)
def test_what_agrees_is_no_discrepancy(document: str, record: str, faults: list[tuple[str, str]]) -> None:
    first = {"item": "姓名", "on_document": "甲", "on_record": "乙"}
    second = {"item": "住址", "on_document": document, "on_record": record}
    assert faults_of("identity-discrepancy", discrepancy(discrepancies=[first, second])) == faults


@pytest.mark.parametrize("rows", [None, []])
def test_an_identity_record_names_a_discrepancy(rows: list[Any] | None) -> None:
    faults = faults_of("identity-discrepancy", discrepancy(discrepancies=rows))
    assert [pointer for _, pointer in faults] == ["/discrepancies"]


def review(**changes: Any) -> dict[str, Any]:
    return {"customer_no": "C-1", "trigger_rules": ["其他"], "review_opinion": "同意"} | changes


def transfers(*amounts: Any) -> list[dict[str, Any]]:
    return [{"time": "2024-05-11 23:42", "amount": amount} for amount in amounts]


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ([198000], Decimal(198000)),
        ([Decimal("0.1"), Decimal("0.2")], Decimal("0.3")),
        (["199,500.50", 186300, "¥0.01"], Decimal("385800.51")),
        ([Decimal("199999.99")] * 3, Decimal("599999.97")),
    ],
)
def test_transactions_are_added_up_exactly(amounts: list[Any], total: Decimal) -> None:
    typed = fields_of("transaction-review", review(transactions=transfers(*amounts)))
    assert typed["findings"]["transactions_total"] == total


def test_without_transactions_there_is_no_total() -> None:
    assert "findings" not in fields_of("transaction-review", review())


def test_a_given_total_is_checked() -> None:
    given = review(transactions=transfers(100, 200), transactions_total="300.01")
    assert faults_of("transaction-review", given) == [("E-derived", "/findings/transactions_total")]


@pytest.mark.parametrize("amount", [0, -5])
def test_a_transaction_moves_something(amount: int) -> None:
    faults = faults_of("transaction-review", review(transactions=transfers(1, amount)))
    assert [pointer for _, pointer in faults] == ["/transactions/1/amount"]


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"account_frozen": "是", "aml_reported": "是"}, []),
        ({"account_frozen": "是", "aml_reported": "否"}, [("E-check", "/findings/aml_reported")]),
        ({"account_frozen": "是"}, [("E-check", "/findings/aml_reported")]),
        ({"account_frozen": "否", "aml_reported": "否"}, []),
        ({"account_frozen": "否"}, []),
        ({"aml_reported": "是"}, []),
        ({}, []),
    ],
)
def test_a_frozen_account_is_reported(answers: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert faults_of("transaction-review", review(**answers)) == faults


def test_several_rules_may_apply_but_each_once() -> None:
    several = fields_of("transaction-review", review(trigger_rules="频繁大额转账、非工作时间"))
    assert several["basic"]["trigger_rules"] == ["large_frequent", "odd_hours"]
    for wrong in ([], ["其他", "other"]):
        faults = faults_of("transaction-review", review(trigger_rules=wrong))
        assert [pointer for _, pointer in faults] == ["/basic/trigger_rules"]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"handler": "李明", "reviewer": "周敏"}, []),
        ({"handler": "李明", "reviewer": "李明"}, [("E-check", "/review/reviewer")]),
        ({"checked_on": "2024-02-29", "reviewed_at": "2024-02-29 00:00"}, []),
        (
            {"checked_on": "2024-02-29", "reviewed_at": "2024-02-28 23:59:59"},
            [("E-check", "/review/reviewed_at")],
        ),
    ],
)
def test_a_review_is_another_person_s_and_comes_after(changes: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert faults_of("transaction-review", review(**changes)) == faults


def outage(**changes: Any) -> dict[str, Any]:
    return {"outage_no": "GZ-1", "found_at": "2024-05-18 10:02", "symptom": "x"} | changes


@pytest.mark.parametrize(
    ("found", "restored", "minutes", "met"),
    [
        ("2024-05-18 10:02", "2024-05-18 10:17", 15, "met"),  # exactly on the limit
        ("2024-05-18 10:02", "2024-05-18 10:17:01", 15, "missed"),  # 15 min 1 s is 15 whole minutes, yet late
        ("2024-05-18 10:02:30", "2024-05-18 10:17:30", 15, "met"),
        ("2024-05-18 10:02", "2024-05-18 10:16:59", 14, "met"),
        ("2024-05-18 10:02", "2024-05-18 10:02", 0, "met"),
        ("2023-12-31 23:50", "2024-01-01 00:05", 15, "met"),
        ("2024-02-28 23:50", "2024-03-01 00:05", 1455, "missed"),  # 29 February (1440) + 15
    ],
)
def test_an_interruption_is_judged_by_its_span(found: str, restored: str, minutes: int, met: str) -> None:
    recovery = fields_of("outage-response", outage(found_at=found, restored_at=restored))["recovery"]
    assert (recovery["interruption_minutes"], recovery["interruption_met"]) == (minutes, met)


@pytest.mark.parametrize(
    ("core", "restored", "minutes", "met"),
    [
        ("10:17", "11:40", 15, "met"),  # what is left may take longer
        ("10:18", "11:40", 16, "missed"),
        (None, "10:17", 15, "met"),
        (None, "11:40", 98, "missed"),
        ("10:17", None, 15, "met"),
    ],
)
def test_an_interruption_lasts_until_the_core_service_is_back(
    core: str | None, restored: str | None, minutes: int, met: str
) -> None:
    times = {"core_restored_at": core, "restored_at": restored}
    given = {key: f"2024-05-18 {time}" for key, time in times.items() if time}
    recovery = fields_of("outage-response", outage(**given))["recovery"]
    assert (recovery["interruption_minutes"], recovery["interruption_met"]) == (minutes, met)


@pytest.mark.parametrize(
    ("core", "restored", "wrong"),
    [("10:02", "10:02", []), ("10:01", "10:30", ["core_restored_at"]), ("10:31", "10:30", ["restored_at"])],
)
def test_the_core_service_is_back_before_all_is(core: str, restored: str, wrong: list[str]) -> None:
    given = {"core_restored_at": f"2024-05-18 {core}", "restored_at": f"2024-05-18 {restored}"}
    assert faults_of("outage-response", outage(**given)) == [("E-check", f"/recovery/{key}") for key in wrong]


def test_an_outage_that_goes_on_has_no_length_yet() -> None:
    assert "recovery" not in fields_of("outage-response", outage())


def test_a_given_length_and_verdict_are_checked() -> None:
    given = outage(restored_at="2024-05-18 10:18", interruption_minutes="15分钟", interruption_met="达标")
    assert faults_of("outage-response", given) == [
        ("E-derived", "/recovery/interruption_minutes"),
        ("E-derived", "/recovery/interruption_met"),
    ]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"standby_at": "2024-05-18 10:02", "restored_at": "2024-05-18 10:02"}, []),
        ({"standby_at": "2024-05-18 10:01:59"}, [("E-check", "/outage/standby_at")]),
        ({"restored_at": "2024-05-18 10:01:59"}, [("E-check", "/recovery/restored_at")]),
        (
            {"standby_at": "2024-05-18 10:09", "restored_at": "2024-05-18 10:08:59"},
            [("E-check", "/recovery/restored_at")],
        ),
    ],
)
def test_the_times_of_an_outage_ascend(changes: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert faults_of("outage-response", outage(**changes)) == faults


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        (["10:02", "10:02", "10:30"], []),
        (["10:01", "10:05"], [0]),
        (["10:08", "10:20", "10:12", "10:15", "10:20"], [2, 3]),  # 10:15 too comes after the 10:20 above it
    ],
)
def test_notices_follow_the_outage_and_one_another(times: list[str], wrong: list[int]) -> None:
    notices = [{"channel": "短信", "time": f"2024-05-18 {time}"} for time in times]
    faults = faults_of("outage-response", outage(notices=notices))
    assert faults == [("E-check", f"/notices/{n}/time") for n in wrong]

"""Derived values and rules of the account forms."""

from datetime import date
from typing import Any

import pytest

from forms.judging import Fields, faults_of, fields_of

STEPS = ("identity", "one_time_code", "security_question", "second_confirmation", "notification")


# --- account-opening-review ---


def opening(*checks: Fields, received_at: str = "2024-03-22 15:20", **decision: Any) -> dict[str, Any]:
    decided = {"conclusion": "pass", "checker": "甲", "reviewer": "乙"} | decision
    return {
        "basic": {"customer_name": "甲公司", "received_at": received_at},
        "checks": list(checks),
        "decision": {key: value for key, value in decided.items() if value is not None},
    }


@pytest.mark.parametrize(
    ("received_at", "due"),
    [
        ("2024-03-19 09:00", date(2024, 3, 21)),  # Tuesday: Wednesday, Thursday
        ("2024-03-22 15:20", date(2024, 3, 26)),  # Friday: Monday, Tuesday
        ("2024-03-23 10:00", date(2024, 3, 26)),  # Saturday: Monday, Tuesday
        ("2024-02-29 23:59:59", date(2024, 3, 4)),  # 29 February, a Thursday: Friday, Monday
        ("2024-09-13 09:00", date(2024, 9, 18)),  # Saturday 14 is worked; 15 to 17 are the Mid-Autumn holiday
        ("2024-02-17 12:00", date(2024, 2, 19)),  # Sunday 18 is worked after the Spring Festival
        ("2024-12-31 17:00", date(2025, 1, 3)),  # 1 January is a holiday
    ],
)
def test_an_opening_is_due_on_the_second_working_day_after_its_receipt(received_at: str, due: date) -> None:
    assert fields_of("account-opening-review", opening(received_at=received_at))["decision"]["review_due"] == due


def test_a_deadline_in_a_year_whose_calendar_is_not_announced_is_warned_of() -> None:
    record = opening(received_at="2031-03-04 09:00")  # a Tuesday
    assert fields_of("account-opening-review", record)["decision"]["review_due"] == date(2031, 3, 6)
    assert faults_of("account-opening-review", record) == [("W-calendar", "/decision/review_due")]


@pytest.mark.parametrize(
    ("checked_at", "punctuality"),
    [
        ("2024-03-22 15:20", "on_time"),
        ("2024-03-26 23:59:59", "on_time"),  # the last second of the second working day
        ("2024-03-27 00:00:00", "late"),
    ],
)
def test_the_whole_second_working_day_is_in_time(checked_at: str, punctuality: str) -> None:
    assert fields_of("account-opening-review", opening(checked_at=checked_at))["decision"]["punctuality"] == punctuality


@pytest.mark.parametrize("lacking", ["received_at", "checked_at"])
def test_punctuality_is_left_open_while_a_moment_is_unknown(lacking: str) -> None:
    record = opening(checked_at="2024-03-26 10:00")
    del record["basic" if lacking == "received_at" else "decision"][lacking]
    assert "punctuality" not in fields_of("account-opening-review", record)["decision"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [({"review_due": "2024-03-25"}, "/decision/review_due"), ({"punctuality": "late"}, "/decision/punctuality")],
)
def test_a_deadline_or_punctuality_that_disagrees_is_a_fault(given: Fields, pointer: str) -> None:
    # On 25 March a check is in time whichever of the two days is the limit.
    record = opening(checked_at="2024-03-25 10:00", **given)
    assert faults_of("account-opening-review", record) == [("E-derived", pointer)]


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"reviewer": "甲"}, "/decision/reviewer"),
        ({"checked_at": "2024-03-22 15:19:59"}, "/decision/checked_at"),
        (
            {"checked_at": "2024-03-25 10:00", "reviewed_at": "2024-03-25 09:59:59"},
            "/decision/reviewed_at",
        ),
        ({"conclusion": "supplement"}, "/decision/conclusion_note"),
        ({"conclusion": "reject"}, "/decision/conclusion_note"),
    ],
)
def test_a_review_that_contradicts_itself_is_a_fault(decision: Fields, pointer: str) -> None:
    assert faults_of("account-opening-review", opening(**decision)) == [("E-check", pointer)]


def test_checks_and_reviews_at_one_moment_are_in_order() -> None:
    moment = "2024-03-22 15:20"
    assert faults_of("account-opening-review", opening(checked_at=moment, reviewed_at=moment)) == []


@pytest.mark.parametrize(
    ("results", "faults"),
    [
        (("pass", "not_applicable"), []),
        (("pass", "fail"), [("E-check", "/decision/conclusion")]),
    ],
)
def test_an_application_with_a_failing_item_is_not_approved(
    results: tuple[str, ...], faults: list[tuple[str, str]]
) -> None:
    items = zip(("identity", "images"), results, strict=True)
    checks = [{"item": item, "result": result, "note": "影像模糊"} for item, result in items]
    assert faults_of("account-opening-review", opening(*checks)) == faults
    noted = opening(*checks, conclusion="supplement", conclusion_note="补交")
    assert faults_of("account-opening-review", noted) == []


@pytest.mark.parametrize("lacking", ["conclusion", "checker", "reviewer"])
def test_a_review_needs_its_conclusion_and_both_people(lacking: str) -> None:
    record = opening(**{lacking: None})
    assert faults_of("account-opening-review", record) == [("E-required", f"/decision/{lacking}")]


# --- password-reset-check ---


def step(name: str, time: str | None, done: bool = True, operator: str | None = "甲") -> dict[str, Any]:
    row = {"step": name, "done": done, "time": time, "operator": operator}
    return {key: value for key, value in row.items() if value is not None}


def done_steps(*times: str) -> list[dict[str, Any]]:
    return [step(name, f"2024-05-06 {time}") for name, time in zip(STEPS, times, strict=False)]


def reset(steps: list[dict[str, Any]], conclusion: str = "pass", **more: Any) -> dict[str, Any]:
    basic = {"customer_name": "某人", "received_at": "2024-05-06 09:12"}
    return {"basic": basic, "steps": steps, "decision": {"conclusion": conclusion, **more}}


MINUTES = ("09:14", "09:16", "09:18", "09:21", "09:25")


def test_five_steps_in_order_make_a_reset_that_may_pass() -> None:
    assert faults_of("password-reset-check", reset(done_steps(*MINUTES))) == []


def test_steps_may_share_one_moment_but_not_go_back_in_time() -> None:
    equal = reset(done_steps("09:14", "09:14", "09:14", "09:21", "09:25"))
    assert faults_of("password-reset-check", equal) == []
    back = reset(done_steps("09:14", "09:16", "09:15:59", "09:21", "09:25"))
    assert faults_of("password-reset-check", back) == [("E-check", "/steps/2/time")]


def test_a_step_is_compared_with_all_before_it_across_a_year_s_end() -> None:
    steps = [step("identity", "2024-12-31 23:59:59"), {"step": "one_time_code"}]
    steps += [step("security_question", "2025-01-01 00:00:00"), step("second_confirmation", "2024-12-31 23:59:58")]
    record = reset(steps, "fail", conclusion_note="超时")
    assert faults_of("password-reset-check", record) == [("E-check", "/steps/3/time")]


@pytest.mark.parametrize(
    "steps",
    [
        done_steps(*MINUTES[:4]),
        [*done_steps(*MINUTES[:4]), {"step": "notification"}],
        [*done_steps(*MINUTES[:4]), step("notification", "2024-05-06 09:25", done=False)],
    ],
)
def test_a_reset_passes_only_when_all_five_steps_are_done(steps: list[dict[str, Any]]) -> None:
    assert faults_of("password-reset-check", reset(steps)) == [("E-check", "/decision/conclusion")]
    assert faults_of("password-reset-check", reset(steps, "fail", conclusion_note="客户挂机")) == []


def test_a_reset_without_any_step_does_not_pass() -> None:
    record = reset([])
    del record["steps"]
    assert faults_of("password-reset-check", record) == [("E-check", "/decision/conclusion")]


def test_a_failed_reset_needs_its_reason() -> None:
    record = reset(done_steps(*MINUTES), "fail")
    assert faults_of("password-reset-check", record) == [("E-check", "/decision/conclusion_note")]


def test_the_steps_stand_in_their_fixed_order() -> None:
    steps = done_steps(*MINUTES)
    steps[1], steps[2] = steps[1] | {"step": steps[2]["step"]}, steps[2] | {"step": steps[1]["step"]}
    assert faults_of("password-reset-check", reset(steps)) == [
        ("E-choice", "/steps/1/step"),
        ("E-choice", "/steps/2/step"),
    ]


@pytest.mark.parametrize("lacking", ["time", "operator"])
def test_a_step_that_is_done_tells_when_and_by_whom(lacking: str) -> None:
    steps = done_steps(*MINUTES)
    del steps[4][lacking]
    assert faults_of("password-reset-check", reset(steps)) == [("E-check", f"/steps/4/{lacking}")]


def test_no_step_lies_before_the_request() -> None:
    at_once = reset(done_steps("09:12", *MINUTES[1:]))
    assert faults_of("password-reset-check", at_once) == []
    too_early = reset(done_steps("09:11:59", *MINUTES[1:]))
    assert faults_of("password-reset-check", too_early) == [("E-check", "/steps")]


# --- transfer-check ---


def transfer(*checks: Fields, payment: Fields | None = None, **decision: Any) -> dict[str, Any]:
    return {
        "transfer": {"customer_name": "甲公司", **(payment or {})},
        "checks": list(checks),
        "decision": {"risk_informed": True, "reviewer": "乙"} | decision,
    }


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1,234.50", "人民币壹仟贰佰叁拾肆元伍角整"),
        ("16,409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("101.50", "人民币壹佰零壹元伍角整"),
        ("100,000", "人民币壹拾万元整"),
        ("0.05", "人民币伍分"),
        ("100,010,001", "人民币壹亿零壹万零壹元整"),
        ("1,000,000,000.30", "人民币壹拾亿元叁角整"),
    ],
)
def test_a_sum_in_yuan_is_also_written_in_capitals(amount: str, capitals: str) -> None:
    record = transfer(payment={"currency": "CNY", "amount": amount})
    assert fields_of("transfer-check", record)["transfer"]["amount_capitals"] == capitals


@pytest.mark.parametrize("payment", [{"currency": "USD", "amount": 50000}, {"amount": 50000}, {"currency": "CNY"}])
def test_only_a_sum_in_yuan_has_capitals(payment: Fields) -> None:
    assert "amount_capitals" not in fields_of("transfer-check", transfer(payment=payment))["transfer"]


def test_capitals_that_do_not_say_the_sum_are_a_fault() -> None:
    payment = {"currency": "CNY", "amount": "100,000", "amount_capitals": "人民币壹万元整"}
    assert faults_of("transfer-check", transfer(payment=payment)) == [("E-derived", "/transfer/amount_capitals")]


@pytest.mark.parametrize(
    ("amount", "faults"),
    [
        ("20.55", []),
        ("20.555", [("E-check", "/transfer/amount")]),
        ("0.01", []),
        ("0", [("E-minimum", "/transfer/amount")]),
    ],
)
def test_an_amount_is_positive_and_has_two_decimals_at_most(amount: str, faults: list[tuple[str, str]]) -> None:
    assert faults_of("transfer-check", transfer(payment={"currency": "EUR", "amount": amount})) == faults


def test_another_currency_is_named() -> None:
    assert faults_of("transfer-check", transfer(payment={"currency": "other"})) == [
        ("E-check", "/transfer/currency_name")
    ]
    assert faults_of("transfer-check", transfer(payment={"currency": "other", "currency_name": "CHF"})) == []


@pytest.mark.parametrize(
    ("decision", "faults"),
    [
        ({"risk_informed": False}, [("E-check", "/decision/risk_informed")]),
        ({"handler": "乙"}, [("E-check", "/decision/reviewer")]),
        ({"handler": "甲"}, []),
        (
            {"received_at": "2024-12-31 23:59:59", "reviewed_at": "2024-12-31 23:59:58"},
            [("E-check", "/decision/reviewed_at")],
        ),
        ({"received_at": "2024-12-31 23:59:59", "reviewed_at": "2024-12-31 23:59:59"}, []),
    ],
)
def test_a_transfer_is_reviewed_by_another_person_after_the_risk_notice(
    decision: Fields, faults: list[tuple[str, str]]
) -> None:
    assert faults_of("transfer-check", transfer(**decision)) == faults


@pytest.mark.parametrize(
    ("result", "conclusion", "faults"),
    [
        ("match", "pass", []),
        ("not_applicable", "pass", []),
        ("mismatch", "pass", [("E-check", "/decision/conclusion")]),
        ("mismatch", "supplement", []),
    ],
)
def test_a_transfer_with_a_differing_field_does_not_go_ahead(
    result: str, conclusion: str, faults: list[tuple[str, str]]
) -> None:
    check = {"item": "amount", "result": result, "note": "合同少记 200 元"}
    record = transfer(check, conclusion=conclusion, conclusion_note="补交合同原件")
    assert faults_of("transfer-check", record) == faults


# --- sync-test and customer-touchpoint ---


def test_a_failed_case_tells_what_was_seen() -> None:
    assert faults_of("sync-test", {"test_case": "建档", "result": "fail"}) == [("E-check", "/rows/0/actual")]
    assert faults_of("sync-test", {"test_case": "建档", "result": "fail", "actual": "未到达"}) == []
    assert faults_of("sync-test", {"test_case": "建档", "result": "pass"}) == []


def test_a_delay_is_whole_milliseconds_from_zero() -> None:
    assert fields_of("sync-test", {"用例": "建档", "延迟(ms)": "0"})["delay_ms"] == 0
    assert faults_of("sync-test", {"用例": "建档", "延迟（ms）": -1}) == [("E-minimum", "/rows/0/delay_ms")]


def test_a_touchpoint_needs_its_standard() -> None:
    assert faults_of("customer-touchpoint", {"触点": "热线"}) == [("E-required", "/rows/0/response_standard")]

"""Derived values and rules of the customer forms."""

from decimal import Decimal
from typing import Any

import pytest

from forms.judging import Fields, faults_of, fields_of

Rows = list[dict[str, Any]]


def rows(key: str, item: str, *results: str) -> dict[str, Rows]:
    """Return one check of that table; a result of "" is a row without a tick."""
    more = {"mismatch": {"difference": "与证件不符"}}
    return {key: [{"item": item, **more.get(r, {})} | ({"result": r} if r else {}) for r in results]}


def papers(*results: str) -> dict[str, Rows]:
    return rows("papers", "name", *results)


def identity(*results: str) -> dict[str, Rows]:
    return rows("identity", "name", *results)


def accounts(*results: str) -> dict[str, Rows]:
    return rows("accounts", "holder", *results)


def verification(*checks: dict[str, Rows], **outcome: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"basic": {"customer_no": "C1", "customer_name": "A公司A"}}
    for check in checks:
        record |= check
    return record | ({"outcome": outcome} if outcome else {})


def outcome(*checks: dict[str, Rows]) -> Fields:
    found: Fields = fields_of("customer-verification", verification(*checks))["outcome"]
    return found


@pytest.mark.parametrize(
    ("checks", "conclusion"),
    [
        ([papers("match", "match"), identity("match"), accounts("match")], "match"),
        ([papers("match"), identity("match"), accounts("mismatch")], "mismatch"),
        ([papers("mismatch"), identity("match"), accounts("match")], "mismatch"),
        ([papers("match"), identity("match", "unchecked"), accounts("match")], "incomplete"),
        ([papers("match"), identity("match", ""), accounts("match")], "incomplete"),
        ([papers("match"), identity("match")], "incomplete"),
        ([papers("match"), identity("match"), accounts()], "incomplete"),
        ([identity("match"), accounts("match")], "incomplete"),
        ([], "incomplete"),
    ],
)
def test_data_agree_only_when_all_three_checks_do(checks: list[dict[str, Rows]], conclusion: str) -> None:
    assert outcome(*checks)["verification_conclusion"] == conclusion


@pytest.mark.parametrize("other", [identity("unchecked"), identity(""), identity()])
def test_one_difference_settles_it_though_other_checks_are_open(other: dict[str, Rows]) -> None:
    assert outcome(papers("match", "mismatch"), other)["verification_conclusion"] == "mismatch"


@pytest.mark.parametrize(
    ("checks", "accuracy", "met"),
    [
        ([papers("match"), identity("match"), accounts("match")], "100", "met"),
        # 2 + 1 + 1 agree of 2 + 2 + 2: 4 ÷ 6 = 66.666… %
        ([papers("match", "match"), identity("match", "mismatch"), accounts("mismatch", "match")], "66.67", "missed"),
        # what is open counts neither way: 2 ÷ 3 = 66.666… %
        ([papers("match", "unchecked"), identity("match", ""), accounts("mismatch")], "66.67", "missed"),
        ([papers("match"), identity("unchecked")], "100", "met"),
        ([papers("mismatch")], "0", "missed"),
    ],
)
def test_accuracy_is_what_agrees_of_what_was_checked(checks: list[dict[str, Rows]], accuracy: str, met: str) -> None:
    found = outcome(*checks)
    assert (Decimal(str(found["accuracy"])), found["accuracy_met"]) == (Decimal(accuracy), met)


@pytest.mark.parametrize(
    ("agreeing", "met"),
    [
        (199, "met"),  # 199 ÷ 200 = 99.5 %, exactly the target
        (198, "missed"),  # 198 ÷ 199 = 99.497… %, which is shown as 99.5
        (398, "met"),  # 398 ÷ 399 = 99.749… %
    ],
)
def test_accuracy_of_exactly_the_target_meets_it_and_rounding_doesnt_help(agreeing: int, met: str) -> None:
    found = outcome(papers(*["match"] * (agreeing - 2)), identity("match", "mismatch"), accounts("match"))
    assert found["accuracy_met"] == met


@pytest.mark.parametrize("checks", [[], [papers("unchecked", "")]])
def test_without_a_checked_item_there_is_no_accuracy(checks: list[dict[str, Rows]]) -> None:
    assert {"accuracy", "accuracy_met"}.isdisjoint(outcome(*checks))


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"verification_conclusion": "match"}, [("E-derived", "/outcome/verification_conclusion")]),
        ({"verification_conclusion": "incomplete"}, []),
        ({"accuracy": 99.5}, [("E-derived", "/outcome/accuracy")]),
        ({"accuracy": 100}, []),
        ({"accuracy_met": "missed"}, [("E-derived", "/outcome/accuracy_met")]),
        ({"system_mark": "核对中"}, []),
    ],
)
def test_a_given_outcome_has_to_agree_with_the_rows(given: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    record = verification(papers("match"), identity("match"), accounts("unchecked"), **given)
    assert faults_of("customer-verification", record) == faults


def profile(**entry: Any) -> dict[str, Any]:
    return {
        "basic": {"customer_no": "C1", "customer_name": "A公司A"},
        "contacts": {"phone": "13800001234", "contact_person": "李敏", "position": "主管", "email": "a@example.com"},
        "agreement": {"signed_on": "2023-12-01", "customer_level": "core"},
        "entry": {"entered_by": "陈静", "entered_at": "2023-12-31 23:59:59", **entry},
    }


@pytest.mark.parametrize(
    ("entry", "faults"),
    [
        ({}, []),
        ({"reviewed_at": "2023-12-31 23:59:59"}, []),
        ({"reviewed_at": "2023-12-31 23:59:58"}, [("E-check", "/entry/reviewed_at")]),
        ({"reviewed_at": "2024-01-01 00:00:00"}, []),
        ({"entered_at": "2024-03-01 08:00", "reviewed_at": "2024-02-29 08:00"}, [("E-check", "/entry/reviewed_at")]),
    ],
)
def test_an_entry_is_reviewed_after_it_was_made(entry: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of("customer-profile", profile(**entry)) == faults


@pytest.mark.parametrize(
    ("reviewer", "faults"), [("陈静", [("E-check", "/entry/reviewer")]), ("陈静怡", []), ("刘洋", [])]
)
def test_nobody_reviews_their_own_entry(reviewer: str, faults: list[tuple[str, str]]) -> None:
    assert faults_of("customer-profile", profile(reviewer=reviewer)) == faults


def test_a_profile_asks_for_ten_fields_at_least() -> None:
    record = profile()  # 2 + 4 + 2 + 2
    assert faults_of("customer-profile", record) == []
    for section, key in (("contacts", "email"), ("agreement", "signed_on")):
        fewer = {**record, section: {k: v for k, v in record[section].items() if k != key}}
        assert faults_of("customer-profile", fewer) == [("E-check", "/basic")]
    nine = {**record, "agreement": {"customer_level": "core"}, "papers": {"bank": " "}}  # a blank is no answer
    assert faults_of("customer-profile", nine) == [("E-check", "/basic")]


WOMAN = "110105194912310021"
"""Born on 31 December 1949; its 17th digit is a 2."""

MAN = "320505200002290037"
"""Born on 29 February 2000; its 17th digit is a 3."""


@pytest.mark.parametrize(
    ("number", "birth", "gender", "wrong"),
    [
        (WOMAN, "1949-12-31", "female", []),
        (WOMAN, "1949-12-13", "female", ["birth_date"]),
        (WOMAN, "1949-12-31", "male", ["gender"]),
        (WOMAN, "1950-01-01", "male", ["birth_date", "gender"]),
        (MAN, "2000-02-29", "male", []),
        (MAN, "2000-02-28", "female", ["birth_date", "gender"]),
        ("32050520000229003X", "2000-02-29", "男", []),
        ("320505********0037", "1999-01-01", "male", []),  # the day is hidden, the digit isn't
        ("320505********0037", "1999-01-01", "female", ["gender"]),
        ("320505************", "1999-01-01", "female", []),
        ("320505000229003", "1999-01-01", "female", []),  # fifteen digits are of the old sort
    ],
)
def test_birth_and_gender_are_those_of_the_identity_number(
    number: str, birth: str, gender: str, wrong: list[str]
) -> None:
    letter = {
        "customer_person": "林晓雨",
        "id_no": number,
        "birth_date": birth,
        "gender": gender,
        "confirmation_method": "signature",
        "confirmed_by": "林晓雨",
        "confirmed_at": "2024-02-29 00:00:00",
    }
    assert faults_of("customer-confirmation", letter) == [("E-check", f"/{key}") for key in wrong]


@pytest.mark.parametrize(
    ("kind", "number", "wrong"),
    [
        ("individual", WOMAN, []),
        ("individual", MAN, ["birth_date", "gender"]),
        (None, MAN, ["birth_date", "gender"]),
        ("company", MAN, []),  # eighteen digits of a company tell nobody's birth
        ("individual", "E12345678", []),
    ],
)
def test_a_profile_is_held_against_its_identity_number(kind: str | None, number: str, wrong: list[str]) -> None:
    record = profile()
    record["basic"] |= {"customer_type": kind, "birth_date": "1949-12-31", "gender": "female"}
    record["papers"] = {"document_no": number}
    assert faults_of("customer-profile", record) == [("E-check", f"/basic/{key}") for key in wrong]


@pytest.mark.parametrize(
    ("level", "planned", "told"),
    [
        ("core", "2023-11-15", []),  # a month after 15 October
        ("core", "2023-11-16", [("W-check", "/rows/0/next_contact_on")]),
        ("core", "2023-10-20", []),
        ("regular", "2024-01-15", []),  # three months
        ("regular", "2024-01-16", [("W-check", "/rows/0/next_contact_on")]),
        ("potential", "2024-04-15", []),  # six
        ("potential", "2024-04-16", [("W-check", "/rows/0/next_contact_on")]),
    ],
)
def test_only_a_contact_later_than_the_rhythm_is_warned_of(
    level: str, planned: str, told: list[tuple[str, str]]
) -> None:
    row = {
        "customer_name": "甲",
        "last_contact_on": "2023-10-15",
        "next_contact_on": planned,
        "maintenance_priority": level,
    }
    assert faults_of("customer-register", row) == told
    known = {**row, "customer_no": "C1", "phone": "13800001234", "manager": "林悦"}
    assert faults_of("customer-register", known) == told


@pytest.mark.parametrize(
    ("birth_date", "faults"),
    [("2024-02-29", []), ("2024-03-01", [("E-check", "/birth_date")]), ("1949-12-31", []), (None, [])],
)
def test_nobody_confirms_before_being_born(birth_date: str | None, faults: list[tuple[str, str]]) -> None:
    record = {
        "customer_person": "林晓雨",
        "birth_date": birth_date,
        "confirmation_method": "signature",
        "confirmed_by": "林晓雨",
        "confirmed_at": "2024-02-29 00:00:00",
    }
    assert faults_of("customer-confirmation", record) == faults


TIMES = pytest.mark.parametrize(
    ("times", "wrong"),
    [
        (["2023-12-31 23:59:59", "2024-01-01 00:00:00"], []),
        (["2024-02-29 09:00:00", "2024-02-29 09:00:00"], []),
        (["2024-02-29 09:00:00", "2024-02-29 08:59:59"], [1]),
        # the third row lies before the first, though after the second
        (["2024-02-29 09:00", "2024-02-28 09:00", "2024-02-28 10:00"], [1, 2]),
    ],
)


@TIMES
def test_events_on_the_timeline_run_forward(times: list[str], wrong: list[int]) -> None:
    record = {"basic": {"matter_no": "SX1"}, "timeline": [{"time": time} for time in times]}
    assert faults_of("interview-record", record) == [("E-check", f"/timeline/{n}/time") for n in wrong]


@TIMES
def test_rounds_of_interviews_run_forward(times: list[str], wrong: list[int]) -> None:
    rounds = [{"interviewee": "李敏", "interviewed_at": time} for time in times]
    record = {"basic": {"matter_no": "SX1"}, "interviews": rounds}
    assert faults_of("interview-record", record) == [("E-check", f"/interviews/{n}/interviewed_at") for n in wrong]


def test_a_round_without_a_time_is_passed_over() -> None:
    rounds: Rows = [
        {"interviewee": "李敏", "interviewed_at": "2024-05-13 09:30"},
        {"interviewee": "何军"},
        {"interviewee": "王强", "interviewed_at": "2024-05-13 09:29"},
    ]
    record = {"basic": {"matter_no": "SX1"}, "interviews": rounds}
    assert faults_of("interview-record", record) == [("E-check", "/interviews/2/interviewed_at")]

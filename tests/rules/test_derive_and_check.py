"""Values that follow from others, and rules across fields; every expectation here was counted by hand."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from generator.api import check, make_job
from generator.compose import Composer
from generator.document import Table, Tone
from generator.records import ListSource

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CLOSURE = json.loads((SAMPLES / "closure-report" / "ordinary.json").read_text(encoding="utf-8"))
CHECKLIST = json.loads((SAMPLES / "troubleshooting-checklist" / "ordinary.json").read_text(encoding="utf-8"))
ISSUE = {
    "customer_name": "甲公司",
    "problem": "登录失败",
    "severity": "high",
    "reported_at": "2023-10-16 09:00",
    "status": "open",
}


def complete(form, raw, **options):
    """Return the typed record of a form and its faults."""
    job = make_job(form, **options)
    [judged] = job.pipeline.judged(ListSource(raw, job.form))
    return judged.values, list(judged.faults)


def closure(**changes):
    """Return the ordinary closure report, not signed yet, with some values changed; None takes one out."""
    raw = {key: value for key, value in {**CLOSURE, "confirmation": None, **changes}.items() if value is not None}
    return complete("closure-report", raw)


def codes(faults):
    return [(fault.code, fault.place.pointer) for fault in faults]


# --- the closure report ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "responded_at", "met"),
    [
        ("P0", "2023-10-16 10:00:00", "met"),
        ("P0", "2023-10-16 10:00:01", "missed"),
        ("P1", "2023-10-16 13:00:00", "met"),
        ("P1", "2023-10-16 13:00:01", "missed"),
        ("P2", "2023-10-17 09:00:00", "met"),
        ("P2", "2023-10-17 09:00:01", "missed"),
        ("P1", "2023-10-16 09:00:00", "met"),
    ],
)
def test_a_response_exactly_on_the_limit_is_in_time_and_a_second_later_is_not(priority, responded_at, met):
    typed, faults = closure(priority=priority, responded_at=responded_at, closed_at="2023-10-18 09:00")
    assert faults == []
    assert typed["response_met"] == met


@pytest.mark.parametrize("missing", ["priority", "responded_at"])
def test_nothing_is_said_of_the_response_where_a_value_is_missing(missing):
    typed, faults = closure(**{missing: None})
    assert faults == []
    assert "response_met" not in typed


@pytest.mark.parametrize(
    ("reported_at", "closed_at", "minutes"),
    [
        ("2023-10-16 09:00", "2023-10-17 16:00", 31 * 60),
        ("2023-10-16 09:00", "2023-10-16 10:59:59", 119),
        ("2024-02-28 23:30", "2024-03-01 00:30", 25 * 60),  # over 29 February
        ("2023-02-28 23:30", "2023-03-01 00:30", 60),
        ("2023-12-31 23:00", "2024-01-01 01:00", 120),
        ("2023-10-16T01:00:00Z", "2023-10-16 09:30", 30),
    ],
)
def test_handling_time_counts_whole_minutes(reported_at, closed_at, minutes):
    typed, _ = closure(reported_at=reported_at, responded_at=None, closed_at=closed_at)
    assert typed["handling_minutes"] == minutes


@pytest.mark.parametrize(
    ("closed_at", "due"),
    [
        ("2023-10-17 16:00", date(2023, 10, 20)),  # Tuesday: Wednesday, Thursday, Friday
        ("2024-03-07 16:00", date(2024, 3, 12)),  # Thursday: Friday, then over a plain weekend
        ("2024-03-09 16:00", date(2024, 3, 13)),  # closed on a Saturday: Monday is the first
        ("2024-02-27 10:00", date(2024, 3, 1)),  # over 29 February
        ("2024-02-29 23:59", date(2024, 3, 5)),  # on 29 February: Friday, Monday, Tuesday
        ("2024-02-02 10:00", date(2024, 2, 6)),  # Sunday 4 February 2024 was worked
        ("2024-04-03 10:00", date(2024, 4, 9)),  # Qingming 4 to 6, Sunday the 7th was worked
        ("2024-05-10 10:00", date(2024, 5, 14)),  # Saturday 11 May 2024 was worked
        ("2024-09-13 10:00", date(2024, 9, 19)),  # Saturday the 14th worked, 15 to 17 off
        ("2024-09-30 12:00", date(2024, 10, 10)),  # National Day 1 to 7 October
        ("2025-01-24 10:00", date(2025, 2, 5)),  # Sunday the 26th and Monday worked, Spring Festival to 4 February
        ("2025-09-26 10:00", date(2025, 9, 30)),  # Sunday 28 September 2025 was worked
        ("2023-12-29 10:00", date(2024, 1, 4)),  # over New Year, 1 January off
        ("2024-12-31 18:00", date(2025, 1, 6)),  # 2, 3 and, after the weekend, 6 January
    ],
)
def test_the_follow_up_call_is_due_three_working_days_after_closing(closed_at, due):
    typed, faults = closure(reported_at="2023-10-16 09:00", closed_at=closed_at)
    assert faults == []
    assert typed["visit_due"] == due


@pytest.mark.parametrize(("closed_at", "year"), [("2090-03-06 10:00", 2090), ("2092-12-31 10:00", 2093)])
def test_a_year_whose_exchanged_days_nobody_knows_yet_is_a_warning(closed_at, year):
    typed, faults = closure(closed_at=closed_at)
    assert codes(faults) == [("W-calendar", "/visit_due")]
    assert faults[0].is_warning
    assert str(year) in faults[0].text("en")
    assert typed["visit_due"].year == year


def test_dates_at_the_end_of_time_are_no_crash():
    typed, _ = closure(closed_at="9999-12-31 23:59")
    assert "visit_due" not in typed


# --- given and derived -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [{"response_met": "missed"}, {"handling_minutes": 1859}, {"visit_due": "2023-10-21"}, {"response_minutes": 0}],
    ids=lambda given: next(iter(given)),
)
def test_a_given_value_that_the_rules_contradict_is_an_error(given):
    _, faults = closure(**given)
    assert codes(faults) == [("E-derived", f"/{next(iter(given))}")]


@pytest.mark.parametrize(
    "given",
    [
        {"响应是否达标": "达标"},
        {"处理时长": "31小时"},
        {"处理时长": 1860},
        {"回访截止日": "2023年10月20日"},
        {"响应用时": "12"},
    ],
    ids=str,
)
def test_a_given_value_that_agrees_is_welcome_however_written(given):
    assert closure(**given)[1] == []


def test_a_given_deadline_that_may_differ_is_a_warning_and_stays():
    raw = {**CHECKLIST, "coordination": {"response_due": "2024-05-01 18:00"}}
    typed, faults = complete("troubleshooting-checklist", raw)
    assert codes(faults) == [("W-derived", "/coordination/response_due")]
    assert typed["coordination"]["response_due"] == datetime(2024, 5, 1, 18, 0)


def test_a_section_opens_for_a_value_that_is_derived_into_it():
    raw = {key: value for key, value in CHECKLIST.items() if key != "coordination"}
    typed, faults = complete("troubleshooting-checklist", raw)
    assert faults == []
    assert typed["coordination"] == {"response_due": datetime(2024, 5, 1, 18, 36)}  # entered 14:36, P1 is 4 hours


def test_a_section_stays_closed_when_nothing_comes_of_it(form_of):
    form = form_of(
        {
            "start": {"type": "string", "format": "date"},
            "plan": {
                "type": "object",
                "properties": {
                    "due": {"type": "string", "format": "date", "x-derive": "deadline(start, 'return_visit')"}
                },
            },
        }
    )
    typed, faults = complete(form, {})
    assert (typed, faults) == ({}, [])


def test_derived_values_may_build_on_derived_values_and_totals_are_exact(form_of):
    item = {"type": "object", "properties": {"price": {"type": "number"}}}
    form = form_of(
        {
            "items": {"type": "array", "items": item},
            "sum": {"type": "number", "x-derive": "total(items, 'price')"},
            "double": {"type": "number", "x-derive": "sum * 2"},
        }
    )
    typed, faults = complete(form, {"items": [{"price": "0.1"}, {"price": "0.2"}, {}, {"price": 0.3}]})
    assert faults == []
    assert (str(typed["sum"]), str(typed["double"])) == ("0.6", "1.2")


def test_a_derived_value_must_still_be_what_the_schema_allows(form_of):
    form = form_of({"a": {"type": "integer"}, "b": {"type": "integer", "maximum": 10, "x-derive": "a * 2"}})
    assert codes(check(form, {"a": 5})) == []
    assert codes(check(form, {"a": 6})) == [("E-maximum", "/b")]


# --- numbers of a register -------------------------------------------------------------------------------------------


def numbers(*issues):
    job = make_job("issue-tracker")
    return [judged.values.get("issue_no") for judged in job.pipeline.judged(ListSource(list(issues), job.form))]


def test_issues_without_a_number_are_counted_day_by_day():
    other_day = {**ISSUE, "reported_at": "2023-10-17 00:00"}
    assert numbers(ISSUE, other_day, ISSUE, other_day) == [
        "WT20231016-01",
        "WT20231017-01",
        "WT20231016-02",
        "WT20231017-02",
    ]


def test_running_numbers_follow_the_highest_that_is_given_even_further_down():
    given = {**ISSUE, "issue_no": "WT20231016-07"}
    assert numbers(ISSUE, given, ISSUE) == ["WT20231016-08", "WT20231016-07", "WT20231016-09"]


def test_given_numbers_of_any_form_are_kept():
    assert numbers({**ISSUE, "问题编号": "旧号 1"}, ISSUE) == ["旧号 1", "WT20231016-01"]


def test_past_ninety_nine_the_number_grows():
    assert numbers({**ISSUE, "issue_no": "WT20231016-99"}, ISSUE)[1] == "WT20231016-100"


def test_an_issue_without_a_readable_date_gets_no_number():
    assert numbers({**ISSUE, "reported_at": "昨天"}) == [None]


def test_the_day_of_the_number_is_the_day_at_the_desk():
    assert numbers({**ISSUE, "reported_at": "2023-10-15T23:00:00Z"}) == ["WT20231016-01"]


def test_two_documents_do_not_share_their_counting():
    assert numbers(ISSUE) == numbers(ISSUE) == ["WT20231016-01"]


# --- rules across fields ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"closed_at": "2023-10-16 08:59"}, "/closed_at"),
        ({"responded_at": "2023-10-16 08:59"}, "/responded_at"),
        ({"responded_at": "2023-10-17 16:00:01"}, "/closed_at"),
    ],
    ids=["closed before reported", "answered before reported", "closed before answered"],
)
def test_moments_of_a_closure_must_follow_one_another(changes, pointer):
    _, faults = closure(**changes)
    assert ("E-check", pointer) in codes(faults)


def test_moments_of_a_closure_may_coincide():
    moment = "2023-10-16 09:00"
    _, faults = closure(reported_at=moment, responded_at=moment, closed_at=moment)
    assert faults == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-Hans", "关闭时间不能早于反馈时间"), ("zh-Hant", "關閉時間不能早於"), ("en", "before it was reported")],
)
def test_a_broken_rule_speaks_the_readers_language(lang, words):
    _, faults = closure(closed_at="2023-10-15 09:00", responded_at=None)
    assert any(words in fault.text(lang) for fault in faults if fault.code == "E-check")


@pytest.mark.parametrize(
    ("changes", "fine"),
    [
        ({"status": "closed"}, False),
        ({"status": "closed", "completed_at": "-"}, False),
        ({"status": "closed", "completed_at": "2023-10-16"}, True),  # a day without a time: the day of the report
        ({"status": "closed", "completed_at": "2023-10-16 09:00"}, True),
        ({"status": "closed", "completed_at": "2023-10-16 08:59"}, False),
        ({"status": "closed", "completed_at": "2023-10-15"}, False),
        ({"status": "open"}, True),
    ],
    ids=str,
)
def test_a_closed_issue_has_its_completion_which_is_never_before_the_report(changes, fine):
    found = codes(check("issue-tracker", [{**ISSUE, **changes}]))
    assert found == ([] if fine else [("E-check", "/rows/0/completed_at")])


def test_a_letters_conditions_must_be_written_down():
    raw = json.loads((SAMPLES / "solution-confirmation" / "ordinary.json").read_text(encoding="utf-8"))
    raw = {key: value for key, value in raw.items() if key != "opinion_note"}
    found = codes(check("solution-confirmation", {**raw, "customer_opinion": "有条件同意"}))
    assert found == [("E-check", "/opinion_note")]


def test_a_rule_is_not_judged_on_a_value_that_is_faulty_already():
    _, faults = closure(closed_at="2023-13-01 10:00")
    assert codes(faults) == [("E-date", "/closed_at")]


def test_a_rule_within_a_tables_row_names_the_row(form_of):
    row = {
        "type": "object",
        "properties": {"low": {"type": "integer"}, "high": {"type": "integer"}},
        "x-check": [{"that": "low <= high", "at": "high", "message": "上限不能小于下限"}],
    }
    form = form_of({"title": {"type": "string"}, "ranges": {"type": "array", "items": row}})
    raw = {"title": "甲", "ranges": [{"low": 1, "high": 1}, {"low": 2, "high": 1}, {"low": 3}]}
    assert codes(check(form, raw)) == [("E-check", "/ranges/1/high")]


# --- overdue rows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("planned", "completed", "as_of", "late"),
    [
        (datetime(2023, 10, 18, 18), datetime(2023, 10, 18, 18), None, False),
        (datetime(2023, 10, 18, 18), datetime(2023, 10, 18, 18, 0, 1), None, True),
        (date(2023, 10, 18), datetime(2023, 10, 18, 23, 59), None, False),
        (date(2023, 10, 18), datetime(2023, 10, 19, 0, 0), None, True),
        (date(2023, 10, 18), None, date(2023, 10, 18), False),
        (date(2023, 10, 18), None, date(2023, 10, 19), True),
        (datetime(2023, 10, 18, 12), None, date(2023, 10, 18), False),
        (datetime(2023, 10, 18, 12), None, date(2023, 10, 19), True),
        (date(2023, 10, 18), None, None, False),
        (None, None, date(2023, 10, 19), False),
        (date(2023, 10, 18), date(2023, 10, 17), date(2024, 1, 1), False),  # done in time, however long ago
    ],
)
def test_a_row_stands_out_when_it_is_overdue_and_on_the_limit_it_is_in_time(planned, completed, as_of, late):
    job = make_job("issue-tracker")
    composer = Composer(job.form, "zh-Hans", job.policy, job.folders)
    row = {"planned_at": planned, "completed_at": completed}
    document = composer.register({"as_of": as_of} if as_of else {}, [row])
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    [made] = table.rows
    assert (made.tone, made.mark) == ((Tone.ALERT, "逾期") if late else (Tone.PLAIN, ""))

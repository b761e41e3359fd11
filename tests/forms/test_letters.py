"""Letters and reports to customers, and the return visit: what is derived, and what is refused."""

import pytest

from forms.judging import faults_of, fields_of
from generator.api import make_job
from generator.document import walk
from generator.writers.texts import texts_of

# --- analysis-report: within 24 hours of the report of the issue -----------------------------------------------------


def analysis(**more):
    record = {
        "issue_no": "WT-1",
        "customer_name": "A公司A",
        "reported_at": "2024-05-01 14:30",
        "expected_at": "2024-06-30",
    }
    return {**record, **more}


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        ("2024-05-01 14:30", "2024-05-02 14:30:00"),
        ("2024-05-10 18:00", "2024-05-11 18:00:00"),  # hours run on over a Saturday
        ("2024-02-28 08:15:30", "2024-02-29 08:15:30"),
        ("2024-02-29 08:15:30", "2024-03-01 08:15:30"),
        ("2023-02-28 08:15:30", "2023-03-01 08:15:30"),
        ("2023-12-31 23:59:59", "2024-01-01 23:59:59"),
    ],
)
def test_an_analysis_report_is_due_24_hours_after_the_issue_was_reported(reported, due):
    typed = fields_of("analysis-report", analysis(reported_at=reported))
    assert str(typed["submit_due"]) == due


@pytest.mark.parametrize(
    ("reported", "submitted", "expected"),
    [
        ("2024-05-01 14:30", "2024-05-01 14:30", "on_time"),
        ("2024-05-01 14:30", "2024-05-02 14:29:59", "on_time"),
        ("2024-05-01 14:30", "2024-05-02 14:30:00", "on_time"),  # exactly on the limit
        ("2024-05-01 14:30", "2024-05-02 14:30:01", "late"),
        ("2024-02-28 23:59:59", "2024-02-29 23:59:59", "on_time"),
        ("2024-02-28 23:59:59", "2024-03-01 00:00:00", "late"),
        ("2023-12-31 09:00", "2024-01-01 09:00:00", "on_time"),
        ("2023-12-31 09:00", "2024-01-01 09:00:01", "late"),
        ("2024-05-02T06:30:00Z", "2024-05-03 14:30:00", "on_time"),  # 06:30 in UTC is 14:30 in Shanghai
        ("2024-05-02T06:30:00Z", "2024-05-03 14:30:01", "late"),
    ],
)
def test_an_analysis_report_is_on_time_up_to_24_hours_to_the_second(reported, submitted, expected):
    typed = fields_of("analysis-report", analysis(reported_at=reported, submitted_at=submitted))
    assert typed["on_time"] == expected


@pytest.mark.parametrize("missing", ["reported_at", "submitted_at"])
def test_an_analysis_report_without_one_of_its_times_is_neither_on_time_nor_late(missing):
    record = analysis(submitted_at="2024-05-02 10:00")
    del record[missing]
    assert "on_time" not in fields_of("analysis-report", record)


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"submitted_at": "2024-05-02 10:00", "on_time": "late"}, [("E-derived", "/on_time")]),
        ({"submitted_at": "2024-05-02 10:00", "on_time": "on_time"}, []),
        ({"submit_due": "2024-05-02 14:31"}, [("E-derived", "/submit_due")]),
        ({"submit_due": "2024-05-02 14:30"}, []),
        ({"submitted_at": "2024-05-01 14:29:59"}, [("E-check", "/submitted_at")]),
        ({"expected_at": "2024-05-01 14:29:59"}, [("E-check", "/expected_at")]),
        ({"expected_at": "2024-05-01 14:30"}, []),
        ({"expected_at": "2024-05-01"}, []),  # a day without a time is compared as a day
        ({"expected_at": "2024-04-30"}, [("E-check", "/expected_at")]),
        ({"expected_at": None}, [("E-required", "/expected_at")]),
    ],
)
def test_an_analysis_report_agrees_with_its_times(more, faults):
    assert faults_of("analysis-report", analysis(**more)) == faults


# --- solution-reply --------------------------------------------------------------------------------------------------


def reply(**more):
    record = {
        "issue_no": "WT-1",
        "customer_name": "A公司A",
        "root_cause": "队列积压",
        "solution": "扩容",
        "prevention": "提前评估",
    }
    return {**record, **more}


@pytest.mark.parametrize(
    ("reply_by", "faults"),
    [("2024-02-28", [("E-check", "/reply_by")]), ("2024-02-29", []), ("2024-03-01", [])],
)
def test_a_solution_reply_asks_for_an_answer_on_its_own_day_at_the_earliest(reply_by, faults):
    assert faults_of("solution-reply", reply(issued_on="2024-02-29", reply_by=reply_by)) == faults


@pytest.mark.parametrize("key", ["issue_no", "customer_name", "root_cause", "solution", "prevention"])
def test_a_solution_reply_states_cause_solution_and_prevention(key):
    assert faults_of("solution-reply", reply(**{key: None})) == [("E-required", f"/{key}")]


# --- how the customer is addressed -----------------------------------------------------------------------------------


def least(form):
    """Return a record of a letter with what it must have, in words of nobody's register."""
    confirmation = {
        "confirmation_no": "QR-1",
        "problem_summary": "延迟",
        "department": "技术部",
        "steps": [{"action": "扩容"}],
    }
    delay = {"original_due": "2024-05-07", "revised_due": "2024-05-20", "delay_reason": "测试", "remedy": "人工核对"}
    records = {
        "solution-reply": reply(),
        "progress-notice": progress(),
        "delay-notice": {"issue_no": "WT-1", **delay},
        "solution-confirmation": {"issue_no": "WT-1", "solution": "扩容", **confirmation},
        "completion-confirmation": completion(),
        "delivery-confirmation": delivery(),
    }
    return records[form]


LETTERS = ("solution-reply", "progress-notice", "delay-notice", "solution-confirmation", "completion-confirmation")
LETTERS = (*LETTERS, "delivery-confirmation")


def composed(form, lang, **more):
    job = make_job(form, lang=lang)
    (one,) = job.documents(job.source({**least(form), **more}))
    assert one.document is not None
    return one.document


def addressed(form, lang, **more):
    """Return the words of a letter."""
    return "".join(piece.text for node in walk(composed(form, lang, **more).blocks) for piece in texts_of(node, lang))


INDIVIDUAL = {"customer_name": "李明", "customer_type": "individual"}


@pytest.mark.parametrize("form", LETTERS)
@pytest.mark.parametrize(
    ("more", "opening", "ours", "others"),
    [
        ({**INDIVIDUAL, "salutation": "mr"}, "尊敬的李明先生：", "您", ("贵公司", "贵方")),
        ({**INDIVIDUAL, "salutation": "女士"}, "尊敬的李明女士：", "您", ("贵公司", "贵方")),
        (INDIVIDUAL, "尊敬的李明：", "您", ("贵公司", "贵方")),
        ({"customer_name": "李明", "salutation": "mr"}, "尊敬的李明先生：", "您", ("贵公司",)),
        ({"customer_name": "海川公司", "customer_type": "company"}, "海川公司：", "贵公司", ("您", "尊敬的")),
        ({"customer_name": "海川公司"}, "海川公司：", "贵方", ("您", "尊敬的")),  # nothing is known: as ever
    ],
)
def test_a_letter_keeps_to_one_register(form, more, opening, ours, others):
    text = addressed(form, "zh-Hans", **more)
    assert opening in text
    assert ours in text
    assert [word for word in others if word in text] == []


@pytest.mark.parametrize("form", LETTERS)
@pytest.mark.parametrize(
    ("more", "opening", "ending"),
    [
        ({**INDIVIDUAL, "salutation": "mr"}, "Dear Mr Li,", "Yours sincerely,"),
        ({**INDIVIDUAL, "salutation": "ms"}, "Dear Ms Li,", "Yours sincerely,"),
        ({**INDIVIDUAL, "customer_name": "欧阳静", "salutation": "ms"}, "Dear Ms Ouyang,", "Yours sincerely,"),
        ({**INDIVIDUAL, "customer_name": "曾宪", "salutation": "mr"}, "Dear Mr Zeng,", "Yours sincerely,"),
        ({**INDIVIDUAL, "customer_name": "Ann O'Neil", "salutation": "ms"}, "Dear Ms Ann O'Neil,", "Yours sincerely,"),
        (INDIVIDUAL, "Dear Sir or Madam,", "Yours faithfully,"),
        ({"customer_name": "海川公司", "customer_type": "company"}, "Dear Sir or Madam,", "Yours faithfully,"),
    ],
)
def test_an_english_letter_addresses_whom_it_knows(form, more, opening, ending):
    text = addressed(form, "en", **more)
    assert opening in text
    assert ending in text
    assert ("your company" in text) is (more.get("customer_type") == "company")


@pytest.mark.parametrize(
    ("more", "opening", "ours"),
    [
        ({**INDIVIDUAL, "salutation": "mr"}, "李明 先生 台鑒：", "台端"),
        ({"customer_name": "海川公司", "customer_type": "company"}, "海川公司 台鑒：", "貴公司"),
    ],
)
def test_a_letter_in_traditional_chinese_keeps_to_one_register(more, opening, ours):
    for form in LETTERS:
        text = addressed(form, "zh-Hant", **more)
        assert opening in text
        assert ours in text


def test_a_company_has_no_form_of_address():
    record = reply(customer_type="company", salutation="mr")
    assert faults_of("solution-reply", record) == [("E-check", "/salutation")]
    assert faults_of("solution-reply", reply(customer_type="individual", salutation="mr")) == []


@pytest.mark.parametrize("form", LETTERS)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_letter_ends_with_whose_it_is_and_its_date(form, lang):
    paper = composed(form, lang, customer_name="海川公司", issued_on="2024-05-02")
    places = paper.blocks[-1].signatures
    ours = places[0 if lang == "en" else -1]
    assert [place for place in places if place.closing] == [ours]
    assert paper.office in ours.label
    assert (ours.dated, ours.date) == ((False, "") if lang == "en" else (True, "2024年5月2日"))


# --- progress-notice: every 24 hours ---------------------------------------------------------------------------------


def progress(**more):
    record = {
        "issue_no": "WT-1",
        "progress_made": "已定位",
        "expected_at": "2025-01-31",
        "notified_at": "2024-05-01 18:30",
    }
    return {**record, **more}


@pytest.mark.parametrize(
    ("notified", "following"),
    [
        ("2024-05-01 18:30", "2024-05-02 18:30:00"),
        ("2024-05-10 18:30:05", "2024-05-11 18:30:05"),  # Friday to Saturday: the customer is told at weekends too
        ("2024-02-28 23:59:59", "2024-02-29 23:59:59"),
        ("2024-12-31 09:00", "2025-01-01 09:00:00"),
    ],
)
def test_the_next_progress_notice_follows_24_hours_after_this_one(notified, following):
    typed = fields_of("progress-notice", progress(notified_at=notified))
    assert str(typed["next_notice_at"]) == following


def test_a_progress_notice_without_its_moment_promises_no_next_one():
    record = progress()
    del record["notified_at"]
    assert "next_notice_at" not in fields_of("progress-notice", record)


@pytest.mark.parametrize(
    ("given", "faults"),
    [("2024-05-02 18:30", []), ("2024-05-02 18:30:01", [("W-derived", "/next_notice_at")])],
)
def test_another_time_of_the_next_notice_is_kept_with_a_warning(given, faults):
    record = progress(next_notice_at=given)
    assert faults_of("progress-notice", record) == faults
    assert fields_of("progress-notice", record)["next_notice_at"].isoformat(" ").startswith(given)


@pytest.mark.parametrize(
    ("expected_at", "faults"),
    [
        ("2024-05-01 18:29:59", [("E-check", "/expected_at")]),
        ("2024-05-01 18:30", []),
        ("2024-05-01", []),  # a day without a time is compared as a day
        ("2024-04-30", [("E-check", "/expected_at")]),
    ],
)
def test_what_a_progress_notice_expects_lies_ahead(expected_at, faults):
    assert faults_of("progress-notice", progress(expected_at=expected_at)) == faults


# --- delay-notice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("original", "revised", "later"),
    [
        ("2024-02-07 18:00", "2024-02-07 18:00:01", True),
        ("2024-02-07 18:00", "2024-02-07 18:00", False),
        ("2024-02-07 18:00", "2024-02-07 17:59:59", False),
        ("2024-02-28", "2024-02-29", True),
        ("2024-02-29", "2024-02-29", False),
        ("2024-12-31", "2025-01-01", True),
        ("2025-01-01", "2024-12-31", False),
        (
            "2024-02-07",
            "2024-02-07 18:00",
            False,
        ),  # a day without a time is compared as a day: the same day isn't later
        ("2024-02-07 18:00", "2024-02-08", True),
    ],
)
def test_a_delay_leads_to_a_later_time(original, revised, later):
    record = {
        "issue_no": "WT-1",
        "original_due": original,
        "revised_due": revised,
        "delay_reason": "测试未通过",
        "remedy": "每日人工核对",
    }
    assert faults_of("delay-notice", record) == ([] if later else [("E-check", "/revised_due")])


# --- completion-confirmation and delivery-confirmation ---------------------------------------------------------------


def completion(**more):
    return {"completion_no": "WC-1", "service_content": "扩容", "completed_at": "2024-02-29 20:00", **more}


def delivery(**more):
    record = {
        "delivery_no": "JF-1",
        "deliverables": [{"name": "升级包", "quantity": 1}],
        "delivered_at": "2024-02-29 20:00",
        "acceptance": "pass",
    }
    return {**record, **more}


@pytest.mark.parametrize(
    ("form", "record"), [("completion-confirmation", completion), ("delivery-confirmation", delivery)]
)
@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"signed_on": "2024-02-28"}, [("E-check", "/signed_on")]),
        ({"signed_on": "2024-02-29"}, []),
        ({"issued_on": "2024-12-31", "reply_by": "2024-12-30"}, [("E-check", "/reply_by")]),
        ({"issued_on": "2024-12-31", "reply_by": "2024-12-31"}, []),
        ({"issued_on": "2024-12-31", "reply_by": "2025-01-01"}, []),
    ],
)
def test_a_confirmation_is_signed_and_returned_no_earlier_than_it_can_be(form, record, more, faults):
    assert faults_of(form, record(**more)) == faults


@pytest.mark.parametrize(
    ("acceptance", "note", "faults"),
    [
        ("pass", None, []),
        ("conditional", None, [("E-check", "/opinion_note")]),
        ("conditional", "补充手册", []),
        ("fail", None, [("E-check", "/opinion_note")]),
        ("fail", "版本不符", []),
    ],
)
def test_acceptance_that_is_not_plain_says_why(acceptance, note, faults):
    assert faults_of("delivery-confirmation", delivery(acceptance=acceptance, opinion_note=note)) == faults


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([], [("E-too-few", "/deliverables")]),
        ([{"name": "手册", "quantity": 0}], [("E-minimum", "/deliverables/0/quantity")]),
        ([{"quantity": 1}], [("E-required", "/deliverables/0/name")]),
    ],
)
def test_a_delivery_names_what_was_delivered(rows, faults):
    assert faults_of("delivery-confirmation", delivery(deliverables=rows)) == faults


# --- return-visit: within three working days of closure --------------------------------------------------------------


def visit(closed, visited, resolved=True, **more):
    return {
        "basic": {"issue_no": "WT-1", "customer_name": "A公司A", **({"closed_at": closed} if closed else {})},
        "visit": {"visitor": "陈静", "visited_at": visited},
        "outcome": {"resolved": resolved, **more},
    }


# Worked days that are counted stand behind each case. National Day 2023: closed 29 September to 6 October, worked on
# Saturday 7 and Sunday 8 October. 2024: closed 1 to 7 October, worked on Sunday 29 September and Saturday 12 October.
@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ("2024-03-04 09:00", "2024-03-07"),  # Tue 5, Wed 6, Thu 7
        ("2024-03-04 23:59:59", "2024-03-07"),  # the hour of the day doesn't matter
        ("2024-03-08 17:00", "2024-03-13"),  # Mon 11, Tue 12, Wed 13
        ("2024-03-09 10:00", "2024-03-13"),  # closed on a Saturday: Mon 11, Tue 12, Wed 13
        ("2023-09-28 17:00", "2023-10-09"),  # Sat 7, Sun 8, Mon 9 October
        ("2023-09-26 17:00", "2023-10-07"),  # Wed 27, Thu 28 September, Sat 7 October
        ("2023-10-06 17:00", "2023-10-09"),  # Sat 7, Sun 8, Mon 9
        ("2023-10-08 17:00", "2023-10-11"),  # Mon 9, Tue 10, Wed 11
        ("2024-09-27 17:00", "2024-10-08"),  # Sun 29, Mon 30 September, Tue 8 October
        ("2024-09-29 17:00", "2024-10-09"),  # Mon 30 September, Tue 8, Wed 9 October
        ("2024-09-30 17:00", "2024-10-10"),  # Tue 8, Wed 9, Thu 10
        ("2024-10-10 17:00", "2024-10-14"),  # Fri 11, Sat 12, Mon 14
        ("2024-02-27 17:00", "2024-03-01"),  # Wed 28, Thu 29 February, Fri 1 March
        ("2024-02-26 17:00", "2024-02-29"),  # Tue 27, Wed 28, Thu 29
        ("2024-02-29 17:00", "2024-03-05"),  # Fri 1, Mon 4, Tue 5 March
        ("2023-12-28 17:00", "2024-01-03"),  # Fri 29; Mon 1 January is a holiday: Tue 2, Wed 3
        ("2024-12-30 17:00", "2025-01-03"),  # Tue 31; Wed 1 January is a holiday: Thu 2, Fri 3
    ],
)
def test_a_return_visit_is_due_on_the_third_working_day_after_closure(closed, due):
    typed = fields_of("return-visit", visit(closed, f"{due} 12:00"))
    assert str(typed["visit"]["visit_due"]) == due


@pytest.mark.parametrize(
    ("closed", "visited", "expected"),
    [
        ("2024-03-04 09:00", "2024-03-04 09:00", "on_time"),
        ("2024-03-04 09:00", "2024-03-07 09:00:01", "on_time"),  # working days are counted, not 72 hours
        ("2024-03-04 09:00", "2024-03-07 23:59:59", "on_time"),  # the whole third day is in time
        ("2024-03-04 09:00", "2024-03-08 00:00:00", "late"),
        ("2023-09-28 17:00", "2023-10-03 10:00", "on_time"),  # a visit during the holidays is early, not late
        ("2023-09-28 17:00", "2023-10-09 23:59:59", "on_time"),
        ("2023-09-28 17:00", "2023-10-10 00:00:00", "late"),
        ("2024-09-29 17:00", "2024-10-09 23:59:59", "on_time"),
        ("2024-09-29 17:00", "2024-10-10 00:00:00", "late"),
        ("2024-10-10 17:00", "2024-10-14 23:59:59", "on_time"),  # Saturday the 12th counted
        ("2024-10-10 17:00", "2024-10-15 00:00:00", "late"),
        ("2024-02-26 17:00", "2024-02-29 23:59:59", "on_time"),
        ("2024-02-26 17:00", "2024-03-01 00:00:00", "late"),
        ("2023-12-28 17:00", "2024-01-03 23:59:59", "on_time"),
        ("2023-12-28 17:00", "2024-01-04 00:00:00", "late"),
    ],
)
def test_a_return_visit_is_in_time_until_the_third_working_day_ends(closed, visited, expected):
    typed = fields_of("return-visit", visit(closed, visited))
    assert typed["visit"]["within_limit"] == expected


def test_a_return_visit_without_a_closing_time_is_not_judged():
    typed = fields_of("return-visit", visit(None, "2024-03-04 09:00"))
    assert not {"visit_due", "within_limit"} & typed["visit"].keys()


# A year whose exchanged days aren't announced has no make-up days in the calendar.
def test_a_return_visit_counted_in_an_unannounced_year_is_warned_of():
    assert faults_of("return-visit", visit("2099-03-04 09:00", "2099-03-05 09:00")) == [
        ("W-calendar", "/visit/visit_due")
    ]


def test_a_return_visit_counted_into_an_announced_year_is_not_warned_of():
    assert faults_of("return-visit", visit("2024-12-30 17:00", "2025-01-02 09:00")) == []


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"within_limit": "late"}, [("E-derived", "/visit/within_limit")]),
        ({"within_limit": "on_time"}, []),
        ({"visit_due": "2024-03-08"}, [("E-derived", "/visit/visit_due")]),
        ({"visit_due": "2024-03-07"}, []),
    ],
)
def test_a_return_visit_agrees_with_what_is_derived(given, faults):
    record = visit("2024-03-04 09:00", "2024-03-07 23:59:59")
    assert faults_of("return-visit", {**record, "visit": {**record["visit"], **given}}) == faults


@pytest.mark.parametrize(
    ("visited", "faults"),
    [("2024-03-04 08:59:59", [("E-check", "/visit/visited_at")]), ("2024-03-04 09:00", [])],
)
def test_a_return_visit_follows_closure(visited, faults):
    assert faults_of("return-visit", visit("2024-03-04 09:00", visited)) == faults


@pytest.mark.parametrize(
    ("resolved", "follow_up", "faults"),
    [
        (True, None, []),
        ("是", None, []),
        (False, None, [("E-check", "/outcome/follow_up")]),
        ("否", None, [("E-check", "/outcome/follow_up")]),
        (False, "重新立案", []),
        (None, "重新立案", [("E-required", "/outcome/resolved")]),
    ],
)
def test_what_is_not_resolved_has_a_next_action(resolved, follow_up, faults):
    record = visit("2024-03-04 09:00", "2024-03-05 09:00", resolved, follow_up=follow_up)
    assert faults_of("return-visit", record) == faults


@pytest.mark.parametrize(
    ("score", "faults"),
    [
        (0, [("E-minimum", "/outcome/service_score"), ("E-check", "/outcome/follow_up")]),
        (1, [("E-check", "/outcome/follow_up")]),
        (2, [("E-check", "/outcome/follow_up")]),
        (3, []),
        (5, []),
        (6, [("E-maximum", "/outcome/service_score")]),
    ],
)
def test_service_is_rated_from_1_to_5(score, faults):
    assert faults_of("return-visit", visit("2024-03-04 09:00", "2024-03-05 09:00", service_score=score)) == faults

"""What customers may become, and whether they stay: potential, churn, requirements by grade, waiting, benefits."""

from decimal import Decimal

import pytest

from forms.judging import faults_of, fields_of, rows_of

# --- customer-potential ----------------------------------------------------------------------------------------------

CRITERIA = ("identity", "credit", "litigation", "fit")
FACTORS = ("demand", "payment", "willingness", "growth")


def potential(results=("met",) * 4, scores=(4, 5, 4, 3), weights=(30, 30, 20, 20), **outcome):
    checks = [
        {"criterion": name, **({"result": result} if result else {})}
        for name, result in zip(CRITERIA, results, strict=True)
    ]
    for row in checks:
        row |= {"evidence": "征信报告"} if row.get("result") == "not_met" else {}
    rows = [
        {"factor": name, "weight": weight, **({"score": score} if score else {})}
        for name, weight, score in zip(FACTORS, weights, scores, strict=True)
    ]
    basic = {"customer_name": "A公司A", "assessor": "陈静", "assessed_on": "2024-05-20"}
    return {"basic": basic, "qualification": checks, "potential": rows, "outcome": {"follow_up": "上门", **outcome}}


@pytest.mark.parametrize(
    ("scores", "total", "level", "advice"),
    [
        # of 30, 30, 20, 20: 4/5 = 24, 5/5 = 30, 4/5 = 16, 3/5 = 12
        ((4, 5, 4, 3), 82, "high", "develop"),
        ((4, 4, 4, 4), 80, "high", "develop"),  # 24 + 24 + 16 + 16: on the limit
        ((4, 4, 4, 3), 76, "medium", "maintain"),
        ((3, 3, 3, 3), 60, "medium", "maintain"),
        ((3, 3, 3, 2), 56, "low", "watch"),
        ((1, 1, 1, 1), 20, "low", "watch"),
    ],
)
def test_potential_is_weighted_and_leads_to_advice(scores, total, level, advice):
    outcome = fields_of("customer-potential", potential(scores=scores))["outcome"]
    assert (outcome["total_score"], outcome["potential_level"], outcome["advice"]) == (total, level, advice)


@pytest.mark.parametrize(
    ("results", "qualified", "advice"),
    [
        (("met",) * 4, "passed", "develop"),
        (("met", "met", "not_met", "met"), "failed", "stop"),
        (("not_met", "open", None, "met"), "failed", "stop"),  # one that isn't met is enough
        (("met", "met", "open", "met"), "pending", None),
        (("met", "met", "met", None), "pending", None),
    ],
)
def test_whoever_is_not_qualified_is_not_pursued(results, qualified, advice):
    outcome = fields_of("customer-potential", potential(results))["outcome"]
    assert (outcome["qualified"], outcome.get("advice")) == (qualified, advice)


def test_potential_without_all_scores_has_no_level():
    outcome = fields_of("customer-potential", potential(scores=(4, 5, 4, None)))["outcome"]
    assert not {"total_score", "potential_level", "advice"} & outcome.keys()


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        (potential(weights=(30, 30, 20, "20.5")), [("E-check", "/potential")]),
        (potential(follow_up=None), [("E-check", "/outcome/follow_up")]),
        (potential(scores=(3, 3, 3, 3), follow_up=None), []),
        (potential(next_review_on="2024-05-20"), [("E-check", "/outcome/next_review_on")]),
        (potential(next_review_on="2024-05-21"), []),
        (potential(total_score=83), [("E-derived", "/outcome/total_score")]),
    ],
)
def test_an_assessment_of_potential_agrees_with_itself(record, faults):
    assert faults_of("customer-potential", record) == faults


def test_what_is_not_met_has_its_evidence():
    record = potential(("met", "not_met", "met", "met"))
    del record["qualification"][1]["evidence"]
    assert faults_of("customer-potential", record) == [("E-check", "/qualification/1/evidence")]


# --- churn-record ----------------------------------------------------------------------------------------------------

SIGNALS = ("usage", "complaint", "contact", "renewal", "competitor", "people")


def churn(degrees=(3, 2, 1, 2, 1, 0), contacted=(), warned="2024-06-03", **outcome):
    basic = {"warning_no": "YJ-1", "customer_name": "A公司A", "warned_on": warned, "owner": "陈静"}
    signals = [
        {"signal": name, "evidence": "订单减少", **({} if degree is None else {"degree": degree})}
        for name, degree in zip(SIGNALS, degrees, strict=True)
    ]
    actions = [{"contacted_at": moment, "measure": "致歉"} for moment in contacted]
    return {"basic": basic, "signals": signals, "actions": actions, "outcome": outcome}


@pytest.mark.parametrize(
    ("degrees", "score", "level", "due"),
    [
        # warned on Monday, 3 June 2024; Monday, 10 June is the Dragon Boat holiday
        ((3, 2, 1, 2, 1, 0), 9, "high", "2024-06-04"),  # one working day: Tuesday
        ((3, 2, 1, 2, 0, 0), 8, "medium", "2024-06-06"),  # three: Tuesday, Wednesday, Thursday
        ((1, 1, 1, 1, 1, 0), 5, "medium", "2024-06-06"),
        ((1, 1, 1, 1, 0, 0), 4, "low", "2024-06-11"),  # five: Tuesday to Friday, and Tuesday after the holiday
        ((0, 0, 0, 0, 0, 0), 0, "low", "2024-06-11"),
        ((3, 3, 3, 3, 3, 3), 18, "high", "2024-06-04"),
    ],
)
def test_the_risk_of_losing_a_customer_sets_the_day_of_the_first_contact(degrees, score, level, due):
    found = fields_of("churn-record", churn(degrees))["assessment"]
    assert (found["risk_score"], found["risk_level"], str(found["retain_by"])) == (score, level, due)


@pytest.mark.parametrize(
    ("contacted", "expected"),
    [
        (("2024-06-04 23:59:59",), "on_time"),  # the whole day is in time
        (("2024-06-05 00:00:00",), "late"),
        (("2024-06-07 09:00", "2024-06-04 09:00"), "on_time"),  # the first one counts, in whatever order
        ((), None),
    ],
)
def test_the_first_contact_is_in_time_until_its_day_ends(contacted, expected):
    assert fields_of("churn-record", churn(contacted=contacted))["assessment"].get("retained_in_time") == expected


def test_signals_that_are_not_all_judged_make_no_risk():
    assert "risk_level" not in fields_of("churn-record", churn((3, 3, 3, 3, 3, None))).get("assessment", {})


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        (churn(result="retained", closed_on="2024-06-18"), []),
        (churn(result="retained"), [("E-check", "/outcome/closed_on")]),
        (churn(result="in_progress"), []),
        (churn(result="in_progress", closed_on="2024-06-18"), [("E-check", "/outcome/closed_on")]),
        (churn(result="lost", closed_on="2024-06-18"), [("E-check", "/assessment/reasons")]),
        (churn(result="partly", closed_on="2024-06-02"), [("E-check", "/outcome/closed_on")]),
        (churn(contacted=("2024-06-02 09:00",)), [("E-check", "/actions/0/contacted_at")]),
    ],
)
def test_a_record_of_churn_ends_as_it_says(record, faults):
    assert faults_of("churn-record", record) == faults


@pytest.mark.parametrize(("degree", "faults"), [(1, []), (2, [("E-check", "/signals/0/evidence")])])
def test_a_signal_that_counts_says_what_was_seen(degree, faults):
    record = churn((degree, 0, 0, 0, 0, 0))
    del record["signals"][0]["evidence"]
    assert faults_of("churn-record", record) == faults


# --- requirement-matrix ----------------------------------------------------------------------------------------------


def requirement(number=1, **more):
    return {"requirement_no": f"XQ-{number}", "requirement": "离线扫描", **more}


PLANNED = {"owner": "王强", "planned_on": "2024-06-28"}


@pytest.mark.parametrize(
    ("value", "pressing", "score", "grade"),
    [
        (5, 5, 25, "now"),
        (3, 3, 9, "now"),  # three is high
        (3, 2, 6, "plan"),
        (5, 1, 5, "plan"),
        (2, 3, 6, "passing"),
        (2, 2, 4, "later"),
    ],
)
def test_requirements_are_graded_by_value_and_urgency(value, pressing, score, grade):
    (row,) = rows_of("requirement-matrix", [requirement(value=value, pressing=pressing, **PLANNED)])
    assert (row["score"], row["grade"]) == (score, grade)


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"value": 4, "pressing": 4, "planned_on": "2024-06-28"}, [("E-check", "/rows/0/owner")]),
        ({"value": 4, "pressing": 4, "owner": "王强"}, [("E-check", "/rows/0/planned_on")]),
        ({"value": 4, "pressing": 1}, [("E-check", "/rows/0/planned_on")]),
        ({"value": 1, "pressing": 4}, []),
        ({"value": 1}, []),
        ({"value": 4, "pressing": 4, "owner": "王强", "planned_on": "2024-05-19"}, [("E-check", "/rows/0/planned_on")]),
        ({"value": 4, "pressing": 1, "grade": "now", **PLANNED}, [("E-derived", "/rows/0/grade")]),
    ],
)
def test_what_is_graded_high_has_an_owner_and_a_day(more, faults):
    assert faults_of("requirement-matrix", requirement(**more), head={"assessed_on": "2024-05-20"}) == faults


# --- waiting-analysis ------------------------------------------------------------------------------------------------


def waiting(**more):
    row = {"day": "2024-05-06", "channel": "phone", "slot": "09:00–10:00", "arrivals": 84, "served": 76}
    return {**row, "total_wait": 342, "longest_wait": 12, "within_target": 41, "cause": "来电集中", **more}


@pytest.mark.parametrize(
    ("more", "average", "abandoned", "level", "result"),
    [
        ({}, "4.5", "9.5", "53.9", "missed"),  # 342 ÷ 76; 8 of 84 = 9.52 %; 41 of 76 = 53.95 %
        ({"total_wait": 228}, "3", "9.5", "53.9", "met"),  # 228 ÷ 76 = 3: on target
        ({"total_wait": 231}, "3", "9.5", "53.9", "met"),  # 3.04 is 3.0, as it is printed
        ({"total_wait": 232}, "3.1", "9.5", "53.9", "missed"),  # 3.05 is rounded up
        ({"arrivals": 76, "total_wait": 0, "longest_wait": 0, "within_target": 76}, "0", "0", "100", "met"),
    ],
)
def test_waiting_is_measured_by_those_who_were_served(more, average, abandoned, level, result):
    (row,) = rows_of("waiting-analysis", [waiting(**more)], {"target_wait": 3})
    found = (row["average_wait"], row["abandonment"], row["service_level"], row["attainment"])
    assert found == (Decimal(average), Decimal(abandoned), Decimal(level), result)


def test_where_nobody_was_served_nothing_is_judged():
    row = waiting(arrivals=5, served=0, total_wait=0, within_target=0)
    (made,) = rows_of("waiting-analysis", [row], {"target_wait": 3})
    assert made["abandonment"] == 100
    assert not {"average_wait", "service_level", "attainment"} & made.keys()


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"served": 85}, [("E-check", "/rows/0/served")]),
        ({"within_target": 77}, [("E-check", "/rows/0/within_target")]),
        ({"longest_wait": 4}, [("E-check", "/rows/0/longest_wait")]),  # the average is 4.5
        ({"cause": None}, [("E-check", "/rows/0/cause")]),
        ({"cause": None, "total_wait": 228}, []),
        ({"served": 0, "within_target": 0, "longest_wait": None}, [("E-check", "/rows/0/total_wait")]),
    ],
)
def test_counts_of_waiting_agree(more, faults):
    assert faults_of("waiting-analysis", waiting(**more), head={"target_wait": 3}) == faults


# --- benefit-referral ------------------------------------------------------------------------------------------------


def benefits(*entries, referrals=()):
    basic = {"customer_no": "C-1", "customer_name": "A公司A", "registered_by": "陈静"}
    keys = ("movement", "benefit", "quantity")
    rows = [{"day": "2024-05-06", **dict(zip(keys, entry, strict=True))} for entry in entries]
    return {"basic": basic, "benefits": rows, "referrals": [{"day": "2024-06-20", **row} for row in referrals]}


def test_a_balance_is_kept_for_each_benefit():
    entries = [("granted", "积分", 1200), ("granted", "上门", 2), ("used", "积分", 500), ("lapsed", "积分", 100)]
    entries += [("used", "上门", 2), ("granted", "积分", 300)]
    record = fields_of("benefit-referral", benefits(*entries))
    # 1200; 2; 1200 − 500 = 700; 700 − 100 = 600; 2 − 2 = 0; 600 + 300 = 900
    assert [row["balance"] for row in record["benefits"]] == [1200, 2, 700, 600, 0, 900]


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        ([("granted", "积分", 5), ("used", "积分", 5)], []),
        ([("granted", "积分", 5), ("used", "积分", 6)], [("E-check", "/benefits/1/quantity")]),
        ([("granted", "积分", 5), ("used", "上门", 1)], [("E-check", "/benefits/1/quantity")]),
        ([("lapsed", "积分", 1)], [("E-check", "/benefits/0/quantity")]),
    ],
)
def test_no_more_is_used_than_is_left(entries, faults):
    assert faults_of("benefit-referral", benefits(*entries)) == faults


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ({"contact": "13800001234", "consent": True}, []),
        ({"contact": "13800001234", "consent": False}, [("E-check", "/referrals/0/contact")]),
        ({"result": "deal", "reward": 800}, []),
        ({"result": "talking", "reward": 800}, [("E-check", "/referrals/0/reward")]),
    ],
)
def test_a_referral_needs_consent_and_a_reward_needs_a_deal(row, faults):
    assert faults_of("benefit-referral", benefits(referrals=[{"referred": "顾明", **row}])) == faults


def test_contact_details_wait_for_an_answer_about_consent():
    record = benefits(referrals=[{"referred": "顾明", "contact": "13800001234"}])
    assert faults_of("benefit-referral", record) == [("E-check", "/referrals/0/contact")]


def test_referrals_are_summed_up():
    rows = [{"referred": "顾明", "result": "deal", "reward": 800}, {"referred": "徐丽"}, {"referred": "韩东"}]
    summary = fields_of("benefit-referral", benefits(referrals=rows))["summary"]
    found = (summary["referral_count"], summary["deal_count"], summary["deal_rate"], summary["reward_total"])
    assert found == (3, 1, Decimal("33.3"), 800)

"""Derived values and rules of the forms of the archive and of service quality."""

from datetime import date
from decimal import Decimal

import pytest

from forms.judging import faults_of, fields_of, rows_of

# --- archive-register ---


def archived(**changes):
    return {"archive_title": "复盘报告", "archive_class": "复盘资料", "formed_on": "2024-05-11", **changes}


@pytest.mark.parametrize(
    ("formed_on", "retention", "expires_on"),
    [
        ("2024-05-11", "ten_years", date(2034, 5, 11)),
        ("2024-05-11", "thirty_years", date(2054, 5, 11)),
        ("2023-12-31", "ten_years", date(2033, 12, 31)),
        ("2024-01-01", "thirty_years", date(2054, 1, 1)),
        # neither 2034 nor 2054 is a leap year
        ("2024-02-29", "ten_years", date(2034, 2, 28)),
        ("2024-02-29", "thirty_years", date(2054, 2, 28)),
        ("2024-02-28", "ten_years", date(2034, 2, 28)),
    ],
)
def test_a_record_is_kept_for_its_years_from_the_day_it_was_formed(formed_on, retention, expires_on):
    assert fields_of("archive-register", archived(formed_on=formed_on, retention=retention))["expires_on"] == expires_on


def test_a_retention_of_years_needs_no_calendar_of_working_days():
    assert faults_of("archive-register", archived(retention="thirty_years")) == []


def test_what_is_kept_permanently_has_no_expiry_date():
    assert "expires_on" not in fields_of("archive-register", archived(retention="permanent"))
    given = archived(retention="permanent", expires_on="2124-05-11")
    assert faults_of("archive-register", given) == [("E-check", "/rows/0/expires_on")]


def test_a_given_expiry_date_must_be_the_computed_one():
    given = archived(retention="ten_years", expires_on="2034-05-12")
    assert faults_of("archive-register", given) == [("E-derived", "/rows/0/expires_on")]


def test_file_numbers_run_on_within_a_year_and_start_anew_with_the_next():
    days = ["2023-12-30", "2023-12-31", "2024-01-01", "2023-06-01", "2024-12-31"]
    rows = rows_of("archive-register", [archived(retention="permanent", formed_on=day) for day in days])
    numbers = ["DA2023-0001", "DA2023-0002", "DA2024-0001", "DA2023-0003", "DA2024-0002"]
    assert [row["archive_no"] for row in rows] == numbers


def test_a_given_file_number_is_kept_and_the_next_ones_follow_the_highest():
    first, given = archived(retention="permanent"), archived(retention="permanent", archive_no="DA2024-0120")
    rows = rows_of("archive-register", [first, given, first])
    assert [row["archive_no"] for row in rows] == ["DA2024-0121", "DA2024-0120", "DA2024-0122"]


# --- archive-inventory ---


def counted(**changes):
    return {"inventory_batch": "PD2024-1", "archive_no": "DA2024-0001", **changes}


@pytest.mark.parametrize(
    ("row", "blamed"),
    [
        (counted(condition="intact", expected_count=36, actual_count=36), []),
        (counted(condition="intact", expected_count=36, actual_count=35), ["actual_count"]),
        (counted(condition="intact", expected_count=36, actual_count=37), ["actual_count"]),
        (counted(condition="missing", expected_count=36, actual_count=35, measure="补印"), []),
        (counted(condition="missing", expected_count=36, actual_count=36, measure="补印"), ["actual_count"]),
        (counted(condition="damaged", expected_count=36, actual_count=36), ["measure"]),
        (counted(condition="outdated"), ["measure"]),
        (counted(condition="outdated", measure="换上新版"), []),
        (counted(expected_count=36, actual_count=12), []),
    ],
)
def test_what_was_counted_must_agree_with_the_state_of_the_record(row, blamed):
    assert faults_of("archive-inventory", row) == [("E-check", f"/rows/0/{key}") for key in blamed]


# --- quality-inspection ---


ITEMS = (
    "timely_response",
    "proper_language",
    "complete_information",
    "correct_classification",
    "compliant_handling",
    "records_filed",
)


def inspection(*results, **outcome):
    """Return an inspection whose items have these results, each a result or a result with its deduction."""
    items = []
    for item, result in zip(ITEMS, results, strict=False):
        result, deduction = result if isinstance(result, tuple) else (result, None)
        items.append({"item": item, "result": result} | ({} if deduction is None else {"deduction": deduction}))
    return {"basic": {"inspected": "李明"}, "check_items": items} | ({"outcome": outcome} if outcome else {})


@pytest.mark.parametrize(
    ("results", "score", "pass_rate"),
    [
        (["qualified"] * 6, 100, 100),
        # 100 - (8 + 3) = 89; 4 of 6 = 66.66…
        (["qualified"] * 4 + [("unqualified", 8), ("unqualified", 3)], 89, Decimal("66.7")),
        # what doesn't apply isn't counted: 1 of 3 = 33.33…
        (["qualified", ("unqualified", 20), ("unqualified", 5)] + ["not_applicable"] * 3, 75, Decimal("33.3")),
        # exactly 100 points lost
        ([("unqualified", 45), ("unqualified", 15), ("unqualified", 40)], 0, 0),
        # a deduction without a failure lowers the score alone
        ([("qualified", 2), "qualified"], 98, 100),
    ],
)
def test_the_score_is_what_deductions_leave_and_the_rate_counts_what_applies(results, score, pass_rate):
    outcome = fields_of("quality-inspection", inspection(*results))["outcome"]
    assert (outcome["score"], outcome["pass_rate"]) == (score, pass_rate)


def test_there_is_neither_score_nor_pass_rate_where_nothing_applies():
    assert "outcome" not in fields_of("quality-inspection", inspection("not_applicable", "not_applicable"))


@pytest.mark.parametrize("given", [{"score": 100}, {"score": 0}, {"pass_rate": 100}, {"pass_rate": 0}])
def test_where_nothing_applies_no_score_may_be_given(given):
    found = faults_of("quality-inspection", inspection("not_applicable", "not_applicable", **given))
    assert found == [("E-check", f"/outcome/{next(iter(given))}")]


@pytest.mark.parametrize(("key", "right", "wrong"), [("score", 92, 93), ("pass_rate", 50, 51)])
def test_a_given_outcome_must_be_the_computed_one(key, right, wrong):
    assert faults_of("quality-inspection", inspection("qualified", ("unqualified", 8), **{key: right})) == []
    found = faults_of("quality-inspection", inspection("qualified", ("unqualified", 8), **{key: wrong}))
    assert found == [("E-derived", f"/outcome/{key}")]


def test_deductions_of_more_than_a_hundred_are_refused():
    found = faults_of("quality-inspection", inspection(("unqualified", 60), ("unqualified", 41)))
    assert found == [("E-check", "/check_items")]


@pytest.mark.parametrize(
    ("item", "faults"),
    [
        ({"result": "unqualified"}, ["deduction"]),
        ({"result": "unqualified", "deduction": 0}, ["deduction"]),
        ({"result": "unqualified", "deduction": 1}, []),
        ({"result": "unqualified", "note": "漏问设备型号"}, []),
        ({"result": "unqualified", "deduction": 0, "note": "首次，只提醒"}, []),
        ({"result": "qualified"}, []),
        ({"result": "not_applicable"}, []),
        ({"result": "not_applicable", "deduction": 0}, []),
        ({"result": "not_applicable", "deduction": 5}, ["deduction"]),
    ],
)
def test_a_failed_item_says_why_and_one_that_does_not_apply_costs_nothing(item, faults):
    record = {"basic": {"inspected": "李明"}, "check_items": [{"item": "proper_language", **item}]}
    assert faults_of("quality-inspection", record) == [("E-check", f"/check_items/0/{key}") for key in faults]


def test_an_item_is_inspected_once():
    record = inspection("qualified", "qualified", "qualified")
    record["check_items"][2]["item"] = "timely_response"
    assert faults_of("quality-inspection", record) == [("E-check", "/check_items/2/item")]


# --- quality-assessment ---


def assessment(*criteria, **outcome):
    """Return an assessment by (weight, score) of its criteria."""
    rows = [{"criterion": f"指标{n}", "weight": weight, "score": score} for n, (weight, score) in enumerate(criteria)]
    return {"basic": {"assessment_period": "2024年第二季度"}, "criteria": rows} | (
        {"outcome": outcome} if outcome else {}
    )


@pytest.mark.parametrize(
    ("criteria", "total", "grade"),
    [
        ([(100, 100)], 100, "excellent"),
        # 95 × 60 % + 82.5 × 40 % = 57 + 33 = 90
        ([(60, 95), (40, "82.5")], 90, "excellent"),
        # 57 + 82.4 × 40 % = 57 + 32.96
        ([(60, 95), (40, "82.4")], Decimal("89.96"), "good"),
        ([(100, 80)], 80, "good"),
        ([(100, "79.99")], Decimal("79.99"), "fair"),
        ([(100, 60)], 60, "fair"),
        ([(100, "59.99")], Decimal("59.99"), "poor"),
        ([(100, 0)], 0, "poor"),
        # 36.4 + 34.3 + 19.3 = 90, where binary fractions give 89.99999999999999
        ([(40, "91.0"), (35, "98.0"), (25, "77.2")], 90, "excellent"),
    ],
)
def test_the_grade_follows_the_total_and_a_limit_belongs_to_the_better_grade(criteria, total, grade):
    outcome = fields_of("quality-assessment", assessment(*criteria))["outcome"]
    assert (outcome["total_score"], outcome["grade"]) == (total, grade)


def test_each_score_counts_by_its_weight():
    fields = fields_of("quality-assessment", assessment(("12.5", 90), ("37.5", "83.25"), (50, 77)))
    # 90 × 0.125 = 11.25; 83.25 × 0.375 = 31.21875, to four digits 31.2188; 77 × 0.5 = 38.5
    weighted = [row["weighted_score"] for row in fields["criteria"]]
    assert weighted == [Decimal("11.25"), Decimal("31.2188"), Decimal("38.5")]
    assert fields["outcome"]["total_score"] == Decimal("80.9688")


@pytest.mark.parametrize(("weights", "right"), [(("33.3", "33.3", "33.4"), True), ((60, 39), False), ((60, 41), False)])
def test_weights_add_up_to_exactly_a_hundred_percent(weights, right):
    found = faults_of("quality-assessment", assessment(*[(weight, 90) for weight in weights]))
    assert found == ([] if right else [("E-check", "/criteria")])


def test_a_given_grade_must_be_that_of_the_total():
    assert faults_of("quality-assessment", assessment((100, 80), grade="fair")) == [("E-derived", "/outcome/grade")]


# --- compliance-audit ---


@pytest.mark.parametrize(
    ("clause", "faults"),
    [
        ({"finding": "nonconforming"}, [("E-check", "/clauses/0/rectification")]),
        ({"finding": "nonconforming", "rectification": "七月底前补齐"}, []),
        ({"finding": "observation"}, []),
        ({"finding": "conforming"}, []),
    ],
)
def test_a_nonconformity_needs_a_corrective_action(clause, faults):
    record = {
        "basic": {"audit_period": "2024年第二季度"},
        "clauses": [{"clause": "4.1", **clause}],
        "outcome": {"conclusion": "总体符合"},
    }
    assert faults_of("compliance-audit", record) == faults


def test_an_audit_without_a_conclusion_is_not_finished():
    record = {
        "basic": {"audit_period": "2024年第二季度"},
        "clauses": [{"clause": "4.1", "finding": "conforming"}],
        "outcome": {},
    }
    assert [code for code, _ in faults_of("compliance-audit", record)] == ["E-required"]


# --- improvement-plan ---


@pytest.mark.parametrize(
    ("row", "blamed"),
    [
        ({"plan_status": "done"}, ["completed_at"]),
        ({"plan_status": "done", "completed_at": "2024-05-31"}, []),
        ({"plan_status": "under_way", "completed_at": "2024-05-31"}, ["plan_status"]),
        ({"plan_status": "not_started", "completed_at": "2024-05-31"}, ["plan_status"]),
        ({"plan_status": "under_way"}, []),
        ({"completed_at": "2024-05-31"}, []),
    ],
)
def test_a_measure_is_done_exactly_when_it_has_a_completion_date(row, blamed):
    plan = {"plan_no": "GJ-1", "measure": "修订话术", "responsible": "李明", "planned_at": "2024-05-31", **row}
    assert faults_of("improvement-plan", plan) == [("E-check", f"/rows/0/{key}") for key in blamed]


# --- feedback-analysis ---


def feedback(month, category, quantity, nature="complaint"):
    return {"month": month, "category": category, "nature": nature, "quantity": quantity}


def test_a_category_has_its_share_of_the_same_kind_in_the_same_month():
    rows = rows_of(
        "feedback-analysis",
        [
            feedback("2024-05", "物流", 1),
            feedback("2024-05", "系统", 2),
            feedback("2024-05", "态度", 4, "praise"),
            feedback("2024-04", "物流", 9),
            feedback("2024-05", "票据", 5),
        ],
    )
    # of 1 + 2 + 5 = 8 complaints in May: 12.5, 25, 62.5 %
    assert [row["proportion"] for row in rows] == [Decimal("12.5"), 25, 100, 100, Decimal("62.5")]


def test_a_share_is_rounded_half_up_and_there_is_none_of_nothing():
    rows = rows_of("feedback-analysis", [feedback("2024-05", "物流", 1), feedback("2024-05", "系统", 15)])
    # 1 of 16 = 6.25 %, 15 of 16 = 93.75 %
    assert [row["proportion"] for row in rows] == [Decimal("6.3"), Decimal("93.8")]
    assert "proportion" not in fields_of("feedback-analysis", feedback("2024-05", "物流", 0))


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [(15, 20, -25), (20, 20, 0), (36, 30, 20), (0, 7, -100), (10, 3, Decimal("233.3"))],
)
def test_the_change_is_against_the_month_before(now, before, change):
    rows = rows_of("feedback-analysis", [feedback("2024-05", "物流", now), feedback("2024-04", "物流", before)])
    assert rows[0]["change"] == change
    assert "change" not in rows[1]


def test_the_month_before_january_is_december_of_the_year_before():
    rows = rows_of("feedback-analysis", [feedback("2023-12", "物流", 4), feedback("2024-01", "物流", 5)])
    assert rows[1]["change"] == 25


@pytest.mark.parametrize(
    "other",
    [
        feedback("2024-03", "物流", 4),
        feedback("2023-04", "物流", 4),
        feedback("2024-04", "系统", 4),
        feedback("2024-04", "物流", 4, "praise"),
        feedback("2024-04", "物流", 0),
    ],
    ids=["two months ago", "a year ago", "another category", "the other kind", "none then"],
)
def test_there_is_no_change_without_the_same_in_the_month_before(other):
    assert "change" not in rows_of("feedback-analysis", [feedback("2024-05", "物流", 5), other])[0]


def test_a_row_of_no_kind_has_neither_share_nor_change():
    row = {"month": "2024-05", "category": "物流", "quantity": 5}
    before = {**row, "month": "2024-04"}
    assert not {"proportion", "change"} & set(rows_of("feedback-analysis", [row, before])[0])


def test_a_given_share_must_be_the_computed_one():
    rows = [{**feedback("2024-05", "物流", 1), "proportion": 34}, feedback("2024-05", "系统", 2)]
    assert faults_of("feedback-analysis", *rows) == [("E-derived", "/rows/0/proportion")]


def test_a_month_category_and_kind_has_one_row():
    twice = [feedback("2024-05", "物流", 1), feedback("2024-05", "物流", 2), feedback("2024-05", "物流", 3, "praise")]
    assert faults_of("feedback-analysis", *twice) == [("E-check", "/rows/0/category"), ("E-check", "/rows/1/category")]


@pytest.mark.parametrize("month", ["2024年5月", "2024/5", "2024-05"])
def test_a_month_is_read_as_people_write_it(month):
    assert fields_of("feedback-analysis", feedback(month, "物流", 1))["month"] == "2024-05"


def test_there_is_no_thirteenth_month():
    assert faults_of("feedback-analysis", feedback("2024-13", "物流", 1)) == [("E-month", "/rows/0/month")]


# --- standard-revision ---


def test_a_version_of_a_standard_is_recorded_once():
    rows = [
        {
            "standard_no": standard,
            "standard_version": version,
            "revision": "改为 3 声内接听",
            "approved_by": "郑凯",
            "effective_on": "2024-04-01",
        }
        for standard, version in [("FWBZ-001", "V1.0"), ("FWBZ-001", "V1.1"), ("FWBZ-002", "V1.0")]
    ]
    assert faults_of("standard-revision", *rows) == []
    places = ["/rows/0/standard_version", "/rows/3/standard_version"]
    assert faults_of("standard-revision", *rows, rows[0]) == [("E-check", place) for place in places]


# --- kpi-tracker ---


def indicated(indicator, goal, actual):
    return {"month": "2024-05", "indicator": indicator, "goal": goal, "actual": actual}


LOWER = ("response_time", "recurrence", "abandonment")
STRICT = ("recurrence", "abandonment")
HIGHER = ("first_contact", "on_time", "satisfaction")


@pytest.mark.parametrize("indicator", LOWER)
@pytest.mark.parametrize(("actual", "attainment"), [("4.99", "met"), ("5.01", "missed"), (0, "met")])
def test_where_lower_is_better_the_goal_may_not_be_exceeded(indicator, actual, attainment):
    assert fields_of("kpi-tracker", indicated(indicator, 5, actual))["attainment"] == attainment


@pytest.mark.parametrize("indicator", LOWER)
def test_less_than_five_percent_is_not_five_but_within_five_minutes_is(indicator):
    row = fields_of("kpi-tracker", indicated(indicator, 5, 5))
    strict = indicator in STRICT
    assert (row["requirement"], row["attainment"]) == (("below", "missed") if strict else ("at_most", "met"))


@pytest.mark.parametrize("indicator", LOWER)
def test_none_at_all_can_be_a_goal_and_be_met(indicator):
    row = fields_of("kpi-tracker", indicated(indicator, 0, 0))
    assert (row["requirement"], row["attainment"]) == ("at_most", "met")
    below = {**indicated(indicator, 0, 0), "requirement": "below"}
    assert faults_of("kpi-tracker", below) == [("E-check", "/rows/0/goal")]


@pytest.mark.parametrize(
    ("requirement", "met"),  # of 4.9, 5 and 5.1 against a goal of 5
    [
        ("低于", [True, False, False]),
        ("不高于", [True, True, False]),
        ("不低于", [False, True, True]),
        ("高于", [False, False, True]),
    ],
)
@pytest.mark.parametrize("indicator", ["recurrence", "on_time"])
def test_a_goal_says_its_direction_and_whether_it_is_strict(indicator, requirement, met):
    rows = [{**indicated(indicator, 5, actual), "requirement": requirement} for actual in ("4.9", 5, "5.1")]
    told = [fields_of("kpi-tracker", row)["attainment"] == "met" for row in rows]
    assert told == met


@pytest.mark.parametrize("indicator", HIGHER)
@pytest.mark.parametrize(("actual", "attainment"), [("94.99", "missed"), (95, "met"), ("95.01", "met"), (0, "missed")])
def test_where_higher_is_better_the_goal_must_be_reached(indicator, actual, attainment):
    assert fields_of("kpi-tracker", indicated(indicator, 95, actual))["attainment"] == attainment


def test_a_given_attainment_must_be_the_computed_one():
    row = {**indicated("on_time", 95, 95), "attainment": "missed"}
    assert faults_of("kpi-tracker", row) == [("E-derived", "/rows/0/attainment")]


@pytest.mark.parametrize("indicator", [*HIGHER, "recurrence", "abandonment"])
def test_a_rate_is_at_most_a_hundred_percent(indicator):
    assert faults_of("kpi-tracker", indicated(indicator, 100, 100)) == []
    assert faults_of("kpi-tracker", indicated(indicator, "100.5", 90)) == [("E-check", "/rows/0/goal")]
    assert faults_of("kpi-tracker", indicated(indicator, 90, "100.5")) == [("E-check", "/rows/0/actual")]


def test_minutes_may_be_more_than_a_hundred():
    assert faults_of("kpi-tracker", indicated("response_time", 480, 481)) == []

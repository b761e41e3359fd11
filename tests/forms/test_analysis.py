"""Root causes, stakeholders, reviews and the figures of a period; every expectation here was counted by hand."""

import copy
from datetime import datetime
from decimal import Decimal

import pytest

from forms.judging import faults_of, fields_of, rows_of

# --- root cause ------------------------------------------------------------------------------------------------------

ANALYSIS = {
    "analysis_no": "GY20231017-01",
    "definition": {"metric": "同步延迟", "change": "由 5 秒升至 40 分钟"},
    "causes": [
        {"category": "method", "cause": "逐条提交", "status": "verified"},
        {"category": "machine", "cause": "磁盘写满", "status": "excluded"},
        {"category": "people", "cause": "人手不足", "status": "open"},
    ],
    "conclusion": {"root_cause": "逐条提交太慢", "basis": ["逐条提交"], "lead": "王强"},
}


def analysis(**conclusion):
    """Return an analysis with parts of its conclusion changed; None takes one out."""
    record = copy.deepcopy(ANALYSIS)
    record["conclusion"] = {k: v for k, v in {**record["conclusion"], **conclusion}.items() if v is not None}
    return record


def test_a_conclusion_may_rest_on_a_verified_cause():
    assert faults_of("root-cause", analysis()) == []


@pytest.mark.parametrize("cause", ["磁盘写满", "人手不足", "从未列出", "逐条"])
def test_a_conclusion_may_not_rest_on_a_cause_that_is_excluded_open_or_unknown(cause):
    assert faults_of("root-cause", analysis(basis=["逐条提交", cause])) == [("E-check", "/conclusion/basis")]


def test_a_conclusion_needs_a_verified_cause_in_the_diagram():
    record = analysis()
    record["causes"] = [{**row, "status": "open"} for row in record["causes"]]
    assert faults_of("root-cause", record) == [("E-check", "/conclusion/basis")]


@pytest.mark.parametrize(("basis", "code"), [(None, "E-required"), ([], "E-too-few"), (["逐条提交"] * 2, "E-twice")])
def test_a_conclusion_names_the_causes_that_it_rests_on(basis, code):
    assert faults_of("root-cause", analysis(basis=basis)) == [(code, "/conclusion/basis")]


@pytest.mark.parametrize(("causes", "code"), [(None, "E-required"), ([], "E-too-few")])
def test_an_analysis_needs_causes(causes, code):
    record = {**ANALYSIS, "causes": causes}
    assert (code, "/causes") in faults_of("root-cause", {k: v for k, v in record.items() if v is not None})


# --- stakeholders ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("influence", "interest", "strategy"),
    [
        (3, 3, "manage_closely"),
        (5, 5, "manage_closely"),
        (3, 2, "keep_satisfied"),
        (5, 1, "keep_satisfied"),
        (2, 3, "keep_informed"),
        (1, 5, "keep_informed"),
        (2, 2, "monitor"),
        (1, 1, "monitor"),
    ],
)
def test_three_and_more_is_high_influence_and_high_interest(influence, interest, strategy):
    row = {"matter": "扩容", "stakeholder": "财务部", "influence": influence, "interest": interest}
    assert fields_of("stakeholder-map", row)["strategy"] == strategy


@pytest.mark.parametrize("known", ["influence", "interest"])
@pytest.mark.parametrize("score", [1, 5])
def test_no_strategy_follows_from_half_of_the_scores(known, score):
    row = {"matter": "扩容", "stakeholder": "财务部", known: score}
    assert "strategy" not in fields_of("stakeholder-map", row)


@pytest.mark.parametrize(("score", "code"), [(0, "E-minimum"), (6, "E-maximum"), (2.5, "E-type-whole")])
def test_scores_are_whole_and_from_one_to_five(score, code):
    row = {"matter": "扩容", "stakeholder": "财务部", "influence": score, "interest": 3}
    assert faults_of("stakeholder-map", row) == [(code, "/rows/0/influence")]


def test_a_strategy_that_doesnt_follow_from_the_scores_is_a_fault():
    row = {"matter": "扩容", "stakeholder": "财务部", "influence": 4, "interest": 2, "strategy": "一般监督"}
    assert faults_of("stakeholder-map", row) == [("E-derived", "/rows/0/strategy")]


def test_each_stakeholder_is_judged_by_its_own_scores():
    scores = [(5, 4), (4, 2), (2, 4), (1, 2)]
    rows = [{"matter": "扩容", "stakeholder": f"某方{y}", "influence": y, "interest": x} for y, x in scores]
    strategies = [row["strategy"] for row in rows_of("stakeholder-map", rows)]
    assert strategies == ["manage_closely", "keep_satisfied", "keep_informed", "monitor"]


# --- incident review -------------------------------------------------------------------------------------------------

REVIEW = {
    "incident_no": "SJ20240518-01",
    "review_level": "special",
    "happened_at": "2024-05-18 09:12",
    "restored_at": "2024-05-18 10:47",
    "timeline": [{"time": "2024-05-18 09:12", "event": "首次来电"}],
    "root_cause": "证书到期",
    "improvements": [{"measure": "建立证书台账"}],
}


@pytest.mark.parametrize(
    ("happened_at", "restored_at", "minutes"),
    [
        ("2024-05-18 09:12", "2024-05-18 10:47", 95),
        ("2024-05-18 09:12", "2024-05-18 09:12", 0),
        ("2024-05-18 09:12:30", "2024-05-18 09:14:29", 1),  # 1 min 59 s
        ("2024-02-28 23:59:30", "2024-03-01 00:10", 24 * 60 + 10),  # over 29 February: 1 day 10 min 30 s
        ("2023-12-31 23:30", "2024-01-01 00:30", 60),
    ],
)
def test_the_time_to_recovery_is_counted_in_whole_minutes(happened_at, restored_at, minutes):
    typed = fields_of("incident-review", {**REVIEW, "happened_at": happened_at, "restored_at": restored_at})
    assert typed["recovery_minutes"] == minutes


@pytest.mark.parametrize(
    ("restored_at", "due"),
    [
        ("2024-05-18 10:47", datetime(2024, 5, 19, 10, 47)),  # a Saturday: the hours run on
        ("2024-02-28 12:00", datetime(2024, 2, 29, 12)),
        ("2023-12-31 08:30:15", datetime(2024, 1, 1, 8, 30, 15)),
        ("2031-10-01 00:00", datetime(2031, 10, 2)),  # a year whose working days aren't announced yet
    ],
)
def test_the_report_is_due_24_hours_after_recovery(restored_at, due):
    record = {**REVIEW, "happened_at": "2023-01-01 00:00", "restored_at": restored_at}
    assert faults_of("incident-review", record) == []
    assert fields_of("incident-review", record)["submit_due"] == due


@pytest.mark.parametrize(
    ("submitted_at", "punctuality"),
    [
        ("2024-05-18 10:47:00", "on_time"),
        ("2024-05-19 10:46:59", "on_time"),
        ("2024-05-19 10:47:00", "on_time"),
        ("2024-05-19 10:47:01", "late"),
        ("2024-05-20 09:00", "late"),
    ],
)
def test_a_report_exactly_24_hours_after_recovery_is_in_time_and_a_second_later_is_not(submitted_at, punctuality):
    assert fields_of("incident-review", {**REVIEW, "submitted_at": submitted_at})["punctuality"] == punctuality


@pytest.mark.parametrize("missing", ["restored_at", "submitted_at"])
def test_nothing_is_said_of_punctuality_where_a_time_is_missing(missing):
    record = {**REVIEW, "submitted_at": "2024-05-19 09:00"}
    assert "punctuality" not in fields_of("incident-review", {k: v for k, v in record.items() if k != missing})


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("recovery_minutes", 94), ("submit_due", "2024-05-19 10:48"), ("punctuality", "late")],
)
def test_what_a_review_says_of_its_times_must_agree_with_them(field, wrong):
    record = {**REVIEW, "submitted_at": "2024-05-19 09:00", field: wrong}
    assert ("E-derived", f"/{field}") in faults_of("incident-review", record)


def test_recovery_isnt_earlier_than_the_incident():
    record = {**REVIEW, "restored_at": "2024-05-18 09:11:59"}
    assert faults_of("incident-review", record) == [("E-check", "/restored_at")]


def test_the_report_isnt_submitted_before_recovery():
    record = {**REVIEW, "submitted_at": "2024-05-18 10:46:59"}
    assert faults_of("incident-review", record) == [("E-check", "/submitted_at")]


def timeline(*times):
    return {**REVIEW, "timeline": [{"time": f"2024-05-18 {time}", "event": "经过"} for time in times]}


def test_a_timeline_may_hold_the_same_moment_twice():
    assert faults_of("incident-review", timeline("09:12", "09:20", "09:20", "09:21")) == []


def test_a_timeline_must_not_go_back():
    faults = faults_of("incident-review", timeline("09:12", "09:30", "09:29:59", "09:29"))
    assert faults == [("E-check", "/timeline/2/time"), ("E-check", "/timeline/3/time")]


# --- satisfaction ----------------------------------------------------------------------------------------------------

SURVEY = {"period": "2024年第二季度", "returned": 400, "questions": [{"question": "服务响应"}]}


def asked(*counts, question="服务响应"):
    return {"question": question, **{f"score_{n}": count for n, count in enumerate(counts, 1)}}


@pytest.mark.parametrize(
    ("counts", "average"),
    [
        ((6, 14, 38, 62, 44), Decimal("3.76")),  # 616 ÷ 164 = 3.7560…
        ((0, 0, 199, 1, 0), Decimal("3.01")),  # 601 ÷ 200 = 3.005, half up
        ((0, 0, 0, 199, 1), Decimal("4.01")),  # 801 ÷ 200 = 4.005
        ((0, 0, 201, 1, 0), 3),  # 607 ÷ 202 = 3.00495…, which isn't rounded twice
        ((0, 0, 0, 0, 7), 5),
        ((3, 0, 0, 0, 0), 1),
        ((1, 0, 0, 0, 1), 3),
    ],
)
def test_a_mean_comes_exactly_from_the_counts(counts, average):
    typed = fields_of("satisfaction-report", {**SURVEY, "questions": [asked(*counts)]})
    assert typed["questions"][0]["average"] == average
    assert typed["overall_average"] == average


@pytest.mark.parametrize("row", [asked(0, 0, 0, 0, 0), {"question": "服务响应", "score_5": 3}])
def test_no_mean_comes_of_no_answers_or_of_some_of_the_counts(row):
    [question] = fields_of("satisfaction-report", {**SURVEY, "questions": [row]})["questions"]
    assert "average" not in question


def test_a_mean_that_disagrees_with_its_counts_is_a_fault():
    row = {**asked(6, 14, 38, 62, 44), "average": 3.75}
    assert faults_of("satisfaction-report", {**SURVEY, "questions": [row]}) == [("E-derived", "/questions/0/average")]


def test_the_overall_mean_weighs_every_answer_alike():
    rows = [asked(0, 0, 0, 0, 300), asked(100, 0, 0, 0, 0), {"question": "没有份数", "average": 2}]
    typed = fields_of("satisfaction-report", {**SURVEY, "questions": rows})
    assert typed["overall_average"] == 4  # (300 × 5 + 100 × 1) ÷ 400, not the mean of 5 and 1


@pytest.mark.parametrize(
    ("sent", "returned", "rate"),
    [(200, 164, 82), (400, 400, 100), (3, 2, Decimal("66.7")), (2000, 1, Decimal("0.1")), (2001, 1, 0)],
)
def test_the_response_rate_is_rounded_half_up_to_one_digit(sent, returned, rate):
    # 1 ÷ 2000 = 0.05 %, half up to 0.1; 1 ÷ 2001 = 0.0499…
    assert fields_of("satisfaction-report", {**SURVEY, "sent": sent, "returned": returned})["return_rate"] == rate


def test_no_response_rate_comes_of_nothing_sent():
    assert "return_rate" not in fields_of("satisfaction-report", {**SURVEY, "sent": 0, "returned": 0})


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "nps"),
    [
        (82, 56, 26, Decimal("34.1")),  # 56 ÷ 164 = 34.146 %; the difference of rounded shares: 50.0 - 15.9 agrees
        (1, 1, 1, 0),
        (5, 0, 1, Decimal("66.7")),  # 4 ÷ 6 = 66.67 %; 83.3 - 16.7 would be 66.6
        (10, 0, 0, 100),
        (0, 0, 10, -100),
        (125, 199, 76, Decimal("12.3")),  # 49 ÷ 400 = 12.25 %, half up
        (76, 199, 125, Decimal("-12.3")),  # and the same the other way
    ],
)
def test_the_nps_is_the_share_of_promoters_less_detractors(promoters, passives, detractors, nps):
    record = {**SURVEY, "promoters": promoters, "passives": passives, "detractors": detractors}
    assert fields_of("satisfaction-report", record)["nps"] == nps


@pytest.mark.parametrize(("promoters", "passives", "detractors"), [(0, 0, 0), (3, None, 1)])
def test_no_nps_comes_of_nobody_or_of_some_of_the_counts(promoters, passives, detractors):
    counts = {"promoters": promoters, "passives": passives, "detractors": detractors}
    record = SURVEY | {key: value for key, value in counts.items() if value is not None}
    assert "nps" not in fields_of("satisfaction-report", record)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sent": 399}, "/returned"),
        ({"promoters": 200, "passives": 200, "detractors": 1}, "/detractors"),
        ({"questions": [asked(1, 0, 0, 0, 400)]}, "/questions/0/score_5"),
        ({"classes": [{"customer_class": "core", "responses": 300}, {"customer_class": "regular", "responses": 101}]},
         "/classes"),
    ],
)  # fmt: skip
def test_no_part_of_a_survey_is_more_than_the_whole(changes, pointer):
    assert faults_of("satisfaction-report", {**SURVEY, **changes}) == [("E-check", pointer)]


def test_all_parts_of_a_survey_may_be_the_whole():
    changes = {
        "sent": 400,
        "promoters": 200,
        "passives": 199,
        "detractors": 1,
        "questions": [asked(1, 0, 0, 0, 399)],
        "classes": [{"customer_class": "core", "responses": 400}],
    }
    assert faults_of("satisfaction-report", {**SURVEY, **changes}) == []


# --- the month -------------------------------------------------------------------------------------------------------

MONTH = {"month": "2024-05", "volume": 128}
GROUPS = ("by_type", "by_priority", "by_status", "by_department", "by_channel")


@pytest.mark.parametrize("written", ["2024-05", "2024年5月", "2024/5"])
def test_a_month_is_read_as_people_write_it_and_numbers_the_report(written):
    typed = fields_of("monthly-summary", {**MONTH, "month": written})
    assert (typed["month"], typed["report_no"]) == ("2024-05", "YB2024-05")


def test_a_report_number_of_the_desks_own_is_kept():
    assert (
        fields_of("monthly-summary", {**MONTH, "report_no": "客服月报〔2024〕5号"})["report_no"]
        == "客服月报〔2024〕5号"
    )


@pytest.mark.parametrize(
    ("volume", "last_volume", "growth"),
    [
        (128, 117, Decimal("9.4")),  # 11 ÷ 117 = 9.40 %
        (117, 128, Decimal("-8.6")),  # -11 ÷ 128 = -8.59 %
        (2001, 2000, Decimal("0.1")),  # 0.05 %, half up
        (10, 10, 0),
        (0, 10, -100),
        (30, 10, 200),
    ],
)
def test_the_volume_is_compared_with_last_months(volume, last_volume, growth):
    typed = fields_of("monthly-summary", {**MONTH, "volume": volume, "last_volume": last_volume})
    assert typed["volume_growth"] == growth


def test_nothing_grows_from_nothing():
    assert "volume_growth" not in fields_of("monthly-summary", {**MONTH, "last_volume": 0})


@pytest.mark.parametrize("group", [*GROUPS, "top_causes"])
def test_shares_are_of_the_months_volume(group):
    name = "cause" if group == "top_causes" else "name"
    rows = [{name: "甲", "cases": 38}, {name: "乙", "cases": 2}, {name: "丙", "cases": 0}]
    portions = [row["portion"] for row in fields_of("monthly-summary", {**MONTH, group: rows})[group]]
    assert portions == [Decimal("29.7"), Decimal("1.6"), 0]  # 38 ÷ 128 = 29.69 %, 2 ÷ 128 = 1.5625 %


@pytest.mark.parametrize("group", GROUPS)
def test_no_grouping_counts_more_than_the_volume(group):
    whole = [{"name": "甲", "cases": 100}, {"name": "乙", "cases": 28}]
    assert faults_of("monthly-summary", {**MONTH, group: whole}) == []
    more = [*whole, {"name": "丙", "cases": 1}]
    assert faults_of("monthly-summary", {**MONTH, group: more}) == [("E-check", f"/{group}")]


@pytest.mark.parametrize(("kind", "rate"), [("responses", "response_rate"), ("resolutions", "resolution_rate")])
def test_rates_within_target_are_shares_of_what_has_a_target(kind, rate):
    typed = fields_of("monthly-summary", {**MONTH, f"{kind}_in_time": 98, f"{kind}_judged": 109})
    assert typed[rate] == Decimal("89.9")  # 98 ÷ 109 = 89.908 %
    assert rate not in fields_of("monthly-summary", {**MONTH, f"{kind}_in_time": 0, f"{kind}_judged": 0})
    faults = faults_of("monthly-summary", {**MONTH, f"{kind}_in_time": 110, f"{kind}_judged": 109})
    assert faults == [("E-check", f"/{kind}_in_time")]


def test_the_90th_percentile_isnt_less_than_the_median():
    assert faults_of("monthly-summary", {**MONTH, "median_minutes": 60, "p90_minutes": 60}) == []
    faults = faults_of("monthly-summary", {**MONTH, "median_minutes": 60, "p90_minutes": 59})
    assert faults == [("E-check", "/p90_minutes")]


@pytest.mark.parametrize(
    ("repeats", "volume", "rate", "met"),
    [
        (5, 128, Decimal("3.91"), "met"),  # 3.90625 %
        (0, 128, 0, "met"),
        (5, 100, 5, "missed"),  # the target is below 5 %: exactly 5 % isn't
        (499999, 10000000, 5, "met"),  # 4.99999 % is printed as 5 %, and still is below
        (500001, 10000000, 5, "missed"),
        (128, 128, 100, "missed"),
    ],
)
def test_repeats_stay_below_five_percent(repeats, volume, rate, met):
    typed = fields_of("monthly-summary", {**MONTH, "volume": volume, "repeats": repeats})
    assert (typed["repeat_rate"], typed["repeat_met"]) == (rate, met)


@pytest.mark.parametrize(("rate", "met"), [(4.99, "met"), (5, "missed")])
def test_a_repeat_rate_without_its_count_is_judged_as_it_is(rate, met):
    assert fields_of("monthly-summary", {**MONTH, "repeat_rate": rate})["repeat_met"] == met


def test_no_rate_comes_of_a_month_without_issues():
    typed = fields_of("monthly-summary", {"month": "2024-02", "volume": 0, "repeats": 0, "last_volume": 4})
    assert typed["volume_growth"] == -100
    assert {"repeat_rate", "repeat_met"}.isdisjoint(typed)


def test_more_issues_cant_be_repeated_than_there_are():
    assert faults_of("monthly-summary", {**MONTH, "repeats": 129}) == [("E-check", "/repeats")]


@pytest.mark.parametrize(
    ("this_month", "last_month", "difference"),
    [(128, 117, 11), (655, 702, -47), (3.91, 5.13, Decimal("-1.22")), (0.3, 0.1, Decimal("0.2")), (4.16, 4.16, 0)],
)
def test_an_indicators_change_is_the_exact_difference(this_month, last_month, difference):
    row = {"indicator": "某指标", "this_month": this_month, "last_month": last_month}
    [typed] = fields_of("monthly-summary", {**MONTH, "comparison": [row]})["comparison"]
    assert typed["difference"] == difference
    assert str(typed["difference"]) == str(difference)


@pytest.mark.parametrize("known", ["this_month", "last_month"])
def test_no_change_follows_from_one_month(known):
    [typed] = fields_of("monthly-summary", {**MONTH, "comparison": [{"indicator": "某指标", known: 3}]})["comparison"]
    assert "difference" not in typed


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"volume_growth": 9.5, "last_volume": 117}, "/volume_growth"),
        ({"by_type": [{"name": "甲", "cases": 38, "portion": 29.6}]}, "/by_type/0/portion"),
        ({"repeats": 5, "repeat_rate": 3.9}, "/repeat_rate"),
        ({"repeats": 5, "repeat_met": "missed"}, "/repeat_met"),
        ({"responses_in_time": 121, "responses_judged": 128, "response_rate": 94.6}, "/response_rate"),
    ],
)
def test_figures_that_disagree_with_their_counts_are_faults(given, pointer):
    assert faults_of("monthly-summary", {**MONTH, **given}) == [("E-derived", pointer)]

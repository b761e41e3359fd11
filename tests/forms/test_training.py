import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forms.judging import Fields, faults_of, fields_of, rows_of
from generator import Catalogue
from generator.api import make_job
from generator.records import ListSource

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

SESSION: Fields = {
    "training_date": "2024-02-29",
    "session": "09:00—10:30",
    "topic": "客户信息录入",
    "trainer": "陈静",
}
EXERCISE: Fields = {"case_no": "AL2024-001", "case_type": "complaint", "situation": "配件三次未补发"}
SHEET: Fields = {"trainee": "李明", "scenario": "投诉升级", "assessor": "赵倩", "assessed_on": "2024-05-24"}
DRILL: Fields = {"drill_no": "YL2024-006", "drill_type": "joint"}
CRITERIA = ("adaptability", "knowledge", "expression", "composure", "policy", "procedure")
WEIGHTS = (20, 20, 15, 15, 15, 15)


# --- training-plan ---


@pytest.mark.parametrize("missing", ["training_date", "session", "topic", "trainer"])
def test_a_session_needs_its_date_time_topic_and_trainer(missing: str) -> None:
    row = {key: value for key, value in SESSION.items() if key != missing}
    assert faults_of("training-plan", row) == [("E-required", f"/rows/0/{missing}")]


def test_a_method_other_than_the_three_is_refused() -> None:
    assert faults_of("training-plan", {**SESSION, "method": "案例"}) == []
    assert [at for _, at in faults_of("training-plan", {**SESSION, "method": "自学"})] == ["/rows/0/method"]


# --- training-signin ---


def test_the_people_are_numbered_in_their_order() -> None:
    rows = rows_of("training-signin", [{"attendee": "李明"}, {"attendee": "欧阳雪"}, {"attendee": "何佳"}])
    assert [row["serial"] for row in rows] == [1, 2, 3]


def test_a_number_that_was_given_is_kept() -> None:
    rows = rows_of("training-signin", [{"serial": 7, "attendee": "李明"}, {"attendee": "欧阳雪"}])
    assert [row["serial"] for row in rows] == [7, 2]


@pytest.mark.parametrize(
    ("signed_in_at", "faults"),
    [
        ("2024-02-28 23:59:59", [("E-check", "/rows/0/signed_in_at")]),
        ("2024-02-29 00:00", []),
        ("2024-02-29 23:59:59", []),
        ("2024-03-01 00:00", [("E-check", "/rows/0/signed_in_at")]),
    ],
)
def test_people_sign_in_on_the_day_of_the_training(signed_in_at: str, faults: list[tuple[str, str]]) -> None:
    row = {"attendee": "李明", "signed_in_at": signed_in_at}
    assert faults_of("training-signin", row, head={"training_date": "2024-02-29"}) == faults


def test_without_a_date_in_the_head_no_time_is_wrong() -> None:
    assert faults_of("training-signin", {"signed_in_at": "2024-02-29 09:00"}, head={"topic": "投诉升级"}) == []


# --- practice-exercise ---


@pytest.mark.parametrize("form", ["客户问题受理与分类表单", "Root cause analysis", "5Why 表"])
def test_the_forms_to_use_are_named_by_their_titles(form: str) -> None:
    assert faults_of("practice-exercise", {**EXERCISE, "terms": {"forms_used": [form]}}) == []


def test_the_samples_name_forms_of_the_catalogue() -> None:
    titles = {form.title("zh-Hans") for form in Catalogue()}
    for name in ("ordinary", "awkward"):
        content = json.loads((SAMPLES / "practice-exercise" / f"{name}.json").read_text(encoding="utf-8"))
        assert set(fields_of("practice-exercise", content)["terms"]["forms_used"]) <= titles


def test_a_form_to_use_has_a_title() -> None:
    faults = faults_of("practice-exercise", {**EXERCISE, "terms": {"forms_used": ["排查表", ""]}})
    assert [at for _, at in faults] == ["/terms/forms_used/1"]


def test_no_form_is_named_twice() -> None:
    faults = faults_of("practice-exercise", {**EXERCISE, "terms": {"forms_used": ["issue-intake", "issue-intake"]}})
    assert [at for _, at in faults] == ["/terms/forms_used"]


def test_the_time_allowed_is_in_minutes() -> None:
    # 1 h 30 min = 90 min
    assert fields_of("practice-exercise", {**EXERCISE, "terms": {"time_limit": "1小时30分钟"}})["terms"] == {
        "time_limit": 90
    }
    assert [at for _, at in faults_of("practice-exercise", {**EXERCISE, "terms": {"time_limit": 0}})] == [
        "/terms/time_limit"
    ]


@pytest.mark.parametrize(("copy", "printed"), [("讲师版", True), ("学员版", False), (None, True)])
def test_the_model_answer_is_left_out_of_the_trainees_copy_only(copy: str | None, printed: bool) -> None:
    record = {**EXERCISE, "copy": copy, "reference": {"model_answer": "当日补发", "debrief": "漏登的后果"}}
    document = repr(make_job("practice-exercise").composer.filled(fields_of("practice-exercise", record)))
    assert [text in document for text in ("参考答案", "当日补发", "漏登的后果")] == [printed] * 3
    assert "配件三次未补发" in document


# --- scenario-assessment ---


def sheet(scores: tuple[Any, ...], weights: tuple[Any, ...] = WEIGHTS, **more: Any) -> Fields:
    rows = [{"criterion": c, "weight": w, "score": s} for c, w, s in zip(CRITERIA, weights, scores, strict=True)]
    return {**SHEET, "criteria": rows, **more}


def test_each_score_is_weighted_and_the_total_is_their_sum() -> None:
    typed = fields_of("scenario-assessment", sheet((9, 8, 9, 10, 8, 9)))
    # 9 × 20 ÷ 10 = 18, 8 × 20 ÷ 10 = 16, 9 × 15 ÷ 10 = 13.5, 15, 12, 13.5; together 88
    assert [float(row["weighted_score"]) for row in typed["criteria"]] == [18, 16, 13.5, 15, 12, 13.5]
    assert typed["result"] == {"total_score": 88, "verdict": "pass", "valid_until": date(2025, 5, 24)}


@pytest.mark.parametrize(
    ("scores", "weights", "total", "verdict"),
    [
        ((10, 10, 10, 10, 10, 10), WEIGHTS, 100, "excellent"),
        ((9, 9, 9, 9, 9, 9), WEIGHTS, 90, "excellent"),
        # 10 × 1 + 8 × 1.1 + 9 × 1.9 + 9 × 2 × 3 = 10 + 8.8 + 17.1 + 54 = 89.9
        ((10, 8, 9, 9, 9, 9), (10, 11, 19, 20, 20, 20), "89.9", "pass"),
        ((6, 6, 6, 6, 6, 6), WEIGHTS, 60, "pass"),
        # 7 × 1 + 5 × 1.1 + 6 × 1.9 + 6 × 2 × 3 = 7 + 5.5 + 11.4 + 36 = 59.9
        ((7, 5, 6, 6, 6, 6), (10, 11, 19, 20, 20, 20), "59.9", "fail"),
        ((0, 0, 0, 0, 0, 0), WEIGHTS, 0, "fail"),
    ],
)
def test_90_is_excellent_and_60_passes(
    scores: tuple[int, ...], weights: tuple[int, ...], total: int | str, verdict: str
) -> None:
    typed = fields_of("scenario-assessment", sheet(scores, weights))
    valid = {} if verdict == "fail" else {"valid_until": date(2025, 5, 24)}
    assert typed["result"] == {"total_score": Decimal(total), "verdict": verdict, **valid}


def test_weights_with_decimals_add_up_exactly() -> None:
    # 12.5 + 22.5 + 15 × 3 + 20 = 100; all sevens: 70
    typed = fields_of("scenario-assessment", sheet((7,) * 6, ("12.5%", "22.5%", 15, 15, 15, 20)))
    assert typed["result"] == {"total_score": 70, "verdict": "pass", "valid_until": date(2025, 5, 24)}


@pytest.mark.parametrize("weights", [(20, 20, 15, 15, 15, 14), (20, 20, 15, 15, 15, "15.1"), (20, 20, 20, 20, 20, 20)])
def test_weights_that_are_not_100_percent_are_refused(weights: tuple[Any, ...]) -> None:
    assert faults_of("scenario-assessment", sheet((10,) * 6, weights)) == [("E-check", "/criteria")]


@pytest.mark.parametrize("score", [-1, 11, "8.5"])
def test_a_score_is_a_whole_number_from_0_to_10(score: Any) -> None:
    assert [at for _, at in faults_of("scenario-assessment", sheet((8, 8, 8, 8, 8, score)))] == ["/criteria/5/score"]


def test_no_criterion_is_scored_twice() -> None:
    rows = [{"criterion": c, "weight": w, "score": 8} for c, w in zip((*CRITERIA[:5], "policy"), WEIGHTS, strict=True)]
    assert faults_of("scenario-assessment", {**SHEET, "criteria": rows}) == [("E-check", "/criteria/5/criterion")]


@pytest.mark.parametrize("count", [0, 5])
def test_a_sheet_with_fewer_than_the_six_criteria_is_refused(count: int) -> None:
    weights = (20,) * 5
    rows = [{"criterion": c, "weight": w, "score": 8} for c, w in zip(CRITERIA[:count], weights[:count], strict=True)]
    assert [at for _, at in faults_of("scenario-assessment", {**SHEET, "criteria": rows})] == ["/criteria"]


def test_a_sheet_without_scores_has_no_total() -> None:
    assert "result" not in fields_of("scenario-assessment", SHEET)


@pytest.mark.parametrize(
    ("given", "at"),
    [({"total_score": 91}, "/result/total_score"), ({"verdict": "excellent"}, "/result/verdict")],
)
def test_a_total_or_verdict_that_disagrees_is_refused(given: Fields, at: str) -> None:
    assert faults_of("scenario-assessment", sheet((9, 8, 9, 10, 8, 9), result=given)) == [("E-derived", at)]


def test_a_weighted_score_that_disagrees_is_refused() -> None:
    record = sheet((9, 8, 9, 10, 8, 9))
    record["criteria"][0]["weighted_score"] = 19
    assert ("E-derived", "/criteria/0/weighted_score") in faults_of("scenario-assessment", record)


# --- training-evaluation ---


def test_an_evaluation_may_be_anonymous() -> None:
    assert faults_of("training-evaluation", {"ratings": {"content_rating": 1, "trainer_rating": 5}}) == []


@pytest.mark.parametrize("rating", [0, 6, "4.5"])
@pytest.mark.parametrize("key", ["content_rating", "trainer_rating", "organisation_rating", "usefulness_rating"])
def test_a_rating_is_a_whole_number_from_1_to_5(key: str, rating: Any) -> None:
    assert [at for _, at in faults_of("training-evaluation", {"ratings": {key: rating}})] == [f"/ratings/{key}"]


@pytest.mark.parametrize("key", ["mastery_before", "mastery_after"])
def test_mastery_is_rated_from_1_to_5(key: str) -> None:
    assert faults_of("training-evaluation", {"mastery": {key: 5}}) == []
    assert [at for _, at in faults_of("training-evaluation", {"mastery": {key: 6}})] == [f"/mastery/{key}"]


# --- drill-record ---


@pytest.mark.parametrize(
    ("interrupted_at", "restored_at", "minutes", "on_target"),
    [
        ("2024-05-27 09:30", "2024-05-27 09:43", 13, "met"),
        ("2024-05-27 09:30:00", "2024-05-27 09:45:00", 15, "met"),
        ("2024-05-27 09:30:00", "2024-05-27 09:45:01", 15, "missed"),  # a second over, still 15 whole minutes
        ("2024-05-27 09:30:30", "2024-05-27 09:45:29", 14, "met"),  # 14 min 59 s
        ("2024-12-31 23:50", "2025-01-01 00:05", 15, "met"),  # 10 min of the old year, 5 of the new
        ("2024-02-28 23:55", "2024-03-01 00:05", 1450, "missed"),  # 5 + 24 × 60 for 29 February + 5
        ("2024-05-27 09:30", "2024-05-27 09:30", 0, "met"),
    ],
)
def test_an_interruption_of_15_minutes_is_on_target_and_one_second_more_is_not(
    interrupted_at: str, restored_at: str, minutes: int, on_target: str
) -> None:
    typed = fields_of(
        "drill-record", {**DRILL, "interruption": {"interrupted_at": interrupted_at, "restored_at": restored_at}}
    )
    assert typed["interruption"]["interruption_minutes"] == minutes
    assert typed["interruption"]["interruption_on_target"] == on_target


def test_a_drill_without_an_interruption_has_no_length() -> None:
    assert "interruption" not in fields_of("drill-record", DRILL)


def test_service_is_not_restored_before_it_was_interrupted() -> None:
    moments = {"interrupted_at": "2024-05-27 09:30:00", "restored_at": "2024-05-27 09:29:59"}
    assert faults_of("drill-record", {**DRILL, "interruption": moments}) == [("E-check", "/interruption/restored_at")]


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"interruption_minutes": 12}, "interruption_minutes"),
        ({"interruption_on_target": "missed"}, "interruption_on_target"),
    ],
)
def test_a_length_or_judgement_that_disagrees_is_refused(given: Fields, at: str) -> None:
    moments = {"interrupted_at": "2024-05-27 09:30", "restored_at": "2024-05-27 09:43"}
    assert faults_of("drill-record", {**DRILL, "interruption": {**moments, **given}}) == [
        ("E-derived", f"/interruption/{at}")
    ]


def timeline(*times: str) -> Fields:
    return {**DRILL, "timeline": [{"time": time, "action": "切换备用系统"} for time in times]}


def test_the_timeline_ascends() -> None:
    times = ("2024-12-31 23:59", "2025-01-01 00:00", "2025-01-01 00:00", "2025-01-01 00:00:01")
    assert faults_of("drill-record", timeline(*times)) == []


def test_a_moment_before_any_earlier_one_is_named() -> None:
    times = ("2024-05-27 09:30", "2024-05-27 09:40", "2024-05-27 09:39:59", "2024-05-27 09:39:59")
    assert faults_of("drill-record", timeline(*times)) == [
        ("E-check", "/timeline/2/time"),
        ("E-check", "/timeline/3/time"),
    ]


# --- response-script ---


def card(**parts: str) -> Fields:
    said = {"empathy": "耽误您的时间，先向您道歉。", "responsibility": "是我们系统的问题。", **parts}
    return {"scenario": "无法登录", "parts": said, "rules": {"forbidden_phrases": ["我也没办法", "这不归我们管"]}}


@pytest.mark.parametrize("part", ["empathy", "responsibility", "offer"])
def test_a_phrase_that_is_never_to_be_used_is_found_in_each_part(part: str) -> None:
    assert faults_of("response-script", card(**{part: "抱歉，我也没办法，请您理解。"})) == [
        ("E-check", f"/parts/{part}")
    ]


def test_a_card_without_such_phrases_is_in_order() -> None:
    assert faults_of("response-script", card(offer="我们承担逾期费用。")) == []
    assert faults_of("response-script", {**card(empathy="我也没办法"), "rules": {"script_version": "1.0"}}) == []


@pytest.mark.parametrize("part", ["empathy", "responsibility"])
def test_empathy_and_responsibility_are_required(part: str) -> None:
    record = card()
    del record["parts"][part]
    assert faults_of("response-script", record) == [("E-required", f"/parts/{part}")]


# --- validity ---


def derived(form: str, raw: Fields) -> Fields:
    """Return what is worked out of a record that isn't whole."""
    job = make_job(form)
    [judged] = job.pipeline.judged(ListSource([raw], job.form))
    return dict(judged.values)


@pytest.mark.parametrize(
    ("day", "year_later", "half_a_year_later"),
    [("2024-05-24", "2025-05-24", "2024-11-24"), ("2024-02-29", "2025-02-28", "2024-08-29")],
)
def test_months_of_validity_end_with_the_day_of_the_same_date(
    day: str, year_later: str, half_a_year_later: str
) -> None:
    assert derived("training-evaluation", {"training_date": day})["valid_until"].isoformat() == year_later
    assert derived("practice-exercise", {"training_date": day})["terms"]["valid_until"].isoformat() == half_a_year_later
    sheet = {"training_date": day, "rows": [{"attendee": "刘洋"}]}
    job = make_job("training-signin")
    head = job.pipeline.head(ListSource(sheet, job.form))
    assert f"{head.data['valid_until']}" == year_later

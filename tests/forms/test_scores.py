"""Derived values and rules of the score sheet of solutions and of the satisfaction survey."""

from decimal import Decimal
from typing import Any

import pytest

from forms.judging import Fields, faults_of, fields_of

CRITERIA = ("feasibility", "cost", "benefit", "risk")
Number = int | str


def evaluation(weights: tuple[Number, ...], scores: tuple[int | None, ...], **outcome: Any) -> dict[str, Any]:
    rows = [
        {"criterion": name, "weight": weight} | ({} if score is None else {"score": score})
        for name, weight, score in zip(CRITERIA, weights, scores, strict=True)
    ]
    return {"basic": {"plan_name": "双活"}, "criteria": rows, "outcome": outcome}


@pytest.mark.parametrize(
    ("weights", "scores", "each", "whole"),
    [
        # 4 × 30 ÷ 5 = 24, 3 × 20 ÷ 5 = 12, 5 × 30 ÷ 5 = 30, 3 × 20 ÷ 5 = 12
        ((30, 20, 30, 20), (4, 3, 5, 3), (24, 12, 30, 12), 78),
        ((25, 25, 25, 25), (5, 5, 5, 5), (25, 25, 25, 25), 100),
        ((25, 25, 25, 25), (1, 1, 1, 1), (5, 5, 5, 5), 20),
        # 33.3 ÷ 5 = 6.66, nothing, 33.4, 33.3 × 2 ÷ 5 = 13.32
        (("33.3", 0, "33.4", "33.3"), (1, 5, 5, 2), ("6.66", 0, "33.4", "13.32"), "53.38"),
    ],
)
def test_scores_are_weighted_and_added_up_exactly(
    weights: tuple[Number, ...], scores: tuple[int, ...], each: tuple[Number, ...], whole: Number
) -> None:
    typed = fields_of("solution-evaluation", evaluation(weights, scores))
    assert [row["weighted_score"] for row in typed["criteria"]] == [Decimal(value) for value in each]
    assert typed["outcome"]["total_score"] == Decimal(whole)


def test_a_total_waits_for_the_last_score() -> None:
    typed = fields_of("solution-evaluation", evaluation((30, 20, 30, 20), (4, 3, 5, None)))
    assert "weighted_score" not in typed["criteria"][3]
    assert "total_score" not in typed["outcome"]


def test_a_total_or_weighted_score_that_disagrees_is_a_fault() -> None:
    record = evaluation((30, 20, 30, 20), (4, 3, 5, 3), total_score=79)
    assert faults_of("solution-evaluation", record) == [("E-derived", "/outcome/total_score")]
    record = evaluation((30, 20, 30, 20), (4, 3, 5, 3))
    record["criteria"][0]["weighted_score"] = "24.01"
    assert ("E-derived", "/criteria/0/weighted_score") in faults_of("solution-evaluation", record)


@pytest.mark.parametrize(
    ("weights", "faults"),
    [
        (("33.3", "33.3", "33.4", 0), []),
        ((100, 0, 0, 0), []),
        ((30, 20, 30, "20.01"), [("E-check", "/criteria")]),
        ((30, 20, 30, "19.99"), [("E-check", "/criteria")]),
    ],
)
def test_the_weights_make_a_hundred(weights: tuple[Number, ...], faults: list[tuple[str, str]]) -> None:
    assert faults_of("solution-evaluation", evaluation(weights, (3, 3, 3, 3))) == faults


def test_each_criterion_is_scored_once() -> None:
    record = evaluation((30, 20, 30, 20), (4, 3, 5, 3))
    record["criteria"][2]["criterion"] = "cost"
    assert faults_of("solution-evaluation", record) == [("E-check", "/criteria/2/criterion")]
    record["criteria"][2]["criterion"] = "benefit"
    record["criteria"].reverse()
    assert faults_of("solution-evaluation", record) == []


def test_all_four_criteria_are_weighed() -> None:
    record = evaluation((30, 20, 50, 0), (4, 3, 5, 3))
    del record["criteria"][3]
    assert faults_of("solution-evaluation", record) == [("E-too-few", "/criteria")]


def test_a_conditional_recommendation_names_its_conditions() -> None:
    record = evaluation((30, 20, 30, 20), (4, 3, 5, 3), conclusion="有条件推荐")
    assert faults_of("solution-evaluation", record) == [("E-check", "/outcome/conclusion_note")]
    record["outcome"]["conclusion_note"] = "先压测"
    assert faults_of("solution-evaluation", record) == []


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_lies_between_one_and_five(score: int) -> None:
    faults = faults_of("solution-evaluation", evaluation((30, 20, 30, 20), (4, 3, 5, score)))
    assert [pointer for _, pointer in faults] == ["/criteria/3/score"]


@pytest.mark.parametrize("title", ["产品质量", "服务响应", "服务态度", "合作体验", "总体满意度"])
@pytest.mark.parametrize(("score", "taken"), [(0, False), (1, True), (5, True), (6, False)])
def test_satisfaction_runs_from_one_to_five(title: str, score: int, taken: bool) -> None:
    assert (faults_of("satisfaction-survey", {title: score}) == []) is taken


@pytest.mark.parametrize(("score", "taken"), [(-1, False), (0, True), (10, True), (11, False)])
def test_the_likelihood_to_recommend_runs_from_nought_to_ten(score: int, taken: bool) -> None:
    assert (faults_of("satisfaction-survey", {"NPS": score}) == []) is taken


def test_a_survey_may_be_anonymous_and_a_row_of_a_list_by_its_titles() -> None:
    answer: Fields = {"客户等级": "潜在客户", "NPS": "9", "是否愿意推荐我们": "是", "填写日期": "2024年2月29日"}
    typed = fields_of("satisfaction-survey", answer)
    assert (typed["customer_level"], typed["nps"], typed["would_recommend"]) == ("potential", 9, True)

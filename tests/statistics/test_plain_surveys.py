"""The plain computation of surveys itself, on surveys made by hand, with figures worked out by hand."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plain_surveys import satisfaction

SCHEMAS = Path(__file__).parents[2] / "schemas"
SURVEY = json.loads((SCHEMAS / "closure" / "satisfaction-survey.json").read_text(encoding="utf-8"))


def survey(day: int = 10, **values: Any) -> dict[str, Any]:
    return {"filled_on": date(2024, 5, day), **values}


def test_scores_are_counted_by_question_and_the_undated_left_out() -> None:
    others = {"filled_on": date(2024, 6, 1), "overall": 1}, {"overall": 1}
    made = satisfaction(
        [survey(1, overall=5, service_attitude=5), survey(31, overall=4, cooperation=1), *others], "2024-05", SURVEY
    )
    assert made["returned"] == 2
    titles = ["产品质量", "服务响应", "服务态度", "合作体验", "总体满意度"]
    assert [row["question"] for row in made["questions"]] == titles
    overall = made["questions"][4]
    assert [overall[f"score_{n}"] for n in range(1, 6)] == [0, 0, 0, 1, 1]
    assert made["lowest"] == [
        {"point": "合作体验", "average": Decimal("1.00")},
        {"point": "总体满意度", "average": Decimal("4.50")},
    ]


def test_recommendation_is_in_three_parts() -> None:
    made = satisfaction([survey(nps=nps) for nps in (0, 6, 7, 8, 8, 9, 10, 10, 10)] + [survey()], "2024-05", SURVEY)
    assert (made["promoters"], made["passives"], made["detractors"]) == (4, 3, 2)


def test_classes_have_their_own_means() -> None:
    core = [
        survey(customer_level="core", overall=o, cooperation=c, nps=n) for o, c, n in ((5, 4, 9), (4, 4, 3), (4, 4, 9))
    ]
    made = satisfaction([*core, survey(overall=1)], "2024-05", SURVEY)
    assert made["classes"] == [
        {"customer_class": "core", "responses": 3, "average": Decimal("4.17"), "class_nps": Decimal("33.3")},
        {"customer_class": "regular", "responses": 0},
        {"customer_class": "potential", "responses": 0},
    ]


def test_of_equal_averages_the_first_of_the_form_is_the_lower() -> None:
    made = satisfaction(
        [survey(product_quality=5, service_response=4, service_attitude=3, cooperation=4, overall=4)], "2024-05", SURVEY
    )
    assert [row["point"] for row in made["lowest"]] == ["服务态度", "服务响应", "合作体验"]

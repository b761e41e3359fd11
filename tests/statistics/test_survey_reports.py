"""Reports on surveys by group and against earlier periods and targets; figures worked out by hand."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.errors import RecordError, UsageError
from generator.rules import load_policy
from generator.statistics import satisfaction


def survey(day: str, overall: int | None, nps: int | None = None, **more: Any) -> dict[str, Any]:
    given = {"filled_on": day, "overall": overall, "nps": nps, **more}
    return {key: value for key, value in given.items() if value is not None}


def policy_with(folder: Path, **rates: Mapping[str, float]) -> Any:
    shipped = Path(__file__).parents[2] / "schemas" / "policies" / "response.json"
    own = {**json.loads(shipped.read_text(encoding="utf-8")), "rates": rates}
    (folder / "policy.json").write_text(json.dumps(own), encoding="utf-8")
    return load_policy(folder / "policy.json")


def test_a_period_beside_the_one_before_and_its_targets(jsonl: Any, tmp_path: Path) -> None:
    source = jsonl(
        survey("2024-04-30", 3, 6),
        survey("2024-05-01", 5, 10),
        survey("2024-05-31", 4, 9),
        survey("2024-05-15", 5, 3),
        survey("2024-06-01", 1, 0),
    )
    policy = policy_with(
        tmp_path, overall_average={"at_least": 4.67}, nps={"at_least": 33}, return_rate={"at_least_percent": 50}
    )
    (record,) = satisfaction("2024-05", source, sent=6, policy=policy).records
    rows = {row["indicator"]: row for row in record["comparison"]}
    assert rows["回收份数"] == {"indicator": "回收份数", "this_month": "3", "last_month": "1", "difference": "+2"}
    # 3 of 6; what went out for April isn't known
    assert rows["回收率"] == {"indicator": "回收率", "this_month": "50%", "target": "不低于 50%", "met": "met"}
    # 14 / 3 is 4.666…, printed 4.67 and yet below it
    assert (rows["综合平均分"]["this_month"], rows["综合平均分"]["difference"]) == ("4.67", "+1.67")
    assert rows["综合平均分"]["met"] == "missed"
    # (2 - 1) of 3; April -1 of 1
    assert (rows["净推荐值"]["this_month"], rows["净推荐值"]["last_month"]) == ("33.3", "-100")
    assert {aim["of"]: (aim["target"], aim["met"]) for aim in record["aims"]} == {
        "return_rate": ("≥50%", "met"),
        "overall_average": ("≥4.67", "missed"),
        "nps": ("≥33", "met"),
    }
    assert "trend" not in record


def test_a_trend_has_every_period_from_the_first_survey_on(jsonl: Any) -> None:
    source = jsonl(survey("2023-12-31", 2, 0), survey("2024-04-01", 4), survey("2024-05-02", 5, 9))
    (record,) = satisfaction("2024-Q2", source).records
    assert record["trend"] == [
        {"period": "2023-Q4", "returned": 1, "average": 2, "nps": -100},
        {"period": "2024-Q1", "returned": 0},
        {"period": "2024-Q2", "returned": 2, "average": Decimal("4.5"), "nps": 100},
    ]


def test_each_department_has_a_report_of_its_own(jsonl: Any) -> None:
    source = jsonl(
        survey("2024-05-01", 5, 10, department="技术部", customer_level="core"),
        survey("2024-05-02", 2, 1, department="客服部"),
        survey("2024-05-03", 3, department="客服部"),
        survey("2024-05-04", 4),
        survey("2024-04-04", 4, department="财务部"),
    )
    records = list(satisfaction("2024-05", source, by="department").records)
    told = [(r["report_no"], r["department"], r["returned"], r["questions"][4]["score_5"]) for r in records]
    assert told == [
        ("MY2024-05-客服部", "客服部", 2, 0),
        ("MY2024-05-技术部", "技术部", 1, 1),
        ("MY2024-05-000", "未填写", 1, 0),
    ]
    assert [(r["promoters"], r["detractors"]) for r in records] == [(0, 1), (1, 0), (0, 0)]
    assert records[1]["classes"][0] == {"customer_class": "core", "responses": 1, "average": 5, "class_nps": 100}
    whole = next(satisfaction("2024-05", source).records)
    assert sum(r["returned"] for r in records) == whole["returned"] == 4


def test_only_some_customers_and_no_number_with_a_name(jsonl: Any) -> None:
    source = jsonl(
        survey("2024-05-01", 5, customer_name="张三"),
        survey("2024-05-02", 2, customer_name="甲公司"),
    )
    records = list(satisfaction("2024-05", source, by="customer", only=["甲公司"]).records)
    assert [(r["customer_name"], r["returned"]) for r in records] == [("甲公司", 1)]
    assert "甲" not in records[0]["report_no"]
    with pytest.raises(UsageError) as error:
        list(satisfaction("2024-05", source, by="customer", only=["乙公司"]).records)
    assert error.value.faults[0].code == "E-only"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "priority"}, "E-group"),
        ({"only": ["甲公司"]}, "E-only-by"),
        ({"by": "department"}, "E-figures-column"),
    ],
)
def test_what_cant_be_grouped_is_refused(jsonl: Any, given: dict[str, Any], code: str) -> None:
    with pytest.raises((UsageError, RecordError)) as error:
        satisfaction("2024-05", jsonl(survey("2024-05-01", 5)), **given)
    assert [fault.code for fault in error.value.faults] == [code]


def test_questions_that_no_survey_answers_are_told(jsonl: Any) -> None:
    found = satisfaction("2024-05", jsonl(survey("2024-05-02", 5), survey("2024-05-03", 4)))
    [told] = [warning for warning in found.warnings if warning.code == "W-figures-column"]
    assert [titles["zh-Hans"] for titles in told.params["columns"]] == [
        "产品质量",
        "服务响应",
        "服务态度",
        "合作体验",
        "推荐意愿",
    ]
    everything = survey("2024-05-02", 5, 9, product_quality=5, service_response=4, service_attitude=3, cooperation=2)
    assert satisfaction("2024-05", jsonl(everything)).warnings == []

"""Figures of a form's records, as the form says: shares, means, counts, rises; worked out by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue
from generator.catalogue.figures import figures_of
from generator.errors import RecordError, UsageError
from generator.rules import load_policy
from generator.statistics import record_figures

FORMS = [form for form in Catalogue(()) if figures_of(form)]


def made(jsonl: Any, form: str, *records: Mapping[str, Any], period: str = "2024-05", **given: Any) -> dict[str, Any]:
    """Return the report without what it is called."""
    (record,) = record_figures(period, jsonl(*records), form, **given).records
    return record


def told(record: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """Return a figure as it is printed: this period, last, change, out of how many."""
    row = next(row for row in record["figures"] if row["indicator"] == name)
    return tuple(row.get(key) for key in ("this_period", "last_period", "difference", "counted"))


def inspection(day: str, *results: str, how: str = "recording", **more: Any) -> dict[str, Any]:
    items = ("timely_response", "proper_language", "complete_information")
    marks = {"合": "qualified", "不": "unqualified", "免": "not_applicable"}
    rows: list[dict[str, Any]] = [{"item": item, "result": marks[r]} for item, r in zip(items, results, strict=False)]
    for row in rows:
        if row["result"] == "unqualified":
            row["deduction"] = 10
    return {"basic": {"inspected": "一组", "sampling_method": how, "inspected_on": day}, "check_items": rows, **more}


def test_inspections(jsonl: Any) -> None:
    record = made(
        jsonl,
        "quality-inspection",
        inspection("2024-05-31", "合", "不", "合"),
        inspection("2024-05-01", "合", "免", "不", how="ticket"),
        inspection("2024-04-30", "合", "合", "合"),
        inspection("2024-06-01", "不", "不", "不"),
    )
    assert (record["records"], record["last_records"], record["subject"]) == (2, 1, "服务质量检查表")
    # 3 of 5 items that apply; 90 and 90 points
    assert told(record, "合格率") == ("60%", "100%", "-40 个百分点", 5)
    assert told(record, "平均得分") == ("90", "100", "-10", 2)
    assert told(record, "不合格项数") == ("2", "0", "+2", None)
    assert record["items"] == [
        {"name": "响应及时", "counted": 2, "rate": 100},
        {"name": "用语规范", "counted": 1, "rate": 0},
        {"name": "信息完整", "counted": 2, "rate": 50},
    ]
    groups = [(row["name"], row["records"], str(row["rate"])) for row in record["groups"]]
    assert groups == [("工单", 1, "50"), ("录音", 1, "66.7")]
    assert "trend" not in record


def verification(day: str, *results: str) -> dict[str, Any]:
    rows = [
        {"item": "name", "result": result, "checked_at": f"{day}T09:00:00+08:00"}
        | ({"difference": "不符"} if result == "mismatch" else {})
        for result in results
    ]
    for row in rows:
        if row["result"] == "unchecked":
            del row["checked_at"]
    return {"basic": {"customer_no": "KH1", "customer_name": "甲"}, "papers": rows[:1], "identity": rows[1:]}


@pytest.mark.parametrize(
    ("wrong", "shown", "met"),
    [(1, "99.5%", "met"), (2, "99%", "missed")],
)
def test_the_accuracy_of_a_batch_of_verifications(jsonl: Any, wrong: int, shown: str, met: str) -> None:
    records = [verification("2024-05-06", "match", "mismatch" if n < wrong else "match") for n in range(100)]
    record = made(jsonl, "customer-verification", *records, verification("2024-05-07", "unchecked", "match"))
    assert told(record, "核对准确率") == (shown, None, None, 201)
    row = record["figures"][0]
    assert (row["target"], row["met"]) == ("不低于 99.5%", met)
    assert told(record, "未核项数")[0] == "1"
    assert [(row["name"], row["counted"]) for row in record["items"]] == [
        ("提交资料与系统记录", 100),
        ("身份与公安登记", 101),
        ("账户与银行系统", 0),
    ]


def audit(day: str, *findings: str, department: str = "客服部") -> dict[str, Any]:
    clauses = [
        {"clause": f"第 {n} 条", "requirement": "要求", "finding": finding, "evidence": "证据", "rectification": "整改"}
        for n, finding in enumerate(findings, 1)
    ]
    basic = {"audited_department": department, "audited_on": day, "audit_period": "2024年上半年"}
    return {"basic": basic, "clauses": clauses, "outcome": {"conclusion": "见各条"}}


def test_audits_by_their_rate_of_conformity_with_a_trend(jsonl: Any) -> None:
    good, bad, seen = "conforming", "nonconforming", "observation"
    record = made(
        jsonl,
        "compliance-audit",
        audit("2024-02-10", good, bad),
        audit("2024-03-10", good, good),
        audit("2024-05-10", good, good, bad, seen),
        audit("2024-05-11", good, department="技术部"),
    )
    assert told(record, "合规率") == ("75%", None, None, 4)
    assert told(record, "不合规项数")[:2] == ("1", None)
    assert told(record, "待观察项数")[0] == "1"
    assert [(row["period"], row["records"], row.get("rate")) for row in record["trend"]] == [
        ("2024-02", 1, 50),
        ("2024-03", 1, 100),
        ("2024-04", 0, None),
        ("2024-05", 2, 75),
    ]
    assert [(row["name"], str(row["rate"])) for row in record["groups"]] == [("客服部", "66.7"), ("技术部", "100")]


def test_what_is_just_short_of_its_target_is_missed_however_it_is_printed(jsonl: Any, tmp_path: Path) -> None:
    policy = own_policy(tmp_path, conformity_rate={"at_least_percent": 100})
    record = made(
        jsonl, "compliance-audit", audit("2024-05-10", *["conforming"] * 2499, "nonconforming"), policy=policy
    )
    row = record["figures"][0]  # 99.96 %
    assert (row["this_period"], row["target"], row["met"]) == ("100%", "不低于 100%", "missed")


def own_policy(folder: Path, **rates: Mapping[str, float]) -> Any:
    shipped = Path(__file__).parents[2] / "schemas" / "policies" / "response.json"
    own = {**json.loads(shipped.read_text(encoding="utf-8")), "rates": rates}
    (folder / "policy.json").write_text(json.dumps(own), encoding="utf-8")
    return load_policy(folder / "policy.json")


def test_training_by_its_ratings_and_what_was_learnt(jsonl: Any) -> None:
    def answer(*ratings: int | None, before: int | None = None, after: int | None = None) -> dict[str, Any]:
        keys = ("content_rating", "trainer_rating", "organisation_rating", "usefulness_rating")
        given = {key: rating for key, rating in zip(keys, ratings, strict=False) if rating}
        mastery = {"mastery_before": before, "mastery_after": after}
        return {"topic": "投诉处理", "training_date": "2024-05-20", "ratings": given, "mastery": mastery}

    record = made(
        jsonl,
        "training-evaluation",
        answer(5, 4, 3, 4, before=2, after=4),
        answer(4, 5, 4, 4, before=3, after=4),
        answer(5, 5, 5, 4, after=5),
    )
    # 52 / 12; 5 / 2; 13 / 3; (2 + 1) / 2
    names = ("课程平均评分", "培训前掌握程度", "培训后掌握程度", "掌握程度提升")
    assert [(told(record, name)[0], told(record, name)[3]) for name in names] == [
        ("4.33", 12),
        ("2.5", 2),
        ("4.33", 3),
        ("1.5", 2),
    ]
    averages = [(row["name"], row["counted"], str(row["average"])) for row in record["items"]]
    assert averages == [("内容", 3, "4.67"), ("讲师", 3, "4.67"), ("组织", 3, "4"), ("实用性", 3, "4")]
    assert record["groups"] == [{"name": "投诉处理", "records": 3, "average": record["groups"][0]["average"]}]


def test_return_visits(jsonl: Any) -> None:
    def visit(at: str, *, solved: bool, score: int) -> dict[str, Any]:
        basic = {"issue_no": "WT1", "customer_name": "甲", "closed_at": "2024-05-07T15:00:00+08:00"}
        outcome = {"resolved": solved, "service_score": score, "follow_up": "再处理", "customer_suggestion": "请改进"}
        return {
            "basic": basic,
            "visit": {"visitor": "李娜", "visited_at": at, "visit_method": "phone"},
            "outcome": outcome,
        }

    record = made(
        jsonl,
        "return-visit",
        visit("2024-05-10T18:00:00+08:00", solved=True, score=5),
        visit("2024-05-11T09:00:00+08:00", solved=False, score=2),
        visit("2024-05-08T09:00:00+08:00", solved=True, score=4),
    )
    assert told(record, "回访及时率") == ("66.7%", None, None, 3)
    assert told(record, "彻底解决率")[0] == "66.7%"
    assert told(record, "服务体验平均分")[0] == "3.67"
    assert "李娜" not in json.dumps(record, ensure_ascii=False, default=str)


def test_records_without_a_date_are_told_and_faulty_ones_refused(jsonl: Any) -> None:
    undated = inspection("2024-05-06", "合")
    del undated["basic"]["inspected_on"]
    summary = record_figures("2024-05", jsonl(inspection("2024-05-06", "合"), undated), "quality-inspection")
    assert [warning.code for warning in summary.warnings] == ["W-figures-undated"]
    with pytest.raises(RecordError) as error:
        record_figures("2024-05", jsonl(inspection("2024-05-06", "合") | {"check_items": []}), "quality-inspection")
    assert [fault.code for fault in error.value.faults] == ["E-too-few"]
    empty = record_figures("2024-07", jsonl(inspection("2024-05-06", "合")), "quality-inspection")
    assert [warning.code for warning in empty.warnings] == ["W-figures-month"]
    assert next(empty.records)["records"] == 0


def test_a_form_that_says_no_figures_is_refused_with_those_that_do(jsonl: Any) -> None:
    with pytest.raises(UsageError) as error:
        record_figures("2024-05", jsonl({}), "closure-report")
    [fault] = error.value.faults
    assert (fault.code, "quality-inspection" in fault.text("en")) == ("E-figures-form", True)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_a_form_says_of_figures_is_there_and_groups_by_nobody(form: Any) -> None:
    said = figures_of(form)
    assert said is not None
    by_pointer = {spec.pointer: spec for spec in form.root.walk()}
    assert {*said.dated} <= set(by_pointer)
    assert len({figure.key for figure in said.figures}) == len(said.figures)
    for figure in said.figures:
        specs = [by_pointer[pointer] for pointer in figure.of]
        for value in (*figure.good, *figure.among):
            choices = {choice.value for spec in specs for choice in spec.choices} or {True, False}
            assert value in choices
        if figure.kind in ("mean", "rise"):
            assert all(spec.kind.is_number or spec.choices for spec in specs)
    for pointer in filter(None, (said.groups, said.items)):
        assert not by_pointer[pointer].personal
    english = [figure.titles.get("en") for figure in said.figures]
    assert all(english)


def test_the_rows_of_a_register_are_records(tmp_path: Path, table: Any) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "来电登记",
        "x-form": {"id": "call-register", "kind": "table", "group": "records", "number": "ZY-02", "version": "1.0"},
        "x-figures": {
            "dated": ["/on"],
            "figures": [{"key": "minutes", "title": "平均时长", "kind": "mean", "of": ["/minutes"]}],
            "groups": "/line",
            "items": "",
        },
        "type": "object",
        "properties": {
            "rows": {
                "title": "来电",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "on": {"title": "日期", "type": "string", "format": "date"},
                        "line": {"title": "线路", "type": "string"},
                        "minutes": {"title": "分钟", "type": "integer"},
                    },
                },
            }
        },
    }
    path = tmp_path / "call-register.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    source = table(
        "日期,线路,分钟\n", "2024-05-06,甲,3\n", "2024/5/7,甲,4\n", "2024-05-08,乙,9\n", "2024-06-01,乙,90\n"
    )
    (record,) = record_figures("2024-05", source, str(path)).records
    assert record["figures"] == [{"indicator": "平均时长", "counted": 3, "this_period": "5.33"}]
    assert [(row["name"], row["records"], str(row["average"])) for row in record["groups"]] == [
        ("甲", 2, "3.5"),
        ("乙", 1, "9"),
    ]
    assert [(row["name"], row["counted"]) for row in record["items"]] == [("分钟", 3)]


def test_a_list_of_training_evaluations_is_read_by_its_titles(table: Any) -> None:
    source = table(
        "培训主题,日期,内容,讲师,组织,实用性,培训前,培训后\n",
        "投诉处理,2024年5月6日,5,4,4,5,2,4\n",
        "投诉处理,2024-05-07,4,4,,,3,3\n",
    )
    (record,) = record_figures("2024-05", source, "training-evaluation").records
    assert (told(record, "课程平均评分"), told(record, "掌握程度提升")[0]) == (("4.33", None, None, 6), "1")


def test_a_form_of_ones_own_has_its_figures(tmp_path: Path, jsonl: Any) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "来电抽查",
        "x-form": {"id": "call-check", "kind": "form", "group": "records", "number": "ZY-01", "version": "1.0"},
        "x-figures": {
            "dated": ["/on"],
            "figures": [{"key": "polite", "title": "礼貌率", "kind": "share", "of": ["/polite"], "good": [True],
                         "among": [True, False], "digits": 0}],
        },
        "type": "object",
        "properties": {
            "on": {"title": "日期", "type": "string", "format": "date"},
            "polite": {"title": "是否礼貌", "type": "boolean"},
        },
    }  # fmt: skip
    path = tmp_path / "call-check.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    policy = own_policy(tmp_path, polite={"at_least_percent": 70})
    rows = [{"日期": "2024-05-06", "是否礼貌": said} for said in ("是", "否", "是")]
    record = made(jsonl, str(path), *rows, policy=policy)
    assert record["figures"] == [
        {"indicator": "礼貌率", "counted": 3, "this_period": "67%", "target": "不低于 70%", "met": "missed"}
    ]

"""The case: what it knows, fills in, finds missing, and where records contradict it."""

import copy
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from generator import check, render
from generator.api import add_to_case, make_job
from generator.case import SCHEMA, Case, CaseEntry, is_case, load_case, read_case
from generator.case.filling import is_shared
from generator.catalogue import Catalogue, Form
from generator.errors import Place, RecordError, UsageError
from generator.record import value_at
from generator.rules import load_policy

CATALOGUE, POLICY = Catalogue(), load_policy()

REQUEST: dict[str, Any] = {
    "receipt": {"request_no": "FW1", "channel": "phone", "received_at": "2024-03-04 09:25"},
    "customer": {"customer_no": "C001", "customer_name": "甲公司"},
    "request": {"problem": "订单迟到", "urgency": "normal", "impact": "三个仓库"},
    "arrangement": {"entered_by": "林悦"},
}
NOTICE = {"issue_no": "WT1", "progress_made": "已定位", "expected_at": "2024-03-05 18:00"}
CHECKLIST: dict[str, Any] = {
    "basic": {"customer_person": "沈佳", "contact": "13800001234", "entered_by": "何川"},
    "problem": {"symptom": "查不到订单", "priority": "P1"},
    "steps": [{"step": "verify_customer", "result": "normal"}],
    "solution": {"interim": {"measure": "暂停报表"}},
}
CLOSURE = {
    "report_no": "BG1",
    "closed_at": "2024-03-08 16:00",
    "log": [{"time": "2024-03-04 09:30", "content": "回电"}],
    "root_cause": "配置有误",
    "solution": "改正配置",
    "result": "已恢复",
    "prevention": "双人核对",
}


def form(name: str) -> Form:
    return CATALOGUE.form(name)


def case(*entries: tuple[str, dict[str, Any]]) -> Case:
    return Case([CaseEntry(name, record) for name, record in entries], CATALOGUE, POLICY, "案卷.json")


def codes(raised: pytest.ExceptionInfo[Any]) -> list[str]:
    return [fault.code for fault in raised.value.faults]


@pytest.fixture
def saved(tmp_path: Path) -> Any:
    """Save a value as JSON; return the file."""

    def save(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return save


@pytest.fixture
def own(saved: Any, tmp_path: Path) -> Any:
    """A catalogue with one more form, of the given fields."""

    def catalogue(fields: dict[str, Any], name: str = "slip") -> Catalogue:
        saved(f"desk/schemas/{name}.json", {"title": "便签", "type": "object", "properties": fields})
        return Catalogue([tmp_path / "desk"])

    return catalogue


# --- what a case knows ------------------------------------------------------------------------------------------------


def test_an_empty_case_knows_nothing() -> None:
    assert case().known() == {}
    assert case().fill(form("progress-notice"), {}) == {}
    assert case().content(form("progress-notice")) == {}


def test_a_fact_names_its_value_its_form_and_the_number_of_its_record() -> None:
    fact = case(("progress-notice", NOTICE), ("service-request", REQUEST)).known()["received_at"]
    assert (fact.value, fact.form.id, fact.number) == ("2024-03-04T09:25:00+08:00", "service-request", 2)
    assert fact.spec.pointer == "/receipt/received_at"


def test_of_several_records_the_latest_tells() -> None:
    later = {**NOTICE, "expected_at": "2024-03-06"}
    assert case(("progress-notice", NOTICE), ("progress-notice", later)).known()["expected_at"].value == "2024-03-06"
    back = case(("progress-notice", later), ("progress-notice", NOTICE)).known()["expected_at"]
    assert (back.value, back.number) == ("2024-03-05T18:00:00+08:00", 2)


def test_a_later_record_that_is_silent_takes_nothing_away() -> None:
    silent = {"progress_made": "已修正"}
    known = case(("progress-notice", NOTICE), ("progress-notice", silent)).known()
    assert (known["issue_no"].value, known["issue_no"].number) == ("WT1", 1)
    assert known["progress_made"].number == 2


def test_derived_values_are_known_too() -> None:
    row = {"reported_at": "2024-03-04 09:00", "severity": "high", "problem": "x", "status": "open"}
    assert case(("issue-tracker", row)).known()["issue_no"].value == "WT20240304-01"


@pytest.mark.parametrize("key", ["entered_by", "entered_at", "reviewer", "handler", "recorded_by", "remark"])
def test_what_belongs_to_one_paper_is_no_shared_field(key: str) -> None:
    specs = [field for known in CATALOGUE for field in known.root.walk() if field.key == key]
    assert specs
    assert not any(is_shared(field) for field in specs)


def test_what_belongs_to_one_paper_is_not_known() -> None:
    assert "entered_by" not in case(("service-request", REQUEST)).known()
    filled = case(("service-request", REQUEST)).fill(form("troubleshooting-checklist"), {})
    assert filled["basic"] == {"customer_no": "C001"}


def test_it_can_be_asked_for_what_the_first_records_or_the_other_forms_know() -> None:
    told = case(("progress-notice", NOTICE), ("service-request", REQUEST))
    assert "customer_name" not in told.known(before=1)
    assert told.known(before=2)["customer_name"].value == "甲公司"
    left = told.known(without="service-request")
    assert (left["issue_no"].value, "customer_name" in left) == ("WT1", False)


# --- what it fills in -------------------------------------------------------------------------------------------------


def test_its_own_record_goes_before_what_others_say() -> None:
    told = case(("progress-notice", {**NOTICE, "customer_name": "乙公司"}), ("service-request", REQUEST))
    assert told.content(form("progress-notice"))["customer_name"] == "乙公司"
    assert told.content(form("closure-report"))["customer_name"] == "甲公司"


def test_a_given_record_takes_the_place_of_the_latest() -> None:
    told = case(("progress-notice", {**NOTICE, "letter_no": "36"}))
    assert told.content(form("progress-notice"))["letter_no"] == "36"
    filled = told.fill(form("progress-notice"), {"progress_made": "已修正"})
    assert (filled["progress_made"], filled["issue_no"]) == ("已修正", "WT1")
    assert "letter_no" not in filled


def test_a_record_is_completed_by_what_was_known_when_it_came() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE), ("closure-report", CLOSURE))
    before = told.content(form("progress-notice"))
    assert (before["customer_name"], before["problem_summary"]) == ("甲公司", "订单迟到")
    later = told.with_record(form("return-visit"), {"basic": {"customer_name": "乙公司", "problem_summary": "概述"}})
    assert later.content(form("progress-notice")) == before
    assert later.content(form("analysis-report"))["customer_name"] == "乙公司"
    early = case(("progress-notice", NOTICE), ("service-request", REQUEST))
    assert "customer_name" not in early.content(form("progress-notice"))
    assert early.fill(form("progress-notice"), {})["customer_name"] == "甲公司"


def test_of_several_records_of_a_form_the_latest_is_printed_and_the_first_ones_still_tell() -> None:
    later = {"progress_made": "已修正"}
    content = case(("progress-notice", {**NOTICE, "letter_no": "36"}), ("progress-notice", later)).content(
        form("progress-notice")
    )
    assert (content["progress_made"], content["issue_no"]) == ("已修正", "WT1")
    assert "letter_no" not in content


def test_a_form_without_a_record_of_its_own_is_filled_from_all() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE))
    content = told.content(form("closure-report"))
    assert content == told.fill(form("closure-report"), {})
    assert (content["customer_name"], content["issue_no"]) == ("甲公司", "WT1")


def test_a_register_holds_every_record_of_its_form_each_with_what_was_known() -> None:
    row = {"customer_no": "C009", "passed_to": "技术部"}
    told = case(("issue-intake", row), ("troubleshooting-checklist", CHECKLIST), ("issue-intake", {}))
    first, second = told.content(form("issue-intake"))["rows"]
    assert first == row
    assert (second["customer_no"], second["contact"], second["priority"]) == ("C009", "13800001234", "P1")
    assert "passed_to" not in second
    (only,) = case(("troubleshooting-checklist", CHECKLIST)).content(form("issue-intake"))["rows"]
    assert (only["contact"], only["priority"]) == ("13800001234", "P1")


def test_an_empty_value_is_filled_in_as_if_it_were_left_out() -> None:
    told = case(("service-request", REQUEST))
    for empty in ("", None, " "):
        assert told.fill(form("progress-notice"), {"customer_name": empty})["customer_name"] == "甲公司"


def test_sections_are_filled_where_the_case_knows_something_of_them_and_only_there() -> None:
    filled = case(("service-request", REQUEST)).fill(form("troubleshooting-checklist"), {})
    assert filled == {"basic": {"customer_no": "C001"}, "problem": {"impact": "三个仓库", "priority": "P2"}}


def test_filling_in_changes_neither_the_case_nor_the_record() -> None:
    told = case(("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST))
    before = copy.deepcopy(told.as_json())
    given = {"basic": {"customer_person": "王宁"}}
    told.fill(form("troubleshooting-checklist"), given)
    told.content(form("troubleshooting-checklist"))
    assert told.as_json() == before
    assert given == {"basic": {"customer_person": "王宁"}}


@pytest.mark.parametrize(("urgency", "priority", "severity"), [("urgent", "P1", "high"), ("normal", "P2", "medium")])
def test_what_is_urgent_in_a_request_is_so_on_the_scales_of_other_forms(
    urgency: str, priority: str, severity: str
) -> None:
    told = case(("service-request", {**REQUEST, "request": {**REQUEST["request"], "urgency": urgency}}))
    assert told.fill(form("troubleshooting-checklist"), {})["problem"]["priority"] == priority
    assert told.fill(form("closure-report"), {})["priority"] == priority
    assert told.fill(form("issue-tracker"), {})["severity"] == severity


@pytest.mark.parametrize(
    ("priority", "severity", "urgency"),
    [("P0", "high", "urgent"), ("P1", "high", "urgent"), ("P2", "medium", "normal"), ("P3", "low", "normal")],
)
def test_a_priority_is_written_on_the_scales_of_other_forms(priority: str, severity: str, urgency: str) -> None:
    told = case(("issue-intake", {"priority": priority}))
    assert told.fill(form("issue-tracker"), {})["severity"] == severity
    assert told.fill(form("service-request"), {})["request"]["urgency"] == urgency
    assert told.fill(form("analysis-report"), {})["priority"] == priority


def test_the_own_scale_goes_before_others_and_of_these_the_latest() -> None:
    tracked = ("issue-tracker", {"severity": "low"})
    told = case(("issue-intake", {"priority": "P0"}), tracked)
    assert told.fill(form("closure-report"), {})["priority"] == "P0"
    assert told.fill(form("service-request"), {})["request"]["urgency"] == "normal"
    back = case(tracked, ("issue-intake", {"priority": "P0"}))
    assert back.fill(form("service-request"), {})["request"]["urgency"] == "urgent"


def test_another_level_of_another_scale_is_no_contradiction() -> None:
    told = case(("service-request", REQUEST))
    assert told.conflicts(form("closure-report"), {"priority": "P0"}) == []


def test_scales_of_a_form_of_ones_own_are_mapped_by_the_policy(own: Any) -> None:
    choice = {"type": "string", "enum": ["red", "green"], "x-levels": "lamp"}
    catalogue = own({"light": choice})
    policy = replace(POLICY, scales={"urgency": {"lamp": {"urgent": "red"}}, "lamp": {"priority": {"green": "P3"}}})
    request = {**REQUEST, "request": {**REQUEST["request"], "urgency": "urgent"}}
    told = Case([CaseEntry("service-request", request)], catalogue, policy)
    assert told.fill(catalogue.form("slip"), {}) == {"light": "red"}
    back = Case([CaseEntry("slip", {"light": "green"})], catalogue, policy)
    assert back.fill(catalogue.form("closure-report"), {})["priority"] == "P3"
    nobody = Case([CaseEntry("service-request", REQUEST)], catalogue, policy)
    assert nobody.fill(catalogue.form("slip"), {}) == {}


@pytest.mark.parametrize(
    ("contact", "phone"), [("13800001234", "13800001234"), ("+86 21 5555 0000", "+86 21 5555 0000"), ("a@b.cn", None)]
)
def test_who_left_a_telephone_number_at_intake_is_called_by_it(contact: str, phone: str | None) -> None:
    told = case(("issue-intake", {"contact": contact}))
    assert told.fill(form("customer-register"), {}).get("phone") == phone
    assert told.fill(form("return-visit"), {}).get("basic", {}).get("phone") == phone


@pytest.mark.parametrize(
    ("passed_to", "department"),
    [
        ("技术部/李明", "技术部"),
        ("技术部／李明", "技术部"),
        ("技术部", "技术部"),
        ("客服二组", "客服二组"),
        ("李明", None),
    ],
)
def test_the_department_that_an_issue_is_passed_to_answers_for_it(passed_to: str, department: str | None) -> None:
    told = case(("issue-intake", {"passed_to": passed_to}))
    for name in ("issue-tracker", "solution-confirmation"):
        assert told.fill(form(name), {}).get("department") == department


def test_sources_are_tried_in_the_order_in_which_the_schema_names_them() -> None:
    notice = form("progress-notice")
    symptom_only = case(("troubleshooting-checklist", CHECKLIST))
    assert symptom_only.content(notice)["problem_summary"] == "查不到订单"
    both = case(("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST))
    assert both.content(notice)["problem_summary"] == "订单迟到"
    own_key = case(*[(e.form, e.record) for e in both.entries], ("closure-report", {"problem_summary": "概述"}))
    assert own_key.content(notice)["problem_summary"] == "概述"


def test_a_source_is_read_one_way_only() -> None:
    checklist = form("troubleshooting-checklist")
    told = case(
        ("return-visit", {"basic": {"contact_person": "沈佳"}}), ("closure-report", {"temporary_measure": "甲"})
    )
    assert told.fill(form("return-visit"), {})["basic"]["contact_person"] == "沈佳"
    assert told.fill(checklist, {}) == case().fill(checklist, {})
    back = case(("troubleshooting-checklist", CHECKLIST))
    assert back.fill(form("return-visit"), {})["basic"]["contact_person"] == "沈佳"
    assert back.fill(form("closure-report"), {})["temporary_measure"] == "暂停报表"


@pytest.mark.parametrize(
    ("source", "record", "target", "pointer", "value"),
    [
        ("service-request", REQUEST, "incident-review", "/problem_summary", "订单迟到"),
        ("troubleshooting-checklist", CHECKLIST, "incident-review", "/problem_summary", "查不到订单"),
        ("troubleshooting-checklist", CHECKLIST, "closure-report", "/temporary_measure", "暂停报表"),
        ("troubleshooting-checklist", CHECKLIST, "return-visit", "/basic/contact_person", "沈佳"),
        ("service-request", REQUEST, "issue-tracker", "/reported_at", "2024-03-04T09:25:00+08:00"),
        ("service-request", REQUEST, "closure-report", "/reported_at", "2024-03-04T09:25:00+08:00"),
        ("progress-notice", {"expected_at": "2024-03-06"}, "delay-notice", "/original_due", "2024-03-06"),
        ("closure-report", CLOSURE, "analysis-report", "/preliminary_cause", "配置有误"),
    ],
)
def test_a_field_takes_what_its_schema_names_as_its_source(
    source: str, record: dict[str, Any], target: str, pointer: str, value: str
) -> None:
    assert value_at(case((source, record)).fill(form(target), {}), pointer) == value


def test_a_person_fills_only_what_is_masked_as_a_person(own: Any) -> None:
    text, sources = {"type": "string"}, ["customer_person", "customer_name"]
    fields = {"open": {**text, "x-case": sources}, "person": {**text, "x-sensitive": "name", "x-case": sources}}
    catalogue = own(fields)
    entry = CaseEntry("troubleshooting-checklist", CHECKLIST)
    assert Case([entry], catalogue, POLICY).fill(catalogue.form("slip"), {}) == {"person": "沈佳"}
    both = Case([entry, CaseEntry("service-request", REQUEST)], catalogue, POLICY)
    assert both.fill(catalogue.form("slip"), {}) == {"person": "沈佳", "open": "甲公司"}
    private = {**REQUEST, "customer": {**REQUEST["customer"], "customer_name": "王芳"}}
    told = Case([CaseEntry("service-request", private)], catalogue, POLICY)
    assert told.fill(catalogue.form("slip"), {}) == {"person": "王芳"}


def test_a_shared_person_does_not_fill_a_field_of_the_same_key_that_is_not_masked(own: Any) -> None:
    catalogue = own({"customer_person": {"type": "string"}, "contact": {"type": "string"}})
    told = Case([CaseEntry("troubleshooting-checklist", CHECKLIST)], catalogue, POLICY)
    assert told.known()["customer_person"].value == "沈佳"
    assert told.fill(catalogue.form("slip"), {}) == {}


def test_a_person_does_not_become_the_name_of_the_customer() -> None:
    told = case(("troubleshooting-checklist", CHECKLIST))
    for target in ("closure-report", "progress-notice", "solution-confirmation", "issue-tracker"):
        filled = told.fill(form(target), {})
        assert "沈佳" not in str(filled)
        assert "customer_name" not in filled


def test_keys_that_forms_have_in_common_by_chance_do_not_flow() -> None:
    steps = case(("troubleshooting-checklist", CHECKLIST)).fill(form("solution-confirmation"), {})
    assert "steps" not in steps
    channel = case(("service-request", REQUEST)).fill(form("contact-log"), {})
    assert "channel" not in channel


def test_a_text_does_not_fill_a_section_of_the_same_key() -> None:
    told = case(("closure-report", CLOSURE))
    assert "solution" not in told.fill(form("troubleshooting-checklist"), {})
    assert told.fill(form("solution-confirmation"), {})["solution"] == "改正配置"


def test_of_a_table_the_columns_flow_that_both_have(own: Any) -> None:
    columns = {"time": {"type": "string", "format": "date-time"}, "content": {"type": "string"}}
    extra = {"type": "array", "items": {"type": "object", "properties": {**columns, "cost": {"type": "string"}}}}
    catalogue = own({"history": {**extra, "x-case": ["log"]}})
    told = Case([CaseEntry("closure-report", {"log": [{**CLOSURE["log"][0], "stage": "受理"}]})], catalogue, POLICY)
    assert told.fill(catalogue.form("slip"), {})["history"] == [
        {"time": "2024-03-04T09:30:00+08:00", "content": "回电"}
    ]


def test_a_table_does_not_fill_a_text_that_names_it_as_a_source(own: Any) -> None:
    catalogue = own({"history": {"type": "string", "x-case": ["log", "result"]}})
    told = Case([CaseEntry("closure-report", CLOSURE)], catalogue, POLICY)
    assert told.fill(catalogue.form("slip"), {}) == {"history": "已恢复"}


def test_a_shared_field_may_stay_at_home(own: Any) -> None:
    catalogue = own({"customer_name": {"type": "string", "x-case": False}})
    told = Case(
        [CaseEntry("service-request", REQUEST), CaseEntry("slip", {"customer_name": "乙公司"})], catalogue, POLICY
    )
    assert told.known()["customer_name"].value == "甲公司"
    alone = Case([CaseEntry("service-request", REQUEST)], catalogue, POLICY)
    assert alone.fill(catalogue.form("slip"), {}) == {}
    assert alone.conflicts(catalogue.form("slip"), {"customer_name": "乙公司"}) == []
    assert len(alone.conflicts(form("progress-notice"), {"customer_name": "乙公司"})) == 1


def test_missing_is_what_is_required_and_untold() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE))
    lacking = told.missing(form("closure-report"))
    assert {fault.code for fault in lacking} == {"E-required"}
    assert {fault.place.pointer for fault in lacking} == {f"/{key}" for key in CLOSURE if key != "log"}
    complete = case(*[(e.form, e.record) for e in told.entries], ("closure-report", CLOSURE))
    assert complete.missing(form("closure-report")) == []


def test_what_is_told_but_wrong_is_not_missing() -> None:
    told = case(("progress-notice", {**NOTICE, "notified_at": "2024-03-09 09:00"}))
    assert told.missing(form("progress-notice")) == []


def test_what_a_row_of_a_table_lacks_is_named_by_its_columns() -> None:
    told = case(("archive-register", {"题名": "甲公司处理卷", "类别": "问题处理"}))
    assert [fault.place.titles["zh-Hans"] for fault in told.missing(form("archive-register"))] == [
        "形成日期",
        "保管期限",
    ]


# --- contradictions ---------------------------------------------------------------------------------------------------


def test_a_contradiction_names_field_forms_and_record() -> None:
    told = case(("progress-notice", NOTICE), ("service-request", REQUEST))
    (fault,) = told.conflicts(form("return-visit"), {"basic": {"customer_name": "乙公司"}})
    assert (fault.code, fault.place.file, fault.place.pointer) == (
        "E-case-conflict",
        "案卷.json",
        "/basic/customer_name",
    )
    assert fault.place.titles["zh-Hans"] == "客户名称"
    assert fault.params["number"] == 2
    assert (fault.params["ours"]["en"], fault.params["theirs"]["en"]) == (
        "Follow-up call record",
        "Service request form",
    )


def test_only_shared_fields_can_contradict_one_another() -> None:
    told = case(("service-request", REQUEST))
    assert told.conflicts(form("contact-log"), {"channel": "email", "customer_no": "C001"}) == []
    assert told.conflicts(form("troubleshooting-checklist"), {"basic": {"entered_by": "何川"}}) == []


def test_a_summary_in_other_words_than_its_source_is_no_contradiction() -> None:
    told = case(("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST))
    assert told.conflicts(form("progress-notice"), {"problem_summary": "概述", "customer_name": "甲公司"}) == []


def test_a_form_may_correct_itself() -> None:
    told = case(("progress-notice", NOTICE))
    assert told.conflicts(form("progress-notice"), {"issue_no": "WT2", "expected_at": "2024-03-09"}) == []
    assert len(told.conflicts(form("closure-report"), {"issue_no": "WT2"})) == 1


def test_a_record_is_held_against_the_latest_of_another_form_also_where_its_own_form_spoke_since() -> None:
    notice = {**NOTICE, "customer_name": "乙公司"}
    told = case(("service-request", REQUEST), ("progress-notice", notice))
    (fault,) = told.conflicts(form("progress-notice"), notice)
    assert (fault.code, fault.params["number"]) == ("E-case-conflict", 1)
    assert told.conflicts(form("progress-notice"), {"customer_name": "甲公司"}) == []
    (later,) = told.conflicts(form("closure-report"), {"customer_name": "甲公司"})
    assert later.params["number"] == 2


def test_the_same_moment_written_otherwise_is_no_contradiction() -> None:
    told = case(("service-request", REQUEST))
    assert told.conflicts(form("service-request"), told.read(form("service-request"), REQUEST, Place())) == []
    check_form, place = form("transfer-check"), Place("核对.json")
    same = told.read(check_form, {"received_at": "2024年3月4日 9时25分"}, place)
    other = told.read(check_form, {"received_at": "2024-03-04 09:26"}, place)
    assert told.conflicts(check_form, same) == []
    assert [fault.place.pointer for fault in told.conflicts(check_form, other)] == ["/decision/received_at"]


def test_what_contradicts_the_case_is_taken_out_and_nothing_else() -> None:
    told = case(("service-request", REQUEST))
    record = {"basic": {"customer_no": "C777", "customer_person": "沈佳"}, "problem": {"symptom": "查不到订单"}}
    kept = told.without(form("troubleshooting-checklist"), record)
    assert kept == {"basic": {"customer_person": "沈佳"}, "problem": {"symptom": "查不到订单"}}
    assert record["basic"]["customer_no"] == "C777"


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_case_with_one_record_more_leaves_the_first_as_it_was() -> None:
    first = case(("service-request", REQUEST))
    record = first.read(form("progress-notice"), {"问题编号": "WT1", "预计完成时间": "2024年3月5日"}, Place())
    second = first.with_record(form("progress-notice"), record)
    assert len(first.entries) == 1
    assert second.as_json()["records"][0] == first.as_json()["records"][0]
    assert second.as_json()["records"][1] == {
        "form": "progress-notice",
        "record": {"issue_no": "WT1", "expected_at": "2024-03-05"},
    }


def test_a_case_read_from_its_own_content_says_the_same() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE))
    again = read_case(json.loads(json.dumps(told.as_json())), CATALOGUE, POLICY, "案卷.json")
    assert again.as_json() == told.as_json()
    for name in ("closure-report", "progress-notice", "issue-tracker"):
        assert again.content(form(name)) == told.content(form(name))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"$schema": SCHEMA, "records": []}, True),
        ({"$schema": SCHEMA}, True),
        ({"records": []}, False),
        ({"$schema": "urn:biaodan:form"}, False),
        ([{"$schema": SCHEMA}], False),
        (SCHEMA, False),
        (None, False),
    ],
    ids=str,
)
def test_a_case_is_known_by_its_schema(content: Any, expected: bool) -> None:
    assert is_case(content) is expected


def test_a_missing_file_is_an_empty_case_and_is_not_made_by_reading(tmp_path: Path) -> None:
    assert load_case(tmp_path / "案卷.json", CATALOGUE, POLICY).entries == ()
    assert not (tmp_path / "案卷.json").exists()


def test_reading_tells_every_fault_of_a_record_at_once() -> None:
    with pytest.raises(RecordError) as raised:
        case().read(form("progress-notice"), {"天气": "晴", "expected_at": "明天"}, Place("记录.json", "3"))
    assert sorted(codes(raised)) == ["E-date", "E-unknown-key"]
    assert {(fault.place.file, fault.place.row) for fault in raised.value.faults} == {("记录.json", "3")}


def test_a_fault_inside_a_case_carries_the_number_of_its_record() -> None:
    told = case(("progress-notice", NOTICE), ("progress-notice", {"天气": "晴"}))
    for asked in (told.known, lambda: told.content(form("progress-notice")), lambda: told.missing(form("root-cause"))):
        with pytest.raises(RecordError) as raised:
            asked()
        assert [(f.code, f.place.file, f.place.row) for f in raised.value.faults] == [
            ("E-unknown-key", "案卷.json", "[2]")
        ]


def test_a_form_that_the_catalogue_has_not_is_told_with_the_record_of_the_case() -> None:
    told = case(("progress-notice", NOTICE), ("closure-reprt", {}))
    assert told.form_of(1).id == "progress-notice"
    for asked in (lambda: told.form_of(2), told.known, lambda: told.fill(form("closure-report"), {})):
        with pytest.raises(RecordError) as raised:
            asked()
        (fault,) = raised.value.faults
        assert (fault.code, fault.place.text("en")) == ("E-case-form", "案卷.json:[2]")
        assert fault.params["form"] == "closure-reprt"


# --- from Python ------------------------------------------------------------------------------------------------------


def test_adding_returns_the_case_and_writes_nothing(saved: Any, tmp_path: Path) -> None:
    record = saved("请求.json", REQUEST)
    made, warnings = add_to_case(tmp_path / "案卷.json", "service-request", str(record))
    assert warnings == []
    assert [entry.form for entry in made.entries] == ["service-request"]
    assert not (tmp_path / "案卷.json").exists()


def test_adding_takes_a_form_as_well_as_its_name(saved: Any, tmp_path: Path) -> None:
    record = str(saved("请求.json", REQUEST))
    by_name, _ = add_to_case(tmp_path / "案卷.json", "service-request", record)
    by_form, _ = add_to_case(tmp_path / "案卷.json", form("service-request"), record)
    assert by_form.as_json() == by_name.as_json()


def test_adding_returns_the_warnings_about_the_record_with_what_the_case_knows(saved: Any) -> None:
    path = saved("案卷.json", case(("service-request", REQUEST)).as_json())
    record = {**NOTICE, "notified_at": "2024-03-04 17:30", "next_notice_at": "2024-03-07 17:30"}
    made, warnings = add_to_case(path, "progress-notice", str(saved("告知.json", record)))
    assert [entry.form for entry in made.entries] == ["service-request", "progress-notice"]
    assert [(fault.code, fault.place.pointer) for fault in warnings] == [("W-derived", "/next_notice_at")]


def test_a_form_outside_the_catalogue_is_not_added(own: Any, saved: Any, tmp_path: Path) -> None:
    catalogue = own({"note": {"type": "string"}})
    record = str(saved("便签.json", {"note": "x"}))
    with pytest.raises(UsageError) as raised:
        add_to_case(tmp_path / "案卷.json", catalogue.form("slip"), record)
    assert [(f.code, f.place.file, f.params["form"]) for f in raised.value.faults] == [
        ("E-case-form", "案卷.json", "slip")
    ]
    made, _ = add_to_case(tmp_path / "案卷.json", catalogue.form("slip"), record, catalogue=catalogue)
    assert [entry.form for entry in made.entries] == ["slip"]


def test_a_form_of_another_making_under_a_known_name_is_not_added(own: Any, saved: Any, tmp_path: Path) -> None:
    other = own({"issue_no": {"type": "string"}}, "progress-notice").form("progress-notice")
    with pytest.raises(UsageError) as raised:
        add_to_case(tmp_path / "案卷.json", other, str(saved("告知.json", {"issue_no": "WT1"})))
    assert codes(raised) == ["E-case-form"]


def test_what_stands_beside_a_row_is_not_added(saved: Any, tmp_path: Path) -> None:
    row = {"题名": "甲卷", "类别": "问题处理", "形成日期": "2024-03-08", "保管期限": "10年"}
    path = tmp_path / "案卷.json"
    with pytest.raises(RecordError) as raised:
        add_to_case(path, "archive-register", str(saved("行.json", {"归档部门": "客服部", "rows": [row]})))
    (fault,) = raised.value.faults
    assert (fault.code, fault.params["names"]) == ("E-case-head", ["归档部门"])
    made, _ = add_to_case(path, "archive-register", str(saved("行.json", {"rows": [row]})))
    assert len(made.entries) == 1


def test_adding_raises_what_the_command_would_say(saved: Any, tmp_path: Path) -> None:
    path = saved("案卷.json", case(("service-request", REQUEST)).as_json())
    wrong = str(saved("告知.json", {**NOTICE, "customer_name": "乙公司"}))
    with pytest.raises(RecordError) as raised:
        add_to_case(path, "progress-notice", wrong)
    assert codes(raised) == ["E-case-conflict"]
    theirs, _ = add_to_case(path, "progress-notice", wrong, prefer="record")
    assert theirs.known()["customer_name"].value == "乙公司"
    ours, _ = add_to_case(path, "progress-notice", wrong, prefer="case")
    assert ours.known()["customer_name"].value == "甲公司"
    with pytest.raises(UsageError) as raised:
        add_to_case(path, "progress-notice", str(saved("两条.json", [NOTICE, NOTICE])))
    assert codes(raised) == ["E-case-one"]


def test_adding_uses_the_forms_of_the_given_catalogue(own: Any, saved: Any, tmp_path: Path) -> None:
    catalogue = own({"note": {"type": "string"}})
    made, _ = add_to_case(tmp_path / "案卷.json", "slip", str(saved("便签.json", {"note": "x"})), catalogue=catalogue)
    assert made.as_json()["records"] == [{"form": "slip", "record": {"note": "x"}}]


def test_a_document_is_made_from_a_case_in_python() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE), ("closure-report", CLOSURE))
    printed = render("closure-report", told.as_json(), "docx")
    assert printed == render("closure-report", told.content(form("closure-report")), "docx")
    document = Document(io.BytesIO(printed))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for shown in ("甲公司", "WT1", "订单迟到"):
        assert any(shown in text for text in cells)


def test_a_case_file_is_checked_and_opened_in_python(saved: Any) -> None:
    path = saved("案卷.json", case(("service-request", REQUEST), ("progress-notice", NOTICE)).as_json())
    assert check("progress-notice", path) == []
    assert {fault.code for fault in check("closure-report", path)} == {"E-required"}
    job = make_job("progress-notice", lang="en")
    (made,) = job.documents(job.open(str(path)))
    assert (made.identity, made.faults) == ("WT1", ())


def test_a_case_in_memory_is_checked_as_its_file_is(saved: Any) -> None:
    content = case(("service-request", REQUEST), ("progress-notice", NOTICE)).as_json()
    path = saved("案卷.json", content)
    assert check("progress-notice", content) == []
    told = [(fault.code, fault.place.pointer) for fault in check("closure-report", content)]
    assert told == [(fault.code, fault.place.pointer) for fault in check("closure-report", path)]
    assert {code for code, _ in told} == {"E-required"}
    with pytest.raises(RecordError) as raised:
        render("closure-report", content, "docx")
    assert set(codes(raised)) == {"E-required"}


def test_a_malformed_case_in_memory_is_refused() -> None:
    for asked in (lambda c: check("closure-report", c), lambda c: render("closure-report", c, "docx")):
        with pytest.raises(RecordError) as raised:
            asked({"$schema": SCHEMA, "records": [7]})
        assert [(fault.code, fault.place.pointer) for fault in raised.value.faults] == [("E-case", "/records/0")]


def test_a_register_is_made_from_a_case_in_memory() -> None:
    row = {"题名": "甲卷", "类别": "问题处理", "形成日期": "2024-03-08", "保管期限": "10年"}
    told = case(("archive-register", row), ("service-request", REQUEST), ("archive-register", {**row, "题名": "乙卷"}))
    assert check("archive-register", told.as_json()) == []
    document = Document(io.BytesIO(render("archive-register", told.as_json(), "docx")))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    assert (cells.count("甲卷"), cells.count("乙卷")) == (1, 1)


# --- the log of a case ------------------------------------------------------------------------------------------------

LOGGED: dict[str, Any] = {**NOTICE, "notified_at": "2024-03-04 17:30", "service_contact": "林悦"}


def logged(*entries: tuple[str, dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = case(("service-request", REQUEST), *entries).content(form("closure-report"))["log"]
    return [(row["time"][5:16], row.get("stage", ""), row.get("handler", ""), row["content"]) for row in rows]


RECEIVED = ("03-04T09:25", "受理登记", "林悦", "订单迟到")


def test_what_records_tell_stands_in_the_log_in_the_order_of_time_and_not_of_the_records() -> None:
    early = {**LOGGED, "notified_at": "2024-03-04 10:00", "progress_made": "已受理"}
    assert logged(("progress-notice", LOGGED), ("progress-notice", early)) == [
        RECEIVED,
        ("03-04T10:00", "进度告知", "林悦", "已受理"),
        ("03-04T17:30", "进度告知", "林悦", "已定位"),
    ]


def test_an_entry_that_two_records_tell_stands_once() -> None:
    assert logged(("progress-notice", LOGGED), ("progress-notice", LOGGED)) == [
        RECEIVED,
        ("03-04T17:30", "进度告知", "林悦", "已定位"),
    ]


@pytest.mark.parametrize(
    ("own", "stays"),
    [
        ({"time": "2024-03-04 17:30:20", "content": "发函告知进展", "handler": "客服 林悦"}, False),
        ({"time": "2024-03-04 17:30", "content": "发函告知进展"}, False),
        ({"time": "2024-03-04 17:30", "content": "发布修正版本", "handler": "顾远"}, True),
        ({"time": "2024-03-04 17:31", "content": "发函告知进展", "handler": "林悦"}, True),
    ],
)
def test_an_own_row_of_the_same_minute_and_person_stands_instead_of_the_entry(own: dict[str, Any], stays: bool) -> None:
    found = logged(("progress-notice", LOGGED), ("closure-report", {**CLOSURE, "log": [own]}))
    assert ("03-04T17:30", "进度告知", "林悦", "已定位") in found if stays else len(found) == 2
    assert any(content == own["content"] for *_, content in found)


def test_nothing_from_before_the_report_gets_into_the_closing_report() -> None:
    early = {**LOGGED, "notified_at": "2024-03-04 09:24"}
    assert logged(("progress-notice", early)) == [RECEIVED]


def test_what_is_personal_gets_into_no_column_that_shows_everything() -> None:
    handled = {"found_at": "2024-03-04 10:00", "problem": "漏发短信", "exception_no": "YC1"}
    record = {
        "exception": handled,
        "handling": {"result": "已补发", "owner": "沈佳", "completed_at": "2024-03-04 11:00"},
    }
    assert logged(("exception-record", record))[1:] == [
        ("03-04T10:00", "发现异常", "", "漏发短信"),
        ("03-04T11:00", "处理完成", "", "已补发"),
    ]


def test_a_day_without_a_time_stands_behind_what_is_known_of_that_day() -> None:
    record = {
        "exception": {"found_at": "2024-03-04 10:00", "problem": "漏发短信"},
        "handling": {"result": "已补发", "completed_at": "2024-03-04"},
    }
    by_day = {**NOTICE, "issued_on": "2024-03-05", "service_contact": "林悦"}
    next_day = {**LOGGED, "notified_at": "2024-03-06 08:00", "progress_made": "已发布"}
    entries = logged(("progress-notice", by_day), ("progress-notice", next_day), ("exception-record", record))
    assert [(at, stage) for at, stage, _, _ in entries] == [
        ("03-04T09:25", "受理登记"),
        ("03-04T10:00", "发现异常"),
        ("03-04", "处理完成"),
        ("03-05", "进度告知"),
        ("03-06T08:00", "进度告知"),
    ]


def test_a_notice_of_the_day_of_closing_is_an_entry_and_one_of_the_next_day_is_none() -> None:
    days = [{**NOTICE, "issued_on": day, "progress_made": day} for day in ("2024-03-03", "2024-03-07", "2024-03-08")]
    told = case(*(("progress-notice", day) for day in days))
    report = {"reported_at": "2024-03-04T09:25:00+08:00", "closed_at": "2024-03-07T16:00:00+08:00"}
    assert [row["time"] for row in told.fill(CATALOGUE.form("closure-report"), report)["log"]] == ["2024-03-07"]


def test_times_in_the_log_are_in_order_with_days_among_them() -> None:
    rows = [{"time": time, "content": "回电"} for time in ("2024-03-04 09:30", "2024-03-04", "2024-03-05 08:00")]
    found = check("closure-report", {**CLOSURE, "log": rows})
    assert not [fault for fault in found if "/log" in str(fault.place.pointer)]


def test_a_date_that_is_estimated_anew_contradicts_nothing_and_the_last_one_holds() -> None:
    told = case(("progress-notice", NOTICE), ("delay-notice", {"revised_due": "2024-03-07 12:00"}))
    assert told.conflicts(form("progress-notice"), {"expected_at": "2024-03-09T12:00:00+08:00"}) == []
    assert told.content(form("progress-notice"))["expected_at"] == "2024-03-05T18:00:00+08:00"
    assert told.fill(form("progress-notice"), {})["expected_at"] == "2024-03-07T12:00:00+08:00"
    assert told.conflicts(form("progress-notice"), {"issue_no": "WT9"}) == []
    told = told.with_record(form("progress-notice"), {"issue_no": "WT1", "expected_at": "2024-03-08"})
    assert told.fill(form("delay-notice"), {})["original_due"] == "2024-03-08"


def test_intake_the_analysis_and_a_notice_of_delay_are_entries_of_the_log() -> None:
    intake = {
        "customer_person": "沈佳",
        "contact": "13800001234",
        "description_and_demand": "订单迟到",
        "issue_type": "技术故障/订单",
        "received_at": "2024-03-04T09:25:00+08:00",
        "received_by": "林悦",
    }
    analysis = {"submitted_at": "2024-03-04T17:00:00+08:00", "prepared_by": "何川", "preliminary_cause": "锁表"}
    delay = {
        "original_due": "2024-03-05",
        "revised_due": "2024-03-06",
        "notified_at": "2024-03-04T18:10:00+08:00",
        "delay_reason": "封网",
        "service_contact": "林悦",
        "remedy": "人工转送",
    }
    told = case(
        ("issue-intake", intake),
        ("analysis-report", analysis),
        ("delay-notice", delay),
        ("delay-notice", {**delay, "revised_due": "2024-03-07", "notified_at": None, "issued_on": "2024-03-05"}),
    )
    report = {"reported_at": "2024-03-04T09:25:00+08:00", "closed_at": "2024-03-07T16:00:00+08:00"}
    rows = told.fill(CATALOGUE.form("closure-report"), report)["log"]
    assert [(row["time"][11:16], row["stage"], row["handler"], row["content"]) for row in rows] == [
        ("09:25", "受理登记", "林悦", "订单迟到"),
        ("17:00", "提交分析报告", "何川", "锁表"),
        ("18:10", "延期说明", "林悦", "封网"),
        ("", "延期说明", "林悦", "封网"),  # the second notice tells its day alone
    ]

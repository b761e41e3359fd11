"""The case: what it knows, fills in, finds missing, and where records contradict it."""

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from generator import check, render
from generator.api import add_to_case, make_job
from generator.case import SCHEMA, Case, Entry, is_case, is_shared, load_case, read_case
from generator.catalogue import Catalogue, Form
from generator.errors import RecordError, UsageError
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
    return Case([Entry(name, record) for name, record in entries], CATALOGUE, POLICY, "案卷.json")


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
    assert case().fill(form("progress-notice")) == {}


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
    filled = case(("service-request", REQUEST)).fill(form("troubleshooting-checklist"))
    assert filled["basic"] == {"customer_no": "C001"}


# --- what it fills in -------------------------------------------------------------------------------------------------


def test_its_own_record_goes_before_what_others_say() -> None:
    told = case(("progress-notice", {**NOTICE, "customer_name": "乙公司"}), ("service-request", REQUEST))
    assert told.fill(form("progress-notice"))["customer_name"] == "乙公司"
    assert told.fill(form("closure-report"))["customer_name"] == "甲公司"


def test_a_given_record_takes_the_place_of_the_latest() -> None:
    told = case(("progress-notice", {**NOTICE, "letter_no": "36"}))
    assert told.fill(form("progress-notice"))["letter_no"] == "36"
    assert "letter_no" not in told.fill(form("progress-notice"), {"progress_made": "已修正"})


def test_an_empty_value_is_filled_in_as_if_it_were_left_out() -> None:
    told = case(("service-request", REQUEST))
    for empty in ("", None, " "):
        assert told.fill(form("progress-notice"), {"customer_name": empty})["customer_name"] == "甲公司"


def test_sections_are_filled_where_the_case_knows_something_of_them_and_only_there() -> None:
    filled = case(("service-request", REQUEST)).fill(form("troubleshooting-checklist"))
    assert filled == {"basic": {"customer_no": "C001"}, "problem": {"impact": "三个仓库"}}


def test_filling_in_changes_neither_the_case_nor_the_record() -> None:
    told = case(("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST))
    before = copy.deepcopy(told.as_json())
    given = {"basic": {"customer_person": "王宁"}}
    told.fill(form("troubleshooting-checklist"), given)
    told.fill(form("troubleshooting-checklist"))
    assert told.as_json() == before
    assert given == {"basic": {"customer_person": "王宁"}}


def test_sources_are_tried_in_the_order_in_which_the_schema_names_them() -> None:
    notice = form("progress-notice")
    symptom_only = case(("troubleshooting-checklist", CHECKLIST))
    assert symptom_only.fill(notice)["problem_summary"] == "查不到订单"
    both = case(("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST))
    assert both.fill(notice)["problem_summary"] == "订单迟到"
    own_key = case(*[(e.form, e.record) for e in both.entries], ("closure-report", {"problem_summary": "概述"}))
    assert own_key.fill(notice)["problem_summary"] == "概述"


def test_a_source_is_read_one_way_only() -> None:
    assert "customer_person" not in case(("service-request", REQUEST)).fill(form("issue-intake"))


def test_keys_that_forms_have_in_common_by_chance_do_not_flow() -> None:
    steps = case(("troubleshooting-checklist", CHECKLIST)).fill(form("solution-confirmation"))
    assert "steps" not in steps
    channel = case(("service-request", REQUEST)).fill(form("contact-log"))
    assert "channel" not in channel


def test_a_text_does_not_fill_a_section_of_the_same_key() -> None:
    told = case(("closure-report", CLOSURE))
    assert "solution" not in told.fill(form("troubleshooting-checklist"))
    assert told.fill(form("solution-confirmation"))["solution"] == "改正配置"


def test_of_a_table_the_columns_flow_that_both_have(own: Any) -> None:
    columns = {"time": {"type": "string", "format": "date-time"}, "content": {"type": "string"}}
    extra = {"type": "array", "items": {"type": "object", "properties": {**columns, "cost": {"type": "string"}}}}
    catalogue = own({"history": {**extra, "x-case": ["log"]}})
    told = Case([Entry("closure-report", {"log": [{**CLOSURE["log"][0], "stage": "受理"}]})], catalogue, POLICY)
    assert told.fill(catalogue.form("slip"))["history"] == [{"time": "2024-03-04T09:30:00+08:00", "content": "回电"}]


def test_a_table_does_not_fill_a_text_that_names_it_as_a_source(own: Any) -> None:
    catalogue = own({"history": {"type": "string", "x-case": ["log", "result"]}})
    told = Case([Entry("closure-report", CLOSURE)], catalogue, POLICY)
    assert told.fill(catalogue.form("slip")) == {"history": "已恢复"}


def test_a_shared_field_may_stay_at_home(own: Any) -> None:
    catalogue = own({"customer_name": {"type": "string", "x-case": False}})
    told = Case([Entry("service-request", REQUEST), Entry("slip", {"customer_name": "乙公司"})], catalogue, POLICY)
    assert told.known()["customer_name"].value == "甲公司"
    alone = Case([Entry("service-request", REQUEST)], catalogue, POLICY)
    assert alone.fill(catalogue.form("slip")) == {}
    assert alone.conflicts(catalogue.form("slip"), {"customer_name": "乙公司"}) == []


def test_missing_is_what_is_required_and_untold() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE))
    lacking = told.missing(form("closure-report"))
    assert {fault.code for fault in lacking} == {"E-required"}
    assert {fault.place.pointer for fault in lacking} == {f"/{key}" for key in CLOSURE}
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
    (fault,) = told.conflicts(form("return-visit"), {"客户名称": "乙公司"})
    assert (fault.code, fault.place.file, fault.place.pointer) == (
        "E-case-conflict",
        "案卷.json",
        "/basic/customer_name",
    )
    assert fault.place.titles["zh-Hans"] == "客户名称"
    assert fault.params["number"] == 2
    assert (fault.params["ours"]["en"], fault.params["theirs"]["en"]) == (
        "Follow-up Call Record",
        "Service Request Form",
    )


def test_only_shared_fields_can_contradict_one_another() -> None:
    told = case(("service-request", REQUEST))
    assert told.conflicts(form("contact-log"), {"渠道": "邮件", "客户编号": "C001"}) == []
    assert told.conflicts(form("troubleshooting-checklist"), {"basic": {"entered_by": "何川"}}) == []


def test_a_summary_in_other_words_than_its_source_is_no_contradiction() -> None:
    told = case(("service-request", REQUEST), ("troubleshooting-checklist", CHECKLIST))
    assert told.conflicts(form("progress-notice"), {"problem_summary": "概述", "customer_name": "甲公司"}) == []


def test_a_form_may_correct_itself() -> None:
    told = case(("progress-notice", NOTICE))
    assert told.conflicts(form("progress-notice"), {"issue_no": "WT2", "expected_at": "2024-03-09"}) == []
    assert len(told.conflicts(form("closure-report"), {"issue_no": "WT2"})) == 1


def test_the_same_moment_written_otherwise_is_no_contradiction() -> None:
    told = case(("service-request", REQUEST))
    assert told.conflicts(form("service-request"), REQUEST) == []
    same = {"received_at": "2024年3月4日 9时25分"}
    other = {"received_at": "2024-03-04 09:26"}
    assert told.conflicts(form("transfer-check"), same) == []
    assert len(told.conflicts(form("transfer-check"), other)) == 1


def test_what_contradicts_the_case_is_taken_out_and_nothing_else() -> None:
    told = case(("service-request", REQUEST))
    record = {"basic": {"customer_no": "C777", "customer_person": "沈佳"}, "problem": {"symptom": "查不到订单"}}
    kept = told.without(form("troubleshooting-checklist"), record)
    assert kept == {"basic": {"customer_person": "沈佳"}, "problem": {"symptom": "查不到订单"}}
    assert record["basic"]["customer_no"] == "C777"


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_case_with_one_record_more_leaves_the_first_as_it_was() -> None:
    first = case(("service-request", REQUEST))
    second = first.with_record(form("progress-notice"), {"问题编号": "WT1", "预计完成时间": "2024年3月5日"})
    assert len(first.entries) == 1
    assert second.as_json()["records"][1] == {
        "form": "progress-notice",
        "record": {"issue_no": "WT1", "expected_at": "2024-03-05"},
    }


def test_a_case_read_from_its_own_content_says_the_same() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE))
    again = read_case(json.loads(json.dumps(told.as_json())), CATALOGUE, POLICY, "案卷.json")
    assert again.as_json() == told.as_json()
    assert again.fill(form("closure-report")) == told.fill(form("closure-report"))


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
        case().read(form("progress-notice"), {"天气": "晴", "expected_at": "明天"}, "记录.json")
    assert sorted(codes(raised)) == ["E-date", "E-unknown-key"]
    assert {fault.place.file for fault in raised.value.faults} == {"记录.json"}


# --- from Python ------------------------------------------------------------------------------------------------------


def test_adding_returns_the_case_and_writes_nothing(saved: Any, tmp_path: Path) -> None:
    record = saved("请求.json", REQUEST)
    made = add_to_case(tmp_path / "案卷.json", "service-request", str(record))
    assert [entry.form for entry in made.entries] == ["service-request"]
    assert not (tmp_path / "案卷.json").exists()


def test_adding_takes_a_form_as_well_as_its_name(saved: Any, tmp_path: Path) -> None:
    record = str(saved("请求.json", REQUEST))
    by_name = add_to_case(tmp_path / "案卷.json", "service-request", record)
    assert add_to_case(tmp_path / "案卷.json", form("service-request"), record).as_json() == by_name.as_json()


def test_adding_raises_what_the_command_would_say(saved: Any, tmp_path: Path) -> None:
    path = saved("案卷.json", case(("service-request", REQUEST)).as_json())
    wrong = str(saved("告知.json", {**NOTICE, "customer_name": "乙公司"}))
    with pytest.raises(RecordError) as raised:
        add_to_case(path, "progress-notice", wrong)
    assert codes(raised) == ["E-case-conflict"]
    assert add_to_case(path, "progress-notice", wrong, prefer="record").known()["customer_name"].value == "乙公司"
    assert add_to_case(path, "progress-notice", wrong, prefer="case").known()["customer_name"].value == "甲公司"
    with pytest.raises(UsageError) as raised:
        add_to_case(path, "progress-notice", str(saved("两条.json", [NOTICE, NOTICE])))
    assert codes(raised) == ["E-case-one"]


def test_adding_uses_the_forms_of_the_given_catalogue(own: Any, saved: Any, tmp_path: Path) -> None:
    catalogue = own({"note": {"type": "string"}})
    made = add_to_case(tmp_path / "案卷.json", "slip", str(saved("便签.json", {"note": "x"})), catalogue=catalogue)
    assert made.as_json()["records"] == [{"form": "slip", "record": {"note": "x"}}]


def test_a_document_is_made_from_a_case_in_python() -> None:
    told = case(("service-request", REQUEST), ("progress-notice", NOTICE), ("closure-report", CLOSURE))
    document = Document(io.BytesIO(render("closure-report", told.fill(form("closure-report")), "docx")))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for shown in ("甲公司", "WT1", "订单迟到"):
        assert any(shown in text for text in cells)


def test_a_case_file_is_checked_and_opened_in_python(saved: Any) -> None:
    path = saved("案卷.json", case(("service-request", REQUEST), ("progress-notice", NOTICE)).as_json())
    assert check("progress-notice", path) == []
    assert {fault.code for fault in check("closure-report", path)} == {"E-required"}
    job = make_job("progress-notice", lang="en")
    (made,) = job.documents(job.open(str(path)))
    assert (made.identity, job.faults) == ("WT1", [])

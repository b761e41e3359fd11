"""Raw mappings made into records: keys by any of their names, nested or flat; faults gathered, none hidden."""

import pytest

from generator.api import check, make_job
from generator.record import Record
from generator.records import ListSource
from generator.rules import Validator

CHECKLIST = {
    "basic": {
        "customer_no": "C1",
        "customer_person": "张三丰",
        "contact": "13856785678",
        "service_type": "technical",
        "entered_by": "陈静",
        "entering_department": "客服部",
        "entered_at": "2024-05-01 14:36",
    },
    "problem": {"symptom": "无法登录", "priority": "P1"},
}
FLAT = {
    "客户编号": "C1",
    "客户姓名": "张三丰",
    "联系方式": "13856785678",
    "服务类型": "技术支持",
    "录入人员": "陈静",
    "所属部门": "客服部",
    "录入时间": "2024年5月1日 14时36分",
    "问题现象": "无法登录",
    "优先级": "P1",
}
TRADITIONAL = {
    "客戶編號": "C1",
    "客戶姓名": "张三丰",
    "聯絡方式": "13856785678",
    "服務類型": "技術支援",
    "登錄人員": "陈静",
    "所屬部門": "客服部",
    "登錄時間": "2024/5/1 14:36",
    "問題現象": "无法登录",
    "優先級": "P1",
}
ENGLISH = {
    "Customer No.": "C1",
    "Customer name": "张三丰",
    "Phone or e-mail": "13856785678",
    "Service type": "Technical support",
    "Entered by": "陈静",
    "/basic/entering_department": "客服部",
    "Entered at": "2024-05-01T14:36:00+08:00",
    "Symptom": "无法登录",
    "Priority": "p1",
}
POINTERS = {f"/{section}/{key}": value for section in ("basic", "problem") for key, value in CHECKLIST[section].items()}
NESTED_BY_TITLE = {
    "基本信息": {"客户编号*": "C1", "客户姓名：": "张三丰", **{k: FLAT[k] for k in list(FLAT)[2:7]}},
    "问题描述": {"问题现象": "无法登录", "优先级": "P1"},
}


def read(form, raw):
    """Return the one record of a form, and the codes and pointers of its faults."""
    job = make_job(form)
    [record] = job.pipeline.judged(ListSource(raw, job.form))
    return record, [(fault.code, fault.place.pointer) for fault in record.faults]


@pytest.mark.parametrize(
    "raw",
    [FLAT, TRADITIONAL, ENGLISH, POINTERS, NESTED_BY_TITLE],
    ids=["flat zh-Hans", "flat zh-Hant", "flat en", "pointers", "nested by title"],
)
def test_keys_in_every_shipped_language_make_the_same_record(raw):
    wanted, faults = read("troubleshooting-checklist", CHECKLIST)
    assert faults == []
    record, faults = read("troubleshooting-checklist", raw)
    assert faults == []
    assert record.data == wanted.data
    assert record.values == wanted.values


def test_times_leave_as_rfc_3339_with_the_desks_offset():
    record, _ = read("troubleshooting-checklist", CHECKLIST)
    assert record.data["basic"]["entered_at"] == "2024-05-01T14:36:00+08:00"


def test_a_key_goes_before_a_title_and_both_together_are_one_too_many():
    _, faults = read("troubleshooting-checklist", {**CHECKLIST, "客户编号": "C2"})
    assert ("E-key-twice", "/basic/customer_no") in faults


@pytest.mark.parametrize("other", ["customer_no", "客戶編號", "Customer No.", "/basic/customer_no", "客户编号 *"])
def test_one_field_under_two_names_is_told(other):
    _, faults = read("troubleshooting-checklist", {**FLAT, other: "C1"})
    assert faults == [("E-key-twice", "/basic/customer_no")]


@pytest.mark.parametrize(("typed", "near"), [("basik", "basic"), ("基本信", "基本信息"), ("解决方法", "解决方案")])
def test_an_unknown_key_is_a_fault_with_a_suggestion(typed, near):
    faults = check("troubleshooting-checklist", {**CHECKLIST, typed: {}})
    [fault] = faults
    assert fault.code == "E-unknown-key-near"
    assert near in fault.text("zh-Hans")


def test_an_unknown_key_that_is_near_to_none_says_which_it_is():
    [fault] = check("troubleshooting-checklist", {**CHECKLIST, "bank_flow": 1})
    assert fault.code == "E-unknown-key"
    assert "“bank_flow”" in fault.text()


@pytest.mark.parametrize(
    "key", ["张伟", "甄", "13800138000", "zhang@x.com", "A1380", "联系电话13800138000", "Zhang San", "110105 1949"]
)
def test_a_key_that_may_be_a_value_is_named_by_its_place(key):
    [fault] = check("troubleshooting-checklist", {**CHECKLIST, key: 1})
    assert fault.code.startswith("E-unknown-key")
    for lang in ("zh-Hans", "zh-Hant", "en"):
        assert key not in fault.text(lang)
        assert str(len(CHECKLIST) + 1) in fault.text(lang)


def test_a_value_as_a_key_of_loose_data_is_in_no_pointer_and_no_message(form_of):
    loose = {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 3}
    closed = {"type": "array", "items": {"additionalProperties": False}}
    form = form_of({"loose": loose, "closed": closed})
    faults = check(form, {"loose": {"13800138000": "张伟"}, "closed": [{"张伟": 1}]})
    told = " ".join(fault.text(lang) for fault in faults for lang in ("zh-Hans", "en"))
    assert len(faults) == 2
    assert "13800138000" not in told
    assert "张伟" not in told


def test_a_value_as_a_key_that_a_schema_refuses_is_not_shown(form_of):
    form = form_of({"closed": {"patternProperties": {"^a": {}}, "additionalProperties": False}})
    [fault] = check(form, {"closed": {"a": 1, "张伟": 1}})
    assert fault.code == "E-unknown-key"
    assert not any("张伟" in fault.text(lang) for lang in ("zh-Hans", "zh-Hant", "en"))


@pytest.mark.parametrize("value", ["13800", "a@b", "a＠b"])
def test_a_near_name_that_holds_a_value_is_not_shown(form_of, value):
    form = form_of({"phone": {"type": "string", "title": "紧急联系人的联系电话"}})
    [fault] = check(form, {f"紧急联系人的联系电话{value}": 1})
    assert fault.code == "E-unknown-key-near"
    assert not any(value in fault.text(lang) for lang in ("zh-Hans", "zh-Hant", "en"))


def test_a_very_long_key_is_shortened_in_the_message():
    [fault] = check("troubleshooting-checklist", {**CHECKLIST, "甲" * 500: 1})
    assert len(fault.text()) < 150


def test_half_a_character_in_a_key_can_still_be_printed():
    [fault] = check("troubleshooting-checklist", {**CHECKLIST, "\ud800": 1})
    fault.text().encode("utf-8")


def test_unknown_keys_within_sections_and_rows_name_their_place():
    raw = {**CHECKLIST, "contacts": [{"time": "2024-05-01 15:00", "content": "已告知"}, {"银行": 1}]}
    raw["problem"] = {**CHECKLIST["problem"], "银行": 1}
    _, faults = read("troubleshooting-checklist", raw)
    assert {("E-unknown-key", "/problem"), ("E-unknown-key", "/contacts/1")} <= set(faults)


def test_a_title_that_two_sections_share_is_not_guessed(form_of):
    section = {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}}
    form = form_of({"caller": section, "owner": section})
    [fault] = check(form, {"姓名": "甲"})
    assert fault.code.startswith("E-unknown-key")
    assert check(form, {"/caller/name": "甲", "owner.name": "乙"}) == []


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"basic": "甲"}, ("E-type", "/basic")),
        ({"steps": 5}, ("E-type", "/steps")),
        ({"steps": {"step": "reproduce"}}, ("E-type", "/steps")),
        ({"steps": ["甲"]}, ("E-type", "/steps/0")),
        ({"steps": ["甲", {"结果": "异常"}]}, ("E-required", "/steps/1/step")),
        ({"basic": ["甲"]}, ("E-type", "/basic")),
    ],
)
def test_a_value_in_place_of_a_section_or_table_is_a_fault_and_no_crash(raw, fault):
    _, faults = read("troubleshooting-checklist", {**CHECKLIST, **raw})
    assert fault in faults


def test_null_means_that_there_is_no_value():
    raw = {**CHECKLIST, "steps": None, "solution": None, "coordination": {"coordinator": None}}
    record, faults = read("troubleshooting-checklist", raw)
    assert faults == []
    assert "steps" not in record.data
    assert "solution" not in record.data
    assert "coordinator" not in record.data["coordination"]


def test_what_misses_in_a_required_section_is_named_field_by_field():
    _, faults = read("troubleshooting-checklist", {"basic": CHECKLIST["basic"]})
    assert faults == [("E-required", "/problem/symptom"), ("E-required", "/problem/priority")]


def test_every_fault_of_a_record_is_told_at_once():
    raw = {**FLAT, "录入时间": "2024-13-01", "优先级": "P9", "客户姓名": "张\x00", "影响人数": 3, "附件": 1}
    del raw["客户编号"]
    _, faults = read("troubleshooting-checklist", raw)
    assert {
        ("E-required", "/basic/customer_no"),
        ("E-date", "/basic/entered_at"),
        ("E-choice", "/problem/priority"),
        ("E-control", "/basic/customer_person"),
    } <= set(faults)
    assert len([code for code, _ in faults if code.startswith("E-unknown-key")]) == 2


def test_a_faulty_value_is_told_once_and_not_again_as_missing():
    _, faults = read("troubleshooting-checklist", {**FLAT, "录入时间": "昨天"})
    assert faults == [("E-date", "/basic/entered_at")]


def test_reading_leaves_the_callers_record_alone():
    raw = {"basic": dict(CHECKLIST["basic"]), "problem": dict(CHECKLIST["problem"])}
    read("troubleshooting-checklist", raw)
    assert raw == CHECKLIST


def test_a_record_that_was_read_is_read_again_as_itself():
    job = make_job("troubleshooting-checklist")
    record, _ = read("troubleshooting-checklist", FLAT)
    again, faults = read("troubleshooting-checklist", record.data)
    assert faults == []
    assert again.values == record.values
    assert Validator(job.form, job.policy).judge(Record(dict(again.values), again.place)).faults == ()


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_a_fault_reads_file_row_title_and_pointer(tmp_path, lang):
    path = tmp_path / "issues.csv"
    path.write_text("客户名称,问题描述,紧急程度,反馈时间,状态\n甲,x,P9,2024-05-01 14:30,处理中\n", encoding="utf-8")
    [fault] = check("issue-tracker", path)
    title = {"zh-Hans": "紧急程度", "zh-Hant": "緊急程度", "en": "Urgency"}[lang]
    assert fault.text(lang).startswith(f'issues.csv:2: {title} (/rows/0/severity): "P9" ')
    assert fault.text(lang).endswith("[E-choice]")

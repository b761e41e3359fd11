"""The catalogue, folders of the user's own, and plain JSON Schemas from elsewhere made into forms."""

import json
from datetime import date
from decimal import Decimal

import pytest

from generator import kinds
from generator.api import check, make_job
from generator.catalogue import Catalogue, load_form
from generator.document import Field, FieldGrid, Section, Table
from generator.errors import UsageError
from generator.records import ListSource
from generator.wording import LANGS

FOREIGN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.com/visit.schema.json",
    "title": "Visit",
    "description": "A visit of an engineer",
    "type": "object",
    "required": ["visitor", "passed"],
    "allOf": [{"properties": {"floor": {"type": "integer", "minimum": -3}}}, {"$ref": "#/$defs/stamped"}],
    "properties": {
        "visitor": {"type": "string"},
        "company": {"type": ["string", "null"]},
        "mood": {"enum": ["good", "bad", None]},
        "passed": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "tools": {"type": "array", "items": {"enum": ["laptop", "meter"]}, "uniqueItems": True},
        "cost": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "site": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "since": {"type": "string", "format": "date"}},
        },
        "readings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"at": {"type": "string", "format": "date-time"}, "value": {"type": "number"}},
            },
        },
    },
    "$defs": {"stamped": {"properties": {"stamp": {"type": "string", "format": "date-time"}}, "required": ["stamp"]}},
}
VISIT = {
    "visitor": "Ann",
    "company": None,
    "mood": "good",
    "passed": True,
    "tags": ["a", "b"],
    "tools": ["meter"],
    "cost": 12.5,
    "site": {"city": "Kunming", "since": "2024-02-29"},
    "readings": [{"at": "2024-05-01T14:30:00+08:00", "value": 0.1}, {"value": 2}],
    "floor": -1,
    "stamp": "2024-05-01T06:30:00Z",
}


# --- the shipped forms -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    return Catalogue([])


def test_every_shipped_form_is_named_like_its_file_and_told_in_three_languages(shipped):
    assert len(shipped) >= 4
    for form in shipped:
        assert form is shipped.form(form.id)
        assert all(spec.title(lang) for spec in (form, *form.root.walk()) for lang in LANGS)
        assert form.number
        assert form.version


def test_no_two_shipped_forms_share_a_document_number(shipped):
    numbers = [form.number for form in shipped]
    assert sorted(set(numbers)) == sorted(numbers)


def test_a_key_means_the_same_in_every_shipped_form(shipped):
    from generator.catalogue.resolve import vocabularies

    shared = vocabularies()["urn:biaodan:vocabulary"]["$defs"]
    for form in shipped:
        for spec in form.root.walk():
            if spec.shape == "value" and spec.key in shared:
                assert spec.sensitive == shared[spec.key].get("x-sensitive", ""), f"{form.id}{spec.pointer}"


def test_the_issue_tracker_has_the_columns_of_the_trade_and_those_of_the_answer(shipped):
    titles = [column.title("zh-Hans") for column in shipped.form("issue-tracker").rows.fields]
    assert " ".join(titles[:6]) == "问题编号 客户名称 问题描述 紧急程度 反馈时间 响应时限"
    assert " ".join(titles[6:10]) == "响应时间 响应达标 责任部门 负责人"
    assert " ".join(titles[10:]) == "分析结果 解决方案 计划完成时间 实际完成时间 状态"


def test_traditional_titles_use_the_words_of_the_trade(shipped):
    tracker = shipped.form("issue-tracker")
    assert tracker.rows.child("reported_at").title("zh-Hant") == "反映時間"
    assert shipped.form("closure-report").root.child("response_met").title("zh-Hant") == "回應是否達標"


@pytest.mark.parametrize(
    ("name", "near"),
    [("issue-traker", "issue-tracker（"), ("问题处理总结", "问题处理总结报告"), ("KF-JF-1", "closure-report（")],
)
def test_an_unknown_form_is_wrong_usage_with_the_nearest_names(shipped, name, near):
    with pytest.raises(UsageError) as caught:
        shipped.form(name)
    [fault] = caught.value.faults
    assert fault.code == "E-form-unknown"
    assert near in fault.text()
    assert fault.text().count("（") == 3


@pytest.mark.parametrize(
    "name", ["问题处理总结报告", "問題處理總結報告", "issue closure report", "KF-JF-01", "kf-jf-01", "wtclzjbg"]
)
def test_a_form_goes_by_its_title_number_and_initials_too(shipped, name):
    assert shipped.form(name).id == "closure-report"


def test_a_name_that_two_forms_share_lists_both(tmp_path):
    own_schema(tmp_path, "desk-visit", "回访登记表")
    own_schema(tmp_path, "phone-visit", "回访登记表")
    for name in ("回访登记表", "hfdjb"):
        with pytest.raises(UsageError) as caught:
            Catalogue([tmp_path]).form(name)
        [fault] = caught.value.faults
        assert fault.code == "E-form-several"
        assert "desk-visit" in fault.text()
        assert "phone-visit" in fault.text()


def test_a_form_keeps_the_fields_in_the_order_of_its_file(save):
    path = save({"type": "object", "properties": {key: {"type": "string"} for key in "zaqm"}})
    assert [spec.key for spec in load_form(path).root.fields] == list("zaqm")


# --- folders of the user's own ---------------------------------------------------------------------------------------


def own_schema(folder, form_id, title):
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    schema = {"title": title, "type": "object", "properties": {"a": {}}, "x-form": {"id": form_id}}
    (folder / "schemas" / f"{form_id}.json").write_text(json.dumps(schema), encoding="utf-8")


def test_a_users_folder_adds_forms_and_may_replace_shipped_ones(tmp_path, shipped):
    own_schema(tmp_path, "visit", "来访登记")
    own_schema(tmp_path, "closure-report", "我们的总结")
    catalogue = Catalogue([tmp_path])
    assert catalogue.form("visit").title("zh-Hans") == "来访登记"
    assert catalogue.form("closure-report").title("zh-Hans") == "我们的总结"
    assert len(catalogue) == len(shipped) + 1
    assert "visit" in [form.id for form in catalogue]


def test_folders_may_come_from_the_environment(tmp_path, monkeypatch):
    own_schema(tmp_path / "one", "visit", "来访登记")
    own_schema(tmp_path / "two", "visit", "第二份")
    monkeypatch.setenv("BIAODAN_PATH", f"{tmp_path / 'one'}:{tmp_path / 'two'}")
    assert Catalogue().form("visit").title("zh-Hans") == "第二份"


def test_a_form_may_be_given_by_the_path_of_its_file(tmp_path, shipped):
    own_schema(tmp_path, "visit", "来访登记")
    assert shipped.form(str(tmp_path / "schemas" / "visit.json")).id == "visit"


# --- schemas from elsewhere ------------------------------------------------------------------------------------------


def test_a_foreign_schema_is_read_with_its_kinds(save):
    form = load_form(save(FOREIGN, "visit.json"))
    assert (form.id, form.kind, form.title("zh-Hans"), form.title("en")) == ("visit", "form", "Visit", "Visit")
    assert {spec.pointer: spec.kind for spec in form.root.walk() if spec.shape == "value"} == {
        "/visitor": kinds.TEXT,
        "/company": kinds.TEXT,
        "/mood": kinds.CHOICE,
        "/passed": kinds.BOOLEAN,
        "/tags": kinds.LIST,
        "/tools": kinds.CHOICES,
        "/cost": kinds.NUMBER,
        "/site/city": kinds.TEXT,
        "/site/since": kinds.DATE,
        "/readings/*/at": kinds.DATETIME,
        "/readings/*/value": kinds.NUMBER,
        "/floor": kinds.INTEGER,
        "/stamp": kinds.DATETIME,
    }
    assert {spec.key for spec in form.root.walk() if spec.required} == {"visitor", "passed", "stamp"}


def fields(blocks):
    """Return the fields of a document's blocks by pointer."""
    found = {}
    for block in blocks:
        if isinstance(block, Section):
            found |= fields(block.blocks)
        if isinstance(block, FieldGrid):
            found |= {field.pointer: field for line in block.lines for field in line}
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_a_foreign_schema_composes_blank_and_filled(save, lang):
    form = load_form(save(FOREIGN, "visit.json"))
    assert check(form, VISIT) == []
    job = make_job(form, lang=lang)
    [made] = job.documents(ListSource(VISIT, form))
    filled, blank = fields(made.document.blocks), fields(job.blank().blocks)
    assert list(filled) == list(blank)
    assert filled["/cost"].value == Decimal("12.5")
    assert filled["/tags"].value == ["a", "b"]
    assert filled["/site/since"].value == date(2024, 2, 29)
    assert filled["/company"].value is None
    assert [choice.value for choice in filled["/mood"].face.choices] == ["good", "bad"]
    assert all(isinstance(field, Field) and field.value is None for field in blank.values())


def test_a_foreign_schemas_demands_are_checked(save):
    form = load_form(save(FOREIGN, "visit.json"))
    wrong = {**VISIT, "floor": -4, "mood": "so so", "tools": ["meter", "meter"], "visitor": None}
    found = {(fault.code, fault.place.pointer) for fault in check(form, wrong)}
    assert found == {("E-minimum", "/floor"), ("E-choice", "/mood"), ("E-twice", "/tools"), ("E-required", "/visitor")}


@pytest.mark.parametrize("wrapped", [False, True], ids=["a list of objects", "an object with rows"])
def test_a_list_of_records_becomes_a_table(save, wrapped):
    items = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "n": {"type": "integer"}},
    }
    rows = {"title": "名单", "type": "array", "items": items}
    form = load_form(save({"type": "object", "properties": {"rows": rows}} if wrapped else rows))
    assert form.is_table
    job = make_job(form)
    [made] = job.documents(ListSource([{"name": "甲", "n": 1}, {"name": "乙"}], form))
    [table] = [block for block in made.document.blocks if isinstance(block, Table)]
    assert [tuple(row.values) for row in table.rows] == [("甲", 1), ("乙", None)]
    assert [(f.code, f.place.pointer) for f in check(form, [{"name": "甲"}, {"n": 1}])] == [
        ("E-required", "/rows/1/name")
    ]


def test_fields_without_titles_are_called_by_their_keys(save):
    form = load_form(save({"type": "object", "properties": {"first_name": {}, "姓名": {}}}))
    assert [spec.title("zh-Hans") for spec in form.root.fields] == ["First name", "姓名"]


def test_long_strings_get_room_to_write(save):
    long, short = {"type": "string", "maxLength": 500}, {"type": "string", "maxLength": 50}
    form = load_form(save({"type": "object", "properties": {"long": long, "short": short}}))
    assert [spec.kind for spec in form.root.fields] == [kinds.MULTILINE, kinds.TEXT]

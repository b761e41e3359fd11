"""What the schema demands, told in the user's words: a code, a place, and never the value."""

import pytest

from generator.api import check
from generator.rules.validate import record_validator
from generator.wording import LANGS

SENTINEL = "13856785678ZHANGSANFENG"
MANY = {"type": "array", "items": {"type": "string"}}
CASES = [
    ("E-number-bare", {"type": "integer"}, SENTINEL),
    ("E-type-answer", {"type": "boolean"}, SENTINEL),
    ("E-type", {"type": "string"}, [SENTINEL]),
    ("E-type", {"type": "string"}, 13856785678),
    ("E-pattern", {"type": "string", "pattern": "^1[0-9]{10}$"}, SENTINEL),
    ("E-format", {"type": "string", "format": "email"}, SENTINEL),
    ("E-format", {"type": "string", "format": "ipv4"}, SENTINEL),
    ("E-format", {"type": "string", "format": "uuid"}, SENTINEL),
    ("E-date", {"type": "string", "format": "date"}, SENTINEL),
    ("E-date", {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}, SENTINEL),
    ("E-minimum", {"type": "integer", "minimum": 20}, 13),
    ("E-minimum", {"type": "number", "exclusiveMinimum": 5}, 5),
    ("E-maximum", {"type": "integer", "maximum": 20}, 13856785678),
    ("E-maximum", {"type": "number", "exclusiveMaximum": 5}, 5),
    ("E-too-short", {"type": "string", "minLength": 100}, SENTINEL),
    ("E-too-long", {"type": "string", "maxLength": 3}, SENTINEL),
    ("E-too-few", {**MANY, "minItems": 2}, [SENTINEL]),
    ("E-too-many", {**MANY, "maxItems": 1}, [SENTINEL, "b"]),
    ("E-twice", {**MANY, "uniqueItems": True}, [SENTINEL, SENTINEL]),
    ("E-choice", {"enum": ["a", "b"]}, SENTINEL),
    ("E-choice", {"const": "a"}, SENTINEL),
    ("E-choice", {"oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]}, SENTINEL),
    ("E-choice", {"enum": ["a", "b"]}, 13856785678),
    ("E-rule", {"not": {"type": "string"}}, SENTINEL),
    ("E-rule", {"type": "integer", "multipleOf": 5}, 13856785678),
    ("E-rule", {**MANY, "contains": {"const": "q"}}, [SENTINEL]),
]


@pytest.mark.parametrize(("code", "schema", "value"), CASES, ids=lambda case: str(case)[:40])
def test_each_demand_of_a_schema_has_its_code_and_place(form_of, code, schema, value):
    [fault] = check(form_of({"x": {"title": "栏", **schema}}), {"x": value})
    assert (fault.code, fault.place.pointer) == (code, "/x")
    assert fault.text("zh-Hans").startswith("栏 (/x): ")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("code", "schema", "value"), CASES, ids=lambda case: str(case)[:40])
def test_no_message_in_any_language_shows_the_value(form_of, code, schema, value, lang):
    for fault in check(form_of({"x": schema}), {"x": value}):
        text = fault.text(lang)
        assert SENTINEL not in text
        assert "13856785678" not in text


def test_an_item_of_a_list_is_named_by_its_place(form_of):
    form = form_of({"x": {"type": "array", "items": {"enum": ["a", "b"]}}, "y": MANY | {"items": {"maxLength": 2}}})
    found = check(form, {"x": ["a", SENTINEL], "y": ["ab", "abc"]})
    assert [(fault.code, fault.place.pointer) for fault in found] == [("E-choice", "/x/1"), ("E-too-long", "/y/1")]


@pytest.mark.parametrize("lang", LANGS)
def test_a_short_code_is_shown_with_the_choices_there_are(form_of, lang):
    [fault] = check(form_of({"x": {"enum": ["P0", "P1"]}}), {"x": "P9"})
    assert '"P9"' in fault.text(lang)
    assert "P0" in fault.text(lang)
    assert "P1" in fault.text(lang)


@pytest.mark.parametrize("value", ["张三", "张三丰", "LongerThanACode", "a b", "Li"])
def test_what_may_be_personal_is_not_shown_as_a_wrong_choice(form_of, value):
    [fault] = check(form_of({"x": {"enum": ["高", "低"], "x-sensitive": "name"}}), {"x": value})
    assert fault.code == "E-choice"
    assert value not in fault.text("zh-Hans") + fault.text("en")


def test_what_is_missing_is_named_by_its_title(form_of):
    form = form_of({"x": {"type": "string", "title": "名称", "x-title": {"en": "Name"}}}, required=["x"])
    [fault] = check(form, {})
    assert (fault.code, fault.place.pointer) == ("E-required", "/x")
    assert fault.text("en").startswith("Name (/x): ")


@pytest.mark.parametrize(
    "more",
    [
        {"dependentRequired": {"a": ["b"]}},
        {"if": {"properties": {"a": {"const": "是"}}, "required": ["a"]}, "then": {"required": ["b"]}},
        {"dependentSchemas": {"a": {"required": ["b"]}}},
        {"allOf": [{"required": ["b"]}]},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_one_answer_makes_necessary_is_named(form_of, more):
    form = form_of({"a": {"type": "string"}, "b": {"type": "string"}}, **more)
    assert [(f.code, f.place.pointer) for f in check(form, {"a": "是"})] == [("E-required", "/b")]
    assert check(form, {"a": "是", "b": "有"}) == []


def test_a_key_that_the_schema_forbids_is_named_by_the_validator_too(form_of):
    form = form_of({"x": {"type": "string"}}, additionalProperties=False)
    [fault] = record_validator(form).faults({"x": "a", "y": SENTINEL})
    assert fault.code == "E-unknown-key"
    assert SENTINEL not in fault.text()


def test_a_rule_of_the_whole_record_has_a_code_and_no_place(form_of):
    [fault] = check(form_of({"x": {}, "y": {}}, minProperties=2), {"x": SENTINEL})
    assert (fault.code, fault.place.pointer) == ("E-rule", "")
    assert SENTINEL not in fault.text()


def test_a_fault_that_two_parts_of_a_schema_find_is_told_once(form_of):
    form = form_of({"x": {"type": "string", "maxLength": 3, "allOf": [{"maxLength": 5}]}})
    assert [fault.code for fault in check(form, {"x": "abcdefgh"})] == ["E-too-long"]


def test_digits_of_other_scripts_and_a_line_feed_at_the_end_do_not_pass_a_pattern(form_of):
    form = form_of({"x": {"type": "string", "pattern": "^[0-9]+$"}, "y": {"type": "string", "pattern": "^\\d+$"}})
    for wrong in ("１２３", "12３", "123\n"):
        found = {(fault.code, fault.place.pointer) for fault in check(form, {"x": wrong, "y": wrong})}
        assert ("E-pattern", "/x") in found
    assert check(form, {"x": "123", "y": "123"}) == []


def test_a_hostile_text_against_a_greedy_pattern_ends_at_once(form_of):
    form = form_of({"x": {"type": "string", "pattern": "^(a+)+$"}})
    [fault] = check(form, {"x": "a" * 40 + "!"})  # a backtracking engine would sit here for hours
    assert fault.code == "E-pattern"


@pytest.mark.parametrize("value", ["2024-02-30", "2023-02-29", "2024-00-10"])
def test_days_that_do_not_exist_are_refused(form_of, value):
    [fault] = check(form_of({"x": {"type": "string", "format": "date"}}), {"x": value})
    assert fault.code == "E-date"


def test_no_demand_means_no_fault(form_of):
    assert check(form_of({"x": {}, "y": True}), {"x": 5, "y": "甲"}) == []

"""Plain schemas of others, of any draft: what they describe is a field of the form, and JSON keeps its shape."""

import json

import pytest

from generator.api import check, make_job
from generator.catalogue import load_form
from generator.catalogue.dialect import lint
from generator.catalogue.serialise import serialiser
from generator.document import Section
from generator.errors import Place
from generator.records.normalise import normaliser
from generator.rules.policy import load_policy


def of(properties, **more):
    return {"type": "object", "properties": properties, **more}


TEXT = {"type": "string"}
ADDRESS = of({"street": TEXT, "city": TEXT}, required=["street"])
PERSON = of({"name": TEXT, "age": {"type": "integer"}}, required=["name"], title="A person")

SHAPES = {
    "one of two objects": (of({"party": {"oneOf": [ADDRESS, PERSON]}}), {"party": {"name": "Ann", "age": 3}}),
    "an object or a text": (of({"party": {"oneOf": [ADDRESS, TEXT]}}), {"party": "nobody"}),
    "told apart by a constant": (
        of({"pet": {"oneOf": [of({"kind": {"const": k}, k: TEXT}, required=["kind"]) for k in ("cat", "dog")]}}),
        {"pet": {"kind": "dog", "dog": "Rex"}},
    ),
    "alternatives of the whole": ({"oneOf": [ADDRESS, PERSON]}, {"street": "Elm 1", "city": "X"}),
    "both alternatives at once": (
        of({"age": {"type": "integer"}}, anyOf=[of({"a": TEXT}), of({"b": TEXT})]),
        {"age": 3, "a": "x", "b": "y"},
    ),
    "a map of numbers": (of({"m": {"type": "object", "additionalProperties": {"type": "integer"}}}), {"m": {"k": 1}}),
    "a map of objects": (
        of({"m": {"type": "object", "patternProperties": {"^a": ADDRESS}}}),
        {"m": {"a": {"street": "s"}}},
    ),
    "entries beside fields": (of({"a": TEXT}, additionalProperties={"type": "integer"}), {"a": "x", "b": 3}),
    "an object of anything": (of({"meta": {"type": "object"}}), {"meta": {"k": [1, {"x": True}]}}),
    "a list of places": (
        of({"t": {"type": "array", "items": [TEXT, {"type": "boolean"}], "additionalItems": TEXT}}),
        {"t": ["a", True, "b", "c"]},
    ),
    "a list of numbers": (of({"l": {"type": "array", "items": {"type": "number"}}}), {"l": [1, 2.5]}),
    "a list of lists": (
        of({"l": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}}),
        {"l": [[1, 2], [3]]},
    ),
    "a section within rows": (
        of({"l": {"type": "array", "items": of({"n": TEXT, "a": ADDRESS})}}),
        {"l": [{"a": {"street": "s"}}]},
    ),
    "a table within rows": (
        of({"l": {"type": "array", "items": of({"r": {"type": "array", "items": of({"x": TEXT})}})}}),
        {"l": [{"r": [{"x": "1"}, {"x": "2"}]}]},
    ),
    "alternatives within rows": (
        of({"l": {"type": "array", "items": {"oneOf": [ADDRESS, PERSON]}}}),
        {"l": [{"name": "Ann"}]},
    ),
    "itself within itself": (
        of(
            {"t": {"$ref": "#/$defs/n"}},
            **{"$defs": {"n": of({"v": TEXT, "c": {"type": "array", "items": {"$ref": "#/$defs/n"}}})}},
        ),
        {"t": {"v": "1", "c": [{"v": "2", "c": [{"v": "3", "c": [{"v": "4"}]}]}]}},
    ),
    "null by draft": (
        of({"a": {"type": "string", "nullable": True}, "b": {**ADDRESS, "type": ["object", "null"]}}),
        {"a": None, "b": None},
    ),
    "a whole list of numbers": ({"type": "array", "items": {"type": "integer"}}, [1, 2]),
}


@pytest.mark.parametrize(("schema", "data"), SHAPES.values(), ids=SHAPES)
def test_a_record_comes_out_as_it_went_in(save, schema, data):
    form, zone = load_form(save(schema)), load_policy().zone
    raw = data if isinstance(data, dict) else {"$value": data}
    record, faults = normaliser(form, zone).record(raw, Place())
    assert [fault.code for fault in faults if not fault.is_warning] == []
    assert json.loads(json.dumps(serialiser(form.record_spec, zone).record(record), default=float)) == raw
    assert [fault.code for fault in check(form, data) if not fault.is_warning] == []


BRANCHES = {
    "then": {"if": of({"a": {"const": "x"}}), "then": {"properties": {"b": TEXT}, "required": ["b"]}},
    "else": {"if": of({"a": {"const": "y"}}), "then": True, "else": {"properties": {"b": TEXT}, "required": ["b"]}},
    "in a part": {"allOf": [{"if": of({"a": {"const": "x"}}), "then": {"properties": {"b": TEXT}}}]},
    "dependencies": {"dependencies": {"a": {"properties": {"b": TEXT}, "required": ["b"]}}},
    "dependentSchemas": {"dependentSchemas": {"a": {"properties": {"b": TEXT}}}},
    "tagged alternatives": {"oneOf": [of({"a": {"const": "x"}, "b": TEXT}), of({"a": {"const": "y"}, "c": TEXT})]},
}


@pytest.mark.parametrize("branch", BRANCHES.values(), ids=BRANCHES)
def test_a_field_of_a_branch_is_a_field_with_its_condition(save, branch):
    form = load_form(save(of({"a": {"enum": ["x", "y"], "title": "Sort"}}, additionalProperties=True, **branch)))
    assert "Sort" in form.root.by_key["b"].hints["en"]
    assert check(form, {"a": "x", "b": "1"}) == []


def test_what_a_branch_demands_is_demanded(save):
    form = load_form(save(of({"a": {"enum": ["x", "y"]}}, **BRANCHES["then"])))
    assert [(fault.code, fault.place.pointer) for fault in check(form, {"a": "x"})] == [("E-required", "/b")]
    assert check(form, {"a": "y"}) == []


@pytest.mark.parametrize(
    ("schema", "kind", "choices"),
    [
        ({"allOf": [TEXT, {"format": "date"}]}, "date", []),
        ({"allOf": [{"$ref": "#/$defs/c"}], "title": "Own"}, "choice", ["Red", "green"]),
        ({"enum": ["m", "s"], "enumNames": ["Multiply", "Screen"]}, "choice", ["Multiply", "Screen"]),
        ({"enum": ["m"], "options": {"enum_titles": ["Multiply"]}}, "choice", ["Multiply"]),
        ({"enum": [1, 2], "x-enum-varnames": ["ONE", "TWO"]}, "choice", ["ONE", "TWO"]),
        ({"oneOf": [{"enum": ["r"], "title": "Red"}, {"const": "g"}]}, "choice", ["Red", "g"]),
        ({"enum": [True, False, None]}, "choice", ["Yes", "No"]),
        ({"enum": [0.5, 1000.0]}, "choice", ["0.5", "1000"]),
        ({"anyOf": [{"type": "string", "format": "date"}, TEXT]}, "text", []),
        ({"type": ["integer", "null"]}, "integer", []),
        ({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, "literal", []),
        ({}, "anything", []),
        (True, "anything", []),
    ],
)
def test_what_a_value_is(save, schema, kind, choices):
    defs = {"c": {"oneOf": [{"const": "red", "title": "Red"}, {"const": "green"}], "title": "Shared"}}
    field = load_form(save(of({"a": schema}, **{"$defs": defs}))).root.by_key["a"]
    assert field.kind.name == kind
    assert [choice.titles["en"] for choice in field.choices] == choices


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (of({"a": {"type": "string", "required": True}}), {"a": "x"}, {}),
        (of({"a": {"type": "integer", "maximum": 5, "exclusiveMaximum": True}}), {"a": 4}, {"a": 5}),
        (of({"a": {"type": "number", "divisibleBy": 2}}), {"a": 4}, {"a": 5}),
        (
            of({"a": {"$ref": "#x"}}, definitions={"x": {"id": "#x", "type": "string", "maxLength": 1}}),
            {"a": "x"},
            {"a": "xy"},
        ),
        (of({"a": {"type": "string", "pattern": "^(?=.*[0-9])(?!.*x).+$"}}), {"a": "a1"}, {"a": "x1"}),
        (of({"a": TEXT}, anyOf=[{"required": ["a"]}]), {"a": "x"}, {}),
    ],
    ids=["draft 3", "draft 4", "multiples", "names of parts", "look-ahead", "demands alone"],
)
def test_what_another_draft_demands_is_demanded(save, schema, good, bad):
    form = load_form(save(schema))
    assert check(form, good) == []
    assert check(form, bad)


def test_what_means_nothing_is_told_and_passed_over(save):
    odd = of(
        {"a": {"type": "string", "title": 5, "x-go-name": "A", "x-width": "50%", "format": "shoe-size"}},
        description=["x"],
    )
    found = [(fault.code, fault.place.pointer) for fault in lint(save(odd))]
    assert ("W-schema-keyword", "/description") in found
    assert {("W-schema-keyword", f"/properties/a/{key}") for key in ("title", "x-go-name", "x-width")} <= set(found)
    assert all(code.startswith("W-") for code, _ in found)
    assert "W-schema-format" in {code for code, _ in found}


def test_the_order_that_a_schema_asks_for_is_that_of_the_paper(save):
    form = load_form(save(of({"a": {**TEXT, "propertyOrder": 2}, "b": {**TEXT, "propertyOrder": 1}})))
    assert [field.key for field in form.root.fields] == ["b", "a"]


def test_keys_that_are_alike_are_told_apart(save):
    data = {"a": "1", "A": "2", "a ": "3", "foo\nbar": "4", "foo\tbar": "5"}
    form = load_form(save(of(dict.fromkeys(data, TEXT))))
    assert check(form, data) == []


DEFAULTS = {
    "a number": ({"type": "integer", "default": 8080}, "default: 8080"),
    "behind a hint": ({"type": "boolean", "default": False, "description": "Encrypt."}, "Encrypt. default: No"),
    "a choice, by its name": (
        {"enum": ["m", "s"], "enumNames": ["Merge", "Screen"], "default": "s"},
        "default: Screen",
    ),
    "several": ({"type": "array", "items": {"type": "string"}, "default": ["x", "y"]}, "default: x, y"),
    "of a list of numbers": ({"type": "array", "items": {"type": "integer"}, "default": [1, 2]}, "default: 1, 2"),
    "of nothing but a constant": ({"const": "k", "default": "k"}, ""),
    "nothing": ({"type": "string", "default": ""}, ""),
}


@pytest.mark.parametrize(("schema", "hint"), DEFAULTS.values(), ids=DEFAULTS)
def test_what_is_taken_for_granted_is_told_and_is_no_answer(save, schema, hint):
    form = load_form(save(of({"a": schema})))
    assert form.root.by_key["a"].hints.get("en", "") == hint
    record, _ = normaliser(form, load_policy().zone).record({}, Place())
    assert "a" not in serialiser(form.record_spec, load_policy().zone).record(record)


def test_the_default_of_a_section_is_told_at_its_fields_and_what_is_too_long_is_a_warning(save):
    section = {**of({"host": TEXT}), "default": {"host": "localhost"}}
    path = save(of({"db": section, "long": {**TEXT, "default": "x" * 61}}))
    assert load_form(path).root.by_key["db"].by_key["host"].hints["zh-Hant"] == "預設：localhost"
    assert [(f.code, f.place.pointer) for f in lint(path)] == [("W-schema-default", "/long")]


def test_the_name_of_a_field_is_none_of_its_only_value_and_values_name_what_has_no_other(save):
    alternatives = {"oneOf": [{"const": False}, {"type": "array", "items": {"type": "integer"}}]}
    form = load_form(save(of({"version": {"const": 2, "title": "Version"}, "trim": alternatives})))
    assert [choice.titles["en"] for choice in form.root.by_key["version"].choices] == ["2"]
    offered = next(spec for spec in form.root.by_key["trim"].fields if spec.choices)
    assert [choice.titles["en"] for choice in offered.choices] == ["No", "List"]


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("contactUrl", "Contact URL"),
        ("id", "ID"),
        ("vip_level", "VIP level"),
        ("userName", "User name"),
        ("idle", "Idle"),
    ],
)
def test_a_key_makes_a_title_with_short_words_in_capitals(save, key, title):
    form = load_form(save(of({key: TEXT})))
    assert form.root.fields[0].title("en") == title


def test_hints_of_columns_that_end_with_a_stop_have_no_second_one(save):
    column = {"type": "string", "description": "The whole name as the passport has it, letters and all."}
    rows = {"type": "array", "items": of({"name": column, "b": column})}
    document = make_job(str(save(of({"x": TEXT, "rows": rows})))).blank()
    hint = next(block.heading.hint for block in document.blocks if isinstance(block, Section) and block.heading.hint)
    assert ".。" not in hint
    assert hint.count("。") == 1

"""References: inside the file and to the shared fields, nowhere else, and never without end."""

import json

import pytest

from generator.catalogue import load_form
from generator.errors import SchemaError
from generator.wording import LANGS


def of(properties, **more):
    return {"type": "object", "properties": properties, **more}


def field(path, key="a"):
    return load_form(path).root.child(key)


def ours(path):
    """Say of a schema that it is a form of ours: one that others wrote is read otherwise."""
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"x-form": {"id": "own"}}), "utf-8")
    return path


def codes(path):
    with pytest.raises(SchemaError) as caught:
        load_form(path)
    assert all(fault.text(lang) for fault in caught.value.faults for lang in LANGS)
    return [(fault.code, fault.place.pointer) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "ref",
    [
        "http://127.0.0.1:9/schema.json",
        "https://example.com/schema.json#/$defs/a",
        "HTTP://example.com/",
        "//example.com/schema.json",
        "file:///etc/passwd",
        "other.json",
        "../shared/vocabulary.json#/$defs/phone",
        "/etc/passwd",
        "urn:biaodan:nothing#/$defs/a",
        "data:application/json;base64,e30=",
    ],
)
def test_a_reference_out_of_the_file_is_refused(save, ref):
    save({"$defs": {"a": {"type": "string"}}}, "other.json")
    assert codes(save(of({"a": {"$ref": ref}}))) == [("E-ref-outside", "/properties/a/$ref")]


def test_a_dynamic_reference_is_refused(save):
    assert codes(ours(save(of({"a": {"$dynamicRef": "#meta"}})))) == [("E-ref-outside", "/properties/a/$dynamicRef")]


@pytest.mark.parametrize(
    "ref", ["#/$defs/none", "#none", "urn:biaodan:vocabulary#/$defs/none", "#/properties/a/type/x", "#/required/7"]
)
def test_a_reference_to_nothing_is_named(save, ref):
    path = save(of({"a": {"type": "string"}, "b": {"$ref": ref}}, required=["a"]))
    assert codes(path) == [("E-ref-missing", "/properties/b/$ref")]


@pytest.mark.parametrize(
    "schema",
    [
        of({"a": {"$ref": "#"}}),
        of({"a": {"$ref": "#/properties/a"}}),
        of({"a": {"$ref": ""}}),
        of({"a": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"$ref": "#/$defs/x"}}}),
        of({"a": {"$ref": "#/$defs/n"}}, **{"$defs": {"n": of({"next": {"$ref": "#/$defs/n"}})}}),
        of({"a": {"$ref": "#/$defs/n"}}, **{"$defs": {"n": {"type": "array", "items": {"$ref": "#/$defs/n"}}}}),
    ],
    ids=["the file itself", "itself", "empty", "in a ring", "a linked list", "a tree"],
)
def test_a_reference_back_to_itself_is_a_fault_and_no_recursion(save, schema):
    assert {code for code, _ in codes(ours(save(schema)))} == {"E-ref-cycle"}


def nested(levels):
    schema = {"type": "string"}
    for _ in range(levels):
        schema = of({"a": schema})
    return schema


def test_sixty_four_levels_are_taken_and_one_more_is_not(save):
    assert sum(1 for _ in load_form(save(nested(64))).root.walk()) == 64
    assert codes(ours(save(nested(65)))) == [("E-schema-depth", "")]


def test_a_long_chain_of_references_is_refused(save):
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(200)} | {"d200": {"type": "string"}}
    assert codes(ours(save(of({"a": {"$ref": "#/$defs/d0"}}, **{"$defs": chain})))) == [("E-schema-depth", "")]


def test_a_schema_file_nested_thousands_deep_is_refused(save):
    assert [code for code, _ in codes(save('{"properties": {"a": ' * 3000 + "{}" + "}}" * 3000))] == ["E-json-depth"]


@pytest.mark.parametrize("keyword", ["properties", "allOf"])
def test_references_that_double_at_each_step_are_refused_before_memory_ends(save, keyword):
    def twice(target):
        parts = [{"$ref": target}, {"$ref": target}]
        return of({"x": parts[0], "y": parts[1]}) if keyword == "properties" else {"allOf": parts}

    defs = {f"d{n}": twice(f"#/$defs/d{n + 1}") for n in range(30)} | {"d30": {"type": "string"}}
    assert codes(ours(save(of({"a": {"$ref": "#/$defs/d0"}}, **{"$defs": defs})))) == [("E-schema-size", "")]


def test_every_bad_reference_is_told_at_once(save):
    path = save(of({"a": {"$ref": "http://x"}, "b": {"$ref": "#/$defs/none"}, "c": {"$ref": "#"}}))
    assert {code for code, _ in codes(ours(path))} == {"E-ref-outside", "E-ref-missing", "E-ref-cycle"}


# --- what a reference brings -----------------------------------------------------------------------------------------


def test_a_shared_field_comes_with_titles_choices_and_sensitivity(save):
    path = save(of({"severity": {"$ref": "urn:biaodan:vocabulary#/$defs/severity"}}))
    found = field(path, "severity")
    assert (found.title("zh-Hans"), found.title("en"), found.levels) == ("紧急程度", "Urgency", "severity")
    assert [choice.value for choice in found.choices] == ["high", "medium", "low"]
    assert field(save(of({"phone": {"$ref": "urn:biaodan:vocabulary#/$defs/phone"}})), "phone").sensitive == "phone"


def test_a_title_beside_a_reference_replaces_the_shared_one(save):
    shared = {"type": "string", "title": "共用", "x-title": {"en": "Shared"}, "maxLength": 5}
    own = {"$ref": "#/$defs/s", "title": "自己的", "x-title": {"en": "Own"}, "x-width": 6}
    found = field(save(of({"a": own}, **{"$defs": {"s": shared}})))
    assert (found.title("zh-Hans"), found.title("en"), found.width) == ("自己的", "Own", 6)
    assert found.schema["maxLength"] == 5


def test_demands_on_both_sides_of_a_reference_hold_together(save):
    from generator.api import check

    shared = {"type": "string", "maxLength": 5, "pattern": "^a"}
    path = save(of({"a": {"$ref": "#/$defs/s", "maxLength": 3, "pattern": "z$"}}, **{"$defs": {"s": shared}}))
    form = load_form(path)
    assert check(form, {"a": "abz"}) == []
    assert [fault.code for fault in check(form, {"a": "abbz"})] == ["E-too-long"]
    assert [fault.code for fault in check(form, {"a": "bz"})] == ["E-pattern"]
    assert [fault.code for fault in check(form, {"a": "ab"})] == ["E-pattern"]


@pytest.mark.parametrize(
    ("ref", "defs"),
    [
        ("#thing", {"x": {"$anchor": "thing", "type": "integer", "title": "数"}}),
        ("#/$defs/a~1b", {"a/b": {"type": "integer", "title": "数"}}),
        ("#/$defs/a~0b", {"a~b": {"type": "integer", "title": "数"}}),
        ("#/$defs/%E6%95%B0", {"数": {"type": "integer", "title": "数"}}),
        ("#/$defs/x/anyOf/1", {"x": {"anyOf": [{"type": "string"}, {"type": "integer", "title": "数"}]}}),
        ("#/$defs/x", {"x": {"$ref": "#/$defs/y"}, "y": {"type": "integer", "title": "数"}}),
    ],
    ids=["anchor", "slash", "tilde", "percent", "list index", "chain"],
)
def test_pointers_and_anchors_find_their_target(save, ref, defs):
    found = field(save(of({"a": {"$ref": ref}}, **{"$defs": defs})))
    assert (found.kind.name, found.title("zh-Hans")) == ("integer", "数")


def test_definitions_of_older_drafts_are_found_and_may_be_used_twice(save):
    path = save(
        of({"a": {"$ref": "#/definitions/d"}, "b": {"$ref": "#/definitions/d"}}, definitions={"d": of({"c": {}})})
    )
    assert [f.pointer for f in load_form(path).root.walk()] == ["/a", "/a/c", "/b", "/b/c"]


def test_a_whole_form_may_be_a_reference(save):
    path = save({"$ref": "#/$defs/form", "$defs": {"form": of({"a": {"type": "string"}})}})
    assert field(path).kind.name == "text"

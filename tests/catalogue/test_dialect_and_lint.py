"""The dialect and `biaodan lint`: the shipped schemas are clean, and every rule catches what it is for."""

import json

import pytest

from generator import resources
from generator.catalogue import load_form
from generator.catalogue.dialect import lint
from generator.errors import SchemaError
from generator.wording import LANGS

_FOLDERS = ("customer", "intake", "resolution", "closure", "records", "training", "account", "shared")
SHIPPED = sorted(p for folder in _FOLDERS for p in (resources.schemas() / folder).glob("*.json"))
META = {"id": "own", "kind": "form", "group": "intake", "number": "KF-01", "version": "1.0"}
NAME = {"title": "名称", "x-title": {"en": "Name"}, "type": "string"}


def of(properties, **more):
    return {"type": "object", "properties": properties, **more}


def ours(properties, meta=None, **more):
    """Return a schema as the catalogue wants them."""
    return of(properties, title="表", **{"x-title": {"en": "Form"}, "x-form": META | (meta or {}), **more})


def codes(path, **options):
    faults = lint(path, **options)
    assert all(fault.text(lang) for fault in faults for lang in LANGS)
    return [(fault.code, fault.place.pointer) for fault in faults]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_schemas_have_no_faults(path):
    assert [fault.text() for fault in lint(path, ours=path.parent.name != "shared")] == []


def test_there_are_shipped_schemas_to_check():
    assert {"closure-report", "issue-tracker", "vocabulary"} <= {path.stem for path in SHIPPED}


@pytest.mark.parametrize("folder", ["dialect", "policies"])
def test_the_dialect_and_the_policies_have_no_faults_either(folder):
    paths = sorted((resources.schemas() / folder).glob("*.json"))
    assert {path.name: codes(path) for path in paths} == {path.name: [] for path in paths}
    assert paths


def test_a_faulty_policy_is_told_by_its_place(save):
    policy = json.loads((resources.schemas() / "policies" / "response.json").read_text(encoding="utf-8"))
    policy["targets"]["priority"]["P0"]["unit"] = "week"
    assert [pointer for _, pointer in codes(save(policy))] == ["/targets/priority/P0/unit"]


def test_a_sound_form_of_ones_own_is_clean(save):
    assert codes(save(ours({"name": NAME})), ours=True) == []


def test_a_plain_schema_needs_none_of_our_keywords(save):
    assert codes(save(of({"name": {"type": "string"}, "n": {"type": "integer"}}))) == []


# --- numbers that are names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "schema"),
    [
        ("id_no", {"type": "integer"}),
        ("phone", {"type": "number"}),
        ("order", {"type": "integer"}),
        ("bank_card", {"type": ["integer", "null"]}),
        ("a", {"type": "integer", "title": "身份证号码"}),
        ("b", {"type": "integer", "title": "联系电话"}),
        ("c", {"type": "integer", "title": "订单编号"}),
        ("d", {"type": "integer", "x-sensitive": "name"}),
    ],
)
def test_an_identity_number_is_never_an_integer(save, key, schema):
    form = of({key: schema}, **{"x-form": {"id": "own", "kind": "form"}})
    assert codes(save(form)) == [("E-lint-identity", f"/properties/{key}/type")]


def test_a_schema_of_others_is_warned_of_it_for_they_validate_by_it(save):
    assert codes(save(of({"phone": {"type": "integer"}}))) == [("W-lint-identity", "/properties/phone/type")]


@pytest.mark.parametrize(
    ("key", "schema"),
    [
        ("id_no", {"type": "string"}),
        ("count", {"type": "integer"}),
        ("discount", {"type": "number", "title": "折扣"}),
        ("no", {"type": "integer", "x-unit": "次"}),
    ],
)
def test_amounts_and_texts_are_left_alone(save, key, schema):
    assert codes(save(of({key: schema}))) == []


# --- the shared fields -----------------------------------------------------------------------------------------------


def test_a_shared_key_may_not_be_defined_anew(save):
    assert codes(save(ours({"customer_no": NAME}))) == [("E-lint-vocabulary", "/properties/customer_no")]


def test_a_shared_key_in_a_section_may_not_be_defined_anew(save):
    section = {"title": "来电人", "x-title": {"en": "Caller"}, **of({"phone": NAME})}
    assert codes(save(ours({"caller": section}))) == [("E-lint-vocabulary", "/properties/caller/properties/phone")]


def test_a_shared_key_by_reference_is_right_and_one_of_the_users_own_schema_is_free(save):
    assert codes(save(ours({"phone": {"$ref": "urn:biaodan:vocabulary#/$defs/phone"}}))) == []
    assert codes(save(of({"phone": {"type": "string"}}))) == []


# --- titles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "pointer", "lang"),
    [
        ({"title": "名称", "type": "string"}, "/properties/a/x-title", "en"),
        ({"type": "string"}, "/properties/a", "zh-Hans"),
        ({**NAME, "x-title": {"en": "名称"}}, "/properties/a/x-title/en", "en"),
        ({**NAME, "description": "填全称"}, "/properties/a/x-description", "en"),
        ({**NAME, "oneOf": [{"const": "x"}]}, "/properties/a/oneOf/0", "zh-Hans"),
        ({**NAME, "oneOf": [{"const": "x", "title": "甲"}]}, "/properties/a/oneOf/0/x-title", "en"),
    ],
    ids=[
        "no English",
        "no title",
        "Chinese as English",
        "hint without English",
        "bare choice",
        "choice without English",
    ],
)
def test_a_catalogue_form_speaks_every_language(save, schema, pointer, lang):
    [fault] = lint(save(ours({"a": schema})))
    assert (fault.code, fault.place.pointer, fault.params["lang"]) == ("E-lint-title", pointer, lang)


# --- keywords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        (ours({"a": {**NAME, "x-sensetive": "name"}}), "/properties/a/x-sensetive"),
        (ours({"a": NAME}, **{"x-forms": {}}), "/x-forms"),
        (
            ours({"a": {"type": "array", "items": of({"b": {"x-wdith": 3}})}}),
            "/properties/a/items/properties/b/x-wdith",
        ),
        (ours({"a": NAME}, **{"$defs": {"d": {"x-titel": {}}}}), "/$defs/d/x-titel"),
        (of({"a": {**NAME, "x-sensetive": "name"}}), "/properties/a/x-sensetive"),
    ],
    ids=["in a field", "of the form", "in a row", "in a definition", "a mask, in any schema"],
)
def test_a_misspelt_keyword_of_ours_is_found_and_the_form_is_not_used(save, schema, pointer):
    path = save(schema)
    assert codes(path) == [("E-schema-unknown-keyword", pointer)]
    with pytest.raises(SchemaError):
        load_form(path)


def test_keys_and_values_that_look_like_keywords_are_none(save):
    schema = of(
        {"x-key": {"type": "string", "default": {"x-no": 1}, "examples": [{"x-no": 1}]}, "pattern": {}, "$ref": {}}
    )
    assert codes(save(schema)) == [("W-schema-default", "/x-key")]  # told as any default that has no room
    assert [f.key for f in load_form(save(schema)).root.fields] == ["x-key", "pattern", "$ref"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"type": "strng"}, "/properties/a/type"),
        ({"x-width": 0}, "/properties/a/x-width"),
        ({"x-lines": 1.5}, "/properties/a/x-lines"),
        ({"x-control": "slider"}, "/properties/a/x-control"),
        ({"x-sensitive": "secret"}, "/properties/a/x-sensitive"),
        ({"x-title": {"fr": "Nom"}}, "/properties/a/x-title"),
        ({"x-derive": {"value": "1", "given": "maybe"}}, "/properties/a/x-derive"),
        ({"maxLength": "9"}, "/properties/a/maxLength"),
        ({"required": "name"}, "/properties/a/required"),
    ],
    ids=lambda more: next(iter(more)) if isinstance(more, dict) else None,
)
def test_a_keyword_of_the_wrong_kind_is_told_by_its_place(save, more, pointer):
    found = codes(save(ours({"a": {**NAME, **more}})))
    assert {code for code, _ in found} == {"E-schema-keyword"}
    assert pointer in {place for _, place in found}


@pytest.mark.parametrize("pattern", ["(?=x)", "^(?!x)", "(?<=a)b", "(a)\\1", "(", "[z-a]"])
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_refused(save, pattern):
    path = save(ours({"a": {**NAME, "pattern": pattern}}))
    assert codes(path) == [("E-schema-pattern", "/properties/a/pattern")]
    with pytest.raises(SchemaError):
        load_form(path)


# --- expressions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expression", ["1 +", "a ==", "(a", "a b", "{{ a }}", "a | nosuchfilter("])
def test_a_bad_expression_is_found(save, expression):
    assert codes(save(of({"a": {**NAME, "x-derive": expression}}))) == [("E-lint-expression", "/a")]


def test_an_expression_that_names_an_unknown_field_is_found(save):
    path = save(of({"a": {**NAME, "x-derive": "nope + minutes(a, zzz)"}}))
    faults = lint(path)
    assert [(fault.code, fault.params["name"]) for fault in faults] == [("E-lint-name", "nope"), ("E-lint-name", "zzz")]


def test_rules_across_fields_are_looked_at_too(save):
    rule = {"at": "/a", "message": "不对"}
    path = save(of({"a": NAME}, **{"x-check": [{**rule, "that": "a =="}, {**rule, "that": "b == 1"}]}))
    assert sorted(code for code, _ in codes(path)) == ["E-lint-expression", "E-lint-name"]


# --- the form itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["kind", "group", "number", "version"])
def test_a_catalogue_form_says_what_it_is(save, key):
    schema = ours({"a": NAME})
    schema["x-form"] = {k: v for k, v in META.items() if k != key}
    [fault] = lint(save(schema))
    assert (fault.code, fault.params["key"]) == ("E-lint-form", key)


def test_the_id_is_the_name_of_the_file(save):
    assert codes(save(ours({"a": NAME}), "other.json")) == [("E-lint-id", "/x-form/id")]


@pytest.mark.parametrize(
    "meta",
    [{"id": "Own Form"}, {"id": "../own"}, {"kind": "poster"}, {"template": "../etc/passwd"}, {"version": "one"}],
)
def test_a_form_cannot_call_itself_anything(save, meta):
    found = codes(save(ours({"a": NAME}, meta)))
    assert found == [("E-schema-keyword", f"/x-form/{next(iter(meta))}")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "E-json"),
        ("[]", "E-schema-shape"),
        ("5", "E-schema-shape"),
        ("{}", "E-schema-shape"),
        ('{"title": "a", "title": "b"}', "E-json-duplicate"),
        ('{"properties": {"a": {"$ref": "http://x"}}}', "E-ref-outside"),
    ],
)
def test_a_file_that_is_no_form_is_a_fault_in_lint_and_when_used(save, text, code):
    path = save(text)
    assert [found for found, _ in codes(path)] == [code]
    with pytest.raises(SchemaError) as caught:
        load_form(path)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_table_within_a_row_of_a_register_is_refused(save):
    row = of({"inner": {"type": "array", "items": of({"x": {}})}})
    assert codes(save(of({"rows": {"type": "array", "items": row}}, **{"x-form": {**META, "kind": "table"}}))) == [
        ("E-schema-nested", "/rows/*/inner")
    ]

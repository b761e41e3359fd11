"""Forms drafted from a schema and its UI schema: of JSON Forms, of react-jsonschema-form."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.api import check
from generator.errors import BiaodanError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "city"],
    "properties": {
        "age": {"type": "integer", "minimum": 0},
        "name": {"type": "string"},
        "smokes": {"type": "boolean"},
        "often": {"type": "string", "enum": ["daily", "seldom"]},
        "city": {"type": "string"},
        "story": {"type": "string"},
        "phone": {"type": "integer"},
    },
}


def control(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "Control", "scope": f"#/properties/{name}", **more}


UI: dict[str, Any] = {
    "type": "VerticalLayout",
    "elements": [
        control("name", label="Full name"),
        control("smokes"),
        control(
            "often", rule={"effect": "SHOW", "condition": {"scope": "#/properties/smokes", "schema": {"const": True}}}
        ),
        {"type": "Group", "label": "Living", "elements": [control("city"), control("age")]},
        control("story", options={"multi": True, "trim": True}),
        {"type": "Label", "text": "Thank you"},
    ],
}


@pytest.fixture
def pair(draft: Any, tmp_path: Path) -> Any:
    def make(schema: Any, ui: Any, *, together: bool = False, **options: Any) -> Any:
        one, other = tmp_path / "one.json", tmp_path / "two.json"
        if together:
            one.write_text(json.dumps({"schema": schema, "uischema": ui}), encoding="utf-8")
            return draft(one, **options)
        one.write_text(json.dumps(ui), encoding="utf-8")
        other.write_text(json.dumps(schema), encoding="utf-8")
        return draft(one, other, **options)

    return make


@pytest.mark.parametrize("together", [True, False])
def test_a_json_forms_pair_keeps_order_groups_labels_and_rules(pair: Any, together: bool) -> None:
    made = pair(SCHEMA, UI, together=together)
    assert list(made.schema["properties"]) == ["name", "smokes", "often", "living", "story", "phone"]
    living = made.schema["properties"]["living"]
    assert (living["title"], list(living["properties"]), living["required"]) == ("Living", ["city", "age"], ["city"])
    assert made.schema["properties"]["often"]["x-when"] == "smokes == true"
    assert made.schema["properties"]["story"]["x-control"] == "multiline"
    assert made.schema["properties"]["name"]["title"] == "Full name"
    lost = " ".join(made.told("W-import-lost") + made.told("W-import-as"))
    assert all(word in lost for word in ("Thank you", "options.trim", "Living", "phone"))
    assert [fault.code for fault in check(made.form, {"name": "A", "city": "B", "age": 3})] == []
    assert [fault.place.pointer for fault in check(made.form, {"name": "A", "age": -1})] == [
        "/living/city",
        "/living/age",
    ]


RJSF: dict[str, Any] = {
    "ui:order": ["name", "*", "age"],
    "name": {"ui:title": "Full name", "ui:help": "As in the passport"},
    "story": {"ui:widget": "textarea", "ui:placeholder": "…"},
    "city": {"ui:widget": "hidden"},
    "often": {"ui:enumNames": ["Every day", "Hardly ever"]},
    "nobody": {"ui:field": "geo"},
    "smokes": {"ui:field": "switch"},
}


def test_an_rjsf_pair_keeps_order_titles_widgets_and_names_of_choices(pair: Any) -> None:
    made = pair(SCHEMA, RJSF)
    properties = made.schema["properties"]
    assert list(properties) == ["name", "smokes", "often", "city", "story", "phone", "age"]
    assert (properties["name"]["title"], properties["name"]["description"]) == ("Full name", "As in the passport")
    assert properties["story"]["x-control"] == "multiline"
    assert properties["city"]["x-when"] == "false"
    assert [one["title"] for one in properties["often"]["oneOf"]] == ["Every day", "Hardly ever"]
    lost = " ".join(made.told("W-import-lost"))
    assert all(word in lost for word in ("nobody", "ui:field", "placeholder"))


def test_older_drafts_and_keywords_of_others_are_brought_up_to_date(pair: Any) -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": {
            "n": {"type": "number", "minimum": 3, "exclusiveMinimum": True, "x-acme": 1},
            "c": {"type": "string", "enum": ["a", "b"], "enumNames": ["A", "B"]},
            "rows": {"type": "array", "items": {"type": "object", "properties": {"o": {"type": "object", "properties": {
                "x": {"type": "string"}}}, "y": {"type": "string"}}}},
        },
    }  # fmt: skip
    made = pair(schema, {"n": {"ui:title": "N"}})
    assert made.schema["properties"]["n"]["exclusiveMinimum"] == 3
    assert any("x-acme" in told for told in made.told("W-import-lost"))


@pytest.mark.parametrize("contents", [[{"a": 1}], [[]], [SCHEMA, SCHEMA, UI], [UI, UI], [{"type": "object"}]])
def test_what_is_no_pair_is_refused(draft: Any, tmp_path: Path, contents: list[Any]) -> None:
    paths = [tmp_path / f"{n}.json" for n in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BiaodanError, match=r"E-import-(two|schema)"):
        draft(*paths)


CONDITIONAL: dict[str, Any] = {
    "type": "object",
    "properties": {"card": {"type": "string"}, "name": {"type": "string"}},
    "dependentSchemas": {"card": {"properties": {"address": {"type": "string"}}, "required": ["address"]}},
    "patternProperties": {"^note": {"type": "string"}},
}


@pytest.mark.parametrize(
    "ui",
    [
        {"card": {"ui:title": "Bank card"}, "address": {"ui:title": "Home"}, "ui:order": ["name", "card"]},
        {
            "type": "VerticalLayout",
            "elements": [control("name"), {"type": "Group", "label": "Pay", "elements": [control("card")]}],
        },
    ],
)
def test_a_schema_with_fields_under_conditions_and_maps_stays_as_it_is(pair: Any, ui: Any) -> None:
    made = pair(CONDITIONAL, ui)
    assert "x-form" not in made.schema
    assert [spec.key for spec in made.form.root.fields][:3] == ["name", "card", "address"]
    assert "W-import-as" in made.codes
    assert check(made.form, {"card": "1", "address": "Road 1", "note1": "kept"}) == []
    assert [fault.place.pointer for fault in check(made.form, {"card": "1"})] == ["/address"]


def test_what_a_uischema_says_of_a_field_under_a_condition_is_taken(pair: Any) -> None:
    made = pair(CONDITIONAL, {"address": {"ui:title": "Home"}})
    assert {spec.title("en") for spec in made.form.root.fields} >= {"Home"}
    assert made.told("W-import-lost") == []


def test_a_list_and_a_single_value_keep_their_shape(pair: Any) -> None:
    assert check(pair({"type": "array", "items": {"type": "string"}}, {"ui:title": "Names"}).form, ["a", "b"]) == []


def test_a_form_of_ours_is_made_of_such_a_schema_where_that_is_asked_for(pair: Any) -> None:
    made = pair(CONDITIONAL, {"card": {"ui:title": "Bank card"}}, infer=True)
    assert "x-form" in made.schema
    assert any("Address" in told for told in made.told("W-import-lost"))


def test_a_group_around_one_table_is_that_table(pair: Any) -> None:
    rows = {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "string"}}}}
    ui = {"type": "Categorization", "elements": [{"type": "Category", "label": "Rows", "elements": [control("rows")]}]}
    made = pair({"type": "object", "properties": {"rows": rows, "y": {"type": "string"}}}, ui)
    assert list(made.schema["properties"]) == ["rows", "y"]
    assert check(made.form, {"rows": [{"x": "1"}]}) == []


def test_a_text_that_may_be_null_takes_lines_and_a_default_of_none_is_told_as_json(pair: Any) -> None:
    schema = {"type": "object", "properties": {"story": {"type": ["string", "null"]}}}
    made = pair(schema, {"story": {"ui:widget": "textarea", "ui:emptyValue": None}})
    assert made.schema["properties"]["story"]["x-control"] == "multiline"
    assert "null" in made.told("W-import-lost")[0]

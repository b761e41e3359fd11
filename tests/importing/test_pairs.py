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

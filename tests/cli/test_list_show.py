"""The catalogue and its forms, listed, described and linted."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator import Catalogue, resources
from generator.catalogue import GROUPS

FORMS = sorted(form.id for form in Catalogue([]))


def listed(cli: Any, *options: str) -> list[dict[str, str]]:
    """Return what `list --json` says."""
    done = cli("list", "--json", *options)
    assert (done.code, done.err) == (0, "")
    forms: list[dict[str, str]] = json.loads(done.out)
    return forms


def test_list_json_describes_every_form_of_the_folder(cli: Any) -> None:
    forms = listed(cli)
    files = [p for group in GROUPS for p in (resources.schemas() / group).glob("*.json")]
    assert sorted(form["id"] for form in forms) == sorted(p.stem for p in files)
    for form in forms:
        assert set(form) == {"id", "title", "kind", "group", "number", "version"}
        assert all(isinstance(value, str) and value for value in form.values())
    assert len({form["number"] for form in forms}) == len(forms)


def test_list_goes_by_the_stages_of_the_work(cli: Any) -> None:
    stages = [GROUPS.index(form["group"]) for form in listed(cli)]
    assert stages == sorted(stages)
    numbers = [(form["group"], form["number"]) for form in listed(cli)]
    assert numbers == sorted(numbers, key=lambda pair: (GROUPS.index(pair[0]), pair[1]))


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_list_speaks_every_language(cli: Any, lang: str) -> None:
    catalogue = Catalogue([])
    text = cli("list", "--lang", lang).out
    for form in listed(cli, "--lang", lang):
        assert form["title"] == catalogue.form(form["id"]).title(lang)  # type: ignore[arg-type]
        assert form["title"] in text
        assert form["id"] in text
        assert form["number"] in text


def test_list_keeps_to_a_group_and_a_kind(cli: Any) -> None:
    everything = listed(cli)
    for key in ("group", "kind"):
        for value in {form[key] for form in everything}:
            assert listed(cli, f"--{key}", value) == [form for form in everything if form[key] == value]
    assert listed(cli, "--group", "closure", "--kind", "table") == [
        form for form in everything if (form["group"], form["kind"]) == ("closure", "table")
    ]


def test_list_has_the_forms_of_the_users_folder(
    cli: Any, save: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAODAN_PATH", str(tmp_path / "desk"))
    fields = {"type": "object", "properties": {"a": {"type": "string"}}}
    save("desk/schemas/my-form.json", {**fields, "title": "我的表"})
    assert {"id": "my-form", "title": "我的表", "kind": "form", "group": "", "number": "", "version": ""} in listed(cli)


def walk(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return fields and all beneath them."""
    return [found for field in fields for found in (field, *walk(field.get("fields", [])))]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_show_json_describes_every_field(cli: Any, form: str, lang: str) -> None:
    done = cli("show", form, "--json", "--lang", lang)
    assert (done.code, done.err) == (0, "")
    described = json.loads(done.out)
    assert described["id"] == form
    specs = list(Catalogue([]).form(form).root.walk())
    fields = walk(described["fields"])
    assert [field["pointer"] for field in fields] == [spec.pointer for spec in specs]
    for field, spec in zip(fields, specs, strict=True):
        assert field["title"] == spec.title(lang)  # type: ignore[arg-type]
        assert field["required"] == spec.required
        assert len(field.get("choices", [])) == len(spec.choices)


def missing(fields: list[dict[str, Any]], example: dict[str, Any]) -> list[str]:
    """Return the required fields that an example hasn't got; computed ones may be left out."""
    gaps = []
    for field in fields:
        if field["key"] not in example:
            gaps += [field["pointer"]] if field["required"] and not field["derived"] else []
            continue
        value = example[field["key"]]
        for inner in value if isinstance(value, list) else [value]:
            gaps += missing(field.get("fields", []), inner) if isinstance(inner, dict) else []
    return gaps


@pytest.mark.parametrize("form", FORMS)
def test_the_example_has_every_required_key_and_none_that_is_unknown(cli: Any, save: Any, form: str) -> None:
    described = json.loads(cli("show", form, "--json").out)
    assert missing(described["fields"], described["example"]) == []
    save("example.json", described["example"])
    done = cli("check", form, "example.json")
    assert not {"E-unknown-key", "E-unknown-key-near", "E-required", "E-type", "E-choice"} & set(done.codes)


@pytest.mark.parametrize("form", FORMS)
def test_show_prints_titles_keys_and_the_example(cli: Any, form: str) -> None:
    done = cli("show", form, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    found = Catalogue([]).form(form)
    assert done.out.startswith(f"{found.title('en')}  {form}\n")
    for spec in found.root.walk():
        assert f"{spec.title('en')}  {spec.key}  [" in done.out
        for choice in spec.choices:
            assert f"({choice.value})" in done.out
    example = done.out.partition("\nExample\n")[2]
    assert json.loads(example) == json.loads(cli("show", form, "--json").out)["example"]


def test_show_marks_what_is_required_computed_and_personal(cli: Any) -> None:
    text = cli("show", "issue-tracker", "--lang", "en").out
    line = {row.split("  ")[-2]: row for row in text.splitlines() if row.endswith("]")}
    assert "required" in line["customer_name"]
    assert "computed" in line["issue_no"]
    assert "personal" in line["owner"]
    assert "a closed issue needs its actual completion time" in text


def test_show_takes_the_path_of_a_schema_file(cli: Any, save: Any) -> None:
    save("mine/some-form.json", {"type": "object", "properties": {"first_name": {"type": "string"}}})
    done = cli("show", "mine/some-form.json", "--json")
    assert json.loads(done.out)["fields"][0]["title"] == "First name"


# --- lint -------------------------------------------------------------------------------------------------------------

SHIPPED = [str(path) for group in (*GROUPS, "shared") for path in sorted((resources.schemas() / group).glob("*.json"))]


def test_every_shipped_schema_is_without_faults(cli: Any) -> None:
    done = cli("lint", *SHIPPED, "--lang", "en")
    assert (done.code, done.out, done.err) == (0, "", "no faults\n")


def _form(**changes: Any) -> dict[str, Any]:
    meta = {"id": "my-form", "kind": "form", "group": "intake", "number": "X-1", "version": "1.0"}
    field = {"title": "甲", "x-title": {"en": "A"}, "type": "string"}
    base = {"title": "表", "x-title": {"en": "Form"}, "type": "object", "x-form": meta, "properties": {"a": field}}
    return base | changes


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (
            {"properties": {"phone": {"title": "甲", "x-title": {"en": "A"}, "type": "integer"}}},
            "E-lint-vocabulary",
            "/properties/phone",
        ),
        (
            {"properties": {"card_no": {"title": "甲", "x-title": {"en": "A"}, "type": "integer"}}},
            "E-lint-identity",
            "/properties/card_no/type",
        ),
        (
            {"properties": {"a": {"title": "身份证号码", "x-title": {"en": "A"}, "type": "number"}}},
            "E-lint-identity",
            "/properties/a/type",
        ),
        ({"properties": {"a": {"title": "甲", "type": "string"}}}, "E-lint-title", "/properties/a/x-title"),
        ({"properties": {"a": {"type": "string"}}}, "E-lint-title", "/properties/a"),
        ({"x-title": {"en": "表"}}, "E-lint-title", "/x-title/en"),
        ({"x-form": {"id": "my-form", "kind": "form", "group": "intake", "version": "1.0"}}, "E-lint-form", "/x-form"),
        (
            {"x-form": {"id": "other", "kind": "form", "group": "intake", "number": "1", "version": "1"}},
            "E-lint-id",
            "/x-form/id",
        ),
        ({"x-check": [{"that": "a ==", "at": "/a", "message": "x"}]}, "E-lint-expression", ""),
        ({"x-check": [{"that": "nothing == 1", "at": "/a", "message": "x"}]}, "E-lint-name", ""),
    ],
)
def test_lint_finds_what_the_dialect_asks_for(cli: Any, save: Any, change: Any, code: str, pointer: str) -> None:
    save("my-form.json", _form(**change))
    done = cli("lint", "my-form.json", "--lang", "en")
    assert (done.code, done.out) == (1, "")
    assert code in done.codes
    fault = next(f for f, c in zip(done.faults, done.codes, strict=True) if c == code)
    assert fault.startswith("my-form.json: ")
    assert pointer in fault


def test_lint_is_content_with_a_form_that_is_right(cli: Any, save: Any) -> None:
    save("my-form.json", _form())
    assert (cli("lint", "my-form.json").code, cli("lint", "my-form.json", "--json").out) == (0, "[]\n")


def test_lint_reports_every_file_and_every_fault(cli: Any, save: Any) -> None:
    save("my-form.json", _form())
    save("one.json", {"type": "object", "properties": {"tel": {"type": "integer"}, "card": {"type": "integer"}}})
    save("two.json", "{")
    done = cli("lint", "one.json", "my-form.json", "two.json", "--json", "--lang", "en")
    assert done.code == 1
    assert [(f["file"], f["code"]) for f in json.loads(done.out)] == [
        ("one.json", "W-lint-identity"),
        ("one.json", "W-lint-identity"),
        ("two.json", "E-json"),
    ]

"""Texts of schemas, policies, themes, profiles and templates: what no document can hold is refused on loading."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator import resources
from generator.api import blank, make_job, make_policy
from generator.catalogue import Catalogue
from generator.catalogue.dialect import lint
from generator.characters import ill_texts, is_surely_well
from generator.errors import SchemaError
from generator.profile import Profile
from generator.records import ListSource
from generator.theme import load_theme
from generator.wording import LANGS

ILL = ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x9f", "\ud800", "\udfff", "\ufdd0", "\ufffe", "\uffff"]
ILL += ["\U0001fffe", "\ufeff", "\ufff9", "\u2065", "\u202e", "\u2066", "\U000e0002"]
PLACES: dict[str, tuple[Any, str]] = {
    "title": ({"title": "T#", "properties": {"a": {"type": "string"}}}, "/title"),
    "title of a field": ({"properties": {"a": {"type": "string", "title": "a#b"}}}, "/properties/a/title"),
    "title in English": (
        {"properties": {"a": {"type": "string", "x-title": {"en": "#"}}}},
        "/properties/a/x-title/en",
    ),
    "description": ({"description": "d#", "properties": {"a": {"type": "string"}}}, "/description"),
    "key": ({"properties": {"k#": {"type": "string"}}}, "/properties"),
    "choice": ({"properties": {"a": {"enum": ["x", "y#"]}}}, "/properties/a/enum/1"),
    "choice with a title": (
        {"properties": {"a": {"oneOf": [{"const": "x", "title": "#"}, {"const": "y"}]}}},
        "/properties/a/oneOf/0/title",
    ),
    "default": ({"properties": {"a": {"type": "string", "default": "#"}}}, "/properties/a/default"),
    "number of the form": (
        {"properties": {"a": {"type": "string"}}, "x-form": {"id": "own", "number": "KF-#"}},
        "/x-form/number",
    ),
    "signature": (
        {"properties": {"a": {"type": "string"}}, "x-form": {"id": "own", "signatures": [{"title": "#"}]}},
        "/x-form/signatures/0/title",
    ),
    "message of a check": (
        {"properties": {"a": {"type": "string"}}, "x-check": [{"that": "true", "at": "/a", "message": "#"}]},
        "/x-check/0/message",
    ),
    "deep": (
        {"properties": {"a": {"type": "array", "items": {"properties": {"b": {"title": "#"}}}}}},
        "/properties/a/items/properties/b/title",
    ),
}


def schema(tmp_path: Path, content: Any, character: str) -> Path:
    path = tmp_path / "own.json"
    text = json.dumps({"type": "object", **content}).replace("#", json.dumps(character)[1:-1])
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("character", ILL, ids=lambda character: f"U+{ord(character):04X}")
def test_a_schema_with_such_a_text_is_refused_by_place_and_character(
    tmp_path: Path, place: str, character: str
) -> None:
    content, pointer = PLACES[place]
    path = schema(tmp_path, content, character)
    for found in (lint(path), _refused(path)):
        assert [fault.code for fault in found] == ["E-schema-text"]
        assert found[0].place.pointer == pointer
        assert all(f"U+{ord(character):04X}" in fault.text(lang) for fault in found for lang in LANGS)


def _refused(path: Path) -> Any:
    with pytest.raises(SchemaError) as raised:
        blank(str(path), "docx")
    return raised.value.faults


def test_written_as_it_is_a_character_is_found_as_well_as_escaped(tmp_path: Path) -> None:
    for written in ("\u0007", "\\u0007", "\\b", "\\f", "\ufeffx"):
        path = tmp_path / "own.json"
        path.write_text(f'{{"type": "object", "properties": {{"a": {{"title": "x{written}"}}}}}}', encoding="utf-8")
        assert [fault.code for fault in lint(path)] in (["E-schema-text"], ["E-json"])


def test_all_of_them_are_told_at_once(tmp_path: Path) -> None:
    content = {"title": "#", "description": "#", "properties": {"a#": {"title": "#"}, "b": {"title": "#"}}}
    found = [fault.place.pointer for fault in lint(schema(tmp_path, content, "\x01"))]
    assert found == ["/description", "/properties", "/properties/b/title", "/title"]


def test_a_quick_look_never_passes_what_a_thorough_one_finds() -> None:
    for character in ILL:
        for text in (json.dumps([character]), json.dumps([character], ensure_ascii=False)):
            assert list(ill_texts(json.loads(text)))
            assert not is_surely_well(text)


@pytest.mark.parametrize("space", ["\n", "\t", "\r\n", " \n  "])
def test_a_title_is_a_line_whatever_white_space_it_was_written_with(tmp_path: Path, space: str) -> None:
    path = schema(tmp_path, {"title": "一#二", "properties": {"a": {"title": "Line one#line two"}}}, space)
    form = Catalogue(folders=()).form(str(path))
    assert form.root.fields[0].title("en") == "Line one line two"
    assert form.title("zh-Hans") == "一 二"


def test_policies_profiles_and_themes_pass_the_same_gate(tmp_path: Path) -> None:
    policy = json.loads((resources.schemas() / "policies" / "masking.json").read_text(encoding="utf-8"))
    path = tmp_path / "masking.json"
    path.write_text(json.dumps({**policy, "mark": "\x07"}), encoding="utf-8")
    with pytest.raises(SchemaError, match="E-schema-text"):
        make_policy(path)
    with pytest.raises(SchemaError, match="E-schema-text"):
        Profile.of({"zh-Hans": "甲\x07公司"})
    theme = (resources.templates() / "theme" / "theme.toml").read_text(encoding="utf-8")
    own = tmp_path / "theme.toml"
    own.write_text(theme.replace('"Biaodan SC"', '"Biaodan\\u0007SC"', 1), encoding="utf-8")
    with pytest.raises(SchemaError, match="E-schema-text"):
        load_theme(own)
    own.write_text(theme.replace('ink = "', 'ink = "x', 1), encoding="utf-8")
    with pytest.raises(SchemaError, match="E-theme-colour"):
        load_theme(own)


@pytest.mark.parametrize("character", ["\x85", "\ufeff", "\ufff9", "\U000e0002"], ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("way", ["plain", "reference", "expression", "heading"])
def test_a_template_with_such_a_text_is_refused(tmp_path: Path, character: str, way: str) -> None:
    texts = {
        "plain": f"<p>a{character}b</p>",
        "reference": f"<p>a&#{ord(character)};b</p>",
        "expression": f"<p>{{{{ 'a\\U{ord(character):08x}b' }}}}</p>",
        "heading": f"<h2>a{character}b</h2>",
    }
    (tmp_path / "schemas").mkdir()
    (tmp_path / "templates").mkdir()
    form = {"type": "object", "properties": {"a": {"type": "string"}}}
    own = {**form, "x-form": {"id": "own", "kind": "letter", "template": "own"}}
    (tmp_path / "schemas" / "own.json").write_text(json.dumps(own), encoding="utf-8")
    (tmp_path / "templates" / "own.zh-Hans.html").write_text(texts[way], encoding="utf-8")
    job = make_job("own", catalogue=Catalogue([tmp_path]))
    [composed] = job.documents(ListSource({"a": "x"}, job.form))
    if character == "\x85":  # a line end, as in values
        return
    assert [fault.code for fault in composed.faults] == ["E-template-character"]


def test_our_own_sentences_pass_it() -> None:
    for path in (resources.templates() / "wording").glob("*.toml"):
        if path.stem == "cli":
            continue  # help texts, which go to a terminal, hold click's mark for lines that stay apart
        assert list(ill_texts(tomllib.loads(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [
        (1, 5, ""),
        (0, 20, ""),
        (-10, 10, ""),
        (0, 21, "E-schema-rating"),
        (0, 10**14, "E-schema-rating"),
        (5, 1, "E-schema-rating"),
        (3, 3, "E-schema-rating"),
        (0, 1.5, "E-schema-rating"),
    ],
)
def test_a_rating_has_as_many_marks_as_a_scale_can_show(tmp_path: Path, low: float, high: float, code: str) -> None:
    rating = {"type": "integer", "x-control": "rating", "minimum": low, "maximum": high}
    path = schema(tmp_path, {"properties": {"n": rating}}, "")
    assert [fault.code for fault in lint(path)] == ([code] if code else [])


@pytest.mark.parametrize(("key", "most"), [("title", 500), ("description", 5_000)])
def test_texts_of_a_schema_have_a_length(tmp_path: Path, key: str, most: int) -> None:
    for length, codes in ((most, []), (most + 1, ["E-schema-keyword"])):
        path = schema(tmp_path, {"properties": {"a": {key: "x" * length}}}, "")
        assert [fault.code for fault in lint(path)] == codes


def test_choices_have_a_number(tmp_path: Path) -> None:
    for count, codes in ((2_000, []), (2_001, ["E-schema-keyword"])):
        path = schema(tmp_path, {"properties": {"a": {"enum": [f"c{n}" for n in range(count)]}}}, "")
        assert [fault.code for fault in lint(path)] == codes

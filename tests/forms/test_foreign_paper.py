"""Plain schemas of others on paper: what they say stands on the pages of three formats, and no word of Python does."""

import io
import json
import re
import zipfile

import pytest

from generator.api import blank, render

TEXT = {"type": "string"}
ADDRESS = {"type": "object", "title": "An address", "properties": {"street": TEXT}, "required": ["street"]}
NAME = {**TEXT, "description": "as in the passport"}
PERSON = {"type": "object", "title": "A person", "properties": {"name": NAME}, "required": ["name"]}
SCHEMA = {
    "type": "object",
    "properties": {
        "animal": {"enum": ["Cat", "Fish"], "title": "Animal"},
        "party": {"oneOf": [ADDRESS, PERSON]},
        "flag": {"enum": [True, None]},
        "factor": {"type": "number", "enum": [0.5, 1000.0]},
        "tags": {"type": "object", "additionalProperties": {"type": "integer"}},
        "orders": {
            "type": "array",
            "items": {"type": "object", "properties": {"no": TEXT, "buyer": ADDRESS}},
        },
        "anything": {},
    },
    "if": {"properties": {"animal": {"const": "Cat"}}},
    "then": {"properties": {"food": TEXT}},
}
RECORD = {
    "animal": "Cat",
    "food": "meat",
    "party": {"name": "Ann"},
    "flag": True,
    "factor": 1000.0,
    "tags": {"kicks": 3},
    "orders": [{"no": "N1", "buyer": {"street": "Elm"}}, {"no": "N2"}],
    "anything": [True, {"deep": None}],
    "unforeseen": "kept",
}


def words(document, format):
    """Return the texts of an office file."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = [
            package.read(name).decode() for name in package.namelist() if re.search(r"document|sheet|Strings", name)
        ]
    return " ".join(re.findall(r">([^<>]+)<", " ".join(parts)))


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "own.json"
    made.write_text(json.dumps(SCHEMA), "utf-8")
    return str(made)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_blank_paper_has_conditions_alternatives_hints_and_rows(path, format):
    text = words(blank(path, format, lang="en"), format)
    for told in ("if Animal is Cat", "An address", "A person", "as in the passport", "Orders 1", "Orders 2", "1000"):
        assert told in text
    assert not re.search(r"\b(True|False|None|1000\.0)\b", text)


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_filled_paper_has_what_the_record_holds_and_nothing_else(path, format):
    text = words(render(path, RECORD, format, lang="en"), format)
    for told in ("meat", "Ann", "Yes", "kicks", "Orders 2", "N2", "Elm", "deep", "unforeseen", "kept"):
        assert told in text
    assert not re.search(r"\b(True|False|None|null)\b", text)


def test_pages_are_made_of_it_too(path):
    assert blank(path, "pdf").startswith(b"%PDF")
    assert render(path, RECORD, "pdf").startswith(b"%PDF")

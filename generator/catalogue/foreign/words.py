"""Which keywords of our own dialect a schema that others wrote may use, and what they must look like."""

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from generator import resources, strict_json
from generator.errors import SchemaError
from generator.kinds import is_control
from generator.strict_json import JsonObject


@cache
def _dialect() -> JsonObject:
    loaded: JsonObject = strict_json.load_own(resources.schemas() / "dialect" / "form.json")
    return loaded


@cache
def _validator(keyword: str) -> jsonschema_rs.Draft202012Validator:
    schema = {"$defs": _dialect()["$defs"], **_dialect()["properties"][keyword]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def is_ours(keyword: str, value: Any) -> bool:
    """Tell whether a keyword is one of our dialect, and its value of the shape that the dialect asks for."""
    if keyword not in _dialect()["properties"] or keyword == "x-form":
        return False
    if keyword == "x-control" and not (isinstance(value, str) and is_control(value)):
        return False
    return bool(_validator(keyword).is_valid(value))


def is_misspelt_mask(keyword: str) -> bool:
    """Tell whether a keyword is nearly the one for personal data: passing it over would show what it is to hide."""
    return difflib.SequenceMatcher(None, keyword.lower(), "x-sensitive").ratio() >= _NEAR and keyword != "x-sensitive"


_NEAR = 0.85


def load_schema(path: Path, name: str) -> Any:
    """Return the content of a schema file; one of others may have limits of any size.

    Raises SchemaError as `strict_json.load_own` does.
    """
    try:
        return strict_json.load_own(path, name)
    except SchemaError as error:
        if not {fault.code for fault in error.faults} <= {"E-json-digits", "E-json-range"}:
            raise
        content = strict_json.load_own(path, name, wide=True)
        if not isinstance(content, Mapping) or not is_foreign(content):
            raise
        return content


def is_foreign(schema: JsonObject) -> bool:
    """Tell whether a schema is none of our dialect: it says neither what form it is, nor that it keeps to that."""
    return not isinstance(schema.get("x-form"), Mapping) and schema.get("$schema") != _OURS


_OURS = "urn:biaodan:dialect:form"

"""Schemas of other systems as ours: older drafts brought up to date, keywords of others taken or named."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator import strict_json
from generator.catalogue.dialect import dialect_keywords
from generator.errors import Place, RecordError, fail
from generator.importing.draft import Notes, Schema
from generator.kinds import is_control
from generator.records.bounds import bounds

_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_DEEPEST = 40


def modern(node: Any, notes: Notes, at: str = "", depth: int = 0) -> Any:
    """Return a schema of any draft as one of 2020-12; what can't be taken is told."""
    if not isinstance(node, Mapping) or depth > _DEEPEST:
        return node
    made: Schema = {k: v for k, v in node.items() if k not in ("$schema", "id", "$id", "$comment")}
    if isinstance(node.get("id"), Mapping):  # a property of that name, in a map of properties
        made["id"] = node["id"]
    _limits(made)
    _required(made, notes, at)
    _names_of_enum(made)
    _vendor(made, notes, at)
    if isinstance(made.get("items"), list):
        made["prefixItems"] = made.pop("items")
        if isinstance(made.get("additionalItems"), Mapping):
            made["items"] = made["additionalItems"]
        made.pop("additionalItems", None)
    _dependencies(made)
    for key in _MAPS:
        if isinstance(made.get(key), Mapping):
            made[key] = {name: modern(child, notes, f"{at}/{name}", depth + 1) for name, child in made[key].items()}
    for key in _LISTS:
        if isinstance(made.get(key), list):
            made[key] = [modern(child, notes, at, depth + 1) for child in made[key]]
    for key in _ONE:
        if isinstance(made.get(key), Mapping):
            made[key] = modern(made[key], notes, at, depth + 1)
    return made


def _limits(made: Schema) -> None:
    for least, word in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(word), bool):
            is_exclusive = made.pop(word)
            if is_exclusive and least in made:
                made[word] = made.pop(least)
    for word in ("minLength", "maxLength", "minItems", "maxItems"):
        if isinstance(made.get(word), float) and made[word].is_integer():
            made[word] = int(made[word])


def _required(made: Schema, notes: Notes, at: str) -> None:
    if "required" in made and not isinstance(made["required"], list):
        notes.lost(f"required: {made.pop('required')}", "required_of_field", title=at.strip("/"))
    elif isinstance(made.get("required"), list):
        made["required"] = list(dict.fromkeys(map(str, made["required"])))


def _names_of_enum(made: Schema) -> None:
    names, values = made.get("enumNames"), made.get("enum")
    if not isinstance(names, list) or not isinstance(values, list):
        return
    del made["enumNames"], made["enum"]
    titled = [*map(str, names), *map(str, values[len(names) :])]
    made["oneOf"] = [{"const": value, "title": title} for value, title in zip(values, titled, strict=False)]


def _vendor(made: Schema, notes: Notes, at: str) -> None:
    """Take out keywords of others, which our dialect would take for its own misspelt."""
    for word in [w for w in made if isinstance(w, str) and w.startswith("x-")]:
        is_ours = word in dialect_keywords() and not (word == "x-control" and not is_control(str(made[word])))
        if not is_ours and not _is_property_map(made):
            gone = made.pop(word)
            notes.lost(f"{word}: {json.dumps(gone, ensure_ascii=False)}", "keyword", title=at.strip("/"))


def _is_property_map(made: Schema) -> bool:
    return bool(made) and all(isinstance(value, Mapping) for value in made.values()) and "type" not in made


def _dependencies(made: Schema) -> None:
    given = made.pop("dependencies", None)
    if not isinstance(given, Mapping):
        return
    for key, needed in given.items():
        if isinstance(needed, list):
            made.setdefault("dependentRequired", {})[key] = needed
        else:
            made.setdefault("dependentSchemas", {})[key] = needed


def resolved(node: Any, root: Mapping[str, Any], depth: int = 0) -> Any:
    """Return what a node's reference within the same schema means, with what stands beside it."""
    ref = node.get("$ref") if isinstance(node, Mapping) else None
    if not isinstance(ref, str) or not ref.startswith("#/") or depth > _DEEPEST:
        return node
    found: Any = root
    for step in ref[2:].split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, Mapping) else None
    beside = {k: v for k, v in node.items() if k != "$ref"}
    target = resolved(found, root, depth + 1)
    return {**target, **beside} if isinstance(target, Mapping) else node


def shown(value: Any) -> str:
    """Return a value of a definition as a report shows it: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises RecordError where it is none, or is larger than a definition may be (E-record-large).
    """
    if path.stat().st_size > bounds().record << 20:
        raise fail(RecordError, "E-record-large", Place(path.name), limit=bounds().record)
    return strict_json.load(path, RecordError)


def parts_of(content: Any, place: Place) -> tuple[Schema, Any, bool]:
    """Return a schema and its UI schema of a file that holds both, or a schema alone; and whether the UI was there.

    Raises RecordError (E-import-schema) for what holds no schema.
    """
    if isinstance(content, Mapping) and isinstance(content.get("schema"), Mapping):
        ui = content.get("uischema", content.get("uiSchema", content.get("ui_schema")))
        return dict(content["schema"]), ui, ui is not None
    if is_schema(content):
        return dict(content), None, False
    raise fail(RecordError, "E-import-schema", place)


def is_schema(content: Any) -> bool:
    """Tell whether a content is a JSON Schema of something to be filled in."""
    if not isinstance(content, Mapping) or "elements" in content:
        return False
    words = ("properties", "$ref", "allOf", "anyOf", "oneOf", "items", "$schema")
    return any(word in content for word in words) or (
        isinstance(content.get("type"), (str, list)) and is_type(content["type"])
    )


def is_type(said: Any) -> bool:
    """Tell whether a word is a type of JSON Schema."""
    types = {"object", "array", "string", "number", "integer", "boolean", "null"}
    return all(word in types for word in ([said] if isinstance(said, str) else said))

"""What older drafts, OpenAPI and form libraries say by other words than 2020-12."""

from collections.abc import Mapping
from typing import Any

from generator.strict_json import JsonObject

ADDITIONAL = "additionalItems"
ORDER = ("propertyOrder", "x-order")


def is_number(value: Any) -> bool:
    """Tell whether a value of JSON is a number."""
    return not isinstance(value, (bool, str, list, Mapping))


def older(node: JsonObject, result: dict[str, Any]) -> None:
    """Say what older drafts say by other words in those of 2020-12."""
    for word, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(result.get(word), bool) and result.pop(word) and limit in result:
            result[word] = result.pop(limit)
    for word in ("minimum", "maximum", "multipleOf"):
        if isinstance(result.get(word), bool):
            del result[word]
    if "divisibleBy" in node and is_number(node["divisibleBy"]):
        result.setdefault("multipleOf", node["divisibleBy"])
    if "multipleOf" in result and not result["multipleOf"] > 0:
        del result["multipleOf"]
    if isinstance(node.get("required"), list) and "required" in result:
        result["required"] = list(dict.fromkeys([*node["required"], *result["required"]]))
    if "example" in node and "examples" not in result:
        result["examples"] = [node["example"]]
    more = result.pop(ADDITIONAL, None)
    if more is not None and isinstance(node.get("items"), list):
        result["items"] = more


def nullable(result: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes null as well, as OpenAPI 3.0 says by `nullable`."""
    types = result.get("type")
    if types is None or "const" in result:
        return {"anyOf": [result, {"type": "null"}]}
    both = {**result, "type": [*(types if isinstance(types, list) else [types]), "null"]}
    if "enum" in both and None not in both["enum"]:
        both["enum"] = [*both["enum"], None]
    return both


def ordered(properties: JsonObject) -> list[str]:
    """Return the names of properties in the order that they say themselves; nothing where they say none."""

    def place(child: Any) -> Any:
        given = [child[word] for word in ORDER if word in child] if isinstance(child, Mapping) else []
        return given[0] if given and is_number(given[0]) else None

    places = {name: place(child) for name, child in properties.items()}
    if all(at is None for at in places.values()):
        return []
    return sorted(properties, key=lambda name: 1000 if places[name] is None else places[name])

"""What a schema says of personal values: `x-sensitive` of a value, and of a part for all that is in it."""

from collections.abc import Mapping
from dataclasses import replace

from generator.catalogue.form import FieldSpec
from generator.strict_json import JsonObject

_PARTS = ("allOf", "anyOf", "oneOf")
_MAY_SAY = frozenset({"items", *_PARTS})


def sensitive(node: JsonObject) -> str:
    """Return how a schema says its values are masked: itself, of its items, or in the first part that says it."""
    if "x-sensitive" in node:
        return str(node["x-sensitive"])
    if _MAY_SAY.isdisjoint(node):
        return ""
    parts = [node.get("items"), *(part for key in _PARTS for part in node.get(key, ()))]
    return next((sort for part in parts if isinstance(part, Mapping) and (sort := sensitive(part))), "")


def marked(fields: tuple[FieldSpec, ...], node: JsonObject) -> tuple[FieldSpec, ...]:
    """Return the fields of a part, masked as the part says where they say nothing else."""
    sort = sensitive(node)
    return tuple(_marked(spec, sort) for spec in fields) if sort else fields


def _marked(spec: FieldSpec, sort: str) -> FieldSpec:
    if spec.shape == "value":
        return replace(spec, sensitive=spec.sensitive or sort)
    return replace(spec, fields=tuple(_marked(child, sort) for child in spec.fields))

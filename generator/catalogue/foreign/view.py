"""What a schema says of one place, all its parts taken together: references followed, `allOf` conjoined, null apart.

A `View` is one level deep: what lies beneath (properties, items, alternatives) are schemas again, viewed in their turn.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.strict_json import JsonObject

ALL_TYPES = frozenset({"boolean", "object", "array", "number", "string", "integer"})
_ANNOTATIONS = ("title", "description", "default", "examples", "readOnly", "writeOnly", "enumNames")
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_OBJECT = ("properties", "patternProperties", "additionalProperties", "required", "propertyNames", "dependentSchemas")
_ARRAY = ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains")
_STRING = ("format", "pattern", "minLength", "maxLength")
_NUMBER = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
DEEPEST = 40
"""References and parts that are followed for one place."""


@dataclass(slots=True)
class View:
    """What a schema says of a place.

    `types`: what it may be, null apart; `said`: keywords of values and annotations; `names`: of the definitions met.
    `groups`: lists of alternatives with the word that joins them; `branches`: conditions (if, then, else).
    """

    types: frozenset[str] = ALL_TYPES
    nullable: bool = True
    never: bool = False
    is_typed: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    enum: list[Any] | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    patterns: dict[str, Any] = field(default_factory=dict)
    more: Any = None
    required: list[str] = field(default_factory=list)
    items: Any = None
    places: list[Any] | None = None
    groups: list[tuple[str, list[Any]]] = field(default_factory=list)
    branches: list[tuple[Any, Any, Any]] = field(default_factory=list)
    dependents: dict[str, Any] = field(default_factory=dict)
    needs: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return the title, empty where there is none."""
        return str(self.said.get("title", ""))

    @property
    def is_object(self) -> bool:
        """Tell whether it describes an object and nothing else."""
        return self.types == {"object"} and self.enum is None

    @property
    def is_array(self) -> bool:
        """Tell whether it describes a list and nothing else."""
        return self.types == {"array"} and self.enum is None

    @property
    def is_scalar(self) -> bool:
        """Tell whether it is a value that has no parts."""
        return not self.types & {"object", "array"}

    @property
    def says_nothing(self) -> bool:
        """Tell whether anything may stand here."""
        is_open = self.types == ALL_TYPES and self.enum is None and not self.properties and not self.groups
        return is_open and not self.branches and not self.dependents

    @property
    def only_demands(self) -> bool:
        """Tell whether it only asks more of fields that are described elsewhere."""
        return not self.properties and not self.is_typed and self.enum is None and not self.groups and not self.branches


class Viewer:
    """Views the parts of one schema."""

    def __init__(self, defs: Mapping[str, Any]) -> None:
        self.defs = defs
        self.used: list[str] = []

    def view(self, node: Any, depth: int = 0) -> View:
        """Return what a schema says of its place."""
        if not isinstance(node, Mapping):
            return View(never=node is False)
        made = _own(node)
        parts = list(node.get("allOf", ()))
        if "$ref" in node and depth < DEEPEST:
            name = node["$ref"].removeprefix("#/$defs/")
            beneath = self.view(self.defs.get(name, True), depth + 1)
            beneath.names.insert(0, name)
            made = conjoined(made, beneath)
        for part in parts if depth < DEEPEST else ():
            made = conjoined(made, self.view(part, depth + 1))
        return self.settled(made, depth)

    def settled(self, made: View, depth: int) -> View:
        """Return a view whose groups have two alternatives or more; a single one is part of the whole."""
        groups, made.groups = made.groups, []
        for word, parts in groups:
            views = [(part, self.view(part, depth + 1)) for part in parts] if depth < DEEPEST else []
            alive = [(part, one) for part, one in views if one.types and not one.never]
            if len(alive) < len(views) and any(not one.types and one.nullable for _, one in views):
                made.nullable = made.nullable and True
            else:
                made.nullable = made.nullable and any(one.nullable for _, one in views)
            if len(alive) == 1:
                made = conjoined(made, alive[0][1], keeps_null=True)
            elif alive:
                made.groups.append((word, [part for part, _ in alive]))
        return made


def _own(node: JsonObject) -> View:
    """Return what the keywords of a schema say themselves."""
    made = View()
    if "type" in node:
        types = node["type"] if isinstance(node["type"], list) else [node["type"]]
        made.types, made.nullable = frozenset(types) - {"null"}, "null" in types
        made.is_typed = True
    else:
        _implied(node, made)
    if "const" in node:
        made.enum = [node["const"]]
    elif "enum" in node:
        made.enum = list(node["enum"])
    if made.enum is not None:
        made.nullable = made.nullable and None in made.enum
        made.enum = [value for value in made.enum if value is not None]
        if not made.enum:
            made.types, made.enum = frozenset(), None
    elif made.is_typed or made.types != ALL_TYPES:
        made.nullable = made.nullable and ("type" in node and "null" in node["type"])
    for word in (*_ANNOTATIONS, *_STRING, *_NUMBER, "minItems", "maxItems", "uniqueItems"):
        if word in node:
            made.said[word] = node[word]
    made.said |= {word: value for word, value in node.items() if word.startswith("x-")}
    made.properties = dict(node.get("properties", {}))
    made.patterns = dict(node.get("patternProperties", {}))
    further = node.get("unevaluatedProperties")  # what its branches take isn't known before there is a record
    made.more = node.get("additionalProperties", further if isinstance(further, Mapping) else None)
    made.required = list(node.get("required", ()))
    made.items, made.places = node.get("items"), list(node["prefixItems"]) if "prefixItems" in node else None
    made.groups = [(word, list(node[word])) for word in ("oneOf", "anyOf") if word in node]
    if "if" in node and ("then" in node or "else" in node):
        made.branches = [(node["if"], node.get("then"), node.get("else"))]
    made.dependents = dict(node.get("dependentSchemas", {}))
    made.needs = {key: list(value) for key, value in node.get("dependentRequired", {}).items()}
    return made


def _implied(node: JsonObject, made: View) -> None:
    """Say of a schema without a type what its keywords are about."""
    about = [("object", _OBJECT), ("array", _ARRAY), ("string", _STRING), ("number", _NUMBER)]
    if "const" in node or "enum" in node:
        values = [node["const"]] if "const" in node else node["enum"]
        made.types = frozenset(_type_of(value) for value in values) - {"null"}
        made.is_typed = True
        return
    found = [name for name, words in about if any(word in node for word in words)]
    if len(found) == 1 and node.get("required") != [] and set(node) - {"required", "not"}:
        made.types = frozenset(found)
        made.is_typed = found[0] != "object" or bool(node.get("properties"))


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    for name, kinds in (("boolean", bool), ("string", str), ("array", list), ("object", Mapping), ("integer", int)):
        if isinstance(value, kinds):
            return name
    return "number"


def conjoined(one: View, other: View, *, keeps_null: bool = False) -> View:
    """Return what both say; annotations of the first go before those of the second."""
    made = View()
    made.types = _both_types(one.types, other.types)
    made.nullable = one.nullable if keeps_null else one.nullable and other.nullable
    made.never = one.never or other.never
    made.is_typed = one.is_typed or other.is_typed
    made.said = {**other.said, **one.said}
    for words, pick in ((_LEAST, max), (_MOST, min)):
        for word in words:
            if word in one.said and word in other.said:
                made.said[word] = pick(one.said[word], other.said[word])
    made.enum = _both_enums(one.enum, other.enum)
    for key in {**one.properties, **other.properties}:
        made.properties[key] = _both(one.properties.get(key), other.properties.get(key))
    made.patterns = {**other.patterns, **one.patterns}
    made.more = one.more if other.more is None else other.more if one.more in (None, True) else one.more
    made.required = list(dict.fromkeys([*one.required, *other.required]))
    made.items = _both(one.items, other.items)
    made.places = one.places if one.places is not None else other.places
    made.groups, made.branches = [*one.groups, *other.groups], [*one.branches, *other.branches]
    made.dependents = {**other.dependents, **one.dependents}
    made.needs = {**other.needs, **one.needs}
    made.names = [*one.names, *other.names]
    return made


def _both(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    if one == other or other is True:
        return one
    return other if one is True else {"allOf": [one, other]}


def _both_types(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    def full(types: frozenset[str]) -> frozenset[str]:
        return types | {"integer"} if "number" in types else types

    both = full(one) & full(other)
    return both - {"integer"} if "number" in both and both != ALL_TYPES else both


def _both_enums(one: list[Any] | None, other: list[Any] | None) -> list[Any] | None:
    if one is None or other is None:
        return other if one is None else one
    both = [value for value in one if value in other]
    return both or one


def united(parts: Iterable[Any]) -> Any:
    """Return a schema that takes what any of several takes."""
    different: list[Any] = []
    for part in parts:
        if part not in different:
            different.append(part)
    return different[0] if len(different) == 1 else {"anyOf": different} if different else True


def tags(view: View, viewer: Viewer) -> Iterator[tuple[str, list[Any]]]:
    """Yield the properties of which an alternative says the value: those that tell it from the others."""
    for key, child in view.properties.items():
        found = viewer.view(child)
        if found.enum is not None:
            yield key, found.enum

"""`$ref` resolved to a self-contained schema: local pointers and the shipped vocabulary only, nothing is fetched.

JSON Schema 2020-12 core, 8.2: keywords beside `$ref` apply as well. Annotations beside it replace those of the target
(that is how a form gives a shared field its own title); assertions that both have are conjoined.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from generator import resources, strict_json
from generator.errors import Fault, Place, SchemaError, at_pointer, pointer_step
from generator.strict_json import JsonObject

MAX_DEPTH = 64
MAX_NODES = 50_000
_LONGEST_TARGET = 80

_MAPS = ("properties", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLES: tuple[str, ...] = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_SINGLES += ("unevaluatedItems", "unevaluatedProperties")
_DROPPED = ("$ref", "$defs", "definitions", "$anchor", "$id", "$schema", "$comment", "$dynamicAnchor", "$vocabulary")
_ANNOTATIONS = ("title", "description", "default", "examples", "readOnly", "writeOnly", "deprecated")


@cache
def vocabularies() -> JsonObject:
    """Return the shipped vocabularies by their `$id`."""
    files = sorted((resources.schemas() / "shared").glob("*.json"))
    loaded = [strict_json.load_own(path) for path in files]
    return {schema["$id"]: schema for schema in loaded}


def resolve(schema: JsonObject, file: str) -> dict[str, Any]:
    """Return `schema` with every `$ref` replaced by what it points to.

    Raises SchemaError with E-ref-outside, E-ref-missing, E-ref-cycle, E-schema-depth or E-schema-size, all at once.
    """
    walk = _Walk(schema, file)
    resolved = walk.node(schema, "", schema, ())
    if walk.faults:
        raise SchemaError(walk.faults)
    return resolved if isinstance(resolved, dict) else {}


class _Walk:
    def __init__(self, root: JsonObject, file: str) -> None:
        self.root, self.file = root, file
        self.faults: list[Fault] = []
        self.nodes = 0

    def fault(self, code: str, pointer: str, **params: object) -> None:
        found = Fault(code, Place(self.file, pointer=pointer), params)
        if found not in self.faults:
            self.faults.append(found)

    def node(self, node: Any, pointer: str, base: JsonObject, trail: tuple[str, ...]) -> Any:
        """Resolve one schema; `base` is the document that its local references mean, `trail` the references so far."""
        if not isinstance(node, Mapping):
            return node
        self.nodes += 1
        if pointer.count("/") > 2 * MAX_DEPTH or len(trail) > MAX_DEPTH:
            self.fault("E-schema-depth", "", limit=MAX_DEPTH)
            return {}
        if self.nodes > MAX_NODES:
            self.fault("E-schema-size", "", limit=MAX_NODES)
            return {}
        own = {key: value for key, value in node.items() if key not in _DROPPED}
        resolved = self.children(own, pointer, base, trail)
        if "$dynamicRef" in own:
            self.fault("E-ref-outside", f"{pointer}/$dynamicRef")
        if "$ref" not in node:
            return resolved
        return merge(self.target(str(node["$ref"]), pointer, base, trail), resolved)

    def children(self, node: dict[str, Any], pointer: str, base: JsonObject, trail: tuple[str, ...]) -> dict[str, Any]:
        result = dict(node)
        for key in _MAPS:
            if isinstance(node.get(key), Mapping):
                result[key] = {
                    name: self.node(child, f"{pointer}/{key}/{pointer_step(name)}", base, trail)
                    for name, child in node[key].items()
                }
        for key in _LISTS:
            if isinstance(node.get(key), list):
                result[key] = [
                    self.node(child, f"{pointer}/{key}/{n}", base, trail) for n, child in enumerate(node[key])
                ]
        for key in _SINGLES:
            if key in node:
                result[key] = self.node(node[key], f"{pointer}/{key}", base, trail)
        return result

    def target(self, ref: str, pointer: str, base: JsonObject, trail: tuple[str, ...]) -> dict[str, Any]:
        name, _, fragment = ref.partition("#")
        at = f"{pointer}/$ref"
        document = base if name in ("", base.get("$id")) else vocabularies().get(name)
        if document is None:
            self.fault("E-ref-outside", at)
            return {}
        identity = f"{name or id(base)}#{fragment}"
        if identity in trail:
            self.fault("E-ref-cycle", at)
            return {}
        found = _anchor(document, fragment)
        if found is None:
            self.fault("E-ref-missing", at, target=f"#{fragment[:_LONGEST_TARGET]}")
            return {}
        resolved = self.node(found, at, document, (*trail, identity))
        return resolved if isinstance(resolved, dict) else {}


def _anchor(document: Any, fragment: str) -> Any:
    """Return the part of a schema document that a URI fragment names (RFC 6901, or a plain-name anchor)."""
    fragment = unquote(fragment)
    if fragment and not fragment.startswith("/"):
        return next((node for node in _mappings(document) if node.get("$anchor") == fragment), None)
    return at_pointer(document, fragment)


def _mappings(document: Any) -> Iterator[JsonObject]:
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, Mapping):
            yield node
            stack += node.values()
        elif isinstance(node, list):
            stack += node


def merge(target: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that says what both say; annotations of `own` win over those of `target`."""
    both = {key for key in own if key in target and own[key] != target[key]}
    asserted = {key for key in both if key not in _ANNOTATIONS and not key.startswith("x-")}
    merged = {**target, **own}
    for key in both & {"x-title", "x-description"}:
        merged[key] = own[key] if "title" in own or "description" in own else {**target[key], **own[key]}
    if asserted:
        merged["allOf"] = [*own.get("allOf", []), {key: target[key] for key in asserted}]
    return merged

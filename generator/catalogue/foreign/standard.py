"""A schema that others wrote, of any draft, as one of 2020-12 whose references all lead to its own `$defs`.

Drafts 3, 4, 6, 7 and 2019-09 and OpenAPI 3 say some things by other words. What no draft knows, or has another shape
than it asks for, is left out and told: the rest is as good as before.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

import jsonschema_rs

from generator.catalogue.foreign.checking import BACKTRACKS
from generator.catalogue.foreign.drafts import ADDITIONAL, ORDER, is_number, nullable, older, ordered
from generator.catalogue.foreign.words import is_misspelt_mask, is_ours
from generator.catalogue.resolve import MAX_NODES, vocabularies
from generator.errors import Fault, Place, at_pointer, pointer_key, pointer_step
from generator.strict_json import JsonObject

TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")
MOST_TARGETS = 5_000
MOST_CHOICES = 2_000
_LONGEST = {"title": 500, "description": 5_000}
_LONGEST_WORD = 80
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLES: tuple[str, ...] = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "additionalProperties",
    "unevaluatedProperties",
)
_SINGLES += ("items", "unevaluatedItems")
_COUNTS: tuple[str, ...] = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_COUNTS += ("minContains", "maxContains")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_FLAGS = ("uniqueItems", "readOnly", "writeOnly", "deprecated")
_TEXTS = ("title", "description", "format")
_LABELS = ("enumNames", "x-enumNames", "x-enum-varnames", "enumTitles", "x-enum-titles", "enumDescriptions")
_META = (
    "http://json-schema.org/",
    "https://json-schema.org/",
    "http://spec.openapis.org/",
    "https://spec.openapis.org/",
)


class Standard(NamedTuple):
    """The schema as one of 2020-12, what its references lead to, the faults and the warnings found on the way.

    `looks_around`: a pattern looks ahead or back, which the engine of linear time doesn't take.
    """

    root: Any
    defs: dict[str, Any]
    faults: list[Fault]
    warnings: list[Fault]
    looks_around: bool

    def checked(self, node: Any) -> dict[str, Any]:
        """Return a part of the schema as one that can be validated by itself."""
        node = node if isinstance(node, Mapping) else {} if node else {"not": {}}
        return {**node, "$defs": self.defs}


class _Spot(NamedTuple):
    """A place of a document: the document, the base URI that holds there, and the resource that `#/…` means."""

    document: Any
    base: str
    resource: Any


def standardise(schema: Any, file: str) -> Standard:
    """Return a schema of any draft as one of 2020-12."""
    made = _Maker(schema, file)
    root = made.node(schema, "", _Spot(schema, "", schema))
    while made.waiting:
        made.waiting.pop()()
    return Standard(root, made.defs, made.faults, made.warnings, made.looks_around)


class _Maker:
    def __init__(self, schema: Any, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.defs: dict[str, Any] = {}
        self.names: dict[int, str] = {}
        self.waiting: list[Callable[[], None]] = []
        self.looks_around = False
        self.count = 0
        self.named: dict[str, _Spot] = {}
        self.documents: set[int] = set()
        self.index(schema)

    # --- what references may name ---

    def index(self, document: Any) -> None:
        """Note the parts of a document that have a name of their own."""
        if id(document) in self.documents:
            return
        self.documents.add(id(document))
        stack = [(document, "", document)]
        while stack:
            node, base, resource = stack.pop()
            if isinstance(node, list):
                stack += [(item, base, resource) for item in node]
            if not isinstance(node, Mapping):
                continue
            for word in ("$id", "id"):
                name = node.get(word)
                if isinstance(name, str) and not name.startswith("#"):
                    base, resource = _joined(base, name), node
                    self.named.setdefault(base.rstrip("#"), _Spot(document, base, node))
                elif isinstance(name, str):
                    self.named.setdefault(base + name, _Spot(document, base, node))
            for word in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := node.get(word), str):
                    self.named.setdefault(f"{base}#{name}", _Spot(document, base, node))
            stack += [(value, base, resource) for key, value in node.items() if key not in ("enum", "const", "default")]

    def found(self, ref: str, spot: _Spot) -> tuple[Any, _Spot] | None:
        """Return what a reference leads to and where that stands; None where nothing is there."""
        whole, fragment = urldefrag(ref)
        where: _Spot | None = spot
        if whole:
            where = self.named.get(_joined(spot.base, whole)) or self.named.get(whole)
            if where is None and whole in vocabularies():
                document = vocabularies()[whole]
                self.index(document)
                where = _Spot(document, whole, document)
        if where is None:
            return None
        if fragment and not fragment.startswith("/"):
            named = self.named.get(f"{where.base}#{fragment}") or self.named.get(f"#{fragment}")
            return (named.resource, named) if named else None
        for root in (where.resource, where.document):
            node = _at(root, fragment)
            if node is not None:
                return node, where
        return None

    def reference(self, ref: str, pointer: str, spot: _Spot) -> str:
        """Return the name of the definition that a reference leads to; empty where it is told that it leads nowhere."""
        found = self.found(ref, spot)
        if found is None:
            if ref.startswith(_META):
                self.warn("W-schema-beyond", pointer)
            elif ref.startswith("#") or urldefrag(ref)[0] in vocabularies():
                self.fault("E-ref-missing", pointer, target=f"#{urldefrag(ref)[1][:_LONGEST_WORD]}")
            else:
                self.fault("E-ref-outside", pointer)
            return ""
        node, where = found
        if id(node) not in self.names:
            name = self.name_of(ref)
            self.names[id(node)] = name
            self.defs[name] = {}
            self.waiting.append(lambda: self.defs.__setitem__(name, self.node(node, ref_pointer(ref), where)))
        if len(self.defs) > MOST_TARGETS:
            self.fault("E-schema-size", "", limit=MOST_TARGETS)
            self.waiting.clear()
        return self.names[id(node)]

    def name_of(self, ref: str) -> str:
        plain = "".join(c if c.isalnum() else "_" for c in pointer_key(ref.rstrip("/#").split("/")[-1].split("#")[-1]))
        name, n = plain or "root", 1
        while name in self.defs:
            name, n = f"{plain}_{n}", n + 1
        return name

    # --- what is told ---

    def fault(self, code: str, pointer: str, **params: object) -> None:
        found = Fault(code, Place(self.file, pointer=pointer), params)
        if found not in self.faults:
            self.faults.append(found)

    def warn(self, code: str, pointer: str, **params: object) -> None:
        self.warnings.append(Fault(code, Place(self.file, pointer=pointer), params))

    # --- a schema ---

    def node(self, node: Any, pointer: str, spot: _Spot) -> Any:
        """Return one schema and all within it."""
        self.count += 1
        if self.count > MAX_NODES:
            self.fault("E-schema-size", "", limit=MAX_NODES)
            return True
        if isinstance(node, bool):
            return node
        if not isinstance(node, Mapping):
            self.warn("W-schema-keyword", pointer, keyword=pointer.rsplit("/", 1)[-1][:_LONGEST_WORD])
            return True
        for word in ("$id", "id"):
            if isinstance(name := node.get(word), str) and not name.startswith("#"):
                spot = _Spot(spot.document, _joined(spot.base, name), node)
        result: dict[str, Any] = {}
        for key, value in node.items():
            if not self.keyword(result, key, value, f"{pointer}/{pointer_step(key)}", spot):
                self.warn("W-schema-keyword", f"{pointer}/{pointer_step(key)}", keyword=str(key)[:_LONGEST_WORD])
        older(node, result)
        return nullable(result) if node.get("nullable") is True else result

    def keyword(self, result: dict[str, Any], key: str, value: Any, pointer: str, spot: _Spot) -> bool:
        """Take one keyword; tell whether it has a shape that can be taken."""
        if key in ("$ref", "$dynamicRef", "$recursiveRef"):
            if not isinstance(value, str):
                return False
            if name := self.reference(value, pointer, spot):
                result["$ref"] = f"#/$defs/{name}"
            return True
        for words, take in ((_MAPS, self.mapped), (_LISTS, self.several), (_SINGLES, self.single)):
            if key in words:
                return take(result, key, value, pointer, spot)
        if key in ("dependencies", "extends"):
            return getattr(self, key)(result, value, pointer, spot)  # type: ignore[no-any-return]
        if key == "additionalItems":
            return self.single(result, ADDITIONAL, value, pointer, spot)
        return self.plain(result, key, value, pointer)

    def mapped(self, result: dict[str, Any], key: str, value: Any, pointer: str, spot: _Spot) -> bool:
        if not isinstance(value, Mapping):
            return False
        made = {name: self.node(child, f"{pointer}/{pointer_step(name)}", spot) for name, child in value.items()}
        if key == "patternProperties":
            made = {
                name: child for name, child in made.items() if self.pattern(name, f"{pointer}/{pointer_step(name)}")
            }
        if key == "properties" and (order := ordered(value)):
            made = {name: made[name] for name in order}
        result[key] = {**result.get(key, {}), **made}
        if key == "properties":
            wanted = [
                name for name, child in value.items() if isinstance(child, Mapping) and child.get("required") is True
            ]
            if wanted:
                result["required"] = list(dict.fromkeys([*result.get("required", ()), *wanted]))
        return True

    def several(self, result: dict[str, Any], key: str, value: Any, pointer: str, spot: _Spot) -> bool:
        if not isinstance(value, list) or not value:
            return False
        if len(value) > MOST_CHOICES:
            self.fault("E-schema-keyword", pointer, rule="maxItems")
            return True
        result[key] = [
            *result.get(key, ()),
            *(self.node(child, f"{pointer}/{n}", spot) for n, child in enumerate(value)),
        ]
        return True

    def single(self, result: dict[str, Any], key: str, value: Any, pointer: str, spot: _Spot) -> bool:
        if key == "items" and isinstance(value, list):
            return self.several(result, "prefixItems", value, pointer, spot) if value else True
        if not isinstance(value, (Mapping, bool)):
            return False
        result[key] = self.node(value, pointer, spot)
        return True

    def extends(self, result: dict[str, Any], value: Any, pointer: str, spot: _Spot) -> bool:
        return self.several(result, "allOf", value if isinstance(value, list) else [value], pointer, spot)

    def dependencies(self, result: dict[str, Any], value: Any, pointer: str, spot: _Spot) -> bool:
        if not isinstance(value, Mapping):
            return False
        for name, needed in value.items():
            needed = [needed] if isinstance(needed, str) else needed
            if isinstance(needed, list):
                result.setdefault("dependentRequired", {})[name] = [one for one in needed if isinstance(one, str)]
            else:
                schema = self.node(needed, f"{pointer}/{pointer_step(name)}", spot)
                result.setdefault("dependentSchemas", {})[name] = schema
        return True

    def plain(self, result: dict[str, Any], key: str, value: Any, pointer: str) -> bool:
        """Take a keyword that holds no schema; one that is nobody's is told."""
        if key.startswith("x-") and key not in (*_LABELS, *ORDER):
            if is_ours(key, value):
                result[key] = value
                return True
            if key == "x-sensitive" and value:
                result[key] = "text"  # what is to be hidden in a way that we don't know is hidden in ours
                return False
            if is_misspelt_mask(key):
                self.fault("E-schema-unknown-keyword", pointer, keyword=key[:_LONGEST_WORD], known=["x-sensitive"])
                return True
            return False
        if key == "pattern":
            if isinstance(value, str) and self.pattern(value, pointer):
                result[key] = value
            return isinstance(value, str)
        taken = _PLAIN.get(key)
        if taken is None:
            if key in _LABELS and isinstance(value, (list, Mapping)):
                result.setdefault("enumNames", value)
            elif key == "options" and isinstance(value, Mapping) and isinstance(value.get("enum_titles"), list):
                result.setdefault("enumNames", value["enum_titles"])
            return True
        if isinstance(value, str) and len(value) > _LONGEST.get(key, len(value)):
            self.fault("E-schema-keyword", pointer, rule="maxLength")
            return True
        if key == "enum" and isinstance(value, list) and len(value) > MOST_CHOICES:
            self.fault("E-schema-keyword", pointer, rule="maxItems")
            return True
        if value is None and key not in ("default", "const"):
            return True
        if taken(value):
            result[key] = value
            return True
        return key == "required" and isinstance(value, bool)

    def pattern(self, source: str, pointer: str) -> bool:
        """Tell whether a pattern can be used; one that no engine takes is a fault."""
        if _compiles(source, jsonschema_rs.RegexOptions()):
            return True
        if _compiles(source, jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS)):
            self.looks_around = True
            self.warn("W-schema-pattern", pointer, limit=BACKTRACKS)
            return True
        self.fault("E-schema-pattern", pointer)
        return False


def _compiles(source: str, options: Any) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": source}, pattern_options=options, offline=True)
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


def _is_type(value: Any) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in TYPES for name in names)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_TEXTS, lambda value: isinstance(value, str)),
    **dict.fromkeys(_FLAGS, lambda value: isinstance(value, bool)),
    **dict.fromkeys(_COUNTS, lambda value: is_number(value) and value >= 0 and value % 1 == 0),
    **dict.fromkeys(_NUMBERS, lambda value: isinstance(value, bool) or is_number(value)),
    "type": _is_type,
    "enum": lambda value: isinstance(value, list) and bool(value),
    "const": lambda value: True,
    "default": lambda value: True,
    "examples": lambda value: isinstance(value, list),
    "required": lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
    "dependentRequired": lambda value: isinstance(value, Mapping) and all(isinstance(n, list) for n in value.values()),
}


def _joined(base: str, name: str) -> str:
    try:
        return urljoin(base, name) if base and not name.startswith("urn:") else name
    except ValueError:
        return name


def _at(root: Any, fragment: str) -> Any:
    from urllib.parse import unquote

    return at_pointer(root, unquote(fragment))


def ref_pointer(ref: str) -> str:
    """Return the pointer of a reference into its own file; elsewhere that of the reference's name."""
    return ref[1:] if ref.startswith("#/") else ""


def nodes(node: Any) -> Iterator[JsonObject]:
    """Yield every schema within one of 2020-12."""
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        if not isinstance(node, Mapping):
            continue
        yield node
        for key, value in node.items():
            if key in _MAPS and isinstance(value, Mapping):
                stack += value.values()
            elif key in _LISTS or key in _SINGLES:
                stack.append(value)

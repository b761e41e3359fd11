"""The dialect enforced: a schema against our meta-schema, and the finer rules that `biaodan lint` adds."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from generator import resources, strict_json
from generator.catalogue.adapt import EXTENDS, shape_faults
from generator.catalogue.build import build_form
from generator.catalogue.expressions import expression_faults
from generator.catalogue.foreign import adopted, is_foreign, load_schema
from generator.catalogue.resolve import resolve, vocabularies
from generator.errors import BiaodanError, Fault, Place, pointer_step
from generator.kinds import is_control
from generator.strict_json import JsonObject
from generator.wording import LANGS, choose

_NUMBER_NAMES = re.compile(
    r"(^|_)(id|no|phone|mobile|tel|telephone|fax|card|account|order|postcode|zip|passport|licence|license)(_no|_number)?$"
)
_NUMBER_TITLES = re.compile(r"(编号|号码|电话|手机|卡号|账号|证件号|单号|邮编)$")
_HAN = re.compile(r"[\u3400-\u9fff]")


_STANDARD = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
_NOT_FORMS = ("urn:biaodan:dialect:", "urn:biaodan:policy:", "urn:biaodan:statistics")


@cache
def _meta_schema() -> JsonObject:
    loaded: JsonObject = strict_json.load_own(resources.schemas() / "dialect" / "form.json")
    return loaded


@cache
def _meta_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(_meta_schema()), validate_formats=True, offline=True)


def against_dialect(schema: JsonObject, file: str) -> list[Fault]:
    """Return the faults of a schema against the dialect's meta-schema and its list of keywords."""
    faults = []
    try:
        errors = list(_meta_validator().iter_errors(dict(schema)))
    except ValueError:  # deeper than the validator goes
        return [Fault("E-json-depth", Place(file))]
    for error in errors:
        pointer = "".join(f"/{pointer_step(part)}" for part in error.instance_path)
        code = "E-schema-pattern" if pointer.endswith("/pattern") else "E-schema-keyword"
        faults.append(Fault(code, Place(file, pointer=pointer), {"rule": error.kind.name}))
    known = dialect_keywords()
    for pointer, node in _subschemas(schema):
        for key in node:
            if key.startswith("x-") and key not in known:
                place = Place(file, pointer=f"{pointer}/{key}")
                faults.append(
                    Fault("E-schema-unknown-keyword", place, {"keyword": key[:_LONGEST_WORD], "known": sorted(known)})
                )
        control = node.get("x-control")
        if isinstance(control, str) and not is_control(control):
            faults.append(Fault("E-schema-keyword", Place(file, pointer=f"{pointer}/x-control"), {"rule": "enum"}))
    return faults or list(_bad_patterns(schema, file))


def dialect_keywords() -> set[str]:
    """Return the keywords of the dialect."""
    return {key for key in _meta_schema()["properties"] if key.startswith("x-")}


def _bad_patterns(schema: JsonObject, file: str) -> Iterator[Fault]:
    """Yield a fault for each pattern that the linear-time engine doesn't take (look-around, back-references)."""
    for pointer, node in _subschemas(schema):
        pattern = node.get("pattern")
        if isinstance(pattern, str):
            try:
                jsonschema_rs.Draft202012Validator(
                    {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions(), offline=True
                )
            except (ValueError, jsonschema_rs.ValidationError):
                yield Fault("E-schema-pattern", Place(file, pointer=f"{pointer}/pattern"))


_LONGEST_WORD = 40
"""Characters of a word that is nobody's, as it is told."""


def _subschemas(schema: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield every subschema with its pointer; names of properties are not taken for keywords."""
    stack: list[tuple[str, Any]] = [("", schema)]
    while stack:
        pointer, node = stack.pop()
        if isinstance(node, list):
            stack += [(f"{pointer}/{n}", item) for n, item in enumerate(node)]
        if not isinstance(node, Mapping):
            continue
        yield pointer, node
        for key, value in node.items():
            if key in ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"):
                if isinstance(value, Mapping):
                    stack += [(f"{pointer}/{key}/{pointer_step(name)}", child) for name, child in value.items()]
            elif key not in ("default", "const", "enum", "examples") and not key.startswith("x-"):
                stack.append((f"{pointer}/{key}", value))


def lint(path: Path, *, ours: bool = False) -> list[Fault]:
    """Return every fault and warning of a schema file, in the order of the file.

    `ours`: also demand what the shipped catalogue promises: an id like the file's name, a number, a version, titles in
    three languages.
    """
    shown = str(path)
    try:
        schema = load_schema(path, shown)
    except BiaodanError as error:
        return list(error.faults)
    return faults_of_schema(schema, shown, path.stem, ours=ours)


def faults_of_schema(schema: Any, shown: str, stem: str, *, ours: bool = False) -> list[Fault]:
    """Return every fault and warning of a schema, as `lint`; `stem`: the name of its file without suffix."""
    try:
        if not isinstance(schema, Mapping):
            return [Fault("E-schema-shape", Place(shown))]
        if EXTENDS in schema:
            return shape_faults(schema, shown)
        if str(schema.get("$id", schema.get("$schema"))).startswith(_NOT_FORMS):
            return list(_other_faults(schema, shown))
        if is_foreign(schema) and schema.get("$id") not in vocabularies():
            form, faults = adopted(schema, stem, shown)
            faults += expression_faults(form, shown)
        else:
            faults = against_dialect(schema, shown)
            if faults:
                return faults
            resolved = resolve(schema, shown)
            if schema.get("$id") not in vocabularies():
                faults += expression_faults(build_form(resolved, stem, shown), shown)
    except BiaodanError as error:
        return list(error.faults)
    in_catalogue = ours or _has_its_place(schema)
    others = is_foreign(schema) and schema.get("$id") not in vocabularies()
    identity = "W-lint-identity" if others and not ours else "E-lint-identity"
    for pointer, node in _subschemas(schema):
        faults += _identity_faults(node, pointer, shown, identity)
        if in_catalogue:
            faults += _vocabulary_faults(schema, node, pointer, shown)
            faults += _title_faults(node, pointer, shown)
    if in_catalogue:
        faults += _form_faults(schema, stem, shown)
    return sorted(faults, key=lambda f: f.place.pointer)


def _has_its_place(schema: JsonObject) -> bool:
    """Tell whether a form says its place in a catalogue: it is then held to what the catalogue promises."""
    meta = schema.get("x-form")
    return isinstance(meta, Mapping) and not {"group", "number", "version"}.isdisjoint(meta)


def names_number(key: str, title: str) -> bool:
    """Tell whether a field's key or title is that of a number which is really a name: of a card, phone, order."""
    return bool(_NUMBER_NAMES.search(key) or _NUMBER_TITLES.search(title))


def _properties(node: JsonObject, pointer: str) -> Iterator[tuple[str, str, JsonObject]]:
    properties = node.get("properties")
    for key, child in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(child, Mapping):
            yield key, f"{pointer}/properties/{key}", child


def _identity_faults(node: JsonObject, pointer: str, file: str, code: str) -> Iterator[Fault]:
    """Yield a fault for each number that is really a name: ID cards, phones, cards, order numbers.

    `code`: an error in a form of ours, a warning in a schema that others have written and validate by.
    """
    for key, at, child in _properties(node, pointer):
        types = child.get("type", [])
        numeric = {"integer", "number"} & ({types} if isinstance(types, str) else set(types))
        named = names_number(key, str(child.get("title", ""))) or "x-sensitive" in child
        if numeric and named and "x-unit" not in child:
            place = Place(file, titles={"zh-Hans": str(child.get("title", key))}, pointer=f"{at}/type")
            yield Fault(code, place)


def _vocabulary_faults(schema: JsonObject, node: JsonObject, pointer: str, file: str) -> Iterator[Fault]:
    """Yield a fault for each key of the vocabulary that a catalogue form defines anew."""
    shared = {name: uri for uri, vocabulary in vocabularies().items() for name in vocabulary["$defs"]}
    for key, at, child in _properties(node, pointer):
        target = f"{shared.get(key)}#/$defs/{key}"
        # A section may be called like a shared value: it is an object, not that value told anew.
        if key in shared and "properties" not in child and child.get("$ref") != target and not _is_copy(child, target):
            yield Fault("E-lint-vocabulary", Place(file, pointer=at), {"key": key, "ref": target})


@cache
def _told(target: str) -> JsonObject:
    return _asserted(resolve({"$ref": target}, ""))


def _is_copy(child: JsonObject, target: str) -> bool:
    """Tell whether a field says all that the vocabulary says of it, as that of a form that was copied does."""
    said = [child, *(part for part in child.get("allOf", ()) if isinstance(part, Mapping))]
    return "$ref" not in child and all(any(p.get(k) == v for p in said) for k, v in _told(target).items())


def _asserted(node: JsonObject) -> JsonObject:
    return {key: value for key, value in node.items() if not key.startswith("x-") and key not in _SAID}


_SAID = ("title", "description", "default", "examples")


def _texts_of(node: JsonObject, extra: str) -> Mapping[str, str]:
    """Return texts by language; what stands where the dialect asks for none may be anything."""
    texts = node.get(extra)
    return {lang: str(text) for lang, text in texts.items()} if isinstance(texts, Mapping) else {}


def _title_faults(node: JsonObject, pointer: str, file: str) -> Iterator[Fault]:
    """Yield a fault for each title or hint that isn't there in all languages."""
    if "/prefixItems/" in pointer:
        return  # rules on rows that are described elsewhere
    needs_title = bool(re.search(r"(^|/properties/[^/]+)$", pointer) or ("const" in node and "/oneOf/" in pointer))
    if needs_title and "title" not in node and "$ref" not in node:
        yield Fault("E-lint-title", Place(file, pointer=pointer), {"lang": "zh-Hans"})
    for word, extra in (("title", "x-title"), ("description", "x-description")):
        if word in node and isinstance(node[word], str) and "en" not in _texts_of(node, extra):
            yield Fault("E-lint-title", Place(file, pointer=f"{pointer}/{extra}"), {"lang": "en"})
    texts = {"zh-Hans": str(node.get("title", "")), **_texts_of(node, "x-title")}
    if "title" in node and _HAN.search(choose(texts, "en") if "en" in texts else ""):
        yield Fault("E-lint-title", Place(file, pointer=f"{pointer}/x-title/en"), {"lang": LANGS[2]})


def _form_faults(schema: JsonObject, stem: str, file: str) -> Iterator[Fault]:
    meta = schema.get("x-form", {})
    place = Place(file, pointer="/x-form")
    for key in ("id", "kind", "group", "number", "version"):
        if key not in meta:
            yield Fault("E-lint-form", place, {"key": key})
    if meta.get("id") not in (None, stem):
        yield Fault("E-lint-id", Place(file, pointer="/x-form/id"), {"name": stem})


def _other_faults(content: JsonObject, file: str) -> Iterator[Fault]:
    """Yield the faults of policies against their schemas, and of meta-schemas against the standard."""
    folder = resources.schemas() / "policies"
    schemas = {s["$id"]: s for s in (strict_json.load_own(p) for p in sorted(folder.glob("*.schema.json")))}
    schema = schemas.get(content.get("$schema"))
    if schema:
        errors = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True).iter_errors(content)
    else:
        errors = jsonschema_rs.Draft202012Validator(_STANDARD, offline=True).iter_errors(content)
    for error in errors:
        pointer = "".join(f"/{pointer_step(part)}" for part in error.instance_path)
        yield Fault(
            "E-policy" if schema else "E-schema-keyword", Place(file, pointer=pointer), {"rule": error.kind.name}
        )

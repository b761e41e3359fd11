"""The last look at a draft: what lint has against it is taken out, and told."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from generator.catalogue.dialect import faults_of_schema, names_number
from generator.errors import Fault, Place, RecordError, fail, pointer_key
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.schema_parts import resolved

_ROUNDS = 40
_KEPT = frozenset({"properties", "items", "type", "title"})


def settle(draft: Draft, form_id: str, file: str) -> None:
    """Change a draft until lint finds no more than warnings; each change is told in its report."""
    notes = Notes(file)
    for node, key in _values(draft.properties):
        _as_names(node, key, notes)
    for _ in range(_ROUNDS):
        schema = draft.schema(form_id)
        faults = [f for f in faults_of_schema(schema, file, form_id) if not f.is_warning]
        if not faults or not any(_mended(draft, fault, notes) for fault in faults):
            break
    draft.report += notes.lines


def _beyond(file: str, faults: Sequence[Fault]) -> RecordError:
    return fail(RecordError, "E-import-beyond", Place(file), codes=sorted({fault.code for fault in faults}))


def _values(properties: Schema) -> Iterator[tuple[Schema, str]]:
    for key, node in properties.items():
        if not isinstance(node, dict):
            continue
        yield node, key
        inner = node.get("properties") or (node.get("items") if isinstance(node.get("items"), dict) else {})
        inner = inner.get("properties", inner) if isinstance(inner, dict) else {}
        if isinstance(inner, dict) and inner and all(isinstance(child, dict) for child in inner.values()):
            yield from _values(inner)


def _as_names(node: Schema, key: str, notes: Notes) -> None:
    """Make texts of numbers that are names: of telephones, cards, orders."""
    title = str(node.get("title", ""))
    if node.get("type") in ("integer", "number") and names_number(key, title) and "x-unit" not in node:
        if "enum" in node or "oneOf" in node:
            return
        for word in (
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "default",
            "x-control",
        ):
            node.pop(word, None)
        node["type"] = "string"
        notes.became(title or key, "names")


def _mended(draft: Draft, fault: Fault, notes: Notes) -> bool:
    """Take what a fault blames out of a draft; return whether anything was taken out."""
    steps = [pointer_key(step) for step in fault.place.pointer.split("/")[1:]]
    if fault.code == "E-schema-nested":
        return _without_nesting(draft, steps, notes)
    if fault.code in _OF_EXPRESSIONS:
        return _without_expression(draft, steps, fault, notes)
    holder: Any = {"properties": draft.properties, **draft.extra}
    trail: list[tuple[Any, str]] = []
    for step in steps:
        if isinstance(holder, dict) and step in holder:
            trail.append((holder, step))
            holder = holder[step]
        elif isinstance(holder, list) and step.isdigit() and int(step) < len(holder):
            trail.append((holder, step))
            holder = holder[int(step)]
        else:
            break
    for place, step in reversed(trail):
        if isinstance(place, dict) and step not in _KEPT and not _is_field(trail, place):
            gone = place.pop(step)
            draft.extra.pop(step, None)
            notes.lost(f"{step}: {gone}" if isinstance(gone, (str, int)) else step, "lint", code=fault.code)
            return True
    return False


_OF_EXPRESSIONS = frozenset({"E-lint-name", "E-lint-expression", "E-lint-at", "E-schema-when"})


def _is_field(trail: list[tuple[Any, str]], place: Any) -> bool:
    return any(
        isinstance(holder, dict) and holder.get(step) is place and step == "properties" for holder, step in trail
    )


def _without_nesting(draft: Draft, steps: list[str], notes: Notes) -> bool:
    """Make one cell of a section or table within a row: its values then stand there as JSON."""
    schema: Any = {"properties": draft.properties, **draft.extra}
    node: Any = schema
    inner: Schema = {}
    for step in steps:
        part = resolved(node, schema)
        inner = _map_with(part, step, schema)
        node = part.get("items") if step == "*" else inner.get(step)
        if not isinstance(node, dict):
            return False
    key = steps[-1]
    full = resolved(node, schema)
    kept = {k: full[k] for k in ("title", "x-title", "description", "type") if k in full}
    if full.get("type") == "array":
        kept |= {"items": {}}
    inner[key] = kept
    notes.became(str(full.get("title") or key), "cell")
    return True


def _map_with(node: Schema, key: str, schema: Schema, depth: int = 0) -> Schema:
    """Return the properties among which a key stands: a node's own, or those of its parts."""
    own = node.get("properties", {})
    if key in own or depth > _ROUNDS:
        return own if isinstance(own, dict) else {}
    for part in node.get("allOf", ()):
        found = _map_with(resolved(part, schema), key, schema, depth + 1) if isinstance(part, dict) else {}
        if key in found:
            return found
    return {}


def _without_expression(draft: Draft, steps: list[str], fault: Fault, notes: Notes) -> bool:
    """Take the expressions out of the field that a fault of an expression lies in: its pointer is that of a record."""
    node: Schema = {"properties": draft.properties, **draft.extra}
    for step in steps:
        if step == "*":
            node = node.get("items", {})
            continue
        node = node.get("properties", {}).get(step, {})
    found = [word for word in ("x-when", "x-derive", "x-check") if word in node]
    for word in found:
        gone = node.pop(word)
        draft.extra.pop(word, None) if not steps else None
        notes.lost(f"{word}: {gone}" if isinstance(gone, str) else word, "lint", code=fault.code)
    if not found and isinstance(node.get("items"), dict):
        inner = node["items"].pop("x-check", None)
        if inner is not None:
            notes.lost("x-check", "lint", code=fault.code)
            return True
    return bool(found)


def plain_text(text: str) -> str:
    """Return a text without markup, on one line."""
    without = re.sub(r"<[^<>]{1,200}>|\*\*|__", "", text)
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", without).split())

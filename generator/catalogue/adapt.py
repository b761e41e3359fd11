"""A form adapted, not copied: another one's schema with the changes of a desk, each at the pointer of its field.

What the other form no longer has is told (W-adapt…) and passed over, so that a desk's paper outlives an upgrade.
"""

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema_rs

from generator import resources, strict_json
from generator.errors import Fault, Place, at_pointer, pointer_key, pointer_step
from generator.strict_json import JsonObject

EXTENDS, CHANGE, ADD, WORDING = "x-extends", "x-change", "x-add", "x-wording"
WORKBOOK, CELL = "x-workbook", "x-cell"
"""Of changes that were made in a workbook: the workbook, and the cell of each."""

_TITLES = ("title", "x-title", "description", "x-description")
_SAID = (*_TITLES, "x-lines", "x-width", "x-squares", "default", "maxLength")
PLACES = ("after", "before", "first")
_MOST_NEAR = 3

Node = dict[str, Any]


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    schema = strict_json.load_own(resources.schemas() / "dialect" / "patch.json")
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def shape_faults(patch: JsonObject, file: str) -> list[Fault]:
    """Return what is wrong with a file of changes, whatever the form that it changes."""
    faults = []
    for error in _validator().iter_errors(dict(patch)):
        pointer = "".join(f"/{pointer_step(part)}" for part in error.instance_path)
        faults.append(Fault("E-schema-keyword", Place(file, pointer=pointer), {"rule": error.kind.name}))
    return faults


def place_of(file: str, patch: JsonObject, *steps: str) -> Place:
    """Return the place of a change in its file, and the cell of the workbook where it was made, if it was."""
    found = at_pointer(patch, pointer := "".join(f"/{pointer_step(step)}" for step in steps))
    cell = found.get(CELL) if isinstance(found, Mapping) else None
    return Place(file, f"{patch.get(WORKBOOK, {}).get('file', '')} {cell}".strip() if cell else "", pointer=pointer)


@dataclass
class Adaptation:
    """A resolved schema that changes are made to, and what is told of them."""

    schema: Node
    file: str
    notes: list[Fault] = field(default_factory=list)
    patch: JsonObject = field(default_factory=dict)

    def apply(self, patch: JsonObject, name: str) -> None:
        """Make the changes of a patch whose shape is right; `name`: the id of the form that comes of it."""
        self.patch = patch
        _say(self.schema, patch, _TITLES)
        self.schema["x-form"] = {**self.schema.get("x-form", {}), "id": name, **patch.get("x-form", {})}
        for pointer, change in patch.get(CHANGE, {}).items():
            self._change(pointer, change)
        for pointer, added in patch.get(ADD, {}).items():
            self._add(pointer, added)
        for part in (CHANGE, ADD):
            for pointer, said in patch.get(part, {}).items():
                self._move(pointer, said, self._place(part, pointer))

    # --- finding ---

    def _owner(self, pointer: str) -> tuple[Node, str] | None:
        """Return the object schema that has a field among its properties, and the field's key."""
        *above, last = pointer.split("/")[1:] or [""]
        holder = self._object(above)
        key = pointer_key(last)
        if holder is None:
            return None
        return next(((part, key) for part in _parts(holder) if key in part.get("properties", {})), None)

    def _object(self, steps: list[str]) -> Node | None:
        """Return the schema that a path of fields leads to; `*` is any row of a table."""
        node: Any = self.schema
        for step in steps:
            node = _without_null(node)
            if step == "*":
                node = node.get("items")
            else:
                parts = (part.get("properties", {}) for part in _parts(node))
                node = next((known[pointer_key(step)] for known in parts if pointer_key(step) in known), None)
            if not isinstance(node, dict):
                return None
        return _without_null(node)

    def _pointers(self) -> list[str]:
        return list(_walk(self.schema, ""))

    def _place(self, part: str, pointer: str) -> Place:
        return place_of(self.file, self.patch, part, pointer)

    def _lost(self, place: Place, pointer: str) -> None:
        """Note that a change has nothing to change."""
        near = difflib.get_close_matches(pointer, self._pointers(), _MOST_NEAR, 0.6)
        self.notes.append(
            Fault("W-adapt-near", place, {"field": pointer, "near": near})
            if near
            else Fault("W-adapt-lost", place, {"field": pointer})
        )

    # --- changing ---

    def _change(self, pointer: str, change: JsonObject) -> None:
        place = self._place(CHANGE, pointer)
        found = self._owner(pointer)
        if found is None:
            self._lost(place, pointer)
            return
        owner, key = found
        node: Node = owner["properties"][key]
        _remember(node, change)
        _say(node, change, _SAID)
        if "choices" in change:
            self._offer(node, change["choices"])
        if change.get("hidden"):
            self._hide(pointer, node, place)
        elif "hidden" in change:
            node.pop("x-hidden", None)
        if "required" in change or change.get("hidden"):
            self._require(pointer, key, bool(change.get("required")) and not change.get("hidden"))

    def _offer(self, node: Node, choices: list[Node]) -> None:
        """Add choices, or give those that are there other titles."""
        target: Node = node["items"] if isinstance(node.get("items"), dict) else _without_null(node)
        if "oneOf" not in target and "enum" in target:
            target["oneOf"] = [{"const": v, "title": str(v)} for v in target.pop("enum") if v is not None]
        known = target.setdefault("oneOf", [])
        for choice in choices:
            there = next((one for one in known if one.get("const") == choice["const"]), None)
            if there is None:
                known.append(dict(choice))
            else:
                there |= choice

    def _hide(self, pointer: str, node: Node, place: Place) -> None:
        """Hide a field, unless its table is built on it."""
        above, _, last = pointer.rpartition("/")
        table = self._object(above.split("/")[1:-1]) if above.endswith("/*") else None
        named = str((table or {}).get("x-table", {})) + str((table or {}).get("x-chart", {}))
        if f"'{pointer_key(last)}'" in named:
            self.notes.append(Fault("W-adapt-needed", place, {"field": pointer}))
        else:
            node["x-hidden"] = True
            self._excuse(pointer)

    def _excuse(self, pointer: str) -> None:
        """Take out the rules across fields that blame a hidden field: nobody is asked for it any more."""
        steps = pointer.split("/")[1:]
        for n in range(len(steps)):
            at = "/" + "/".join(steps[n:])
            for part in _parts(self._object(steps[:n]) or {}):
                rules = [rule for rule in part.pop("x-check", ()) if f"/{rule['at'].lstrip('/')}" != at]
                part |= {"x-check": rules} if rules else {}

    def _require(self, pointer: str, key: str, required: bool) -> None:
        holder = self._object(pointer.split("/")[1:-1])
        for part in _parts(holder) if holder else ():
            if key in part.get("required", ()):
                part["required"] = [name for name in part["required"] if name != key]
        if required and holder is not None:
            holder["required"] = [*holder.get("required", ()), key]

    # --- adding ---

    def _add(self, pointer: str, added: JsonObject) -> None:
        place = self._place(ADD, pointer)
        if self._owner(pointer) is not None:
            self.notes.append(Fault("W-adapt-there", place, {"field": pointer}))
            return
        *above, last = pointer.split("/")[1:]
        holder = self._object(above)
        if holder is None or "properties" not in holder:
            self._lost(place, "/" + "/".join(above))
            return
        key = pointer_key(last)
        node = {name: value for name, value in added.items() if name not in (*PLACES, "required", CELL)}
        if anchor := added.get("after") or added.get("before"):
            node["x-beside"] = anchor
        holder["properties"][key] = node
        if added.get("required") is True:
            holder["required"] = [*holder.get("required", ()), key]

    # --- moving ---

    def _move(self, pointer: str, said: JsonObject, at: Place) -> None:
        found = self._owner(pointer)
        if found is None or not any(said.get(place) for place in PLACES):
            return
        owner, key = found
        properties: Node = owner["properties"]
        anchor = said.get("after") or said.get("before") or ""
        above, _, beside = anchor.rpartition("/")
        if anchor and (above != pointer.rpartition("/")[0] or pointer_key(beside) not in properties):
            self._lost(at, anchor)
            return
        keys = [name for name in properties if name != key]
        place = keys.index(pointer_key(beside)) + bool(said.get("after")) if anchor else 0
        keys.insert(place, key)
        owner["properties"] = {name: properties[name] for name in keys}


def adapted(base: JsonObject, patch: JsonObject, name: str, file: str) -> Adaptation:
    """Return a resolved schema with the changes of a patch, and what couldn't be changed."""
    made = Adaptation(copy.deepcopy(dict(base)), file)
    made.apply(patch, name)
    return made


def _remember(node: Node, change: JsonObject) -> None:
    """Keep the titles that a change replaces: lists that a desk has go by them."""
    before = [node.get("title")] if "title" in change else []
    before += [node.get("x-title", {}).get(lang) for lang in change.get("x-title", {})]
    if former := [title for title in before if title and title not in node.get("x-former", ())]:
        node["x-former"] = [*node.get("x-former", ()), *former]


def _say(node: Node, change: JsonObject, names: Sequence[str]) -> None:
    """Change what a schema says of itself; the English title stays where none is given, the traditional one goes."""
    if "title" in change and "x-title" in node:
        node["x-title"] = {lang: text for lang, text in node["x-title"].items() if lang != "zh-Hant"}
    for name in names:
        if name in change:
            both = isinstance(change[name], Mapping) and isinstance(node.get(name), Mapping)
            node[name] = {**node[name], **change[name]} if both else change[name]


def _parts(node: JsonObject) -> Iterator[Node]:
    """Yield an object schema and those that it is joined with."""
    if isinstance(node, dict):
        yield node
        for part in node.get("allOf", ()):
            yield from _parts(part)


def _without_null(node: Any) -> Node:
    """Return the schema beneath the usual `anyOf: [schema, null]`."""
    for key in ("anyOf", "oneOf"):
        parts = [p for p in node.get(key, ()) if isinstance(p, dict) and p.get("type") != "null"]
        if len(parts) == 1 and len(node.get(key, ())) == 2:
            return parts[0]
    made: Node = node
    return made


def _walk(node: Any, pointer: str) -> Iterator[str]:
    """Yield the pointers of all fields of a schema."""
    if not isinstance(node, dict):
        return
    node = _without_null(node)
    if isinstance(node.get("items"), dict):
        yield from _walk(node["items"], f"{pointer}/*")
    for part in _parts(node):
        for key, child in part.get("properties", {}).items():
            at = f"{pointer}/{pointer_step(key)}"
            yield at
            yield from _walk(child, at)

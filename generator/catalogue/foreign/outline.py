"""What is printed of a schema that others wrote: the same form in the shapes of our dialect.

Objects become sections, lists of them tables, maps tables of name and value, alternatives sections to choose from; what
holds only under a condition says so. `x-packed` notes how JSON keeps what paper has in another shape
(`catalogue.packed`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.catalogue.defaults import is_told, with_default
from generator.catalogue.foreign.conditions import Describer, Texts, joined, when
from generator.catalogue.foreign.standard import Standard
from generator.catalogue.foreign.values import value_node
from generator.catalogue.foreign.view import View, Viewer, united
from generator.catalogue.packed import CHOICE, KEY, REST, VALUE, place_key, variant_key
from generator.errors import Fault, Place, pointer_step
from generator.text_measure import ems
from generator.wording import LANGS, phrase

MOST_FIELDS = 600
"""Fields of a form; what lies deeper than fits in is one box."""

_DEPTHS = (64, 16, 8, 6, 5, 4, 3, 2, 1)
_ROUNDS = 2
"""How often a definition may stand within itself."""


class Outline(NamedTuple):
    """The schema that is printed, what is told of it; `whole`: the record is the value of the only field."""

    schema: dict[str, Any]
    warnings: list[Fault]
    whole: bool


class _At(NamedTuple):
    """A place that is outlined: its pointer in a record, how deep it lies, and the definitions on the way to it."""

    pointer: str = ""
    depth: int = 0
    trail: tuple[str, ...] = ()

    def beneath(self, step: str, view: View) -> "_At":
        return _At(f"{self.pointer}/{pointer_step(step)}", self.depth + 1, (*self.trail, *view.names))


class _Full(Exception):
    """More fields than a form may have."""


def outlined(standard: Standard, file: str) -> Outline | None:
    """Return what is printed of a schema; None where it describes nothing that could be filled in."""
    for depth in _DEPTHS:
        maker = _Outliner(standard, file, depth)
        try:
            return maker.root()
        except _Full:
            continue
    maker = _Outliner(standard, file, 1, most=100_000)
    return maker.root()


def words(key: str) -> Texts:
    """Return a phrase of paper in all languages."""
    return {lang: phrase(f"foreign.{key}", lang) for lang in LANGS}


def _titled(node: dict[str, Any], texts: Texts) -> dict[str, Any]:
    return {**node, "title": texts["zh-Hans"], "x-title": {k: v for k, v in texts.items() if k != "zh-Hans"}}


class _Outliner:
    def __init__(self, standard: Standard, file: str, deepest: int, most: int = MOST_FIELDS) -> None:
        self.standard, self.file, self.deepest, self.most = standard, file, deepest, most
        self.viewer = Viewer(standard.defs)
        self.describer = Describer(self.viewer)
        self.warnings: list[Fault] = []
        self.count = 0

    def warn(self, code: str, at: _At, **params: object) -> None:
        self.warnings.append(Fault(code, Place(self.file, pointer=at.pointer), params))

    # --- the whole ---

    def root(self) -> Outline | None:
        view = self.viewer.view(self.standard.root)
        if view.never or not (view.types or view.enum):
            return None
        if not view.is_typed and view.says_nothing and not view.required:
            return None
        if view.types == {"array"} and view.enum is None:
            return self._list(view)
        if "object" in view.types and view.enum is None and self._has_parts(view):
            node = self.object(view, _At(trail=tuple(view.names)), is_root=True)
            return Outline(node, self.warnings, whole=False) if node["properties"] else None
        return self._whole(view)

    def _has_parts(self, view: View) -> bool:
        """Tell whether a view is an object's, or of alternatives of which one is."""
        if view.properties or view.patterns or view.more is not None or view.types == {"object"}:
            return True
        if view.branches or view.dependents:
            return True
        return any(self._has_parts(self.viewer.view(part)) for _, parts in view.groups for part in parts)

    def _list(self, view: View) -> Outline:
        node = self.field(self.standard.root, _At("/rows"))
        items = node.get("items", {})
        simple = "properties" in items and "x-packed" not in node and "x-packed" not in items
        if simple and not any("properties" in _inner(child) for child in items["properties"].values()):
            return Outline(node, self.warnings, whole=False)
        return self._whole(view)

    def _whole(self, view: View) -> Outline:
        node = self.field(self.standard.root, _At(f"/{VALUE}"))
        if "title" not in node:
            node = _titled(node, words("value"))
        about = {word: view.said[word] for word in ("title",) if word in view.said}
        schema = {"type": "object", **about, "properties": {VALUE: node}, "required": [VALUE]}
        return Outline(schema, self.warnings, whole=True)

    # --- one place ---

    def field(self, schema: Any, at: _At, view: View | None = None) -> dict[str, Any]:
        """Return what is printed of a schema at one place."""
        view = self.viewer.view(schema) if view is None else view
        self.count += 1
        if self.count > self.most:
            raise _Full
        rounds = max((at.trail.count(name) for name in view.names), default=0)
        if rounds >= _ROUNDS:
            self.warn("W-schema-recursion", at)
            return self.anything(view)
        made = _wide(self._shaped(schema, view, at))
        return {**made, "x-nullable": True} if view.nullable and view.is_typed else made

    def _shaped(self, schema: Any, view: View, at: _At) -> dict[str, Any]:
        value = value_node(view, self.viewer)
        if value is not None:
            return self._with_default(value, at)
        if at.depth > self.deepest:
            self.warn("W-schema-deep", at)
            return self.anything(view)
        if view.types == {"object"}:
            return self.object(view, at)
        if view.types == {"array"}:
            return self.array(view, at)
        for _, parts in view.groups:
            lists = [self.viewer.view(part) for part in parts]
            if all(one.types == {"array"} and one.places is None for one in lists):
                whole = {"type": "array", "items": united(one.items for one in lists if one.items is not None)}
                return {**self.field(whole, at), **_about(view)}
            if any(self._has_parts(one) or one.types == {"array"} for one in lists):
                return self.object(view, at)
        if "object" in view.types and view.properties:
            return self.object(_by_type(schema, view), at)
        return self.anything(view)

    def _with_default(self, node: dict[str, Any], at: _At) -> dict[str, Any]:
        """Return a node that tells what stands for it where nothing does."""
        if not is_told(node):
            self.warn("W-schema-default", at)
        return with_default(node)

    def anything(self, view: View) -> dict[str, Any]:
        """Return a box for whatever may stand there."""
        return {**_about(view), "x-control": "anything"}

    # --- objects ---

    def object(self, view: View, at: _At, is_root: bool = False) -> dict[str, Any]:
        """Return the section of an object, or the table of one whose names aren't known."""
        found = self.describer.fields(view)
        properties: dict[str, Any] = {}
        packed: dict[str, Any] = {}
        for key, field in found.fields.items():
            child = self.viewer.view(field.schema)
            if child.never:
                continue
            _inherit(child, view, key)
            node = self.field(field.schema, at.beneath(key, view), child)
            if field.conditions:
                node = _hinted(node, when(field.conditions))
                node["x-shown"] = "unless-absent"
            properties[key] = node
        for number, (word, parts) in enumerate(found.groups, 1):
            alternatives = self.alternatives(word, parts, number, properties, view, at)
            packed.setdefault("groups", []).append(alternatives)
        more = self.more(view)
        if not properties and not is_root:
            return self.map(view, more or True, at) if more or view.is_object else self.anything(view)
        if more is not None or not properties:
            properties[REST] = _titled(self.map(View(), more or True, at.beneath(REST, view)), words("more"))
        node = {"type": "object", **_about(view), "properties": properties}
        node["required"] = [key for key in view.required if key in properties]
        if found.notes:
            node = _hinted(node, joined(found.notes))
        if view.more in (None, True) and REST not in properties:
            node["x-open"] = True
        return {**node, "x-packed": packed} if packed else node

    def more(self, view: View) -> Any:
        """Return what the schema says of entries whose names it doesn't know; None where it says nothing of them."""
        parts = [part for part in view.patterns.values() if part is not False]
        if isinstance(view.more, Mapping):
            parts.append(view.more)
        elif view.more is True and not view.properties and not parts:
            parts.append(True)
        return united(parts) if parts else None

    def map(self, view: View, more: Any, at: _At) -> dict[str, Any]:
        """Return the table of an object whose names aren't known: its rows hold name and value."""
        inner = self.field(more, at.beneath("*", view))
        row: dict[str, Any] = {KEY: _titled({"type": "string"}, words("key"))}
        if "properties" in inner and "x-packed" not in inner and inner.get("type") == "object":
            row |= inner["properties"]
            packed: dict[str, Any] = {}
        else:
            row[VALUE] = inner if "title" in inner else _titled(inner, words("value"))
            packed = {"row": "value"}
        items: dict[str, Any] = {"type": "object", "properties": row, "required": [KEY], "x-packed": packed}
        if inner.get("x-open") and not packed:
            items["x-open"] = True
        return {"type": "array", **_about(view), "items": items, "x-packed": {"map": True}}

    def alternatives(
        self, word: str, parts: list[Any], group: int, properties: dict[str, Any], view: View, at: _At
    ) -> dict[str, Any]:
        """Put sections of alternatives and the choice between them among the properties; return how JSON has them."""
        choices, kept = [], []
        for n, part in enumerate(parts, 1):
            one = self.viewer.view(part)
            key = variant_key(group, n)
            title = self.describer.name(one, n)
            consts = {k: v for k, v in self.describer.consts(one).items() if k not in view.properties}
            if self._has_parts(one) and one.types == {"object"}:
                one.properties = {k: v for k, v in one.properties.items() if k not in {*consts, *view.properties}}
                node = self.field(part, at.beneath(key, view), one)
                if not one.properties and not one.groups and self.more(one) is None:
                    node = {"type": "object", "properties": {}}
            else:
                node = self.field(part, at.beneath(key, view), one)
            if _inner(node).get("properties") != {}:
                properties[key] = {**_titled(node, title), "x-shown": "unless-absent"}
            choices.append({"const": n, "title": title["zh-Hans"], "x-title": title})
            kept.append({"key": key, "schema": part, "consts": consts})
        many = word == "anyOf"
        offer: dict[str, Any] = {"oneOf": choices, "x-width": 12, "x-shown": "unless-absent"}
        offer = {"type": "array", "items": offer, **offer} if many else offer
        if many:
            del offer["oneOf"]
        key = place_key(CHOICE, group)
        first = next((name for name in properties if name == variant_key(group, 1)), None)
        made = _titled(offer, words("choose_any" if many else "choose"))
        _insert(properties, key, made, first)
        return {"choice": key, "many": many, "parts": kept}

    # --- lists ---

    def array(self, view: View, at: _At) -> dict[str, Any]:
        """Return the table of a list, or the section of one whose places are told apart."""
        if view.places is not None:
            return self.places(view, at)
        items = view.items
        if items is None or items is True or items == {}:
            return self.anything(view)
        below = at.beneath("*", view)
        node = self.field(items, below)
        about = _about(view) | {w: view.said[w] for w in ("minItems", "maxItems", "uniqueItems") if w in view.said}
        if node.get("type") == "object" and node.get("properties"):
            table = {"type": "array", **about, "items": node}
            for word in ("x-table", "x-chart", "default"):
                if word in view.said:
                    table[word] = view.said[word]
            if _is_preset(table):
                return table
            if table.pop("default", []):
                self.warn("W-schema-default", at)
            return table
        default = {"default": view.said["default"]} if "default" in view.said else {}
        if _is_word(node):
            return self._with_default({"type": "array", **about, "items": node, **default}, at)
        single = node if "title" in node else _titled(node, words("value"))
        row: dict[str, Any] = {
            "type": "object",
            "properties": {VALUE: single},
            "required": [VALUE],
            "x-packed": {"row": "value"},
        }
        table = {"type": "array", **about, "items": row, "x-table": {"serial": True}}
        shown = self._with_default({**table, **default, "items": node}, at)
        return {word: part for word, part in shown.items() if word != "default"} | {"items": row}

    def places(self, view: View, at: _At) -> dict[str, Any]:
        """Return the section of a list whose places each have a meaning."""
        properties: dict[str, Any] = {}
        for n, part in enumerate(view.places or (), 1):
            key = place_key("", n)
            node = self.field(part, at.beneath(key, view))
            title: Texts = {lang: phrase("foreign.place", lang).format(n=n) for lang in LANGS}
            properties[key] = node if "title" in node else _titled(node, title)
        if isinstance(view.items, Mapping) and view.items:
            whole = {"type": "array", "items": view.items}
            properties[REST] = _titled(self.field(whole, at.beneath(REST, view)), words("more"))
        packed = {"row": "places", "places": len(view.places or ())}
        return {"type": "object", **_about(view), "properties": properties, "x-packed": packed}


_HINT_A_THIRD, _HINT_A_HALF = 12, 30
"""Ems of a hint that has room in a third of a line, and in half of one."""


def _wide(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node that has the room which its hint takes on paper."""
    length = ems(node.get("description", ""))
    if "properties" in _inner(node) or length <= _HINT_A_THIRD or "x-width" in node:
        return node
    return {**node, "x-width": 6 if length <= _HINT_A_HALF else 12}


def _by_type(schema: Any, view: View) -> View:
    """Return what may be an object or something else as alternatives."""
    others = sorted(view.types - {"object"})
    parts: list[Any] = [
        {"title": texts["zh-Hans"], "x-title": texts, "allOf": [schema, {"type": kind}]}
        for kind, texts in (("object", words("type.object")), *((kind, words(f"type.{kind}")) for kind in others))
    ]
    return View(types=frozenset({"object"}), said=dict(view.said), groups=[("oneOf", parts)], names=view.names)


def _inherit(child: View, view: View, key: str) -> None:
    """Let a field have what the default of its section says of it."""
    given = view.said.get("default")
    if isinstance(given, Mapping) and key in given:
        child.said.setdefault("default", given[key])


def _insert(properties: dict[str, Any], key: str, node: Any, before: str | None) -> None:
    """Put a property before another one."""
    rest = list(properties.items())
    at = next((n for n, (name, _) in enumerate(rest) if name == before), len(rest))
    properties.clear()
    properties.update([*rest[:at], (key, node), *rest[at:]])


def _inner(node: Mapping[str, Any]) -> Mapping[str, Any]:
    items = node.get("items")
    return items if node.get("type") == "array" and isinstance(items, Mapping) else node


def _is_word(node: Mapping[str, Any]) -> bool:
    """Tell whether the values of a list are texts, or choices: a line each will do."""
    if node.get("x-control") not in (None, "multiline"):
        return False
    return "oneOf" in node or "enum" in node or (node.get("type") == "string" and node.get("format") not in _TYPED)


_TYPED = ("date", "date-time", "time")


def _is_preset(table: Mapping[str, Any]) -> bool:
    """Tell whether the default of a table can be printed as its rows."""
    rows, items = table.get("default"), table["items"]
    if not isinstance(rows, list) or "x-packed" in items or REST in items["properties"]:
        return False
    return all(
        isinstance(row, Mapping) and not any(isinstance(value, (list, Mapping)) for value in row.values())
        for row in rows
    )


def _about(view: View) -> dict[str, Any]:
    """Return what a view says about itself, whatever it is."""
    kept = ("title", "description", "x-title", "x-description", "x-width", "x-when", "x-case", "x-sensitive", "x-check")
    return {word: view.said[word] for word in kept if word in view.said}


def _hinted(node: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """Return a node with something to be told before its description."""
    own = node.get("description", "")
    given = {"zh-Hans": own, **node.get("x-description", {})}
    told = {
        lang: f"{text}{phrase('foreign.stop', lang) if own else ''}{given.get(lang, own)}"
        for lang, text in texts.items()
    }
    return {**node, "description": told["zh-Hans"], "x-description": told}

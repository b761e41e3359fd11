"""A form drafted from a schema and uiSchema of react-jsonschema-form: its order, titles, hints and widgets."""

from collections.abc import Mapping
from typing import Any

from generator.errors import Fault
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.kept import without_dialect
from generator.importing.schema_parts import modern, resolved, shown

_SCREEN_WIDGETS = frozenset(
    {
        "radio",
        "select",
        "checkboxes",
        "checkbox",
        "updown",
        "range",
        "text",
        "alt-date",
        "alt-datetime",
        "color",
        "email",
        "uri",
        "date",
        "datetime",
        "date-time",
        "time",
        "url",
        "data-url",
    }
)
_SCREEN = frozenset(
    {
        "autofocus",
        "emptyValue",
        "autocomplete",
        "placeholder",
        "inputType",
        "rows",
        "label",
        "inline",
        "disabled",
        "enableMarkdownInDescription",
        "widget",
        "title",
        "description",
        "help",
        "order",
        "readonly",
        "enumNames",
    }
)
_DEEPEST = 30


class Rjsf:
    """Drafts the form of a schema with its uiSchema."""

    def __init__(self, schema: Schema, ui: Any, file: str, *, is_kept: bool = False) -> None:
        self.notes = Notes(file)
        self.is_kept = is_kept
        """Whether the schema is to stay as it is."""

        self.schema: Schema = modern(schema, self.notes)
        self.ui = ui if isinstance(ui, Mapping) else {}

    def draft(self, title: str) -> Draft:
        """Return the draft."""
        root = self._applied(self.schema, self.ui, "", 0)
        beside = ("type", "properties", "required", "title", "additionalProperties", "x-when", "readOnly")
        extra = {k: v for k, v in root.items() if k not in beside}
        properties = root.get("properties", {})
        made = Draft(str(root.get("title") or title), dict(properties), list(root.get("required", ())), {}, extra)
        head = Fault(
            "W-import-form",
            self.notes.place(),
            {"count": len(properties), "sort": "rjsf" if self.ui else "JSON Schema"},
        )
        made.report = [head, *self.notes.lines]
        if self.is_kept:
            made.kept = without_dialect(root)
        return made

    def _applied(self, node: Any, ui: Mapping[str, Any], at: str, depth: int) -> Schema:
        """Return a node with what its uiSchema says."""
        if not isinstance(node, Mapping):
            return {}
        made = dict(node)
        told = {k: v for k, v in ui.items() if k.startswith("ui:")}
        told |= {f"ui:{k}": v for k, v in (ui.get("ui:options") or {}).items()} if "ui:options" in ui else {}
        for word, value in told.items():
            self._word(made, word.removeprefix("ui:"), value, at)
        nested = {k: v for k, v in ui.items() if not k.startswith("ui:") and isinstance(v, Mapping)}
        if isinstance(ui.get("items"), list) and isinstance(made.get("prefixItems"), list):
            made["prefixItems"] = self._places(made["prefixItems"], ui["items"], at, depth)
        if depth > _DEEPEST or not (nested or "ui:order" in told):
            return made
        full = resolved(made, self.schema)
        for key, inner in nested.items():
            below = (f"{at}/{key}", depth + 1)
            if key in ("items", "additionalItems") and isinstance(full.get("items"), Mapping):
                made = full = {**full, "items": self._applied(full["items"], inner, *below)}
            elif key in _properties_of(full):
                full = {**full, "properties": dict(full["properties"])}
                full["properties"][key] = self._applied(full["properties"][key], inner, *below)
                made = full
            elif self.is_kept and _stands_within(full, key):
                made = full = self._within(full, key, inner, *below)
            elif key not in ("classNames",):
                self.notes.lost(f"{at}/{key}", "scope")
        if isinstance(told.get("ui:order"), list) and "properties" in full:
            made = {**full, "properties": _ordered(full["properties"], told["ui:order"])}
        return made

    def _places(self, places: list[Any], ui: list[Any], at: str, depth: int) -> list[Any]:
        """Return the places of a list with what a uiSchema says of each."""
        told = [one if isinstance(one, Mapping) else {} for one in ui] + [{}] * len(places)
        return [self._applied(place, one, f"{at}/items", depth + 1) for place, one in zip(places, told, strict=False)]

    def _within(self, node: Any, key: str, ui: Mapping[str, Any], at: str, depth: int) -> Any:
        """Return a node with what a uiSchema says of a field that stands in its branches alone."""
        if isinstance(node, list):
            return [self._within(part, key, ui, at, depth) for part in node]
        if not isinstance(node, Mapping) or not _stands_within(node, key):
            return node
        made = {
            word: self._within(part, key, ui, at, depth) if word in _BRANCHES else part for word, part in node.items()
        }
        given = made.get("dependentSchemas")
        if isinstance(given, Mapping):
            made["dependentSchemas"] = {name: self._within(part, key, ui, at, depth) for name, part in given.items()}
        if key in _properties_of(made):
            made["properties"] = {**made["properties"], key: self._applied(made["properties"][key], ui, at, depth)}
        return made

    def _word(self, made: Schema, word: str, value: Any, at: str) -> None:
        if word == "options":
            return
        full = resolved(made, self.schema)
        if word in ("title", "description") and isinstance(value, str):
            made[word] = value
        elif word == "help" and isinstance(value, str):
            made["description"] = f"{full.get('description', '')} {value}".strip()
        elif word in ("readonly", "disabled") and value:
            made["readOnly"] = True
        elif word == "enumNames" and isinstance(value, list) and isinstance(full.get("enum"), list):
            values = full["enum"]
            made.pop("enum", None)
            made["oneOf"] = [{"const": v, "title": str(t)} for v, t in zip(values, value, strict=False)]
        elif word == "widget":
            self._widget(made, full, value, at)
        elif word == "order":
            return
        elif word not in _SCREEN:
            self.notes.lost(f"ui:{word}", "ui_option", title=at.strip("/"))
        elif word in ("placeholder", "label", "emptyValue"):
            self.notes.lost(f"ui:{word}: {shown(value)}", "appearance", title=at.strip("/"))

    def _widget(self, made: Schema, full: Mapping[str, Any], value: Any, at: str) -> None:
        is_text = "string" in str(full.get("type", "")) and "enum" not in full and "format" not in full
        if value == "textarea" and is_text:
            made["x-control"] = "multiline"
        elif value == "hidden":
            made["x-when"] = "false"
            self.notes.became(at.strip("/"), "hidden")
        elif value == "password":
            made["x-sensitive"] = "text"
        elif value in ("alt-date", "date") and is_text:
            made["format"] = "date"
        elif value in ("alt-datetime", "date-time", "datetime") and is_text:
            made["format"] = "date-time"
        elif not isinstance(value, str) or _plain_widget(value) not in _SCREEN_WIDGETS:
            self.notes.lost(f"ui:widget: {shown(value)}", "ui_option", title=at.strip("/"))


_BRANCHES = ("allOf", "anyOf", "oneOf", "then", "else")


def _plain_widget(name: str) -> str:
    """Return what a widget is called in a uiSchema: RadioWidget is radio."""
    return name.removesuffix("Widget").lower() if name.endswith("Widget") else name


def _properties_of(node: Any) -> Mapping[str, Any]:
    found = node.get("properties") if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _stands_within(node: Any, key: str, depth: int = 0) -> bool:
    """Tell whether a field stands in a node or one of its branches."""
    if depth > _DEEPEST:
        return False
    if isinstance(node, list):
        return any(_stands_within(part, key, depth + 1) for part in node)
    if not isinstance(node, Mapping):
        return False
    given = node.get("dependentSchemas")
    parts = [node.get(word) for word in _BRANCHES] + list(given.values() if isinstance(given, Mapping) else ())
    return key in _properties_of(node) or any(_stands_within(part, key, depth + 1) for part in parts)


def _ordered(properties: Mapping[str, Any], order: list[Any]) -> Schema:
    """Return properties in an order in which an asterisk stands for those that it doesn't name."""
    rest = [key for key in properties if key not in order]
    keys: list[str] = []
    for name in order:
        keys += rest if name == "*" else [name] if name in properties else []
    return {key: properties[key] for key in dict.fromkeys([*keys, *rest])}


def is_ui(content: Any) -> bool:
    """Tell whether a content is a uiSchema: words that begin with ui: somewhere in it."""
    if not isinstance(content, Mapping) or "elements" in content:
        return False
    return any(str(k).startswith("ui:") or is_ui(v) for k, v in content.items())

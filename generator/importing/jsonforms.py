"""A form drafted from a JSON Forms pair: fields of the schema; order, groups, labels and rules of the UI schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from generator.errors import Fault
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.kept import without_dialect
from generator.importing.naming import Keys
from generator.importing.schema_parts import modern, resolved

_SAVED = frozenset({"dateSaveFormat", "timeSaveFormat", "dateTimeSaveFormat"})
"""Options by which a day or time is kept as some other text."""

_LAYOUTS = ("VerticalLayout", "HorizontalLayout", "Layout")
_TAKEN = frozenset({"multi", "format", "readonly", "readOnly", "detail", "slider"})
_DEEPEST = 30


class JsonForms:
    """Drafts the form of a schema with its UI schema."""

    def __init__(self, schema: Schema, ui: Any, file: str, *, is_kept: bool = False) -> None:
        self.notes = Notes(file)
        self.is_kept = is_kept
        """Whether the schema is to stay as it is: groups would give records another shape."""

        self.schema: Schema = modern(schema, self.notes)
        self.ui = ui
        self.properties: Schema = dict(self.schema.get("properties", {}))
        self.made: Schema = {}
        self.seen: set[str] = set()
        self.shows_all = False
        """Whether an element shows all fields."""

        self.moved: dict[str, str] = {}
        """Fields that stand in a group, with the path of their section."""

        self.keys = Keys()
        self.keys.taken |= set(self.properties)
        self.rules: list[tuple[Schema, Mapping[str, Any], str]] = []
        self.inner: dict[tuple[str, ...], list[str]] = {}

    def draft(self, title: str) -> Draft:
        """Return the draft."""
        if isinstance(self.ui, Mapping):
            self._element(self.ui, self.made, "", 0, None)
        for key, node in self.properties.items():
            if key in self.seen:
                continue
            if self.seen and not self.shows_all:
                self.notes.became(key, "unlisted")
            self.made[key] = node
        self._order_inner()
        for node, rule, name in self.rules:
            self._rule(node, rule, name)
        required = [k for k in self.schema.get("required", []) if k in self.made]
        self._require_moved()
        beside = ("type", "properties", "required", "title", "additionalProperties")
        extra = {k: v for k, v in self.schema.items() if k not in beside}
        made = Draft(str(self.schema.get("title") or title), self.made, required, {}, extra)
        head = Fault("W-import-form", self.notes.place(), {"count": len(self.properties), "sort": "JSON Forms"})
        made.report = [head, *self.notes.lines]
        if self.is_kept:
            shown = {"properties": self.made} if self.made else {}
            made.kept = without_dialect({**self.schema, **shown})
        return made

    # --- the elements of the UI schema ---

    def _element(self, ui: Any, where: Schema, path: str, depth: int, group: Schema | None) -> None:
        if not isinstance(ui, Mapping) or depth > _DEEPEST:
            return
        kind = str(ui.get("type", ""))
        if kind in ("Control", "ListWithDetail"):
            self._control(ui, where, path)
        elif kind == "Label":
            text = ui.get("text") or ui.get("label")
            if text:
                self.notes.lost(str(text), "ui_label")
        elif kind in ("Group", "Category") and ui.get("label"):
            self._group(ui, where, path, depth)
        elif isinstance(ui.get("elements"), list):
            if kind not in (*_LAYOUTS, "Group", "Category", "Categorization"):
                self.notes.lost(kind or "?", "ui_element")
            if ui.get("rule"):
                self._spread(ui)
            for child in ui["elements"]:
                self._element(child, where, path, depth + 1, group)
        elif kind:
            self.notes.lost(kind, "ui_element")
        self._options(ui)

    def _spread(self, ui: Mapping[str, Any]) -> None:
        """Give the rule of a layout to the controls in it, which have none of their own."""
        for child in ui["elements"]:
            if isinstance(child, dict):
                if "rule" in child:
                    self.notes.lost(str(ui["rule"].get("effect", "rule")), "rule_of_layout")
                else:
                    child["rule"] = ui["rule"]

    def _group(self, ui: Mapping[str, Any], where: Schema, path: str, depth: int) -> None:
        label = str(ui["label"])
        if self.is_kept:
            self.notes.lost(label, "group")
            for child in ui.get("elements", ()):
                self._element(child, where, path, depth + 1, None)
            return
        key = self.keys.own(label)
        node: Schema = {"title": label, "type": "object", "properties": {}}
        inside = f"{path}.{key}" if path else key
        where[key] = node
        for child in ui.get("elements", ()):
            self._element(child, node["properties"], inside, depth + 1, node)
        if not node["properties"]:
            del where[key]
            return
        only = next(iter(node["properties"])) if len(node["properties"]) == 1 else ""
        if only and self._has_parts(node["properties"][only]):
            del where[key]
            where[only] = node = {**node["properties"][only], "title": label}
            self.moved.pop(only, None)
            if path:
                self.moved[only] = path
        else:
            self.notes.became(label, "section", section=key)
        if isinstance(ui.get("rule"), Mapping):
            self.rules.append((node, ui["rule"], label))

    def _has_parts(self, node: Any) -> bool:
        """Tell whether a field is a section or a table, which needs no section around it."""
        full = resolved(node, self.schema)
        items = resolved(full.get("items"), self.schema) if isinstance(full, Mapping) else None
        return any(isinstance(part, Mapping) and "properties" in part for part in (full, items))

    def _control(self, ui: Mapping[str, Any], where: Schema, path: str) -> None:
        steps = [step for step in _steps(ui.get("scope")) if step != "properties"]
        if not steps and str(ui.get("scope")).rstrip("/") == "#":
            self.shows_all = True
            return
        if not steps:
            self.notes.lost(str(ui.get("scope", "")), "scope")
            return
        key, *rest = steps
        if key not in self.properties:
            if self.is_kept and resolved({"$ref": ui["scope"]}, self.schema) != {"$ref": ui["scope"]}:
                return
            self.notes.lost(str(ui["scope"]), "scope")
            return
        node = self.properties[key]
        if key in self.seen and not rest:
            self.notes.lost(str(ui["scope"]), "ui_twice")
            return
        if key not in self.seen:
            self.seen.add(key)
            where[key] = node
            if path:
                self.moved[key] = path
        holder, name = where if key in where else self.made, key
        if key not in holder:
            return
        for step in rest:
            inner = resolved(holder[name], self.schema)
            if not isinstance(inner, Mapping) or step not in inner.get("properties", {}):
                self.notes.lost(str(ui["scope"]), "scope")
                return
            copied = {**inner, "properties": dict(inner["properties"])}
            holder[name] = copied
            holder, name = copied["properties"], step
        if rest:
            self.inner.setdefault(tuple(steps[:-1]), []).append(steps[-1])
        made = dict(holder[name]) if isinstance(holder[name], Mapping) else {}
        holder[name] = made
        self._label(made, ui)
        self._control_options(made, ui, name)
        if isinstance(ui.get("rule"), Mapping):
            self.rules.append((made, ui["rule"], name))

    def _label(self, made: Schema, ui: Mapping[str, Any]) -> None:
        label = ui.get("label")
        text = label.get("text") if isinstance(label, Mapping) else label
        if isinstance(text, str) and text:
            made["title"] = text

    def _control_options(self, made: Schema, ui: Mapping[str, Any], name: str) -> None:
        options = ui.get("options")
        if not isinstance(options, Mapping):
            return
        target = resolved(made, self.schema)
        is_text = isinstance(target, Mapping) and "string" in str(target.get("type", "")) and "enum" not in target
        if options.get("multi") and is_text and "format" not in target:
            made["x-control"] = "multiline"
        if options.get("readonly") or options.get("readOnly"):
            made["readOnly"] = True
        if options.get("format") in ("date", "time", "date-time") and is_text and not _SAVED & options.keys():
            made["format"] = options["format"]
        elif options.get("format") == "password":
            made["x-sensitive"] = "text"

    def _options(self, ui: Mapping[str, Any]) -> None:
        options = ui.get("options")
        for word in options if isinstance(options, Mapping) else ():
            if word not in _TAKEN:
                self.notes.lost(f"options.{word}", "ui_option", title=str(ui.get("label") or ui.get("scope") or ""))
        if ui.get("i18n"):
            self.notes.lost(f"i18n: {ui['i18n']}", "ui_option")

    def _order_inner(self) -> None:
        """Put the fields of objects into the order in which the UI schema names them."""
        for steps, names in self.inner.items():
            holder: Any = {"properties": self.made}
            path = self.moved.get(steps[0], "")
            for step in [*path.split("."), *steps] if path else steps:
                holder = holder.get("properties", {}).get(step, {}) if isinstance(holder, Mapping) else {}
            given = holder.get("properties") if isinstance(holder, dict) else None
            if isinstance(given, dict):
                order = [n for n in dict.fromkeys(names) if n in given]
                holder["properties"] = {**{n: given[n] for n in order}, **given}

    def _require_moved(self) -> None:
        """Ask for required fields where they have gone."""
        for key in self.schema.get("required", []):
            path = self.moved.get(key)
            if not path:
                continue
            holder: Any = {"properties": self.made}
            for step in path.split("."):
                holder = holder.get("properties", {}).get(step, {})
            if isinstance(holder, dict) and key in holder.get("properties", {}):
                holder.setdefault("required", []).append(key)

    # --- rules ---

    def _rule(self, node: Schema, rule: Mapping[str, Any], name: str) -> None:
        effect = str(rule.get("effect", ""))
        if effect in ("ENABLE", "DISABLE"):
            self.notes.became(f"{name}: {effect}", "enable")
        elif effect not in ("SHOW", "HIDE"):
            self.notes.lost(f"{name}: {effect}", "rule")
            return
        told = self._condition(rule.get("condition"))
        if not told:
            self.notes.lost(f"{name}: {effect}", "rule")
            return
        node["x-when"] = told if effect in ("SHOW", "ENABLE") else f"not ({told})"

    def _condition(self, condition: Any, depth: int = 0) -> str:
        """Return a condition in our dialect; nothing for one that it can't say."""
        if not isinstance(condition, Mapping) or depth > _DEEPEST:
            return ""
        if condition.get("type") in ("AND", "OR"):
            parts = [self._condition(one, depth + 1) for one in condition.get("conditions", ())]
            if not parts or not all(parts):
                return ""
            return f" {str(condition['type']).lower()} ".join(f"({part})" for part in parts)
        steps = [step for step in _steps(condition.get("scope")) if step != "properties"]
        if not steps:
            return ""
        path = ".".join([*filter(None, [self.moved.get(steps[0], "")]), *steps])
        if not all(part.isidentifier() and part.isascii() for part in path.split(".")):
            return ""
        if condition.get("type") == "LEAF":
            return f"{path} == {_literal(condition.get('expectedValue'))}"
        schema = condition.get("schema")
        return _as_test(path, schema) if isinstance(schema, Mapping) else ""


def _steps(scope: Any) -> list[str]:
    """Return the steps of a scope: #/properties/a/properties/b."""
    if not isinstance(scope, str) or not scope.startswith("#/"):
        return []
    return [step.replace("~1", "/").replace("~0", "~") for step in scope[2:].split("/")][1:]


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and "'" not in value and "\\" not in value and "\n" not in value:
        return f"'{value}'"
    return ""


_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def _as_test(path: str, schema: Mapping[str, Any]) -> str:
    """Return what a schema asks of a field as an expression; nothing where it can't be said."""
    made: list[str] = []
    for word, value in schema.items():
        if word == "const":
            made.append(f"{path} == {_literal(value)}" if _literal(value) else "")
        elif word == "enum" and isinstance(value, Sequence) and all(_literal(one) for one in value):
            made.append(f"{path} in [{', '.join(map(_literal, value))}]")
        elif word in _SIGNS and isinstance(value, int) and not isinstance(value, bool):
            made.append(f"{path} {_SIGNS[word]} {value}")
        elif word == "not" and isinstance(value, Mapping):
            inner = _as_test(path, value)
            made.append(f"not ({inner})" if inner else "")
        elif word in ("minLength", "minItems") and value == 1:
            made.append(f"{path} is defined")
        elif word not in ("type", "title", "description"):
            made.append("")
    return " and ".join(made) if made and all(made) else ""


def is_ui(content: Any) -> bool:
    """Tell whether a content is a UI schema of JSON Forms."""
    return isinstance(content, Mapping) and isinstance(content.get("type"), str) and (
        isinstance(content.get("elements"), list) or "scope" in content
    )  # fmt: skip

"""A resolved schema read into a Form: kinds decided once, titles gathered, nothing left to guess later."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from generator import kinds
from generator.catalogue.choice_words import choice_titles
from generator.catalogue.defaults import with_default
from generator.catalogue.form import Check, ChoiceSpec, Derive, FieldSpec, Form, Origin, SignatureSpec, TableSpec
from generator.catalogue.further import further_entries
from generator.catalogue.key_titles import title_of_key
from generator.catalogue.packed import Packing, Variant, VariantGroup
from generator.catalogue.personal import marked, sensitive
from generator.document.face import Constraints
from generator.errors import Fault, Place, SchemaError, pointer_step
from generator.kinds import Kind, Tone, Traits
from generator.paper import Page
from generator.strict_json import JsonObject

_CHART_COLUMNS = ("label", "branch", "state", "x", "y", "field")
LONG_TEXT = 200
"""A string that may be longer than this is given several lines on paper."""


def build_form(schema: JsonObject, fallback_id: str, source: str, origin: Origin | None = None) -> Form:
    """Return the Form of a resolved schema; `origin`: what it was outlined from, if it is one that others wrote.

    Raises SchemaError (E-schema-shape, E-schema-field) for what can't be laid out, all faults at once.
    """
    schema = _as_object(schema, source)
    meta = schema.get("x-form", {})
    reader = _SchemaReader(source, origin)
    root = reader.read("", schema, "", False)
    repeat = root.child("rows")
    has_rows = repeat is not None and repeat.shape == "repeat"
    if meta.get("kind") == "table" and not has_rows:
        reader.fault("E-schema-table", {}, "/x-form/kind")
    is_table = has_rows and len(root.fields) == 1 and not (origin and repeat and repeat.holds_parts)
    if meta.get("kind", "table" if is_table else "") == "table" and repeat is not None:
        reader.check_register(repeat)
    if reader.faults:
        raise SchemaError(reader.faults)
    if origin is not None and is_table and repeat is not None:  # a register has no room for what isn't a column
        root = replace(root, extra=None, fields=(replace(repeat, extra=None),))
    page = meta.get("page", {})
    return Form(
        id=meta.get("id", fallback_id),
        kind=meta.get("kind", "table" if is_table else "form"),
        titles=titles_of(schema, meta.get("id", fallback_id)),
        root=root,
        schema=schema,
        group=meta.get("group", ""),
        number=meta.get("number", ""),
        version=meta.get("version", ""),
        page=Page(page.get("size", "A4"), page.get("orientation") == "landscape"),
        template=meta.get("template", ""),
        identity=meta.get("identity", ""),
        gives=meta.get("gives", ""),
        numbered=meta.get("numbered", ""),
        recurs=bool(meta.get("recurs", False)),
        entitled=meta.get("entitled", {}).get("by", ""),
        other_titles={k: titles_of(v, k) for k, v in meta.get("entitled", {}).get("titles", {}).items()},
        mask=bool(meta.get("mask", False)),
        audience=meta.get("audience", "staff"),
        hints=hints_of(schema),
        signatures=tuple(SignatureSpec(titles_of(s, ""), bool(s.get("seal"))) for s in meta.get("signatures", ())),
        source=source,
        origin=origin,
    )


def _as_object(schema: JsonObject, source: str) -> JsonObject:
    """Return a schema of an object; a plain list of records becomes the rows of a table."""
    if "properties" in schema or _collect(schema)[0]:
        return schema
    if _is_repeat(schema):
        rows = {key: value for key, value in schema.items() if key != "x-form"}
        wrapped = {"type": "object", "required": ["rows"], "properties": {"rows": rows}}
        return {**wrapped, **{k: schema[k] for k in ("title", "x-title", "x-form", "description") if k in schema}}
    raise SchemaError(Fault("E-schema-shape", Place(source)))


def titles_of(node: JsonObject, key: str) -> dict[str, str]:
    """Return the titles by language; a node without a title is called by its key."""
    given = node.get("x-title", {})
    plain = node.get("title") or title_of_key(key)
    titles = {"zh-Hans": plain, "en": given.get("en", plain), **given}
    if all(map(str.isprintable, titles.values())):
        return titles
    return {lang: _SPACE.sub(" ", title) for lang, title in titles.items()}


_SPACE = re.compile(r"\s*[\t\n\r\x85\u2028\u2029]\s*")
"""A title is a line: where it was broken or set with tabs there is a space."""


def hints_of(node: JsonObject) -> dict[str, str]:
    """Return the descriptions by language; empty when there is none."""
    if not node.get("description"):
        return {}
    given = node.get("x-description", {})
    return {"zh-Hans": node["description"], "en": given.get("en", node["description"]), **given}


def _collect(node: JsonObject) -> tuple[dict[str, Any], list[str]]:
    """Return properties and required keys of an object schema, with those of its `allOf` parts."""
    properties, required = dict(node.get("properties", {})), list(node.get("required", []))
    for part in node.get("allOf", []):
        if isinstance(part, Mapping):
            more, needed = _collect(part)
            properties |= {key: value for key, value in more.items() if key not in properties}
            required += needed
    return properties, required


def _types(node: JsonObject) -> set[str]:
    given = node.get("type", [])
    return {given} - {"null"} if isinstance(given, str) else set(given) - {"null"}


def _is_repeat(node: JsonObject) -> bool:
    items = node.get("items")
    return "array" in _types(node) and isinstance(items, Mapping) and bool(_collect(items)[0])


def _without_null(node: JsonObject) -> JsonObject:
    """Return the schema beneath the usual `anyOf: [schema, null]`."""
    for key in ("anyOf", "oneOf"):
        parts = [p for p in node.get(key, []) if isinstance(p, Mapping) and p.get("type") != "null"]
        if len(parts) == 1 and len(node.get(key, [])) == 2:
            return {**parts[0], **{k: v for k, v in node.items() if k != key}}
    return node


class _SchemaReader:
    def __init__(self, source: str, origin: Origin | None = None) -> None:
        self.source, self.origin = source, origin
        self.faults: list[Fault] = []

    def read(self, key: str, node: Any, pointer: str, required: bool) -> FieldSpec:
        """Read one property and all beneath it."""
        if not isinstance(node, Mapping):
            node = {}
        inner = _without_null(node)
        properties, _ = _collect(inner)
        if properties:
            return self.group(key, inner, pointer, required, "section")
        if _is_repeat(inner):
            return self.group(key, inner, pointer, required, "repeat")
        nullable = (
            inner is not node
            or bool(node.get("x-nullable"))
            or "null" in node.get("type", ())
            or None in node.get("enum", ())
        )
        return replace(self.value(key, inner, pointer, required), nullable=nullable)

    def group(
        self, key: str, node: JsonObject, pointer: str, required: bool, shape: Literal["section", "repeat"]
    ) -> FieldSpec:
        inner = node["items"] if shape == "repeat" else node
        beneath = f"{pointer}/*" if shape == "repeat" else pointer
        properties, needed = _collect(inner)
        fields = tuple(self.read(k, n, f"{beneath}/{pointer_step(k)}", k in needed) for k, n in properties.items())
        for spec in fields if shape == "repeat" else ():
            if spec.shape == "value" and spec.when:
                self.fault("E-schema-when", spec.titles, spec.pointer)
        if shape == "repeat":
            self.check_table(node, {spec.key for spec in fields}, titles_of(node, key), pointer)
        return FieldSpec(
            key=key,
            pointer=pointer,
            shape=shape,
            titles=titles_of(node, key),
            hints=hints_of(node),
            required=required,
            fields=marked(fields, node),
            checks=_checks(inner),
            table=_table(node),
            default=node.get("default"),
            when=node.get("x-when", ""),
            case=tuple(node.get("x-case") or ()),
            flows=node.get("x-case") is not False,
            revised=node.get("x-revised", ""),
            chart=node.get("x-chart", {}),
            schema=node,
            hidden=node.get("x-hidden") is True,
            beside=node.get("x-beside", ""),
            former=tuple(node.get("x-former", ())),
            inner=self.packing(inner),
            extra=further_entries(beneath) if inner.get("x-open") else None,
            is_map=shape == "repeat" and bool(node.get("x-packed", {}).get("map")),
            presence=node.get("x-shown", "always"),
            nullable=bool(node.get("x-nullable")),
            loose=self.origin is not None,
        )

    def packing(self, node: JsonObject) -> Packing | None:
        """Return how JSON has a section or a row that a schema of others describes."""
        given = node.get("x-packed")
        if not given or self.origin is None or given.get("map"):
            return None
        groups = [
            VariantGroup(group["choice"], group["many"], tuple(map(self.variant, group["parts"])))
            for group in given.get("groups", ())
        ]
        return Packing(given.get("row", ""), given.get("places", 0), tuple(groups))

    def variant(self, part: JsonObject) -> Variant:
        origin = self.origin
        assert origin is not None
        from generator.catalogue.foreign.checking import PartValidator  # few forms have alternatives

        return Variant(part["key"], PartValidator(part["schema"], origin), part["consts"])

    def check_register(self, rows: FieldSpec) -> None:
        """Note what a row of a register can't hold."""
        for spec in rows.fields:
            if spec.shape != "value":
                self.fault("E-schema-nested", spec.titles, spec.pointer)

    def fault(self, code: str, titles: Mapping[str, str], pointer: str, **params: object) -> None:
        self.faults.append(Fault(code, Place(self.source, titles=titles, pointer=pointer), params))

    def check_table(self, node: JsonObject, keys: set[str], titles: Mapping[str, str], pointer: str) -> None:
        """Note what `x-table` and `default` say of columns that aren't there, or rows that are none."""
        overdue = node.get("x-table", {}).get("overdue", {})
        table, chart = node.get("x-table", {}), node.get("x-chart", {})
        named = [
            overdue.get("due"),
            overdue.get("done"),
            table.get("key"),
            *table.get("totals", ()),
            *table.get("unique", ()),
        ]
        named += [chart.get(name) for name in _CHART_COLUMNS] + chart.get("values", [])
        named += counted if isinstance(counted := chart.get("n"), list) else []
        for name in dict.fromkeys(named):
            if name is not None and name not in keys:
                self.fault("E-schema-column", titles, pointer, key=name)
        rows = node.get("default", [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.fault("E-schema-default", titles, pointer)

    def value(self, key: str, node: JsonObject, pointer: str, required: bool) -> FieldSpec:
        items = node.get("items", {}) if "array" in _types(node) else node
        kind = kind_of(node)
        if isinstance(items, Mapping) and _is_rating(items) and _marks(items) is None:
            self.fault("E-schema-rating", titles_of(node, key), pointer, limit=MOST_MARKS)
        return FieldSpec(
            key=key,
            pointer=pointer,
            shape="value",
            titles=titles_of(node, key),
            kind=kind,
            hints=hints_of(with_default(node) if self.origin is None else node),
            required=required,
            choices=choices_of(items),
            derive=_derive(node),
            sensitive=sensitive(node),
            policy=given if isinstance(given := node.get("x-policy", {}), Mapping) else {"": given},
            levels=node.get("x-levels", ""),
            unit=kinds.symbol_of(node.get("x-unit", "")),
            constraints=constraints_of(items if isinstance(items, Mapping) else {}),
            scale=tuple(titles_of(end, "") for end in node.get("x-scale", ())),
            when=node.get("x-when", ""),
            case=tuple(node.get("x-case") or ()),
            flows=node.get("x-case") is not False,
            revised=node.get("x-revised", ""),
            width=node.get("x-width", 0),
            lines=node.get("x-lines", 0),
            squares=node.get("x-squares", 0),
            read_only=bool(node.get("readOnly", False)),
            date_only=kind is kinds.DATETIME and {"format": "date"} in node.get("anyOf", []),
            default=node.get("default"),
            schema=node,
            hidden=node.get("x-hidden") is True,
            beside=node.get("x-beside", ""),
            former=tuple(node.get("x-former", ())),
            presence=node.get("x-shown", "always"),
            loose=self.origin is not None,
        )


def choices_of(node: Any) -> tuple[ChoiceSpec, ...]:
    """Return the closed choices of a schema: `oneOf` of constants with titles, `enum`, or `const`."""
    if not isinstance(node, Mapping):
        return ()
    for key in ("oneOf", "anyOf"):
        options = node.get(key, [])
        if options and all(isinstance(o, Mapping) and "const" in o for o in options):
            return tuple(ChoiceSpec(o["const"], _choice_titles(o), Tone(o.get("x-tone", ""))) for o in options)
    if _is_rating(node):
        values = list(_marks(node) or ())
    else:
        values = node.get("enum", [node["const"]] if "const" in node else [])
    return tuple(ChoiceSpec(v, choice_titles(v)) for v in values if v is not None)


def _choice_titles(option: JsonObject) -> Mapping[str, str]:
    """Return the titles of a choice; one that has none is called by its value."""
    return titles_of(option, "") if "title" in option else choice_titles(option["const"])


def _marks(node: JsonObject) -> range | None:
    """Return the marks of a rating; None where there are more than a scale has, or the ends aren't whole numbers."""
    low, high = node["minimum"], node["maximum"]
    if low % 1 or high % 1 or not 0 < high - low < MOST_MARKS:
        return None
    return range(int(low), int(high) + 1)


MOST_MARKS = 21
"""Marks of a rating: as from 0 to 20, or from -10 to 10."""


def _is_rating(node: Any) -> bool:
    return "x-control" in node and node["x-control"] == "rating" and {"minimum", "maximum"} <= node.keys()


def kind_of(node: JsonObject) -> Kind:
    """Return what a value of this schema is; text when nothing else is said."""
    types = _types(node)
    items = node.get("items", {}) if "array" in types else node
    formats = [node.get("format")] + [p.get("format") for p in node.get("anyOf", []) if isinstance(p, Mapping)]
    return kinds.kind_of(
        Traits(
            types=frozenset(types),
            control=str(node.get("x-control", "")),
            unit=str(node.get("x-unit", "")),
            formats=tuple(name for name in formats if isinstance(name, str)),
            has_choices=bool(choices_of(items)),
            is_long=node.get("maxLength", 0) > LONG_TEXT and not node.get("x-width"),
        )
    )


def constraints_of(node: JsonObject) -> Constraints:
    """Return what a schema asks of a value."""
    return Constraints(
        minimum=node.get("minimum"),
        maximum=node.get("maximum"),
        above=node.get("exclusiveMinimum"),
        below=node.get("exclusiveMaximum"),
        min_length=node.get("minLength"),
        max_length=node.get("maxLength"),
        pattern=str(node.get("pattern", "")),
    )


def _derive(node: JsonObject) -> Derive | None:
    given = node.get("x-derive")
    if given is None:
        return None
    if isinstance(given, str):
        return Derive(given)
    return Derive(given["value"], cast(Literal["error", "warning", "keep"], given.get("given", "error")))


def _checks(node: JsonObject) -> tuple[Check, ...]:
    return tuple(
        Check(
            c["that"],
            c["at"].lstrip("/"),
            {"zh-Hans": c["message"], **c.get("x-message", {})},
            c.get("severity", "error"),
        )
        for c in node.get("x-check", ())
    )


def _table(node: JsonObject) -> TableSpec:
    given = node.get("x-table", {})
    return TableSpec(
        serial=bool(given.get("serial")),
        blank_rows=given.get("blank_rows", 5),
        totals=tuple(given.get("totals", ())),
        key=given.get("key", ""),
        overdue=given.get("overdue", {}),
        unique=tuple(given.get("unique", ())),
        sparse=bool(given.get("sparse")),
    )

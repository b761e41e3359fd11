"""Values without parts: what kind of value a view describes, in keywords of our dialect."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from generator.catalogue.foreign.view import View, Viewer
from generator.kinds import SHIPPED

_KEPT = ("title", "description", "default", "readOnly", "maxLength", "minLength", "pattern")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_FORMATS = frozenset(name for kind in SHIPPED for name in kind.formats)
_PHONES, _LONG = ("tel", "phone-number"), ("textarea", "html", "markdown", "json", "xhtml")
PLAIN_FORMATS = frozenset(
    [
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri-reference",
        "iri-reference",
        "uri-template",
        "uuid",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "duration",
        "password",
        "byte",
        "binary",
        "int32",
        "int64",
        "float",
        "double",
        "data-url",
        "color",
    ]
)
"""Formats that are known, and are texts or numbers on paper."""

_MOMENTS = ({"date", "date-time"},)
_LONGEST_NOTE = 60


def is_known_format(name: str) -> bool:
    """Tell whether a format means something to us."""
    return name in _FORMATS or name in PLAIN_FORMATS or name in _PHONES or name in _LONG


def value_node(view: View, viewer: Viewer) -> dict[str, Any] | None:
    """Return the node of a value without parts; None where a view describes something else."""
    if view.enum is not None:
        pairs = list(_named(view, viewer))
        if len(pairs) == 1 and pairs[0][1] == view.title:  # that is the field's name
            pairs = [(pairs[0][0], "")]
        return {**_about(view), **_choices(pairs)}
    leaves = list(_leaves(view, viewer))
    if not leaves:
        return None
    if view.groups and all(leaf.enum is not None for leaf in leaves):
        pairs = [pair for leaf in leaves for pair in _named(leaf, viewer)]
        return {**_about(view), **_choices(pairs)}
    if not all(leaf.is_scalar and leaf.types for leaf in leaves):
        return {**_about(view), "x-control": "anything"} if view.says_nothing and not view.groups else None
    return {**_about(view), **_kind(view, leaves)}


def _leaves(view: View, viewer: Viewer) -> Iterator[View]:
    """Yield the alternatives of a view, those within alternatives too; itself where it has none."""
    if not view.groups or not (view.types - {"object", "array"} or view.enum):
        yield view
        return
    for _, parts in view.groups[:1]:
        views = [viewer.view(part) for part in parts]
        if view.is_typed and all(one.only_demands or (one.types <= view.types and not one.is_typed) for one in views):
            yield view
            return
        for one in views:
            if view.is_typed and one.types != view.types:
                one.types = one.types & view.types or view.types
            yield from _leaves(one, viewer)


def _named(view: View, viewer: Viewer) -> Iterator[tuple[Any, str]]:
    """Yield the values of choices with the names that the schema gives them."""
    values = view.enum or []
    names = view.said.get("enumNames")
    if isinstance(names, Mapping):
        names = [names.get(str(value)) for value in values]
    if isinstance(names, list) and len(names) >= len(values):
        yield from (
            (value, str(name) if isinstance(name, str) else "") for value, name in zip(values, names, strict=False)
        )
        return
    for _, parts in view.groups[:1]:
        titles = {json.dumps(v, default=str): t for part in parts for v, t in _named(viewer.view(part), viewer) if t}
        yield from ((value, titles.get(json.dumps(value, default=str), "")) for value in values)
        return
    title = view.title if len(values) == 1 else ""
    yield from ((value, title) for value in values)


def _choices(pairs: list[tuple[Any, str]]) -> dict[str, Any]:
    different: list[tuple[Any, str]] = []
    for value, name in pairs:
        if not any(_same(value, other) for other, _ in different):
            different.append((value, name))
    return {"oneOf": [{"const": value, **({"title": name} if name.strip() else {})} for value, name in different]}


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _kind(view: View, leaves: list[View]) -> dict[str, Any]:
    types = frozenset[str]().union(*(leaf.types for leaf in leaves))
    types = types - {"integer"} if "number" in types else types
    if len(types) > 1:
        if types >= {"boolean", "object", "array", "string"} or "string" in types:
            return {"x-control": "anything"}
        return {"type": sorted(types)} if "boolean" not in types else {"x-control": "literal"}
    kind: dict[str, Any] = {"type": next(iter(types))}
    if len(leaves) == 1:
        kind |= {word: leaves[0].said[word] for word in _NUMBERS if word in leaves[0].said}
    if "string" not in types:
        return kind
    formats = (
        {str(leaf.said.get("format", "")) for leaf in leaves} if len(leaves) > 1 else {view.said.get("format", "")}
    )
    if formats in _MOMENTS:
        return {"anyOf": [{"format": "date-time"}, {"format": "date"}], "type": "string"}
    if len(formats) == 1 and "pattern" not in view.said:
        name = next(iter(formats))
        if name in _FORMATS:
            kind["format"] = name
        elif name in _PHONES:
            kind["format"] = "phone"
        elif name in _LONG:
            kind["x-control"] = "multiline"
    return kind


def _about(view: View) -> dict[str, Any]:
    """Return what a view says about a value, with what it takes for granted and what it gives for example."""
    said: dict[str, Any] = {word: view.said[word] for word in _KEPT if word in view.said}
    said |= {word: value for word, value in view.said.items() if word.startswith("x-")}
    if "description" not in said:
        examples = [plain for value in view.said.get("examples", ())[:3] if (plain := _plain(value))]
        if examples:
            from generator.catalogue.foreign.conditions import with_value

            told = with_value("example", examples)
            said |= {"description": told["zh-Hans"], "x-description": told}
    return said


def _plain(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return ""
    text = str(value)
    return text if 0 < len(text) <= _LONGEST_NOTE else ""

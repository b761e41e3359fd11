"""Validation by jsonschema-rs: linear-time patterns, formats asserted, nothing fetched, no value in a message."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from generator.catalogue.foreign.checking import BACKTRACKS
from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.packed import place_key
from generator.catalogue.resolve import MAX_DEPTH
from generator.errors import Fault, Place, SchemaError, fail, may_be_value, pointer_step, quoted, unnamed
from generator.rules.wrong_choice import params_of

_CODES = {
    "type": "E-type",
    "pattern": "E-pattern",
    "format": "E-format",
    "minimum": "E-minimum",
    "exclusiveMinimum": "E-minimum",
    "maximum": "E-maximum",
    "exclusiveMaximum": "E-maximum",
    "minLength": "E-too-short",
    "maxLength": "E-too-long",
    "minItems": "E-too-few",
    "maxItems": "E-too-many",
    "uniqueItems": "E-twice",
    "enum": "E-choice",
    "const": "E-choice",
}

_LONGEST_CODE = 4
_LAST_INDEX = 999


class SchemaValidator:
    """The validator of one schema, compiled once.

    Raises SchemaError (E-schema-depth) for values in a schema that are nested deeper than it goes.
    """

    def __init__(self, schema: Mapping[str, Any], root: FieldSpec, looks_around: bool = False) -> None:
        self.root = root
        options: Any = jsonschema_rs.RegexOptions()
        if looks_around:
            options = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS)
        try:
            self.compiled = jsonschema_rs.Draft202012Validator(
                dict(schema), validate_formats=True, pattern_options=options, offline=True
            )
        except ValueError as error:
            if "Recursion" not in str(error):
                raise
            raise fail(SchemaError, "E-schema-depth", root.place(), limit=MAX_DEPTH) from None

    def faults(self, data: Mapping[str, Any], pointer: str = "") -> list[Fault]:
        """Return every fault of a record; `pointer` is where it stands in its document."""
        try:
            if self.compiled.is_valid(data):
                return []
            errors = list(self.compiled.iter_errors(data))
        except (TypeError, ValueError):  # a value of a caller in Python that JSON has no form for
            return [Fault("E-type", Place(pointer=pointer))]
        return _unique([fault for error in errors for fault in self.translate(error, pointer)])

    def translate(self, error: Any, pointer: str) -> Iterator[Fault]:
        """Yield our faults for one of the validator's errors."""
        path = self.known(list(error.instance_path))
        name, kind = error.kind.name, error.kind
        if name == "required":
            yield self.at([*path, kind.property], pointer, "E-required")
        elif name in ("additionalProperties", "unevaluatedProperties"):
            for key in kind.unexpected:
                shown = unnamed("any_key") if may_be_value(key) else quoted(key)
                yield self.at(path, pointer, "E-unknown-key", key=shown)
        elif name == "dependentRequired":
            yield self.at(path, pointer, "E-rule", rule=name)
        elif not self.is_drawn(path, error.instance):
            yield self.leaf(path, pointer, name, error)

    def is_drawn(self, path: list[str | int], value: object) -> bool:
        """Tell whether a signature that is drawn is said to be wrong: it is no name, whatever is asked of those."""
        spec = self.spec(path)
        return spec is not None and spec.is_drawn(value)

    def leaf(self, path: list[str | int], pointer: str, name: str, error: Any) -> Fault:
        spec = self.spec(path)
        if name in ("oneOf", "anyOf") and spec and spec.choices:
            name = "enum"
        if name == "anyOf" and spec and spec.schema.get("format", spec.schema.get("anyOf")):
            name = "format"
        code = _CODES.get(name, "E-rule")
        if code == "E-type" and spec and spec.shape == "value" and isinstance(error.instance, (str, int, float)):
            code = _type_fault(spec)
        params: dict[str, Any] = {"rule": name, "limit": getattr(error.kind, "limit", "")}
        if code == "E-choice" and spec:
            params |= params_of(error.instance, spec, _LONGEST_CODE)
        return self.at(path, pointer, code, **params)

    def known(self, path: list[str | int]) -> list[str | int]:
        """Return the way to a fault as far as it goes through fields: what is beyond may be named by a value.

        A key of digits looks like an index there; more than three are taken for such a key, but in a table.
        """
        spec: FieldSpec | None = self.root
        for n, part in enumerate(path):
            if isinstance(part, str):
                spec = spec.within(part) if spec else None
            elif spec and spec.inner and spec.inner.row == "places":
                spec = spec.within(place_key("", part + 1))
            elif spec and spec.shape != "repeat" and part > _LAST_INDEX:
                spec = None
            if spec is None:
                return path[:n]
        return path

    def spec(self, path: list[str | int]) -> FieldSpec | None:
        spec: FieldSpec | None = self.root
        for part in path:
            if isinstance(part, str) and spec:
                spec = spec.within(part)
            elif (
                isinstance(part, int) and spec and spec.inner and spec.inner.row == "places" and spec.shape == "section"
            ):
                spec = spec.within(place_key("", part + 1))
        return spec

    def at(self, path: list[str | int], pointer: str, code: str, **params: object) -> Fault:
        spec = self.spec(path)
        full = pointer + "".join(f"/{pointer_step(part)}" for part in path)
        return Fault(code, Place(titles=spec.titles if spec and path else {}, pointer=full), params)


def _type_fault(spec: FieldSpec) -> str:
    """Return the fault of a text or number that isn't of its field's type: one that says what to write."""
    if spec.choices:
        return "E-choice"
    if spec.kind.is_number:
        return "E-type-whole" if spec.schema.get("type") == "integer" else "E-type-number"
    return "E-type-answer" if spec.schema.get("type") == "boolean" else "E-type"


def _unique(faults: list[Fault]) -> list[Fault]:
    """Return one fault of each place, for parts of a schema may find the same thing wrong; a wrong choice says most."""
    seen: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        key = (fault.place.pointer, str(fault.params.get("key", "")))
        if key not in seen or fault.code == "E-choice":
            seen[key] = fault
    return list(seen.values())


@lru_cache(maxsize=256)
def record_validator(form: Form) -> SchemaValidator:
    """Return the validator of whole records; a table's records are its rows."""
    if form.origin is not None:
        row = form.origin.row if form.is_table and form.origin.row is not None else form.origin.schema
        return SchemaValidator(row, form.record_spec, form.origin.looks_around)
    if form.is_table:
        return SchemaValidator(form.rows.schema["items"], form.rows)
    return SchemaValidator(form.schema, form.root)


@lru_cache(maxsize=256)
def head_validator(form: Form) -> SchemaValidator:
    """Return the validator of what stands beside a table's rows."""
    if form.origin is not None:
        return SchemaValidator({}, form.root)
    properties = {k: v for k, v in form.schema["properties"].items() if k != "rows"}
    required = [k for k in form.schema.get("required", ()) if k != "rows"]
    return SchemaValidator({**form.schema, "properties": properties, "required": required}, form.root)

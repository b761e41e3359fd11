"""A schema and its UI schema, in two files or one: of JSON Forms or of react-jsonschema-form; or a schema alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.errors import Place, RecordError, UsageError, fail
from generator.importing import jsonforms, rjsf
from generator.importing.draft import Draft, Schema
from generator.importing.kept import as_it_stands, beyond_dialect, lost_field
from generator.importing.schema_parts import is_schema, parts_of, read_json


def pair_draft(paths: Sequence[Path], sort: str, infers: bool = False) -> Draft:
    """Return the draft of a pair; `sort`: jsonforms, rjsf or auto to find out; `infers`: in our dialect in any case.

    Raises UsageError (E-import-two) for files that don't belong together, RecordError (E-import-schema).
    """
    contents = [read_json(path) for path in paths]
    schema, ui, has_ui = _parted(contents, paths)
    file = paths[0].name
    is_of_jsonforms = sort == "jsonforms" or (sort == "auto" and jsonforms.is_ui(ui))
    drafter = jsonforms.JsonForms if is_of_jsonforms else rjsf.Rjsf
    title = paths[0].stem.partition(".")[0]
    made = drafter(_as_object(schema, file), ui if has_ui else None, file).draft(title)
    if not made.properties and not _says_more(schema):
        raise fail(RecordError, "E-import-schema", Place(file))
    beyond = beyond_dialect(schema, made, file)
    if beyond is None:
        return made
    if not infers and (kept := as_it_stands(drafter(schema, ui if has_ui else None, file, is_kept=True), title, file)):
        return kept
    made.report += [lost_field(name, file) for name in beyond]
    return made


def _says_more(schema: Schema) -> bool:
    """Tell whether a schema without fields has branches, or says what its entries are."""
    maps = [schema.get(word) for word in ("patternProperties", "additionalProperties")]
    return bool({"allOf", "anyOf", "oneOf", "$ref"} & schema.keys()) or any(isinstance(one, Mapping) for one in maps)


def _parted(contents: Sequence[Any], paths: Sequence[Path]) -> tuple[dict[str, Any], Any, bool]:
    if len(contents) == 1:
        return parts_of(contents[0], Place(paths[0].name))
    for one, other in (contents, contents[::-1]):
        is_other_ui = jsonforms.is_ui(other) or rjsf.is_ui(other) or not is_schema(other)
        if is_schema(one) and not jsonforms.is_ui(one) and is_other_ui:
            return dict(one), other, True
    raise fail(UsageError, "E-import-two", Place(paths[1].name))


def _as_object(schema: dict[str, Any], file: str) -> dict[str, Any]:
    """Return a schema of an object: a list of records is the rows of one, a single value its only field."""
    from generator.importing.schema_parts import resolved

    if "$ref" in schema and "properties" not in schema:
        found = resolved(schema, schema)
        schema = dict(found) if isinstance(found, dict) else schema
    if "properties" in schema or {"allOf", "anyOf", "oneOf"} & schema.keys() or schema.get("type") == "object":
        return schema
    key = "rows" if schema.get("type") == "array" else "value"
    kept = {k: v for k, v in schema.items() if k in ("definitions", "$defs")}
    inner = {k: v for k, v in schema.items() if k not in ("definitions", "$defs", "$schema", "$id", "id")}
    return {**kept, "title": str(schema.get("title", "")), "type": "object", "properties": {key: inner}}

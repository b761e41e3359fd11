"""Schemas of others that stay as they are: of what our dialect can't hold, a draft would lose fields or refuse records.

Alternatives, fields under conditions, maps, lists of places: a schema without `x-form` has them on paper all the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from generator.catalogue.build import build_form
from generator.catalogue.dialect import against_dialect
from generator.catalogue.foreign import adopted
from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.packed import VALUE
from generator.catalogue.resolve import resolve
from generator.errors import Fault, SchemaError
from generator.importing.draft import Draft, Notes, Schema
from generator.importing.schema_parts import modern

_DRAFTED = "drafted"
_BEYOND = frozenset({"E-ref-cycle", "E-ref-outside", "E-schema-nested"})
"""What a draft loses whole parts by, where it is brought to our dialect."""


class Drafter(Protocol):
    """Makes the draft of a schema with its UI schema."""

    notes: Notes

    def draft(self, title: str) -> Draft:
        """Return the draft."""


def beyond_dialect(schema: Schema, draft: Draft, file: str) -> list[str] | None:
    """Return the titles of fields of a schema that its draft in our dialect lacks; None where the draft will do.

    It will not do either where JSON has another shape than the draft's, whose records are objects.
    """
    try:
        whole = adopted(modern(schema, Notes(file)), _DRAFTED, file).form
    except SchemaError:
        return None
    own = _keys_in_dialect(draft, file)
    gone = {spec.key: spec.title("en") for spec in _fields(whole) if own is not None and spec.key not in own}
    is_other = (whole.origin is not None and whole.origin.whole) or schema.get("type") == "array"
    return list(gone.values()) if gone or own is None or is_other else None


def lost_field(title: str, file: str) -> Fault:
    """Return what tells that a field isn't in the draft."""
    notes = Notes(file)
    notes.lost(title, "beyond")
    return notes.lines[0]


def _keys_in_dialect(draft: Draft, file: str) -> set[str] | None:
    """Return the keys of a draft's fields; None where only parts of it would make a form."""
    schema = draft.schema(_DRAFTED)
    found = {fault.code for fault in against_dialect(schema, file)}
    try:
        return None if found & _BEYOND else {s.key for s in _fields(build_form(resolve(schema, file), _DRAFTED, file))}
    except SchemaError as error:
        return None if {fault.code for fault in error.faults} & _BEYOND else set(draft.properties)


def _fields(form: Form) -> Iterator[FieldSpec]:
    return (spec for spec in form.root.walk() if spec.key not in ("", VALUE))


def as_it_stands(drafter: Drafter, title: str, file: str) -> Draft | None:
    """Return the draft that keeps a schema as it is, with what its UI schema says of it; None where it makes no form.

    What paper can't show of it is told as `lint` tells it.
    """
    made = drafter.draft(title)
    assert made.kept is not None
    try:
        found = adopted(made.schema(_DRAFTED), _DRAFTED, file)
    except SchemaError:
        return None
    drafter.notes.became(made.title, "kept")
    made.report = [made.report[0], *drafter.notes.lines, *found.warnings]
    return made


def without_dialect(schema: Mapping[str, Any]) -> Schema:
    """Return a schema of others without what would make it one of ours."""
    return {word: part for word, part in schema.items() if word not in ("$schema", "x-form")}

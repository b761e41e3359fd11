"""A schema that others wrote made into a form."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.catalogue.build import build_form
from generator.catalogue.foreign.outline import Outline, outlined
from generator.catalogue.foreign.standard import Standard, nodes, standardise
from generator.catalogue.foreign.values import is_known_format
from generator.catalogue.foreign.view import Viewer
from generator.catalogue.form import Form, Origin
from generator.catalogue.packed import VALUE
from generator.errors import Fault, Place, SchemaError, fail


class Adopted(NamedTuple):
    """A form, and what is told of the schema that it was made from."""

    form: Form
    warnings: list[Fault]


def adopted(schema: Any, name: str, file: str) -> Adopted:
    """Return the form of a schema that others wrote, with what paper can't show of it.

    Raises SchemaError, all faults at once.
    """
    standard = standardise(schema, file)
    if standard.faults:
        raise SchemaError(standard.faults)
    outline = outlined(standard, file)
    if outline is None:
        raise fail(SchemaError, "E-schema-shape", Place(file))
    form = build_form(outline.schema, name, file, _origin(standard, outline))
    rows = [Fault("W-schema-rows", spec.place(file=file)) for spec in form.root.walk() if spec.holds_parts]
    return Adopted(form, [*standard.warnings, *outline.warnings, *rows, *_formats(standard, file)])


def warnings_of(schema: Any, name: str, file: str) -> list[Fault]:
    """Return what is told of a schema that others wrote: faults where no form can be made of it."""
    try:
        return adopted(schema, name, file).warnings
    except SchemaError as error:
        return list(error.faults)


def _origin(standard: Standard, outline: Outline) -> Origin:
    whole = standard.checked(standard.root)
    if outline.whole:
        schema = {"type": "object", "properties": {VALUE: standard.root}, "required": [VALUE], "$defs": standard.defs}
        return Origin(schema, None, True, standard.looks_around)
    return Origin(whole, _row(standard), False, standard.looks_around)


def _row(standard: Standard) -> Mapping[str, Any] | None:
    """Return what a row must be, where the schema is that of a list, or of an object that holds rows alone."""
    viewer = Viewer(standard.defs)
    view = viewer.view(standard.root)
    if view.types != {"array"}:
        if "rows" not in view.properties:
            return None
        view = viewer.view(view.properties["rows"])
    return standard.checked(view.items)


def _formats(standard: Standard, file: str) -> Iterator[Fault]:
    """Yield a warning for each format that means nothing to us."""
    found = {
        node["format"] for root in (standard.root, *standard.defs.values()) for node in nodes(root) if "format" in node
    }
    for name in sorted(found):
        if not is_known_format(name):
            yield Fault("W-schema-format", Place(file), {"name": name[:_LONGEST]})


_LONGEST = 40

"""The form that a workbook of ours was made from: its fields are taken as they are, where the rows agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.catalogue import Catalogue, FieldSpec, Form
from generator.errors import Fault, Place
from generator.importing.draft import Draft
from generator.records.names import find_path


@dataclass(frozen=True)
class OwnForm:
    """A table form of the catalogue, and its schema as it is written."""

    form: Form
    schema: Mapping[str, Any]

    @property
    def items(self) -> Mapping[str, Any]:
        """Return the schema of a row."""
        found: Mapping[str, Any] = self.schema["properties"]["rows"]["items"]
        return found

    def field(self, title: str) -> tuple[FieldSpec, Mapping[str, Any]] | None:
        """Return the field of a column, and its schema; None where no field has that title."""
        path = find_path(self.form.rows, title)
        node = self.items["properties"].get(path[-1].key) if path and len(path) == 1 else None
        return (path[-1], node) if path and node else None

    @property
    def head(self) -> dict[str, Any]:
        """Return the fields beside the rows."""
        return {key: node for key, node in self.schema["properties"].items() if key != "rows"}


def own_form(form_id: str) -> OwnForm | None:
    """Return the table form of an id; None where the catalogue has none."""
    if not form_id:
        return None
    catalogue = Catalogue()
    form = catalogue.find(form_id)
    return OwnForm(form, catalogue.as_written(form_id)) if form is not None and form.is_table else None


def own_schema(form_id: str, file: str) -> Draft | None:
    """Return the form that a document of ours was made from as a draft; None where the catalogue has none."""
    schema = Catalogue().as_written(form_id)
    if not schema:
        return None
    meta = {k: v for k, v in schema["x-form"].items() if k not in ("id", "group", "number", "version")}
    beside = ("$schema", "$id", "title", "type", "required", "properties", "x-form")
    extra = {k: v for k, v in schema.items() if k not in beside}
    made = Draft(str(schema["title"]), dict(schema["properties"]), list(schema.get("required", ())), meta, extra)
    made.report = [Fault("W-import-ours", Place(file), {"form": form_id})]
    return made

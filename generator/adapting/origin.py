"""The form that is adapted: as it comes, as a desk has changed it so far, and where the changes stand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator import resources, strict_json
from generator.catalogue import Catalogue, Form, adapted_form
from generator.catalogue.adapt import ADD, EXTENDS, WORKBOOK, shape_faults
from generator.errors import Place, SchemaError, UsageError, fail
from generator.strict_json import JsonObject, written

SUFFIX = ".patch.json"
_DIGITS = 16


@dataclass(frozen=True)
class Origin:
    """A form and its changes. `extends`: what the file of changes calls the base; `folder`: where that file belongs.

    `name`: what the file of changes is called, without suffix; `patch`: what stands in it so far.
    """

    base: Form
    form: Form
    patch: JsonObject
    extends: str
    name: str
    folder: Path | None

    @property
    def added(self) -> Mapping[str, Any]:
        """Return the schemas of the fields that the desk has added, by pointer."""
        found: Mapping[str, Any] = self.patch.get(ADD, {})
        return {pointer: node for pointer, node in found.items() if self.base.spec_at(pointer) is None}


def origin_of(name: str, catalogue: Catalogue) -> Origin:
    """Return a form of the catalogue or of a file, with the changes that a desk makes to it.

    Raises UsageError as `Catalogue.form`, and E-adapt-foreign for a schema of others; SchemaError for a faulty one.
    """
    form = catalogue.form(name)
    path = catalogue.path_of(name) or catalogue.path_of(form.id)
    assert path is not None  # the form has come of a file
    beside = path.with_name(f"{path.stem}{SUFFIX}")
    if path.name.endswith(SUFFIX) or beside.is_file():
        return changed_origin(path if path.name.endswith(SUFFIX) else beside, catalogue)
    if form.origin is not None:
        raise fail(UsageError, "E-adapt-foreign", Place(path.name))
    is_ours = any(path.is_relative_to(root) for root in (resources.schemas(), *catalogue.folders))
    extends = form.id if is_ours else path.name
    return Origin(form, form, {EXTENDS: extends}, extends, form.id, None if is_ours else path.parent)


def changed_origin(path: Path, catalogue: Catalogue) -> Origin:
    """Return the form that a file of changes changes, with those changes; raises as `load_form`."""
    patch = strict_json.load_own(path, path.name)
    if not isinstance(patch, Mapping) or (faults := shape_faults(patch, path.name)):
        raise (
            SchemaError(faults) if isinstance(patch, Mapping) else fail(SchemaError, "E-schema-shape", Place(path.name))
        )
    base = catalogue.base_of(path, str(patch[EXTENDS]))
    form = adapted_form(path, patch, path.name, catalogue)
    return Origin(base, form, patch, str(patch[EXTENDS]), path.name.removesuffix(SUFFIX), path.parent)


def digest_of(patch: JsonObject) -> str:
    """Return what a file of changes is known by: nothing where it changes nothing."""
    said = {key: value for key, value in patch.items() if key not in (WORKBOOK, EXTENDS, "$comment") and value}
    return hashlib.sha256(written(said).encode()).hexdigest()[:_DIGITS] if said else ""

"""The catalogue: finds the shipped forms, then those in the user's folders; makes a Form of any JSON Schema file."""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator import resources, strict_json
from generator.catalogue.adapt import CHANGE, EXTENDS, PLACES, WORDING, adapted, place_of, shape_faults
from generator.catalogue.blocks import Wording, blocks_of, digest_of
from generator.catalogue.build import build_form
from generator.catalogue.foreign.words import is_foreign
from generator.catalogue.form import ChoiceSpec, FieldSpec, Form
from generator.catalogue.resolve import resolve
from generator.errors import Fault, Place, SchemaError, UsageError, fail
from generator.files import is_there, require_file
from generator.strict_json import JsonObject
from generator.wording import LANGS, Lang

__all__ = ["Catalogue", "ChoiceSpec", "FieldSpec", "Form", "adapted_form", "load_form"]

GROUPS = ("customer", "intake", "resolution", "closure", "records", "training", "account")
_NOT_FORMS = {"dialect", "shared", "policies", "statistics"}
FOLDERS_VARIABLE = "BIAODAN_PATH"


def load_form(path: Path, name: str = "", catalogue: "Catalogue | None" = None) -> Form:
    """Return the Form of a schema file.

    Raises SchemaError when it can't be read, isn't a JSON Schema of an object, or has a fault against the dialect that
    would make it unusable (`biaodan lint` finds the finer ones). A file of changes is the form that it changes, as the
    catalogue has it, with the changes made.
    """
    shown = name or path.name
    try:
        schema = strict_json.load_own(path, shown)
    except SchemaError:
        from generator.catalogue.foreign import load_schema

        schema = load_schema(path, shown)
    if not isinstance(schema, Mapping):
        raise fail(SchemaError, "E-schema-shape", Place(shown))
    if EXTENDS in schema:
        return adapted_form(path, schema, shown, catalogue or Catalogue())
    if is_foreign(schema):
        from generator.catalogue.foreign import adopted

        return adopted(schema, path.stem, shown).form
    from generator.catalogue.dialect import against_dialect

    if faults := against_dialect(schema, shown):
        raise SchemaError(faults)
    resolved = resolve(schema, shown)
    return build_form(resolved, path.stem, shown)


def adapted_form(path: Path, patch: JsonObject, shown: str, catalogue: "Catalogue") -> Form:
    """Return the form that comes of a file of changes.

    Raises SchemaError as `load_form`, UsageError (E-form-unknown) where the form that it changes isn't there.
    """
    from generator.catalogue.dialect import against_dialect

    if faults := shape_faults(patch, shown):
        raise SchemaError(faults)
    base = catalogue.base_of(path, str(patch[EXTENDS]))
    name = str(patch.get("x-form", {}).get("id", _name_of(path)))
    made = adapted(base.schema, patch, name, shown)
    if faults := against_dialect(made.schema, shown):
        raise SchemaError(faults)
    form = build_form(made.schema, name, shown)
    wording, notes = _wording(patch, base, shown, catalogue)
    moved = [at for at, change in patch.get(CHANGE, {}).items() if change.keys() & set(PLACES)] if form.template else []
    notes += [Fault("W-adapt-order", place_of(shown, patch, CHANGE, at)) for at in moved]
    return replace(form, wording=(*base.wording, *wording), notes=(*base.notes, *made.notes, *notes))


def _wording(patch: JsonObject, base: Form, shown: str, catalogue: "Catalogue") -> tuple[Wording, list[Fault]]:
    """Return the blocks that are worded anew, and what is told of those that the template hasn't, or has otherwise."""
    made: list[tuple[Lang, str, str]] = []
    notes = []
    for lang in LANGS:
        known = catalogue.blocks(base, lang)
        for name, block in patch.get(WORDING, {}).get(lang, {}).items():
            place = place_of(shown, patch, WORDING, lang, name)
            if name not in known:
                notes.append(Fault("W-adapt-block", place, {"known": list(known)}))
                continue
            if digest_of(block["text"]) == block.get("replaces"):
                continue  # as it was begun, with nothing worded anew
            if block.get("replaces") not in (None, digest_of(known[name])):
                notes.append(Fault("W-adapt-moved", place, {"now": digest_of(known[name])}))
            made.append((lang, name, block["text"]))
    return tuple(made), notes


def _name_of(path: Path) -> str:
    """Return what a form is called by its file: that of changes ends with .patch.json."""
    return path.stem.removesuffix(".patch")


class Catalogue:
    """All forms by id: the shipped ones, then those of the user's folders, which may replace them.

    `folders`: folders that hold `schemas/` and, if they need them, `templates/`; by default those that the environment
    variable BIAODAN_PATH lists, separated as in PATH. Raises UsageError (E-path-missing) for each of those that isn't
    there. `own`: a folder in which a desk's own forms lie, which replace all others, with its `templates/`.
    """

    def __init__(self, folders: Sequence[Path | str] | None = None, own: Path | None = None) -> None:
        if folders is None:
            folders = _users_folders()
        self.folders = tuple(Path(f) for f in folders)
        self.own = own
        self._paths = self._find()
        self._forms: dict[str, Form] = {}

    def _find(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        own = (self.own,) if self.own else ()
        for root in (resources.schemas(), *(f / "schemas" for f in self.folders), *own):
            for path in _schema_files(root):
                if path.parent.name not in _NOT_FORMS:
                    found[_name_of(path)] = path
        return found

    def __iter__(self) -> Iterator[Form]:
        """Yield every form, by stage of the work and number.

        Raises SchemaError when one of them is faulty.
        """
        forms, faults = self.forms()
        if faults:
            raise SchemaError(faults)
        return iter(forms)

    def forms(self) -> tuple[list[Form], list[Fault]]:
        """Return every sound form, by stage of the work and number, and the faults of the others."""
        forms: list[Form] = []
        faults: list[Fault] = []
        for name in self._paths:
            try:
                forms.append(self.form(name))
            except (SchemaError, UsageError) as error:  # it changes a form that isn't there
                faults += error.faults
        order = {group: n for n, group in enumerate(GROUPS)}
        return sorted(forms, key=lambda f: (order.get(f.group, len(order)), f.number, f.id)), faults

    def own_paths(self) -> dict[str, Path]:
        """Return the files of the forms that aren't shipped, by id."""
        return {name: path for name, path in self._paths.items() if resources.schemas() not in path.parents}

    def __len__(self) -> int:
        return len(self._paths)

    def form(self, name: str) -> Form:
        """Return the form of a catalogue id, or of a schema file's path; else that of a title, number or initials.

        Raises UsageError when there is none (E-form-unknown, with the nearest), or several are called so
        (E-form-several), SchemaError when it is faulty.
        """
        if name not in self._forms:
            path = self.path_of(name)
            self._forms[name] = self._called(name) if path is None else load_form(path, catalogue=self)
        return self._forms[name]

    def find(self, name: str) -> Form | None:
        """Return the form of an id, None where the catalogue has none of that id."""
        return self.form(name) if name in self._paths else None

    def as_written(self, name: str) -> Mapping[str, Any]:
        """Return the schema of an id as its file has it, with its references; nothing where there is none."""
        path = self._paths.get(name)
        found = strict_json.load_own(path, path.name) if path else {}
        return found if isinstance(found, Mapping) else {}

    def path_of(self, name: str) -> Path | None:
        """Return the file of an id or path; None where the catalogue has none of that id."""
        if name in self._paths:
            return self._paths[name]
        path = Path(name)
        return require_file(path) if path.suffix == ".json" and is_there(path) else None

    def _called(self, name: str) -> Form:
        from generator.catalogue.calling import called, listed, nearest

        forms, _ = self.forms()
        found = called(name, forms)
        if len(found) > 1:
            raise fail(UsageError, "E-form-several", Place(name), candidates=listed(found))
        if not found:
            raise fail(UsageError, "E-form-unknown", Place(name), near=listed(nearest(name, forms)))
        return found[0]

    def base_of(self, path: Path, name: str) -> Form:
        """Return the form that a file of changes changes: by its file beside it, else by its id, but never itself.

        Raises UsageError (E-form-unknown) where there is none.
        """
        beside = path.parent / name
        if beside.suffix == ".json" and beside.is_file() and beside.resolve() != path.resolve():
            return load_form(beside, catalogue=Catalogue(self.folders))
        found = self._paths.get(name)
        if found is not None and found.resolve() != path.resolve() and not found.name.endswith(".patch.json"):
            return self.form(name)
        return Catalogue(self.folders).form(name) if self.own else Catalogue(()).form(name)

    def blocks(self, form: Form, lang: Lang) -> Mapping[str, str]:
        """Return the named blocks of a form's template in a language, by their names."""
        source = self.template(form, lang)
        return blocks_of(source or (self.template(form, "zh-Hans") if lang == "zh-Hant" else ""))

    def template(self, form: Form, lang: Lang) -> str:
        """Return a form's template as it is written in a language; nothing where it is made from another's."""
        paths = (folder / f"{form.template}.{lang}.html" for folder in self.template_folders() if form.template)
        found = next((path for path in paths if path.is_file()), None)
        return found.read_text(encoding="utf-8") if found else ""

    def near(self, name: str) -> list[str]:
        """Return the ids that are nearest to a name."""
        return difflib.get_close_matches(name, self._paths, 3, 0.5)

    def template_folders(self) -> tuple[Path, ...]:
        """Return where templates are looked for: the user's folders first."""
        own = (self.own / "templates",) if self.own else ()
        return (*own, *(f / "templates" for f in reversed(self.folders)), resources.templates())

    def titles(self, form: Form) -> dict[str, Any]:
        """Return what `biaodan list --json` says of a form."""
        return {
            "id": form.id,
            "title": dict(form.titles),
            "kind": form.kind,
            "group": form.group,
            "number": form.number,
            "version": form.version,
        }


def _users_folders() -> list[str]:
    """Return the folders that the environment variable lists; an empty name is none.

    Raises UsageError (E-path-missing, E-file-read) for those that aren't there, or that the system refuses.
    """
    folders = [folder for folder in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if folder]
    missing = [folder for folder in folders if not _is_folder(folder)]
    if missing:
        raise UsageError(Fault("E-path-missing", Place(FOLDERS_VARIABLE), {"folder": _shown(f)}) for f in missing)
    return folders


def _is_folder(folder: str) -> bool:
    try:
        return Path(folder).is_dir()
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None


def _shown(folder: str) -> str:
    """Return a folder's name as a line can show it."""
    return "".join(c if c.isprintable() else "?" for c in folder)


def _unreadable(error: OSError | ValueError) -> UsageError:
    why = getattr(error, "strerror", None) or "?"
    return fail(UsageError, "E-file-read", Place(FOLDERS_VARIABLE), why=why)


def _schema_files(root: Path) -> list[Path]:
    """Return the schema files of a folder.

    Raises UsageError (E-file-read) for a folder of no possible name, or that the system refuses.
    """
    try:
        return sorted(root.glob("*/*.json")) + sorted(root.glob("*.json"))
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None

"""An edited workbook read back: a file of changes, checked as a whole before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.adapting.cells import EditedBook
from generator.adapting.choices import ChoicesReader
from generator.adapting.kept import kept_of
from generator.adapting.origin import SUFFIX, Origin, changed_origin, digest_of, origin_of
from generator.adapting.patching import PatchMaker
from generator.adapting.placing import listed
from generator.adapting.reading import BookReader, Said
from generator.adapting.rewording import WordsReader
from generator.adapting.writing import AdaptingBook
from generator.catalogue import Catalogue, Form, adapted_form
from generator.catalogue.adapt import ADD, CELL, WORKBOOK, shape_faults
from generator.catalogue.expressions import ExpressionError, names_in
from generator.errors import BiaodanError, Fault, Place, RecordError, UsageError, fail
from generator.files import is_there
from generator.job import template_faults, unplaced
from generator.strict_json import written
from generator.theme import Theme
from generator.wording import LANGS, Lang


@dataclass(frozen=True)
class ReadBack:
    """What came of an edited workbook: where its changes belong, their text, what is told of them.

    `is_unchanged`: whether the form would be as it is already, so that nothing is to be written.
    """

    path: Path
    text: str
    warnings: Sequence[Fault]
    is_unchanged: bool


def adapting_book(name: str, catalogue: Catalogue, theme: Theme, lang: Lang, file: str) -> bytes:
    """Return the workbook in which a form is adapted; raises as `origin_of`. `file`: what it is going to be called."""
    origin = origin_of(name, catalogue)
    return AdaptingBook(origin, kept_of(origin, catalogue, lang), theme, file).made()


def read_back(
    path: Path, catalogue: Catalogue, folder: Path, out: Path | None = None, *, force: bool = False
) -> ReadBack:
    """Return what an edited workbook changes.

    `folder`: where files of changes lie unless the form's own file lies elsewhere; `out`: the file itself. Raises
    RecordError for what is wrong with the workbook, all at once; UsageError (E-adapt-newer) where the form has been
    changed otherwise since it was written, unless `force`; as `origin_of`.
    """
    book = EditedBook(path)
    origin = _origin(book, catalogue, path)
    target = out or (origin.folder or folder) / f"{origin.name}{SUFFIX}"
    if is_there(target):
        origin = changed_origin(target, catalogue)
        if not force:
            _refuse_newer(book, origin, target)
    patch, faults = _read(book, origin, catalogue, target)
    patch = {**patch, WORKBOOK: {"file": path.name, "from": book.kept.digest, "sum": digest_of(patch)}}
    form, more = _checked(patch, origin, catalogue, target)
    said = [*faults, *more]
    if any(not fault.is_warning for fault in said):
        raise RecordError(said)
    text = written(patch, indent=2) + "\n"
    return ReadBack(target, text, said, form is not None and _same(form, origin.form))


def _origin(book: EditedBook, catalogue: Catalogue, path: Path) -> Origin:
    """Return the form that a workbook was written from; raises UsageError as `Catalogue.form`."""
    kept = book.kept
    if catalogue.path_of(kept.form) is not None:
        return origin_of(kept.form, catalogue)
    for name in (f"{kept.form}{SUFFIX}", kept.extends):
        if name.endswith(".json") and is_there(path.parent / name):
            return origin_of(str(path.parent / name), catalogue)
    return origin_of(kept.extends, catalogue)


def _refuse_newer(book: EditedBook, origin: Origin, target: Path) -> None:
    """Raise UsageError (E-adapt-newer) where changes would be lost that the workbook doesn't know."""
    now, made = digest_of(origin.patch), origin.patch.get(WORKBOOK, {})
    is_ours = made.get("file") == book.place.file and made.get("from") == book.kept.digest and made.get("sum") == now
    if now and now != book.kept.digest and not is_ours:
        raise fail(UsageError, "E-adapt-newer", Place(target.name), file=book.place.file)


def _read(book: EditedBook, origin: Origin, catalogue: Catalogue, target: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Return the changes of a workbook, and what is wrong with its cells."""
    reader = BookReader(book, origin.base)
    said = reader.fields()
    options = ChoicesReader(reader).options(said)
    top = [one.line for one in said if not one.line.parent]
    titles: dict[Lang, dict[str, str]] = {lang: {line.titles.of(lang): line.key for line in top} for lang in LANGS}
    blocks = WordsReader(reader, (origin.form, origin.base), titles).blocks()
    maker = PatchMaker(origin, book.kept.base, said, options, blocks, listed(origin.base, catalogue))
    if any(not fault.is_warning for fault in reader.faults):
        return {"x-extends": origin.extends}, reader.faults
    reader.faults += _hidden(said, book, origin.base)
    return maker.patch(), reader.faults


def _hidden(said: Sequence[Said], book: EditedBook, base: Form) -> list[Fault]:
    """Return what is to be told of fields that are hidden from now on: the record's number, and what is computed."""
    faults = []
    for one in said:
        before = book.kept.base.get(one.line.pointer)
        if one.line.shown or before is None or not before.shown:
            continue
        place = Place(book.place.file, one.row.at("shown"), one.line.titles.by_lang())
        if one.line.pointer == base.identity:
            faults.append(Fault("E-adapt-identity", place))
        elif before.required and book.kept.now[one.line.pointer].shown:
            faults.append(Fault("W-adapt-unasked", place))
        if users := _computed_from(one.line.key, one.line.parent, base):
            faults.append(Fault("W-adapt-computes", place, {"fields": users}))
    return faults


def _computed_from(key: str, parent: str, base: Form) -> list[Mapping[str, str]]:
    """Return the titles of the fields beside one that are computed from it."""
    beside = [spec for spec in base.root.walk() if spec.pointer.rpartition("/")[0] == parent and spec.derive]
    return [spec.titles for spec in beside if spec.derive and spec.key != key and key in _names(spec.derive.value)]


def _names(expression: str) -> set[str]:
    try:
        return names_in(expression)
    except ExpressionError:
        return set()


def _checked(
    patch: dict[str, Any], origin: Origin, catalogue: Catalogue, target: Path
) -> tuple[Form | None, list[Fault]]:
    """Return the form that comes of changes, and what is wrong with it, told by the cells of the workbook."""
    if faults := shape_faults(patch, target.name):
        return None, faults
    try:
        form = adapted_form(target, patch, target.name, catalogue)
    except BiaodanError as error:
        return None, list(error.faults)
    faults = [
        _of_book(fault, fault.place.row.removeprefix(f"{patch[WORKBOOK]['file']} "), patch) for fault in form.notes
    ]
    for fault in unplaced(form, catalogue):
        faults.append(_of_book(fault, patch.get(ADD, {}).get(fault.place.pointer, {}).get(CELL, ""), patch))
    return form, [*faults, *template_faults(form, catalogue)]


def _of_book(fault: Fault, cell: str, patch: Mapping[str, Any]) -> Fault:
    """Return a fault of changes as it is told of the workbook, at the cell where they were made."""
    place = replace(fault.place, file=patch[WORKBOOK]["file"], row=cell) if cell else fault.place
    if fault.code == "W-adapt-needed":
        return Fault("E-adapt-needed", place, {"field": fault.params["field"]})
    told = {"W-adapt-unplaced": Fault("W-adapt-nowhere", place), "W-adapt-order": Fault("W-adapt-still", place)}
    return told.get(fault.code, replace(fault, place=place))


def _same(one: Form, other: Form) -> bool:
    """Tell whether two forms are alike on paper and in what they ask for."""
    return (written(_plain(one.schema)), one.wording) == (written(_plain(other.schema)), other.wording)


def _plain(node: Any) -> Any:
    """Return a schema whose lists of required keys are in one order, for theirs means nothing."""
    if isinstance(node, Mapping):
        made = {key: _plain(value) for key, value in node.items()}
        return {**made, "required": sorted(made["required"])} if isinstance(made.get("required"), list) else made
    return [_plain(value) for value in node] if isinstance(node, list) else node

"""A drafted table held against the list that it comes from: what doesn't take every row is loosened, and told."""

from collections.abc import Callable, Iterable
from typing import Any

from generator.catalogue import Form
from generator.catalogue.build import build_form
from generator.catalogue.resolve import resolve
from generator.errors import Fault, Place, RecordError
from generator.importing.draft import Draft
from generator.wording import LANGS

_ROUNDS = 4
_OF_THE_MISSING = "E-required"
_NO_RECORDS = "E-no-records"

Check = Callable[[Form, str], Iterable[Fault]]
"""What yields the faults of the source's rows in a form; the name is that of the sheet, where one must be named."""


def form_of(schema: dict[str, Any], name: str) -> Form:
    """Return a drafted schema as a form."""
    return build_form(resolve(schema, name), name, name)


def prove(draft: Draft, form_id: str, check: Check) -> None:
    """Loosen the fields of a drafted table until it takes its own list; the report says which, or what is left."""
    items = draft.properties["rows"]["items"]
    for _ in range(_ROUNDS):
        faults = _faults(draft, form_id, check)
        if {fault.code for fault in faults} == {_NO_RECORDS}:
            return
        if not faults:
            draft.report.append(Fault("W-import-proved", Place(_file(draft))))
            return
        loosened = _loosened(items, faults, draft)
        if not loosened:
            break
    codes = sorted({fault.code for fault in faults})
    draft.report.append(Fault("W-import-unproved", Place(_file(draft)), {"count": len(faults), "codes": codes}))


def _faults(draft: Draft, form_id: str, check: Check) -> list[Fault]:
    """Return what the list is refused for by its own draft: its rows, or names that stand twice, which were told.

    Raises RecordError for a list that would be misread.
    """
    try:
        return [fault for fault in check(form_of(draft.schema(form_id), form_id), draft.sheet) if not fault.is_warning]
    except RecordError as error:
        if any(fault.code != "E-column-twice" for fault in error.faults):
            raise
        return list(error.faults)


def _file(draft: Draft) -> str:
    return draft.report[0].place.file if draft.report else ""


def _loosened(items: dict[str, Any], faults: Iterable[Fault], draft: Draft) -> bool:
    """Make fields that don't take their values texts, or optional; return whether any field has been changed."""
    is_changed = False
    for fault in faults:
        key = _key(fault, items)
        if not key:
            continue
        node = items["properties"][key]
        if fault.code == _OF_THE_MISSING:
            if key in items.get("required", []):
                items["required"].remove(key)
                is_changed = True
        elif node.get("type") != "string" or set(node) - _PLAIN:
            items["properties"][key] = {k: v for k, v in node.items() if k in _PLAIN and k != "$ref"} | {
                "title": _title(node, key),
                "type": "string",
            }
            is_changed = True
        else:
            continue
        place = Place(_file(draft), fault.place.row, dict.fromkeys(LANGS, _title(node, key)), f"/rows/{key}")
        draft.report.append(Fault("W-import-loosened", place, {"code": fault.code}))
    if not items.get("required", True):
        del items["required"]
    return is_changed


_PLAIN = frozenset({"title", "x-title", "type", "description", "x-width", "x-control", "x-sensitive"})


def _key(fault: Fault, items: dict[str, Any]) -> str:
    """Return the field that a fault lies in: by its pointer, or by its title."""
    steps = [step for step in fault.place.pointer.split("/") if step in items["properties"]]
    if steps:
        return steps[-1]
    titles = set(fault.place.titles.values())
    return next((key for key, node in items["properties"].items() if _title(node, key) in titles), "")


def _title(node: dict[str, Any], key: str) -> str:
    return str(node.get("title") or key)

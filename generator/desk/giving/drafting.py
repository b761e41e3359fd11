"""What was read of a record, as a draft keeps it: values where they could be read, else what stood there."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.kinds.raw import CellMoment, CellNumber
from generator.record import value_at
from generator.records.filled.answers import is_computed
from generator.records.names import find_path
from generator.strict_json import written


def drafted(
    spec: FieldSpec, data: Mapping[str, Any], raw: Mapping[str, Any], *, whole: bool = False, sound: bool = False
) -> dict[str, Any]:
    """Return a part of a record by its keys, without what the rules compute.

    `data`: as JSON, as far as it could be read; `raw`: as it stood in its source, by whatever names. `whole`: all that
    was said is in `raw`, so that what else may be computed, such as a running number, was. `sound`: what has no value
    says nothing, as a dash in a list does, for all could be read.
    """
    stood = by_key(spec, raw)
    made: dict[str, Any] = {}
    for child in spec.fields:
        if is_computed(child) or (whole and child.derive is not None and child.key not in stood):
            continue
        value = _part(child, data.get(child.key), stood.get(child.key), sound=sound)
        if value not in (None, {}, []):
            made[child.key] = value
    return made


def _part(spec: FieldSpec, value: Any, stood: Any, *, sound: bool) -> Any:
    if spec.shape == "section":
        return drafted(spec, value or {}, stood if isinstance(stood, Mapping) else {}, sound=sound)
    if spec.shape == "repeat":
        return _rows(spec, value or [], stood if isinstance(stood, list) else [], sound=sound)
    return value if value is not None or sound else _as_json(stood)


def _rows(spec: FieldSpec, rows: Sequence[Any], stood: Sequence[Any], *, sound: bool) -> list[Any]:
    if len(stood) != len(rows):
        stood = [] if rows or sound else stood
    longest = max(len(rows), len(stood))
    rows, stood = [*rows, *[{}] * (longest - len(rows))], [*stood, *[{}] * (longest - len(stood))]
    pairs = zip(rows, stood, strict=True)
    return [drafted(spec, row or {}, was if isinstance(was, Mapping) else {}, sound=sound) for row, was in pairs]


def by_key(spec: FieldSpec, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw values by the keys of their fields, those of sections within them."""
    made: dict[str, Any] = {}
    for name, value in raw.items():
        path = find_path(spec, str(name))
        if path is None:
            continue
        inner = made
        for section in path[:-1]:
            inner = inner.setdefault(section.key, {})
        inner.setdefault(path[-1].key, value)
    return made


def _as_json(stood: Any) -> Any:
    if stood is None or isinstance(stood, (bool, int)):
        return stood
    if isinstance(stood, list):
        return [_as_json(one) for one in stood]
    return said(stood)


def said(value: Any) -> str:
    """Return what stood in a source as text, as a person saw it there."""
    if isinstance(value, CellNumber):
        return value.shown or f"{value.number}"
    if isinstance(value, CellMoment):
        return value.shown or f"{value.value}"
    if isinstance(value, (list, dict)):
        return written(value)
    return str(value)


def number_of(form: Form, data: Mapping[str, Any]) -> str:
    """Return what tells a record from all others: its number, or of a row what no two rows of its table share.

    Nothing where its form has no such thing, or the record lacks it.
    """
    if not form.is_table:
        number = value_at(data, form.identity) if form.identity else None
        return str(number).strip() if isinstance(number, (str, int)) else ""
    parts = [data.get(key) for key in form.rows.table.unique]
    return written(parts) if parts and all(parts) else ""


def sum_of(*parts: Any) -> str:
    """Return the SHA-256 of values that are JSON."""
    return sha256(
        json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "replace")
    ).hexdigest()


def mark_of(number: str, content: str, nth: int) -> str:
    """Return what a record is known by when its file is given again: its number, else all that it says.

    `nth`: how many records of the same file that say the same stand above it.
    """
    return sum_of("number", number) if number else sum_of("content", content, nth)

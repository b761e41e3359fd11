"""Typed values as JSON has them: what the validator sees, and what case files keep."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec
from generator.catalogue.packed import KEY, REST, as_map, packed
from generator.errors import pointer_key
from generator.record import Record, Values

Convert = Callable[[Any], object]


class Serialiser:
    """Turns the values of one part of a form into JSON: the whole of it, or a table's rows."""

    def __init__(self, spec: FieldSpec, zone: ZoneInfo) -> None:
        self._converters = [(child.key, made) for child in spec.fields if (made := _converter(child, zone))]
        if spec.extra is not None and (further := _converter(spec.extra, zone)):
            self._converters.append((REST, further))
        self._inner = spec.inner
        self._packs = spec.packs

    def record(self, record: Record) -> dict[str, Any]:
        """Return a record, with the places that are null by its own word."""
        if self._packs and record.nulls:
            values = _copied(record.values)
            for pointer in record.nulls:
                _set_null(values, pointer.removeprefix(record.pointer), _NULL)
            made: dict[str, Any] = self.data(values)
            return made
        data: dict[str, Any] = self.data(record.values)
        for pointer in record.nulls:
            _set_null(data, pointer.removeprefix(record.pointer))
        return data

    def data(self, values: Values) -> Any:
        """Return values as JSON, which a schema of others may have in another shape; a value that couldn't be read is
        null.
        """
        data = self._fields(values)
        return packed(self._inner, data) if self._packs or REST in data else data

    def _fields(self, values: Values) -> dict[str, Any]:
        data = dict(values)
        for key, convert in self._converters:
            value = data.get(key)
            if value is not None:
                data[key] = None if value is _NULL else convert(value)
        if self._packs:
            return {key: None if value is _NULL else value for key, value in data.items()}
        return data


_NULL = object()
"""What stands in a record for null, until it is JSON."""


def _copied(value: Any) -> Any:
    """Return the sections and rows of a record anew, its values as they are."""
    if isinstance(value, dict):
        return {key: _copied(child) for key, child in value.items()}
    return [_copied(child) for child in value] if isinstance(value, list) else value


def _converter(spec: FieldSpec, zone: ZoneInfo) -> Convert | None:
    """Return what turns a field's value into JSON; None where it is that already."""
    if spec.shape == "section":
        return Serialiser(spec, zone).data
    if spec.shape == "repeat":
        inner = Serialiser(spec, zone)
        if spec.is_map:
            return lambda rows: as_map([inner.data(_unnamed(row)) for row in rows], [row.get(KEY) for row in rows])
        return lambda rows: [None if row is _NULL else inner.data(row) for row in rows]
    if spec.kind.is_plain_json:
        return None
    to_json = spec.kind.to_json
    return lambda value: to_json(value, zone)


def _unnamed(row: Values) -> Values:
    return {key: value for key, value in row.items() if key != KEY}


def _set_null(data: Any, pointer: str, null: object = None) -> None:
    *above, last = map(pointer_key, pointer.split("/")[1:])
    node = data
    for step in above:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if isinstance(node, list):
        node[int(last)] = null
    else:
        node.setdefault(last, null)


@lru_cache(maxsize=256)
def serialiser(spec: FieldSpec, zone: ZoneInfo) -> Serialiser:
    """Return the serialiser of a part of a form."""
    return Serialiser(spec, zone)

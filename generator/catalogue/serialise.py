"""Typed values as JSON has them: what the validator sees, and what case files keep."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec
from generator.errors import pointer_key
from generator.record import Record, Values

Convert = Callable[[Any], object]


class Serialiser:
    """Turns the values of one part of a form into JSON: the whole of it, or a table's rows."""

    def __init__(self, spec: FieldSpec, zone: ZoneInfo) -> None:
        self._converters = [(child.key, made) for child in spec.fields if (made := _converter(child, zone))]

    def record(self, record: Record) -> dict[str, Any]:
        """Return a record, with the places that are null by its own word."""
        data = self.data(record.values)
        for pointer in record.nulls:
            _set_null(data, pointer.removeprefix(record.pointer))
        return data

    def data(self, values: Values) -> dict[str, Any]:
        """Return values as JSON; a value that couldn't be read is null."""
        data = dict(values)
        for key, convert in self._converters:
            value = data.get(key)
            if value is not None:
                data[key] = convert(value)
        return data


def _converter(spec: FieldSpec, zone: ZoneInfo) -> Convert | None:
    """Return what turns a field's value into JSON; None where it is that already."""
    if spec.shape == "section":
        return Serialiser(spec, zone).data
    if spec.shape == "repeat":
        inner = Serialiser(spec, zone)
        return lambda rows: [inner.data(row) for row in rows]
    if spec.kind.is_plain_json:
        return None
    to_json = spec.kind.to_json
    return lambda value: to_json(value, zone)


def _set_null(data: Any, pointer: str) -> None:
    *above, last = map(pointer_key, pointer.split("/")[1:])
    node = data
    for step in above:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node.setdefault(last, None)


@lru_cache(maxsize=256)
def serialiser(spec: FieldSpec, zone: ZoneInfo) -> Serialiser:
    """Return the serialiser of a part of a form."""
    return Serialiser(spec, zone)

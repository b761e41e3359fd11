"""A record as its source gave it, to be mended: values that couldn't be read stand in it as text."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec
from generator.errors import Fault, Place, RecordError, pointer_key, pointer_step
from generator.kinds import reader
from generator.kinds.base import Read
from generator.kinds.raw import CellMoment, CellNumber, ValueFault
from generator.records.names import find_path
from generator.strict_json import MAX_DIGITS

_LARGEST_BLOB = 64 << 10
"""Bytes of a blob that is kept; of a larger one its size is told."""


class Unread(str):
    """What stood in a source and couldn't be read, as text.

    It is a fault again as long as it stays as it is: the text might do for another field than the value did.
    """

    __slots__ = ()


def refused(faults: Fault | Sequence[Fault], raw: object) -> RecordError:
    """Return the error of a record that can't be read, with what stood there."""
    error = RecordError(faults)
    error.raw = raw
    return error


def unread(cell: object) -> Unread:
    """Return a value that can't be read as the text that it has."""
    if isinstance(cell, (bytes, bytearray, memoryview)):
        blob = bytes(cell)
        return Unread("\\x" + blob.hex() if len(blob) <= _LARGEST_BLOB else f"\\x… ({len(blob)} bytes)")
    if isinstance(cell, (float, Decimal)):
        return Unread(_figure(cell))
    return Unread(str(cell))


def _figure(number: float | Decimal) -> str:
    """Return the digits of a number that is too long, or its name where it is none."""
    if isinstance(number, Decimal):
        return str(number)
    if math.isfinite(number):
        return f"{number:.0f}" if number.is_integer() else repr(number)
    return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"


# --- a line that isn't strict JSON ---


def loosely(line: str) -> Any:
    """Return what a line holds whose numbers alone are at fault, these as they are written; else the line itself."""
    text = line.strip(" \t\r\n")
    try:
        found = _LOOSE.decode(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, Mapping) else text


def _fraction(digits: str) -> Any:
    try:
        number = _number(Decimal(digits))
    except InvalidOperation:
        return Unread(digits)
    return Unread(digits) if isinstance(number, Unread) else number


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


_LOOSE = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=Unread, parse_float=_fraction)


# --- a record as JSON has it ---


def as_given(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    """Return a record as JSON has it, so that each of its values is read again as it was read from its source."""
    if not isinstance(raw, Mapping):
        return plain(raw)
    return {str(name): _value(value, spec, name, zone) for name, value in raw.items()}


def _value(value: Any, spec: FieldSpec, name: object, zone: ZoneInfo) -> Any:
    if not isinstance(value, (CellNumber, CellMoment, date, time)):
        return plain(value)
    path = find_path(spec, name) if isinstance(name, str) else None
    if path is None or path[-1].shape != "value":
        return plain(value)
    return _read_alike(value, reader(path[-1].kind, path[-1], zone))


def _read_alike(value: Any, read: Read) -> Any:
    """Return the first way to write a cell's value that a field reads as it reads the cell."""
    try:
        wanted = read(value)
    except ValueFault:
        is_shown = isinstance(value, CellNumber) and not value.typed
        return (value.shown or str(value.number)) if is_shown else plain(value)
    for written in _ways(value, wanted):
        try:
            again = read(written)
        except ValueFault:
            continue
        if type(again) is type(wanted) and again == wanted:
            return written
    return plain(value)


def _ways(value: Any, wanted: object) -> Iterator[Any]:
    yield plain(value)
    if isinstance(value, (CellNumber, CellMoment)):
        yield value.shown
    yield str(wanted)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: what JSON can't hold exactly stands as text."""
    if isinstance(value, CellNumber):
        return plain(value.number)
    if isinstance(value, CellMoment):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (float, Decimal)):
        return _number(value)
    return value if value is None or isinstance(value, (str, int)) else unread(value)


def _number(number: float | Decimal) -> Any:
    if not math.isfinite(float(number)) or len(Decimal(str(number)).normalize().as_tuple().digits) > MAX_DIGITS:
        return unread(number)
    return float(number)


# --- what is still to be mended ---


def unread_in(record: Any, pointer: str = "") -> dict[str, str]:
    """Return the values of a record that couldn't be read, by pointer."""
    if isinstance(record, Unread):
        return {pointer: str(record)}
    parts: Iterator[tuple[object, Any]] = iter(())
    if isinstance(record, Mapping):
        parts = iter(record.items())
    elif isinstance(record, list):
        parts = iter(enumerate(record))
    return {
        at: text for step, part in parts for at, text in unread_in(part, f"{pointer}/{pointer_step(str(step))}").items()
    }


def still_unread(record: Any, told: Any, pointer: str = "") -> Any:
    """Return a record with the values marked that couldn't be read and stand there as they stood."""
    if isinstance(record, Mapping):
        steps = {key: f"{pointer}/{pointer_step(str(key))}" for key in record}
        return {key: still_unread(part, told, steps[key]) for key, part in record.items()}
    if isinstance(record, list):
        return [still_unread(part, told, f"{pointer}/{n}") for n, part in enumerate(record)]
    is_unread = isinstance(record, str) and isinstance(told, Mapping) and told.get(pointer) == record
    return Unread(record) if is_unread else record


def not_mended(record: Any, told: Any, spec: FieldSpec, place: Place) -> list[Fault]:
    """Return a fault for each value that couldn't be read and stands there as it stood; `told`: as `unread_in`."""
    left = unread_in(still_unread(record, told))
    return [Fault("E-not-mended", _place(spec, pointer, place)) for pointer in left]


def _place(spec: FieldSpec, pointer: str, place: Place) -> Place:
    """Return the place of a field that a record names; of another only the row, for its name may be a value."""
    path = find_path(spec, pointer_key(pointer.split("/")[1]))
    return replace(place, titles=path[-1].titles, pointer=path[-1].pointer) if path else place

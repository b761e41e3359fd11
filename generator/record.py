"""A record on its way from a file to the paper: as JSON for the validator, and typed for rules and documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from generator.document import Kind
from generator.errors import Place, pointer_key


@dataclass(slots=True)
class Record:
    """One record. `data` is what JSON Schema sees (times are RFC 3339 with offset); `typed` mirrors it with dates as
    dates, local to the desk's time zone; `place` is where it came from.
    """

    data: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)


PLAIN = frozenset({Kind.TEXT, Kind.MULTILINE, Kind.SIGNATURE, Kind.CHOICE, Kind.MONTH, Kind.CAPITALS, Kind.BOOLEAN})
"""Kinds whose values stand in JSON as they are."""


def to_json(value: Any, kind: Kind, zone: ZoneInfo) -> Any:
    """Return a typed value as it stands in JSON."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if kind in (Kind.LIST, Kind.CHOICES):
        return list(value)
    return value


def value_at(tree: Mapping[str, Any], pointer: str) -> Any:
    """Return the value that a JSON Pointer names in a tree of sections; None when there is none."""
    node: Any = tree
    for part in pointer.split("/")[1:]:
        if not isinstance(node, Mapping):
            return None
        node = node.get(pointer_key(part))
    return node

"""A record on its way from a source to the paper: typed values, of which JSON is derived for the validator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.errors import Fault, Place, at_pointer, pointer_key

Values = Mapping[str, Any]
"""Typed values by key: a section is a mapping again, a repeat a list of mappings."""


@dataclass(slots=True)
class Record:
    """One record while it is read and completed.

    `values` are typed: dates are dates, local to the time zone of the policy. `pointer` is where the record stands in
    its document, `nulls` names places at which JSON says null, which isn't the same as nothing.
    """

    values: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    pointer: str = ""
    nulls: list[str] = field(default_factory=list)


_OF_MISSING = frozenset({"E-required", "E-too-few"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A record that was read, completed and judged, once and for all: typed, as JSON, and what is wrong with it."""

    values: Values
    data: Values
    faults: tuple[Fault, ...] = ()
    place: Place = field(default_factory=Place)

    @property
    def errors(self) -> list[Fault]:
        """Return what must be mended before a document can be made."""
        return [fault for fault in self.faults if not fault.is_warning]

    @property
    def missing(self) -> list[Fault]:
        """Return the errors that say no more than that something isn't known yet: a field, or what a rule asks for."""
        return [fault for fault in self.errors if self._is_of_missing(fault)]

    def _is_of_missing(self, fault: Fault) -> bool:
        if fault.code in _OF_MISSING:
            return True
        return fault.code == "E-check" and value_at(self.data, fault.place.pointer) is None

    @property
    def warnings(self) -> list[Fault]:
        """Return what is to be told beside the document."""
        return [fault for fault in self.faults if fault.is_warning]


def value_at(tree: Values, pointer: str) -> Any:
    """Return the value that a JSON Pointer names in a tree of sections and rows; None when there is none."""
    return at_pointer(tree, pointer)


def lay_over(values: dict[str, Any], others: Values) -> None:
    """Put other values over those of a record, section by section."""
    for key, value in others.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            lay_over(values[key], value)
        elif value not in ({}, None):
            values[key] = value


def put_at(values: dict[str, Any], pointer: str, value: object) -> None:
    """Put a value at the place in a record that a JSON Pointer names; sections on the way are made."""
    *above, last = map(pointer_key, pointer.split("/")[1:])
    for step in above:
        values = values.setdefault(step, {})
    values[last] = value


def without(values: dict[str, Any], pointer: str) -> None:
    """Take the value that a JSON Pointer names out of a record, if there is one."""
    *above, last = map(pointer_key, pointer.split("/")[1:])
    node: Any = values
    for part in above:
        if isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            node = node.get(part) if isinstance(node, Mapping) else None
    if isinstance(node, dict):
        node.pop(last, None)

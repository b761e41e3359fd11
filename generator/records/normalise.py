"""Raw mappings turned into records: keys by key, title or pointer, nested or flat; values typed; faults gathered."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.packed import CHOICE, KEY, REST, VALUE, map_rows, unpacked
from generator.errors import Fault, Place
from generator.kinds import reader
from generator.kinds.base import Read, text_reader
from generator.kinds.raw import ValueFault
from generator.record import Record
from generator.records.bounds import bounds
from generator.records.evidence import Evidence
from generator.records.item import RawValues
from generator.records.names import SpecPath, find_path
from generator.records.nested_text import rows_in
from generator.records.unknown import unknown


class _Target(NamedTuple):
    """Where a name leads: the sections on the way, the field, and for a value what reads it."""

    above: SpecPath
    spec: FieldSpec
    read: Read
    text: Callable[[str], object] | None
    """What reads a text, where that is all there is to it: a value of the section itself."""


class Normaliser:
    """Reads raw mappings against one part of a form: the whole of it, or a table's rows.

    Where a name leads is looked up once for each section that it stands in.
    """

    def __init__(self, spec: FieldSpec, zone: ZoneInfo) -> None:
        self.spec, self.zone = spec, zone
        self.targets: dict[FieldSpec, dict[Any, _Target]] = {}
        self._evidence = Evidence(spec)

    def record(
        self, raw: RawValues, place: Place, pointer: str = "", folders: Sequence[Path] = ()
    ) -> tuple[Record, list[Fault]]:
        """Return the record and the faults of its keys and values; a faulty value is None in the record.

        `folders`: those in which the pictures lie that it names.
        """
        reading = _Reading(self, Record(place=place, pointer=pointer))
        reading.group(self.spec, _in_fields(self.spec, raw), reading.record.values, pointer)
        _open_required(self.spec, reading.record.values)
        faults = [fault.at(file=place.file, row=place.row) for fault in reading.faults]
        if self._evidence.is_wanted:
            faults += self._evidence.put(reading.record, folders)
        return reading.record, faults

    def target(self, spec: FieldSpec, name: object) -> _Target | None:
        """Return where a name leads from a section; None where it leads nowhere."""
        path = _path(spec, name) if isinstance(name, str) else None
        if name == REST and spec.extra is not None:
            path = (spec.extra,)
        if path is None:
            return None
        found = path[-1]
        is_own = len(path) == 1 and found.shape == "value"
        text = text_reader(found.kind, found, self.zone) if is_own else None
        target = self.targets[spec][name] = _Target(path[:-1], found, reader(found.kind, found, self.zone), text)
        return target


class _Reading:
    """One record being read, with the faults that are found on the way."""

    __slots__ = ("faults", "normaliser", "record")

    def __init__(self, normaliser: Normaliser, record: Record) -> None:
        self.normaliser, self.record = normaliser, record
        self.faults: list[Fault] = []

    def fault(self, code: str, spec: FieldSpec, pointer: str, **params: object) -> None:
        self.faults.append(Fault(code, spec.place(pointer), params))

    def group(self, spec: FieldSpec, raw: RawValues, values: dict[str, Any], pointer: str) -> None:
        if len(raw) > bounds().columns:
            self.fault("E-columns-many", spec, pointer, count=len(raw), limit=bounds().columns)
            return
        targets = self.normaliser.targets.setdefault(spec, {})
        numbers: dict[Any, int] = {}
        for name, value in raw.items():
            target = targets.get(name) or self.normaliser.target(spec, name)
            if target is not None and target.text and type(value) is str and target.spec.key not in values:
                try:
                    read = target.text(value)
                except (ValueFault, OverflowError):
                    self.value(target, value, values, pointer)
                else:
                    if read is not None:
                        values[target.spec.key] = read
                continue
            if target is None:
                numbers = numbers or {key: n for n, key in enumerate(raw, 1)}
                self.faults.append(unknown(spec, name, numbers[name], pointer))
                continue
            inner, at = values, pointer
            for step in target.above:
                inner = inner.setdefault(step.key, {})
                at += f"/{step.step}"
            if target.spec.shape == "value":
                self.value(target, value, inner, at)
            else:
                _GROUPS[target.spec.shape](self, target, value, inner, at)

    def value(self, target: _Target, raw: object, values: dict[str, Any], above: str) -> None:
        spec = target.spec
        if spec.key in values:
            self.fault("E-key-twice", spec, f"{above}/{spec.step}")
            return
        try:
            value = target.read(raw)
        except ValueFault as error:
            if spec.loose and spec.kind.is_moment and isinstance(raw, str) and _RFC_3339.fullmatch(raw):
                values[spec.key] = raw
                return
            self.fault(error.code, spec, f"{above}/{spec.step}", **error.params)
            values[spec.key] = None
            return
        except OverflowError:
            self.fault("E-date", spec, f"{above}/{spec.step}")
            values[spec.key] = None
            return
        if value is not None:
            values[spec.key] = value
        elif raw == "" and spec.loose and spec.kind.is_own_text and self._is_json():
            values[spec.key] = ""
        elif raw is None and spec.nullable:
            self.record.nulls.append(f"{above}/{spec.step}")

    def _is_json(self) -> bool:
        """Tell whether the record comes from JSON, where an empty text is a value."""
        file = self.record.place.file.lower()
        return not file or file.endswith(_JSON)

    def section(self, target: _Target, raw: object, values: dict[str, Any], above: str) -> None:
        spec, at = target.spec, f"{above}/{target.spec.step}"
        if raw is None:
            if spec.nullable:
                self.record.nulls.append(at)
            return
        raw = _in_fields(spec, raw)
        if not isinstance(raw, Mapping):
            self.fault("E-type", spec, at)
            return
        self.group(spec, raw, values.setdefault(spec.key, {}), at)

    def repeat(self, target: _Target, raw: object, values: dict[str, Any], above: str) -> None:
        spec, at = target.spec, f"{above}/{target.spec.step}"
        if spec.key in values:
            self.fault("E-key-twice", spec, at)
            return
        if isinstance(raw, str):
            try:
                raw = rows_in(raw, spec) or None
            except ValueFault as error:
                self.fault(error.code, spec, at)
                return
        if spec.presence == "given" and isinstance(raw, Mapping):
            self.fault("W-key-further", spec, above, count=len(raw))
        if spec.is_map and isinstance(raw, Mapping) and len(raw) > bounds().columns:
            self.fault("E-columns-many", spec, at, count=len(raw), limit=bounds().columns)
            return
        if spec.is_map and isinstance(raw, Mapping):
            raw = map_rows(raw, spec.inner)
        if isinstance(raw, list):
            rows = values[spec.key] = list[dict[str, Any]]()
            for n, item in enumerate(raw):
                rows.append({})
                self.row(spec, item, rows[-1], f"{at}/{n}")
            if spec.is_map:
                self.names(spec, rows, at)
        elif raw is not None:
            self.fault("E-type", spec, at)
        elif spec.nullable:
            self.record.nulls.append(at)

    def names(self, spec: FieldSpec, rows: list[dict[str, Any]], at: str) -> None:
        """Note the rows of an object's table whose name is missing, or stands there twice."""
        seen: set[Any] = set()
        for n, row in enumerate(rows):
            name = row.get(KEY)
            code = "E-required" if name is None else "E-twice" if name in seen else ""
            if code and row:
                self.fault(code, spec.by_key[KEY], f"{at}/{n}/{KEY}")
            seen.add(name)

    def row(self, spec: FieldSpec, raw: object, values: dict[str, Any], at: str) -> None:
        if raw is None and spec.loose:
            self.record.nulls.append(at)  # the schema says whether a row may be none
            return
        raw = _in_fields(spec, raw)
        if isinstance(raw, Mapping):
            self.group(spec, raw, values, at)
        else:
            self.fault("E-type", spec, at)


def _path(spec: FieldSpec, name: str) -> SpecPath | None:
    """Return where a name leads; in a section that takes entries of any name, only its own fields' names do."""
    path = find_path(spec, name)
    return None if path and len(path) > 1 and REST in spec.by_key else path


def _in_fields(spec: FieldSpec, raw: Any) -> Any:
    """Return what a schema of others has in a shape of its own in that of paper."""
    if isinstance(raw, Mapping) and len(raw) > bounds().columns:
        return raw  # whoever reads it tells that
    if spec.inner is not None:
        raw = unpacked(spec.inner, raw, lambda key, name: _knows(spec, key, name))
    if REST in spec.by_key and isinstance(raw, Mapping) and REST not in raw and spec.by_key[REST].is_map:
        more = {name: value for name, value in raw.items() if not isinstance(name, str) or _path(spec, name) is None}
        if more:
            return {**{name: value for name, value in raw.items() if name not in more}, REST: more}
    if spec.extra is not None and isinstance(raw, Mapping) and REST not in raw:
        more = {name: value for name, value in raw.items() if _is_further(spec, name)}
        if more:
            return {**{name: value for name, value in raw.items() if name not in more}, REST: more}
    return raw


_JSON = (".json", ".jsonl", ".ndjson", "-")

_RFC_3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})?[Tt ]?([0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
"""A day, a time or both as RFC 3339 writes them, with fractions of a second and any offset."""


def _is_further(spec: FieldSpec, name: Any) -> bool:
    """Tell whether a name is none of a field, nor that of a list's column."""
    return type(name) is str and _path(spec, name) is None and name not in _STEPS


_STEPS = frozenset({CHOICE, KEY, VALUE, REST})


def _knows(spec: FieldSpec, key: str, name: str) -> bool:
    """Tell whether the field of a key has one of that name, as the section itself hasn't."""
    if name in spec.by_key:
        return False
    child = spec.by_key.get(key)
    return child is not None and child.within(name) is not None


_GROUPS = {"section": _Reading.section, "repeat": _Reading.repeat}


def _open_required(spec: FieldSpec, values: dict[str, Any]) -> None:
    """Open the required sections that are absent, so that what misses in them is named field by field."""
    for child in spec.fields:
        if child.shape == "section" and ((child.required and not child.nullable) or child.key in values):
            _open_required(child, values.setdefault(child.key, {}))


def normaliser(form: Form, zone: ZoneInfo) -> Normaliser:
    """Return the reader of a form's records; of a table's rows, where the form is a table."""
    return Normaliser(form.record_spec, zone)

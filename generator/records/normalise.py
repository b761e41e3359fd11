"""Raw mappings turned into records: keys by key, title or pointer, nested or flat; values typed; faults gathered."""

import difflib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place
from generator.record import PLAIN, Record, to_json
from generator.records.values import ValueFault, fold, reader
from generator.wording import LANGS, Lang, choose

Path = tuple[FieldSpec, ...]
_SHOWN_KEY = 40


@lru_cache(maxsize=4096)
def _own_names(spec: FieldSpec, langs: tuple[Lang, ...]) -> Mapping[str, FieldSpec]:
    """Return the fields of a section by every name they go by; a key goes before a title."""
    titles = {fold(choose(f.titles, lang)): f for f in reversed(spec.fields) for lang in langs}
    return titles | {fold(f.key): f for f in spec.fields}


@lru_cache(maxsize=1024)
def _deep_names(spec: FieldSpec, langs: tuple[Lang, ...]) -> Mapping[str, Path]:
    """Return the fields in sections beneath by name, where the name is the only one of its kind, and by pointer."""
    found: dict[str, list[Path]] = {}
    for path in _leaves(spec, ()):
        names = {fold(path[-1].key), *(fold(choose(path[-1].titles, lang)) for lang in langs)}
        names |= {fold(path[-1].pointer), fold(".".join(f.key for f in path))}
        for name in names:
            found.setdefault(name, []).append(path)
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}


def _leaves(spec: FieldSpec, above: Path) -> list[Path]:
    paths = []
    for child in spec.fields:
        path = (*above, child)
        paths += _leaves(child, path) if child.shape == "section" else [path]
    return paths


def find_path(spec: FieldSpec, name: str) -> Path | None:
    """Return the way from `spec` to the field of that name; traditional Chinese titles are tried last."""
    wanted = fold(name)
    for langs in (("zh-Hans", "en"), LANGS):
        own = _own_names(spec, langs).get(wanted)
        if own:
            return (own,)
        deep = _deep_names(spec, langs).get(wanted)
        if deep:
            return deep
    return None


class _Way(NamedTuple):
    """Where a name leads: the sections on the way, the field, and for a value what reads it."""

    above: Path
    spec: FieldSpec
    read: Callable[[Any], Any]


class Normaliser:
    """Reads raw mappings against one part of a form: the whole of it, or a table's rows.

    Where a name leads is looked up once for each section that it stands in.
    """

    def __init__(self, spec: FieldSpec, zone: ZoneInfo) -> None:
        self.spec, self.zone = spec, zone
        self._ways: dict[FieldSpec, dict[Any, _Way]] = {}

    def record(self, raw: Mapping[str, Any], place: Place, pointer: str = "") -> tuple[Record, list[Fault]]:
        """Return the record and the faults of its keys and values; a faulty value is left out of the record."""
        record = Record(place=place)
        faults: list[Fault] = []
        self._group(self.spec, raw, record.typed, record.data, pointer, faults)
        self._open_required(self.spec, record.typed, record.data)
        return record, [fault.at(file=place.file, row=place.row) for fault in faults]

    def _way(self, spec: FieldSpec, name: Any) -> _Way | None:
        path = find_path(spec, name) if isinstance(name, str) else None
        if path is None:
            return None
        way = self._ways[spec][name] = _Way(path[:-1], path[-1], reader(path[-1], self.zone))
        return way

    def _group(
        self,
        spec: FieldSpec,
        raw: Mapping[str, Any],
        typed: dict[str, Any],
        data: dict[str, Any],
        pointer: str,
        faults: list[Fault],
    ) -> None:
        ways = self._ways.setdefault(spec, {})
        for name, value in raw.items():
            way = ways.get(name) or self._way(spec, name)
            if way is None:
                faults.append(self._unknown(spec, str(name), pointer))
                continue
            inner_typed, inner_data, at = typed, data, pointer
            for step in way.above:
                inner_typed = inner_typed.setdefault(step.key, {})
                inner_data = inner_data.setdefault(step.key, {})
                at += f"/{step.step}"
            _FIELDS[way.spec.shape](self, way, value, inner_typed, inner_data, at, faults)

    def _unknown(self, spec: FieldSpec, name: str, pointer: str) -> Fault:
        known = [f.key for f in spec.fields] + [choose(f.titles, lang) for f in spec.fields for lang in LANGS[::2]]
        near = difflib.get_close_matches(name, known, 1, 0.54)
        code = "E-unknown-key-near" if near else "E-unknown-key"
        shown = name if len(name) <= _SHOWN_KEY else name[:_SHOWN_KEY] + "…"
        safe = shown.encode("utf-8", "replace").decode("utf-8")
        return Fault(code, Place(pointer=pointer), {"key": safe, "near": near})

    def _value(
        self, way: _Way, raw: Any, typed: dict[str, Any], data: dict[str, Any], above: str, faults: list[Fault]
    ) -> None:
        spec = way.spec
        key = spec.key
        if key in typed:
            faults.append(Fault("E-key-twice", spec.place(f"{above}/{spec.step}")))
            return
        try:
            value = way.read(raw)
        except (ValueFault, OverflowError) as error:
            code, params = (error.code, error.params) if isinstance(error, ValueFault) else ("E-date", {})
            faults.append(Fault(code, spec.place(f"{above}/{spec.step}"), params))
            typed[key] = data[key] = None
            return
        if value is not None:
            typed[key] = value
            data[key] = value if spec.kind in PLAIN else to_json(value, spec.kind, self.zone)
        elif raw is None and spec.nullable:
            data[key] = None

    def _section(
        self, way: _Way, raw: Any, typed: dict[str, Any], data: dict[str, Any], above: str, faults: list[Fault]
    ) -> None:
        spec, at = way.spec, f"{above}/{way.spec.step}"
        if raw is None:
            return
        if not isinstance(raw, Mapping):
            faults.append(Fault("E-type", spec.place(at)))
            return
        inner = typed.setdefault(spec.key, {})
        self._group(spec, raw, inner, data.setdefault(spec.key, {}), at, faults)

    def _repeat(
        self, way: _Way, raw: Any, typed: dict[str, Any], data: dict[str, Any], above: str, faults: list[Fault]
    ) -> None:
        spec, at = way.spec, f"{above}/{way.spec.step}"
        if spec.key in typed:
            faults.append(Fault("E-key-twice", spec.place(at)))
            return
        if raw is None:
            return
        if not isinstance(raw, list):
            faults.append(Fault("E-type", spec.place(at)))
            return
        typed[spec.key], data[spec.key] = [], []
        for n, item in enumerate(raw):
            row: dict[str, Any] = {}
            row_data: dict[str, Any] = {}
            if isinstance(item, Mapping):
                self._group(spec, item, row, row_data, f"{at}/{n}", faults)
            else:
                faults.append(Fault("E-type", spec.place(f"{at}/{n}")))
            typed[spec.key].append(row)
            data[spec.key].append(row_data)

    def _open_required(self, spec: FieldSpec, typed: dict[str, Any], data: dict[str, Any]) -> None:
        """Open the required sections that are absent, so that what misses in them is named field by field."""
        for child in spec.fields:
            if child.shape == "section" and (child.required or child.key in typed):
                inner = typed.setdefault(child.key, {})
                self._open_required(child, inner, data.setdefault(child.key, {}))


_FIELDS = {"value": Normaliser._value, "section": Normaliser._section, "repeat": Normaliser._repeat}


def normaliser(form: Form, zone: ZoneInfo) -> Normaliser:
    """Return the reader of a form's records; of a table's rows, where the form is a table."""
    return Normaliser(form.rows if form.is_table else form.root, zone)

"""The fields of a form as a page fills them in: the same walk over the form as the paper's, and nothing of any form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.compose.faces import Faces
from generator.document import Purpose
from generator.kinds.base import reader
from generator.kinds.pictures import is_picture
from generator.kinds.raw import ValueFault
from generator.rules import Policy
from generator.theme import Theme
from generator.wording import Lang, choose

SEVERAL = ("multiselect",)
FEW = 6
"""Choices that stand side by side; more are a list to open."""

SPARE = 5
"""Empty rows that a register begins with, at most."""

WIDTHS = {
    "datetime": 11.5,
    "date": 9.0,
    "month": 7.0,
    "multiline": 14.0,
    "number": 6.5,
    "select": 8.5,
    "multiselect": 10.0,
}
USUAL_WIDTH = 8.5
BROAD = 62.0
"""Ems of a table that has the paper beneath it: beside it there would be no room for its columns."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that a field offers, as the form's page sends it."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A field as a page shows it: a value to fill in, a section of such, or a table of rows (`shape`).

    `input`: what it is filled in with, by the names of `Kind.control`; `span`: of twelve columns; `most`: rows of a
    table; `wide`: a row holds parts of its own, and stands as a card; `fixed`: what a preset row is about, said by the
    paper; `preset`: the rows that the paper has, as JSON; `ends`: what the least and the most of a rating mean.
    """

    key: str
    shape: str
    label: str
    input: str = "text"
    hint: str = ""
    unit: str = ""
    required: bool = False
    computed: bool = False
    span: int = 4
    lines: int = 1
    longest: int | None = None
    pointer: str = ""
    options: tuple[Option, ...] = ()
    fields: tuple["Control", ...] = ()
    blank_rows: int = 1
    most: int | None = None
    wide: bool = False
    fixed: bool = False
    preset: str = ""
    least: int = 0
    ends: tuple[str, ...] = ()

    @property
    def is_line(self) -> bool:
        """Tell whether its choices stand side by side."""
        return self.input == "rating" or (self.input == "select" and len(self.options) <= FEW)

    @property
    def is_locked(self) -> bool:
        """Tell whether a table has the rows that it is preset with, no more and no fewer."""
        return bool(self.preset) and self.least == self.most

    @property
    def is_broad(self) -> bool:
        """Tell whether it is a table, or holds one, that needs the whole width."""
        if self.shape == "repeat" and not self.wide:
            return sum(WIDTHS.get(child.input, USUAL_WIDTH) for child in self.fields) > BROAD
        return any(child.is_broad for child in self.fields)


@lru_cache(maxsize=256)
def controls(form: Form, lang: Lang, policy: Policy, theme: Theme) -> tuple[Control, ...]:
    """Return what a form is filled in with, in the order of its paper."""
    faces = Faces(form, lang, policy, Purpose.FILLABLE, theme)
    return tuple(_controls(form.root, faces))


def _controls(spec: FieldSpec, faces: Faces) -> Iterator[Control]:
    for child in spec.shown:
        yield _control(child, faces)


def _control(spec: FieldSpec, faces: Faces) -> Control:
    lang = faces.lang
    shared: dict[str, Any] = {
        "key": spec.key,
        "shape": spec.shape,
        "label": spec.title(lang),
        "hint": choose(spec.hints, lang) if spec.hints else "",
        "required": spec.required,
        "pointer": spec.pointer,
    }
    if spec.shape == "section":
        return Control(**shared, fields=tuple(_controls(spec, faces)), span=12)
    if spec.shape == "repeat":
        return Control(
            **shared,
            fields=tuple(_controls(spec, faces)),
            span=12,
            blank_rows=min(spec.table.blank_rows, SPARE) if faces.form.is_table else 1,
            least=spec.schema.get("minItems", 0),
            most=spec.schema.get("maxItems"),
            wide=spec.holds_parts,
            preset=_preset(spec, faces),
        )
    face = faces.of(spec)
    kind = spec.kind
    options = tuple(Option(_sent(choice.value), choice.label, choice.note) for choice in face.choices)
    return Control(
        **shared,
        input=_input(spec, options),
        unit=spec.unit,
        computed=face.computed or (spec.read_only and spec.derive is not None),
        fixed=spec.read_only and spec.derive is None,
        ends=tuple(choose(end, lang) for end in spec.scale),
        span=int(spec.width) if 1 <= spec.width <= 12 else kind.span,
        lines=max(spec.lines, kind.lines),
        longest=spec.constraints.max_length if hasattr(spec.constraints, "max_length") else None,
        options=options,
    )


def _input(spec: FieldSpec, options: tuple[Option, ...]) -> str:
    control = spec.kind.control
    if options and (spec.scale or spec.schema.get("x-control") == "rating") and control not in SEVERAL:
        return "rating"
    return "select" if options and control in ("text", "checkbox", "number") else control


def _preset(spec: FieldSpec, faces: Faces) -> str:
    """Return the rows that the paper of a table has, as its controls hold them; nothing where it has none."""
    rows = [_entered(spec, row, faces, faces.policy) for row in spec.default or ()]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def _sent(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


# --- what stands in the controls ---


def entered(form: Form, raw: Mapping[str, Any], lang: Lang, policy: Policy, theme: Theme) -> dict[str, Any]:
    """Return a raw record as its controls hold it: choices by their values, days and numbers as people write them.

    What can't be read stands as it was typed.
    """
    faces = Faces(form, lang, policy, Purpose.FILLABLE, theme)
    return _entered(form.root, raw, faces, policy)


def _entered(spec: FieldSpec, raw: Any, faces: Faces, policy: Policy) -> dict[str, Any]:
    made: dict[str, Any] = {}
    by_name = named(spec, raw)
    for child in spec.shown:
        value = by_name.get(child.key)
        if value is None:
            continue
        if child.shape == "section":
            made[child.key] = _entered(child, value, faces, policy)
        elif child.shape == "repeat":
            rows = value if isinstance(value, list) else []
            made[child.key] = [
                _entered(child, row, faces, policy) if child.fields else _text(child, row, faces, policy)
                for row in rows
            ]
        else:
            made[child.key] = _text(child, value, faces, policy)
    return made


def named(spec: FieldSpec, raw: Any) -> dict[str, Any]:
    """Return values by the keys of fields, whatever name they go by."""
    if not isinstance(raw, Mapping):
        return {}
    from generator.records.names import find_path

    found: dict[str, Any] = {}
    for name, value in raw.items():
        if name in spec.by_key:
            found[name] = value
        elif path := find_path(spec, str(name)):
            _put(found, [one.key for one in path], value)
    return found


def _put(found: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Put a value where a path of keys leads; what stands there already stays."""
    *above, last = keys
    for key in above:
        inner = found.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        found[key] = found = dict(inner)
    found.setdefault(last, value)


def _text(spec: FieldSpec, raw: Any, faces: Faces, policy: Policy) -> Any:
    try:
        value = reader(spec.kind, spec, policy.zone)(raw)
    except ValueFault:
        return raw if isinstance(raw, (str, list)) else str(raw)
    if value is None:
        return ""
    if spec.kind.control in SEVERAL or isinstance(value, list):
        return [_sent(one) for one in value] if isinstance(value, list) else raw
    if faces.choices(spec):
        return _sent(value)
    if spec.kind.takes_bytes and is_picture(raw):
        return raw
    return faces.of(spec).entry(value, faces.lang)


def told(spec: FieldSpec, raw: Any, faces: Faces) -> str:
    """Return a raw value as paper shows it: choices by their labels; what can't be read as it was written."""
    try:
        value = reader(spec.kind, spec, faces.policy.zone)(raw)
    except ValueFault:
        value = raw
    if value is raw and not isinstance(raw, str):
        return str(raw)
    return "" if value is None else faces.text(spec, value)

"""What stands on a filled document: raw values by the pointers of their fields, and where each of them stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, pointer_key, pointer_step
from generator.kinds import reader
from generator.records.item import RawRecord

RowKey = tuple[int, int]
"""Where a row of a repeat stands: the number of its boxes, and how many rows without boxes of their own lie between."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document says of itself: the form that it was made from, the form's version, its language."""

    form: str = ""
    version: str = ""
    lang: str = ""


@dataclass(slots=True)
class Box:
    """An answer: what stands in a box (None for nothing), and where in the document the box is.

    `element`: what the document's library has for it, as long as the document is open.
    """

    raw: object
    at: str
    element: object = None


@dataclass(slots=True)
class Answers:
    """The answers of one document of a form."""

    form: Form
    boxes: dict[str, Box] = field(default_factory=dict)
    rows: dict[str, dict[RowKey, dict[str, Box]]] = field(default_factory=dict)
    """Of each repeat, by its pointer: its rows, and the boxes of their fields by key."""

    unknown: set[str] = field(default_factory=set)
    """Names of boxes that no field of the form has: those of another version."""

    whole: Mapping[str, Any] | None = None
    """The record itself, as JSON, where the document carries it and has nothing else to be read."""

    _moved: dict[str, str] = field(default_factory=dict)
    """Where rows that hold sections or tables stand in the record, by where they stand on paper."""

    warnings: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def put(self, pointer: str, raw: object, at: str, element: object = None) -> None:
        """Take note of a value's answer; of two boxes of one field the first that is answered counts."""
        known = self.boxes.get(pointer)
        if known is None or known.raw is None:
            self.boxes[pointer] = Box(raw, at, element)

    def put_cell(self, pointer: str, row: RowKey, key: str, raw: object, at: str, element: object = None) -> None:
        """Take note of the answer of a repeat's field in one of its rows."""
        cells = self.rows.setdefault(pointer, {}).setdefault(row, {})
        if raw is not None and (self.form.spec_at(f"{pointer}/{pointer_step(key)}") or self.form.root).is_running:
            raw = None  # rows that were added or taken out are counted anew
        if key not in cells or cells[key].raw is None:
            cells[key] = Box(raw, at, element)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of the form was found in the document."""
        return not self.boxes and not self.rows and self.whole is None

    def located(self) -> dict[str, tuple[str, Box]]:
        """Return the boxes by the pointers that they have in the record, each with the name that it has on paper.

        Rows that nothing stands in are no part of the record, so that those behind them move up.
        """
        self._section(self.form.root, "", {})
        found = {to: (pointer, box) for pointer, box in self.boxes.items() if (to := self._to(pointer))}
        for at, rows in self.rows.items():
            spec, to = self.form.spec_at(at), self._to(at)
            if not to:
                continue
            kept = [(key, row) for key, row in sorted(rows.items()) if spec and _is_answered(spec, row)]
            for number, (key, row) in enumerate(kept):
                for name, box in row.items():
                    step = pointer_step(name)
                    found[f"{to}/{number}/{step}"] = (f"{at}/{key[0]}/{step}", box)
        return found

    def _to(self, pointer: str) -> str:
        """Return the pointer in the record of one on paper; nothing for one in a row that isn't in the record."""
        above, rest = pointer, ""
        while above:
            if above in self._moved:
                return self._moved[above] + rest
            cut, _, step = above.rpartition("/")
            spec = self.form.spec_at(cut) if step.isdecimal() and cut else None
            if spec is not None and spec.holds_parts:
                return ""
            above, rest = cut, f"/{step}{rest}"
        return rest

    # --- as records ---

    def items(self, file: str) -> Iterator[RawRecord]:
        """Yield the records that the document holds: one, or the rows of a table form."""
        if self.whole is not None:
            yield from self._as_attached(self.whole, file)
            return
        if not self.form.is_table:
            boxes: dict[str, str] = {"": ""}
            raw = self._section(self.form.root, "", boxes)
            yield raw, Place(file, boxes=boxes)
            return
        for number, row in enumerate(self._filled(self.form.rows, "/rows")):
            boxes = {f"/rows/{number}/{key}": box.at for key, box in row.items()}
            boxes[f"/rows/{number}"] = next(iter(boxes.values()), "")
            yield _raw(row), Place(file, boxes[f"/rows/{number}"], boxes=boxes)

    def _as_attached(self, whole: Mapping[str, Any], file: str) -> Iterator[RawRecord]:
        rows = whole.get(self.form.rows.key) if self.form.is_table else [whole]
        for number, row in enumerate(rows if isinstance(rows, list) else (), 1):
            if isinstance(row, Mapping):
                yield row, Place(file, f"[{number}]" if self.form.is_table else "")

    def head(self, file: str) -> RawRecord:
        """Return what stands beside the rows of a table form."""
        if self.whole is not None:
            return {key: raw for key, raw in self.whole.items() if key != self.form.rows.key}, Place(file)
        found = {spec.key: box.raw for spec in self.form.head if (box := self.boxes.get(spec.pointer))}
        return {key: raw for key, raw in found.items() if raw is not None}, Place(file)

    def _section(self, spec: FieldSpec, pointer: str, boxes: dict[str, str], said: str | None = None) -> dict[str, Any]:
        """Return what is answered of a section; `said`: its pointer in the record, where rows have moved up."""
        made: dict[str, Any] = {}
        for child in spec.fields:
            at, to = f"{pointer}/{child.step}", f"{pointer if said is None else said}/{child.step}"
            if child.shape == "section":
                inner = self._section(child, at, boxes, to)
                if inner:
                    made[child.key] = inner
            elif child.holds_parts:
                if rows := self._records(child, at, boxes, to):
                    made[child.key] = rows
            elif child.shape == "repeat":
                self._repeat(child, at, made, boxes, to)
            elif (box := self.boxes.get(at)) is not None:
                boxes[to] = box.at
                if box.raw is not None:
                    made[child.key] = box.raw
        return made

    def numbers(self, at: str) -> list[int]:
        """Return the numbers of the rows of which boxes stand apart: of a repeat whose rows hold sections or tables."""
        steps = (
            pointer[len(at) + 1 :].partition("/")[0]
            for pointer in (*self.boxes, *self.rows)
            if pointer[: len(at) + 1] == f"{at}/"
        )
        return sorted({int(step) for step in steps if step.isdecimal()})

    def _records(self, spec: FieldSpec, at: str, boxes: dict[str, str], said: str) -> list[dict[str, Any]]:
        """Return the rows of such a repeat in which something was answered, in their order."""
        rows: list[dict[str, Any]] = []
        for number in self.numbers(at):
            own: dict[str, str] = {}
            row = self._section(spec, f"{at}/{number}", own, f"{said}/{len(rows)}")
            if _is_told(spec, row):
                self._moved[f"{at}/{number}"] = f"{said}/{len(rows)}"
                rows.append(row)
                boxes |= own
        return rows

    def _repeat(self, spec: FieldSpec, at: str, made: dict[str, Any], boxes: dict[str, str], said: str) -> None:
        rows = self._filled(spec, at)
        for number, row in enumerate(rows):
            boxes |= {f"{said}/{number}/{spec.by_key[key].step}": box.at for key, box in row.items()}
        if at in self.rows:
            boxes[said] = next((box.at for row in self.rows[at].values() for box in row.values()), "")
        if rows or (at in self.rows and spec.required):
            made[spec.key] = [_raw(row) for row in rows]

    def _filled(self, spec: FieldSpec, at: str) -> list[dict[str, Box]]:
        """Return the rows of a repeat in which something was answered, in their order.

        Preset rows stay with those that were answered; alone they are the paper's, not an answer.
        """
        rows = [row for _, row in sorted(self.rows.get(at, {}).items()) if _is_answered(spec, row)]
        return [] if spec.default and not spec.required and _is_as_printed(spec, rows) else rows


def _is_answered(spec: FieldSpec, row: dict[str, Box]) -> bool:
    """Tell whether a row holds more than what the rules put there."""
    own = [key for key, box in row.items() if box.raw is not None]
    return (bool(own) and bool(spec.default)) or any(
        not is_computed(spec.by_key[key]) and not spec.by_key[key].is_running for key in own
    )


def _is_told(spec: FieldSpec, row: Mapping[str, Any]) -> bool:
    """Tell whether a row that holds sections or tables has more in it than what the rules put there."""
    for key, raw in row.items():
        child = spec.by_key[key]
        if child.shape == "section":
            told = _is_told(child, raw)
        else:
            told = child.shape == "repeat" or not (is_computed(child) or child.is_running)
        if told:
            return True
    return False


def _is_as_printed(spec: FieldSpec, rows: Sequence[dict[str, Box]]) -> bool:
    """Tell whether rows are those that the form presets, with nothing answered in them, and nothing changed."""
    if len(rows) != len(spec.default):
        return False
    return all(_says(spec, row, preset) for row, preset in zip(rows, spec.default, strict=True))


def _says(spec: FieldSpec, row: dict[str, Box], preset: Mapping[str, Any]) -> bool:
    """Tell whether a row holds what it was preset with, but for what the rules compute."""
    answered = {key: box.raw for key, box in row.items() if box.raw is not None}
    known = {key: value for key, value in preset.items() if value is not None}
    for key in answered.keys() | known.keys():
        child = spec.by_key.get(key)
        if child is None or child.is_derived:
            continue
        if _read(child, answered.get(key)) != _read(child, known.get(key)):
            return False
    return True


def _read(spec: FieldSpec, raw: object) -> object:
    """Return the typed value of a raw one; what can't be read is like nothing else."""
    try:
        return reader(spec.kind, spec, _UTC)(raw)
    except (ValueError, OverflowError):
        return raw


_UTC = ZoneInfo("UTC")


def is_computed(spec: FieldSpec) -> bool:
    """Tell whether nobody fills in a field: the rules alone give its value."""
    return spec.read_only or spec.is_derived


def _raw(row: dict[str, Box]) -> dict[str, Any]:
    return {key: box.raw for key, box in row.items() if box.raw is not None}


def pointer_parts(pointer: str) -> list[str]:
    """Return the keys of a pointer's steps."""
    return [pointer_key(step) for step in pointer.split("/")[1:]]

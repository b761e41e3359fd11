"""Valid records of any form, drawn at random: what people type, and what goes wrong most easily on its way.

A record is drawn field by field within what the schema asks, judged by the rules as every record is, and mended where
it doesn't hold: from a record that does (a sample of the form, where there is one), else by drawing again or leaving
out. All chance comes from one seed. Values that the rules compute aren't drawn: they come of judging.
"""

import json
import random
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from generator.api import make_job
from generator.catalogue import FieldSpec, Form
from generator.errors import BiaodanError, Fault, pointer_key
from generator.job import Job
from generator.records import ListSource
from samples.random_values import Values

SAMPLES = Path(__file__).parent
MOST_ROWS = 6
FULLEST = 10
"""The fullness at which hardly an optional field is left out."""

_ROUNDS = 8
_ROW = re.compile(r".*/[0-9]+(?=/|$)")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_ROWS = "rows"
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A record as it was drawn, and as it is once it has been judged, in JSON; of a table its head with its rows."""

    raw: Tree
    record: Tree
    mended: int
    """How often it was judged before it held."""


class RandomRecords:
    """Draws records of one form.

    `bases`: records of it that hold, by default its samples. `spared`: characters that no text has, for some format
    refuses them. `most_rows`: those of a repeat that are drawn.
    """

    def __init__(
        self, form: Form, bases: Sequence[Any] | None = None, spared: str = "", most_rows: int = MOST_ROWS
    ) -> None:
        self.form, self.job, self.spared, self.most_rows = form, make_job(form), spared, most_rows
        found = samples_of(form) if bases is None else bases
        held = (self._held(base) for base in found)
        self.bases = [base for base in held if base is not None]

    def _held(self, base: Any) -> Tree | None:
        judged, faults = judged_by(self.job, base)
        return None if faults else without_computed(self.form.root, judged)

    def drawn(self, seed: int, fullness: int = FULLEST - 3) -> Drawn | None:
        """Return the record of a seed; None where none was found that holds.

        `fullness`: from 0, of what must be there alone, to 10.
        """
        chance = random.Random(seed)  # noqa: S311  # samples hold no secrets
        return _Drawing(self, chance, fullness).result()

    @cached_property
    def expressions(self) -> dict[str, set[str]]:
        """Return the names that each rule across fields speaks of, by its message."""
        specs = (self.form.root, *self.form.root.walk())
        return {_key(check.messages): set(_WORD.findall(check.that)) for spec in specs for check in spec.checks}


def samples_of(form: Form) -> list[Any]:
    """Return the samples of a form."""
    files = sorted((SAMPLES / form.id).glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal) for file in files]


def judged_by(job: Job, content: Any) -> tuple[Tree, list[Fault]]:
    """Return a record as it is once it has been judged, in JSON, and its errors; of a table its head with its rows."""
    source, pipeline = ListSource(content, job.form), job.pipeline
    try:
        judged = list(pipeline.judged(source))
        if not job.form.is_table:
            return dict(judged[0].data), judged[0].errors
        head = pipeline.head(source)
    except BiaodanError as error:
        return {}, list(error.faults)
    data = {**head.data, _ROWS: [dict(row.data) for row in judged]}
    return data, [*head.errors, *chain.from_iterable(row.errors for row in judged)]


# --- what isn't drawn ---


def is_computed(spec: FieldSpec) -> bool:
    """Tell whether the rules alone give a value: it is computed, or a row's number."""
    return spec.derive is not None and (spec.derive.given == "error" or spec.derive.value == "row_number")


def is_drawn(spec: FieldSpec) -> bool:
    """Tell whether a value is drawn at random: somebody fills it in, on paper that shows it."""
    return not is_computed(spec) and not spec.hidden


def without_computed(spec: FieldSpec, data: Tree) -> Tree:
    """Return a record without what comes of judging it."""
    made: Tree = {}
    for key, value in data.items():
        child = spec.child(key)
        if value is None or (child is not None and child.shape == "value" and not is_drawn(child)):
            continue
        if child is not None and child.shape == "section":
            value = without_computed(child, value)
        elif child is not None and child.shape == "repeat":
            value = [without_computed(child, row) for row in value]
        made[key] = value
    return made


def without_empty_rows(spec: FieldSpec, values: Tree) -> None:
    """Take the rows out of a record in which nothing stands: on paper they are none."""
    for child in spec.fields:
        inner = values.get(child.key)
        if child.shape == "section" and isinstance(inner, dict):
            without_empty_rows(child, inner)
        elif child.shape == "repeat" and isinstance(inner, list):
            values[child.key] = [row for row in inner if row]


# --- one record ---


class _Drawing:
    """One record on its way."""

    def __init__(self, of: RandomRecords, chance: random.Random, fullness: int) -> None:
        self.of, self.chance, self.fullness = of, chance, fullness
        self.base: Tree = chance.choice(of.bases) if of.bases else {}
        self.values = Values(chance, of.spared)
        self.tried: dict[str, int] = {}

    def result(self) -> Drawn | None:
        raw = self.section(self.of.form.root, self.base)
        for round_ in range(_ROUNDS):
            without_empty_rows(self.of.form.root, raw)
            if self.of.form.is_table and not raw.get(_ROWS):
                raw[_ROWS] = self.rows(self.of.form.rows, self.base.get(_ROWS, []))
            judged, faults = judged_by(self.of.job, deepcopy(raw))
            if not faults:
                return Drawn(raw, judged, round_)
            for fault in faults:
                self.mend(raw, fault, round_)
        raw = deepcopy(self.base)
        judged, faults = judged_by(self.of.job, deepcopy(raw))
        return None if faults or not raw else Drawn(raw, judged, _ROUNDS)

    # --- drawn ---

    def section(self, spec: FieldSpec, base: Mapping[str, Any]) -> Tree:
        made: Tree = {}
        for child in spec.fields:
            if not self.is_there(child):
                continue
            value = self.field(child, base.get(child.key))
            if value is not None:
                made[child.key] = value
        return made

    def is_there(self, spec: FieldSpec) -> bool:
        if spec.shape == "value" and not is_drawn(spec):
            return False
        return spec.required or self.chance.randrange(FULLEST) < self.fullness

    def field(self, spec: FieldSpec, base: Any) -> Any:
        if spec.shape == "section":
            return self.section(spec, base or {})
        if spec.shape == "repeat":
            return self.rows(spec, base or [])
        if spec.read_only or (base is not None and self.chance.random() < _KEPT):
            return base
        return self.values.of(spec)

    def rows(self, spec: FieldSpec, base: Sequence[Mapping[str, Any]]) -> list[Tree]:
        """Return rows: those that the form presets with what is written beside, or any number of them."""
        if any(child.read_only for child in spec.fields):
            preset = list(base or spec.default or ())
            return [self.row(spec, row) for row in preset]
        least = int(spec.schema.get("minItems", 1 if spec.pointer == f"/{_ROWS}" and self.of.form.is_table else 0))
        most = max(least, min(int(spec.schema.get("maxItems", self.of.most_rows)), self.of.most_rows))
        count = self.chance.randint(least, most)
        return [self.row(spec, base[n] if n < len(base) else {}) for n in range(count)]

    def row(self, spec: FieldSpec, base: Mapping[str, Any]) -> Tree:
        made = self.section(spec, base)
        if made:
            return made
        child = self.chance.choice([child for child in spec.fields if is_drawn(child)] or [spec.fields[0]])
        value = self.field(child, base.get(child.key))
        return {} if value is None else {child.key: value}

    # --- mended ---

    def mend(self, raw: Tree, fault: Fault, round_: int) -> None:
        pointer = fault.place.pointer
        if fault.code == "E-check":
            row = _ROW.match(pointer)
            if row and round_ < _ROUNDS // 2:
                self.again(raw, fault, row[0])
                return
            names = self.of.expressions.get(_key(fault.params["message"]), set())
            self.restore(raw, self.of.form.root, self.base, names, wholly=round_ > _ROUNDS // 2)
            return
        spec = self.of.form.spec_at(pointer)
        tried = self.tried[pointer] = self.tried.get(pointer, 0) + 1
        if spec is None or spec.shape == "section" or tried > 3:
            self.give_up(raw, pointer)
        elif spec.shape == "repeat":
            put(raw, pointer, self.rows(spec, _at(self.base, pointer) or []))
        else:
            base = _at(self.base, pointer)
            put(raw, pointer, base if tried == 3 else self.values.of(spec))

    def again(self, raw: Tree, fault: Fault, pointer: str) -> None:
        """Draw anew what a rule of rows speaks of in one of them."""
        spec, row = self.of.form.spec_at(pointer), _at(raw, pointer)
        names = self.of.expressions.get(_key(fault.params["message"]), set())
        for child in spec.fields if spec is not None and isinstance(row, dict) else ():
            if child.key in names and not child.read_only and is_drawn(child):
                row[child.key] = self.values.of(child)

    def give_up(self, raw: Tree, pointer: str) -> None:
        """Take what a sample has at a place, or nothing; what is above it where it must be there."""
        spec, base = self.of.form.spec_at(pointer), _at(self.base, pointer)
        put(raw, pointer, deepcopy(base))
        if base is None and spec is not None and spec.required and pointer.count("/") > 1:
            self.give_up(raw, pointer.rpartition("/")[0])

    def restore(
        self, values: Tree, spec: FieldSpec, base: Mapping[str, Any], names: set[str], *, wholly: bool = False
    ) -> None:
        """Take of the base what a rule speaks of: values, and of repeats the columns, with as many rows."""
        for child in spec.fields:
            given = base.get(child.key)
            if child.shape == "section" and child.key in names and names.isdisjoint(one.key for one in child.walk()):
                self.complete(values.setdefault(child.key, {}), child, given or {})
            elif child.shape == "section":
                if given is not None or child.key in values:
                    self.restore(values.setdefault(child.key, {}), child, given or {}, names, wholly=wholly)
            elif child.shape == "repeat":
                columns = {one.key for one in child.fields} & names
                if columns or child.key in names:
                    self.restore_rows(values, child, given or [], names, wholly=wholly or not columns)
            elif child.key in names and is_drawn(child):
                put(values, f"/{child.step}", given)

    def complete(self, values: Tree, spec: FieldSpec, base: Mapping[str, Any]) -> None:
        """Take of the base what is missing in a section that a rule counts the fields of."""
        for child in spec.fields:
            if child.key in base and child.key not in values and is_drawn(child):
                values[child.key] = deepcopy(base[child.key])

    def restore_rows(
        self, values: Tree, spec: FieldSpec, base: Sequence[Mapping[str, Any]], names: set[str], *, wholly: bool
    ) -> None:
        if wholly:
            put(values, f"/{spec.step}", deepcopy(list(base)) or None)
            return
        rows = values.get(spec.key, [])[: len(base)]
        rows += [deepcopy(dict(row)) for row in base[len(rows) :]]
        for row, own in zip(rows, base, strict=True):
            self.restore(row, spec, own, names)
        put(values, f"/{spec.step}", rows or None)


_KEPT = 0.1
"""The share of values that are those of a sample."""


def _key(messages: Mapping[str, str]) -> str:
    return "\n".join(messages.values())


def _at(tree: Any, pointer: str) -> Any:
    node = tree
    for step in map(pointer_key, pointer.split("/")[1:]):
        if isinstance(node, list):
            node = node[int(step)] if step.isdigit() and int(step) < len(node) else None
        else:
            node = node.get(step) if isinstance(node, Mapping) else None
    return node


def put(tree: Tree, pointer: str, value: Any) -> None:
    """Put a value at a place of a record, or take out what is there where it is None."""
    *above, last = map(pointer_key, pointer.split("/")[1:])
    node: Any = tree
    for step in above:
        if isinstance(node, list):
            node = node[int(step)] if step.isdigit() and int(step) < len(node) else None
        elif isinstance(node, dict):
            node = node.setdefault(step, {})
    if isinstance(node, list) and last.isdigit() and int(last) < len(node):
        if value is None:
            del node[int(last)]
        else:
            node[int(last)] = value
    elif isinstance(node, dict):
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value

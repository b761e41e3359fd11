"""The numbers that a record is given when it is made final: by the patterns of the settings, as commands give them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.desk.controls import named
from generator.numbers import NumberPattern
from generator.record import put_at, value_at

Patterns = Mapping[str, NumberPattern]


@dataclass(frozen=True)
class Gaps:
    """The numbers that a record lacks.

    `raw`: the record by the keys of its fields; `places`: by the name of each number's pattern, the record or row in
    it that lacks the number, and the pointer there.
    """

    raw: dict[str, Any]
    places: Sequence[tuple[str, dict[str, Any], str]] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many numbers of each pattern are wanted."""
        return Counter(name for name, _, _ in self.places)

    def filled(self, numbers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return the record with numbers, as many of each pattern as are wanted, in its order."""
        left = {name: iter(some) for name, some in numbers.items()}
        for name, record, pointer in self.places:
            put_at(record, pointer, next(left[name]))
        return self.raw

    def tried(self, patterns: Patterns, day: Any) -> dict[str, Any]:
        """Return the record with numbers that it has nowhere, to be judged by; none is given out."""
        said = json.dumps(self.raw, ensure_ascii=False)
        return self.filled({name: list(_unsaid(said, patterns[name], day, n)) for name, n in self.counts.items()})


def _unsaid(said: str, pattern: NumberPattern, day: Any, most: int) -> Iterator[str]:
    numbers = (pattern.number(day, n) for n in count(1))
    return islice((number for number in numbers if number not in said), most)


def gaps_of(form: Form, raw: Mapping[str, Any], patterns: Patterns) -> Gaps:
    """Return the numbers that a record lacks and that have a pattern."""
    pointers = form.numbered_by(patterns)
    if not pointers:
        return Gaps(dict(raw))
    made = _keyed(form.root, raw)
    rows = made.get(form.rows.key) if form.is_table else [made]
    places = [
        (name, row, pointer)
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
        for name, pointer in pointers.items()
        if value_at(row, pointer) in (None, "")
    ]
    return Gaps(made, places)


def _keyed(spec: FieldSpec, raw: Any) -> Any:
    """Return values by the keys of their fields; what is no field's stays as it is."""
    if isinstance(raw, list):
        return [_keyed(spec, one) for one in raw]
    if not isinstance(raw, Mapping) or not spec.fields:
        return raw
    known = named(spec, raw)
    strange = {name: value for name, value in raw.items() if not named(spec, {name: value})}
    children = {child.key: child for child in spec.fields}
    return {key: _keyed(children[key], value) if key in children else value for key, value in known.items()} | strange


def awaited(form: Form, patterns: Patterns) -> list[str]:
    """Return the pointers of a form's numbers that are given out, with `*` for any row."""
    return [f"/{form.rows.key}/*{at}" if form.is_table else at for at in form.numbered_by(patterns).values()]

"""What a column of values is: the narrowest kind that reads all of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from generator.catalogue.build import build_form
from generator.catalogue.dialect import names_number
from generator.catalogue.form import FieldSpec
from generator.importing import evidence
from generator.importing.evidence import Cell
from generator.importing.titles import by_title
from generator.kinds import reader
from generator.kinds.raw import ValueFault, fold
from generator.records.cells import value_of
from generator.records.columns import Column

_UTC = ZoneInfo("Asia/Shanghai")
_NEARLY, _SAMPLED_BAD = 0.8, 8


class Reads(NamedTuple):
    """How many cells a kind reads, how many say that there is nothing yet, the rows of those that it can't read."""

    good: int
    none: int
    bad: int
    rows: Sequence[int]


@dataclass
class Guess:
    """What a column is taken for: a schema, why, and what speaks against it."""

    schema: dict[str, Any]
    reads: Reads
    nearly: tuple[dict[str, Any], Reads] | None = None
    choices: Mapping[str, int] = field(default_factory=dict)
    """How often each of the answers stands in the column, where the answers were taken from it."""

    checked: tuple[int, int] | None = None
    """Numbers whose last digit is right, and all that have one."""

    is_by_title: bool = False
    """Whether nothing but the title tells it."""


def spec_of(schema: Mapping[str, Any]) -> FieldSpec:
    """Return a schema as a field."""
    return build_form({"type": "object", "properties": {"x": schema}}, "x", "x").root.fields[0]


class Values:
    """The values of a column: each distinct one with how often it stands there, and in which row first."""

    def __init__(self, title: str, unit: str = "") -> None:
        self.title, self.unit = title, unit
        self.counts: Counter[Cell] = Counter()
        self.rows: dict[Cell, int] = {}

    def add(self, cell: object, code: str, shown: str, row: int) -> None:
        """Add what stands in a row."""
        known = Cell(type(cell).__name__, cell, code, shown)
        self.counts[known] += 1
        self.rows.setdefault(known, row)

    def __len__(self) -> int:
        return self.counts.total()

    def share(self, test: Any) -> float:
        """Return for how large a part of the values something holds; marks for nothing aren't counted."""
        told = [(cell, n) for cell, n in self.counts.items() if not evidence.is_none(cell)]
        total = sum(n for _, n in told)
        return sum(n for cell, n in told if test(cell)) / total if total else 0.0

    def read_by(self, schema: Mapping[str, Any]) -> Reads:
        """Return how far a field of a schema reads the values."""
        import jsonschema_rs

        spec = spec_of(schema)
        column = Column(self.title, spec, unit=self.unit if spec.kind.is_number else "")
        read = reader(spec.kind, spec, _UTC)
        plain = {key: value for key, value in schema.items() if not key.startswith("x-")}
        validator = jsonschema_rs.Draft202012Validator(plain, validate_formats=True, offline=True)
        good = none = bad = 0
        rows: list[int] = []
        for cell, count in self.counts.items():
            try:
                typed = read(value_of(cell.value, column, cell.code, cell.shown))
                is_good = typed is None or validator.is_valid(_plain(spec.kind.to_json(typed, _UTC)))
            except (ValueFault, OverflowError, ValueError):
                typed, is_good = "", False
            if not is_good:
                bad += count
                rows.append(self.rows[cell])
            elif typed is None:
                none += count
            else:
                good += count
        return Reads(good, none, bad, sorted(rows)[:_SAMPLED_BAD])


def _plain(value: object) -> object:
    """Return a value as the validator takes it."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def guessed(values: Values, allowed: Sequence[str] = (), limits: Mapping[str, Any] | None = None) -> Guess:
    """Return what a column is; `allowed`: the answers that the workbook lets it have, `limits`: what else it asks."""
    if allowed:
        return _of_list(values, allowed)
    if not len(values) and not limits and (told := by_title(values.title)):
        return Guess(told, values.read_by(told), is_by_title=True)
    nearly: tuple[dict[str, Any], Reads] | None = None
    for schema in _candidates(values, limits or {}):
        reads = values.read_by(schema)
        if reads.good and not reads.bad:
            return Guess(schema, reads, nearly if nearly and nearly[0].get("type") != schema.get("type") else None)
        if nearly is None and reads.good >= _NEARLY * (reads.good + reads.bad):
            nearly = (schema, reads)
    made = _text(values)
    lengths = {key: limit for key, limit in (limits or {}).items() if key in _LENGTHS}
    if lengths and made.schema.get("type") == "string" and not values.read_by(made.schema | lengths).bad:
        made.schema |= lengths
    return Guess(made.schema, made.reads, nearly, made.choices, made.checked)


def _of_list(values: Values, allowed: Sequence[str]) -> Guess:
    """Return a choice of the answers that the workbook offers, and of those that stand there in spite of it."""
    known = {fold(text) for text in allowed}
    others = [
        text
        for cell in values.counts
        if (text := evidence.text_of(cell)) and fold(text) not in known and not evidence.is_none(cell)
    ]
    answers = [*allowed, *dict.fromkeys(others)]
    if len(allowed) > 1 and {fold(a) for a in answers} <= evidence.YES_NO:
        schema: dict[str, Any] = {"type": "boolean"}
    else:
        schema = {"type": "string", "enum": answers}
    counts = Counter(dict.fromkeys(answers, 0))
    for cell, n in values.counts.items():
        counts[evidence.text_of(cell)] += n
    reads = values.read_by(schema)
    return Guess(schema, reads, choices={text: counts[text] for text in answers} if others else {})


def _candidates(values: Values, limits: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield schemas that the values may be of, the narrowest first."""
    if values.share(evidence.is_yes_or_no) == 1.0:
        yield {"type": "boolean"}
    if values.share(_moment_by(values.title)) >= _NEARLY or limits.get("kind") in ("date", "time"):
        yield from _moments(values)
    if values.share(evidence.is_number) >= _NEARLY and not _is_identity(values):
        yield from _numbers(values, limits)


def _moment_by(title: str) -> Callable[[Cell], bool]:
    """Return what tells moments: under a title of days numbers are some too."""
    if not evidence.is_dated(title):
        return evidence.is_moment
    return lambda cell: evidence.is_moment(cell) or evidence.is_serial_day(cell)


def _moments(values: Values) -> Iterator[dict[str, Any]]:
    if values.share(lambda cell: isinstance(cell.value, (time, timedelta))) > 0 or values.share(evidence.is_clock) == 1:
        if evidence.is_span(values.title) or values.share(lambda cell: isinstance(cell.value, timedelta)) > 0:
            yield {"type": "integer", "x-unit": "minute"}
        yield {"type": "string", "format": "time"}
        yield {"type": "integer", "x-unit": "minute"}
        return
    if values.share(evidence.is_month) == 1.0:
        yield {"type": "string", "x-control": "month", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
    yield {"type": "string", "format": "date"}
    if values.share(evidence.has_clock) > _MOSTLY:
        yield {"type": "string", "format": "date-time"}
    yield {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}


_MOSTLY = 0.2


def _is_identity(values: Values) -> bool:
    """Tell whether numbers are names: by the title, by zeros before them or by how long they are."""
    title = values.title
    return names_number("", title) or evidence.is_numbering(title) or values.share(evidence.is_long_number) > 0


def _numbers(values: Values, limits: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    unit = evidence.unit_of(values.title, values.unit, values.counts)
    whole = values.share(evidence.is_whole) == 1.0
    bounds = {key: limits[key] for key in _BOUNDS if key in limits}
    if unit == "minute":
        yield {"type": "integer", "x-unit": "minute"}
    elif unit:
        kind = "integer" if whole and unit not in ("yuan", "percent") else "number"
        yield {"type": kind, "x-unit": unit, **({} if unit == "percent" else bounds)}
    if whole:
        yield {"type": "integer", **bounds}
    yield {"type": "number", **bounds}


_LENGTHS = ("minLength", "maxLength")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def _text(values: Values) -> Guess:
    """Return what a column of texts is: answers that repeat, a way to reach somebody, a number that names, or words."""
    told = Counter[str]()
    for cell, n in values.counts.items():
        if not evidence.is_none(cell):
            told[evidence.text_of(cell)] += n
    personal = evidence.personal_by_values(told) or {}
    if personal:
        schema = {"type": "string", **personal}
        reads = values.read_by(schema)
        if not reads.bad:
            return Guess(schema, reads, checked=evidence.right_digits(told, str(personal.get("x-sensitive", ""))))
    sort = evidence.personal_by_title(values.title)
    if sort:
        schema = {"type": "string", "x-sensitive": sort}
        return Guess(schema, values.read_by(schema))
    if several := evidence.several_answers(values.title, told):
        schema = {"type": "array", "items": {"type": "string", "enum": list(several)}, "uniqueItems": True}
        reads = values.read_by(schema)
        if not reads.bad:
            return Guess(schema, reads, choices=several)
    if answers := evidence.answers(values.title, told):
        schema = {"type": "string", "enum": list(answers)}
        reads = values.read_by(schema)
        if not reads.bad:
            return Guess(schema, reads, choices=answers)
    is_long = evidence.is_long(values.title) or any("\n" in text.strip() or len(text) > _LONG for text in told)
    schema = {"type": "string", **({"x-control": "multiline"} if is_long else {})}
    return Guess(schema, values.read_by(schema))


_LONG = 30


def is_unique(values: Values) -> bool:
    """Tell whether every value stands in one row only."""
    return len(values.counts) == len(values) and not any(evidence.is_none(cell) for cell in values.counts)

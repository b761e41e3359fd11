"""Fields of a form laid out as blocks: values into lines of the grid, repeats into tables, sections in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import groupby
from math import ceil
from typing import Any, NamedTuple

from generator.catalogue.expressions import compiled
from generator.catalogue.form import FieldSpec, Form, choices_in
from generator.document import (
    GRID,
    Block,
    Choice,
    Column,
    Field,
    FieldGrid,
    Heading,
    Kind,
    Note,
    Overdue,
    Picture,
    Row,
    Scale,
    Section,
    Strong,
    Table,
    Text,
    Tone,
)
from generator.formats import ems, span_text
from generator.record import value_at
from generator.rules import Policy
from generator.rules.functions import before, plain_functions
from generator.theme import text_width_of
from generator.wording import Lang, choose, phrase

_SPANS = {Kind.MULTILINE: GRID, Kind.LIST: GRID}
_LINES = {Kind.MULTILINE: 3, Kind.LIST: 3, Kind.SIGNATURE: 2}
_SHARES = {
    Kind.DATE: 12,
    Kind.DATETIME: 16,
    Kind.INTEGER: 8,
    Kind.NUMBER: 9,
    Kind.CHOICE: 12,
    Kind.MULTILINE: 30,
    Kind.LIST: 30,
}
_TICKING = ("form", "checklist", "survey", "score-sheet")
EMS_PER_COLUMN = 3.9
"""Characters of the entry's size that fit into one of the twelve columns of a portrait page."""

_MOST_LINES = 1
"""Lines of boxes to tick in a row of a register; more would make the rows too high for a page of them."""

_TICK_MM, _CELL_EM = 8.2, 3.3
"""Millimetres of a box with what parts it from its neighbours, and of a Han character beside it."""

_DATE_SPAN = {False: 4, True: 3}
"""Columns that the units of a moment take on blank paper, upright or lying."""

_NUMBER = "row_number"
_TICK_EMS = 2.3
_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return 1 to 99 in Chinese numerals, as headings count: 一, 十, 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def section_number(number: int, lang: Lang) -> str:
    """Return the tag of the n-th section."""
    return str(number) if lang == "en" else chinese_number(number)


class Way(NamedTuple):
    """Where a field is: the keys of the sections that lead to it, the field, and its pointer."""

    sections: tuple[str, ...]
    spec: FieldSpec
    pointer: str


class Found(NamedTuple):
    """A field with its value, its pointer, and the values beside it."""

    spec: FieldSpec
    value: Any
    pointer: str
    beside: Mapping[str, Any]


@dataclass(slots=True)
class Layout:
    """Lays out one form in one language, blank or filled. Prototypes of fields and columns are made once."""

    form: Form
    lang: Lang
    policy: Policy
    blank: bool
    blank_rows: int | None = None
    _fields: dict[FieldSpec, Field] = field(default_factory=dict)
    _columns: dict[FieldSpec, tuple[Column, ...]] = field(default_factory=dict)
    _choices: dict[FieldSpec, tuple[Choice, ...]] = field(default_factory=dict)
    _grids: dict[tuple[FieldSpec, ...], FieldGrid] = field(default_factory=dict)
    _ways: dict[str, Way | None] = field(default_factory=dict)
    _table_ends: dict[FieldSpec, dict[str, Any]] = field(default_factory=dict)

    # --- fields ---

    def field(self, spec: FieldSpec, value: Any, pointer: str) -> Field:
        """Return a field with its value."""
        return _filled(self._face(spec), value, pointer)

    def _face(self, spec: FieldSpec) -> Field:
        """Return a field as it stands on every paper, without a value."""
        made = self._fields.get(spec)
        if made is None:
            made = self._fields[spec] = self._prototype(spec)
        return made

    def _prototype(self, spec: FieldSpec) -> Field:
        choices = self.choices(spec)
        ticks = self.ticks(spec)
        return Field(
            pointer=spec.pointer,
            kind=spec.kind,
            label=spec.title(self.lang),
            choices=choices,
            ticks=ticks,
            required=spec.required,
            span=self._span(spec, choices if ticks else ()),
            lines=spec.lines or _LINES.get(spec.kind, 1),
            unit=spec.unit,
        )

    def ticks(self, spec: FieldSpec) -> bool:
        """Tell whether a field's choices are shown as boxes to tick."""
        shown = self.blank or self.form.kind in _TICKING
        return shown and not spec.read_only and spec.kind in (Kind.CHOICE, Kind.CHOICES, Kind.BOOLEAN)

    def choices(self, spec: FieldSpec) -> tuple[Choice, ...]:
        """Return a field's choices; on blank paper each with the time limit that the policy gives it."""
        if spec not in self._choices:
            self._choices[spec] = self._offers(spec)
        return self._choices[spec]

    def _offers(self, spec: FieldSpec) -> tuple[Choice, ...]:
        if spec.kind is Kind.BOOLEAN:
            return (Choice(True, phrase("answer.yes", self.lang)), Choice(False, phrase("answer.no", self.lang)))
        made = choices_in(spec.choices, self.lang)
        if not (spec.policy and self.blank) or self.form.is_table:
            return made
        return tuple(Choice(c.value, c.label, self._limit(spec.policy, c.value), c.tone) for c in made)

    def _limit(self, table: str, value: Any) -> str:
        span = self.policy.span(table, value)
        return span_text(*span, self.lang) if span else ""

    def _span(self, spec: FieldSpec, choices: Sequence[Choice]) -> int:
        given = round(spec.width) or _SPANS.get(spec.kind, 4)
        needed = sum(ems(f"{c.label} {c.note}".strip()) + _TICK_EMS for c in choices) / EMS_PER_COLUMN
        least = _DATE_SPAN[self.form.page.landscape] if self.blank and spec.kind is Kind.DATETIME else 1
        return min(GRID, max(given, ceil(needed), least))

    def grid(self, specs: Iterable[FieldSpec], typed: Mapping[str, Any], pointer: str) -> FieldGrid:
        """Return the grid of a run of values."""
        return self.pack([Found(f, typed.get(f.key), f"{pointer}/{f.step}", typed) for f in specs])

    def pack(self, found: Sequence[Found]) -> FieldGrid:
        """Return fields packed into lines whose spans fill the grid; the same fields pack the same way each time."""
        specs = tuple([f.spec for f in found])
        grid = self._grids.get(specs)
        if grid is None:
            grid = self._grids[specs] = pack(map(self._face, specs))
        rest = iter(found)
        lines = [tuple([_filled(face, *next(rest)[1:3]) for face in line]) for line in grid.lines]
        return FieldGrid(tuple(lines))

    def way(self, key: str) -> Way | None:
        """Return where the field is that templates call `key` or `section.key`; None for none."""
        if key not in self._ways:
            self._ways[key] = _way(self.form.root, key.split("."))
        return self._ways[key]

    # --- tables ---

    def columns(self, spec: FieldSpec) -> tuple[Column, ...]:
        """Return the columns of a repeat."""
        if spec not in self._columns:
            offered = self._offered(spec)
            self._columns[spec] = tuple(
                Column(
                    key=f.key,
                    kind=f.kind,
                    label=f.title(self.lang),
                    share=_share(f),
                    choices=self.choices(f),
                    ticks=f.key in offered,
                    required=f.required,
                    read_only=f.read_only,
                    unit=f.unit,
                    running=_is_running(f),
                )
                for f in spec.fields
            )
        return self._columns[spec]

    def _offered(self, spec: FieldSpec) -> set[str]:
        """Return the columns whose choices stand in each row as boxes to tick; of a register, where they have room."""
        ticked = {f.key for f in spec.fields if self.ticks(f)}
        if not self.form.is_table:
            return ticked
        room = text_width_of(self.form.page, self.form.kind) / sum(map(_share, spec.fields))
        return {f.key for f in spec.fields if f.key in ticked and self._tick_lines(f, _share(f) * room) <= _MOST_LINES}

    def _tick_lines(self, spec: FieldSpec, width: float) -> int:
        """Return how many lines of a column `width` millimetres wide its boxes to tick take."""
        lines, left = 0, 0.0
        for choice in self.choices(spec):
            needed = _TICK_MM + ems(choice.label) * _CELL_EM
            if needed > left:
                lines, left = lines + 1, width
            left -= needed
        return lines

    def legend(self) -> Note | None:
        """Return what a blank register's columns offer whose choices aren't printed in each row."""
        spec = self.form.rows
        offered = self._offered(spec)
        named = [f for f in spec.fields if self.ticks(f) and f.key not in offered]
        if not named or not self.blank:
            return None
        separator = phrase("separator", self.lang)
        parts = [f.title(self.lang) + separator + " / ".join(c.label for c in self.choices(f)) for f in named]
        lead = Strong((Text(phrase("choices", self.lang)),))
        return Note((lead, Text(phrase("chart.between", self.lang).join(parts))))

    def table(self, spec: FieldSpec, rows: Sequence[Mapping[str, Any]], pointer: str, caption: str = "") -> Table:
        """Return the table of a repeat within a form; preset rows stand in for rows that aren't there."""
        rows = rows or (spec.default or ())
        keys = [f.key for f in spec.fields]
        made = [Row(tuple(row.get(key) for key in keys)) for row in rows]
        return Table(
            pointer=pointer,
            columns=self.columns(spec),
            rows=made,
            blank_rows=0 if made else self._blank_rows(spec),
            serial=phrase("serial", self.lang) if spec.table.serial else "",
            caption=caption,
            **self._ends(spec),
        )

    def _ends(self, spec: FieldSpec) -> dict[str, Any]:
        """Return what `x-table` says of a table's key column and its sums."""
        if spec not in self._table_ends:
            self._table_ends[spec] = self._made_ends(spec)
        return self._table_ends[spec]

    def _made_ends(self, spec: FieldSpec) -> dict[str, Any]:
        keys = [f.key for f in spec.fields]
        summed = tuple(keys.index(key) for key in spec.table.totals)
        key = keys.index(spec.table.key) if spec.table.key else 0
        return {"key": key, "summed": summed, "total": phrase("total", self.lang) if summed else ""}

    def _blank_rows(self, spec: FieldSpec) -> int:
        if not self.blank:
            return 1
        return spec.table.blank_rows if self.blank_rows is None else self.blank_rows

    def register(self, rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]) -> Table:
        """Return the table that a table form consists of; `rows` is read each time that the table's rows are."""
        spec = self.form.rows
        overdue = self._overdue(spec, head)
        blank_rows = self._blank_rows(spec) if self.blank else 0
        printed = (
            [Row(self._printed_number(spec, n)) for n in range(1, blank_rows + 1)]
            if any(map(_is_running, spec.fields))
            else []
        )
        return Table(
            pointer="/rows",
            columns=self.columns(spec),
            rows=printed or _Rows(rows, [f.key for f in spec.fields], overdue, phrase("overdue", self.lang)),
            blank_rows=0 if printed else blank_rows,
            serial=phrase("serial", self.lang) if spec.table.serial else "",
            register=True,
            overdue=overdue,
            **self._ends(spec),
        )

    def _printed_number(self, spec: FieldSpec, n: int) -> tuple[Any, ...]:
        """Return a blank row with its running number."""
        return tuple(n if _is_running(f) else None for f in spec.fields)

    def _overdue(self, spec: FieldSpec, head: Mapping[str, Any]) -> Overdue | None:
        given = spec.table.overdue
        if not given:
            return None
        keys = [f.key for f in spec.fields]
        pointer = given.get("as_of", "")
        as_of = value_at(head, pointer) if pointer else None
        return Overdue(keys.index(given["due"]), keys.index(given["done"]), as_of, pointer)

    # --- sections ---

    def body(self, typed: Mapping[str, Any]) -> list[Block]:
        """Return the whole form: its sections in the schema's order, numbered where there are several."""
        parts = list(_runs(self.printed(self.form.root.fields, typed)))
        plain = len(parts) == 1 and parts[0][0] is None
        blocks: list[Block] = []
        for number, (group, values) in enumerate(parts, 1):
            tag = "" if plain else section_number(number, self.lang)
            if group is None:
                inner = tuple(self.values(values, typed, ""))
                heading = Heading(phrase("basic" if number == 1 else "further", self.lang), number=tag)
                blocks += inner if plain else [Section(heading, inner)]
            else:
                blocks.append(self.section(group, typed, "", tag))
        return blocks

    def section(self, spec: FieldSpec, typed: Mapping[str, Any], pointer: str, tag: str = "") -> Section:
        """Return a section or a repeat under its heading."""
        at = f"{pointer}/{spec.step}"
        hint = choose(spec.hints, self.lang) if spec.hints and self.blank else ""
        heading = Heading(spec.title(self.lang), number=tag, hint=hint)
        if spec.shape == "repeat":
            return Section(heading, tuple(self.rows(spec, typed.get(spec.key, ()), at, typed)))
        return Section(heading, tuple(self._inside(spec, typed.get(spec.key, {}), at, typed)))

    def rows(
        self, spec: FieldSpec, rows: Sequence[Mapping[str, Any]], pointer: str, typed: Mapping[str, Any]
    ) -> Iterator[Block]:
        """Yield the table of a repeat, led by the chart that is drawn of its rows."""
        chart = self.chart(spec, rows, pointer, typed)
        yield from [chart] if chart else []
        yield self.table(spec, rows, pointer)

    def chart(
        self, spec: FieldSpec, rows: Iterable[Mapping[str, Any]], pointer: str, typed: Mapping[str, Any]
    ) -> Picture | None:
        """Return the chart of a repeat's rows; None where it has none, or there is nothing to draw."""
        if not spec.chart:
            return None
        from generator.compose.charts import draw

        return draw(self, spec, list(rows), pointer, typed)

    def values(self, specs: Sequence[FieldSpec], typed: Mapping[str, Any], pointer: str) -> Iterator[Block]:
        """Yield grids of values, and scales where several ratings of one scale follow each other."""
        for (scale, _), run in groupby(specs, key=self._scale):
            if scale:
                low, high = (choose(end, self.lang) for end in scale)
                made = [self.field(f, typed.get(f.key), f"{pointer}/{f.step}") for f in run]
                yield Scale(tuple(made), low, high)
            else:
                yield self.grid(run, typed, pointer)

    def _scale(self, spec: FieldSpec) -> tuple[Any, ...]:
        """Return the ends of a field's scale, if it has one, and its steps: what fields of one grid have in common."""
        shown = spec.scale if self.ticks(spec) else ()
        return (shown, tuple(choice.value for choice in spec.choices)) if shown else ((), ())

    def printed(self, specs: Iterable[FieldSpec], typed: Mapping[str, Any]) -> list[FieldSpec]:
        """Return the fields that are printed: those whose `x-when` isn't false."""
        return [f for f in specs if not f.when or self._holds(f.when, typed)]

    def _holds(self, when: str, typed: Mapping[str, Any]) -> bool:
        return compiled(when)({"lang": self.lang}, typed, plain_functions()) is not False

    def _inside(
        self, spec: FieldSpec, typed: Mapping[str, Any], pointer: str, whole: Mapping[str, Any]
    ) -> Iterator[Block]:
        for group, values in _runs(self.printed(spec.fields, {**whole, **typed})):
            if group is None:
                yield from self.values(values, typed, pointer)
                continue
            yield Heading(group.title(self.lang), level=3)
            at = f"{pointer}/{group.step}"
            if group.shape == "repeat":
                yield from self.rows(group, typed.get(group.key, ()), at, whole)
            else:
                yield from self._inside(group, typed.get(group.key, {}), at, whole)


def _share(spec: FieldSpec) -> float:
    """Return a column's share of its table's width."""
    return float(spec.width or _SHARES.get(spec.kind, 14))


def _filled(face: Field, value: Any, pointer: str) -> Field:
    return Field(
        pointer,
        face.kind,
        face.label,
        value,
        face.choices,
        face.ticks,
        face.required,
        face.span,
        face.lines,
        face.unit,
    )


def _way(spec: FieldSpec, steps: Sequence[str]) -> Way | None:
    pointer = ""
    for step in steps:
        child = spec.child(step)
        if child is None:
            return None
        spec, pointer = child, f"{pointer}/{child.step}"
    return Way(tuple(steps[:-1]), spec, pointer)


def pack(fields: Iterable[Field]) -> FieldGrid:
    """Return fields packed into lines whose spans fill the grid."""
    lines: list[list[Field]] = [[]]
    for made in fields:
        if sum(f.span for f in lines[-1]) + made.span > GRID:
            lines.append([])
        lines[-1].append(made)
    return FieldGrid(tuple(_fill(line) for line in lines if line))


def _fill(line: Sequence[Field]) -> tuple[Field, ...]:
    """Stretch the spans of a line so that they fill the grid."""
    total = sum(f.span for f in line)
    if total == GRID:
        return tuple(line)
    edges = [round(sum(f.span for f in line[:n]) * GRID / total) for n in range(len(line) + 1)]
    return tuple(replace(f, span=edges[n + 1] - edges[n]) for n, f in enumerate(line))


def _runs(specs: Iterable[FieldSpec]) -> Iterator[tuple[FieldSpec | None, list[FieldSpec]]]:
    """Yield each section or repeat, and each run of values between them (with None)."""
    run: list[FieldSpec] = []
    for spec in specs:
        if spec.shape == "value":
            run.append(spec)
            continue
        if run:
            yield None, run
            run = []
        yield spec, []
    if run:
        yield None, run


class _Rows:
    """Rows of a register, made one by one each time they are read."""

    def __init__(
        self, rows: Iterable[Mapping[str, Any]], keys: Sequence[str], overdue: Overdue | None, mark: str
    ) -> None:
        self.rows, self.keys, self.overdue, self.mark = rows, keys, overdue, mark

    def __iter__(self) -> Iterator[Row]:
        keys, late = self.keys, self._late
        for record in self.rows:
            values = tuple([record.get(key) for key in keys])
            yield Row(values, Tone.ALERT, self.mark) if late(values) else Row(values)

    @property
    def _late(self) -> Callable[[Sequence[Any]], bool]:
        overdue = self.overdue
        return (lambda values: is_late(values, overdue)) if overdue else _never


def _is_running(spec: FieldSpec) -> bool:
    """Tell whether a column holds nothing but the rows' numbers."""
    return bool(spec.derive and spec.derive.value == _NUMBER)


def _never(values: Sequence[Any]) -> bool:
    return False


def is_late(values: Sequence[Any], overdue: Overdue) -> bool:
    """Tell whether a row is overdue: done after it was due, or not done on the day of the list.

    On the limit is in time. Midnight means the day, as in Excel, which can't tell the two apart.
    """
    due, done = values[overdue.due], values[overdue.done] or overdue.as_of
    return isinstance(due, date) and isinstance(done, date) and before(_day_at_midnight(due), _day_at_midnight(done))


def _day_at_midnight(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) and moment.time() == time() else moment

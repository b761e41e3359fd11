"""Repeats of a form as tables: those within a form, and the register that a table form consists of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from types import NoneType

from generator.catalogue.form import FieldSpec
from generator.compose.decimals import Align, aligner
from generator.compose.faces import Faces
from generator.compose.pen_rows import Awaits, awaiting
from generator.document import Column, Note, Overdue, Row, Strong, Table, Text, Tone
from generator.record import Values, value_at
from generator.rules.functions import before
from generator.text_measure import ems
from generator.wording import phrase

_MOST_LINES = 1
"""Lines of boxes to tick in a row of a register; more would make the rows too high for a page of them."""

_TICK_MM, _CELL_EM = 8.2, 3.3
"""Millimetres of a box with what parts it from its neighbours, and of a Han character beside it."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """What `x-table` says of a table's key column and its sums."""

    key: int
    summed: tuple[int, ...]
    total: str


@dataclass(slots=True)
class TableComposer:
    """Composes the tables of one form.

    `blank_rows`: empty rows on blank paper, where not the schema decides; on filled paper those that follow.
    """

    faces: Faces
    blank_rows: int | None = None
    _columns: dict[FieldSpec, tuple[Column, ...]] = field(default_factory=dict)
    _ends: dict[FieldSpec, _Ends] = field(default_factory=dict)
    _sparse: dict[tuple[FieldSpec, tuple[str, ...]], FieldSpec] = field(default_factory=dict)

    def columns(self, spec: FieldSpec) -> tuple[Column, ...]:
        """Return the columns of a repeat."""
        if spec not in self._columns:
            self._columns[spec] = tuple(self._made_columns(spec))
        return self._columns[spec]

    def _made_columns(self, spec: FieldSpec) -> Iterator[Column]:
        offered = self._offered(spec)
        for child in spec.shown:
            face = self.faces.of(child)
            if self.faces.long_hint(child):
                face = replace(face, label=child.title(self.faces.lang))
            own = face if face.ticks == (child.key in offered) else replace(face, ticks=child.key in offered)
            yield Column(child.key, own, _share(child), child.is_running)

    def _offered(self, spec: FieldSpec) -> set[str]:
        """Return the columns whose choices stand in each row as boxes to tick; of a register, where they have room."""
        ticked = {f.key for f in spec.shown if self.faces.ticks(f)}
        if not self.faces.form.is_table:
            return ticked
        room = self.faces.width / sum(map(_share, spec.shown))
        return {f.key for f in spec.shown if f.key in ticked and self._tick_lines(f, _share(f) * room) <= _MOST_LINES}

    def _tick_lines(self, spec: FieldSpec, width: float) -> int:
        """Return how many lines of a column `width` millimetres wide its boxes to tick take."""
        lines, left = 0, 0.0
        for choice in self.faces.choices(spec):
            needed = _TICK_MM + ems(choice.label) * _CELL_EM
            if needed > left:
                lines, left = lines + 1, width
            left -= needed
        return lines

    def legend(self) -> Note | None:
        """Return what a blank register's columns offer whose choices aren't printed in each row."""
        spec, lang = self.faces.form.rows, self.faces.lang
        offered = self._offered(spec)
        named = [f for f in spec.shown if self.faces.ticks(f) and f.key not in offered]
        if not named or not self.faces.is_blank or self.faces.is_fillable:
            return None
        separator = phrase("separator", lang)
        parts = [f.title(lang) + separator + " / ".join(c.label for c in self.faces.choices(f)) for f in named]
        return Note((Strong((Text(phrase("choices", lang)),)), Text(phrase("chart.between", lang).join(parts))))

    def table(self, spec: FieldSpec, rows: Sequence[Values], pointer: str) -> Table:
        """Return the table of a repeat within a form; preset rows stand in for rows that aren't there."""
        rows = rows or (spec.default or ())
        if spec.table.sparse and rows and not (self.faces.is_blank or self.faces.is_fillable):
            spec = self._with_values(spec, rows)
        keys = [f.key for f in spec.shown]
        align = aligner(spec.shown, rows) or _as_it_is
        awaits = awaiting(spec, self.faces)
        aligned = (tuple(align(key, row.get(key)) for key in keys) for row in rows)
        filled = [Row(values, spare=awaits(values)) for values in aligned]
        spare = () if spec.default and not self.faces.is_fillable else self.spare_rows(spec, len(filled))
        return self._table(spec, pointer, [*filled, *spare])

    def _with_values(self, spec: FieldSpec, rows: Sequence[Values]) -> FieldSpec:
        """Return a repeat without the columns in which no row has a value."""
        there = tuple(f.key for f in spec.fields if any(row.get(f.key) is not None for row in rows))
        if (spec, there) not in self._sparse:
            kept = tuple(f for f in spec.fields if f.key in there)
            self._sparse[spec, there] = spec if len(kept) == len(spec.fields) else replace(spec, fields=kept)
        return self._sparse[spec, there]

    def spare_rows(self, spec: FieldSpec, count: int) -> Iterator[Row]:
        """Yield the empty rows beneath `count` filled ones; their numbers go on."""
        wanted = 0 if self.faces.is_blank else self.blank_rows or 0
        if self.faces.is_fillable:
            wanted = self._room_to_grow(spec, count)
        return (Row(_printed_number(spec, count + n), spare=True) for n in range(1, wanted + 1))

    def _room_to_grow(self, spec: FieldSpec, count: int) -> int:
        """Return how many empty rows a table has on screen: those of blank paper, as far as its schema allows them."""
        preset = bool(spec.default) and any(f.read_only for f in spec.shown)  # nobody could say what a row is about
        wanted = 0 if preset else self._blank_rows(spec)
        most = _most(spec)
        return wanted if most is None else min(wanted, max(0, most - count))

    def _table(self, spec: FieldSpec, pointer: str, rows: list[Row]) -> Table:
        ends = self.ends(spec)
        unsummed = _unsummed(spec, ends.summed, rows)
        return Table(
            pointer=pointer,
            columns=self.columns(spec),
            rows=rows,
            blank_rows=0 if rows else self._blank_rows(spec),
            serial=phrase("serial", self.faces.lang) if spec.table.serial else "",
            key=ends.key,
            summed=tuple(at for at in ends.summed if at not in unsummed),
            unsummed=unsummed,
            total=ends.total,
            use=self.faces.use,
            most=_most(spec),
        )

    def ends(self, spec: FieldSpec) -> _Ends:
        """Return what `x-table` says of a table's key column and its sums."""
        if spec not in self._ends:
            keys = [f.key for f in spec.shown]
            summed = tuple(keys.index(key) for key in spec.table.totals)
            key = keys.index(spec.table.key) if spec.table.key else 0
            self._ends[spec] = _Ends(key, summed, phrase("total", self.faces.lang) if summed else "")
        return self._ends[spec]

    def _blank_rows(self, spec: FieldSpec) -> int:
        if not self.faces.is_blank:
            return 1
        return spec.table.blank_rows if self.blank_rows is None else self.blank_rows

    def register(self, rows: Iterable[Values], head: Values) -> Table:
        """Return the table that a table form consists of; `rows` is read each time that the table's rows are."""
        spec, lang = self.faces.form.rows, self.faces.lang
        overdue = _overdue(spec, head)
        blank_rows = self._blank_rows(spec) if self.faces.is_blank and not self.faces.is_fillable else 0
        numbered = any(f.is_running for f in spec.shown)
        known: Values = next(iter(rows), {}) if blank_rows else {}
        printed = [Row(_printed_number(spec, n, known)) for n in range(1, blank_rows + 1)] if numbered or known else []
        ends = self.ends(spec)
        spare = partial(self.spare_rows, spec)
        keys, mark = [f.key for f in spec.shown], phrase("overdue", lang)
        awaits = awaiting(spec, self.faces)
        shown = printed or RegisterRows(rows, keys, overdue, mark, spare, aligner(spec.shown, rows), awaits)
        unsummed = _unsummed(spec, ends.summed, shown)
        return Table(
            pointer="/rows",
            columns=self.columns(spec),
            rows=shown,
            blank_rows=0 if printed else blank_rows,
            serial=phrase("serial", lang) if spec.table.serial else "",
            register=True,
            overdue=overdue,
            key=ends.key,
            summed=tuple(at for at in ends.summed if at not in unsummed),
            unsummed=unsummed,
            total=ends.total,
            use=self.faces.use,
            most=_most(spec),
        )


def _most(spec: FieldSpec) -> int | None:
    """Return how many rows a repeat may have; None where its schema doesn't say."""
    most = spec.schema.get("maxItems")
    return most if isinstance(most, int) else None


def _as_it_is(key: str, value: object) -> object:
    return value


def _overdue(spec: FieldSpec, head: Values) -> Overdue | None:
    named = spec.table.overdue
    if not named:
        return None
    keys = [f.key for f in spec.shown]
    pointer = named.get("as_of", "")
    as_of = value_at(head, pointer) if pointer else None
    return Overdue(keys.index(named["due"]), keys.index(named["done"]), as_of, pointer)


def _share(spec: FieldSpec) -> float:
    """Return a column's share of its table's width."""
    return float(spec.width or spec.kind.share)


def _printed_number(spec: FieldSpec, n: int, known: Values | None = None) -> tuple[object, ...]:
    """Return a blank row with its running number, and what is known of each row."""
    return tuple(n if f.is_running else known.get(f.key) if known else None for f in spec.shown)


_NUMBERS = {"number", "integer", "null"}


def totals_may_lack(spec: FieldSpec) -> bool:
    """Tell whether a table has a total over a column that may hold something else than numbers."""
    kinds = [spec.by_key[key].schema.get("type") for key in spec.table.totals]
    return not all(set(kind if isinstance(kind, list) else [kind]) <= _NUMBERS for kind in kinds)


def _unsummed(spec: FieldSpec, wanted: tuple[int, ...], rows: Iterable[Row]) -> tuple[int, ...]:
    """Return which columns of those that have a sum hold something that can't be added."""
    if not totals_may_lack(spec):
        return ()
    found = {at for row in rows for at in wanted if not isinstance(row.values[at], _ADDED)}
    return tuple(sorted(found))


_ADDED = (int, float, Decimal, NoneType)


class RegisterRows:
    """Rows of a register, made one by one each time they are read; `spare` makes those beneath so many, `awaits` tells
    of which somebody still writes in them.
    """

    def __init__(
        self,
        rows: Iterable[Values],
        keys: Sequence[str],
        overdue: Overdue | None,
        mark: str,
        spare: Callable[[int], Iterator[Row]],
        align: Align | None = None,
        awaits: Awaits | None = None,
    ) -> None:
        self.rows, self.keys, self.overdue, self.mark, self.spare = rows, keys, overdue, mark, spare
        self.align, self.awaits = align, awaits or _never

    def __iter__(self) -> Iterator[Row]:
        keys, late, align, awaits, count = self.keys, self._late, self.align, self.awaits, 0
        for record in self.rows:
            count += 1
            values: tuple[object, ...] = tuple([record.get(key) for key in keys])
            if align:
                values = tuple(map(align, keys, values))
            pen = awaits(values)
            yield Row(values, Tone.ALERT, self.mark, pen) if late(values) else Row(values, spare=pen)
        yield from self.spare(count)

    @property
    def _late(self) -> Callable[[Sequence[object]], bool]:
        overdue = self.overdue
        return (lambda values: is_late(values, overdue)) if overdue else _never


def _never(values: Sequence[object]) -> bool:
    return False


def is_late(values: Sequence[object], overdue: Overdue) -> bool:
    """Tell whether a row is overdue: done after it was due, or not done on the day of the list.

    On the limit is in time. Midnight means the day, as in Excel, which can't tell the two apart.
    """
    due, done = values[overdue.due], values[overdue.done] or overdue.as_of
    return isinstance(due, date) and isinstance(done, date) and before(_day_at_midnight(due), _day_at_midnight(done))


def _day_at_midnight(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) and moment.time() == time() else moment

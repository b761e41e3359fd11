"""Fields of a form laid out as blocks: values into lines of the grid, repeats into tables, sections in order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.packed import REST
from generator.compose.beside import KINDS, TABLE, beside
from generator.compose.faces import Faces
from generator.compose.numbering import section_number
from generator.compose.packing import pack, room_of
from generator.compose.sides import side_by_side
from generator.compose.tables import TableComposer
from generator.document import (
    GRID,
    Beside,
    Block,
    Face,
    Field,
    FieldGrid,
    Heading,
    Picture,
    Purpose,
    Room,
    Scale,
    Section,
    Table,
    Use,
)
from generator.document.columns import columns_wide
from generator.errors import pointer_key
from generator.record import Values
from generator.rules import Policy
from generator.theme import Theme
from generator.units import Mm
from generator.wording import Lang, choose, phrase, said_together

BLANK_RECORDS = 2
"""Rows of a repeat that stand beneath each other on blank paper: another sheet takes more."""

ScaleKey = tuple[tuple[object, ...], tuple[object, ...]]
"""The ends of a scale and its steps; both empty for a value that is no rating."""


class FieldPath(NamedTuple):
    """Where a field is: the keys of the sections that lead to it, the field, and its pointer."""

    sections: tuple[str, ...]
    spec: FieldSpec
    pointer: str


class PlacedValue(NamedTuple):
    """A field with its value, its pointer, and the values beside it."""

    spec: FieldSpec
    value: object
    pointer: str
    beside: Values


@dataclass(slots=True)
class Layout:
    """Lays out one form in one language for one purpose. Faces, rooms and columns of fields are made once."""

    faces: Faces
    tables: TableComposer
    _grids: dict[tuple[Use, tuple[FieldSpec, ...]], tuple[tuple[Room, ...], ...]] = field(default_factory=dict)
    _paths: dict[str, FieldPath | None] = field(default_factory=dict)
    _added: dict[str, tuple[str, ...]] | None = None

    @classmethod
    def of(
        cls, form: Form, lang: Lang, policy: Policy, purpose: Purpose, theme: Theme, blank_rows: int | None = None
    ) -> "Layout":
        """Return the layout of a form."""
        faces = Faces(form, lang, policy, purpose, theme)
        return cls(faces, TableComposer(faces, blank_rows))

    @property
    def form(self) -> Form:
        """Return the form that is laid out."""
        return self.faces.form

    @property
    def lang(self) -> Lang:
        """Return the language of the paper."""
        return self.faces.lang

    @property
    def is_blank(self) -> bool:
        """Tell whether the paper is for a pen."""
        return self.faces.is_blank

    # --- fields ---

    def grid(self, specs: Iterable[FieldSpec], typed: Values, pointer: str) -> FieldGrid:
        """Return the grid of a run of values."""
        return self.pack([PlacedValue(f, typed.get(f.key), f"{pointer}/{f.step}", typed) for f in specs])

    def pack(self, found: Sequence[PlacedValue], use: Use | None = None) -> FieldGrid:
        """Return fields packed into lines whose spans fill the grid; the same fields pack the same way each time.

        `use`: what their boxes are for, if not for what the paper is.
        """
        specs, use = tuple([f.spec for f in found]), use or self.faces.use
        lines = self._grids.get((use, specs))
        if lines is None:
            lines = self._grids[use, specs] = pack(room_of(self.faces, spec, use) for spec in specs)
        rest, face_of = iter(found), self.faces.of
        return FieldGrid(tuple([tuple([_field(next(rest), face_of, room) for room in line]) for line in lines]))

    def path(self, key: str) -> FieldPath | None:
        """Return where the field is that templates call `key` or `section.key`; None for none."""
        if key not in self._paths:
            self._paths[key] = _path(self.form.root, key.split("."))
        return self._paths[key]

    def added_beside(self, key: str) -> tuple[str, ...]:
        """Return the keys of values that were added to the form beside a field, in the order of the paper."""
        if self._added is None:
            self._added = self._find_added()
        path = self.path(key) if self._added else None
        return self._added.get(path.pointer, ()) if path else ()

    def _find_added(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for spec in self.form.root.walk():
            if spec.beside and spec.shape == "value" and "/*" not in spec.pointer:
                key = ".".join(map(pointer_key, spec.pointer.split("/")[1:]))
                found[spec.beside] = (*found.get(spec.beside, ()), key)
        return found

    # --- sections ---

    def body(self, typed: Values) -> list[Block]:
        """Return the whole form: its sections in the schema's order, numbered where there are several."""
        parts = list(_runs(self.printed(_all_of(self.form.root, typed), typed)))
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

    def section(self, spec: FieldSpec, typed: Values, pointer: str, tag: str = "") -> Section:
        """Return a section or a repeat under its heading."""
        at = f"{pointer}/{spec.step}"
        hint = self._hint(spec)
        heading = Heading(spec.title(self.lang), number=tag, hint=hint)
        if spec.shape == "repeat":
            return Section(heading, tuple(self.rows(spec, typed.get(spec.key, ()), at, typed)))
        return Section(heading, tuple(self._inside(spec, typed.get(spec.key, {}), at, typed)))

    def _hint(self, spec: FieldSpec) -> str:
        """Return how to fill in a section or a table, on blank paper; with the hints that columns have no room for."""
        if not self.is_blank:
            return ""
        own = choose(spec.hints, self.lang) if spec.hints else ""
        columns = spec.fields if spec.shape == "repeat" and not spec.holds_parts else ()
        told = [(f.title(self.lang), hint) for f in columns if (hint := self.faces.long_hint(f))]
        texts = [f"{title}{phrase('separator', self.lang)}{hint}" for title, hint in told]
        return said_together([own, *texts], self.lang)

    def rows(self, spec: FieldSpec, rows: Sequence[Values], pointer: str, typed: Values) -> Iterator[Block]:
        """Yield the table of a repeat with the chart that is drawn of its rows, beside it or above."""
        if spec.holds_parts:
            yield from self.records(spec, rows, pointer, typed)
            return
        table, chart = self.charted(spec, rows, pointer, typed)
        if isinstance(table, Table):
            yield from [chart] if chart else []
        yield table
        for n, row in enumerate(rows if spec.extra else ()):
            if spec.extra and row.get(REST):
                heading = (
                    f"{spec.title(self.lang)} {n + 1}{phrase('separator', self.lang)}{spec.extra.title(self.lang)}"
                )
                yield Heading(heading, level=3)
                yield self.table(spec.extra, row[REST], f"{pointer}/{n}/{REST}")

    def records(self, spec: FieldSpec, rows: Sequence[Values], pointer: str, typed: Values) -> Iterator[Block]:
        """Yield the rows of a repeat that hold sections or tables: one beneath the other, each with its number."""
        wanted = len(rows) or 1
        if self.is_blank:
            nested = "/0/" in f"{pointer}/"
            wanted += 1 if self.faces.is_fillable and rows else 0 if nested or rows else BLANK_RECORDS - 1
        for n in range(wanted):
            row = rows[n] if n < len(rows) else {}
            yield Heading(f"{spec.title(self.lang)} {n + 1}", level=3)
            yield from self._inside(spec, row, f"{pointer}/{n}", typed)

    def charted(
        self, spec: FieldSpec, rows: Sequence[Values], pointer: str, typed: Values
    ) -> tuple[Table | Beside, Picture | None]:
        """Return the table of a repeat, with its chart beside it where there is room, else the chart apart."""
        table, width = self.table(spec, rows, pointer), self.faces.width
        if spec.chart.get("kind") in KINDS:
            narrow = self.chart(spec, rows, pointer, typed, columns_wide(width, GRID - TABLE))
            both = beside(self.faces.theme, table, narrow, width, self.lang) if narrow else None
            if both:
                return both, None
        return table, self.chart(spec, rows, pointer, typed)

    def table(self, spec: FieldSpec, rows: Sequence[Values], pointer: str, *, sides: bool = False) -> Table:
        """Return the table of a repeat; many rows as two tables side by side, where that is asked for."""
        table = self.tables.table(spec, rows, pointer)
        return side_by_side(self.faces.theme, table, self.faces.width) if sides else table

    def chart(
        self,
        spec: FieldSpec,
        rows: Iterable[Values],
        pointer: str,
        typed: Values,
        width: Mm | None = None,
        room: float | None = None,
    ) -> Picture | None:
        """Return the chart of a repeat's rows, as wide as the text or as said, lower where its page has less room left;
        None where it has none, or there is nothing to draw.
        """
        if not spec.chart or self.faces.is_fillable:
            return None
        from generator.compose.charts import draw  # few forms have one

        return draw(self.faces, spec, list(rows), pointer, typed, width, room)

    def values(self, specs: Sequence[FieldSpec], typed: Values, pointer: str) -> Iterator[Block]:
        """Yield grids of values, and scales where several ratings of one scale follow each other."""
        for (scale, _), run in groupby(specs, key=self._scale):
            if scale:
                low, high = (choose(end, self.lang) for end in scale)  # type: ignore[arg-type]  # titles by language
                found = (PlacedValue(f, typed.get(f.key), f"{pointer}/{f.step}", typed) for f in run)
                ratings = (_field(f, self.faces.of, room_of(self.faces, f.spec, self.faces.use)) for f in found)
                yield Scale(tuple(ratings), low, high)
            else:
                yield self.grid(run, typed, pointer)

    def _scale(self, spec: FieldSpec) -> ScaleKey:
        """Return the ends of a field's scale, if it has one, and its steps: what fields of one grid have in common."""
        shown = spec.scale if self.faces.ticks(spec) else ()
        return (shown, tuple(choice.value for choice in spec.choices)) if shown else ((), ())

    def printed(self, specs: Iterable[FieldSpec], typed: Values) -> list[FieldSpec]:
        """Return the fields that are printed: those not hidden, whose `x-when` isn't false; on screen it may become
        true.
        """
        return [f for f in specs if self._is_shown(f, typed) and (not f.when or self._holds(f, typed))]

    def _holds(self, spec: FieldSpec, typed: Values) -> bool:
        return self.faces.is_fillable or self.faces.holds(spec, typed)

    def _is_shown(self, spec: FieldSpec, typed: Values) -> bool:
        """Tell whether a field has its place on this paper: what holds only sometimes is left out where it is empty."""
        if spec.hidden:
            return False
        if spec.presence == "always" or (spec.presence == "unless-absent" and self.is_blank):
            return True
        return typed.get(spec.key) not in (None, {}, [])

    def _inside(self, spec: FieldSpec, typed: Values, pointer: str, whole: Values) -> Iterator[Block]:
        for group, values in _runs(self.printed(_all_of(spec, typed), {**whole, **typed})):
            if group is None:
                yield from self.values(values, typed, pointer)
                continue
            hint = self._hint(group) if self.form.origin is not None else ""
            yield Heading(group.title(self.lang), level=3, hint=hint)
            at = f"{pointer}/{group.step}"
            if group.shape == "repeat":
                yield from self.rows(group, typed.get(group.key, ()), at, whole)
            else:
                yield from self._inside(group, typed.get(group.key, {}), at, whole)


def _all_of(spec: FieldSpec, typed: Values) -> Sequence[FieldSpec]:
    """Return the fields of a section, with the table of further entries where there are some."""
    return (*spec.fields, spec.extra) if spec.extra is not None and typed.get(REST) else spec.fields


def _field(found: PlacedValue, face_of: Callable[[FieldSpec], Face], room: Room) -> Field:
    return Field(found.pointer, face_of(found.spec), found.value, settled(room, found.value))


def settled(room: Room, value: object) -> Room:
    """Return the room of a field with a value: one that has it already waits for no pen."""
    return room if value is None or room.use is not Use.PEN else replace(room, use=Use.SHOWN, gaps=(), squares=0)


def _path(spec: FieldSpec, steps: Sequence[str]) -> FieldPath | None:
    pointer = ""
    for step in steps:
        child = spec.child(step)
        if child is None:
            return None
        spec, pointer = child, f"{pointer}/{child.step}"
    return FieldPath(tuple(steps[:-1]), spec, pointer)


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

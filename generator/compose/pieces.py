"""What templates place by functions: grids of fields, tables, sections, prose, key figures, signatures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from jinja2 import Undefined
from markupsafe import Markup

from generator.catalogue import limits
from generator.catalogue.form import FieldSpec
from generator.catalogue.limits import bound, spend
from generator.catalogue.sandbox import template_function
from generator.compose.layout import Layout, PlacedValue
from generator.compose.names import romanised_surname
from generator.compose.shown import Shown, known
from generator.document import (
    GRID,
    Beside,
    Block,
    Field,
    FieldGrid,
    Figure,
    KeyFigures,
    Paragraph,
    Picture,
    Section,
    Signature,
    SignatureBlock,
    Strong,
    Text,
    Tone,
    Use,
    Value,
    WritingLines,
)
from generator.document.columns import columns_wide
from generator.errors import Place, SchemaError, fail, may_be_value
from generator.formats import span_text
from generator.record import Values
from generator.units import Mm
from generator.wording import phrase

_PLACING = ("fields", "ask", "table", "chart", "charts", "beside", "section", "prose", "figures", "signature")
_FUNCTIONS = (*_PLACING, "figure", "sign", "closing", "surname", "target")


_STEPS = 100
"""Steps that a piece takes: about as long as composing one does."""


class Placed(NamedTuple):
    """Blocks that were put aside, and how many pieces they hold, rows of tables among them."""

    blocks: tuple[Block, ...]
    size: int


class Pieces:
    """The functions that a template calls; each puts blocks aside and leaves a mark where they belong."""

    def __init__(self, layout: Layout, typed: Values) -> None:
        self.layout, self.typed = layout, typed
        self.placed: list[Placed] = []
        self._grids: dict[int, tuple[list[PlacedValue], bool]] = {}
        self._signed: set[str] = set()
        self._keys: set[str] = set()
        self._count = 0

    def functions(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _FUNCTIONS}

    def _place(self, *blocks: Block, key: str = "", rows: int = 0) -> Markup:
        """Put blocks aside. `rows`: those of the tables among them, which count where `key` is placed once more.

        Raises OutOfBounds for more than a document holds.
        """
        size = sum(map(_size, blocks))
        spend(_STEPS)
        self._count += size + (rows if key in self._keys else 0)
        bound("nodes", self._count, limits.MOST_NODES)
        self._keys.add(key)
        self.placed.append(Placed(blocks, size + rows))
        return Markup(f'<x n="{len(self.placed) - 1}"/>')  # noqa: S704  # a number of our own

    def _find(self, key: str, *shapes: str) -> PlacedValue:
        """Return a field by key or path (`confirmation.decision`), with its value and what lies around it.

        Raises SchemaError (E-template-field) where there is none, or none of these shapes.
        """
        path = self.layout.path(key)
        if path is None or path.spec.shape not in (shapes or ("value",)):
            shown = "?" if may_be_value(key) else key
            raise fail(SchemaError, "E-template-field", Place(self.layout.form.template), key=shown)
        typed = self.typed
        for section in path.sections:
            typed = typed.get(section, {})
        return PlacedValue(path.spec, typed.get(path.spec.key), path.pointer, typed)

    def _is_printed(self, found: PlacedValue) -> bool:
        if found.spec.hidden or (found.value is None and not self.layout.is_blank):
            return False
        return not found.spec.when or bool(self.layout.printed([found.spec], {**self.typed, **found.beside}))

    @template_function
    def fields(self, *keys: str) -> Markup:
        """Place a grid of fields; on filled paper those without a value are left out."""
        found = [found for key in self._with_added(keys) if self._is_printed(found := self._find(key))]
        return self._place_grid(found) if found else Markup("")

    @template_function
    def ask(self, *keys: str) -> Markup:
        """Place a grid of fields that the reader is to fill in: choices with boxes to tick, empty or not."""
        found = [found for key in self._with_added(keys) if not (found := self._find(key)).spec.hidden]
        return self._place_grid(found, asks=True) if found else Markup("")

    def _with_added(self, keys: Sequence[str]) -> Iterator[str]:
        """Yield keys of values, each with those that were added beside it and that nothing else places."""
        for key in keys:
            yield key
            added = self.layout.added_beside(key)
            yield from (more for more in added if more not in keys)

    def _place_grid(self, found: list[PlacedValue], asks: bool = False) -> Markup:
        mark = self._place(self._grid(found, asks))
        self._grids[len(self.placed) - 1] = found, asks
        return mark

    def _grid(self, found: Sequence[PlacedValue], asks: bool) -> FieldGrid:
        if not asks:
            return self.layout.pack(found)
        lines = (tuple(map(_ticked, line)) for line in self.layout.pack(found, Use.PEN).lines)
        return FieldGrid(tuple(lines))

    def said_once(self) -> list[Placed]:
        """Return what was placed, without the fields in its grids that stand in a place to sign: who, and when."""
        placed = list(self.placed)
        for n, (found, asks) in self._grids.items():
            left = [one for one in found if one.pointer not in self._signed]
            if len(left) < len(found):
                placed[n] = placed[n]._replace(blocks=(self._grid(left, asks),) if left else ())
        return placed

    @template_function
    def table(self, key: str, most: int | None = None, without: Sequence[str] = (), *, sides: bool = False) -> Markup:
        """Place the table of a repeat; `most`: the rows that a page has room for, the first ones; `without`: columns
        that it has no room for; `sides`: many rows may stand as two tables side by side.
        """
        found = self._find(key, "repeat")
        if found.spec.hidden:
            return Markup("")
        rows = _rows(found.value)[:most]
        shown = tuple(child for child in found.spec.fields if child.key not in without)
        spec = replace(found.spec, fields=shown) if without else found.spec
        return self._place(self.layout.table(spec, rows, found.pointer, sides=sides), key=key, rows=len(rows))

    @template_function
    def chart(self, key: str, columns: int = GRID) -> Markup:
        """Place the chart that `x-chart` draws of a repeat's rows, as wide as so many of the text's twelve columns."""
        found = self._find(key, "repeat")
        if found.spec.hidden:
            return Markup("")
        width = columns_wide(self.layout.faces.width, columns)
        made = self.layout.chart(found.spec, _rows(found.value), found.pointer, self.typed, width)
        return self._place(made, key=key, rows=len(_rows(found.value))) if made else Markup("")

    @template_function
    def charts(self, *keys: str) -> Markup:
        """Place the charts of several repeats side by side, each beneath its title; those that there are."""
        found = [one for one in (self._find(key, "repeat") for key in keys) if not one.spec.hidden]
        width = self.layout.faces.width

        def made(wide: Mm) -> list[Picture]:
            drawn = (self.layout.chart(f.spec, _rows(f.value), f.pointer, self.typed, wide) for f in found)
            return [picture for picture in drawn if picture]

        count = len(made(width))
        if count < 2:
            return self._place(*made(width))
        from generator.compose.charts.together import together  # few forms have charts

        return self._place(together(made(columns_wide(width, GRID // count)), width, self.layout.lang))

    @template_function
    def beside(self, key: str) -> Markup:
        """Place the table of a repeat with its chart at its right, or beneath where there is no room for both."""
        found = self._find(key, "repeat")
        if found.spec.hidden:
            return Markup("")
        rows = _rows(found.value)
        table, chart = self.layout.charted(found.spec, rows, found.pointer, self.typed)
        return self._place(table, *([chart] if chart else []), key=key, rows=len(rows))

    @template_function
    def section(self, key: str) -> Markup:
        """Place a section with its heading."""
        found = self._find(key, "section", "repeat")
        if found.spec.hidden:
            return Markup("")
        above = found.pointer.removesuffix(f"/{found.spec.step}")
        made = self.layout.section(found.spec, found.beside, above)
        return self._place(made, key=key, rows=_rows_within(found.value))

    @template_function
    def prose(self, key: str, label: str | None = None, pen: bool = False) -> Markup:
        """Place a long text as paragraphs, led by its label (the field's title; "" for none); on blank paper, and with
        `pen` wherever it isn't known yet, lines to write on.
        """
        spec, value, at, _ = self._find(key)
        if spec.hidden:
            return Markup("")
        added = self.layout.added_beside(key)
        return self._prose(spec, value, at, label, pen=pen) + Markup("").join(map(self.prose, added))

    def _prose(self, spec: FieldSpec, value: Any, at: str, label: str | None, *, pen: bool) -> Markup:
        lang = self.layout.lang
        label = spec.title(lang) if label is None else label
        if (self.layout.is_blank or pen) and value is None:
            return self._place(WritingLines(at, label, spec.lines or 3))
        if value is None:
            return Markup("")
        face = self.layout.faces.of(spec)
        first, *rest = [line for line in face.text(value, lang).split("\n") if line.strip()]
        lead = (Strong((Text(label + phrase("separator", lang)),)),) if label else ()
        values = [Value(at, line, face=face) for line in (first, *rest)]
        return self._place(Paragraph((*lead, values[0])), *(Paragraph((value,)) for value in values[1:]))

    @template_function
    def figure(self, key: str, note: str = "", tone: str = "", label: str = "", aims: Any = ()) -> Figure:
        """Return a key figure for `figures`; a note is dropped on blank paper.

        `aims`: rows that say of a figure, by its key (`of`), what it is to be (`target`) and whether it is (`met`).
        """
        spec, value, at, _ = self._find(key)
        if spec.hidden:
            return Figure("", "")
        text = self.layout.faces.text(spec, value)
        note = "" if self.layout.is_blank else known(note)
        shown = Figure(known(label) or spec.title(self.layout.lang), text, note, Tone(tone or ""), at)
        rows = () if isinstance(aims, Undefined) or self.layout.is_blank else aims
        row = next((row for row in rows if row.get("of") == spec.key), None)
        return self._aimed(shown, str(row.get("target", "")), str(row.get("met", ""))) if row else shown

    def _aimed(self, figure: Figure, target: str, met: str) -> Figure:
        """Return a key figure with what it is to be, where it is known whether it is."""
        if not target or met not in _KEPT:
            return figure
        return replace(figure, aim=phrase(f"aim.{met}", self.layout.lang).format(target=target), kept=_KEPT[met])

    @template_function
    def figures(self, *figures: Figure) -> Markup:
        """Place a band of key figures; those without a value are left out of filled paper."""
        shown = tuple(f for f in figures if f.text or (self.layout.is_blank and f.label))
        return self._place(KeyFigures(shown)) if shown else Markup("")

    @template_function
    def sign(self, label: str, seal: bool = False, date: Any = "", name: Any = "") -> Signature:
        """Return a place to sign for `signature`; a date and name already known are printed, and in no grid as well."""
        self._signed |= {value.pointer for value in (date, name) if isinstance(value, Shown)}
        drawn = name.drawn if isinstance(name, Shown) else None
        shown = "" if drawn else known(name)
        return Signature(known(label), seal, known(date), shown, date_of=_of(date), name_of=_of(name), drawn=drawn)

    @template_function
    def closing(self, label: str, note: str = "", date: Any = None) -> Signature:
        """Return the end of a letter for `signature`: whose it is, beneath it the date (None: there is none), the seal
        over both; `note` stands behind the name where the seal has no picture.
        """
        self._signed |= {date.pointer} if isinstance(date, Shown) else set()
        day = "" if date is None else known(date)
        is_dated = date is not None
        return Signature(known(label), True, day, closing=True, note=known(note), dated=is_dated, date_of=_of(date))

    @template_function
    def surname(self, name: Any) -> str:
        """Return what a person is addressed by: a Chinese surname in Latin letters, any other name whole."""
        return romanised_surname(known(name), self.layout.faces.policy.masking.get("compound_surnames", ()))

    @template_function
    def signature(self, *places: Signature | str) -> Markup:
        """Place a signature block."""
        return self._place(
            SignatureBlock(tuple(p if isinstance(p, Signature) else Signature(known(p)) for p in places))
        )

    @template_function
    def target(self, table: str, key: Any) -> str:
        """Return a target of the policy in words; empty when it has none."""
        span = None if isinstance(key, Undefined) else self.layout.faces.policy.span(table, key)
        return span_text(*span, self.layout.lang) if span else ""


_KEPT = {"met": Tone.GOOD, "missed": Tone.ALERT}
"""How it looks whether a figure is what it is to be."""


def _size(block: Block) -> int:
    """Return how many pieces a block holds, rows of tables left out."""
    match block:
        case Section():
            return 1 + sum(map(_size, block.blocks))
        case FieldGrid():
            return sum(map(len, block.lines))
        case KeyFigures():
            return len(block.figures)
        case Beside():
            return 2
        case SignatureBlock():
            return len(block.signatures)
    return 1


def _rows_within(value: Any) -> int:
    """Return how many rows a repeat has, or the repeats of a section."""
    if isinstance(value, Mapping):
        return sum(map(_rows_within, value.values()))
    return len(value) if isinstance(value, (list, tuple)) else 0


def _ticked(field: Field) -> Field:
    """Return a field that shows its choices with boxes to tick."""
    return replace(field, face=replace(field.face, ticks=bool(field.face.choices)))


def _rows(value: Any) -> Sequence[Values]:
    return value or ()


def _of(value: object) -> str:
    """Return the pointer of the field that a value is of; nothing for any other."""
    return value.pointer if isinstance(value, Shown) else ""

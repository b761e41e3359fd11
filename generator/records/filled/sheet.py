"""What a filled workbook is looked at by: the names of a form's cells, the cells of a sheet, rows of its tables."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from generator.catalogue.form import FieldSpec, Form
from generator.defined_names import defined_name, more_name
from generator.kinds.raw import fold
from generator.records.filled.labels import names_of
from generator.records.sheet_choice import shown
from generator.records.unknown import letters
from generator.records.words import is_blank
from generator.records.workbooks import Area, Book, Row, Sheet
from generator.wording import LANGS, phrase

MOST_LINES = 60
"""Lines of writing under one label, and rows that a merged cell reaches down at most."""


def has_names(book: Book, form: Form) -> bool:
    """Tell whether at least half of a form's fields have cells in a workbook that says nothing else of itself."""
    wanted = {*form_names(form).fields, *form_names(form).tables}
    return not form.is_table and len(wanted & {name.casefold() for name in book.names}) * 2 >= max(2, len(wanted))


# --- what a form's names and labels are ---

Rows = Mapping[str, Sequence[int]]
NO_ROWS: Rows = {}
_DIGITS = 8
"""Digits of a row's number, at most."""


@dataclass(frozen=True)
class Table:
    """A repeat as names of cells tell of it: the fields of its columns by the names of these, folded."""

    pointer: str
    spec: FieldSpec
    columns: Mapping[str, str]
    more: Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """The names of a form's cells, folded; one that two fields have means neither."""

    fields: Mapping[str, tuple[str, FieldSpec]]
    tables: Mapping[str, Table]
    more: Mapping[str, Table]
    labels: frozenset[str]
    """What is printed beside boxes and above tables, in all languages."""

    headings: frozenset[str]

    counted: frozenset[str]
    """What stands in headings of single rows, before their numbers."""


Numbered = tuple[tuple[str, tuple[int, ...]], ...]
"""The numbers of the rows that a workbook has of each repeat whose rows hold sections or tables, by its pointer."""


def numbered(form: Form, names: Collection[str]) -> Numbered:
    """Return the rows that a workbook's names tell of, for each such repeat of a form."""
    return tuple(_numbered(form.root, "", [name.casefold() for name in names]))


def _numbered(spec: FieldSpec, at: str, names: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for child in spec.fields:
        pointer = f"{at}/{child.step}"
        if child.shape == "section":
            yield from _numbered(child, pointer, names)
        elif child.holds_parts:
            begin = f"{defined_name(pointer).casefold()}_"
            own = [name for name in names if name.startswith(begin)]
            steps = {name[len(begin) :].partition("_")[0] for name in own}
            found = tuple(sorted({int(step) for step in steps if step.isdecimal() and len(step) < _DIGITS}))
            yield pointer, found
            for number in found:
                yield from _numbered(child, f"{pointer}/{number}", own)


@lru_cache(maxsize=64)
def form_names(form: Form, numbered: Numbered = ()) -> Names:
    """Return the names of a form's cells, and of those rows that hold parts."""
    rows = dict(numbered)
    fields: dict[str, tuple[str, FieldSpec]] = {}
    tables: dict[str, Table] = {}
    more: dict[str, Table] = {}
    seen: dict[str, int] = {}
    for pointer, spec in form_values(form.root, "", rows):
        name = defined_name(pointer).casefold()
        seen[name] = seen.get(name, 0) + 1
        fields[name] = (pointer, spec)
    for pointer, spec in _tables(form.root, "", rows):
        steps = [(f"{pointer}/{child.step}", child.key) for child in spec.fields]
        table = Table(
            pointer,
            spec,
            {defined_name(at).casefold(): key for at, key in steps},
            {more_name(at).casefold(): key for at, key in steps},
        )
        name = defined_name(pointer).casefold()
        for one in (name, *(defined_name(at).casefold() for at, _ in steps)):
            seen[one] = seen.get(one, 0) + 1
        tables[name] = table
        more[more_name(pointer).casefold()] = table
    sole = {name for name, count in seen.items() if count == 1}
    return Names(
        {name: found for name, found in fields.items() if name in sole},
        {name: table for name, table in tables.items() if name in sole},
        more,
        frozenset(name for _, spec in form_values(form.root, "") for name in names_of(spec)),
        frozenset(name for spec in form.root.walk() if spec.shape != "value" for name in names_of(spec))
        | {fold(phrase(word, lang)) for word in ("basic", "further") for lang in LANGS},
        frozenset(name for spec in form.root.walk() if spec.holds_parts or spec.extra for name in names_of(spec)),
    )


def form_values(spec: FieldSpec, at: str, rows: Rows = NO_ROWS) -> Iterator[tuple[str, FieldSpec]]:
    """Yield the values of a form with their pointers, those in rows that hold parts too; not those of tables."""
    for pointer, child in _outside_tables(spec, at, rows):
        if child.shape == "value":
            yield pointer, child


def _tables(spec: FieldSpec, at: str, rows: Rows) -> Iterator[tuple[str, FieldSpec]]:
    """Yield the repeats that are tables, with their pointers."""
    for pointer, child in _outside_tables(spec, at, rows):
        if child.shape == "repeat":
            yield pointer, child


def _outside_tables(spec: FieldSpec, at: str, rows: Rows) -> Iterator[tuple[str, FieldSpec]]:
    """Yield values and tables; sections, and rows that hold parts, are gone into."""
    for child in spec.fields:
        pointer = f"{at}/{child.step}"
        if child.shape == "section":
            yield from _outside_tables(child, pointer, rows)
        elif child.holds_parts:
            for number in rows.get(pointer, ()):
                yield from _outside_tables(child, f"{pointer}/{number}", rows)
        else:
            yield pointer, child


# --- a sheet ---

_NOTHING = ("", None)


@dataclass
class Cells:
    """The cells of a sheet by row and column."""

    sheet: Sheet

    @cached_property
    def rows(self) -> dict[int, Row]:
        return {row.number: row for row in self.sheet.rows()}

    @cached_property
    def name(self) -> str:
        return shown(self.sheet.name)

    @cached_property
    def merged(self) -> Sequence[Area]:
        return self.sheet.merged

    @cached_property
    def spans(self) -> dict[tuple[int, int], Area]:
        """Return merged cells by where they begin: row and column."""
        return {(area.top, area.left): area for area in self.merged}

    @cached_property
    def covered(self) -> dict[int, list[Area]]:
        """Return merged cells by the rows beneath their first."""
        found: dict[int, list[Area]] = {}
        for area in self.merged:
            if area.bottom == area.top:
                continue
            for row in range(area.top + 1, min(area.bottom, area.top + MOST_LINES) + 1):
                found.setdefault(row, []).append(area)
        return found

    @property
    def last(self) -> int:
        """Return the number of the last row that holds something."""
        return max(self.rows, default=0)

    def cell(self, row: int, column: int) -> object:
        found = self.rows.get(row)
        return found.cells[column] if found is not None and column < len(found.cells) else None

    def end(self, row: int, column: int) -> int:
        """Return the last column of a cell, which may be merged with others."""
        area = self.spans.get((row, column))
        return area.right if area else column

    def filled(self, row: int) -> list[int]:
        """Return the columns of a row that hold something."""
        found = self.rows.get(row)
        if found is None:
            return []
        return [n for n, cell in enumerate(found.cells) if cell not in _NOTHING and not is_blank(cell)]

    def first(self, row: int, start: int, end: int) -> int:
        """Return the first column of several that holds something; the first of all where none does."""
        found = self.rows.get(row)
        if found is None:
            return start
        return next(
            (n for n in range(start, min(end, len(found.cells) - 1) + 1) if not is_blank(found.cells[n])), start
        )

    def at(self, row: int, column: int) -> str:
        return f"{self.name}!{letters(column + 1)}{row}"


@dataclass
class Part:
    """Rows of a table that stand beneath each other, and where its columns begin: the keys by their columns."""

    cells: Cells
    top: int
    bottom: int
    columns: dict[int, str] = field(default_factory=dict)

    @cached_property
    def spans(self) -> list[tuple[int, int, str]]:
        """Return where each column begins and ends, and its key."""
        starts = sorted(self.columns)
        ends = [*(start - 1 for start in starts[1:]), self.end]
        return [(start, end, self.columns[start]) for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def end(self) -> int:
        """Return where the last column ends."""
        return self.cells.end(self.top, max(self.columns))

"""A filled workbook: which cell belongs to which field, and what stands in it.

Cells have names after their fields, which follow them when rows are put in or sheets renamed. Where all names are gone,
as in a copy of the cells, fields are found by their labels: a value stands beneath its label, or to its right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec, Form
from generator.defined_names import defined_name
from generator.errors import Fault, Place
from generator.kinds import BOOLEAN, reader
from generator.kinds.raw import Faulty, ValueFault
from generator.records.cells import value_of
from generator.records.columns import Column
from generator.records.filled.answers import Answers, RowKey
from generator.records.filled.gaps import without_gaps
from generator.records.filled.labels import (
    EMPTY,
    TICKED,
    Labels,
    columns_of,
    folded,
    is_total,
    labels_of,
    names_of,
    sides_of,
    ticked,
)
from generator.records.filled.said import one_or_more
from generator.records.filled.sheet import MOST_LINES, Cells, Part, Table, form_names, form_values, numbered
from generator.records.sheet_choice import shown
from generator.records.table_rows import ranges
from generator.records.words import is_blank
from generator.records.workbooks import Area, Book, NamedCell
from generator.wording import LANGS, choose, phrase

_OURS = ("f_", "more_f_")
"""How the names of cells begin that are ours."""

_AFTER = 1_000_000
"""Number of the first row on a sheet on which a table goes on: behind all those of the form."""

_WIDE = 20
"""The last column of a cell that is wider than any box beside another."""

_HINTS = tuple(phrase("how_to_fill", lang).strip() for lang in LANGS)
_HEADS = 3
"""Rows above a table that its head is looked for in."""

_COUNTED = re.compile("(.+?) *[0-9]+(?:[:：]|$)")
"""The heading of a single row of those that hold parts, or that have further values."""


def book_answers(book: Book, form: Form) -> Answers:
    """Return the answers of a workbook of a form."""
    return _Reader(book, form).answers


# --- reading ---


class _Reader:
    """Reads one workbook."""

    def __init__(self, book: Book, form: Form) -> None:
        self.book, self.form, self.names = book, form, form_names(form, numbered(form, book.names))
        self.answers = Answers(form)
        self.sheets = {sheet.name: Cells(sheet) for sheet in book.sheets}
        self.places = self._places()
        self.parts: list[Part] = []
        self.taken: dict[str, set[int]] = {}
        """By sheet the rows that are somebody's: those of fields with names, and of tables."""

        self.hidden: dict[str, set[int]] = {}
        self.read: set[tuple[str, int]] = set()
        """Rows of single cells that were read, by sheet and number."""

        if self.places:
            self._by_names()
        else:
            self._by_labels()
        self._warn()

    def _places(self) -> dict[str, NamedCell]:
        """Return where names lead that are ours; those of another version of the form are noted."""
        found: dict[str, NamedCell] = {}
        names = self.names
        known = {*names.fields, *names.tables, *names.more}
        known |= {name for table in names.tables.values() for name in (*table.columns, *table.more)}
        rows = tuple(f"{prefix}{name}_" for name in names.tables for prefix in ("", "x"))
        for name, place in self.book.names.items():
            lower = name.casefold()
            if lower in known:
                if place.sheet in self.sheets:
                    found[lower] = place
            elif lower.startswith(_OURS) and not lower.startswith(rows) and not self._is_ambiguous(lower):
                self.answers.unknown.add(name)
        return found

    def _is_ambiguous(self, name: str) -> bool:
        return any(defined_name(pointer).casefold() == name for pointer, _ in form_values(self.form.root, ""))

    # --- by names ---

    def _by_names(self) -> None:
        fields = [(self.places[name], *found) for name, found in self.names.fields.items() if name in self.places]
        for place, _, _ in fields:
            self.taken.setdefault(place.sheet, set()).add(place.area.top)
        tables = [(self._parts(name, table), table) for name, table in self.names.tables.items()]
        self.parts = [part for parts, _ in tables for part in parts]
        for parts, _ in tables:
            for part in parts:
                self.taken.setdefault(part.cells.sheet.name, set()).update(range(part.top, part.bottom + 1))
        for place, pointer, spec in fields:
            self._field(self.sheets[place.sheet], place.area, pointer, spec)
        for parts, table in tables:
            self._rows(parts, table)
        for name, table in self.names.more.items():
            if name in self.places:
                self._more(self.places[name], table)

    def _field(self, cells: Cells, area: Area, pointer: str, spec: FieldSpec) -> None:
        row, column = area.top, area.left
        above = cells.cell(row - 1, cells.first(row - 1, column, column)) if row > 1 else None
        label = above if isinstance(above, str) else ""
        if self.form.template and column == 0 and not self._is_label(label, spec) and not self._is_beside(cells, row):
            self._paragraph(cells, row, pointer, spec)
            return
        if label.rstrip().endswith(("：", ":")) and self._is_label(label, spec):
            self.answers.put(pointer, self._lines(cells, row, column), cells.at(row, column))
            return
        self.read.add((cells.sheet.name, row))
        found = cells.first(row, column, max(area.right, cells.end(row, column)))
        raw = self._value(spec, cells, row, found)
        if raw is None and label:
            raw = self._behind_label(label, spec)
        self.answers.put(pointer, raw, cells.at(row, found))

    def _paragraph(self, cells: Cells, row: int, pointer: str, spec: FieldSpec) -> None:
        """Take a value from running text where its label alone stands before it; other text isn't taken apart."""
        text = cells.cell(row, 0)
        following = next((n for n in range(row + 1, row + _HEADS + 1) if cells.filled(n)), 0)
        goes_on = bool(following) and cells.filled(following) == [0] and not self._begins(cells, following)
        if isinstance(text, str) and not goes_on:
            raw = self._behind_label(text.strip(), spec)
            if raw is not None:
                self.read.add((cells.sheet.name, row))
                self.answers.put(pointer, raw, cells.at(row, 0))

    def _begins(self, cells: Cells, row: int) -> bool:
        """Tell whether a row begins something: another value, a heading, a place to sign."""
        text = _label(cells.cell(row, 0)).strip()
        led = {folded(text.partition(mark)[0]) for mark in ("：", ":")}
        named = row in self.taken.get(cells.sheet.name, ())
        return named or self._is_stop(cells, row) or not led.isdisjoint(self.names.labels)

    def _is_label(self, text: str, spec: FieldSpec) -> bool:
        name = folded(text)
        return name in names_of(spec) or any(name.startswith(label) for label in names_of(spec))

    def _is_beside(self, cells: Cells, row: int) -> bool:
        """Tell whether there are other boxes in a row: running text takes the whole of its own."""
        places = (p for name, p in self.places.items() if name in self.names.fields)
        return sum(p.sheet == cells.sheet.name and p.area.top == row for p in places) > 1

    def _behind_label(self, label: str, spec: FieldSpec) -> object:
        """Return what somebody wrote behind the label, in its cell."""
        for mark in ("：", ":"):
            name, found, rest = label.partition(mark)
            if found and folded(name) in names_of(spec) and (answer := rest.strip().strip("＿_")):
                return self._text(spec, answer)
        return None

    def _lines(self, cells: Cells, row: int, column: int) -> object:
        """Return what was written on the lines beneath a label: they follow each other, each as wide as the sheet."""
        lines: list[str] = []
        for number in range(row, row + MOST_LINES):
            text = _label(cells.cell(number, cells.first(number, column, cells.end(number, column))))
            is_line = (number, column) in cells.spans
            if number > row and (not (is_line or text) or self._ends_lines(cells, number, text)):
                break
            lines.append(text)
            self.read.add((cells.sheet.name, number))
        return "\n".join(lines).strip("\n") or None

    def _ends_lines(self, cells: Cells, row: int, text: str) -> bool:
        """Tell whether a row beneath lines is none: something else begins, or a paragraph with its indent."""
        return text.startswith("\u3000\u3000") or self._begins(cells, row)

    # --- tables ---

    def _parts(self, name: str, table: Table) -> list[Part]:
        """Return the rows of a table where they stand: once, or in parts of which each has some of the columns."""
        found: dict[tuple[str, int, int], Part] = {}
        for column, key in table.columns.items():
            place = self.places.get(column)
            if place is not None:
                at = (place.sheet, place.area.top, place.area.bottom)
                part = found.setdefault(at, Part(self.sheets[place.sheet], place.area.top, place.area.bottom))
                part.columns[place.area.left] = key
        if found:
            return sorted(found.values(), key=lambda part: (part.cells.sheet.name, part.top))
        place = self.places.get(name)
        if place is None:
            return []
        cells = self.sheets[place.sheet]
        first = Part(cells, place.area.top, place.area.bottom, self._head(cells, place.area.top, table.spec))
        return [first, *self._continued(cells, first, table.spec)] if first.columns else []

    def _head(self, cells: Cells, top: int, spec: FieldSpec) -> dict[int, str]:
        """Return the columns that the row above a table names."""
        for row in range(top - 1, max(0, top - 1 - _HEADS), -1):
            if columns := self._named(cells, row, spec):
                return columns
        return {}

    def _named(self, cells: Cells, row: int, spec: FieldSpec) -> dict[int, str]:
        found = cells.rows.get(row)
        if found is None:
            return {}
        return columns_of(spec, [_label(cell) for cell in found.cells])

    def _continued(self, cells: Cells, first: Part, spec: FieldSpec) -> Iterator[Part]:
        """Yield further parts of a table, of columns for which there was no room: each has a head of its own."""
        known, start = set(first.columns.values()), 0
        if len(known) == len(spec.fields):
            return
        columns: dict[int, str] = {}
        for row in range(first.bottom + 1, cells.last + 2):
            named = self._named(cells, row, spec)
            is_end = not cells.filled(row) or bool(named) or self._is_stop(cells, row)
            if start and is_end:
                yield Part(cells, start, row - 1, columns)
                start = 0
            if len(named) > 1 and not known.issuperset(named.values()):
                known |= set(named.values())
                start, columns = row + 1, named

    def _rows(self, parts: Sequence[Part], table: Table) -> None:
        if not parts:
            return
        self.answers.rows.setdefault(table.pointer, {})
        for part in parts:
            sides = [replace(part, columns=dict(columns)) for columns in sides_of(part.columns)]
            number = -1
            for row in range(part.top, part.bottom + 1):
                number = self._across(sides, row, number, table)
            row = part.bottom + 1
            while self._goes_on(part, row, table):
                number = self._across(sides, row, number, table)
                row += 1

    def _across(self, sides: Sequence[Part], row: int, number: int, table: Table) -> int:
        """Take the rows that stand side by side in one of a sheet; return the number of the last."""
        for side in sides:
            number += self._row(side, row, number + 1, table)
        return number

    def _row(self, part: Part, row: int, number: int, table: Table) -> int:
        """Take a row of a table; return how many it counts for: heads that are set again are none."""
        cells = part.cells
        if any(area.left <= max(part.columns) for area in cells.covered.get(row, ())):
            return 0  # the rest of a tall row
        if self._is_head(part, row, table) or self._beneath(part, row, number, table):
            return 0
        self._cells_of(part, row, (number, 0), table)
        return 1

    def _is_head(self, part: Part, row: int, table: Table) -> bool:
        """Tell whether a row is the head of a table, set again where a page begins."""
        first = min(part.columns)
        label, spec = part.cells.cell(row, first), table.spec.by_key[part.columns[first]]
        if not isinstance(label, str) or folded(label) not in names_of(spec):
            return False
        return len(self._named(part.cells, row, table.spec)) * 2 > len(part.columns)

    def _cells_of(self, part: Part, row: int, key: RowKey, table: Table) -> None:
        cells = part.cells
        for start, end, name in part.spans:
            column = cells.first(row, start, max(end, cells.end(row, start)) if end == part.end else end)
            spec = table.spec.by_key[name]
            raw = self._value(spec, cells, row, column)
            self.answers.put_cell(table.pointer, key, spec.key, raw, cells.at(row, column))
        found = cells.rows.get(row)
        if found is not None and found.is_hidden and cells.filled(row):
            self.hidden.setdefault(cells.sheet.name, set()).add(row)

    def _beneath(self, part: Part, row: int, number: int, table: Table) -> bool:
        """Take a text that stands beneath its row, under its label; tell whether a row is such a text or label."""
        cells = part.cells
        for label_row in (row, row - 1):
            filled = cells.filled(label_row)
            if len(filled) != 1 or cells.end(label_row, filled[0]) - filled[0] < 2:
                continue
            label = _label(cells.cell(label_row, filled[0]))
            spec = next((s for s in table.spec.fields if folded(label) in names_of(s)), None)
            if spec is None or not label:
                continue
            if label_row == row:
                return len(cells.filled(row + 1)) == 1
            column = cells.first(row, 0, cells.end(row, 0))
            held = self.answers.rows[table.pointer].setdefault((number - 1, 0), {})
            held.pop(spec.key, None)
            raw = self._value(spec, cells, row, column)
            self.answers.put_cell(table.pointer, (number - 1, 0), spec.key, raw, cells.at(row, column))
            return True
        return False

    def _goes_on(self, part: Part, row: int, table: Table) -> bool:
        """Tell whether somebody has put a row beneath those that we made: it is no sum, and begins nothing else."""
        cells, filled = part.cells, part.cells.filled(row)
        if not filled or row in self.taken.get(cells.sheet.name, ()) or self._is_stop(cells, row):
            return False
        first = cells.cell(row, filled[0])
        if isinstance(first, str) and is_total(first):
            return False
        starts = sorted(part.columns)
        if any(sum(column <= start <= cells.end(row, column) for start in starts) > 1 for column in filled):
            return False  # a text across several columns
        keys = {self._key_at(part, starts, column) for column in filled if column >= starts[0]}
        return bool(keys) and not keys <= set(table.spec.table.totals)

    def _key_at(self, part: Part, starts: Sequence[int], column: int) -> str:
        return part.columns[max(start for start in starts if start <= column)]

    def _is_stop(self, cells: Cells, row: int) -> bool:
        """Tell whether something else begins in a row: a label, a heading, a place to sign."""
        filled = cells.filled(row)
        texts = [folded(text.strip()) for n in filled if isinstance(text := cells.cell(row, n), str)]
        if any(text.endswith(tuple(self.names.headings)) and len(filled) <= _HEADS for text in texts):
            return True
        if any(text in self.names.labels or self._is_counted(text) for text in texts):
            return True
        return any(text.startswith(self._signed) for text in texts) if self._signed else False

    def _is_counted(self, text: str) -> bool:
        """Tell whether a text is the heading of a single row, with its number: at the edge of a page nothing is free
        above it.
        """
        return (counted := _COUNTED.match(text)) is not None and counted[1] in self.names.counted

    @cached_property
    def _signed(self) -> tuple[str, ...]:
        return tuple({folded(choose(one.titles, lang)) for one in self.form.signatures for lang in LANGS})

    def _more(self, place: NamedCell, table: Table) -> None:
        """Take the rows of a table that stand on a sheet of their own, as far as they go."""
        cells = self.sheets[place.sheet]
        columns = {
            at.area.left: key
            for name, key in table.more.items()
            if (at := self.places.get(name)) is not None and at.sheet == place.sheet
        }
        part = Part(cells, place.area.top, place.area.bottom, columns or self._head(cells, place.area.top, table.spec))
        if not part.columns:
            return
        self.answers.rows.setdefault(table.pointer, {})
        for row in sorted(number for number in cells.rows if number >= part.top):
            filled = cells.filled(row)
            if filled and not (row > part.bottom and is_total(_label(cells.cell(row, filled[0])))):
                self._cells_of(part, row, (_AFTER + row, 0), table)

    # --- by labels ---

    def _by_labels(self) -> None:
        """Read the sheets that are seen, where no names say what is what."""
        labels = Labels(self.form)
        for sheet in self.book.sheets:
            if not sheet.is_hidden:
                self._sheet(self.sheets[sheet.name], labels)

    def _sheet(self, cells: Cells, labels: Labels) -> None:
        row, last = 1, cells.last
        while row <= last:
            part = self._table_at(cells, row)
            if part is not None:
                table, found = part
                self._rows([found], table)
                row = found.bottom + 1
                continue
            self._labelled(cells, row, labels)
            row += 1

    def _table_at(self, cells: Cells, row: int) -> tuple[Table, Part] | None:
        """Return the table whose head a row is, with the rows beneath it."""
        filled = len(cells.filled(row))
        for table in self.names.tables.values():
            columns = self._named(cells, row, table.spec)
            if len(columns) > 1 and len(columns) >= filled - 1:
                bottom = row
                while cells.filled(bottom + 1) and not self._is_stop(cells, bottom + 1):
                    first = cells.cell(bottom + 1, cells.filled(bottom + 1)[0])
                    if isinstance(first, str) and is_total(first):
                        break
                    bottom += 1
                return table, Part(cells, row + 1, bottom, columns)
        return None

    def _labelled(self, cells: Cells, row: int, labels: Labels) -> None:
        """Take what stands beneath the labels of a row, or to their right."""
        for column in cells.filled(row):
            text = cells.cell(row, column)
            if not isinstance(text, str):
                continue
            if folded(text).endswith(tuple(self.names.headings)) and not self._is_known(text):
                labels.enter(text)
                continue
            taken = labels.take(text) or labels.take(text.partition("：")[0].partition(":")[0])
            if taken is None:
                continue
            pointer, spec = taken
            behind = self._behind_label(text, spec)
            at = self._answer_at(cells, row, column)
            raw = self._value(spec, cells, *at)
            self.answers.put(pointer, behind if raw is None else raw, cells.at(*at))

    def _is_known(self, text: str) -> bool:
        return folded(text) in self.names.labels

    def _answer_at(self, cells: Cells, row: int, column: int) -> tuple[int, int]:
        """Return where the answer to a label stands: beneath it, or to its right where there is another label."""
        end = cells.end(row, column)
        below = (row + 1, cells.first(row + 1, column, end))
        right = (row, end + 1)
        options = [at for at in (below, right) if not self._is_printed(cells.cell(*at))]
        return next((at for at in options if not is_blank(cells.cell(*at))), options[0] if options else below)

    def _is_printed(self, cell: object) -> bool:
        if not isinstance(cell, str):
            return False
        name = folded(cell)
        return name in self.names.labels or name.endswith(tuple(self.names.headings))

    # --- values ---

    def _value(self, spec: FieldSpec, cells: Cells, row: int, column: int) -> object:
        """Return what stands in a cell; None where that is nothing, or only what was printed there."""
        cell = cells.cell(row, column)
        if is_blank(cell) or (spec.is_derived and not self.book.form):
            return None  # XLS has nought for an empty text that a formula gives
        found = cells.rows[row]
        code, seen = found.formats.get(column, ""), found.shown.get(column, "")
        if isinstance(cell, str):
            text = self._text(spec, cell)
            if spec.is_derived and isinstance(text, str) and not _is_readable(spec, text):
                return None
            if not isinstance(text, str) or text != cell:
                return text
        try:
            raw = value_of(cell, _column(spec), code, seen)
        except ValueFault as fault:
            if fault.code == "E-cell-ditto":
                return cell  # an answer of its own, on a form
            # what the rules work out needn't be told: they do so again
            return None if spec.is_derived else Faulty(fault.code, dict(fault.params))
        return None if is_blank(raw) else raw

    def _text(self, spec: FieldSpec, text: str) -> object:
        if spec.choices or spec.kind is BOOLEAN:
            return _chosen(spec, text)
        if spec.kind.is_moment or spec.kind.control == "month":
            return without_gaps(text) or None
        return (_SQUARES.sub("", text) or None) if spec.squares else text

    def _has_prose(self, cells: Cells) -> bool:
        """Tell whether running text stands on a sheet, in which answers aren't told from what is printed."""
        for row in cells.rows:
            if row == 1 or cells.filled(row) != [0] or (cells.sheet.name, row) in self.read:
                continue
            text, is_wide = _label(cells.cell(row, 0)), cells.end(row, 0) > _WIDE
            if text and is_wide and not text.startswith(_HINTS) and not self._is_apart(cells, row):
                return True
        return False

    def _is_apart(self, cells: Cells, row: int) -> bool:
        """Tell whether a row is no running text all the same: a label above lines, a heading, a row of a table."""
        text = _label(cells.cell(row, 0)).strip()
        return (
            folded(text.rstrip("：:")) in self.names.labels
            or self._is_stop(cells, row)
            or any(part.cells is cells and part.top <= row <= part.bottom for part in self.parts)
        )

    def _named_sheets(self) -> list[Cells]:
        return [self.sheets[name] for name in {place.sheet: None for place in self.places.values()}]

    def _warn(self) -> None:
        if self.form.template and any(self._has_prose(cells) for cells in self._named_sheets()):
            self.answers.warnings.append(Fault("W-read-gaps", Place()))
        for name, rows in self.hidden.items():
            told = sorted(rows)
            place = Place("", shown(name))
            self.answers.warnings.append(Fault("W-rows-hidden", place, {"count": len(told), "rows": ranges(told)}))


def _is_readable(spec: FieldSpec, text: str) -> bool:
    try:
        reader(spec.kind, spec, _UTC)(text)
    except (ValueFault, OverflowError):
        return False
    return True


_UTC = ZoneInfo("UTC")
_SQUARES = re.compile("^□{2,}|□{2,}$")
"""Those printed for a pen that were left; a single one is somebody's own."""


@lru_cache(maxsize=4096)
def _column(spec: FieldSpec) -> Column:
    return Column(spec.key, spec)


def _label(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _chosen(spec: FieldSpec, text: str) -> object:
    """Return what is ticked in a text, or the text without the marks of a tick where it is one answer alone."""
    found = ticked(spec, text)
    if found is not None:
        return one_or_more(spec, found)
    marks = EMPTY + "".join(mark for mark in TICKED if not mark.isalpha() and mark != "×")
    bare = text.strip(marks + " 　")
    labels = {folded(label) for lang in LANGS for label in labels_of(spec, lang)}
    return bare if bare != text and folded(bare) in labels else text

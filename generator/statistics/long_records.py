"""What is counted of a form's records, as relations: a line a record, and a line each value that a figure is made of.

`biaodan_records`: day, grp. `biaodan_values`: day, grp, figure and part (the numbers of a figure and of one of its
pointers, from 0), said (a value as text), number, item (what stands beside the value in its row).
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.catalogue.figures import FigureSpec, RecordFigures
from generator.kinds.numbers import is_number
from generator.record import Values
from generator.statistics.engine import DuckEngine
from generator.statistics.sql import Sql, listed, literal, sql
from generator.wording import Lang, choose, phrase

EVERY = "*"
NUMBERED = ("mean", "rise")
"""Kinds of figures that are made of numbers."""

_RECORDS = {"day": "DATE", "grp": "VARCHAR"}
_VALUES = {**_RECORDS, "figure": "INTEGER", "part": "INTEGER", "said": "VARCHAR", "number": "DECIMAL(38, 12)"}
_VALUES |= {"item": "VARCHAR"}

Line = tuple[date | None, str | None, int, int, str | None, Decimal | None, str | None]


def said(value: object) -> str | None:
    """Return a value as text, by which it is told whether it counts."""
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def number_of(value: object) -> Decimal | None:
    """Return the number that a value is; a mark that is chosen from a list is one, too."""
    value = int(value) if isinstance(value, str) and value.isdecimal() else value
    if not is_number(value):
        return None
    exact = Fraction(value)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


@dataclass(frozen=True)
class Counted:
    """A form with the figures that it says of its records, in a language."""

    form: Form
    said: RecordFigures
    lang: Lang

    def day(self, values: Values) -> date | None:
        """Return the day that a record is of: the last of those that it gives."""
        days = [value for pointer in self.said.dated for value in values_at(values, pointer) if isinstance(value, date)]
        return max((date(day.year, day.month, day.day) for day in days), default=None)

    def group(self, values: Values) -> str | None:
        """Return the group that a record is of."""
        pointer = self.said.groups
        return self.text(pointer, next(values_at(values, pointer), None)) if pointer else None

    def lines(self, values: Values) -> Iterator[Line]:
        """Yield a line for each value of a record that a figure is made of."""
        day, group = self.day(values), self.group(values)
        for n, figure in enumerate(self.said.figures):
            for at, value, item in self._values(figure, values):
                number = number_of(value) if figure.kind in NUMBERED else None
                yield day, group, n, at, said(value), number, item

    def _values(self, figure: FigureSpec, values: Values) -> Iterator[tuple[int, Any, str | None]]:
        if figure.kind == "rise":
            before, after = (number_of(next(values_at(values, pointer), None)) for pointer in figure.of)
            if before is not None and after is not None:
                yield 0, after - before, None
            return
        for at, pointer in enumerate(figure.of):
            if figure is self.said.main and self._is_beside_item(pointer):
                yield from ((at, value, item) for value, item in self._rows(values, pointer))
            else:
                yield from ((at, value, None) for value in values_at(values, pointer) if value is not None)

    def _is_beside_item(self, pointer: str) -> bool:
        return bool(self.said.items) and pointer.startswith(str(self.said.items).rpartition(f"/{EVERY}/")[0] + "/")

    def _rows(self, values: Values, pointer: str) -> Iterator[tuple[Any, str]]:
        """Yield the value of each row, none among them, with what it is called by."""
        items = str(self.said.items)
        rows, _, key = items.rpartition(f"/{EVERY}/")
        for row in values_at(values, f"{rows}/{EVERY}"):
            name = self.text(items, row.get(key)) or phrase("not_given", self.lang, "statistics")
            yield row.get(pointer.rpartition("/")[2]), name

    def text(self, pointer: str, value: Any) -> str | None:
        """Return a value as a name; a choice by its label."""
        if value is None or value == "":
            return None
        labels = {choice.value: choose(choice.titles, self.lang) for choice in self.spec(pointer).choices}
        return str(labels.get(value, value))

    def named(self, pointer: str) -> str:
        """Return what the values of a pointer are called: by their table, or by their field."""
        return self.spec(pointer.partition(f"/{EVERY}")[0]).title(self.lang)

    def spec(self, pointer: str) -> FieldSpec:
        """Return the field at a pointer."""
        return self._by_pointer[pointer]

    @cached_property
    def _by_pointer(self) -> Mapping[str, FieldSpec]:
        """Return the fields by their pointers in a record; a row of a register is one."""
        above = self.form.rows.pointer + f"/{EVERY}" if self.form.is_table else ""
        return {spec.pointer.removeprefix(above): spec for spec in self.form.root.walk()}


def values_at(values: Any, pointer: str) -> Iterator[Any]:
    """Yield the values at a pointer, of every row where it says so; those that aren't there as None."""
    found: list[Any] = [values]
    for step in pointer.split("/")[1:]:
        if step == EVERY:
            found = [row for rows in found for row in (rows or ())]
        else:
            found = [one.get(step) if isinstance(one, Mapping) else None for one in found]
    yield from found


def load_judged(engine: DuckEngine, counted: Counted, records: Iterable[Values]) -> None:
    """Load records that have been judged; they are read once."""
    paths = engine.folder / "records.csv", engine.folder / "values.csv"
    with (
        paths[0].open("w", encoding="utf-8", newline="", errors="replace") as some,
        paths[1].open("w", encoding="utf-8", newline="", errors="replace") as more,
    ):
        lines, values = csv.writer(some), csv.writer(more)
        for record in records:
            lines.writerow([counted.day(record), counted.group(record)])
            values.writerows([*line[:5], _plain(line[5]), line[6]] for line in counted.lines(record))
    engine.name("biaodan_records", _read(paths[0], _RECORDS))
    engine.name("biaodan_values", _read(paths[1], _VALUES))


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _read(path: Path, columns: Mapping[str, str]) -> Sql:
    named: Sequence[Sql] = [sql("{k}: {v}", k=literal(key), v=literal(value)) for key, value in columns.items()]
    return sql(
        "SELECT * FROM read_csv({path}, header = false, auto_detect = false, quote = '\"', escape = '\"',"
        " max_line_size = 16777216, columns = {{{columns}}})",
        path=literal(str(path)),
        columns=listed(named),
    )

"""Workbooks of any kind as sheets of rows: values with the formats that they are shown by, merged and hidden cells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol


class Row(NamedTuple):
    """A row of a sheet: its number from 1, its cells from the first column on, the formats of those that have one."""

    number: int
    cells: Sequence[object]
    is_hidden: bool = False
    formats: Mapping[int, str] = {}
    shown: Mapping[int, str] = {}
    """What a person sees in a cell, by column from 0, where the file itself says it."""


class Area(NamedTuple):
    """A rectangle of cells: rows from 1, columns from 0, both ends in it."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


class Sheet(Protocol):
    """A sheet, which may be read more than once."""

    @property
    def name(self) -> str: ...
    @property
    def is_hidden(self) -> bool: ...
    @property
    def merged(self) -> Sequence[Area]: ...

    def rows(self) -> Iterator[Row]:
        """Yield the rows in their order; those that hold nothing may be left out."""
        ...


class NamedCell(NamedTuple):
    """Where a defined name of a workbook leads: a sheet, and an area of it."""

    sheet: str
    area: Area


class Book(NamedTuple):
    """A workbook: its sheets, where its defined names and tables lead, and the form that it was made from, if ours.

    `version`: that form's; `lang`: the language that it is in.
    """

    sheets: Sequence[Sheet]
    names: Mapping[str, NamedCell] = {}
    tables: Mapping[str, NamedCell] = {}
    form: str = ""
    version: str = ""
    lang: str = ""

"""Formulas by which a computed value follows what is filled in on screen, with no word about formats."""

from dataclasses import dataclass

from generator.kinds import Kind


@dataclass(frozen=True, slots=True)
class FieldRef:
    """The value of a field elsewhere on the paper."""

    pointer: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class CellRef:
    """The value of another column in the same row."""

    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """All values of a column of a table."""

    pointer: str
    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, or a text as it stands on the paper: the label of a choice."""

    value: object


@dataclass(frozen=True, slots=True)
class Call:
    """An operation: + - * / = <> < <= > >= and or not if, or a function of the dialect."""

    name: str
    arguments: tuple["Formula", ...]


Formula = FieldRef | CellRef | ColumnRef | Constant | Call

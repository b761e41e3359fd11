"""A source of issues as a relation that a database reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from generator.errors import Fault
from generator.files import require_file
from generator.records import is_database
from generator.statistics.sql import Sql

MOST_FAULTS = 1000

RowNames = Callable[[Sequence[int]], dict[int, str]]
"""How the rows of given numbers, from 0, are named in messages."""


@dataclass(frozen=True)
class SourceRelation:
    """A source as a relation: its columns' names, and how a row is named in messages."""

    relation: Sql
    file: str
    names: Sequence[str]
    row_names: RowNames
    padded: Sql | None = None
    """The same relation where rows may be short; by several threads, for one drops what follows an unpaired quote."""

    warnings: Sequence[Fault] = ()
    """What is to be told of the source: rows and columns that were left out."""


def numbered(rows: Sequence[int]) -> dict[int, str]:
    """Return rows named by their number from 1."""
    return {row: str(row + 1) for row in rows}


def require_source(name: str) -> None:
    """Raise UsageError for a file that isn't there, as `require_file` does."""
    if name != "-" and not is_database(name):
        require_file(name)

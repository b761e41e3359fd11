"""A decision that is taken in SQL and in Python too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator.statistics.setting import Setting
from generator.statistics.sql import Sql


@dataclass(frozen=True)
class Rule:
    """A decision about what stands in some columns, `inputs` by name with their types in SQL.

    `sql` and `python` take the setting; `python` also the values of the inputs, in their order. `partial`: SQL has no
    value where it leaves the decision to Python. `joins`: what the query of the inputs is joined with.
    """

    name: str
    statement: str
    inputs: Mapping[str, str]
    sql: Callable[[Setting], Sql]
    python: Callable[..., object]
    partial: bool = False
    joins: Callable[[Setting], Sql] | None = None

"""What the statistics of a month are computed under: columns, policy, month, kind of database."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from generator.rules import Policy
from generator.statistics.cells import CellReader
from generator.statistics.columns import Columns
from generator.statistics.deadlines import Deadlines
from generator.statistics.dialect import Dialect
from generator.statistics.period import Period


@dataclass(frozen=True)
class Setting:
    """What a source may have and has (`found`) for columns, a policy, a month, a database's dialect."""

    columns: Columns
    policy: Policy
    period: Period
    dialect: Dialect
    found: Collection[str]

    @cached_property
    def cells(self) -> CellReader:
        """Return the reader of single cells."""
        return CellReader(self.columns, self.policy, self.dialect)

    @cached_property
    def deadlines(self) -> Deadlines:
        """Return the deadlines that the policy sets."""
        return Deadlines(self.policy, self.columns, self.found)

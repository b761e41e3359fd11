"""Which statistics can't be computed, for a source lacks the columns that they need."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from generator.catalogue import Form
from generator.errors import Fault, Place
from generator.statistics.setting import Setting

_OF_VISITS = frozenset({"visits_judged", "visits_in_time", "visit_rate"})
"""Statistics that need a limit of the policy besides."""


@dataclass(frozen=True)
class MissingColumns:
    """The columns that a source lacks, under a setting, and the statistics of a form that need them."""

    setting: Setting
    form: Form

    @property
    def computable(self) -> frozenset[str]:
        """Return the statistics that can be computed, by their keys in the form."""
        absent = {name for names in self._missing.values() for name in names}
        unasked = (
            name
            for entry in self.setting.columns.described["needs_unasked"]
            if not any(self._lacking(entry["columns"], set(self.setting.found)))
            for name in entry["statistics"]
        )
        known = frozenset(name for _, names in self._needs() for name in names) - absent
        return known.union(unasked) - (frozenset() if self.setting.deadlines.visits_known else _OF_VISITS)

    def warnings(self, file: str) -> Iterator[Fault]:
        """Yield a warning (W-figures-column) for the columns that are missing together."""
        for columns, names in self._missing.items():
            absent = [self.setting.columns.spec(key).titles for key in columns]
            left_out = [self.form.root.by_key[key].titles for key in names]
            yield Fault("W-figures-column", Place(file), {"columns": absent, "figures": left_out})

    def _needs(self) -> Iterator[tuple[Sequence[Sequence[str]], Sequence[str]]]:
        """Yield statistics with what they need: of each group of columns one."""
        described = self.setting.columns.described
        for entry in described["needs"]:
            yield entry["columns"], entry["statistics"]
        yield [[key] for key in self.setting.policy.repeat["same"]], described["repeats"]

    @staticmethod
    def _lacking(needed: Sequence[Sequence[str]], known: Set[str]) -> Iterator[str]:
        """Yield the columns of the groups of which there is none."""
        return (key for keys in needed if not known & set(keys) for key in keys)

    @cached_property
    def _missing(self) -> dict[tuple[str, ...], list[str]]:
        """Return the columns that aren't there with the statistics that need them."""
        known = set(self.setting.found)
        if self.setting.deadlines.resolves and known & {"priority", "severity"}:
            known.add("planned_at")
        missing: dict[tuple[str, ...], list[str]] = {}
        for needed, names in self._needs():
            lacking = tuple(self._lacking(needed, known))
            if lacking:
                missing.setdefault(lacking, []).extend(names)
        return missing

"""What a source's columns mean: names in any language, values of choices, and the statistics that need a column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from generator import resources, strict_json
from generator.catalogue.build import build_form
from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.resolve import resolve
from generator.errors import Fault, RecordError
from generator.kinds.raw import fold
from generator.records.columns import has_ends, without_choices, without_scale, without_unit
from generator.records.meant_choice import choices_listed
from generator.records.names import SpecPath, find_path
from generator.records.words import is_counter
from generator.wording import LANGS, choose

NOT_GIVEN = ("", "-", "—", "无")
"""What stands in a cell that holds nothing."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns that are read of a source, as a file of schemas/statistics describes them."""

    described: Mapping[str, Any]
    source: Form

    @property
    def form(self) -> str:
        """Return the id of the form that the statistics fill."""
        return str(self.described["form"])

    @cached_property
    def _meant(self) -> Mapping[str, str]:
        """Return the column that another name stands for."""
        others: Mapping[str, Sequence[str]] = self.described.get("other_names", {})
        return {name: key for key, names in others.items() for name in names}

    def meant(self, key: str) -> FieldSpec:
        """Return the field of the column that a name's key stands for."""
        return self.spec(self._meant.get(key, key))

    def spec(self, key: str) -> FieldSpec:
        """Return the field of a column."""
        return self.source.rows.by_key[key]

    @cached_property
    def done(self) -> tuple[int, ...]:
        """Return the numbers of the states in which an issue is done."""
        return tuple(self.choices("status")[value] for value in self.described["done"])

    @cached_property
    def yes(self) -> int:
        """Return the number of "yes", the same in every column that has it."""
        (number,) = {self.choices(key)[str(self.described["yes"])] for key in self.described["yes_or_no"]}
        return number

    @cached_property
    def before_done(self) -> int:
        """Return the number of the state in which an issue is before it is done."""
        return self.choices("status")[str(self.described["before_done"])]

    def find(self, names: Iterable[str], file: str) -> dict[str, list[str]]:
        """Return which names of a source stand for which column; of several kinds of names the first one goes.

        Raises RecordError (E-figures-column) for each column that must be there and isn't.
        """
        found: dict[str, dict[str, list[str]]] = {}
        for name in names:
            path = find_path(self.source.rows, name) or self._listing(name) or self._scaled(name)
            if path:
                own = path[-1].key
                found.setdefault(self._meant.get(own, own), {}).setdefault(own, []).append(name)
        chosen = {key: next(kinds[kind] for kind in self._kinds(key) if kind in kinds) for key, kinds in found.items()}
        self._add_parts(chosen)
        missing = [key for key in self.described["required"] if key not in chosen]
        if missing:
            raise RecordError(Fault("E-figures-column", self.spec(key).place(f"/{key}", file=file)) for key in missing)
        return chosen

    def _listing(self, name: str) -> SpecPath | None:
        """Return the column whose choices a name lists, as 状态（处理中/已关闭） does."""
        plain, words = without_choices(name)
        path = find_path(self.source.rows, plain) if words else None
        return path if path and choices_listed(words, path[-1]) else None

    def _scaled(self, name: str) -> SpecPath | None:
        """Return the column whose unit, ends or remark a name tells, as 满意度（分）, 满意度（1-5分）, 渠道（必填）."""
        plain, ends = without_scale(name)
        if ends:
            path = find_path(self.source.rows, plain)
            return path if path and has_ends(path[-1], ends) else None
        plain, unit = without_unit(name)
        path = find_path(self.source.rows, plain) if plain != name else None
        return path if path and (not unit or (is_counter(unit) and path[-1].kind.is_number)) else None

    def _add_parts(self, chosen: dict[str, list[str]]) -> None:
        """Let a column of departments and persons stand for either, where neither has one of its own."""
        parted = self.described.get("parted", {})
        names = chosen.get(parted.get("name", ""))
        for part in ("department", "person") if names else ():
            chosen.setdefault(parted[part], names or [])

    def part(self, key: str, found: Mapping[str, Sequence[str]]) -> str:
        """Return which part of a column of departments and persons a column is in a source: "" where it is none."""
        parted = self.described.get("parted", {})
        names = found.get(parted.get("name", ""))
        parts = (part for part in ("department", "person") if parted.get(part) == key)
        return next(parts, "") if names and found.get(key) == names else ""

    def _kinds(self, key: str) -> Iterator[str]:
        yield key
        yield from self.described.get("other_names", {}).get(key, ())

    def choices(self, key: str) -> dict[str, int]:
        """Return the place among its column's choices, from 1, of every name that a choice goes by."""
        spec = self.spec(key)
        places = {str(choice.value): n for n, choice in enumerate(spec.choices, 1)}
        named = {choose(c.titles, lang): n for n, c in enumerate(spec.choices, 1) for lang in LANGS}
        others = {name: places[value] for name, value in self.described.get("other_values", {}).get(key, {}).items()}
        return named | others | places

    def scores(self, key: str) -> range:
        """Return the scores that a column takes."""
        schema = self.spec(key).schema
        return range(schema["minimum"], schema["maximum"] + 1)

    @lru_cache(maxsize=16)  # noqa: B019  # there are two of these, for as long as the process lives
    def folded_choices(self, key: str) -> Mapping[str, int]:
        """Return the same with names as they are compared."""
        return {fold(name): n for name, n in self.choices(key).items()}


@lru_cache(maxsize=4)
def load_columns(name: str) -> Columns:
    """Return the columns that schemas/statistics/{name}.json describes."""
    path = resources.schemas() / "statistics" / f"{name}.json"
    described = strict_json.load_own(path)
    return Columns(described, build_form(resolve(described["source"], path.name), name, path.name))

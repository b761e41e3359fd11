"""What a column of a list is to a form: a field, a place in a nested list, a running number, or nothing known."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from generator.catalogue.form import FieldSpec, Form
from generator.kinds.base import Kind
from generator.kinds.raw import fold
from generator.records.meant_choice import choices_listed
from generator.records.names import find_path
from generator.records.reading import PLAIN, Reading
from generator.records.unknown import ColumnName, letters
from generator.records.words import is_counter, is_remark, is_serial, is_unit
from generator.wording import LANGS, choose


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `name`: what its values go by in a raw record; `spec`: the field that it is, None where it is none. `table`: the
    name of the nested list that it is a column of, `number` which of its rows, where the list says. `values`: what its
    values stand for, by their folded texts. `dates` puts the year to those that lack it. `unit`: what its name
    says that its numbers are.
    """

    name: str
    spec: FieldSpec | None = None
    table: str = ""
    number: int = 0
    is_left_out: bool = False
    is_serial: bool = False
    values: Mapping[str, Any] | None = None
    dates: Callable[[str], str] | None = None
    unit: str = ""

    @property
    def kind(self) -> Kind | None:
        """Return the kind of its values."""
        return self.spec.kind if self.spec is not None and self.spec.shape == "value" else None

    @cached_property
    def is_running(self) -> bool:
        """Tell whether it holds no more than the numbers of its rows, which stand in empty rows too."""
        return self.is_serial or (self.spec is not None and self.spec.is_running)

    @cached_property
    def is_plain(self) -> bool:
        """Tell whether its texts go into a record as they are."""
        return bool(self.name) and not (
            self.table or self.is_left_out or self.is_serial or self.values or self.dates or self.unit
        )


class Columns:
    """Tells what the columns of a list are to a form, by their names there."""

    def __init__(self, form: Form, reading: Reading = PLAIN) -> None:
        self.spec, self.reading, self.map = form.record_spec, reading, reading.mapping

    @cached_property
    def titles(self) -> frozenset[str]:
        """Return the names that fields have in any language."""
        titles = frozenset(choose(f.titles, lang) for f in self.spec.fields for lang in LANGS)
        return titles | {title for f in self.spec.fields for title in f.former} | set(self.map.columns)

    def knows(self, name: str) -> bool:
        """Tell whether a name is that of a field, or one that the map speaks of."""
        if not name:
            return False
        return self.map.ours(name) is not None or self._field(name.strip()) is not None

    def table(self, name: str) -> FieldSpec | None:
        """Return the nested list of a name; None where no field of that name is one."""
        ours = self.map.ours(name) or [name]
        paths = (find_path(self.spec, own) for own in ours)
        return next((path[-1] for path in paths if path and path[-1].shape == "repeat"), None)

    def is_group(self, name: str) -> bool:
        """Tell whether a name above those of columns may be that of a nested list."""
        return self.table(name) is not None

    def column(self, name: str, at: int = 0) -> Column:
        """Return what a column is; `at`: its place from 1, 0 where it has none."""
        name = name.strip()
        ours = self.map.ours(name)
        found = next((c for c in map(self._field, ours) if c), None) if ours is not None else self._field(name)
        if found is not None:
            return self._with_values(found, name)
        if ours is not None or self.reading.ignores_unknown or fold(name) in self.map.ignored:
            return Column(ColumnName(name, letters(at)), is_left_out=True)
        return Column(ColumnName(name, letters(at)) if name else "", is_serial=is_serial(name))

    def without_group(self, name: str) -> str:
        """Return the name of a column without the groups above it, where the form knows it, but not them."""
        if self.is_group(name.partition("/")[0]):
            return name
        rest = name
        while "/" in rest and not self.knows(rest):
            group, _, rest = rest.partition("/")
            if self.is_group(group) or find_path(self.spec, group):
                return name
        return rest if self.knows(rest) else name

    def _field(self, name: str) -> Column | None:
        path = find_path(self.spec, name)
        if path:
            return Column(name, path[-1])
        plain, unit = without_unit(name)
        path = find_path(self.spec, plain) if plain != name else None
        if path:
            return Column(plain, path[-1], unit=_of_number(path[-1], unit))
        return self._choosing(name) or self._scaled(name) or self._nested(name)

    def _choosing(self, name: str) -> Column | None:
        """Return the column of a field whose choices its name lists, as 状态（处理中/已关闭） does."""
        plain, words = without_choices(name)
        path = find_path(self.spec, plain) if words else None
        values = choices_listed(words, path[-1]) if path else {}
        return Column(plain, path[-1], values=values) if path and values else None

    def _scaled(self, name: str) -> Column | None:
        """Return the column of a number whose ends its name tells, as 满意度（1-5分） does."""
        plain, ends = without_scale(name)
        path = find_path(self.spec, plain) if ends else None
        return Column(plain, path[-1]) if path and has_ends(path[-1], ends) else None

    def _nested(self, name: str) -> Column | None:
        """Return the column of a nested list that a name such as 处理过程/时间 or 处理过程/2/时间 stands for."""
        table, slash, rest = name.partition("/")
        path = find_path(self.spec, table) if slash else None
        if path is None or path[-1].shape != "repeat":
            return None
        number, slash, inner = rest.partition("/")
        if slash and number.strip().isdigit():
            at, rest = int(number), inner
        else:
            at = 0
        within = find_path(path[-1], rest)
        return Column(rest, within[-1], table=table, number=at) if within else None

    def _with_values(self, column: Column, name: str) -> Column:
        spec = column.spec
        assert spec is not None
        mapped = self.map.values_of(column.name, spec.key, *spec.titles.values(), name)
        values = {**(column.values or {}), **mapped}
        is_moment = self.map.year is not None and column.kind is not None and column.kind.is_moment
        dates = self.map.with_year if is_moment else None
        unit = column.unit or ("" if find_path(self.spec, name) else _of_number(spec, without_unit(name)[1]))
        return replace(column, values=values, dates=dates, unit=unit) if values or dates or unit else column


_BRACKETED = re.compile(r"(.+?)\s*[（(\[【]\s*([^（(\[【）)\]】]{1,12}?)\s*[）)\]】]\s*", re.DOTALL)
_LISTED = re.compile(r"(.+?)\s*[（(\[【]\s*([^（(\[【）)\]】]{2,120}?)\s*[）)\]】]\s*", re.DOTALL)
_SCALED = re.compile(
    r"(.+?)\s*[（(\[【]\s*(\d{1,3})\s*分?\s*[-–—~～至到]\s*(\d{1,3})\s*分?[制]?\s*[）)\]】]", re.DOTALL
)
_BETWEEN = re.compile(r"\s*[/／、|｜,，;；\n]\s*")
_SLASHED = re.compile(r"([^/／]+?)\s*[/／]\s*([^/／]{1,8}?)", re.DOTALL)
_SAYS_UNIT = re.compile(r"(?:单位|單位|unit)\s*[:：]?\s*", re.IGNORECASE)
_STARS = " \t\r\n*＊※★☆▲"


@lru_cache(maxsize=4096)
def without_unit(name: str) -> tuple[str, str]:
    """Return the name of a column without what is added to it in brackets, and the unit that this is."""
    name = name.strip(_STARS)
    found = _BRACKETED.fullmatch(name) or _SLASHED.fullmatch(name)
    if not found:
        return name, ""
    if is_remark(found[2]):
        return found[1], ""
    unit = _SAYS_UNIT.sub("", found[2])
    return (found[1], unit) if is_unit(unit) else (name, "")


@lru_cache(maxsize=4096)
def without_choices(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of a column without the choices that are listed behind it in brackets, and these."""
    found = _LISTED.fullmatch(name.strip(_STARS))
    words = tuple(filter(None, _BETWEEN.split(found[2]))) if found else ()
    return (found[1], words) if found and len(words) > 1 else (name, ())


@lru_cache(maxsize=4096)
def without_scale(name: str) -> tuple[str, tuple[int, ...]]:
    """Return the name of a column without the ends of a scale that stand behind it in brackets, and these."""
    found = _SCALED.fullmatch(name.strip(_STARS))
    return (found[1], (int(found[2]), int(found[3]))) if found else (name, ())


def has_ends(spec: FieldSpec, ends: Sequence[int]) -> bool:
    """Tell whether a field is a number that goes from one end of a scale to the other."""
    return spec.shape == "value" and [spec.schema.get(end) for end in ("minimum", "maximum")] == list(ends)


def _of_number(spec: FieldSpec, unit: str) -> str:
    """Return the unit that a name says of numbers; pieces, of a field that has no unit, are just its numbers."""
    if spec.shape != "value" or not spec.kind.is_number or (not spec.unit and is_counter(unit)):
        return ""
    return unit

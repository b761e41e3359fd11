"""Things that are due, found in records by the expressions of their forms; each once, whatever sources tell of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from hashlib import blake2b
from typing import Any

from generator.catalogue.due import DueSpec, due_of
from generator.catalogue.expressions import ExpressionError, compiled
from generator.due.reading import Found
from generator.errors import Fault, Place, SchemaError
from generator.rules import Numbering, Policy
from generator.rules.functions import functions
from generator.wording import Lang, choose, phrase

_SHORT = 60
"""Characters of a detail that a list has room for."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is due. `key` tells it from all others, and stays the same from list to list.

    `place`: where the record stands that tells of it.
    """

    key: str
    day: date
    titles: Mapping[str, str]
    basis: Mapping[str, str]
    form_titles: Mapping[str, str]
    form: str = ""
    kind: str = ""
    detail: str = ""
    number: str = ""
    customer: str = ""
    who: str = ""
    is_open: bool = True
    place: Place = field(default_factory=Place, compare=False)

    def matter(self, lang: Lang) -> str:
        """Return what is to be done, and about what."""
        what = choose(self.titles, lang)
        return f"{what}{phrase('separator', lang)}{self.detail}" if self.detail else what

    @property
    def order(self) -> tuple[Any, ...]:
        """Return by what items are sorted: the day, who answers for it, then whatever tells them apart."""
        return day_of(self.day), self.who, _moment(self.day), self.number, self.form, self.kind, self.key


def day_of(day: date) -> date:
    """Return the day of a day or moment."""
    return day.date() if isinstance(day, datetime) else day


def _moment(day: date) -> tuple[date, time]:
    """Return what days and moments are compared by; a day lasts to its end."""
    return (day.date(), day.time()) if isinstance(day, datetime) else (day, time.max)


def items_of(found: Sequence[Found], policy: Policy) -> tuple[list[Item], list[Fault]]:
    """Return what is open in records, each once, and warnings of days that rest on a calendar not announced yet."""
    finder = _Finder(found, policy)
    known: dict[str, Item] = {}
    for settles in (False, True):  # of a thing that both tell of, what a record says that is done with holds
        told: dict[str, Item] = {}
        for record in (one for one in found if one.settles is settles):
            for item in finder.items(record):
                told[item.key] = _latest(told.get(item.key), item)
        known |= told
    return [item for item in known.values() if item.is_open], finder.faults


def _latest(one: Item | None, other: Item) -> Item:
    """Return which of two tellings of the same thing holds: the later day; of one day that by which it is done."""
    if one is None or _moment(other.day) > _moment(one.day):
        return other
    if _moment(other.day) < _moment(one.day) or not one.is_open:
        return one
    return other


@dataclass
class _Finder:
    found: Sequence[Found]
    policy: Policy
    faults: list[Fault] = field(default_factory=list)
    _numbers: dict[tuple[str, str], set[Any]] = field(default_factory=dict)
    _counted: set[int] = field(default_factory=set)
    _warned: set[int] = field(default_factory=set)

    @cached_property
    def _functions(self) -> Mapping[str, Any]:
        return functions(self.policy, Numbering(), self._counted)

    @cached_property
    def _last(self) -> Mapping[tuple[str, str], int]:
        """Return at which place of each case the last record of each form stands."""
        last: dict[tuple[str, str], int] = {}
        for one in self.found:
            if one.case and one.settles:
                key = one.case, one.form.id
                last[key] = max(last.get(key, 0), one.position)
        return last

    def items(self, record: Found) -> Iterator[Item]:
        """Yield what is due of a record, done or not."""
        for spec in due_of(record.form):
            if not self._is_replaced(record, spec):
                told = _rows_of(record, spec.rows) if spec.rows else (record,)
                yield from filter(None, (self._item(one, spec) for one in told))

    def _is_replaced(self, record: Found, spec: DueSpec) -> bool:
        """Tell whether the case has a later record of the same form, which is what holds now."""
        own = record.form.id
        return any(one.form == own for one in spec.settled_by) and self._has_later(record, own)

    def _item(self, record: Found, spec: DueSpec) -> Item | None:
        def text(source: str) -> str:
            value = self._value(record, source) if source else None
            return "" if value is None else " ".join(str(value).split())

        day = self._value(record, spec.day)
        if not isinstance(day, date):
            return None
        number = text(spec.number)
        same = () if number and not spec.rows else (_same(record, [text(one) for one in spec.same]),)
        return Item(
            _key(spec.shared or record.form.id, spec.kind, *([number] if number else ()), *same),
            day,
            spec.titles,
            spec.basis,
            record.form.titles,
            record.form.id,
            spec.kind,
            _shortened(text(spec.detail)),
            number,
            text(spec.customer),
            text(spec.who),
            self._is_open(record, spec, number),
            record.place,
        )

    def _is_open(self, record: Found, spec: DueSpec, number: str) -> bool:
        """Tell whether it is still to be done; what can't be told from the record is."""
        if spec.open and self._value(record, spec.open) is False:
            return False
        return not any(
            self._has_later(record, one.form) or (number and number in self._numbers_of(one.form, one.number))
            for one in spec.settled_by
        )

    def _has_later(self, record: Found, form: str) -> bool:
        """Tell whether the case of a record has one of a form that came later."""
        return self._last.get((record.case, form), 0) > record.position

    def _numbers_of(self, form: str, number: str) -> set[Any]:
        if not number:
            return set()
        if (form, number) not in self._numbers:
            told = (self._value(one, number) for one in self.found if one.form.id == form and one.settles)
            self._numbers[form, number] = {value for value in told if isinstance(value, str)}
        return self._numbers[form, number]

    def _value(self, record: Found, source: str) -> Any:
        """Return the value of an expression.

        Raises SchemaError where it isn't one; of a record that it makes too much of, it has no value.
        """
        self._counted.clear()
        try:
            value = compiled(source)(record.values, record.names, self._functions)
        except ExpressionError as error:
            if not error.of_record:
                raise SchemaError(error.fault(Place(record.form.source))) from None
            self.faults.append(error.fault(record.place))
            return None
        self._warn(record)
        return value

    def _warn(self, record: Found) -> None:
        """Warn once of each year whose exchanged working days aren't known."""
        for year in sorted(self._counted - self._warned):
            self._warned.add(year)
            if not self.policy.calendar.is_announced(year):
                self.faults.append(Fault("W-calendar", record.place, {"year": year}))


def _rows_of(record: Found, path: str) -> Iterator[Found]:
    """Yield the rows of a record's table, each with the record's own values as names."""
    at: Any = record.values
    for key in path.split("/"):
        at = at.get(key) if isinstance(at, Mapping) else None
    names = {**record.values, **record.names}
    yield from (replace(record, values=row, names=names) for row in at or ())


def _same(record: Found, told: Sequence[str]) -> str:
    """Return what a record without a number is known by: fields that its form names, else all that it says."""
    return "\x1f".join(told) if any(told) else repr(sorted(record.values.items(), key=lambda pair: pair[0]))


def _key(*parts: str) -> str:
    return blake2b("\x1e".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"

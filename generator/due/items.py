"""Things that are due, found in records by the expressions of their forms; each once, whatever sources tell of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from hashlib import blake2b
from typing import Any

from generator.catalogue import Form
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


Asked = tuple[str, str]
"""A form, and the expression that says by what number its records are done with something."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Something that a record says is due; whether it is open also hangs on the records of other cases.

    `settles`: the record may settle what others ask for. `awaits`: what is done with by a record of that number.
    """

    item: Item
    settles: bool
    awaits: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Tellings:
    """What records say is due, in their order, and the numbers that they settle."""

    tellings: Sequence[Telling] = ()
    numbers: Mapping[Asked, frozenset[str]] = field(default_factory=dict)
    faults: Sequence[Fault] = ()


def asked_of(forms: Iterable[Form]) -> frozenset[Asked]:
    """Return all that records are asked by what other forms have due."""
    return frozenset(
        (one.form, one.number) for form in forms for spec in due_of(form) for one in spec.settled_by if one.number
    )


def told_of(found: Sequence[Found], policy: Policy, asked: Iterable[Asked]) -> Tellings:
    """Return what some records say: all of those of a case, whatever others there are."""
    finder = _Finder(found, policy)
    tellings = [telling for record in found for telling in finder.tellings(record)]
    numbers = {one: finder.numbers_of(*one) for one in asked if any(record.form.id == one[0] for record in found)}
    return Tellings(tellings, {one: some for one, some in numbers.items() if some}, finder.faults)


def items_of(parts: Sequence[Tellings]) -> tuple[list[Item], list[Fault]]:
    """Return what is open, each once, and warnings of days that rest on a calendar not announced yet."""
    settled: dict[Asked, set[str]] = {}
    for part in parts:
        for one, some in part.numbers.items():
            settled.setdefault(one, set()).update(some)
    known: dict[str, Item] = {}
    for settles in (False, True):  # of a thing that both tell of, what a record says that is done with holds
        told: dict[str, Item] = {}
        for telling in (one for part in parts for one in part.tellings if one.settles is settles):
            item = _closed(telling, settled)
            told[item.key] = _latest(told.get(item.key), item)
        known |= told
    return [item for item in known.values() if item.is_open], list(_once(parts))


def _closed(telling: Telling, settled: Mapping[Asked, set[str]]) -> Item:
    item = telling.item
    is_settled = item.number and any(item.number in settled.get(one, ()) for one in telling.awaits)
    return replace(item, is_open=False) if is_settled and item.is_open else item


def _once(parts: Sequence[Tellings]) -> Iterator[Fault]:
    """Yield the faults of all; a warning of a year that isn't announced once."""
    seen = set()
    for fault in (fault for part in parts for fault in part.faults):
        what = (fault.code, str(fault.params) if fault.is_warning else str(fault))
        if what not in seen:
            yield fault
        seen.add(what)


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

    def tellings(self, record: Found) -> Iterator[Telling]:
        """Yield what is due of a record, done or not."""
        for spec in due_of(record.form):
            if not self._is_replaced(record, spec):
                awaits = tuple((one.form, one.number) for one in spec.settled_by if one.number)
                told = _rows_of(record, spec.rows) if spec.rows else (record,)
                items = filter(None, (self._item(one, spec) for one in told))
                yield from (Telling(item, record.settles, awaits) for item in items)

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
            self._is_open(record, spec),
            record.place,
        )

    def _is_open(self, record: Found, spec: DueSpec) -> bool:
        """Tell whether it is still to be done by what its own case says; what can't be told from the record is."""
        if spec.open and self._value(record, spec.open) is False:
            return False
        return not any(self._has_later(record, one.form) for one in spec.settled_by)

    def _has_later(self, record: Found, form: str) -> bool:
        """Tell whether the case of a record has one of a form that came later."""
        return self._last.get((record.case, form), 0) > record.position

    def numbers_of(self, form: str, number: str) -> frozenset[str]:
        """Return the numbers by which records of a form are done with something."""
        told = (self._value(one, number) for one in self.found if one.form.id == form and one.settles)
        return frozenset(value for value in told if isinstance(value, str))

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

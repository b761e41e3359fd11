"""Figures of a period's records of one form, as the form says (`x-figures`): shares, means, counts, rises."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from generator import resources, strict_json
from generator.catalogue import Catalogue, FieldSpec, Form
from generator.catalogue.figures import FigureSpec, RecordFigures, figures_of
from generator.errors import Fault, RecordError, UsageError, fail
from generator.kinds import NUMBER, PERCENT
from generator.kinds.numbers import is_number
from generator.kinds.written_times import month_of
from generator.pipeline import Pipeline
from generator.record import Values
from generator.records import Source, open_source, warnings_of
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.rules.functions import Number, share
from generator.statistics.further_rules import MOST_PERIODS
from generator.statistics.measures import changed, shown
from generator.statistics.monthly import Summary
from generator.statistics.months import month_missing
from generator.statistics.period import Period, period_of
from generator.statistics.rules import MOST_NAMES
from generator.statistics.source import MOST_FAULTS
from generator.statistics.summary_records import SummaryRecord
from generator.wording import DEFAULT_LANG, Lang, choose, phrase

_LEAST_PERIODS = 3
_LONGEST, _EXACT = 200, 12
_EVERY = "*"


@dataclass
class Tally:
    """What is counted for a figure: the sum of what is good, or of the values, and of how many."""

    total: Fraction = Fraction()
    count: int = 0

    def add(self, total: Fraction, count: int) -> None:
        """Add what one record, or one of its rows, has."""
        self.total += total
        self.count += count


@dataclass
class Counts:
    """What is counted of the records of one period: in all, by figure, by item and by group."""

    records: int = 0
    figures: dict[str, Tally] = field(default_factory=dict)
    items: dict[str, Tally] = field(default_factory=dict)
    groups: dict[str | None, Tally] = field(default_factory=dict)
    members: Counter[str | None] = field(default_factory=Counter)


@dataclass(frozen=True)
class RecordCounter:
    """Counts the records of a form by the figures that it says of them, in a language."""

    form: Form
    said: RecordFigures
    lang: Lang

    def day(self, values: Values) -> date | None:
        """Return the day that a record is of: the last of those that it gives."""
        days = [value for value in _all(values, self.said.dated) if isinstance(value, date)]
        return max((date(day.year, day.month, day.day) for day in days), default=None)

    def add(self, counts: Counts, values: Values) -> None:
        """Count one record."""
        counts.records += 1
        for figure in self.said.figures:
            counts.figures.setdefault(figure.key, Tally()).add(*_counted(figure, list(_all(values, figure.of))))
        main = self.said.main
        for name, found in self._items(values, main):
            counts.items.setdefault(name, Tally()).add(*_counted(main, found))
        if self.said.groups:
            group = self._text(self.said.groups, next(_values(values, self.said.groups), None))
            counts.members[group] += 1
            counts.groups.setdefault(group, Tally()).add(*_counted(main, list(_all(values, main.of))))

    def _items(self, values: Values, main: FigureSpec) -> Iterator[tuple[str, list[Any]]]:
        """Yield the items of a record, each with its values: by what stands beside them, or by the fields."""
        if self.said.items == "":
            yield from ((self._named(pointer), list(_values(values, pointer))) for pointer in main.of)
        elif self.said.items:
            rows, _, key = self.said.items.rpartition(f"/{_EVERY}/")
            for row in _values(values, f"{rows}/{_EVERY}"):
                name = self._text(self.said.items, row.get(key))
                found = [row.get(pointer.rpartition("/")[2]) for pointer in main.of if pointer.startswith(f"{rows}/")]
                yield name or phrase("not_given", self.lang, "statistics"), found

    def _named(self, pointer: str) -> str:
        """Return what the values of a pointer are called: by their table, or by their field."""
        return self._spec(pointer.partition(f"/{_EVERY}")[0]).title(self.lang)

    def _text(self, pointer: str, value: Any) -> str | None:
        """Return a value as a name; a choice by its label."""
        if value is None or value == "":
            return None
        labels = {choice.value: choose(choice.titles, self.lang) for choice in self._spec(pointer).choices}
        text = str(labels.get(value, value))
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def _spec(self, pointer: str) -> FieldSpec:
        return self._by_pointer[pointer]

    @cached_property
    def _by_pointer(self) -> Mapping[str, FieldSpec]:
        """Return the fields by their pointers in a record; a row of a register is one."""
        above = self.form.rows.pointer + f"/{_EVERY}" if self.form.is_table else ""
        return {spec.pointer.removeprefix(above): spec for spec in self.form.root.walk()}


def _all(values: Values, pointers: Iterable[str]) -> Iterator[Any]:
    return (value for pointer in pointers for value in _values(values, pointer))


def _values(values: Any, pointer: str) -> Iterator[Any]:
    """Yield the values at a pointer, of every row where it says so; those that aren't there as None."""
    found: list[Any] = [values]
    for step in pointer.split("/")[1:]:
        if step == _EVERY:
            found = [row for rows in found for row in (rows or ())]
        else:
            found = [one.get(step) if isinstance(one, Mapping) else None for one in found]
    yield from found


def _counted(figure: FigureSpec, values: Sequence[Any]) -> tuple[Fraction, int]:
    """Return what some values add to a figure: the sum of what counts, and of how many."""
    if figure.kind == "share":
        return Fraction(sum(v in figure.good for v in values)), sum(v in figure.among for v in values)
    if figure.kind == "count":
        return Fraction(sum(v in figure.good for v in values)), 1
    numbers = [Fraction(value) if is_number(value) else None for value in map(_number, values)]
    if figure.kind == "rise":
        before, after = (*numbers, None, None)[:2]
        return (Fraction(), 0) if before is None or after is None else (after - before, 1)
    known = [number for number in numbers if number is not None]
    return sum(known, Fraction()), len(known)


def _number(value: Any) -> Any:
    """Return a mark that is chosen from a list as the number that it is."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def value_of(figure: FigureSpec, tally: Tally | None, digits: int | None = None) -> Number | None:
    """Return a figure; None of nothing."""
    if tally is None or not tally.count:
        return None
    if figure.kind == "count":
        return int(tally.total)
    among = tally.count if figure.kind == "share" else 100 * tally.count
    part = tally.total
    return share(part.numerator, among * part.denominator, figure.digits if digits is None else digits)


def record_figures(
    period: str,
    source: str,
    form: str,
    *,
    query: str = "",
    reading: Reading = PLAIN,
    policy: Policy | None = None,
    lang: Lang = DEFAULT_LANG,
    catalogue: Catalogue | None = None,
) -> Summary:
    """Return the report on a period's records of a form, written as for a summary.

    Records without a date are left out with a warning. Raises UsageError for a wrong period or source, or a form that
    says nothing of figures (E-figures-form), RecordError with the faults of all records that are wrong.
    """
    asked, forms = period_of(period), catalogue or Catalogue()
    own = forms.form(form)
    said = figures_of(own)
    if said is None:
        raise fail(UsageError, "E-figures-form", forms=[one.id for one in forms if figures_of(one)])
    rules = policy or load_policy()
    opened = open_source(source, own, replace(reading, query=query) if query else reading, rules.zone)
    counter, periods = RecordCounter(own, said, lang), asked.back(MOST_PERIODS)
    counts, undated, months = [Counts() for _ in periods], 0, Counter[str]()
    for values in _judged(Pipeline(own, rules), opened):
        day = counter.day(values)
        undated += day is None
        if day is None:
            continue
        months[month_of(day)] += 1
        nth = next((n for n, one in enumerate(periods) if one.holds(day)), None)
        if nth is not None:
            counter.add(counts[nth], values)
    place = opened.head[1]
    first = min(months, default="")
    report = Report(counter, rules, periods, counts, first)
    warnings = [] if counts[0].records else [month_missing(place.file, months)]
    warnings += [Fault("W-figures-undated", place, {"count": undated})] if undated else []
    described = strict_json.load_own(resources.schemas() / "statistics" / "records.json")
    return Summary(iter([report.record()]), [*warnings, *warnings_of(opened)], described["form"])


def _judged(pipeline: Pipeline, source: Source) -> Iterator[Values]:
    """Yield the values of a source's records, computed ones among them.

    Raises RecordError at the end, with the faults of the first thousand.
    """
    faults: list[Fault] = []
    for judged in pipeline.judged(source):
        faults += judged.errors
        if not faults:
            yield judged.values
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise RecordError(faults[:MOST_FAULTS])


@dataclass(frozen=True)
class Report:
    """A report on records: what was counted of each period, the one that is asked for first."""

    counter: RecordCounter
    policy: Policy
    periods: Sequence[Period]
    counts: Sequence[Counts]
    first: str
    """The first month of which there is a record."""

    def record(self) -> SummaryRecord:
        """Return the record of the report."""
        form, lang, period = self.counter.form, self.counter.lang, self.periods[0]
        now = self.counts[0]
        made: SummaryRecord = {"report_no": f"HZ{period.name}-{form.number}", "subject": form.title(lang)}
        made |= {"period": period.text(lang), "period_name": period.name, "records": now.records}
        if self._known(1):
            made["last_records"] = self.counts[1].records
        tables = {
            "figures": list(self._figures()),
            "items": [{"name": name, **self._counted(tally)} for name, tally in now.items.items()],
            "groups": list(self._groups()),
            "trend": list(self._trend()),
        }
        return made | {key: rows for key, rows in tables.items() if rows}

    def _known(self, nth: int) -> bool:
        """Tell whether the source has records of a period, or from before it."""
        end = self.periods[nth].following if nth < len(self.periods) else None
        return bool(self.first and end and self.first < f"{end:%Y-%m}")

    def _figures(self) -> Iterator[SummaryRecord]:
        lang = self.counter.lang
        for figure in self.counter.said.figures:
            kind = PERCENT if figure.kind == "share" else NUMBER
            tally = self.counts[0].figures.get(figure.key)
            now, last = (value_of(figure, counts.figures.get(figure.key)) for counts in self.counts[:2])
            row: SummaryRecord = {"indicator": choose(figure.titles, lang)}
            if figure.kind != "count" and tally:
                row["counted"] = tally.count
            row |= {} if now is None else {"this_period": shown(kind, now, lang)}
            row |= {} if last is None else {"last_period": shown(kind, last, lang)}
            if now is not None and last is not None:
                row["difference"] = changed(kind, now, last, lang)
            if now is not None or last is not None:
                yield row | (self._aim(figure, tally) if now is not None else {})

    def _aim(self, figure: FigureSpec, tally: Tally | None) -> SummaryRecord:
        """Return what the policy aims at, and whether the figure, not as it is rounded, keeps to it."""
        found, lang = self.policy.aim(figure.key), self.counter.lang
        if found is None:
            return {}
        kind = PERCENT if figure.kind == "share" else NUMBER
        text = phrase(f"target.{found[0]}", lang, "statistics").format(shown(kind, found[1], lang))
        return {
            "target": text,
            "met": "met" if self.policy.met(figure.key, value_of(figure, tally, _EXACT)) else "missed",
        }

    def _counted(self, tally: Tally) -> SummaryRecord:
        return {"counted": tally.count, **self._measured(tally)}

    def _measured(self, tally: Tally | None) -> SummaryRecord:
        """Return the main figure, as a rate or as an average."""
        main = self.counter.said.main
        value = value_of(main, tally)
        return {} if value is None else {"rate" if main.kind == "share" else "average": value}

    def _groups(self) -> Iterator[SummaryRecord]:
        """Yield the groups with most records; of more than twelve the last stands for all others."""
        now, lang = self.counts[0], self.counter.lang
        ranked = sorted((name for name in now.members if name is not None), key=lambda name: (-now.members[name], name))
        alone = ranked if len(ranked) <= MOST_NAMES else ranked[: MOST_NAMES - 1]
        for name in alone:
            yield {"name": name, "records": now.members[name], **self._measured(now.groups[name])}
        rest = ranked[len(alone) :]
        if rest:
            yield self._together(phrase("others", lang, "statistics").format(count=len(rest)), rest)
        if now.members[None]:
            yield self._together(phrase("not_given", lang, "statistics"), [None])

    def _together(self, name: str, groups: Sequence[str | None]) -> SummaryRecord:
        now, whole = self.counts[0], Tally()
        for group in groups:
            whole.add(now.groups[group].total, now.groups[group].count)
        return {"name": name, "records": sum(now.members[group] for group in groups), **self._measured(whole)}

    def _trend(self) -> Iterator[SummaryRecord]:
        known = [n for n in range(len(self.periods)) if self._known(n)]
        main = self.counter.said.main
        for n in reversed(known if len(known) >= _LEAST_PERIODS else ()):
            counts = self.counts[n]
            row = {"period": self.periods[n].short, "records": counts.records}
            yield row | self._measured(counts.figures.get(main.key))

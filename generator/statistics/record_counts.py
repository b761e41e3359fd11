"""What is counted of a form's records, by period: the queries over what `long_records` describes, and their answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from generator.catalogue.figures import FigureSpec
from generator.kinds.written_times import month_of
from generator.statistics.engine import Engine
from generator.statistics.long_records import NUMBERED, Counted, said
from generator.statistics.period import Period
from generator.statistics.rules import MOST_NAMES
from generator.statistics.sql import Sql, day, join, literals, sql


@dataclass
class Tally:
    """What is counted for a figure: the sum of what is good, or of the values, and of how many."""

    total: Fraction = Fraction()
    count: int = 0

    def add(self, total: Any, count: Any) -> None:
        """Add what a query has summed up."""
        self.total += Fraction(Decimal(total or 0))
        self.count += int(count or 0)


@dataclass
class Counts:
    """What is counted of the records of one period: how many, and each figure by its place."""

    records: int = 0
    figures: list[Tally] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """A group of records, with the main figure; `others`: how many groups it stands for, beside a name."""

    name: str | None
    records: int
    tally: Tally
    others: int = 0


@dataclass(frozen=True)
class RecordCounts:
    """Asks an engine for what is counted of records, for a period and those before it, the latest first."""

    engine: Engine
    counted: Counted
    periods: Sequence[Period]

    # --- days ---

    @cached_property
    def months(self) -> Mapping[str, int]:
        """Return how many records there are of each month."""
        query = sql(
            "SELECT CAST(date_trunc('month', day) AS date) AS month, count(*) AS records FROM biaodan_records"
            " WHERE day IS NOT NULL GROUP BY 1"
        )
        return {month_of(row[0]): int(row[1]) for row in self.engine.rows(query)}

    def undated(self) -> int:
        """Return how many records have no day."""
        query = sql("SELECT count(*) AS records FROM biaodan_records WHERE day IS NULL")
        return int(next(iter(self.engine.rows(query)))[0])

    @property
    def _nth(self) -> Sql:
        """Return which of the periods a day is of."""
        whens = join(
            " ", (sql("WHEN day >= {d} THEN {n}", d=day(one.first), n=n) for n, one in enumerate(self.periods))
        )
        return sql("CASE WHEN day < {end} THEN CASE {whens} END END", end=day(self.periods[0].following), whens=whens)

    @property
    def _this(self) -> Sql:
        now = self.periods[0]
        return sql("day >= {first} AND day < {end}", first=day(now.first), end=day(now.following))

    # --- figures ---

    def periods_counted(self) -> list[Counts]:
        """Return what is counted of each period."""
        specs = self.counted.said.figures
        made = [Counts(0, [Tally() for _ in specs]) for _ in self.periods]
        query = sql(
            "SELECT nth, count(*) AS records FROM (SELECT {nth} AS nth FROM biaodan_records) AS r"
            " WHERE nth IS NOT NULL GROUP BY nth",
            nth=self._nth,
        )
        for nth, records in self.engine.rows(query):
            made[nth].records = int(records)
        for nth, figure, total, count in self.engine.rows(self._by_figure()):
            made[nth].figures[figure].add(total, count)
        for one in made:
            for spec, tally in zip(specs, one.figures, strict=True):
                tally.count = one.records if spec.kind == "count" else tally.count
        return made

    def _by_figure(self) -> Sql:
        return sql(
            "SELECT nth, figure, sum(total) AS total, sum(counts) AS counts FROM"
            " (SELECT {nth} AS nth, figure, {total} AS total, {counts} AS counts FROM biaodan_values) AS v"
            " WHERE nth IS NOT NULL GROUP BY nth, figure",
            nth=self._nth,
            total=self._each(_total_of),
            counts=self._each(_count_of),
        )

    def _each(self, of: Any) -> Sql:
        whens = (sql("WHEN {n} THEN {what}", n=n, what=of(f)) for n, f in enumerate(self.counted.said.figures))
        return sql("CASE figure {whens} END", whens=join(" ", whens))

    def _main(self) -> Sql:
        """Return the sum and the count of the main figure, and which values these are of."""
        main = self.counted.said.main
        return sql(
            "sum({total}) AS total, sum({counts}) AS counts FROM biaodan_values WHERE {this} AND figure = 0",
            total=_total_of(main),
            counts=_count_of(main),
            this=self._this,
        )

    # --- items and groups ---

    def items(self) -> Iterator[tuple[str, Tally]]:
        """Yield the items of the main figure: by what stands beside the values, in their order, or by the fields."""
        if self.counted.said.items is None:
            return
        if self.counted.said.items:
            query = sql("SELECT item, {main} AND item IS NOT NULL GROUP BY item ORDER BY min(place)", main=self._main())
            yield from ((str(item), _tally(*sums)) for item, *sums in self.engine.rows(query))
            return
        rows = self.engine.rows(sql("SELECT part, {main} GROUP BY part", main=self._main()))
        tallies = {at: _tally(*sums) for at, *sums in rows}
        for at, pointer in enumerate(self.counted.said.main.of):
            yield self.counted.named(pointer), tallies.get(at, Tally())

    def groups(self, whole: Counts) -> Iterator[Group]:
        """Yield the groups with most records; of more than twelve one for all others; then those of no group."""
        if not self.counted.said.groups:
            return
        query = sql("SELECT grp, count(*) AS records FROM biaodan_records WHERE {this} GROUP BY grp", this=self._this)
        order = sql('ORDER BY records DESC, grp COLLATE "C"')
        named = sql("SELECT * FROM ({query}) AS g WHERE grp IS NOT NULL", query=query)
        count, records = next(
            iter(self.engine.rows(sql("SELECT count(*) AS n, sum(records) AS r FROM ({named}) AS g", named=named)))
        )
        alone = MOST_NAMES if count <= MOST_NAMES else MOST_NAMES - 1
        top = list(self.engine.rows(sql("{named} {order} LIMIT {n}", named=named, order=order, n=alone)))
        tallies = self._of_groups([row[0] for row in top])
        yield from (Group(name, int(size), tallies.get(name, Tally())) for name, size in top)
        rest = int(records or 0) - sum(int(size) for _, size in top)
        if rest:
            yield Group("", rest, tallies.get("", Tally()), int(count) - len(top))
        if whole.records > int(records or 0):
            yield Group(None, whole.records - int(records or 0), tallies.get(None, Tally()))

    def _of_groups(self, names: Sequence[str]) -> dict[str | None, Tally]:
        """Return the main figure of some groups, of all others as "", and of none as None."""
        known = sql("grp IN ({names})", names=literals(names)) if names else sql("false")
        query = sql(
            "SELECT CASE WHEN {known} THEN grp WHEN grp IS NOT NULL THEN '' END AS named, {main} GROUP BY 1",
            known=known,
            main=self._main(),
        )
        return {named: _tally(*sums) for named, *sums in self.engine.rows(query)}


def _tally(total: Any, count: Any) -> Tally:
    tally = Tally()
    tally.add(total, count)
    return tally


def _total_of(figure: FigureSpec) -> Sql:
    """Return what a value adds to the sum of a figure."""
    return sql("number") if figure.kind in NUMBERED else _one_of(figure.good)


def _count_of(figure: FigureSpec) -> Sql:
    """Return what a value adds to the number of those that a figure is made of."""
    if figure.kind in NUMBERED:
        return sql("CASE WHEN number IS NOT NULL THEN 1 ELSE 0 END")
    return sql("1") if figure.kind == "count" else _one_of(figure.among)


def _one_of(values: Sequence[Any]) -> Sql:
    if not values:
        return sql("0")
    return sql("CASE WHEN said IN ({texts}) THEN 1 ELSE 0 END", texts=literals([said(v) or "" for v in values]))

"""When an issue is to be answered and solved by: clock time by arithmetic, working time by a table of days."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from generator.rules import Policy
from generator.rules.working_hours import END_OF_DAY, Piece
from generator.statistics.cells import first_moment
from generator.statistics.columns import Columns
from generator.statistics.sql import Sql, day, join, listed, minutes, moment, regular, sql

CLOCK = {"minute": 1, "hour": 60, "day": 1440}
"""Units that are clock time, in minutes."""

COLUMNS = sql("target, day, since, until, ends, moves")
"""The columns of the table of days."""

Target = tuple[str, str]
"""A table of a policy's targets, and the choice of priority or severity that a target is for."""

TargetOf = Callable[[str, str], Target]
"""What is aimed at by a column (priority or severity) and its choice."""

DayRow = tuple[int, date, datetime, datetime, datetime, int]

_VISIT: Target = ("limits", "return_visit")

_REPORTED = regular("reported_at")

_ALIASES = ("responses", "resolutions")


def _response(key: str, value: str) -> Target:
    return key, value


def _resolution(key: str, value: str) -> Target:
    return "resolution", value


@dataclass(frozen=True)
class Deadlines:
    """The deadlines that a policy sets; its targets are numbered, as the table of days knows them."""

    policy: Policy
    columns: Columns
    found: Collection[str]
    _numbers: dict[Target, int] = field(default_factory=dict)

    @property
    def resolves(self) -> bool:
        """Tell whether the policy says when an issue of some priority or severity is to be solved."""
        values = [value for key in ("priority", "severity") for value in self._values(key)]
        return any(self.policy.span("resolution", value) for value in values)

    def _values(self, key: str) -> list[str]:
        return [str(choice.value) for choice in self.columns.spec(key).choices]

    # --- in Python ---

    def response(self, reported: datetime, priority: int | None, severity: int | None) -> datetime | None:
        """Return when an issue is to be answered by; choices by number."""
        return self._end(_response, reported, priority, severity)

    def resolution(
        self, reported: datetime, priority: int | None, severity: int | None, planned: datetime | None
    ) -> datetime | None:
        """Return when an issue is to be solved by: as the policy says, or else as planned."""
        return self._end(_resolution, reported, priority, severity) or planned

    def _end(self, target: TargetOf, reported: datetime, priority: int | None, severity: int | None) -> datetime | None:
        key, number = ("severity", severity) if priority is None else ("priority", priority)
        if number is None:
            return None
        table, limit = target(key, self._values(key)[number - 1])
        return _to_its_end(self.policy.deadline(reported, limit, table))

    def visit(self, completed: datetime) -> datetime | None:
        """Return when a customer is to be called back by, after an issue was completed."""
        return _to_its_end(self.policy.deadline(completed, _VISIT[1]))

    # --- in SQL ---

    def responses(self) -> Sql:
        """Return when an issue is to be answered by, for a query that joins `days`."""
        return self._by_rank(_response, "responses", sql("CAST(NULL AS timestamp)"))

    def resolutions(self) -> Sql:
        """Return when an issue is to be solved by, for a query that joins `days`."""
        return self._by_rank(_resolution, "resolutions", sql("planned_at"))

    def joins(self) -> Sql:
        """Return the joins with the table of days."""
        numbers = zip(_ALIASES, (self._by_number(_response), self._by_number(_resolution)), strict=True)
        return join("", (_joined(regular(alias), number) for alias, number in numbers if number))

    def visits(self) -> Sql:
        """Return when a customer is to be called back by, for a query that joins `visit_joins`."""
        return self._deadline(_VISIT, regular("visits"), regular("completed_at")) or sql("CAST(NULL AS timestamp)")

    def visit_joins(self) -> Sql:
        """Return the join with the table of days for return visits."""
        span = self.policy.span(*_VISIT)
        if span is None or span[1] in CLOCK:
            return sql("")
        number = self._numbers.setdefault(_VISIT, len(self._numbers) + 1)
        return _joined(regular("visits"), sql("{n}", n=number), regular("completed_at"))

    def _by_rank(self, target: TargetOf, alias: str, otherwise: Sql) -> Sql:
        whens = []
        for key, n, value in self._ranks():
            deadline = self._deadline(target(key, value), regular(alias))
            if deadline:
                whens.append(sql("WHEN {rank} = {n} THEN {due}", rank=self._ranked(key), n=n, due=deadline))
        if not whens:
            return otherwise
        return sql("CASE {whens} ELSE {otherwise} END", whens=join(" ", whens), otherwise=otherwise)

    def _ranks(self) -> Iterator[tuple[str, int, str]]:
        """Yield each choice of priority and severity with its number."""
        for key in ("priority", "severity"):
            if key in self.found:
                yield from ((key, n, value) for n, value in enumerate(self._values(key), 1))

    def _ranked(self, key: str) -> Sql:
        """Return the number of an issue's severity only where it has no priority."""
        both = key == "severity" and "priority" in self.found
        return sql("CASE WHEN priority IS NULL THEN severity END") if both else regular(key)

    def _deadline(self, target: Target, alias: Sql, start: Sql = _REPORTED) -> Sql | None:
        span = self.policy.span(*target)
        if span is None:
            return None
        value, unit = span
        if unit in CLOCK:
            return sql("{start} + {length}", start=start, length=minutes(value * CLOCK[unit]))
        return sql(
            "{days}.ends + CASE WHEN {days}.moves = 1 THEN {start} - {days}.since ELSE interval '0 days' END",
            days=alias,
            start=start,
        )

    def _by_number(self, target: TargetOf) -> Sql | None:
        whens = []
        for key, n, value in self._ranks():
            span = self.policy.span(*target(key, value))
            if span and span[1] not in CLOCK:
                number = self._numbers.setdefault(target(key, value), len(self._numbers) + 1)
                whens.append(sql("WHEN {rank} = {n} THEN {number}", rank=self._ranked(key), n=n, number=number))
        return sql("CASE {whens} END", whens=join(" ", whens)) if whens else None

    # --- the table of days ---

    @property
    def counts_days(self) -> bool:
        """Tell whether any target needs the table of days."""
        self.joins()
        if self.visits_known:
            self.visit_joins()
        return bool(self._numbers)

    @property
    def visits_known(self) -> bool:
        """Tell whether it is known when customers were called back, and by when they were to be."""
        return {"visited_at", "completed_at"} <= set(self.found) and self.policy.span(*_VISIT) is not None

    def days(self, reported: Iterable[date]) -> Sql:
        """Return the query of the table of days: for each target and day, the spans of moments and their deadlines."""
        values = listed(map(_constants, self._rows(list(reported))))
        return sql("SELECT * FROM (VALUES {values}) AS days({columns})", values=values, columns=COLUMNS)

    def _rows(self, reported: Iterable[date]) -> Iterator[DayRow]:
        for (table, key), number in self._numbers.items():
            for one in reported:
                for piece in self._pieces(table, key, one):
                    yield number, one, piece.after, piece.until, piece.end, int(piece.moves)

    def _pieces(self, table: str, key: str, one: date) -> Iterator[Piece]:
        span = self.policy.span(table, key)
        assert span
        if span[1] == "working_hour":
            yield from self.policy.office.pieces(one, timedelta(hours=span[0]))
            return
        end = self.policy.deadline(one, key, table)
        assert end
        midnight = first_moment(one)
        yield Piece(midnight - timedelta(microseconds=1), midnight + END_OF_DAY, first_moment(end) + END_OF_DAY, False)


def _to_its_end(end: date | None) -> datetime | None:
    return end if end is None or isinstance(end, datetime) else first_moment(end) + END_OF_DAY


def _joined(alias: Sql, number: Sql, start: Sql = _REPORTED) -> Sql:
    return sql(
        " LEFT JOIN (SELECT {columns} FROM biaodan_days) AS {days}"
        " ON {days}.target = {number} AND {days}.day = CAST({start} AS date)"
        " AND {start} > {days}.since AND {start} <= {days}.until",
        start=start,
        columns=COLUMNS,
        days=alias,
        number=number,
    )


def _constants(row: DayRow) -> Sql:
    target, reported, since, until, ends, moves = row
    moments = listed(map(moment, (since, until, ends)))
    return sql("({target}, {day}, {moments}, {moves})", target=target, day=day(reported), moments=moments, moves=moves)

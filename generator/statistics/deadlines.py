"""When an issue is to be answered and solved by, as SQL: clock time by arithmetic, working time by a table of days."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from generator.rules import Policy
from generator.rules.office import END_OF_DAY, Piece
from generator.statistics.columns import Columns
from generator.statistics.period import sql_moment

CLOCK = {"minute": 1, "hour": 60, "day": 1440}
"""Units that are clock time, in minutes."""

COLUMNS = "target, day, since, until, ends, moves"
"""The columns of the table of days."""

_Target = tuple[str, str]
Row = tuple[int, date, datetime, datetime, datetime, int]


@dataclass(frozen=True)
class Deadlines:
    """The deadlines that a policy sets; its targets are numbered, as the table of days knows them."""

    policy: Policy
    columns: Columns
    found: Sequence[str]
    _numbers: dict[_Target, int] = field(default_factory=dict)

    @property
    def resolves(self) -> bool:
        """Tell whether the policy says when an issue of some priority or severity is to be solved."""
        values = [str(c.value) for key in ("priority", "severity") for c in self.columns.spec(key).choices]
        return any(self.policy.span("resolution", value) for value in values)

    def responses(self) -> str:
        """Return when an issue is to be answered by, for a query that joins `days`."""
        return self._by_rank(lambda key, value: (key, value), "responses", "CAST(NULL AS timestamp)")

    def resolutions(self) -> str:
        """Return when an issue is to be solved by, for a query that joins `days`."""
        return self._by_rank(lambda key, value: ("resolution", value), "resolutions", "planned_at")

    def joins(self) -> str:
        """Return the joins with the table of days."""
        responses = self._by_number(lambda key, value: (key, value))
        resolutions = self._by_number(lambda key, value: ("resolution", value))
        return "".join(
            f" LEFT JOIN (SELECT {COLUMNS} FROM biaodan_days) AS {alias}"  # noqa: S608
            f" ON {alias}.target = {number} AND {alias}.day = CAST(reported_at AS date)"
            f" AND reported_at > {alias}.since AND reported_at <= {alias}.until"
            for alias, number in (("responses", responses), ("resolutions", resolutions))
            if number
        )

    def rows(self, days: Iterable[date]) -> Iterator[Row]:
        """Yield the table of days: for each target and day, the spans of moments and their deadlines."""
        counted = list(days)
        for (table, key), number in self._numbers.items():
            for day in counted:
                for piece in self._pieces(table, key, day):
                    yield number, day, piece.after, piece.until, piece.end, int(piece.moves)

    @property
    def counts_days(self) -> bool:
        """Tell whether any target needs the table of days."""
        self.joins()
        return bool(self._numbers)

    def _pieces(self, table: str, key: str, day: date) -> Iterator[Piece]:
        span = self.policy.span(table, key)
        assert span
        if span[1] == "working_hour":
            yield from self.policy.office.pieces(day, timedelta(hours=span[0]))
            return
        end = self.policy.deadline(day, key, table)
        assert end
        midnight = datetime.combine(day, time())
        last = datetime.combine(end, time()) + END_OF_DAY
        yield Piece(midnight - timedelta(microseconds=1), midnight + END_OF_DAY, last, False)

    # --- by priority, and where there is none by severity ---

    def _ranks(self) -> Iterator[tuple[str, list[str]]]:
        for key in ("priority", "severity"):
            if key in self.found:
                yield key, [str(choice.value) for choice in self.columns.spec(key).choices]

    def _by_rank(self, target: Callable[[str, str], _Target], alias: str, otherwise: str) -> str:
        whens = []
        for key, values in self._ranks():
            for n, value in enumerate(values, 1):
                deadline = self._deadline(target(key, value), alias)
                if deadline:
                    whens.append(f"WHEN {self._ranked(key)} = {n} THEN {deadline}")
        return f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else otherwise

    def _ranked(self, key: str) -> str:
        """Return the number of an issue's severity only where it has no priority."""
        both = key == "severity" and "priority" in self.found
        return "CASE WHEN priority IS NULL THEN severity END" if both else key

    def _deadline(self, target: _Target, alias: str) -> str:
        span = self.policy.span(*target)
        if span is None:
            return ""
        value, unit = span
        if unit in CLOCK:
            return f"reported_at + interval '{value * CLOCK[unit]} minutes'"
        return f"{alias}.ends + CASE WHEN {alias}.moves = 1 THEN reported_at - {alias}.since ELSE interval '0 days' END"

    def _by_number(self, target: Callable[[str, str], _Target]) -> str:
        whens = []
        for key, values in self._ranks():
            for n, value in enumerate(values, 1):
                span = self.policy.span(*target(key, value))
                if span and span[1] not in CLOCK:
                    number = self._numbers.setdefault(target(key, value), len(self._numbers) + 1)
                    whens.append(f"WHEN {self._ranked(key)} = {n} THEN {number}")
        return f"CASE {' '.join(whens)} END" if whens else ""


def days_values(rows: Iterable[Row]) -> str:
    """Return the table of days as constants."""
    lines = [
        f"({target}, date '{day.isoformat()}', {sql_moment(since)}, {sql_moment(until)}, {sql_moment(ends)}, {moves})"
        for target, day, since, until, ends, moves in rows
    ]
    return f"(VALUES {', '.join(lines)})"

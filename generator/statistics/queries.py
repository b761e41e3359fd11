"""The queries of a summary, each once for all groups: one text for every database."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.statistics.columns import Columns
from generator.statistics.deadlines import Deadlines
from generator.statistics.dialect import EMPTY, Dialect
from generator.statistics.period import Period

MOST_NAMES = 12
MOST_CAUSES = 10
MOST_OVERDUE = 50


@dataclass(frozen=True)
class Queries:
    """The queries of a month, over the relations `biaodan_issues` and, for targets in working time, `biaodan_days`."""

    period: Period
    dialect: Dialect
    columns: Columns
    deadlines: Deadlines
    within: str
    grouped: bool

    @property
    def _order(self) -> str:
        return 'grp COLLATE "C" NULLS LAST' if self.grouped else "grp"

    def first_report(self) -> str:
        """Return the query of the first time of report in the source."""
        return "SELECT min(reported_at) AS first FROM biaodan_issues"

    def days(self) -> str:
        """Return the query of the days on which issues were reported."""
        days = "SELECT DISTINCT CAST(reported_at AS date) AS day FROM biaodan_issues"
        return f"{days} WHERE reported_at < {self.period.end}"

    def _judged(self) -> str:
        """Return the issues with their deadlines, and the end of their month."""
        p = self.period
        keys = "month, grp, reported_at, responded_at, completed_at, satisfaction"
        done = f"coalesce(status, 0) IN ({self.columns.done})"
        return (
            f"SELECT {keys}, {done} AS done, CASE month WHEN 0 THEN {p.start} ELSE {p.end} END AS ends,"  # noqa: S608
            f" {self.deadlines.responses()} AS response_due, {self.deadlines.resolutions()} AS due"
            f" FROM biaodan_issues{self.deadlines.joins()}"
        )

    def totals(self) -> tuple[str, list[str]]:
        """Return the query of a line a group, and the names of its columns behind the group's."""
        named = {f"{name}_{month}": sql for month in (1, 0) for name, sql in self._figures(month).items()}
        named["overdue"] = f"count(*) FILTER (WHERE {self._overdue()})"
        minutes = self.dialect.minutes("reported_at", "completed_at")
        taken = f"CASE WHEN completed_at >= reported_at THEN {minutes} END AS minutes"
        judged = f"SELECT *, {taken} FROM ({self._judged()}) AS judged"  # noqa: S608
        lines = ", ".join(f"{sql} AS {name}" for name, sql in named.items())
        some = f"count(month) > 0 OR {named['overdue']} > 0"
        sql = f"SELECT grp, {lines} FROM ({judged}) AS timed GROUP BY grp HAVING {some} ORDER BY {self._order}"  # noqa: S608
        return sql, list(named)

    def _figures(self, month: int) -> Mapping[str, str]:
        def count(what: str) -> str:
            return f"count(*) FILTER (WHERE month = {month} AND {what})"

        def of_minutes(aggregate: str) -> str:
            return f"{aggregate} FILTER (WHERE month = {month})"

        answered = "response_due IS NOT NULL AND (responded_at IS NOT NULL OR response_due < ends)"
        solved = "due IS NOT NULL AND (completed_at IS NOT NULL OR (NOT done AND due < ends))"
        return {
            "volume": f"count(*) FILTER (WHERE month = {month})",
            "responses_judged": count(answered),
            "responses_in_time": count("responded_at <= response_due"),
            "resolutions_judged": count(solved),
            "resolutions_in_time": count("completed_at <= due"),
            "handled": of_minutes("count(minutes)"),
            "minutes": of_minutes("sum(minutes)"),
            "lower": of_minutes("percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes)"),
            "upper": of_minutes("percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes DESC)"),
            "p90": of_minutes("percentile_disc(0.9) WITHIN GROUP (ORDER BY minutes)"),
            "scored": of_minutes("count(satisfaction)"),
            "scores": of_minutes("sum(satisfaction)"),
            "backwards": count("completed_at < reported_at"),
        }

    def _overdue(self) -> str:
        p = self.period
        late = f"reported_at < {p.end} AND due < {p.end}"
        return f"{late} AND (completed_at >= {p.end} OR (completed_at IS NULL AND NOT done))"

    def names(self, key: str) -> str:
        """Return the query of how often each name of a column occurs: group, line, name, this month, last month, names.

        The most frequent names have a line each; of more than twelve, the twelfth line is for all the others together.
        Issues without a name come last.
        """
        order = 'cases DESC, last_cases DESC, name COLLATE "C"'
        part = "PARTITION BY grp, (name IS NULL)"
        ranked = (
            f"SELECT *, row_number() OVER ({part} ORDER BY {order}) AS place, count(*) OVER ({part}) AS names"  # noqa: S608
            f" FROM ({self._counted(key)}) AS counted"
        )
        kept = f"names <= {MOST_NAMES} OR place < {MOST_NAMES}"
        line = f"CASE WHEN name IS NULL THEN {MOST_NAMES + 1} WHEN {kept} THEN place ELSE {MOST_NAMES} END"
        return (
            "SELECT grp, line, min(name) AS name, sum(cases) AS cases, sum(last_cases) AS last_cases, count(*) AS names"  # noqa: S608
            f" FROM (SELECT *, {line} AS line FROM ({ranked}) AS ranked) AS lines"
            f" GROUP BY grp, line ORDER BY {self._order}, line"
        )

    def choices(self, key: str) -> str:
        """Return the query of how often each choice of a column occurs: group, choice, this month, last month."""
        return f"{self._grouped(key)} ORDER BY {self._order}, name NULLS LAST"

    def causes(self) -> str:
        """Return the query of the most frequent causes: group, cause, this month."""
        rank = 'row_number() OVER (PARTITION BY grp ORDER BY cases DESC, name COLLATE "C") AS place'
        some = "cases > 0 AND name IS NOT NULL"
        ranked = f"SELECT grp, name, cases, {rank} FROM ({self._counted('cause')}) AS counted WHERE {some}"  # noqa: S608
        most = f"place <= {MOST_CAUSES}"
        return f"SELECT grp, name, cases FROM ({ranked}) AS ranked WHERE {most} ORDER BY {self._order}, place"  # noqa: S608

    def _counted(self, key: str) -> str:
        """Return the query of group, name, this month and last month; texts are counted first, then few are trimmed."""
        part = "split_part(replace(name, '／', '/'), '/', 1)" if key == "issue_type" else "name"
        parts = f"SELECT grp, {part} AS part, cases, last_cases FROM ({self._grouped(key)}) AS grouped"  # noqa: S608
        texts = f"SELECT grp, {self.dialect.trimmed('part')} AS text, cases, last_cases FROM ({parts}) AS parts"  # noqa: S608
        name = f"CASE WHEN text NOT IN ({EMPTY}) THEN text END"
        sums = ", ".join(f"CAST(sum({cases}) AS bigint) AS {cases}" for cases in ("cases", "last_cases"))
        return f"SELECT grp, {name} AS name, {sums} FROM ({texts}) AS texts GROUP BY grp, {name}"  # noqa: S608

    def _grouped(self, key: str) -> str:
        cases = ", ".join(
            f"count(*) FILTER (WHERE month = {n}) AS {name}" for n, name in ((1, "cases"), (0, "last_cases"))
        )
        counted = "FROM biaodan_issues WHERE month IS NOT NULL"
        return f"SELECT grp, {key} AS name, {cases} {counted} GROUP BY grp, {key}"

    def overdue(self) -> str:
        """Return the query of the issues that are listed as overdue, the longest so first."""
        keys = "issue_no, customer_name, problem, owner"
        done = f"coalesce(status, 0) IN ({self.columns.done}) AS done"
        dues = (
            f"SELECT grp, reported_at, completed_at, {keys}, place, {done}, {self.deadlines.resolutions()} AS due"  # noqa: S608
            f" FROM biaodan_issues{self.deadlines.joins()}"
        )
        order = "due, coalesce(issue_no, '') COLLATE \"C\", place"
        if not self.dialect.numbers_rows:
            order += "".join(f', {key} COLLATE "C"' for key in ("customer_name", "problem", "owner"))
        late = f"SELECT grp, {keys}, due, place FROM ({dues}) AS dues WHERE {self._overdue()}"  # noqa: S608
        if not self.grouped:
            return f"SELECT grp, {keys}, due FROM ({late}) AS late ORDER BY {order} LIMIT {MOST_OVERDUE}"  # noqa: S608
        rank = f"row_number() OVER (PARTITION BY grp ORDER BY {order}) AS line"
        ranked = f"SELECT grp, {keys}, due, {rank} FROM ({late}) AS late"  # noqa: S608
        kept = f"line <= {MOST_OVERDUE}"
        return f"SELECT grp, {keys}, due FROM ({ranked}) AS ranked WHERE {kept} ORDER BY {self._order}, line"  # noqa: S608

    def repeats(self) -> str:
        """Return the query of the repeated issues: group, this month, last month.

        What an issue repeats may be another group's, so that the groups add up to the whole.
        """
        earlier = f"lag(reported_at) OVER (PARTITION BY same ORDER BY reported_at, {self._order}) AS earlier"
        seen = f"SELECT grp, month, reported_at, {earlier} FROM biaodan_issues WHERE same IS NOT NULL"  # noqa: S608
        again = f"month IS NOT NULL AND earlier >= reported_at - {self.within}"
        counts = ", ".join(f"count(*) FILTER (WHERE month = {n}) AS again_{n}" for n in (1, 0))
        return f"SELECT grp, {counts} FROM ({seen}) AS seen WHERE {again} GROUP BY grp ORDER BY {self._order}"  # noqa: S608

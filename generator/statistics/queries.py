"""The queries of a summary, each once for all groups: one text for every database."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.statistics.cells import MARKS
from generator.statistics.issues import LISTED
from generator.statistics.rules import (
    BACKWARDS,
    DONE,
    MINUTES,
    NAME_LINE,
    OVERDUE,
    RESOLUTION_DUE,
    RESOLUTION_IN_TIME,
    RESOLUTION_JUDGED,
    RESPONSE_DUE,
    RESPONSE_IN_TIME,
    RESPONSE_JUDGED,
    SCORE_AT_END,
    STATUS_AT_END,
)
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql, columns, listed, moment, regular, sql

MOST_CAUSES = 10
MOST_OVERDUE = 50


@dataclass(frozen=True)
class SummaryQueries:
    """The queries of a month, over the relations `biaodan_issues` and, for targets in working time, `biaodan_days`.

    `within`: for how long a repeated issue counts as one.
    """

    setting: Setting
    within: Sql
    grouped: bool

    @property
    def _order(self) -> Sql:
        return sql('grp COLLATE "C" NULLS LAST') if self.grouped else sql("grp")

    def first_report(self) -> Sql:
        """Return the query of the first time of report in the source."""
        return sql("SELECT min(reported_at) AS first FROM biaodan_issues")

    def months(self) -> Sql:
        """Return the query of the months in which issues were reported: first day, how many."""
        return sql(
            "SELECT CAST(date_trunc('month', reported_at) AS date) AS first, count(*) AS cases FROM biaodan_issues"
            " WHERE reported_at IS NOT NULL GROUP BY 1"
        )

    def days(self) -> Sql:
        """Return the query of the days on which issues were reported."""
        return sql(
            "SELECT DISTINCT CAST(reported_at AS date) AS day FROM biaodan_issues WHERE reported_at < {end}",
            end=moment(self.setting.period.following),
        )

    @property
    def _ends(self) -> Sql:
        """Return the end of an issue's period."""
        start, end = moment(self.setting.period.first), moment(self.setting.period.following)
        return sql("CASE month WHEN 0 THEN {start} ELSE {end} END", start=start, end=end)

    def _judged(self) -> Sql:
        """Return the issues with their deadlines, as they stood at the end of their period."""
        return sql(
            "SELECT month, grp, reported_at, response_due, due, ends, {overdue} AS overdue, {score} AS satisfaction,"
            " CASE WHEN responded_at < ends THEN responded_at END AS responded_at,"
            " CASE WHEN completed_at < ends THEN completed_at END AS completed_at,"
            " CASE WHEN completed_at >= ends THEN false ELSE done END AS done FROM ({dues}) AS dues",
            overdue=OVERDUE.sql(self.setting),
            score=SCORE_AT_END.sql(self.setting),
            dues=self._dues(),
        )

    def _dues(self) -> Sql:
        """Return the issues with their deadlines, and the end of their period."""
        return sql(
            "SELECT month, grp, reported_at, responded_at, completed_at, satisfaction, {done} AS done,"
            " {ends} AS ends, {response_due} AS response_due, {due} AS due FROM biaodan_issues{joins}",
            done=DONE.sql(self.setting),
            ends=self._ends,
            response_due=RESPONSE_DUE.sql(self.setting),
            due=RESOLUTION_DUE.sql(self.setting),
            joins=self.setting.deadlines.joins(),
        )

    def totals(self) -> tuple[Sql, list[str]]:
        """Return the query of a line a group, and the names of its columns behind the group's."""
        named = {f"{name}_{month}": value for month in (1, 0) for name, value in self._statistics(month).items()}
        named["overdue"] = sql("count(*) FILTER (WHERE overdue)")
        query = sql(
            "SELECT grp, {lines} FROM (SELECT *, {minutes} AS minutes FROM ({judged}) AS judged) AS timed"
            " GROUP BY grp HAVING count(month) > 0 OR {overdue} > 0 ORDER BY {order}",
            lines=listed(sql("{value} AS {name}", value=value, name=regular(name)) for name, value in named.items()),
            minutes=MINUTES.sql(self.setting),
            judged=self._judged(),
            overdue=named["overdue"],
            order=self._order,
        )
        return query, list(named)

    def _statistics(self, month: int) -> Mapping[str, Sql]:
        of_month = sql("FILTER (WHERE month = {month})", month=month)

        def count(what: Sql) -> Sql:
            return sql("count(*) FILTER (WHERE month = {month} AND {what})", month=month, what=what)

        def of(aggregate: Sql) -> Sql:
            return sql("{aggregate} {of_month}", aggregate=aggregate, of_month=of_month)

        return {
            "volume": of(sql("count(*)")),
            "responses_judged": count(RESPONSE_JUDGED.sql(self.setting)),
            "responses_in_time": count(RESPONSE_IN_TIME.sql(self.setting)),
            "resolutions_judged": count(RESOLUTION_JUDGED.sql(self.setting)),
            "resolutions_in_time": count(RESOLUTION_IN_TIME.sql(self.setting)),
            "handled": of(sql("count(minutes)")),
            "minutes": of(sql("sum(minutes)")),
            "lower": of(sql("percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes)")),
            "upper": of(sql("percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes DESC)")),
            "p90": of(sql("percentile_disc(0.9) WITHIN GROUP (ORDER BY minutes)")),
            "scored": of(sql("count(satisfaction)")),
            "scores": of(sql("sum(satisfaction)")),
            "backwards": count(BACKWARDS.sql(self.setting)),
        }

    def names(self, key: str) -> Sql:
        """Return the query of how often each name of a column occurs: group, line, name, this month, last month, names.

        The most frequent names have a line each; of more than twelve, the twelfth line is for all the others together.
        Issues without a name come last.
        """
        ranked = sql(
            'SELECT *, row_number() OVER ({part} ORDER BY cases DESC, last_cases DESC, name COLLATE "C") AS place,'
            " count(*) OVER ({part}) AS names FROM ({counted}) AS counted",
            part=sql("PARTITION BY grp, (name IS NULL)"),
            counted=self._counted(key),
        )
        return sql(
            "SELECT grp, line, min(name) AS name, sum(cases) AS cases, sum(last_cases) AS last_cases, count(*) AS names"
            " FROM (SELECT *, {line} AS line FROM ({ranked}) AS ranked) AS lines"
            " GROUP BY grp, line ORDER BY {order}, line",
            line=NAME_LINE.sql(self.setting),
            ranked=ranked,
            order=self._order,
        )

    def choices(self, key: str) -> Sql:
        """Return the query of how often each choice of a column occurs: group, choice, this month, last month."""
        return sql("{grouped} ORDER BY {order}, name NULLS LAST", grouped=self._grouped(key), order=self._order)

    def causes(self) -> Sql:
        """Return the query of the most frequent causes: group, cause, this month."""
        return sql(
            "SELECT grp, name, cases FROM (SELECT grp, name, cases,"
            ' row_number() OVER (PARTITION BY grp ORDER BY cases DESC, name COLLATE "C") AS place'
            " FROM ({counted}) AS counted WHERE cases > 0 AND name IS NOT NULL) AS ranked"
            " WHERE place <= {most} ORDER BY {order}, place",
            counted=self._counted("cause"),
            most=MOST_CAUSES,
            order=self._order,
        )

    def _counted(self, key: str) -> Sql:
        """Return the query of group, name, this month and last month; texts are counted first, then few are trimmed."""
        part = sql("split_part(replace(name, '／', '/'), '/', 1)") if key == "issue_type" else sql("name")
        parts = sql(
            "SELECT grp, {part} AS part, cases, last_cases FROM ({grouped}) AS grouped",
            part=part,
            grouped=self._grouped(key),
        )
        texts = sql(
            "SELECT grp, {text} AS text, cases, last_cases FROM ({parts}) AS parts",
            text=self.setting.dialect.trimmed(regular("part")),
            parts=parts,
        )
        return sql(
            "SELECT grp, {name} AS name, CAST(sum(cases) AS bigint) AS cases,"
            " CAST(sum(last_cases) AS bigint) AS last_cases FROM ({texts}) AS texts GROUP BY grp, {name}",
            name=sql("CASE WHEN text NOT IN ({marks}) THEN text END", marks=MARKS),
            texts=texts,
        )

    def _grouped(self, key: str) -> Sql:
        return sql(
            "SELECT grp, name, count(*) FILTER (WHERE month = 1) AS cases,"
            " count(*) FILTER (WHERE month = 0) AS last_cases FROM ({named}) AS named GROUP BY grp, name",
            named=self._statuses() if key == "status" else self._column(key),
        )

    def _column(self, key: str) -> Sql:
        return sql("SELECT grp, month, {key} AS name FROM biaodan_issues WHERE month IS NOT NULL", key=regular(key))

    def _statuses(self) -> Sql:
        """Return the statuses of issues as they stood at the end of their period."""
        return sql(
            "SELECT grp, month, {status} AS name FROM"
            " (SELECT grp, month, status, completed_at, {ends} AS ends FROM biaodan_issues WHERE month IS NOT NULL)"
            " AS standing",
            status=STATUS_AT_END.sql(self.setting),
            ends=self._ends,
        )

    def overdue(self) -> Sql:
        """Return the query of the issues that are listed as overdue, the longest so first."""
        late = sql(
            "SELECT grp, {keys}, due, place FROM (SELECT grp, reported_at, completed_at, {keys}, place, {done} AS done,"
            " {due} AS due FROM biaodan_issues{joins}) AS dues WHERE {overdue}",
            keys=columns(LISTED),
            done=DONE.sql(self.setting),
            due=RESOLUTION_DUE.sql(self.setting),
            joins=self.setting.deadlines.joins(),
            overdue=OVERDUE.sql(self.setting),
        )
        return self._first_of_each(late) if self.grouped else self._first(late)

    def _first(self, late: Sql) -> Sql:
        return sql(
            "SELECT grp, {keys}, due FROM ({late}) AS late ORDER BY {order} LIMIT {most}",
            keys=columns(LISTED),
            late=late,
            order=self._urgency(),
            most=MOST_OVERDUE,
        )

    def _first_of_each(self, late: Sql) -> Sql:
        ranked = sql(
            "SELECT grp, {keys}, due, row_number() OVER (PARTITION BY grp ORDER BY {order}) AS line"
            " FROM ({late}) AS late",
            keys=columns(LISTED),
            order=self._urgency(),
            late=late,
        )
        return sql(
            "SELECT grp, {keys}, due FROM ({ranked}) AS ranked WHERE line <= {most} ORDER BY {order}, line",
            keys=columns(LISTED),
            ranked=ranked,
            most=MOST_OVERDUE,
            order=self._order,
        )

    def _urgency(self) -> Sql:
        """Return what overdue issues are ordered by; where rows have no order of their own, by all that is listed."""
        order = sql("due, coalesce(issue_no, '') COLLATE \"C\", place")
        if self.setting.dialect.numbers_rows:
            return order
        return listed((order, *(sql('{key} COLLATE "C"', key=regular(key)) for key in LISTED[1:])))

    def repeats(self) -> Sql:
        """Return the query of the repeated issues: group, this month, last month.

        What an issue repeats may be another group's, so that the groups add up to the whole.
        """
        return sql(
            "SELECT grp, {counts} FROM (SELECT grp, month, reported_at,"
            " lag(reported_at) OVER (PARTITION BY same ORDER BY reported_at, {order}) AS earlier"
            " FROM biaodan_issues WHERE same IS NOT NULL) AS seen"
            " WHERE month IS NOT NULL AND earlier >= reported_at - {within} GROUP BY grp ORDER BY {order}",
            counts=sql("count(*) FILTER (WHERE month = 1) AS again_1, count(*) FILTER (WHERE month = 0) AS again_0"),
            order=self._order,
            within=self.within,
        )

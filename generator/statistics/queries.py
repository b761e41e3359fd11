"""The queries of a summary, each once for all groups: one text for every database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.statistics.cells import MARKS, TIMES
from generator.statistics.further_rules import (
    ESCALATED,
    FIRST_AT_END,
    MOST_PERIODS,
    NPS_AT_END,
    SCORE_AT_END,
    STANDING,
    VISIT_DUE,
    VISIT_IN_TIME,
    VISIT_JUDGED,
)
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
    STATUS_AT_END,
)
from generator.statistics.setting import Setting
from generator.statistics.sql import Sql, columns, join, listed, moment, regular, sql

MOST_CAUSES = 10
MOST_OVERDUE = 50
RATED = ("priority", "severity", "department")
"""Columns by whose names it is told how many responses were in time."""


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
        reported = sql(
            "SELECT DISTINCT CAST(reported_at AS date) AS day FROM biaodan_issues WHERE reported_at < {end}",
            end=moment(self.setting.period.following),
        )
        if not self.setting.deadlines.visits_known:
            return reported
        return sql(
            "{reported} UNION SELECT CAST(completed_at AS date) FROM biaodan_issues WHERE completed_at < {end}",
            reported=reported,
            end=moment(self.setting.period.following),
        )

    @property
    def _ends(self) -> Sql:
        """Return the end of an issue's period."""
        periods = self.setting.period.back(MOST_PERIODS)
        whens = (
            sql("WHEN {n} THEN {end}", n=n, end=moment(one.following)) for n, one in enumerate(periods[1:], start=1)
        )
        end = moment(self.setting.period.following)
        return sql("CASE nth {whens} ELSE {end} END", whens=join(" ", whens), end=end)

    def _judged(self, *more: Sql) -> Sql:
        """Return the issues with their deadlines, as they stood at the end of their period; `more` of their columns."""
        kept = ("month", "nth", "grp", "reported_at", "response_due", "due", "ends", "visit_due")
        return sql(
            "SELECT {kept}, {overdue} AS overdue, {standing} AS is_standing, {score} AS satisfaction, {nps} AS nps,"
            " {first} AS first_contact, {escalated} AS is_escalated,"
            " CASE WHEN responded_at < ends THEN responded_at END AS responded_at,"
            " CASE WHEN completed_at < ends THEN completed_at END AS completed_at,"
            " CASE WHEN visited_at < ends THEN visited_at END AS visited_at,"
            " CASE WHEN completed_at >= ends THEN false ELSE done END AS done FROM ({dues}) AS dues",
            kept=listed((*map(regular, kept), *more)),
            overdue=OVERDUE.sql(self.setting),
            standing=STANDING.sql(self.setting),
            score=SCORE_AT_END.sql(self.setting),
            nps=NPS_AT_END.sql(self.setting),
            first=FIRST_AT_END.sql(self.setting),
            escalated=ESCALATED.sql(self.setting),
            dues=self._dues(*more),
        )

    def _dues(self, *more: Sql) -> Sql:
        """Return the issues with their deadlines, and the end of their period."""
        deadlines = self.setting.deadlines
        visits = deadlines.visits_known
        kept = ("month", "nth", "grp", *TIMES, "satisfaction", "nps", "first_contact", "escalated")
        return sql(
            "SELECT {kept}, {done} AS done, {ends} AS ends, {response_due} AS response_due, {due} AS due,"
            " {visit_due} AS visit_due FROM biaodan_issues{joins}{visits}",
            kept=listed((*map(regular, kept), *more)),
            done=DONE.sql(self.setting),
            ends=self._ends,
            response_due=RESPONSE_DUE.sql(self.setting),
            due=RESOLUTION_DUE.sql(self.setting),
            visit_due=VISIT_DUE.sql(self.setting) if visits else sql("CAST(NULL AS timestamp)"),
            joins=deadlines.joins(),
            visits=deadlines.visit_joins() if visits else sql(""),
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
            "first_contact_judged": count(sql("first_contact IS NOT NULL")),
            "first_contact_solved": count(sql("first_contact = {yes}", yes=self.setting.columns.yes)),
            "visits_judged": count(_completed(VISIT_JUDGED.sql(self.setting))),
            "visits_in_time": count(_completed(VISIT_IN_TIME.sql(self.setting))),
            "escalations": count(sql("is_escalated")),
            **{name: count(sql("nps BETWEEN {low} AND {high}", low=a, high=b)) for name, (a, b) in self._answers()},
        }

    def _answers(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the kinds of answers to the question of recommending, each with its lowest and highest."""
        yield from ((name, (low, high)) for name, (low, high) in self.setting.columns.described["recommends"].items())

    def trend(self) -> Sql:
        """Return the query of a line a group and period: nth, volume, judged and in time of both kinds, scores."""
        values = {
            "volume": sql("count(*)"),
            "responses_judged": _where(RESPONSE_JUDGED.sql(self.setting)),
            "responses_in_time": _where(RESPONSE_IN_TIME.sql(self.setting)),
            "resolutions_judged": _where(RESOLUTION_JUDGED.sql(self.setting)),
            "resolutions_in_time": _where(RESOLUTION_IN_TIME.sql(self.setting)),
            "scored": sql("count(satisfaction)"),
            "scores": sql("sum(satisfaction)"),
        }
        return sql(
            "SELECT grp, nth, {values} FROM ({judged}) AS judged WHERE nth IS NOT NULL"
            " GROUP BY grp, nth ORDER BY {order}, nth",
            values=listed(sql("{value} AS {name}", value=value, name=regular(name)) for name, value in values.items()),
            judged=self._judged(),
            order=self._order,
        )

    def completions(self) -> Sql:
        """Return the query of how many issues were completed in each period: group, nth, how many."""
        return sql(
            "SELECT grp, done_nth, count(*) AS cases FROM biaodan_issues WHERE done_nth IS NOT NULL"
            " GROUP BY grp, done_nth ORDER BY {order}, done_nth",
            order=self._order,
        )

    def owners(self) -> Sql:
        """Return the query of what each owner has to do: group, owner, received, completed, open and overdue at the
        end, responses judged and in time; those with most first.
        """
        received = sql("month = 1")
        values = {
            "received": _where(received),
            "completed": _where(sql("done_nth = 0")),
            "standing": _where(sql("is_standing")),
            "overdue": _where(sql("overdue")),
            "judged": _where(sql("month = 1 AND {judged}", judged=RESPONSE_JUDGED.sql(self.setting))),
            "in_time": _where(sql("month = 1 AND {in_time}", in_time=RESPONSE_IN_TIME.sql(self.setting))),
        }
        return sql(
            "SELECT grp, handler, {values} FROM ({judged}) AS judged WHERE month = 1 OR done_nth = 0 OR is_standing"
            " GROUP BY grp, handler"
            ' ORDER BY {order}, received DESC, completed DESC, standing DESC, handler COLLATE "C"',
            values=listed(sql("{value} AS {name}", value=value, name=regular(name)) for name, value in values.items()),
            judged=self._judged(regular("done_nth"), regular("handler")),
            order=self._order,
        )

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
            "SELECT grp, line, min(name) AS name, sum(cases) AS cases, sum(last_cases) AS last_cases,"
            " count(*) AS names, sum(judged) AS judged, sum(in_time) AS in_time"
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
            "SELECT grp, {part} AS part, cases, last_cases, judged, in_time FROM ({grouped}) AS grouped",
            part=part,
            grouped=self._grouped(key),
        )
        texts = sql(
            "SELECT grp, {text} AS text, cases, last_cases, judged, in_time FROM ({parts}) AS parts",
            text=self.setting.dialect.trimmed(regular("part")),
            parts=parts,
        )
        return sql(
            "SELECT grp, {name} AS name, CAST(sum(cases) AS bigint) AS cases,"
            " CAST(sum(last_cases) AS bigint) AS last_cases, CAST(sum(judged) AS bigint) AS judged,"
            " CAST(sum(in_time) AS bigint) AS in_time FROM ({texts}) AS texts GROUP BY grp, {name}",
            name=sql("CASE WHEN text NOT IN ({marks}) THEN text END", marks=MARKS),
            texts=texts,
        )

    def _grouped(self, key: str) -> Sql:
        judged, in_time = (_where(sql("month = 1 AND is_judged")), _where(sql("month = 1 AND is_in_time")))
        return sql(
            "SELECT grp, name, count(*) FILTER (WHERE month = 1) AS cases,"
            " count(*) FILTER (WHERE month = 0) AS last_cases, {judged} AS judged, {in_time} AS in_time"
            " FROM ({named}) AS named GROUP BY grp, name",
            named=self._statuses() if key == "status" else self._column(key),
            judged=judged if key in RATED else sql("CAST(0 AS bigint)"),
            in_time=in_time if key in RATED else sql("CAST(0 AS bigint)"),
        )

    def _column(self, key: str) -> Sql:
        if key in RATED:
            return sql(
                "SELECT grp, month, {key} AS name, {judged} AS is_judged, {in_time} AS is_in_time"
                " FROM ({issues}) AS judged WHERE month IS NOT NULL",
                key=regular(key),
                judged=RESPONSE_JUDGED.sql(self.setting),
                in_time=RESPONSE_IN_TIME.sql(self.setting),
                issues=self._judged(regular(key)),
            )
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


def _completed(condition: Sql) -> Sql:
    return sql("completed_at IS NOT NULL AND {condition}", condition=condition)


def _where(condition: Sql) -> Sql:
    return sql("count(*) FILTER (WHERE {condition})", condition=condition)

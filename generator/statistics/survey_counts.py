"""What is counted of surveys: loaded into DuckDB as they are read, then counted by group, period and class at once."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.kinds.written_times import month_of
from generator.rules.functions import Number, share
from generator.statistics.engine import DuckEngine, ResultRow
from generator.statistics.period import Period
from generator.statistics.sql import Sql, day, join, listed, literal, regular, sql

TypedSurvey = Mapping[str, Any]
"""A survey by the keys of its form, with typed values."""

BEST = 5


@dataclass
class Tally:
    """How often each score was given to each question, from 1 on, and how many would recommend, in parts."""

    responses: int = 0
    scores: dict[str, list[int]] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Return several tallies as one."""
        made = cls()
        for one in tallies:
            made.responses += one.responses
            for key, counts in one.scores.items():
                known = made.scores.get(key, [0] * BEST)
                made.scores[key] = [a + b for a, b in zip(known, counts, strict=True)]
            made.parts = {part: made.parts.get(part, 0) + count for part, count in one.parts.items()}
        made.parts = {part: made.parts.get(part, 0) for part in PARTS}
        return made

    def mean(self, keys: Sequence[str]) -> Fraction | None:
        """Return the mean of all answers to some questions; None where there is none."""
        counts = [pair for key in keys for pair in enumerate(self.scores.get(key, ()), 1)]
        answers = sum(count for _, count in counts)
        return Fraction(sum(score * count for score, count in counts), answers) if answers else None

    def nps(self, digits: int) -> Number | None:
        """Return the share of those who would recommend less that of those who wouldn't."""
        balance = self.parts.get("promoters", 0) - self.parts.get("detractors", 0)
        return share(balance, sum(self.parts.values()), digits)


PARTS = ("promoters", "passives", "detractors")


@dataclass(frozen=True)
class Survey:
    """The form of the surveys, and what its fields are to the report."""

    described: Mapping[str, Any]
    form: Form

    @cached_property
    def questions(self) -> Sequence[FieldSpec]:
        """Return the ratings from 1 to 5, in the order of the form."""
        return [spec for spec in self.form.root.walk() if self._bounds(spec) == (1, BEST)]

    def _bounds(self, spec: FieldSpec) -> tuple[object, object]:
        is_rating = spec.schema.get("x-control") == "rating"
        return (spec.schema.get("minimum"), spec.schema.get("maximum")) if is_rating else (None, None)

    @property
    def groups(self) -> Mapping[str, str]:
        """Return what reports can be made for each of, with the key that says which."""
        groups: Mapping[str, str] = self.described["groups"]
        return groups

    @property
    def parts(self) -> Sequence[str]:
        """Return the parts into which answers to the question of recommending fall."""
        return PARTS


@dataclass
class SurveyCounts:
    """Loads surveys and counts them by groups, for a period and those before it, the latest first."""

    engine: DuckEngine
    survey: Survey
    by: str
    periods: Sequence[Period]
    read: int = 0
    grouped: int = 0
    """Surveys that say of which group they are."""

    answered: set[str] = field(default_factory=set)
    """Questions that any survey has an answer to."""

    def load(self, surveys: Iterable[TypedSurvey]) -> None:
        """Load typed surveys; they are read once."""
        path = self.engine.folder / "surveys.csv"
        with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
            write = csv.writer(file).writerow
            for typed in surveys:
                self.read += 1
                row = self._row(typed)
                self.answered |= self._asked & typed.keys()
                self.grouped += row[1] is not None
                write(row)
        query = sql(
            "SELECT * FROM read_csv({path}, header = false, auto_detect = false, quote = '\"', escape = '\"',"
            " columns = {{{columns}}})",
            path=literal(str(path)),
            columns=listed(sql("{k}: {v}", k=literal(key), v=literal(kind)) for key, kind in self._columns.items()),
        )
        self.engine.name("biaodan_surveys", query)

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset({self.survey.described["recommends"], *(spec.key for spec in self.survey.questions)})

    @property
    def unanswered(self) -> Sequence[FieldSpec]:
        """Return the questions that no survey has an answer to."""
        root = self.survey.form.root
        return [spec for spec in root.walk() if spec.key in self._asked - self.answered]

    @property
    def _columns(self) -> Mapping[str, str]:
        scores = {f"q{n}": "SMALLINT" for n, _ in enumerate(self.survey.questions)}
        return {"day": "DATE", "grp": "VARCHAR", "class": "VARCHAR", "recommends": "SMALLINT", **scores}

    def _row(self, typed: TypedSurvey) -> list[Any]:
        described, by = self.survey.described, self.survey.groups.get(self.by, "")
        keys = [described["class"], described["recommends"], *(spec.key for spec in self.survey.questions)]
        group = typed.get(by) or None if by else None
        return [typed.get(described["dated"]), group, *map(typed.get, keys)]

    # --- what was counted ---

    @cached_property
    def months(self) -> Mapping[str, int]:
        """Return how many surveys there are of each month."""
        query = sql(
            "SELECT CAST(date_trunc('month', day) AS date) AS month, count(*) FROM biaodan_surveys"
            " WHERE day IS NOT NULL GROUP BY 1"
        )
        return {month_of(row[0]): int(row[1]) for row in self.engine.rows(query)}

    @cached_property
    def undated(self) -> int:
        """Return how many surveys have no date."""
        return int(next(iter(self.engine.rows(sql("SELECT count(*) FROM biaodan_surveys WHERE day IS NULL"))))[0])

    @cached_property
    def responses(self) -> int:
        """Return how many surveys there are of the period."""
        query = sql("SELECT count(*) FROM biaodan_surveys WHERE {nth} = 0", nth=self._nth)
        return int(next(iter(self.engine.rows(query)))[0])

    @property
    def _nth(self) -> Sql:
        whens = join(" ", (sql("WHEN day >= {d} THEN {n}", d=day(p.first), n=n) for n, p in enumerate(self.periods)))
        return sql("CASE WHEN day < {end} THEN CASE {whens} END END", end=day(self.periods[0].following), whens=whens)

    def groups(self) -> Iterator[tuple[str | None, list[dict[object, Tally]]]]:
        """Yield each group with what is counted of it: of each period by class. Without groups there is one, None."""
        rows = self.engine.rows(self._counted())
        found = False
        for group, lines in groupby(rows, key=lambda row: row[0]):
            found = True
            made: list[dict[object, Tally]] = [{} for _ in self.periods]
            for _, nth, level, *counts in lines:
                made[nth][level] = self._tally(counts)
            yield group, made
        if not found and not self.by:
            yield None, [{} for _ in self.periods]

    def _counted(self) -> Sql:
        bounds = [self.survey.described[part] for part in PARTS]
        parts = [sql("count(*) FILTER (WHERE recommends BETWEEN {a} AND {b})", a=int(a), b=int(b)) for a, b in bounds]
        scores = [
            sql("count(*) FILTER (WHERE {q} = {n})", q=regular(f"q{q}"), n=n)
            for q, _ in enumerate(self.survey.questions)
            for n in range(1, BEST + 1)
        ]
        return sql(
            "SELECT grp, nth, class, count(*), {counts} FROM (SELECT *, {nth} AS nth FROM biaodan_surveys) AS s"
            ' WHERE nth IS NOT NULL GROUP BY grp, nth, class ORDER BY grp COLLATE "C" NULLS LAST, nth, class',
            counts=listed([*parts, *scores]),
            nth=self._nth,
        )

    def _tally(self, counts: ResultRow) -> Tally:
        responses, *rest = counts
        parts, scores = rest[: len(PARTS)], rest[len(PARTS) :]
        named = {spec.key: scores[n * BEST : (n + 1) * BEST] for n, spec in enumerate(self.survey.questions)}
        by_key = {key: list(some) for key, some in named.items()}
        return Tally(int(responses), by_key, dict(zip(PARTS, parts, strict=True)))

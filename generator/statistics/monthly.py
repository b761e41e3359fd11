"""The monthly summary of a source of issues, in all or for each customer or department."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from generator.catalogue import Catalogue, Form
from generator.errors import Fault, Place, UsageError, fail
from generator.rules import Policy, load_policy
from generator.statistics.columns import Columns, load_columns
from generator.statistics.deadlines import CLOCK, COLUMNS, Deadlines, days_values
from generator.statistics.engine import DuckEngine, Engine, duckdb_engine
from generator.statistics.files import Opened, careful, numbered, quick, require_source
from generator.statistics.loading import Reader, load
from generator.statistics.period import Period, period_of, sql_moment
from generator.statistics.queries import Queries
from generator.statistics.reading import GROUPS, Reading
from generator.statistics.report import Report
from generator.statistics.server import server_of
from generator.wording import DEFAULT_LANG, Lang

By = Literal["", "customer", "department"]


@dataclass(frozen=True)
class Summary:
    """Records of the monthly summary, and the warnings about their source."""

    records: Iterator[dict[str, Any]]
    warnings: list[Fault] = field(default_factory=list)
    form: str = ""
    group: str = ""
    """The field of a record that names its group, where there are groups."""


def monthly(
    month: str,
    source: str,
    *,
    query: str = "",
    by: By = "",
    policy: Policy | None = None,
    lang: Lang = DEFAULT_LANG,
) -> Summary:
    """Return the summary of a month, 2024-05, of a source of issues: a file, or a database's URL with a query.

    Without `by` there is one record; else one for each customer or department, by name. The records are computed as
    they are read. Raises UsageError for a wrong month or source, RecordError with the faults of all unreadable cells.
    """
    period, columns = period_of(month), load_columns("issues")
    if by not in ("", *GROUPS):
        raise fail(UsageError, "E-group", name=str(by), known=list(GROUPS))
    task = _Task(period, columns, policy or load_policy(), by, lang)
    require_source(source)
    with ExitStack() as stack:
        engine, loaded = _loaded(task, source, query, stack)
        summary = task.summary(engine, loaded)
        records = _until_read(summary.records, stack.pop_all())
        return replace(summary, records=records, group=GROUPS.get(by, ""))


def _until_read(records: Iterator[dict[str, Any]], stack: ExitStack) -> Iterator[dict[str, Any]]:
    with stack:
        yield from records


def _loaded(task: "_Task", source: str, query: str, stack: ExitStack) -> "tuple[Engine, _Loaded]":
    """Return what computes, and the issues as it has them: where they are, or loaded from a file."""
    open_server = server_of(source)
    if open_server is None:
        engine = stack.enter_context(duckdb_engine(task.policy.zone_name))
        return engine, _from_file(task, engine, source, query)
    if not query:
        raise fail(UsageError, "E-query-needed", Place(source.partition("://")[0]), tables=["–"])
    server = stack.enter_context(open_server(source))
    relation = f"({query.strip().rstrip(';')}\n) AS source"
    opened = Opened(relation, server.file, list(server.types(relation)), numbered)
    return server, task.load(server, opened)


def _from_file(task: "_Task", engine: DuckEngine, source: str, query: str) -> "_Loaded":
    """Load a source by the quick way, or where that fails by the careful one, which says what is wrong."""
    import duckdb

    with suppress(duckdb.Error):
        opened = quick(source, task.columns, engine)
        if opened:
            with suppress(duckdb.Error):
                return task.load(engine, opened)
            if opened.padded:
                return task.load(engine, replace(opened, relation=opened.padded))
    return task.load(engine, careful(source, query, task.columns, task.policy, engine))


@dataclass(frozen=True)
class _Loaded:
    file: str
    found: Sequence[str]
    queries: Queries


@dataclass(frozen=True)
class _Task:
    """What is asked for: a month, under a policy, by groups, in a language."""

    period: Period
    columns: Columns
    policy: Policy
    by: str
    lang: Lang

    def load(self, engine: Engine, opened: Opened) -> _Loaded:
        found = self.columns.find(opened.names, opened.file)
        if self.by and GROUPS[self.by] not in found:
            spec = self.columns.spec(GROUPS[self.by])
            raise fail(UsageError, "E-figures-column", spec.place(f"/{spec.key}", file=opened.file))
        deadlines = Deadlines(self.policy, self.columns, list(found))
        within = _length(self.policy.repeat["within"])
        reading = Reading(
            columns=self.columns,
            relation=opened.relation,
            found=found,
            types=engine.types(opened.relation),
            dialect=engine.dialect,
            zone=self.policy.zone_name,
            period=self.period,
            by=self.by,
            same=self.policy.repeat["same"],
            same_since=sql_moment(datetime.combine(self.period.before, datetime.min.time()) - within),
            targets_due=deadlines.resolves,
        )
        load(engine, reading, Reader(self.columns, self.policy), opened.rows, opened.file)
        minutes = f"interval '{within // timedelta(minutes=1)} minutes'"
        queries = Queries(self.period, engine.dialect, self.columns, deadlines, minutes, bool(self.by))
        if deadlines.counts_days:
            days = [row[0] for row in engine.rows(queries.days())]
            values = days_values(deadlines.rows(days))
            engine.name("biaodan_days", f"SELECT * FROM {values} AS days({COLUMNS})")  # noqa: S608
        return _Loaded(opened.file, list(found), queries)

    def summary(self, engine: Engine, loaded: _Loaded) -> Summary:
        form = Catalogue().form(self.columns.form)
        missing = list(self._missing(loaded))
        figures = frozenset(self._all_figures()) - {name for _, names in missing for name in names}
        first = next(iter(engine.rows(loaded.queries.first_report())))[0]
        start = datetime.combine(self.period.first, datetime.min.time())
        report = Report(
            form,
            self.columns,
            self.policy,
            self.period,
            self.lang,
            self.by,
            loaded.found,
            figures,
            first is not None and first < start,
        )
        sql, names = loaded.queries.totals()
        totals = list(engine.rows(sql))
        if not self.by and not totals:
            totals = [(0, *(0 for _ in names))]
        warnings = [self._absent(loaded.file, form, columns, figures) for columns, figures in missing]
        backwards = sum(line[1 + names.index("backwards_1")] for line in totals)
        if backwards:
            warnings.append(Fault("W-figures-backwards", Place(loaded.file), {"count": backwards}))
        return Summary(report.records(engine, loaded.queries, totals, names), warnings, form.id)

    # --- figures that need a column ---

    def _needs(self) -> Iterator[tuple[Sequence[Sequence[str]], Sequence[str]]]:
        for entry in self.columns.described["needs"]:
            yield entry["columns"], entry["statistics"]
        yield [[key] for key in self.policy.repeat["same"]], self.columns.described["repeats"]

    def _all_figures(self) -> Iterator[str]:
        for _, figures in self._needs():
            yield from figures

    def _missing(self, loaded: _Loaded) -> Iterator[tuple[list[str], Sequence[str]]]:
        """Yield the columns that aren't there with the figures that need them."""
        deadlines = loaded.queries.deadlines
        known = set(loaded.found)
        if deadlines.resolves and known & {"priority", "severity"}:
            known.add("planned_at")
        by_columns: dict[tuple[str, ...], list[str]] = {}
        for needed, figures in self._needs():
            lacking = tuple(key for keys in needed if not known & set(keys) for key in keys)
            if lacking:
                by_columns.setdefault(lacking, []).extend(figures)
        yield from ((list(columns), figures) for columns, figures in by_columns.items())

    def _absent(self, file: str, form: Form, columns: Sequence[str], figures: Sequence[str]) -> Fault:
        absent = [self.columns.spec(key).titles for key in columns]
        left_out = [form.root.by_key[key].titles for key in figures]
        return Fault("W-figures-column", Place(file), {"columns": absent, "figures": left_out})


def _length(span: Mapping[str, Any]) -> timedelta:
    return timedelta(minutes=span["value"] * CLOCK[span["unit"]])

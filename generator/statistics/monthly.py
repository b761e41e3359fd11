"""The summary of a period of a source of issues, in all or for each customer or department."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from generator.catalogue import Catalogue
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.kinds.written_times import month_of
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.statistics.cells import first_moment
from generator.statistics.columns import Columns, load_columns
from generator.statistics.deadlines import CLOCK
from generator.statistics.engine import DuckEngine, Engine, duckdb_engine
from generator.statistics.files import native_relation
from generator.statistics.issues import GROUPS, IssueQuery
from generator.statistics.loading import load
from generator.statistics.missing import MissingColumns
from generator.statistics.months import month_missing
from generator.statistics.period import Period, period_of
from generator.statistics.queries import SummaryQueries
from generator.statistics.server import server_of
from generator.statistics.setting import Setting
from generator.statistics.source import SourceRelation, numbered, require_source
from generator.statistics.spool import spooled_relation
from generator.statistics.sql import minutes, query_of_user
from generator.statistics.summary_records import SummaryRecord, SummaryRecords
from generator.wording import DEFAULT_LANG, Lang

By = Literal["", "customer", "department"]


@dataclass(frozen=True)
class Summary:
    """Records of the monthly summary, and the warnings about their source."""

    records: Iterator[SummaryRecord]
    warnings: list[Fault] = field(default_factory=list)
    form: str = ""
    group: str = ""
    """The field of a record that names its group, where there are groups."""


def monthly(
    period: str,
    source: str,
    *,
    query: str = "",
    reading: Reading = PLAIN,
    by: By = "",
    only: Sequence[str] = (),
    policy: Policy | None = None,
    lang: Lang = DEFAULT_LANG,
) -> Summary:
    """Return the summary of a period of a source of issues: a file, or a database's URL with a query.

    `period` is written 2024-05, 2024-Q2, 2024-H1, 2024 or 2024-04-16..2024-05-15. Without `by` there is one record;
    else one for each customer or department, by name, or for those of `only`. The records are computed as they are
    read. Raises UsageError for a wrong period or source, RecordError with the faults of all unreadable cells; the
    records raise UsageError (E-only) at their end where `only` names what isn't there.
    """
    asked, columns = period_of(period), load_columns("issues")
    if by not in ("", *GROUPS):
        raise fail(UsageError, "E-group", name=str(by), known=list(GROUPS))
    if only and not by:
        raise fail(UsageError, "E-only-by")
    computation = Computation(asked, columns, policy or load_policy(), by, lang)
    require_source(source)
    reading = replace(reading, query=query) if query else reading
    with ExitStack() as stack:
        engine, issues = _loaded(computation, source, reading, stack)
        summary = computation.summary(engine, issues)
        group = GROUPS.get(by, "")
        records = chosen(summary.records, group, only) if only else summary.records
        return replace(summary, records=until_read(records, stack.pop_all()), group=group)


def chosen(records: Iterator[SummaryRecord], group: str, only: Sequence[str]) -> Iterator[SummaryRecord]:
    """Yield the records of some groups."""
    missing = {name.strip() for name in only}
    yield from _those_of(records, group, frozenset(missing), missing)
    if missing:
        raise fail(UsageError, "E-only")


def of_groups(summaries: Iterable[Summary], only: Sequence[str]) -> Iterator[Summary]:
    """Yield the summaries of several periods with the records of some groups, which needn't be there in each period.

    Raises UsageError (E-only) at the end for a group that is in none of them; their records are to be read in turn.
    """
    missing = {name.strip() for name in only}
    wanted = frozenset(missing)
    for one in summaries:
        yield replace(one, records=_those_of(one.records, one.group, wanted, missing))
    if missing:
        raise fail(UsageError, "E-only")


def _those_of(
    records: Iterator[SummaryRecord], group: str, wanted: frozenset[str], missing: set[str]
) -> Iterator[SummaryRecord]:
    for record in records:
        if record[group] in wanted:
            missing.discard(record[group])
            yield record


def until_read(records: Iterator[SummaryRecord], stack: ExitStack) -> Iterator[SummaryRecord]:
    """Yield records, and close at their end what they are computed by."""
    with stack:
        yield from records


def _loaded(
    computation: "Computation", source: str, reading: Reading, stack: ExitStack
) -> "tuple[Engine, LoadedIssues]":
    """Return what computes, and the issues as it has them: where they are, or loaded from a file."""
    open_server = server_of(source)
    if open_server is None:
        engine = stack.enter_context(duckdb_engine(computation.policy.zone_name, size_of(source)))
        return engine, _from_file(computation, engine, source, reading)
    if not reading.is_plain:
        raise fail(UsageError, "E-reading-server", Place(source.partition("://")[0]))
    if not reading.query:
        raise fail(UsageError, "E-query-needed", Place(source.partition("://")[0]), tables=["–"])
    server = stack.enter_context(open_server(source))
    relation = query_of_user(reading.query)
    opened = SourceRelation(relation, server.file, list(server.types(relation)), numbered)
    return server, computation.load(server, opened)


def size_of(source: str) -> int:
    """Return the bytes of a file; of anything else as many as nobody counts."""
    try:
        return Path(source).stat().st_size
    except (OSError, ValueError):
        return 1 << 40


def _from_file(computation: "Computation", engine: DuckEngine, source: str, reading: Reading) -> "LoadedIssues":
    """Load a source as DuckDB reads it, or where that fails spooled by readers that say what is wrong."""
    import duckdb

    with suppress(duckdb.Error, RecordError):  # rows of totals, too, are left to the readers of lists
        native = native_relation(source, computation.columns.source, engine) if reading.is_plain else None
        if native:
            with suppress(duckdb.Error):
                return computation.load(engine, native)
            if native.padded:
                return computation.load(engine, replace(native, relation=native.padded))
    cells = computation.setting(engine, ()).cells
    return computation.load(engine, spooled_relation(source, reading, cells, engine))


@dataclass(frozen=True)
class LoadedIssues:
    """The issues as an engine has them: from which file, under which setting, with the queries of them."""

    file: str
    setting: Setting
    queries: SummaryQueries
    warnings: Sequence[Fault] = ()


@dataclass(frozen=True)
class Computation:
    """What is asked for: a month, under a policy, by groups, in a language."""

    period: Period
    columns: Columns
    policy: Policy
    by: str
    lang: Lang

    def setting(self, engine: Engine, found: Mapping[str, list[str]] | tuple[()]) -> Setting:
        """Return what the statistics are computed under by an engine, of a source with some columns."""
        return Setting(self.columns, self.policy, self.period, engine.dialect, tuple(found))

    def load(self, engine: Engine, source: SourceRelation) -> LoadedIssues:
        """Load the issues of a relation.

        Raises UsageError (E-figures-column) where the column of the groups isn't there, RecordError with the faults of
        unreadable cells.
        """
        found = self.columns.find(source.names, source.file)
        if self.by and GROUPS[self.by] not in found:
            spec = self.columns.spec(GROUPS[self.by])
            raise fail(UsageError, "E-figures-column", spec.place(f"/{spec.key}", file=source.file))
        setting = self.setting(engine, found)
        load(engine, self._issues(engine, source, setting, found), source)
        within = minutes(self._within // timedelta(minutes=1))
        queries = SummaryQueries(setting, within, bool(self.by))
        if setting.deadlines.counts_days:
            days = [row[0] for row in engine.rows(queries.days())]
            engine.name("biaodan_days", setting.deadlines.days(days))
        return LoadedIssues(source.file, setting, queries, source.warnings)

    def _issues(
        self, engine: Engine, source: SourceRelation, setting: Setting, found: Mapping[str, list[str]]
    ) -> IssueQuery:
        return IssueQuery(
            setting=setting,
            relation=source.relation,
            found=found,
            types=engine.types(source.relation),
            by=self.by,
            same=self.policy.repeat["same"],
            same_since=first_moment(self.period.before) - self._within,
        )

    @property
    def _within(self) -> timedelta:
        """Return for how long an issue that comes again is a repeated one."""
        span: Mapping[str, Any] = self.policy.repeat["within"]
        return timedelta(minutes=span["value"] * CLOCK[span["unit"]])

    def summary(self, engine: Engine, issues: LoadedIssues) -> Summary:
        """Return the records and warnings of loaded issues."""
        form = Catalogue().form(self.columns.form)
        missing = MissingColumns(issues.setting, form)
        first = next(iter(engine.rows(issues.queries.first_report())))[0]
        records = SummaryRecords(form, issues.setting, self.lang, self.by, missing.computable, first)
        query, names = issues.queries.totals()
        totals = list(engine.rows(query))
        if not self.by and not totals:
            totals = [(0, *(0 for _ in names))]
        warnings = [*issues.warnings, *missing.warnings(issues.file)]
        if not sum(line[1 + names.index("volume_1")] for line in totals):
            counts = {month_of(first): count for first, count in engine.rows(issues.queries.months())}
            warnings.insert(0, month_missing(issues.file, counts))
        backwards = sum(line[1 + names.index("backwards_1")] for line in totals)
        if backwards:
            warnings.append(Fault("W-figures-backwards", Place(issues.file), {"count": backwards}))
        return Summary(records.records(engine, issues.queries, totals, names), warnings, form.id)

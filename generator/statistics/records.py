"""Figures of a period's records of one form, as the form says (`x-figures`): shares, means, counts, rises."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from generator import resources, strict_json
from generator.catalogue import Catalogue
from generator.catalogue.figures import FigureSpec, figures_of
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.kinds import NUMBER, PERCENT
from generator.records import open_source, warnings_of
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.rules.functions import Number, share
from generator.statistics.engine import Engine, duckdb_engine
from generator.statistics.expressed import NotPlain
from generator.statistics.files import is_json_lines, native_relation
from generator.statistics.further_rules import MOST_PERIODS
from generator.statistics.judged import judged_values
from generator.statistics.long_records import Counted, load_judged
from generator.statistics.measures import changed, shown
from generator.statistics.monthly import Summary, size_of
from generator.statistics.months import month_missing
from generator.statistics.native_records import NativeRecords, cells_of_columns, cells_of_json
from generator.statistics.period import Period, period_of
from generator.statistics.record_counts import Counts, Group, RecordCounts, Tally
from generator.statistics.server import server_of
from generator.statistics.source import require_source
from generator.statistics.sql import query_of_user
from generator.statistics.summary_records import SummaryRecord
from generator.wording import DEFAULT_LANG, Lang, choose, phrase

_LEAST_PERIODS = 3
_LONGEST, _EXACT = 200, 12


def value_of(figure: FigureSpec, tally: Tally, digits: int | None = None) -> Number | None:
    """Return a figure; None of nothing."""
    if not tally.count:
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
    says nothing of figures (E-figures-form), RecordError with the faults of all records that are wrong in what the
    figures are made of.
    """
    asked, forms = period_of(period), catalogue or Catalogue()
    own = forms.form(form)
    told = figures_of(own)
    if told is None:
        raise fail(UsageError, "E-figures-form", forms=[one.id for one in forms if figures_of(one)])
    loading = _Loading(Counted(own, told, lang), policy or load_policy(), source, _asking(reading, query))
    with ExitStack() as stack:
        engine, file, warnings = loading.loaded(stack)
        counts = RecordCounts(engine, loading.counted, asked.back(MOST_PERIODS))
        report = Report(counts, loading.policy, counts.periods_counted(), min(counts.months, default=""))
        missing = [] if report.counts[0].records else [month_missing(file, counts.months)]
        undated = counts.undated()
        missing += [Fault("W-figures-undated", Place(file), {"count": undated})] if undated else []
        record = report.record()
    described = strict_json.load_own(resources.schemas() / "statistics" / "records.json")
    return Summary(iter([record]), [*missing, *warnings], described["form"])


def _asking(reading: Reading, query: str) -> Reading:
    return replace(reading, query=query) if query else reading


@dataclass(frozen=True)
class _Loading:
    """Loads what is counted: as a database reads it by itself, or judged record by record."""

    counted: Counted
    policy: Policy
    source: str
    reading: Reading

    def loaded(self, stack: ExitStack) -> tuple[Engine, str, list[Fault]]:
        """Return what counts, the name of the source, and what is to be told of it."""
        require_source(self.source)
        with suppress(NotPlain):
            return self._by_itself(stack)
        zone, source = self.policy.zone_name, self.source
        opened = open_source(source, self.counted.form, self.reading, self.policy.zone)
        engine = stack.enter_context(duckdb_engine(zone))
        load_judged(engine, self.counted, judged_values(self.counted, self.policy, opened))
        return engine, opened.head[1].file, list(warnings_of(opened))

    def _by_itself(self, stack: ExitStack) -> tuple[Engine, str, list[Fault]]:
        if server_of(self.source) is not None:
            return self._on_server(stack)
        if not self.reading.is_plain:
            raise NotPlain
        import duckdb

        engine = stack.enter_context(duckdb_engine(self.policy.zone_name, size_of(self.source)))
        try:
            if is_json_lines(self.source):
                cells = cells_of_json(Path(self.source), self.counted, engine)
            else:
                native = native_relation(self.source, self.counted.form, engine)
                if native is None:
                    raise NotPlain
                types = engine.types(native.relation)
                cells = cells_of_columns(native.relation, native.names, types, self.counted, self.policy)
            NativeRecords(engine, cells, self.counted, self.policy).load()
        except (duckdb.Error, RecordError):
            raise NotPlain from None
        return engine, Path(self.source).name, []

    def _on_server(self, stack: ExitStack) -> tuple[Engine, str, list[Fault]]:
        open_server = server_of(self.source)
        if open_server is None or not self.reading.is_plain or not self.reading.query:
            raise NotPlain
        server = stack.enter_context(open_server(self.source))
        relation = query_of_user(self.reading.query)
        types = server.types(relation)
        cells = cells_of_columns(relation, list(types), types, self.counted, self.policy)
        NativeRecords(server, cells, self.counted, self.policy).load()
        return server, server.file, []


@dataclass(frozen=True)
class Report:
    """A report on records: what was counted of each period, the one that is asked for first.

    `first`: the first month of which there is a record.
    """

    counted: RecordCounts
    policy: Policy
    counts: Sequence[Counts]
    first: str

    @property
    def periods(self) -> Sequence[Period]:
        """Return the periods, the one that is asked for first."""
        return self.counted.periods

    @property
    def _lang(self) -> Lang:
        return self.counted.counted.lang

    @property
    def _figures_said(self) -> Sequence[FigureSpec]:
        return self.counted.counted.said.figures

    def record(self) -> SummaryRecord:
        """Return the record of the report."""
        form, lang, period = self.counted.counted.form, self._lang, self.periods[0]
        now = self.counts[0]
        made: SummaryRecord = {"report_no": f"HZ{period.name}-{form.number}", "subject": form.title(lang)}
        made |= {"period": period.text(lang), "period_name": period.name, "records": now.records}
        if self._known(1):
            made["last_records"] = self.counts[1].records
        items = self.counted.items() if now.records else ()
        tables = {
            "figures": list(self._figures()),
            "items": [
                {"name": _clipped(name), "counted": tally.count, **self._measured(tally)} for name, tally in items
            ],
            "groups": [self._group(group) for group in self.counted.groups(now)],
            "trend": list(self._trend()),
        }
        return made | {key: rows for key, rows in tables.items() if rows}

    def _known(self, nth: int) -> bool:
        """Tell whether the source has records of a period, or from before it."""
        end = self.periods[nth].following if nth < len(self.periods) else None
        return bool(self.first and end and self.first < f"{end:%Y-%m}")

    def _figures(self) -> Iterator[SummaryRecord]:
        lang = self._lang
        for n, figure in enumerate(self._figures_said):
            kind = PERCENT if figure.kind == "share" else NUMBER
            tally = self.counts[0].figures[n]
            now, last = (
                value_of(figure, counts.figures[n]) for counts in (*self.counts, Counts(0, [Tally()] * (n + 1)))[:2]
            )
            row: SummaryRecord = {"indicator": choose(figure.titles, lang)}
            if figure.kind != "count" and self.counts[0].records:
                row["counted"] = tally.count
            row |= {} if now is None else {"this_period": shown(kind, now, lang)}
            row |= {} if last is None else {"last_period": shown(kind, last, lang)}
            if now is not None and last is not None:
                row["difference"] = changed(kind, now, last, lang)
            if now is not None or last is not None:
                yield row | (self._aim(figure, tally) if now is not None else {})

    def _aim(self, figure: FigureSpec, tally: Tally) -> SummaryRecord:
        """Return what the policy aims at, and whether the figure, not as it is rounded, keeps to it."""
        found, lang = self.policy.aim(figure.key), self._lang
        if found is None:
            return {}
        kind = PERCENT if figure.kind == "share" else NUMBER
        text = phrase(f"target.{found[0]}", lang, "statistics").format(shown(kind, found[1], lang))
        return {
            "target": text,
            "met": "met" if self.policy.met(figure.key, value_of(figure, tally, _EXACT)) else "missed",
        }

    def _measured(self, tally: Tally) -> SummaryRecord:
        """Return the main figure, as a rate or as an average."""
        main = self._figures_said[0]
        value = value_of(main, tally)
        return {} if value is None else {"rate" if main.kind == "share" else "average": value}

    def _group(self, group: Group) -> SummaryRecord:
        name = phrase("not_given", self._lang, "statistics") if group.name is None else _clipped(group.name)
        if group.others:
            name = phrase("others", self._lang, "statistics").format(count=group.others)
        return {"name": name, "records": group.records, **self._measured(group.tally)}

    def _trend(self) -> Iterator[SummaryRecord]:
        known = [n for n in range(len(self.periods)) if self._known(n)]
        for n in reversed(known if len(known) >= _LEAST_PERIODS else ()):
            counts = self.counts[n]
            yield {"period": self.periods[n].short, "records": counts.records, **self._measured(counts.figures[0])}


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

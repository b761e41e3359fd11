"""The report on a period's surveys: counts of every score, promoters and detractors, classes, what came off worst."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from generator import resources, strict_json
from generator.catalogue import Catalogue, FieldSpec, Form
from generator.catalogue.serialise import serialiser
from generator.errors import Fault, Place, RecordError, UsageError, fail
from generator.records import Source, open_source, warnings_of
from generator.records.names import find_path
from generator.records.normalise import normaliser
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.rules.functions import Number, share
from generator.rules.validate import record_validator
from generator.statistics.engine import duckdb_engine
from generator.statistics.further_rules import MOST_PERIODS
from generator.statistics.measures import difference, measured
from generator.statistics.monthly import Summary, chosen, until_read
from generator.statistics.months import month_missing
from generator.statistics.period import Period, period_of
from generator.statistics.source import MOST_FAULTS
from generator.statistics.summary_records import SummaryRecord
from generator.statistics.survey_counts import BEST, Survey, SurveyCounts, Tally, TypedSurvey
from generator.wording import DEFAULT_LANG, Lang, phrase

_MOST_LOWEST, _LEAST_PERIODS, _NUMBERED, _EXACT = 3, 3, 20, 12
_COMPARED = ("returned", "return_rate", "overall_average", "nps")


def satisfaction(
    period: str,
    source: str,
    *,
    sent: int | None = None,
    query: str = "",
    reading: Reading = PLAIN,
    by: str = "",
    only: Sequence[str] = (),
    policy: Policy | None = None,
    lang: Lang = DEFAULT_LANG,
) -> Summary:
    """Return the report on the surveys of a period, written as for a summary; `sent`: how many went out.

    Without `by` there is one record; else one for each customer or department that answered, by name, or for those of
    `only`. Surveys without a date are left out with a warning. Raises UsageError for a wrong period or source,
    RecordError with the faults of all unreadable surveys; the records raise UsageError (E-only) as those of a summary.
    """
    asked, rules, form_of = period_of(period), policy or load_policy(), Catalogue().form
    described = strict_json.load_own(resources.schemas() / "statistics" / "surveys.json")
    survey = Survey(described, form_of(described["records"]))
    _require_group(by, only, survey)
    opened = open_source(source, survey.form, replace(reading, query=query) if query else reading, rules.zone)
    with ExitStack() as stack:
        engine = stack.enter_context(duckdb_engine(rules.zone_name))
        counts = SurveyCounts(engine, survey, by, asked.back(MOST_PERIODS))
        counts.load(_typed(opened, survey.form, rules))
        file = opened.head[1].file
        _require_columns(counts, file)
        reports = _Reports(counts, rules, lang, sent)
        warnings = [] if counts.responses else [month_missing(file, counts.months)]
        warnings += [Fault("W-figures-undated", Place(file), {"count": counts.undated})] if counts.undated else []
        if counts.read and (lacking := [spec.titles for spec in counts.unanswered]):
            warnings.append(Fault("W-figures-column", Place(file), {"columns": lacking, "figures": lacking}))
        group = survey.groups.get(by, "")
        records = chosen(reports.records(), group, only) if only else reports.records()
        found = [*warnings, *warnings_of(opened)]
        return Summary(until_read(records, stack.pop_all()), found, described["form"], group)


def _require_group(by: str, only: Sequence[str], survey: Survey) -> None:
    """Raise UsageError for groups that there aren't (E-group), or that are chosen of none (E-only-by)."""
    if by and by not in survey.groups:
        raise fail(UsageError, "E-group", name=by, known=list(survey.groups))
    if only and not by:
        raise fail(UsageError, "E-only-by")


def _require_columns(counts: SurveyCounts, file: str) -> None:
    """Raise RecordError (E-figures-column) where no survey says what all are to be counted by."""
    keys = [counts.survey.described["dated"]] if counts.read and counts.undated == counts.read else []
    keys += [counts.survey.groups[counts.by]] if counts.by and counts.read and not counts.grouped else []
    if keys:
        raise RecordError(
            Fault("E-figures-column", counts.survey.form.root.by_key[key].place(f"/{key}", file=file)) for key in keys
        )


def _typed(source: Source, form: Form, policy: Policy) -> Iterator[TypedSurvey]:
    """Yield the surveys of a source, columns that the form hasn't got left out.

    Raises RecordError at the end, with the faults of the first thousand.
    """
    read, validator = normaliser(form, policy.zone), record_validator(form)
    to_json = serialiser(form.record_spec, policy.zone)
    faults: list[Fault] = []
    for item in source:
        if isinstance(item, RecordError):
            faults += item.faults
        else:
            raw, place = item
            known = {name: value for name, value in raw.items() if find_path(form.root, name)}
            record, wrong = read.record(known, place)
            named = {fault.place.pointer for fault in wrong}
            data = to_json.record(record)
            invalid = [f for f in validator.faults(data) if f.place.pointer not in named]
            faults += wrong + [fault.at(file=place.file, row=place.row) for fault in invalid]
            if not faults:
                yield record.values
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise RecordError(faults[:MOST_FAULTS])


@dataclass(frozen=True)
class _Reports:
    """Writes the reports on what was counted."""

    counts: SurveyCounts
    policy: Policy
    lang: Lang
    sent: int | None

    def records(self) -> Iterator[SummaryRecord]:
        """Yield the record of each group that answered in the period; one where there are no groups."""
        n = 0
        for group, tallies in self.counts.groups():
            if self.counts.by and not any(tally.responses for tally in tallies[0].values()):
                continue
            n += 1
            yield self._head(group, n) | self._report(tallies)

    def _head(self, group: str | None, n: int) -> SummaryRecord:
        period = self._periods[0]
        head: SummaryRecord = {"report_no": f"MY{period.name}", "period": period.text(self.lang)}
        head["period_name"] = period.name
        if self.counts.by:
            named = self.counts.by == "department" and group is not None and len(group) <= _NUMBERED
            head["report_no"] += f"-{group if named else f'{n if group is not None else 0:03d}'}"
            missing = phrase("not_given", self.lang, "statistics")
            head[self.counts.survey.groups[self.counts.by]] = group if group is not None else missing
        return head | ({} if self.sent is None else {"sent": self.sent})

    @property
    def _periods(self) -> Sequence[Period]:
        return self.counts.periods

    def _report(self, tallies: Sequence[Mapping[object, Tally]]) -> SummaryRecord:
        """Return what is told of a group. `tallies`: of each period, by class of customers."""
        totals = [Tally.of(tally.values()) for tally in tallies]
        survey, total = self.counts.survey, totals[0]
        level = survey.form.root.by_key[survey.described["class"]]
        classes = [_class(survey, choice.value, tallies[0].get(choice.value, Tally())) for choice in level.choices]
        made: SummaryRecord = {"returned": total.responses}
        made["questions"] = [_question(spec, total, self.lang) for spec in survey.questions]
        made |= {part: total.parts[part] for part in survey.parts}
        made |= {"classes": classes, "lowest": list(_lowest(survey, total, self.lang))}
        return made | self._beside(totals)

    def _beside(self, totals: Sequence[Tally]) -> SummaryRecord:
        """Return what a period is compared with: periods before it, and targets."""
        now = self._figures(totals[0], 2)
        last = self._figures(totals[1], 2) if len(totals) > 1 and self._known(1) else {}
        rows = {
            "trend": list(self._trend(totals)),
            "aims": [{"of": key, **aim} for key in _COMPARED if (aim := self._aim(key, totals[0], "aim"))],
            "comparison": list(self._comparison(now, last, totals[0])),
        }
        return {key: some for key, some in rows.items() if some}

    def _known(self, nth: int) -> bool:
        """Tell whether the source has surveys of a period, or from before it."""
        first = min(self.counts.months, default="")
        return bool(first) and first < f"{self._periods[nth].following:%Y-%m}"

    def _figures(self, tally: Tally, digits: int) -> SummaryRecord:
        rate = share(tally.responses, self.sent, 1) if self.sent and digits < _EXACT else None
        exact = share(tally.responses, self.sent, _EXACT) if self.sent and digits == _EXACT else rate
        found = {"returned": tally.responses, "return_rate": exact}
        found["overall_average"] = mean_of(tally, list(tally.scores), digits)
        found["nps"] = tally.nps(1 if digits < _EXACT else digits)
        return {key: value for key, value in found.items() if value is not None}

    def _trend(self, totals: Sequence[Tally]) -> Iterator[SummaryRecord]:
        known = [n for n in range(len(totals)) if self._known(n)]
        for n in reversed(known if len(known) >= _LEAST_PERIODS else ()):
            figures = self._figures(totals[n], 2)
            row = {"average": figures.get("overall_average"), "nps": figures.get("nps")}
            told = {key: value for key, value in row.items() if value is not None}
            yield {"period": self._periods[n].short, "returned": totals[n].responses, **told}

    def _comparison(self, now: SummaryRecord, last: SummaryRecord, total: Tally) -> Iterator[SummaryRecord]:
        for key in _COMPARED:
            both = {"this_month": now.get(key), "last_month": None if key == "return_rate" else last.get(key)}
            given = {name: measured(key, value, self.lang) for name, value in both.items() if value is not None}
            if len(given) == len(both):
                given["difference"] = difference(key, now[key], last[key], self.lang)
            aim = self._aim(key, total, "target")
            if (given if last else aim) and "this_month" in given:
                yield {"indicator": phrase(f"indicator.{key}", self.lang, "statistics"), **given, **aim}

    def _aim(self, key: str, tally: Tally, words: str) -> SummaryRecord:
        """Return what the policy aims at, and whether a figure, not as it is rounded, keeps to it."""
        found, exact = self.policy.aim(key), self._figures(tally, _EXACT).get(key)
        if found is None or exact is None:
            return {}
        kind, limit = found
        text = phrase(f"{words}.{kind}", self.lang, "statistics").format(measured(key, limit, self.lang))
        return {"target": text, "met": "met" if self.policy.met(key, exact) else "missed"}


def _question(spec: FieldSpec, tally: Tally, lang: Lang) -> SummaryRecord:
    scores = tally.scores.get(spec.key, [0] * BEST)
    return {"question": spec.title(lang)} | {f"score_{n}": scores[n - 1] for n in range(1, BEST + 1)}


def _class(survey: Survey, value: object, tally: Tally) -> SummaryRecord:
    made: SummaryRecord = {"customer_class": value, "responses": tally.responses}
    told = {"average": mean_of(tally, [spec.key for spec in survey.questions]), "class_nps": tally.nps(1)}
    return made | {key: figure for key, figure in told.items() if figure is not None}


def _lowest(survey: Survey, tally: Tally, lang: Lang) -> Iterator[SummaryRecord]:
    means = [(mean, spec) for spec in survey.questions if (mean := tally.mean([spec.key])) is not None]
    below = sorted((pair for pair in means if pair[0] < BEST), key=lambda pair: pair[0])
    for _, spec in below[:_MOST_LOWEST]:
        yield {"point": spec.title(lang), "average": mean_of(tally, [spec.key])}


def mean_of(tally: Tally, keys: Sequence[str], digits: int = 2) -> Number | None:
    """Return the mean of all answers to some questions; None where there is none."""
    mean = tally.mean(keys)
    return None if mean is None else share(mean.numerator, 100 * mean.denominator, digits)

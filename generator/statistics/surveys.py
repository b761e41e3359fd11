"""The report on a month's surveys: counts of every score, promoters and detractors, classes, what came off worst."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from generator import resources, strict_json
from generator.catalogue import Catalogue, FieldSpec, Form
from generator.catalogue.serialise import serialiser
from generator.errors import Fault, RecordError, fail
from generator.kinds.written_times import month_of
from generator.records import Source, open_source, warnings_of
from generator.records.names import find_path
from generator.records.normalise import normaliser
from generator.records.reading import PLAIN, Reading
from generator.rules import Policy, load_policy
from generator.rules.functions import Number, share
from generator.rules.validate import record_validator
from generator.statistics.monthly import Summary
from generator.statistics.months import month_missing
from generator.statistics.period import Period, period_of
from generator.statistics.source import MOST_FAULTS
from generator.statistics.summary_records import SummaryRecord
from generator.wording import DEFAULT_LANG, Lang

TypedSurvey = Mapping[str, Any]
"""A survey by the keys of its form, with typed values."""

_MOST_LOWEST = 3
_BEST = 5


@dataclass
class Tally:
    """How often each score was given to each question, and to the question of recommending."""

    responses: int = 0
    scores: dict[str, Counter[int]] = field(default_factory=dict)
    recommends: Counter[int] = field(default_factory=Counter)

    def add(self, answers: Mapping[str, int], recommends: int | None) -> None:
        """Count one survey."""
        self.responses += 1
        for key, score in answers.items():
            self.scores.setdefault(key, Counter())[score] += 1
        if recommends is not None:
            self.recommends[recommends] += 1

    def mean(self, keys: Sequence[str]) -> Fraction | None:
        """Return the mean of all answers to some questions; None where there is none."""
        counts = [pair for key in keys for pair in self.scores.get(key, Counter()).items()]
        answers = sum(count for _, count in counts)
        return Fraction(sum(score * count for score, count in counts), answers) if answers else None

    def between(self, bounds: Sequence[int]) -> int:
        """Return how many answers to the question of recommending lie within bounds."""
        return sum(count for score, count in self.recommends.items() if bounds[0] <= score <= bounds[1])


@dataclass(frozen=True)
class Survey:
    """The form of the surveys, and what its fields are to the report."""

    described: Mapping[str, Any]
    form: Form

    @cached_property
    def questions(self) -> Sequence[FieldSpec]:
        """Return the ratings from 1 to 5, in the order of the form."""
        return [spec for spec in self.form.root.walk() if self._bounds(spec) == (1, _BEST)]

    def _bounds(self, spec: FieldSpec) -> tuple[object, object]:
        is_rating = spec.schema.get("x-control") == "rating"
        return (spec.schema.get("minimum"), spec.schema.get("maximum")) if is_rating else (None, None)

    def answers(self, typed: TypedSurvey) -> tuple[dict[str, int], int | None]:
        """Return the scores that a survey gives, and how likely it is to recommend."""
        given = {spec.key: typed[spec.key] for spec in self.questions if typed.get(spec.key) is not None}
        return given, typed.get(self.described["recommends"])


@dataclass
class SurveyCounts:
    """What the surveys of a month say, counted in all and for each class of customers."""

    survey: Survey
    period: Period
    total: Tally = field(default_factory=Tally)
    classes: dict[object, Tally] = field(default_factory=dict)
    undated: int = 0
    read: int = 0
    months: Counter[str] = field(default_factory=Counter)

    def add(self, typed: TypedSurvey) -> None:
        """Count one survey, where it is of the month."""
        described = self.survey.described
        self.read += 1
        day = typed.get(described["dated"])
        if day is None:
            self.undated += 1
            return
        self.months[month_of(day)] += 1
        if self.period.holds(day):
            answers = self.survey.answers(typed)
            self.total.add(*answers)
            self.classes.setdefault(typed.get(described["class"]), Tally()).add(*answers)


def satisfaction(
    period: str,
    source: str,
    *,
    sent: int | None = None,
    query: str = "",
    reading: Reading = PLAIN,
    policy: Policy | None = None,
    lang: Lang = DEFAULT_LANG,
) -> Summary:
    """Return the report on the surveys of a period, written as for a summary; `sent`: how many went out.

    Surveys without a date are left out with a warning. Raises UsageError for a wrong period or source, RecordError with
    the faults of all unreadable surveys.
    """
    asked, form_of = period_of(period), Catalogue().form
    described = strict_json.load_own(resources.schemas() / "statistics" / "surveys.json")
    survey = Survey(described, form_of(described["records"]))
    reading = replace(reading, query=query) if query else reading
    opened = open_source(source, survey.form, reading, (policy or load_policy()).zone)
    counts = SurveyCounts(survey, asked)
    for typed in _typed(opened, survey.form, policy or load_policy()):
        counts.add(typed)
    place = opened.head[1]
    if counts.read and counts.undated == counts.read:
        spec = survey.form.root.by_key[described["dated"]]
        raise fail(RecordError, "E-figures-column", spec.place(file=place.file))
    record: SummaryRecord = {"report_no": f"MY{asked.name}", "period": asked.text(lang)} | (
        {} if sent is None else {"sent": sent}
    )
    record |= _record(survey, counts.total, counts.classes, lang)
    warnings = [] if counts.total.responses else [month_missing(place.file, counts.months)]
    warnings += [Fault("W-figures-undated", place, {"count": counts.undated})] if counts.undated else []
    warnings += warnings_of(opened)
    return Summary(iter([record]), warnings, described["form"])


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


def _record(survey: Survey, total: Tally, classes: Mapping[object, Tally], lang: Lang) -> SummaryRecord:
    keys = [spec.key for spec in survey.questions]
    parts = {name: total.between(survey.described[name]) for name in ("promoters", "passives", "detractors")}
    level = survey.form.root.by_key[survey.described["class"]]
    by_class = [_class(survey, choice.value, classes.get(choice.value, Tally()), keys) for choice in level.choices]
    questions = [_question(spec, total.scores.get(spec.key, Counter()), lang) for spec in survey.questions]
    lowest = list(_lowest(survey, total, lang))
    return {"returned": total.responses, "questions": questions, **parts, "classes": by_class, "lowest": lowest}


def _question(spec: FieldSpec, scores: Counter[int], lang: Lang) -> SummaryRecord:
    return {"question": spec.title(lang)} | {f"score_{n}": scores[n] for n in range(1, _BEST + 1)}


def _class(survey: Survey, value: object, tally: Tally, keys: Sequence[str]) -> SummaryRecord:
    made: SummaryRecord = {"customer_class": value, "responses": tally.responses}
    mean = tally.mean(keys)
    if mean is not None:
        made["average"] = _two_digits(mean)
    balance = tally.between(survey.described["promoters"]) - tally.between(survey.described["detractors"])
    nps = share(balance, tally.recommends.total(), 1)
    return made if nps is None else {**made, "class_nps": nps}


def _lowest(survey: Survey, total: Tally, lang: Lang) -> Iterator[SummaryRecord]:
    means = [(mean, spec) for spec in survey.questions if (mean := total.mean([spec.key])) is not None]
    below = sorted((pair for pair in means if pair[0] < _BEST), key=lambda pair: pair[0])
    for mean, spec in below[:_MOST_LOWEST]:
        yield {"point": spec.title(lang), "average": _two_digits(mean)}


def _two_digits(mean: Fraction) -> Number | None:
    return share(mean.numerator, 100 * mean.denominator, 2)

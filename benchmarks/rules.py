"""What comes before writing: reading, deriving and judging a record, and composing its document; forms by size."""

from pathlib import Path

from benchmarks.measure import Contender, Options, Result, Run, limit_line, markdown, race, shown
from benchmarks.subject import Subject, report, ruled

JUDGED_MS, COMPOSED_MS = 0.15, 0.3


def judging(form: str, sample: Path) -> Run:
    """Read a raw record, derive what is absent, and validate and check it."""
    from generator.api import make_job

    subject = Subject(form, sample)
    job, records = make_job(form), subject.records()
    return lambda n: sum(1 for _ in job.pipeline.judged(job.source(records[n % len(records)])))


def composing(form: str, sample: Path) -> Run:
    """Compose the document of a judged record."""
    from generator.api import make_job

    job = make_job(form)
    typed = [judged.values for judged in job.pipeline.judged(job.source(Subject(form, sample).records()))]
    return lambda n: len(job.composer.filled(typed[n % len(typed)]).blocks)


def values_in(record: object) -> int:
    """Return how many values a record holds, at any depth."""
    if isinstance(record, dict):
        return sum(map(values_in, record.values()))
    return sum(map(values_in, record)) if isinstance(record, list) else 1


def main(options: Options) -> None:
    """Print both times of each form."""
    subjects = ruled()
    judged = race((Contender(s.form, judging, (s.form, s.sample)) for s in subjects), options.rounds)
    composed = race((Contender(s.form, composing, (s.form, s.sample)) for s in subjects), options.rounds)
    print("One record in memory: read, derived, validated and checked; then composed.\n")
    head = ["form", "values", "judged", "min", "max", "composed", "min", "max"]
    rows = [
        [s.form, str(values_in(s.record())), *_times(one), *_times(other)]
        for s, one, other in zip(subjects, judged, composed, strict=True)
    ]
    print(markdown(head, rows) + "\n")
    at = [s.form for s in subjects].index(report().form)
    print(limit_line(f"judging, {subjects[at].form}", 1000 * judged[at].median, JUDGED_MS, "ms"))
    print(limit_line(f"composing, {subjects[at].form}", 1000 * composed[at].median, COMPOSED_MS, "ms"))
    print(limit_line("judging, slowest of the forms", 1000 * max(r.median for r in judged), JUDGED_MS, "ms"))
    print(limit_line("composing, slowest of the forms", 1000 * max(r.median for r in composed), COMPOSED_MS, "ms"))


def _times(result: Result) -> list[str]:
    if not result.times:
        return ["–"] * 3
    return [shown(t) for t in (result.median, min(result.times), max(result.times))]

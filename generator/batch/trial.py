"""What a run would do: every record named and judged as the run itself does it, and nothing written."""

from dataclasses import replace
from itertools import islice
from threading import Event

from generator.batch.manifest import MANIFEST
from generator.batch.plan import Plan
from generator.batch.run import TASK, OnProgress, Outcome
from generator.batch.store import Store, reported
from generator.batch.work import BatchSpec, DocumentMaker
from generator.errors import Place, UsageError, fail


def refuse_store(store: Store, *, force: bool) -> None:
    """Raise UsageError where a run can't begin in a folder (E-batch-there, E-batch-folder), which stays as it is."""
    with reported(store.name):
        there = set(store.names())
    if there and not force:
        raise fail(UsageError, "E-batch-there" if MANIFEST in there else "E-batch-folder", Place(store.name))


def tried(
    plan: Plan, spec: BatchSpec, store: Store, watch: OnProgress, stop: Event, most_failures: int | None = None
) -> Outcome:
    """Return what would come of a run; `watch` is called as by the run, with files that have no size or sum.

    Numbers are looked up and counted on, but not given out. After so many faulty records it ends, as the run would.
    """
    numbers = replace(spec.numbers, keeps=False) if spec.numbers else None
    maker, outcome = DocumentMaker(replace(spec, numbers=numbers), store), Outcome(plan.records)
    watch(outcome, ())
    entries = plan.entries()
    while not (stop.is_set() or outcome.stopped) and (some := list(islice(entries, TASK))):
        results = []
        for entry in some:
            result = maker.judged(entry)
            results.append((entry, result))
            outcome.done += not result.faults
            outcome.failed += bool(result.faults)
            outcome.warnings += len(result.warnings)
            outcome.stopped = most_failures is not None and outcome.failed >= most_failures
            if outcome.stopped:
                break
        watch(outcome, results)
    outcome.interrupted = stop.is_set()
    return outcome

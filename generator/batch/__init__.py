"""One document a record and format, for any number of records: planned, done by many workers, written down."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event

from generator.batch.executors import (
    AdaptedExecutor,
    InProcessExecutor,
    ProcessExecutor,
    TaskExecutor,
    cluster_executor,
    cores,
)
from generator.batch.manifest import FAILED, MANIFEST, Manifest, ManifestState, RecordResult
from generator.batch.names import DEFAULT_PATTERN, NamePattern
from generator.batch.plan import Duplicates, Plan, PlannedRecord
from generator.batch.run import TASK, OnProgress, Outcome, Run, has_other_source, header, refuse_other
from generator.batch.store import Store, open_store, reported
from generator.batch.trial import refuse_store, tried
from generator.batch.work import BatchSpec, DocumentMaker
from generator.catalogue.expressions import expression_faults
from generator.errors import Fault, Place, SchemaError, UsageError, fail
from generator.job import Job
from generator.records import Source, open_source, warnings_of
from generator.writers import WritingOptions

__all__ = ["FAILED", "MANIFEST", "Options", "Outcome", "PlannedRecord", "RecordResult", "batch", "planned"]

MOST_JOBS = 256


@dataclass(frozen=True)
class Options:
    """How a batch is done.

    `jobs`: processes, by default the cores. `executor`: any executor instead; then `jobs` says how many tasks it can
    work on at once. `cluster`: the address of a Dask scheduler instead. `name`: the pattern of file names.
    `duplicates`: what becomes of records that have the same number. `most_failures`: the run ends after so many faulty
    records. `dry`: records are named and judged, and nothing is written.
    """

    formats: Sequence[str] = ("docx", "xlsx", "pdf")
    jobs: int | None = None
    resume: bool = False
    renews: bool = False
    """Whether a source that has changed is gone on with: what has changed is made again."""

    force: bool = False
    name: str = DEFAULT_PATTERN
    duplicates: Duplicates = "refuse"
    most_failures: int | None = None
    cluster: str = ""
    executor: Executor | None = None
    query: str = ""
    dry: bool = False
    writing: WritingOptions = WritingOptions()
    watch: OnProgress = lambda outcome, results: None
    """Called when the run begins, and whenever records have been written down."""

    tell: Callable[[Sequence[Fault]], None] = lambda faults: None
    """Called with what is to be told of the source once it has been read: what was left out."""

    stop: Event = field(default_factory=Event)
    """Once it is set, as by the handler of a signal, the run ends when what it has begun is whole."""


def batch(job: Job, source: str | Source, out: str, options: Options | None = None) -> Outcome:
    """Make the documents of every record of a source, into a folder or at a URL that fsspec takes.

    `source`: as for `Job.open`, or a database's URL with `options.query`. Faulty records stop nothing: they are in
    `failed.jsonl`. Raises UsageError for a folder of another run and wrong options, RecordError where the source can't
    be read, WriteError where the place can't take its files; what was done until then is kept, and goes on with
    `resume`.
    """
    options = options or Options()
    if options.jobs is not None and not 1 <= options.jobs <= MOST_JOBS:
        raise fail(UsageError, "E-jobs", Place("--jobs"), limit=MOST_JOBS)
    pattern, store = NamePattern(options.name, job), open_store(out)
    _refuse_schema(job)
    opened = _opened(source, job, options) if isinstance(source, str) else source
    name = source if isinstance(source, str) else opened.head[1].file
    if options.dry:
        return _tried(Plan(opened, name, pattern, options.duplicates), _spec(job, out, options, opened), store, options)
    with reported(store.name):
        manifest = Manifest(store, job.lang)
    try:
        with reported(store.name):
            state = _state(manifest, store, options)
        plan = Plan(opened, name, pattern, options.duplicates, state.made if options.renews else None)
        options.tell(warnings_of(opened))
        spec = _spec(job, out, options, opened)
        wanted = header(plan, spec, opened.head[1].file, options.duplicates)
        if state.header is None:
            with reported(store.name):
                manifest.begin(wanted)
        else:
            refuse_other(state.header, wanted, renews=options.renews)
            if has_other_source(state.header, wanted):
                state.start_over()
                with reported(store.name):
                    manifest.renew(wanted)
        with _executor(spec, store, plan.records - state.records, options) as executor:
            return Run(
                plan, spec, store, manifest, state, executor, options.most_failures, options.watch, options.stop
            ).go()
    finally:
        manifest.close()


def _tried(plan: Plan, spec: BatchSpec, store: Store, options: Options) -> Outcome:
    """Return what would come of a run from the beginning.

    Raises UsageError (E-dry-resume) for one that is to go on, and as `refuse_store` does.
    """
    if options.resume:
        raise fail(UsageError, "E-dry-resume", Place("--dry-run"))
    refuse_store(store, force=options.force)
    options.tell(warnings_of(plan.source))
    return tried(plan, spec, store, options.watch, options.stop, options.most_failures)


def planned(job: Job, source: str | Source, out: str, options: Options) -> Iterator[str]:
    """Yield the names of the files, below the folder, that a batch would make; nothing is written, nor judged.

    Raises BiaodanError as `batch` does where the source can't be read.
    """
    pattern = NamePattern(options.name, job)
    opened = _opened(source, job, options) if isinstance(source, str) else source
    plan = Plan(opened, source if isinstance(source, str) else opened.head[1].file, pattern, options.duplicates)
    maker = DocumentMaker(_spec(job, out, options, opened))
    for entry in plan.entries():
        yield from maker.names(entry.stem) if entry.stem else ()


def _opened(source: str, job: Job, options: Options) -> Source:
    reading = replace(job.reading, query=options.query or job.reading.query)
    return open_source(source, job.form, reading, job.policy.zone)


_OF_EXPRESSIONS = ("E-expression-forbidden", "E-expression-limit", "E-expression-name", "E-lint-expression")


def _refuse_schema(job: Job) -> None:
    """Raise SchemaError for what is wrong with expressions or template whatever the record: all would fail over it."""
    faults = [f for f in expression_faults(job.form, job.form.source) if f.code in _OF_EXPRESSIONS]
    if faults:
        raise SchemaError(faults)
    job.prepare()


def _state(manifest: Manifest, store: Store, options: Options) -> ManifestState:
    """Return what an earlier run of the folder has done, if this one is to go on with it.

    Raises UsageError (E-batch-there, E-batch-folder) where the folder isn't this run's to write into.
    """
    state = manifest.load(verify=options.resume)
    if state.header is not None and not options.resume:
        if not options.force:
            raise fail(UsageError, "E-batch-there", Place(store.name))
        manifest.wipe()
        state = ManifestState()
    if state.header is None and not options.force and set(store.names()) - {MANIFEST}:
        raise fail(UsageError, "E-batch-folder", Place(store.name))
    store.clean()
    return state


def _spec(job: Job, out: str, options: Options, source: Source) -> BatchSpec:
    return BatchSpec(
        form=job.form,
        policy=job.policy,
        out=out,
        formats=tuple(options.formats),
        lang=job.lang,
        mask=job.mask,
        overrides=dict(job.overrides),
        folders=job.folders,
        writing=options.writing,
        theme=job.theme,
        profile=job.profile,
        numbers=job.numbers,
        pictures=(*([str(source.folder)] if hasattr(source, "folder") else []), *job.reading.pictures),
        own=job.own,
    )


@contextmanager
def _executor(spec: BatchSpec, store: Store, records: int, options: Options) -> Iterator[TaskExecutor]:
    """Yield who does the work; for a few records that is this process."""
    if options.executor is not None:
        yield AdaptedExecutor(options.executor, options.jobs or cores())
    elif options.cluster:
        with cluster_executor(options.cluster) as workers:
            yield workers
    elif store.is_private or records <= TASK:
        yield InProcessExecutor()
    else:
        yield ProcessExecutor(spec.packed(), options.jobs or cores(), _office(spec))


def _office(spec: BatchSpec) -> str:
    """Return where one LibreOffice does documents for all workers; empty where none are for it to do."""
    if spec.own is None or not spec.own.is_by_office(spec.formats):
        return ""
    from generator.tagged.office import begin

    return begin()

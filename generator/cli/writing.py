"""Documents made from records, written to their places, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from generator.api import make_job, write_into
from generator.cli.arguments import existing_files, key_values
from generator.cli.faults import print_faults, print_notes
from generator.cli.options import DocumentOptions
from generator.cli.output import Output, Target, filled, say_planned, stem_of
from generator.cli.own import catalogue, configuration, is_dry, is_usual, numbers
from generator.cli.progress import progress_of
from generator.cli.reading import reading_of
from generator.cli.signals import end_if_asked
from generator.cli.telling import put, say_written
from generator.document import Document
from generator.errors import Fault, Place, UsageError, fail, faults_of
from generator.files import Write, refuse_existing, write_together
from generator.job import Composed, Job
from generator.records import Source
from generator.records.reading import PLAIN
from generator.tagged import Own, load_own
from generator.theme import Theme, shipped_theme
from generator.wording import Lang
from generator.writers import WritingOptions, unused_options
from generator.writers.pdf import ENGINES, STANDARDS

if TYPE_CHECKING:
    from generator.statistics import Summary


def job_of(
    form: str,
    options: DocumentOptions,
    source: str = "",
    query: str = "",
    *,
    rows: int | None = None,
    fillable: bool = False,
    own: Own | None = None,
    reference: str | None = None,
) -> Job:
    """Return the job of a form under a command's options.

    `source`: the list that they say how to read; `rows`: empty rows beneath the filled ones; `own`: a file to fill in;
    `reference`: a Word file whose look is taken.

    Raises UsageError and SchemaError as `make_job` does, UsageError for a missing policy file or a faulty --set.
    """
    policy, overrides = existing_files(options["policy"]), key_values(options["settings"])
    reading = reading_of(options, source, options["lang"], query) if source else PLAIN
    desk = configuration()
    job = make_job(
        form,
        catalogue=catalogue(),
        profile=desk.profile,
        numbers=numbers(keeps=not is_dry()),
        lang=options["lang"],
        mask=options["mask"],
        policy=policy,
        rows=rows,
        overrides=overrides,
        reading=reading,
        fillable=fillable,
        template=own,
        theme=theme_of(reference),
    )
    print_notes([job.form], job.lang)
    return job


def own_of(template: str | None, *, fillable: bool = False) -> tuple[Own | None, tuple[str, ...]]:
    """Return the user's file that --template names, and the formats that it is made into; () for what is usual.

    Raises UsageError for a file that can't be a template, or with --fillable (E-own-fillable).
    """
    if template is None:
        return None, ()
    if fillable:
        raise fail(UsageError, "E-own-fillable", Place(template))
    own = load_own(template)
    return own, (own.format,)


def theme_of(reference: str | None) -> Theme | None:
    """Return the desk's theme, with the look of a Word file where one is named; None for ours.

    Raises BiaodanError as `themed` does.
    """
    theme = configuration().theme
    if reference is None:
        return theme
    from generator.tagged.reference import themed

    return themed(theme or shipped_theme(), reference)


def warn_unused_look(reference: str | None, formats: Sequence[str], lang: Lang) -> None:
    """Print a warning where no format takes the look of a Word file."""
    if reference is not None and not set(formats) & LOOKED:
        print_faults([Fault("W-option", Place("--reference-doc"), {"formats": list(formats)})], lang)


LOOKED = frozenset({"docx"})
"""Formats that take the look of a Word file."""


def refuse_formats(own: Own | None, formats: Sequence[str]) -> None:
    """Raise UsageError (E-own-format) or MachineError (E-own-office) for a format that a user's file can't become."""
    if own is not None:
        for format in formats:
            own.require(format)


def write_documents(
    job: Job, source: Source, output: Output, options: DocumentOptions, *, merge: bool = False
) -> list[Fault]:
    """Write the documents of a source's records, as `write_composed` does."""
    if job.form.is_table and output.is_file and not output.is_stdout and not options["force"]:
        refuse_existing([output.out])  # before a long table is read
    return write_composed(job, list(job.documents(source)), output, options, merge=merge)


def write_composed(
    job: Job, composed: Sequence[Composed], output: Output, options: DocumentOptions, *, merge: bool = False
) -> list[Fault]:
    """Write documents; print their paths, and the warnings.

    Returns the faults of records and documents that couldn't be made. Raises UsageError when one of the files exists,
    or one file is to take several documents.
    """
    writing = writing_options(options)
    if not is_usual("pdf_engine"):
        print_faults(unused_options(output.formats, writing), job.lang)
    made = [(one.document, one) for one in composed if one.document is not None]
    print_faults([warning for one in composed for warning in one.warnings], job.lang)
    if merge:
        return _write_merged(composed, output, options, job.lang)
    targets = output.targets([stem_of(document, one.identity) for document, one in made], job.lang)
    work = [Work(document, files, one.place) for (document, one), files in zip(made, targets, strict=True)]
    how = {"force": options["force"], "as_json": options["as_json"]}
    faults = write_all(work, **how, lang=job.lang, writing=writing)
    return [*(fault for one in composed for fault in one.faults), *faults]


def _write_merged(composed: Sequence[Composed], output: Output, options: DocumentOptions, lang: Lang) -> list[Fault]:
    """Write one PDF of all documents, unless one of them couldn't be made; return the faults."""
    from generator.cli.merged import merged_target, write_merged

    if faults := [fault for one in composed for fault in one.faults]:
        return faults
    work = [Work(one.document, (), one.place) for one in composed if one.document is not None]
    how = {"force": options["force"], "as_json": options["as_json"]}
    return write_merged(work, merged_target(output, lang), **how, lang=lang, writing=writing_options(options))


def writing_options(options: DocumentOptions) -> WritingOptions:
    """Return how documents are to be written; what is usual isn't asked for."""
    engine, standard = options["pdf_engine"], options["pdf_standard"]
    usual = (next(iter(ENGINES)), STANDARDS[0])
    return WritingOptions(
        engine="" if engine == usual[0] else engine, standard="" if standard == usual[1] else standard
    )


def write_statistics(
    statistics: Iterable[Summary], source: str, output: Output, options: DocumentOptions
) -> list[Fault]:
    """Write the documents of statistics that were computed from a source, as `write_documents` does."""
    statistics = iter(statistics)
    first = next(statistics)
    job = job_of(first.form, options)
    records = list(records_of(chain([first], statistics), job.lang))
    return write_documents(job, job.source(records, Path(source).name), output, options)


def records_of(statistics: Iterable[Summary], lang: Lang) -> Iterator[Mapping[str, Any]]:
    """Yield the records of statistics, and print the warnings of each."""
    for one in statistics:
        print_faults(one.warnings, lang)
        yield from one.records


@dataclass(frozen=True, slots=True)
class Work:
    """A document and the files that it goes into; `place` is where its record came from."""

    document: Document
    files: Sequence[Target]
    place: Place = field(default_factory=Place)


def write_all(
    work: Sequence[Work], *, force: bool, as_json: bool, lang: Lang, writing: WritingOptions | None = None
) -> list[Fault]:
    """Write every document into its files, all of its formats or none, and print their paths.

    Returns the faults of documents that couldn't be written. Nothing is written at all when one of the files exists.
    """
    if not force:
        refuse_existing(target.path for one in work for target in one.files if not target.is_stdout)
    if is_dry():
        for target in (target for one in work for target in one.files):
            say_planned(target, as_json=as_json)
        return []
    faults: list[Fault] = []
    with progress_of(len(work), lang) as advance:
        for one in work:
            try:
                printed = _made([(target, *_file(one.document, target, writing)) for target in one.files], force)
            except BaseException as error:  # whatever is raised for one document leaves the others alone
                faults += faults_of(error, one.place)
            else:
                for target, content in zip(one.files, printed, strict=True):
                    if target.is_stdout:
                        put(content, target.format)
                    else:
                        _print_written(one.document, target, as_json=as_json)
            advance()
    return faults


def _made(files: Sequence[tuple[Target, Path, Write]], force: bool) -> list[bytes]:
    """Write a document's files, all of them or none, and return for each what is still to go to standard output."""
    write_together([(path, write) for target, path, write in files if not target.is_stdout], replace=force)
    return [filled(write) if target.is_stdout else b"" for target, _, write in files]


def _file(document: Document, target: Target, writing: WritingOptions | None) -> tuple[Path, Write]:
    """Return a file's place and what fills it, which ends where a signal wants the command to end."""
    fill = write_into(document, target.format, writing)

    def write(file: BinaryIO) -> None:
        fill(file)
        end_if_asked()

    return target.path, write


def _print_written(document: Document, target: Target, *, as_json: bool) -> None:
    """Print the path of a written file, or with --json what it is."""
    if not as_json:
        say_written(target.path)
        return
    details = {
        "format": target.format,
        "form": document.form,
        "lang": document.lang,
        "purpose": str(document.purpose),
        "bytes": target.path.stat().st_size,
    }
    say_written(target.path, details)

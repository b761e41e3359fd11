"""Documents made from records, written to their places, and what is said of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.api import Job, Made, make_job, write_into
from generator.cli.arguments import existing_files, key_values
from generator.cli.faults import print_faults
from generator.cli.options import DocumentOptions
from generator.cli.output import Output, Target, stem_of
from generator.cli.progress import progress_of
from generator.document import Document
from generator.errors import Fault, RecordError, WriteError
from generator.files import refuse_existing, write_together
from generator.records import Source
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.figures import Summary


def job_of(form: str, options: DocumentOptions) -> Job:
    """Return the job of a form under a command's options.

    Raises UsageError and SchemaError as `make_job` does, UsageError for a missing policy file or a faulty --set.
    """
    policy, given = existing_files(options["policy"]), key_values(options["settings"])
    return make_job(form, lang=options["lang"], mask=options["mask"], policy=policy, given=given)


def write_documents(job: Job, source: Source, output: Output, options: DocumentOptions) -> list[Fault]:
    """Write the documents of a source's records; print their paths, and the warnings.

    Returns the faults of records and documents that couldn't be made. Raises UsageError when one of the files exists,
    or one file is to take several documents.
    """
    made = list(job.documents(source))
    targets = output.targets([stem_of(one.document, one.identity) for one in made], job.lang)
    print_faults([warning for one in made for warning in one.warnings], job.lang)
    faults = write_all(
        list(zip(made, targets, strict=True)),
        force=options["force"],
        as_json=options["as_json"],
        lang=job.lang,
        engine=options["pdf_engine"],
        standard=options["pdf_standard"],
    )
    print_faults(job.table_warnings, job.lang)
    return [*job.faults, *faults]


def write_figures(figures: Summary, source: str, output: Output, options: DocumentOptions) -> list[Fault]:
    """Write the document of figures that were computed from a source, as `write_documents` does."""
    job = job_of(figures.form, options)
    print_faults(figures.warnings, job.lang)
    return write_documents(job, job.source(list(figures.records), Path(source).name), output, options)


def write_all(
    work: Sequence[tuple[Made, list[Target]]],
    *,
    force: bool,
    as_json: bool,
    lang: Lang,
    engine: str = "",
    standard: str = "",
) -> list[Fault]:
    """Write every document into its files, all of its formats or none, and print their paths.

    Returns the faults of documents that couldn't be written. Nothing is written at all when one of the files exists.
    """
    if not force:
        refuse_existing(target.path for _, files in work for target in files)
    faults: list[Fault] = []
    with progress_of(len(work), lang) as advance:
        for made, targets in work:
            document = made.document
            try:
                files = [(target.path, write_into(document, target.format, engine, standard)) for target in targets]
                write_together(files, replace=force)
            except (RecordError, WriteError) as error:
                faults += (fault.at(file=made.place.file, row=made.place.row) for fault in error.faults)
            else:
                for target in targets:
                    _print_written(document, target, as_json=as_json)
            advance()
    return faults


def _print_written(document: Document, target: Target, *, as_json: bool) -> None:
    """Print the path of a written file, or with --json what it is."""
    if not as_json:
        click.echo(str(target.path))
        return
    details = {
        "path": str(target.path),
        "format": target.format,
        "form": document.form,
        "lang": document.lang,
        "purpose": str(document.purpose),
        "bytes": target.path.stat().st_size,
    }
    click.echo(json.dumps(details, ensure_ascii=False))

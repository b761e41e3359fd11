"""`biaodan blank`: blank forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Unpack

import click

from generator.cli.arguments import existing_files, key_values
from generator.cli.faults import exit_if_faulty, print_notes
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    BlankOptions,
    copies_option,
    dry_option,
    fields_option,
    fillable_option,
    force_option,
    format_option,
    json_option,
    landscape_option,
    lang_option,
    merge_option,
    policy_option,
    preset_option,
    reference_option,
)

if TYPE_CHECKING:
    from generator.document import Document
    from generator.job import Job


@localized_command("blank")
@click.argument("forms", nargs=-1, required=True, metavar="FORM...")
@click.option("-o", "--out", required=True, metavar="DIR", help=message("option.folder"))
@format_option
@lang_option
@click.option("--rows", type=int, metavar="N", help=message("blank.rows"))
@copies_option
@landscape_option
@fields_option
@preset_option
@merge_option
@dry_option
@fillable_option
@reference_option
@policy_option
@force_option
@json_option
def blank(forms: tuple[str, ...], **options: Unpack[BlankOptions]) -> None:
    """Write the blank documents of forms."""
    from generator.cli.merged import merged_output, merged_target, write_merged
    from generator.cli.output import output_of, stem_of
    from generator.cli.writing import Work, warn_unused_look, write_all

    lang = options["lang"]
    output = (merged_output if options["merge"] else output_of)(options["out"], options["formats"])
    warn_unused_look(options["reference_doc"], output.formats, lang)
    jobs = _jobs(forms, options)
    print_notes([job.form for job in jobs], lang)
    made = [one for job in jobs for one in _documents(job, options["copies"])]
    force, as_json = options["force"], options["as_json"]
    if options["merge"]:
        work = [Work(document, ()) for document, _ in made]
        exit_if_faulty(write_merged(work, merged_target(output, lang), force=force, as_json=as_json, lang=lang), lang)
        return
    targets = output.targets([stem_of(document, apart) for document, apart in made], lang)
    work = [Work(document, files) for (document, _), files in zip(made, targets, strict=True)]
    exit_if_faulty(write_all(work, force=force, as_json=as_json, lang=lang), lang)


def _jobs(forms: tuple[str, ...], options: BlankOptions) -> list[Job]:
    """Return the job of each form, of one that is named twice once."""
    from functools import partial

    from generator.api import make_job
    from generator.cli.own import catalogue, configuration
    from generator.cli.writing import theme_of

    known = catalogue()
    job_of = partial(
        make_job,
        lang=options["lang"],
        rows=options["rows"],
        policy=existing_files(options["policy"]),
        overrides=key_values(options["settings"]),
        catalogue=known,
        theme=theme_of(options["reference_doc"]),
        profile=configuration().profile,
        fillable=options["fillable"],
        fields=[name.strip() for name in options["fields"].replace("，", ",").split(",") if name.strip()],
        landscape=options["landscape"],
    )
    return [job_of(form) for form in {form.id: form for form in map(known.form, forms)}.values()]


def _documents(job: Job, copies: int | None) -> Iterator[tuple[Document, str]]:
    """Yield the documents of a form, each with what tells it apart from the other copies."""
    if copies is None:
        yield job.blank(), ""
    else:
        yield from job.copies(copies)

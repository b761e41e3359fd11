"""`biaodan render`: documents from records."""

from dataclasses import replace
from typing import Unpack

import click

from generator.cli.faults import exit_if_faulty
from generator.cli.localized import localized_command
from generator.cli.options import (
    OwnOptions,
    dry_option,
    fillable_option,
    force_option,
    format_option,
    json_option,
    lang_option,
    mask_option,
    merge_option,
    out_option,
    own_template_option,
    pdf_engine_option,
    pdf_standard_option,
    policy_option,
    query_option,
    reference_option,
    set_option,
    spare_rows_option,
)
from generator.cli.reading import reading_options
from generator.cli.revisions import revision_options


@localized_command("render")
@click.argument("form")
@click.argument("records")
@out_option
@format_option
@lang_option
@mask_option
@pdf_engine_option
@pdf_standard_option
@spare_rows_option
@fillable_option
@own_template_option
@reference_option
@policy_option
@set_option
@query_option
@reading_options
@revision_options
@merge_option
@dry_option
@force_option
@json_option
def render(
    form: str,
    records: str,
    rows: int | None,
    fillable: bool,
    query: str,
    merge: bool,
    dry_run: bool,
    revision: int | None,
    former: str | None,
    void: bool,
    reason: str,
    **options: Unpack[OwnOptions],
) -> None:
    """Write the documents of a file's records."""
    from generator.cli.merged import merged_output
    from generator.cli.output import output_of
    from generator.cli.revisions import revision_of
    from generator.cli.writing import job_of, own_of, refuse_formats, warn_unused_look, write_documents

    own, usual = own_of(options["template"], fillable=fillable)
    output = (
        merged_output(options["out"], options["formats"])
        if merge
        else output_of(options["out"], options["formats"], usual)
    )
    refuse_formats(own, output.formats)
    job = job_of(
        form, options, records, query, rows=rows, fillable=fillable, own=own, reference=options["reference_doc"]
    )
    corrects = revision_of(job, revision, former, reason, void=void)
    job = replace(job, revision=corrects) if corrects else job
    warn_unused_look(options["reference_doc"], output.formats, job.lang)
    exit_if_faulty(write_documents(job, job.open(records), output, options, merge=merge), job.lang)

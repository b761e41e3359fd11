"""`biaodan batch`: one document for each of any number of records."""

from dataclasses import replace
from typing import Unpack

import click

from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    BatchOptions,
    dry_option,
    format_option,
    jobs_option,
    lang_option,
    mask_option,
    merge_option,
    own_template_option,
    pdf_engine_option,
    pdf_standard_option,
    policy_option,
    query_option,
    reference_option,
    resume_option,
    set_option,
)
from generator.cli.reading import reading_options
from generator.errors import Place, UsageError, fail


@localized_command("batch")
@click.argument("form")
@click.argument("source")
@click.option("-o", "--out", required=True, metavar="DIR", help=message("batch.out"))
@format_option
@lang_option
@jobs_option
@resume_option
@click.option("--name", default="{form}-{number}", metavar="PATTERN", show_default=True, help=message("batch.name"))
@query_option
@click.option(
    "--duplicates",
    type=click.Choice(["refuse", "keep"]),
    default="refuse",
    show_default=True,
    help=message("batch.duplicates"),
)
@click.option("--fail-fast", is_flag=True, help=message("batch.fail_fast"))
@click.option("--max-failures", type=click.IntRange(min=1), metavar="N", help=message("batch.max_failures"))
@click.option("--cluster", default="", metavar="ADDRESS", help=message("batch.cluster"))
@mask_option
@own_template_option
@reference_option
@pdf_engine_option
@pdf_standard_option
@policy_option
@set_option
@reading_options
@merge_option
@dry_option
@click.option("--force", is_flag=True, help=message("batch.force"))
@click.option("--json", "as_json", is_flag=True, help=message("batch.json"))
def batch(form: str, source: str, merge: bool, dry_run: bool, **options: Unpack[BatchOptions]) -> None:
    """Write a document for each record of a source, and say how to go on after an interruption."""
    from generator.cli.batch_run import batch_options, run_batch
    from generator.cli.merged import merge_batch, require_mergeable, say_merge_planned
    from generator.cli.output import output_of
    from generator.cli.writing import job_of, own_of, refuse_formats, warn_unused_look

    if output_of(options["out"], options["formats"]).is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    own, usual = own_of(options["template"])
    job = job_of(form, options, source, options["query"], own=own, reference=options["reference_doc"])
    how = replace(
        batch_options(options, usual),
        name=options["name"],
        query=options["query"],
        duplicates=options["duplicates"],
        most_failures=1 if options["fail_fast"] else options["max_failures"],
        cluster=options["cluster"],
        dry=dry_run,
    )
    refuse_formats(own, how.formats)
    warn_unused_look(options["reference_doc"], how.formats, job.lang)
    if merge:
        require_mergeable(options["out"], how.formats)
    code = run_batch(job, source, options["out"], how, as_json=options["as_json"])
    if merge and not code and dry_run:
        say_merge_planned(options["out"], job.lang, as_json=options["as_json"])
    elif merge and not code:
        merge_batch(options["out"], job.lang, replace=options["resume"] or options["force"], as_json=options["as_json"])
    raise click.exceptions.Exit(code)

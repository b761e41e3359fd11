"""`biaodan blank`: blank forms."""

from functools import partial

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import exit_if_faulty, print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    fillable_option,
    force_option,
    format_option,
    json_option,
    lang_option,
    policy_option,
    reference_option,
)
from generator.wording import Lang


@localized_command("blank")
@click.argument("forms", nargs=-1, required=True, metavar="FORM...")
@click.option("-o", "--out", required=True, metavar="DIR", help=message("option.folder"))
@format_option
@lang_option
@click.option("--rows", type=int, metavar="N", help=message("blank.rows"))
@fillable_option
@reference_option
@policy_option
@force_option
@json_option
def blank(
    forms: tuple[str, ...],
    out: str,
    formats: str | None,
    lang: Lang,
    rows: int | None,
    fillable: bool,
    reference_doc: str | None,
    policy: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Write the blank documents of forms."""
    from generator.api import make_job
    from generator.cli.output import output_of, stem_of
    from generator.cli.own import catalogue, configuration
    from generator.cli.writing import Work, theme_of, warn_unused_look, write_all

    output, known, desk = output_of(out, formats), catalogue(), configuration()
    warn_unused_look(reference_doc, output.formats, lang)
    job_of = partial(
        make_job,
        lang=lang,
        rows=rows,
        policy=existing_files(policy),
        catalogue=known,
        theme=theme_of(reference_doc),
        profile=desk.profile,
        fillable=fillable,
    )
    jobs = [job_of(form) for form in {form.id: form for form in map(known.form, forms)}.values()]
    print_faults([note for job in jobs for note in job.form.notes], lang)
    documents = [job.blank() for job in jobs]
    targets = output.targets([stem_of(document) for document in documents], lang)
    work = [Work(*pair) for pair in zip(documents, targets, strict=True)]
    faults = write_all(work, force=force, as_json=as_json, lang=lang)
    exit_if_faulty(faults, lang)

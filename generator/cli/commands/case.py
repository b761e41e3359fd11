"""`biaodan case`: the file that gathers what is known of a case. `add` puts a record in, `show` tells what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Unpack

import click

from generator.cli.arguments import existing_file, existing_files
from generator.cli.faults import exit_if_faulty, print_faults, print_notes
from generator.cli.localized import localized_command, localized_group
from generator.cli.messages import message
from generator.cli.options import DocumentOptions, document_options, dry_option, lang_option, policy_option
from generator.cli.own import catalogue, numbers
from generator.cli.reading import ReadingOptions, reading_of, reading_options
from generator.cli.revisions import reason_option
from generator.cli.telling import say, say_written
from generator.wording import Lang


@localized_command("add", wording="case_add")
@click.argument("case_file", metavar="CASE")
@click.argument("form")
@click.argument("record")
@click.option("--prefer", type=click.Choice(["case", "record"]), help=message("case_add.prefer"))
@lang_option
@policy_option
@reading_options
def add(
    case_file: str,
    form: str,
    record: str,
    prefer: Literal["case", "record"] | None,
    lang: Lang,
    policy: tuple[str, ...],
    **options: Unpack[ReadingOptions],
) -> None:
    """Add a record to a case file; a missing file is begun."""
    from generator.api import add_to_case
    from generator.cli.issuing import write_case
    from generator.held import holding

    reading = reading_of(options, record, lang)
    path = Path(case_file)
    with holding(path, "E-case-locked"):
        case, warnings = add_to_case(
            path,
            form,
            record,
            prefer=prefer or "",
            policy=existing_files(policy),
            catalogue=catalogue(),
            reading=reading,
            numbers=numbers(),
        )
        write_case(path, case)
    print_notes([catalogue().form(form)], lang)
    print_faults(warnings, lang)
    say_written(case_file)


@localized_command("show", wording="case_show")
@click.argument("case_file", metavar="CASE")
@click.argument("form", required=False)
@lang_option
@policy_option
def show(case_file: str, form: str | None, lang: Lang, policy: tuple[str, ...]) -> None:
    """Print the records of a case file, or what it still lacks for a form."""
    from generator.api import make_policy
    from generator.case import load_case
    from generator.cli.listing import case_lines

    known = catalogue()
    found = load_case(Path(existing_file(case_file)), known, make_policy(existing_files(policy)), lang)
    if form is None:
        click.echo("\n".join(case_lines(found, lang)))
        return
    print_notes([known.form(form)], lang)
    exit_if_faulty(found.missing(known.form(form)), lang)
    say(message("say.fine", lang))


@localized_command("ledger", wording="case_ledger")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--form", default="", metavar="FORM", help=message("case_ledger.form"))
@dry_option
@document_options
def ledger(sources: tuple[str, ...], form: str, dry_run: bool, **options: Unpack[DocumentOptions]) -> None:
    """Write one list of many cases."""
    from generator.casework.ledger import ledger as gathered
    from generator.casework.ledger import ledger_form
    from generator.cli.output import output_of
    from generator.cli.writing import job_of, write_documents

    output = output_of(options["out"], options["formats"])
    job = job_of(form or ledger_form(), options)
    made = gathered(sources, job)
    print_faults(made.faults, job.lang)
    refused = sum(not fault.is_warning for fault in made.faults)
    say(message("case_ledger.counts", job.lang).format(count=len(made.rows), refused=refused))
    faults = write_documents(job, made, output, options) if made.rows else []
    print_faults(faults, job.lang)
    raise click.exceptions.Exit(1 if refused or faults else 0)


@localized_command("issue", wording="case_issue")
@click.argument("case_file", metavar="CASE")
@click.argument("form")
@reason_option
@click.option("--new", "is_further", is_flag=True, help=message("case_issue.new"))
@dry_option
@document_options
def issue(
    case_file: str, form: str, reason: str, is_further: bool, dry_run: bool, **options: Unpack[DocumentOptions]
) -> None:
    """Write the documents of a form from a case, and note in it that they were given out."""
    from generator.casework.issue import issue as about_to
    from generator.cli.issuing import give_out
    from generator.cli.writing import job_of

    job = job_of(form, options)
    give_out(
        Path(existing_file(case_file)), options, lambda case: (job, about_to(case, job, reason, is_further=is_further))
    )


@localized_command("void", wording="case_void")
@click.argument("case_file", metavar="CASE")
@click.argument("number", type=int)
@reason_option
@dry_option
@document_options
def void(case_file: str, number: int, reason: str, dry_run: bool, **options: Unpack[DocumentOptions]) -> None:
    """Declare a document void that was given out, and note that in its case."""
    from generator.casework.issue import void as declared
    from generator.cli.issuing import give_out
    from generator.cli.writing import job_of

    give_out(
        Path(existing_file(case_file)),
        options,
        lambda case: declared(case, lambda form: job_of(form, options), number, reason),
    )


@localized_group("case", (add, show, issue, void, ledger))
def case() -> None:
    """Run a command on a case file."""

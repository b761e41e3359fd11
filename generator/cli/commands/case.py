"""`biaodan case`: the file that gathers what is known of a case. `add` puts a record in, `show` tells what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

import click

from generator.cli.arguments import existing_file, existing_files
from generator.cli.faults import exit_if_faulty, print_faults, print_notes
from generator.cli.localized import localized_command, localized_group
from generator.cli.messages import message
from generator.cli.options import lang_option, policy_option
from generator.cli.own import catalogue, numbers
from generator.cli.reading import ReadingOptions, reading_of, reading_options
from generator.cli.telling import say, say_written
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.case import Case


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
        _write_case(path, case)
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
    found = load_case(Path(existing_file(case_file)), known, make_policy(existing_files(policy)))
    if form is None:
        click.echo("\n".join(case_lines(found, lang)))
        return
    print_notes([known.form(form)], lang)
    exit_if_faulty(found.missing(known.form(form)), lang)
    say(message("say.fine", lang))


@localized_group("case", (add, show))
def case() -> None:
    """Run a command on a case file."""


def _write_case(path: Path, case: Case) -> None:
    """Write a case file whole; it replaces the one that was read."""
    from generator.files import write_whole
    from generator.strict_json import written

    content = written(case.as_json(), indent=2) + "\n"
    write_whole(path, content.encode(), replace=True)

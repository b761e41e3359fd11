"""`biaodan import`: a form drafted from what a desk has."""

from pathlib import Path

import click

from generator.cli.faults import faults_as_data, print_faults
from generator.cli.localized import localized_command
from generator.cli.messages import json_text, message
from generator.cli.options import force_option, json_option, lang_option
from generator.cli.output import STDOUT, refuse_suffix, write_text
from generator.cli.reading import SHEET_OPTION, password_of
from generator.cli.telling import count_written, note
from generator.files import write_whole
from generator.importing.opening import SORTS
from generator.wording import Lang


@localized_command("import")
@click.argument("sources", metavar="SOURCE [SOURCE2]", nargs=-1, required=True)
@click.option("-o", "--out", required=True, metavar="FORM.json", help=message("import.out"))
@click.option(
    "--kind", "sort", type=click.Choice(SORTS), default="auto", show_default=True, help=message("import.kind")
)
@SHEET_OPTION
@click.option("--id", "form_id", default="", metavar="ID", help=message("import.id"))
@click.option("--title", default="", metavar="TITLE", help=message("import.title"))
@click.option("--infer", is_flag=True, help=message("import.infer"))
@lang_option
@force_option
@json_option
def import_form(
    sources: tuple[str, ...],
    out: str,
    sort: str,
    sheet: str,
    form_id: str,
    title: str,
    infer: bool,
    lang: Lang,
    force: bool,
    as_json: bool,
) -> None:
    """Draft a form from a list, a Word form, a form definition or a table."""
    from generator.api import import_form as draft_form

    refuse_suffix(out, (".json",))
    made = draft_form(
        sources,
        sort=sort,
        sheet=sheet,
        form_id=form_id or ("" if out == STDOUT else Path(out).stem),
        title=title,
        infer=infer,
        password=password_of(sources[0]),
    )
    if as_json:
        write_whole(Path(out), made.text.encode(), replace=force)
        count_written(out)
        report = faults_as_data(note(made.report), lang)
        click.echo(json_text({"out": out, "form": made.id, "report": report}, indent=2))
        return
    print_faults(made.report, lang)
    write_text(out, made.text, replace=force)

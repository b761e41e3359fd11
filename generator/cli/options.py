"""The options that several commands share, each by its name, and the types of what they hand to a command."""

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import click

from generator.cli.messages import LANG_VARIABLE, message
from generator.cli.reading import ReadingOptions
from generator.wording import DEFAULT_LANG, LANGS, Lang

lang_option = click.option(
    "--lang",
    type=click.Choice(LANGS),
    default=DEFAULT_LANG,
    envvar=LANG_VARIABLE,
    show_default=True,
    help=message("option.lang"),
)
json_option = click.option("--json", "as_json", is_flag=True, help=message("option.json"))

# --- what documents are made from ---

policy_option = click.option("--policy", multiple=True, metavar="FILE", help=message("option.policy"))
set_option = click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=message("option.set"))
mask_option = click.option("--mask/--no-mask", default=None, help=message("option.mask"))
spare_rows_option = click.option("--rows", type=int, metavar="N", help=message("render.rows"))
fillable_option = click.option("--fillable", is_flag=True, help=message("option.fillable"))
reference_option = click.option("--reference-doc", metavar="FILE", help=message("option.reference"))
own_template_option = click.option("--template", metavar="FILE", help=message("option.template"))
query_option = click.option("--query", default="", metavar="SQL", help=message("batch.query"))

# --- paper for a class ---

copies_option = click.option("--copies", type=int, metavar="N", help=message("blank.copies"))
landscape_option = click.option("--landscape", is_flag=True, help=message("blank.landscape"))
fields_option = click.option("--fields", default="", metavar="FIELD[,FIELD...]", help=message("blank.fields"))
preset_option = click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help=message("blank.set"))


class BlankOptions(TypedDict):
    """What `biaodan blank` is given."""

    out: str
    formats: str | None
    lang: Lang
    rows: int | None
    copies: int | None
    landscape: bool
    merge: bool
    dry_run: bool
    fields: str
    settings: tuple[str, ...]
    fillable: bool
    reference_doc: str | None
    policy: tuple[str, ...]
    force: bool
    as_json: bool


# --- where and how documents are written ---

out_option = click.option("-o", "--out", required=True, metavar="OUT", help=message("option.out"))
format_option = click.option("-f", "--format", "formats", metavar="FORMATS", help=message("option.format"))
merge_option = click.option("--merge", is_flag=True, help=message("option.merge"))
dry_option = click.option("--dry-run", is_flag=True, help=message("option.dry_run"))
force_option = click.option("--force", is_flag=True, help=message("option.force"))
pdf_engine_option = click.option(
    "--pdf-engine",
    type=click.Choice(["weasyprint", "typst"]),
    default="weasyprint",
    show_default=True,
    help=message("option.engine"),
)
pdf_standard_option = click.option(
    "--pdf-standard",
    type=click.Choice(["ua-1", "a-2b"]),
    default="ua-1",
    show_default=True,
    help=message("option.standard"),
)
jobs_option = click.option("--jobs", type=int, metavar="N", help=message("batch.jobs"))
resume_option = click.option("--resume", is_flag=True, help=message("batch.resume"))


class DocumentOptions(ReadingOptions):
    """What a command that makes documents of records is given."""

    lang: Lang
    mask: bool | None
    policy: tuple[str, ...]
    settings: tuple[str, ...]
    out: str
    formats: str | None
    pdf_engine: str
    pdf_standard: str
    force: bool
    as_json: bool


def document_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `DocumentOptions` to a command, but for those of reading."""
    options = [out_option, format_option, lang_option, mask_option, pdf_engine_option, pdf_standard_option]
    options += [policy_option, set_option, force_option, json_option]
    for option in reversed(options):
        command = option(command)
    return command


class OwnOptions(DocumentOptions):
    """What a command is given that may fill in a file of the user's."""

    template: str | None
    reference_doc: str | None


class ResumableOptions(DocumentOptions):
    """What a command is given that makes documents by a batch, which can be gone on with."""

    jobs: int | None
    resume: bool


class BatchOptions(ResumableOptions):
    """What `biaodan batch` is given."""

    template: str | None
    reference_doc: str | None

    name: str
    query: str
    duplicates: Literal["refuse", "keep"]
    fail_fast: bool
    max_failures: int | None
    cluster: str

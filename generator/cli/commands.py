"""The commands. Each reads its options, calls the API, and says what came of it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import click

from generator import __version__
from generator.cli.speech import VARIABLE, say
from generator.errors import Place, UsageError, fail
from generator.wording import DEFAULT_LANG, LANGS, Lang


class Spoken(click.Command):
    """A command whose help speaks the user's language throughout."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = say("main.show_help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), say("main.usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [row for p in self.get_params(ctx) if (row := p.get_help_record(ctx)) is not None]
        with formatter.section(say("main.options")):
            formatter.write_dl(rows)


_ORDER = ["list", "show", "blank", "render", "batch", "summary", "satisfaction", "check", "case", "lint", "doctor"]


class Program(Spoken, click.Group):
    """Commands in the order in which they are used, not of the alphabet."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Spoken.format_options(self, ctx, formatter)
        with formatter.section(say("main.commands")):
            room = formatter.width - max(map(len, self.commands)) - 6
            commands = ((name, self.commands[name]) for name in self.list_commands(ctx))
            formatter.write_dl([(name, command.get_short_help_str(room)) for name, command in commands])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.commands, key=lambda name: _ORDER.index(name) if name in _ORDER else 0)


_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Program, help=say("main.help"), context_settings=_HELP)
@click.version_option(__version__, "-V", "--version", prog_name="biaodan", help=say("main.version"))
def program() -> None:
    """The whole command."""


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return program.command(name, cls=Spoken, help=say(f"{name}.help"), context_settings=_HELP)


_lang = click.option(
    "--lang",
    type=click.Choice(LANGS),
    default=DEFAULT_LANG,
    envvar=VARIABLE,
    show_default=True,
    help=say("option.lang"),
)
_json = click.option("--json", "as_json", is_flag=True, help=say("option.json"))
_force = click.option("--force", is_flag=True, help=say("option.force"))
_policy = click.option("--policy", multiple=True, metavar="FILE", help=say("option.policy"))
_format = click.option("-f", "--format", "formats", metavar="FORMATS", help=say("option.format"))
_set = click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=say("option.set"))


@_command("list")
@click.option("--group", metavar="GROUP", help=say("list.group"))
@click.option("--kind", metavar="KIND", help=say("list.kind"))
@_lang
@_json
@click.pass_context
def list_(ctx: click.Context, group: str | None, kind: str | None, lang: Lang, as_json: bool) -> None:
    from generator.catalogue import GROUPS, Catalogue
    from generator.catalogue.form import FORM_KINDS
    from generator.cli.listing import catalogue_lines

    _among(group, GROUPS)
    _among(kind, FORM_KINDS)
    catalogue = Catalogue()
    every, faults = catalogue.forms()
    forms = [f for f in every if group in (None, f.group) and kind in (None, f.kind)]
    if as_json:
        listed = [{**catalogue.titles(form), "title": form.title(lang)} for form in forms]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(catalogue_lines(forms, lang)))
    _end(ctx, faults, lang)


@_command("show")
@click.argument("form")
@_lang
@_json
def show(form: str, lang: Lang, as_json: bool) -> None:
    from generator.catalogue import Catalogue
    from generator.cli.listing import form_as_json, form_lines

    found = Catalogue().form(form)
    click.echo(form_as_json(found, lang) if as_json else "\n".join(form_lines(found, lang)))


@_command("blank")
@click.argument("forms", nargs=-1, required=True, metavar="FORM...")
@click.option("-o", "--out", required=True, metavar="DIR", help=say("option.folder"))
@_format
@_lang
@click.option("--rows", type=int, metavar="N", help=say("blank.rows"))
@_policy
@_force
@_json
@click.pass_context
def blank(
    ctx: click.Context,
    forms: tuple[str, ...],
    out: str,
    formats: str | None,
    lang: Lang,
    rows: int | None,
    policy: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    from generator.api import Made, make_job
    from generator.catalogue import Catalogue
    from generator.cli.output import output_of, stem_of, write_all

    output, catalogue = output_of(out, formats), Catalogue()
    jobs = [make_job(f, lang=lang, rows=rows, policy=_files(policy), catalogue=catalogue) for f in dict.fromkeys(forms)]
    made = [Made(job.blank()) for job in jobs]
    targets = output.targets([stem_of(m.document) for m in made], lang)
    faults = write_all(list(zip(made, targets, strict=True)), force=force, as_json=as_json, lang=lang)
    _end(ctx, faults, lang)


_mask = click.option("--mask/--no-mask", default=None, help=say("option.mask"))
_engine = click.option(
    "--pdf-engine",
    type=click.Choice(["weasyprint", "typst"]),
    default="weasyprint",
    show_default=True,
    help=say("option.engine"),
)
_standard = click.option(
    "--pdf-standard",
    type=click.Choice(["ua-1", "a-2b"]),
    default="ua-1",
    show_default=True,
    help=say("option.standard"),
)


@_command("render")
@click.argument("form")
@click.argument("records")
@click.option("-o", "--out", required=True, metavar="OUT", help=say("option.out"))
@_format
@_lang
@_mask
@_engine
@_standard
@_policy
@_set
@_force
@_json
@click.pass_context
def render(
    ctx: click.Context,
    form: str,
    records: str,
    out: str,
    formats: str | None,
    lang: Lang,
    mask: bool | None,
    pdf_engine: str,
    pdf_standard: str,
    policy: tuple[str, ...],
    settings: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    from generator.api import make_job
    from generator.cli.output import output_of, print_faults, stem_of, write_all

    output = output_of(out, formats)
    job = make_job(form, lang=lang, mask=mask, policy=_files(policy), given=_pairs(settings))
    made = list(job.documents(job.open(records)))
    targets = output.targets([stem_of(m.document, m.identity) for m in made], lang)
    print_faults([w for m in made for w in m.warnings], lang)
    work = list(zip(made, targets, strict=True))
    faults = write_all(work, force=force, as_json=as_json, lang=lang, engine=pdf_engine, standard=pdf_standard)
    print_faults(job.table_warnings, lang)
    _end(ctx, [*job.faults, *faults], lang)


@_command("check")
@click.argument("form")
@click.argument("records")
@_lang
@_policy
@_set
@_json
@click.pass_context
def check(
    ctx: click.Context,
    form: str,
    records: str,
    lang: Lang,
    policy: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    from generator.api import check as check_records

    faults = check_records(form, records, policy=_files(policy), given=_pairs(settings))
    _tell(ctx, faults, as_json, lang)


@_command("batch")
@click.argument("form")
@click.argument("source")
@click.option("-o", "--out", required=True, metavar="DIR", help=say("batch.out"))
@_format
@_lang
@click.option("--jobs", type=int, metavar="N", help=say("batch.jobs"))
@click.option("--resume", is_flag=True, help=say("batch.resume"))
@click.option("--name", default="{form}-{number}", metavar="PATTERN", show_default=True, help=say("batch.name"))
@click.option("--query", default="", metavar="SQL", help=say("batch.query"))
@click.option(
    "--duplicates",
    type=click.Choice(["refuse", "keep"]),
    default="refuse",
    show_default=True,
    help=say("batch.duplicates"),
)
@click.option("--fail-fast", is_flag=True, help=say("batch.fail_fast"))
@click.option("--max-failures", type=click.IntRange(min=1), metavar="N", help=say("batch.max_failures"))
@click.option("--cluster", default="", metavar="ADDRESS", help=say("batch.cluster"))
@_mask
@_engine
@_standard
@_policy
@_set
@click.option("--force", is_flag=True, help=say("batch.force"))
@click.option("--json", "as_json", is_flag=True, help=say("batch.json"))
@click.pass_context
def batch(
    ctx: click.Context,
    form: str,
    source: str,
    out: str,
    formats: str | None,
    lang: Lang,
    jobs: int | None,
    resume: bool,
    name: str,
    query: str,
    duplicates: Literal["refuse", "keep"],
    fail_fast: bool,
    max_failures: int | None,
    cluster: str,
    mask: bool | None,
    pdf_engine: str,
    pdf_standard: str,
    policy: tuple[str, ...],
    settings: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    from generator.api import make_job
    from generator.batch import Options
    from generator.cli.batch import run_batch
    from generator.cli.output import formats_of

    job = make_job(form, lang=lang, mask=mask, policy=_files(policy), given=_pairs(settings))
    options = Options(
        formats=formats_of(formats),
        jobs=jobs,
        resume=resume,
        force=force,
        name=name,
        duplicates=duplicates,
        most_failures=1 if fail_fast else max_failures,
        cluster=cluster,
        query=query,
        engine=pdf_engine,
        standard=pdf_standard,
    )
    ctx.exit(run_batch(job, source, out, options, as_json=as_json))


@program.group("case", cls=Program, help=say("case.help"), context_settings=_HELP)
def case() -> None:
    """The commands on a case file."""


@case.command("add", cls=Spoken, help=say("case_add.help"), context_settings=_HELP)
@click.argument("case_file", metavar="CASE")
@click.argument("form")
@click.argument("record")
@click.option("--prefer", type=click.Choice(["case", "record"]), help=say("case_add.prefer"))
@_lang
@_policy
@click.pass_context
def case_add(
    ctx: click.Context,
    case_file: str,
    form: str,
    record: str,
    prefer: Literal["case", "record"] | None,
    lang: Lang,
    policy: tuple[str, ...],
) -> None:
    from generator.api import add_to_case
    from generator.cli.output import print_faults, write_case

    path = Path(case_file)
    made, warnings = add_to_case(path, form, record, prefer=prefer or "", policy=_files(policy))
    write_case(path, made)
    print_faults(warnings, lang)
    click.echo(case_file)


@case.command("show", cls=Spoken, help=say("case_show.help"), context_settings=_HELP)
@click.argument("case_file", metavar="CASE")
@click.argument("form", required=False)
@_lang
@_policy
@click.pass_context
def case_show(ctx: click.Context, case_file: str, form: str | None, lang: Lang, policy: tuple[str, ...]) -> None:
    from generator.api import make_policy
    from generator.case import load_case
    from generator.catalogue import Catalogue
    from generator.cli.listing import case_lines

    catalogue = Catalogue()
    found = load_case(Path(str(_file(case_file))), catalogue, make_policy(_files(policy)))
    if form is None:
        click.echo("\n".join(case_lines(found, lang)))
        return
    missing = found.missing(catalogue.form(form))
    _end(ctx, missing, lang)
    click.echo(say("say.fine", lang), err=True)


@_command("lint")
@click.argument("schemas", nargs=-1, required=True, metavar="SCHEMA...")
@_lang
@_json
@click.pass_context
def lint(ctx: click.Context, schemas: tuple[str, ...], lang: Lang, as_json: bool) -> None:
    from generator.catalogue.dialect import lint as lint_file

    faults = [fault for name in schemas for fault in lint_file(Path(_file(name) or name))]
    _tell(ctx, faults, as_json, lang)


@_command("doctor")
@_lang
@click.pass_context
def doctor(ctx: click.Context, lang: Lang) -> None:
    from generator.cli.doctor import examine

    sound = True
    for name, found, problem in examine(lang):
        sound = sound and not problem
        mark = (
            click.style(say("say.missing", lang), fg="red") if problem else click.style(say("say.ok", lang), fg="green")
        )
        click.echo(f"{mark}  {name}  {problem or found}")
    ctx.exit(0 if sound else 3)


def _end(ctx: click.Context, faults: list[Any], lang: Lang) -> None:
    """Print the faults of what wasn't written, if any, and end with their exit code."""
    from generator.cli.output import print_faults

    if faults:
        print_faults(faults, lang)
        ctx.exit(1)


def _tell(ctx: click.Context, faults: list[Any], as_json: bool, lang: Lang) -> None:
    """Print what was found, as lines with a summary or as JSON, and end with 1 where anything is wrong."""
    from generator.cli.output import faults_as_json, print_faults

    if as_json:
        click.echo(faults_as_json(faults, lang))
    else:
        print_faults(faults, lang)
        click.echo(_summary(faults, lang), err=True)
    ctx.exit(1 if any(not fault.is_warning for fault in faults) else 0)


def _summary(faults: list[Any], lang: Lang) -> str:
    warnings = sum(fault.is_warning for fault in faults)
    if not faults:
        return say("say.fine", lang)
    return say("say.faults", lang).format(errors=len(faults) - warnings, warnings=warnings)


def _among(name: str | None, known: Sequence[str]) -> None:
    """Raise UsageError (E-group) for a name that isn't one of the known ones."""
    if name is not None and name not in known:
        raise fail(UsageError, "E-group", name=name, known=list(known))


def _file(name: str | None) -> str | None:
    """Return the name of a file that is there.

    Raises UsageError (E-file-missing) otherwise.
    """
    if name is not None and not Path(name).is_file():
        raise fail(UsageError, "E-file-missing", Place(name))
    return name


def _files(names: Sequence[str]) -> list[str]:
    """Return the names of files that are all there.

    Raises UsageError (E-file-missing) otherwise.
    """
    return [name for name in names if _file(name)]


def _pairs(settings: tuple[str, ...]) -> dict[str, str]:
    """Return the values of --set.

    Raises UsageError (E-set) for one without an equals sign.
    """
    pairs = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            raise fail(UsageError, "E-set")
        pairs[key.strip()] = value
    return pairs

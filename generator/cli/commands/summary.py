"""`biaodan summary`: the summary of a period of issues, in all or for each customer or department."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

import click

from generator.cli.arguments import existing_files
from generator.cli.faults import exit_if_faulty
from generator.cli.localized import localized_command
from generator.cli.messages import message
from generator.cli.options import (
    ResumableOptions,
    dry_option,
    force_option,
    format_option,
    jobs_option,
    json_option,
    lang_option,
    mask_option,
    out_option,
    pdf_engine_option,
    pdf_standard_option,
    policy_option,
    query_option,
    resume_option,
    set_option,
)
from generator.cli.reading import reading_of, reading_options
from generator.errors import Place, UsageError, fail
from generator.unfinished import working_folder

if TYPE_CHECKING:
    from generator.batch import Options
    from generator.job import Job
    from generator.statistics import Summary


@localized_command("summary")
@click.argument("period", metavar="PERIOD")
@click.argument("source")
@out_option
@format_option
@click.option("--form", default="", metavar="FORM", help=message("summary.form"))
@click.option("--by", type=click.Choice(["customer", "department"]), help=message("summary.by"))
@click.option("--only", multiple=True, metavar="NAME", help=message("summary.only"))
@query_option
@lang_option
@mask_option
@pdf_engine_option
@pdf_standard_option
@policy_option
@set_option
@reading_options
@jobs_option
@resume_option
@click.option("--name", default="", metavar="PATTERN", help=message("summary.name"))
@dry_option
@force_option
@json_option
def summary(
    period: str,
    source: str,
    form: str,
    by: Literal["customer", "department"] | None,
    only: tuple[str, ...],
    query: str,
    name: str,
    dry_run: bool,
    **options: Unpack[ResumableOptions],
) -> None:
    """Write the summary of each period, or with --by one for each customer or department; of issues, or of a form's
    records.
    """
    from generator.api import make_policy
    from generator.cli.output import output_of
    from generator.cli.own import catalogue
    from generator.cli.writing import write_statistics
    from generator.statistics import monthly, periods_of, record_figures

    codes = [one.code for one in periods_of(period)]
    output = output_of(options["out"], options["formats"])
    several = bool(by or name or len(codes) > 1)
    if several and output.is_file:
        raise fail(UsageError, "E-out-folder", Place(options["out"]))
    policy = make_policy(existing_files(options["policy"]))
    reading = reading_of(options, source, options["lang"], query)
    lang = options["lang"]
    if form and (by or only):
        raise fail(UsageError, "E-figures-by")
    compute = (
        partial(record_figures, form=form, reading=reading, policy=policy, lang=lang, catalogue=catalogue())
        if form
        else partial(monthly, reading=reading, by=by or "", only=only, policy=policy, lang=lang)
    )
    made = (compute(code, source) for code in codes)
    if several:
        batch = _Batch(options, name, renews=not only, dry=dry_run)
        raise click.exceptions.Exit(batch.run(made, Path(source).name or "records"))
    exit_if_faulty(write_statistics(made, source, output, options), options["lang"])


@dataclass(frozen=True)
class _Batch:
    """Several summaries as a batch makes them, so that it can go on, and make again what has changed alone.

    `renews`: whether a source that has changed is gone on with; of some groups alone it would be taken for the whole.
    """

    options: ResumableOptions
    name: str
    renews: bool
    dry: bool

    def run(self, statistics: Iterable[Summary], source: str) -> int:
        """Write a document for each record; return the code with which the command ends."""
        from generator.cli.batch_run import run_batch
        from generator.cli.writing import job_of, records_of

        statistics = iter(statistics)
        first = next(statistics)
        job = job_of(first.form, self.options)
        records = records_of(chain([first], statistics), job.lang)
        with _spooled(records, f"{source}.jsonl") as spool:
            if self.dry:
                return self._tell(job, str(spool), self._how(first))
            return run_batch(job, str(spool), self.options["out"], self._how(first), as_json=self.options["as_json"])

    def _how(self, first: Summary) -> Options:
        from generator.cli.batch_run import batch_options

        usual = f"{{form}}-{{period_name}}-{{{first.group}}}" if first.group else "{form}-{number}"
        how = batch_options(self.options)
        return replace(how, name=self.name or usual, duplicates="keep", renews=self.renews)

    def _tell(self, job: Job, spool: str, how: Options) -> int:
        """Say what would be written."""
        from generator.batch import planned
        from generator.cli.output import Target, say_planned

        out = self.options["out"].rstrip("/")
        for file in planned(job, spool, out, how):
            target = Target(Path(f"{out}/{file}"), file.rpartition(".")[2])
            say_planned(target, as_json=self.options["as_json"])
        return 0


@contextmanager
def _spooled(records: Iterable[Mapping[str, object]], name: str) -> Iterator[Path]:
    """Yield a temporary file of the records, which a batch reads twice but which are computed as they are read."""
    with working_folder() as folder:
        spool = folder / name
        with spool.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(r, ensure_ascii=False, default=_as_json) + "\n" for r in records)
        yield spool


def _as_json(value: object) -> float | str:
    """Return a figure as JSON has it; statistics have fewer digits than a number of JSON keeps."""
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)

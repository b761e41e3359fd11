"""A batch as the commands run it: told of while it works, and ended with an exit code."""

import sys
from collections.abc import Sequence
from dataclasses import replace

from generator.batch import Options, Outcome, batch
from generator.cli import signals
from generator.cli.batch_report import reporter_of
from generator.cli.faults import print_faults
from generator.cli.messages import message
from generator.cli.options import ResumableOptions
from generator.cli.output import formats_of
from generator.cli.own import is_usual
from generator.cli.writing import writing_options
from generator.errors import MachineError, RecordError, WriteError
from generator.job import Job
from generator.records import Source
from generator.writers import unused_options


def batch_options(options: ResumableOptions, usual: tuple[str, ...] = ()) -> Options:
    """Return how a batch is done by what a command is given; `usual`: the formats where none is named.

    Raises UsageError (E-output-format) for a format that isn't known.
    """
    return Options(
        formats=formats_of(options["formats"], usual),
        jobs=options["jobs"],
        resume=options["resume"],
        force=options["force"],
        writing=writing_options(options),
    )


def run_batch(job: Job, source: str | Source, out: str, options: Options, *, as_json: bool) -> int:
    """Run a batch, tell of it, and return the code with which the command ends.

    Raises BiaodanError as `generator.batch.batch` does, for what goes wrong before anything has been made.
    """
    resuming = resuming_command(sys.argv[1:])
    if not is_usual("pdf_engine"):
        print_faults(unused_options(options.formats, options.writing), job.lang)
    with reporter_of(out, job.lang, as_json=as_json) as reporter:
        try:
            with signals.told() as stop:
                outcome = batch(
                    job,
                    source,
                    out,
                    replace(options, watch=reporter.update, stop=stop, tell=lambda told: print_faults(told, job.lang)),
                )
        except (WriteError, RecordError, MachineError) as error:
            if not reporter.has_begun:
                raise
            print_faults(error.faults, job.lang)
            reporter.suggest(message("batch.interrupted", job.lang), resuming)
            return error.exit_code
    reporter.report_end(outcome, resuming)
    return _exit_code(outcome)


def _exit_code(outcome: Outcome) -> int:
    return signals.exit_code() if outcome.interrupted else 1 if outcome.failed else 0


def resuming_command(words: Sequence[str]) -> list[str]:
    """Return the command that goes on with the one of these arguments."""
    return ["biaodan", *(word for word in words if word not in ("--resume", "--force")), "--resume"]

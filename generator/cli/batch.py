"""What `biaodan batch` says while it works and when it ends: a bar on a terminal, plain lines elsewhere, or JSON."""

import json
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import click

from generator.api import Job
from generator.batch import FAILED, MANIFEST, Entry, Options, Outcome, Result, batch
from generator.cli.output import faults_as_data, print_faults
from generator.cli.speech import say
from generator.errors import RecordError, WriteError
from generator.records import Source
from generator.wording import Lang

EVERY = 10.0
"""Seconds between plain lines of progress."""

SHOWN_FAULTS = 20
INTERRUPTED = 130


class Teller:
    """Tells what a run comes to. `out` is the folder as it was given."""

    def __init__(self, out: str, lang: Lang) -> None:
        self.out, self.lang = out.rstrip("/"), lang
        self.begun = self.told = time.monotonic()
        self.shown = 0
        self.first: int | None = None

    def __call__(self, outcome: Outcome, results: Sequence[tuple[Entry, Result]]) -> None:
        """Tell of records that have been written down."""
        if self.first is None:
            self.first = self.behind(outcome)
        for _, result in results:
            for file in result.files:
                self.file(f"{self.out}/{file.file}", result)
            if result.faults:
                self.faulty(result)
        self.progress(outcome)

    def behind(self, outcome: Outcome) -> int:
        """Return how many records are dealt with."""
        return outcome.kept + outcome.done + outcome.failed

    def rate(self, outcome: Outcome) -> float:
        """Return the records a second of this run."""
        spent = time.monotonic() - self.begun
        return (self.behind(outcome) - (self.first or 0)) / spent if spent > 0 else 0.0

    def left(self, outcome: Outcome) -> str:
        """Return the time that remains at the rate so far, as h:mm:ss."""
        rate = self.rate(outcome)
        return str(timedelta(seconds=round((outcome.records - self.behind(outcome)) / rate))) if rate else "?"

    def file(self, path: str, result: Result) -> None:
        """Tell of a file that is there."""
        if not sys.stdout.isatty():
            click.echo(path)

    def faulty(self, result: Result) -> None:
        """Tell of a record that can't be made: the first ones, for all are in `failed.jsonl`."""
        if self.shown < SHOWN_FAULTS:
            self.shown += 1
            print_faults(result.faults, self.lang)

    def progress(self, outcome: Outcome) -> None:
        """Tell how far the run is, every ten seconds."""
        now = time.monotonic()
        if now - self.told >= EVERY:
            self.told = now
            click.echo(self.line(outcome), err=True)

    def line(self, outcome: Outcome) -> str:
        """Return how far the run is, in a line."""
        done = outcome.kept + outcome.done
        rate = f"{self.rate(outcome):.0f}"
        told = {"done": done, "records": outcome.records, "failed": outcome.failed, "rate": rate}
        return say("batch.progress", self.lang).format(**told, left=self.left(outcome))

    def end(self, outcome: Outcome, again: Sequence[str]) -> None:
        """Tell what came of the run, and what to type next."""
        done = outcome.kept + outcome.done
        say_of = {"records": outcome.records, "done": done, "failed": outcome.failed, "kept": outcome.kept}
        lines = [say("batch.summary", self.lang).format(**say_of)]
        if outcome.kept:
            lines.append(say("batch.kept", self.lang).format(**say_of))
        if outcome.warnings:
            path = f"{self.out}/{MANIFEST}"
            lines.append(say("batch.warned", self.lang).format(count=outcome.warnings, file=path))
        if outcome.failed:
            lines.append(say("batch.failed", self.lang).format(file=f"{self.out}/{FAILED}"))
        for line in lines:
            click.echo(line, err=True)
        reason = "interrupted" if outcome.interrupted else "stopped" if outcome.stopped else ""
        if reason:
            self.again(say(f"batch.{reason}", self.lang), again)

    def again(self, reason: str, command: Sequence[str]) -> None:
        """Tell what to type to go on."""
        click.echo(f"{reason}\n  {shlex.join(command)}", err=True)


class BarTeller(Teller):
    """Tells with a bar, for somebody who looks at a terminal."""

    def __init__(self, out: str, lang: Lang, bar: Any) -> None:
        super().__init__(out, lang)
        self.bar = bar
        self.task = bar.add_task(say("say.working", lang), total=None, failed="", rate="")

    def progress(self, outcome: Outcome) -> None:
        """Move the bar."""
        self.bar.update(
            self.task,
            total=outcome.records,
            completed=self.behind(outcome),
            rate=say("batch.rate", self.lang).format(rate=f"{self.rate(outcome):.0f}"),
            failed=say("batch.faulty", self.lang).format(failed=outcome.failed) if outcome.failed else "",
        )


class JsonTeller(Teller):
    """Tells in lines of JSON on standard output: start, file, failed, progress, end."""

    def event(self, name: str, **content: Any) -> None:
        """Print an event."""
        click.echo(json.dumps({"event": name, **content}, ensure_ascii=False))

    def __call__(self, outcome: Outcome, results: Sequence[tuple[Entry, Result]]) -> None:
        """Tell of records that have been written down."""
        if self.first is None:
            self.event("start", records=outcome.records, kept=outcome.kept, failed=outcome.failed)
        super().__call__(outcome, results)

    def file(self, path: str, result: Result) -> None:
        """Tell of a file that is there."""
        stored = next(f for f in result.files if path.endswith(f.file))
        self.event("file", n=result.n, path=path, bytes=stored.bytes, sha256=stored.sha256)

    def faulty(self, result: Result) -> None:
        """Tell of a record that can't be made."""
        self.event("failed", n=result.n, faults=faults_as_data(result.faults, self.lang))

    def progress(self, outcome: Outcome) -> None:
        """Tell how far the run is."""
        done = outcome.kept + outcome.done
        self.event(
            "progress",
            done=done,
            failed=outcome.failed,
            records=outcome.records,
            per_second=round(self.rate(outcome), 1),
        )

    def end(self, outcome: Outcome, again: Sequence[str]) -> None:
        """Tell what came of the run."""
        done = outcome.kept + outcome.done
        self.event(
            "end",
            records=outcome.records,
            done=done,
            kept=outcome.kept,
            failed=outcome.failed,
            warnings=outcome.warnings,
            complete=not (outcome.stopped or outcome.interrupted),
        )


@contextmanager
def teller(out: str, lang: Lang, *, as_json: bool) -> Iterator[Teller]:
    """Yield who tells of a run, in the way that fits where it is read."""
    if as_json:
        yield JsonTeller(out, lang)
    elif not sys.stderr.isatty():
        yield Teller(out, lang)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        texts = [TextColumn(f"{{task.fields[{name}]}}") for name in ("rate", "failed")]
        columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *texts]
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
            yield BarTeller(out, lang, bar)


def run_batch(job: Job, source: str | Source, out: str, options: Options, *, as_json: bool) -> int:
    """Run a batch, tell of it, and return the code with which the command ends."""
    again = to_resume(sys.argv[1:])
    with teller(out, job.lang, as_json=as_json) as tell:
        try:
            outcome = batch(job, source, out, replace(options, watch=tell))
        except (WriteError, RecordError) as error:
            if tell.first is None:
                raise
            print_faults(error.faults, job.lang)
            if not as_json:
                tell.again(say("batch.interrupted", job.lang), again)
            return error.exit_code
    tell.end(outcome, again)
    return INTERRUPTED if outcome.interrupted else 1 if outcome.failed else 0


def to_resume(words: Sequence[str]) -> list[str]:
    """Return the command that goes on with this one."""
    return ["biaodan", *(word for word in words if word not in ("--resume", "--force")), "--resume"]

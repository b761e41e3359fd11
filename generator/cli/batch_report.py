"""What `biaodan batch` says while it works and when it ends: a bar on a terminal, plain lines elsewhere, or JSON."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from generator.batch import FAILED, MANIFEST, Outcome, PlannedRecord, RecordResult
from generator.cli.faults import faults_as_data, print_noted
from generator.cli.messages import json_text, message
from generator.cli.own import is_dry
from generator.cli.progress import progress_bar
from generator.cli.telling import count_written, note, say, say_path, telling
from generator.wording import Lang

if TYPE_CHECKING:
    from rich.progress import Progress

INTERVAL = 10.0
"""Seconds between plain lines of progress."""

MOST_LEFT = 10
"""Files of an earlier run that are named where nothing makes them any more."""

MOST_FAULTY = 20
"""Faulty records whose faults are printed; all of them are in `failed.jsonl`."""


class Reporter:
    """Reports a run in lines: paths on standard output, all else on standard error. `out`: the folder as given."""

    def __init__(self, out: str, lang: Lang) -> None:
        self.out, self.lang = out.rstrip("/"), lang
        self._began = self._reported = time.monotonic()
        self._faulty = 0
        self._handled_before: int | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the run has got so far as to report anything."""
        return self._handled_before is not None

    def update(self, outcome: Outcome, results: Sequence[tuple[PlannedRecord, RecordResult]]) -> None:
        """Report that the run has begun, and later that records have been written down."""
        if self._handled_before is None:
            self._handled_before = handled(outcome)
            self.report_begin(outcome)
        for _, result in results:
            for stored in result.files:
                if is_dry():
                    self.report_planned(result.n, f"{self.out}/{stored.file}")
                    continue
                count_written(stored.file)
                self.report_file(result.n, f"{self.out}/{stored.file}", stored.bytes, stored.sha256)
            note(result.warnings)
            if result.faults:
                self.report_faults(result)
        self.report_progress(outcome)

    def report_begin(self, outcome: Outcome) -> None:
        """Report the beginning: nothing is said of it."""

    def report_file(self, number: int, path: str, size: int, sha256: str) -> None:
        """Report a file that has been written; not on a terminal, where the count moves instead."""
        if not sys.stdout.isatty():
            say_path(path)

    def report_planned(self, number: int, path: str) -> None:
        """Report a file that would be written, as on a terminal too: it is all that there is to see."""
        say_path(path)

    def report_faults(self, result: RecordResult) -> None:
        """Report a record that can't be made, unless many have been reported."""
        found = note(result.faults)
        if self._faulty < MOST_FAULTY:
            self._faulty += 1
            print_noted(found, self.lang)

    def report_progress(self, outcome: Outcome) -> None:
        """Report how far the run is, once an interval."""
        now = time.monotonic()
        if now - self._reported >= INTERVAL:
            self._reported = now
            say(self._progress_line(outcome))

    def report_end(self, outcome: Outcome, resuming: Sequence[str]) -> None:
        """Report what came of the run, and the command that goes on with it if it didn't come to its end."""
        for line in self._closing_lines(outcome):
            say(line)
        if is_dry():
            return
        reason = "interrupted" if outcome.interrupted else "stopped" if outcome.stopped else ""
        if reason:
            self.suggest(message(f"batch.{reason}", self.lang), resuming)

    def suggest(self, reason: str, command: Sequence[str]) -> None:
        """Report what to type to go on."""
        say(f"{reason}\n  {shlex.join(command)}")

    def rate(self, outcome: Outcome) -> float:
        """Return the records a second of this run."""
        spent = time.monotonic() - self._began
        return (handled(outcome) - (self._handled_before or 0)) / spent if spent > 0 else 0.0

    def _progress_line(self, outcome: Outcome) -> str:
        rate = self.rate(outcome)
        left = str(timedelta(seconds=round((outcome.records - handled(outcome)) / rate))) if rate else "?"
        counts = {"done": done(outcome), "records": outcome.records, "failed": outcome.failed}
        return message("batch.progress", self.lang).format(**counts, rate=f"{rate:.0f}", left=left)

    def _closing_lines(self, outcome: Outcome) -> Iterator[str]:
        counts = {"records": outcome.records, "done": done(outcome), "failed": outcome.failed, "kept": outcome.kept}
        yield message("batch.planned" if is_dry() else "batch.summary", self.lang).format(**counts)
        if is_dry():
            if outcome.stopped:
                left = outcome.records - handled(outcome)
                yield message("batch.untried", self.lang).format(count=left)
            return
        if outcome.kept:
            yield message("batch.kept", self.lang).format(**counts)
        if outcome.warnings:
            yield message("batch.warned", self.lang).format(count=outcome.warnings, file=f"{self.out}/{MANIFEST}")
        if outcome.left:
            names = ", ".join(outcome.left[:MOST_LEFT]) + ("…" if len(outcome.left) > MOST_LEFT else "")
            yield message("batch.left", self.lang).format(count=len(outcome.left), names=names)
        if outcome.failed:
            yield message("batch.failed", self.lang).format(file=f"{self.out}/{FAILED}")


class ProgressBarReporter(Reporter):
    """Reports progress by a bar, for somebody who looks at a terminal."""

    def __init__(self, out: str, lang: Lang, bar: Progress) -> None:
        super().__init__(out, lang)
        self._bar = bar
        self._task = bar.add_task(message("say.working", lang), total=None, failed="", rate="")

    def report_progress(self, outcome: Outcome) -> None:
        """Move the bar."""
        self._bar.update(
            self._task,
            total=outcome.records,
            completed=handled(outcome),
            rate=message("batch.rate", self.lang).format(rate=f"{self.rate(outcome):.0f}"),
            failed=message("batch.faulty", self.lang).format(failed=outcome.failed) if outcome.failed else "",
        )


class JsonReporter(Reporter):
    """Reports in lines of JSON on standard output: start, file, failed, progress, end."""

    def report_begin(self, outcome: Outcome) -> None:
        self._print_event("start", records=outcome.records, kept=outcome.kept, failed=outcome.failed)

    def report_file(self, number: int, path: str, size: int, sha256: str) -> None:
        self._print_event("file", n=number, path=path, bytes=size, sha256=sha256)

    def report_planned(self, number: int, path: str) -> None:
        self._print_event("planned", n=number, path=path)

    def report_faults(self, result: RecordResult) -> None:
        self._print_event("failed", n=result.n, faults=faults_as_data(note(result.faults), self.lang))

    def report_progress(self, outcome: Outcome) -> None:
        self._print_event(
            "progress",
            done=done(outcome),
            failed=outcome.failed,
            records=outcome.records,
            per_second=round(self.rate(outcome), 1),
        )

    def report_end(self, outcome: Outcome, resuming: Sequence[str]) -> None:
        self._print_event(
            "end",
            records=outcome.records,
            done=done(outcome),
            kept=outcome.kept,
            failed=outcome.failed,
            warnings=outcome.warnings,
            complete=not (outcome.stopped or outcome.interrupted),
        )

    def suggest(self, reason: str, command: Sequence[str]) -> None:
        """Report nothing: a program knows its own command."""

    def _print_event(self, name: str, **content: object) -> None:
        click.echo(json_text({"event": name, **content}))


@contextmanager
def reporter_of(out: str, lang: Lang, *, as_json: bool) -> Iterator[Reporter]:
    """Yield what reports a run in the way that fits where it is read."""
    if as_json:
        yield JsonReporter(out, lang)
    elif telling().is_quiet or not sys.stderr.isatty():
        yield Reporter(out, lang)
    else:
        with progress_bar("rate", "failed") as bar:
            yield ProgressBarReporter(out, lang, bar)


def done(outcome: Outcome) -> int:
    """Return how many records have their documents, of this run and those before."""
    return outcome.kept + outcome.done


def handled(outcome: Outcome) -> int:
    """Return how many records are dealt with, faulty ones among them."""
    return done(outcome) + outcome.failed

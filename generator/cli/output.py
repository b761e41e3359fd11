"""Where documents go and what is said about them: names, files, faults, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.speech import say
from generator.document import Document
from generator.errors import Fault, Place, RecordError, UsageError, WriteError, fail
from generator.files import refuse_existing, safe_name, write_together, write_whole
from generator.wording import DEFAULT_LANG, Lang

if TYPE_CHECKING:
    from generator.api import Made
    from generator.case import Case

DEFAULT_FORMATS = "docx,xlsx,pdf"
_SHOWS_PROGRESS = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A file to be written."""

    path: Path
    format: str


@dataclass(frozen=True, slots=True)
class Output:
    """What -o and -f say: a folder and formats, or one file."""

    out: Path
    formats: tuple[str, ...]
    is_file: bool

    def targets(self, stems: Sequence[str], lang: Lang) -> list[list[Target]]:
        """Return for each document its files; names that collide are counted on.

        Raises UsageError (E-out-one) when one file is to take several documents.
        """
        if self.is_file:
            if len(stems) > 1:
                raise fail(UsageError, "E-out-one", Place(str(self.out)), count=len(stems))
            return [[Target(self.out, self.formats[0])] for _ in stems]
        suffix = "" if lang == DEFAULT_LANG else f".{lang}"
        return [
            [Target(self.out / f"{stem}{suffix}.{format}", format) for format in self.formats] for stem in _apart(stems)
        ]


def _apart(stems: Iterable[str]) -> Iterator[str]:
    """Yield names that differ even where upper and lower case don't."""
    taken: set[str] = set()
    for stem in stems:
        tries = chain([stem], (f"{stem}-{count}" for count in range(2, sys.maxsize)))
        name = next(name for name in tries if name.casefold() not in taken)
        taken.add(name.casefold())
        yield name


def output_of(out: str, formats: str | None) -> Output:
    """Return where to write.

    Raises UsageError for a format that isn't known (E-output-format) or a suffix that isn't the format (E-out-suffix).
    """
    from generator.writers import is_known

    path, chosen = Path(out), _chosen(formats)
    suffix = path.suffix.lstrip(".").lower()
    if not suffix or not is_known(suffix) or path.is_dir():
        return Output(path, chosen or tuple(DEFAULT_FORMATS.split(",")), False)
    if chosen not in ((), (suffix,)):
        raise fail(UsageError, "E-out-suffix", Place(out))
    return Output(path, (suffix,), True)


def formats_of(formats: str | None) -> tuple[str, ...]:
    """Return the formats that -f names, else all three.

    Raises UsageError (E-output-format) for one that isn't known.
    """
    return _chosen(formats) or tuple(DEFAULT_FORMATS.split(","))


def _chosen(formats: str | None) -> tuple[str, ...]:
    from generator.writers import is_known, writer

    chosen = tuple(dict.fromkeys(f.strip().lower() for f in (formats or "").split(",") if f.strip()))
    for name in chosen:
        if not is_known(name):
            writer(name)
    return chosen


def stem_of(document: Document, identity: str = "") -> str:
    """Return a document's file name without suffix: the form, and what tells the record apart."""
    parts = [document.form, "blank" if document.blank else "", safe_name(identity) if identity else ""]
    return "-".join(part for part in parts if part)


def write_all(
    work: Sequence[tuple[Made, list[Target]]],
    *,
    force: bool,
    as_json: bool,
    lang: Lang,
    engine: str = "",
    standard: str = "",
) -> list[Fault]:
    """Write every document into its files, all of its formats or none, and print their paths.

    Returns the faults of documents that couldn't be written. Nothing is written at all when one of the files exists.
    """
    from generator.api import write_into

    if not force:
        refuse_existing(target.path for _, files in work for target in files)
    faults: list[Fault] = []
    with progress(len(work), lang) as advance:
        for made, targets in work:
            document = made.document
            try:
                files = [(target.path, write_into(document, target.format, engine, standard)) for target in targets]
                write_together(files, replace=force)
            except (RecordError, WriteError) as error:
                faults += (fault.at(file=made.place.file, row=made.place.row) for fault in error.faults)
            else:
                for target in targets:
                    report(document, target, as_json)
            advance()
    return faults


def report(document: Document, target: Target, as_json: bool) -> None:
    """Print the path of a written file, or with --json what it is."""
    if not as_json:
        click.echo(str(target.path))
        return
    details = {
        "path": str(target.path),
        "format": target.format,
        "form": document.form,
        "lang": document.lang,
        "purpose": str(document.purpose),
        "bytes": target.path.stat().st_size,
    }
    click.echo(json.dumps(details, ensure_ascii=False))


@contextmanager
def progress(count: int, lang: Lang) -> Iterator[Callable[[], None]]:
    """Show a bar on standard error while work is long and somebody looks at a terminal."""
    if count < _SHOWS_PROGRESS or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("say.working", lang), total=count)
        yield lambda: bar.advance(task)


def print_faults(faults: Iterable[Fault], lang: Lang) -> None:
    """Print faults to standard error, a line each; red and yellow on a terminal only."""
    for fault in faults:
        text = fault.text(lang)
        click.secho(text, err=True, fg="yellow" if fault.is_warning else "red")


def faults_as_data(faults: Iterable[Fault], lang: Lang) -> list[dict[str, str]]:
    """Return faults as JSON has them."""
    return [
        {
            "code": fault.code,
            "file": fault.place.file,
            "row": fault.place.row,
            "pointer": fault.place.pointer,
            "text": fault.text(lang),
        }
        for fault in faults
    ]


def faults_as_json(faults: Iterable[Fault], lang: Lang) -> str:
    """Return faults as a JSON list."""
    return json.dumps(faults_as_data(faults, lang), ensure_ascii=False, indent=2)


def write_case(path: Path, case: Case) -> None:
    """Write a case file whole; it replaces the one that was read."""
    content = json.dumps(case.as_json(), ensure_ascii=False, indent=2, default=_number) + "\n"
    write_whole(path, content.encode(), replace=True)


def _number(value: Any) -> float:
    """Return a decimal as a number of JSON; records hold none of more digits than it keeps."""
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return float(value)

"""`biaodan collect`: returned documents gathered into one tracker."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.arguments import existing_files
from generator.cli.localized import localized_command
from generator.cli.messages import json_text, message
from generator.cli.options import dry_option, json_option, lang_option, policy_option
from generator.cli.output import STDOUT, TEXT, refuse_suffix
from generator.cli.own import catalogue
from generator.cli.reading import PASSWORD
from generator.cli.telling import heard, put, say, say_path, say_written
from generator.unfinished import working_folder
from generator.wording import Lang

if TYPE_CHECKING:
    from generator.collect import Entry, Report


@localized_command("collect")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--out", required=True, metavar="OUT", help=message("collect.out"))
@click.option("--form", default="", metavar="FORM", help=message("collect.form"))
@click.option("--report", metavar="FILE", help=message("collect.report"))
@lang_option
@policy_option
@dry_option
@json_option
def collect(
    paths: tuple[str, ...],
    out: str,
    form: str,
    report: str | None,
    lang: Lang,
    policy: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Gather filled documents into one tracker."""
    from generator.api import collect as gather
    from generator.cli.faults import print_faults, print_notes
    from generator.cli.progress import progress_of
    from generator.collect import Outcome

    if report:
        refuse_suffix(report, (".csv",))
    with _place(out) as place, progress_of(_few(paths), lang) as advance:
        found = gather(
            paths,
            place,
            form=form,
            lang=lang,
            policy=existing_files(policy),
            catalogue=catalogue(),
            advance=advance,
            keeps=not dry_run,
            password=os.environ.get(PASSWORD, ""),
        )
        content = Path(place).read_bytes() if out == STDOUT and Path(place).exists() else b""
    described = [_described(entry, lang) for entry in found.entries]
    print_faults([fault for entry in found.entries for fault in heard(entry.faults)], lang)
    print_notes([found.form], lang)
    print_faults(found.warnings, lang)
    for line in _lines(found, lang):
        say(line)
    if report and not dry_run:
        _write_report(Path(report), described, lang)
    if as_json:
        click.echo(json_text(described, indent=2))
    else:
        _say_kept(found, out, content, dry_run=dry_run)
    raise click.exceptions.Exit(1 if found.count(Outcome.REFUSED) or any(e.differs for e in found.entries) else 0)


@contextmanager
def _place(out: str) -> Iterator[str]:
    """Yield where the tracker is kept: for standard output a file for a while, of a record a line.

    Raises UsageError (E-out-json) for standard output together with --json.
    """
    if out != STDOUT:
        yield out
        return
    refuse_suffix(out, ())
    with working_folder() as folder:
        yield str(folder / "tracker.jsonl")


def _say_kept(found: "Report", out: str, content: bytes, *, dry_run: bool) -> None:
    """Print where the tracker is kept or would be, or its `content` to standard output."""
    from generator.collect import Outcome

    if not found.count(Outcome.NEW, Outcome.CHANGED, Outcome.SAME):
        return
    if out == STDOUT and not dry_run:
        put(content, TEXT)
    else:
        (say_path if dry_run else say_written)(_without_password(out))


def _few(paths: Sequence[str]) -> int:
    """Return about how many files there are, for the bar."""
    return sum(sum(1 for one in Path(path).rglob("*") if one.is_file()) if Path(path).is_dir() else 1 for path in paths)


def _described(entry: "Entry", lang: Lang) -> dict[str, Any]:
    """Return what is said of an entry."""
    return {
        "file": str(entry.path),
        "outcome": str(entry.outcome),
        "number": entry.number,
        "same_as": str(entry.other) if entry.other else "",
        "differs": entry.differs,
        "why": [fault.text(lang) for fault in heard(entry.faults)],
    }


def _lines(found: "Report", lang: Lang) -> list[str]:
    """Return the duplicates, a line each, and how many entries have which outcome."""
    from generator.collect import Outcome

    lines = []
    for entry in found.entries:
        if entry.outcome is Outcome.DUPLICATE and entry.other is not None and entry.other != entry.path:
            key = "collect.said_differs" if entry.differs else "collect.said_duplicate"
            lines.append(message(key, lang).format(file=entry.path.name, other=entry.other.name))
    counts = {str(outcome): found.count(outcome) for outcome in Outcome}
    return [*lines, message("collect.counts", lang).format(**counts)]


def _write_report(path: Path, described: Sequence[dict[str, Any]], lang: Lang) -> None:
    """Write the report as CSV, an entry a line."""
    import csv
    import io

    from generator.files import write_whole

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([message(f"collect.column_{name}", lang) for name in described[0]] if described else [])
    for one in described:
        outcome = message(f"collect.{one['outcome']}", lang)
        differs = message("collect.yes", lang) if one["differs"] else ""
        writer.writerow([one["file"], outcome, one["number"], one["same_as"], differs, "\n".join(one["why"])])
    write_whole(path, b"\xef\xbb\xbf" + out.getvalue().encode(), replace=True)


def _without_password(out: str) -> str:
    """Return a place as it may be shown: a database's URL without its password."""
    scheme, mark, rest = out.partition("://")
    return f"{scheme}{mark}***@{rest.rpartition('@')[2]}" if mark and "@" in rest else out

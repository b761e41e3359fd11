"""`biaodan collect`: returned documents gathered into one tracker."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.arguments import existing_files
from generator.cli.localized import localized_command
from generator.cli.messages import json_text, message
from generator.cli.options import json_option, lang_option, policy_option
from generator.cli.own import catalogue
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
@json_option
def collect(
    paths: tuple[str, ...], out: str, form: str, report: str | None, lang: Lang, policy: tuple[str, ...], as_json: bool
) -> None:
    """Gather filled documents into one tracker."""
    from generator.api import collect as gather
    from generator.cli.faults import print_faults
    from generator.cli.progress import progress_of
    from generator.collect import Outcome

    with progress_of(_few(paths), lang) as advance:
        found = gather(
            paths,
            out,
            form=form,
            lang=lang,
            policy=existing_files(policy),
            catalogue=catalogue(),
            advance=advance,
        )
    described = [_described(entry, lang) for entry in found.entries]
    print_faults([fault for entry in found.entries for fault in entry.faults], lang)
    print_faults(found.warnings, lang)
    for line in _lines(found, lang):
        click.echo(line, err=True)
    if report:
        _write_report(Path(report), described, lang)
    if as_json:
        click.echo(json_text(described, indent=2))
    elif found.count(Outcome.NEW, Outcome.CHANGED, Outcome.SAME):
        click.echo(_without_password(out))
    raise click.exceptions.Exit(1 if found.count(Outcome.REFUSED) or any(e.differs for e in found.entries) else 0)


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
        "why": [fault.text(lang) for fault in entry.faults],
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

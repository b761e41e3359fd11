"""The tracker that a place names: a workbook, a file of text, or a table of a database."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from generator.catalogue import Form
from generator.collect import Tracker
from generator.collect.columns import TrackerColumn
from generator.errors import Place, UsageError, fail
from generator.wording import Lang

FORMATS = (".xlsx", ".csv", ".jsonl", "sqlite:///…", "postgresql://…")


def refuse_unknown(out: str) -> None:
    """Raise UsageError (E-collect-out) for a place of which nothing is known."""
    if "://" in out:
        known = out.partition("://")[0].partition("+")[0] in ("sqlite", "postgresql", "postgres")
    else:
        known = Path(out).suffix.lower() in (".xlsx", ".csv", ".jsonl", ".ndjson")
    if not known:
        raise fail(UsageError, "E-collect-out", Place(out.partition("@")[2] or out), known=list(FORMATS))


def read_only(out: str) -> str:
    """Return the place at which a tracker can be looked at without being begun: SQLite makes a file by opening it."""
    scheme, mark, path = out.partition(":///")
    return f"{scheme}://" if mark and scheme.startswith("sqlite") and not Path(path).exists() else out


def open_tracker(out: str, form: Form, columns: Sequence[TrackerColumn], lang: Lang, zone: ZoneInfo) -> Tracker:
    """Return the tracker of a place, with what is there already."""
    if "://" in out:
        from generator.collect.database import DatabaseTracker

        return DatabaseTracker(out, form, columns, zone)
    path, suffix = Path(out), Path(out).suffix.lower()
    if suffix == ".xlsx":
        from generator.collect.workbook import WorkbookTracker

        return WorkbookTracker(path, form, columns, lang)
    if suffix == ".csv":
        from generator.collect.text import CsvTracker

        return CsvTracker(path, form, columns, lang)
    from generator.collect.text import JsonLinesTracker

    return JsonLinesTracker(path, form, zone)

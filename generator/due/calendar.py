"""What is due as a calendar (iCalendar, RFC 5545): an event of a whole day for each, known again by its UID."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from generator.due.items import Item, day_of
from generator.epoch import epoch
from generator.job import Job
from generator.rules.mask import mask_tree
from generator.wording import phrase

_SAID = ("due_at", "client", "owner", "source_form", "basis")


def calendar(on: date, items: Sequence[Item], rows: Sequence[Mapping[str, Any]], job: Job) -> bytes:
    """Return an event for each item, with the words of its row, masked where the job masks.

    `on`: the day that the list is of.
    """
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//biaodan//due//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", job.form.title(job.lang))
    stamp = _stamp(on)
    for item, row in zip(items, rows, strict=True):
        shown = mask_tree(row, job.form.rows, job.policy.masking) if job.masks else row
        made.add_component(_event(item.key, day_of(item.day), shown, job, stamp))
    return bytes(made.to_ical())


def _stamp(on: date) -> datetime:
    """Return when the calendar is said to have been made: by SOURCE_DATE_EPOCH, else the day that it is of."""
    seconds = epoch()
    return datetime.combine(on, time(), UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _event(key: str, day: date, row: Mapping[str, Any], job: Job, stamp: datetime) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{key}@biaodan")
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    number = row.get("source_no", "")
    event.add("summary", f"{number} {row['matter']}".strip())
    event.add("description", "\n".join(_lines(row, job)))
    event.add("categories", [row["source_form"]])
    event.add("transp", "TRANSPARENT")
    return event


def _lines(row: Mapping[str, Any], job: Job) -> list[str]:
    separator = phrase("separator", job.lang)
    specs = (spec for spec in job.form.rows.fields if spec.key in _SAID and row.get(spec.key))
    return [f"{spec.title(job.lang)}{separator}{_shown(row[spec.key])}" for spec in specs]


def _shown(value: str) -> str:
    """Return a value as a line of text has it: a moment without its offset."""
    return value[:16].replace("T", " ") if value[:4].isdecimal() and "T" in value[:11] else value

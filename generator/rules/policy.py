"""Policies: response targets, limits and the calendar as data, checked against their schemas, replaceable by a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from operator import ge, le, lt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from generator import resources, strict_json
from generator.errors import Fault, Place, SchemaError, fail
from generator.formats import exact_number
from generator.rules.calendar import WorkingCalendar, is_region
from generator.rules.working_hours import USUAL, Hours, OfficeHours
from generator.strict_json import JsonObject

MASKING = "urn:biaodan:policy:masking"
_MONTHS = {"month": 1, "year": 12}
REPEAT: JsonObject = {
    "same": ["customer_name", "problem"],
    "within": {"value": 30, "unit": "day"},
}
"""When an issue counts as come back, for policies that don't say."""

_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, eq=False)
class Policy:
    """A response policy: spans by table and key, rates, the calendar that working days follow; and rules of masking.

    `counts`: what may be counted at most; `scales`: what a choice of one scale is on another, by both scales.
    """

    targets: Mapping[str, Mapping[str, JsonObject]]
    calendar: WorkingCalendar
    zone_name: str
    rates: Mapping[str, JsonObject] = field(default_factory=dict)
    counts: Mapping[str, JsonObject] = field(default_factory=dict)
    scales: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    masking: JsonObject = field(default_factory=dict)
    source: str = ""
    hours: Hours = USUAL
    repeat: JsonObject = field(default_factory=dict)

    @cached_property
    def office(self) -> OfficeHours:
        """Return the office hours of the working days."""
        return OfficeHours(self.calendar, self.hours)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the organisation's time zone."""
        return ZoneInfo(self.zone_name)

    def span(self, table: str, key: Any) -> tuple[int, str] | None:
        """Return value and unit of a target, or None when the policy has none for this key."""
        found = self.targets.get(table, {}).get(key)
        return (found["value"], found["unit"]) if found else None

    def length(self, table: str, key: Any) -> timedelta | None:
        """Return a target as a length of time; None for one counted in working days or months, or absent."""
        span = self.span(table, key)
        return span[0] * _SPANS[span[1]] if span and span[1] in _SPANS else None

    def counts_days(self, limit: str, table: str = "limits") -> bool:
        """Tell whether a limit is counted in working days or hours."""
        span = self.span(table, limit)
        return bool(span and span[1] in ("working_day", "working_hour"))

    def met(self, rate: str, percent: Any) -> bool | None:
        """Tell whether a rate or a count keeps to its target; None where the policy has no such target."""
        if rate in self.counts:
            return bool(percent <= self.counts[rate]["at_most"])
        found = self.aim(rate)
        return None if found is None else bool(_KEEPS[found[0]](percent, exact_number(found[1])))

    def aim(self, rate: str) -> tuple[str, Any] | None:
        """Return how a figure is to be and its limit: below_percent, at_least_percent, at_least or at_most."""
        return next(iter(self.rates.get(rate, {}).items()), None)

    def on_scale(self, value: Any, scale: str, other: str) -> str | None:
        """Return what a choice of one scale is on another; None where the policy doesn't say."""
        return self.scales.get(scale, {}).get(other, {}).get(value)

    def deadline(self, start: date, limit: str, table: str = "limits") -> date | None:
        """Return when a limit that runs from `start` ends: a moment, or a day for working days and months."""
        span = self.span(table, limit)
        if span is None:
            return None
        value, unit = span
        day = start.date() if isinstance(start, datetime) else start
        if unit == "working_day":
            return self.calendar.add_working_days(day, value)
        if unit in _MONTHS:
            return add_months(day, value * _MONTHS[unit])
        moment = start if isinstance(start, datetime) else datetime.combine(start, time())
        if unit == "working_hour":
            return self.office.add(moment, timedelta(hours=value))
        return moment + value * _SPANS[unit]


_KEEPS: Mapping[str, Callable[[Any, Any], Any]] = {
    "below_percent": lt,
    "at_least_percent": ge,
    "at_least": ge,
    "at_most": le,
}


def add_months(day: date, months: int) -> date:
    """Return the same day some months on, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def _checked(path: Path, schema_name: str) -> JsonObject:
    """Return a policy file's content.

    Raises SchemaError (E-policy) with every fault against its schema, each with its JSON Pointer.
    """
    import jsonschema_rs

    content = strict_json.load_own(path)
    schema = strict_json.load_own(resources.schemas() / "policies" / schema_name)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    try:
        errors = list(validator.iter_errors(content))
    except ValueError:  # deeper than the validator goes
        raise fail(SchemaError, "E-json-depth", Place(path.name)) from None
    faults = [
        Fault("E-policy", Place(path.name, pointer="".join(f"/{p}" for p in e.instance_path)), {"rule": e.kind.name})
        for e in errors
    ]
    if faults:
        raise SchemaError(faults)
    checked: JsonObject = content
    return checked


def load_policy(*paths: Path) -> Policy:
    """Return the policy of the given files, each either of response targets or of masking; shipped ones stand in.

    A file that has changed is read again. Raises SchemaError when a file has a fault; then nothing should be rendered.
    """
    policy = _response(resources.schemas() / "policies" / "response.json")
    masking: JsonObject | None = None
    for path in paths:
        content = strict_json.load_own(path)
        if isinstance(content, Mapping) and content.get("$schema") == MASKING:
            masking = _checked(path, "masking.schema.json")
        else:
            policy = _response(path)
    return replace(policy, masking={**_usual(), **(masking or load_masking())})


def _usual() -> JsonObject:
    """Return what holds of masking where a file doesn't say it: how numbers and customers are told."""
    return {key: load_masking()[key] for key in ("numbers", "customers")}


def _response(path: Path) -> Policy:
    try:
        state = path.resolve().stat()
    except OSError as error:
        raise fail(SchemaError, "E-file-read", Place(path.name), why=error.strerror or "?") from None
    return _loaded(path.resolve(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _loaded(path: Path, _changed: int, _size: int) -> Policy:
    content = _checked(path, "response.schema.json")
    calendar = content["calendar"]
    try:
        ZoneInfo(calendar["time_zone"])
    except (KeyError, ValueError, OSError):
        place = Place(path.name, pointer="/calendar/time_zone")
        raise fail(SchemaError, "E-policy", place, rule="time_zone") from None
    if not is_region(calendar["region"]):
        raise fail(SchemaError, "E-policy", Place(path.name, pointer="/calendar/region"), rule="region")
    closed = frozenset(map(date.fromisoformat, calendar.get("holidays", ())))
    opened = frozenset(map(date.fromisoformat, calendar.get("working_weekends", ())))
    working = WorkingCalendar(calendar["region"], closed, opened)
    return Policy(
        content["targets"],
        working,
        calendar["time_zone"],
        content.get("rates", {}),
        content.get("counts", {}),
        content.get("scales") or _shipped()["scales"],
        source=path.name,
        hours=_hours(calendar, path.name),
        repeat=content.get("repeat", REPEAT),
    )


def _hours(calendar: JsonObject, name: str) -> Hours:
    """Return the office hours.

    Raises SchemaError (E-policy) where they overlap or end before they begin.
    """
    hours = [(time.fromisoformat(a), time.fromisoformat(b)) for a, b in calendar.get("office_hours", ())]
    moments = [moment for span in hours for moment in span]
    if any(later <= earlier for earlier, later in pairwise(moments)):
        raise fail(SchemaError, "E-policy", Place(name, pointer="/calendar/office_hours"), rule="office_hours")
    return hours or USUAL


@cache
def _shipped() -> JsonObject:
    """Return the shipped response policy, for what others don't say."""
    return _checked(resources.schemas() / "policies" / "response.json", "response.schema.json")


@cache
def load_masking() -> JsonObject:
    """Return the shipped masking rules."""
    return _checked(resources.schemas() / "policies" / "masking.json", "masking.schema.json")

"""The log of a case: what its records tell of notices, steps and contacts, taken up in order by later papers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue import FieldSpec, Form
from generator.catalogue.logs import LogSpec, LogTable, found, log_tables, logs_of
from generator.record import Values
from generator.wording import Lang, choose, phrase

_DAY, _MINUTE = 10, 16
"""Characters of a moment up to its day, and up to its minute."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: texts by part of the entry, `at` as RFC 3339; `personal`: the parts that are personal.

    `form`: of the record that tells it; `zone`: where its days begin and end.
    """

    texts: Mapping[str, str]
    form: str
    zone: ZoneInfo
    personal: frozenset[str] = frozenset()

    @property
    def is_day(self) -> bool:
        """Tell whether its day is known and no time."""
        return len(self.texts["at"]) < _MINUTE

    @property
    def at(self) -> datetime:
        """Return when it was; of a day alone its end: it stands behind what is known of that day."""
        found = _moment(self.texts["at"], self.zone)
        assert found is not None
        return found


def entries_of(form: Form, data: Values, lang: Lang, zone: ZoneInfo) -> Iterator[Entry]:
    """Yield the entries that a record gives, `data` as JSON; what has no day or says nothing is none."""
    record = form.record_spec
    for given in logs_of(form):
        within = found(record, given.rows) if given.rows else record
        if within is None:
            continue
        for row in _at(data, given.rows) or () if given.rows else (data,):
            texts, personal = _told(given, form, within, data, row, lang)
            if _moment(texts.get("at"), zone) and texts.get("text"):
                yield Entry(texts, form.id, zone, personal)


def _told(
    given: LogSpec, form: Form, within: FieldSpec, data: Values, row: Values, lang: Lang
) -> tuple[dict[str, str], frozenset[str]]:
    """Return what a record or row says of each part of an entry, and which parts are personal."""
    texts, personal = {}, set()
    for part, paths in given.fields.items():
        told = []
        for path in paths:
            spec, values = (form.record_spec, data) if path.startswith("/") else (within, row)
            field = found(spec, path)
            text = _text(field, _at(values, path), lang) if field else ""
            if field and text:
                told.append(text)
                personal |= {part} if field.sensitive else set()
        if told:
            texts[part] = told[0] if part == "at" else phrase("logged", lang).join(told)
    if given.titles and "stage" not in texts:
        texts["stage"] = choose(given.titles, lang)
    return texts, frozenset(personal)


def _at(values: Any, path: str) -> Any:
    for key in filter(None, path.split("/")):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values


def _text(spec: FieldSpec, value: Any, lang: Lang) -> str:
    """Return a value as words: of a choice its title."""
    if isinstance(value, list):
        return phrase("logged", lang).join(filter(None, (_text(spec, one, lang) for one in value)))
    chosen = next((choice for choice in spec.choices if choice.value == value), None)
    if chosen:
        return choose(chosen.titles, lang)
    return value if isinstance(value, str) else ""


def taken(form: Form, data: dict[str, Any], entries: Sequence[Entry], lang: Lang, zone: ZoneInfo) -> None:
    """Put entries of the log into the tables of a record that take them, in order and each once.

    A row that the record has itself stands instead of an entry of the same minute that the same person made, or that
    says the same.
    """
    for table in log_tables(form):
        *sections, key = table.spec.pointer.strip("/").split("/")
        own = _at(data, table.spec.pointer) or []
        rows = _merged(table, own, _wanted(table, data, entries, zone), lang, zone)
        if rows:
            inner = data
            for section in sections:
                inner = inner.setdefault(section, {})
            inner[key] = rows


def _wanted(table: LogTable, data: Values, entries: Sequence[Entry], zone: ZoneInfo) -> Iterable[Entry]:
    """Return the entries from between the first and the last time of a record; a day alone is compared as a day."""
    first, last = (_moment(_at(data, path), zone) if path else None for path in (table.since, table.until))

    def in_time(one: Entry) -> bool:
        return not last or one.at <= (_end(last, zone) if one.is_day else last)

    return [one for one in entries if (not first or one.at >= first) and in_time(one)]


def _moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """Return a moment, of a day alone its end; None for what isn't there."""
    if not isinstance(value, str) or len(value) < _DAY:
        return None
    return datetime.fromisoformat(value) if len(value) >= _MINUTE else _end(datetime.fromisoformat(value[:_DAY]), zone)


def _end(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of the day of a moment."""
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return datetime.combine(local.date(), time.max, zone)


def _merged(
    table: LogTable, own: Sequence[Mapping[str, Any]], entries: Iterable[Entry], lang: Lang, zone: ZoneInfo
) -> list[dict[str, Any]]:
    rows = [dict(row) for row in own]
    for entry in entries:
        row = _row(table, entry, lang)
        if row and not any(_is_same(table, row, other) for other in rows):
            rows.append(row)
    if len(rows) == len(own):
        return rows
    moments, last = [], ""
    for number, row in enumerate(rows):
        last = str(row.get(table.columns["at"]) or (last if number < len(own) else ""))
        moments.append(last)
    known = [_moment(moment, zone) for moment in moments]
    order = sorted(range(len(rows)), key=lambda n: (moment.timestamp() if (moment := known[n]) else 0.0, n))
    return [rows[n] for n in order]


def _row(table: LogTable, entry: Entry, lang: Lang) -> dict[str, Any]:
    """Return an entry as a row of a table; what is personal goes into columns only that are marked as personal."""
    row = {}
    for part, key in table.columns.items():
        column = table.spec.child(key)
        if part in entry.texts and column and (column.sensitive or part not in entry.personal):
            row[key] = entry.texts[part]
    stage = entry.texts.get("stage")
    if stage and "stage" not in table.columns and "stage" not in entry.personal and table.columns["text"] in row:
        row[table.columns["text"]] = f"{stage}{phrase('separator', lang)}{entry.texts['text']}"
    at = table.spec.child(table.columns["at"])
    needed = {column.key for column in table.spec.fields if column.required}
    return row if needed <= set(row) and (at is None or at.date_only or not entry.is_day) else {}


def _is_same(table: LogTable, row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two rows are of one event."""
    at, text, by = (table.columns.get(part, "") for part in ("at", "text", "by"))
    if str(row.get(at))[:_MINUTE] != str(other.get(at))[:_MINUTE]:
        return False
    ours, theirs = str(row.get(by) or ""), str(other.get(by) or "")
    return row.get(text) == other.get(text) or bool(by and (ours in theirs or theirs in ours))

"""What a form says of the entries that its records give to the log of a case, and of the table that takes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from generator.catalogue.build import titles_of
from generator.catalogue.form import FieldSpec, Form

PARTS = ("at", "stage", "by", "text")
"""What an entry consists of: when, what step it was, who did it, what was done."""


@dataclass(frozen=True, slots=True)
class LogSpec:
    """Entries that records give (`x-log`): a record one, or each row of the table `rows` one.

    `fields`: the keys by part of the entry, within the row; a leading `/` begins at the record. Keys of sections are
    joined by `/`. `titles`: what the step is called, where no field says so.
    """

    fields: Mapping[str, tuple[str, ...]]
    rows: str = ""
    titles: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LogTable:
    """A table that takes the entries of the case's log (`x-from-log`).

    `columns`: keys of columns by part; `since` and `until`: the fields of the record before and after whose time
    nothing is taken.
    """

    spec: FieldSpec
    columns: Mapping[str, str]
    since: str = ""
    until: str = ""


@lru_cache(maxsize=256)
def logs_of(form: Form) -> tuple[LogSpec, ...]:
    """Return what the records of a form give to the log; rows of a table that takes entries are entries too."""
    given = tuple(map(_spec, form.schema.get("x-log", ())))
    return (*given, *(_own(table) for table in log_tables(form)))


@lru_cache(maxsize=256)
def log_tables(form: Form) -> tuple[LogTable, ...]:
    """Return the tables of a form that take entries of the log."""
    return tuple(_tables(form.record_spec))


def _tables(spec: FieldSpec) -> Iterator[LogTable]:
    for child in spec.fields:
        if child.shape == "section":
            yield from _tables(child)
        elif child.shape == "repeat" and (given := child.schema.get("x-from-log")):
            yield LogTable(
                child,
                {part: given[part] for part in PARTS if part in given},
                given.get("since", ""),
                given.get("until", ""),
            )


def _spec(given: Mapping[str, Any]) -> LogSpec:
    fields = {part: _keys(given[part]) for part in PARTS if part in given}
    return LogSpec(fields, given.get("rows", ""), titles_of(given, "") if "title" in given else None)


def _own(table: LogTable) -> LogSpec:
    return LogSpec({part: (key,) for part, key in table.columns.items()}, table.spec.pointer.lstrip("/"))


def _keys(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def found(spec: FieldSpec, path: str) -> FieldSpec | None:
    """Return the field of a path of keys within another, None where there is none."""
    at: FieldSpec | None = spec
    for key in filter(None, path.split("/")):
        at = at.child(key) if at else None
    return at


def misnamed(form: Form) -> Iterator[tuple[FieldSpec, str]]:
    """Yield the paths of `x-log` and `x-from-log` that lead to no field, with the field that says so."""
    record = form.record_spec
    for given in map(_spec, form.schema.get("x-log", ())):
        within = found(record, given.rows) if given.rows else record
        if within is None:
            yield form.root, given.rows
            continue
        for path in (path for paths in given.fields.values() for path in paths):
            if found(record if path.startswith("/") else within, path) is None:
                yield form.root, path
    for table in log_tables(form):
        paths = [(table.spec, key) for key in table.columns.values()]
        paths += [(record, path) for path in (table.since, table.until) if path]
        yield from ((table.spec, path) for within, path in paths if found(within, path) is None)

"""Paper printed for many: a form with some of its fields only, lying on its side, in copies that are told apart."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place, UsageError, fail, quoted
from generator.records.names import find_path

MAX_COPIES = 1_000
FIELDS = "--fields"
_NUMBER = re.compile(r"(.*?)([0-9]{1,9})", re.ASCII | re.DOTALL)


def laid(form: Form, fields: Sequence[str] = (), *, landscape: bool = False) -> Form:
    """Return a form with these fields only, by key or title, in its own order; with `landscape` on its side.

    A table form of which no column is named keeps all of them.

    Raises UsageError (E-fields) for each name that no field has.
    """
    if landscape:
        form = replace(form, page=replace(form.page, landscape=True))
    return _with_only(form, fields) if fields else form


def _with_only(form: Form, names: Sequence[str]) -> Form:
    paths = {name: _path(form, name) for name in names}
    if unknown := [name for name, path in paths.items() if not path]:
        raise UsageError(Fault("E-fields", Place(FIELDS), {"name": quoted(name)}) for name in unknown)
    wanted = {id(path[-1]) for path in paths.values()}
    if form.is_table and not _leads(form.rows, wanted):
        wanted.add(id(form.rows))
    return replace(form, root=_reduced(form.root, wanted), template="")


def _path(form: Form, name: str) -> Sequence[FieldSpec]:
    found = find_path(form.root, name)
    if not found and form.is_table:
        found = find_path(form.rows, name)
    return found or ()


def _reduced(spec: FieldSpec, wanted: set[int]) -> FieldSpec:
    """Return a section or table with the wanted fields, and what leads to them."""
    kept = tuple(_kept(child, wanted) for child in spec.fields if _leads(child, wanted))
    keys = {child.key for child in kept}
    table = replace(
        spec.table,
        totals=tuple(key for key in spec.table.totals if key in keys),
        key=spec.table.key if spec.table.key in keys else "",
        overdue=spec.table.overdue if keys >= {spec.table.overdue.get(end) for end in ("due", "done")} else {},
    )
    return replace(spec, fields=kept, table=table, chart=spec.chart if len(kept) == len(spec.fields) else {})


def _kept(child: FieldSpec, wanted: set[int]) -> FieldSpec:
    return child if id(child) in wanted or not child.fields else _reduced(child, wanted)


def _leads(spec: FieldSpec, wanted: set[int]) -> bool:
    return id(spec) in wanted or any(_leads(child, wanted) for child in spec.fields)


def numbers_from(first: str, count: int) -> Iterator[str]:
    """Yield as many running numbers, the first as it is given: its last digits count on, as wide as they are.

    Raises UsageError (E-copies-number) where it doesn't end in digits.
    """
    found = _NUMBER.fullmatch(first)
    if found is None:
        raise fail(UsageError, "E-copies-number", Place("--set"))
    for n in range(int(found[2]), int(found[2]) + count):
        yield f"{found[1]}{n:0{len(found[2])}d}"

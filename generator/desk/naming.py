"""What a record is listed by."""

from collections.abc import Iterator, Mapping
from typing import Any

from generator.catalogue import FieldSpec, Form
from generator.record import value_at
from generator.rules.customers import CUSTOMER
from generator.rules.mask import mask

_LONGEST = 120
_MOMENTS = ("date", "month")


def title_of(form: Form | None, raw: Mapping[str, Any]) -> str:
    """Return what a record is listed by: its number, where that isn't personal, and the first words that are not."""
    if form is None:
        return ""
    spec = form.spec_at(form.identity) if form.identity and not form.is_table else None
    number = value_at(raw, form.identity) if spec and not spec.sensitive else None
    said = [str(number)] if isinstance(number, str) and number else []
    for field in _fields(form):
        if len(said) >= 2:
            break
        value = value_at(raw, field.pointer) if field.shape == "value" and not _is_hidden(field) else None
        if isinstance(value, str) and value and field.pointer != form.identity and not field.choices:
            said.append(mask(value, CUSTOMER) if field.sensitive == CUSTOMER else value)
    return " · ".join(said)[:_LONGEST]


def _is_hidden(field: FieldSpec) -> bool:
    """Tell whether nothing of a field stands in a list; a customer's name does, masked where it is a person's."""
    return field.personal and field.sensitive != CUSTOMER


def _fields(form: Form) -> Iterator[FieldSpec]:
    """Yield what a title may be of, in the form's order; of a register first its day or period."""
    outer = [field for field in form.root.walk() if "/*" not in field.pointer]
    if form.is_table:
        outer = [field for field in outer if not field.pointer.startswith(f"/{form.rows.key}")]
        outer.sort(key=lambda field: field.kind.control not in _MOMENTS)
    yield from outer


def called(form: Form | None, title: str, number: str | None) -> str:
    """Return what a record is called in a list: its title, before it its number, where that isn't personal."""
    spec = form.spec_at(form.identity) if form and form.identity else None
    if not number or (spec is not None and spec.sensitive) or title == number or title.startswith(f"{number} · "):
        return title
    return " · ".join(filter(None, [number, title]))[:_LONGEST]

"""What a form says of the days by which something about its records is due: `x-due`, as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.catalogue.build import titles_of
from generator.catalogue.form import Form


@dataclass(frozen=True, slots=True)
class SettledBy:
    """A form whose record settles what is due: one later in the same case, or one that bears the same number."""

    form: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class DueSpec:
    """One thing that is due: the expressions that say when, for whom, of what; and its words.

    `same`: the fields that tell a record without a number apart. `rows`: the table each of whose rows is one, by keys
    joined by `/`; its rows are told apart by the record's number and `same`. `shared`: the name of a thing that several
    forms tell of.
    """

    kind: str
    day: str
    titles: Mapping[str, str]
    basis: Mapping[str, str]
    open: str = ""
    who: str = ""
    number: str = ""
    customer: str = ""
    detail: str = ""
    same: tuple[str, ...] = ()
    rows: str = ""
    shared: str = ""
    settled_by: tuple[SettledBy, ...] = ()

    @property
    def expressions(self) -> Iterator[str]:
        """Yield every expression that is evaluated with the values of the form's own records."""
        yield from filter(None, (self.day, self.open, self.who, self.number, self.customer, self.detail, *self.same))


def due_of(form: Form) -> tuple[DueSpec, ...]:
    """Return what is due of a form's records."""
    return tuple(map(_spec, form.schema.get("x-due", ())))


def _spec(given: Mapping[str, Any]) -> DueSpec:
    basis = {"title": given["basis"], "x-title": given.get("x-basis", {})}
    return DueSpec(
        given["kind"],
        given["day"],
        titles_of(given, given["kind"]),
        titles_of(basis, ""),
        given.get("open", ""),
        given.get("who", ""),
        given.get("number", ""),
        given.get("customer", ""),
        given.get("detail", ""),
        tuple(given.get("same", ())),
        given.get("rows", ""),
        given.get("shared", ""),
        tuple(SettledBy(one["form"], one.get("number", "")) for one in given.get("settled_by", ())),
    )

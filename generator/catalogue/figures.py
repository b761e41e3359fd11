"""What a form says of the figures that are made of many of its records: `x-figures`, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from generator.catalogue.build import titles_of
from generator.catalogue.form import Form

FigureKind = Literal["share", "mean", "count", "rise"]


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure of many records: the share of values that are good among some, a mean, a count, a mean rise.

    `key` is the name by which a policy has a target for it. `of`: pointers of the values, `*` for every row; of a rise
    the one before and the one after. `digits`: decimals that are printed.
    """

    key: str
    titles: Mapping[str, str]
    kind: FigureKind
    of: tuple[str, ...]
    good: tuple[Any, ...] = ()
    among: tuple[Any, ...] = ()
    digits: int = 1


@dataclass(frozen=True, slots=True)
class RecordFigures:
    """Figures of a form's records: the fields that say of which period a record is, and what is told.

    The first figure is the one that groups, items and the trend are told by. `items`: the pointer of what stands beside
    the values, or "" for the fields themselves; `groups`: the pointer of the field that records are grouped by.
    """

    dated: tuple[str, ...]
    figures: tuple[FigureSpec, ...]
    items: str | None = None
    groups: str = ""

    @property
    def main(self) -> FigureSpec:
        """Return the first figure."""
        return self.figures[0]


def figures_of(form: Form) -> RecordFigures | None:
    """Return what a form says of figures; None where it says nothing."""
    given = form.schema.get("x-figures")
    if given is None:
        return None
    return RecordFigures(
        tuple(given["dated"]), tuple(map(_spec, given["figures"])), given.get("items"), given.get("groups", "")
    )


def _spec(given: Mapping[str, Any]) -> FigureSpec:
    kind: FigureKind = given["kind"]
    good: Sequence[Any] = given.get("good", ())
    digits = given.get("digits", 2 if kind in ("mean", "rise") else 1)
    titles = titles_of(given, given["key"])
    return FigureSpec(
        given["key"], titles, kind, tuple(given["of"]), tuple(good), tuple(given.get("among", ())), digits
    )

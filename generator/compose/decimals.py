"""Numbers of one column with as many decimals each, so that their points stand beneath one another."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from decimal import Decimal

from generator.catalogue.form import FieldSpec
from generator.formats import decimal_places, exact_number
from generator.kinds import NUMBER, PERCENT
from generator.record import Values

MOST_ROWS = 2_000
"""Rows that are looked through beforehand; in a longer list each number stands as it is."""

Align = Callable[[str, object], object]
"""Returns a value of a column, by its key, with the decimals of its column."""


def aligner(fields: Sequence[FieldSpec], rows: Iterable[Values]) -> Align | None:
    """Return what gives numbers the decimals of their column; None where nothing is to be done."""
    kinds = {field.key: field.kind for field in fields if field.kind in (NUMBER, PERCENT)}
    if not kinds or not isinstance(rows, Sized) or len(rows) > MOST_ROWS:
        return None
    places = {key: _most((row.get(key) for row in rows), kind is PERCENT) for key, kind in kinds.items()}
    return _aligned({key: count for key, count in places.items() if count}) if any(places.values()) else None


def _most(values: Iterable[object], is_one_measure: bool) -> int:
    """Return how many decimals all are to have; 0 where they seem to measure different things, as 128 and 4.16 do."""
    found = [decimal_places(value) for value in values if _is_number(value)]  # type: ignore[arg-type]  # as told
    if not found or (not is_one_measure and max(found) - min(found) > 1):
        return 0
    return max(found)


def _aligned(places: Mapping[str, int]) -> Align:
    units = {key: Decimal(1).scaleb(-count) for key, count in places.items()}

    def align(key: str, value: object) -> object:
        unit = units.get(key)
        return exact_number(value).quantize(unit) if unit and _is_number(value) else value  # type: ignore[arg-type]  # as told

    return align


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)

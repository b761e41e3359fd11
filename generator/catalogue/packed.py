"""Between JSON as schemas from elsewhere have it and the fields of paper: maps, lists of places, alternatives.

A section's `inner` says how JSON has what paper prints in another shape: the same for each row of a table. Keys that
begin with `$` are ours; a mapping that has one of them is of our shape already, as what is read from paper is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

CHOICE, KEY, VALUE, REST = "$choice", "$key", "$value", "$rest"


def place_key(name: str, number: int) -> str:
    """Return the key of the field of that number."""
    if name:
        return name if number == 1 else f"{name}{number}"
    return f"${number}"


def variant_key(group: int, number: int) -> str:
    """Return the key of an alternative of a group."""
    return f"${number}" if group == 1 else f"${group}.{number}"


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """An alternative: the field that holds what it asks for, whether a value is one, and the values it always has."""

    key: str
    is_valid: Callable[[Any], bool]
    consts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class VariantGroup:
    """Alternatives, and the field that says which one it is, or which ones."""

    choice: str
    many: bool
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """How JSON has a section: as an object, with alternatives; as one value; as a list of places."""

    row: str = ""
    places: int = 0
    groups: tuple[VariantGroup, ...] = ()


# --- to JSON ----------------------------------------------------------------------------------------------------------


def packed(packing: Packing | None, data: dict[str, Any]) -> Any:
    """Return the JSON of a section's fields, each of which is JSON already."""
    rest = data.pop(REST, None)
    if packing is not None and packing.row == "value":
        return data.get(VALUE)
    if packing is not None and packing.row == "places":
        return [*_in_places(data), *(rest or ())]
    for group in packing.groups if packing else ():
        other = _choice_made(group, data)
        if other is not _OBJECT:
            return other
    if isinstance(rest, Mapping):
        data.update({key: value for key, value in rest.items() if key not in data})
    return data


_OBJECT = object()


def _choice_made(group: VariantGroup, data: dict[str, Any]) -> Any:
    chosen = data.pop(group.choice, None)
    numbers = chosen if isinstance(chosen, list) else [chosen]
    for n, variant in enumerate(group.variants, 1):
        value = data.pop(variant.key, None)
        if value is None and n not in numbers:
            continue
        if value is not None and not isinstance(value, Mapping):
            return value
        data.update({key: const for key, const in variant.consts.items() if key not in data})
        data.update(value or {})
    return _OBJECT


def _in_places(data: Mapping[str, Any]) -> list[Any]:
    numbers = [int(key[1:]) for key, value in data.items() if value is not None and key[1:].isdigit()]
    return [data.get(f"${n}") for n in range(1, max(numbers, default=0) + 1)]


def as_map(rows: list[Any], keys: list[Any]) -> dict[str, Any]:
    """Return the object of a table whose rows hold name and value."""
    return {str(key): row for key, row in zip(keys, rows, strict=True) if key is not None}


# --- from JSON --------------------------------------------------------------------------------------------------------


def is_paper(raw: Mapping[Any, Any]) -> bool:
    """Tell whether a mapping is of our shape already."""
    return any(isinstance(key, str) and key.startswith("$") and (key in _OURS or key[1:2].isdigit()) for key in raw)


_OURS = (CHOICE, KEY, VALUE, REST)


def map_rows(raw: Mapping[str, Any], row: Packing | None) -> list[dict[str, Any]]:
    """Return the rows of an object whose names aren't known."""
    single = row is not None and row.row == "value"
    rows = []
    for key, value in raw.items():
        if single or not isinstance(value, Mapping):
            rows.append({KEY: key, VALUE: value})
        else:
            rows.append({KEY: key, **value})
    return rows


def unpacked(packing: Packing, raw: Any, knows: Callable[[str, str], bool]) -> Any:
    """Return the fields of a section by what JSON has; `knows`: whether the field of a key has one of another key."""
    if packing.row == "value":
        return raw if isinstance(raw, Mapping) and VALUE in raw else {VALUE: raw}
    if packing.row == "places":
        return _from_places(raw, packing.places) if isinstance(raw, list) else raw
    if isinstance(raw, Mapping) and (not raw or is_paper(raw)):
        return raw
    for group in packing.groups:
        raw = _chosen(group, raw, knows)
    return raw


def _from_places(raw: list[Any], places: int) -> dict[str, Any]:
    made = {f"${n}": value for n, value in enumerate(raw[:places], 1)}
    return {**made, REST: raw[places:]} if len(raw) > places else made


def _chosen(group: VariantGroup, raw: Any, knows: Callable[[str, str], bool]) -> Any:
    found = [n for n, variant in enumerate(group.variants, 1) if variant.is_valid(raw)]
    if not found:
        found = [_nearest(group, raw, knows)]
    if not isinstance(raw, Mapping):
        return {group.variants[found[0] - 1].key: raw, group.choice: found[:1] if group.many else found[0]}
    found = found if group.many else found[:1]
    made = dict(raw)
    used: list[int] = []
    for n in found:
        variant = group.variants[n - 1]
        own = {key: made[key] for key in list(made) if isinstance(key, str) and knows(variant.key, key)}
        consts = [key for key, const in variant.consts.items() if made.get(key) == const]
        for key in (*own, *consts):
            made.pop(key, None)
        if own:
            made[variant.key] = own
        if own or consts or len(found) == 1:
            used.append(n)
    if used:
        made[group.choice] = used if group.many else used[0]
    return made


def _nearest(group: VariantGroup, raw: Any, knows: Callable[[str, str], bool]) -> int:
    def score(variant: Variant) -> tuple[int, int]:
        if not isinstance(raw, Mapping):
            return 0, 0
        tagged = sum(1 if raw[key] == const else -1 for key, const in variant.consts.items() if key in raw)
        return tagged, sum(1 for key in raw if isinstance(key, str) and knows(variant.key, key))

    scores = [score(variant) for variant in group.variants]
    return scores.index(max(scores)) + 1


def keys_of(packing: Packing) -> Iterator[str]:
    """Yield the keys of the fields that alternatives stand in."""
    for group in packing.groups:
        yield from (variant.key for variant in group.variants)

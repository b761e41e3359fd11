"""Broken numbers of databases as these show them: a double keeps more digits than some of their columns have."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from generator.kinds.raw import fifteen_digits

_SINGLE = struct.Struct("<f")
_MOST = 9
"""Digits that a number of 32 bits needs at most."""

Convert = Callable[[Any], Any]


def single(number: float) -> float:
    """Return a number of 32 bits by the fewest digits that mean it: 0.1 of 0.10000000149011612."""
    for digits in range(1, _MOST):
        short = float(f"{number:.{digits}g}")
        if abs(short) < _BEYOND and _SINGLE.unpack(_SINGLE.pack(short))[0] == number:
            return short
    return float(f"{number:.{_MOST}g}")


_BEYOND = 3.4028235677973366e38
"""What rounds to no number of 32 bits any more."""


def as_duckdb_shows(rows: Iterable[Sequence[Any]], types: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield rows whose numbers in columns of FLOAT, alone or in lists and structures, have the digits of 32 bits."""
    converts = {at: convert for at, kind in enumerate(types) if (convert := _convert(kind))}
    for row in rows:
        yield [converts[at](cell) if at in converts else cell for at, cell in enumerate(row)] if converts else row


def _convert(kind: Any) -> Convert | None:
    """Return what is to be done to the values of a type of DuckDB; None where they are right."""
    if kind.id == "float":
        return _unless_none(single)
    if kind.id not in ("list", "array", "struct", "map"):
        return None
    parts = {name: _convert(part) for name, part in kind.children if name != "size"}
    if not any(parts.values()):
        return None
    if kind.id == "struct":
        return _unless_none(lambda value: {name: _with(parts[name], part) for name, part in value.items()})
    if kind.id == "map":
        return _unless_none(lambda value: _mapped(parts, value))
    return _unless_none(lambda value: [_with(parts["child"], part) for part in value])


def _mapped(parts: Mapping[str, Convert | None], value: Mapping[Any, Any]) -> dict[Any, Any]:
    return {_with(parts["key"], key): _with(parts["value"], part) for key, part in value.items()}


def _unless_none(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _with(convert: Convert | None, value: Any) -> Any:
    return convert(value) if convert else value


def as_sqlite_shows(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Yield rows whose broken numbers have the fifteen digits that SQLite itself shows."""
    for row in rows:
        yield [fifteen_digits(cell) if isinstance(cell, float) else cell for cell in row]

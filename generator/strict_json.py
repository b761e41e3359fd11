"""JSON read strictly: no duplicate keys, no NaN, no number that a double can't hold exactly, no stray surrogates.

Python's `json` lets all of these pass in silence (RFC 8259 leaves them open); here each is a fault with its place.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.errors import BiaodanError, Place, fail

MAX_DIGITS = 15
"""Significant digits that a double keeps for certain, and so Excel and every JSON reader."""


class _Bad(ValueError):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Bad("E-json-duplicate", key=next(key for key in keys if keys.count(key) > 1))
    return result


def _constant(name: str) -> Any:
    raise _Bad("E-json-number", what=name)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Bad("E-json-digits", count=len(digits.lstrip("-")), limit=MAX_DIGITS)
    return int(digits)


def _fraction(text: str) -> Decimal:
    value = Decimal(text)
    if len(value.normalize().as_tuple().digits) > MAX_DIGITS or abs(value.adjusted()) > 300:
        raise _Bad("E-json-digits", count=len(value.as_tuple().digits), limit=MAX_DIGITS)
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer, parse_float=_fraction
)  # fmt: skip


def parse(text: str, kind: type[BiaodanError], file: str, row: str = "") -> Any:
    """Return the value of a JSON text; fractions come as Decimal.

    Raises `kind` with E-json… and the line and column when the text isn't JSON or holds what can't be kept exactly.
    """
    try:
        return _DECODER.decode(text.strip(" \t\r\n"))
    except _Bad as bad:
        raise fail(kind, bad.code, Place(file, row), **bad.params) from None
    except json.JSONDecodeError as error:
        leading = len(text) - len(text.lstrip(" \t\r\n"))
        line = text.count("\n", 0, leading) + error.lineno
        raise fail(kind, "E-json", Place(file, row or str(line)), line=line, column=error.colno) from None
    except RecursionError:
        raise fail(kind, "E-json-depth", Place(file, row)) from None


def load(path: Path, kind: type[BiaodanError], name: str = "") -> Any:
    """Return the value of a UTF-8 JSON file, with or without a byte order mark."""
    shown = name or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(kind, "E-encoding-json", Place(shown), byte=error.start) from None
    except OSError as error:
        raise fail(kind, "E-file-read", Place(shown), why=error.strerror or "?") from None
    return parse(text, kind, shown)

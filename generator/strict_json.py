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


_LARGEST = 300
"""Powers of ten beyond which a double has no number."""


class _Bad(ValueError):
    """What is wrong, and the token that is, by which its line is found again; the token is never shown."""

    def __init__(self, code: str, token: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.token, self.params = code, token, params

    def line(self, text: str) -> str:
        """Return the line of the token, where it is the only one of its kind (a key stands twice: the second)."""
        first = text.find(self.token)
        at = text.find(self.token, first + 1) if self.code == "E-json-duplicate" else first
        alone = at >= 0 and text.find(self.token, at + 1) < 0
        return str(text.count("\n", 0, at) + 1) if alone else ""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        key = next(key for key in keys if keys.count(key) > 1)
        raise _Bad("E-json-duplicate", json.dumps(key, ensure_ascii=False), key=key)
    return result


def _constant(name: str) -> Any:
    raise _Bad("E-json-number", name, what=name)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Bad("E-json-digits", digits, count=len(digits.lstrip("-")), limit=MAX_DIGITS)
    return int(digits)


def _fraction(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > _LARGEST:
        raise _Bad("E-json-range", text)
    if len(value.normalize().as_tuple().digits) > MAX_DIGITS:
        raise _Bad("E-json-digits", text, count=len(value.as_tuple().digits), limit=MAX_DIGITS)
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
        raise fail(kind, bad.code, Place(file, row or bad.line(text)), **bad.params) from None
    except json.JSONDecodeError as error:
        leading = len(text) - len(text.lstrip(" \t\r\n"))
        line = text.count("\n", 0, leading) + error.lineno
        shown = row if row.isdigit() else line
        raise fail(kind, "E-json", Place(file, row or str(line)), line=shown, column=error.colno) from None
    except RecursionError:
        raise fail(kind, "E-json-depth", Place(file, row)) from None


def load(path: Path, kind: type[BiaodanError], name: str = "") -> Any:
    """Return the value of a UTF-8 JSON file, with or without a byte order mark."""
    shown = name or path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail(kind, "E-encoding-json", Place(shown), byte=error.start + 1) from None
    except OSError as error:
        raise fail(kind, "E-file-read", Place(shown), why=error.strerror or "?") from None
    return parse(text, kind, shown)

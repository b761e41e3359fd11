"""Raw values as sources give them: text cleaned, numbers of cells told from those of JSON, faults of reading."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

from generator.characters import ill_character
from generator.strict_json import MAX_DIGITS

DASHES = frozenset({"-", "--", "—", "——", "–"})
"""What people write in any place when there is nothing yet; full-width ones are read as these."""

NONE_YET = DASHES | {"无", "無", "/", "n/a", "none"}
"""What else says so where it can't be an answer: in the place of a day, a time or a number, or of a choice that isn't
called so. In yes or no, 无 is no; of free texts each of these is one.
"""

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_DEEPEST = 32


class ValueFault(ValueError):
    """A value can't be read; carries the fault's code and parameters, never the value."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class CellNumber:
    """A number from a workbook's cell or a database, where a text field may have been typed without quotes.

    `shown`: what a person sees in the cell, where its number format makes that more than the number itself: 25%, 00042,
    ¥1,234.50; empty elsewhere, as in a database. `typed`: it comes from a database, where a number is in the unit of
    its field; in a workbook 0.25 may be 25 %, and has the 15 digits that Excel shows and no more.
    """

    __slots__ = ("number", "shown", "typed")

    def __init__(self, number: int | float | Decimal, shown: str = "", *, typed: bool = False) -> None:
        if isinstance(number, float) and not typed:
            number = fifteen_digits(number)
        self.number = exact(number) if isinstance(number, (float, Decimal)) else number
        self.shown, self.typed = shown, typed


class CellMoment:
    """A day, a moment or a time of day from a workbook's cell, with what a person sees there: 5月1日, 星期三."""

    __slots__ = ("shown", "value")

    def __init__(self, value: date | time, shown: str) -> None:
        self.value, self.shown = value, shown


class Faulty:
    """What stands in a source and can't be told; whoever reads it raises why, as of any other value."""

    __slots__ = ("code", "params")

    def __init__(self, code: str, params: Mapping[str, object]) -> None:
        self.code, self.params = code, params

    def __str__(self) -> str:
        return ""


READABLE = (int, Decimal, date, CellNumber, CellMoment)
"""What a source may give besides texts, lists and mappings."""


def fold(text: str) -> str:
    """Return `text` as names are compared: NFKC, case-folded, without spaces, stars and a closing colon."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s*]|:$", "", folded)


def narrow(text: str) -> str:
    """Return a text with full-width letters and digits as plain ones (NFKC), without space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def clean_text(text: str) -> str:
    """Return text with LF line ends.

    Raises ValueFault (E-control, E-surrogate, E-invisible) for characters that not every format can hold.
    """
    ill = ill_character(text)
    if ill:
        raise ValueFault(ill.code, character=ill.character, position=ill.position)
    return _LINE_ENDS.sub("\n", text)


def clean(raw: object, depth: int = 1) -> object:
    """Return a list or mapping with every text in it cleaned; anything else as it is.

    Raises ValueFault as `clean_text`, and E-json-depth for what is nested too deeply to be a field's value.
    """
    if depth > _DEEPEST:
        raise ValueFault("E-json-depth")
    if isinstance(raw, str):
        return raw if raw.isprintable() else clean_text(raw)
    if isinstance(raw, (list, tuple)):
        return [clean(item, depth + 1) for item in raw]
    if isinstance(raw, Mapping):
        if any(isinstance(key, (list, tuple, Mapping)) for key in raw):  # databases have mappings of such
            raise ValueFault("E-type")
        return {clean(key, depth + 1): clean(value, depth + 1) for key, value in raw.items()}
    if isinstance(raw, (float, Decimal)):
        return exact(raw)
    if raw is not None and not isinstance(raw, READABLE):
        raise ValueFault("E-type")
    return raw


def exact(number: float | Decimal) -> int | Decimal:
    """Return a broken number as an exact one.

    Raises ValueFault as `whole`, of a Decimal where it is no number.
    """
    if isinstance(number, float):
        return whole(number)
    if not number.is_finite():
        raise ValueFault("E-json-number", what="NaN")
    return number


def fifteen_digits(number: float) -> float:
    """Return the double with the fewest digits that Excel and SQLite show as this one: 0.3 of 0.30000000000000004."""
    return float(f"{number:.{MAX_DIGITS}g}")


def whole(number: float) -> int | Decimal:
    """Return a float as the exact number that its shortest digits say.

    Raises ValueFault (E-json-number, E-digits-lost) for what isn't a number, or has more digits than a double keeps.
    """
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueFault("E-json-number", what="NaN")
    if number.is_integer():
        if abs(number) >= 10**MAX_DIGITS:
            raise ValueFault("E-digits-lost", limit=MAX_DIGITS)
        return int(number)
    return Decimal(repr(number))


def unwrap(raw: object) -> object:
    """Return the number of a cell; anything else as it is."""
    return raw.number if isinstance(raw, CellNumber) else raw

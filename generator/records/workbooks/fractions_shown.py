"""Numbers as cells show them by a format of a fraction, such as # ?/?."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from generator.records.workbooks.number_format import Token

_MOST_PLACES = 4


def fraction(tokens: Sequence[Token], number: Decimal) -> str | None:
    """Return a number of no sign as a fraction; None where it isn't clear which one is shown."""
    at = next(n for n, t in enumerate(tokens) if t.kind == "slash")
    before, after = tokens[:at], tokens[at + 1 :]
    if any(t.kind != "digit" and t != Token("text", " ") for t in (*before, *after)):
        return None
    below, above, whole = (_digits(after), *_two(before))
    if not below or not above or len(below) > _MOST_PLACES or "0" in below + above:
        return None
    exact = _near(number, 10 ** len(below) - 1)
    return _told(exact, whole) if exact is not None else None


def _digits(tokens: Sequence[Token]) -> str:
    """Return the places of a number that nothing else stands among."""
    text = "".join(t.text for t in tokens).strip()
    return "" if " " in text else text


def _two(tokens: Sequence[Token]) -> tuple[str, str]:
    """Return the places above the line, and those of whole numbers before them."""
    whole, _, above = "".join(t.text for t in tokens).strip().rpartition(" ")
    return above, whole.strip()


def _near(number: Decimal, most: int) -> Fraction | None:
    """Return the fraction that a number is, to the digits that a cell keeps; which other Excel shows isn't known."""
    found = Fraction(number).limit_denominator(most)
    return found if abs(found - Fraction(number)) <= abs(Fraction(number)) / 10**14 else None


def _told(exact: Fraction, places: str) -> str | None:
    if len(places) > 1 or places not in ("", "#", "0"):
        return None
    whole = exact.numerator // exact.denominator if places else 0
    rest = exact - whole
    part = f"{rest.numerator}/{rest.denominator}"
    if places and not rest:
        return str(whole)
    return f"{whole} {part}" if whole or places == "0" else part

"""Numbers as people write them in Chinese and English: one grammar for every kind of number and every source.

Blanks around don't count, and full-width characters are plain ones. One sign, before or behind a leading mark; or
parentheses around a number below zero. Digits without groups, or grouped by commas in threes before the point. Behind
them a word (万, 亿) and the field's own unit, or a mark of its currency, or of a percentage. Whatever else has a digit
in it is a fault: nothing is taken off to see what remains.

A cell of a workbook holds a number and shows a text. The text says what is meant, by the same grammar; the number
says how much, to the last digit: it is taken as it is, or times what the text scales it by, whichever the text is the
rounding of.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from generator.kinds.raw import DASHES, CellNumber, ValueFault
from generator.strict_json import MAX_DIGITS
from generator.wording import traditional

_LARGEST = 300
"""Powers of ten beyond which a double has no number."""

_CORE = re.compile(r"[0-9.,]+(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_PLAIN = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_SIMPLE = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,8}\.[0-9]{1,7})")
"""What most numbers are, read without a further look."""

_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_FRACTION = re.compile(r"[-−]?\s*(?:(?P<whole>[0-9]{1,15})\s+)?(?P<above>[0-9]{1,9})\s*[/⁄]\s*(?P<below>[0-9]{1,9})")
_SIGNS = {"+": 1, "-": -1, "−": -1, "负": -1, "負": -1}
_NO_NUMBERS = {"nan", "snan", "inf", "infinity"}
_PER_CENT, _PER_MILLE = 2, 3


@cache
def _words() -> Mapping[str, Any]:
    path = Path(__file__).with_name("number_words.json")
    words: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return words


@cache
def _powers() -> Mapping[str, int]:
    """Return the words that multiply the digits before them, the longest first."""
    return dict(sorted(_words()["powers"].items(), key=lambda item: -len(item[0])))


# --- what may stand beside the digits of a field ---


@dataclass(frozen=True, eq=False, slots=True)
class Measure:
    """What may stand beside a number of one field; `name`: how faults call its unit.

    `behind`: marks with the powers of ten that they scale by. `before`: marks in front. `beside`: marks that say
    enough only beside another one, as $ beside HKD.
    """

    name: str = ""
    unit: str = ""
    behind: Mapping[str, int] = field(default_factory=dict)
    before: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    is_percent: bool = False

    @property
    def scale(self) -> int:
        """Return the power of the word that the unit itself begins with, as 万元 does."""
        return next((power for word, power in _powers().items() if self.unit.startswith(word)), 0)

    def power(self, leading: str, trailing: str) -> int:
        """Return the power of ten of the marks around a number.

        Raises ValueFault (E-number, E-number-unit, E-number-bare) where one of them isn't the field's.
        """
        if not leading and not trailing:
            return 0
        before, (word, mark) = _key(leading), self._split(trailing)
        own = self._own(mark) if mark else 0
        if before in self.before:
            own = 0 if _key(mark) in self.beside else own
            fits = not (self.is_percent and mark)
        else:
            fits = not before or (before in self.beside and bool(mark))
        if not fits or own is None or (word and (own or (self.scale and not mark))):
            raise self._fault(leading + trailing)
        return word + own

    def _split(self, mark: str) -> tuple[int, str]:
        """Return the power of the word before a mark, unless that is how the field's unit begins, and the mark."""
        if mark and not self.is_percent and self._own(mark) is None:
            for word, power in _powers().items():
                if mark.startswith(word):
                    return power, mark.removeprefix(word).strip()
        return 0, mark

    def _own(self, mark: str) -> int | None:
        """Return the power of a mark of the field; of a unit of one letter the case counts: 5 M aren't 5 m."""
        if len(self.unit) == 1 and self.unit.isascii() and self.unit.isalpha() and mark != self.unit:
            return None
        key = _key(mark)
        if key not in self.behind and not (self.unit.isascii() or mark.isascii()):
            return 0 if key == _key(traditional(self.unit)) else None
        return self.behind.get(key)

    def _fault(self, marks: str) -> ValueFault:
        if any(c.isdigit() or c in ".,()" or c in _SIGNS for c in marks):
            return ValueFault("E-number")
        return ValueFault("E-number-unit", unit=self.name) if self.name else ValueFault("E-number-bare")


def _key(mark: str) -> str:
    """Return a mark as marks are compared: without regard to width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", mark).casefold().split())


PERCENT = Measure(
    name="%",
    unit="%",
    behind={"%": 0, "‰": _PER_CENT - _PER_MILLE, "percent": 0},
    before=frozenset({"百分之"}),
    is_percent=True,
)


@cache
def currency_measure(code: str, name: str = "") -> Measure:
    """Return what may stand beside an amount in the currency of a code: the code, its signs and its names."""
    marks = [code, *_words()["marks"].get(code, ())]
    whole = [mark + end for mark in marks if not mark.isascii() and mark.isalpha() for end in "整正"]
    beside = (mark for mark, codes in _words()["beside"].items() if code in codes)
    return Measure(
        name=name or code,
        unit=code,
        behind=dict.fromkeys(map(_key, (*marks, *whole)), 0),
        before=frozenset(map(_key, marks)),
        beside=frozenset(map(_key, beside)),
    )


@lru_cache(maxsize=1024)
def unit_measure(unit: str) -> Measure:
    """Return what may stand beside a number of a unit; nothing where there is none."""
    key = _key(unit)
    if key == "%":
        return PERCENT
    owners = [code for code, marks in _words()["marks"].items() if unit in marks]
    if len(owners) == 1 and unit not in _words()["unclear"]:
        return currency_measure(owners[0])
    return Measure(unit, unit, {key: 0} if key else {}, frozenset({key} if owners else ()))


# --- a text ---


class _Figure(NamedTuple):
    """What a text says: a number, what its last digit is worth, the power of what stands behind it."""

    value: Decimal
    step: Decimal
    power: int
    digits: int
    has_mark: bool


def of_text(text: str, measure: Measure) -> object:
    """Return the number that a text says; the text itself where there is no digit in it.

    Raises ValueFault (E-number and as `Measure.power`; E-percent-unclear; E-json-number, E-json-range, E-json-digits).
    """
    if _SIMPLE.fullmatch(text) and not measure.is_percent:
        return _kept(Decimal(text))
    figure = _figure(plain(text), measure)
    if figure is None:
        if plain(text).strip("+- \t\n").casefold() in _NO_NUMBERS:
            raise ValueFault("E-json-number", what="NaN")
        return text
    if figure.digits > MAX_DIGITS:
        raise ValueFault("E-json-digits", count=figure.digits, limit=MAX_DIGITS)
    if measure.is_percent and not figure.has_mark:
        _refuse_share(figure.value)
    return _kept(figure.value if figure.power <= 0 else _kept_short(figure.value))


def plain(text: str) -> str:
    """Return a text with full-width characters as plain ones (NFKC); ², ½ and ① stay, for they are no digits of it."""
    return text.strip() if text.isascii() else "".join(map(_plain, text)).strip()


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    has_digit = any(c.isascii() and c.isdigit() for c in folded)
    return character if has_digit and unicodedata.category(character) != "Nd" else folded


def _figure(text: str, measure: Measure) -> _Figure | None:
    """Return what a plain text says; None where there is no digit in it."""
    core = _CORE.search(text)
    if core is None or not core[0].strip(".,"):
        if any(c.isdigit() for c in text):
            raise ValueFault("E-number")
        return None
    leading, trailing, sign = _signed(text[: core.start()].strip(), text[core.end() :].strip())
    power, digits = measure.power(leading, trailing), _decimal(core[0])
    if power > 0 and "e" in core[0].casefold():  # nobody writes 1e3万
        raise ValueFault("E-number")
    value = (digits * sign).scaleb(power) if power else digits * sign
    step = Decimal(1).scaleb(int(digits.as_tuple().exponent) + power)
    return _Figure(value, step, power, len(digits.as_tuple().digits), bool(leading or trailing))


def _signed(leading: str, trailing: str) -> tuple[str, str, int]:
    """Return the marks around a number without its sign or parentheses, and 1 or -1."""
    if leading.count("(") == trailing.count(")") == 1:
        inner, outer = leading.strip("("), trailing.strip(")")
        if (inner, outer) != (leading, trailing):
            return inner.strip(), outer.strip(), -1
    for mark, sign in _SIGNS.items() if leading else ():
        if leading.startswith(mark):
            return leading.removeprefix(mark).strip(), trailing, sign
        if leading.endswith(mark):
            return leading.removesuffix(mark).strip(), trailing, sign
    return leading, trailing, 1


def _decimal(core: str) -> Decimal:
    if not (_PLAIN.fullmatch(core) or _GROUPED.fullmatch(core)):
        raise ValueFault("E-number")
    try:
        value = Decimal(core.replace(",", ""))
    except InvalidOperation:  # an exponent beyond all bounds
        raise ValueFault("E-json-range") from None
    if abs(value.adjusted()) > _LARGEST:
        raise ValueFault("E-json-range")
    return value


def _refuse_share(value: Decimal) -> None:
    """Refuse a percentage below one that doesn't say that it is one: a sheet may mean 25 % by 0.25."""
    if 0 < abs(value) < 1:
        raise ValueFault("E-percent-unclear")


def _kept_short(value: Decimal) -> Decimal:
    """Return a number that a word has multiplied; it must not have become longer than a double keeps."""
    if value.adjusted() >= MAX_DIGITS:
        raise ValueFault("E-json-digits", count=value.adjusted() + 1, limit=MAX_DIGITS)
    return value


def _kept(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


# --- a cell ---


def of_cell(cell: CellNumber, measure: Measure) -> object:
    """Return the number that a cell means.

    Raises ValueFault as `of_text`, and E-cell-unclear where the cell shows something else than it holds.
    """
    number, shown, is_clear = Decimal(cell.number), plain(cell.shown), cell.typed
    if shown and not _is_guise(number, shown, measure):
        figure = _figure(shown, measure)
        if figure is None:
            raise ValueFault("E-cell-unclear")
        number, is_clear = _kept_short(_meant(number, figure, measure)), figure.has_mark
    if measure.is_percent and not is_clear:
        _refuse_share(number)
    return _kept(number) if shown else cell.number


def _is_guise(number: Decimal, shown: str, measure: Measure) -> bool:
    """Tell whether a cell shows the same number in other signs: a fraction, or a dash for nothing."""
    bare = shown.rstrip("".join(DASHES))
    if bare != shown:
        return not number and _key(bare) in {"", *measure.before}
    found = _FRACTION.fullmatch(shown)
    if found is None or not int(found["below"]):
        return False
    below = int(found["below"])
    told = int(found["whole"] or 0) * below + int(found["above"])
    return abs(number * below - told * _SIGNS.get(shown[0], 1)) <= 1


def _meant(number: Decimal, figure: _Figure, measure: Measure) -> Decimal:
    """Return the number, as it is or scaled as its cell shows it, that is shown rounded."""
    powers = {0, figure.power, -measure.scale} | ({_PER_CENT} if measure.is_percent and figure.has_mark else set())
    scaled = {number.scaleb(power).normalize() if power else number for power in powers}
    agreeing = {value for value in scaled if abs(value - figure.value) * 2 <= figure.step}
    if len(agreeing) != 1:
        raise ValueFault("E-cell-unclear")
    return agreeing.pop()


# --- spans of time ---

_PART = r"[0-9]+(?:\.[0-9]+)?"
_HOURS = "个?小时|個?小時|个?钟头|個?鐘頭|hours?|hrs?|h"
_MINUTES = "分钟|分鐘|分|minutes?|mins?"
_SECONDS = "秒钟?|秒鐘|seconds?|secs?|s"
_SPAN = re.compile(
    rf"(?:(?P<h>{_PART})\s*(?:{_HOURS}))?\s*"
    rf"(?:(?P<bare>{_PART})|(?:(?P<m>{_PART})\s*(?:{_MINUTES}))?\s*(?:(?P<s>{_PART})\s*(?:{_SECONDS}))?)",
    re.IGNORECASE,
)
_LONGEST_SPAN = 100
_MINUTE = Measure("min", "min")
_SCALES = (1, 60, 24 * 60)
"""Minutes that a cell's number may count in ones of: minutes, hours, days."""

_NOISE = Decimal("0.000001")


def minutes_of_text(text: str) -> object:
    """Return the whole minutes that a text says; the text itself where there is no digit in it.

    Raises ValueFault (E-minutes, E-json-range, and the E-json faults of `of_text`).
    """
    if text.isdecimal() and text.isascii() and len(text) <= MAX_DIGITS:
        return int(text)
    try:
        found = _span(plain(text))
        told: object = of_text(text, _MINUTE) if found is None else found
    except ValueFault as fault:
        raise ValueFault("E-minutes") if fault.code.startswith("E-number") else fault from None
    if isinstance(told, Decimal):
        raise ValueFault("E-minutes")
    return told


def _span(text: str) -> int | None:
    """Return the whole minutes of a text that is hours, minutes and seconds; None where it isn't."""
    found = _SPAN.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    if len(text) > _LONGEST_SPAN:
        raise ValueFault("E-json-range")
    parts = [found[name] for name in ("h", "m", "bare", "s") if found[name]]
    if any("." in part for part in parts[:-1]):  # 1.5 h 30 min
        raise ValueFault("E-minutes")
    hours, rest, seconds = (Fraction(part or 0) for part in (found["h"], found["m"] or found["bare"], found["s"]))
    total = hours * 60 + rest + seconds / 60
    if total.denominator != 1:
        raise ValueFault("E-minutes")
    if total >= 10**MAX_DIGITS:
        raise ValueFault("E-json-range")
    return int(total)


def minutes_of_cell(cell: CellNumber) -> object:
    """Return the whole minutes that a cell means; its number where it shows no more.

    Raises ValueFault as `minutes_of_text`, and E-cell-unclear where the cell shows something else than it holds.
    """
    if not cell.shown:
        return cell.number
    told, number = minutes_of_text(cell.shown), Decimal(cell.number)
    if not isinstance(told, int) or not any(abs(number * scale - told) <= _NOISE for scale in _SCALES):
        raise ValueFault("E-cell-unclear")
    return told

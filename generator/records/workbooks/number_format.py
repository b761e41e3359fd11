"""What a cell shows: number formats of workbooks read and applied (ISO/IEC 29500-1, 18.8.30 and 18.8.31).

A format that isn't understood to its end shows nothing here, so that nobody takes a guess for what stands in the cell.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

GENERAL = "General"

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|\\.|!.)
    |(?P<pad>_.|\*.)
    |(?P<span>\[(?:h+|m+|s+)\])
    |\[\$(?P<money>[^\]-]*)(?:-(?P<locale>[0-9A-Fa-f]+))?[^\]]*\]
    |\[(?P<when>(?:<=|>=|<>|<|>|=)-?[0-9.]+)\]
    |\[(?P<colour>Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\s?\d+|[黑蓝藍青绿綠红紅白黄黃洋]{1,2}色?|颜色\d+|洋红|洋紅)\]
    |(?P<half>AM/PM|A/P|上午/下午)
    |(?P<general>General|G/通用格式)
    |(?P<exponent>E[+-])
    |(?P<date>y+|e+|m+|d+|a{3,4}|h+|s+|(?<=s)\.0+)
    |(?P<digit>[0#?])
    |(?P<mark>[.,%‰@])
    |(?P<plain>[-+/() :{}'$¥￥€£^&~=<>]|[^\x00-\x7f\[\]])""",
    re.VERBOSE | re.IGNORECASE,
)
_CHINESE_LOCALES = {"804", "404", "C04", "1004", "1404", "30804", "80804", "30404"}
ACROSS_NOON = {"AM/PM": ("AM", "PM"), "A/P": ("A", "P"), "上午/下午": ("上午", "下午")}
_MOST_LETTERS = 255


@cache
def words_of_formats() -> Mapping[str, Any]:
    """Return the formats that go by a number, and the names of days and months."""
    read: Mapping[str, Any] = json.loads(Path(__file__).with_name("number_formats.json").read_text(encoding="utf-8"))
    return read


def format_of_number(number: int) -> str:
    """Return the format that a number stands for; General for one that stands for none."""
    found: str = words_of_formats()["by_number"].get(str(number), GENERAL)
    return found


class Token(NamedTuple):
    """A piece of a format: what it is, and the letters of it that matter."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """One of the parts of a format, for numbers that meet its condition."""

    tokens: tuple[Token, ...]
    when: str = ""
    is_chinese: bool = False

    def has(self, *kinds: str) -> bool:
        """Tell whether there is a piece of one of these kinds."""
        return any(token.kind in kinds for token in self.tokens)

    @property
    def is_moment(self) -> bool:
        """Tell whether it shows a number as a day or a time."""
        return self.has("date", "span", "half")


@lru_cache(maxsize=512)
def sections_of(code: str) -> tuple[Section, ...] | None:
    """Return the parts of a format; None where there is something in it that isn't known."""
    if len(code) > _MOST_LETTERS:
        return None
    parts: list[list[Token]] = [[]]
    conditions, chinese = [""], [False]
    at = 0
    while at < len(code):
        if code[at] == ";":
            parts.append([])
            conditions.append("")
            chinese.append(False)
            at += 1
            continue
        found = _TOKEN.match(code, at)
        if not found:
            return None
        at = found.end()
        kind = found.lastgroup or ""
        if kind == "when":
            conditions[-1] = found[kind]
        elif kind == "locale" or found["money"] is not None:
            chinese[-1] = chinese[-1] or (found["locale"] or "").upper() in _CHINESE_LOCALES
            parts[-1] += [Token("text", found["money"])] if found["money"] else []
        elif kind not in ("pad", "colour"):
            parts[-1].append(_token(kind, found[kind]))
    made = zip(parts, conditions, chinese, strict=True)
    return tuple(Section(tuple(tokens), when, is_chinese) for tokens, when, is_chinese in made)


def _token(kind: str, text: str) -> Token:
    if kind == "text":
        return Token("text", text[1:-1] if text[0] == '"' else text[1:])
    if kind == "plain":
        return Token("text", text)
    return Token(kind, text)


def _meets(when: str, number: Decimal) -> bool:
    sign = when.rstrip("0123456789.-")
    limit = Decimal(when[len(sign) :])
    tests = {
        "<": number < limit,
        ">": number > limit,
        "=": number == limit,
        "<=": number <= limit,
        ">=": number >= limit,
        "<>": number != limit,
    }
    return tests[sign]


def _section_for(sections: Sequence[Section], number: Decimal) -> tuple[Section, Decimal]:
    """Return the part of a format that a number goes by, and the number as that part shows it."""
    numeric = sections[:3]
    if any(section.when for section in numeric):
        for section in numeric:
            if not section.when or _meets(section.when, number):
                return section, number
        return numeric[-1], number
    if number < 0 and len(numeric) > 1:
        return numeric[1], -number
    return (numeric[2] if number == 0 and len(numeric) > 2 else numeric[0]), number  # ;;zero


@lru_cache(maxsize=512)
def is_moment(code: str) -> bool:
    """Tell whether a format shows a number as a day, a moment, a time of day or a span of time."""
    sections = sections_of(code)
    return bool(sections) and sections[0].is_moment  # type: ignore[index]


@lru_cache(maxsize=512)
def is_span(code: str) -> bool:
    """Tell whether a format counts hours, minutes or seconds on, as [h]:mm does."""
    sections = sections_of(code)
    return bool(sections) and sections[0].has("span")  # type: ignore[index]


@lru_cache(maxsize=512)
def has_clock(code: str) -> bool:
    """Tell whether a format of a moment shows the time of day too."""
    sections = sections_of(code) or (Section(()),)
    return any(t.kind == "half" or (t.kind == "date" and t.text[0] in "hHsS") for t in sections[0].tokens)


@lru_cache(maxsize=512)
def shows_digits(code: str) -> bool:
    """Tell whether a format shows a number's own digits and nothing else that says something."""
    sections = sections_of(code)
    if not sections:
        return False
    return all(_shows_digits(section) for section in sections[:3])


def _shows_digits(section: Section) -> bool:
    tokens = section.tokens
    last = _last_digit(tokens)
    if any(t.kind == "general" for t in tokens):
        return len(tokens) == 1
    is_plain = all(
        t.kind == "digit" or (t.kind == "mark" and t.text in ".,") or t.text.strip() in _SIGNS for t in tokens
    )
    return is_plain and last >= 0 and not any(t.text == "," for t in tokens[last:]) and "," not in _behind_whole(tokens)


_SIGNS = frozenset({"", "-"})


def _behind_whole(tokens: Sequence[Token]) -> str:
    """Return the last mark before the point, if it follows the last digit there: a comma there scales."""
    whole, _ = _split(tokens)
    return "".join(t.text for t in whole[_last_digit(whole) + 1 :])


def shown_number(number: Decimal, code: str) -> str | None:
    """Return how a cell of a format shows a number; None where the format isn't understood."""
    sections = sections_of(code)
    if not sections:
        return None
    section, shown = _section_for(sections, number)
    if section.is_moment:
        return None
    if section.has("general"):
        return _with_texts(section, f"{shown:f}")
    if section.has("mark") and any(t.text == "@" for t in section.tokens):
        return f"{number:f}" if section.tokens == (Token("mark", "@"),) else None
    told = _number_text(section, abs(shown))
    if told is None:
        return None
    is_signed = shown < 0 and any(c in "123456789" for c in told)
    return ("-" + told if is_signed else told).strip()


def _with_texts(section: Section, number: str) -> str:
    return "".join(number if t.kind == "general" else t.text for t in section.tokens).strip()


def _number_text(section: Section, number: Decimal) -> str | None:
    if any(t == Token("text", "/") for t in section.tokens) and section.has("digit"):
        return _fraction(section, number)
    if section.has("exponent"):
        return _scientific(section, number)
    return _filled(section.tokens, number)


def _filled(tokens: Sequence[Token], number: Decimal) -> str:
    """Return a number with its digits where a format has places for them."""
    whole, decimals = _split(tokens)
    last = max((n for n, t in enumerate(whole) if t.kind == "digit"), default=-1)
    commas = sum(t.text == "," for t in whole[last + 1 :] if t.kind == "mark") + sum(
        t.text == "," for t in decimals[_last_digit(decimals) + 1 :] if t.kind == "mark"
    )
    for token in tokens:
        number *= {"%": 100, "‰": 1000}.get(token.text, 1) if token.kind == "mark" else 1
    number = number.scaleb(-3 * commas)
    places = sum(t.kind == "digit" for t in decimals)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits, _, fraction = f"{rounded:f}".partition(".")
    grouped = last >= 0 and any(t == Token("mark", ",") for t in whole[:last])
    return _whole_part(whole, digits, grouped) + _decimal_part(decimals, fraction, has_point=len(whole) < len(tokens))


def _split(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Return the tokens before the point and behind it."""
    at = next((n for n, t in enumerate(tokens) if t == Token("mark", ".")), len(tokens))
    return tokens[:at], tokens[at + 1 :]


def _last_digit(tokens: Sequence[Token]) -> int:
    return max((n for n, t in enumerate(tokens) if t.kind == "digit"), default=-1)


def _whole_part(tokens: Sequence[Token], digits: str, grouped: bool) -> str:
    places = [n for n, t in enumerate(tokens) if t.kind == "digit"]
    rest = "" if digits == "0" else digits
    shown, count = [], 0
    for n in range(len(tokens) - 1, -1, -1):
        token = tokens[n]
        if token.kind == "digit":
            wanted = len(rest) if n == places[0] else 1
            given = rest[len(rest) - wanted :] if wanted else ""
            rest = rest[: len(rest) - len(given)]
            for digit in reversed(given or {"0": "0", "?": " "}.get(token.text, "")):
                if grouped and count and count % 3 == 0 and digit.isdigit():
                    shown.append(",")
                shown.append(digit)
                count += 1
        elif token.kind != "mark" or token.text in "%‰":
            shown.append(token.text[::-1])
    return "".join(shown)[::-1]


def _decimal_part(tokens: Sequence[Token], fraction: str, *, has_point: bool) -> str:
    if not has_point:
        return ""
    shown, at = ["."], 0
    kept = len(fraction.rstrip("0"))
    for token in tokens:
        if token.kind == "digit":
            if token.text == "0" or at < kept:
                shown.append(fraction[at])
            at += 1
        elif token.kind != "mark" or token.text in "%‰":
            shown.append(token.text)
    return "".join(shown)


def _scientific(section: Section, number: Decimal) -> str | None:
    at = next(n for n, t in enumerate(section.tokens) if t.kind == "exponent")
    mantissa, power = section.tokens[:at], section.tokens[at + 1 :]
    whole, decimals = _split(mantissa)
    if sum(t.kind == "digit" for t in whole) != 1 or any(t.kind != "digit" for t in power):
        return None
    exponent = number.adjusted() if number else 0
    places = sum(t.kind == "digit" for t in decimals)
    scaled = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if scaled >= 10:  # 9.99 rounds up
        exponent, scaled = exponent + 1, scaled / 10
    sign = "-" if exponent < 0 else "+" if section.tokens[at].text.endswith("+") else ""
    return f"{_filled(mantissa, scaled)}E{sign}{abs(exponent):0{len(power)}d}"


def _fraction(section: Section, number: Decimal) -> str | None:
    from fractions import Fraction

    at = next(n for n, t in enumerate(section.tokens) if t == Token("text", "/"))
    before, after = section.tokens[:at], section.tokens[at + 1 :]
    below = "".join(t.text for t in after if t.kind == "digit")
    has_whole = any(t == Token("text", " ") for t in before)
    if not below or any(t.kind not in ("digit", "text") or t.text.strip("0#? ") for t in (*before, *after)):
        return None
    exact = Fraction(number).limit_denominator(10 ** len(below) - 1)
    whole = exact.numerator // exact.denominator if has_whole else 0
    rest = exact - whole
    if not rest and has_whole:
        return str(whole)
    return f"{whole} {rest.numerator}/{rest.denominator}" if whole else f"{rest.numerator}/{rest.denominator}"

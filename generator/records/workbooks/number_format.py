"""What a cell shows: number formats of workbooks read and applied (ISO/IEC 29500-1, 18.8.30 and 18.8.31).

A format that isn't understood to its end shows nothing here, so that nobody takes a guess for what stands in the cell.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

GENERAL = "General"

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|\\.|!.)
    |(?P<pad>_.|\*\ )
    |(?P<span>\[(?:h+|m+|s+)\])
    |\[\$(?P<money>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]
    |\[(?P<when>(?:<=|>=|<>|<|>|=)-?[0-9.]+)\]
    |\[(?P<colour>Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\s?\d+|[黑蓝藍青绿綠红紅白黄黃洋]{1,2}色?|颜色\s?\d+|洋红|洋紅)\]
    |(?P<half>AM/PM|A/P|上午/下午)
    |(?P<general>General|G/通用格式)
    |(?P<exponent>E[+-])
    |(?P<date>y+|e+|m+|d+|a{3,4}|h+|s+|(?<=s)\.0+)
    |(?P<digit>[0#?])
    |(?P<mark>[.,%@])
    |(?P<slash>/)
    |(?P<plain>[-+() :{}'$¥￥€£^&~=<>]|[^\x00-\x7f])""",
    re.VERBOSE | re.IGNORECASE,
)
_SYSTEM = frozenset({"F800", "F400", "X-SYSDATE", "X-SYSTIME"})
_PRIMARY = {0x04: "zh", 0x09: "en"}
_LOCALE = re.compile(r"0*(?:(?P<number>[0-9A-F]{1,4})|(?P<name>[A-Z]{2,3}(?:-[A-Z0-9]+)*)(?:,.*)?)")
ACROSS_NOON = {"AM/PM": ("AM", "PM"), "A/P": ("A", "P"), "上午/下午": ("上午", "下午")}
_MOST_LETTERS = 255
MOST_PARTS = 4


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
    locale: str = ""
    """Whose words and calendar it shows: zh, tw, en, other; odd for what isn't known, other scripts' digits say."""

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
    conditions, locales = [""], [""]
    at = 0
    while at < len(code):
        if code[at] == ";":
            parts.append([])
            conditions.append("")
            locales.append("")
            at += 1
            continue
        found = _TOKEN.match(code, at)
        if not found:
            return None
        at = found.end()
        kind = found.lastgroup or ""
        if kind == "when" and not _is_limit(found[kind]):
            return None
        if kind == "when":
            conditions[-1] = found[kind]
        elif kind == "locale" or found["money"] is not None:
            locales[-1] = locales[-1] or locale_of((found["locale"] or "").upper())
            parts[-1] += [Token("text", found["money"])] if found["money"] else []
        elif kind not in ("pad", "colour"):
            parts[-1].append(_token(kind, found[kind]))
    if len(parts) > MOST_PARTS:
        return None
    made = zip(parts, conditions, locales, strict=True)
    return tuple(Section(tuple(tokens), when, locale) for tokens, when, locale in made)


def locale_of(text: str) -> str:
    """Return whose words a locale of a format means; `text`: its code or name in capitals."""
    if not text:
        return ""
    if text in _SYSTEM:
        return "other"
    found = _LOCALE.fullmatch(text)
    if found and found["name"]:
        language, _, country = found["name"].partition("-")
        number = {"ZH": 0x04, "EN": 0x09}.get(language, 0)
        is_ours = language == "EN" or country in ("CN", "SG", "HANS", "HANS-CN")
    elif found:
        number = int(found["number"], 16)
        is_ours = number & 0xFF == 0x09 or number in (0x804, 0x1004)
    else:
        return "odd"
    primary = _PRIMARY.get(number & 0xFF, "other")
    return primary if is_ours or primary == "other" else "tw"


def _is_limit(condition: str) -> bool:
    return re.fullmatch(r"[<>=]+-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", condition) is not None


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


def _numeric(sections: Sequence[Section]) -> Sequence[Section]:
    """Return the parts for numbers: not the fourth, nor the last of several that is for texts."""
    of_text = len(sections) > 1 and Token("mark", "@") in sections[-1].tokens
    return sections[:-1] if of_text else sections[:3]


def _section_for(sections: Sequence[Section], number: Decimal) -> tuple[Section, Decimal] | None:
    """Return the part of a format that a number goes by, and the number as it shows it; None where it isn't clear."""
    numeric = _numeric(sections)
    if any(section.when for section in numeric):
        found = _by_condition(numeric, number)
        return (found, number) if found and number >= 0 else None
    if number < 0 and len(numeric) > 1:
        return numeric[1], -number
    return (numeric[2] if number == 0 and len(numeric) > 2 else numeric[0]), number  # ;;zero


def _by_condition(numeric: Sequence[Section], number: Decimal) -> Section | None:
    """Return the part whose condition a number meets; the last, without one, is for all others."""
    if not all(section.when for section in numeric[:-1]):
        return None
    return next((s for s in numeric if not s.when or _meets(s.when, number)), None)


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
    chosen = _section_for(sections, number) if sections else None
    if not chosen or chosen[0].locale == "odd" or chosen[0].is_moment:
        return None
    section, shown = chosen
    if section.tokens == (Token("mark", "@"),):
        return f"{number:f}"
    with localcontext(prec=_DIGITS):
        told = _number_text(section, abs(shown))
    if told is None or (shown < 0 and not section.has("digit", "general")):
        return None
    is_signed = shown < 0 and not _is_nil(section, told)
    return ("-" + told if is_signed else told).strip()


_DIGITS = 400
"""More than any number of a cell has, before the point and behind it."""


def _is_nil(section: Section, told: str) -> bool:
    """Tell whether of a number nothing is left but zeros: no sign stands before that."""
    own = "".join(t.text for t in section.tokens if t.kind == "text")
    return not any(told.count(c) > own.count(c) for c in "123456789")


def _general(section: Section, number: Decimal) -> str | None:
    """Return a number as General shows it: more than eleven digits only where nothing stands beside them."""
    digits = f"{number:f}"
    if section.has("digit", "mark", "exponent", "slash") or (len(section.tokens) > 1 and len(digits) > _MOST_GENERAL):
        return None
    return "".join(digits if t.kind == "general" else t.text for t in section.tokens)


_MOST_GENERAL = 11


def _number_text(section: Section, number: Decimal) -> str | None:
    if section.has("general"):
        return _general(section, number)
    if section.has("slash") and section.has("digit"):
        from generator.records.workbooks.fractions_shown import fraction

        return fraction(section.tokens, number)
    if section.has("exponent"):
        return _scientific(section, number)
    return _filled(section.tokens, number) if _is_plain(section.tokens) else None


def _is_plain(tokens: Sequence[Token]) -> bool:
    """Tell whether digits stand as they do in a number: one point, commas behind a digit, none among decimals."""
    whole, decimals = _split(tokens)
    marks = [t.text for t in tokens if t.kind == "mark"]
    digits = [n for n, t in enumerate(whole) if t.kind == "digit"]
    commas = [n for n, t in enumerate(whole) if t == Token("mark", ",")]
    among = Token("mark", ",") in decimals[: max(_last_digit(decimals), 0)]
    is_led = not commas or bool(digits and digits[0] < commas[0])
    has_digits = bool(digits) or _last_digit(decimals) >= 0
    return marks.count(".") <= 1 and "@" not in marks and is_led and not among and (has_digits or not marks)


def _filled(tokens: Sequence[Token], number: Decimal) -> str:
    """Return a number with its digits where a format has places for them."""
    whole, decimals = _split(tokens)
    last = max((n for n, t in enumerate(whole) if t.kind == "digit"), default=-1)
    commas = sum(t.text == "," for t in whole[last + 1 :] if t.kind == "mark") + sum(
        t.text == "," for t in decimals[_last_digit(decimals) + 1 :] if t.kind == "mark"
    )
    for token in tokens:
        number *= 100 if token == Token("mark", "%") else 1
    number = number.scaleb(-3 * commas)
    places = sum(t.kind == "digit" for t in decimals)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits, _, fraction = f"{rounded:f}".partition(".")
    grouped = last >= 0 and any(t == Token("mark", ",") for t in whole[:last])
    if digits != "0" and places and last < 0:  # .00 has no place for them
        whole = [*whole, Token("digit", "#")]
    return _whole_part(whole, digits, grouped) + _decimal_part(
        decimals, fraction, has_point=Token("mark", ".") in tokens
    )


def _split(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Return the tokens before the point and behind it."""
    at = next((n for n, t in enumerate(tokens) if t == Token("mark", ".")), len(tokens))
    return tokens[:at], tokens[at + 1 :]


def _last_digit(tokens: Sequence[Token]) -> int:
    return max((n for n, t in enumerate(tokens) if t.kind == "digit"), default=-1)


def _whole_part(tokens: Sequence[Token], digits: str, grouped: bool) -> str:
    rest = "" if digits == "0" else digits
    places = [n for n, t in enumerate(tokens) if t.kind == "digit"]
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
        elif token.kind != "mark" or token.text == "%":
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
            elif token.text == "?":
                shown.append(" ")
            at += 1
        elif token.kind != "mark" or token.text == "%":
            shown.append(token.text)
    return "".join(shown)


def _scientific(section: Section, number: Decimal) -> str | None:
    at = next(n for n, t in enumerate(section.tokens) if t.kind == "exponent")
    mantissa, power = section.tokens[:at], section.tokens[at + 1 :]
    whole, decimals = _split(mantissa)
    if sum(t.kind == "digit" for t in whole) != 1 or any(t.kind != "digit" or t.text != "0" for t in power):
        return None
    if not power or any(t.kind not in ("digit", "text") and t != Token("mark", ".") for t in mantissa):
        return None
    if sum(t == Token("mark", ".") for t in mantissa) > 1 or whole[_last_digit(whole)].text != "0":
        return None
    exponent = number.adjusted() if number else 0
    places = sum(t.kind == "digit" for t in decimals)
    scaled = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if scaled >= 10:  # 9.99 rounds up
        exponent, scaled = exponent + 1, scaled / 10
    sign = "-" if exponent < 0 else "+" if section.tokens[at].text.endswith("+") else ""
    return f"{_filled(mantissa, scaled)}E{sign}{abs(exponent):0{len(power)}d}"

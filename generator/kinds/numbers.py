"""Numbers: whole and broken, percentages, amounts of money, spans of time; and amounts in words."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import ClassVar, TypeGuard
from zoneinfo import ZoneInfo

from generator.formats import duration_text, exact_number, money_text, number_text
from generator.kinds.base import TEXT_CODE, Choice, Kind, Readable, Traits, loose_text
from generator.kinds.raw import CellNumber, ValueFault
from generator.kinds.written_numbers import (
    PERCENT,
    Measure,
    currency_measure,
    minutes_of_cell,
    minutes_of_text,
    of_cell,
    of_text,
    unit_measure,
)
from generator.wording import Lang, traditional

_NUMBERS = frozenset({"integer", "number"})
_SPAN_CODES: Mapping[Lang, str] = {
    "zh-Hans": '[h]"小时"mm"分"',
    "zh-Hant": '[h]"小時"mm"分"',
    "en": '[h]" h "mm" min"',
}
_MINUTES_A_DAY = timedelta(days=1) / timedelta(minutes=1)


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Tell whether a typed value is a number; true and false are none."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and value == int(value)


def literal(text: str) -> str:
    """Return text as a number format holds it: quoted, a quotation mark by itself after a backslash."""
    marked = text.replace('"', '"\\""')
    return f'"{marked}"' if text else ""


class Number(Kind):
    """A number, with every digit that it has."""

    name = "number"
    titles: ClassVar = {"zh-Hans": "数字", "en": "number"}
    control = "number"
    example: ClassVar[object] = 1.5
    share, gap = 9.0, 6
    sheet_columns = 3
    is_number = True
    is_unbroken = True
    code: ClassVar[str] = "#,##0.################"
    whole_code: ClassVar[str] = "#,##0"
    """Format of a whole number among broken ones: it has none of their points."""

    def matches(self, traits: Traits) -> bool:
        if self.units:
            return bool(traits.types & _NUMBERS) and traits.unit in self.units
        return "number" in traits.types and traits.types <= _NUMBERS

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        if isinstance(raw, CellNumber):
            return of_cell(raw, self.measure(field))
        return of_text(raw, self.measure(field)) if isinstance(raw, str) else raw

    def measure(self, field: Readable) -> Measure:
        """Return what may stand beside a number of a field when it is written as text."""
        return unit_measure(field.unit)

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return self.written(value, lang, unit) if is_number(value) else loose_text(value)

    def written(self, value: int | float | Decimal, lang: Lang, unit: str) -> str:
        """Return a number as paper shows it."""
        told = number_text(exact_number(value))
        return f"{told} {unit}" if unit else told

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        """Return the format of a number; a unit stands behind it, so it makes a text of it."""
        if unit:
            return TEXT_CODE
        return self.whole_code if _is_whole(value) else self.code

    def excel_number(self, value: object) -> str:
        return f"{exact_number(value):f}" if is_number(value) else ""

    def sheet_text(self, value: object, lang: Lang, unit: str = "") -> str:
        return f"{exact_number(value):,f}" if is_number(value) else loose_text(value)

    def chart_format(self, unit: str, lang: Lang, places: int) -> str:
        return f"#,##0{_decimals(places)}{literal(f' {unit}' if unit else '')}"


def _decimals(places: int) -> str:
    return "." + "0" * places if places else ""


class Integer(Number):
    """A whole number."""

    name = "integer"
    titles: ClassVar = {"zh-Hans": "整数", "en": "whole number"}
    example: ClassVar[object] = 1
    share = 8.0
    sheet_columns = 2
    code = whole_code = "#,##0"

    def matches(self, traits: Traits) -> bool:
        return "integer" in traits.types and traits.types <= _NUMBERS


class Percent(Number):
    """A percentage: 68 is 68 %."""

    name = "percent"
    titles: ClassVar = {"zh-Hans": "百分数", "en": "percentage"}
    units = ("percent",)
    example: ClassVar[object] = 80
    share, gap = 14.0, 12
    sheet_columns = 2
    code = "0.##############%"
    whole_code = "0%"

    def measure(self, field: Readable) -> Measure:
        return PERCENT

    def written(self, value: int | float | Decimal, lang: Lang, unit: str) -> str:
        return f"{number_text(exact_number(value))}%"

    def excel_number(self, value: object) -> str:
        return f"{exact_number(value) / 100:f}" if is_number(value) else ""

    def sheet_text(self, value: object, lang: Lang, unit: str = "") -> str:
        return f"{exact_number(value):f}%" if is_number(value) else loose_text(value)

    def chart_format(self, unit: str, lang: Lang, places: int) -> str:
        return f"0{_decimals(places)}%"


class Money(Number):
    """An amount of money: in yuan, or in whatever its list is kept in."""

    name = "money"
    titles: ClassVar = {"zh-Hans": "金额", "en": "amount"}
    units = ("yuan", "amount")
    example: ClassVar[object] = 100
    share, gap = 14.0, 12

    def symbol(self, unit: str) -> str:
        return "¥" if unit == "yuan" else ""

    def measure(self, field: Readable) -> Measure:
        """Return yuan, or nothing where the currency is told elsewhere: a mark here might gainsay it."""
        return currency_measure("CNY", field.unit) if field.unit else unit_measure("")

    def written(self, value: int | float | Decimal, lang: Lang, unit: str) -> str:
        return money_text(exact_number(value), unit)

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        return f"{literal(unit)}#,##0.00"

    def sheet_text(self, value: object, lang: Lang, unit: str = "") -> str:
        return f"{unit}{exact_number(value):,.2f}" if is_number(value) else loose_text(value)

    def chart_format(self, unit: str, lang: Lang, places: int) -> str:
        return f"{literal(unit)}#,##0.{'0' * max(2, places)}"


@cache
def currencies() -> Mapping[str, int]:
    """Return the codes of currencies (ISO 4217), each with how many decimals it has."""
    path = Path(__file__).with_name("currencies.json")
    known: Mapping[str, int] = json.loads(path.read_text(encoding="utf-8"))["decimals"]
    return known


class Currency(Number):
    """An amount in the currency of a code: USD 120.50. Decimals beyond those of the currency are kept."""

    name = "currency"
    titles: ClassVar = {"zh-Hans": "外币金额", "en": "amount in a currency"}
    example: ClassVar[object] = 120.5
    share, gap = 14.0, 12
    sheet_columns = 4

    def matches(self, traits: Traits) -> bool:
        return bool(traits.types & _NUMBERS) and traits.unit in currencies()

    def measure(self, field: Readable) -> Measure:
        return currency_measure(field.unit)

    def written(self, value: int | float | Decimal, lang: Lang, unit: str) -> str:
        exact, least = exact_number(value), currencies().get(unit, 2)
        exponent = exact.as_tuple().exponent
        places = max(least, -exponent if isinstance(exponent, int) else least)
        return f"{unit} {exact:,.{places}f}"

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        return f"{literal(unit + ' ')}#,##0{_decimals(currencies().get(unit, 2))}"

    def sheet_text(self, value: object, lang: Lang, unit: str = "") -> str:
        return f"{unit} {exact_number(value):,.{currencies().get(unit, 2)}f}" if is_number(value) else loose_text(value)

    def chart_format(self, unit: str, lang: Lang, places: int) -> str:
        return f"{literal(unit + ' ')}#,##0{_decimals(max(places, currencies().get(unit, 2)))}"


class Duration(Number):
    """A span of time in whole minutes."""

    name = "duration"
    titles: ClassVar = {"zh-Hans": "时长（分钟）", "en": "minutes"}
    units = ("minute",)
    example: ClassVar[object] = 90
    share, gap = 14.0, 12
    is_unbroken = False
    reads_times = True
    sheet_columns = 4

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        if isinstance(raw, CellNumber):
            return minutes_of_cell(raw)
        if isinstance(raw, time):
            return _since_midnight(raw)
        return minutes_of_text(raw) if isinstance(raw, str) else raw

    def written(self, value: int | float | Decimal, lang: Lang, unit: str) -> str:
        return duration_text(value, lang)  # type: ignore[arg-type]  # whole minutes, as the schema says

    def entry(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        """Return a span without days, which might be working days."""
        return duration_text(value, lang, in_days=False) if type(value) is int else loose_text(value)

    def number_format(self, unit: str, lang: Lang, value: object = None) -> str:
        return _SPAN_CODES[lang]

    def excel_number(self, value: object) -> str:
        return repr(int(exact_number(value)) / _MINUTES_A_DAY) if is_number(value) else ""

    def sheet_text(self, value: object, lang: Lang, unit: str = "") -> str:
        """Return hours and minutes as the number format has them, whatever their number."""
        if not is_number(value):
            return loose_text(value)
        hours, minutes = divmod(abs(int(value)), 60)
        words = _SPAN_CODES[lang].replace('"', "").replace("[h]", str(hours)).replace("mm", f"{minutes:02d}", 1)
        return f"{'-' if value < 0 else ''}{words}"

    def chart_format(self, unit: str, lang: Lang, places: int) -> str:
        return _SPAN_CODES[lang]


def _since_midnight(clock: time) -> int:
    """Return the minutes of a cell whose format is a time's: 1:30 are 90."""
    if clock.second or clock.microsecond:
        raise ValueFault("E-minutes")
    return clock.hour * 60 + clock.minute


_SIMPLE = str.maketrans("貳參叁陸萬億圓幣兩", "贰叁叁陆万亿元币两")


class Capitals(Kind):
    """An amount of yuan in Chinese capital numerals."""

    name = "capitals"
    titles: ClassVar = {"zh-Hans": "中文大写金额", "en": "amount in Chinese capital numerals"}
    controls = ("capitals",)
    is_plain_json = True

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        """Return an amount in words as the rules write it: simplified, 元 for 圆, without blanks."""
        if not isinstance(raw, str):
            return raw
        text = re.sub(r"\s", "", raw).translate(_SIMPLE).replace("圆", "元").replace("正", "整")
        return text if text.startswith("人民币") else f"人民币{text}"

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        told = loose_text(value)
        return traditional(told) if lang == "zh-Hant" else told

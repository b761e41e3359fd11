"""Amounts in Chinese capital numerals, as cheques and receipts have them (会计基础工作规范 §52).

整 stands after 元 or 角, never after 分; a zero within is read once, one at the end of a group of four not at all.
"""

from decimal import Decimal

from generator.formats import exact_number

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
MOST = 10**12
"""Amounts from here on have no agreed reading."""


def capitals(amount: int | float | Decimal) -> str | None:
    """Return an amount of yuan in capitals: 1234.5 is 人民币壹仟贰佰叁拾肆元伍角整.

    None for a negative amount, one of `MOST` or more, or one with parts of a fen: there is nothing to write then.
    """
    fen = exact_number(amount) * 100
    if not 0 <= fen < MOST * 100 or fen != fen.to_integral_value():
        return None
    yuan, rest = divmod(int(fen), 100)
    tenths, hundredths = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"人民币{whole or '零元'}整"
    jiao = f"{_DIGITS[tenths]}角" if tenths else "零" if yuan else ""
    return f"人民币{whole}{jiao}" + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _whole(number: int) -> str:
    """Return a whole number in capitals, group of four by group of four."""
    text, skipped = "", False
    for power in reversed(range(len(_GROUPS))):
        group = number // 10_000**power % 10_000
        if group:
            text += "零" if text and (skipped or group < 1_000) else ""
            text += _group(group) + _GROUPS[power]
        skipped = not group
    return text


def _group(number: int) -> str:
    """Return 1 to 9999 in capitals."""
    text = ""
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += _DIGITS[digit] + _PLACES[power]
        elif text and number % 10**power:
            text += "" if text.endswith("零") else "零"
    return text

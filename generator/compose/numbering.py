"""The numbers of sections."""

from generator.wording import Lang

_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return 1 to 99 in Chinese numerals, as headings count: 一, 十, 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def section_number(number: int, lang: Lang) -> str:
    """Return the tag of the n-th section."""
    return str(number) if lang == "en" else chinese_number(number)

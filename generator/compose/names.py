"""How people are addressed in English: a Chinese surname in Latin letters, any other name as it is written."""

import re
from collections.abc import Collection

from generator.wording import surname_readings

_HAN_NAME = re.compile(r"[\u3400-\u9fff]{1,3}[\u3400-\u9fff*]{1,3}")


def romanised_surname(name: str, compound: Collection[str]) -> str:
    """Return the surname of a Chinese name in pinyin; what is no such name, or has several parts, whole.

    `compound`: surnames of two characters.
    """
    if not _HAN_NAME.fullmatch(name):
        return name
    surname = name[: 2 if len(name) > 2 and name[:2] in compound else 1]
    if reading := surname_readings().get(surname):
        return reading
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(surname)).title()

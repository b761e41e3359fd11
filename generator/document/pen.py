"""What is printed where a pen goes: gaps of fixed width between the units of a date, squares for digits."""

from functools import cache
from string import Formatter
from typing import NamedTuple

from generator.theme import Theme
from generator.units import Mm
from generator.wording import Lang, has_phrase, phrase


class Gap(NamedTuple):
    """Room for the digits of a year, a month, a day: `before` and `after` are printed beside it, `under` beneath."""

    width: Mm
    before: str = ""
    after: str = ""
    under: str = ""


@cache
def gaps_of(key: str, lang: Lang, theme: Theme) -> tuple[Gap, ...]:
    """Return the gaps that a phrase asks for, as `{year}年{month}月{day}日` or `{day:DD} / {month:MM}`; none for none.

    What follows a colon stands beneath the gap. A year is wider than what has two digits.
    """
    found: list[Gap] = []
    before = ""
    for text, name, under, _ in Formatter().parse(phrase(key, lang)) if has_phrase(key) else ():
        if found:
            found[-1] = found[-1]._replace(after=text)
        else:
            before = text
        if name is not None:
            width = theme.write.year if name == "year" else theme.write.digits
            found.append(Gap(Mm(width), "" if found else before, "", under or ""))
    return tuple(found)


def signature_gaps(lang: Lang, theme: Theme) -> tuple[Gap, ...]:
    """Return the gaps of the day on which somebody signs."""
    return gaps_of("signature.date", lang, theme)

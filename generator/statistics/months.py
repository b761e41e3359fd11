"""The months that a source has, told where it hasn't the one that is asked for: zeros would look like a quiet month."""

from collections.abc import Mapping

from generator.errors import Fault, Place
from generator.wording import LANGS, phrase

MOST_MONTHS = 12


def month_missing(file: str, counts: Mapping[str, int]) -> Fault:
    """Return the warning for a source without a record of the month; `counts`: how many it has of others, by month.

    W-figures-month names the latest twelve of them, W-figures-none says that there is none.
    """
    if not counts:
        return Fault("W-figures-none", Place(file))
    latest = sorted(counts)[-MOST_MONTHS:]
    named: list[object] = [_named(month, counts[month]) for month in latest]
    return Fault("W-figures-month", Place(file), {"months": [*["…"] * (len(counts) > MOST_MONTHS), *named]})


def _named(month: str, count: int) -> Mapping[str, str]:
    return {lang: phrase("month_count", lang, "statistics").format(month=month, count=count) for lang in LANGS}

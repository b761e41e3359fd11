"""Figures of a summary as they are printed wherever they stand: counts, percentages, spans of time, scores."""

from decimal import Decimal

from generator.formats import exact_number
from generator.kinds import DURATION, NUMBER, PERCENT, Kind
from generator.rules.functions import Number, rounded
from generator.wording import Lang, phrase

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("response_rate", "resolution_rate", "repeat_rate"), PERCENT),
    **dict.fromkeys(("first_contact_rate", "visit_rate", "escalation_rate", "return_rate"), PERCENT),
    **dict.fromkeys(("mean_minutes", "median_minutes", "p90_minutes"), DURATION),
}
_EXACT = 6


def shown(kind: Kind, value: Number, lang: Lang) -> str:
    """Return a figure of a kind."""
    return kind.text(value, lang)


def changed(kind: Kind, now: Number, before: Number, lang: Lang) -> str:
    """Return by how much a figure of a kind has changed; percentages change by percentage points."""
    change = rounded(exact_number(now) - exact_number(before), _EXACT)
    text = (NUMBER if kind is PERCENT else kind).text(change, lang)
    signed = f"+{text}" if Decimal(change) > 0 else text
    return phrase("points", lang, "statistics").format(signed) if kind is PERCENT else signed


def measured(key: str, value: Number, lang: Lang) -> str:
    """Return a figure by its key in the form."""
    return shown(_KINDS.get(key, NUMBER), value, lang)


def difference(key: str, now: Number, before: Number, lang: Lang) -> str:
    """Return by how much a figure has changed."""
    return changed(_KINDS.get(key, NUMBER), now, before, lang)

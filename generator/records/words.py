"""Words that stand beside the rows of a list: what totals and running numbers are called."""

import json
import re
from functools import cache
from pathlib import Path

from generator.kinds.raw import fold

_LABELLED = re.compile(
    r"[^：:\d]{1,12}[：:].*|[（(]?[注备備附][：:、\d].*|(?:note|remark)s?\s*[：:.].*", re.IGNORECASE | re.DOTALL
)


@cache
def _words(kind: str) -> frozenset[str]:
    listed = json.loads(Path(__file__).with_name("list_words.json").read_text(encoding="utf-8"))[kind]
    return frozenset(map(fold, listed))


def is_total(text: str) -> bool:
    """Tell whether a text is what rows of totals begin with."""
    return len(text) <= _LONGEST and fold(text) in _words("totals")


def initials_of_totals() -> frozenset[str]:
    """Return the letters that rows of totals may begin with, and those that are passed over before them."""
    first = {word[0] for word in _words("totals")}
    return frozenset(first | {letter.upper() for letter in first} | set(" \u3000\t*（(【["))


def is_serial(text: str) -> bool:
    """Tell whether a text is what columns of running numbers are called."""
    return len(text) <= _LONGEST and fold(text) in _words("serials")


def is_labelled(text: str) -> bool:
    """Tell whether a text is a label with what it says, as 制表人：… beneath a list is."""
    return _LABELLED.fullmatch(text.strip()) is not None


def is_unit(text: str) -> bool:
    """Tell whether a text in brackets behind a column's name is a unit."""
    return len(text) <= _LONGEST and fold(text) in _words("units")


def is_counter(text: str) -> bool:
    """Tell whether a unit only says what is counted."""
    return len(text) <= _LONGEST and fold(text) in _words("counters")


def is_remark(text: str) -> bool:
    """Tell whether a text in brackets behind a column's name says no more than whether it must be filled in."""
    return len(text) <= _LONGEST and fold(text) in _words("remarks")


def is_amount_unit(label: str, value: str) -> bool:
    """Tell whether a label with its value says that amounts are in something else than yuan."""
    return fold(label) in _words("unit_labels") and fold(value).strip("（）()") not in _words("plain_amounts")


_LONGEST = 20

"""Words that stand beside the rows of a list: what totals and running numbers are called."""

import json
import re
from functools import cache
from pathlib import Path

from generator.kinds.raw import fold

_LABELLED = re.compile(
    r"[^：:\d]{1,12}[：:].*|[（(]?[注备備附][：:、\d].*|(?:note|remark)s?\s*[：:.].*", re.IGNORECASE | re.DOTALL
)

_SCALED = re.compile(r"(?:^|[(\[【]|单位|單位)[:]?[十百千万萬亿億]+元(?:$|[)\]】])")
_END = re.compile(r"\W{0,3}(?:此行)?以下(?:空白|无内容|无正文|無內容|無正文)\W{0,3}")
_TOTAL = re.compile(
    r"\s*([^\d：:（(]{1,20})(?:$|\s*(?:[（(][^）)]*[）)])?\s*(?:[：:].*|(?<![A-Za-z])(?<![A-Za-z]\s)\d[\d,.]*\s*\D{0,3})?$)",
    re.DOTALL,
)
"""The words that a row of totals begins with; behind them brackets, a figure, or a colon and whatever follows."""


@cache
def _words(kind: str) -> frozenset[str]:
    listed = json.loads(Path(__file__).with_name("list_words.json").read_text(encoding="utf-8"))[kind]
    return frozenset(map(fold, listed))


def is_total(text: str) -> bool:
    """Tell whether a text is what rows of totals begin with."""
    begun = _TOTAL.match(text)
    return bool(begun) and fold(begun[1]) in _words("totals")  # type: ignore[index]


def initials_of_totals() -> frozenset[str]:
    """Return the letters that rows of totals may begin with, and those that are passed over before them."""
    first = {word[0] for word in _words("totals")}
    return frozenset(first | {letter.upper() for letter in first} | set(" \u3000\t*（(【["))


def is_serial(text: str) -> bool:
    """Tell whether a text is what columns of running numbers are called."""
    return len(text) <= _LONGEST and fold(text) in _words("serials")


def is_labelled(text: str) -> bool:
    """Tell whether a text is a label with what it says, as 制表人：… beneath a list is."""
    return not is_total(text) and (_LABELLED.fullmatch(text.strip()) or _END.fullmatch(text.strip())) is not None


def is_unit(text: str) -> bool:
    """Tell whether a text in brackets behind a column's name is a unit."""
    return len(text) <= _LONGEST and fold(text) in _words("units")


def is_counter(text: str) -> bool:
    """Tell whether a unit says no more than that pieces, or points, are counted."""
    return fold(text) in _words("counters")


def is_remark(text: str) -> bool:
    """Tell whether a text in brackets behind a column's name says no more than whether it must be filled in."""
    return len(text) <= _LONGEST and fold(text) in _words("remarks")


def is_amount_unit(label: str, value: str) -> bool:
    """Tell whether a label with its value says that amounts are in something else than yuan.

    The label may stand behind others in brackets: 六月台账（单位：万元）.
    """
    last = re.split(r"[(\[【,;|]", fold(label))[-1]
    return last in _words("unit_labels") and fold(value).strip("（）()[]【】。.") not in _words("plain_amounts")


def names_amount_unit(text: str) -> bool:
    """Tell whether a text says by itself that amounts are in something else than yuan: （万元）, 单位万元."""
    return _SCALED.search(fold(text)) is not None


_LONGEST = 20

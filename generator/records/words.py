"""Words that stand beside the rows of a list: what totals and running numbers are called."""

import json
import re
from functools import cache
from pathlib import Path

from generator.kinds.raw import fold

_LABELLED = re.compile(
    r"[^：:\d]{1,12}[：:].*|[（(]?[注备備附][：:、\d].*|(?:note|remark)s?\s*[：:.].*", re.IGNORECASE | re.DOTALL
)

_NOTE = re.compile(
    r"[（(【*]?\s*(?:附?注|註|备\s*注|備\s*註|附?[说說]明|填[表报報写寫][说說]明|提示|note|remark|nb)s?\s*[0-9一二三四五]{0,2}\s*[：:].*"
    r"|[（(]?[一二三四五六七八九十]{1,3}[、)）.．].*",
    re.IGNORECASE | re.DOTALL,
)
_SCALED = re.compile(r"(?:^|[(\[【]|单位|單位)[:]?[十百千万萬亿億]+元(?:$|[)\]】])")
_TOTAL = re.compile(
    r"\s*([^\d：:（(]{1,20})(?:$|\s*(?:[（(][^）)]*[）)])?\s*(?:[：:].*|(?<![A-Za-z])(?<![A-Za-z]\s)\d[\d,.]*\s*\D{0,3})?$)",
    re.DOTALL,
)
"""The words that a row of totals begins with; behind them brackets, a figure, or a colon and whatever follows."""


@cache
def _words(kind: str) -> frozenset[str]:
    listed = json.loads(Path(__file__).with_name("list_words.json").read_text(encoding="utf-8"))[kind]
    return frozenset(map(fold, listed))


def is_blank(cell: object) -> bool:
    """Tell whether a cell holds nothing."""
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def is_total(text: str) -> bool:
    """Tell whether a text is what rows of totals begin with."""
    begun = _TOTAL.match(text)
    return bool(begun) and fold(begun[1]) in _words("totals")  # type: ignore[index]


def ends_as_total(text: str) -> bool:
    """Tell whether a text ends as one that tells what is summed: 5月合计, 张三小计（元）."""
    plain = _BRACKETED_END.sub("", fold(text)) if len(text) <= _LONGEST_SUM else ""
    return any(plain.endswith(word) for word in _words("totals") if not word.isascii())


def is_end(text: str) -> bool:
    """Tell whether a text says that nothing follows: 以下空白."""
    return len(text) <= _LONGEST and _AROUND.sub("", fold(text)) in _words("ends")


def is_figure(text: str) -> bool:
    """Tell whether a text is a figure as totals have them: 1,234.50, ¥80, 75%, 3小时20分, or a dash."""
    return _FIGURE.fullmatch(text.strip()) is not None


def finals_of_totals() -> frozenset[str]:
    """Return the letters that texts of totals may end in, and those that are passed over behind them."""
    return frozenset({word[-1] for word in _words("totals")} | set(" \u3000\t：:)）】]"))


def initials_of_totals() -> frozenset[str]:
    """Return the letters that rows of totals may begin with, and those that are passed over before them."""
    first = {word[0] for word in _words("totals")}
    return frozenset(first | {letter.upper() for letter in first} | set(" \u3000\t*（(【["))


def is_serial(text: str) -> bool:
    """Tell whether a text is what columns of running numbers are called."""
    return len(text) <= _LONGEST and fold(text) in _words("serials")


def is_labelled(text: str) -> bool:
    """Tell whether a text is a label with what it says, as 制表人：… beneath a list is."""
    return not is_total(text) and (_LABELLED.fullmatch(text.strip()) is not None or is_end(text))


def is_note(text: str) -> bool:
    """Tell whether a text says that it is a note or the heading of a part, as 注：…, 备注1：… and 一、… do."""
    return _NOTE.fullmatch(text.strip()) is not None


def dittos() -> frozenset[str]:
    """Return the words and marks that say that a cell is as the one above, as they are written."""
    words = {form for word in _words("dittos") for form in (word, word.capitalize(), word.upper())}
    return frozenset(f"{before}{word}{after}" for word in words for before in _BLANKS for after in _BLANKS)


_BLANKS = ("", " ", "\u3000")


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
    """Tell whether a label with its value says that amounts are in something else than yuan.

    The label may stand behind others in brackets: 六月台账（单位：万元）.
    """
    last = re.split(r"[(\[【,;|]", fold(label))[-1]
    return last in _words("unit_labels") and fold(value).strip("（）()[]【】。.") not in _words("plain_amounts")


def names_amount_unit(text: str) -> bool:
    """Tell whether a text says by itself that amounts are in something else than yuan: （万元）, 单位万元."""
    return _SCALED.search(fold(text)) is not None


_LONGEST, _LONGEST_SUM = 20, 40
_AROUND = re.compile(r"^\W+|\W+$")
_BRACKETED_END = re.compile(r"\([^()]*\)$|:$")
_FIGURE = re.compile(
    r"[-+−－(（]?[¥￥$€]?[-−－]?[\d,，.．:：]*\s*[%％‰元万亿萬億件个個人次分钟鐘小时時秒天项項\d]*[)）]?|[-—–/]+"
)

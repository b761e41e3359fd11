"""Signs by which values tell what they are: how they look, and what their column is called."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from generator.kinds.raw import NONE_YET, ValueFault, fold, narrow
from generator.records.cells import exact_of
from generator.records.words import is_figure, is_unit
from generator.records.workbooks.moment_format import shown_moment
from generator.records.workbooks.number_format import shown_number


class Cell(NamedTuple):
    """A cell's value with the number format that it is shown by, and what is shown where the file says it."""

    type: str
    value: Any
    code: str = ""
    shown: str = ""


YES_NO = frozenset(["是", "否", "有", "无", "yes", "no", "y", "n", "true", "false", "√", "×", "✓", "✗", "对", "错"])
_YES_NO_PAIRS = ({"是", "否"}, {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"√", "×"}, {"✓", "✗"}, {"√"}, {"✓"})
_MOMENT = re.compile(
    r"\D{0,3}[12]\d{3}\s*[-/.年]\s*\d{1,2}.*|\d{1,2}[:：]\d{2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|[12]\d{3}[01]\d[0-3]\d"
)
_CLOCK = re.compile(r"\s*\d{1,2}\s*[:：]\s*\d{2}(\s*[:：]\s*\d{2})?\s*")
_MONTH = re.compile(r"\s*[12]\d{3}\s*(?:[-/.]\s*\d{1,2}|年\s*\d{1,2}\s*月)\s*")
_DAY = re.compile(r"d|日|号", re.IGNORECASE)
_HAS_CLOCK = re.compile(r"\d\s*[:：点时]\s*\d")
_SPAN = re.compile(r"耗时|时长|用时|历时|工时|duration|elapsed|minutes", re.IGNORECASE)
_NUMBERING = re.compile(
    r"编号|单号|号码|工号|学号|代码|账号|帐号|邮编|型号|批号|\b(?:no|number|code|id)\b\.?", re.IGNORECASE
)
_LONG_DIGITS = 12


def text_of(cell: Cell) -> str:
    """Return what a person reads in a cell."""
    value = cell.value
    if isinstance(value, str):
        return value.strip()
    if cell.shown:
        return cell.shown
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        try:
            number = exact_of(value)
        except ValueFault:
            return str(value)
        told = shown_number(Decimal(number), cell.code) if cell.code else ""
        return told or f"{number}"
    if isinstance(value, (date, time, timedelta)):
        return shown_moment(value, cell.code) or str(value)
    return str(value)


def is_none(cell: Cell) -> bool:
    """Tell whether a cell says that there is nothing yet."""
    return isinstance(cell.value, str) and narrow(cell.value).lower() in NONE_YET


def is_yes_or_no(cell: Cell) -> bool:
    """Tell whether a value is yes or no."""
    return isinstance(cell.value, bool) or any(fold(text_of(cell)) in pair for pair in _YES_NO_PAIRS)


def is_moment(cell: Cell) -> bool:
    """Tell whether a value may be a day or a time."""
    if isinstance(cell.value, (date, time, timedelta)):
        return True
    return isinstance(cell.value, str) and bool(_MOMENT.fullmatch(cell.value.strip()))


def is_clock(cell: Cell) -> bool:
    """Tell whether a value is a time of day."""
    return isinstance(cell.value, time) or (isinstance(cell.value, str) and bool(_CLOCK.fullmatch(cell.value)))


def is_month(cell: Cell) -> bool:
    """Tell whether a value is a month without a day."""
    if isinstance(cell.value, date):
        return bool(cell.code) and not _DAY.search(re.sub(r'"[^"]*"|\[[^\]]*\]', "", cell.code)) and "y" in cell.code
    return isinstance(cell.value, str) and bool(_MONTH.fullmatch(cell.value))


_DATED = re.compile(r"日期|时间|時間|日$|\bdate\b|\btime\b|\b(?:on|at)$", re.IGNORECASE)
_DAYS_OF_EXCEL = (20_000, 80_000)


def is_dated(title: str) -> bool:
    """Tell whether a title is that of days or times."""
    return bool(_DATED.search(title)) and not is_span(title)


def is_serial_day(cell: Cell) -> bool:
    """Tell whether a number without a format may be a day as Excel counts them: 45292."""
    first, last = _DAYS_OF_EXCEL
    is_figure = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    return is_figure and not cell.code and first <= cell.value <= last


def has_clock(cell: Cell) -> bool:
    """Tell whether a moment has a time of day."""
    if isinstance(cell.value, float) and is_serial_day(cell):
        return not cell.value.is_integer()
    return isinstance(cell.value, datetime) or (isinstance(cell.value, str) and bool(_HAS_CLOCK.search(cell.value)))


def is_span(title: str) -> bool:
    """Tell whether a title says that its times are spans."""
    return bool(_SPAN.search(title))


def is_number(cell: Cell) -> bool:
    """Tell whether a value is a number, with or without its unit."""
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        return True
    text = narrow(cell.value) if isinstance(cell.value, str) else ""
    return bool(_FIGURE.fullmatch(text)) or (any(map(str.isdigit, text)) and is_figure(text) and ":" not in text)


_FIGURE = re.compile(r"[-+(]?(?:[¥￥$€£]|RMB|HK\$|US\$)?\s*[-+]?\d[\d,]*(?:\.\d+)?\s*([^\d\s,.:/-]{0,4})\)?")


def is_whole(cell: Cell) -> bool:
    """Tell whether a number is whole."""
    if isinstance(cell.value, float):
        return cell.value.is_integer() or isinstance(exact_of(cell.value), int)
    return "." not in str(cell.value)


def is_long_number(cell: Cell) -> bool:
    """Tell whether a number is written as names are: with zeros before it, or with very many digits."""
    text = text_of(cell)
    digits = re.sub(r"[\s-]", "", text)
    return bool(re.fullmatch(r"0\d+", digits) or (digits.isdigit() and len(digits) >= _LONG_DIGITS - 1))


def is_numbering(title: str) -> bool:
    """Tell whether a title is that of numbers that name something."""
    return bool(_NUMBERING.search(title))


_WORDS = re.compile(
    r"描述|说明|原因|措施|方案|反馈|备注|内容|意见|建议|情况|經過|经过|过程|摘要|description|reason|measure|remarks?|comments?|notes?",
    re.IGNORECASE,
)


def is_long(title: str) -> bool:
    """Tell whether a title asks for words of one's own."""
    return bool(_WORDS.search(title.rpartition("/")[2]))


_SIGNS = (
    ("US$", "USD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("¥", "yuan"),
    ("￥", "yuan"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("$", "USD"),
)
_MINUTES = frozenset(
    {"分钟", "分鐘", "分", "minute", "minutes", "min", "mins", "小时", "小時", "时", "h", "hour", "hours"}
)


def unit_of(title: str, unit: str, counts: Counter[Cell]) -> str:
    """Return the unit of numbers by their formats, by what stands behind them, by the title; nothing where none is."""
    codes = {cell.code for cell in counts if not isinstance(cell.value, str)} - {""}
    texts = [narrow(cell.value) for cell in counts if isinstance(cell.value, str) and not is_none(cell)]
    if any("%" in code for code in codes) or any(text.endswith(("%", "％")) for text in texts):
        return "percent"
    signs = [name for sign, name in _SIGNS if any(sign in told for told in (*codes, *texts))]
    if signs:
        return signs[0]
    if unit:
        return _named_unit(unit)
    behind = {found[1] for text in texts if (found := _FIGURE.fullmatch(text))}
    behind |= {found[1].strip() for code in codes if (found := _QUOTED_LAST.search(code))}
    if behind and {fold(word) for word in behind} <= _MINUTES:
        return "minute"
    numbers = any(isinstance(cell.value, (int, float)) and not cell.code for cell in counts)
    if len(behind) == 1 and not numbers and (word := behind.pop()):
        return _named_unit(word)
    return "minute" if is_span(title) and "分" in title else ""


_QUOTED_LAST = re.compile(r'"([^"]{1,6})"$')


def _named_unit(unit: str) -> str:
    plain = fold(unit)
    if plain in _MINUTES:
        return "minute"
    if plain.endswith(("元", "圆", "rmb", "cny")) and (is_unit(unit) or plain in ("元", "rmb", "cny")):
        return "yuan"
    return "percent" if plain in ("%", "百分比") else unit


# --- answers that repeat ---

_OFFERS = re.compile(
    r"状态|類型|类型|类别|類別|级别|等级|级$|优先|紧急|程度|性质|渠道|方式|结果|来源|分类|阶段|进度|满意|种类|性别|情绪|"
    r"status|type|category|priority|level|severity|channel|kind|stage|result|source|gender|grade",
    re.IGNORECASE,
)
_NO_ANSWERS = re.compile(
    r"姓名|人$|员$|师$|者$|名称$|编号|号码|单号|电话|地址|描述|备注|说明|内容|\bname\b|person|owner|address|remark|note",
    re.IGNORECASE,
)
_MOST_ANSWERS, _LONGEST_ANSWER = 12, 20
_FEWEST_ROWS, _FEWEST_HINTED = 20, 6
_OFTEN, _OFTEN_HINTED = 4, 2


def answers(title: str, told: Counter[str]) -> Mapping[str, int]:
    """Return the answers of a column that are few and come again and again, the first first; nothing of any other."""
    is_hinted = bool(_OFFERS.search(title))
    rows, count = told.total(), len(told)
    if count < 2 or count > _MOST_ANSWERS or (_NO_ANSWERS.search(title) and not is_hinted):
        return {}
    if any(len(text) > _LONGEST_ANSWER or "\n" in text or text.isdigit() for text in told):
        return {}
    once = sum(n == 1 for n in told.values())
    if is_hinted:
        return dict(told) if rows >= _FEWEST_HINTED and rows >= _OFTEN_HINTED * count else {}
    return dict(told) if rows >= _FEWEST_ROWS and rows >= _OFTEN * count and once * 5 <= count else {}


_MARKS = re.compile(r"\s*[、;；|]\s*")


def several_answers(title: str, told: Counter[str]) -> Mapping[str, int]:
    """Return the answers of a column in which several stand in a cell; nothing of any other."""
    joined = sum(n for text, n in told.items() if _MARKS.search(text))
    if told.total() < _FEWEST_HINTED or 4 * joined < told.total() or _NO_ANSWERS.search(title):
        return {}
    parts = Counter[str]()
    for text, n in told.items():
        for part in _MARKS.split(text):
            parts[part] += n
    is_few = 1 < len(parts) <= _MOST_ANSWERS and parts.total() >= 3 * len(parts)
    return dict(parts) if is_few and all(0 < len(part) <= _LONGEST_ANSWER for part in parts) else {}


# --- personal values ---

_PHONE = re.compile(r"(?:\+?86[ -]?)?1[3-9][\d*]{9}|0\d{2,3}[- ]?[\d*]{7,8}(?:[-转]\d{1,6})?|\+\d[\d -]{7,18}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_ID = re.compile(r"[1-9*][\d*]{16}[\dXx*]")
_CARD = re.compile(r"[\d*]{4}(?: ?[\d*]{2,4}){2,5}")
_URI = re.compile(r"https?://\S+", re.IGNORECASE)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ENOUGH = 0.95


def personal_by_values(told: Counter[str]) -> dict[str, Any] | None:
    """Return what values say of themselves that are ways to reach somebody or numbers of papers; None of any other."""
    if not told:
        return None
    if all(map(_EMAIL.fullmatch, told)):
        return {"format": "email", "x-sensitive": "email"}
    if all(map(_URI.fullmatch, told)):
        return {"format": "uri"}
    if all(map(_ID.fullmatch, told)) and _right_share(right_digits(told, "id")) >= _ENOUGH:
        return {"pattern": "^[0-9*]{17}[0-9Xx*]$", "x-sensitive": "id", "x-squares": 18}
    if all(map(_PHONE.fullmatch, told)):
        mobile = all(len(text) == _MOBILE and text[0] == "1" for text in told)
        return {
            "pattern": "^[0-9+*() 转-]{5,30}$",
            "x-sensitive": "phone",
            **({"x-squares": _MOBILE} if mobile else {}),
        }
    if all(map(_CARD.fullmatch, told)) and _right_share(right_digits(told, "bank-card")) >= _ENOUGH:
        lengths = {len(text.replace(" ", "")) for text in told}
        return {"pattern": "^[0-9* ]{8,30}$", "x-sensitive": "bank-card"} if min(lengths) >= _SHORTEST_CARD else None
    return None


_MOBILE, _SHORTEST_CARD = 11, 15


def _right_share(counted: tuple[int, int] | None) -> float:
    return 1.0 if not counted or not counted[1] else counted[0] / counted[1]


def right_digits(told: Counter[str], sort: str) -> tuple[int, int] | None:
    """Return how many numbers end in the digit that they must end in, and how many aren't masked."""
    tests = {"id": _is_right_id, "bank-card": _is_right_card}
    if sort not in tests:
        return None
    whole = [text for text in told if "*" not in text]
    return sum(map(tests[sort], whole)), len(whole)


def _is_right_id(text: str) -> bool:
    """Tell whether an identity number ends in the digit of GB 11643."""
    if len(text) != len(_WEIGHTS) + 1 or not text[:-1].isdigit():
        return False
    return "10X98765432"[sum(int(d) * w for d, w in zip(text, _WEIGHTS, strict=False)) % 11] == text[-1].upper()


def _is_right_card(text: str) -> bool:
    """Tell whether a card's number ends in the digit of ISO/IEC 7812."""
    digits = [int(d) for d in reversed(text.replace(" ", "")) if d.isdigit()]
    doubled = [d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(digits)]
    return bool(digits) and sum(doubled) % 10 == 0


_BY_TITLE = (
    (re.compile(r"身份证|证件号|identity (?:card|no)", re.IGNORECASE), "id"),
    (re.compile(r"银行卡|银行账号|开户账号|bank card|bank account", re.IGNORECASE), "bank-card"),
    (re.compile(r"联系方式|^contact$|contact details", re.IGNORECASE), "contact"),
    (re.compile(r"电话|手机|phone|mobile|\btel\b", re.IGNORECASE), "phone"),
    (re.compile(r"邮箱|e-?mail", re.IGNORECASE), "email"),
    (re.compile(r"地址|住址|address", re.IGNORECASE), "address"),
    (
        re.compile(
            r"姓名|联系人|负责人|申请人|投诉人|收件人|收货人|持卡人|(?<!客)户名|full name|contact person", re.IGNORECASE
        ),
        "name",
    ),
)


def personal_by_title(title: str) -> str:
    """Return how values are masked whose title says that they are personal; nothing of any other."""
    return next((sort for pattern, sort in _BY_TITLE if pattern.search(title)), "")

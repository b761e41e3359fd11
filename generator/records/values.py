"""One value as people write it, turned into its typed form: dates, choices by value or label, numbers, lists."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from generator.catalogue.form import FieldSpec
from generator.document import Kind
from generator.strict_json import MAX_DIGITS
from generator.wording import LANGS, choose

NONE_YET = frozenset({"-", "--", "—", "——", "－", "–", "无", "無", "/", "n/a", "none"})
_DATE = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:(?:[T\s]+|(?<=日))(?P<half>上午|下午|AM|PM)?\s*(?P<H>\d{1,2})\s*"
    r"(?:[时時点點]|(?:[:时時点點]\s*(?P<M>\d{1,2})\s*分?(?:\s*:?\s*(?P<S>\d{1,2})(?P<f>\.\d+)?\s*秒?)?))"
    r"\s*(?P<after>AM|PM)?\s*(?P<z>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_DURATION = re.compile(
    r"(?:(?P<h>\d+)\s*(?:个?小时|個?小時|h|hours?))?\s*(?:(?P<m>\d+)\s*(?:分钟|分鐘|分|min|minutes?)?)?"
)
_YES = frozenset({"是", "true", "yes", "y", "√", "✓", "对", "有", "1"})
_NO = frozenset({"否", "false", "no", "n", "×", "✗", "不对", "無", "无", "0"})
_ILL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_LIST_MARKS = re.compile(r"[\n、,，;；|]")


_NUMBERED = re.compile(r"^\s*(\d{1,3}([.．](?!\d)|[、)）])|[-•·](?=\s))\s*")
_NOON = 12
_DEEPEST = 32
_LARGEST = 300


class ValueFault(ValueError):
    """A value can't be read; carries the fault's code and parameters, never the value."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def fold(text: str) -> str:
    """Return `text` as names are compared: NFKC, case-folded, without spaces, stars and a closing colon."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s*]|:$", "", folded)


def clean_text(text: str) -> str:
    """Return text with LF line ends.

    Raises ValueFault (E-control, E-surrogate) for characters that no document can hold (XML 1.0, 2.2).
    """
    ill = _ILL.search(text)
    if ill:
        code = "E-surrogate" if "\ud800" <= ill[0] <= "\udfff" else "E-control"
        raise ValueFault(code, character=f"U+{ord(ill[0]):04X}", position=ill.start() + 1)
    return _LINE_ENDS.sub("\n", text)


_MONTH = re.compile(r"([0-9]{4})[-/.年]\s*([0-9]{1,2})(?:月|[-/.月]\s*[0-9]{1,2}日?)?")


def reader(spec: FieldSpec, zone: ZoneInfo) -> Callable[[Any], Any]:
    """Return the function that reads the raw values of one field.

    It returns the typed value, or None when the raw one says that there is none. What isn't of the field's type is
    returned as it came: the schema's validator tells what is wrong with it. Raises ValueFault where reading itself
    fails.
    """
    parse = _PARSERS.get(spec.kind, _text)
    is_text = parse is _text

    def read(raw: Any) -> Any:
        if isinstance(raw, str):
            if not raw.isprintable():
                raw = clean_text(raw)
            if not raw or raw.isspace():
                return None
            return raw if is_text else parse(raw, spec, zone)
        if raw is None:
            return None
        if isinstance(raw, float):
            raw = _whole(raw)
        elif isinstance(raw, (list, Mapping)):
            raw = _clean(raw, 1)
        elif not isinstance(raw, _READABLE):
            raise ValueFault("E-type")
        return parse(raw, spec, zone)

    return read


def _clean(raw: Any, depth: int) -> Any:
    """Return a list or mapping with every text in it cleaned.

    Raises ValueFault as `clean_text`, and E-json-depth for what is nested too deeply to be a field's value.
    """
    if depth > _DEEPEST:
        raise ValueFault("E-json-depth")
    if isinstance(raw, str):
        return raw if raw.isprintable() else clean_text(raw)
    if isinstance(raw, list):
        return [_clean(item, depth + 1) for item in raw]
    if isinstance(raw, Mapping):
        return {_clean(key, depth + 1): _clean(value, depth + 1) for key, value in raw.items()}
    return raw


def _whole(number: float) -> int | float | Decimal:
    """Return a float from a workbook as the exact number that its cell shows."""
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueFault("E-json-number", what="NaN")
    if number.is_integer():
        if abs(number) >= 10**MAX_DIGITS:
            raise ValueFault("E-digits-lost", limit=MAX_DIGITS)
        return int(number)
    return Decimal(repr(number))


def _text(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    if isinstance(raw, CellNumber):
        return str(raw.number)
    if isinstance(raw, (datetime, date)):
        from generator.formats import date_text

        return date_text(raw)
    return raw


class CellNumber:
    """A number from a workbook's cell or a database, where a text field may have been typed without quotes."""

    def __init__(self, number: int | float | Decimal) -> None:
        self.number = _whole(number) if isinstance(number, float) else number


_READABLE = (int, Decimal, date, CellNumber)


def _unwrap(raw: Any) -> Any:
    return raw.number if isinstance(raw, CellNumber) else raw


def _moment(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    if isinstance(raw, str):
        if raw.strip().lower() in NONE_YET:
            return None
        raw = parse_moment(raw, zone)
    elif isinstance(raw, CellNumber):
        raw = _from_serial(raw.number)
    if isinstance(raw, datetime):
        if raw.tzinfo:
            raw = raw.astimezone(zone).replace(tzinfo=None)
        if raw.microsecond:
            raise ValueFault("E-date-fraction")
        if spec.kind is Kind.DATE:
            return _day_only(raw)
        return raw
    if isinstance(raw, date) and spec.kind is Kind.DATETIME and not spec.date_only:
        raise ValueFault("E-time-missing")
    return raw


def _day_only(moment: datetime) -> date:
    if moment.time() != time():
        raise ValueFault("E-time-extra")
    return moment.date()


def _from_serial(number: Any) -> datetime | date:
    """Return the moment of an Excel serial number (1900 system, ECMA-376 18.17.4.1), to the second."""
    from datetime import timedelta

    if not 61 <= number < 2958466:
        raise ValueFault("E-date")
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(float(number) * 86400))
    return moment if moment.time() != time() else moment.date()


def parse_moment(text: str, zone: ZoneInfo) -> datetime | date:
    """Return the date, or date and time, of what people write: 2024-05-01 14:30, 2024/5/1, 2024年5月1日 14时30分.

    A time with a zone is moved to `zone`, and comes without one. Raises ValueFault (E-date, E-date-fraction).
    """
    if _ISO.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueFault("E-date") from None
        return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise ValueFault("E-date")
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found["H"] is None:
            return day
        if found["f"] and found["f"].strip(".0"):
            raise ValueFault("E-date-fraction")
        moment = datetime.combine(day, time(_hour(found), int(found["M"] or 0), int(found["S"] or 0)))
        return _local(moment, found["z"], zone)
    except (ValueFault, OverflowError):
        raise
    except ValueError:
        raise ValueFault("E-date") from None


def _hour(found: re.Match[str]) -> int:
    hour, half = int(found["H"]), (found["half"] or found["after"] or "").upper()
    if half in ("上午", "AM") and hour > _NOON:
        raise ValueFault("E-date")
    if half in ("下午", "PM") and hour < _NOON:
        return hour + _NOON
    return 0 if half in ("上午", "AM") and hour == _NOON else hour


def _local(moment: datetime, offset: str | None, zone: ZoneInfo) -> datetime:
    if not offset:
        return moment
    aware = datetime.fromisoformat(moment.isoformat() + ("+00:00" if offset in "Zz" else offset))
    return aware.astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=1024)
def _choices_by_name(spec: FieldSpec) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for choice in spec.choices:
        for lang in LANGS:
            names.setdefault(fold(choose(choice.titles, lang)), choice.value)
    return names | {fold(str(choice.value)): choice.value for choice in spec.choices}


@lru_cache(maxsize=1024)
def _values(spec: FieldSpec) -> frozenset[tuple[type, Any]]:
    """Return the values of a field's choices with their types, for 1 isn't the same choice as true.

    Lists and objects, which a schema from elsewhere may offer, are left to their names.
    """
    values = (choice.value for choice in spec.choices)
    return frozenset((type(value), value) for value in values if not isinstance(value, (list, dict)))


def _choice(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    raw = _unwrap(raw)
    if not isinstance(raw, (list, dict)) and (type(raw), raw) in _values(spec):
        return raw
    names = _choices_by_name(spec)
    text = str(raw)
    return names[text] if text in names else names.get(fold(text), raw)


def _choices(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    items = _LIST_MARKS.split(raw) if isinstance(raw, str) else raw
    if not isinstance(items, list):
        return raw
    return [_choice(item, spec, zone) for item in items if not isinstance(item, str) or item.strip()]


def _list(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    if isinstance(raw, str):
        lines = (_NUMBERED.sub("", line) for line in raw.split("\n"))
        return [line for line in lines if line.strip()]
    return raw


def _number(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    raw = _unwrap(raw)
    if not isinstance(raw, str):
        return raw
    text = re.sub(r"[,\s¥￥$%]", "", unicodedata.normalize("NFKC", raw))
    if spec.unit and text.endswith(spec.unit):
        text = text.removesuffix(spec.unit)
    try:
        value = Decimal(text)
    except InvalidOperation:
        return raw
    if not value.is_finite():
        raise ValueFault("E-json-number", what="NaN")
    if abs(value.adjusted()) > _LARGEST:
        raise ValueFault("E-json-range")
    if len(value.as_tuple().digits) > MAX_DIGITS:
        raise ValueFault("E-json-digits", count=len(value.as_tuple().digits), limit=MAX_DIGITS)
    return int(value) if value == value.to_integral_value() else value


def _duration(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    raw = _unwrap(raw)
    found = _DURATION.fullmatch(unicodedata.normalize("NFKC", raw).strip()) if isinstance(raw, str) else None
    if not found or not any(found.groups()):
        return raw
    minutes = int(found["h"] or 0) * 60 + int(found["m"] or 0)
    if minutes >= 10**MAX_DIGITS:
        raise ValueFault("E-json-range")
    return minutes


def _boolean(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    raw = _unwrap(raw)
    if isinstance(raw, bool):
        return raw
    word = str(raw)
    if word not in _YES and word not in _NO:
        word = fold(word)
    return True if word in _YES else False if word in _NO else raw


_SIMPLE = str.maketrans("貳參叁陸萬億圓幣兩", "贰叁叁陆万亿元币两")


def _capitals(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    """Return an amount in words as the rules write it: simplified, 元 for 圆, without blanks."""
    if not isinstance(raw, str):
        return raw
    text = re.sub(r"\s", "", raw).translate(_SIMPLE).replace("圆", "元").replace("正", "整")
    return text if text.startswith("人民币") else f"人民币{text}"


def _month(raw: Any, spec: FieldSpec, zone: ZoneInfo) -> Any:
    """Return the month that people write: 2024-05, 2024/5, 2024年5月, or a day of it."""
    if isinstance(raw, CellNumber):
        raw = _from_serial(raw.number)
    if isinstance(raw, date):
        return f"{raw.year:04d}-{raw.month:02d}"
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", raw).strip()) if isinstance(raw, str) else None
    return f"{found[1]}-{int(found[2]):02d}" if found else raw


_PARSERS: dict[Kind, Callable[[Any, FieldSpec, ZoneInfo], Any]] = {
    Kind.DATE: _moment,
    Kind.DATETIME: _moment,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.LIST: _list,
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
    Kind.PERCENT: _number,
    Kind.MONEY: _number,
    Kind.DURATION: _duration,
    Kind.BOOLEAN: _boolean,
    Kind.MONTH: _month,
    Kind.CAPITALS: _capitals,
}

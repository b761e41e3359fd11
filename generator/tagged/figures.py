"""Values as Excel keeps them: digits with the number format that shows them."""

from datetime import date, datetime, time
from typing import Any

from generator.tagged.values import Figure, Shown


def number_kept(value: Any) -> tuple[str, str]:
    """Return the digits and the number format by which Excel keeps a value; nothing for a text."""
    if isinstance(value, (Shown, Figure)):
        kind, typed = value._spec.kind, value.typed
        digits = kind.excel_number(typed) if kind.is_number else ""
        digits = digits or _serial(typed)
        code = kind.number_format(value._spec.unit, value._lang, typed) if digits else ""
        return ("", "") if code == "@" else (digits, code)
    if isinstance(value, bool):
        return "", ""
    if isinstance(value, (int, float)) or type(value).__name__ == "Decimal":
        return f"{value}", ""
    digits = _serial(value)
    return digits, _CODES.get(type(value), "") if digits else ""


_CODES = {date: "yyyy\\-mm\\-dd", datetime: "yyyy\\-mm\\-dd\\ hh:mm", time: "hh:mm"}
_FIRST_DAY = date(1899, 12, 30)
_SECONDS = 86_400


def _serial(value: Any) -> str:
    """Return the serial number of a day, a moment or a time of day; nothing for what is none, or before 1900-03-01."""
    if isinstance(value, time):
        return repr((value.hour * 3600 + value.minute * 60 + value.second) / _SECONDS)
    if not isinstance(value, date) or value.year < 1901:
        return ""
    days = value.toordinal() - _FIRST_DAY.toordinal()
    if not isinstance(value, datetime):
        return str(days)
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return repr(days + seconds / _SECONDS) if seconds else str(days)

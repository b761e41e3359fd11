"""Values that expressions and templates make: measured after they are made, or before where making them is the harm."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from jinja2 import Undefined
from jinja2.filters import _GroupTuple
from jinja2.runtime import markup_join
from jinja2.utils import Namespace

from generator.catalogue import limits
from generator.catalogue.limits import OutOfBounds, bound, spend

_PLAIN = (str, int, float, Decimal, date, time, timedelta, type(None), Undefined)
_WIDTHS = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\*|[0-9]*)(?:\.(\*|[0-9]*))?")


class MadeDict(dict[Any, Any]):
    """A mapping that a template has written, and not one of the record."""


_HOLDERS = frozenset({list, tuple, MadeDict, _GroupTuple})
"""What holds other values in a template: rows of the record count as one each."""


def plain(value: Any) -> Any:
    """Return a value that has a text.

    Raises TypeError for lists, mappings, functions and whatever holds other values.
    """
    if not isinstance(value, _PLAIN) and (isinstance(value, (Iterable, Namespace)) or callable(value)):
        raise TypeError("not a value")
    return value


@cache
def _beyond(digits: int) -> int:
    return int(10**digits)


def measured(value: Any) -> Any:
    """Return a value that was made.

    Raises OutOfBounds for a number, text or list that is too large.
    """
    if isinstance(value, int):
        if not -_beyond(limits.MOST_DIGITS) < value < _beyond(limits.MOST_DIGITS):
            raise OutOfBounds("digits", limits.MOST_DIGITS)
    elif isinstance(value, str):
        bound("text", len(value), limits.MOST_TEXT)
        spend(1 + len(value) // 32, len(value))
    elif isinstance(value, (list, tuple, MadeDict)):
        weighed(value)
    elif isinstance(value, Decimal) and value.is_finite():
        bound("digits", abs(value.adjusted()), 3 * limits.MOST_DIGITS)
    return value


def weighed(value: Any) -> Any:
    """Return a list, its items counted with those of the lists within it."""
    count, lists, stack = 0, 0, [value]
    while stack:
        inner = stack.pop()
        count, lists = count + len(inner), lists + 1
        bound("items", count, limits.MOST_ITEMS)
        items = (*inner, *inner.values()) if isinstance(inner, MadeDict) else inner
        if not _HOLDERS.isdisjoint(map(type, items)):
            stack += [item for item in items if type(item) in _HOLDERS]
    spend(4 * lists + count // 4)
    return value


def sliced(value: Any) -> Any:
    """Return a part of a list or text, which takes as many steps as it is long."""
    spend(1 + len(value) // 8)
    return value


def compared(value: Any) -> Any:
    """Return a value that is to be compared, which takes as many steps as it is long."""
    if isinstance(value, (list, tuple, MadeDict)):
        return weighed(value)
    if isinstance(value, str):
        spend(len(value) // 32)
    return value


def listed(value: Any) -> Any:
    """Return what is to be gone through, if it has a length.

    Raises UndefinedError or TypeError for what can't be gone through.
    """
    spend(1 + len(value))
    return value


# --- texts ---


def _size(value: Any) -> int:
    return str.__len__(value) if isinstance(plain(value), str) else 1  # whatever it has items of


def joined(*parts: Any) -> Any:
    """Return the parts of `a ~ b` as one text; as markup where one of them is."""
    bound("text", sum(map(_size, parts)), limits.MOST_TEXT)
    return measured(markup_join(parts))


def replaced(text: Any, old: Any, new: Any, count: int | None = None) -> Any:
    """Return a text with another in place of some part, as `str.replace` does."""
    text, old, new = (value if isinstance(value, str) else str(plain(value)) for value in (text, old, new))
    found = text.count(old) if count is None or count < 0 else min(text.count(old), count)
    bound("text", len(text) + found * (len(new) - len(old)), limits.MOST_TEXT)
    return measured(text.replace(old, new, -1 if count is None else count))


def joined_by(separator: str, items: Iterable[Any]) -> Any:
    """Return texts joined by a separator, as `str.join` does."""
    items = listed(items)
    bound("text", sum(map(_size, items)) + len(separator) * len(items), limits.MOST_TEXT)  # type: ignore[arg-type]
    return measured(separator.join(items))


def widened(text: str, width: int) -> str:
    """Return a text filled up with zeros, as `str.zfill` does."""
    bound("width", width, limits.MOST_WIDTH)
    return text.zfill(width)


def narrow(width: str) -> None:
    """Raise OutOfBounds for a width, as a format writes it, that is too great or comes from elsewhere (`*`)."""
    small = width.isdigit() and len(width) <= len(str(limits.MOST_WIDTH))
    bound("width", int(width) if small else limits.MOST_WIDTH + 1, limits.MOST_WIDTH)


class _Scalars(dict[str, Any]):
    """Values that a format takes from a mapping, counted as they are taken."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        super().__init__()
        self.source, self.letters = source, 0

    def __missing__(self, key: str) -> Any:
        value = plain(self.source[key])
        self.letters += _size(value)
        bound("text", self.letters, limits.MOST_TEXT)
        return value


def formatted(text: str, values: Any) -> Any:
    """Return what `text % values` makes."""
    widths = [found for match in _WIDTHS.finditer(text) for found in match.groups() if found]
    for width in widths:
        narrow(width)
    bound("text", len(text) + limits.MOST_WIDTH * len(widths), limits.MOST_TEXT)
    if isinstance(values, Mapping):
        return measured(text % _Scalars(values))
    taken = values if isinstance(values, tuple) else (values,)
    bound("text", len(text) + sum(map(_size, taken)), limits.MOST_TEXT)
    return measured(text % taken)


# --- operators ---


def _multiplied(left: Any, right: Any) -> None:
    for one, times in ((left, right), (right, left)):
        if isinstance(times, int) and isinstance(one, str):
            bound("text", len(one) * times, limits.MOST_TEXT)
        elif isinstance(times, int) and isinstance(one, Sequence):
            bound("items", len(one) * times, limits.MOST_ITEMS)


def _raised(left: Any, right: Any) -> None:
    if isinstance(right, (int, float, Decimal)):
        bound("power", abs(right), limits.MOST_POWER)


BEFORE: dict[str, Callable[[Any, Any], None]] = {"*": _multiplied, "**": _raised}
"""What is looked at before an operator may make something."""

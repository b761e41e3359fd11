"""The methods that expressions and templates may call on values, by what the value is; their results are measured."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from functools import partial
from string import Formatter
from typing import Any

from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEscapeFormatter, SandboxedFormatter

from generator.catalogue import limits
from generator.catalogue.limits import bound, spend
from generator.catalogue.values import compared, joined_by, measured, narrow, plain, replaced, widened

_TEXT: tuple[str, ...] = ("upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "removeprefix")
_TEXT += ("removesuffix", "startswith", "endswith", "split", "rsplit", "splitlines", "partition", "rpartition")
_TEXT += ("find", "rfind", "index", "count", "isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isspace")
_TEXT += ("isupper", "islower", "replace", "join", "zfill", "format")
_DAY = ("strftime", "isoformat", "date", "time", "weekday", "isoweekday", "total_seconds")

METHODS: dict[type, frozenset[str]] = {
    str: frozenset(_TEXT),
    date: frozenset(_DAY),
    time: frozenset(_DAY),
    timedelta: frozenset(_DAY),
    list: frozenset({"index", "count"}),
    tuple: frozenset({"index", "count"}),
    LoopContext: frozenset({"cycle", "changed"}),
}
"""The allowed methods by the type of the value."""

NAMES = frozenset().union(*METHODS.values())
"""The names of all of them."""

_BOUNDED: dict[str, Callable[..., Any]] = {"replace": replaced, "join": joined_by, "zfill": widened}


def method_of(environment: Any, value: Any, name: str) -> Callable[..., Any] | None:
    """Return an allowed method of a value, None where there is no such."""
    allowed = next((names for kind, names in METHODS.items() if isinstance(value, kind)), frozenset())
    if name not in allowed:
        return None
    if isinstance(value, str) and name == "format":
        return partial(_formatted, environment, value)
    if isinstance(value, str) and name in _BOUNDED:
        return partial(_BOUNDED[name], value)
    return partial(_called, getattr(value, name), value)


def _called(method: Callable[..., Any], value: Any, *arguments: Any, **named: Any) -> Any:
    spend(1)
    if isinstance(value, (str, list, tuple)):
        for argument in (value, *arguments):
            compared(argument)
    if isinstance(value, (date, time)) and arguments:
        bound("width", len(arguments[0]), limits.MOST_WIDTH)
    return measured(method(*arguments, **named))


class _Bounded(Formatter):
    """A formatter of values that have a text, with bounds on how wide they may become."""

    letters = 0

    def format_field(self, value: Any, spec: str) -> Any:
        for width in re.findall(r"[0-9]+", spec):
            narrow(width)
        made = super().format_field(plain(value), spec)
        self.letters += len(made)
        bound("text", self.letters, limits.MOST_TEXT)
        return made

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return super().convert_field(plain(value), conversion)


class _OfText(_Bounded, SandboxedFormatter):
    pass


class _OfMarkup(_Bounded, SandboxedEscapeFormatter):
    pass


def _formatted(environment: Any, text: str, *arguments: Any, **named: Any) -> Any:
    return formatted_by_fields(environment, text, arguments, named)


def formatted_by_fields(environment: Any, text: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """Return what `text.format(…)` makes."""
    if hasattr(text, "escape"):  # markup, whose values are escaped
        return measured(type(text)(_OfMarkup(environment, escape=text.escape).vformat(text, arguments, named)))
    return measured(_OfText(environment).vformat(text, arguments, named))

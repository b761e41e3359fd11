"""The filters and tests that expressions and templates may use: those of Jinja2 that an office needs, with bounds."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, cast

from jinja2 import Undefined, pass_context, pass_environment, pass_eval_context
from jinja2 import filters as jinja
from jinja2.tests import TESTS as JINJA_TESTS

from generator.catalogue import limits
from generator.catalogue.limits import Forbidden, bound, spend
from generator.catalogue.values import compared, formatted, listed, measured, plain, replaced

Filter = Callable[..., Any]


def _first(function: Filter) -> int:
    """Return which argument of a filter is the value: the second of one that takes a context."""
    return 1 if hasattr(function, "jinja_pass_arg") else 0


def _of_text(function: Filter) -> Filter:
    """Return a filter whose value must have a text, and whose result is measured."""
    at = _first(function)

    @wraps(function)
    def bounded(*arguments: Any, **named: Any) -> Any:
        spend(1 + len(text) // 32 if isinstance(text := plain(arguments[at]), str) else 1)
        return measured(function(*arguments, **named))

    return bounded


def _of_items(function: Filter, steps: int = 1) -> Filter:
    """Return a filter that takes some steps for each item; what Jinja2 makes bit by bit is a list at once."""
    at = _first(function)

    @wraps(function)
    def bounded(*arguments: Any, **named: Any) -> Any:
        spend(steps * len(listed(arguments[at])))
        result = function(*arguments, **named)
        return list(result) if isinstance(result, Iterator) else result

    return bounded


def _naming(function: Filter, at: int, allowed: Callable[[], Mapping[str, Filter]], sort: str) -> Filter:
    """Return a filter whose argument `at` names a filter or test that must be an allowed one."""

    @wraps(function)
    def bounded(context: Any, items: Any, *arguments: Any, **named: Any) -> Any:
        if len(arguments) > at and arguments[at] not in allowed():
            raise Forbidden(sort, str(plain(arguments[at])))
        return list(function(context, listed(items), *arguments, **named))

    return bounded


def _test(function: Filter) -> Filter:
    """Return a test that takes as many steps as its values are long."""

    @wraps(function)
    def bounded(value: Any, *others: Any) -> bool:
        spend(1)
        for other in (value, *others):
            compared(other) if not isinstance(other, Undefined) else None
        return bool(function(value, *others))

    return bounded


# --- those that aren't Jinja2's own ---


def _replace(value: Any, old: Any, new: Any, count: int | None = None) -> Any:
    return replaced(value, old, new, count)


@pass_eval_context
def _join(eval_ctx: Any, value: Any, d: Any = "", attribute: Any = None) -> Any:
    """Return the items joined; as Jinja2 does it, markup among them makes markup of the whole."""
    if attribute is not None:
        value = map(jinja.make_attrgetter(eval_ctx.environment, attribute), listed(value))
    items = [plain(item) for item in (listed(value) if attribute is None else value)]
    bound(
        "text", sum(len(i) if isinstance(i, str) else 1 for i in items) + len(plain(d)) * len(items), limits.MOST_TEXT
    )
    return measured(jinja.sync_do_join(eval_ctx, items, d))


@pass_environment
def _sum(environment: Any, iterable: Any, attribute: Any = None, start: Any = 0) -> Any:
    """Return the sum of numbers."""
    if isinstance(start, (list, tuple, str)):
        raise TypeError("not a number")
    return measured(jinja.sync_do_sum(environment, listed(iterable), attribute, start))


def _round(value: Any, precision: int = 0, method: Any = "common") -> Any:
    bound("digits", abs(precision), limits.MOST_DIGITS)
    return measured(jinja.do_round(plain(value), precision, method))


def _int(value: Any, default: Any = 0, base: int = 10) -> Any:
    bound("digits", len(value) if isinstance(value, str) else 0, limits.MOST_DIGITS)
    return measured(jinja.do_int(plain(value), default, base))


def _format(value: Any, *arguments: Any, **named: Any) -> Any:
    return formatted(str(plain(value)), named or arguments)


@pass_context
def _map(context: Any, value: Any, *arguments: Any, **named: Any) -> Any:
    """Return what a filter, or an attribute, makes of each item."""
    spend(len(listed(value)))
    if arguments and arguments[0] not in FILTERS:
        raise Forbidden("filter", str(plain(arguments[0])))
    return list(jinja.sync_do_map(context, value, *arguments, **named))


_TEXTS = ("upper", "lower", "title", "capitalize", "trim", "truncate", "string", "safe", "escape", "e", "float")
_ITEMS = ("list", "reverse", "items", "dictsort")
_SORTED = ("sort", "unique", "min", "max", "groupby")
_UNBOUNDED = ("default", "d", "length", "count", "first", "last", "abs")

FILTERS: dict[str, Filter] = {
    **{name: jinja.FILTERS[name] for name in _UNBOUNDED},
    **{name: _of_text(jinja.FILTERS[name]) for name in _TEXTS},
    **{name: _of_items(jinja.FILTERS[name]) for name in _ITEMS},
    **{name: _of_items(jinja.FILTERS[name], 4) for name in _SORTED},
    **{name: _naming(jinja.FILTERS[name], 0, lambda: TESTS, "test") for name in ("select", "reject")},
    **{name: _naming(jinja.FILTERS[name], 1, lambda: TESTS, "test") for name in ("selectattr", "rejectattr")},
    "replace": _replace,
    "join": _join,
    "sum": _sum,
    "round": _round,
    "int": _int,
    "format": _format,
    "map": _map,
}
"""The allowed filters by name."""

_PLAIN_TESTS: tuple[str, ...] = ("defined", "undefined", "none", "boolean", "true", "false", "integer", "float")
_PLAIN_TESTS += ("number", "string", "mapping", "sequence", "iterable", "odd", "even", "divisibleby", "sameas")
_COMPARING: tuple[str, ...] = ("==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", "ge", ">=", "<", "lt")
_COMPARING += ("lessthan", "<=", "le", "in", "upper", "lower")

TESTS: dict[str, Filter] = {
    **{name: cast(Filter, JINJA_TESTS[name]) for name in _PLAIN_TESTS},
    **{name: _test(cast(Filter, JINJA_TESTS[name])) for name in _COMPARING},
}
"""The allowed tests by name."""

NAMING: dict[str, tuple[int, str]] = {"map": (0, "filter"), "select": (0, "test"), "reject": (0, "test")}
NAMING |= {"selectattr": (1, "test"), "rejectattr": (1, "test")}
"""Filters one of whose arguments names a filter or test: which, and what it names."""

"""Expressions of the dialect, compiled by Jinja2's immutable sandbox: no language of ours, no code of theirs.

A name that the record doesn't hold is a strict undefined: an expression that needs it has no value, instead of a wrong
one. What an expression may call is decided by `generator.rules.functions`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place

FUNCTIONS: tuple[str, ...] = ("target", "minutes", "deadline", "met", "before", "running", "total", "count", "where")
FUNCTIONS += ("column", "mean", "latest", "earliest", "share", "growth", "rounded", "weighted", "capitals", "all_in")
FUNCTIONS += ("month_before",)
"""Names that every expression may call beside the fields of its record."""

NAMES = frozenset({"head", "rows", "row_number", "earlier", "lang"})
"""Names of what lies around a value: what stands beside a table's rows, the rows, the row's number, those above it."""


@cache
def environment() -> Any:
    """Return the sandbox that expressions and templates are compiled in."""
    from jinja2 import StrictUndefined

    from generator.catalogue.sandbox import Sandbox

    return Sandbox(undefined=StrictUndefined, autoescape=True)


class ExpressionError(Exception):
    """A text isn't an expression, or does what expressions may not do."""


@cache
def compiled(source: str) -> Callable[..., Any]:
    """Return a function that takes mappings of names, the innermost first, to the value of an expression.

    The function returns None where a name that the expression needs is missing. Both raise ExpressionError; `lint`
    reports what isn't an expression before.
    """
    from jinja2 import TemplateSyntaxError, Undefined
    from jinja2.exceptions import SecurityError, TemplateRuntimeError

    from generator.catalogue.sandbox import Scopes

    no_value = (TemplateRuntimeError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError)

    try:
        template = environment().compile_expression(source)._template
    except TemplateSyntaxError as error:
        raise ExpressionError(str(error)) from None
    evaluated = template.root_render_func

    def evaluate(*scopes: Mapping[str, Any]) -> Any:
        context = Scopes(template, scopes)
        try:
            for _ in evaluated(context):
                pass
            value = context.vars["result"]
            return None if isinstance(value, Undefined) else value
        except SecurityError as error:
            raise ExpressionError(str(error)) from None
        except no_value:
            return None  # a value is missing, or of a wrong type, which the validator reports

    return evaluate


def names_in(source: str) -> set[str]:
    """Return the names that an expression reads."""
    from jinja2 import meta

    return meta.find_undeclared_variables(environment().parse("{{ (" + source + ") }}"))


def needs_all_rows(form: Form) -> bool:
    """Tell whether a rule of a table's row looks at the other rows."""
    return any("rows" in source and "rows" in names_in(source) for _, source in _expressions(form))


def expression_faults(form: Form, file: str) -> Iterator[Fault]:
    """Yield a fault for each expression of a form that doesn't parse or names an unknown field."""
    from jinja2 import TemplateSyntaxError

    yield from _misdirected(form, file)
    for spec, source in _expressions(form):
        place = Place(file, titles=spec.titles, pointer=spec.pointer)
        try:
            names = names_in(source)
        except TemplateSyntaxError:
            yield Fault("E-lint-expression", place)
            continue
        known = {f.key for f in form.root.walk()} | set(FUNCTIONS) | NAMES
        for name in sorted(names - known):
            yield Fault("E-lint-name", place, {"name": name})


def _misdirected(form: Form, file: str) -> Iterator[Fault]:
    """Yield a fault for each rule that blames a field that isn't there."""
    for spec in (form.root, *form.root.walk()):
        for check in spec.checks:
            blamed: FieldSpec | None = spec
            for key in check.at.split("/"):
                blamed = blamed.child(key) if blamed else None
            if blamed is None:
                yield Fault("E-lint-at", Place(file, titles=spec.titles, pointer=spec.pointer), {"name": check.at})


def _expressions(form: Form) -> Iterator[tuple[Any, str]]:
    for spec in (form.root, *form.root.walk()):
        if spec.derive:
            yield spec, spec.derive.value
        if spec.when:
            yield spec, spec.when
        for check in spec.checks:
            yield spec, check.that

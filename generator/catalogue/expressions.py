"""Expressions of the dialect, compiled by Jinja2's immutable sandbox: no language of ours, no code of theirs.

A name that the record doesn't hold is a strict undefined: an expression that needs it has no value, instead of a wrong
one. What an expression may call is decided by `generator.rules.functions`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from generator.catalogue.due import due_of
from generator.catalogue.form import FieldSpec, Form
from generator.catalogue.logs import found, misnamed
from generator.errors import Fault, Place

FUNCTIONS: tuple[str, ...] = ("target", "minutes", "deadline", "met", "before", "running", "total", "count", "where")
FUNCTIONS += ("column", "mean", "latest", "earliest", "share", "growth", "rounded", "weighted", "capitals", "all_in")
FUNCTIONS += ("month_before", "filled")
"""Names that every expression may call beside the fields of its record."""

NAMES = frozenset({"head", "rows", "row_number", "earlier", "lang"})
"""Names of what lies around a value: what stands beside a table's rows, the rows, the row's number, those above it."""


_COUNTED = re.compile(r"[|*%~+]|\.\s*\w+\s*\(|all_in")
"""What an expression that needs a budget is written with; without, it can neither loop nor make anything large."""


@cache
def environment() -> Any:
    """Return the sandbox that expressions are compiled in."""
    from jinja2 import StrictUndefined

    from generator.catalogue.sandbox import Sandbox

    return Sandbox(frozenset(FUNCTIONS), undefined=StrictUndefined, autoescape=True)


class ExpressionError(Exception):
    """A text isn't an expression, or does what expressions may not do.

    `of_record`: it does so with the values of a record, and may not with those of others.
    """

    def __init__(self, refusal: Any = None, *, of_record: bool = False) -> None:
        super().__init__(str(refusal))
        self.refusal, self.of_record = refusal, of_record

    def fault(self, place: Place) -> Fault:
        """Return what is wrong, at a place: E-lint-expression, or E-expression- with limit, name or forbidden."""
        from generator.catalogue.limits import refused

        return refused(self.refusal, "expression", place) if self.refusal else Fault("E-lint-expression", place)


@cache
def compiled(source: str) -> Callable[..., Any]:
    """Return a function that takes mappings of names, the innermost first, to the value of an expression.

    The function returns None where a name that the expression needs is missing. Both raise ExpressionError; `lint`
    reports what isn't an expression before.
    """
    from jinja2 import Undefined

    from generator.catalogue.limits import CURRENT, Budget, Refusal
    from generator.catalogue.sandbox import FAILURES, Scopes, exhausted

    template = _allowed(environment().expression, source)
    evaluated = template.root_render_func
    counted = _COUNTED.search(source) is not None

    def evaluate(*scopes: Mapping[str, Any]) -> Any:
        context = Scopes(template, scopes)
        token = CURRENT.set(Budget()) if counted else None
        try:
            for _ in evaluated(context):
                pass
            value = context.vars["result"]
            return None if isinstance(value, Undefined) or callable(value) else value
        except Refusal as error:
            raise ExpressionError(error, of_record=True) from None
        except (RecursionError, MemoryError):
            raise ExpressionError(exhausted(), of_record=True) from None
        except FAILURES:
            return None  # a value is missing, or of a wrong type, which the validator reports
        finally:
            if token:
                CURRENT.reset(token)

    return evaluate


def _allowed(reading: Callable[[str], Any], source: str) -> Any:
    """Return what a function reads an expression into.

    Raises ExpressionError.
    """
    from jinja2 import TemplateSyntaxError

    from generator.catalogue.limits import Refusal

    try:
        return reading(source)
    except TemplateSyntaxError:
        raise ExpressionError from None
    except Refusal as refusal:
        raise ExpressionError(refusal) from None


def names_in(source: str) -> set[str]:
    """Return the names that an expression reads.

    Raises ExpressionError.
    """
    from jinja2 import nodes

    return {name.name for name in _allowed(environment().tree, source).find_all(nodes.Name)}


def words_in(source: str) -> frozenset[str]:
    """Return the words of an expression that may be keys of fields: names, their parts, texts in quotes.

    Raises ExpressionError.
    """
    from jinja2 import nodes

    tree = _allowed(environment().tree, source)
    texts = {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
    return frozenset(names_in(source) | {node.attr for node in tree.find_all(nodes.Getattr)} | texts)


def node_of(source: str) -> Any:
    """Return the node of an expression's value.

    Raises ExpressionError.
    """
    return _allowed(environment().tree, source).body[0].nodes[0]


def needs_all_rows(form: Form) -> bool:
    """Tell whether a rule of a table's row looks at the other rows; one that is no expression is told of elsewhere."""
    return any("rows" in source and _looks_at_rows(source) for _, source in _expressions(form))


def _looks_at_rows(source: str) -> bool:
    try:
        return "rows" in names_in(source)
    except ExpressionError:
        return False


def expression_faults(form: Form, file: str) -> Iterator[Fault]:
    """Yield a fault for each expression of a form that doesn't parse, may not be, or names an unknown field."""
    yield from _misdirected(form, file)
    yield from _unlogged(form, file)
    yield from _undue(form, file)
    for spec, source in _expressions(form):
        place = Place(file, titles=spec.titles, pointer=spec.pointer)
        try:
            names = names_in(source)
            compiled(source)()  # without any record: what its constants alone make too much of
        except ExpressionError as error:
            yield error.fault(place)
            continue
        known = {f.key for f in form.root.walk()} | set(FUNCTIONS) | NAMES
        for name in sorted(names - known):
            yield Fault("E-lint-name", place, {"name": name})


def _unlogged(form: Form, file: str) -> Iterator[Fault]:
    """Yield a fault for each part of the log that names no field."""
    for spec, name in misnamed(form):
        yield Fault("E-lint-at", Place(file, titles=spec.titles, pointer=spec.pointer), {"name": name})


def _undue(form: Form, file: str) -> Iterator[Fault]:
    """Yield a fault for each table of what is due that isn't there."""
    for path in (due.rows for due in due_of(form) if due.rows):
        table = found(form.record_spec, path)
        if table is None or table.shape != "repeat":
            yield Fault("E-lint-at", Place(file, titles=form.root.titles), {"name": path})


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
    for due in due_of(form):
        for source in due.expressions:
            yield form.root, source
    for spec in (form.root, *form.root.walk()):
        if spec.derive:
            yield spec, spec.derive.value
        if spec.when:
            yield spec, spec.when
        for check in spec.checks:
            yield spec, check.that

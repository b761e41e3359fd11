"""The sandbox that expressions and templates run in: Jinja2's immutable one, with bounds on all that can grow.

Jinja2 keeps a template from code and from changing values, but not from `'x' * 10**9`. Here a source is looked through
before it is compiled (`gate`), nothing is computed while compiling, and what is made at run time is measured.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from jinja2 import Template, Undefined
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Joiner, Namespace, missing

from generator.catalogue import limits, values
from generator.catalogue.filters import FILTERS, TESTS
from generator.catalogue.gate import Gate
from generator.catalogue.limits import Forbidden, OutOfBounds, Refusal, bound, called, spend
from generator.catalogue.methods import method_of
from generator.catalogue.values import BEFORE, MadeDict, formatted, measured

FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, AssertionError)
"""What a computation raises whose values are missing or of a wrong type."""

_SCOPES = frozenset({"_loop_vars", "_block_vars"})

Ours = TypeVar("Ours", bound=Callable[..., Any])


def template_function(function: Ours) -> Ours:
    """Mark a function of ours as made for templates and expressions: a call of it needs no examination."""
    function.is_template_function = True  # type: ignore[attr-defined]
    return function


class Scopes(Context):
    """The names that an expression reads, looked up in mappings, the innermost first; none is copied."""

    def __init__(self, template: Template, scopes: tuple[Mapping[str, Any], ...]) -> None:
        self.environment, self.name, self.scopes = template.environment, None, scopes
        self.parent, self.blocks, self.vars, self.exported_vars = {}, {}, {}, set()

    @property
    def eval_ctx(self) -> EvalContext:  # type: ignore[override]  # asked for by few expressions, so made when asked for
        return EvalContext(self.environment, None)

    def resolve_or_missing(self, key: str) -> Any:
        """Return the innermost value of a name."""
        for scope in self.scopes:
            if key in scope:
                return scope[key]
        return missing


@template_function
def _range(*bounds: int) -> range:
    made = range(*bounds)
    bound("items", len(made), limits.MOST_ITEMS)
    return made


@template_function
def _namespace(*given: Any, **named: Any) -> Namespace:
    return Namespace(*given, **named)


@template_function
def _joiner(separator: str = ", ") -> Any:
    return template_function(Joiner(separator))


class _Entered(Template):
    """A template that counts as under way while it is rendered, whoever includes, extends or imports it."""

    @classmethod
    def from_code(cls, *arguments: Any, **named: Any) -> Template:
        """Return the template of compiled code."""
        made = super().from_code(*arguments, **named)
        render = made.root_render_func

        @wraps(render)
        def entered(context: Context) -> Iterator[str]:
            with called():
                yield from render(context)

        made.root_render_func = entered
        return made


class Sandbox(ImmutableSandboxedEnvironment):
    """A dot on a section reads its field and never a method of the dictionary; all that grows has bounds.

    `functions`: what expressions may call; None for templates, which have macros. `gate`: another than the usual one.
    """

    intercepted_binops = frozenset({"+", "*", "%", "**"})  # the others make nothing that is larger than its parts

    def __init__(self, functions: frozenset[str] | None = None, gate: Gate | None = None, **options: Any) -> None:
        super().__init__(optimized=False, **options)
        self.filters, self.tests = dict(FILTERS), dict(TESTS)
        self.globals = {"range": _range, "namespace": _namespace, "joiner": _joiner}
        self.gate = gate or Gate(functions)
        if functions is None:
            self.template_class = _Entered

    def compile(self, source: Any, *arguments: Any, **named: Any) -> Any:
        """Return the code of a source that has passed the gate.

        Raises Refusal, TemplateSyntaxError.
        """
        with _parsing(str(arguments[0]) if arguments and arguments[0] else ""):
            if isinstance(source, str):
                self.gate.measure(self, source)
                source = self.parse(source, *arguments[:2])
            bounded = self.gate.bounded(source)
            bounded.set_environment(self)
            return super().compile(bounded, *arguments, **named)

    def expression(self, source: str) -> Template:
        """Return an expression as a template that sets `result`.

        Raises Refusal, TemplateSyntaxError.
        """
        with _parsing():
            self.gate.measure(self, source)
            compiled: Any = self.compile_expression(source)
            return compiled._template  # type: ignore[no-any-return]

    def tree(self, source: str) -> Any:
        """Return the tree of an expression.

        Raises Refusal, TemplateSyntaxError.
        """
        with _parsing():
            self.gate.measure(self, source)
            return self.gate.bounded(self.parse("{{ (" + source + ") }}"))

    # --- what is seen of values ---

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a section, a value's attribute, or one of the allowed methods.

        Raises Forbidden.
        """
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        method = method_of(self, obj, attribute)
        if method is not None:
            return template_function(method)
        if attribute.startswith("_") or not self.is_safe_attribute(obj, attribute, None):
            raise Forbidden("attribute", attribute)
        value = super().getattr(obj, attribute)
        if callable(value) and not isinstance(value, (Undefined, Macro, BlockReference)):
            raise Forbidden("method", attribute)
        return value

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item; a text finds an attribute too."""
        if isinstance(argument, (list, tuple, dict, Namespace)):
            raise TypeError("not a key")
        try:
            found = obj[argument]
        except (TypeError, LookupError):
            if isinstance(argument, str) and not isinstance(obj, Mapping):
                return self.getattr(obj, str(argument))
            return self.undefined(obj=obj, name=argument)
        return found

    # --- what is called ---

    def call(self, context: Context, obj: Any, /, *args: Any, **named: Any) -> Any:
        """Call a function of ours, a macro or a block.

        Raises Forbidden for any other, OutOfBounds for too many within each other.
        """
        if getattr(obj, "is_template_function", False):
            if not _SCOPES.isdisjoint(named):  # within loops and blocks Jinja2 adds their names
                named = {name: value for name, value in named.items() if name not in _SCOPES}
            return obj(*args, **named)
        if isinstance(obj, (Macro, BlockReference)):
            with called():
                return super().call(context, obj, *args, **named)
        raise Forbidden("function", str(getattr(obj, "__name__", type(obj).__name__)))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes.

        Raises OutOfBounds for a number, text or list that would be too large.
        """
        if operator == "%" and isinstance(left, str):
            return formatted(left, right)
        before = BEFORE.get(operator)
        if before:
            before(left, right)
        return measured(self.binop_table[operator](left, right))

    # --- what the gate puts into a tree ---

    joined = staticmethod(template_function(values.joined))
    weighed = staticmethod(template_function(values.weighed))
    sliced = staticmethod(template_function(values.sliced))
    compared = staticmethod(template_function(values.compared))

    @staticmethod
    @template_function
    def made(pairs: Mapping[Any, Any]) -> MadeDict:
        """Return a mapping that a template has written."""
        return values.weighed(MadeDict(pairs))  # type: ignore[no-any-return]

    @staticmethod
    @template_function
    def entered(steps: int, letters: int) -> None:
        """Count the body of a macro, a block or a template."""
        spend(steps, letters)

    @staticmethod
    @template_function
    def rounds(items: Iterable[Any], steps: int, letters: int) -> Any:
        """Return what a loop goes through, all of its rounds counted."""
        if isinstance(items, Undefined):
            return items
        count = len(items)  # type: ignore[arg-type]
        spend(count * (1 + steps), count * letters)
        return items


@contextmanager
def _parsing(file: str = "") -> Iterator[None]:
    """Turn what fails while a source is read or compiled into errors that tell why, and in which file."""
    try:
        try:
            yield
        except (RecursionError, MemoryError) as error:
            raise OutOfBounds("depth", limits.MOST_DEPTH, _line_of(error)) from None
        except SyntaxError as error:  # of Python's: a name is given twice
            raise TemplateSyntaxError(str(error.msg), 1, file) from None
        except ValueError as error:  # of Python's: a number of thousands of digits
            raise OutOfBounds("digits", limits.MOST_DIGITS, _line_of(error)) from None
    except Refusal as error:
        error.file = error.file or file
        raise


def exhausted() -> OutOfBounds:
    """Return the error of an evaluation that Python itself ended, for want of memory or of depth."""
    return OutOfBounds("letters", limits.MOST_LETTERS)


def _line_of(error: BaseException) -> int:
    """Return the line that Jinja2's parser had reached when it failed; 0 where it isn't known."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        parser = trace.tb_frame.f_locals.get("self")
        line = getattr(getattr(getattr(parser, "stream", None), "current", None), "lineno", line)
        trace = trace.tb_next
    return line

"""The sandbox that expressions and templates run in: Jinja2's immutable one, with bounds on what multiplies.

Jinja2 keeps a template from code and from changing values, but not from `'x' * 10**9`; here such growth is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from jinja2 import Template
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

MOST_COPIES = 10_000
MOST_POWER = 64


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


class Sandbox(ImmutableSandboxedEnvironment):
    """A dot on a section reads its field and never a method of the dictionary; products and powers have bounds."""

    intercepted_binops = frozenset({"*", "**"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a section, or what Jinja2 lets templates see of anything else."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **named: Any) -> Any:
        """Call a function of ours; Jinja2 examines any other."""
        if getattr(obj, "is_template_function", False):
            return obj(*args, **named)
        return super().call(context, obj, *args, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return a product or power.

        Raises SecurityError for one that would fill the memory.
        """
        if operator == "**" and not (isinstance(right, (int, float)) and abs(right) <= MOST_POWER):
            raise SecurityError("power out of bounds")
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, (str, list, tuple)) and isinstance(other, int) and other * len(one) > MOST_COPIES:
                    raise SecurityError("product out of bounds")
        return super().call_binop(context, operator, left, right)

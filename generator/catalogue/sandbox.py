"""The sandbox that expressions and templates run in: Jinja2's immutable one, with bounds on what multiplies.

Jinja2 keeps a template from code and from changing values, but not from `'x' * 10**9`; here such growth is refused.
"""

from collections.abc import Mapping
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_COPIES = 10_000
MOST_POWER = 64


class Sandbox(ImmutableSandboxedEnvironment):
    """A dot on a section reads its field and never a method of the dictionary; products and powers have bounds."""

    intercepted_binops = frozenset({"*", "**"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a section, or what Jinja2 lets templates see of anything else."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

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

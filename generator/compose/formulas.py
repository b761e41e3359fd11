"""What a field's expression says as a formula that programs can work out: a part of the dialect, and nothing doubtful.

What asks a policy (time limits, targets, working days) or the rules' own words has no formula.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from generator.catalogue.expressions import ExpressionError, environment
from generator.catalogue.form import FieldSpec, Form
from generator.document.formulas import Call, CellRef, ColumnRef, Constant, FieldRef, Formula
from generator.kinds import CHOICE, DATE, DATETIME, DURATION, Kind
from generator.wording import Lang, choose

_SIGNS: Mapping[str, str] = {"eq": "=", "ne": "<>", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_ARITHMETIC: Mapping[str, str] = {"Add": "+", "Sub": "-", "Mul": "*"}
_DEFAULTS: Mapping[str, Sequence[int]] = {"share": (1,), "growth": (1,), "rounded": (0,)}
"""What functions are given where an expression leaves out their last arguments."""

_ARGUMENTS: Mapping[str, int] = {"minutes": 2, "before": 2, "weighted": 3, "share": 3, "growth": 3, "rounded": 2}


class _DoubtfulError(Exception):
    """An expression does what no formula of ours does."""


def formula_of(form: Form, spec: FieldSpec, lang: Lang) -> Formula | None:
    """Return the formula of a computed field; None where it has none."""
    if spec.derive is None:
        return None
    try:
        tree = environment().tree(spec.derive.value)
        return _Reading(form, spec, lang).result(tree.body[0].nodes[0])
    except (_DoubtfulError, ExpressionError, AttributeError, IndexError):
        return None
    except Exception as error:  # what isn't an expression is told of where it is compiled
        if type(error).__module__.startswith(("jinja2", "generator")):
            return None
        raise


class _Reading:
    """Reads the tree of one expression."""

    def __init__(self, form: Form, spec: FieldSpec, lang: Lang) -> None:
        self.form, self.spec, self.lang = form, spec, lang
        self.above, self.in_row = _around(form.root, spec, "")
        self.beside = form.spec_at(self.above) if self.above else form.root

    def result(self, node: Any) -> Formula:
        """Return what a field comes to: of a choice the label."""
        if type(node).__name__ == "CondExpr":
            if node.expr2 is None:
                raise _DoubtfulError
            return Call("if", (self.test(node.test), self.result(node.expr1), self.result(node.expr2)))
        if type(node).__name__ == "Const":
            return self._label(node.value, self.spec) if self.spec.kind is CHOICE else self._number(node.value)
        found = self.number(node)
        if self.spec.kind is CHOICE or not self.spec.kind.is_number:
            raise _DoubtfulError
        return found

    def number(self, node: Any) -> Formula:
        """Return an expression that comes to a number."""
        name = type(node).__name__
        if name == "Const":
            return self._number(node.value)
        if name in _ARITHMETIC:
            return Call(_ARITHMETIC[name], (self.number(node.left), self.number(node.right)))
        if name == "Call":
            return self._call(node)
        found, spec = self._ref(node)
        if not spec.kind.is_number:
            raise _DoubtfulError
        return found

    def test(self, node: Any) -> Formula:
        """Return an expression that is true or false."""
        name = type(node).__name__
        if name in ("And", "Or"):
            return Call(name.lower(), (self.test(node.left), self.test(node.right)))
        if name == "CondExpr" and node.expr2 is not None:
            return Call("if", (self.test(node.test), self.test(node.expr1), self.test(node.expr2)))
        if name == "Not":
            return Call("not", (self.test(node.node),))
        if name == "Compare" and len(node.ops) == 1:
            return self._comparison(node.expr, node.ops[0])
        if name == "Call" and node.node.name == "before":
            return self._call(node)
        raise _DoubtfulError

    def _comparison(self, left: Any, operand: Any) -> Formula:
        right = operand.expr
        if type(left).__name__ == "Name" and self._is_choice(left):
            found, spec = self._ref(left)
            if operand.op == "in" and type(right).__name__ in ("Tuple", "List"):
                return Call("or", tuple(Call("=", (found, self._label(c.value, spec))) for c in right.items))
            if operand.op in ("eq", "ne"):
                return Call(_SIGNS[operand.op], (found, self._label(right.value, spec)))
            raise _DoubtfulError
        if operand.op not in _SIGNS:
            raise _DoubtfulError
        return Call(_SIGNS[operand.op], (self.number(left), self.number(right)))

    def _is_choice(self, node: Any) -> bool:
        return self._ref(node)[1].kind is CHOICE

    def _call(self, node: Any) -> Formula:
        name = node.node.name
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise _DoubtfulError
        if name in ("total", "count"):
            return self._of_column(name, node.args)
        if name in ("minutes", "before"):
            kinds = (DATETIME,) if name == "minutes" else (DATETIME, DATE)
            return self._complete(name, [self._moment(argument, kinds) for argument in node.args])
        if name not in _ARGUMENTS:
            raise _DoubtfulError
        given = [self.number(argument) for argument in node.args]
        missing = _ARGUMENTS[name] - len(given)
        return self._complete(name, given + [Constant(n) for n in _DEFAULTS.get(name, ())[:missing]])

    def _complete(self, name: str, given: Sequence[Formula]) -> Formula:
        if len(given) != _ARGUMENTS[name]:
            raise _DoubtfulError
        return Call(name, tuple(given))

    def _moment(self, node: Any, kinds: Sequence[Kind]) -> Formula:
        found, spec = self._ref(node)
        if spec.kind not in kinds:
            raise _DoubtfulError
        return found

    def _of_column(self, name: str, arguments: Sequence[Any]) -> Formula:
        rows, key, *values = arguments
        spec, pointer = self._named(rows)
        child = spec.child(key.value) if spec.shape == "repeat" else None
        if child is None or child.kind is DURATION or (name == "total" and not child.kind.is_number):
            raise _DoubtfulError
        column = ColumnRef(pointer, child.key, child.kind)
        return Call(name, (column, *(self._label(value.value, child) for value in values)))

    # --- names ---

    def _ref(self, node: Any) -> tuple[Formula, FieldSpec]:
        spec, pointer = self._named(node)
        if spec.shape != "value":
            raise _DoubtfulError
        if self.in_row and pointer.startswith(f"{self.above}/"):
            return CellRef(spec.key, spec.kind), spec
        return FieldRef(pointer, spec.kind), spec

    def _named(self, node: Any) -> tuple[FieldSpec, str]:
        """Return the field that a name means: one beside the computed one goes before one from further out."""
        name = type(node).__name__
        if name == "Getattr":
            section, pointer = self._named(node.node)
            found = section.child(node.attr)
            if section.shape == "section" and found is not None:
                return found, f"{pointer}/{found.step}"
        elif name == "Name":
            for around, pointer in ((self.beside, self.above), (self._outer, "")):
                found = around.child(node.name) if around is not None else None
                if found is not None:
                    return found, f"{pointer}/{found.step}"
        raise _DoubtfulError

    @property
    def _outer(self) -> FieldSpec | None:
        return None if self.form.is_table and self.in_row else self.form.root

    # --- constants ---

    def _number(self, value: object) -> Formula:
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return Constant(Decimal(str(value)))
        raise _DoubtfulError

    def _label(self, value: object, spec: FieldSpec) -> Formula:
        for choice in spec.choices:
            if choice.value == value:
                return Constant(choose(choice.titles, self.lang))
        raise _DoubtfulError


def _around(spec: FieldSpec, wanted: FieldSpec, at: str) -> tuple[str, bool]:
    """Return the pointer of what a field lies in, and whether that is the row of a repeat."""
    for child in spec.fields:
        if child is wanted:
            return at, spec.shape == "repeat"
        if child.fields:
            try:
                return _around(child, wanted, f"{at}/{child.step}")
            except LookupError:
                continue
    raise LookupError

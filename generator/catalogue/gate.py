"""What a source is made of, looked through before it is compiled: the one place for expressions and templates.

What isn't named here is refused. Then the tree is given what counts at run time: loops tell how much they will do,
lists are weighed, texts that are joined are measured.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from math import isfinite
from typing import Any

from jinja2 import Environment, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.visitor import NodeTransformer

from generator.catalogue import limits
from generator.catalogue.filters import FILTERS, NAMING, TESTS
from generator.catalogue.limits import Forbidden, OutOfBounds, bound
from generator.catalogue.methods import NAMES as METHOD_NAMES

_VALUES: tuple[type[nodes.Node], ...] = (nodes.Name, nodes.NSRef, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict)
_VALUES += (nodes.Pair, nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem)
_VALUES += (nodes.Getattr, nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr)
_BLOCKS: tuple[type[nodes.Node], ...] = (nodes.If, nodes.For, nodes.With, nodes.AssignBlock, nodes.Macro)
_BLOCKS += (nodes.CallBlock, nodes.FilterBlock, nodes.Block)
_TAGS: tuple[type[nodes.Node], ...] = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Assign, nodes.Include)
_TAGS += (nodes.Extends, nodes.Import, nodes.FromImport)

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_NOT_OURS = frozenset(DEFAULT_NAMESPACE) - {"range", "namespace", "joiner"}
"""Functions of Jinja2 that templates haven't got."""

_TAG_NAMES = {"Scope": "autoescape"}

_Waiting = tuple[nodes.Node, int, int]
"""A node that is still to be looked at, and how many operators and how many blocks it stands in."""


class Gate:
    """Tells what a source may hold. `functions`: what an expression may call; None for templates, which have tags.

    `filters`: those that may be used besides the common ones; `refused`: tags that may not; `longest`: characters of a
    template.
    """

    def __init__(
        self,
        functions: frozenset[str] | None,
        filters: frozenset[str] = frozenset(),
        refused: tuple[type[nodes.Node], ...] = (),
        longest: int = limits.MOST_TEMPLATE,
    ) -> None:
        self.functions = functions
        self.is_template = functions is None
        self.filters = filters | FILTERS.keys()
        self.refused, self.longest = refused, longest

    def measure(self, environment: Environment, source: str) -> None:
        """Raise OutOfBounds for a source that is too long or whose brackets are too deep to be parsed."""
        bound("source", len(source), self.longest if self.is_template else limits.MOST_EXPRESSION)
        if not self.is_template:
            source = f"{{{{{source}}}}}"
        depth = 0
        try:
            for line, kind, text in environment.lex(source):
                depth += (text in "([{") - (text in ")]}") if kind == "operator" else 0
                if depth > limits.MOST_BRACKETS:
                    raise OutOfBounds("depth", limits.MOST_BRACKETS, line)
        except ValueError:
            return  # a number that is too long for Python: the parser says so

    def bounded(self, tree: nodes.Template) -> nodes.Template:
        """Return a tree that counts what it does, made of one that passes.

        Raises Forbidden for what may not be used, OutOfBounds for too much of it.
        """
        most = limits.MOST_TEMPLATE_PARTS if self.is_template else limits.MOST_EXPRESSION_PARTS
        for count, node in enumerate(_all_within(tree), 1):
            self._look_at(node)
            if count > most:
                raise OutOfBounds("parts", most, node.lineno)
        bounded: nodes.Template = _Counting(self.is_template).visit(tree)
        return bounded

    def _look_at(self, node: nodes.Node) -> None:
        """Raise Forbidden for a node that may not stand in a source."""
        is_known = isinstance(node, _VALUES + _BLOCKS + _TAGS) and not isinstance(node, self.refused)
        if not is_known or getattr(node, "recursive", False):
            name = "recursive" if isinstance(node, nodes.For) else type(node).__name__
            line = node.lineno or next((inner.lineno for inner in node.iter_child_nodes()), 0)
            raise Forbidden("tag", _TAG_NAMES.get(name, name.lower()), line=line)
        if isinstance(node, nodes.Filter):
            _known("filter", node.name, self.filters, node.lineno)
            _look_at_named(node)
        elif isinstance(node, nodes.Test):
            _known("test", node.name, TESTS, node.lineno)
        elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            raise Forbidden("attribute", node.attr, line=node.lineno)
        elif isinstance(node, nodes.Const):
            _look_at_constant(node)
        elif isinstance(node, nodes.Call):
            _look_at_call(node, self.functions)


def _all_within(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Yield all nodes, the outer ones first.

    Raises OutOfBounds where they are too deep within each other.
    """
    waiting: list[_Waiting] = [(tree, 0, 0)]
    while waiting:
        node, depth, blocks = waiting.pop()
        yield node
        if isinstance(node, _BLOCKS):
            depth, blocks = 0, blocks + 1
        elif isinstance(node, nodes.Expr):
            depth += 1
        if depth > limits.MOST_DEPTH:
            raise OutOfBounds("depth", limits.MOST_DEPTH, node.lineno)
        if blocks > limits.MOST_BLOCKS:
            raise OutOfBounds("blocks", limits.MOST_BLOCKS, node.lineno)
        others = node.elif_ if isinstance(node, nodes.If) else ()
        waiting += [(inner, depth, blocks - (inner in others)) for inner in node.iter_child_nodes()]


def _known(sort: str, name: str, allowed: Iterable[str], line: int) -> None:
    """Raise Forbidden for a name that isn't an allowed one; it names the nearest."""
    if name not in allowed:
        words = sorted(word for word in allowed if word.isidentifier())
        near = difflib.get_close_matches(name[:40], words, 3, 0.5) or words
        raise Forbidden(sort, name, tuple(near), line)


def _look_at_named(node: nodes.Filter) -> None:
    """Look at the filter or test that `map`, `select` and the like are told by name."""
    at, sort = NAMING.get(node.name, (0, ""))
    if sort and len(node.args) > at:
        given = node.args[at]
        if isinstance(given, nodes.Const) and isinstance(given.value, str):
            _known(sort, given.value, FILTERS if sort == "filter" else TESTS, node.lineno)


def _look_at_constant(node: nodes.Const) -> None:
    """Look at a number's digits, and for characters that no document can hold: escapes may have made them."""
    if isinstance(node.value, int) and abs(node.value) >= 10**limits.MOST_DIGITS:
        raise OutOfBounds("digits", limits.MOST_DIGITS, node.lineno)
    if isinstance(node.value, float) and not isfinite(node.value):
        raise OutOfBounds("digits", limits.MOST_DIGITS, node.lineno)
    found = _UNPRINTABLE.search(node.value) if isinstance(node.value, str) else None
    if found:
        raise Forbidden("character", f"U+{ord(found[0]):04X}", line=node.lineno)


def _look_at_call(node: nodes.Call, functions: frozenset[str] | None) -> None:
    """Look at a call of an expression: of a function by its name, or of an allowed method; a template's are its own."""
    called = node.node
    if functions is None:
        if isinstance(called, nodes.Name) and called.name in _NOT_OURS:
            raise Forbidden("function", called.name, line=node.lineno)
        return
    if isinstance(called, nodes.Name):
        _known("function", called.name, functions, node.lineno)
    elif isinstance(called, nodes.Getattr):
        _known("method", called.attr, METHOD_NAMES, node.lineno)
    else:
        raise Forbidden("function", "(…)(…)", line=node.lineno)
    if node.dyn_args or node.dyn_kwargs:
        raise Forbidden("tag", "*", line=node.lineno)


# --- what counts at run time ---


class _Counting(NodeTransformer):
    """Puts calls of the environment's functions around what can grow."""

    def __init__(self, is_template: bool) -> None:
        self.is_template = is_template

    def _concat(self, node: nodes.Concat) -> nodes.Node:
        made: Any = self.generic_visit(node)
        return _call("joined", node, made.nodes)

    def _list(self, node: nodes.List) -> nodes.Node:
        made: Any = self.generic_visit(node)
        return made if _is_constant(node.items) else _call("weighed", node, [made])

    def _tuple(self, node: nodes.Tuple) -> nodes.Node:
        made: Any = self.generic_visit(node)
        return made if node.ctx != "load" or _is_constant(node.items) else _call("weighed", node, [made])

    def _dict(self, node: nodes.Dict) -> nodes.Node:
        return _call("made", node, [self.generic_visit(node)])

    def _getitem(self, node: nodes.Getitem) -> nodes.Node:
        made = self.generic_visit(node)
        return _call("sliced", node, [made]) if isinstance(node.arg, nodes.Slice) else made

    def _compare(self, node: nodes.Compare) -> nodes.Node:
        made: Any = self.generic_visit(node)
        if self.is_template:
            for side in (made, *made.ops):
                if not isinstance(side.expr, nodes.Const):
                    side.expr = _call("compared", node, [side.expr])
        return made  # type: ignore[no-any-return]

    def _for(self, node: nodes.For) -> nodes.Node:
        sizes = _sizes((*node.body, *node.else_, *([node.test] if node.test else ())), node.lineno)
        made: Any = self.generic_visit(node)
        made.iter = _call("rounds", node, [made.iter, *sizes])
        return made  # type: ignore[no-any-return]

    def _body(self, node: Any) -> nodes.Node:
        counted = nodes.ExprStmt(_call("entered", node, _sizes(node.body, node.lineno)), lineno=node.lineno)
        made: Any = self.generic_visit(node)
        if self.is_template:
            made.body = [counted, *made.body]
        return made  # type: ignore[no-any-return]

    _VISITORS: Mapping[type[nodes.Node], Any] = {
        nodes.Concat: _concat,
        nodes.List: _list,
        nodes.Tuple: _tuple,
        nodes.Dict: _dict,
        nodes.Getitem: _getitem,
        nodes.Compare: _compare,
        nodes.For: _for,
        **dict.fromkeys((nodes.Template, nodes.Macro, nodes.CallBlock, nodes.Block), _body),
    }

    def get_visitor(self, node: nodes.Node) -> Any:
        """Return what changes a node of this type; None for those that stay as they are."""
        visitor = self._VISITORS.get(type(node))
        return partial(visitor, self) if visitor else None


def _call(name: str, node: nodes.Node, arguments: list[Any]) -> nodes.Call:
    function = nodes.EnvironmentAttribute(name, lineno=node.lineno)
    return nodes.Call(function, arguments, [], None, None, lineno=node.lineno)


def _is_constant(items: Iterable[nodes.Node]) -> bool:
    return all(isinstance(i, nodes.Const) or (isinstance(i, nodes.Tuple) and _is_constant(i.items)) for i in items)


def _sizes(body: Iterable[nodes.Node], line: int) -> list[nodes.Expr]:
    """Return how many nodes some parts of a tree have, and how many letters of text."""
    parts = [part for node in body for part in (node, *node.find_all(nodes.Node))]
    letters = sum(len(part.data) for part in parts if isinstance(part, nodes.TemplateData))
    return [nodes.Const(len(parts), lineno=line), nodes.Const(letters, lineno=line)]

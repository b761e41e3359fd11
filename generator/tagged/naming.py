"""Whether a form has what the tags of a template name: each name is looked up where it stands, in loops too."""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from generator.catalogue.form import FieldSpec, Form
from generator.errors import Fault, Place
from generator.tagged.values import names_of
from generator.wording import Lang

Meaning = FieldSpec | None
"""What a name stands for: a field, a section or a row; None for whatever isn't of the form."""

Scope = dict[str, Meaning]


@dataclass(slots=True)
class Named:
    """A name that the form hasn't got: what the tag says, the nearest that there is, and its line."""

    name: str
    near: tuple[str, ...]
    line: int


@dataclass
class Naming:
    """Looks a tree through. `lang`: the language in which titles are proposed; `used`: the fields that tags name."""

    form: Form
    lang: Lang
    known: frozenset[str]
    unknown: list[Named] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def look(self, tree: nodes.Template, scope: Scope | None = None) -> None:
        """Look up all names of a template; `scope`: names that are known besides."""
        self._body(tree.body, dict(scope or {}))

    def look_alone(self, tree: nodes.Template, scope: Scope) -> None:
        """Look up the names of a tag by itself; what a loop names is known from there on."""
        for node in tree.body:
            if isinstance(node, nodes.For):
                meaning = self.meaning(node.iter, scope)
                self._bind(node.target, meaning if meaning is not None and meaning.shape == "repeat" else None, scope)
                scope["loop"] = None
            else:
                self._node(node, scope)

    def _body(self, body: list[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._node(node, scope)

    def _node(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, scope)
        elif isinstance(node, nodes.Assign):
            self._bind(node.target, self.meaning(node.node, scope), scope)
        elif isinstance(node, nodes.With):
            inner = dict(scope)
            for target, value in zip(node.targets, node.values, strict=True):
                self._bind(target, self.meaning(value, scope), inner)
            self._body(node.body, inner)
        elif isinstance(node, nodes.AssignBlock):
            self._bind(node.target, None, scope)
            self._body(node.body, dict(scope))
        elif isinstance(node, nodes.If):
            self.meaning(node.test, scope)
            self._body([*node.body, *node.elif_, *node.else_], scope)
        elif isinstance(node, nodes.Expr):
            self.meaning(node, scope)
        else:
            self._body(list(node.iter_child_nodes()), scope)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        meaning = self.meaning(node.iter, scope)
        inner = {**scope, "loop": None}
        is_row = meaning is not None and meaning.shape == "repeat"
        self._bind(node.target, meaning if is_row else None, inner)
        if node.test is not None:
            self.meaning(node.test, inner)
        self._body(node.body, inner)
        self._body(node.else_, scope)

    def _bind(self, target: nodes.Node, meaning: Meaning, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = meaning
        for name in target.find_all(nodes.Name):
            scope.setdefault(name.name, None)

    # --- what an expression stands for ---

    def meaning(self, node: nodes.Node, scope: Scope) -> Meaning:
        """Return what an expression stands for, and take note of every name in it."""
        if isinstance(node, nodes.Name):
            return self._name(node, scope)
        if isinstance(node, nodes.Getattr):
            return self._child(node.node, node.attr, node.lineno, scope)
        if isinstance(node, nodes.Getitem):
            return self._item(node, scope)
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._filter(node, scope)
        for child in node.iter_child_nodes():
            self.meaning(child, scope)
        return None

    def _name(self, node: nodes.Name, scope: Scope) -> Meaning:
        name = unicodedata.normalize("NFKC", node.name)
        if node.name in scope:
            return scope[node.name]
        found = names_of(self.form.root).get(name)
        if found is None and node.name in self.known:
            return self.form.root if node.name in _ROOTS else None
        return self._found(found, self.form.root, node.name, node.lineno)

    def _found(self, found: Meaning, above: FieldSpec, name: str, line: int) -> Meaning:
        if found is None:
            self.unknown.append(Named(name, nearest(name, above, self.lang), line))
        else:
            self.used.add(found.pointer)
        return found

    def _child(self, base: nodes.Node, name: str, line: int, scope: Scope) -> Meaning:
        above = self.meaning(base, scope)
        if above is None or above.shape == "value":
            return None
        return self._found(names_of(above).get(unicodedata.normalize("NFKC", name)), above, name, line)

    def _item(self, node: nodes.Getitem, scope: Scope) -> Meaning:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._child(node.node, node.arg.value, node.lineno, scope)
        self.meaning(node.arg, scope)
        return self.meaning(node.node, scope)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Meaning:
        assert node.node is not None
        meaning = self.meaning(node.node, scope)
        named = list(_attributes(node))
        for given in (*node.args, *(pair.value for pair in node.kwargs)):
            self.meaning(given, scope)
        for name in named if meaning is not None and meaning.shape == "repeat" else ():
            above: Meaning = meaning
            for step in name.split("."):
                if above is not None and above.shape != "value":
                    above = self._found(names_of(above).get(step), above, step, node.lineno)
        return meaning if node.name in _SAME else None


_ROOTS = frozenset({"raw", "record"})
"""Names of the whole record."""

_SAME = frozenset(
    {"sort", "list", "reverse", "unique", "selectattr", "rejectattr", "select", "reject", "first", "last"}
)
"""Filters that give back rows of what they are given."""

_BY_PLACE: Mapping[str, int] = {"selectattr": 0, "rejectattr": 0, "groupby": 0, "listing": 0}


def _attributes(node: nodes.Filter) -> Iterator[str]:
    """Yield the names of fields that a filter is told as texts."""
    at = _BY_PLACE.get(node.name)
    if at is not None and len(node.args) > at:
        given = node.args[at]
        if isinstance(given, nodes.Const) and isinstance(given.value, str):
            yield given.value
    for pair in node.kwargs:
        told = pair.value
        if pair.key == "attribute" and isinstance(told, nodes.Const) and isinstance(told.value, str):
            yield told.value


def nearest(name: str, above: FieldSpec, lang: Lang) -> tuple[str, ...]:
    """Return the names nearest to one that isn't there, by key and by title; some of those there are where none is."""
    names = names_of(above)
    titles = {child.title(lang): child.key for child in above.fields}
    found = difflib.get_close_matches(name, [*names, *titles], 3, 0.6)
    inner = [f"{child.key}.{name}" for child in above.fields if child.shape == "section" and name in names_of(child)]
    keys = [*inner, *(titles.get(one, one) for one in found)]
    return tuple(dict.fromkeys(keys))[:3] or tuple(child.key for child in above.fields)[:3]


def unused(form: Form, used: set[str]) -> list[Fault]:
    """Return a warning for each field that must be filled in and that no tag prints."""
    return [
        Fault("W-own-unused", Place(titles=s.titles, pointer=s.pointer), {"tag": _tag_of(s)})
        for s in _lacking(form.root, used)
    ]


def _tag_of(spec: FieldSpec) -> str:
    return "{{ " + ".".join(step for step in spec.pointer.split("/")[1:] if step != "*") + " }}"


def _lacking(above: FieldSpec, used: set[str]) -> Iterator[FieldSpec]:
    for spec in above.fields:
        if spec.pointer not in used:
            if spec.required and not spec.is_running:
                yield spec
        elif spec.shape != "value":
            yield from _lacking(spec, used)

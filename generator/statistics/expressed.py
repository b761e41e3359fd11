"""Expressions of the dialect as SQL, where they are plain: choices between constants, moments compared, deadlines.

What isn't among these raises NotPlain; then records are judged one by one, in Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from generator.catalogue.expressions import ExpressionError, node_of
from generator.catalogue.form import FieldSpec
from generator.kinds import BOOLEAN, CHOICE, DATE, DATETIME
from generator.rules import Policy
from generator.statistics.deadlines import CLOCK
from generator.statistics.sql import Sql, join, literal, minutes, regular, sql

TypeName = Literal["moment", "day", "text", "truth"]

Fields = Callable[[str], Sql]
"""Returns the column of the field at a pointer."""


class NotPlain(Exception):
    """The database can't tell what the readers of records and the rules of forms would make of this."""


class Typed(NamedTuple):
    """A value in SQL, of a type."""

    sql: Sql
    type: TypeName


class DayLimit(NamedTuple):
    """A limit that is counted in days: the name of the relation of days and ends, table and key in the policy, and what
    it runs from.
    """

    name: str
    table: str
    key: str
    start: Sql


@dataclass
class Expressed:
    """Expressions beside the fields of a section, as SQL. `limits`: those whose ends are to be known day by day, in
    relations whose names begin with `name`.
    """

    section: FieldSpec
    root: FieldSpec
    policy: Policy
    fields: Fields
    name: str
    limits: list[DayLimit] = field(default_factory=list)
    needs: dict[str, Sql] = field(default_factory=dict)

    def value(self, source: str) -> Typed:
        """Return an expression, NULL where a field that it names has no value.

        Raises NotPlain.
        """
        self.needs = {}
        try:
            made = self._typed(node_of(source))
        except ExpressionError:
            raise NotPlain from None
        given = join(" AND ", (sql("{column} IS NOT NULL", column=column) for column in self.needs.values()))
        if not self.needs:
            raise NotPlain
        return Typed(sql("CASE WHEN {given} THEN {made} END", given=given, made=made.sql), made.type)

    def _typed(self, node: Any) -> Typed:
        made = self._nodes.get(type(node).__name__)
        if made is None:
            raise NotPlain
        return made(node)

    @property
    def _nodes(self) -> Mapping[str, Callable[[Any], Typed]]:
        """Return what makes SQL of the nodes of an expression, by their names."""
        field = self._field
        return {
            "Name": field,
            "Getattr": field,
            "Const": self._constant,
            "CondExpr": self._choice,
            "Not": self._not,
            "Call": self._call,
        }

    def _constant(self, node: Any) -> Typed:
        if not isinstance(node.value, str):
            raise NotPlain
        return Typed(literal(node.value), "text")

    def _not(self, node: Any) -> Typed:
        return Typed(sql("NOT {what}", what=self._truth(node.node)), "truth")

    def _call(self, node: Any) -> Typed:
        functions: Mapping[str, Callable[..., Typed]] = {"before": self._before, "deadline": self._deadline}
        function = functions.get(getattr(node.node, "name", ""))
        if function is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise NotPlain
        return function(*node.args)

    def _truth(self, node: Any) -> Sql:
        made = self._typed(node)
        if made.type != "truth":
            raise NotPlain
        return made.sql

    def _choice(self, node: Any) -> Typed:
        if node.expr2 is None:
            raise NotPlain
        one, other = self._typed(node.expr1), self._typed(node.expr2)
        if one.type != other.type:
            raise NotPlain
        whether = self._truth(node.test)
        made = sql("CASE WHEN {test} THEN {one} ELSE {other} END", test=whether, one=one.sql, other=other.sql)
        return Typed(made, one.type)

    def _field(self, node: Any) -> Typed:
        keys = _keys(node)
        start = self.section if keys[0] in self.section.by_key else self.root
        spec: FieldSpec | None = start
        for key in keys:
            spec = spec.by_key.get(key) if spec else None
        if spec is None or spec.shape != "value" or spec.kind not in _TYPES:
            raise NotPlain
        column = self.needs[spec.pointer] = self.fields(spec.pointer)
        if spec.kind is DATETIME and spec.date_only:
            raise NotPlain  # a day is compared as a day
        return Typed(column, _TYPES[spec.kind])

    def _before(self, one: Any, other: Any) -> Typed:
        pair = self._typed(one), self._typed(other)
        if not {made.type for made in pair} <= {"moment", "day"}:
            raise NotPlain
        exact = all(made.type == "moment" for made in pair)
        first, second = (made.sql if exact else sql("CAST({at} AS date)", at=made.sql) for made in pair)
        return Typed(sql("({one} < {other})", one=first, other=second), "truth")

    def _deadline(self, start: Any, limit: Any, table: Any = None) -> Typed:
        names = [getattr(limit, "value", None), getattr(table, "value", None) if table else "limits"]
        begun = self._typed(start)
        span = self.policy.span(str(names[1]), names[0])
        if span is None or begun.type != "moment":
            raise NotPlain
        if span[1] in CLOCK:
            return Typed(sql("({at} + {length})", at=begun.sql, length=minutes(span[0] * CLOCK[span[1]])), "moment")
        if span[1] == "working_hour":
            raise NotPlain
        return Typed(self._day_limit(str(names[1]), str(names[0]), begun.sql), "day")

    def _day_limit(self, table: str, key: str, start: Sql) -> Sql:
        name = f"{self.name}_{len(self.limits)}"
        self.limits.append(DayLimit(name, table, key, start))
        return sql(
            "(SELECT {name}.value FROM {name} WHERE {name}.raw = CAST(CAST({start} AS date) AS varchar))",
            name=regular(name),
            start=start,
        )


_TYPES: Mapping[Any, TypeName] = {DATETIME: "moment", DATE: "day", CHOICE: "text", BOOLEAN: "truth"}


def _keys(node: Any) -> list[str]:
    if type(node).__name__ == "Getattr":
        return [*_keys(node.node), str(node.attr)]
    if type(node).__name__ != "Name":
        raise NotPlain
    return [str(node.name)]

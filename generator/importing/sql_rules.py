"""What CHECK rules and defaults of a table say, as far as JSON Schema says it."""

from typing import Any

_SIGNS = {"gte": "minimum", "lte": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_TURNED = {"gte": "lte", "lte": "gte", "gt": "lt", "lt": "gt"}


def literal_of(value: Any) -> Any:
    """Return a literal's value; None for what is worked out."""
    from sqlglot import exp

    while isinstance(value, (exp.Cast, exp.Paren)):
        value = value.this
    if isinstance(value, exp.Neg) and (inner := literal_of(value.this)) is not None:
        return -inner if isinstance(inner, (int, float)) else None
    if isinstance(value, exp.Boolean):
        return bool(value.this)
    if isinstance(value, exp.Literal):
        if value.is_string:
            return str(value.this)
        number = float(value.this)
        return int(number) if number.is_integer() else number
    return None


def named_column(rule: Any) -> str:
    """Return the only column that a rule names, in small letters; nothing where it names several."""
    from sqlglot import exp

    names = {column.name.casefold() for column in rule.find_all(exp.Column)}
    return names.pop() if len(names) == 1 else ""


def choices_of(rule: Any) -> list[str]:
    """Return the answers that a rule lets a column have: `IN (…)`, or `= 'a' OR = 'b'`; none of any other rule."""
    from sqlglot import exp

    while isinstance(rule, exp.Paren):
        rule = rule.this
    if isinstance(rule, exp.In) and _is_column(rule.this):
        values = [literal_of(one) for one in rule.expressions]
        return values if values and all(isinstance(value, str) for value in values) else []
    if isinstance(rule, exp.EQ) and isinstance(rule.expression, exp.Any):
        listed = rule.expression.find(exp.Array)
        values = [literal_of(one) for one in listed.expressions] if listed is not None else []
        return values if values and all(isinstance(value, str) for value in values) else []
    if isinstance(rule, exp.Or):
        left, right = choices_of(rule.this), choices_of(rule.expression)
        return [*left, *right] if left and right and named_column(rule) else []
    if isinstance(rule, exp.EQ) and _is_column(rule.this):
        value = literal_of(rule.expression)
        return [value] if isinstance(value, str) else []
    return []


def _is_column(part: Any) -> bool:
    from sqlglot import exp

    while isinstance(part, (exp.Cast, exp.Paren)):
        part = part.this
    return isinstance(part, exp.Column)


def bounds_of(rule: Any) -> dict[str, int | float] | None:
    """Return the limits that a rule sets to a number; None where it says anything else."""
    from sqlglot import exp

    while isinstance(rule, exp.Paren):
        rule = rule.this
    if isinstance(rule, exp.And):
        left, right = bounds_of(rule.this), bounds_of(rule.expression)
        return {**left, **right} if left is not None and right is not None and named_column(rule) else None
    if isinstance(rule, exp.Between) and _is_column(rule.this):
        low, high = literal_of(rule.args["low"]), literal_of(rule.args["high"])
        return {"minimum": low, "maximum": high} if _are_numbers(low, high) else None
    sign = rule.key
    if sign in _SIGNS and _is_column(rule.this):
        value = literal_of(rule.expression)
        return {_SIGNS[sign]: value} if _are_numbers(value) else None
    if sign in _SIGNS and _is_column(rule.expression):
        value = literal_of(rule.this)
        return {_SIGNS[_TURNED[sign]]: value} if _are_numbers(value) else None
    return None


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)

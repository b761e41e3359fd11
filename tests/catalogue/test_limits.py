"""Expressions: what they may use, what they are told when they use something else, and where they end."""

import json
from typing import Any

import pytest

from generator.api import check
from generator.catalogue import limits
from generator.catalogue.dialect import lint
from generator.catalogue.expressions import ExpressionError, compiled
from generator.errors import SchemaError
from generator.rules.functions import plain_functions
from generator.wording import LANGS

ROWS = [{"item": "a", "q": 1}, {"item": "b", "q": 2}]
NAMES: dict[str, Any] = {"name": "甲", "n": 5, "list": ROWS}


def value(expression: str) -> Any:
    """Return the value of an expression beside a few names."""
    return compiled(expression)(NAMES, plain_functions())


def refusal(expression: str) -> tuple[str, Any]:
    """Return the end of the code with which an expression is refused, and its limit or name."""
    with pytest.raises(ExpressionError) as caught:
        value(expression)
    refused = caught.value.refusal
    return (refused.limit, refused.most) if isinstance(refused, limits.OutOfBounds) else (refused.sort, refused.name)


@pytest.mark.parametrize(
    ("expression", "limit"),
    [
        ("'a' * 10 ** 9", "text"),
        ("'a' * 10 ** 15", "text"),
        ("[1] * 10 ** 9", "items"),
        ("([[1] * 1000] * 1000)|length", "items"),
        ("9 ** 9 ** 9 ** 9", "digits"),
        ("9 ** 999999", "power"),
        ("9" * 5000, "digits"),
        ("0x" + "f" * 500, "digits"),
        ("5|round(-10 ** 9)", "digits"),
        ("('z' * 9999)|int(base=36)", "digits"),
        ("'%2000000000d' % 1", "width"),
        ("'%*d' % (2000000000, 1)", "width"),
        ("'%.2000000000f'|format(1)", "width"),
        ("'{:>2000000000}'.format(1)", "width"),
        ("'{:{w}}'.format(1, w=2000000000)", "width"),
        ("'a'.zfill(10 ** 9)", "width"),
        ("('%s' * 900) % (('x' * 9999,) * 900)", "text"),
        ("('%(a)s' * 900) % {'a': 'x' * 9999}", "text"),
        ("('{0}' * 900).format('x' * 9999)", "text"),
        ("('a' * 9999).replace('a', 'b' * 9999)", "text"),
        ("('a' * 99999).replace('a', 'b' * 99999)", "text"),
        ("name|replace('', 'x' * 99999)", "text"),
        ("(['x' * 99999] * 99999)|join", "text"),
        ("('a' * 9999).join(['b'] * 9999)", "text"),
        ("('x' * 99999) ~ ('x' * 99999)", "text"),
        ("(['x' * 99999] * 99999)|map('upper')|list", "letters"),
        ("(['x'] * 99999)|select('in', ['y'] * 99999)|list", "steps"),
        ("all_in([1] * 99999, [2] * 99998 + [1])", "steps"),
        ("(" * 150 + "1" + ")" * 150, "depth"),
        ("not " * 2000 + "n", "depth"),
        ("-" * 4000 + "1", "depth"),
        ("+".join(["n"] * 300), "depth"),
        ("n" + ".a" * 300, "depth"),
        ("[" + "1," * 2000 + "]", "parts"),
        ("'" + "x" * 20_000 + "'", "source"),
    ],
)
def test_what_would_use_up_the_machine_runs_into_a_limit(expression: str, limit: str) -> None:
    assert refusal(expression)[0] == limit


@pytest.mark.parametrize(
    ("expression", "sort", "name"),
    [
        ("name|center(9)", "filter", "center"),
        ("list|map('pprint')", "filter", "pprint"),
        ("list|map('pp' ~ 'rint')", "filter", "pprint"),
        ("name is filter", "test", "filter"),
        ("list|select('callable')", "test", "callable"),
        ("lipsum(n=9)", "function", "lipsum"),
        ("range(9)", "function", "range"),
        ("name.ljust(9)", "method", "ljust"),
        ("name['ljust'](9)", "function", "(…)(…)"),
        ("name.__class__", "attribute", "__class__"),
        ("name['__class__']", "attribute", "__class__"),
        ("name.ljust", "method", "ljust"),
        ("1 or name.ljust(9)", "method", "ljust"),
        ("1 or lipsum()", "function", "lipsum"),
        ("1 or name|center(9)", "filter", "center"),
        ("1 or name is filter", "test", "filter"),
        ("1 or name.__class__", "attribute", "__class__"),
        ("'{0.__class__}'.format(name)", "attribute", "__class__"),
        ("count(list, *['item'])", "tag", "*"),
        ("'\\x07'", "character", "U+0007"),
        ("'\\ud800'", "character", "U+D800"),
    ],
)
def test_what_may_not_be_used_is_named(expression: str, sort: str, name: str) -> None:
    assert refusal(expression) == (sort, name)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' * 3 ~ name", "aaa甲"),
        ("2 ** 64", 2**64),
        ("'%05.1f' % 2.25", "002.2"),
        ("'{:,.2f}/{}'.format(1234.5, name)", "1,234.50/甲"),
        ("'%(a)s' % {'a': name}", "甲"),
        ("list|map(attribute='item')|join('、')", "a、b"),
        ("list|selectattr('q', '>', 1)|map(attribute='item')|list", ["b"]),
        ("list|sum('q')", 3),
        ("(list|sort(attribute='q', reverse=true)|first).item", "b"),
        ("[3, 1, 3]|unique|sort|list", [1, 3]),
        ("'a-b'.split('-')|last|upper", "B"),
        ("name.startswith('甲') and 'x' not in name", True),
        ("2.345|round(1)", 2.3),
        ("'7'|int + '1.5'|float", 8.5),
        ("{'a': [1, 2]}['a'][1]", 2),
        ("name[::-1]", "甲"),
        ("nothing|default('none')", "none"),
        ("nothing", None),
        ("total", None),
        ("name.upper", None),
        ("n + name", None),
        ("list[9].q", None),
        ("month_before(n)", None),
        ("+".join(["n"] * 90), 450),
        ("1 if n else " * 90 + "2", 1),
        ("(" * 30 + "n" + ")" * 30, 5),
    ],
)
def test_what_an_office_computes_has_its_value(expression: str, expected: Any) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("constant", "most", "fits", "limit"),
    [
        ("MOST_TEXT", 10, "'a' * {n}", "text"),
        ("MOST_ITEMS", 10, "([1] * {n})|length", "items"),
        ("MOST_POWER", 10, "2 ** {n}", "power"),
        ("MOST_WIDTH", 10, "'%{n}d' % 1", "width"),
    ],
)
def test_a_limit_is_the_last_figure_that_fits(
    monkeypatch: pytest.MonkeyPatch, constant: str, most: int, fits: str, limit: str
) -> None:
    monkeypatch.setattr(limits, constant, most)
    assert value(fits.format(n=most - 1)) is not None
    assert value(fits.format(n=most)) is not None
    assert refusal(fits.format(n=most + 1)) == (limit, most)


def test_each_evaluation_has_a_budget_of_its_own() -> None:
    costly = "('x' * 99999)|upper|length"
    assert {value(costly) for _ in range(50)} == {99999}


# --- where it is told -------------------------------------------------------------------------------------------------


def own(tmp_path: Any, **keywords: Any) -> Any:
    """Return the file of a schema with a field `z` of these keywords."""
    path = tmp_path / "own.json"
    fields = {"a": {"type": "string"}, "z": {"type": "string", "title": "丁", **keywords}}
    path.write_text(json.dumps({"type": "object", "properties": fields}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("'a' * 10 ** 9", "E-expression-limit"),
        ("'a'|center(10 ** 9)", "E-expression-name"),
        ("lipsum(n=10 ** 6)", "E-expression-name"),
        ("a.__class__.__mro__", "E-expression-forbidden"),
        ("(" * 150 + "1" + ")" * 150, "E-expression-limit"),
    ],
)
@pytest.mark.parametrize("keyword", ["x-derive", "x-when"])
def test_lint_tells_it_with_the_field(tmp_path: Any, keyword: str, expression: str, code: str) -> None:
    [fault] = lint(own(tmp_path, **{keyword: expression}))
    assert (fault.code, fault.place.pointer) == (code, "/z")
    assert all(fault.text(lang).endswith(f"[{code}]") for lang in LANGS)


def test_the_nearest_allowed_name_is_told(tmp_path: Any) -> None:
    [fault] = lint(own(tmp_path, **{"x-derive": "a|uper"}))
    assert fault.params["name"] == "uper"
    assert "upper" in fault.params["near"]
    assert "upper" in fault.text("en")


def test_a_record_that_runs_into_a_limit_is_its_own_fault(tmp_path: Any) -> None:
    path = str(own(tmp_path, **{"x-derive": "a * 2 ~ a * 1000"}))
    short, long = check(path, {"a": "x"}), check(path, {"a": "x" * 200})
    assert short == []
    assert [(fault.code, fault.place.pointer) for fault in long] == [("E-expression-limit", "/z")]
    assert "100,000" in long[0].text("en")


def test_what_no_record_may_do_is_a_fault_of_the_schema(tmp_path: Any) -> None:
    with pytest.raises(SchemaError) as caught:
        check(str(own(tmp_path, **{"x-derive": "a|lipsum"})), {"a": "x"})
    assert [fault.code for fault in caught.value.faults] == ["E-expression-name"]

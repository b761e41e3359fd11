"""SQL is put together of constant templates, quoted names and constants; nothing else is SQL."""

import ast
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

import generator.statistics
from generator.statistics.sql import (
    Sql,
    day,
    identifier,
    join,
    listed,
    literal,
    minutes,
    moment,
    query_of_user,
    regular,
    sql,
)

PACKAGE = Path(generator.statistics.__file__).parent


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of a function of `sql.py` in the package."""
    for path in sorted(PACKAGE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (
            (path, node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        )


@pytest.mark.parametrize("name", ["sql", "join"])
def test_templates_and_separators_are_constants(name: str) -> None:
    made = list(calls(name))
    assert made
    for path, call in made:
        constant = call.args[0]
        assert isinstance(constant, ast.Constant), (path.name, call.lineno)
        assert isinstance(constant.value, str), (path.name, call.lineno)


def test_only_a_users_query_comes_in_as_it_is() -> None:
    assert [path.name for path, _ in calls("query_of_user")] == ["monthly.py", "records.py"]
    assert query_of_user(" SELECT 1; ").text == "(SELECT 1\n) AS source"


def test_sql_cannot_be_made_of_a_text() -> None:
    with pytest.raises(TypeError):
        Sql("SELECT 1", object())


def test_holes_take_sql_and_whole_numbers() -> None:
    made = sql("SELECT {name} FROM {table} LIMIT {most}", name=regular("a"), table=identifier("b"), most=5)
    assert made.text == 'SELECT a FROM "b" LIMIT 5'
    assert sql("{{'raw': {kind}}}", kind=literal("VARCHAR")).text == "{'raw': 'VARCHAR'}"


@pytest.mark.parametrize("value", ["b", True, 1.5, None])
def test_a_hole_takes_nothing_else(value: object) -> None:
    with pytest.raises(TypeError):
        sql("SELECT {a}", a=value)  # type: ignore[arg-type]


def test_holes_must_be_filled_each_and_stand_outside_of_quotes() -> None:
    for holes in ({}, {"b": 1}, {"a": 1, "b": 2}):
        with pytest.raises(TypeError):
            sql("SELECT {a}", **holes)
    with pytest.raises(ValueError, match="quotes"):
        sql("SELECT '{a}'", a=1)
    assert sql("SELECT 'it''s', {a}", a=1).text == "SELECT 'it''s', 1"


def test_what_a_filling_holds_is_no_template() -> None:
    assert sql("SELECT {a}", a=literal("{b}")).text == "SELECT '{b}'"


def test_names_and_texts_are_quoted() -> None:
    assert identifier('na"me; DROP').text == '"na""me; DROP"'
    assert literal("it's").text == "'it''s'"
    for name in ("Name", "a b", "a;", "", "1a", "naïve"):
        with pytest.raises(ValueError, match="identifier"):
            regular(name)


def test_moments_days_and_lengths() -> None:
    assert moment(date(2024, 5, 1)).text == "timestamp '2024-05-01 00:00:00'"
    assert moment(datetime(2024, 5, 1, 9, 0, 0, 1)).text == "timestamp '2024-05-01 09:00:00.000001'"
    assert day(date(2024, 5, 1)).text == "date '2024-05-01'"
    assert minutes(90).text == "interval '90 minutes'"


def test_pieces_are_joined() -> None:
    assert listed(map(regular, "ab")).text == "a, b"
    assert join(" OR ", [regular("a"), sql("b = {n}", n=2)]).text == "a OR b = 2"

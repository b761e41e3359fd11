"""Numbers of one column have as many decimals each."""

from decimal import Decimal
from typing import Any

import pytest

from generator.catalogue import Catalogue
from generator.compose.decimals import MOST_ROWS, aligner
from generator.formats import number_text


def fields() -> Any:
    form = next(form for form in Catalogue(()) if form.id == "monthly-summary")
    return next(f for f in form.root.fields if f.key == "by_type").fields


def key() -> str:
    return next(f.key for f in fields() if f.kind.name in ("percent", "number"))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([29.7, 24, 8.25], ["29.70", "24.00", "8.25"]),
        ([0, 12.5], ["0.0", "12.5"]),
        ([Decimal("-1.5"), 3], ["-1.5", "3.0"]),
    ],
)
def test_each_has_the_decimals_of_the_one_that_has_most(values: list[Any], shown: list[str]) -> None:
    align = aligner(fields(), [{key(): value} for value in values])
    assert align
    assert [number_text(align(key(), value)) for value in values] == shown  # type: ignore[arg-type]  # numbers


@pytest.mark.parametrize("values", [[1, 2, 3], [None, None], ["***", 2]])
def test_whole_numbers_and_what_is_no_number_stay_as_they_are(values: list[Any]) -> None:
    assert aligner(fields(), [{key(): value} for value in values]) is None


def test_a_long_list_is_not_looked_through() -> None:
    assert aligner(fields(), [{key(): 0.5}] * (MOST_ROWS + 1)) is None


def test_a_zero_has_no_sign_and_the_decimals_that_it_is_given() -> None:
    zeros = (Decimal("0.00"), Decimal("-0.0"), 0.0, -0.0, 0)
    assert [number_text(zero) for zero in zeros] == ["0.00", "0.0", "0", "0", "0"]


def test_numbers_of_different_things_in_one_column_stay_as_they_are() -> None:
    plain = next(f for form in Catalogue(()) for f in form.root.walk() if f.kind.name == "number" and not f.unit)
    assert aligner((plain,), [{plain.key: 128}, {plain.key: 94.5}, {plain.key: 4.16}]) is None

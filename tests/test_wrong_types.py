"""Values of any type in any field of any form: whatever is wrong is named by code, and nothing ends in an exception."""

import copy
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from generator import Catalogue
from generator.api import check, make_job
from generator.catalogue import FieldSpec, Form
from generator.cli.listing import example
from generator.errors import BiaodanError
from generator.kinds.raw import CellNumber

FORMS = list(Catalogue(folders=()))
_PLAIN: list[Any] = [True, -1, 10**400, math.nan, math.inf, Decimal("1e300"), Decimal("sNaN"), Decimal("1E+999999")]
_TEXTS: list[Any] = ["", "NaN", "1e999", "甲", "core", "0001-01-01", "9999-12-31 23:59", "9999-12-31T23:59:59-14:00"]
_TEXTS += ["0000-00", "0001-01", "2024-05-01", "25:61", "999999999999小时", "²", "\x00", "\ud800", "x" * 3000]
_NESTED: list[Any] = [[], ["a"], [None], [[1]], [{"a": [Decimal("NaN")]}], {}, {"": None}, {1: 2}, {"rows": [{}]}]
_PYTHON: list[Any] = [date.min, date.max, datetime.min, datetime.max, datetime.min.replace(tzinfo=UTC), time(1), (1,)]
_PYTHON += [timedelta.max, b"x", object(), {1, 2}, [{1, 2}], 1j, CellNumber(2**70), CellNumber(-5), CellNumber(45000)]
VALUES = _PLAIN + _TEXTS + _NESTED + _PYTHON


def _places(spec: FieldSpec, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for child in spec.fields:
        place = (*above, child.key)
        yield place
        if child.shape != "value":
            yield from _places(child, (*place, 0) if child.shape == "repeat" else place)


def _with(record: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(record)
    node: Any = changed
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value
    return changed


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_value_of_any_type_is_a_fault_with_a_name_or_none(form: Form) -> None:
    job, record, random = make_job(form), example(form.root), Random(form.id)
    for place in _places(form.root):
        for value in random.sample(VALUES, 9):
            try:
                found = list(job.pipeline.faults(job.source(_with(record, place, value))))
            except BiaodanError as error:
                found = list(error.faults)
            assert all(fault.text("en") for fault in found)


def test_a_list_where_a_rule_needs_a_day_is_told_as_of_a_wrong_type() -> None:
    row = {"customer_name": "甲", "maintenance_priority": "core", "last_contact_on": ["a"]}
    found = [f for f in check("customer-register", [row]) if f.place.pointer == "/rows/0/last_contact_on"]
    assert [fault.code for fault in found] == ["E-type"]


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity"])
def test_decimals_that_are_no_numbers_are_refused_wherever_they_stand(number: str) -> None:
    for value in (Decimal(number), [Decimal(number)]):
        codes = {f.code for f in check("customer-register", [{"customer_name": value}])}
        assert "E-json-number" in codes


def test_the_last_year_has_its_working_days() -> None:
    from generator.rules import load_policy

    calendar = load_policy().calendar
    assert calendar.is_working(date.max) == (date.max.weekday() < 5)

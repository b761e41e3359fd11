"""The page of limits says what the code says."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.catalogue import limits
from generator.records.bounds import Bounds
from generator.wording import phrase

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
LESS_BY_ONE = {"writers.breaking._MOST"}
"""What begins to be a limit at its figure, so that the last one without is one less."""


def rows() -> Iterator[tuple[str, str]]:
    """Yield the place and the value of each row of the page's tables."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[-1].startswith("`"):
            yield cells[-1].strip("`"), cells[1]


def told(value: str) -> tuple[float, str]:
    """Return the number and the unit of a value as the page has it."""
    number, _, unit = value.partition(" ")
    return float(number.replace(",", "")), unit


def in_code(place: str) -> Any:
    if place.startswith("form.json#"):
        schema = json.loads((ROOT / "schemas/dialect/form.json").read_text(encoding="utf-8"))
        return reduce(lambda node, step: node[step], place.partition("#/")[2].split("/"), schema)
    if ".Bounds." in place:
        return getattr(Bounds(), place.rpartition(".")[2])
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"generator.{module}"), name)


def in_units(value: Any, unit: str) -> float:
    """Return a constant in the unit of the page: those of `Bounds` are in MB already."""
    if isinstance(value, str):
        return int(value.removesuffix("MB"))
    return value / (1 << 20) if unit == "MB" and value >= 1 << 20 else value


@pytest.mark.parametrize(("place", "value"), list(rows()), ids=lambda text: text if "." in text else "")
def test_a_limit_of_the_page_is_that_of_the_code(place: str, value: str) -> None:
    number, unit = told(value)
    assert in_units(in_code(place), unit) == number + (place in LESS_BY_ONE)


def test_all_limits_that_have_a_place_of_their_own_are_on_the_page() -> None:
    places = {place for place, _ in rows()}
    assert {f"records.bounds.Bounds.{field.name}" for field in fields(Bounds)} <= places
    assert {f"catalogue.limits.{name}" for name in vars(limits) if name.startswith("MOST_")} <= places
    dialect = json.loads((ROOT / "schemas/dialect/form.json").read_text(encoding="utf-8"))["properties"]
    plain = {
        f"form.json#/properties/{keyword}/{limit}"
        for keyword, schema in dialect.items()
        for limit in ("maxLength", "maximum", "maxItems")
        if limit in schema and keyword != "x-scale"
    }
    assert plain <= places


def test_every_code_of_the_page_has_a_sentence() -> None:
    for code in set(re.findall(r"`(E-[a-z-]+)`", PAGE)):
        assert phrase(code, "en", "faults")

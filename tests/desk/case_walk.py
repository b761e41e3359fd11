"""A case walked on the page by the samples, for the tests of what the page makes of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2 as httpx
import pytest

from generator.case import Case
from generator.catalogue import Catalogue
from generator.catalogue.logs import log_tables
from generator.desk.store import Store
from generator.errors import Place
from generator.rules import load_policy
from tests.desk.conftest import Visitor

ROOT = Path(__file__).parents[2]
STEPS = sorted((ROOT / "samples" / "case").glob("*.json"))[:8]
"""The samples of a case from intake to return visit."""

FORMS = [step.stem.partition("-")[2] for step in STEPS]
CATALOGUE, POLICY = Catalogue(), load_policy()

DAY = {"2024-09-11": "1726012800", "2024-09-13": "1726185600"}
"""Eight in the morning in Shanghai, in seconds."""


def post(visitor: Visitor, path: str, **fields: Any) -> httpx.Response:
    """Send a form as htmx does."""
    content = urlencode(fields, doseq=True).encode()
    return visitor.send("POST", path, content, headers={"content-type": "application/x-www-form-urlencoded"})


def last_of(answer: httpx.Response) -> str:
    assert answer.status_code == 204, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def over(held: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody has on screen who goes on from what is filled in: own values over it, rows beneath."""
    made = dict(held)
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(held.get(key), dict):
            made[key] = over(held[key], value)
        else:
            made[key] = value
    return made


def own_of(number: int) -> dict[str, Any]:
    """Return the record of a step by the keys of its form."""
    step = STEPS[number - 1]
    form = CATALOGUE.form(FORMS[number - 1])
    return Case((), CATALOGUE, POLICY).read(form, json.loads(step.read_text(encoding="utf-8")), Place(step.name))


def begin(visitor: Visitor, title: str = "") -> str:
    return last_of(post(visitor, "/cases", title=title))


def fill(visitor: Visitor, store: Store, case: str, number: int, *, final: bool = True) -> str:
    """Fill in a step of the case on the page; return the record's id."""
    form = CATALOGUE.form(FORMS[number - 1])
    name = last_of(post(visitor, f"/cases/{case}/records", form=form.id))
    held = store.record(name).raw  # type: ignore[union-attr]
    own = own_of(number)
    for table in log_tables(form):
        own[table.spec.key] = sorted([*held[table.spec.key], *own[table.spec.key]], key=lambda row: row["time"])
    told = visitor.save(name, over(held, own)).json()
    assert (told["faults"], told["missing"]) == ([], [])
    if final:
        assert visitor.send("POST", f"/records/{name}/final", {"base": 2}).status_code == 200
    return name


@pytest.fixture
def walk(visitor: Visitor, store: Store) -> Callable[..., tuple[str, list[str]]]:
    """Walk the first steps of a case; return its id and those of its records."""

    def walked(count: int, *, final: bool = True) -> tuple[str, list[str]]:
        case = begin(visitor)
        names = [fill(visitor, store, case, n, final=final or n < count) for n in range(1, count + 1)]
        return case, names

    return walked


def shown(page: str, heading: str) -> str:
    """Return a section of a page."""
    found = re.search(rf'<section[^>]*aria-labelledby="{heading}">(.*?)</section>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def main_buttons(page: str) -> list[str]:
    return re.findall(r'<button class="main">填写([^<]+)</button>', page)


def due_of(visitor: Visitor, case: str) -> list[str]:
    """Return what is due of a case: day and hour, how late, what."""
    page = visitor.get(f"/cases/{case}").text
    rows = re.findall(r'<span class="when">(.*?)</span></span>\s*<a[^>]*>([^<：]+)', page, re.DOTALL)
    return [" ".join((re.sub(r"<[^>]+>", "", when) + " " + what).split()) for when, what in rows]


def fetched(visitor: Visitor, answer: httpx.Response) -> tuple[str, bytes]:
    """Return the name and content of a file that was made."""
    assert answer.status_code == 204, answer.text
    made = re.search(r"made[=/]([\w-]+)", answer.headers["hx-redirect"])
    assert made
    file = visitor.get(f"/made/{made[1]}")
    return file.headers["content-disposition"].partition("''")[2], file.content

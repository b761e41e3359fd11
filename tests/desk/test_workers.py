"""The processes behind the page: each call has its time and memory, and what it does to its process ends with it."""

import asyncio
import os
import time
from collections.abc import Iterator

import pytest

from generator.desk import pool
from generator.desk.office import Setup
from generator.desk.pool import Workers
from generator.desk.web.desk import Desk
from generator.desk.work import MEMORY
from generator.errors import BiaodanError
from tests.desk.conftest import Visitor


def works(_: Setup) -> str:
    return "done"


def hangs(_: Setup) -> None:
    time.sleep(60)


def takes(_: Setup, megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def dies(_: Setup) -> None:
    os._exit(7)


@pytest.fixture(scope="module")
def one() -> Iterator[Workers]:
    """One process, to be mistreated."""
    made = Workers(Setup(), 1, 30)
    yield made
    made.close()


def code_of(one: Workers, *call: object, seconds: float = 30) -> str:
    with pytest.raises(BiaodanError) as ended:
        asyncio.run(one.run(*call, seconds=seconds))  # type: ignore[arg-type]
    return ended.value.faults[0].code


def test_what_hangs_is_ended_and_the_next_call_is_done(one: Workers) -> None:
    began = time.monotonic()
    assert code_of(one, hangs, seconds=1) == "E-desk-time"
    assert time.monotonic() - began < 20
    assert asyncio.run(one.run(works, seconds=60)) == "done"


def test_what_takes_too_much_memory_is_ended_and_the_next_call_is_done(one: Workers) -> None:
    assert code_of(one, takes, MEMORY + 200) == "E-desk-memory"
    assert asyncio.run(one.run(takes, 200, seconds=60)) == 200 << 20


def test_a_process_that_dies_is_replaced(one: Workers) -> None:
    assert code_of(one, dies) == "E-worker-died"
    assert asyncio.run(one.run(works, seconds=60)) == "done"


def test_more_calls_than_can_wait_are_refused(one: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_ASKED", 3)

    async def five() -> list[object]:
        return await asyncio.gather(*(one.run(works, seconds=60) for _ in range(5)), return_exceptions=True)

    answers = asyncio.run(five())
    assert answers[:3] == ["done"] * 3
    assert [error.faults[0].code for error in answers[3:]] == ["E-desk-busy"] * 2  # type: ignore[attr-defined]
    assert asyncio.run(one.run(works, seconds=60)) == "done"


def test_the_page_says_that_it_took_too_long(visitor: Visitor, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    name = visitor.begin("closure-report")
    run = desk.workers.run
    monkeypatch.setattr(desk.workers, "run", lambda work, *given, **_: run(hangs, seconds=0.5))
    told = visitor.save(name, {"issue_no": "WT1"}).json()
    assert "没有做完" in told["trouble"]
    assert told["revision"] == 2
    page = visitor.get(f"/records/{name}/file?format=pdf", headers={"accept": "text/html"})
    assert "没有做完" in page.text
    assert "<h1>" in page.text

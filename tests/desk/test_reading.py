"""What the desk has read of its cases and records for what is due and the month: each once, however many there are."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from generator.desk.store import Store
from generator.desk.web import reading
from generator.desk.web.reading import Readings
from generator.errors import Fault, MachineError, fail
from tests.desk.case_walk import post
from tests.desk.conftest import Visitor
from tests.desk.test_due import TRACKER


class Desk:
    """A desk whose processes note which groups they have read; one whose id is `deadly` ends them."""

    def __init__(self, store: Store) -> None:
        self.store, self.workers, self.count = store, self, 3
        self.read: list[str] = []
        self.deadly = ""
        self.largest = 0

    async def run(self, work: Any, groups: Sequence[Any], seconds: float) -> list[Any]:
        await asyncio.sleep(0)
        names = [name for name, _ in groups]
        if self.deadly in names:
            raise fail(MachineError, "E-worker-died")
        self.read += names
        self.largest = max(self.largest, len(names))
        return [[paper.raw for paper in papers] for _, papers in groups]


def readings(desk: Desk) -> Readings[Any]:
    def failed(faults: Sequence[Fault]) -> Any:
        return [fault.code for fault in faults]

    return Readings(desk, lambda: None, failed, lambda: {"closure-report"})  # type: ignore[arg-type,return-value]


def now(read: Readings[Any]) -> dict[str, Any]:
    found = asyncio.run(read.current())
    assert found is not None
    return dict(found)


def test_only_what_has_changed_is_read_again(store: Store) -> None:
    desk = Desk(store)
    names = [store.begin("closure-report", "zh-Hans", "", {"n": n}) for n in range(100)]
    read = readings(desk)
    assert now(read) == {name: [{"n": n}] for n, name in enumerate(names)}
    assert (sorted(desk.read), desk.largest) == (sorted(names), reading.AT_ONCE)
    desk.read.clear()
    store.save(names[7], 1, {"n": "new"}, "")
    assert now(read)[names[7]] == [{"n": "new"}]
    assert desk.read == [names[7]]


def test_one_that_ends_its_process_is_told_and_the_others_are_read(store: Store) -> None:
    desk = Desk(store)
    names = [store.begin("closure-report", "zh-Hans", "", {}) for _ in range(9)]
    desk.deadly = names[4]
    found = now(readings(desk))
    assert [name for name in names if found[name] == ["E-worker-died"]] == [names[4]]
    assert set(found) == set(names)


def test_a_page_that_would_wait_long_says_how_far_it_is(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.begin("issue-tracker", "zh-Hans", "", TRACKER)
    monkeypatch.setattr(reading, "PATIENCE", 0.0)
    page = visitor.get("/due").text
    assert "正在汇总：已读 0，共 " in page
    assert 'hx-trigger="load delay:1s"' in page


def test_a_long_list_has_pages_that_hold_all_of_it_once(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1726012800")
    row = {**TRACKER["rows"][0], "responded_at": "2024-09-11 09:05"}
    many = {"rows": [{**row, "issue_no": f"WT{n:03}"} for n in range(1, 231)]}
    store.begin("issue-tracker", "zh-Hans", "", many)
    first = visitor.get("/due").text
    second = post(visitor, "/due/list", within=7, page=2).text
    assert "共 230 项" in first
    assert "第 1 页，共 2 页" in first
    shown = [f"WT{n:03}" for n in range(1, 231) for page in (first, second) if f">WT{n:03}<" in page]
    assert shown == [f"WT{n:03}" for n in range(1, 231)]

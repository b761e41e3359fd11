"""What is kept in order is read back whole, as often as wanted, from memory and from the file behind it."""

from datetime import datetime
from decimal import Decimal

import pytest

from generator import spool
from generator.spool import Spool


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 10)
    monkeypatch.setattr(spool, "_BLOCK", 7)


@pytest.mark.parametrize("count", [0, 1, 10, 11, 16, 17, 24, 100])
def test_all_of_it_comes_back_each_time(count: int) -> None:
    kept = Spool(range(count))
    assert len(kept) == count
    assert [list(kept), list(kept)] == [list(range(count))] * 2


def test_two_may_read_it_at_once() -> None:
    kept = Spool(range(60))
    assert list(zip(kept, kept, strict=True)) == [(n, n) for n in range(60)]


def test_what_is_added_while_it_is_read_is_read_too() -> None:
    kept = Spool(range(40))
    seen = []
    for item in kept:
        seen.append(item)
        if item < 5:
            kept.append(100 + item)
    assert seen == [*range(40), *range(100, 105)]


def test_values_keep_their_types() -> None:
    row = {"at": datetime(2024, 2, 29, 9, 5), "sum": Decimal("10.50"), "names": ["甲", None]}
    kept = Spool([row] * 30)
    assert all(item == row and str(item["sum"]) == "10.50" for item in kept)


def test_nothing_of_it_is_left_in_the_temporary_folder(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = Spool(range(100))
    assert list(tmp_path.iterdir()) == []
    kept.close()
    assert list(kept) == []

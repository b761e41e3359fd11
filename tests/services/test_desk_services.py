"""A desk's records in a real PostgreSQL server: taken in from files once, and found."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from generator.desk.giving.tray import Tray
from generator.desk.store import Store
from generator.desk.store.searching import Search, search
from generator.desk.store.taken import Given, Register, matches, origins, put_rows, remember, take_in

pytestmark = pytest.mark.services
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def store(postgres: str) -> Iterator[Store]:
    """A store in an empty database."""
    made = Store.open(postgres)
    yield made
    made.close()


def test_records_of_a_file_are_taken_once_and_found(store: Store) -> None:
    typed = store.begin("closure-report", "zh-Hans", "desk", {"report_no": "BG2", "result": "另外一份"})
    given = [
        Given({"report_no": f"BG{n}", "customer_name": "澄江 Paper"}, f"mark{n}", f"sum{n}", f"BG{n}") for n in range(3)
    ]
    took = take_in(store, "closure-report", "/report_no", "zh-Hans", "desk", "一.csv", given)
    assert (list(took.new), took.known[2].record) == ([0, 1], typed)
    assert origins(store, took.new[0]) == ["一.csv"]
    assert not take_in(store, "closure-report", "/report_no", "zh-Hans", "desk", "一.csv", given).new
    hits, more = search(store, Search(words=("澄江", "paper")), ZONE)
    assert ([hit.id for hit in hits], more) == ([took.new[0], took.new[1]], False)
    assert search(store, Search(words=("customer_name",)), ZONE) == ([], False)


def test_rows_go_into_a_register_and_matches_are_remembered(store: Store) -> None:
    register = Register("issue-tracker", "zh-Hans", "rows", "五月", 2)
    rows = [Given({"issue_no": f"WT{n}"}, f"row{n}", f"sum{n}") for n in range(2)]
    took = put_rows(store, register, "desk", "一.csv", rows)
    assert took is not None
    name = took.new[0]
    assert store.record(name).raw == {"rows": [{"issue_no": "WT0"}, {"issue_no": "WT1"}]}  # type: ignore[union-attr]
    full = Register("issue-tracker", "zh-Hans", "rows", "五月", 2, name)
    assert put_rows(store, full, "desk", "二.csv", [Given({"issue_no": "WT2"}, "row2", "sum2")]) is None
    remember(store, "issue-tracker", {"单子": "/rows/*/issue_no", "客": "/rows/*/customer_name"})
    remember(store, "issue-tracker", {"客户": "/rows/*/customer_name"}, ["客"])
    assert matches(store, "issue-tracker") == {"单子": "/rows/*/issue_no", "客户": "/rows/*/customer_name"}


def test_files_wait_in_the_systems_temporary_folder(store: Store) -> None:
    tray = Tray(store)
    folder = tray.new("desk", "一.csv").folder
    assert folder.is_dir()
    tray.close()
    assert not folder.exists()

"""A desk's cases and numbers on a PostgreSQL server: as in a folder."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from generator.desk.papers import Given, Taken
from generator.desk.store import Store, cases
from generator.desk.store.numbering import Series, give
from generator.desk.store.tables import metadata
from generator.numbers import NumberPattern

pytestmark = pytest.mark.services

NOTE = {"form": "progress-notice", "records": 1, "lang": "zh-Hans", "at": "2024-09-12T17:00:00+08:00", "files": []}


def test_a_case_is_kept_with_what_was_given_out(postgres: str) -> None:
    store = Store.open(postgres)
    try:
        case = cases.begin_case(store, "")
        raw = {"issue_no": "WT1"}
        first = cases.begin_record(store, case, "progress-notice", "zh-Hans", "desk", raw, "WT1 · 澄江纸业")
        loose = store.begin("progress-notice", "zh-Hans", "desk", {})
        assert cases.put_in(store, loose, case)
        assert not cases.put_in(store, loose, cases.begin_case(store, "另一宗"))
        assert [(row.id, row.position) for row in cases.papers(store, case)] == [(first, 1), (loose, 2)]
        given = Given(first, NOTE, [(first, "progress-notice", raw)], 0)
        assert cases.note_issue(store, case, given, "desk") == 1
        assert cases.note_issue(store, case, given, "desk") is None
        assert [row.raw for row in cases.entries(store, case)] == [raw]
        assert cases.given_out(store) == {first}
        assert {row["title"] for row in cases.listed(store)} == {"WT1 · 澄江纸业", "另一宗"}
        assert [row["id"] for row in cases.listed(store, "澄江")] == [case]
        assert cases.states(store, ()) == {case: ((first, 1, True), (loose, 1, False))}
        taken = [Taken("progress-notice", raw, "WT1", "", is_final=True)] * 2
        assert cases.held_alike(store, taken) == {"progress-notice": []}
        brought = cases.take_case(store, "", taken, [NOTE], "zh-Hans", "desk")
        assert [(row.number, row.status) for row in cases.papers(store, brought)] == [("WT1", "final")] * 2
    finally:
        with store.writing() as connection:  # others use the same database
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
        store.close()


@pytest.mark.parametrize("is_identity", [True, False])
def test_whoever_asks_a_server_for_numbers_at_once_gets_some_of_their_own(postgres: str, is_identity: bool) -> None:
    store = Store.open(postgres)
    try:
        series = Series("issue_no", NumberPattern("WT-{seq:03}"), date(2024, 5, 6), ("issue-intake",), is_identity)
        store.begin("issue-intake", "zh-Hans", "desk", {"rows": [{"issue_no": "WT-003"}]})
        with ThreadPoolExecutor(6) as pool:
            given = list(pool.map(lambda _: give(store, series, 2, lambda first, _: first), range(6)))
        numbers = sorted(number for some in given for number in some)
        used = [n for n in range(1, 20) if n != 3 or is_identity]
        assert numbers == [f"WT-{n:03}" for n in used[:12]]
    finally:
        with store.writing() as connection:
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
        store.close()

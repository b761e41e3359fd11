"""A whole store in one file and back: at one moment, whole, and over nothing."""

import io
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from generator.desk.store import Store, tables, users
from generator.desk.store.backup import read_backup, write_backup
from generator.desk.web.desk import Desk
from generator.errors import BiaodanError
from tests.desk.conftest import Visitor
from tests.desk.people import add, at, login


def filled(store: Store) -> str:
    """Fill a store with something of everything; return a record's id."""
    add(store)
    name = store.begin("closure-report", "zh-Hans", "王芳", {"issue_no": "WT1", "n": None, "list": [1, "二"]})
    store.save(name, 1, {"issue_no": "WT2"}, "王芳", "标题")
    store.finish(name, 2, {"issue_no": "WT2"}, [["/issue_no", "WT1", "WT2"]], "王芳", "BG1", "")
    store.note("王芳", "take", name)
    with store.writing() as connection:
        connection.execute(tables.files.insert().values(id="1", content=b"\x00\xff", media="image/png"))
        connection.execute(tables.numbers.insert().values(form="x", stem="BG", last=7))
        connection.execute(tables.matches.insert().values(form="x", column="单号", pointer="/no"))
        connection.execute(tables.cases.insert().values(id="c", title="一案", created_at="t", updated_at="t"))
        mark = {"form": "x", "mark": "m", "content": "c", "record_id": name, "file": "表.csv", "row": "2", "at": "t"}
        connection.execute(tables.taken.insert().values(**mark))
        entry = {"case_id": "c", "n": 1, "record_id": name, "form": "x", "raw": {"n": None}}
        connection.execute(tables.case_entries.insert().values(**entry))
        issue = {"case_id": "c", "n": 1, "record_id": name, "note": {"form": "x"}, "by": "王芳", "at": "t"}
        connection.execute(tables.case_issues.insert().values(**issue))
    users.begin_session(store, users.listed(store)[0], "s")
    users.try_login(store, "somebody")
    return name


def held(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of a store by table."""
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in tables.metadata.sorted_tables
        }


def backup_of(store: Store, path: Path) -> Path:
    """Write a backup."""
    with path.open("wb") as file:
        write_backup(store, file)
    return path


@pytest.fixture
def other(tmp_path: Path) -> Any:
    """Return another store, with nothing in it."""
    made = Store.open(str(tmp_path / "other"))
    yield made
    made.close()


def test_what_comes_back_is_what_was_there_but_for_who_was_logged_in(
    store: Store, other: Store, tmp_path: Path
) -> None:
    name = filled(store)
    path = backup_of(store, tmp_path / "desk.backup")
    assert read_backup(other, path, replace=False) == 1
    before = held(store)
    assert all(before.values())
    assert held(other) == {**before, "sessions": [], "attempts": []}
    assert other.broken_seal() is None
    assert other.record(name).number == "BG1"  # type: ignore[union-attr]
    assert [entry.name for entry in tmp_path.iterdir() if "backup" in entry.name] == ["desk.backup"]


def test_a_store_that_has_anything_is_left_alone_unless_it_is_to_be_replaced(
    store: Store, other: Store, tmp_path: Path
) -> None:
    filled(store)
    path = backup_of(store, tmp_path / "desk.backup")
    mine = other.begin("closure-report", "en", "desk", {"issue_no": "mine"})
    before = held(other)
    with pytest.raises(BiaodanError) as refused:
        read_backup(other, path, replace=False)
    assert refused.value.faults[0].code == "E-restore-records"
    assert held(other) == before
    read_backup(other, path, replace=True)
    assert other.record(mine) is None
    assert held(other)["records"] == held(store)["records"]


def no_backup(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 something else")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20_000])


def another_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE records (id)")


def with_a_trigger(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM users; END")


def with_a_view(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE matches")
        connection.execute("CREATE VIEW matches AS SELECT 1 AS form, 2 AS column, 3 AS pointer")


def with_pages_astray(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'records_by_form'")


@pytest.mark.parametrize(
    "spoil", [no_backup, nothing, cut, with_pages_astray, another_database, with_a_trigger, with_a_view]
)
def test_what_is_no_whole_backup_changes_nothing(
    store: Store, other: Store, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    filled(store)
    path = backup_of(store, tmp_path / "desk.backup")
    spoil(path)
    other.begin("closure-report", "en", "desk", {})
    before = held(other)
    with pytest.raises(BiaodanError) as refused:
        read_backup(other, path, replace=True)
    assert refused.value.faults[0].code == "E-backup-file"
    assert held(other) == before


def test_what_a_newer_version_has_written_is_refused(store: Store, other: Store, tmp_path: Path) -> None:
    path = backup_of(store, tmp_path / "desk.backup")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BiaodanError) as refused:
        read_backup(other, path, replace=False)
    assert refused.value.faults[0].code == "E-desk-newer"


def test_a_backup_is_of_one_moment_while_others_write(store: Store, other: Store, tmp_path: Path) -> None:
    """Every record here has a line of the log, written after it: a backup has no line without its record."""
    ends = threading.Event()

    def writing() -> None:
        while not ends.is_set():
            name = store.begin("closure-report", "zh-Hans", "desk", {"text": "x" * 2000})
            store.note("desk", "view", name)

    writers = [threading.Thread(target=writing) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        copies = [backup_of(store, tmp_path / f"{n}.backup") for n in range(5)]
    finally:
        ends.set()
        for writer in writers:
            writer.join()
    counts = []
    for path in copies:
        counts.append(read_backup(other, path, replace=True))
        assert other.broken_seal() is None
        rows = held(other)
        known = {row[0] for row in rows["records"]}
        assert {row[0] for row in rows["drafts"]} == known
        assert {line.record_id for line in other.log(100_000)} <= known
    assert counts == sorted(counts)


def test_an_admin_takes_a_backup_from_the_page_and_it_stands_in_the_log(
    desk: Desk, store: Store, other: Store, tmp_path: Path
) -> None:
    filled(store)
    visitor: Visitor = at(desk)
    login(visitor, "王芳")
    answer = visitor.get("/backup")
    assert answer.status_code == 200
    assert ".backup" in answer.headers["content-disposition"]
    path = tmp_path / "page.backup"
    path.write_bytes(answer.content)
    assert read_backup(other, path, replace=False) == 1
    assert store.log()[0].action == "backup"


def test_the_data_are_nobody_else_s_even_in_a_folder_that_others_may_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        (tmp_path / "open").mkdir(mode=0o755)
        store = Store.open(str(tmp_path / "open"))
        store.note("x", "view")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "open").iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes == {"desk.db": 0o600, "desk.db-wal": 0o600, "desk.db-shm": 0o600}


def test_a_backup_has_no_session_that_lets_anybody_in(store: Store) -> None:
    filled(store)
    made = io.BytesIO()
    write_backup(store, made)
    with store.reading() as connection:
        (token,) = connection.execute(sa.select(tables.sessions.c.token)).scalars()
    assert token.encode() not in made.getvalue()

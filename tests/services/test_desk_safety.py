"""A desk's store on a real PostgreSQL server: users, the log of many writers, backups into SQLite and back."""

import io
import threading
from pathlib import Path

import psycopg
import pytest

from generator.desk import passwords
from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store, users
from generator.desk.store.backup import read_backup, write_backup
from generator.desk.web.desk import Desk
from tests.desk.conftest import _patient, workers  # noqa: F401
from tests.desk.people import PASSWORD, at, login
from tests.desk.test_backup import filled, held
from tests.desk.test_records import REPORT

pytestmark = pytest.mark.services


@pytest.fixture
def team(postgres: str) -> Store:
    """Return an empty store in a database."""
    with psycopg.connect(postgres, autocommit=True) as base:
        base.execute("DROP SCHEMA public CASCADE")
        base.execute("CREATE SCHEMA public")
    return Store.open(postgres)


def test_the_page_works_on_it(team: Store, workers: Workers) -> None:  # noqa: F811
    users.add(team, "王芳", "admin", passwords.kept(PASSWORD, "王芳"))
    visitor = at(Desk(Office(Setup()), team, workers), public=True)
    assert login(visitor, "王芳") == 200
    name = visitor.begin("closure-report", REPORT)
    assert visitor.save(name, {**REPORT, "result": "全部恢复"}).json()["revision"] == 2
    assert visitor.send("POST", f"/records/{name}/final", {"base": 2}).json()["version"] == 1
    assert visitor.get(f"/records/{name}").status_code == 200
    assert "王芳" in visitor.get("/log").text
    assert "日志完好" in visitor.get("/log/seals").text
    assert visitor.get("/backup").content.startswith(b"SQLite format 3")


def test_many_writers_of_the_log_leave_it_whole(team: Store) -> None:
    def writing() -> None:
        for n in range(30):
            team.note("王芳", "view", str(n))

    writers = [threading.Thread(target=writing) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(team.log(1000)) == 180
    assert team.broken_seal() is None


def test_a_team_s_store_goes_into_a_file_and_into_a_folder_and_back(team: Store, tmp_path: Path) -> None:
    filled(team)
    made = tmp_path / "desk.backup"
    with made.open("wb") as file:
        write_backup(team, file)
    folder = Store.open(str(tmp_path / "data"))
    assert read_backup(folder, made, replace=False) == 1
    before = held(team)
    assert held(folder) == {**before, "sessions": [], "attempts": []}
    again = io.BytesIO()
    write_backup(folder, again)
    made.write_bytes(again.getvalue())
    read_backup(team, made, replace=True)
    assert held(team) == {**before, "sessions": [], "attempts": []}
    users.add(team, "李强", "writer", "x")
    team.note("李强", "view")
    assert [one.id for one in users.listed(team)] == [2, 1]
    assert team.broken_seal() is None


def test_logins_that_failed_are_counted_for_many_at_once(team: Store) -> None:
    found: list[int] = []
    guessers = [threading.Thread(target=lambda: found.append(users.try_login(team, "王芳"))) for _ in range(20)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert found.count(0) <= users.FREE_TRIES

"""Logging in and out: sessions, what is tried too often, passwords and how they are kept."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from generator.desk import passwords
from generator.desk.store import Store, tables, users
from generator.desk.web import access
from generator.desk.web.desk import Desk
from generator.desk.web.guard import Guard
from generator.desk.web.people import People
from generator.desk.web.words import Words
from generator.errors import UsageError
from tests.desk.conftest import Visitor
from tests.desk.people import PASSWORD, add, at, login

REAL_HASHER = passwords.hasher
"""Tests have a quicker one."""


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    now = users.moment() + timedelta(**by)
    monkeypatch.setattr(users, "moment", lambda: now)


def cookie(visitor: Visitor) -> str:
    return visitor.client.cookies.get("desk") or ""


def test_whoever_isn_t_logged_in_comes_back_to_where_it_was_wanted(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    answer = visitor.get("/forms/closure-report")
    assert answer.headers["location"] == "/login?next=/forms/closure-report"
    assert 'value="/forms/closure-report"' in visitor.get(answer.headers["location"]).text
    sent = {"name": "王芳", "password": PASSWORD, "next": "/forms/closure-report"}
    assert visitor.send("POST", "/login", sent).json() == {"go": "/forms/closure-report"}


@pytest.mark.parametrize("astray", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "/ "])
def test_nobody_is_sent_to_another_site_after_logging_in(desk: Desk, store: Store, astray: str) -> None:
    add(store)
    visitor = at(desk)
    assert 'name="next" value="/"' in visitor.get("/login", params={"next": astray}).text
    sent = {"name": "王芳", "password": PASSWORD, "next": astray}
    assert visitor.send("POST", "/login", sent).json() == {"go": "/"}


def test_a_session_that_was_planted_before_isn_t_the_one_that_is_logged_in(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    visitor.get("/login")
    planted = cookie(visitor)
    assert login(visitor, "王芳") == 200
    assert cookie(visitor) not in ("", planted)
    thief = at(desk)
    thief.client.cookies.set("desk", planted)
    assert thief.get("/").status_code == 303


def test_what_the_store_holds_of_a_session_lets_nobody_in(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    login(visitor, "王芳")
    with store.reading() as connection:
        held = connection.execute(sa.select(tables.sessions.c.token)).scalar()
    assert cookie(visitor) != held
    thief = at(desk)
    thief.client.cookies.set("desk", str(held))
    assert thief.get("/").status_code == 303


def test_logging_out_ends_the_session_and_clears_what_the_browser_keeps(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    login(visitor, "王芳")
    before = cookie(visitor)
    answer = visitor.send("POST", "/logout", {})
    assert answer.json() == {"go": "/login"}
    assert '"storage"' in answer.headers["clear-site-data"]
    visitor.client.cookies.set("desk", before, domain="127.0.0.1")
    assert visitor.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours(desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)
    visitor = at(desk)
    login(visitor, "王芳")
    later(monkeypatch, hours=11, minutes=59)
    assert visitor.get("/").status_code == 200
    later(monkeypatch, minutes=2)
    assert visitor.get("/").status_code == 303


def test_a_session_that_lies_idle_for_two_hours_is_over(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store)
    visitor = at(desk)
    login(visitor, "王芳")
    clock = access.time.monotonic()
    monkeypatch.setattr(access.time, "monotonic", lambda: clock + 7100)
    assert visitor.get("/").status_code == 200
    monkeypatch.setattr(access.time, "monotonic", lambda: clock + 7100 + 7300)
    assert visitor.get("/").status_code == 303
    monkeypatch.setattr(access.time, "monotonic", lambda: clock + 7100 + 7310)
    assert visitor.get("/").status_code == 303


def test_what_is_typed_when_the_session_is_over_isn_t_taken_and_the_page_is_told(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    login(visitor, "王芳")
    name = visitor.begin("closure-report")
    users.end_session(store, cookie(visitor))
    assert visitor.save(name, {"issue_no": "WT1"}).status_code == 401
    assert store.record(name).raw == {}  # type: ignore[union-attr]


# --- tried too often ---


def tried(visitor: Visitor, name: str, password: str) -> tuple[int, str]:
    answer = visitor.send("POST", "/login", {"name": name, "password": password})
    return answer.status_code, answer.json().get("said", "")


@pytest.mark.parametrize("name", ["王芳", "nobody of that name"])
def test_after_five_failures_each_try_waits_twice_as_long_whether_there_is_such_a_user_or_not(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    add(store)
    later(monkeypatch)
    visitor = at(desk)
    visitor.get("/login")
    assert [tried(visitor, name, "wrong")[0] for _ in range(6)] == [401] * 5 + [429]
    for wait in (1, 2, 4, 8):
        assert f"{wait} 秒" in tried(visitor, name, PASSWORD)[1]
        later(monkeypatch, seconds=wait)
        assert tried(visitor, name, "wrong")[0] == 401
    later(monkeypatch, seconds=301)
    assert tried(visitor, name, PASSWORD)[0] == (200 if name == "王芳" else 401)


def test_few_passwords_are_looked_at_at_a_time_and_few_wait(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []
    most: list[int] = []

    def slow(*_: object) -> bool:
        at_once.append(1)
        most.append(len(at_once))
        time.sleep(0.05)
        at_once.pop()
        return False

    monkeypatch.setattr(passwords, "fits", slow)
    people = People(desk, Guard(frozenset()), access.Keeper(store, is_public=True))

    async def forty() -> list[Any]:
        return await asyncio.gather(*(people._proved(f"user {n}", "x", Words("en")) for n in range(40)))

    answers = [answer.status_code for answer in asyncio.run(forty())]
    assert max(most) == 2
    assert set(answers) == {401, 429}
    assert answers.count(401) < 30


def test_who_logs_in_begins_anew(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    visitor.get("/login")
    for _ in range(3):
        assert [tried(visitor, "王芳", "wrong")[0] for _ in range(4)] == [401] * 4
        assert login(visitor, "王芳") == 200
        visitor.send("POST", "/logout", {})
        visitor.get("/login")


def test_a_password_typed_in_place_of_the_name_is_kept_nowhere(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    visitor.get("/login")
    assert tried(visitor, PASSWORD, "x")[0] == 401
    with store.reading() as connection:
        held = [str(row) for table in tables.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    assert held
    assert not any(PASSWORD in row for row in held)


def test_a_wrong_name_and_a_wrong_password_are_told_alike(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    visitor.get("/login")
    assert tried(visitor, "王芳", "wrong") == tried(visitor, "nobody", "wrong") == (401, "用户名或密码不对。")


# --- passwords ---


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "x王芳王芳王芳yz12", "x" * 201, ""])
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(UsageError) as refused:
        passwords.kept(weak, "王芳")
    assert refused.value.faults[0].code == "E-password"


def test_a_password_is_kept_as_argon2_and_typed_in_either_width(store: Store) -> None:
    hashed = passwords.kept("ｃorrect horse battery", "王芳")
    assert hashed.startswith("$argon2id$")
    assert passwords.fits(PASSWORD, hashed)
    assert not passwords.fits("correct horse", hashed)
    assert not passwords.fits(PASSWORD, None)


def test_each_guess_takes_64_mb() -> None:
    made = REAL_HASHER()
    assert (made.type.name, made.memory_cost >= 65_536, made.time_cost >= 3) == ("ID", True, True)


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x07b", "a\u202eb"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        passwords.user_name(name)
    assert refused.value.faults[0].code == "E-user-name"


def test_a_name_is_there_once_in_whatever_case(store: Store) -> None:
    add(store, "Bo")
    with pytest.raises(UsageError) as refused:
        add(store, "BO")
    assert refused.value.faults[0].code == "E-user-there"


def changed(visitor: Visitor, **more: Any) -> tuple[int, str]:
    sent = {"old": PASSWORD, "password": "a much better one", "again": "a much better one", **more}
    answer = visitor.send("POST", "/password", sent)
    return answer.status_code, answer.json().get("said", "")


def test_one_s_own_password_is_changed_by_who_knows_it_and_other_sessions_end(desk: Desk, store: Store) -> None:
    add(store)
    here, there = at(desk), at(desk)
    login(here, "王芳")
    login(there, "王芳")
    assert changed(here, old="wrong")[0] == 401
    assert changed(here, again="a much better ome") == (422, "两次输入的新密码不一样。")
    assert changed(here, password="short", again="short")[0] == 422
    assert changed(here)[0] == 200
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
    assert login(there, "王芳") == 401
    assert login(there, "王芳", "a much better one") == 200

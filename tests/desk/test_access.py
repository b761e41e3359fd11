"""Who may do what: every route has its least role, and each role gets as far as that, and no further."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Mount, Route

from generator.desk.store import Store, users
from generator.desk.store.users import ROLES
from generator.desk.web import access
from generator.desk.web.desk import Desk
from tests.desk.conftest import Visitor
from tests.desk.people import PASSWORD, add, at, login

SAMPLES = {"lang": "en", "form": "closure-report", "name": "0" * 32, "case": "0" * 32, "n:int": "1"}


def routes_of(app: Any) -> list[Route | Mount]:
    """Return the routes of a guarded application."""
    return list(app.app.routes)


def asked(visitor: Visitor) -> Iterator[tuple[str, str, str]]:
    """Yield the key, the method and an address of every route."""
    for route in routes_of(visitor.client.app):
        for key in access.keys_of(route):
            path = route.path if isinstance(route, Route) else f"{route.path}/desk.css"
            for name, value in SAMPLES.items():
                path = path.replace(f"{{{name}}}", value)
            assert "{" not in path, f"say what stands for the parameter of {route.path} in SAMPLES"
            yield key, key.partition(" ")[0], path


def refused(answer: Any) -> str:
    """Return for want of what a request was refused; nothing where it wasn't."""
    to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    if to_login or (answer.status_code == 401 and answer.json() == {"trouble": "login"}):
        return "login"
    return "role" if answer.status_code == 403 else ""


def test_every_route_has_its_least_role_and_no_role_is_given_to_what_is_no_route(desk: Desk) -> None:
    keys = {key for key, _, _ in asked(at(desk))}
    assert keys == set(access.LEAST)


@pytest.mark.parametrize("role", ["", *ROLES])
def test_each_role_is_let_through_where_it_may_and_nowhere_else(desk: Desk, store: Store, role: str) -> None:
    add(store)
    add(store, "李强", role or "reader")
    visitor = at(desk)
    visitor.get("/login")
    assert not role or login(visitor, "李强") == 200
    for key, method, path in sorted(asked(visitor), key=lambda one: one[0] == "POST /logout"):
        answer = visitor.send(method, path, {}) if method != "GET" else visitor.get(path)
        is_let_through = access.rank(role) >= access.rank(access.LEAST[key])
        assert refused(answer) == ("" if is_let_through else "role" if role else "login"), key


def test_a_route_that_nobody_gave_a_role_is_an_admin_s(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(access.LEAST, "GET /forms/{form}")
    add(store)
    add(store, "李强", "writer")
    writer, admin = at(desk), at(desk)
    login(writer, "李强")
    login(admin, "王芳")
    assert writer.get("/forms/closure-report").status_code == 403
    assert admin.get("/forms/closure-report").status_code == 200


def test_a_reader_sees_a_record_that_can_t_be_typed_in(desk: Desk, store: Store) -> None:
    name = store.begin("closure-report", "zh-Hans", "王芳", {"issue_no": "WT1"})
    add(store)
    add(store, "李强", "reader")
    reader = at(desk)
    login(reader, "李强")
    page = reader.get(f"/records/{name}").text
    assert "data-read-only" in page
    assert "只可查看" in page
    assert "新填一份" not in reader.get("/forms/closure-report").text
    assert reader.save(name, {"issue_no": "WT2"}).status_code == 403
    assert store.record(name).raw == {"issue_no": "WT1"}  # type: ignore[union-attr]


def test_a_desk_without_users_is_open_to_this_machine_until_the_first_is_added(visitor: Visitor, store: Store) -> None:
    assert visitor.get("/users").status_code == 200
    assert "只有这台电脑能打开" in visitor.get("/users").text
    first = visitor.send("POST", "/users", {"name": "李强", "role": "writer", "password": PASSWORD})
    assert first.status_code == 422
    assert "管理员" in first.json()["said"]
    assert users.listed(store) == []
    assert visitor.send("POST", "/users", {"name": "李强", "role": "admin", "password": PASSWORD}).json()["go"]
    assert visitor.get("/users").headers["location"] == "/login?next=/users"
    assert login(visitor, "李强") == 200
    page = visitor.get("/users").text
    assert "李强" in page
    assert "退出" in page


def test_the_last_admin_stays(desk: Desk, store: Store) -> None:
    add(store)
    admin = at(desk)
    login(admin, "王芳")
    for change in ({"turn": "off"}, {"role": "writer"}):
        answer = admin.send("POST", "/users/change", {"name": "王芳", **change})
        assert answer.status_code == 422
        assert "管理员" in answer.json()["said"]
    assert [(one.role, one.is_off) for one in users.listed(store)] == [("admin", False)]
    assert admin.get("/users").status_code == 200


def test_whoever_is_turned_off_is_out_at_once(desk: Desk, store: Store) -> None:
    add(store)
    add(store, "李强", "writer")
    admin, writer = at(desk), at(desk)
    login(admin, "王芳")
    login(writer, "李强")
    assert writer.get("/").status_code == 200
    assert admin.send("POST", "/users/change", {"name": "李强", "turn": "off"}).status_code == 200
    assert writer.get("/").status_code == 303
    assert login(at(desk), "李强") == 401
    assert admin.send("POST", "/users/change", {"name": "李强", "turn": "on"}).status_code == 200
    assert login(at(desk), "李强") == 200


def test_an_admin_gives_a_role_and_a_password_and_it_stands_in_the_log_without_the_password(
    desk: Desk, store: Store
) -> None:
    add(store)
    add(store, "李强", "reader")
    admin = at(desk)
    login(admin, "王芳")
    admin.send("POST", "/users/change", {"name": "李强", "role": "writer"})
    admin.send("POST", "/users/change", {"name": "李强", "password": "another one, longer"})
    assert {one.name: one.role for one in users.listed(store)} == {"王芳": "admin", "李强": "writer"}
    assert login(at(desk), "李强") == 401
    assert login(at(desk), "李强", "another one, longer") == 200
    lines = [(line.who, line.action, line.detail) for line in store.log() if line.action == "user-change"]
    assert lines == [("王芳", "user-change", "李强 · password"), ("王芳", "user-change", "李强 · writer")]

"""The log of who looked at and took what: written by all that shows a record, read by an admin, changed by nobody."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from generator.desk.store import Store, tables
from generator.desk.store import log as stored
from generator.desk.web.desk import Desk
from tests.desk.conftest import Visitor
from tests.desk.people import add, at, login

SAMPLES = Path(__file__).parents[2] / "samples"
PROFILE = json.loads((SAMPLES / "customer-profile" / "ordinary.json").read_text(encoding="utf-8"))


def told(store: Store) -> list[tuple[str, str, str, str]]:
    """Return the log from its beginning."""
    return [(line.who, line.action, line.form, line.detail) for line in reversed(store.log())]


def filtered(visitor: Visitor, **given: str) -> str:
    """Return the lines that are looked for on the page."""
    headers = {"content-type": "application/x-www-form-urlencoded", "x-desk-token": visitor.token}
    return str(visitor.client.post("/log", data=given, headers=headers).text)


def test_whoever_sees_or_takes_a_record_stands_in_the_log(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk)
    login(visitor, "王芳")
    name = visitor.begin("customer-profile", PROFILE)
    visitor.get(f"/records/{name}")
    visitor.get(f"/records/{name}/history")
    assert visitor.get(f"/records/{name}/file?format=docx&mask=yes").status_code == 200
    assert visitor.get(f"/records/{name}/file?format=docx&mask=no").status_code == 200
    visitor.send("POST", "/logout", {})
    form = "customer-profile"
    assert told(store) == [
        ("王芳", "login", "", ""),
        ("王芳", "view", form, ""),
        ("王芳", "view-history", form, ""),
        ("王芳", "take", form, "docx"),
        ("王芳", "take-unmasked", form, "docx"),
        ("王芳", "logout", "", ""),
    ]
    assert {line.record_id for line in store.log() if line.form} == {name}


def test_without_a_line_in_the_log_nothing_is_shown_or_given(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = at(desk)
    name = visitor.begin("customer-profile", PROFILE)

    def full(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("disk full", {}, Exception())

    monkeypatch.setattr(Store, "note", full)
    for path in (f"/records/{name}", f"/records/{name}/history", f"/records/{name}/file?format=docx", "/backup"):
        answer = visitor.get(path)
        assert answer.status_code == 503
        assert "磁盘可能已满" in answer.text
        assert PROFILE["联系人"] not in answer.text


def test_an_admin_finds_lines_by_who_what_form_record_and_day(visitor: Visitor, store: Store) -> None:
    name = visitor.begin("closure-report")
    visitor.get(f"/records/{name}")
    store.note("李强", "take", "f" * 32, "customer-profile", "pdf")
    page = visitor.get("/log").text
    assert "李强" in page
    assert "取用" in page
    assert name[:8] in filtered(visitor, action="view")
    assert "李强" not in filtered(visitor, action="view")
    assert "李强" in filtered(visitor, who="李强", form="customer-profile", action="take")
    assert "没有这样的日志" in filtered(visitor, who="李强", form="closure-report")
    assert "李强" not in filtered(visitor, record=f"http://127.0.0.1:8770/records/{name}")
    assert name[:8] in filtered(visitor, record=f"http://127.0.0.1:8770/records/{name}")
    assert "没有这样的日志" in filtered(visitor, until="2020-01-01")
    assert "李强" in filtered(visitor, since="2020-01-01", until="9998-01-01")


def test_a_day_of_the_log_is_one_of_the_desk_s_and_not_of_greenwich(visitor: Visitor, store: Store) -> None:
    with store.writing() as connection:
        for at_, who in (("2024-05-30T15:59:59.999+00:00", "早"), ("2024-05-30T16:00:00.000+00:00", "中")):
            connection.execute(tables.audit.insert().values(at=at_, who=who, action="view", seal=""))
        late = {"at": "2024-05-31T16:00:00.000+00:00", "who": "晚"}
        connection.execute(tables.audit.insert().values(**late, action="view", seal=""))
    visitor.get("/")
    found = filtered(visitor, since="2024-05-31", until="2024-05-31")
    assert "中" in found
    assert "2024-05-31 00:00:00" in found
    assert "<td>早" not in found
    assert "<td>晚" not in found


def test_earlier_lines_are_reached_a_page_at_a_time(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(450):
        store.note(f"user {n:03}", "view")
    first = visitor.get("/log").text
    assert "user 449" in first
    assert "user 250" in first
    assert "user 249</td>" not in first
    before = first.partition('"before": "')[2].partition('"')[0]
    second = filtered(visitor, before=before)
    assert "user 249</td>" in second
    assert "user 050</td>" in second
    last = filtered(visitor, before=second.partition('"before": "')[2].partition('"')[0])
    assert "user 049</td>" in last
    assert "user 000</td>" in last
    assert "before" not in last


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x' WHERE id = 3", "DELETE FROM audit WHERE id = 3"])
def test_a_line_that_was_changed_or_taken_out_behind_the_page_is_told(
    visitor: Visitor, store: Store, change: str
) -> None:
    for n in range(5):
        store.note("王芳", "view", str(n))
    assert "日志完好" in visitor.get("/log/seals").text
    with store.writing() as connection:
        connection.execute(sa.text(change))
    line = 3 if change.startswith("UPDATE") else 4
    assert f"从第 {line} 行起" in visitor.get("/log/seals").text


def test_no_route_and_no_function_changes_a_line(desk: Desk) -> None:
    for path in (Path(stored.__file__).parents[2]).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "audit.update(" not in text
        assert "audit.delete(" not in text

"""What every request has to pass, and what every answer says of itself: attacked as browsers and others could."""

import asyncio
import json
import logging
import re
import struct
import time
import zlib
from html.parser import HTMLParser
from typing import Any

import pytest

from generator.desk.store import Store
from generator.desk.web import guard as guards
from generator.desk.web.desk import Desk
from generator.desk.web.guard import TOKEN_HEADER, Guard
from generator.desk.web.server import Where
from generator.errors import UsageError
from tests.desk.conftest import HOST, Visitor
from tests.desk.people import PUBLIC, add, at, login

NAME = "欧阳致远"
"""A value of a record, which no log, address or error page may hold."""


def status(visitor: Visitor, method: str, path: str, value: Any = None, **headers: str) -> int:
    return visitor.send(method, path, value or {}, headers=headers).status_code


# --- hosts and origins ---


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8770", "127.0.0.1:9999", "127.0.0.1", "127.0.0.1:8770.evil.example", "", "\xe9"],
)
def test_a_name_that_points_here_by_somebody_s_doing_gets_nothing(visitor: Visitor, host: str) -> None:
    for path in ("/", "/static/desk.css", "/records/x", "/no-such-page"):
        answer = visitor.client.get(path, headers={"host": host.encode("latin-1")})
        assert (answer.status_code, answer.text) == (403, "unknown host")


def test_local_names_go_with_their_port_and_without_it_where_it_is_the_usual_one() -> None:
    assert Where(port=8770).hosts == {"127.0.0.1:8770", "localhost:8770", "[::1]:8770"}
    assert {"127.0.0.1", "localhost:80"} <= Where(port=80).hosts
    assert Where(names=("Desk.Example.com",)).hosts == {"desk.example.com"}


def test_what_others_reach_needs_a_name_that_is_one() -> None:
    for where in (
        Where("0.0.0.0"),
        Where("192.168.1.5"),
        Where("::", names=()),
        Where(names=("https://desk.example.com",)),
        Where(names=("desk.example.com/",)),
        Where(names=("",)),
    ):
        with pytest.raises(UsageError) as refused:
            where.check()
        assert refused.value.faults[0].code == "E-desk-name"
    for fine in (Where(), Where("::1"), Where("localhost"), Where("0.0.0.0", names=("desk:8443", "10.0.0.7"))):
        fine.check()
    assert Where(names=("desk.example.com",)).is_public


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"https://{HOST}"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {TOKEN_HEADER: ""},
        {TOKEN_HEADER: "0" * 64},
        {TOKEN_HEADER: "\xe9" * 64},
    ],
    ids=str,
)
def test_a_page_of_another_site_changes_nothing(visitor: Visitor, store: Store, headers: dict[str, str]) -> None:
    visitor.get("/")
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = visitor.send("POST", "/forms/closure-report/records", {"values": {}}, headers=sent)
    assert answer.status_code == 403
    assert store.listed() == []


def test_a_token_holds_for_its_session_alone_and_after_the_desk_was_started_anew(desk: Desk) -> None:
    one, other = at(desk), at(desk)
    one.get("/")
    other.get("/")
    assert one.token != other.token
    assert status(other, "POST", "/forms/closure-report/records", **{TOKEN_HEADER: one.token}) == 403
    again = at(desk)
    again.client.cookies.update(one.client.cookies)
    again.token = one.token
    assert status(again, "POST", "/forms/closure-report/records") == 204


@pytest.mark.parametrize("kind", ["image", "iframe", "script", "empty"])
def test_another_site_can_t_show_or_try_what_is_here(visitor: Visitor, kind: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": kind}
    if kind == "iframe":
        headers["sec-fetch-mode"] = "navigate"
    assert visitor.client.get("/forms/closure-report/picture.png", headers=headers).status_code == 403
    follows = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert visitor.client.get("/", headers=follows).status_code == 200


# --- cookies ---


def test_the_cookie_of_a_public_desk_goes_by_https_to_this_host_alone(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk, public=True)
    first = visitor.get("/login")
    assert login(visitor, "王芳") == 200
    given = visitor.send("POST", "/logout", {}).headers.get_list("set-cookie")
    for header in (*first.headers.get_list("set-cookie"), *given):
        assert re.fullmatch(r"__Host-desk=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=/; Secure", header)


def test_the_cookie_of_a_local_desk_is_no_script_s_and_no_other_site_s(visitor: Visitor) -> None:
    (header,) = visitor.get("/").headers.get_list("set-cookie")
    assert re.fullmatch(r"desk=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=/", header)


def test_a_public_desk_asks_for_a_login_even_without_users(desk: Desk) -> None:
    assert at(desk, public=True).get("/").status_code == 303


def test_a_public_desk_takes_nothing_from_a_page_that_came_by_http(desk: Desk, store: Store) -> None:
    add(store)
    visitor = at(desk, public=True)
    visitor.get("/login")
    assert status(visitor, "POST", "/login", origin=f"http://{PUBLIC}") == 403
    assert status(visitor, "POST", "/login", origin=f"https://{PUBLIC}") == 401


@pytest.mark.parametrize("cookie", ["desk=", "desk=../../x", "desk=" + "é" * 64, 'desk="', "=;;;", "desk=" + "a" * 64])
def test_a_cookie_of_somebody_s_making_is_no_session(desk: Desk, store: Store, cookie: str) -> None:
    add(store)
    answer = at(desk).client.get("/", headers={"cookie": cookie.encode("latin-1")})
    assert answer.status_code == 303


# --- what pages may do ---


class Inline(HTMLParser):
    """Finds what a page would run by itself, and what it takes from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        places = {name: given[name] or "" for name in ("src", "href", "action", "formaction") if name in given}
        self.found += [f"{tag} {name}" for name, where in places.items() if not re.match(r"/(?!/)|#", where)]


def test_inline_code_would_be_found() -> None:
    page = (
        "<script>1</script><style></style><b style=x onclick=y><a href=//evil><a href='javascript:1'><script src='/x'>"
    )
    assert Inline(page).found == ["script", "style", "b style", "b onclick", "a href", "a href"]


def test_pages_run_nothing_that_stands_in_them_and_load_nothing_from_elsewhere(visitor: Visitor) -> None:
    name = visitor.begin("closure-report", {"customer_name": "<script>alert(1)</script><b onclick=x style=y>"})
    pages = ["/", "/login", "/users", "/log", "/password", f"/records/{name}", f"/records/{name}/history"]
    for path in [*pages, "/forms/closure-report", "/<script>alert(1)</script>"]:
        answer = visitor.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert Inline(answer.text).found == [], path
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_what_is_looked_for_stands_in_no_address(visitor: Visitor) -> None:
    visitor.get("/")
    headers = {TOKEN_HEADER: visitor.token}
    found = visitor.client.post("/search", data={"q": "结案"}, headers=headers)
    assert found.status_code == 200
    assert "没有找到" in visitor.client.post("/search", data={"q": NAME}, headers=headers).text
    assert visitor.get("/search", params={"q": NAME}).status_code == 404
    assert 'hx-get="/search"' not in visitor.get("/").text
    assert 'method="get"' not in visitor.get("/").text


def test_answers_that_refuse_say_the_same_of_themselves(visitor: Visitor) -> None:
    for answer in (visitor.client.get("/", headers={"host": "x"}), visitor.get("/nothing"), visitor.get("/static/no")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/static/../desk.toml", "/static/%2e%2e/layout.html", "/static//etc/passwd"])
def test_nothing_but_what_is_for_browsers_is_served(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


# --- bodies ---


def test_a_body_that_is_too_long_is_refused_before_it_is_read(visitor: Visitor) -> None:
    visitor.get("/")
    assert status(visitor, "POST", "/pictures", **{"content-length": str(guards.LONGEST_BODY + 1)}) == 413
    assert status(visitor, "POST", "/pictures", **{"content-length": "-1"}) == 400


def test_a_body_that_says_nothing_of_its_length_is_cut_off(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "LONGEST_BODY", 1000)
    visitor.get("/")
    headers = {TOKEN_HEADER: visitor.token}
    for size, wanted in ((999, 422), (1001, 413)):
        pieces = iter([b"x" * (size - 1), b"x"])
        assert visitor.client.post("/pictures", content=pieces, headers=headers).status_code == wanted


def test_a_body_that_dribbles_in_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "PATIENCE", 0.2)
    visitor = at(desk)
    visitor.get("/")
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    cookie = f"desk={visitor.client.cookies['desk']}"
    headers = {"host": HOST, "cookie": cookie, TOKEN_HEADER: visitor.token, "transfer-encoding": "chunked"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/pictures",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(asyncio.wait_for(visitor.client.app(scope, receive, send), 30))
    assert sent[0]["status"] == 408


def test_few_large_bodies_are_taken_in_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = 0, 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1

    async def nothing(*_: Any) -> Any:
        return {"type": "http.request", "body": b""}

    async def all_at_once() -> None:
        guarded = guards.Guarded(app, Guard(frozenset({HOST})))
        large = [(b"host", HOST.encode()), (b"content-length", str(guards.LARGE_BODY + 1).encode())]
        scope = {"type": "http", "method": "GET", "path": "/", "headers": large}
        await asyncio.gather(*(guarded(dict(scope), nothing, nothing) for _ in range(20)))

    asyncio.run(all_at_once())
    assert most == guards.MOST_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"values":' * 50 + b"1" + b"}" * 50,
        b'{"base": 1, "values": {"issue_no": "\\ud800"}}',
        b'{"base": 1, "values": {"issue_no": "a\\u0000b"}}',
        b'{"base": 1, "values": {"\\ud800": 1}}',
        b'{"base": NaN, "values": {}}',
        b'{"base": "1", "values": []}',
    ],
    ids=range(9),
)
def test_what_is_no_record_is_refused_and_leaves_the_draft_alone(visitor: Visitor, store: Store, body: bytes) -> None:
    name = visitor.begin("closure-report", {"issue_no": "WT1"})
    answer = visitor.send("PUT", f"/records/{name}/draft", body)
    assert answer.status_code == 400
    assert store.record(name).raw == {"issue_no": "WT1"}  # type: ignore[union-attr]


def test_a_small_picture_that_becomes_a_huge_one_is_refused_and_nothing_else_suffers(visitor: Visitor) -> None:
    visitor.get("/")

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    side = 60_000
    head = part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(10_000_000))) + part(b"IEND", b"")
    began = time.monotonic()
    answer = visitor.send("POST", "/pictures", bomb)
    assert (answer.status_code, time.monotonic() - began < 10) == (422, True)
    for broken in (b"", b"GIF89a", bomb[:60], b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000):
        assert visitor.send("POST", "/pictures", broken).status_code == 422


# --- values of records ---


def test_a_fault_that_nobody_foresaw_says_nothing_of_a_record(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = at(desk)
    name = visitor.begin("closure-report", {"customer_name": NAME})

    def breaks(*_: Any, **__: Any) -> None:
        raise KeyError(store.record(name).raw["customer_name"])  # type: ignore[union-attr]

    monkeypatch.setattr(Store, "versions", breaks)
    with caplog.at_level(logging.DEBUG):
        answer = visitor.get(f"/records/{name}/history")
    assert answer.status_code == 500
    assert "服务出了问题" in answer.text
    assert NAME not in answer.text + caplog.text
    assert re.search(r"builtins\.KeyError at \S*test_guard:\d+ < ", caplog.text)


def test_a_database_s_fault_doesn_t_say_what_it_was_given(store: Store) -> None:
    import sqlalchemy as sa

    with pytest.raises(sa.exc.SQLAlchemyError) as fault, store.writing() as connection:
        connection.execute(sa.text("INSERT INTO no_such_table VALUES (:value)"), {"value": NAME})
    assert NAME not in str(fault.value)


def test_no_value_of_a_record_stands_in_an_address_or_an_error(visitor: Visitor) -> None:
    name = visitor.begin("closure-report", {"customer_name": NAME, "issue_no": NAME, "report_no": NAME})
    for path in ("/", "/forms/closure-report", f"/records/{name}"):
        found = re.findall(r"(?:href|src|action|hx-[a-z]+)=\"([^\"]*)\"", visitor.get(path).text)
        assert found
        assert not any(NAME in one for one in found)
    assert NAME not in visitor.get(f"/records/{name}/file?format=pdf").text
    refused = visitor.send("POST", f"/records/{name}/final", {"base": 1})
    assert NAME not in json.dumps(refused.json(), ensure_ascii=False)

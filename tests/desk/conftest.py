"""A desk of a test's own: its application, asked without a network; its processes are shared by all tests of a run."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from generator.desk import passwords
from generator.desk.office import Office, Setup
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web import reading, records
from generator.desk.web.app import application
from generator.desk.web.desk import Desk
from generator.desk.web.guard import TOKEN_HEADER, Guard

HOST = "127.0.0.1:8770"
_TOKEN = re.compile(r'name="desk-token" content="([0-9a-f]+)"')


@dataclass
class Visitor:
    """Somebody at the page: asks, and sends the page's token with whatever changes something."""

    client: TestClient
    token: str = ""

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask for a page; take note of its token."""
        answer = self.client.get(path, **more)
        found = _TOKEN.search(answer.text) if "html" in answer.headers.get("content-type", "") else None
        self.token = found[1] if found else self.token
        return answer

    def send(self, method: str, path: str, value: Any = None, **more: Any) -> httpx.Response:
        """Send a value as JSON."""
        if not self.token:
            self.get("/")
        headers = {TOKEN_HEADER: self.token, **more.pop("headers", {})}
        content = json.dumps(value).encode() if not isinstance(value, bytes) else value
        return self.client.request(method, path, content=content, headers=headers, **more)

    def begin(self, form: str, values: Any = None) -> str:
        """Begin a record; return its id."""
        answer = self.send("POST", f"/forms/{form}/records", {"values": values or {}})
        assert answer.status_code == 204
        return answer.headers["location"].rpartition("/")[2]

    def save(self, name: str, values: Any, base: int = 1) -> httpx.Response:
        """Save what was typed over a revision; ask again, as the page does, until there is something to say of it."""
        answer = self.send("PUT", f"/records/{name}/draft", {"values": values, "base": base})
        return self.save(name, values, base) if b'"later"' in answer.content else answer


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be kept by little work; how much it is otherwise has a test of its own."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", lambda: quick)
    passwords.nobody_s.cache_clear()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let saving wait for what there is to say: a test's requests end their loops, and with them what goes on there."""
    monkeypatch.setattr(records, "LOOK_WITHIN", 60.0)
    monkeypatch.setattr(reading, "PATIENCE", 60.0)


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """The processes behind the desks of a run."""
    made = Workers(Setup(), 1, 60)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of the test's own."""
    made = Store.open(str(tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def desk(store: Store, workers: Workers) -> Desk:
    """A desk of the test's own."""
    return Desk(Office(Setup()), store, workers)


@pytest.fixture
def visitor(desk: Desk) -> Visitor:
    """Somebody at the desk's page."""
    app = application(desk, Guard(frozenset({HOST})))
    return Visitor(TestClient(app, base_url=f"http://{HOST}", follow_redirects=False))


class Kept:
    """The processes of the run, which outlive this desk."""

    def __init__(self, workers: Workers) -> None:
        self.run, self.count = workers.run, workers.count

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def staying(store: Store, workers: Workers) -> Iterator[Visitor]:
    """A visitor whose desk goes on between requests."""
    desk = Desk(Office(Setup()), store, Kept(workers))  # type: ignore[arg-type]
    client = TestClient(application(desk, Guard(frozenset({HOST}))), base_url=f"http://{HOST}", follow_redirects=False)
    with client:
        yield Visitor(client)

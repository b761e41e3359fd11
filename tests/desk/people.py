"""Users of a desk in tests, and its page as each of them sees it."""

from starlette.testclient import TestClient

from generator.desk import passwords
from generator.desk.store import Store, users
from generator.desk.web.app import application
from generator.desk.web.desk import Desk
from generator.desk.web.guard import Guard
from tests.desk.conftest import HOST, Visitor

PASSWORD = "correct horse battery"
PUBLIC = "desk.example.com"


def add(store: Store, name: str = "王芳", role: str = "admin") -> str:
    """Put in a user with the usual password."""
    users.add(store, name, role, passwords.kept(PASSWORD, name))
    return name


def at(desk: Desk, *, public: bool = False) -> Visitor:
    """Return somebody at the desk's page, not logged in; `public`: by https and the name of a proxy."""
    host = PUBLIC if public else HOST
    app = application(desk, Guard(frozenset({host}), is_public=public))
    base = f"https://{host}" if public else f"http://{host}"
    return Visitor(TestClient(app, base_url=base, follow_redirects=False, raise_server_exceptions=False))


def login(visitor: Visitor, name: str, password: str = PASSWORD) -> int:
    """Log in on the page; return the status."""
    visitor.token = ""
    visitor.get("/login")
    status = visitor.send("POST", "/login", {"name": name, "password": password}).status_code
    visitor.get("/")
    return status

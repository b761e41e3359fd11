"""Who may do what: each route with the least role that it asks for, and the one place that holds requests to it."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from generator.desk.store import Store
from generator.desk.store import users as stored
from generator.desk.store.users import ROLES, User

ANYBODY, READER, WRITER, ADMIN = "", *ROLES

LEAST = {
    "GET /static": ANYBODY,
    "GET /static/theme.css": ANYBODY,
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "POST /language/{lang}": ANYBODY,
    "POST /logout": READER,
    "GET /password": READER,
    "POST /password": READER,
    "GET /": READER,
    "POST /search": READER,
    "GET /forms/{form}": READER,
    "GET /forms/{form}/picture.png": READER,
    "POST /forms/{form}/preview": READER,
    "GET /records/{name}": READER,
    "GET /records/{name}/file": READER,
    "GET /records/{name}/history": READER,
    "GET /sheets/{name}.svg": READER,
    "POST /forms/{form}/records": WRITER,
    "PUT /records/{name}/draft": WRITER,
    "POST /records/{name}/final": WRITER,
    "POST /pictures": WRITER,
    "GET /records": READER,
    "POST /records": READER,
    "GET /records/{name}/origin": READER,
    "GET /give": WRITER,
    "POST /give": WRITER,
    "GET /give/{name}": WRITER,
    "POST /give/{name}": WRITER,
    "POST /give/{name}/unlock": WRITER,
    "POST /give/{name}/take": WRITER,
    "POST /give/{name}/drop": WRITER,
    "GET /give/{name}/register": WRITER,
    "GET /give/{name}/left": WRITER,
    "POST /give/{name}/documents": WRITER,
    "GET /give/{name}/progress": WRITER,
    "GET /give/{name}/file": WRITER,
    "GET /cases": READER,
    "POST /cases": WRITER,
    "POST /cases/search": READER,
    "POST /cases/brought": WRITER,
    "GET /cases/{case}": READER,
    "POST /cases/{case}/title": WRITER,
    "POST /cases/{case}/records": WRITER,
    "POST /cases/{case}/loose": READER,
    "PUT /cases/{case}/records/{name}": WRITER,
    "DELETE /cases/{case}/records/{name}": WRITER,
    "GET /cases/{case}/file": READER,
    "POST /cases/{case}/issues": WRITER,
    "POST /cases/{case}/issues/{n:int}/void": WRITER,
    "GET /due": READER,
    "POST /due/list": READER,
    "POST /due/file": READER,
    "GET /month": READER,
    "POST /month": READER,
    "POST /month/{name}/pages": READER,
    "POST /month/{name}/file": READER,
    "GET /made/{name}": READER,
    "GET /users": ADMIN,
    "POST /users": ADMIN,
    "POST /users/change": ADMIN,
    "GET /log": ADMIN,
    "POST /log": ADMIN,
    "GET /log/seals": ADMIN,
    "GET /backup": ADMIN,
}
"""The least role by method and path of a route; an admin's, where a route isn't named here."""

ALONE = User(0, "desk", ADMIN)
"""Whoever sits at this machine, as long as the desk has no users."""

IDLE = 2 * 3600.0
"""Seconds without a request after which a session is over."""

MOST_SEEN = 10_000


def rank(role: str) -> int:
    """Return how much a role may, for comparison."""
    return (ANYBODY, *ROLES).index(role)


def keys_of(route: BaseRoute) -> list[str]:
    """Return the keys of the table for a route: one for each of its methods."""
    if isinstance(route, Mount):
        return [f"GET {route.path}"]
    assert isinstance(route, Route)
    return [f"{method} {route.path}" for method in sorted(route.methods or {"GET"}) if method != "HEAD"]


def least_role(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """Return the least role for a request: a reader's where there is nothing at its address."""
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    for route in routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return LEAST.get(f"{method} {getattr(route, 'path', '')}", ADMIN)
    return READER


@dataclass
class Keeper:
    """Knows who is behind a session; sessions that lie idle are over."""

    store: Store
    is_public: bool
    _seen: dict[str, float] = field(default_factory=dict)
    _has_users: bool = False
    _lock: Lock = field(default_factory=Lock)

    def user_of(self, session: str) -> User | None:
        """Return the user of a session; whoever sits at this machine, where the desk is local and has no users."""
        if not self.is_public and not self.asks_for_login():
            return ALONE
        user = stored.user_of(self.store, session)
        if user is None or self._is_idle(session):
            self.forget(session)
            return None
        return user

    def asks_for_login(self) -> bool:
        """Tell whether the desk has users; once it has, it always will."""
        self._has_users = self._has_users or stored.has_users(self.store)
        return self._has_users

    def _is_idle(self, session: str) -> bool:
        now = time.monotonic()
        with self._lock:
            since = now - self._seen.pop(session, now)
            while len(self._seen) >= MOST_SEEN:
                del self._seen[next(iter(self._seen))]
            self._seen[session] = now
        if since > IDLE:
            stored.end_session(self.store, session)
        return since > IDLE

    def forget(self, session: str) -> None:
        """Forget when a session was last seen."""
        with self._lock:
            self._seen.pop(session, None)


Refusing = Callable[[Request], Awaitable[Response]]


@dataclass
class Admitted:
    """An application whose requests are let through by role; each then has its user in `scope["user"]`."""

    app: ASGIApp
    routes: Sequence[BaseRoute]
    keeper: Keeper
    refuse: Refusing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, send its browser to the login, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        least = least_role(self.routes, scope)
        asks = least != ANYBODY or not scope["path"].startswith("/static/")
        user = await run_in_threadpool(self.keeper.user_of, scope["session_name"]) if asks else None
        scope["user"], scope["user_name"] = user, user.name if user else ""
        if rank(user.role if user else ANYBODY) >= rank(least):
            await self.app(scope, receive, send)
        elif user is not None:
            await (await self.refuse(Request(scope)))(scope, receive, send)
        else:
            await _to_login(scope)(scope, receive, send)


def _to_login(scope: Scope) -> Response:
    headers = dict(scope["headers"])
    if scope["method"] == "GET" and b"hx-request" not in headers:
        return RedirectResponse(f"/login?next={quote(scope['path'], safe='/')}", 303)
    return JSONResponse({"trouble": "login"}, 401, headers={"hx-redirect": "/login"})


def role_of(request: Request) -> str:
    """Return the role of whoever asks."""
    user: User | None = request.scope.get("user")
    return user.role if user else ANYBODY


def is_alone(request: Request) -> bool:
    """Tell whether whoever asks sits at this machine, on a desk without users."""
    return request.scope.get("user") is ALONE

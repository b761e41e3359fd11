"""What every request has to pass: the right host, a session, a token for whatever changes something; and what every
answer says about itself.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "desk"
TOKEN_HEADER = "x-desk-token"  # noqa: S105  # the name of a header
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_BODY = 64 << 20
"""Bytes of a request: some pictures in a record, or a file that is dropped."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; font-src 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True)
class Guard:
    """What requests are held to. `hosts`: names, with their ports, by which the page may be asked for."""

    hosts: frozenset[str]
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    is_public: bool = False
    """Whether the page is reached by https, through a proxy: cookies then go by https alone."""

    def token(self, session: str) -> str:
        """Return what a page of a session has to send with whatever changes something."""
        return hmac.new(self.secret, session.encode(), sha256).hexdigest()


class Guarded:
    """An application behind a guard. Each request has its session's name in `scope["session_name"]`."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self.app, self.guard = app, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        session, is_new = _session(headers)
        refused = self._refusal(scope, headers, session, is_new=is_new)
        scope["session_name"], scope["desk_token"] = session, self.guard.token(session)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
                own.setdefault("cache-control", "no-store")
                if is_new:
                    own.append("set-cookie", self._cookie(session))
            await send(message)

        app = PlainTextResponse(refused, 403) if refused else self.app
        await app(scope, _bounded(receive), answer)

    def _refusal(self, scope: Scope, headers: Headers, session: str, *, is_new: bool) -> str:
        """Return why a request is refused; nothing where it isn't."""
        host = headers.get("host", "").lower()
        if host not in self.guard.hosts:
            return "unknown host"
        if scope["method"] in SAFE:
            return ""
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() not in self.guard.hosts:
            return "another origin"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "another site"
        given = headers.get(TOKEN_HEADER, "")
        if is_new or not hmac.compare_digest(given, self.guard.token(session)):
            return "no token"
        length = headers.get("content-length", "0")
        return "too large" if not length.isdecimal() or int(length) > LONGEST_BODY else ""

    def _cookie(self, session: str) -> str:
        secure = "; Secure" if self.guard.is_public else ""
        return f"{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/{secure}"


def _session(headers: Headers) -> tuple[str, bool]:
    """Return the name of a request's session, and whether it is a new one."""
    cookie = SimpleCookie()
    try:
        cookie.load(headers.get("cookie", ""))
    except Exception:  # a cookie of somebody else's making
        cookie.clear()
    given = cookie[COOKIE].value if COOKIE in cookie else ""
    if len(given) == 64 and given.isalnum():  # as it is made below
        return given, False
    return secrets.token_hex(32), True


def _bounded(receive: Receive) -> Receive:
    """Return what receives a body, and ends it where it is longer than any may be."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LONGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return receiving

"""What every request has to pass: the right host, the same origin, a token for whatever changes something, bounds of
its body; and what every answer says about itself.
"""

import asyncio
import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generator.desk.web.failing import tell

COOKIE, HTTPS_COOKIE = "desk", "__Host-desk"
"""A browser takes a cookie of the second name by https alone, and from no other host or folder."""

TOKEN_HEADER = "x-desk-token"  # noqa: S105  # the name of a header
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_BODY = 64 << 20
"""Bytes of a request: some pictures in a record, or a file that is dropped."""

LARGE_BODY, MOST_LARGE = 4 << 20, 4
"""Bytes from which a body is a large one, and how many of these are taken in at a time."""

PATIENCE = 120.0
"""Seconds within which a request's body has to be there."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; font-src 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_LENGTH = re.compile(r"[0-9]{1,20}")
_SESSION = re.compile(r"[0-9a-f]{64}")


def new_session() -> str:
    """Return the name of a session that nobody can guess."""
    return secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further: the status, and a word for whoever looks for the reason."""

    status: int
    why: str


@dataclass(frozen=True)
class Guard:
    """What requests are held to. `hosts`: names, with their ports, by which the page may be asked for."""

    hosts: frozenset[str]
    is_public: bool = False
    """Whether the page is reached by https, through a proxy: cookies then go by https alone, and users log in."""

    @property
    def cookie_name(self) -> str:
        """Return the name of the cookie that holds the session."""
        return HTTPS_COOKIE if self.is_public else COOKIE

    @property
    def scheme(self) -> str:
        """Return how browsers ask for the page."""
        return "https" if self.is_public else "http"

    def token(self, session: str) -> str:
        """Return what a page of a session has to send with whatever changes something.

        It holds for the session alone and as long as it does, also when the desk has been started anew meanwhile.
        """
        return hmac.new(session.encode(), b"desk token", sha256).hexdigest()

    def cookie(self, session: str) -> str:
        """Return the cookie of a session, as a header has it."""
        secure = "; Secure" if self.is_public else ""
        return f"{self.cookie_name}={session}; HttpOnly; SameSite=Strict; Path=/{secure}"

    def session(self, headers: Headers) -> str | None:
        """Return the session that a request names; None where it names none that could be one."""
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:  # of somebody else's making
            return None
        given = cookie[self.cookie_name].value if self.cookie_name in cookie else ""
        return given if _SESSION.fullmatch(given) else None

    def refusal(self, method: str, headers: Headers, session: str | None) -> Refusal | None:
        """Return why a request is refused; None where it isn't."""
        if headers.get("host", "").lower() not in self.hosts:
            return Refusal(403, "unknown host")
        if _comes_from_elsewhere(method, headers):
            return Refusal(403, "another site")
        if method in SAFE:
            return None
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"{self.scheme}://{host}" for host in self.hosts}:
            return Refusal(403, "another origin")
        given = headers.get(TOKEN_HEADER, "").encode()
        if session is None or not hmac.compare_digest(given, self.token(session).encode()):
            return Refusal(403, "no token")
        return None


def _comes_from_elsewhere(method: str, headers: Headers) -> bool:
    """Tell whether a page of another site asks; a link that somebody follows is let through, with what it shows."""
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return False
    follows = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return not (follows and method in SAFE)


LONGEST_PATH = 1_000
"""Letters of an address before its query; ours have some eighty."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def _odd(scope: Scope) -> Refusal | None:
    """Return why an address leads nowhere: none of ours is so long, or has a sign that ends a line."""
    path = scope["path"]
    return Refusal(404, "no such page") if len(path) > LONGEST_PATH or _CONTROLS.search(path) else None


@dataclass
class Guarded:
    """An application behind a guard. Each request has its session's name in `scope["session_name"]`."""

    app: ASGIApp
    guard: Guard
    _large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_LARGE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answered(scope, receive, send)
        else:  # there is nothing that speaks otherwise
            await send({"type": "websocket.close", "code": 1008})

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        given = self.guard.session(headers)
        session = given or new_session()
        scope["session_name"], scope["desk_token"] = session, self.guard.token(session)
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
                own.setdefault("cache-control", "no-store")
                if given is None and "set-cookie" not in own:
                    own.append("set-cookie", self.guard.cookie(session))
            await send(message)

        refusal = self.guard.refusal(scope["method"], headers, given) or _odd(scope)
        if refusal:
            await PlainTextResponse(refusal.why, refusal.status)(scope, receive, answer)
            return
        try:
            await self._taken(scope, receive, answer, headers)
        except BodyRefusedError as refused:
            if not begun:
                told = JSONResponse({"trouble": refused.refusal.why}, refused.refusal.status)
                await told(scope, receive, answer)
        except Exception as error:  # its message may hold a value: it is told by names and lines alone
            tell(error)
            if not begun:
                await PlainTextResponse("broken", 500)(scope, receive, answer)

    async def _taken(self, scope: Scope, receive: Receive, answer: Send, headers: Headers) -> None:
        """Let a request through whose body is within bounds."""
        length = headers.get("content-length")
        if length is not None and not _LENGTH.fullmatch(length):
            raise BodyRefusedError(Refusal(400, "no length"))
        if length is not None and int(length) > LONGEST_BODY:
            raise BodyRefusedError(Refusal(413, "too large"))
        is_large = "transfer-encoding" in headers or (length is not None and int(length) > LARGE_BODY)
        if not is_large:
            await self.app(scope, _bounded(receive), answer)
            return
        async with self._large:
            await self.app(scope, _bounded(receive), answer)


class BodyRefusedError(Exception):
    """A body that isn't taken: too long, or too slow."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal


def _bounded(receive: Receive) -> Receive:
    """Return what receives a body, and refuses it where it is longer, or takes longer, than any may."""
    seen, until = 0, 0.0

    async def receiving() -> Message:
        nonlocal seen, until
        loop = asyncio.get_running_loop()
        until = until or loop.time() + PATIENCE
        if seen < 0:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise BodyRefusedError(Refusal(408, "too slow")) from None
        seen += len(message.get("body", b""))
        if seen > LONGEST_BODY:
            raise BodyRefusedError(Refusal(413, "too large"))
        if not message.get("more_body", False):
            seen = -1  # all of it is there; what comes now is that somebody has gone
        return message

    return receiving

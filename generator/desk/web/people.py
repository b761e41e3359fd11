"""Users on the page: they log in and out, choose a password; an admin looks after them."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.desk import passwords
from generator.desk.store import users as stored
from generator.desk.store.users import ROLES, User
from generator.desk.web.access import ADMIN, Keeper, is_alone
from generator.desk.web.bodies import texts_of
from generator.desk.web.desk import Desk, who
from generator.desk.web.guard import Guard, new_session
from generator.desk.web.words import Words, lang_of
from generator.errors import UsageError

T = TypeVar("T")

_PATH = re.compile(r"/(?:\w[\w/.-]*)?")
AT_ONCE, MOST_WAITING = 2, 20
"""Passwords that are looked at at the same time, for each takes 64 MB; and how many may wait for that."""


class People:
    """Answers to requests about users and sessions."""

    def __init__(self, desk: Desk, guard: Guard, keeper: Keeper) -> None:
        self.desk, self.guard, self.keeper = desk, guard, keeper
        self.turns, self.waiting = asyncio.Semaphore(AT_ONCE), 0

    # --- in and out ---

    async def login_page(self, request: Request) -> Response:
        """Return the page to log in on."""
        asked = request.query_params.get("next", "/")
        return self.desk.page(request, "login.html", next=asked if _PATH.fullmatch(asked) else "/")

    async def login(self, request: Request) -> Response:
        """Begin a session of a user, under a new name: nobody can have planted it."""
        given = await texts_of(request)
        words, next_page = Words(lang_of(request)), given.get("next", "/")
        known = await self._proved(given.get("name", ""), given.get("password", ""), words)
        if isinstance(known, Response):
            return known
        answer = JSONResponse({"go": next_page if _PATH.fullmatch(next_page) else "/"})
        await self._begin(request, known, answer)
        await run_in_threadpool(self.desk.store.note, known.name, "login")
        return answer

    async def _proved(self, name: str, password: str, words: Words) -> User | JSONResponse:
        """Return the user whose password was given, or what is said where it isn't."""
        if self.waiting >= MOST_WAITING:
            return JSONResponse({"said": words("login_wait", seconds=5)}, 429)
        self.waiting += 1
        try:
            return await self._looked_at(name, password, words)
        finally:
            self.waiting -= 1

    async def _looked_at(self, name: str, password: str, words: Words) -> User | JSONResponse:
        try:
            name = passwords.user_name(name)
        except UsageError:
            return JSONResponse({"said": words("login_wrong")}, 401)
        store = self.desk.store
        wait = await run_in_threadpool(stored.try_login, store, name)
        if wait:
            return JSONResponse({"said": words("login_wait", seconds=wait)}, 429)
        known = await run_in_threadpool(stored.known, store, name)
        hashed = known[1] if known else None
        fits = await self._in_turn(passwords.fits, password, hashed)
        if known is None or not fits:
            if known:
                await run_in_threadpool(store.note, known[0].name, "login-refused")
            return JSONResponse({"said": words("login_wrong")}, 401)
        await run_in_threadpool(stored.forget_attempts, store, name)
        return known[0]

    async def _begin(self, request: Request, user: User, answer: Response) -> None:
        """Begin a session in place of the one there is."""
        session = new_session()
        await run_in_threadpool(stored.end_session, self.desk.store, request.scope["session_name"])
        await run_in_threadpool(stored.begin_session, self.desk.store, user, session)
        answer.headers.append("set-cookie", self.guard.cookie(session))

    async def logout(self, request: Request) -> Response:
        """End a session; the browser forgets what it kept of it."""
        session = request.scope["session_name"]
        await run_in_threadpool(stored.end_session, self.desk.store, session)
        self.keeper.forget(session)
        await run_in_threadpool(self.desk.store.note, who(request), "logout")
        answer = JSONResponse({"go": "/login"}, headers={"clear-site-data": '"cache", "storage"'})
        answer.headers.append("set-cookie", self.guard.cookie(new_session()))
        return answer

    async def password_page(self, request: Request) -> Response:
        """Return the page to choose a password of one's own on."""
        return self.desk.page(request, "password.html", least=passwords.SHORTEST)

    async def password(self, request: Request) -> Response:
        """Change one's own password; other sessions end."""
        given, words = await texts_of(request), Words(lang_of(request))
        if is_alone(request):
            return JSONResponse({"said": words("users_none_yet")}, 400)
        if given.get("password", "") != given.get("again", ""):
            return JSONResponse({"said": words("password_differ")}, 422)
        known = await self._proved(who(request), given.get("old", ""), words)
        if isinstance(known, Response):
            return known
        refused = await self._changed(request, known.name, password=given.get("password", ""))
        if refused:
            return refused
        answer = JSONResponse({"go": "/"})
        await self._begin(request, known, answer)
        await run_in_threadpool(self.desk.store.note, known.name, "password")
        return answer

    # --- looked after by an admin ---

    async def users(self, request: Request) -> Response:
        """Return the page of all users."""
        found = await run_in_threadpool(stored.listed, self.desk.store)
        roles = ROLES if found else (ADMIN,)
        return self.desk.page(request, "users.html", users=found, roles=roles, least=passwords.SHORTEST)

    async def add(self, request: Request) -> Response:
        """Put in a new user."""
        given = await texts_of(request)
        role = next((role for role in ROLES if role == given.get("role")), ROLES[0])
        try:
            name = passwords.user_name(given.get("name", ""))
            hashed = await self._hashed(given.get("password", ""), name)
            await run_in_threadpool(stored.add, self.desk.store, name, role, hashed)
        except UsageError as error:
            return _refused(request, error)
        await run_in_threadpool(self.desk.store.note, who(request), "user-add", detail=f"{name} · {role}")
        return JSONResponse({"go": "/users"})

    async def change(self, request: Request) -> Response:
        """Give a user another role or password, or turn the user off or on."""
        given = await texts_of(request)
        role, turned = given.get("role", ""), given.get("turn", "")
        changed: dict[str, Any] = {}
        if role in ROLES:
            changed["role"] = role
        if turned in ("on", "off"):
            changed["is_off"] = turned == "off"
        if given.get("password"):
            changed["password"] = given["password"]
        refused = await self._changed(request, given.get("name", ""), **changed)
        if refused:
            return refused
        detail = " · ".join(filter(None, [given["name"], role, turned, "password" if "password" in changed else ""]))
        await run_in_threadpool(self.desk.store.note, who(request), "user-change", detail=detail)
        return JSONResponse({"go": "/users"})

    async def _changed(self, request: Request, name: str, **changed: Any) -> Response | None:
        try:
            if "password" in changed:
                changed["password"] = await self._hashed(changed["password"], name)
            await run_in_threadpool(lambda: stored.change(self.desk.store, name, **changed))
        except UsageError as error:
            return _refused(request, error)
        return None

    async def _hashed(self, password: str, name: str) -> str:
        return await self._in_turn(passwords.kept, password, name)

    async def _in_turn(self, work: Callable[..., T], *given: object) -> T:
        """Do what takes much memory, after those who asked before."""
        async with self.turns:
            return await run_in_threadpool(work, *given)


def _refused(request: Request, error: UsageError) -> JSONResponse:
    return JSONResponse({"said": error.faults[0].sentence(lang_of(request))}, 422)

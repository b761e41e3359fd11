"""The application: which address is answered by what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from generator import resources
from generator.desk.web.access import Admitted, Keeper
from generator.desk.web.desk import Desk
from generator.desk.web.forms import Forms
from generator.desk.web.guard import BodyRefusedError, Guard, Guarded
from generator.desk.web.keeping import Keeping
from generator.desk.web.looks import theme_css
from generator.desk.web.people import People
from generator.desk.web.records import Records
from generator.desk.web.words import LANG_COOKIE, Words, lang_of
from generator.errors import BiaodanError, MachineError
from generator.wording import LANGS

YEAR = 365 * 86_400


def application(desk: Desk, guard: Guard) -> ASGIApp:
    """Return a desk's application, behind its guard."""
    forms, records = Forms(desk), Records(desk)
    keeper = Keeper(desk.store, guard.is_public)
    people, keeping = People(desk, guard, keeper), Keeping(desk)

    async def language(request: Request) -> Response:
        chosen = request.path_params["lang"]
        if chosen not in LANGS:
            return Response(status_code=404)
        answer = Response(status_code=204, headers={"hx-refresh": "true"})
        answer.set_cookie(LANG_COOKIE, chosen, max_age=YEAR, samesite="strict", httponly=True)
        return answer

    async def theme(_: Request) -> Response:
        css = theme_css(desk.office.configuration.theme)
        return Response(css, media_type="text/css", headers={"cache-control": "private, max-age=3600"})

    routes = [
        Route("/", forms.home),
        Route("/search", forms.search, methods=["POST"]),
        Route("/forms/{form}", forms.show),
        Route("/forms/{form}/picture.png", forms.picture),
        Route("/forms/{form}/records", records.begin, methods=["POST"]),
        Route("/forms/{form}/preview", records.preview, methods=["POST"]),
        Route("/records/{name}", records.show),
        Route("/records/{name}/draft", records.save, methods=["PUT"]),
        Route("/records/{name}/final", records.finish, methods=["POST"]),
        Route("/records/{name}/file", records.take),
        Route("/records/{name}/history", records.history),
        Route("/pictures", records.picture, methods=["POST"]),
        Route("/sheets/{name}.svg", records.sheet),
        Route("/language/{lang}", language, methods=["POST"]),
        Route("/static/theme.css", theme),
        Mount("/static", StaticFiles(directory=resources.templates() / "desk" / "static")),
        Route("/login", people.login_page),
        Route("/login", people.login, methods=["POST"]),
        Route("/logout", people.logout, methods=["POST"]),
        Route("/password", people.password_page),
        Route("/password", people.password, methods=["POST"]),
        Route("/users", people.users),
        Route("/users", people.add, methods=["POST"]),
        Route("/users/change", people.change, methods=["POST"]),
        Route("/log", keeping.log),
        Route("/log", keeping.lines, methods=["POST"]),
        Route("/log/seals", keeping.seals),
        Route("/backup", keeping.backup),
    ]

    async def unknown(request: Request, _: Exception) -> Response:
        return desk.page(request, "missing.html", 404)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, BiaodanError)
        status = 503 if isinstance(error, MachineError) else 422
        lines = [fault.sentence(lang_of(request)) for fault in error.faults]
        if "text/html" in request.headers.get("accept", ""):
            return desk.page(request, "refused.html", status, lines=lines, back="/")
        return JSONResponse({"trouble": " ".join(lines)}, status)

    async def refused_body(_: Request, error: Exception) -> Response:
        assert isinstance(error, BodyRefusedError)
        return JSONResponse({"trouble": error.refusal.why}, error.refusal.status)

    async def not_allowed(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return desk.page(request, "not_allowed.html", 403)
        return JSONResponse({"trouble": Words(lang_of(request))("not_allowed")}, 403)

    async def broken(request: Request, _: Exception) -> Response:
        return desk.page(request, "broken.html", 500)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        desk.workers.close()
        desk.store.close()

    handlers: dict[Any, Any] = {404: unknown, HTTPException: unknown, BiaodanError: refused, 500: broken}
    handlers[BodyRefusedError] = refused_body
    admitted = Middleware(Admitted, routes=routes, keeper=keeper, refuse=not_allowed)
    app = Starlette(routes=routes, middleware=[admitted], exception_handlers=handlers, lifespan=lifespan)
    return Guarded(app, guard)

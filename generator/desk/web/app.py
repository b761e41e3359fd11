"""The application: which address is answered by what."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from generator import resources
from generator.desk.giving.tray import Tray
from generator.desk.web.access import Admitted, Keeper
from generator.desk.web.cases import Cases
from generator.desk.web.desk import Desk
from generator.desk.web.due import Due
from generator.desk.web.forms import Forms
from generator.desk.web.giving import Giving
from generator.desk.web.guard import Guard, Guarded
from generator.desk.web.keeping import Keeping
from generator.desk.web.kept import Kept
from generator.desk.web.looks import theme_css
from generator.desk.web.making import Makings
from generator.desk.web.month import Month
from generator.desk.web.people import People
from generator.desk.web.records import Records
from generator.desk.web.refusing import Refusing
from generator.desk.web.searching import Searching
from generator.desk.web.taking import Taking
from generator.desk.web.words import LANG_COOKIE
from generator.wording import LANGS

YEAR = 365 * 86_400


def application(desk: Desk, guard: Guard) -> ASGIApp:
    """Return a desk's application, behind its guard."""
    tray, keeper = Tray(desk.store), Keeper(desk.store, guard.is_public)
    giving = Giving(desk, tray)
    routes: list[BaseRoute] = [
        *_forms_and_records(desk),
        *_casework(desk),
        *_giving(giving, Makings(giving)),
        *_looking_after(desk, People(desk, guard, keeper)),
        *_shared(desk),
    ]
    refusing = Refusing(desk)
    admitted = Middleware(Admitted, routes=routes, keeper=keeper, refuse=refusing.not_allowed)
    app = Starlette(
        routes=routes, middleware=[admitted], exception_handlers=refusing.handlers(), lifespan=_closing(desk, tray)
    )
    return Guarded(app, guard)


def _closing(desk: Desk, tray: Tray) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Return what lets go of all that a desk holds when it ends."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        tray.close()
        desk.workers.close()
        desk.store.close()

    return lifespan


class _Static(StaticFiles):
    """Scripts and looks: a browser keeps them, and asks each time whether they are still the same."""

    def file_response(self, *given: Any, **more: Any) -> Response:
        answer = super().file_response(*given, **more)
        answer.headers["cache-control"] = "private, no-cache"
        return answer


def _shared(desk: Desk) -> list[BaseRoute]:
    """Return the addresses of what all pages have in common."""

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

    return [
        Route("/language/{lang}", language, methods=["POST"]),
        Route("/static/theme.css", theme),
        Mount("/static", _Static(directory=resources.templates() / "desk" / "static")),
    ]


def _forms_and_records(desk: Desk) -> list[BaseRoute]:
    """Return the addresses of the catalogue, and of records that are filled in, taken and looked for."""
    forms, records, searching = Forms(desk), Records(desk), Searching(desk)
    taking = Taking(desk, records)
    return [
        Route("/", forms.home),
        Route("/search", forms.search, methods=["POST"]),
        Route("/forms/{form}", forms.show),
        Route("/forms/{form}/picture.png", forms.picture),
        Route("/forms/{form}/records", records.begin, methods=["POST"]),
        Route("/forms/{form}/preview", records.preview, methods=["POST"]),
        Route("/records", searching.page),
        Route("/records", searching.found, methods=["POST"]),
        Route("/records/{name}", records.show),
        Route("/records/{name}/draft", records.save, methods=["PUT"]),
        Route("/records/{name}/final", taking.finish, methods=["POST"]),
        Route("/records/{name}/file", taking.take),
        Route("/records/{name}/history", taking.history),
        Route("/records/{name}/origin", searching.origin),
        Route("/pictures", records.picture, methods=["POST"]),
        Route("/sheets/{name}.svg", records.sheet),
    ]


def _looking_after(desk: Desk, people: People) -> list[BaseRoute]:
    """Return the addresses of users, their sessions, the log and backups."""
    keeping = Keeping(desk)
    return [
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


def _giving(giving: Giving, makings: Makings) -> list[BaseRoute]:
    """Return the addresses of files that are given."""
    return [
        Route("/give", giving.page),
        Route("/give", giving.give, methods=["POST"]),
        Route("/give/{name}", giving.show),
        Route("/give/{name}", giving.change, methods=["POST"]),
        Route("/give/{name}/unlock", giving.unlock, methods=["POST"]),
        Route("/give/{name}/take", giving.take, methods=["POST"]),
        Route("/give/{name}/drop", giving.drop, methods=["POST"]),
        Route("/give/{name}/register", makings.register),
        Route("/give/{name}/left", makings.left),
        Route("/give/{name}/documents", makings.begin, methods=["POST"]),
        Route("/give/{name}/progress", makings.progress),
        Route("/give/{name}/file", makings.fetch),
    ]


def _casework(desk: Desk) -> list[BaseRoute]:
    """Return the addresses of cases, of what is due, and of the month."""
    kept = Kept()
    cases, due, month = Cases(desk, kept), Due(desk, kept), Month(desk, kept)
    return [
        Route("/cases", cases.home),
        Route("/cases", cases.begin, methods=["POST"]),
        Route("/cases/search", cases.search, methods=["POST"]),
        Route("/cases/brought", cases.bring, methods=["POST"]),
        Route("/cases/{case}", cases.show),
        Route("/cases/{case}/title", cases.rename, methods=["POST"]),
        Route("/cases/{case}/records", cases.add, methods=["POST"]),
        Route("/cases/{case}/loose", cases.loose, methods=["POST"]),
        Route("/cases/{case}/records/{name}", cases.put_in, methods=["PUT"]),
        Route("/cases/{case}/records/{name}", cases.take_out, methods=["DELETE"]),
        Route("/cases/{case}/file", cases.file),
        Route("/cases/{case}/issues", cases.issue, methods=["POST"]),
        Route("/cases/{case}/issues/{n:int}/void", cases.void, methods=["POST"]),
        Route("/due", due.show),
        Route("/due/list", due.listed, methods=["POST"]),
        Route("/due/file", due.file, methods=["POST"]),
        Route("/month", month.show),
        Route("/month", month.compute, methods=["POST"]),
        Route("/month/{name}/pages", month.pages, methods=["POST"]),
        Route("/month/{name}/file", month.file, methods=["POST"]),
        Route("/made/{name}", kept.fetch),
    ]

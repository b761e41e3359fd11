"""What is answered where something stands in a request's way: a page for readers, JSON for scripts."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from generator.desk.store import StoreError
from generator.desk.web.desk import Desk
from generator.desk.web.failing import tell
from generator.desk.web.guard import BodyRefusedError
from generator.desk.web.words import Words, lang_of
from generator.errors import BiaodanError, MachineError, fail


class Refusing:
    """Answers to requests that can't be met."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def handlers(self) -> dict[Any, Any]:
        """Return what answers by status and by what was raised."""
        return {
            404: self.unknown,
            HTTPException: self.unknown,
            BiaodanError: self.refused,
            BodyRefusedError: self.refused_body,
            ClientDisconnect: self.gone,
            StoreError: self.unkept,
            500: self.broken,
        }

    async def unknown(self, request: Request, _: Exception) -> Response:
        """Say that there is no such page."""
        return self.desk.page(request, "missing.html", 404)

    async def refused(self, request: Request, error: Exception) -> Response:
        """Say what is wrong with what was asked for."""
        assert isinstance(error, BiaodanError)
        status = 503 if isinstance(error, MachineError) else 422
        lines = [fault.sentence(lang_of(request)) for fault in error.faults]
        if _is_for_a_reader(request):
            is_ours = isinstance(error, MachineError)
            return self.desk.page(request, "refused.html", status, lines=lines, back="/", is_ours=is_ours)
        return JSONResponse({"trouble": " ".join(lines)}, status)

    async def refused_body(self, _: Request, error: Exception) -> Response:
        """Say why a request's body isn't taken in."""
        assert isinstance(error, BodyRefusedError)
        return JSONResponse({"trouble": error.refusal.why}, error.refusal.status)

    async def unkept(self, request: Request, error: Exception) -> Response:
        """Say that the store can't be read or written: its disk is full, or its server is away."""
        tell(error)
        return await self.refused(request, fail(MachineError, "E-desk-store"))

    async def gone(self, _: Request, __: Exception) -> Response:
        """Answer whoever went away while sending: nobody is there to read it."""
        return Response(status_code=400)

    async def not_allowed(self, request: Request) -> Response:
        """Say that who asks may not do this."""
        if _is_for_a_reader(request):
            return self.desk.page(request, "not_allowed.html", 403)
        return JSONResponse({"trouble": Words(lang_of(request))("not_allowed")}, 403)

    async def broken(self, request: Request, _: Exception) -> Response:
        """Say that something went wrong, and nothing of what."""
        return self.desk.page(request, "broken.html", 500)


def _is_for_a_reader(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")

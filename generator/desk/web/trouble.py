"""What stands in the way of something that a page asked for, told on the page itself."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse

from generator.desk.web.desk import Desk


def trouble(desk: Desk, request: Request, lines: Sequence[str]) -> HTMLResponse:
    """Return lines to be shown at the head of the page that asked; nothing else of it changes."""
    answer = desk.page(request, "trouble.html", lines=lines)
    answer.headers["hx-retarget"] = "#trouble"
    answer.headers["hx-reswap"] = "innerHTML show:window:top"
    return answer

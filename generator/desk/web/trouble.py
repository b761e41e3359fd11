"""What stands in the way of something that a page asked for, told on the page itself, in words and without pointers."""

import re
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse

from generator.desk.web.desk import Desk
from generator.desk.web.words import Words
from generator.errors import Fault, Place
from generator.wording import Lang


def trouble(desk: Desk, request: Request, lines: Sequence[str]) -> HTMLResponse:
    """Return lines to be shown at the head of the page that asked; nothing else of it changes."""
    answer = desk.page(request, "trouble.html", lines=lines)
    answer.headers["hx-retarget"] = "#trouble"
    answer.headers["hx-reswap"] = "innerHTML show:window:top"
    return answer


def spoken(fault: Fault, lang: Lang, *, file: bool = True) -> str:
    """Return a fault as a page says it: where by titles and numbers of rows, and what. `file`: in which one, too."""
    words, at = Words(lang), fault.place
    inner = [] if at.row else [words("change_row", n=int(n) + 1) for n in re.findall(r"/([0-9]+)(?=/|$)", at.pointer)]
    where = " · ".join(filter(None, [Place(at.file if file else "", at.row, at.titles).text(lang), *inner]))
    return f"{where}{words('give.colon')}{fault.sentence(lang)}" if where else fault.sentence(lang)

"""Records looked for: by form, state and day, and by words, which go by POST so that no address has them."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from generator.desk.store import searching
from generator.desk.store.searching import STATES, Search
from generator.desk.store.taken import origins
from generator.desk.web.desk import Desk
from generator.desk.web.words import lang_of
from generator.epoch import today

_MOST_WORDS = 10
_LONGEST = 200
_FIRST_YEAR, _LAST_YEAR = 1, 9999
"""Years at whose ends another time zone's day has none."""


class Searching:
    """Answers to requests for records by what they are and say."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def page(self, request: Request) -> Response:
        """Return the page of all records; its address may name a form, a state and days."""
        named = {name: value for name, value in request.query_params.items() if name != "words"}
        return await self._answer(request, named, "records.html")

    async def found(self, request: Request) -> Response:
        """Return the records that are looked for."""
        return await self._answer(request, await fields_of(request), "records_found.html")

    async def _answer(self, request: Request, given: Mapping[str, str], template: str) -> Response:
        office, lang = self.desk.office, lang_of(request)
        wanted = _wanted(given, {form.id for form in office.forms})
        number = given.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
        zone = office.policy.zone
        hits, more = await run_in_threadpool(searching.search, self.desk.store, wanted, zone, max(1, page))
        return self.desk.page(
            request,
            template,
            wanted=wanted,
            said=" ".join(wanted.words),
            hits=hits,
            page=max(1, page),
            more=more,
            states=STATES,
            forms=[(form.id, form.title(lang)) for form in office.forms],
            titles={form.id: form.title(lang) for form in office.forms},
            today=today(zone),
        )

    async def origin(self, request: Request) -> Response:
        """Return from which files a record was read."""
        files = await run_in_threadpool(origins, self.desk.store, request.path_params["name"])
        return self.desk.page(request, "origin.html", files=files)


def _wanted(given: Mapping[str, str], forms: set[str]) -> Search:
    words = given.get("words", "")[:_LONGEST].split()
    return Search(
        given["form"] if given.get("form") in forms else "",
        given["state"] if given.get("state") in STATES else "",
        tuple(words[:_MOST_WORDS]),
        _day(given.get("first", "")),
        _day(given.get("last", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR < day.year < _LAST_YEAR else None


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a page's form that was sent."""
    try:
        body = (await request.body()).decode()
        given = parse_qsl(body, keep_blank_values=True, max_num_fields=10_000)
    except ValueError:
        return {}
    return {name: value.replace("\0", "") for name, value in given}

"""What is due, on the page: a list over all cases and records, as documents, and as a calendar."""

from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from generator.desk import due as worked
from generator.desk.due import CALENDAR, Asked, Told
from generator.desk.store import cases as stored
from generator.desk.web.bodies import plain
from generator.desk.web.desk import Desk, who
from generator.desk.web.kept import MEDIA, File, Kept
from generator.desk.web.reading import Readings
from generator.desk.web.trouble import spoken, trouble
from generator.desk.web.words import Words, lang_of
from generator.due import USUAL_DAYS, Tellings
from generator.epoch import today
from generator.errors import BiaodanError, Fault
from generator.wording import DEFAULT_LANG, Lang

SPANS = (0, 7, 14, 30, 90)
"""Days ahead that the page offers."""

SECONDS = 120.0

PAGE = 200
"""Rows of a page of the list."""


class Due:
    """Answers to requests about what is due."""

    def __init__(self, desk: Desk, kept: Kept) -> None:
        self.desk, self.kept = desk, kept
        self.readings = Readings(desk, worked.read, _failed, self._forms)

    async def show(self, request: Request) -> Response:
        """Return the page of what is due."""
        return await self._page(request, "due.html", self._asked(USUAL_DAYS, ""))

    async def listed(self, request: Request) -> Response:
        """Return the list that was asked for."""
        page = str((await request.form()).get("page", "1"))
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
        return await self._page(request, "due_list.html", await self._given(request), max(1, number))

    async def file(self, request: Request) -> Response:
        """Make the list as a document or a calendar, for the page to fetch."""
        given, lang = await request.form(), lang_of(request)
        format = str(given.get("format", ""))
        if f".{format}" not in MEDIA:
            return Response(status_code=404)
        asked, mask = await self._given(request), given.get("mask") == "yes"
        try:
            parts = await self.readings.current()
            if parts is None:
                return trouble(self.desk, request, [self._how_far(lang)])
            due = await run_in_threadpool(worked.list_of, asked, list(parts.values()))
            form, content = await self.desk.workers.run(worked.made, lang, mask, due, format, seconds=SECONDS)
        except BiaodanError as error:
            return trouble(self.desk, request, [spoken(fault, lang) for fault in error.faults])
        action = "take-due" if mask else "take-due-unmasked"
        await run_in_threadpool(self.desk.store.note, who(request), action, "", form, format)
        suffix = "" if lang == DEFAULT_LANG else f".{lang}"
        return self.kept.go(request, File(f"{form}-{asked.on.isoformat()}{suffix}.{format}", content))

    def _forms(self) -> frozenset[str]:
        return worked.concerned(self.desk.office.forms)

    def _asked(self, within: int, person: str) -> Asked:
        return Asked(today(self.desk.office.policy.zone), within, person)

    async def _given(self, request: Request) -> Asked:
        given = await request.form()
        within = str(given.get("within", ""))
        chosen = int(within) if within.isdecimal() and int(within) in SPANS else USUAL_DAYS
        return self._asked(chosen, plain(given.get("person")))

    async def _page(self, request: Request, template: str, asked: Asked, page: int = 1) -> Response:
        lang = lang_of(request)
        told, wrong, reads = Told((), asked.on, 0), [], ""
        try:
            parts = await self.readings.current()
            if parts is None:
                reads = self._how_far(lang)
            else:
                how = (lang, asked, list(parts.values()), (page - 1) * PAGE, PAGE)
                told = await run_in_threadpool(worked.told, *how)
        except BiaodanError as error:
            wrong = [spoken(fault, lang) for fault in error.faults]
        where = await run_in_threadpool(stored.cases_of, self.desk.store, {row.paper for row in told.rows})
        await run_in_threadpool(self.desk.store.note, who(request), "see-due")
        shown: dict[str, Any] = {"told": told, "asked": asked, "where": where, "trouble": wrong, "reads": reads}
        shown["whole"] = template == "due.html"  # whose choices are those of what was read
        pages = {"page": page, "pages": -(-told.count // PAGE)}
        return self.desk.page(request, template, 200, **shown, **pages, spans=SPANS, calendar=CALENDAR)

    def _how_far(self, lang: Lang) -> str:
        return Words(lang)("due.reads", done=self.readings.done, count=self.readings.total)


def _failed(faults: Sequence[Fault]) -> Tellings:
    return Tellings(faults=faults)

"""What is due, on the page: a list over all cases and records, as documents, and as a calendar."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from generator.desk import due as worked
from generator.desk.due import CALENDAR, Asked, Told
from generator.desk.papers import Paper
from generator.desk.store import cases as stored
from generator.desk.web.bodies import plain
from generator.desk.web.desk import Desk, who
from generator.desk.web.kept import MEDIA, File, Kept
from generator.desk.web.trouble import spoken, trouble
from generator.desk.web.words import lang_of
from generator.due import USUAL_DAYS
from generator.epoch import today
from generator.errors import BiaodanError
from generator.wording import DEFAULT_LANG

SPANS = (0, 7, 14, 30, 90)
"""Days ahead that the page offers."""

SECONDS = 120.0

Work = tuple[dict[str, list[Paper]], list[Paper]]
"""The papers of each case, and those that are in none."""


class Due:
    """Answers to requests about what is due."""

    def __init__(self, desk: Desk, kept: Kept) -> None:
        self.desk, self.kept = desk, kept

    async def show(self, request: Request) -> Response:
        """Return the page of what is due."""
        return await self._page(request, "due.html", self._asked(USUAL_DAYS, ""))

    async def listed(self, request: Request) -> Response:
        """Return the list that was asked for."""
        return await self._page(request, "due_list.html", await self._given(request))

    async def file(self, request: Request) -> Response:
        """Make the list as a document or a calendar, for the page to fetch."""
        given, lang = await request.form(), lang_of(request)
        format = str(given.get("format", ""))
        if f".{format}" not in MEDIA:
            return Response(status_code=404)
        asked, mask = await self._given(request), given.get("mask") == "yes"
        cases, loose = await run_in_threadpool(work_of, self.desk, self._forms())
        try:
            form, content = await self.desk.workers.run(
                worked.made, lang, mask, asked, cases, loose, format, seconds=SECONDS
            )
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

    async def _page(self, request: Request, template: str, asked: Asked) -> Response:
        cases, loose = await run_in_threadpool(work_of, self.desk, self._forms())
        lang = lang_of(request)
        told, wrong = Told((), asked.on, 0), []
        try:
            told = await self.desk.workers.run(worked.told, lang, asked, cases, loose, seconds=SECONDS)
        except BiaodanError as error:
            wrong = [spoken(fault, lang) for fault in error.faults]
        where = {paper.id: name for name, papers in cases.items() for paper in papers}
        await run_in_threadpool(self.desk.store.note, who(request), "see-due")
        shown: dict[str, Any] = {"told": told, "asked": asked, "where": where, "trouble": wrong}
        return self.desk.page(request, template, 200, **shown, spans=SPANS, calendar=CALENDAR)


def work_of(desk: Desk, forms: Any) -> Work:
    """Return the papers of all cases, and of the records in none those of some forms."""
    given = stored.given_out(desk.store)
    cases: dict[str, list[Paper]] = {}
    loose = []
    for row in stored.all_papers(desk.store, forms):
        paper = Paper(row.id, row.form, row.raw, row.status == "final" or row.id in given, row.revision)
        if row.case_id:
            cases.setdefault(row.case_id, []).append(paper)
        else:
            loose.append(paper)
    return cases, loose

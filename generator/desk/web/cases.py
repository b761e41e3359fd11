"""Cases on the page: what is known and due, which document comes next, all papers, what was given out."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from generator.catalogue import Form
from generator.desk import cases as worked
from generator.desk import issuing
from generator.desk.issuing import GivenOut, Issued
from generator.desk.naming import title_of
from generator.desk.office import Way
from generator.desk.papers import Given, Paper
from generator.desk.store import Conflict
from generator.desk.store import cases as stored
from generator.desk.web.bodies import plain
from generator.desk.web.desk import Desk, who
from generator.desk.web.kept import File, Kept, one_file
from generator.desk.web.trouble import spoken, trouble
from generator.desk.web.words import Words, lang_of
from generator.epoch import today
from generator.errors import BiaodanError
from generator.files import safe_name
from generator.wording import LANGS, Lang, has_phrase

FORMATS = ("docx", "xlsx", "pdf")
LONGEST_TITLE = 200
SECONDS = 90.0
"""What several documents may take."""


class Cases:
    """Answers to requests about cases."""

    def __init__(self, desk: Desk, kept: Kept) -> None:
        self.desk, self.kept = desk, kept

    # --- the list of cases, and new ones ---

    async def home(self, request: Request) -> Response:
        """Return the page of all cases."""
        found = await run_in_threadpool(stored.listed, self.desk.store)
        return self.desk.page(request, "cases.html", cases=found)

    async def search(self, request: Request) -> Response:
        """Return the cases that words are found in."""
        words = plain((await request.form()).get("words"))
        found = await run_in_threadpool(stored.listed, self.desk.store, words)
        return self.desk.page(request, "cases_list.html", cases=found, words=words)

    async def begin(self, request: Request) -> Response:
        """Begin a case; its page is where the browser goes."""
        title = plain((await request.form()).get("title"))[:LONGEST_TITLE]
        return _to(await run_in_threadpool(stored.begin_case, self.desk.store, title))

    async def bring(self, request: Request) -> Response:
        """Take in a case file."""
        words = Words(lang_of(request))
        given = (await request.form()).get("file")
        if given is None or isinstance(given, str):
            return trouble(self.desk, request, [words("case.no_file")])
        try:
            brought = await self.desk.workers.run(worked.taken, await given.read())
            held = await run_in_threadpool(stored.held_alike, self.desk.store, brought.records)
            if await self.desk.workers.run(worked.is_there, brought.records, held):
                return trouble(self.desk, request, [words("case.there_already")])
        except BiaodanError as error:
            return trouble(self.desk, request, [spoken(fault, words.lang) for fault in error.faults])
        how = (brought.records, brought.notes, words.lang, who(request))
        return _to(await run_in_threadpool(stored.take_case, self.desk.store, "", *how))

    # --- one case ---

    async def show(self, request: Request) -> Response:
        """Return the page of a case."""
        name = request.path_params["case"]
        case = await run_in_threadpool(stored.case_of, self.desk.store, name)
        if case is None:
            return self.desk.page(request, "missing.html", 404)
        lang, made = lang_of(request), request.query_params.get("made", "")
        rows, notes, given = await run_in_threadpool(self._state, name)
        on = today(self.desk.office.policy.zone)
        look, wrong = None, []
        try:
            look = await self.desk.workers.run(worked.looked_at, lang, _papers(rows, given), on)
        except BiaodanError as error:
            wrong = [spoken(fault, lang) for fault in error.faults]
        await run_in_threadpool(self.desk.store.note, who(request), "see-case", name)
        forms = {form.id: form for form in self.desk.office.forms}
        return self.desk.page(
            request,
            "case.html",
            case=case,
            title=await run_in_threadpool(stored.title_of, self.desk.store, name),
            papers=rows,
            look=look,
            trouble=wrong,
            made=made if self.kept.find(request, made) else "",
            titles={form.id: form.title(lang) for form in forms.values()},
            forms=list(forms.values()),
            issues=_issues(notes),
            printable=_printable(rows, forms),
            loose=await run_in_threadpool(stored.loose, self.desk.store),
        )

    async def rename(self, request: Request) -> Response:
        """Give a case another title."""
        title = plain((await request.form()).get("title"))[:LONGEST_TITLE]
        name = request.path_params["case"]
        if await run_in_threadpool(stored.case_of, self.desk.store, name) is None:
            return self.desk.page(request, "missing.html", 404)
        await run_in_threadpool(stored.rename, self.desk.store, name, title)
        return _to(name)

    async def add(self, request: Request) -> Response:
        """Begin a record within a case, filled with what the case knows."""
        name, lang = request.path_params["case"], lang_of(request)
        asked = (await request.form()).get("form", "")
        form = next((one for one in self.desk.office.forms if one.id == asked), None)
        if form is None or await run_in_threadpool(stored.case_of, self.desk.store, name) is None:
            return self.desk.page(request, "missing.html", 404)
        try:
            raw = await self._filled(name, form, lang)
        except BiaodanError as error:
            return trouble(self.desk, request, [spoken(fault, lang) for fault in error.faults])
        record = await run_in_threadpool(
            stored.begin_record, self.desk.store, name, form.id, lang, who(request), raw, title_of(form, raw)
        )
        return _go(f"/records/{record}")

    async def _filled(self, case: str, form: Form, lang: Lang) -> dict[str, Any]:
        rows, _, given = await run_in_threadpool(self._state, case)
        return await self.desk.workers.run(worked.filled, lang, _papers(rows, given), form.id)

    async def loose(self, request: Request) -> Response:
        """Return the records that are in no case and in which words are found."""
        words = plain((await request.form()).get("words"))
        found = await run_in_threadpool(stored.loose, self.desk.store, words)
        lang = lang_of(request)
        titles = {form.id: form.title(lang) for form in self.desk.office.forms}
        case = {"id": request.path_params["case"]}
        return self.desk.page(request, "case_loose.html", loose=found, titles=titles, case=case)

    async def put_in(self, request: Request) -> Response:
        """Put a record of the desk into a case; a draft's gaps are filled with what the case knows."""
        name, record = request.path_params["case"], request.path_params["name"]
        if await run_in_threadpool(stored.case_of, self.desk.store, name) is None:
            return self.desk.page(request, "missing.html", 404)
        row = await run_in_threadpool(self.desk.store.record, record)
        lang = lang_of(request)
        if row is not None and row.status == "draft":
            rows, _, given = await run_in_threadpool(self._state, name)
            try:
                raw = await self.desk.workers.run(worked.completed, lang, _papers(rows, given), row.form, row.raw)
            except BiaodanError:
                raw = row.raw  # what can't be read yet is put in as it stands
            form = next((one for one in self.desk.office.forms if one.id == row.form), None)
            title = title_of(form, raw)
            saved = await run_in_threadpool(self.desk.store.save, record, row.revision, raw, who(request), title)
            if isinstance(saved, Conflict):
                return trouble(self.desk, request, [Words(lang)("case.busy")])
        await run_in_threadpool(stored.put_in, self.desk.store, record, name)
        return _to(name)

    async def take_out(self, request: Request) -> Response:
        """Take a record out of a case; it stays on the desk."""
        name = request.path_params["case"]
        if await run_in_threadpool(stored.case_of, self.desk.store, name) is None:
            return self.desk.page(request, "missing.html", 404)
        await run_in_threadpool(stored.take_out, self.desk.store, request.path_params["name"], name)
        return _to(name)

    # --- given out ---

    async def file(self, request: Request) -> Response:
        """Return a case as the case file that the command line takes."""
        name = request.path_params["case"]
        if await run_in_threadpool(stored.case_of, self.desk.store, name) is None:
            return self.desk.page(request, "missing.html", 404)
        state, _ = await run_in_threadpool(self._issued, name)
        content = await self.desk.workers.run(worked.case_file, state.story, state.notes)
        await run_in_threadpool(self.desk.store.note, who(request), "take-case", name)
        title = await run_in_threadpool(stored.title_of, self.desk.store, name)
        stem = safe_name(title.partition(" · ")[0]) if title else "case"
        return File(f"{stem}.json", content).response

    async def issue(self, request: Request) -> Response:
        """Give out the documents of a form from a case, and note it."""
        given = await request.form()
        form, reason = str(given.get("form", "")), plain(given.get("reason"))
        formats, lang, mask = _how(given, lang_of(request))
        if not any(one.id == form for one in self.desk.office.forms):
            return self.desk.page(request, "missing.html", 404)

        async def made(state: Issued) -> GivenOut:
            way = Way(form, lang, mask)
            return await self.desk.workers.run(issuing.given_out, way, formats, state, reason, seconds=SECONDS)

        return await self._give_out(request, made, "give-out", formats, mask)

    async def void(self, request: Request) -> Response:
        """Declare a document void that was given out."""
        given = await request.form()
        formats, lang, mask = _how(given, lang_of(request))
        number, reason = request.path_params["n"], plain(given.get("reason"))

        async def made(state: Issued) -> GivenOut:
            how = (lang, mask, formats, state, number, reason)
            return await self.desk.workers.run(issuing.voided, *how, seconds=SECONDS)

        return await self._give_out(request, made, "void", formats, mask)

    async def _give_out(
        self, request: Request, make: Any, action: str, formats: Sequence[str], mask: bool | None
    ) -> Response:
        name, lang = request.path_params["case"], lang_of(request)
        if await run_in_threadpool(stored.case_of, self.desk.store, name) is None:
            return self.desk.page(request, "missing.html", 404)
        state, more = await run_in_threadpool(self._issued, name)
        try:
            made: GivenOut = await make(state)
        except BiaodanError as error:
            return trouble(self.desk, request, [_worded(fault, lang) for fault in error.faults])
        record = next((paper.id for paper in reversed(state.story) if paper.form == made.note["form"]), "")
        added = [(paper.id, paper.form, paper.raw) for paper in more]
        noted = Given(record, made.note, added, len(state.notes))
        if await run_in_threadpool(stored.note_issue, self.desk.store, name, noted, who(request)) is None:
            return trouble(self.desk, request, [Words(lang)("case.busy")])
        form, detail = made.note["form"], ",".join(formats)
        action = f"{action}-unmasked" if action == "give-out" and self._shows_all(form, mask) else action
        await run_in_threadpool(self.desk.store.note, who(request), action, name, form, detail)
        return _go(f"/cases/{name}?made={self.kept.put(request, one_file(made.files, form))}")

    def _shows_all(self, name: str, mask: bool | None) -> bool:
        """Tell whether a form's documents show personal data as they are."""
        form = next(form for form in self.desk.office.forms if form.id == name)
        return form.holds_personal_data and not (form.mask if mask is None else mask)

    # --- what the store says ---

    def _state(self, case: str) -> tuple[list[Any], list[Any], set[str]]:
        store = self.desk.store
        rows = [row for row in stored.papers(store, case) if row.status != stored.VOID]
        return rows, stored.issues(store, case), stored.given_out(store)

    def _issued(self, case: str) -> tuple[Issued, list[Paper]]:
        """Return a case as its documents see it, and the papers of it that none has gone out with as they are now.

        First stand the records as they were when something was given out, then those that are new or were changed.
        """
        rows, notes, given = self._state(case)
        frozen = stored.entries(self.desk.store, case)
        last = {row.record_id: row.raw for row in frozen}
        old = [Paper(row.record_id, row.form, row.raw) for row in frozen]
        new = [paper for paper in _papers(rows, given) if last.get(paper.id) != paper.raw]
        return Issued([*old, *new], [row.note for row in notes]), new


def _papers(rows: Sequence[Any], given: set[str]) -> list[Paper]:
    return [Paper(row.id, row.form, row.raw, row.status == "final" or row.id in given, row.revision) for row in rows]


def _issues(notes: Sequence[Any]) -> list[dict[str, Any]]:
    """Return what was given out, the last first, each with whether it still counts."""
    void = {row.note["voids"] for row in notes if "voids" in row.note}
    return [
        {**row.note, "n": row.n, "by": row.by, "is_void": row.n in void, "can_void": "voids" not in row.note}
        for row in reversed(notes)
    ]


def _printable(rows: Sequence[Any], forms: Mapping[str, Form]) -> list[str]:
    return list(dict.fromkeys(row.form for row in rows if row.form in forms))


def _how(given: Any, usual: Lang) -> tuple[list[str], Lang, bool | None]:
    """Return formats, language and whether to mask, as a page sends them."""
    formats = [one for one in given.getlist("formats") if one in FORMATS] or ["docx"]
    known: tuple[Lang, ...] = LANGS
    lang = next((one for one in known if one == given.get("lang")), usual)
    return formats, lang, {"yes": True, "no": False}.get(str(given.get("mask", "")))


def _worded(fault: Any, lang: Lang) -> str:
    """Return a fault as a page says it: an option of the command line goes by the page's own words."""
    own = f"case.{fault.code}"
    return Words(lang)(own) if has_phrase(own, "desk") else spoken(fault, lang)


def _to(case: str) -> Response:
    return _go(f"/cases/{case}")


def _go(address: str) -> Response:
    return Response(status_code=204, headers={"hx-redirect": address, "location": address})

"""Records on the page: begun, filled in, looked at."""

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from generator.catalogue import Form
from generator.desk import work
from generator.desk.controls import controls, entered
from generator.desk.looks import Look
from generator.desk.naming import title_of
from generator.desk.numbering import awaited
from generator.desk.office import Way
from generator.desk.store import Conflict
from generator.desk.web.bodies import json_of
from generator.desk.web.desk import Desk, as_json, by, who
from generator.desk.web.words import Words, lang_of
from generator.errors import BiaodanError
from generator.wording import LANGS, Lang

SHEET_POLICY = "default-src 'none'; img-src data:; frame-ancestors 'none'; sandbox"
"""What a page of paper may do when it is opened by itself: nothing."""


LOOK_WITHIN = 0.7
"""Seconds that saving waits for what there is to say of a record: what is typed meanwhile isn't saved yet."""


class Records:
    """Answers to requests about records."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def form_of(self, name: str) -> Form | None:
        """Return a form by its id."""
        return next((form for form in self.desk.office.forms if form.id == name), None)

    def missing(self, request: Request) -> HTMLResponse:
        """Return the page that says that there is nothing of that name."""
        return self.desk.page(request, "missing.html", 404)

    # --- begun and filled in ---

    async def begin(self, request: Request) -> Response:
        """Begin a record of a form; its page is where the browser goes."""
        form = self.form_of(request.path_params["form"])
        if form is None:
            return self.missing(request)
        given = await given_of(request)
        raw = given["values"] if given else {}
        name = await run_in_threadpool(self.desk.store.begin, form.id, lang_of(request), who(request), raw)
        return Response(status_code=204, headers={"hx-redirect": f"/records/{name}", "location": f"/records/{name}"})

    async def show(self, request: Request) -> Response:
        """Return the page that a record is filled in on."""
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        form = self.form_of(row.form) if row else None
        if row is None or form is None:
            return self.missing(request)
        await run_in_threadpool(self.desk.store.note, who(request), "view", row.id, form.id)
        office, lang = self.desk.office, lang_of(request)
        how = (lang, office.policy, office.configuration.theme)
        return self.desk.page(
            request,
            "record.html",
            form=form,
            title=form.title(lang),
            record=row,
            controls=controls(form, *how),
            values=as_json(entered(form, row.raw, *how)),
            words=as_json(_page_words(Words(lang))),
            masks=form.mask,
            awaited=awaited(form, office.numbers.patterns),
        )

    async def save(self, request: Request) -> Response:
        """Write what was typed as a draft, and say what there is to say of it."""
        given = await given_of(request)
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        if row is None or given is None:
            return JSONResponse({"gone": True}, 404 if row is None else 400)
        raw, base = given["values"], given["base"]
        if given.get("unchanged"):  # somebody only looks: nothing is written, whatever the page's own writing of it is
            if row.revision != base:
                return conflict(self.desk, Words(lang_of(request)), row.updated_by, row.updated_at, row.revision)
            raw = row.raw
        way = Way(row.form, lang_of(request))
        title = title_of(self.form_of(row.form), raw)
        looking = asyncio.ensure_future(self.desk.workers.run(work.judged, way, raw, quick=True))
        looking.add_done_callback(_taken_note_of)
        saved = await run_in_threadpool(self.desk.store.save, row.id, base, raw, who(request), title)
        if isinstance(saved, Conflict) and saved.raw == given.get("unanswered"):  # the same page wrote that
            saved = await run_in_threadpool(self.desk.store.save, row.id, saved.revision, raw, who(request), title)
        if isinstance(saved, Conflict) and given.get("waited") and await self._was_written(row.id, base, raw):
            return JSONResponse({"revision": saved.revision, "written": True})
        if isinstance(saved, Conflict):
            return conflict(self.desk, Words(lang_of(request)), saved.by, saved.at, saved.revision)
        return JSONResponse({"revision": saved, **await self._look(looking, lang_of(request))})

    async def _was_written(self, name: str, base: int, raw: Any) -> bool:
        """Tell whether a draft says just what a page brings that had ended before it knew that it was written."""
        return await run_in_threadpool(self.desk.store.has_draft, name, base, raw)

    async def _look(self, looking: "asyncio.Future[Look]", lang: Lang) -> dict[str, Any]:
        """Return what there is to say of a record; where that takes long, that it is to be asked for again."""
        done, _ = await asyncio.wait({looking}, timeout=LOOK_WITHIN)
        if not done:
            return {"later": True}
        error = looking.exception()
        return told(looking.result()) if error is None else {"trouble": _sentence(error, lang)}

    # --- looked at ---

    async def preview(self, request: Request) -> Response:
        """Return the pages of what was typed: their names to fetch them by, and the places that show fields."""
        given = await given_of(request)
        form = self.form_of(request.path_params["form"])
        if form is None or given is None:
            return JSONResponse({"gone": True}, 400)
        mask = given.get("mask")
        way = Way(form.id, lang_or(given.get("lang"), lang_of(request)), mask if isinstance(mask, bool) else None)
        try:
            sheets = await self.desk.workers.run(
                work.previewed, way, given["values"], blank=given.get("purpose") == "blank"
            )
        except BiaodanError as error:
            return JSONResponse({"trouble": _sentence(error, lang_of(request))})
        pages = [
            {
                "name": self.desk.sheets.put(sheet.svg),
                "width": sheet.width,
                "height": sheet.height,
                "spots": [[spot.pointer, spot.x, spot.y, spot.width, spot.height] for spot in sheet.spots],
            }
            for sheet in sheets
        ]
        return JSONResponse({"pages": pages})

    async def sheet(self, request: Request) -> Response:
        """Return a page as SVG."""
        svg = self.desk.sheets.get(request.path_params["name"])
        if svg is None:
            return Response(status_code=404)
        headers = {"cache-control": "private, max-age=600, immutable", "content-security-policy": SHEET_POLICY}
        return Response(svg, media_type="image/svg+xml", headers=headers)

    async def picture(self, request: Request) -> Response:
        """Return a picture as a record holds it: upright, small, with nothing in it but dots."""
        try:
            content = await self.desk.workers.run(work.photo, await request.body())
        except BiaodanError as error:
            return JSONResponse({"trouble": _sentence(error, lang_of(request))}, 422)
        return JSONResponse({"content": content})


def conflict(desk: Desk, words: Words, first: str, at: str, revision: int) -> JSONResponse:
    """Say who was first, and when by the office's clock."""
    return JSONResponse({"conflict": {"by": by(first, words), "at": desk.at(at), "revision": revision}}, 409)


async def given_of(request: Request) -> dict[str, Any] | None:
    """Return the JSON of a request: the values of a record, and the revision that they were made from."""
    given = await json_of(request)
    if not isinstance(given, dict):
        return None
    given.setdefault("values", {})
    given.setdefault("base", 0)
    return given if isinstance(given["values"], dict) and isinstance(given["base"], int) else None


def lang_or(given: object, usual: str) -> Lang:
    """Return a language that was asked for, else the usual one."""
    known: tuple[Lang, ...] = LANGS
    return next((lang for lang in known if lang == given), next((lang for lang in known if lang == usual), "zh-Hans"))


def told(look: Look) -> dict[str, Any]:
    """Return what there is to say of a record, for the page to show."""
    return {
        "faults": [asdict(fault) for fault in look.faults],
        "missing": [asdict(fault) for fault in look.missing],
        "derived": look.derived,
        "hidden": look.hidden,
        "sound": look.is_sound,
    }


def _taken_note_of(looking: "asyncio.Future[Look]") -> None:
    """Take note of what an answer didn't wait for, or its exception would be logged, with what it says."""
    if not looking.cancelled():
        looking.exception()


def _sentence(error: object, lang: Lang) -> str:
    if isinstance(error, BiaodanError) and error.faults:
        return error.faults[0].sentence(lang)
    return Words(lang)("trouble")


def _page_words(words: Words) -> dict[str, str]:
    return {name: words(name) for name in _PAGE_WORDS}


_PAGE_WORDS: tuple[str, ...] = ("saved", "saving", "offline", "conflict", "missing_count", "sound", "pick", "trouble")
_PAGE_WORDS += ("conflict_short", "conflict_theirs", "conflict_copy", "pages", "rows_full", "change_row")
_PAGE_WORDS += ("login", "logged_out", "logged_out_short", "left_behind", "left_drop", "saved_looking")
_PAGE_WORDS += ("offline_unkept", "offline_short", "kept_here")
"""What the page itself says while a record is filled in."""

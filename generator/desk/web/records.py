"""Records on the page: begun, filled in, looked at, taken as documents, made final."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from generator.case.filling import is_shared
from generator.catalogue import Form
from generator.compose.faces import Faces
from generator.desk import work
from generator.desk.changes import changes_shown
from generator.desk.controls import controls, entered
from generator.desk.looks import Look
from generator.desk.naming import title_of
from generator.desk.office import Way
from generator.desk.store import Conflict
from generator.desk.web.bodies import json_of
from generator.desk.web.desk import Desk, as_json, who
from generator.desk.web.words import Words, lang_of
from generator.document import Purpose
from generator.epoch import today
from generator.errors import BiaodanError
from generator.files import safe_name
from generator.record import value_at
from generator.wording import LANGS, Lang

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


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
        given = await _given(request)
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
        )

    async def save(self, request: Request) -> Response:
        """Write what was typed as a draft, and say what there is to say of it."""
        given = await _given(request)
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        if row is None or given is None:
            return JSONResponse({"gone": True}, 404 if row is None else 400)
        raw, base = given["values"], given["base"]
        if given.get("unchanged"):  # somebody only looks: nothing is written, whatever the page's own writing of it is
            if row.revision != base:
                told = {"by": row.updated_by, "at": row.updated_at, "revision": row.revision}
                return JSONResponse({"conflict": told}, 409)
            raw = row.raw
        way = Way(row.form, _lang(given.get("lang"), row.lang))
        saving = run_in_threadpool(
            self.desk.store.save, row.id, base, raw, who(request), title_of(self.form_of(row.form), raw)
        )
        looking = self.desk.workers.run(work.judged, way, raw, quick=True)
        saved, look = await asyncio.gather(saving, looking, return_exceptions=True)
        if isinstance(saved, BaseException):
            raise saved
        if isinstance(saved, Conflict) and saved.raw == given.get("unanswered"):  # the same page wrote that
            saved = await run_in_threadpool(
                self.desk.store.save, row.id, saved.revision, raw, who(request), title_of(self.form_of(row.form), raw)
            )
        if isinstance(saved, Conflict):
            return JSONResponse({"conflict": {"by": saved.by, "at": saved.at, "revision": saved.revision}}, 409)
        told = _told(look) if isinstance(look, Look) else {"trouble": _sentence(look, lang_of(request))}
        return JSONResponse({"revision": saved, **told})

    # --- looked at ---

    async def preview(self, request: Request) -> Response:
        """Return the pages of what was typed: their names to fetch them by, and the places that show fields."""
        given = await _given(request)
        form = self.form_of(request.path_params["form"])
        if form is None or given is None:
            return JSONResponse({"gone": True}, 400)
        mask = given.get("mask")
        way = Way(form.id, _lang(given.get("lang"), lang_of(request)), mask if isinstance(mask, bool) else None)
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
        return Response(svg, media_type="image/svg+xml", headers={"cache-control": "private, max-age=600, immutable"})

    async def picture(self, request: Request) -> Response:
        """Return a picture as a record holds it: upright, small, with nothing in it but dots."""
        try:
            content = await self.desk.workers.run(work.photo, await request.body())
        except BiaodanError as error:
            return JSONResponse({"trouble": _sentence(error, lang_of(request))}, 422)
        return JSONResponse({"content": content})

    # --- taken ---

    async def take(self, request: Request) -> Response:
        """Return a record's document in a format, or in several as a zip."""
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        form = self.form_of(row.form) if row else None
        if row is None or form is None:
            return self.missing(request)
        asked = request.query_params
        formats = [one for one in MEDIA if one in asked.get("format", "").split(",")] or ["pdf"]
        purpose, lang = asked.get("purpose", "filled"), _lang(asked.get("lang"), row.lang)
        mask = {"yes": True, "no": False}.get(asked.get("mask", ""))
        way = Way(form.id, lang, mask, purpose == "fillable")
        raw = None if purpose == "blank" else row.raw
        try:
            made = [await self.desk.workers.run(work.made, way, raw, format, seconds=60) for format in formats]
        except BiaodanError as error:
            lines = [fault.text(lang_of(request)) for fault in error.faults]
            return self.desk.page(request, "refused.html", 422, lines=lines, back=f"/records/{row.id}")
        shows_all = mask is False or (mask is None and not form.mask)
        action = "take-unmasked" if shows_all and form.holds_personal_data and raw is not None else "take"
        await run_in_threadpool(self.desk.store.note, who(request), action, row.id, form.id, ",".join(formats))
        stem = _stem(form, row, purpose, lang)
        if len(made) == 1:
            return _file(made[0], f"{stem}.{formats[0]}", MEDIA[formats[0]])
        return _file(_zip({f"{stem}.{f}": content for f, content in zip(formats, made, strict=True)}), f"{stem}.zip")

    async def finish(self, request: Request) -> Response:
        """Make a record final, under a number where its form has a pattern of numbers."""
        given = await _given(request)
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        form = self.form_of(row.form) if row else None
        if row is None or form is None or given is None:
            return JSONResponse({"gone": True}, 400)
        raw = dict(row.raw)
        number = await run_in_threadpool(self._number, form, raw)
        look = await self.desk.workers.run(work.judged, Way(form.id, row.lang), raw, quick=True)
        if not look.is_sound:
            return JSONResponse(_told(look), 422)
        before = await run_in_threadpool(self.desk.store.versions, row.id)
        changes = _changes(before[0].raw if before else {}, raw)
        reason = str(given.get("reason", ""))
        done = await run_in_threadpool(
            self.desk.store.finish,
            row.id,
            given["base"],
            raw,
            changes,
            who(request),
            number,
            reason,
            is_own=_is_own(form),
        )
        if isinstance(done, Conflict):
            return JSONResponse({"conflict": {"by": done.by, "at": done.at, "revision": done.revision}}, 409)
        return JSONResponse({"version": done, "number": number, "revision": given["base"] + 1})

    def _number(self, form: Form, raw: dict[str, Any]) -> str | None:
        """Return the number of a record: its own, else the next one of the form's pattern, which it then has."""
        if not form.identity or form.is_table:
            return None
        own = value_at(raw, form.identity)
        if own:
            return str(own)
        pattern = self.desk.office.configuration.numbers.get(form.id)
        if pattern is None:
            return None
        number = self.desk.store.next_number(form.id, pattern, today(self.desk.office.policy.zone))
        *above, last = form.identity.split("/")[1:]
        inner = raw
        for step in above:
            inner[step] = dict(inner.get(step) or {})
            inner = inner[step]
        inner[last] = number
        return number

    async def history(self, request: Request) -> Response:
        """Return what was made final of a record: who, when, what changed."""
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        form = self.form_of(row.form) if row else None
        if row is None or form is None:
            return self.missing(request)
        await run_in_threadpool(self.desk.store.note, who(request), "view-history", row.id, form.id)
        versions = await run_in_threadpool(self.desk.store.versions, row.id)
        office, lang = self.desk.office, lang_of(request)
        faces = Faces(form, lang, office.policy, Purpose.FILLED, office.configuration.theme)
        told = [(version, changes_shown(faces, version.changes)) for version in versions]
        return self.desk.page(request, "history.html", record=row, title=form.title(lang), versions=told)


def _is_own(form: Form) -> bool:
    """Tell whether the number of a form's papers is each one's own: that of a matter stands on several."""
    spec = form.spec_at(form.identity) if form.identity else None
    return spec is not None and not is_shared(spec)


async def _given(request: Request) -> dict[str, Any] | None:
    """Return the JSON of a request: the values of a record, and the revision that they were made from."""
    given = await json_of(request)
    if not isinstance(given, dict):
        return None
    given.setdefault("values", {})
    given.setdefault("base", 0)
    return given if isinstance(given["values"], dict) and isinstance(given["base"], int) else None


def _lang(given: object, usual: str) -> Lang:
    known: tuple[Lang, ...] = LANGS
    return next((lang for lang in known if lang == given), next((lang for lang in known if lang == usual), "zh-Hans"))


def _told(look: Look) -> dict[str, Any]:
    return {
        "faults": [asdict(fault) for fault in look.faults],
        "missing": [asdict(fault) for fault in look.missing],
        "derived": look.derived,
        "hidden": look.hidden,
        "sound": look.is_sound,
    }


def _sentence(error: object, lang: Lang) -> str:
    if isinstance(error, BiaodanError) and error.faults:
        return error.faults[0].sentence(lang)
    return Words(lang)("trouble")


def _changes(before: Any, now: Any, at: str = "") -> list[list[Any]]:
    """Return the places at which two records differ: pointer, what stood there, what stands there now."""
    if before == now:
        return []
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        keys = dict.fromkeys([*before, *now])
        return [change for key in keys for change in _changes(before.get(key), now.get(key), f"{at}/{key}")]
    if isinstance(before, list) and isinstance(now, list):
        longest = max(len(before), len(now))
        pairs = ((before[n] if n < len(before) else None, now[n] if n < len(now) else None) for n in range(longest))
        return [change for n, pair in enumerate(pairs) for change in _changes(*pair, f"{at}/{n}")]
    return [[at, before, now]]


def _stem(form: Form, row: Any, purpose: str, lang: Lang) -> str:
    parts = [form.id, "" if purpose == "filled" else purpose, safe_name(row.number) if row.number else ""]
    suffix = "" if lang == "zh-Hans" else f".{lang}"
    return "-".join(filter(None, parts)) + suffix


def _file(content: bytes, name: str, media: str = "application/zip") -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media, headers=headers)


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def _page_words(words: Words) -> dict[str, str]:
    return {name: words(name) for name in _PAGE_WORDS}


_PAGE_WORDS: tuple[str, ...] = ("saved", "saving", "offline", "conflict", "missing_count", "sound", "pick", "trouble")
_PAGE_WORDS += ("conflict_short", "conflict_theirs", "conflict_copy", "pages", "rows_full", "change_row")
_PAGE_WORDS += ("login", "logged_out", "logged_out_short", "left_behind", "left_drop")
"""What the page itself says while a record is filled in."""

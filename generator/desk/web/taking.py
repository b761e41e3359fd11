"""Records on the page: taken as documents, made final, and what earlier versions said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from generator.case.filling import is_shared
from generator.catalogue import Form
from generator.compose.faces import Faces
from generator.desk import work
from generator.desk.changes import changes_between, changes_shown
from generator.desk.naming import title_of
from generator.desk.numbering import gaps_of
from generator.desk.office import Way
from generator.desk.store import Conflict
from generator.desk.store.numbering import Series, give
from generator.desk.web.desk import Desk, who
from generator.desk.web.records import Records, conflict, given_of, lang_or, told
from generator.desk.web.trouble import spoken
from generator.desk.web.words import Words, lang_of
from generator.document import Purpose
from generator.epoch import today
from generator.errors import BiaodanError
from generator.files import safe_name
from generator.record import value_at
from generator.wording import DEFAULT_LANG

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_LONGEST_REASON = 200


class Taking:
    """Answers to requests for what comes of a record."""

    def __init__(self, desk: Desk, records: Records) -> None:
        self.desk, self.form_of, self.missing = desk, records.form_of, records.missing

    async def take(self, request: Request) -> Response:
        """Return a record's document in a format, or in several as a zip; as it is now, or was as a version."""
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        form = self.form_of(row.form) if row else None
        version = request.query_params.get("version", "")
        raw = await self._as_of(row, version) if row else None
        if row is None or form is None or raw is None:
            return self.missing(request)
        asked = _asked(request, form, row)
        content = None if asked.is_blank else raw
        try:
            run = self.desk.workers.run
            made = [await run(work.made, asked.way, content, format, seconds=60) for format in asked.formats]
        except BiaodanError as error:
            lines = [spoken(fault, lang_of(request)) for fault in error.faults]
            return self.desk.page(request, "refused.html", 422, lines=lines, back=f"/records/{row.id}")
        action = "take-unmasked" if asked.shows_all(form) else "take"
        detail = ",".join(asked.formats) + (f" · v{version}" if version else "")
        await run_in_threadpool(self.desk.store.note, who(request), action, row.id, form.id, detail)
        return _answer(_stem(form, row, asked, version), dict(zip(asked.formats, made, strict=True)))

    async def _as_of(self, row: Any, version: str) -> dict[str, Any] | None:
        """Return what a record says now, or what it said as a version; None where there is no such version."""
        if not version:
            return dict(row.raw)
        versions = await run_in_threadpool(self.desk.store.versions, row.id)
        return next((dict(one.raw) for one in versions if str(one.version) == version), None)

    # --- made final ---

    async def finish(self, request: Request) -> Response:
        """Make a record final, under a number where its form has a pattern of numbers."""
        given = await given_of(request)
        row = await run_in_threadpool(self.desk.store.record, request.path_params["name"])
        form = self.form_of(row.form) if row else None
        if row is None or form is None or given is None:
            return JSONResponse({"gone": True}, 400)
        if row.revision != given["base"]:
            return conflict(self.desk, Words(lang_of(request)), row.updated_by, row.updated_at, row.revision)
        patterns, day = self.desk.office.numbers.patterns, today(self.desk.office.policy.zone)
        gaps = gaps_of(form, row.raw, patterns)
        raw = gaps.tried(patterns, day) if gaps.places else row.raw
        look = await self.desk.workers.run(work.judged, Way(form.id, lang_of(request)), raw, quick=True)
        if not look.is_sound:  # no number is given out for what isn't made final
            return JSONResponse(told(look), 422)
        if gaps.places:
            raw = gaps.filled({name: await self._numbers(form, name, n, day) for name, n in gaps.counts.items()})
        return await self._finished(request, row, form, raw, _own_number(form, raw), given)

    async def _numbers(self, form: Form, name: str, many: int, day: date) -> list[str]:
        """Give out numbers of a pattern."""
        numbers = self.desk.office.numbers
        forms = [form.id] if name == form.id else [one.id for one in self.desk.office.forms if _gives(one, name)]
        is_identity = name == form.id and form.own_number == form.identity
        series = Series(name, numbers.patterns[name], day, tuple(forms), is_identity)

        def reserve(first: int, wanted: int) -> int:
            return numbers.reserved(name, day, first, wanted)

        return await run_in_threadpool(give, self.desk.store, series, many, reserve)

    async def _finished(
        self, request: Request, row: Any, form: Form, raw: Any, number: str | None, given: Mapping[str, Any]
    ) -> Response:
        before = await run_in_threadpool(self.desk.store.versions, row.id)
        changes = changes_between(before[0].raw if before else {}, raw)
        reason = str(given.get("reason", "")).strip()[:_LONGEST_REASON]
        how = (raw, changes, who(request), number, reason)
        more: dict[str, Any] = {"is_own": _is_own(form), "title": title_of(form, raw)}
        done = await run_in_threadpool(self.desk.store.finish, row.id, given["base"], *how, **more)
        if isinstance(done, Conflict):
            return conflict(self.desk, Words(lang_of(request)), done.by, done.at, done.revision)
        return JSONResponse({"version": done, "number": number, "revision": given["base"] + 1})

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


def _own_number(form: Form, raw: Mapping[str, Any]) -> str | None:
    own = value_at(raw, form.identity) if form.identity and not form.is_table else None
    return str(own) if own else None


def _gives(form: Form, name: str) -> bool:
    return form.given_number is not None and form.given_number.key == name


@dataclass(frozen=True)
class _Asked:
    """How a record is taken."""

    way: Way
    formats: tuple[str, ...]
    purpose: str

    @property
    def is_blank(self) -> bool:
        return self.purpose == "blank"

    def shows_all(self, form: Form) -> bool:
        """Tell whether personal data stand in it as they are."""
        masks = form.mask if self.way.mask is None else self.way.mask
        return form.holds_personal_data and not masks and not self.is_blank


def _asked(request: Request, form: Form, row: Any) -> _Asked:
    given = request.query_params
    formats = tuple(one for one in MEDIA if one in given.get("format", "").split(",")) or ("pdf",)
    purpose = next((one for one in ("blank", "fillable") if one == given.get("purpose")), "filled")
    mask = {"yes": True, "no": False}.get(given.get("mask", ""))
    way = Way(form.id, lang_or(given.get("lang"), row.lang), mask, purpose == "fillable")
    return _Asked(way, formats, purpose)


def _stem(form: Form, row: Any, asked: _Asked, version: str) -> str:
    number = safe_name(row.number) if row.number else ""
    parts = [form.id, "" if asked.purpose == "filled" else asked.purpose, number, f"v{version}" if version else ""]
    return "-".join(filter(None, parts)) + ("" if asked.way.lang == DEFAULT_LANG else f".{asked.way.lang}")


def _answer(stem: str, made: Mapping[str, bytes]) -> Response:
    if len(made) > 1:
        return _file(_zip({f"{stem}.{format}": content for format, content in made.items()}), f"{stem}.zip")
    format, content = next(iter(made.items()))
    return _file(content, f"{stem}.{format}", MEDIA[format])


def _file(content: bytes, name: str, media: str = "application/zip") -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media, headers=headers)


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()

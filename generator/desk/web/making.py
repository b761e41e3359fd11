"""What comes of a list that was given: its register, a document of each of its rows, what is to be put right."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from generator.catalogue import Form
from generator.desk.giving import making
from generator.desk.giving.listing import GAPS, SOUND, WRONG
from generator.desk.giving.tray import Entry, Making
from generator.desk.office import Way
from generator.desk.web.desk import who
from generator.desk.web.failing import tell
from generator.desk.web.giving import Giving
from generator.desk.web.searching import fields_of
from generator.desk.web.taking import MEDIA
from generator.desk.web.trouble import spoken
from generator.desk.web.words import lang_of
from generator.errors import BiaodanError, Fault
from generator.wording import LANGS, Lang

AT_ONCE = 5
"""Rows of which a process makes the documents in one go: whoever types meanwhile waits for no more."""

_SECONDS, _REGISTER_SECONDS = 120.0, 60.0
_CSV = "text/csv; charset=utf-8"


class Makings:
    """Answers to requests for what comes of lists."""

    def __init__(self, giving: Giving) -> None:
        self.giving, self.desk, self.tray = giving, giving.desk, giving.tray
        self.turn = asyncio.Semaphore(1)
        """One list after the other: the rest of the processes are for whoever fills in forms."""

    def _ready(self, request: Request) -> tuple[Entry | None, Form | None]:
        """Return the list that a request is about and its form, where its rows can be used."""
        entry = self.giving.entry_of(request)
        if entry is None or entry.is_done or entry.listed is None or entry.listed.is_stopped:
            return None, None
        return entry, self.giving.form_of(entry.form)

    async def register(self, request: Request) -> Response:
        """Return the register of a list's sound rows in a format."""
        entry, form = self._ready(request)
        format = request.query_params.get("format", "")
        if entry is None or form is None or not form.is_table or format not in MEDIA:
            return self.giving.missing(request)
        way = _way(form, request.query_params.get("lang", ""), lang_of(request), masks="mask" in request.query_params)
        try:
            content = await self.desk.workers.run(
                making.register, way, str(entry.folder), format, seconds=_REGISTER_SECONDS
            )
        except BiaodanError as error:
            lines = [spoken(fault, lang_of(request)) for fault in error.faults[:50]]
            return self.desk.page(request, "refused.html", 422, lines=lines, back=f"/give/{entry.id}")
        await self._note(request, way, form, format)
        return _file(content, f"{form.id}.{format}", MEDIA[format])

    async def _note(self, request: Request, way: Way, form: Form, detail: str) -> None:
        action = "take-unmasked" if not way.mask and form.holds_personal_data else "take"
        await run_in_threadpool(self.desk.store.note, who(request), action, "", form.id, detail)

    async def left(self, request: Request) -> Response:
        """Return a list's rows that are to be put right, as a list."""
        entry, form = self._ready(request)
        if entry is None or form is None:
            return self.giving.missing(request)
        which = GAPS if request.query_params.get("which") == GAPS else WRONG
        format = request.query_params.get("format", "")
        format = format if format in making.LEFTOVERS else next(iter(making.LEFTOVERS))
        content = await self.desk.workers.run(making.leftover, str(entry.folder), which, lang_of(request), format)
        await run_in_threadpool(self.desk.store.note, who(request), "take-rows", "", form.id, f"{which} {format}")
        return _file(content, f"{entry.path.stem}-{which}.{format}", MEDIA.get(format, _CSV))

    # --- a document each ---

    async def begin(self, request: Request) -> Response:
        """Begin to make a document of each of a list's sound rows; return how far that is."""
        entry, form = self._ready(request)
        if entry is None or form is None or form.is_table:
            return self.giving.missing(request)
        fields = await fields_of(request)
        formats = tuple(format for format in MEDIA if format in fields) or ("pdf",)
        way = _way(form, fields.get("lang", ""), lang_of(request), masks="mask" in fields)
        if entry.making is None or entry.making.is_over:
            assert entry.listed is not None
            entry.making = Making(entry.listed.counts.get(SOUND, 0), formats)
            await self._note(request, way, form, f"{entry.making.total} {','.join(formats)}")
            entry.making.task = asyncio.create_task(self._make(entry, entry.making, way))
        return self._progress(request, entry)

    async def _make(self, entry: Entry, job: Making, way: Way) -> None:
        try:
            async with self.turn:
                await run_in_threadpool(_cleared, entry.folder)
                for first in range(0, job.total, AT_ONCE):
                    given = (way, str(entry.folder), first, AT_ONCE, job.formats)
                    job.failed += await self.desk.workers.run(making.documents, *given, seconds=_SECONDS)
                    job.done = min(job.total, first + AT_ONCE)
                job.files = await self.desk.workers.run(making.zipped, str(entry.folder), seconds=_SECONDS)
        except BiaodanError as error:
            job.trouble = error.faults[0]
        except Exception as error:  # its message may hold a value
            tell(error)
            job.trouble = Fault("E-worker-died")
        finally:
            job.is_over = True

    async def progress(self, request: Request) -> Response:
        """Return how far the documents of a list are."""
        entry = self.giving.entry_of(request)
        if entry is None or entry.making is None:
            return self.giving.missing(request)
        return self._progress(request, entry)

    def _progress(self, request: Request, entry: Entry) -> Response:
        lang, job = lang_of(request), entry.making
        assert job is not None
        failed = list(making.failures(entry.folder)) if job.is_over else []
        trouble = job.trouble.sentence(lang) if job.trouble else ""
        ready = (entry.folder / "out.zip").exists()
        return self.desk.page(
            request, "list_progress.html", entry=entry, job=job, failed=failed, trouble=trouble, ready=ready
        )

    async def fetch(self, request: Request) -> Response:
        """Return the documents of a list as a zip, once: it is removed when it has been fetched."""
        entry, form = self._ready(request)
        archive = entry.folder / "out.zip" if entry else Path()
        if entry is None or form is None or not archive.is_file() or not (entry.making and entry.making.is_over):
            return self.giving.missing(request)
        sent = archive.with_name("sent.zip")
        archive.rename(sent)
        headers = {"content-disposition": _attachment(f"{form.id}.zip")}
        gone = BackgroundTask(sent.unlink, missing_ok=True)
        return FileResponse(sent, media_type="application/zip", headers=headers, background=gone)


def _cleared(folder: Path) -> None:
    """Remove what an earlier run has left."""
    for left in [folder / "out.zip", folder / "sent.zip", folder / making.FAILED, *_within(folder / "out")]:
        left.unlink(missing_ok=True)


def _within(folder: Path) -> Sequence[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _way(form: Form, lang: str, usual: Lang, *, masks: bool) -> Way:
    return Way(form.id, next((one for one in LANGS if one == lang), usual), masks)


def _file(content: bytes, name: str, media: str) -> Response:
    return Response(content, media_type=media, headers={"content-disposition": _attachment(name)})


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"

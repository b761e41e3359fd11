"""Files that are given to the desk: taken as they come, told what they are, put right, taken in."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from generator.catalogue import Form
from generator.desk.giving import listing
from generator.desk.giving.drafting import mark_of
from generator.desk.giving.listing import GAPS, SOUND, Listed
from generator.desk.giving.looking import LARGEST, TAKEN, Looked, looked
from generator.desk.giving.matching import Wanted
from generator.desk.giving.tray import Entry, Tray
from generator.desk.giving.unlocking import unlocked
from generator.desk.naming import title_of
from generator.desk.store import taken
from generator.desk.store.taken import Given, Register, Took
from generator.desk.web.desk import Desk, who
from generator.desk.web.searching import fields_of
from generator.desk.web.trouble import spoken
from generator.desk.web.words import lang_of
from generator.errors import BiaodanError, Fault, MachineError, Place
from generator.kinds.raw import fold
from generator.records.proposing import targets_of
from generator.wording import LANGS

NAME_HEADER = "x-file-name"
MOST_ON_PAGE = 300
"""Rows of a register that is filled in on the page."""

_SECONDS = 60.0
"""What looking at a file may take, or judging its rows."""

_REGISTERS = 20
_LONGEST = 300


class Giving:
    """Answers to requests about files that are given."""

    def __init__(self, desk: Desk, tray: Tray) -> None:
        self.desk, self.tray = desk, tray

    def form_of(self, name: str) -> Form | None:
        """Return a form by its id."""
        return next((form for form in self.desk.office.forms if form.id == name), None)

    def entry_of(self, request: Request) -> Entry | None:
        """Return the file that a request is about, if it is one of who asks."""
        return self.tray.entry(who(request), request.path_params["name"])

    def missing(self, request: Request) -> Response:
        """Return the page that says that there is nothing of that name."""
        return self.desk.page(request, "missing.html", 404)

    # --- given ---

    async def page(self, request: Request) -> Response:
        """Return the page where files are chosen, with what became of those that were given."""
        lang = lang_of(request)
        entries = self.tray.of(who(request))
        titles = {form.id: form.title(lang) for form in self.desk.office.forms}
        lines = {entry.id: [fault.sentence(lang) for fault in _stopping(entry)] for entry in entries}
        endings = ",".join(TAKEN)
        return self.desk.page(request, "give.html", entries=entries, titles=titles, lines=lines, endings=endings)

    async def give(self, request: Request) -> Response:
        """Take a file, the body of the request, and say what it is."""
        entry = self.tray.new(who(request), unquote(request.headers.get(NAME_HEADER, ""))[:1000])
        try:
            fits = await _written(request, entry)
        except ClientDisconnect:
            self.tray.drop(entry)
            return Response(status_code=400)
        if not fits or await run_in_threadpool(_is_full, self.tray):
            entry.looked = Looked(faults=(_too_much(fits=fits),))
        else:
            await self._look_and_keep(request, entry)
        if not entry.looked.is_list and not entry.is_locked:
            await run_in_threadpool(self.tray.clear, entry)
        return JSONResponse({"id": entry.id, "list": entry.looked.is_list})

    async def unlock(self, request: Request) -> Response:
        """Open a file that waits for its password; a password that doesn't fit is told."""
        entry, lang = self.entry_of(request), lang_of(request)
        if entry is None or not entry.is_locked:
            return self.missing(request)
        password = (await fields_of(request)).get("password", "")[:_LONGEST]
        async with entry.lock:
            try:
                await self.desk.workers.run(unlocked, str(entry.path), password, seconds=_SECONDS)
            except BiaodanError as error:
                return HTMLResponse(escape(error.faults[0].sentence(lang)))
            await self._look_and_keep(request, entry)
        if not entry.looked.is_list:
            await run_in_threadpool(self.tray.clear, entry)
        address = f"/give/{entry.id}" if entry.looked.is_list else "/give"
        return Response(status_code=204, headers={"hx-redirect": address})

    async def _look_and_keep(self, request: Request, entry: Entry) -> None:
        await self._look(entry)
        if entry.looked.given is not None:
            await self._keep(request, entry, entry.looked.given)

    async def _look(self, entry: Entry) -> None:
        try:
            entry.looked = await self.desk.workers.run(looked, str(entry.path), entry.sheet, seconds=_SECONDS)
        except MachineError as error:
            entry.looked = Looked(faults=error.faults)
        entry.form = entry.looked.form or next(iter(entry.looked.fits), "")

    async def _keep(self, request: Request, entry: Entry, given: Given) -> None:
        """Put in the draft of a filled document, unless the desk has it already."""
        form = self.form_of(entry.form)
        assert form is not None
        took = await self._taken_in(request, entry, form, [given])
        if 0 in took.known and not took.known[0].same:  # another paper of the same number is a paper all the same
            entry.twin = took.known[0].record
            alone = Given(given.raw, mark_of("", given.content, 0), given.content, title=given.title)
            took = await self._taken_in(request, entry, form, [alone])
        entry.record = took.new.get(0, "")
        entry.known = took.known[0].record if 0 in took.known else ""
        entry.twin = "" if entry.known else entry.twin

    async def _taken_in(self, request: Request, entry: Entry, form: Form, given: Sequence[Given]) -> Took:
        identity = "" if form.is_table else form.identity
        lang = next((lang for lang in LANGS if lang == entry.looked.lang), lang_of(request))
        store, by = self.desk.store, who(request)
        took = await run_in_threadpool(taken.take_in, store, form.id, identity, lang, by, entry.name, given)
        if took.new:
            only = next(iter(took.new.values())) if len(took.new) == 1 else ""
            await run_in_threadpool(store.note, by, "give", only, form.id, str(len(took.new)))
        return took

    # --- lists ---

    async def show(self, request: Request) -> Response:
        """Return the page of a list that was given."""
        entry = self.entry_of(request)
        if entry is None:
            return self.missing(request)
        if not entry.looked.is_list or entry.is_done:
            return RedirectResponse("/give", 303)
        async with entry.lock:
            if entry.listed is None and entry.form:
                await self._judge(entry)
        return await self._page_of(request, entry, "list.html")

    async def change(self, request: Request) -> Response:
        """Read a list anew, as another form, of another sheet, or with its columns put right, which is remembered."""
        entry = self.entry_of(request)
        if entry is None or entry.is_done:
            return self.missing(request)
        fields = await fields_of(request)
        async with entry.lock:
            if fields.get("sheet", entry.sheet) != entry.sheet:
                entry.sheet = fields["sheet"][:_LONGEST]
                sheets = entry.looked.sheets
                await self._look(entry)
                entry.looked = replace(entry.looked, sheets=sheets)
            elif self.form_of(fields.get("form", "")) and fields["form"] != entry.form:
                entry.form, entry.said = fields["form"], {}
            else:
                await self._put_right(entry, fields)
            entry.took = None
            await self._judge(entry)
        return await self._page_of(request, entry, "list_body.html")

    async def _put_right(self, entry: Entry, fields: dict[str, str]) -> None:
        """Keep what was said of a list's columns and values where that isn't as it was."""
        year = fields.get("year", "")
        entry.year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) >= 1000 else None
        if entry.listed is None:
            return
        found = entry.listed.found
        said: dict[str, str] = {}
        forgotten: set[str] = set()
        for at, column in enumerate(found.columns):
            pointer = fields.get(f"c{at}", column.pointer)[:_LONGEST]
            if pointer != column.pointer:
                forgotten |= {fold(one.name) for one in found.columns if pointer and one.pointer == pointer}
                said[fold(column.name)] = pointer
        for at, value in enumerate(found.values):
            choice = fields.get(f"v{at}", value.choice)
            if choice != value.choice and choice in ("", *value.choices):
                said[value.name] = choice
        entry.said = {name: one for name, one in entry.said.items() if name not in forgotten} | said
        kept = {name: one for name, one in said.items() if len(name) <= _LONGEST}
        if kept:
            await run_in_threadpool(taken.remember, self.desk.store, entry.form, kept, forgotten - kept.keys())

    async def _judge(self, entry: Entry) -> None:
        form = self.form_of(entry.form)
        if form is None or not entry.looked.names:
            entry.listed = Listed(entry.form, faults=entry.looked.faults)
            return
        known = await run_in_threadpool(taken.matches, self.desk.store, form.id)
        said, letters = {**known, **entry.said}, entry.looked.letters
        wanted = Wanted(form.id, entry.sheet, said, entry.year, bool(entry.looked.form), letters)
        path, names = str(entry.path), entry.looked.names
        try:
            entry.listed = await self.desk.workers.run(listing.listed, path, names, wanted, seconds=2 * _SECONDS)
        except MachineError as error:
            entry.listed = Listed(form.id, faults=error.faults)
        entry.same, entry.differing = 0, 0
        if not entry.listed.is_stopped:
            await run_in_threadpool(self._count_known, entry, form)

    def _count_known(self, entry: Entry, form: Form) -> None:
        identity = "" if form.is_table else form.identity
        given = listing.given(entry.folder, [SOUND, GAPS])
        known = taken.known_of(self.desk.store, form.id, identity, given)
        entry.same = sum(one.same for one in known.values())
        entry.differing = len(known) - entry.same

    async def _page_of(self, request: Request, entry: Entry, template: str) -> Response:
        lang, form = lang_of(request), self.form_of(entry.form)
        told = entry.listed or Listed(faults=entry.looked.faults)
        targets: list[tuple[str, str]] = []
        registers: Sequence[Any] = ()
        if form is not None:
            targets = [(target.spec.pointer, target.name) for target in targets_of(form, lang)]
            if form.is_table:
                store = self.desk.store
                registers = await run_in_threadpool(store.listed, form=form.id, status="draft", limit=_REGISTERS)
        fits = [one for name in entry.looked.fits if (one := self.form_of(name))]
        others = [one for one in self.desk.office.forms if one not in fits]
        return self.desk.page(
            request,
            template,
            entry=entry,
            form=form,
            told=told,
            targets=targets,
            registers=registers,
            fits=[(one.id, one.title(lang)) for one in fits],
            others=[(one.id, one.title(lang)) for one in others],
            lines=[
                spoken(replace(fault, place=replace(fault.place, file="", pointer="")), lang) for fault in told.faults
            ],
            gaps=[(_title(one.fault.place.titles, lang), one.fault.sentence(lang), one) for one in told.gaps],
            wrong=[
                (one.row, _title(one.column, lang), one.value, one.fault.sentence(lang), one.fault.is_warning)
                for one in told.wrong
            ],
            drafts=told.counts.get(SOUND, 0) + told.counts.get(GAPS, 0),
            most=MOST_ON_PAGE,
        )

    async def take(self, request: Request) -> Response:
        """Take in a list's good rows: a draft each, or the rows of a register's draft."""
        entry = self.entry_of(request)
        form = self.form_of(entry.form) if entry else None
        if entry is None or entry.is_done or form is None or entry.listed is None or entry.listed.is_stopped:
            return self.missing(request)
        fields = await fields_of(request)
        async with entry.lock:
            given = await run_in_threadpool(listing.given, entry.folder, [SOUND, GAPS])
            if form.is_table:
                took = await self._into_register(request, entry, form, given, fields.get("register", ""))
            else:
                took = await self._taken_in(request, entry, form, given)
            if took is not None:
                entry.took = len(took.new)
                entry.record = next(iter(took.new.values()), "") if form.is_table else ""
                await run_in_threadpool(self._count_known, entry, form)
        differing = [given[place].row for place, one in took.known.items() if not one.same] if took else []
        return self.desk.page(
            request,
            "list_taken.html",
            entry=entry,
            form=form,
            took=took,
            trouble=took is None,
            most=MOST_ON_PAGE,
            differing=differing[:50],
            told=entry.listed,
            same=sum(one.same for one in took.known.values()) if took else 0,
        )

    async def _into_register(
        self, request: Request, entry: Entry, form: Form, given: Sequence[Given], name: str
    ) -> Took | None:
        head = await run_in_threadpool(listing.head_of, entry.folder)
        lang = lang_of(request)
        title = title_of(form, head) or entry.name
        register = Register(form.id, lang, form.rows.key, title, MOST_ON_PAGE, name, head)
        store, by = self.desk.store, who(request)
        took = await run_in_threadpool(taken.put_rows, store, register, by, entry.name, given)
        if took is not None and took.new:
            await run_in_threadpool(store.note, by, "give", next(iter(took.new.values())), form.id, str(len(took.new)))
        return took

    async def drop(self, request: Request) -> Response:
        """Put a file away."""
        entry = self.entry_of(request)
        if entry is not None:
            await run_in_threadpool(self.tray.drop, entry)
        return Response(status_code=204, headers={"hx-redirect": "/give"})


async def _written(request: Request, entry: Entry) -> bool:
    """Write the body of a request as the file of an entry; tell whether it isn't too large."""
    size = 0
    with await asyncio.to_thread(entry.path.open, "wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= LARGEST:
                await asyncio.to_thread(file.write, chunk)
    return size <= LARGEST


def _too_much(*, fits: bool) -> Fault:
    return Fault("E-give-full") if fits else Fault("E-give-large", Place(), {"limit": LARGEST >> 20})


def _is_full(tray: Tray) -> bool:
    return tray.is_full


def _stopping(entry: Entry) -> list[Fault]:
    faults = [fault for fault in entry.looked.faults if not fault.is_warning]
    return faults if not entry.looked.is_list else []


def _title(titles: Mapping[str, str], lang: Any) -> str:
    return Place(titles=titles).text(lang)

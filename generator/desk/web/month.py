"""A month on the page: its summary of the desk's own records or of a file, as the pages of the report."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from generator.casework.ledger import single_forms
from generator.desk import month as worked
from generator.desk import work
from generator.desk.month import Corrections, Figures, Rows
from generator.desk.office import Way
from generator.desk.store import cases as stored
from generator.desk.web.desk import Desk, who
from generator.desk.web.kept import Kept, one_file
from generator.desk.web.reading import Readings
from generator.desk.web.trouble import spoken, trouble
from generator.desk.web.words import Words, lang_of
from generator.epoch import today
from generator.errors import BiaodanError, Fault
from generator.files import safe_name
from generator.wording import DEFAULT_LANG, Lang

FORMATS = ("docx", "xlsx", "pdf")
MOST_KEPT = 24
MOST_GROUPS = 200
"""Documents that one file holds at most."""

MOST_LEFT = 100
"""Matters that aren't counted, each of which the page names."""

SECONDS = 180.0


class Month:
    """Answers to requests about the figures of a period."""

    def __init__(self, desk: Desk, kept: Kept) -> None:
        self.desk, self.kept = desk, kept
        self._read: dict[Lang, Readings[Rows]] = {}
        self._made: OrderedDict[str, tuple[Figures, Lang, str]] = OrderedDict()

    def _readings(self, lang: Lang) -> Readings[Rows]:
        """Return what is read of the desk's records in a language."""
        if lang not in self._read:
            self._read[lang] = Readings(self.desk, partial(worked.read, lang), _failed, single_forms)
        return self._read[lang]

    def _how_far(self, request: Request, lang: Lang) -> Response:
        read = self._read[lang]
        return self.desk.page(request, "month_reads.html", done=read.done, count=read.total)

    async def show(self, request: Request) -> Response:
        """Return the page on which a period is chosen."""
        first = today(self.desk.office.policy.zone).replace(day=1)
        last = (first - timedelta(days=1)).isoformat()[:7]
        return self.desk.page(request, "month.html", period=last)

    async def compute(self, request: Request) -> Response:
        """Work out the figures; return them as pages."""
        lang = lang_of(request)
        async with request.form() as given:
            period, by = str(given.get("period", "")).strip(), str(given.get("by", ""))
            file = given.get("file")
            try:
                if given.get("source") == "file":
                    if not isinstance(file, UploadFile) or not file.filename:
                        return trouble(self.desk, request, [Words(lang)("month.no_file")])
                    how = (period, by, file.filename, await file.read(), _corrections(given))
                    made = await self.desk.workers.run(worked.of_file, lang, *how, seconds=SECONDS)
                else:
                    parts = await self._readings(lang).current()
                    if parts is None:
                        return self._how_far(request, lang)
                    how_own = (period, by, list(parts.values()))
                    made = await self.desk.workers.run(worked.of_desk, lang, *how_own, seconds=SECONDS)
            except BiaodanError as error:
                return trouble(self.desk, request, [spoken(fault, lang) for fault in error.faults[: worked.MOST_TOLD]])
        name = self._keep(made, lang, period)
        titles = await run_in_threadpool(self._titles, [one.at for one in made.left[:MOST_LEFT]], Words(lang))
        pages = await self._pages(made, lang, 0) if made.records else ([], [])
        shown: dict[str, Any] = {"sheets": pages[0], "trouble": pages[1], "left": titles}
        more = {**shown, "formats": FORMATS, "most": MOST_LEFT}
        return self.desk.page(request, "month_made.html", 200, made=made, key=name, **more)

    async def pages(self, request: Request) -> Response:
        """Return the pages of one group of figures that were worked out."""
        found = self._made.get(request.path_params["name"])
        chosen = str((await request.form()).get("group", "0"))
        if found is None or not chosen.isdecimal() or int(chosen) >= len(found[0].records):
            return trouble(self.desk, request, [Words(lang_of(request))("month.gone")])
        sheets, wrong = await self._pages(found[0], found[1], int(chosen))
        return self.desk.page(request, "month_pages.html", sheets=sheets, trouble=wrong)

    async def file(self, request: Request) -> Response:
        """Make the documents of figures that were worked out, of one group or of all, for the page to fetch."""
        given, words = await request.form(), Words(lang_of(request))
        found = self._made.get(request.path_params["name"])
        format, chosen = str(given.get("format", "")), str(given.get("group", ""))
        if found is None or format not in FORMATS:
            return trouble(self.desk, request, [words("month.gone")])
        figures, lang, period = found
        numbers = [int(chosen)] if chosen.isdecimal() else list(range(len(figures.records)))
        if len(numbers) > MOST_GROUPS or any(n >= len(figures.records) for n in numbers):
            return trouble(self.desk, request, [words("month.too_many", limit=MOST_GROUPS)])
        way = Way(figures.form, lang)
        try:
            made = await asyncio.gather(
                *(self.desk.workers.run(work.made, way, figures.records[n], format, seconds=SECONDS) for n in numbers)
            )
        except BiaodanError as error:
            return trouble(self.desk, request, [spoken(fault, words.lang) for fault in error.faults])
        await run_in_threadpool(self.desk.store.note, who(request), "take-month", "", figures.form, format)
        stem = f"{figures.form}-{safe_name(period)}"
        names = self._file_names(figures, numbers, stem, f"{'' if lang == DEFAULT_LANG else f'.{lang}'}.{format}")
        return self.kept.go(request, one_file(dict(zip(names, made, strict=True)), stem))

    def _file_names(self, figures: Figures, numbers: list[int], stem: str, suffix: str) -> list[str]:
        """Return a name for each document, by its group; two groups of one name are told apart."""
        names: list[str] = []
        for n in numbers:
            group = figures.names[n]
            name = f"{stem}-{safe_name(group)}" if group else stem
            names.append(f"{name}{suffix}" if f"{name}{suffix}" not in names else f"{name}-{n + 1}{suffix}")
        return names

    async def _pages(self, figures: Figures, lang: Lang, n: int) -> tuple[list[Any], list[str]]:
        """Return the pages of a record of figures, and what stands in their way."""
        try:
            sheets = await self.desk.workers.run(work.previewed, Way(figures.form, lang), figures.records[n])
        except BiaodanError as error:
            return [], [spoken(fault, lang) for fault in error.faults]
        return [{"name": self.desk.sheets.put(one.svg), "width": one.width, "height": one.height} for one in sheets], []

    def _keep(self, figures: Figures, lang: Lang, period: str) -> str:
        name = secrets.token_urlsafe(16)
        self._made[name] = (figures, lang, period)
        while len(self._made) > MOST_KEPT:
            self._made.popitem(last=False)
        return name

    def _titles(self, names: list[str], words: Words) -> dict[str, tuple[str, str]]:
        """Return where the page of a record or case is, and what it is called, by its id."""
        found = {}
        for name in names:
            row = self.desk.store.record(name)
            if row is not None:
                found[name] = (f"/records/{name}", self._called(row, words))
            elif (case := stored.case_of(self.desk.store, name)) is not None:
                begun = words("case.begun", day=self.desk.at(case.created_at, "day"))
                found[name] = (f"/cases/{name}", stored.title_of(self.desk.store, name) or begun)
        return found

    def _called(self, row: Any, words: Words) -> str:
        """Return a record's form and what it is called."""
        form = next((form.title(words.lang) for form in self.desk.office.forms if form.id == row.form), row.form)
        return f"{form} · {self.desk.called(row, words)}"


def _corrections(given: FormData) -> Corrections | None:
    """Return what was put right of a matching; None where the page wasn't asked to go by it."""
    if not given.get("again"):
        return None

    def told(name: str) -> list[str]:
        return list(map(str, given.getlist(name)))

    columns = dict(zip(told("theirs"), told("ours"), strict=False))
    words = zip(told("word_of"), told("word"), strict=False)
    return columns, dict(zip(words, told("word_means"), strict=False))


def _failed(faults: Sequence[Fault]) -> Rows:
    return Rows(faults=faults)

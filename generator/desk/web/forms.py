"""The catalogue on the page: forms by stage of the work, as pictures of their pages, found by what they are called."""

from collections.abc import Iterator, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from generator.catalogue import GROUPS, Form
from generator.catalogue.calling import initials
from generator.desk import work
from generator.desk.broken import Broken, broken
from generator.desk.office import Way
from generator.desk.web.desk import Desk
from generator.desk.web.words import Words, lang_of
from generator.errors import BiaodanError, MachineError
from generator.kinds.raw import fold
from generator.wording import LANGS, Lang, choose, simplified

PICTURE = 240
"""Dots that a picture of a form is wide."""

RECENT = 12


class Forms:
    """Answers to requests about forms."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._broken: dict[Lang, list[Broken]] = {}

    async def home(self, request: Request) -> Response:
        """Return the first page: what was worked on last, and the catalogue."""
        recent = await run_in_threadpool(self.desk.store.listed, limit=RECENT)
        lang = lang_of(request)
        titles = {form.id: form.title(lang) for form in self.desk.office.forms}
        stages = list(_stages(self.desk.office.forms, lang, await self._faulty(lang)))
        return self.desk.page(request, "home.html", stages=stages, recent=recent, titles=titles)

    async def _faulty(self, lang: Lang) -> list[Broken]:
        """Return the user's own forms that are faulty; none where they can't be looked at in time."""
        if lang not in self._broken and self.desk.office.catalogue.own_paths():
            try:
                self._broken[lang] = await self.desk.workers.run(broken, lang)
            except MachineError:
                return []
        return self._broken.get(lang, [])

    async def search(self, request: Request) -> Response:
        """Return the forms that what was typed may mean, by POST: somebody may look for a customer here."""
        lang = lang_of(request)
        typed = (await request.form()).get("q", "")
        words = typed if isinstance(typed, str) else ""
        found = [form for form in self.desk.office.forms if _means(words, form)]
        return self.desk.page(request, "forms.html", stages=list(_stages(found, lang)), words=words)

    async def show(self, request: Request) -> Response:
        """Return a form's page: its picture, its records, what to do with it."""
        name = request.path_params["form"]
        form = next((one for one in self.desk.office.forms if one.id == name), None)
        if form is None:
            return self.desk.page(request, "missing.html", 404)
        records = await run_in_threadpool(self.desk.store.listed, form=form.id)
        lang = lang_of(request)
        hint = choose(form.hints, lang) if form.hints else ""
        return self.desk.page(request, "form.html", form=form, title=form.title(lang), records=records, hint=hint)

    async def picture(self, request: Request) -> Response:
        """Return a form's first page as a small picture."""
        name, lang = request.path_params["form"], lang_of(request)
        known = self.desk.pictures.get((name, lang))
        if known is None:
            if not any(form.id == name for form in self.desk.office.forms):
                return Response(status_code=404)
            try:
                known = await self.desk.workers.run(work.pictured, Way(name, lang), PICTURE, seconds=30)
            except BiaodanError:
                return Response(status_code=404)
            self.desk.pictures[name, lang] = known
        return Response(known, media_type="image/png", headers={"cache-control": "private, max-age=3600"})


def _stages(forms: Sequence[Form], lang: Lang, faulty: Sequence[Broken] = ()) -> Iterator[dict[str, Any]]:
    """Yield the stages of the work that have forms, in their order; beneath them what is faulty."""
    words = Words(lang)
    for group in (*GROUPS, ""):
        mine = [form for form in forms if _is_of(form.group, group)]
        wrong = [one for one in faulty if _is_of(one.group, group)]
        if mine or wrong:
            shown = [{"id": form.id, "title": form.title(lang), "number": form.number} for form in mine]
            yield {"title": words(f"stage.{group or 'own'}"), "forms": shown, "faulty": wrong}


def _is_of(own: str, group: str) -> bool:
    return own == group or (not group and own not in GROUPS)


def _means(words: str, form: Form) -> bool:
    """Tell whether words may mean a form: part of its title in any language, id, number, or of its initials."""
    wanted = simplified(fold(words)).replace(" ", "")
    if not wanted:
        return True
    names = [form.id, form.number, *(choose(form.titles, lang) for lang in LANGS)]
    folded = [simplified(fold(name)).replace(" ", "") for name in names if name]
    return any(wanted in name for name in folded) or wanted in initials(form.title("zh-Hans"))

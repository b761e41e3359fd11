"""All that a desk's pages work with, and how they are shown."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from generator import resources
from generator.desk.naming import called
from generator.desk.office import Office
from generator.desk.pool import Workers
from generator.desk.store import Store
from generator.desk.web.access import ALONE, is_alone, rank, role_of
from generator.desk.web.words import Words, lang_of
from generator.wording import LANGS

MOST_SHEETS = 96 << 20
"""Bytes of pages that are kept for browsers to fetch."""


class Sheets:
    """Pages that browsers are about to fetch, by the sum of their bytes; the oldest go first."""

    def __init__(self, most: int = MOST_SHEETS) -> None:
        self.most, self.held = most, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def put(self, svg: bytes) -> str:
        """Keep a page; return its name."""
        name = sha256(svg).hexdigest()[:32]
        if name not in self._kept:
            self.held += len(svg)
            while self.held > self.most and self._kept:
                self.held -= len(self._kept.popitem(last=False)[1])
        self._kept[name] = svg
        self._kept.move_to_end(name)
        return name

    def get(self, name: str) -> bytes | None:
        """Return a page by its name, if it is still kept."""
        return self._kept.get(name)


@dataclass
class Desk:
    """A desk: its settings and forms, its store, the processes that work for it."""

    office: Office
    store: Store
    workers: Workers
    sheets: Sheets = field(default_factory=Sheets)
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @cached_property
    def environment(self) -> Environment:
        """Return what makes pages of templates."""
        folder = resources.templates() / "desk"
        return Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)

    def at(self, moment: str, to: str = "minutes") -> str:
        """Return a moment of the store in the office's time zone, to the day, minute or second."""
        return datetime.fromisoformat(moment).astimezone(self.office.policy.zone).strftime(_SHOWN[to])

    def called(self, row: Any, words: Words) -> str:
        """Return what a record is called in a list beside its form's title: when it was begun, if it says no more."""
        form = next((form for form in self.office.forms if form.id == row.form), None)
        number = row.number if row.status == "final" else None
        return called(form, row.title, number) or words("begun", day=self.at(row.created_at, "day"))

    def page(self, request: Request, name: str, status: int = 200, **given: Any) -> HTMLResponse:
        """Return a page of a template."""
        lang = lang_of(request)
        words = Words(lang)
        shared: Mapping[str, Any] = {
            "w": words,
            "lang": lang,
            "langs": LANGS,
            "office": self.office.configuration.profile.name(lang),
            "token": request.scope["desk_token"],
            "who": who(request),
            "path": request.url.path,
            "alone": is_alone(request),
            "at": self.at,
            "called": lambda row: self.called(row, words),
            "by": lambda name: by(name, words),
            "may": lambda role: rank(role_of(request)) >= rank(role),
        }
        return HTMLResponse(self.environment.get_template(name).render({**shared, **given}), status)


_SHOWN = {"day": "%Y-%m-%d", "minutes": "%Y-%m-%d %H:%M", "seconds": "%Y-%m-%d %H:%M:%S"}
"""How moments are written on pages."""


def who(request: Request) -> str:
    """Return who asks: the name of the user, or of the desk where it has no users."""
    return str(request.scope.get("user_name", ""))


def by(name: str, words: Words) -> str:
    """Return whose name it is in words: a desk without users writes down what it is itself called."""
    return words("on_this") if name == ALONE.name else name


def as_json(value: Any) -> str:
    """Return a value as JSON that may stand in a page."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

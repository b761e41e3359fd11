"""A draft of a form: its schema, and what is to be told of how it came about."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.errors import Fault, Place, quoted
from generator.strict_json import written
from generator.wording import LANGS, phrase

Schema = dict[str, Any]

STANDARD = "https://json-schema.org/draft/2020-12/schema"
FORM_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass
class Draft:
    """A form's title, pages and fields, as far as a source says them; the report tells what was guessed or lost."""

    title: str
    properties: Schema
    required: list[str] = field(default_factory=list)
    meta: Schema = field(default_factory=dict)
    extra: Schema = field(default_factory=dict)
    """Keywords that stand beside the fields: rules, descriptions, titles in other languages."""

    report: list[Fault] = field(default_factory=list)
    form_id: str = ""
    """What the source itself calls the form."""

    is_list: bool = False
    """Whether the source holds rows that the form must take."""

    sheet: str = ""
    """Which sheet is to be named to read the list again, where that must be."""

    kept: Schema | None = None
    """The schema of others that is the form as it stands, where our dialect can't hold all of it."""

    def schema(self, form_id: str, title: str = "") -> Schema:
        """Return the schema of the form."""
        if self.kept is not None:
            return {"$schema": STANDARD, **self.kept, "title": title or self.title or form_id}
        made: Schema = {"$schema": STANDARD, "title": title or self.title or form_id}
        extra = {k: v for k, v in self.extra.items() if not (title and k == "x-title")}
        made |= {k: extra.pop(k) for k in ("x-title", "description", "x-description") if k in extra}
        made |= {"x-form": {"id": form_id, "kind": "form", **self.meta}, "type": "object"}
        if self.required:
            made["required"] = self.required
        return {**made, "properties": self.properties, **extra}


@dataclass(frozen=True)
class Imported:
    """A drafted form as a file holds it, and the report of how it came about."""

    id: str
    schema: Schema
    report: list[Fault]

    @property
    def text(self) -> str:
        """Return the schema as the text of a file."""
        return written(self.schema, 2) + "\n"


@dataclass
class Notes:
    """Gathers the report of an import: each line a fault that warns."""

    file: str
    lines: list[Fault] = field(default_factory=list)

    def place(self, title: str = "", pointer: str = "", row: str = "") -> Place:
        """Return where something stands: in the source, and in the form that is drafted."""
        return Place(self.file, row, dict.fromkeys(LANGS, title) if title else {}, pointer)

    def lost(self, what: str, why: str, *, title: str = "", row: str = "", **figures: object) -> None:
        """Tell of something in the source that the form can't take, and why."""
        reason = said(f"lost.{why}", **figures)
        self.lines.append(Fault("W-import-lost", self.place(title, row=row), {"what": quoted(what), "why": reason}))

    def became(self, what: str, made: str, *, title: str = "", row: str = "", **figures: object) -> None:
        """Tell of something that the form says in another way than the source."""
        as_what = said(f"as.{made}", **figures)
        self.lines.append(Fault("W-import-as", self.place(title, row=row), {"what": quoted(what), "made": as_what}))


def said(key: str, /, **figures: object) -> Mapping[str, str]:
    """Return a phrase of the report by language."""
    return {lang: phrase(f"imported.{key}", lang, "cli").format_map(figures) for lang in LANGS}


def named(titles: Iterable[str]) -> list[Mapping[str, str]]:
    """Return titles as a sentence lists them."""
    return [quoted(title) for title in titles]

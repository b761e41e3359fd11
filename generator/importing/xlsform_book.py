"""The sheets of an XLSForm as rows of texts, by the names of their columns; texts of several languages by language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from generator.errors import Place, RecordError, fail
from generator.records.opened import open_book
from generator.records.workbooks import Sheet
from generator.wording import LANGS, Lang

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
_TRANSLATED = re.compile(r"(label|hint|guidance_hint|constraint_message|required_message|image|audio|video|big-image)")
_MOST_ROWS, _MOST_EMPTY = 20_000, 1_000


@dataclass
class FormRow:
    """A row of a sheet: its number, its texts by column; texts in languages by column, then by the language's name."""

    number: int
    texts: Mapping[str, str]
    spoken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")


@dataclass
class FormBook:
    """An XLSForm: the rows of its sheets, columns that nobody knows, languages in the order in which they come."""

    survey: Sequence[FormRow]
    choices: Sequence[FormRow]
    settings: Mapping[str, str]
    languages: Sequence[str]
    other_sheets: Sequence[str]
    columns: Sequence[str]


_ALIASES = {
    "relevance": "relevant",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "image": "media::image",
    "audio": "media::audio",
    "video": "media::video",
    "big_image": "media::big-image",
    "list name": "list_name",
    "repeat_count": "repeat_count",
    "count": "repeat_count",
    "read_only": "readonly",
    "read only": "readonly",
    "calculate": "calculation",
    "bind::relevant": "relevant",
    "bind:relevant": "relevant",
    "bind::required": "required",
    "bind:required": "required",
    "bind::constraint": "constraint",
    "bind:constraint": "constraint",
    "bind::readonly": "readonly",
    "bind:readonly": "readonly",
    "bind::calculate": "calculation",
    "bind:calculate": "calculation",
    "bind::type": "bind_type",
    "bind:type": "bind_type",
    "bind::jr:constraintmsg": "constraint_message",
    "bind:jr:constraintmsg": "constraint_message",
    "control::appearance": "appearance",
    "control:appearance": "appearance",
    "constraint message": "constraint_message",
    "constraintmsg": "constraint_message",
    "required message": "required_message",
    "list_name": "list_name",
    "form title": "form_title",
    "form id": "form_id",
    "id_string": "form_id",
}


def read_book(path: Path, password: str = "") -> FormBook:
    """Return an XLSForm's sheets.

    Raises RecordError (E-import-xlsform) where there is no sheet `survey` with types, and as `open_book` does.
    """
    book = open_book(path, password)
    sheets = {sheet.name.strip().casefold(): sheet for sheet in book.sheets}
    if SURVEY not in sheets:
        raise fail(RecordError, "E-import-xlsform", Place(path.name))
    survey, columns = _rows(sheets[SURVEY])
    if "type" not in columns:
        raise fail(RecordError, "E-import-xlsform", Place(path.name))
    choices, _ = _rows(sheets[CHOICES]) if CHOICES in sheets else _old_choices(sheets)
    settings, _ = _rows(sheets[SETTINGS]) if SETTINGS in sheets else ([], [])
    languages = dict.fromkeys(
        language for row in (*survey, *choices) for texts in row.spoken.values() for language in texts
    )
    others = [
        s.name for name, s in sheets.items() if name not in (SURVEY, CHOICES, SETTINGS) and any(True for _ in s.rows())
    ]
    return FormBook(survey, choices, settings[0].texts if settings else {}, list(languages), others, columns)


def _old_choices(sheets: Mapping[str, Sheet]) -> tuple[list[FormRow], list[str]]:
    name = next((name for name in ("choices and columns", "choices_and_columns", "columns") if name in sheets), "")
    return _rows(sheets[name]) if name else ([], [])


def is_xlsform(path: Path, password: str = "") -> bool:
    """Tell whether a workbook is an XLSForm: it has a sheet `survey` whose first row names types."""
    try:
        book = open_book(path, password)
        survey = next((sheet for sheet in book.sheets if sheet.name.strip().casefold() == SURVEY), None)
        first = next((row for row in survey.rows() if any(map(_text, row.cells))), None) if survey else None
    except RecordError:
        return False
    return first is not None and "type" in (_column(_text(cell))[0] for cell in first.cells)


def _rows(sheet: Sheet) -> tuple[list[FormRow], list[str]]:
    names: list[tuple[str, str]] = []
    made: list[FormRow] = []
    empty = 0
    for row in sheet.rows():
        cells = [_text(cell) for cell in row.cells]
        empty = 0 if any(cells) else empty + 1
        if empty > _MOST_EMPTY:
            break
        if empty:
            continue
        if not names:
            names = [_column(cell) for cell in cells]
            continue
        texts: dict[str, str] = {}
        spoken: dict[str, dict[str, str]] = {}
        for (name, language), cell in zip(names, cells, strict=False):
            if not name or not cell:
                continue
            if language or _TRANSLATED.fullmatch(name):
                spoken.setdefault(name, {}).setdefault(language, cell)
            texts.setdefault(name, cell)
        made.append(FormRow(row.number, texts, spoken))
        if len(made) >= _MOST_ROWS:
            break
    return made, [name for name, _ in names if name]


def _column(name: str) -> tuple[str, str]:
    """Return a column's name and the language of its texts."""
    plain = " ".join(name.strip().split())
    head, mark, language = plain.partition("::")
    if not mark and plain.casefold().startswith(("label:", "hint:", "constraint_message:", "required_message:")):
        head, _, language = plain.partition(":")
        mark = ":"
    first = head.strip().casefold().replace(" ", "_")
    if mark and first == "media":
        kind, _, language = language.partition("::")
        return f"media::{kind.strip().casefold()}", language.strip()
    if mark and _TRANSLATED.fullmatch(first):
        return first, language.strip()
    lowered = plain.casefold()
    return _ALIASES.get(lowered, _ALIASES.get(first, first) if not mark else lowered), ""


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, (str, int, float)):
        return str(cell).replace("\xa0", " ").strip()
    return ""


# --- languages ---


_CHINESE = re.compile(r"chinese|中文|汉语|漢語|普通话|简体|繁|\bzh\b|zh[-_]", re.IGNORECASE)
_TRADITIONAL = re.compile(r"hant|tw|hk|繁|traditional|台|港", re.IGNORECASE)
_ENGLISH = re.compile(r"english|英|\ben\b|en[-_]", re.IGNORECASE)


def lang_of(language: str) -> Lang | None:
    """Return which of our languages a form's language is; None for another."""
    if _CHINESE.search(language):
        return "zh-Hant" if _TRADITIONAL.search(language) else "zh-Hans"
    return "en" if _ENGLISH.search(language) else None


def chosen_languages(book: FormBook) -> tuple[dict[str, Lang], list[str]]:
    """Return which languages of a form are taken as which of ours, and those that aren't: titles have three."""
    taken: dict[str, Lang] = {}
    for language in book.languages:
        lang = lang_of(language) if language else None
        if lang is not None and lang not in taken.values():
            taken[language] = lang
    if "zh-Hans" not in taken.values():  # what paper in any language falls back on
        default = book.settings.get("default_language", "")
        first = next(
            (n for n in ("", default, *book.languages) if n in book.languages and taken.get(n) != "zh-Hant"), ""
        )
        taken[first] = "zh-Hans"
    return taken, [name or "default" for name in book.languages if name not in taken]


def spoken_texts(row: FormRow, column: str, taken: Mapping[str, Lang]) -> dict[str, str]:
    """Return a row's texts by our languages; what stands there in whatever language where ours have none."""
    texts = row.spoken.get(column, {})
    made = {lang: texts[name] for name, lang in taken.items() if name in texts}
    if "zh-Hans" not in made and (any_text := next(iter(texts.values()), "")):
        made["zh-Hans"] = texts.get("", any_text)
    return {str(lang): made[lang] for lang in LANGS if lang in made}

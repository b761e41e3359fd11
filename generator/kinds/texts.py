"""Texts: short, long, signed; and lists of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from generator.formats import date_text, exact_number, number_text
from generator.kinds.base import Choice, Kind, PlainText, Readable, Traits, loose_text
from generator.kinds.raw import CellNumber
from generator.kinds.written_numbers import of_text, unit_measure
from generator.wording import LANGS, Lang, phrase

_NUMBERED = re.compile(r"^\s*(\d{1,3}([.．](?!\d)|[、)）])|[-•·](?=\s))\s*")


class ShortText(PlainText):
    """A short text; what a schema that says nothing else describes."""

    name = "text"
    titles: ClassVar = {"zh-Hans": "文字", "en": "text"}
    is_free_text = True

    def matches(self, traits: Traits) -> bool:
        return True


class Multiline(PlainText):
    """A text of several lines."""

    name = "multiline"
    titles: ClassVar = {"zh-Hans": "多行文字", "en": "long text"}
    control = "multiline"
    controls = ("multiline",)
    span, lines, share, gap = 12, 3, 30.0, 24
    is_free_text = True

    def matches(self, traits: Traits) -> bool:
        return traits.is_long


class Anything(Kind):
    """Whatever a schema from elsewhere lets stand in one place: a text, a number, an answer, a list, an object."""

    name = "anything"
    titles: ClassVar = {"zh-Hans": "任意内容", "en": "anything"}
    control = "multiline"
    controls = ("anything",)
    lines, share, gap = 2, 20.0, 16
    is_free_text = True
    none_yet = frozenset()

    def matches(self, traits: Traits) -> bool:
        return False

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        return (
            raw.shown or raw.number if isinstance(raw, CellNumber) else date_text(raw) if isinstance(raw, date) else raw
        )

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return "\n".join(_lines(value, lang))


class Literal(Anything):
    """Whatever may stand in one place but a text: what is written there is read as a number, or as yes or no."""

    name = "literal"
    titles: ClassVar = {"zh-Hans": "数字或是否", "en": "number, or yes or no"}
    control = "text"
    controls = ("literal",)
    lines, share, gap = 1, 12.0, 10
    is_free_text = False

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        if not isinstance(raw, str):
            return raw.number if isinstance(raw, CellNumber) else raw
        for answer, value in (("answer.yes", True), ("answer.no", False)):
            if raw.strip().casefold() in {phrase(answer, lang).casefold() for lang in LANGS}:
                return value
        return of_text(raw, unit_measure(""))


def _lines(value: object, lang: Lang) -> list[str]:
    """Return what any JSON says in lines: parts of lists by number, of objects by name."""
    if isinstance(value, bool):
        return [phrase("answer.yes" if value else "answer.no", lang)]
    if isinstance(value, (int, float, Decimal)):
        return [number_text(exact_number(value))]
    if value is None or isinstance(value, str):
        return [value] if value else []
    if isinstance(value, Mapping):
        named = [(f"{key}{phrase('separator', lang)}", part) for key, part in value.items()]
    else:
        items = list(value) if isinstance(value, Iterable) else [str(value)]
        named = [(f"{n}. ", part) for n, part in enumerate(items, 1)]
    return [line for name, part in named for line in _part(name, _lines(part, lang), isinstance(part, (list, Mapping)))]


def _part(name: str, lines: list[str], is_nested: bool) -> list[str]:
    if is_nested and lines:
        return [name.rstrip(), *(f"\u3000{line}" for line in lines)]
    return [name + "\n".join(lines)]


class List(Kind):
    """Several texts, a line each."""

    name = "list"
    titles: ClassVar = {"zh-Hans": "逐条文字", "en": "list of texts"}
    control = "multiline"
    example: ClassVar[object] = ["…"]
    span, lines, share = 12, 3, 30.0
    is_free_text = True
    none_yet = frozenset()

    def matches(self, traits: Traits) -> bool:
        return "array" in traits.types

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        if not isinstance(raw, str):
            return raw
        lines = (_NUMBERED.sub("", line) for line in raw.split("\n"))
        return [line for line in lines if line.strip()]

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        return list(value) if isinstance(value, Iterable) else value

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        items = [loose_text(item) for item in value] if isinstance(value, Iterable) else [loose_text(value)]
        return "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1)) if len(items) > 1 else "".join(items)

    def entry(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        """Return a line each, a single one with its number where it begins as numbers do."""
        text = self.text(value, lang, choices, unit)
        return f"1. {text}" if isinstance(value, list) and len(value) == 1 and _NUMBERED.match(text) else text

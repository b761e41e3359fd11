"""Texts: short, long, signed; and lists of them."""

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar
from zoneinfo import ZoneInfo

from generator.kinds.base import Choice, Kind, PlainText, Readable, Traits, loose_text
from generator.wording import Lang

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


class SignedName(PlainText):
    """A name that is written by the one who bears it."""

    name = "signature"
    titles: ClassVar = {"zh-Hans": "签字", "en": "signature"}
    control = "signature"
    controls = ("signature",)
    lines = 2
    is_free_text = True


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

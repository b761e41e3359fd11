"""Answers that are chosen: one of several, several of several, yes or no."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

from generator.formats import join
from generator.kinds.base import Choice, Kind, Readable, Traits
from generator.kinds.former import todays
from generator.kinds.raw import DASHES, CellNumber, fold, unwrap
from generator.wording import LANGS, Lang, choose, phrase, simplified

_YES = frozenset({"是", "true", "yes", "y", "√", "✓", "✔", "☑", "对", "有", "1"})
_NO = frozenset({"否", "false", "no", "n", "×", "✗", "✘", "☐", "□", "不对", "無", "无", "0"})
_LIST_MARKS = re.compile(r"[\n、,，;；|]")


def label_of(value: object, choices: Sequence[Choice]) -> str:
    """Return the label of a choice's value."""
    for choice in choices:
        if choice.value == value:
            return choice.label
    return str(value)


@lru_cache(maxsize=1024)
def _values_by_name(field: Readable) -> dict[str, object]:
    """Return the values of a field's choices by every name that they go by."""
    names: dict[str, object] = {}
    for choice in field.choices:
        for lang in LANGS:
            names.setdefault(fold(choose(choice.titles, lang)), choice.value)
    return names | {fold(str(choice.value)): choice.value for choice in field.choices}


@lru_cache(maxsize=1024)
def _values(field: Readable) -> frozenset[tuple[type, object]]:
    """Return the values of a field's choices with their types, for 1 isn't the same choice as true.

    Lists and objects, which a schema from elsewhere may offer, are left to their names.
    """
    values = (choice.value for choice in field.choices)
    return frozenset((type(value), value) for value in values if not isinstance(value, (list, dict)))


def _chosen(raw: object, field: Readable) -> object:
    """Return the value that a raw one names, by itself or by its label; what is no choice comes back as it is.

    A cell names one by its number, else by what it shows.
    """
    if isinstance(raw, CellNumber):
        found = _chosen(raw.number, field)
        return _chosen(raw.shown, field) if raw.shown and not _is_choice(found, field) else found
    if not isinstance(raw, (list, dict)) and (type(raw), raw) in _values(field):
        return raw
    names = _values_by_name(field)
    text = str(raw)
    if text in names:
        return names[text]
    folded = fold(text)
    if folded in names:
        return names[folded]
    if isinstance(raw, str) and not text.isascii() and len(text) <= _LONGEST_LABEL:
        plain = fold(simplified(text))
        if plain in names:
            return names[plain]
    for now in todays(folded):
        if now in names:
            return names[now]
    return _marked(folded, field, raw)


_LONGEST_LABEL = 40
"""Characters of an answer that may be written in traditional Chinese otherwise than ours."""

_MARK = re.compile(r"([0-9]{1,2})(?:分|星|颗星|顆星|points?|stars?)")


def _marked(text: str, field: Readable, raw: object) -> object:
    """Return the mark of a rating that a text says with its measure: 5分, 4 stars; what is none comes back as it is."""
    found = _MARK.fullmatch(text)
    return int(found[1]) if found and (int, int(found[1])) in _values(field) else raw


def _is_choice(value: object, field: Readable) -> bool:
    return (type(value), value) in _values(field)


_SAME = (("無", "无"), ("无", "無"), ("", ""))


class _Choice(Kind):
    """What a choice of one and of several share."""

    def says_none(self, text: str, field: Readable) -> bool:
        names, word = _values_by_name(field), fold(text)
        return super().says_none(text, field) and not any(word.replace(*way) in names for way in _SAME)


class OneChoice(_Choice):
    """One of the answers that are offered."""

    name = "choice"
    titles: ClassVar = {"zh-Hans": "单选", "en": "choice"}
    control = "select"
    share, gap = 12.0, 8
    offers_choices = True
    is_plain_json = True

    def matches(self, traits: Traits) -> bool:
        return traits.has_choices and "array" not in traits.types

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        return _chosen(raw, field)

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return label_of(value, choices)


class ManyChoices(_Choice):
    """Any of the answers that are offered."""

    name = "choices"
    titles: ClassVar = {"zh-Hans": "多选", "en": "choices"}
    control = "multiselect"
    offers_choices = True

    def matches(self, traits: Traits) -> bool:
        return traits.has_choices and "array" in traits.types

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        items: object = (
            _LIST_MARKS.split(raw) if isinstance(raw, str) else [raw] if isinstance(raw, CellNumber) else raw
        )
        if not isinstance(items, list):
            return raw
        return [_chosen(item, field) for item in items if not isinstance(item, str) or item.strip()]

    def to_json(self, value: object, zone: ZoneInfo) -> object:
        return list(value) if isinstance(value, Iterable) else value

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        items = value if isinstance(value, Iterable) else [value]
        return join([label_of(item, choices) for item in items], lang)


class Boolean(Kind):
    """Yes or no."""

    name = "boolean"
    titles: ClassVar = {"zh-Hans": "是否", "en": "yes or no"}
    control = "checkbox"
    example: ClassVar[object] = True
    none_yet = DASHES
    offers_choices = True
    is_plain_json = True

    def matches(self, traits: Traits) -> bool:
        return "boolean" in traits.types and traits.types <= {"number", "integer", "boolean"}

    def read(self, raw: object, field: Readable, zone: ZoneInfo) -> object:
        raw = unwrap(raw)
        if isinstance(raw, bool):
            return raw
        word = str(raw)
        if word not in _YES and word not in _NO:
            word = fold(word)
        return True if word in _YES else False if word in _NO else raw

    def text(self, value: object, lang: Lang, choices: Sequence[Choice] = (), unit: str = "") -> str:
        return phrase("answer.yes" if value else "answer.no", lang)

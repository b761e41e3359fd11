"""Names of boxes to fill in on screen: a field's pointer as content controls, bookmarks and fields let it stand."""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from generator import wording

MAX_TAG = 64
"""Characters that Word lets the tag of a control have."""

_DIGITS = 24
_OF_CHOICE = "="

PROMPTS: tuple[str, ...] = ("text", "multiline", "number", "date", "datetime", "time", "month", "select")
PROMPTS += ("multiselect", "checkbox", "signature", "picture", "cell", "computed")
"""What an empty box may ask for, by the name of its control; and what a table's cell and a computed value say."""


@lru_cache(maxsize=8192)
def control_name(pointer: str) -> str:
    """Return the name of a box: its pointer, or a digest of one that is too long."""
    if len(pointer) <= MAX_TAG:
        return pointer
    return f"#{sha256(pointer.encode()).hexdigest()[:_DIGITS]}"


@lru_cache(maxsize=8192)
def choice_name(pointer: str, number: int) -> str:
    """Return the name of the box to tick of a field's choice, counted from 1."""
    return control_name(f"{pointer}{_OF_CHOICE}{number}")


def choice_of(name: str) -> tuple[str, int] | None:
    """Return the name of a field and the number of its choice that a box to tick is for; None of any other name."""
    field, mark, number = name.rpartition(_OF_CHOICE)
    return (field, int(number)) if mark and number.isascii() and number.isdigit() else None


@lru_cache(maxsize=8192)
def bookmark_name(pointer: str) -> str:
    """Return the name of the bookmark at a field's label: letters and digits, at most forty (17.13.6.2)."""
    return f"bd_{sha256(pointer.encode()).hexdigest()[:_DIGITS]}"


@lru_cache(maxsize=64)
def prompts(control: str) -> tuple[str, ...]:
    """Return what the empty box of a control says, in all languages: its own prompt, a cell's, a computed value's."""
    said = {prompt(name, lang) for name in (control, "cell", "computed") for lang in wording.LANGS}
    return tuple(sorted(said, key=len, reverse=True))


@lru_cache(maxsize=256)
def prompt(name: str, lang: wording.Lang) -> str:
    """Return what an empty box of a control says."""
    return wording.phrase(f"prompt.{name}", lang)


def without_prompts(text: str, control: str) -> str:
    """Return a text without what the empty box of its control said, which may be left before or behind an answer."""
    bare = text.strip()
    for said in prompts(control):
        if bare.startswith(said):
            return without_prompts(bare.removeprefix(said).lstrip(), control)
        if bare.endswith(said):
            return without_prompts(bare.removesuffix(said).rstrip(), control)
    return text


@lru_cache(maxsize=8192)
def field_name(pointer: str) -> str:
    """Return a pointer as the name of a field of a PDF, in which a full stop parts a field from what it belongs to."""
    return pointer.replace(".", _STOP)


def choice_name_in_pdf(pointer: str, number: int) -> str:
    """Return the name of the field of a PDF that is ticked for a field's choice, counted from 1."""
    return f"{field_name(pointer)}{_OF_CHOICE}{number}"


def pointer_of(name: str) -> str:
    """Return the pointer that the name of a field of a PDF stands for."""
    return name.replace(_STOP, ".")


_STOP = "~2"
"""What no JSON Pointer holds (RFC 6901, 3)."""


def option_names(values: Sequence[object]) -> list[str]:
    """Return what a PDF calls the choices of a field: by their values, or by their numbers where those are no names.

    So that a choice keeps its name in another version of the form, which has them in another order.
    """
    said = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    if len(set(said)) == len(said) and all(_NAME.fullmatch(text) and text not in _TAKEN for text in said):
        return said
    return [f"{_OF_CHOICE}{number}" for number in range(1, len(said) + 1)]


_NAME = re.compile("[A-Za-z0-9_-]{1,60}")
_TAKEN = frozenset({"Off"})

"""Characters that no document can hold: found wherever a text comes in, so that every format is spared them alike."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

_INVISIBLE = "\u2065\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
_INVISIBLE += "\U000e0000\U000e0002-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
_ENDS_OF_PLANES = "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0, 0x110000, 1 << 16))
_CONTROLS = f"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef{_ENDS_OF_PLANES}"
_HALVES = "\ud800-\udfff"
_TURNS = "\u202a-\u202e\u2066-\u2069"


@cache
def _ill(*, of_form: bool) -> re.Pattern[str]:
    """Return what no document can hold (XML 1.0, 2.2), and what shows nothing and has no place in a PDF (PDF/UA-1,
    7.21.7); of a form's own words also what turns the direction of the text that follows.
    """
    return re.compile(f"[{_CONTROLS}{_HALVES}{_INVISIBLE}{_TURNS if of_form else ''}]")


class IllCharacter(NamedTuple):
    """A character that can't stay, as a code point, and its place in its text, from 1."""

    character: str
    position: int
    code: str
    """Of the fault that a value is refused with."""


def ill_character(text: str, *, of_form: bool = False) -> IllCharacter | None:
    """Return the first character of a text that no document can hold; None for nearly every text.

    `of_form`: the text is a form's own, or a template's.
    """
    if text.isprintable():
        return None
    found = _ill(of_form=of_form).search(text)
    return IllCharacter(f"U+{ord(found[0]):04X}", found.start() + 1, _code(found[0])) if found else None


def _code(character: str) -> str:
    if re.match(f"[{_HALVES}]", character):
        return "E-surrogate"
    return "E-invisible" if re.match(f"[{_INVISIBLE}]", character) else "E-control"


def is_surely_well(text: str) -> bool:
    """Tell by a quick look whether a JSON text holds no text that a form may not hold; False where it takes more."""
    escapes = "\\u" in text or "\\b" in text or "\\f" in text
    return not escapes and text.replace("\n", "").replace("\r", "").isprintable()


def ill_texts(content: object) -> Iterator[tuple[str, IllCharacter]]:
    """Yield every text of a tree of JSON that a form may not hold, with its JSON Pointer; for a key that of its object.

    The tree may be as deep as it likes.
    """
    stack: list[tuple[str, object]] = [("", content)]
    while stack:
        pointer, node = stack.pop()
        if isinstance(node, str):
            found = ill_character(node, of_form=True)
            if found:
                yield pointer, found
        elif isinstance(node, Mapping):
            for key, value in node.items():
                found = ill_character(str(key), of_form=True)
                if found:
                    yield pointer, found
                else:
                    step = str(key).replace("~", "~0").replace("/", "~1")
                    stack.append((f"{pointer}/{step}", value))
        elif isinstance(node, (list, tuple)):
            stack += [(f"{pointer}/{n}", item) for n, item in enumerate(node)]

"""What requests bring along, read with care: JSON that isn't deep, texts that aren't anything else."""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

DEEPEST = 40
"""Levels within a value: a record has hardly ten."""


async def json_of(request: Request) -> Any:
    """Return the JSON of a request; None for what is none, goes too deep, or can't be kept."""
    try:
        given = json.loads(await request.body(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return given if _can_be_kept(given) else None


async def texts_of(request: Request) -> dict[str, str]:
    """Return the texts of a request by name; nothing of what is none."""
    given = await json_of(request)
    if not isinstance(given, Mapping):
        return {}
    return {name: value for name, value in given.items() if isinstance(value, str)}


def plain(value: object) -> str:
    """Return the text of a page's field in one line, without signs that no text has; nothing for what is no text."""
    return " ".join(_CONTROLS.sub(" ", value).split()) if isinstance(value, str) else ""


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _can_be_kept(value: Any) -> bool:
    """Tell whether a value has no more levels than any record, and no text that a database takes for broken."""
    level = [value]
    for _ in range(DEEPEST):
        if any(isinstance(one, str) and _is_broken(one) for one in level):
            return False
        level = [part for one in level if isinstance(one, (dict, list)) for part in _parts(one)]
        if not level:
            return True
    return False


def _parts(value: Any) -> Any:
    return [*value, *value.values()] if isinstance(value, dict) else value


def _is_broken(text: str) -> bool:
    """Tell whether a text has half a character, or the sign that ends one."""
    return "\0" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text))
